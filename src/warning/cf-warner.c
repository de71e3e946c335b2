/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-warner.h"

#include <unistd.h>

#include "cf-agent-watch.h"
#include "cf-desktop-notice.h"
#include "cf-meeting.h"
#include "cf-urgency-ladder.h"
#include "cf-window-process.h"
#include "clock/cf-boot-clock.h"
#include "notice/cf-notice-words.h"
#include "notice/cf-postpone-choices.h"
#include "power/cf-own-session.h"

#define MINUTE_USEC (60 * (gint64) G_USEC_PER_SEC)

struct _CfWarner
{
  GObject parent_instance;

  CfAgentWatch *watch;      /* (owned) */
  CfOwnSession *session;    /* (owned) */
  CfMeeting *meeting;       /* (owned) */
  CfDesktopNotice *desktop; /* (owned) (nullable): %NULL without a session bus */
  CfWindowProcess *window;  /* (owned) */
  CfClock *clock;           /* (owned) */
  GCancellable *stopping;   /* (owned), cancelled in the end */
  gboolean has_format;      /* asking for it loads settings: only when it is needed */
  CfClockFormat format;

  gboolean knows_session;
  gboolean is_away;
  gboolean is_locked;

  /* of the request that is told */
  char *code;           /* (owned) (nullable): %NULL if there is none */
  gint64 deadline_usec; /* boot time */
  gboolean is_going_down;
  gboolean is_adrift;
  gboolean is_told;     /* by a notification */
  gboolean is_owed;     /* the window */
  gboolean was_seen;    /* the last 10 minutes of this deadline */
  gboolean is_unread;   /* the window says “read”, but nobody was there */
  gboolean is_reported; /* this deadline was shown */
  guint reported;       /* which reminder */
  GCancellable *asking; /* (owned) (nullable): while it is not known whether there is a meeting */
};

G_DEFINE_FINAL_TYPE (CfWarner, cf_warner, G_TYPE_OBJECT)

static void climb (CfWarner *self, CfLadderEvent event, CfNotice *notice, guint minutes);

/* The request that is told, as it is now; %NULL if there is none. */
static CfNotice *
get_told (CfWarner *self)
{
  CfNotice *notice = cf_agent_watch_get_notice (self->watch);

  if (notice == NULL || self->code == NULL || !g_str_equal (notice->request_code, self->code))
    return NULL;
  return notice->state == CF_NOTICE_PENDING || notice->state == CF_NOTICE_EXECUTING ? notice : NULL;
}

/* ------------------------------------------------------------------ receipts */

/* The reminder that people were given last. One that was due before the request came was not given:
 * 0 is the announcement. */
static guint
get_rung (CfWarner *self, CfNotice *notice)
{
  guint minutes = cf_notice_get_rung (notice, cf_clock_get_boot_usec (self->clock));

  if (minutes * MINUTE_USEC >= notice->deadline_boot_usec - notice->announced_boot_usec)
    return 0;
  return minutes;
}

/* What the person can see now is reported once for each deadline, and again at the reminders that
 * keep the agent from giving more time. */
static void
report_shown (CfWarner *self)
{
  CfNotice *notice = get_told (self);
  CfNoticePhase phase;
  guint minutes;

  if (notice == NULL || notice->state != CF_NOTICE_PENDING || self->is_away)
    return;

  phase = cf_notice_get_phase (notice, cf_clock_get_boot_usec (self->clock));
  if (phase == CF_NOTICE_PHASE_WARNING || phase == CF_NOTICE_PHASE_STRONG)
    self->was_seen = TRUE;
  minutes = get_rung (self, notice);
  if (self->is_reported &&
      (minutes == self->reported || (minutes != 60 && minutes != 10 && minutes != 5)))
    return;
  self->is_reported = TRUE;
  self->reported = minutes;
  cf_agent_watch_report_shown (self->watch, minutes);
}

static void
report_window (CfWarner *self)
{
  if (cf_window_process_is_shown (self->window))
    report_shown (self);
}

