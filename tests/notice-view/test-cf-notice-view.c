/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "cf-test-view.h"
#include "notice/cf-postpone-choices.h"

typedef struct
{
  CfNoticeView *view;
  GtkWidget *window;
  CfNoticeMoment moment;
  GString *heard; /* the signals, as words */
  guint n_notified;
} Fixture;

static void
postpone_cb (CfNoticeView *view, guint seconds, Fixture *f)
{
  g_string_append_printf (f->heard, "postpone %u;", seconds);
}

static void
note_cb (CfNoticeView *view, guint seconds, Fixture *f)
{
  g_string_append_printf (f->heard, "note %u;", seconds);
}

static void
ready_cb (CfNoticeView *view, gboolean is_ready, Fixture *f)
{
  g_string_append (f->heard, is_ready ? "ready;" : "not ready;");
}

static void
act_now_cb (CfNoticeView *view, Fixture *f)
{
  g_string_append (f->heard, "act now;");
}

static void
hide_cb (CfNoticeView *view, Fixture *f)
{
  g_string_append (f->heard, "hide;");
}

static void
used_cb (CfNoticeView *view, Fixture *f)
{
  g_string_append (f->heard, "used;");
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->heard = g_string_new (NULL);
  f->moment = cf_test_moment ();
  f->view = CF_NOTICE_VIEW (cf_notice_view_new ());
  g_signal_connect (f->view, "postpone", G_CALLBACK (postpone_cb), f);
  g_signal_connect (f->view, "note", G_CALLBACK (note_cb), f);
  g_signal_connect (f->view, "ready", G_CALLBACK (ready_cb), f);
  g_signal_connect (f->view, "act-now", G_CALLBACK (act_now_cb), f);
  g_signal_connect (f->view, "dismiss", G_CALLBACK (hide_cb), f);
  g_signal_connect (f->view, "used", G_CALLBACK (used_cb), f);
  f->window = cf_test_window_new (f->view);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  cf_test_window_free (f->window);
  g_string_free (f->heard, TRUE);
}

static void
show (Fixture *f, CfNotice *notice)
{
  cf_notice_view_show (f->view, notice, &f->moment);
  cf_test_settle (f->window);
}

static void
show_sample (Fixture *f, CfNoticeSample sample)
{
  g_autoptr (CfNotice) notice = cf_test_sample (sample);
  g_autoptr (GPtrArray) unsaved = cf_notice_sample_dup_unsaved (sample);

  cf_notice_view_set_unsaved (f->view, unsaved);
  show (f, notice);
}

static void
show_message (Fixture *f, const char *message)
{
  g_autoptr (CfNotice) notice = cf_test_sample (CF_NOTICE_SAMPLE_ANNOUNCED);

  g_free (notice->message);
  notice->message = g_strdup (message);
  show (f, notice);
}

/* takes @text */
static void
assert_shown (Fixture *f, char *text)
{
  if (text != NULL && cf_test_find_label (GTK_WIDGET (f->view), text) == NULL)
    g_error ("nobody can read “%s”", text);
  g_free (text);
}

