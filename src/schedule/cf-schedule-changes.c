/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-schedule.h"

#include "cf-reminder-plan.h"
#include "cf-schedule-entry-private.h"
#include "cf-schedule-private.h"
#include "request/cf-win32-code.h"

/* What people and administrators do to the countdown of cf-schedule.c. */

#define SECOND_USEC ((gint64) G_USEC_PER_SEC)
#define MINUTE_USEC (60 * SECOND_USEC)

#define RETURNED_USEC (2 * MINUTE_USEC) /* for who sees the warning only now */

static CfScheduleEntry *
make_entry (CfSchedule *self, CfShutdownRequest *request, const char *requester,
            CfScheduleOrigin origin)
{
  gint64 now = cf_clock_get_boot_usec (self->clock);
  gint64 grace_usec = cf_shutdown_request_get_grace_seconds (request) * SECOND_USEC;

  if (cf_shutdown_request_get_flags (request) & CF_SHUTDOWN_GRACE_OVERRIDE)
    grace_usec = 0;
  return cf_schedule_entry_new (request, requester, origin, now, now + grace_usec);
}

static gboolean
change (CfSchedule *self, CfScheduleEntry *entry, gint64 asleep_usec, CfScheduleChange what,
        const char *who, GError **error)
{
  cf_schedule_entry_set_change (entry, what, who);
  if (!cf_schedule_put (self, entry, asleep_usec, error))
    return FALSE;
  cf_schedule_tell_changed (self, what, who);
  return TRUE;
}

/**
 * cf_schedule_submit:
 * @self: a schedule
 * @request: what is asked for
 * @requester: who asks, for people and logs
 * @origin: what kind of client asks
 * @facts: what is known of the caller and the machine; of its state and the schedule's own the
 * later one counts
 *
 * Accepts or refuses a request by the receiving rules of WsdrInitiateShutdown
 * (cf_receiving_rules_decide_initiate()). An accepted one is pending, and kept, when this returns,
 * also with a grace period of 0: `due` comes from the main loop, so that the caller is answered
 * first. With grace override the request is due at once and takes the place of a pending one.
 *
 * Returns: a Win32 code: 0 if accepted, %CF_WIN32_GEN_FAILURE if the countdown cannot run or be
 * kept
 */
