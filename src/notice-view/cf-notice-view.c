/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-notice-view.h"

#include <glib/gi18n-lib.h>

#include "cf-notice-actions.h"
#include "cf-notice-label.h"
#include "cf-notice-logo.h"
#include "cf-notice-scroller.h"
#include "notice/cf-notice-phase.h"
#include "request/cf-display-text.h"

#define MIN_WIDTH         345
#define COMFORTABLE_WIDTH 425 /* at text of normal size */
#define NORMAL_DPI        (96 * 1024)

struct _CfNoticeView
{
  GtkWidget parent_instance;

  GtkWidget *outer;
  CfNoticeScroller *scroller;
  GtkWidget *sender;
  GtkPicture *logo;
  GtkLabel *organization;
  GtkImage *icon;
  GtkLabel *heading;
  GtkLabel *remaining;
  GtkProgressBar *progress;
  GtkLabel *event;
  GtkLabel *rehearsal;
  CfNoticeScroller *message_scroller;
  GtkLabel *message;
  GtkLabel *others;
  GtkLabel *unsaved;
  GtkLabel *held;
  GtkWidget *more;
  GtkToggleButton *details;
  GtkImage *arrow;
  GtkLabel *requester_name;
  GtkLabel *requester;
  GtkLabel *reason_name;
  GtkLabel *reason;
  GtkLabel *code_name;
  GtkLabel *code;
  GtkLabel *help_name;
  GtkLabel *help;
  GtkWidget *problem_line;
  GtkLabel *problem;
  CfNoticeActions *actions;
  GtkLabel *announcer;

  CfNotice *notice; /* (owned) (nullable) */
  CfNoticeMoment moment;
  GPtrArray *programs;     /* (owned) (nullable) (element-type CfNoticeProgram) */
  char *logo_path;         /* (owned) (nullable): what was tried last */
  const char *phase_class; /* (nullable): the style class that is set */
  gboolean is_armed;
};

G_DEFINE_FINAL_TYPE (CfNoticeView, cf_notice_view, GTK_TYPE_WIDGET)

typedef enum
{
  PROP_ARMED = 1
} CfNoticeViewProperty;
static GParamSpec *props[PROP_ARMED + 1];

enum
{
  POSTPONE,
  NOTE,
  ACT_NOW,
  READY,
  DISMISS,
  USED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* how urgent */

/* How it ended, without words: green and a check mark are for what somebody decided, not for what
 * could not be done. */
static const char *
choose_ending (const CfNotice *notice, gboolean is_icon)
{
  if (notice->outcome == CF_NOTICE_CALLED_OFF)
    return is_icon ? "object-select-symbolic" : "phase-over";
  if (notice->outcome == CF_NOTICE_FAILED)
    return is_icon ? "dialog-warning-symbolic" : "phase-warning";
  return is_icon ? "dialog-information-symbolic" : "phase-information";
}

/* What a person recognizes without reading; words say it as well. */
static const char *
choose_icon (const CfNotice *notice, CfNoticePhase phase)
{
  switch (phase)
    {
    case CF_NOTICE_PHASE_WARNING:
    case CF_NOTICE_PHASE_STRONG:
      return "dialog-warning-symbolic";
    case CF_NOTICE_PHASE_GOING_DOWN:
      return notice->action == CF_SHUTDOWN_ACTION_RESTART ? "system-reboot-symbolic"
                                                          : "system-shutdown-symbolic";
    case CF_NOTICE_PHASE_OVER:
      return choose_ending (notice, TRUE);
    case CF_NOTICE_PHASE_NOTHING:
    case CF_NOTICE_PHASE_INFORMATION:
    default:
      return "dialog-information-symbolic";
    }
}

static const char *
choose_class (const CfNotice *notice, CfNoticePhase phase)
{
  switch (phase)
    {
    case CF_NOTICE_PHASE_WARNING:
      return "phase-warning";
    case CF_NOTICE_PHASE_STRONG:
      return "phase-strong";
    case CF_NOTICE_PHASE_GOING_DOWN:
      return "phase-going-down";
    case CF_NOTICE_PHASE_OVER:
      return choose_ending (notice, FALSE);
    case CF_NOTICE_PHASE_NOTHING:
    case CF_NOTICE_PHASE_INFORMATION:
    default:
      return "phase-information";
    }
}

static void
show_phase (CfNoticeView *self, CfNoticePhase phase)
{
  const char *icon = choose_icon (self->notice, phase);
  const char *phase_class = choose_class (self->notice, phase);

  if (g_strcmp0 (gtk_image_get_icon_name (self->icon), icon) != 0)
    gtk_image_set_from_icon_name (self->icon, icon);
  if (g_strcmp0 (self->phase_class, phase_class) == 0)
    return;
  if (self->phase_class != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self), self->phase_class);
  gtk_widget_add_css_class (GTK_WIDGET (self), phase_class);
  self->phase_class = phase_class;
}