/* A notification is as good where no window is to come. */
static void
report_notification (CfWarner *self)
{
  if (!cf_window_process_is_coming (self->window) && self->desktop != NULL &&
      cf_desktop_notice_is_shown (self->desktop))
    report_shown (self);
}

/* ------------------------------------------------------------------ telling */

static CfNoticeMoment
get_moment (CfWarner *self)
{
  if (!self->has_format)
    {
      self->format = cf_clock_format_detect ();
      self->has_format = TRUE;
    }
  return (CfNoticeMoment){
    .boot_usec = cf_clock_get_boot_usec (self->clock),
    .real_usec = cf_clock_get_real_usec (self->clock),
    .clock_format = self->format,
    .uid = getuid (),
  };
}

static gboolean
find_postponing (CfWarner *self, CfNotice *notice, guint32 *seconds)
{
  guint32 choices[CF_POSTPONE_CHOICES_MAX];

  if (notice->state != CF_NOTICE_PENDING || notice->is_adrift ||
      cf_postpone_choices_list (notice, cf_clock_get_boot_usec (self->clock), choices) == 0)
    return FALSE;
  *seconds = choices[0];
  return TRUE;
}

static void
tell (CfWarner *self, CfNotice *notice, CfDesktopUrgency urgency, gboolean makes_sound,
      gboolean is_silent)
{
  CfNoticeMoment moment = get_moment (self);
  g_auto (CfDesktopWords) words = { NULL };
  guint32 seconds;

  if (self->desktop == NULL)
    return;

  words.summary = cf_notice_words_dup_summary (notice, &moment);
  words.body = cf_notice_words_dup_body (notice, &moment, self->is_locked);
  if (words.body == NULL)
    words.body = g_strdup ("");
  if (!self->is_away && find_postponing (self, notice, &seconds))
    words.postpone_label = cf_notice_words_dup_postpone (notice, &moment, seconds);
  words.urgency = urgency;
  words.makes_sound = makes_sound;
  words.is_silent = is_silent;
  cf_desktop_notice_show (self->desktop, &words);
}

static void
notify (CfWarner *self, CfNotice *notice, const CfLadderStep *step)
{
  gboolean is_silent = !notice->has_sound;

  switch (step->notification)
    {
    case CF_LADDER_NOTIFICATION_NORMAL:
    case CF_LADDER_NOTIFICATION_CRITICAL:
      self->is_told = TRUE;
      tell (self, notice,
            step->notification == CF_LADDER_NOTIFICATION_CRITICAL ? CF_DESKTOP_CRITICAL
                                                                  : CF_DESKTOP_NORMAL,
            step->makes_sound, is_silent);
      break;
    case CF_LADDER_NOTIFICATION_REFRESH:
      if (self->desktop != NULL && cf_desktop_notice_is_shown (self->desktop))
        tell (self, notice, cf_desktop_notice_get_urgency (self->desktop), FALSE, TRUE);
      break;
    case CF_LADDER_NOTIFICATION_FINAL:
      tell (self, notice, CF_DESKTOP_FINAL, FALSE, is_silent);
      break;
    case CF_LADDER_NOTIFICATION_LEAVE:
    default:
      break;
    }
}

/* ------------------------------------------------------------------ meetings */

static void
stop_asking (CfWarner *self)
{
  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
}

static void
meeting_answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CfWarner) self = user_data;
  GCancellable *cancellable = g_task_get_cancellable (G_TASK (result));
  gboolean is_meeting = cf_meeting_ask_finish (CF_MEETING (source), result);
  CfNotice *notice;

  if (g_cancellable_is_cancelled (cancellable))
    return;

  g_clear_object (&self->asking);
  notice = get_told (self);
  if (!is_meeting && notice != NULL)
    climb (self, CF_LADDER_MEETING_OVER, notice, 0);
}