guint32
cf_schedule_submit (CfSchedule *self, CfShutdownRequest *request, const char *requester,
                    CfScheduleOrigin origin, const CfReceiverFacts *facts)
{
  g_autoptr (CfScheduleEntry) entry = NULL;
  g_autoptr (CfScheduleEntry) replaced = NULL;
  CfReceiverFacts now_facts;
  guint32 code;

  g_return_val_if_fail (CF_IS_SCHEDULE (self), CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (request != NULL, CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (requester != NULL, CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (facts != NULL, CF_WIN32_GEN_FAILURE);

  now_facts = *facts;
  now_facts.state = MAX (facts->state, self->state);
  code = cf_receiving_rules_decide_initiate (request, &now_facts);
  if (code != CF_WIN32_SUCCESS)
    return code;

  entry = make_entry (self, request, requester, origin);
  if (self->entry != NULL)
    replaced = cf_schedule_entry_ref (self->entry);
  if (!cf_schedule_put (self, entry, cf_clock_get_asleep_usec (self->clock), NULL))
    return CF_WIN32_GEN_FAILURE;

  if (replaced != NULL)
    cf_schedule_tell_ended (self, replaced, CF_SCHEDULE_SUPERSEDED, requester);
  cf_schedule_tell_changed (self, CF_SCHEDULE_ACCEPTED, requester);
  return CF_WIN32_SUCCESS;
}

/**
 * cf_schedule_abort:
 * @self: a schedule
 * @who: who calls it off, for people
 * @facts: what is known of the caller; of its state and the schedule's own the later one counts
 *
 * Calls a pending request off (WsdrAbortShutdown). What has begun cannot be called off.
 *
 * Returns: a Win32 code: 0 if called off, %CF_WIN32_NO_SHUTDOWN_IN_PROGRESS if there was nothing
 */
guint32
cf_schedule_abort (CfSchedule *self, const char *who, const CfReceiverFacts *facts)
{
  CfReceiverFacts now;
  guint32 code;

  g_return_val_if_fail (CF_IS_SCHEDULE (self), CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (who != NULL, CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (facts != NULL, CF_WIN32_GEN_FAILURE);

  now = *facts;
  now.state = MAX (facts->state, self->state);
  code = cf_receiving_rules_decide_abort (&now);
  if (code == CF_WIN32_SUCCESS && self->entry != NULL)
    cf_schedule_end (self, CF_SCHEDULE_CALLED_OFF, who);
  return code;
}

static gboolean
need_pending (CfSchedule *self, GError **error)
{
  switch (self->state)
    {
    case CF_RECEIVER_PENDING:
      return TRUE;
    case CF_RECEIVER_EXECUTING:
      g_set_error_literal (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_IN_PROGRESS,
                           "It is too late: the computer is going down already");
      return FALSE;
    case CF_RECEIVER_IDLE:
    default:
      g_set_error_literal (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_NOT_PENDING,
                           "No restart or power-off is waiting on this computer");
      return FALSE;
    }
}

static gboolean
check_budget (CfSchedule *self, guint32 seconds, GError **error)
{
  CfShutdownRequest *request = self->entry->request;
  guint32 most = cf_shutdown_request_get_postpone_seconds (request);

  if (cf_shutdown_request_get_postpone_limit (request) == 0 || most == 0)
    g_set_error_literal (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_BUDGET_SPENT,
                         "This request cannot be postponed; ask whoever sent it");
  else if (cf_schedule_entry_get_postpones_left (self->entry) == 0)
    g_set_error (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_BUDGET_SPENT,
                 "It has been postponed %u times, which is as often as it can be; ask whoever sent "
                 "it",
                 cf_schedule_entry_get_n_postponements (self->entry));
  else if (seconds > most)
    g_set_error (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_OUT_OF_RANGE,
                 "It can be postponed by %u seconds at a time, not by %u", most, seconds);
  else
    return TRUE;
  return FALSE;
}

/**
 * cf_schedule_postpone:
 * @self: a schedule
 * @who: who postpones, for people
 * @seconds: by how much, from the present deadline on; 0 for as much as the request allows at once
 * @note: (nullable): why
 * @error: a #CfScheduleError
 *
 * Moves the deadline to a later time, within what the request allows, and writes it into the
 * ledger. Nobody is ready for that one yet.
 *
 * Returns: %FALSE with @error set if nothing was changed
 */
gboolean
cf_schedule_postpone (CfSchedule *self, const char *who, guint32 seconds, const char *note,
                      GError **error)
{
  g_autoptr (CfScheduleEntry) entry = NULL;

  g_return_val_if_fail (CF_IS_SCHEDULE (self), FALSE);
  g_return_val_if_fail (who != NULL, FALSE);

  if (!need_pending (self, error) || !check_budget (self, seconds, error))
    return FALSE;
  if (seconds == 0)
    seconds = cf_shutdown_request_get_postpone_seconds (self->entry->request);

  entry = cf_schedule_entry_copy (self->entry);
  cf_schedule_entry_add_postponement (entry, who, cf_clock_get_real_usec (self->clock), seconds,
                                      note);
  g_array_set_size (entry->ready, 0);
  cf_schedule_entry_set_deadline (entry, cf_clock_get_boot_usec (self->clock),
                                  entry->deadline_boot_usec + seconds * SECOND_USEC);
  return change (self, entry, self->asleep_usec, CF_SCHEDULE_POSTPONED, who, error);
}

/**
 * cf_schedule_move:
 * @self: a schedule
 * @who: (nullable): who moves it, for people; %NULL for nobody in particular
 * @seconds: from now to the new deadline, at most %CF_SHUTDOWN_GRACE_MAX_SECONDS; 0 for at once
 * @error: a #CfScheduleError
 *
 * Gives the pending request another deadline, earlier or later. Postponing counts from there, and
 * nobody is ready for that one yet.
 *
 * Returns: %FALSE with @error set if nothing was changed
 */
gboolean
cf_schedule_move (CfSchedule *self, const char *who, guint32 seconds, GError **error)
{
  g_autoptr (CfScheduleEntry) entry = NULL;
  gint64 now;

  g_return_val_if_fail (CF_IS_SCHEDULE (self), FALSE);

  if (!need_pending (self, error))
    return FALSE;
  if (seconds > CF_SHUTDOWN_GRACE_MAX_SECONDS)
    {
      g_set_error (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_OUT_OF_RANGE,
                   "%u seconds are too long; at most %u can be waited", seconds,
                   CF_SHUTDOWN_GRACE_MAX_SECONDS);
      return FALSE;
    }

  now = cf_clock_get_boot_usec (self->clock);
  entry = cf_schedule_entry_copy (self->entry);
  entry->first_deadline_boot_usec = now + seconds * SECOND_USEC;
  g_array_set_size (entry->ready, 0);
  cf_schedule_entry_set_deadline (entry, now, entry->first_deadline_boot_usec);
  return change (self, entry, cf_clock_get_asleep_usec (self->clock), CF_SCHEDULE_MOVED, who,
                 error);
}

/**
 * cf_schedule_check_code:
 * @self: a schedule
 * @request_code: of a request
 * @error: a #CfScheduleError
 *
 * Returns: %FALSE with @error set if that request is not waiting
 */
gboolean
cf_schedule_check_code (CfSchedule *self, const char *request_code, GError **error)
{
  g_return_val_if_fail (CF_IS_SCHEDULE (self), FALSE);

  if (!need_pending (self, error))
    return FALSE;
  if (g_strcmp0 (request_code, cf_shutdown_request_get_code (self->entry->request)) == 0)
    return TRUE;
  g_set_error (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_NOT_PENDING,
               "Another request is waiting on this computer");
  return FALSE;
}

/* Puts @entry in the place of the one that waits, at the same time as before. */
static void
replace_entry (CfSchedule *self, CfScheduleEntry *entry, const char *what)
{
  g_autoptr (GError) error = NULL;

  if (!cf_schedule_save (self, entry, CF_SCHEDULE_PHASE_COUNTING, &error))
    g_warning ("%s could not be kept: %s", what, error->message);
  cf_schedule_entry_unref (self->entry);
  self->entry = cf_schedule_entry_ref (entry);
}

/* Whether @minutes is a mandatory reminder of this deadline that people were given by now: a
 * receipt of one for an earlier deadline may still come in after postponing. */
static gboolean
is_up (CfSchedule *self, guint minutes)
{
  gint64 rung_usec = minutes * MINUTE_USEC;

  return cf_reminder_plan_is_mandatory (minutes) && rung_usec < self->entry->announced_for_usec &&
         rung_usec >= cf_schedule_get_left_usec (self);
}

/**
 * cf_schedule_note_shown:
 * @self: a schedule
 * @request_code: of the request that somebody was shown
 * @minutes: the reminder that was shown; 0 for the announcement
 * @error: a #CfScheduleError
 *
 * Takes a receipt. One of a mandatory reminder that was given for the present deadline keeps that
 * deadline from being extended.
 *
 * Returns: %FALSE with @error set if that request is not waiting
 */
gboolean
cf_schedule_note_shown (CfSchedule *self, const char *request_code, guint minutes, GError **error)
{
  g_autoptr (CfScheduleEntry) entry = NULL;

  g_return_val_if_fail (CF_IS_SCHEDULE (self), FALSE);

  if (!cf_schedule_check_code (self, request_code, error))
    return FALSE;
  if (self->entry->is_shown || !is_up (self, minutes))
    return TRUE;

  entry = cf_schedule_entry_copy (self->entry);
  entry->is_shown = TRUE;
  replace_entry (self, entry, "A receipt");
  return TRUE;
}

/**
 * cf_schedule_note_returned:
 * @self: a schedule
 * @request_code: of the request that somebody sees only now
 * @error: a #CfScheduleError
 *
 * Somebody has come back to a locked or hidden screen. If less than 2 minutes are left then they
 * get 2 minutes; once for each request, and only for those that are extended at all
 * (#CfScheduleOrigin).
 *
 * Returns: %FALSE with @error set if that request is not waiting, or the time could not be given
 */
gboolean
cf_schedule_note_returned (CfSchedule *self, const char *request_code, GError **error)
{
  g_autoptr (CfScheduleEntry) entry = NULL;
  gint64 deadline;

  g_return_val_if_fail (CF_IS_SCHEDULE (self), FALSE);

  if (!cf_schedule_check_code (self, request_code, error))
    return FALSE;
  if (self->entry->has_returned || self->entry->origin != CF_SCHEDULE_ORIGIN_CURFEW ||
      cf_schedule_get_left_usec (self) >= RETURNED_USEC)
    return TRUE;

  deadline = cf_clock_get_boot_usec (self->clock) + RETURNED_USEC;
  entry = cf_schedule_entry_copy (self->entry);
  entry->has_returned = TRUE;
  entry->first_deadline_boot_usec += deadline - entry->deadline_boot_usec;
  cf_schedule_entry_set_deadline (entry, deadline - RETURNED_USEC, deadline);
  return change (self, entry, self->asleep_usec, CF_SCHEDULE_EXTENDED, NULL, error);
}

/**
 * cf_schedule_set_ready:
 * @self: a schedule
 * @uid: who is ready, or is not any more
 * @is_ready: which of them
 * @error: a #CfScheduleError
 *
 * Notes that somebody does not need the time that is left. It is kept with the request, until
 * cf_schedule_postpone() or cf_schedule_move(); what follows from it is for the caller to decide.
 *
 * Returns: %FALSE with @error set if nothing is waiting
 */
gboolean
cf_schedule_set_ready (CfSchedule *self, guint32 uid, gboolean is_ready, GError **error)
{
  g_autoptr (CfScheduleEntry) entry = NULL;

  g_return_val_if_fail (CF_IS_SCHEDULE (self), FALSE);

  if (!need_pending (self, error))
    return FALSE;
  if (cf_schedule_entry_is_ready (self->entry, uid) == !!is_ready)
    return TRUE;

  entry = cf_schedule_entry_copy (self->entry);
  cf_schedule_entry_set_ready (entry, uid, is_ready);
  replace_entry (self, entry, "Who is ready");
  return TRUE;
}

/**
 * cf_schedule_supersede:
 * @self: a schedule
 * @detail: (nullable): what took the place of the pending request, for people
 *
 * Ends what is pending, if anything is, because the machine goes down on somebody else's word.
 */
void
cf_schedule_supersede (CfSchedule *self, const char *detail)
{
  g_return_if_fail (CF_IS_SCHEDULE (self));

  if (self->state == CF_RECEIVER_PENDING)
    cf_schedule_end (self, CF_SCHEDULE_SUPERSEDED, detail);
}