/* Without animations the bar stands still for a minute; the last minute is one step. */
static double
get_fraction (CfNoticeView *self)
{
  gboolean animates = TRUE;
  CfNoticeMoment moment = self->moment;
  gint64 left = cf_notice_get_left_usec (self->notice, moment.boot_usec);
  gint64 minute = G_USEC_PER_SEC * 60;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &animates,
                NULL);
  if (!animates)
    moment.boot_usec -= (minute - left % minute) % minute;
  return cf_notice_get_fraction_left (self->notice, moment.boot_usec);
}

static void
show_progress (CfNoticeView *self, CfNoticePhase phase, const char *remaining)
{
  gboolean is_visible = remaining != NULL && self->notice->state == CF_NOTICE_PENDING;
  double fraction;

  gtk_widget_set_visible (GTK_WIDGET (self->progress), is_visible);
  if (!is_visible)
    return;

  fraction = get_fraction (self);
  if (gtk_progress_bar_get_fraction (self->progress) != fraction)
    gtk_progress_bar_set_fraction (self->progress, fraction);
}

/* what is said */

static void
show_time (CfNoticeView *self)
{
  CfNoticePhase phase = cf_notice_get_phase (self->notice, self->moment.boot_usec);
  g_autofree char *heading = cf_notice_words_dup_heading (self->notice, &self->moment);
  g_autofree char *remaining = cf_notice_words_dup_remaining (self->notice, &self->moment);
  g_autofree char *event = cf_notice_words_dup_event (self->notice, &self->moment);
  gboolean is_new = g_strcmp0 (gtk_label_get_text (self->remaining), remaining) != 0;

  show_phase (self, phase);
  cf_notice_label_set (self->heading, heading);
  cf_notice_label_set (self->remaining, remaining);
  cf_notice_label_set (self->event, event);
  show_progress (self, phase, remaining);
  if (is_new && remaining != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress),
                                    GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, remaining, -1);
}

static void
show_people (CfNoticeView *self)
{
  g_autofree char *others = cf_notice_words_dup_others (self->notice, &self->moment);
  g_autofree char *held = cf_notice_words_dup_held (self->notice, &self->moment);
  g_autofree char *unsaved = NULL;

  if (self->notice->state == CF_NOTICE_PENDING && self->programs != NULL)
    unsaved = cf_notice_words_dup_unsaved (self->programs);
  cf_notice_label_set (self->others, others);
  cf_notice_label_set (self->held, held);
  cf_notice_label_set (self->unsaved, unsaved);
}

/* The message can be selected, and then is where the focus starts; without one it is the heading.
 */
static void
show_message (CfNoticeView *self)
{
  g_autofree char *message = cf_notice_words_dup_message (self->notice);
  gboolean has_message = message != NULL && *message != '\0';

  cf_notice_label_set (self->message, message);
  gtk_widget_set_visible (GTK_WIDGET (self->message_scroller), has_message);
  gtk_label_set_selectable (self->heading, !has_message);
}

