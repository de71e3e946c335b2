/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-schedule.h"

#include "cf-schedule-entry-private.h"
#include "cf-schedule-private.h"

G_DEFINE_FINAL_TYPE (CfSchedule, cf_schedule, G_TYPE_OBJECT)

G_DEFINE_QUARK (cf_schedule_error, cf_schedule_error)

enum
{
  SIGNAL_CHANGED,
  SIGNAL_REMINDER,
  SIGNAL_DUE,
  SIGNAL_ENDED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/**
 * cf_schedule_tell_changed:
 * @self: a schedule
 * @what: what happened to the countdown
 * @who: (nullable): who did it, for people
 */
void
cf_schedule_tell_changed (CfSchedule *self, CfScheduleChange what, const char *who)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, what, who);
}

/**
 * cf_schedule_tell_reminder:
 * @self: a schedule
 * @minutes: which one
 * @mandatory: whether somebody has to have seen it
 */
void
cf_schedule_tell_reminder (CfSchedule *self, guint minutes, gboolean mandatory)
{
  g_signal_emit (self, signals[SIGNAL_REMINDER], 0, minutes, mandatory);
}

/**
 * cf_schedule_tell_due:
 * @self: a schedule that is executing
 */
void
cf_schedule_tell_due (CfSchedule *self)
{
  g_signal_emit (self, signals[SIGNAL_DUE], 0, self->entry);
}

/**
 * cf_schedule_tell_ended:
 * @self: a schedule
 * @entry: what has ended
 * @outcome: how
 * @detail: (nullable): more about it, for people
 *
 * Remembers it as the last one, and emits `ended`.
 */
void
cf_schedule_tell_ended (CfSchedule *self, CfScheduleEntry *entry, CfScheduleOutcome outcome,
                        const char *detail)
{
  g_clear_pointer (&self->last_entry, cf_schedule_entry_unref);
  self->last_entry = cf_schedule_entry_ref (entry);
  self->last_outcome = outcome;
  g_free (self->last_detail);
  self->last_detail = g_strdup (detail);
  g_signal_emit (self, signals[SIGNAL_ENDED], 0, entry, outcome, detail);
}

static void
cf_schedule_dispose (GObject *object)
{
  CfSchedule *self = CF_SCHEDULE (object);

  cf_schedule_disarm (self);
  if (self->jump_watch != NULL)
    g_source_destroy (self->jump_watch);
  g_clear_pointer (&self->jump_watch, g_source_unref);
  g_clear_pointer (&self->entry, cf_schedule_entry_unref);
  g_clear_pointer (&self->last_entry, cf_schedule_entry_unref);
  g_clear_pointer (&self->last_detail, g_free);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (cf_schedule_parent_class)->dispose (object);
}

static void
cf_schedule_class_init (CfScheduleClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_schedule_dispose;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", CF_TYPE_SCHEDULE, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_STRING);
  signals[SIGNAL_REMINDER] = g_signal_new ("reminder", CF_TYPE_SCHEDULE, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_BOOLEAN);
  signals[SIGNAL_DUE] = g_signal_new ("due", CF_TYPE_SCHEDULE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                      NULL, G_TYPE_NONE, 1, CF_TYPE_SCHEDULE_ENTRY);
  signals[SIGNAL_ENDED] = g_signal_new ("ended", CF_TYPE_SCHEDULE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 3, CF_TYPE_SCHEDULE_ENTRY, G_TYPE_INT,
                                        G_TYPE_STRING);
}

static void
cf_schedule_init (CfSchedule *self)
{
  self->has_people = TRUE;
}

/**
 * cf_schedule_new:
 * @clock: what time it is
 * @store: (nullable): keeps what was accepted; %NULL to keep nothing over the end of this process
 *
 * Returns: (transfer full): an idle schedule. It calls back in the thread-default main context of
 *   now and of whoever submits
 */