static void
test_samples_show_their_words (Fixture *f, gconstpointer data)
{
  CfNoticeSample sample = GPOINTER_TO_UINT (data);
  g_autoptr (CfNotice) notice = cf_test_sample (sample);
  g_autoptr (GPtrArray) unsaved = cf_notice_sample_dup_unsaved (sample);
  guint32 seconds[CF_POSTPONE_CHOICES_MAX];
  gboolean is_pending = notice->state == CF_NOTICE_PENDING;

  show_sample (f, sample);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (cf_test_get_child (f->view, "details")), TRUE);
  cf_test_settle (f->window);

  assert_shown (f, g_strdup ("Contoso IT"));
  assert_shown (f, g_strdup ("K7M-2QX"));
  assert_shown (f, g_strdup ("help: 4711"));
  assert_shown (f, cf_notice_words_dup_heading (notice, &f->moment));
  assert_shown (f, cf_notice_words_dup_remaining (notice, &f->moment));
  assert_shown (f, cf_notice_words_dup_message (notice));
  assert_shown (f, cf_notice_words_dup_event (notice, &f->moment));
  assert_shown (f, cf_notice_words_dup_others (notice, &f->moment));
  assert_shown (f, cf_notice_words_dup_held (notice, &f->moment));
  assert_shown (f, cf_notice_words_dup_staying (notice, &f->moment));
  assert_shown (f, cf_notice_words_dup_requester (notice));
  assert_shown (f, cf_notice_words_dup_reason (notice));
  if (is_pending)
    {
      assert_shown (f, cf_notice_words_dup_unsaved (unsaved));
      assert_shown (f, cf_notice_words_dup_budget (notice, &f->moment));
      assert_shown (f, cf_notice_words_dup_act (notice, &f->moment));
    }
  if (is_pending && cf_postpone_choices_list (notice, f->moment.boot_usec, seconds) > 0)
    assert_shown (f, cf_notice_words_dup_postpone (notice, &f->moment, seconds[0]));
  g_assert_cmpstr (cf_notice_view_get_heading (f->view), !=, "");
}

static void
test_ended_offers_to_close (Fixture *f, gconstpointer data)
{
  g_test_summary ("What is over can only be closed");

  show_sample (f, CF_NOTICE_SAMPLE_CALLED_OFF);

  g_assert_nonnull (cf_test_find_button (f->window, "Close"));
  g_assert_null (cf_test_find_button (f->window, "Hide"));
  g_assert_null (cf_test_find_button (f->window, "Restart Now"));
  g_assert_null (cf_test_find_button (f->window, "Postpone to 15:00"));
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (f->view), "phase-over"));

  /* what a program kept from happening is no success */
  show_sample (f, CF_NOTICE_SAMPLE_DID_NOT_HAPPEN);
  g_assert_nonnull (cf_test_find_button (f->window, "Close"));
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (f->view), "phase-over"));
}

static void
test_last_minute_stays (Fixture *f, gconstpointer data)
{
  g_test_summary ("In the last minute there is nothing to hide with, and the window says why");

  show_sample (f, CF_NOTICE_SAMPLE_LAST_MINUTE);

  g_assert_null (cf_test_find_button (f->window, "Hide"));
  g_assert_null (cf_test_find_button (f->window, "Close"));
  g_assert_nonnull (
    cf_test_find_label (f->window, "This window stays until the restart. You can keep working."));
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (f->view), "phase-strong"));
}

static void
test_time_changes_urgency (Fixture *f, gconstpointer data)
{
  g_test_summary ("Ten minutes and one minute before, it becomes more urgent by time alone");

  show_sample (f, CF_NOTICE_SAMPLE_ANNOUNCED);
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (f->view), "phase-information"));
  f->moment.boot_usec += (gint64) 3 * 60 * G_USEC_PER_SEC;
  cf_notice_view_set_moment (f->view, &f->moment);
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (f->view), "phase-warning"));
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (f->view), "phase-information"));
  f->moment.boot_usec += (gint64) 8 * 60 * G_USEC_PER_SEC + 1;
  cf_notice_view_set_moment (f->view, &f->moment);
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (f->view), "phase-strong"));
}

