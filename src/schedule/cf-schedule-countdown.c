/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-schedule-private.h"

#include "cf-reminder-plan.h"
#include "cf-schedule-entry-private.h"

/* The way of one request from its acceptance to its deadline: the alarm, reminders, sleep. */

#define SECOND_USEC        ((gint64) G_USEC_PER_SEC)
#define MINUTE_USEC        (60 * SECOND_USEC)
#define SLEPT_USEC         SECOND_USEC       /* less is the clocks being read one after the other */
#define FRESH_USEC         MINUTE_USEC       /* left after sleep at least */
#define FRESH_OVERDUE_USEC (5 * MINUTE_USEC) /* given if the deadline passed in sleep */
#define MISSED_USEC        (10 * MINUTE_USEC) /* later than that it is not done any more */
#define EXTENSION_USEC     (5 * MINUTE_USEC)

static GSource *create_alarm (CfSchedule *self, const CfScheduleEntry *entry, GError **error);

/**
 * cf_schedule_disarm:
 * @self: a schedule
 *
 * Takes the alarm away, if there is one.
 */
void
cf_schedule_disarm (CfSchedule *self)
{
  if (self->alarm == NULL)
    return;

  g_source_destroy (self->alarm);
  g_clear_pointer (&self->alarm, g_source_unref);
}

/**
 * cf_schedule_get_left_usec:
 * @self: a schedule that is not idle
 *
 * Returns: microseconds to the deadline; below 0 if it has passed
 */
gint64
cf_schedule_get_left_usec (CfSchedule *self)
{
  return self->entry->deadline_boot_usec - cf_clock_get_boot_usec (self->clock);
}

static gboolean
save (CfSchedule *self, const CfScheduleEntry *entry, CfSchedulePhase phase, gint64 asleep_usec,
      GError **error)
{
  return self->store == NULL ||
         cf_schedule_store_save (self->store, entry, phase, asleep_usec, error);
}

/**
 * cf_schedule_save:
 * @self: a schedule
 * @entry: what a later process would take up
 * @phase: how far it has come
 * @error: a #GFileError that names the file
 *
 * Returns: whether the store has it, or there is no store
 */
gboolean
cf_schedule_save (CfSchedule *self, const CfScheduleEntry *entry, CfSchedulePhase phase,
                  GError **error)
{
  return save (self, entry, phase, self->asleep_usec, error);
}

/**
 * cf_schedule_end:
 * @self: a schedule that is not idle
 * @outcome: how it ended
 * @detail: (nullable): more about it, for people
 *
 * Goes back to idle. The file goes first: what has ended must not come back after a crash.
 */
void
cf_schedule_end (CfSchedule *self, CfScheduleOutcome outcome, const char *detail)
{
  g_autoptr (CfScheduleEntry) entry = g_steal_pointer (&self->entry);
  g_autofree char *kept_detail = g_strdup (detail); /* a handler may end another one */
  g_autoptr (GError) error = NULL;

  cf_schedule_disarm (self);
  self->state = CF_RECEIVER_IDLE;
  if (self->store != NULL && !cf_schedule_store_clear (self->store, &error))
    g_warning ("A request that has ended would come back if the agent was started anew: %s",
               error->message);
  cf_schedule_tell_ended (self, entry, outcome, kept_detail);
}

/**
 * cf_schedule_put:
 * @self: a schedule that is not executing
 * @entry: what is to be pending
 * @asleep_usec: sleep up to here is no matter of @entry (cf_clock_get_asleep_usec())
 * @error: %CF_SCHEDULE_ERROR_BROKEN
 *
 * Puts @entry in the place of what there was; no signal is emitted. A new alarm and the store come
 * first: without them everything stays as if nobody had asked.
 *
 * Returns: %FALSE with @error set if nothing was changed
 */