CfSchedule *
cf_schedule_new (CfClock *clock, CfScheduleStore *store)
{
  CfSchedule *self;

  g_return_val_if_fail (CF_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (store == NULL || CF_IS_SCHEDULE_STORE (store), NULL);

  self = g_object_new (CF_TYPE_SCHEDULE, NULL);
  self->clock = g_object_ref (clock);
  if (store != NULL)
    self->store = g_object_ref (store);
  self->asleep_usec = cf_clock_get_asleep_usec (clock);
  cf_schedule_watch_jumps (self);
  return self;
}

/**
 * cf_schedule_restore:
 * @self: a schedule that has not accepted anything yet, with its signals connected
 *
 * Takes up what an earlier process accepted and did not end, with the time that remains: `changed`
 * tells. The entry still names who did what happened to it last. What it was executing is
 * *executing* still, and not due again: whoever acts finds out what came of it and calls
 * cf_schedule_finish(). What cannot be read is warned about.
 */
void
cf_schedule_restore (CfSchedule *self)
{
  g_autoptr (CfScheduleRecord) record = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (CF_IS_SCHEDULE (self));
  g_return_if_fail (self->state == CF_RECEIVER_IDLE);

  if (self->store == NULL)
    return;
  record = cf_schedule_store_load (self->store, &error);
  if (error != NULL)
    g_warning ("%s", error->message);
  if (record == NULL)
    return;

  self->asleep_usec = record->asleep_usec;
  self->entry = cf_schedule_entry_copy (record->entry);
  self->entry->change = CF_SCHEDULE_RESTORED;
  self->reminded_usec = cf_schedule_get_left_usec (self);
  self->state = record->phase == CF_SCHEDULE_PHASE_EXECUTING ? CF_RECEIVER_EXECUTING
                                                             : CF_RECEIVER_PENDING;
  cf_schedule_tell_changed (self, CF_SCHEDULE_RESTORED, NULL);
  cf_schedule_consider (self);
}

/**
 * cf_schedule_finish:
 * @self: a schedule that is executing
 * @outcome: what came of it
 * @detail: (nullable): more about it, for people
 *
 * Ends the request whose `due` was emitted.
 */
void
cf_schedule_finish (CfSchedule *self, CfScheduleOutcome outcome, const char *detail)
{
  g_return_if_fail (CF_IS_SCHEDULE (self));
  g_return_if_fail (self->state == CF_RECEIVER_EXECUTING);

  cf_schedule_end (self, outcome, detail);
}

/**
 * cf_schedule_set_audience:
 * @self: a schedule
 * @has_people: whether somebody is signed in, who could see a reminder
 *
 * An empty room is not waited for: nothing is extended for nobody. Until told otherwise a schedule
 * takes it that there is somebody.
 */
void
cf_schedule_set_audience (CfSchedule *self, gboolean has_people)
{
  g_return_if_fail (CF_IS_SCHEDULE (self));

  self->has_people = has_people;
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
  return MAX (cf_schedule_get_left_usec (self), 0);
}

/**
 * cf_schedule_get_real_usec:
 * @self: a schedule
 * @boot_usec: an instant of cf_clock_get_boot_usec()
 *
 * Returns: the same instant in microseconds since 1970-01-01 UTC, as the wall clock is set now and
 *   if the machine does not sleep before
 */
gint64
cf_schedule_get_real_usec (CfSchedule *self, gint64 boot_usec)
{
  g_return_val_if_fail (CF_IS_SCHEDULE (self), 0);

  return cf_clock_get_real_usec (self->clock) + boot_usec - cf_clock_get_boot_usec (self->clock);
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

/**
 * cf_schedule_get_last_detail:
 * @self: a schedule
 *
 * Returns: (transfer none) (nullable): more about how it ended: who called it off, what vetoed it
 */
const char *
cf_schedule_get_last_detail (CfSchedule *self)
{
  g_return_val_if_fail (CF_IS_SCHEDULE (self), NULL);

  return self->last_detail;
}
