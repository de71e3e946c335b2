/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-notice-actions.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "cf-notice-label.h"
#include "notice/cf-notice-phase.h"
#include "notice/cf-postpone-choices.h"

struct _CfNoticeActions
{
  GtkWidget parent_instance;

  GtkWidget *postponing;
  AdwSplitButton *postpone;
  GtkLabel *budget;
  GtkLabel *consent;
  GtkWidget *leaving; /* bound, or disposing of the template forgets it */
  GtkLabel *staying;
  GtkButton *hide;
  GtkButton *act;

  gboolean is_armed;
  guint swallowed_key; /* what was pressed while nothing was armed, and still is; 0 if nothing */
  char *menu_key;      /* (owned): what the menu was made of */
};

G_DEFINE_FINAL_TYPE (CfNoticeActions, cf_notice_actions, GTK_TYPE_WIDGET)

static gboolean
presses_buttons (guint keyval)
{
  switch (keyval)
    {
    case GDK_KEY_space:
    case GDK_KEY_KP_Space:
    case GDK_KEY_Return:
    case GDK_KEY_ISO_Enter:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_Down: /* opens a menu */
    case GDK_KEY_F4:
      return TRUE;
    default:
      return FALSE;
    }
}

/* A key held down since before counts until it is let go: it was meant for another window. */
static gboolean
swallows_key (CfNoticeActions *self, GdkEvent *event)
{
  guint keyval = gdk_key_event_get_keyval (event);

  if (gdk_event_get_event_type (event) == GDK_KEY_RELEASE)
    {
      if (keyval == self->swallowed_key)
        self->swallowed_key = 0;
      return FALSE;
    }
  if (self->is_armed)
    return keyval == self->swallowed_key;
  if (!presses_buttons (keyval) || (gdk_event_get_modifier_state (event) & GDK_ALT_MASK) != 0)
    return FALSE;
  self->swallowed_key = keyval;
  return TRUE;
}

static gboolean
event_cb (GtkEventControllerLegacy *controller, GdkEvent *event, CfNoticeActions *self)
{
  GdkEventType type = gdk_event_get_event_type (event);

  if (type == GDK_KEY_PRESS || type == GDK_KEY_RELEASE)
    return swallows_key (self, event);
  return !self->is_armed && (type == GDK_BUTTON_PRESS || type == GDK_TOUCH_BEGIN);
}

static void
set_button_text (GtkButton *button, const char *text)
{
  gtk_widget_set_visible (GTK_WIDGET (button), text != NULL);
  if (text != NULL && g_strcmp0 (gtk_button_get_label (button), text) != 0)
    gtk_button_set_label (button, text);
}

/* The other times, and a note for the first. */
static GMenuModel *
make_menu (const guint32 *seconds, char **labels, gsize n)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) times = g_menu_new ();
  g_autoptr (GMenu) more = g_menu_new ();
  g_autoptr (GMenuItem) note = g_menu_item_new (_ ("Add a Note…"), NULL);

  for (gsize i = 1; i < n; i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (labels[i], NULL);

      g_menu_item_set_action_and_target (item, "notice.postpone", "u", seconds[i]);
      g_menu_append_item (times, item);
    }
  g_menu_item_set_action_and_target (note, "notice.note", "u", seconds[0]);
  g_menu_append_item (more, note);
  if (n > 1)
    g_menu_append_section (menu, NULL, G_MENU_MODEL (times));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (more));
  return G_MENU_MODEL (g_steal_pointer (&menu));
}

/* Old versions of GTK find out by themselves how these are called, and with a name of ours a screen
 * reader would hear it twice; newer ones, 4.18 at the latest, find nothing or another one. */
static gboolean
needs_names (void)
{
  return gtk_check_version (4, 10, 0) == NULL;
}

static void
name_items (GtkWidget *widget)
{
  if (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget)) ==
        GTK_ACCESSIBLE_ROLE_MENU_ITEM &&
      g_object_class_find_property (G_OBJECT_GET_CLASS (widget), "text") != NULL)
    {
      g_autofree char *text = NULL;

      g_object_get (widget, "text", &text, NULL);
      gtk_accessible_reset_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
      gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, text,
                                      -1);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    name_items (child);
}

/* The menu stays as it is, and open, while it would say the same. */
static void
show_choices (CfNoticeActions *self, const guint32 *seconds, char **labels, gsize n)
{
  g_autoptr (GString) key = g_string_new (NULL);
  g_autoptr (GMenuModel) menu = NULL;

  for (gsize i = 0; i < n; i++)
    g_string_append_printf (key, "%u %s\n", seconds[i], labels[i]);
  if (g_strcmp0 (self->menu_key, key->str) == 0)
    return;

  g_free (self->menu_key);
  self->menu_key = g_string_free (g_steal_pointer (&key), FALSE);
  menu = make_menu (seconds, labels, n);
  adw_split_button_set_label (self->postpone, labels[0]);
  /* target first: an action without the one it needs is a warning */
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->postpone), "u", seconds[0]);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->postpone), "notice.postpone");
  adw_split_button_set_menu_model (self->postpone, menu);
  if (needs_names ())
    name_items (GTK_WIDGET (adw_split_button_get_popover (self->postpone)));
}

