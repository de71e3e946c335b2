/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-schedule.h"

#include "request/cf-win32-code.h"

struct _CfSchedule
{
  GObject parent_instance;

  CfClock *clock; /* (owned), set once */

  CfReceiverState state;
  CfScheduleEntry *entry; /* (owned): %NULL only while idle */
  GSource *alarm;         /* (owned): set only while pending */

  CfScheduleOutcome last_outcome;
  CfScheduleEntry *last_entry; /* (owned): %NULL until a request has ended */
};

G_DEFINE_FINAL_TYPE (CfSchedule, cf_schedule, G_TYPE_OBJECT)

enum
{
  SIGNAL_DUE,
  SIGNAL_ENDED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static gboolean arm (CfSchedule *self, gint64 deadline_boot_usec, GSource **alarm);

static void
disarm (CfSchedule *self)
{
  if (self->alarm == NULL)
    return;

  g_source_destroy (self->alarm);
  g_clear_pointer (&self->alarm, g_source_unref);
}

static void
end (CfSchedule *self, CfScheduleOutcome outcome)
{
  g_autoptr (CfScheduleEntry) entry = g_steal_pointer (&self->entry);

  disarm (self);
  self->state = CF_RECEIVER_IDLE;
  g_clear_pointer (&self->last_entry, cf_schedule_entry_unref);
  self->last_entry = cf_schedule_entry_ref (entry);
  self->last_outcome = outcome;
  g_signal_emit (self, signals[SIGNAL_ENDED], 0, entry, outcome);
}

static gboolean
alarm_cb (gpointer user_data)
{
  g_autoptr (CfSchedule) self = g_object_ref (user_data);
  gint64 deadline = cf_schedule_entry_get_deadline_boot_usec (self->entry);

  disarm (self);
  if (cf_clock_get_boot_usec (self->clock) < deadline)
    {
      /* An alarm that rings early must not turn "later" into "now". */
      if (!arm (self, deadline, &self->alarm))
        end (self, CF_SCHEDULE_FAILED);
      return G_SOURCE_REMOVE;
    }

  self->state = CF_RECEIVER_EXECUTING;
  g_signal_emit (self, signals[SIGNAL_DUE], 0, self->entry);
  return G_SOURCE_REMOVE;
}

static gboolean
arm (CfSchedule *self, gint64 deadline_boot_usec, GSource **alarm)
{
  g_autoptr (GError) error = NULL;

  *alarm = cf_clock_create_alarm (self->clock, deadline_boot_usec, &error);
  if (*alarm == NULL)
    {
      g_warning ("The countdown cannot run: %s", error->message);
      return FALSE;
    }
  g_source_set_callback (*alarm, alarm_cb, self, NULL);
  g_source_attach (*alarm, g_main_context_get_thread_default ());
  return TRUE;
}

static void
cf_schedule_dispose (GObject *object)
{
  CfSchedule *self = CF_SCHEDULE (object);

  disarm (self);
  g_clear_pointer (&self->entry, cf_schedule_entry_unref);
  g_clear_pointer (&self->last_entry, cf_schedule_entry_unref);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (cf_schedule_parent_class)->dispose (object);
}

static void
cf_schedule_class_init (CfScheduleClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_schedule_dispose;

  signals[SIGNAL_DUE] = g_signal_new ("due", CF_TYPE_SCHEDULE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                      NULL, G_TYPE_NONE, 1, CF_TYPE_SCHEDULE_ENTRY);
  signals[SIGNAL_ENDED] = g_signal_new ("ended", CF_TYPE_SCHEDULE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 2, CF_TYPE_SCHEDULE_ENTRY, G_TYPE_INT);
}

static void
cf_schedule_init (CfSchedule *self)
{
}

/**
 * cf_schedule_new:
 * @clock: what time it is
 *
 * Returns: (transfer full): an idle schedule. It calls back in the thread-default main context of
 *   whoever submits
 */
CfSchedule *
cf_schedule_new (CfClock *clock)
{
  CfSchedule *self;

  g_return_val_if_fail (CF_IS_CLOCK (clock), NULL);

  self = g_object_new (CF_TYPE_SCHEDULE, NULL);
  self->clock = g_object_ref (clock);
  return self;
}

/**
 * cf_schedule_submit:
 * @self: a schedule
 * @request: what is asked for
 * @requester: who asks, for people and logs
 * @facts: what is known of the caller and the machine; its state is overwritten with the schedule's
 *
 * Accepts or refuses a request by the receiving rules of WsdrInitiateShutdown
 * (cf_receiving_rules_decide_initiate()). An accepted one is pending when this returns, also with a
 * grace period of 0: `due` comes from the main loop, so that the caller is answered first. With
 * grace override the request is due at once and takes the place of a pending one.
 *
 * Returns: a Win32 code: 0 if accepted, %CF_WIN32_GEN_FAILURE if the countdown cannot run
 */
guint32
cf_schedule_submit (CfSchedule *self, CfShutdownRequest *request, const char *requester,
                    const CfReceiverFacts *facts)
{
  CfReceiverFacts now;
  gint64 grace_usec;
  gint64 deadline;
  GSource *alarm = NULL;
  guint32 code;

  g_return_val_if_fail (CF_IS_SCHEDULE (self), CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (request != NULL, CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (requester != NULL, CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (facts != NULL, CF_WIN32_GEN_FAILURE);

  now = *facts;
  now.state = self->state;
  code = cf_receiving_rules_decide_initiate (request, &now);
  if (code != CF_WIN32_SUCCESS)
    return code;

  grace_usec = (gint64) cf_shutdown_request_get_grace_seconds (request) * G_USEC_PER_SEC;
  if (cf_shutdown_request_get_flags (request) & CF_SHUTDOWN_GRACE_OVERRIDE)
    grace_usec = 0;
  deadline = cf_clock_get_boot_usec (self->clock) + grace_usec;

  /* The new alarm first: without one the old countdown goes on as if nobody had asked. */
  if (!arm (self, deadline, &alarm))
    return CF_WIN32_GEN_FAILURE;
  if (self->state == CF_RECEIVER_PENDING)
    end (self, CF_SCHEDULE_SUPERSEDED);

  self->alarm = alarm;
  self->entry = cf_schedule_entry_new (request, requester, deadline);
  self->state = CF_RECEIVER_PENDING;
  return CF_WIN32_SUCCESS;
}

/**
 * cf_schedule_abort:
 * @self: a schedule
 * @facts: what is known of the caller; its state is overwritten with the schedule's
 *
 * Calls a pending request off (WsdrAbortShutdown). What has begun cannot be called off.
 *
 * Returns: a Win32 code: 0 if called off, %CF_WIN32_NO_SHUTDOWN_IN_PROGRESS if there was nothing
 */
guint32
cf_schedule_abort (CfSchedule *self, const CfReceiverFacts *facts)
{
  CfReceiverFacts now;
  guint32 code;

  g_return_val_if_fail (CF_IS_SCHEDULE (self), CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (facts != NULL, CF_WIN32_GEN_FAILURE);

  now = *facts;
  now.state = self->state;
  code = cf_receiving_rules_decide_abort (&now);
  if (code == CF_WIN32_SUCCESS)
    end (self, CF_SCHEDULE_CALLED_OFF);
  return code;
}

/**
 * cf_schedule_finish:
 * @self: a schedule that is executing
 * @outcome: what came of it
 *
 * Ends the request whose `due` was emitted.
 */
void
cf_schedule_finish (CfSchedule *self, CfScheduleOutcome outcome)
{
  g_return_if_fail (CF_IS_SCHEDULE (self));
  g_return_if_fail (self->state == CF_RECEIVER_EXECUTING);

  end (self, outcome);
}

/**
 * cf_schedule_get_state:
 * @self: a schedule
 *
 * Returns: whether it is idle, pending or executing
 */
CfReceiverState
cf_schedule_get_state (CfSchedule *self)
{
  g_return_val_if_fail (CF_IS_SCHEDULE (self), CF_RECEIVER_IDLE);

  return self->state;
}

/**
 * cf_schedule_get_entry:
 * @self: a schedule
 *
 * Returns: (transfer none) (nullable): the request that is pending or executing
 */
CfScheduleEntry *
cf_schedule_get_entry (CfSchedule *self)
{
  g_return_val_if_fail (CF_IS_SCHEDULE (self), NULL);

  return self->entry;
}

/**
 * cf_schedule_get_remaining_usec:
 * @self: a schedule
 *
 * Returns: microseconds to the deadline, never below 0; 0 if nothing is pending
 */
gint64
cf_schedule_get_remaining_usec (CfSchedule *self)
{
  g_return_val_if_fail (CF_IS_SCHEDULE (self), 0);

  if (self->state != CF_RECEIVER_PENDING)
    return 0;
  return MAX (cf_schedule_entry_get_deadline_boot_usec (self->entry) -
                cf_clock_get_boot_usec (self->clock),
              0);
}

/**
 * cf_schedule_get_last_outcome:
 * @self: a schedule
 *
 * Returns: how the last request ended; %CF_SCHEDULE_NO_OUTCOME if none has
 */
CfScheduleOutcome
cf_schedule_get_last_outcome (CfSchedule *self)
{
  g_return_val_if_fail (CF_IS_SCHEDULE (self), CF_SCHEDULE_NO_OUTCOME);

  return self->last_outcome;
}

/**
 * cf_schedule_get_last_entry:
 * @self: a schedule
 *
 * Returns: (transfer none) (nullable): the request that ended last
 */
CfScheduleEntry *
cf_schedule_get_last_entry (CfSchedule *self)
{
  g_return_val_if_fail (CF_IS_SCHEDULE (self), NULL);

  return self->last_entry;
}