static gboolean
show_fact (GtkLabel *name, GtkLabel *value, const char *text)
{
  cf_notice_label_set (value, text);
  gtk_widget_set_visible (GTK_WIDGET (name), gtk_widget_get_visible (GTK_WIDGET (value)));
  return gtk_widget_get_visible (GTK_WIDGET (value));
}

static void
show_details (CfNoticeView *self)
{
  g_autofree char *requester = cf_notice_words_dup_requester (self->notice);
  g_autofree char *reason = cf_notice_words_dup_reason (self->notice);
  g_autofree char *code = cf_display_text_one_line (self->notice->request_code);
  g_autofree char *help = cf_display_text_one_line (self->notice->help_contact);
  gboolean is_visible = FALSE;

  is_visible |= show_fact (self->requester_name, self->requester, requester);
  is_visible |= show_fact (self->reason_name, self->reason, reason);
  is_visible |= show_fact (self->code_name, self->code, code);
  is_visible |= show_fact (self->help_name, self->help, help);
  gtk_widget_set_visible (self->more, is_visible);
}

/* A path is tried once: a picture that is missing or broken does not come back each second. */
static void
show_logo (CfNoticeView *self)
{
  g_autoptr (GdkPaintable) logo = NULL;
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (self->logo_path, self->notice->logo_path) == 0)
    return;
  g_free (self->logo_path);
  self->logo_path = g_strdup (self->notice->logo_path);

  if (*self->logo_path != '\0')
    {
      logo = cf_notice_logo_load (self->logo_path, &error);
      if (logo == NULL)
        g_message ("%s", error->message);
    }
  gtk_picture_set_paintable (self->logo, logo);
  gtk_widget_set_visible (GTK_WIDGET (self->logo), logo != NULL);
}

static void
show_sender (CfNoticeView *self)
{
  g_autofree char *organization = cf_display_text_one_line (self->notice->organization);
  g_autofree char *rehearsal = cf_notice_words_dup_rehearsal (self->notice);

  show_logo (self);
  cf_notice_label_set (self->organization, organization);
  gtk_widget_set_visible (self->sender, gtk_widget_get_visible (GTK_WIDGET (self->logo)) ||
                                          gtk_widget_get_visible (GTK_WIDGET (self->organization)));
  cf_notice_label_set (self->rehearsal, rehearsal);
}

/* size */

/* How much larger than normal the person reads. */
static double
get_text_scale (CfNoticeView *self)
{
  int dpi = -1;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-xft-dpi", &dpi, NULL);
  return dpi > 0 ? (double) dpi / NORMAL_DPI : 1;
}

static GtkSizeRequestMode
cf_notice_view_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
cf_notice_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                        int *natural, int *minimum_baseline, int *natural_baseline)
{
  CfNoticeView *self = CF_NOTICE_VIEW (widget);

  /* the height follows from the width, never the other way round */
  gtk_widget_measure (self->outer, orientation,
                      orientation == GTK_ORIENTATION_VERTICAL ? for_size : -1, minimum, natural,
                      NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MAX (*minimum, MIN_WIDTH);
      *natural = MAX (*minimum, (int) (COMFORTABLE_WIDTH * get_text_scale (self)));
    }
}

static void
cf_notice_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CfNoticeView *self = CF_NOTICE_VIEW (widget);
  GtkRequisition size;

  gtk_widget_size_allocate (self->outer, &(GtkAllocation){ 0, 0, width, height }, baseline);
  /* there for screen readers; nobody sees it */
  gtk_widget_get_preferred_size (GTK_WIDGET (self->announcer), &size, NULL);
  gtk_widget_size_allocate (GTK_WIDGET (self->announcer),
                            &(GtkAllocation){ 0, 0, size.width, size.height }, -1);
}

/* what the person does */

static void
postpone_action (GtkWidget *widget, const char *name, GVariant *seconds)
{
  if (CF_NOTICE_VIEW (widget)->is_armed)
    g_signal_emit (widget, signals[POSTPONE], 0, g_variant_get_uint32 (seconds));
}

