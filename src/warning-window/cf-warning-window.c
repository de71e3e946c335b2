/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-warning-window.h"

#include "cf-act-kind.h"
#include "cf-attention.h"
#include "cf-note-dialog.h"
#include "cf-second-question.h"
#include "cf-spoken-moment.h"

#include "notice-view/cf-notice-view.h"
#include "notice/cf-notice-phase.h"

struct _CfWarningWindow
{
  AdwWindow parent_instance;

  GtkWidget *header;      /* not owned */
  CfNoticeView *view;     /* not owned */
  CfAttention *attention; /* (owned) */
  GtkWindow *dialog;      /* (nullable): weak; the note or the question that is open */
  char *preview_title;    /* (owned) (nullable) */
  char *heading;          /* (owned) (nullable): what the view shows, as title and label have it */

  CfNotice *notice; /* (owned) (nullable) */
  CfNoticeMoment moment;
  CfActKind act_kind; /* of what is shown */
  GPtrArray *unsaved; /* (owned) (element-type CfNoticeProgram) */
  CfSpokenMoment spoken;
  char *read_code; /* (owned) (nullable): of the request that was read since it was presented */

  gboolean stays; /* it cannot be closed */
  gboolean is_busy;
  int height; /* px; 0 before the first time */
  gulong frame_id;
};

G_DEFINE_FINAL_TYPE (CfWarningWindow, cf_warning_window, ADW_TYPE_WINDOW)

enum
{
  POSTPONE,
  ACT_NOW,
  READY,
  SHOWN,
  HIDDEN,
  READ,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
mark_read (CfWarningWindow *self)
{
  if (self->notice == NULL || self->notice->state != CF_NOTICE_PENDING)
    return;
  if (g_strcmp0 (self->read_code, self->notice->request_code) == 0)
    return;
  g_free (self->read_code);
  self->read_code = g_strdup (self->notice->request_code);
  g_signal_emit (self, signals[READ], 0);
}

static void
update_armed (CfWarningWindow *self)
{
  cf_notice_view_set_armed (self->view, !cf_attention_is_fresh (self->attention) && !self->is_busy);
}

/* What a screen reader says of the window when it comes to it: not live. */
static void
update_description (CfWarningWindow *self)
{
  g_autofree char *description = cf_spoken_moment_dup_description (self->notice, &self->moment);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  description, -1);
}

static void
update_title (CfWarningWindow *self)
{
  const char *heading = cf_notice_view_get_heading (self->view);

  if (g_strcmp0 (self->heading, heading) == 0)
    return;
  g_free (self->heading);
  self->heading = g_strdup (heading);
  gtk_window_set_title (GTK_WINDOW (self),
                        self->preview_title != NULL ? self->preview_title : heading);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, heading,
                                  -1);
}

/* The view tells why the window stays, by the same words. */
static void
update_stays (CfWarningWindow *self)
{
  g_autofree char *why = cf_notice_words_dup_staying (self->notice, &self->moment);

  self->stays = self->preview_title == NULL && why != NULL;
  gtk_window_set_deletable (GTK_WINDOW (self), !self->stays);
}