static void
click (Fixture *f, const char *text)
{
  GtkWidget *button = cf_test_find_button (f->window, text);

  g_assert_nonnull (button);
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

static void
test_buttons_tell (Fixture *f, gconstpointer data)
{
  g_test_summary ("Each button tells what its person wants, once");

  show_sample (f, CF_NOTICE_SAMPLE_ANNOUNCED);
  click (f, "Postpone to 15:00");
  click (f, "Hide");
  click (f, "Restart Now");

  g_assert_cmpstr (f->heard->str, ==, "postpone 900;hide;act now;");
}

static void
test_several_people_say_ready (Fixture *f, gconstpointer data)
{
  g_autoptr (CfNotice) notice = cf_test_sample (CF_NOTICE_SAMPLE_SEVERAL_PEOPLE);
  CfNoticePerson *person;

  g_test_summary ("With others signed in nobody restarts alone, and who is ready can take it back");

  show (f, notice);
  g_assert_null (cf_test_find_button (f->window, "Restart Now"));
  g_assert_nonnull (
    cf_test_find_label (f->window, "When everybody is ready, this computer restarts at once."));
  click (f, "I’m Ready (1 of 3)");
  person = (CfNoticePerson *) cf_notice_find_person (notice, CF_NOTICE_SAMPLE_UID);
  person->is_ready = TRUE;
  show (f, notice);
  click (f, "Not Ready Yet (2 of 3)");

  g_assert_cmpstr (f->heard->str, ==, "ready;not ready;");
}

static void
assert_nothing_to_act (Fixture *f, CfNotice *notice)
{
  show (f, notice);
  g_assert_null (cf_test_find_button (f->window, "Restart Now"));
  g_assert_null (cf_test_find_button (f->window, "I’m Ready (1 of 3)"));
  g_assert_false (cf_test_is_seen (cf_test_get_child (f->view, "actions")) &&
                  cf_test_find_label (
                    f->window, "When everybody is ready, this computer restarts at once.") != NULL);
  g_assert_nonnull (cf_test_find_button (f->window, "Postpone to 15:00"));
  g_assert_nonnull (cf_test_find_button (f->window, "Hide"));
  gtk_widget_activate_action (GTK_WIDGET (f->view), "notice.act", NULL);
  g_assert_cmpstr (f->heard->str, ==, "");
}

static void
test_held_offers_no_act (Fixture *f, gconstpointer data)
{
  g_autoptr (CfNotice) held = cf_test_sample (CF_NOTICE_SAMPLE_HELD);
  g_autoptr (CfNotice) sparing = cf_test_sample (CF_NOTICE_SAMPLE_ANNOUNCED);
  g_autoptr (CfNotice) together = cf_test_sample (CF_NOTICE_SAMPLE_SEVERAL_PEOPLE);

  g_test_summary ("What would be vetoed is not offered, and the rest is");

  sparing->spares_people = TRUE;
  together->spares_people = TRUE;
  assert_nothing_to_act (f, held);
  assert_nothing_to_act (f, sparing);
  assert_nothing_to_act (f, together);
}

static void
test_adrift_counts_nothing (Fixture *f, gconstpointer data)
{
  g_autoptr (CfNotice) notice = cf_test_sample (CF_NOTICE_SAMPLE_LAST_MINUTE);

  g_test_summary ("While no agent answers no time runs, and the window can be hidden");

  notice->is_adrift = TRUE;
  show (f, notice);
  g_assert_false (cf_test_is_seen (cf_test_get_child (f->view, "remaining")));
  g_assert_false (cf_test_is_seen (cf_test_get_child (f->view, "progress")));
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (f->view), "phase-information"));
  g_assert_null (cf_test_find_button (f->window, "Restart Now"));
  click (f, "Hide");
  g_assert_cmpstr (f->heard->str, ==, "hide;");

  notice->is_adrift = FALSE;
  show (f, notice);
  g_assert_null (cf_test_find_button (f->window, "Hide"));
  f->moment.boot_usec += (gint64) 50 * G_USEC_PER_SEC;
  cf_notice_view_set_moment (f->view, &f->moment);
  g_assert_nonnull (cf_test_find_button (f->window, "Hide"));
}