static void
note_action (GtkWidget *widget, const char *name, GVariant *seconds)
{
  if (CF_NOTICE_VIEW (widget)->is_armed)
    g_signal_emit (widget, signals[NOTE], 0, g_variant_get_uint32 (seconds));
}

/* With others signed in nobody decides alone: each says when he is ready, or takes it back. */
static void
act_action (GtkWidget *widget, const char *name, GVariant *nothing)
{
  CfNoticeView *self = CF_NOTICE_VIEW (widget);
  g_autofree char *offered = NULL;
  const CfNoticePerson *person;

  if (self->notice != NULL)
    offered = cf_notice_words_dup_act (self->notice, &self->moment);
  if (!self->is_armed || offered == NULL)
    return;
  if (cf_notice_count_others (self->notice, self->moment.uid) == 0)
    {
      g_signal_emit (self, signals[ACT_NOW], 0);
      return;
    }
  person = cf_notice_find_person (self->notice, self->moment.uid);
  g_signal_emit (self, signals[READY], 0, person == NULL || !person->is_ready);
}

static void
dismiss_action (GtkWidget *widget, const char *name, GVariant *nothing)
{
  if (CF_NOTICE_VIEW (widget)->is_armed)
    g_signal_emit (widget, signals[DISMISS], 0);
}

/* A pointer does not stray as typing does: whoever points here has seen it. */
static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, CfNoticeView *self)
{
  if (self->is_armed)
    g_signal_emit (self, signals[USED], 0);
}

static void
scrolled_cb (CfNoticeScroller *scroller, CfNoticeView *self)
{
  g_signal_emit (self, signals[USED], 0);
}

static void
toggled_cb (GtkToggleButton *details, CfNoticeView *self)
{
  gboolean is_open = gtk_toggle_button_get_active (details);

  gtk_image_set_from_icon_name (self->arrow, is_open ? "pan-down-symbolic" : "pan-end-symbolic");
  gtk_accessible_update_state (GTK_ACCESSIBLE (details), GTK_ACCESSIBLE_STATE_EXPANDED, is_open,
                               -1);
  if (is_open)
    g_signal_emit (self, signals[USED], 0);
}

static void
watch_pointer (CfNoticeView *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->scroller), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (self->scroller, "scrolled", G_CALLBACK (scrolled_cb), self);
}

/* the object */

static void
cf_notice_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CfNoticeView *self = CF_NOTICE_VIEW (object);

  switch ((CfNoticeViewProperty) id)
    {
    case PROP_ARMED:
      g_value_set_boolean (value, self->is_armed);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cf_notice_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CfNoticeView *self = CF_NOTICE_VIEW (object);

  switch ((CfNoticeViewProperty) id)
    {
    case PROP_ARMED:
      cf_notice_view_set_armed (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cf_notice_view_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CF_TYPE_NOTICE_VIEW);
  G_OBJECT_CLASS (cf_notice_view_parent_class)->dispose (object);
}

static void
cf_notice_view_finalize (GObject *object)
{
  CfNoticeView *self = CF_NOTICE_VIEW (object);

  g_clear_pointer (&self->notice, cf_notice_unref);
  g_clear_pointer (&self->programs, g_ptr_array_unref);
  g_free (self->logo_path);
  G_OBJECT_CLASS (cf_notice_view_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  g_type_ensure (CF_TYPE_NOTICE_ACTIONS);
  g_type_ensure (CF_TYPE_NOTICE_SCROLLER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/curfew/Curfew/notice-view/cf-notice-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, outer);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, scroller);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, sender);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, logo);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, organization);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, icon);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, heading);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, remaining);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, progress);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, event);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, rehearsal);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, message_scroller);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, message);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, others);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, unsaved);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, held);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, more);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, details);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, arrow);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, requester_name);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, requester);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, reason_name);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, reason);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, code_name);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, code);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, help_name);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, help);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, problem_line);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, problem);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, actions);
  gtk_widget_class_bind_template_child (widget_class, CfNoticeView, announcer);
}

