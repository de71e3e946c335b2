/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-executor.h"

#include "cf-audit.h"

/* A call that an earlier process made may still be under way inside logind, which asks polkit. */
#define RESUME_SECONDS 5

struct _CfExecutor
{
  GObject parent_instance;

  CfSchedule *schedule;     /* (owned), set once */
  CfPower *power;           /* (owned), set once */
  CfClock *clock;           /* (owned), set once */
  CfActionHistory *history; /* (owned), set once */

  guint resume_source;
  gboolean is_told; /* by this process: it hears what comes of it */
};

G_DEFINE_FINAL_TYPE (CfExecutor, cf_executor, G_TYPE_OBJECT)

static void
finish (CfExecutor *self, CfScheduleOutcome outcome, const char *detail)
{
  self->is_told = FALSE;
  if (cf_schedule_get_state (self->schedule) == CF_RECEIVER_EXECUTING)
    cf_schedule_finish (self->schedule, outcome, detail);
}

/* Only what was done counts, so it is written down last: a disk takes some milliseconds for that,
 * in which an agent that was killed would not know how far it had come. The machine takes longer
 * than that to go down. */
static void
note_action (CfExecutor *self)
{
  g_autoptr (GError) error = NULL;

  if (!cf_action_history_note (self->history, cf_clock_get_boot_usec (self->clock),
                               cf_clock_get_real_usec (self->clock), &error))
    g_warning ("This action will not count among those of the last hour: %s", error->message);
}

static void
executed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CfExecutor) self = user_data;
  g_autoptr (GError) error = NULL;

  if (cf_power_execute_finish (CF_POWER (source), result, &error))
    {
      gboolean is_rehearsal = cf_power_is_rehearsal (self->power);

      finish (self, is_rehearsal ? CF_SCHEDULE_WOULD_ACT : CF_SCHEDULE_ACTED, NULL);
      if (!is_rehearsal)
        note_action (self);
    }
  else if (g_error_matches (error, CF_POWER_ERROR, CF_POWER_ERROR_VETOED))
    finish (self, CF_SCHEDULE_VETOED, error->message);
  else
    finish (self, CF_SCHEDULE_FAILED, error->message);
}

static void
execute (CfExecutor *self)
{
  CfScheduleEntry *entry = cf_schedule_get_entry (self->schedule);

  cf_power_execute_async (self->power, cf_schedule_entry_get_request (entry), NULL, executed_cb,
                          g_object_ref (self));
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CfExecutor) self = user_data;
  g_autoptr (GError) error = NULL;

  if (cf_power_clear_others_finish (CF_POWER (source), result, &error))
    execute (self);
  else
    finish (self, CF_SCHEDULE_FAILED, error->message);
}

static void
due_cb (CfExecutor *self, CfScheduleEntry *entry)
{
  CfShutdownRequest *request = cf_schedule_entry_get_request (entry);

  self->is_told = TRUE;
  cf_audit_executing (entry);
  /* Only a request with grace override comes this far while somebody else's shutdown waits. */
  if (cf_power_get_state (self->power) == CF_POWER_TAKEN &&
      (cf_shutdown_request_get_flags (request) & CF_SHUTDOWN_GRACE_OVERRIDE))
    cf_power_clear_others_async (self->power, NULL, cleared_cb, g_object_ref (self));
  else
    execute (self);
}

static gboolean
is_overriding (CfExecutor *self)
{
  CfScheduleEntry *entry = cf_schedule_get_entry (self->schedule);

  return entry != NULL && (cf_shutdown_request_get_flags (cf_schedule_entry_get_request (entry)) &
                           CF_SHUTDOWN_GRACE_OVERRIDE);
}

