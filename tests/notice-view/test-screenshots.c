/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Draws what people see, in each state, and holds the pictures against what has to be true of them.
 * usage: test-screenshots VARIANT; pictures go to $CURFEW_SCREENSHOT_DIR/VARIANT */

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "cf-test-picture.h"
#include "cf-test-view.h"
#include "curfew-config.h"
#include "notice/cf-postpone-choices.h"

#define HEADER_HEIGHT 47 /* of a window, above the view */
#define LARGE_TEXT    24 /* pixels high: WCAG asks for less contrast then */

typedef struct
{
  const char *name;
  const char *color_scheme; /* for libadwaita */
  gboolean has_high_contrast;
  GtkTextDirection direction;
  double text_scale;
  gboolean is_narrow;
} Variant;

static const Variant variants[] = {
  { "light", "prefer-light", FALSE, GTK_TEXT_DIR_LTR, 1, FALSE },
  { "dark", "prefer-dark", FALSE, GTK_TEXT_DIR_LTR, 1, FALSE },
  { "high-contrast", "prefer-light", TRUE, GTK_TEXT_DIR_LTR, 1, FALSE },
  { "high-contrast-dark", "prefer-dark", TRUE, GTK_TEXT_DIR_LTR, 1, FALSE },
  { "rtl", "prefer-light", FALSE, GTK_TEXT_DIR_RTL, 1, FALSE },
  { "large-text", "prefer-light", FALSE, GTK_TEXT_DIR_LTR, 2, FALSE },
  { "narrow", "prefer-light", FALSE, GTK_TEXT_DIR_LTR, 1, TRUE },
};
static const Variant *variant;

typedef enum
{
  TEXT_NO_ORGANIZATION,
  TEXT_IDEOGRAPHS,
  TEXT_EMOJI,
  TEXT_LONG_WORD,
  TEXT_TWELVE_LINES,
  TEXT_LONG_NAMES,
  TEXT_PROBLEM,
  TEXT_DETAILS,
  TEXT_LOGO,
  TEXT_REHEARSAL,
  TEXT_ADRIFT,
  TEXT_READY,
  TEXT_LAST_READY,
  TEXT_SPARES_PEOPLE,
  TEXT_FAILED,
  TEXT_POWER_OFF,
  N_TEXTS
} Text;

static const char *const text_names[N_TEXTS] = {
  "no-organization", "ideographs",    "emoji",  "long-word", "twelve-lines", "long-names",
  "problem",         "details",       "logo",   "rehearsal", "adrift",       "ready",
  "last-ready",      "spares-people", "failed", "power-off",
};

typedef struct
{
  CfNoticeView *view;
  GtkWidget *window;
  CfNotice *notice;
  CfNoticeMoment moment;
  GPtrArray *unsaved;
} Scene;

static GHashTable *seen_before; /* (element-type utf8 utf8): checksum of a picture → its name */

/* takes @text */
static void
replace (char **place, char *text)
{
  g_free (*place);
  *place = text;
}

static void
set_ready (CfNotice *notice, guint32 uid)
{
  CfNoticePerson *person = (CfNoticePerson *) cf_notice_find_person (notice, uid);

  person->is_ready = TRUE;
}