static GtkWidget *
find_arrow (Fixture *f)
{
  GtkWidget *split = gtk_widget_get_ancestor (cf_test_find_button (f->window, "Postpone to 15:00"),
                                              ADW_TYPE_SPLIT_BUTTON);
  GtkWidget *child = gtk_widget_get_first_child (split);

  while (!GTK_IS_MENU_BUTTON (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static void
test_menu_has_the_other_times (Fixture *f, gconstpointer data)
{
  GtkWidget *arrow;
  GtkPopover *popover;

  g_test_summary ("The menu has shorter times and the note, and choosing one tells it");

  show_sample (f, CF_NOTICE_SAMPLE_ANNOUNCED);
  arrow = find_arrow (f);
  gtk_menu_button_popup (GTK_MENU_BUTTON (arrow));
  cf_test_settle (f->window);
  popover = gtk_menu_button_get_popover (GTK_MENU_BUTTON (arrow));
  g_assert_nonnull (cf_test_find_label (GTK_WIDGET (popover), "Postpone to 14:55"));
  g_assert_nonnull (cf_test_find_label (GTK_WIDGET (popover), "Postpone to 14:50"));
  g_assert_nonnull (cf_test_find_label (GTK_WIDGET (popover), "Add a Note…"));
  g_assert_null (cf_test_find_label (GTK_WIDGET (popover), "Postpone to 15:00"));

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (popover), "notice.postpone", "u", 300));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (popover), "notice.note", "u", 900));
  g_assert_cmpstr (f->heard->str, ==, "postpone 300;note 900;");
  gtk_popover_popdown (popover);
  cf_test_settle (f->window);
}

static void
test_ticking_keeps_the_menu (Fixture *f, gconstpointer data)
{
  GMenuModel *before;
  GtkWidget *split;

  g_test_summary ("A menu that is open is not made anew by each second");

  show_sample (f, CF_NOTICE_SAMPLE_ANNOUNCED);
  split = gtk_widget_get_ancestor (cf_test_find_button (f->window, "Postpone to 15:00"),
                                   ADW_TYPE_SPLIT_BUTTON);
  before = adw_split_button_get_menu_model (ADW_SPLIT_BUTTON (split));
  f->moment.boot_usec += G_USEC_PER_SEC;
  f->moment.real_usec += G_USEC_PER_SEC;
  cf_notice_view_set_moment (f->view, &f->moment);

  g_assert_true (adw_split_button_get_menu_model (ADW_SPLIT_BUTTON (split)) == before);
}

static void
notify_cb (GObject *object, GParamSpec *pspec, Fixture *f)
{
  f->n_notified++;
}

static void
watch_all (Fixture *f, GtkWidget *widget)
{
  g_signal_connect (widget, "notify", G_CALLBACK (notify_cb), f);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    watch_all (f, child);
}

static void
test_same_moment_is_silent (Fixture *f, gconstpointer data)
{
  g_test_summary ("What reads the same is not touched: no layout, nothing for a screen reader");

  show_sample (f, CF_NOTICE_SAMPLE_SEVERAL_PEOPLE);
  watch_all (f, GTK_WIDGET (f->view));
  cf_notice_view_set_moment (f->view, &f->moment);
  show_sample (f, CF_NOTICE_SAMPLE_SEVERAL_PEOPLE);

  g_assert_cmpuint (f->n_notified, ==, 0);
}

static void
test_unarmed_does_nothing (Fixture *f, gconstpointer data)
{
  gboolean is_armed = TRUE;

  g_test_summary ("Buttons that are not armed look the same, take the focus, and do nothing");

  show_sample (f, CF_NOTICE_SAMPLE_ANNOUNCED);
  cf_notice_view_set_armed (f->view, FALSE);
  g_object_get (f->view, "armed", &is_armed, NULL);
  g_assert_false (is_armed);
  click (f, "Postpone to 15:00");
  click (f, "Hide");
  click (f, "Restart Now");
  gtk_widget_activate_action (GTK_WIDGET (f->view), "notice.note", "u", 900);
  gtk_widget_activate_action (GTK_WIDGET (f->view), "notice.act", NULL);
  g_assert_cmpstr (f->heard->str, ==, "");
  g_assert_true (gtk_widget_grab_focus (cf_test_find_button (f->window, "Restart Now")));
  g_assert_true (gtk_widget_has_focus (cf_test_find_button (f->window, "Restart Now")));

  g_object_set (f->view, "armed", TRUE, NULL);
  click (f, "Hide");
  g_assert_cmpstr (f->heard->str, ==, "hide;");
}