static void
speak (CfWarningWindow *self)
{
  g_autofree char *text = cf_spoken_moment_dup_speech (&self->spoken, self->notice, &self->moment);

  if (text == NULL)
    return;
  update_description (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    cf_notice_view_announce (self->view, text);
}

static void
open_dialog (CfWarningWindow *self, GtkWindow *dialog)
{
  g_set_weak_pointer (&self->dialog, dialog);
  gtk_window_present (dialog);
}

static void
close_dialog (CfWarningWindow *self)
{
  GtkWindow *dialog = self->dialog;

  g_clear_weak_pointer (&self->dialog);
  if (dialog != NULL)
    gtk_window_destroy (dialog);
}

/* Whoever was about to press the button meant what it did until now, and so does a question. */
static void
update_act_kind (CfWarningWindow *self)
{
  CfActKind kind = cf_act_kind_get (self->notice, &self->moment);

  if (kind == self->act_kind)
    return;
  self->act_kind = kind;
  if (CF_IS_SECOND_QUESTION (self->dialog))
    close_dialog (self);
  cf_attention_renew (self->attention);
}

static void
update (CfWarningWindow *self)
{
  update_act_kind (self);
  update_title (self);
  update_stays (self);
  speak (self);
}

/* What its person does in the window */

static void
postpone_cb (CfWarningWindow *self, guint seconds)
{
  mark_read (self);
  g_signal_emit (self, signals[POSTPONE], 0, seconds, "");
}

static void
noted_cb (GtkWindow *dialog, const char *note, gpointer user_data)
{
  gpointer seconds = g_object_get_data (G_OBJECT (dialog), "seconds");

  g_signal_emit (user_data, signals[POSTPONE], 0, GPOINTER_TO_UINT (seconds), note);
}

static void
note_cb (CfWarningWindow *self, guint seconds)
{
  g_autofree char *answer = cf_notice_words_dup_postpone (self->notice, &self->moment, seconds);
  GtkWindow *dialog;

  mark_read (self);
  if (self->dialog != NULL || answer == NULL)
    return;
  dialog = cf_note_dialog_new (GTK_WINDOW (self), answer);
  g_object_set_data (G_OBJECT (dialog), "seconds", GUINT_TO_POINTER (seconds));
  g_signal_connect_object (dialog, "noted", G_CALLBACK (noted_cb), self, 0);
  open_dialog (self, dialog);
}

static void
act_confirmed_cb (CfWarningWindow *self)
{
  g_signal_emit (self, signals[ACT_NOW], 0);
}

static void
ready_confirmed_cb (CfWarningWindow *self)
{
  g_signal_emit (self, signals[READY], 0, TRUE);
}

static void
ask (CfWarningWindow *self, const char *answer, GCallback confirmed)
{
  g_autofree char *question = cf_notice_words_dup_question (self->notice, &self->moment);
  g_autofree char *body = NULL;
  GtkWindow *dialog;

  body = cf_notice_words_dup_question_body (self->notice, &self->moment, self->unsaved);
  if (self->dialog != NULL || question == NULL || answer == NULL)
    return;
  dialog = cf_second_question_new (GTK_WINDOW (self), question, body != NULL ? body : "", answer);
  g_signal_connect_object (dialog, "confirmed", confirmed, self, G_CONNECT_SWAPPED);
  open_dialog (self, dialog);
}

static void
act_now_cb (CfWarningWindow *self)
{
  g_autofree char *answer = cf_notice_words_dup_answer (self->notice, &self->moment);

  mark_read (self);
  if (cf_notice_count_others (self->notice, self->moment.uid) > 0 || self->unsaved->len > 0)
    ask (self, answer, G_CALLBACK (act_confirmed_cb));
  else
    act_confirmed_cb (self);
}

/* Whoever is the last one to be ready has it happen at once; others may, with what they do not save
 * until then. */
static void
ready_cb (CfWarningWindow *self, gboolean is_ready)
{
  g_autofree char *answer = cf_notice_words_dup_act (self->notice, &self->moment);

  mark_read (self);
  if (is_ready && (self->act_kind == CF_ACT_LAST_READY || self->unsaved->len > 0))
    ask (self, answer, G_CALLBACK (ready_confirmed_cb));
  else
    g_signal_emit (self, signals[READY], 0, is_ready);
}

static void
hide_by_person (CfWarningWindow *self)
{
  if (self->stays)
    return;
  if (!cf_attention_is_fresh (self->attention))
    mark_read (self);
  cf_warning_window_hide (self);
  g_signal_emit (self, signals[HIDDEN], 0);
}

/* Escape belonged to something else a moment ago: then it is no answer. */
static gboolean
escape_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  CfWarningWindow *self = CF_WARNING_WINDOW (widget);

  if (!cf_attention_is_fresh (self->attention))
    hide_by_person (self);
  return TRUE;
}

/* Whoever comes back hears how much time is left now. */
static void
active_cb (CfWarningWindow *self)
{
  if (gtk_window_is_active (GTK_WINDOW (self)) && self->notice != NULL)
    update_description (self);
}

static void
drawn_cb (CfWarningWindow *self, GdkFrameClock *frames)
{
  g_clear_signal_handler (&self->frame_id, frames);
  g_signal_emit (self, signals[SHOWN], 0);
}

static gboolean
cf_warning_window_close_request (GtkWindow *window)
{
  hide_by_person (CF_WARNING_WINDOW (window));
  return TRUE;
}

static void
cf_warning_window_map (GtkWidget *widget)
{
  CfWarningWindow *self = CF_WARNING_WINDOW (widget);

  GTK_WIDGET_CLASS (cf_warning_window_parent_class)->map (widget);

  cf_notice_view_grab_message_focus (self->view);
}

/* With its height the buttons move. */
static void
cf_warning_window_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CfWarningWindow *self = CF_WARNING_WINDOW (widget);

  GTK_WIDGET_CLASS (cf_warning_window_parent_class)
    ->size_allocate (widget, width, height, baseline);

  if (self->height != 0 && self->height != height)
    cf_attention_renew (self->attention);
  self->height = height;
}