gboolean
cf_schedule_put (CfSchedule *self, CfScheduleEntry *entry, gint64 asleep_usec, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  GSource *alarm = create_alarm (self, entry, &local_error);

  if (alarm == NULL || !save (self, entry, CF_SCHEDULE_PHASE_COUNTING, asleep_usec, &local_error))
    {
      if (alarm != NULL)
        {
          g_source_destroy (alarm);
          g_source_unref (alarm);
        }
      g_warning ("The countdown cannot be kept: %s", local_error->message);
      g_set_error (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_BROKEN,
                   "The countdown cannot be kept, so nothing was changed: %s",
                   local_error->message);
      return FALSE;
    }
  cf_schedule_disarm (self);
  if (self->entry != NULL)
    cf_schedule_entry_unref (self->entry);
  self->entry = cf_schedule_entry_ref (entry);
  self->alarm = alarm;
  self->state = CF_RECEIVER_PENDING;
  self->asleep_usec = asleep_usec;
  self->reminded_usec = cf_schedule_get_left_usec (self);
  return TRUE;
}

/* Gives more time. What cannot be kept ends: to act at the old time would be too early. */
static void
give_until (CfSchedule *self, gint64 deadline_boot_usec, CfScheduleChange what)
{
  g_autoptr (CfScheduleEntry) entry = cf_schedule_entry_copy (self->entry);
  gint64 now = cf_clock_get_boot_usec (self->clock);

  entry->first_deadline_boot_usec += deadline_boot_usec - entry->deadline_boot_usec;
  entry->is_extended |= what == CF_SCHEDULE_EXTENDED;
  cf_schedule_entry_set_change (entry, what, NULL);
  /* Nobody is reminded in a minute: what was seen before it, or was not, counts still. */
  if (deadline_boot_usec - now > FRESH_USEC)
    cf_schedule_entry_set_deadline (entry, now, deadline_boot_usec);
  else
    entry->deadline_boot_usec = deadline_boot_usec;
  if (cf_schedule_put (self, entry, self->asleep_usec, NULL))
    cf_schedule_tell_changed (self, what, NULL);
  else
    cf_schedule_end (self, CF_SCHEDULE_FAILED, "The countdown could not be kept");
}

static gboolean
has_slept (CfSchedule *self)
{
  gint64 asleep_usec = cf_clock_get_asleep_usec (self->clock);
  gboolean slept = asleep_usec - self->asleep_usec >= SLEPT_USEC;

  self->asleep_usec = asleep_usec;
  return slept;
}

/* People who come back to a machine that slept are told first, and then have some time. Returns
 * whether the countdown is another one now. */
static gboolean
allow_for_sleep (CfSchedule *self)
{
  gint64 now = cf_clock_get_boot_usec (self->clock);
  gint64 left = self->entry->deadline_boot_usec - now;
  g_autoptr (GError) error = NULL;

  if (!has_slept (self))
    return FALSE;
  if (left >= FRESH_USEC)
    {
      /* or an agent that is started anew would take this sleep for a new one */
      if (!cf_schedule_save (self, self->entry, CF_SCHEDULE_PHASE_COUNTING, &error))
        g_warning ("That the computer slept cannot be noted: %s", error->message);
      return FALSE;
    }
  if (left < -MISSED_USEC)
    cf_schedule_end (self, CF_SCHEDULE_MISSED, "The computer slept when the time came");
  else
    give_until (self, now + (left <= 0 ? FRESH_OVERDUE_USEC : FRESH_USEC), CF_SCHEDULE_OVERDUE);
  return TRUE;
}

/* A request of Curfew's own waits once more if nobody can have seen a warning; one that was to
 * happen at once does not. */
static gboolean
needs_extension (CfSchedule *self)
{
  const CfScheduleEntry *entry = self->entry;

  return entry->origin == CF_SCHEDULE_ORIGIN_CURFEW && self->has_people && !entry->is_extended &&
         !entry->is_shown && cf_reminder_plan_has_mandatory (entry->announced_for_usec);
}

