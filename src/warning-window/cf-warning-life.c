/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-warning-life.h"

#include <unistd.h>

#include "cf-unsaved-work.h"
#include "cf-warning-window.h"

#include "notice/cf-notice-phase.h"
#include "warning/cf-window-talk.h"

#define OVER_SECONDS    20 /* how long the end of a request is shown */
#define ACTED_SECONDS   90 /* how long the window waits to go down with the computer */
#define NOTHING_SECONDS 5  /* how long an agent may have nothing to tell */

/* after the deadline, the words change once more: cf_notice_words_dup_staying() */
#define LATE_USEC (5 * G_TIME_SPAN_SECOND)

struct _CfWarningLife
{
  GObject parent_instance;

  CfAgentWatch *watch;     /* (owned) */
  CfClock *clock;          /* (owned) */
  CfHelperTalk *talk;      /* (owned) */
  CfUnsavedWork *unsaved;  /* (owned) */
  CfWarningWindow *window; /* not owned: GTK's, until it is destroyed here */
  GListModel *monitors;    /* (owned) */
  GCancellable *calls;     /* (owned) */

  CfNotice *notice; /* (owned) (nullable): what the window shows */
  CfClockFormat clock_format;
  GSource *alarm;     /* (owned) (nullable): when the words change */
  GSource *jumps;     /* (owned) (nullable) */
  gboolean is_wanted; /* the helper wants it to be seen, and there is nothing to show yet */
  gboolean is_finished;
  guint end_id;
};

G_DEFINE_FINAL_TYPE (CfWarningLife, cf_warning_life, G_TYPE_OBJECT)

enum
{
  FINISHED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
finish (CfWarningLife *self)
{
  if (self->is_finished)
    return;
  self->is_finished = TRUE;
  g_signal_emit (self, signals[FINISHED], 0);
}

static gboolean
end_cb (gpointer user_data)
{
  CfWarningLife *self = user_data;

  self->end_id = 0;
  finish (self);
  return G_SOURCE_REMOVE;
}

static void
end_in (CfWarningLife *self, guint seconds)
{
  g_clear_handle_id (&self->end_id, g_source_remove);
  self->end_id = g_timeout_add_seconds (seconds, end_cb, self);
}

static gboolean
is_visible (CfWarningLife *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (self->window));
}

static CfNoticeMoment
get_moment (CfWarningLife *self)
{
  return (CfNoticeMoment){
    .boot_usec = cf_clock_get_boot_usec (self->clock),
    .real_usec = cf_clock_get_real_usec (self->clock),
    .clock_format = self->clock_format,
    .uid = getuid (),
  };
}

/* Time */

static void
stop_alarm (CfWarningLife *self)
{
  if (self->alarm != NULL)
    g_source_destroy (self->alarm);
  g_clear_pointer (&self->alarm, g_source_unref);
}

static gboolean alarm_cb (gpointer user_data);

/* 0 if no time changes anything any more. */
static gint64
get_next_change (CfWarningLife *self, gint64 now_boot_usec)
{
  gint64 next_boot_usec = cf_notice_get_next_change (self->notice, now_boot_usec);
  gint64 late_boot_usec = self->notice->deadline_boot_usec + LATE_USEC;

  if (next_boot_usec != 0 || self->notice->state != CF_NOTICE_PENDING)
    return next_boot_usec;
  return now_boot_usec < late_boot_usec ? late_boot_usec : 0;
}

/* Wakes up when the words change and not before; a window that nobody sees does not wake up. */
static void
set_alarm (CfWarningLife *self, gint64 now_boot_usec)
{
  g_autoptr (GError) error = NULL;
  gint64 next_boot_usec;

  stop_alarm (self);
  if (!is_visible (self))
    return;
  next_boot_usec = get_next_change (self, now_boot_usec);
  if (next_boot_usec == 0)
    return;
  self->alarm = cf_clock_create_alarm (self->clock, next_boot_usec, &error);
  if (self->alarm == NULL)
    {
      /* a number that stands still would be a lie */
      g_message ("The window cannot tell the time: %s", error->message);
      finish (self);
      return;
    }
  g_source_set_callback (self->alarm, alarm_cb, self, NULL);
  g_source_attach (self->alarm, NULL);
}

static void
show_time (CfWarningLife *self)
{
  CfNoticeMoment moment;

  if (self->notice == NULL)
    return;
  moment = get_moment (self);
  cf_warning_window_set_moment (self->window, &moment);
  set_alarm (self, moment.boot_usec);
}