static guint
add_signal (const char *name, GType argument)
{
  return g_signal_new (name, CF_TYPE_NOTICE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, argument != G_TYPE_NONE ? 1 : 0, argument);
}

static void
cf_notice_view_class_init (CfNoticeViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = cf_notice_view_get_property;
  object_class->set_property = cf_notice_view_set_property;
  object_class->dispose = cf_notice_view_dispose;
  object_class->finalize = cf_notice_view_finalize;
  widget_class->get_request_mode = cf_notice_view_get_request_mode;
  widget_class->measure = cf_notice_view_measure;
  widget_class->size_allocate = cf_notice_view_size_allocate;

  props[PROP_ARMED] = g_param_spec_boolean ("armed", NULL, NULL, TRUE,
                                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                              G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  signals[POSTPONE] = add_signal ("postpone", G_TYPE_UINT);
  signals[NOTE] = add_signal ("note", G_TYPE_UINT);
  signals[ACT_NOW] = add_signal ("act-now", G_TYPE_NONE);
  signals[READY] = add_signal ("ready", G_TYPE_BOOLEAN);
  signals[DISMISS] = add_signal ("dismiss", G_TYPE_NONE);
  signals[USED] = add_signal ("used", G_TYPE_NONE);

  gtk_widget_class_install_action (widget_class, "notice.postpone", "u", postpone_action);
  gtk_widget_class_install_action (widget_class, "notice.note", "u", note_action);
  gtk_widget_class_install_action (widget_class, "notice.act", NULL, act_action);
  gtk_widget_class_install_action (widget_class, "notice.dismiss", NULL, dismiss_action);

  gtk_widget_class_set_css_name (widget_class, "noticeview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  bind_children (widget_class);
}

/* The style sheet belongs to the display, however many views it has. */
static void
add_style (GdkDisplay *display)
{
  static const char key[] = "cf-notice-view-style";
  g_autoptr (GtkCssProvider) provider = NULL;

  if (g_object_get_data (G_OBJECT (display), key) != NULL)
    return;
  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider,
                                       "/org/curfew/Curfew/notice-view/cf-notice-view.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  g_object_set_data (G_OBJECT (display), key, (gpointer) key);
}

static void
cf_notice_view_init (CfNoticeView *self)
{
  self->is_armed = TRUE;
  add_style (gtk_widget_get_display (GTK_WIDGET (self)));
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Time left"), -1);
  g_signal_connect (self->details, "toggled", G_CALLBACK (toggled_cb), self);
  watch_pointer (self);
}

/**
 * cf_notice_view_new:
 *
 * Returns: (transfer floating): a view that shows nothing yet
 */
GtkWidget *
cf_notice_view_new (void)
{
  return g_object_new (CF_TYPE_NOTICE_VIEW, NULL);
}

/**
 * cf_notice_view_show:
 * @self: a view
 * @notice: what to show; the view keeps it
 * @moment: when, and to whom
 *
 * Shows @notice as it is at @moment. The problem that was shown stays: see
 * cf_notice_view_set_problem().
 */
void
cf_notice_view_show (CfNoticeView *self, CfNotice *notice, const CfNoticeMoment *moment)
{
  g_return_if_fail (CF_IS_NOTICE_VIEW (self));
  g_return_if_fail (notice != NULL && moment != NULL);

  cf_notice_ref (notice);
  g_clear_pointer (&self->notice, cf_notice_unref);
  self->notice = notice;
  show_sender (self);
  show_message (self);
  show_details (self);
  cf_notice_view_set_moment (self, moment);
}

/**
 * cf_notice_view_set_moment:
 * @self: a view
 * @moment: when, and to whom
 *
 * Tells the time, as often as cf_notice_get_next_change() says. What reads the same as before is
 * not touched.
 */
void
cf_notice_view_set_moment (CfNoticeView *self, const CfNoticeMoment *moment)
{
  g_return_if_fail (CF_IS_NOTICE_VIEW (self));
  g_return_if_fail (moment != NULL);

  self->moment = *moment;
  if (self->notice == NULL)
    return;

  show_time (self);
  show_people (self);
  cf_notice_actions_show (self->actions, self->notice, moment);
}

/**
 * cf_notice_view_set_unsaved:
 * @self: a view
 * @programs: (element-type CfNoticeProgram) (nullable): which programs of this person have work
 *   that is not saved; the view keeps it, and it may not change any more
 *
 * Names what would be lost.
 */
void
cf_notice_view_set_unsaved (CfNoticeView *self, GPtrArray *programs)
{
  g_return_if_fail (CF_IS_NOTICE_VIEW (self));

  if (programs != NULL)
    g_ptr_array_ref (programs);
  g_clear_pointer (&self->programs, g_ptr_array_unref);
  self->programs = programs;
  if (self->notice != NULL)
    show_people (self);
}

/**
 * cf_notice_view_set_problem:
 * @self: a view
 * @text: (nullable): why what the person asked for did not happen; %NULL if all is well
 *
 * Says beside the buttons what went wrong. Screen readers say it at once.
 */
void
cf_notice_view_set_problem (CfNoticeView *self, const char *text)
{
  g_autofree char *clean = NULL;

  g_return_if_fail (CF_IS_NOTICE_VIEW (self));

  if (text != NULL)
    clean = cf_display_text_clean (text);
  gtk_widget_set_visible (self->problem_line, clean != NULL && *clean != '\0');
  cf_notice_label_set (self->problem, clean);
}

/**
 * cf_notice_view_set_armed:
 * @self: a view
 * @is_armed: whether the buttons do something
 *
 * While it is %FALSE, whatever is clicked, typed or activated at the buttons is lost; they look as
 * always, and can be focused.
 */
void
cf_notice_view_set_armed (CfNoticeView *self, gboolean is_armed)
{
  g_return_if_fail (CF_IS_NOTICE_VIEW (self));

  is_armed = !!is_armed;
  if (self->is_armed == is_armed)
    return;
  self->is_armed = is_armed;
  cf_notice_actions_set_armed (self->actions, is_armed);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ARMED]);
}