static void
ask_for_meeting (CfWarner *self)
{
  stop_asking (self);
  self->asking = g_cancellable_new ();
  cf_meeting_ask_async (self->meeting, cf_own_session_get_system_bus (self->session), self->asking,
                        meeting_answered_cb, g_object_ref (self));
}

/* A window that is due, and whose person is there, waits for the end of a meeting; whether there is
 * one is found out now. */
static void
mind_meeting (CfWarner *self, CfNotice *notice)
{
  if (!self->is_owed || self->is_away || !notice->respects_meetings)
    {
      stop_asking (self);
      cf_meeting_unwatch (self->meeting);
      return;
    }
  cf_meeting_watch (self->meeting, cf_own_session_get_system_bus (self->session));
  ask_for_meeting (self);
}

/* ------------------------------------------------------------------ the ladder */

static void
climb (CfWarner *self, CfLadderEvent event, CfNotice *notice, guint minutes)
{
  gint64 now = cf_clock_get_boot_usec (self->clock);
  CfLadderFacts facts = {
    .phase = cf_notice_get_phase (notice, now),
    .left_usec = cf_notice_get_left_usec (notice, now),
    .minutes = minutes,
    .outcome = notice->outcome,
    .is_away = self->is_away,
    /* as long as nobody knows better */
    .in_meeting = notice->respects_meetings && event != CF_LADDER_MEETING_OVER,
    .is_owed = self->is_owed,
    .is_told = self->is_told,
    .was_seen = self->was_seen,
    .has_sound = notice->has_sound,
  };
  CfLadderStep step = cf_urgency_ladder_climb (event, &facts);
  g_autofree char *text = cf_urgency_ladder_describe (event, &step);

  g_info ("%s", text);
  if (step.reports_return)
    cf_agent_watch_report_returned (self->watch);
  notify (self, notice, &step);
  if (step.window == CF_LADDER_WINDOW_OWE)
    self->is_owed = TRUE;
  else if (step.window == CF_LADDER_WINDOW_PRESENT)
    {
      self->is_owed = FALSE;
      cf_window_process_present (self->window);
    }
  mind_meeting (self, notice);
}

static CfLadderEvent
get_event (const CfNotice *notice)
{
  switch (notice->change)
    {
    case CF_NOTICE_POSTPONED:
      return CF_LADDER_POSTPONED;
    case CF_NOTICE_EXTENDED:
      return CF_LADDER_EXTENDED;
    case CF_NOTICE_OVERDUE:
      return CF_LADDER_OVERDUE;
    case CF_NOTICE_RESTORED:
      return CF_LADDER_REFRESHED;
    case CF_NOTICE_NO_CHANGE:
    case CF_NOTICE_ACCEPTED:
    case CF_NOTICE_MOVED:
    default:
      return CF_LADDER_MOVED;
    }
}

static void
forget_request (CfWarner *self)
{
  stop_asking (self);
  cf_meeting_unwatch (self->meeting);
  g_clear_pointer (&self->code, g_free);
  self->is_going_down = FALSE;
  self->is_told = FALSE;
  self->is_owed = FALSE;
  self->is_reported = FALSE;
  self->was_seen = FALSE;
  self->is_unread = FALSE;
}

static void
begin (CfWarner *self, CfNotice *notice)
{
  forget_request (self);
  self->code = g_strdup (notice->request_code);
  self->deadline_usec = notice->deadline_boot_usec;
  self->is_going_down = notice->state == CF_NOTICE_EXECUTING;
  self->is_adrift = notice->is_adrift;
  climb (self, self->is_going_down ? CF_LADDER_GOING_DOWN : CF_LADDER_ANNOUNCED, notice, 0);
  /* from a request before this one */
  report_window (self);
}