static void
test_texts_are_inert (Fixture *f, gconstpointer data)
{
  const char *const texts[] = {
    "<b>bold</b> <a href=\"https://evil.example/\">here</a> &amp; &#x41;",
    "See https://evil.example/ or mailto:bob@evil.example",
    "_Postpone %s %n {0} \\n",
  };

  g_test_summary ("A message is characters: neither markup nor links nor mnemonics");

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      GtkLabel *label = GTK_LABEL (cf_test_get_child (f->view, "message"));

      show_message (f, texts[i]);
      g_assert_nonnull (strstr (gtk_label_get_text (label), texts[i]));
      g_assert_false (gtk_label_get_use_markup (label));
      g_assert_false (gtk_label_get_use_underline (label));
      g_assert_null (gtk_label_get_current_uri (label));
    }
}

static void
test_foreign_names_are_inert (Fixture *f, gconstpointer data)
{
  g_autoptr (CfNotice) notice = cf_test_sample (CF_NOTICE_SAMPLE_ANNOUNCED);

  g_test_summary (
    "Names of organizations, people and programs are no markup, and turn nothing round");

  g_free (notice->organization);
  notice->organization = g_strdup ("<b>IT</b>\u202e\nTI & Co");
  g_free (notice->help_contact);
  notice->help_contact = g_strdup ("<i>4711</i>\u2067");
  cf_notice_add_blocker (notice, "<u>x</u>", "a_b");
  show (f, notice);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (cf_test_get_child (f->view, "details")), TRUE);
  cf_test_settle (f->window);

  g_assert_nonnull (cf_test_find_label (f->window, "<b>IT</b> TI & Co"));
  g_assert_nonnull (cf_test_find_label (f->window, "<i>4711</i>"));
}

static void
test_problem_is_said (Fixture *f, gconstpointer data)
{
  g_test_summary ("What went wrong is beside the buttons until it is taken back");

  show_sample (f, CF_NOTICE_SAMPLE_ANNOUNCED);
  cf_notice_view_set_problem (f->view, "It cannot be <b>postponed</b> any more.");
  cf_test_settle (f->window);
  g_assert_nonnull (cf_test_find_label (f->window, "It cannot be <b>postponed</b> any more."));
  cf_notice_view_set_problem (f->view, NULL);
  cf_test_settle (f->window);
  g_assert_false (cf_test_is_seen (cf_test_get_child (f->view, "problem_line")));
}

static void
test_long_texts_fit (Fixture *f, gconstpointer data)
{
  struct
  {
    const char *repeated;
    guint n;
  } const texts[] = { { "漢", 512 }, { "👩🏽‍🚀", 73 }, { "W", 512 }, { "a line\n", 12 } };

  g_test_summary ("The longest messages keep the window narrow, and scroll");

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *text = cf_test_units (texts[i].repeated, texts[i].n);
      int minimum, natural;

      show_message (f, text);
      gtk_widget_measure (f->window, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL,
                          NULL);
      g_assert_cmpint (minimum, <=, 360);
      g_assert_cmpint (natural, <=, 480);
      gtk_widget_measure (f->window, GTK_ORIENTATION_VERTICAL, natural, &minimum, &natural, NULL,
                          NULL);
      g_assert_cmpint (natural, <=, 720);
    }
}

static GtkWidget *
get_focus (Fixture *f)
{
  return gtk_root_get_focus (GTK_ROOT (f->window));
}