/**
 * cf_notice_view_announce:
 * @self: a view
 * @text: one sentence
 *
 * Has a screen reader say @text now. Nobody sees it.
 */
void
cf_notice_view_announce (CfNoticeView *self, const char *text)
{
  g_return_if_fail (CF_IS_NOTICE_VIEW (self));
  g_return_if_fail (text != NULL);

  cf_notice_label_set (self->announcer, text);
#if GTK_CHECK_VERSION(4, 14, 0)
  /* Before, the changed name of the alert is all there is. */
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  G_GNUC_END_IGNORE_DEPRECATIONS
#endif
}

/**
 * cf_notice_view_grab_message_focus:
 * @self: a view in a window
 *
 * Puts the focus where nothing happens whatever is typed: on the message, or on the heading if
 * there is none. Nothing is selected, and nothing scrolled.
 */
void
cf_notice_view_grab_message_focus (CfNoticeView *self)
{
  GtkLabel *label;

  g_return_if_fail (CF_IS_NOTICE_VIEW (self));

  label = gtk_widget_get_visible (GTK_WIDGET (self->message_scroller)) ? self->message
                                                                       : self->heading;
  gtk_widget_grab_focus (GTK_WIDGET (label));
  gtk_label_select_region (label, 0, 0);
  cf_notice_scroller_to_top (self->scroller);
}

/**
 * cf_notice_view_get_heading:
 * @self: a view
 *
 * Returns: what the heading says, such as for a window title; "" before there is a notice
 */
const char *
cf_notice_view_get_heading (CfNoticeView *self)
{
  g_return_val_if_fail (CF_IS_NOTICE_VIEW (self), NULL);

  return gtk_label_get_text (self->heading);
}