static void
change_texts (Scene *scene, Text text)
{
  CfNotice *notice = scene->notice;

  switch (text)
    {
    case TEXT_NO_ORGANIZATION:
      replace (&notice->organization, g_strdup (""));
      replace (&notice->help_contact, g_strdup (""));
      break;
    case TEXT_IDEOGRAPHS:
      replace (&notice->message, cf_test_units ("安全更新のため再起動します。", 36));
      break;
    case TEXT_EMOJI:
      replace (&notice->message,
               cf_test_units ("Save 💾 your 👩🏽‍🚀 work 🇩🇪! ", 12));
      break;
    case TEXT_LONG_WORD:
      replace (&notice->message, cf_test_units ("Update", 85));
      break;
    case TEXT_TWELVE_LINES:
      replace (&notice->message, cf_test_units ("One of twelve lines\n", 12));
      break;
    case TEXT_LONG_NAMES:
      replace (&notice->organization, cf_test_units ("Department of Long Names ", 5));
      replace (&notice->requester, cf_test_units ("maximiliane.von.hohenlohe", 5));
      replace (&notice->help_contact, cf_test_units ("https://help.example/", 6));
      cf_notice_add_blocker (notice, "A program whose name goes on and on and on",
                             "a reason that is not any shorter, and says so at length");
      for (guint i = 0; i < 6; i++)
        cf_notice_add_person (notice, 2000 + i, "christopher.featherstonehaugh",
                              CF_NOTICE_OTHER_SCREEN, TRUE, FALSE, FALSE);
      break;
    case TEXT_REHEARSAL:
      notice->is_rehearsal = TRUE;
      break;
    case TEXT_ADRIFT:
      notice->is_adrift = TRUE;
      break;
    case TEXT_READY:
      cf_notice_add_person (notice, 2000, "kim", CF_NOTICE_REMOTE, TRUE, FALSE, FALSE);
      set_ready (notice, CF_NOTICE_SAMPLE_UID);
      break;
    case TEXT_LAST_READY:
      cf_notice_add_person (notice, 2000, "kim", CF_NOTICE_REMOTE, TRUE, TRUE, TRUE);
      break;
    case TEXT_SPARES_PEOPLE:
      notice->spares_people = TRUE;
      cf_notice_add_blocker (notice, "PackageKit", "installing updates");
      notice->is_held = TRUE;
      break;
    case TEXT_FAILED:
      notice->state = CF_NOTICE_ENDED;
      notice->outcome = CF_NOTICE_FAILED;
      replace (&notice->detail, g_strdup ("systemd-logind does not answer"));
      break;
    case TEXT_POWER_OFF:
      notice->action = CF_SHUTDOWN_ACTION_POWER_OFF;
      break;
    case TEXT_LOGO:
      replace (&notice->logo_path,
               g_test_build_filename (G_TEST_DIST, "notice-view", "logo.svg", NULL));
      break;
    case TEXT_PROBLEM:
    case TEXT_DETAILS:
    case N_TEXTS:
    default:
      break;
    }
}

static Scene *
scene_new (CfNoticeSample sample, Text text)
{
  Scene *scene = g_new0 (Scene, 1);

  scene->moment = cf_test_moment ();
  scene->notice = cf_test_sample (sample);
  scene->unsaved = cf_notice_sample_dup_unsaved (sample);
  change_texts (scene, text);

  scene->view = CF_NOTICE_VIEW (cf_notice_view_new ());
  if (variant->is_narrow)
    gtk_widget_set_size_request (GTK_WIDGET (scene->view), 345, -1);
  cf_notice_view_set_unsaved (scene->view, scene->unsaved);
  cf_notice_view_show (scene->view, scene->notice, &scene->moment);
  if (text == TEXT_PROBLEM)
    cf_notice_view_set_problem (scene->view, "Postponing is not possible: the administrator has "
                                             "just given another time.");
  if (text == TEXT_DETAILS || text == TEXT_LONG_NAMES)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (cf_test_get_child (scene->view, "details")),
                                  TRUE);
  scene->window = cf_test_window_new (scene->view);
  return scene;
}