static void
test_focus_starts_on_the_message (Fixture *f, gconstpointer data)
{
  int begin, end;

  g_test_summary ("Who types on when the window comes up types at a text");

  show_sample (f, CF_NOTICE_SAMPLE_ANNOUNCED);
  cf_notice_view_grab_message_focus (f->view);
  g_assert_true (get_focus (f) == cf_test_get_child (f->view, "message"));
  g_assert_false (gtk_label_get_selection_bounds (GTK_LABEL (get_focus (f)), &begin, &end));
  g_assert_null (gtk_window_get_default_widget (GTK_WINDOW (f->window)));

  show_sample (f, CF_NOTICE_SAMPLE_NO_MESSAGE);
  cf_notice_view_grab_message_focus (f->view);
  g_assert_true (get_focus (f) == cf_test_get_child (f->view, "heading"));
}

static double
get_top (Fixture *f, GtkWidget *widget)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (widget, f->window, &bounds));
  return bounds.origin.y;
}

static void
test_tab_order_is_reading_order (Fixture *f, gconstpointer data)
{
  GtkWidget *first;
  GtkWidget *last;
  double top = 0;
  guint n = 1;

  g_test_summary ("Tab goes from the message down to Restart Now, and touches each button");

  show_sample (f, CF_NOTICE_SAMPLE_SEVERAL_PEOPLE);
  cf_notice_view_grab_message_focus (f->view);
  first = get_focus (f);
  top = get_top (f, first);
  last = cf_test_find_button (f->window, "I’m Ready (1 of 3)");
  while (get_focus (f) != last && n < 20)
    {
      gtk_widget_child_focus (f->window, GTK_DIR_TAB_FORWARD);
      g_assert_cmpfloat (get_top (f, get_focus (f)), >=, top - 5);
      top = get_top (f, get_focus (f));
      n++;
    }
  /* message, details, postpone, other times, hide, ready */
  g_assert_cmpuint (n, ==, 6);
  gtk_widget_child_focus (f->window, GTK_DIR_TAB_FORWARD);
  g_assert_true (get_focus (f) == first || get_focus (f) == NULL);
}

static void
test_details_count_as_use (Fixture *f, gconstpointer data)
{
  g_test_summary ("Who opens the details has taken notice");

  show_sample (f, CF_NOTICE_SAMPLE_ANNOUNCED);
  g_signal_emit_by_name (cf_test_get_child (f->view, "details"), "clicked");
  cf_test_settle (f->window);
  g_assert_cmpstr (f->heard->str, ==, "used;");
  g_assert_nonnull (cf_test_find_label (f->window, "K7M-2QX"));
  g_signal_emit_by_name (cf_test_get_child (f->view, "details"), "clicked");
  cf_test_settle (f->window);
  g_assert_null (cf_test_find_label (f->window, "K7M-2QX"));
  g_assert_cmpstr (f->heard->str, ==, "used;");
}

static void
test_screen_readers_are_told (Fixture *f, gconstpointer data)
{
  GtkWidget *announcer = cf_test_get_child (f->view, "announcer");

  g_test_summary ("An announcement is in the tree for a screen reader, and nowhere on the screen");

  show_sample (f, CF_NOTICE_SAMPLE_ANNOUNCED);
  cf_notice_view_announce (f->view, "Ten minutes left.");
  cf_test_settle (f->window);
  g_assert_null (cf_test_find_label (f->window, "Ten minutes left."));
  g_assert_true (gtk_widget_get_mapped (announcer));
  gtk_test_accessible_assert_role (announcer, GTK_ACCESSIBLE_ROLE_ALERT);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (announcer)), ==, "Ten minutes left.");
  gtk_test_accessible_assert_role (cf_test_get_child (f->view, "heading"),
                                   GTK_ACCESSIBLE_ROLE_HEADING);
  gtk_test_accessible_assert_role (cf_test_get_child (f->view, "problem"),
                                   GTK_ACCESSIBLE_ROLE_ALERT);
  gtk_test_accessible_assert_property (cf_test_get_child (f->view, "progress"),
                                       GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, "12 minutes left");
  gtk_test_accessible_assert_property (cf_test_get_child (f->view, "progress"),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Time left");
  gtk_test_accessible_assert_property (gtk_widget_get_first_child (find_arrow (f)),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Other Times");
}

static double
get_fraction (Fixture *f)
{
  return gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (cf_test_get_child (f->view, "progress")));
}