static gboolean
alarm_cb (gpointer user_data)
{
  show_time (user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
jump_cb (gpointer user_data)
{
  CfWarningLife *self = user_data;

  self->clock_format = cf_clock_format_detect ();
  show_time (self);
  return G_SOURCE_CONTINUE;
}

/* What is shown */

static void
show (CfWarningLife *self, CfNotice *notice)
{
  CfNoticeMoment moment = get_moment (self);

  cf_notice_ref (notice);
  g_clear_pointer (&self->notice, cf_notice_unref);
  self->notice = notice;
  cf_warning_window_show_notice (self->window, notice, &moment);
  if (self->is_wanted)
    {
      self->is_wanted = FALSE;
      cf_warning_window_present (self->window);
    }
  set_alarm (self, moment.boot_usec);
}

static void
notice_cb (CfWarningLife *self)
{
  CfNotice *notice = cf_agent_watch_get_notice (self->watch);
  gboolean is_waiting = notice != NULL && (notice->state == CF_NOTICE_PENDING ||
                                           notice->state == CF_NOTICE_EXECUTING);

  if (is_waiting)
    {
      g_clear_handle_id (&self->end_id, g_source_remove);
      show (self, notice);
    }
  else if (self->end_id == 0)
    /* how it ended comes at once, if it did; an agent may also be a moment late */
    end_in (self, NOTHING_SECONDS);
}

static void
ended_cb (CfWarningLife *self, CfNotice *ended)
{
  CfNotice *notice = cf_agent_watch_get_notice (self->watch);

  if (notice != NULL && notice->state == CF_NOTICE_PENDING &&
      !g_str_equal (notice->request_code, ended->request_code))
    return; /* another one has taken its place, and is shown already */
  if (!is_visible (self))
    {
      finish (self);
      return;
    }
  show (self, ended);
  end_in (self, ended->outcome == CF_NOTICE_ACTED ? ACTED_SECONDS : OVER_SECONDS);
}

static void
unsaved_cb (CfWarningLife *self)
{
  cf_warning_window_set_unsaved (self->window, cf_unsaved_work_get_programs (self->unsaved));
}

static void
monitors_cb (CfWarningLife *self)
{
  if (is_visible (self))
    gtk_window_present (GTK_WINDOW (self->window));
}

/* What the helper wants */

static void
present_cb (CfWarningLife *self)
{
  if (self->notice == NULL)
    {
      self->is_wanted = TRUE;
      return;
    }
  /* time went on while nobody looked */
  show_time (self);
  cf_warning_window_present (self->window);
  show_time (self);
}

static void
shown_cb (CfWarningLife *self)
{
  cf_helper_talk_say (self->talk, CF_WINDOW_SHOWN);
}

static void
read_cb (CfWarningLife *self)
{
  cf_helper_talk_say (self->talk, CF_WINDOW_READ);
}

static void
hidden_cb (CfWarningLife *self)
{
  stop_alarm (self);
  cf_helper_talk_say (self->talk, CF_WINDOW_HIDDEN);
  if (self->notice->state == CF_NOTICE_ENDED)
    finish (self);
}

/* What its person wants */

static gboolean
finish_call (CfWarningLife *self, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  gboolean is_done = cf_agent_watch_call_finish (self->watch, result, &error);

  if (self->window == NULL)
    return FALSE;
  cf_warning_window_set_busy (self->window, FALSE);
  if (!is_done && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    cf_warning_window_set_problem (self->window, error->message);
  return is_done;
}

/* It was answered: quiet until the helper wants it to be seen again. */
static void
postponed_cb (GObject *watch, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CfWarningLife) self = user_data;

  if (!finish_call (self, result))
    return;
  cf_warning_window_hide (self->window);
  stop_alarm (self);
  cf_helper_talk_say (self->talk, CF_WINDOW_HIDDEN);
}

static void
called_cb (GObject *watch, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CfWarningLife) self = user_data;

  finish_call (self, result);
}

static void
begin_call (CfWarningLife *self)
{
  cf_warning_window_set_problem (self->window, NULL);
  cf_warning_window_set_busy (self->window, TRUE);
}

static void
postpone_cb (CfWarningLife *self, guint seconds, const char *note)
{
  begin_call (self);
  cf_agent_watch_postpone_async (self->watch, seconds, note, self->calls, postponed_cb,
                                 g_object_ref (self));
}

static void
act_now_cb (CfWarningLife *self)
{
  begin_call (self);
  cf_agent_watch_act_now_async (self->watch, self->calls, called_cb, g_object_ref (self));
}

static void
ready_cb (CfWarningLife *self, gboolean is_ready)
{
  begin_call (self);
  cf_agent_watch_set_ready_async (self->watch, is_ready, self->calls, called_cb,
                                  g_object_ref (self));
}

static void
cf_warning_life_dispose (GObject *object)
{
  CfWarningLife *self = CF_WARNING_LIFE (object);

  g_cancellable_cancel (self->calls);
  stop_alarm (self);
  if (self->jumps != NULL)
    g_source_destroy (self->jumps);
  g_clear_pointer (&self->jumps, g_source_unref);
  g_clear_handle_id (&self->end_id, g_source_remove);
  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
  self->window = NULL;
  g_clear_object (&self->monitors);
  g_clear_object (&self->unsaved);
  g_clear_pointer (&self->notice, cf_notice_unref);

  G_OBJECT_CLASS (cf_warning_life_parent_class)->dispose (object);
}

static void
cf_warning_life_finalize (GObject *object)
{
  CfWarningLife *self = CF_WARNING_LIFE (object);

  g_clear_object (&self->watch);
  g_clear_object (&self->clock);
  g_clear_object (&self->talk);
  g_clear_object (&self->calls);

  G_OBJECT_CLASS (cf_warning_life_parent_class)->finalize (object);
}

static void
cf_warning_life_class_init (CfWarningLifeClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = cf_warning_life_dispose;
  object_class->finalize = cf_warning_life_finalize;

  signals[FINISHED] = g_signal_new ("finished", CF_TYPE_WARNING_LIFE, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);
}

static void
cf_warning_life_init (CfWarningLife *self)
{
  self->calls = g_cancellable_new ();
  self->clock_format = cf_clock_format_detect ();
  self->unsaved = cf_unsaved_work_new ();
  self->window = cf_warning_window_new ();
  self->monitors = g_object_ref (gdk_display_get_monitors (gdk_display_get_default ()));
}

static void
connect_all (CfWarningLife *self)
{
  const struct
  {
    gpointer object;
    const char *signal;
    GCallback callback;
  } followed[] = {
    { self->talk, "present", G_CALLBACK (present_cb) },
    { self->talk, "closed", G_CALLBACK (finish) },
    { self->watch, "notify::notice", G_CALLBACK (notice_cb) },
    { self->watch, "ended", G_CALLBACK (ended_cb) },
    { self->unsaved, "changed", G_CALLBACK (unsaved_cb) },
    { self->monitors, "items-changed", G_CALLBACK (monitors_cb) },
    { self->window, "postpone", G_CALLBACK (postpone_cb) },
    { self->window, "act-now", G_CALLBACK (act_now_cb) },
    { self->window, "ready", G_CALLBACK (ready_cb) },
    { self->window, "shown", G_CALLBACK (shown_cb) },
    { self->window, "hidden", G_CALLBACK (hidden_cb) },
    { self->window, "read", G_CALLBACK (read_cb) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (followed); i++)
    g_signal_connect_object (followed[i].object, followed[i].signal, followed[i].callback, self,
                             G_CONNECT_SWAPPED);
}

/**
 * cf_warning_life_new:
 * @watch: the agent
 * @clock: boot time, as the agent's
 * @talk: the helper
 *
 * Begins to follow the agent and to obey the helper. GTK has to be initialized. Nothing is shown
 * before the helper says so.
 *
 * Returns: (transfer full): a life, to be kept until it is `finished`
 */
CfWarningLife *
cf_warning_life_new (CfAgentWatch *watch, CfClock *clock, CfHelperTalk *talk)
{
  CfWarningLife *self;
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (CF_IS_AGENT_WATCH (watch), NULL);
  g_return_val_if_fail (CF_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (CF_IS_HELPER_TALK (talk), NULL);

  self = g_object_new (CF_TYPE_WARNING_LIFE, NULL);
  self->watch = g_object_ref (watch);
  self->clock = g_object_ref (clock);
  self->talk = g_object_ref (talk);
  connect_all (self);
  self->jumps = cf_clock_create_jump_watch (clock, &error);
  if (self->jumps != NULL)
    {
      g_source_set_callback (self->jumps, jump_cb, self, NULL);
      g_source_attach (self->jumps, NULL);
    }
  else
    g_message ("The window will not notice a clock that is set: %s", error->message);
  if (cf_agent_watch_get_notice (watch) != NULL)
    notice_cb (self);
  return self;
}