static void
scene_free (Scene *scene)
{
  cf_test_window_free (scene->window);
  cf_notice_unref (scene->notice);
  g_ptr_array_unref (scene->unsaved);
  g_free (scene);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

/* what has to be true of each picture */

static void
check_size (Scene *scene)
{
  int minimum, natural, height;

  gtk_widget_measure (GTK_WIDGET (scene->view), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural,
                      NULL, NULL);
  gtk_widget_measure (GTK_WIDGET (scene->view), GTK_ORIENTATION_VERTICAL, natural, NULL, &height,
                      NULL, NULL);
  g_assert_cmpint (minimum, >=, 345);
  g_assert_cmpint (natural, <=, variant->text_scale > 1 ? 1280 : 480);
  g_assert_cmpint (height, <=, 720 - HEADER_HEIGHT);
  if (variant->text_scale == 1)
    g_assert_cmpint (minimum, <=, 425);
}

static gboolean
is_large (GtkLabel *label)
{
  PangoLayoutIter *iter = pango_layout_get_iter (gtk_label_get_layout (label));
  PangoRectangle line;

  pango_layout_iter_get_line_extents (iter, NULL, &line);
  pango_layout_iter_free (iter);
  return PANGO_PIXELS (line.height) >= LARGE_TEXT;
}

static void
check_label (CfTestPicture *picture, GtkLabel *label)
{
  PangoLayout *layout = gtk_label_get_layout (label);
  double wanted = variant->has_high_contrast ? 7 : 4.5;
  GdkRectangle bounds;
  int width, height;
  double contrast;

  g_assert_false (pango_layout_is_ellipsized (layout));
  pango_layout_get_pixel_size (layout, &width, &height);
  g_assert_cmpint (width, <=, gtk_widget_get_width (GTK_WIDGET (label)));
  g_assert_cmpint (height, <=, gtk_widget_get_height (GTK_WIDGET (label)));
  if (is_large (label))
    wanted = variant->has_high_contrast ? 4.5 : 3;
  /* what is scrolled away but for a few rows has no colours to speak of */
  if (!cf_test_picture_get_seen (picture, GTK_WIDGET (label), &bounds) || bounds.height < 12)
    return;
  contrast = cf_test_picture_get_contrast (picture, &bounds);
  if (contrast < wanted)
    g_test_fail_printf ("“%s” has a contrast of %.2f, less than %.1f", gtk_label_get_text (label),
                        contrast, wanted);
}

static void
check_icon (CfTestPicture *picture, GtkWidget *icon)
{
  GdkRectangle bounds;
  double contrast;

  if (!cf_test_picture_get_seen (picture, icon, &bounds) || bounds.height < 12)
    return;
  contrast = cf_test_picture_get_contrast (picture, &bounds);
  if (contrast < 3)
    g_test_fail_printf ("the icon %s has a contrast of %.2f, less than 3",
                        gtk_image_get_icon_name (GTK_IMAGE (icon)), contrast);
}

static void
check_widgets (CfTestPicture *picture, GtkWidget *widget)
{
  if (!cf_test_is_seen (widget))
    return;
  if (GTK_IS_LABEL (widget))
    check_label (picture, GTK_LABEL (widget));
  else if (GTK_IS_IMAGE (widget) && gtk_image_get_icon_name (GTK_IMAGE (widget)) != NULL)
    check_icon (picture, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    check_widgets (picture, child);
}

/* takes @text */
static void
check_said (Scene *scene, char *text)
{
  if (text != NULL && cf_test_find_label (scene->window, text) == NULL)
    g_test_fail_printf ("nobody can read “%s”", text);
  g_free (text);
}

static void
check_words (Scene *scene)
{
  CfNotice *notice = scene->notice;
  guint32 seconds[CF_POSTPONE_CHOICES_MAX];

  check_said (scene, cf_notice_words_dup_heading (notice, &scene->moment));
  check_said (scene, cf_notice_words_dup_remaining (notice, &scene->moment));
  check_said (scene, cf_notice_words_dup_message (notice));
  check_said (scene, cf_notice_words_dup_event (notice, &scene->moment));
  check_said (scene, cf_notice_words_dup_others (notice, &scene->moment));
  check_said (scene, cf_notice_words_dup_held (notice, &scene->moment));
  check_said (scene, cf_notice_words_dup_staying (notice, &scene->moment));
  check_said (scene, cf_notice_words_dup_rehearsal (notice));
  if (notice->state != CF_NOTICE_PENDING)
    return;
  check_said (scene, cf_notice_words_dup_budget (notice, &scene->moment));
  check_said (scene, cf_notice_words_dup_act (notice, &scene->moment));
  if (scene->unsaved->len > 0)
    check_said (scene, cf_notice_words_dup_unsaved (scene->unsaved));
  check_said (scene, cf_notice_words_dup_consent (notice, &scene->moment));
  if (cf_postpone_choices_list (notice, scene->moment.boot_usec, seconds) > 0)
    check_said (scene, cf_notice_words_dup_postpone (notice, &scene->moment, seconds[0]));
}

static double
get_left (Scene *scene, const char *id)
{
  graphene_rect_t bounds;

  g_assert_true (
    gtk_widget_compute_bounds (cf_test_get_child (scene->view, id), scene->window, &bounds));
  return bounds.origin.x;
}

static double
get_right (Scene *scene, const char *id)
{
  graphene_rect_t bounds;

  g_assert_true (
    gtk_widget_compute_bounds (cf_test_get_child (scene->view, id), scene->window, &bounds));
  return gtk_widget_get_width (scene->window) - bounds.origin.x - bounds.size.width;
}

/* The icon comes before the words, and is as far from its edge as the other way round. */
static void
check_direction (Scene *scene)
{
  GtkLabel *heading = GTK_LABEL (cf_test_get_child (scene->view, "heading"));
  int x;

  gtk_label_get_layout_offsets (heading, &x, NULL);
  if (variant->direction == GTK_TEXT_DIR_RTL)
    {
      g_assert_cmpfloat (get_right (scene, "icon"), <, get_left (scene, "icon"));
      g_assert_cmpfloat (get_right (scene, "icon"), <, get_right (scene, "heading"));
      g_assert_cmpfloat (get_right (scene, "icon"), ==, 36);
      return;
    }
  g_assert_cmpfloat (get_left (scene, "icon"), <, get_left (scene, "heading"));
  g_assert_cmpfloat (get_left (scene, "icon"), ==, 36);
  g_assert_cmpint (x, ==, 0);
}

static void
check (Scene *scene, const char *name)
{
  const char *directory = g_getenv ("CURFEW_SCREENSHOT_DIR");
  g_autofree char *folder = directory != NULL
                              ? g_build_filename (directory, variant->name, NULL)
                              : g_test_build_filename (G_TEST_BUILT, "notice-view", "screenshots",
                                                       variant->name, NULL);
  g_autofree char *file = g_strconcat (name, ".png", NULL);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autoptr (CfTestPicture) picture = cf_test_picture_new (scene->window);
  char *checksum = cf_test_picture_dup_checksum (picture);
  const char *twin = g_hash_table_lookup (seen_before, checksum);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  cf_test_picture_save (picture, path);
  g_assert_cmpstr (twin, ==, NULL);
  g_hash_table_insert (seen_before, checksum, g_strdup (name));

  check_size (scene);
  check_widgets (picture, scene->window);
  check_words (scene);
  check_direction (scene);
}

static void
test_sample (gconstpointer data)
{
  CfNoticeSample sample = GPOINTER_TO_UINT (data);
  g_autoptr (Scene) scene = scene_new (sample, N_TEXTS);

  check (scene, cf_notice_sample_get_name (sample));
}

static void
test_text (gconstpointer data)
{
  Text text = GPOINTER_TO_UINT (data);
  g_autoptr (Scene) scene = NULL;

  if (text == TEXT_LOGO && !cf_test_has_svg ())
    {
      g_test_skip ("librsvg is not installed");
      return;
    }
  scene = scene_new (CF_NOTICE_SAMPLE_ANNOUNCED, text);
  check (scene, text_names[text]);
}

static const Variant *
find_variant (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (variants); i++)
    if (g_strcmp0 (variants[i].name, name) == 0)
      return &variants[i];
  return NULL;
}

/* What would be read from the settings of a desktop. */
static void
set_up_looks (void)
{
  gtk_widget_set_default_direction (variant->direction);
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", (int) (96 * 1024 * variant->text_scale),
                "gtk-enable-animations", FALSE, NULL);
}