static void
state_changed_cb (CfExecutor *self)
{
  static const char taken[] = "somebody else has scheduled a shutdown of this computer";

  switch (cf_power_get_state (self->power))
    {
    case CF_POWER_GOING_DOWN:
      cf_schedule_supersede (self->schedule, "the computer goes down on somebody else's word");
      break;
    case CF_POWER_TAKEN:
      cf_audit_taken (taken);
      if (!is_overriding (self))
        cf_schedule_supersede (self->schedule, taken);
      break;
    case CF_POWER_UNAVAILABLE:
      g_warning ("The login manager does not answer: new requests are refused");
      break;
    case CF_POWER_READY:
    default:
      break;
    }
}

static void
audience_changed_cb (CfExecutor *self)
{
  cf_schedule_set_audience (self->schedule, cf_power_count_people (self->power) > 0);
}

static void
cf_executor_dispose (GObject *object)
{
  CfExecutor *self = CF_EXECUTOR (object);

  g_clear_handle_id (&self->resume_source, g_source_remove);
  g_clear_object (&self->schedule);
  g_clear_object (&self->power);
  g_clear_object (&self->clock);
  g_clear_object (&self->history);

  G_OBJECT_CLASS (cf_executor_parent_class)->dispose (object);
}

static void
cf_executor_class_init (CfExecutorClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_executor_dispose;
}

static void
cf_executor_init (CfExecutor *self)
{
}

/**
 * cf_executor_new:
 * @schedule: says when
 * @power: acts
 * @clock: what time it is
 * @history: what was done here lately
 *
 * Returns: (transfer full): a new executor; it does nothing before the first signal
 */
CfExecutor *
cf_executor_new (CfSchedule *schedule, CfPower *power, CfClock *clock, CfActionHistory *history)
{
  CfExecutor *self;

  g_return_val_if_fail (CF_IS_SCHEDULE (schedule), NULL);
  g_return_val_if_fail (CF_IS_POWER (power), NULL);
  g_return_val_if_fail (CF_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (CF_IS_ACTION_HISTORY (history), NULL);

  self = g_object_new (CF_TYPE_EXECUTOR, NULL);
  self->schedule = g_object_ref (schedule);
  self->power = g_object_ref (power);
  self->clock = g_object_ref (clock);
  self->history = g_object_ref (history);
  g_signal_connect_object (schedule, "due", G_CALLBACK (due_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (power, "notify::state", G_CALLBACK (state_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (cf_power_get_sessions (power), "items-changed",
                           G_CALLBACK (audience_changed_cb), self, G_CONNECT_SWAPPED);
  audience_changed_cb (self);
  return self;
}

static gboolean
resume_cb (gpointer user_data)
{
  CfExecutor *self = user_data;

  self->resume_source = 0;
  if (cf_power_get_state (self->power) == CF_POWER_GOING_DOWN)
    {
      finish (self, CF_SCHEDULE_ACTED, NULL);
      note_action (self);
    }
  else
    finish (self, CF_SCHEDULE_FAILED,
            "the agent was stopped while it told the computer to go down, and the computer does "
            "not go down; send the request again");
  return G_SOURCE_REMOVE;
}

/**
 * cf_executor_resume:
 * @self: an executor whose schedule is idle
 *
 * Takes up what an earlier process left (cf_schedule_restore()). What that one was executing is not
 * told a second time (threat-model.md section 9): either the machine goes down, or it has failed.
 */
void
cf_executor_resume (CfExecutor *self)
{
  gboolean is_taken;

  g_return_if_fail (CF_IS_EXECUTOR (self));

  cf_schedule_restore (self->schedule);
  is_taken = cf_power_get_state (self->power) == CF_POWER_TAKEN ||
             cf_power_get_state (self->power) == CF_POWER_GOING_DOWN;
  if (is_taken && cf_schedule_get_state (self->schedule) == CF_RECEIVER_PENDING)
    state_changed_cb (self);
  else if (cf_schedule_get_state (self->schedule) == CF_RECEIVER_EXECUTING && !self->is_told)
    self->resume_source = g_timeout_add_seconds (RESUME_SECONDS, resume_cb, self);
}