static void
go_on (CfWarner *self, CfNotice *notice)
{
  if (notice->state == CF_NOTICE_EXECUTING)
    {
      if (!self->is_going_down)
        {
          self->is_going_down = TRUE;
          climb (self, CF_LADDER_GOING_DOWN, notice, 0);
        }
      return;
    }
  self->is_going_down = FALSE;
  if (notice->deadline_boot_usec != self->deadline_usec)
    {
      self->deadline_usec = notice->deadline_boot_usec;
      self->is_reported = FALSE;
      self->was_seen = FALSE;
      climb (self, get_event (notice), notice, 0);
      report_window (self);
    }
  else if (notice->is_adrift != self->is_adrift)
    climb (self, CF_LADDER_REFRESHED, notice, 0);
  self->is_adrift = notice->is_adrift;
}

/* ------------------------------------------------------------------ what happens */

static void
notice_changed_cb (CfWarner *self)
{
  CfNotice *notice = cf_agent_watch_get_notice (self->watch);

  /* whether somebody may see it is to be known first */
  if (notice == NULL || !self->knows_session)
    return;
  if (notice->state != CF_NOTICE_PENDING && notice->state != CF_NOTICE_EXECUTING)
    return;

  if (g_strcmp0 (notice->request_code, self->code) != 0)
    begin (self, notice);
  else
    go_on (self, notice);
}

static void
reminder_cb (CfWarner *self, guint minutes, gboolean is_mandatory)
{
  CfNotice *notice = get_told (self);

  if (notice == NULL || minutes == 0)
    return;
  climb (self, CF_LADDER_REMINDER, notice, minutes);
  report_window (self);
}

static void
ended_cb (CfWarner *self, CfNotice *notice)
{
  if (g_strcmp0 (notice->request_code, self->code) != 0)
    return;

  climb (self, CF_LADDER_ENDED, notice, 0);
  cf_window_process_let_go (self->window);
  /* A computer that goes down does so once, however often the agent says it. */
  if (notice->outcome != CF_NOTICE_ACTED)
    forget_request (self);
}

static void
session_changed_cb (CfWarner *self)
{
  gboolean was_away = self->is_away;
  gboolean was_locked = self->is_locked;
  gboolean was_known = self->knows_session;
  CfNotice *notice;

  if (!cf_own_session_is_known (self->session))
    return;

  self->knows_session = TRUE;
  self->is_locked = cf_own_session_is_locked (self->session);
  self->is_away = self->is_locked || !cf_own_session_is_active (self->session);
  if (!was_known)
    {
      notice_changed_cb (self); /* which has waited for this */
      return;
    }

  notice = get_told (self);
  if (notice == NULL)
    return;
  if (!self->is_away && self->is_unread && cf_window_process_is_shown (self->window))
    self->is_owed = TRUE; /* it says “read” again after it was presented */
  if (!self->is_away)
    self->is_unread = FALSE;
  if (self->is_away != was_away)
    climb (self, self->is_away ? CF_LADDER_LEFT : CF_LADDER_RETURNED, notice, 0);
  else if (self->is_locked != was_locked)
    climb (self, CF_LADDER_REFRESHED, notice, 0);
  report_window (self);
}

static void
meeting_changed_cb (CfWarner *self)
{
  ask_for_meeting (self);
}

/* A window keeps the focus behind a locked screen. */
static void
window_read_cb (CfWarner *self)
{
  self->is_unread = self->is_away;
  if (!self->is_away)
    cf_agent_watch_report_read (self->watch);
}

static void
postponed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CfWarner) self = user_data;
  g_autoptr (GError) error = NULL;
  CfNotice *notice;

  if (cf_agent_watch_call_finish (CF_AGENT_WATCH (source), result, &error) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_message ("It was not postponed: %s", error->message);
  notice = get_told (self);
  if (notice != NULL)
    climb (self, CF_LADDER_ASKED, notice, 0); /* the window has the times that are left */
}

static void
notification_used_cb (CfWarner *self, gboolean postpones)
{
  CfNotice *notice = get_told (self);
  guint32 seconds;

  if (notice == NULL)
    return;
  if (!self->is_away)
    cf_agent_watch_report_read (self->watch);
  if (postpones && find_postponing (self, notice, &seconds))
    cf_agent_watch_postpone_async (self->watch, seconds, "", self->stopping, postponed_cb,
                                   g_object_ref (self));
  else
    climb (self, CF_LADDER_ASKED, notice, 0);
}