static void
cf_warning_window_unrealize (GtkWidget *widget)
{
  CfWarningWindow *self = CF_WARNING_WINDOW (widget);

  g_clear_signal_handler (&self->frame_id, gtk_widget_get_frame_clock (widget));

  GTK_WIDGET_CLASS (cf_warning_window_parent_class)->unrealize (widget);
}

static void
cf_warning_window_dispose (GObject *object)
{
  CfWarningWindow *self = CF_WARNING_WINDOW (object);

  close_dialog (self);
  g_clear_pointer (&self->notice, cf_notice_unref);

  G_OBJECT_CLASS (cf_warning_window_parent_class)->dispose (object);
}

static void
cf_warning_window_finalize (GObject *object)
{
  CfWarningWindow *self = CF_WARNING_WINDOW (object);

  g_object_unref (self->attention);
  g_ptr_array_unref (self->unsaved);
  g_free (self->preview_title);
  g_free (self->heading);
  g_free (self->read_code);

  G_OBJECT_CLASS (cf_warning_window_parent_class)->finalize (object);
}

static void
add_signals (void)
{
  signals[POSTPONE] = g_signal_new ("postpone", CF_TYPE_WARNING_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);
  signals[ACT_NOW] = g_signal_new ("act-now", CF_TYPE_WARNING_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[READY] = g_signal_new ("ready", CF_TYPE_WARNING_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[SHOWN] = g_signal_new ("shown", CF_TYPE_WARNING_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  signals[HIDDEN] = g_signal_new ("hidden", CF_TYPE_WARNING_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  signals[READ] = g_signal_new ("read", CF_TYPE_WARNING_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
}

static void
cf_warning_window_class_init (CfWarningWindowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = cf_warning_window_dispose;
  object_class->finalize = cf_warning_window_finalize;
  widget_class->map = cf_warning_window_map;
  widget_class->size_allocate = cf_warning_window_size_allocate;
  widget_class->unrealize = cf_warning_window_unrealize;
  GTK_WINDOW_CLASS (class)->close_request = cf_warning_window_close_request;

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT_DIALOG);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
  add_signals ();
}

static void
follow_view (CfWarningWindow *self)
{
  const struct
  {
    const char *signal;
    GCallback callback;
  } followed[] = {
    { "postpone", G_CALLBACK (postpone_cb) },   { "note", G_CALLBACK (note_cb) },
    { "act-now", G_CALLBACK (act_now_cb) },     { "ready", G_CALLBACK (ready_cb) },
    { "dismiss", G_CALLBACK (hide_by_person) }, { "used", G_CALLBACK (mark_read) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (followed); i++)
    g_signal_connect_object (self->view, followed[i].signal, followed[i].callback, self,
                             G_CONNECT_SWAPPED);
}

static void
cf_warning_window_init (CfWarningWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *view = cf_notice_view_new ();

  self->unsaved = g_ptr_array_new_with_free_func ((GDestroyNotify) cf_notice_program_free);
  self->view = CF_NOTICE_VIEW (view);
  self->header = adw_header_bar_new ();
  /* the heading is below: it need not be said twice */
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (self->header), gtk_label_new (NULL));
  adw_header_bar_set_decoration_layout (ADW_HEADER_BAR (self->header), ":close");
  gtk_widget_add_css_class (self->header, "flat");
  gtk_widget_set_vexpand (view, TRUE);
  gtk_box_append (GTK_BOX (box), self->header);
  gtk_box_append (GTK_BOX (box), view);
  adw_window_set_content (ADW_WINDOW (self), box);

  /* the view knows how large it should be; only so the window follows when there is more to say */
  gtk_window_set_resizable (GTK_WINDOW (self), FALSE);
  gtk_window_set_icon_name (GTK_WINDOW (self), "system-shutdown");
  follow_view (self);
  self->attention = cf_attention_new (GTK_WINDOW (self));
  g_signal_connect_object (self->attention, "changed", G_CALLBACK (update_armed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->attention, "looked", G_CALLBACK (mark_read), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (active_cb), NULL);
}

/**
 * cf_warning_window_new:
 *
 * Makes a window that is not shown yet. cf_warning_window_show_notice() has to come before it is.
 *
 * Returns: (transfer none): a window, owned by GTK until gtk_window_destroy()
 */
CfWarningWindow *
cf_warning_window_new (void)
{
  return g_object_new (CF_TYPE_WARNING_WINDOW, NULL);
}

/**
 * cf_warning_window_present:
 * @self: a window with a notice
 *
 * Shows it, and raises it if the desktop lets it. `shown` follows when it was drawn, each time, and
 * `read` when it was read from then on.
 */
void
cf_warning_window_present (CfWarningWindow *self)
{
  GdkFrameClock *frames;

  g_return_if_fail (CF_IS_WARNING_WINDOW (self));
  g_return_if_fail (self->notice != NULL);

  g_clear_pointer (&self->read_code, g_free);
  cf_attention_look_again (self->attention);
  gtk_window_present (GTK_WINDOW (self));
  frames = gtk_widget_get_frame_clock (GTK_WIDGET (self));
  if (frames == NULL)
    return;
  if (self->frame_id == 0)
    self->frame_id = g_signal_connect_swapped (frames, "after-paint", G_CALLBACK (drawn_cb), self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * cf_warning_window_hide:
 * @self: a window
 *
 * Hides it with what it asks; nothing is emitted.
 */
void
cf_warning_window_hide (CfWarningWindow *self)
{
  g_return_if_fail (CF_IS_WARNING_WINDOW (self));

  close_dialog (self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/**
 * cf_warning_window_show_notice:
 * @self: a window
 * @notice: what people are told now; of another request, or of another state of the same
 * @moment: when, and to whom
 *
 * Shows another notice. When it has another deadline, what was asked about the one before is not
 * asked any more, and a problem that was shown is forgotten; what is pressed counts after 1.5 s.
 */
void
cf_warning_window_show_notice (CfWarningWindow *self, CfNotice *notice,
                               const CfNoticeMoment *moment)
{
  gboolean is_other, has_changed;

  g_return_if_fail (CF_IS_WARNING_WINDOW (self));
  g_return_if_fail (notice != NULL && moment != NULL);

  is_other = self->notice == NULL || self->notice->state != notice->state ||
             !g_str_equal (self->notice->request_code, notice->request_code);
  has_changed = is_other || self->notice->deadline_boot_usec != notice->deadline_boot_usec;
  if (has_changed)
    {
      close_dialog (self);
      cf_notice_view_set_problem (self->view, NULL);
      cf_attention_renew (self->attention);
    }
  cf_notice_ref (notice);
  g_clear_pointer (&self->notice, cf_notice_unref);
  self->notice = notice;
  self->moment = *moment;
  cf_notice_view_show (self->view, notice, moment);
  if (has_changed)
    update_description (self);
  update (self);
}

/**
 * cf_warning_window_set_moment:
 * @self: a window with a notice
 * @moment: now
 *
 * Lets time go on.
 */
void
cf_warning_window_set_moment (CfWarningWindow *self, const CfNoticeMoment *moment)
{
  g_return_if_fail (CF_IS_WARNING_WINDOW (self));
  g_return_if_fail (self->notice != NULL && moment != NULL);

  self->moment = *moment;
  cf_notice_view_set_moment (self->view, moment);
  update (self);
}

/**
 * cf_warning_window_set_unsaved:
 * @self: a window
 * @programs: (element-type CfNoticeProgram): which programs have unsaved work
 */
void
cf_warning_window_set_unsaved (CfWarningWindow *self, GPtrArray *programs)
{
  g_return_if_fail (CF_IS_WARNING_WINDOW (self));
  g_return_if_fail (programs != NULL);

  g_ptr_array_ref (programs);
  g_ptr_array_unref (self->unsaved);
  self->unsaved = programs;
  cf_notice_view_set_unsaved (self->view, programs);
}

/**
 * cf_warning_window_set_problem:
 * @self: a window
 * @text: (nullable): why something that its person wanted did not happen
 */
void
cf_warning_window_set_problem (CfWarningWindow *self, const char *text)
{
  g_return_if_fail (CF_IS_WARNING_WINDOW (self));

  cf_notice_view_set_problem (self->view, text);
}

/**
 * cf_warning_window_set_busy:
 * @self: a window
 * @is_busy: whether something that its person wanted is under way; the buttons do nothing then
 */
void
cf_warning_window_set_busy (CfWarningWindow *self, gboolean is_busy)
{
  g_return_if_fail (CF_IS_WARNING_WINDOW (self));

  self->is_busy = is_busy;
  update_armed (self);
}

/**
 * cf_warning_window_set_preview_title:
 * @self: a window
 * @title: names what is shown
 *
 * Makes it a preview: the title is this, and it can always be closed.
 */
void
cf_warning_window_set_preview_title (CfWarningWindow *self, const char *title)
{
  g_return_if_fail (CF_IS_WARNING_WINDOW (self));
  g_return_if_fail (title != NULL);

  g_free (self->preview_title);
  self->preview_title = g_strdup (title);
  gtk_window_set_title (GTK_WINDOW (self), title);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (self->header),
                                   adw_window_title_new (title, NULL));
}