static void
add_tests (void)
{
  for (CfNoticeSample sample = 0; sample < CF_NOTICE_N_SAMPLES; sample++)
    {
      g_autofree char *path = g_strdup_printf ("/notice-view/%s/sample/%s", variant->name,
                                               cf_notice_sample_get_name (sample));

      g_test_add_data_func (path, GUINT_TO_POINTER (sample), test_sample);
    }
  for (Text text = 0; text < N_TEXTS; text++)
    {
      g_autofree char *path = g_strdup_printf ("/notice-view/%s/text/%s", variant->name,
                                               text_names[text]);

      g_test_add_data_func (path, GUINT_TO_POINTER (text), test_text);
    }
}

int
main (int argc, char *argv[])
{
  int status;

  variant = find_variant (argc > 1 ? argv[argc - 1] : NULL);
  if (variant == NULL)
    {
      g_printerr ("usage: test-screenshots VARIANT\n");
      return 2;
    }
  g_setenv ("ADW_DEBUG_COLOR_SCHEME", variant->color_scheme, TRUE);
  g_setenv ("ADW_DEBUG_HIGH_CONTRAST", variant->has_high_contrast ? "1" : "0", TRUE);
  if (g_getenv ("CURFEW_LOCALE_DIR") != NULL)
    bindtextdomain (CF_GETTEXT_DOMAIN, g_getenv ("CURFEW_LOCALE_DIR"));
  bind_textdomain_codeset (CF_GETTEXT_DOMAIN, "UTF-8");
  textdomain (CF_GETTEXT_DOMAIN);
  argc--;
  gtk_test_init (&argc, &argv);
  setlocale (LC_ALL, ""); /* which that takes away */
  adw_init ();

  set_up_looks ();
  seen_before = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  add_tests ();
  status = g_test_run ();
  g_hash_table_unref (seen_before);
  return status;
}