static void
cf_warner_dispose (GObject *object)
{
  CfWarner *self = CF_WARNER (object);

  g_cancellable_cancel (self->stopping);
  stop_asking (self);
  if (self->window != NULL)
    cf_window_process_stop (self->window);
  if (self->desktop != NULL)
    cf_desktop_notice_withdraw (self->desktop);
  g_clear_object (&self->window);
  g_clear_object (&self->desktop);
  g_clear_object (&self->meeting);
  g_clear_object (&self->session);
  g_clear_object (&self->watch);

  G_OBJECT_CLASS (cf_warner_parent_class)->dispose (object);
}

static void
cf_warner_finalize (GObject *object)
{
  CfWarner *self = CF_WARNER (object);

  g_clear_object (&self->clock);
  g_clear_object (&self->stopping);
  g_clear_pointer (&self->code, g_free);

  G_OBJECT_CLASS (cf_warner_parent_class)->finalize (object);
}

static void
cf_warner_class_init (CfWarnerClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_warner_dispose;
  G_OBJECT_CLASS (class)->finalize = cf_warner_finalize;
}

static void
cf_warner_init (CfWarner *self)
{
  self->clock = cf_boot_clock_new ();
  self->stopping = g_cancellable_new ();
}

static void
heed (CfWarner *self, gpointer whom, const char *signal, GCallback callback)
{
  g_signal_connect_object (whom, signal, callback, self, G_CONNECT_SWAPPED);
}

/**
 * cf_warner_new:
 * @bus_type: where the agent is
 * @session_bus: (nullable): where the desktop is; without it there are windows, but no
 * notifications
 * @program: (type filename): of the window
 *
 * A request that waits already is told at once, with the urgency of what is left.
 *
 * Returns: (transfer full): a warner at work
 */
CfWarner *
cf_warner_new (GBusType bus_type, GDBusConnection *session_bus, const char *program)
{
  CfWarner *self;

  g_return_val_if_fail (session_bus == NULL || G_IS_DBUS_CONNECTION (session_bus), NULL);
  g_return_val_if_fail (program != NULL, NULL);

  self = g_object_new (CF_TYPE_WARNER, NULL);
  self->watch = cf_agent_watch_new (bus_type);
  self->session = cf_own_session_new (session_bus);
  self->meeting = cf_meeting_new (session_bus);
  self->window = cf_window_process_new (program, bus_type);
  if (session_bus != NULL)
    {
      self->desktop = cf_desktop_notice_new (session_bus);
      heed (self, self->desktop, "accepted", G_CALLBACK (report_notification));
      heed (self, self->desktop, "used", G_CALLBACK (notification_used_cb));
    }
  heed (self, self->watch, "notify::notice", G_CALLBACK (notice_changed_cb));
  heed (self, self->watch, "reminder", G_CALLBACK (reminder_cb));
  heed (self, self->watch, "ended", G_CALLBACK (ended_cb));
  heed (self, self->session, "changed", G_CALLBACK (session_changed_cb));
  heed (self, self->meeting, "changed", G_CALLBACK (meeting_changed_cb));
  heed (self, self->window, "shown", G_CALLBACK (report_shown));
  heed (self, self->window, "read", G_CALLBACK (window_read_cb));
  heed (self, self->window, "failed", G_CALLBACK (report_notification));
  session_changed_cb (self);
  return self;
}

/**
 * cf_warner_show:
 * @self: a warner
 *
 * Shows the window, whatever the urgency: its person asks for it.
 *
 * Returns: %FALSE if nothing is waiting
 */
gboolean
cf_warner_show (CfWarner *self)
{
  CfNotice *notice;

  g_return_val_if_fail (CF_IS_WARNER (self), FALSE);

  notice = get_told (self);
  if (notice != NULL)
    climb (self, CF_LADDER_ASKED, notice, 0);
  return notice != NULL;
}