static void
become_due (CfSchedule *self, gint64 late_usec)
{
  g_autoptr (GError) error = NULL;

  if (late_usec > MISSED_USEC)
    {
      cf_schedule_end (self, CF_SCHEDULE_MISSED, "The agent did not run when the time came");
      return;
    }
  if (needs_extension (self))
    {
      give_until (self, cf_clock_get_boot_usec (self->clock) + EXTENSION_USEC,
                  CF_SCHEDULE_EXTENDED);
      return;
    }
  /* Written down before anybody is told: whatever happens now, it is told once. */
  if (!cf_schedule_save (self, self->entry, CF_SCHEDULE_PHASE_EXECUTING, &error))
    {
      g_warning ("The time has come, but it cannot be noted: %s", error->message);
      cf_schedule_end (self, CF_SCHEDULE_FAILED, error->message);
      return;
    }
  self->state = CF_RECEIVER_EXECUTING;
  cf_schedule_tell_due (self);
}

static void
remind (CfSchedule *self, gint64 left_usec)
{
  guint minutes = cf_reminder_plan_latest (self->reminded_usec, left_usec);

  if (minutes == 0)
    return;
  self->reminded_usec = left_usec;
  cf_schedule_tell_reminder (self, minutes, cf_reminder_plan_is_mandatory (minutes));
}

/* Arms the alarm for what comes next. An alarm that rings early must not turn "later" into "now",
 * and one that cannot be had ends the countdown. */
static void
rearm (CfSchedule *self)
{
  g_autoptr (GError) error = NULL;

  cf_schedule_disarm (self);
  self->alarm = create_alarm (self, self->entry, &error);
  if (self->alarm == NULL)
    {
      g_warning ("The countdown cannot go on: %s", error->message);
      cf_schedule_end (self, CF_SCHEDULE_FAILED, error->message);
    }
}

/**
 * cf_schedule_consider:
 * @self: a schedule
 *
 * Looks at the clock and does what is up, if something is pending.
 */
void
cf_schedule_consider (CfSchedule *self)
{
  gint64 left;

  if (self->state != CF_RECEIVER_PENDING || allow_for_sleep (self))
    return;

  left = cf_schedule_get_left_usec (self);
  if (left <= 0)
    {
      cf_schedule_disarm (self);
      become_due (self, -left);
      return;
    }
  rearm (self);
  if (self->state == CF_RECEIVER_PENDING)
    remind (self, left);
}

static gboolean
alarm_cb (gpointer user_data)
{
  g_autoptr (CfSchedule) self = g_object_ref (user_data);

  cf_schedule_consider (self);
  return G_SOURCE_REMOVE;
}

static gboolean
jumped_cb (gpointer user_data)
{
  g_autoptr (CfSchedule) self = g_object_ref (user_data);

  cf_schedule_consider (self);
  if (self->state == CF_RECEIVER_PENDING)
    cf_schedule_tell_changed (self, CF_SCHEDULE_CLOCK_SET, NULL);
  return G_SOURCE_CONTINUE;
}

static GSource *
create_alarm (CfSchedule *self, const CfScheduleEntry *entry, GError **error)
{
  gint64 left = entry->deadline_boot_usec - cf_clock_get_boot_usec (self->clock);
  gint64 rung_usec = cf_reminder_plan_next (left) * MINUTE_USEC;
  GSource *alarm = cf_clock_create_alarm (self->clock, entry->deadline_boot_usec - rung_usec,
                                          error);

  if (alarm == NULL)
    return NULL;
  g_source_set_callback (alarm, alarm_cb, self, NULL);
  g_source_attach (alarm, g_main_context_get_thread_default ());
  return alarm;
}

/**
 * cf_schedule_watch_jumps:
 * @self: a schedule
 *
 * Listens to the machine waking up and to its wall clock being set.
 */
void
cf_schedule_watch_jumps (CfSchedule *self)
{
  g_autoptr (GError) error = NULL;

  /* Without it, sleep is noticed only when the next alarm rings, which is late but never early. */
  self->jump_watch = cf_clock_create_jump_watch (self->clock, &error);
  if (self->jump_watch == NULL)
    {
      g_warning ("Sleep will be noticed late: %s", error->message);
      return;
    }
  g_source_set_callback (self->jump_watch, jumped_cb, self, NULL);
  g_source_attach (self->jump_watch, g_main_context_get_thread_default ());
}