static void
show_postponing (CfNoticeActions *self, const CfNotice *notice, const CfNoticeMoment *moment)
{
  guint32 seconds[CF_POSTPONE_CHOICES_MAX];
  g_auto (GStrv) labels = g_new0 (char *, CF_POSTPONE_CHOICES_MAX + 1);
  g_autofree char *budget = NULL;
  gsize n = 0;

  if (notice->state == CF_NOTICE_PENDING)
    {
      n = cf_postpone_choices_list (notice, moment->boot_usec, seconds);
      budget = cf_notice_words_dup_budget (notice, moment);
    }
  for (gsize i = 0; i < n; i++)
    labels[i] = cf_notice_words_dup_postpone (notice, moment, seconds[i]);
  if (n > 0)
    show_choices (self, seconds, labels, n);
  gtk_widget_set_visible (GTK_WIDGET (self->postpone), n > 0);
  cf_notice_label_set (self->budget, budget);
  gtk_widget_set_visible (self->postponing, n > 0 || budget != NULL);
}

static void
show_act (CfNoticeActions *self, const CfNotice *notice, const CfNoticeMoment *moment)
{
  g_autofree char *text = cf_notice_words_dup_act (notice, moment);
  g_autofree char *consent = cf_notice_words_dup_consent (notice, moment);

  set_button_text (self->act, text);
  cf_notice_label_set (self->consent, consent);
}

/**
 * cf_notice_actions_show:
 * @self: the buttons
 * @notice: what they are for
 * @moment: when, and whose they are
 *
 * Offers what can be done about @notice at @moment. Only what differs from before changes.
 */
void
cf_notice_actions_show (CfNoticeActions *self, const CfNotice *notice, const CfNoticeMoment *moment)
{
  g_autofree char *staying = NULL;

  g_return_if_fail (CF_IS_NOTICE_ACTIONS (self));
  g_return_if_fail (notice != NULL && moment != NULL);

  show_postponing (self, notice, moment);
  show_act (self, notice, moment);

  staying = cf_notice_words_dup_staying (notice, moment);
  cf_notice_label_set (self->staying, staying);
  if (staying != NULL)
    set_button_text (self->hide, NULL);
  else if (cf_notice_get_phase (notice, moment->boot_usec) == CF_NOTICE_PHASE_OVER)
    set_button_text (self->hide, C_ ("a button, for good", "Close"));
  else
    set_button_text (self->hide, C_ ("a button, until later", "Hide"));
}

/**
 * cf_notice_actions_set_armed:
 * @self: the buttons
 * @is_armed: whether they do something
 *
 * Buttons that are not armed look as always and can be focused, but swallow what is clicked and
 * typed at them.
 */
void
cf_notice_actions_set_armed (CfNoticeActions *self, gboolean is_armed)
{
  g_return_if_fail (CF_IS_NOTICE_ACTIONS (self));

  self->is_armed = is_armed;
}

/* The arrow is a picture only; without a name a screen reader reads the class of it. */
static void
name_arrow (AdwSplitButton *button)
{
  /* Translators: a button beside “Postpone to 15:00” that opens a menu */
  const char *name = _ ("Other Times");

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (button)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_MENU_BUTTON (child))
      {
        GtkWidget *toggle = gtk_widget_get_first_child (child);

        /* else it is a button around a button */
        g_object_set (child, "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
        /* libadwaita 1.7 calls it "More Options", and so the button in it, too */
        if (needs_names ())
          gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                          name, -1);
        if (toggle != NULL)
          gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                          name, -1);
      }
}

static void
cf_notice_actions_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CF_TYPE_NOTICE_ACTIONS);
  G_OBJECT_CLASS (cf_notice_actions_parent_class)->dispose (object);
}

static void
cf_notice_actions_finalize (GObject *object)
{
  CfNoticeActions *self = CF_NOTICE_ACTIONS (object);

  g_free (self->menu_key);
  G_OBJECT_CLASS (cf_notice_actions_parent_class)->finalize (object);
}

static void
cf_notice_actions_class_init (CfNoticeActionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cf_notice_actions_dispose;
  object_class->finalize = cf_notice_actions_finalize;

  g_type_ensure (ADW_TYPE_SPLIT_BUTTON);
  gtk_widget_class_set_css_name (widget_class, "noticeactions");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/org/curfew/Curfew/notice-view/cf-notice-actions.ui");
  gtk_widget_class_bind_template_child (widget_class, CfNoticeActions, postponing);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeActions, postpone);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeActions, budget);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeActions, consent);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeActions, leaving);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeActions, staying);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeActions, hide);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeActions, act);
}

static void
cf_notice_actions_init (CfNoticeActions *self)
{
  GtkLayoutManager *layout;
  GtkEventController *controller = gtk_event_controller_legacy_new ();

  self->is_armed = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  name_arrow (self->postpone);

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect (controller, "event", G_CALLBACK (event_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}