static void
test_reduced_motion_jumps (Fixture *f, gconstpointer data)
{
  GtkSettings *settings = gtk_widget_get_settings (f->window);
  double before;

  g_test_summary ("Without animations the bar moves once a minute, with them each time");

  show_sample (f, CF_NOTICE_SAMPLE_LAST_TEN_MINUTES);
  before = get_fraction (f);
  f->moment.boot_usec += (gint64) 10 * G_USEC_PER_SEC;
  cf_notice_view_set_moment (f->view, &f->moment);
  g_assert_cmpfloat (get_fraction (f), <, before);

  g_object_set (settings, "gtk-enable-animations", FALSE, NULL);
  cf_notice_view_set_moment (f->view, &f->moment);
  before = get_fraction (f);
  f->moment.boot_usec += (gint64) 20 * G_USEC_PER_SEC;
  cf_notice_view_set_moment (f->view, &f->moment);
  g_assert_cmpfloat (get_fraction (f), ==, before);
  f->moment.boot_usec += (gint64) 20 * G_USEC_PER_SEC;
  cf_notice_view_set_moment (f->view, &f->moment);
  g_assert_cmpfloat (get_fraction (f), <, before);
  gtk_settings_reset_property (settings, "gtk-enable-animations");
}

/* takes @path */
static void
show_logo (Fixture *f, char *path)
{
  g_autoptr (CfNotice) notice = cf_test_sample (CF_NOTICE_SAMPLE_ANNOUNCED);

  g_free (notice->logo_path);
  notice->logo_path = path;
  show (f, notice);
}

static char *
write_file (const char *folder, const char *name, const char *content, gssize length)
{
  char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, content, length, NULL));
  return path;
}

static const char wide_svg[] = "<svg xmlns='http://www.w3.org/2000/svg' width='800' height='200'>"
                               "<rect width='800' height='200' fill='#c00'/></svg>";

static void
test_logo_is_made_to_fit (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("curfew-logo-XXXXXX", NULL);
  g_autofree char *path = write_file (folder, "logo.svg", wide_svg, -1);
  GtkWidget *logo = cf_test_get_child (f->view, "logo");

  g_test_summary ("A picture is shown at most 48 high and 160 wide, in its proportions");

  if (!cf_test_has_svg ())
    {
      g_test_skip ("librsvg is not installed");
      g_unlink (path);
      g_rmdir (folder);
      return;
    }
  show_logo (f, g_strdup (path));
  g_assert_true (cf_test_is_seen (logo));
  g_assert_cmpint (gtk_widget_get_width (logo), ==, 160);
  g_assert_cmpint (gtk_widget_get_height (logo), >=, 40);
  g_assert_cmpint (gtk_widget_get_height (logo), <=, 48);

  show_logo (f, g_strdup (""));
  g_assert_false (cf_test_is_seen (logo));
  g_unlink (path);
  g_rmdir (folder);
}

static void
assert_no_logo (Fixture *f, char *path, const char *pattern)
{
  g_test_expect_message ("curfew-notice-view", G_LOG_LEVEL_MESSAGE, pattern);
  show_logo (f, path);
  g_test_assert_expected_messages ();
  g_assert_false (cf_test_is_seen (cf_test_get_child (f->view, "logo")));
}

static void
test_broken_logos_are_left_out (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("curfew-logo-XXXXXX", NULL);
  g_autofree char *large = cf_test_units ("0123456789abcdef", 65537);
  g_autofree char *too_large = write_file (folder, "large.png", large, -1);
  g_autofree char *no_picture = write_file (folder, "text.png", "no picture", -1);
  g_autofree char *cut = write_file (folder, "cut.svg", wide_svg, 40);
  g_autofree char *huge = write_file (
    folder, "huge.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='9000' height='9'/>", -1);
  g_autofree char *fifo = g_build_filename (folder, "fifo.png", NULL);

  g_test_summary ("A picture that is missing, broken, no file or too large is a line in the log");

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  assert_no_logo (f, g_build_filename (folder, "missing.png", NULL), "*cannot be read*");
  assert_no_logo (f, g_strdup (too_large), "*at most 1048576 bytes");
  assert_no_logo (f, g_strdup (no_picture), "*cannot be shown*");
  assert_no_logo (f, g_strdup (cut), "*cannot be shown*");
  assert_no_logo (f, g_strdup (huge),
                  cf_test_has_svg () ? "*at most 4096 by 4096*" : "*cannot be shown*");
  assert_no_logo (f, g_strdup (fifo), "*has to be a file*");
  assert_no_logo (f, g_strdup (folder), "*has to be a file*");
  g_unlink (fifo);
  g_unlink (too_large);
  g_unlink (no_picture);
  g_unlink (cut);
  g_unlink (huge);
  g_rmdir (folder);
}

static void
add (const char *path, void (*test) (Fixture *f, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv);
  adw_init ();

  for (CfNoticeSample sample = 0; sample < CF_NOTICE_N_SAMPLES; sample++)
    {
      g_autofree char *path = g_strdup_printf ("/notice-view/shows-its-words/%s",
                                               cf_notice_sample_get_name (sample));

      g_test_add (path, Fixture, GUINT_TO_POINTER (sample), set_up, test_samples_show_their_words,
                  tear_down);
    }
  add ("/notice-view/ended-offers-to-close", test_ended_offers_to_close);
  add ("/notice-view/last-minute-stays", test_last_minute_stays);
  add ("/notice-view/time-changes-urgency", test_time_changes_urgency);
  add ("/notice-view/buttons-tell", test_buttons_tell);
  add ("/notice-view/several-people-say-ready", test_several_people_say_ready);
  add ("/notice-view/held-offers-no-act", test_held_offers_no_act);
  add ("/notice-view/adrift-counts-nothing", test_adrift_counts_nothing);
  add ("/notice-view/menu-has-the-other-times", test_menu_has_the_other_times);
  add ("/notice-view/ticking-keeps-the-menu", test_ticking_keeps_the_menu);
  add ("/notice-view/same-moment-is-silent", test_same_moment_is_silent);
  add ("/notice-view/unarmed-does-nothing", test_unarmed_does_nothing);
  add ("/notice-view/texts-are-inert", test_texts_are_inert);
  add ("/notice-view/foreign-names-are-inert", test_foreign_names_are_inert);
  add ("/notice-view/problem-is-said", test_problem_is_said);
  add ("/notice-view/long-texts-fit", test_long_texts_fit);
  add ("/notice-view/focus-starts-on-the-message", test_focus_starts_on_the_message);
  add ("/notice-view/tab-order-is-reading-order", test_tab_order_is_reading_order);
  add ("/notice-view/details-count-as-use", test_details_count_as_use);
  add ("/notice-view/screen-readers-are-told", test_screen_readers_are_told);
  add ("/notice-view/reduced-motion-jumps", test_reduced_motion_jumps);
  add ("/notice-view/logo-is-made-to-fit", test_logo_is_made_to_fit);
  add ("/notice-view/broken-logos-are-left-out", test_broken_logos_are_left_out);
  return g_test_run ();
}
