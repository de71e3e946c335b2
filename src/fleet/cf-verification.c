/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-verification.h"

/* Closer to the end of a countdown than this, looking goes back to its usual pace. */
#define LONG_COUNTDOWN_USEC (20 * G_USEC_PER_SEC)
#define MAX_COUNTDOWN_PAUSE 30000u

/**
 * cf_verification_started_anew:
 * @before: (nullable): the status before the request
 * @after: a status
 *
 * Compares boot ids where both were told, and boot times otherwise: the host's with the host's,
 * never with this computer's clock. A boot time is derived from a clock that may be set, so it has
 * to be later by more than a minute (shutdown-semantics.md section 5).
 *
 * Returns: whether the host has started in between
 */
gboolean
cf_verification_started_anew (const CfStatus *before, const CfStatus *after)
{
  g_return_val_if_fail (after != NULL, FALSE);

  if (before == NULL)
    return FALSE;
  if (before->boot_id != NULL && after->boot_id != NULL)
    return !g_str_equal (before->boot_id, after->boot_id);
  if (before->boot_time == NULL || after->boot_time == NULL)
    return FALSE;
  return g_date_time_difference (after->boot_time, before->boot_time) >
         CF_VERIFICATION_BOOT_TOLERANCE_SECONDS * G_TIME_SPAN_SECOND;
}

/* A host that names our request tells best what became of it. */
static CfErrandState
decide_by_code (const CfVerification *self, CfErrandState state, const CfStatus *status)
{
  if (g_strcmp0 (status->request_code, self->request_code) == 0)
    return status->state == CF_PENDING_EXECUTING ? CF_ERRAND_GOING_DOWN : CF_ERRAND_ACCEPTED;

  if (g_strcmp0 (status->last_request_code, self->request_code) == 0)
    switch (status->last_outcome)
      {
      case CF_OUTCOME_IS_WOULD_ACT:
        return CF_ERRAND_REHEARSED;
      case CF_OUTCOME_IS_CALLED_OFF:
      case CF_OUTCOME_IS_SUPERSEDED:
        return CF_ERRAND_CALLED_OFF;
      case CF_OUTCOME_IS_VETOED:
      case CF_OUTCOME_IS_MISSED:
      case CF_OUTCOME_IS_FAILED:
        return CF_ERRAND_FAILED;
      case CF_OUTCOME_IS_ACTED:
        return CF_ERRAND_GOING_DOWN;
      case CF_OUTCOME_IS_NONE:
      default:
        return state;
      }

  /* Ours was accepted, and another one is there now: it took its place. */
  if (state == CF_ERRAND_ACCEPTED && status->request_code != NULL)
    return CF_ERRAND_CALLED_OFF;
  return state;
}

static CfErrandState
still_up (const CfVerification *self)
{
  return self->action == CF_SHUTDOWN_ACTION_RESTART ? CF_ERRAND_DID_NOT_RESTART
                                                    : CF_ERRAND_DID_NOT_GO_DOWN;
}

static CfErrandState
decide_by_status (const CfVerification *self, CfErrandState state, const CfStatus *status,
                  gint64 now_usec)
{
  if (cf_verification_started_anew (self->before, status))
    return CF_ERRAND_BACK;

  /* It answers and has not started anew: it was a gap in the network, not the end. */
  if (state == CF_ERRAND_DOWN || state == CF_ERRAND_STARTING)
    state = CF_ERRAND_GOING_DOWN;
  if (self->request_code != NULL)
    state = decide_by_code (self, state, status);

  if (now_usec < self->limit_usec)
    return state;
  return state == CF_ERRAND_ACCEPTED || state == CF_ERRAND_GOING_DOWN ? still_up (self) : state;
}

static CfErrandState
decide_lost (const CfVerification *self, CfErrandState state, CfSight sight, gint64 now_usec)
{
  gint64 lost_for_usec = self->lost_usec > 0 ? now_usec - self->lost_usec : 0;
  gboolean was_down = state == CF_ERRAND_DOWN || state == CF_ERRAND_STARTING;

  /* Before its time a host that does not answer is no host that went down. */
  if (now_usec < self->due_usec && state == CF_ERRAND_ACCEPTED)
    return state;

  if (self->action != CF_SHUTDOWN_ACTION_RESTART && was_down &&
      lost_for_usec >= CF_VERIFICATION_OFF_SECONDS * G_USEC_PER_SEC)
    return CF_ERRAND_OFF;
  if (self->goal == CF_WAIT_BACK && now_usec >= self->limit_usec)
    return CF_ERRAND_LATE;
  if (was_down)
    return self->action == CF_SHUTDOWN_ACTION_RESTART && sight == CF_SIGHT_CLOSED
             ? CF_ERRAND_STARTING
             : state;

  /* One missed answer is an accident, two are an observation. */
  return state == CF_ERRAND_GOING_DOWN && lost_for_usec > 0 ? CF_ERRAND_DOWN : CF_ERRAND_GOING_DOWN;
}

/**
 * cf_verification_decide:
 * @self: what is known
 * @state: how far it had come: %CF_ERRAND_ACCEPTED, %CF_ERRAND_UNKNOWN, %CF_ERRAND_GOING_DOWN,
 *   %CF_ERRAND_DOWN or %CF_ERRAND_STARTING
 * @sight: what a look shows
 * @status: (nullable): what the host said, for %CF_SIGHT_STATUS
 * @now_usec: the time, on the clock of @self
 *
 * The next state of a request that was sent. Only a new boot id, or a later boot time, is "back";
 * only a minute of silence is "off"; a missing answer alone is neither.
 *
 * Returns: the state; it may be @state
 */
CfErrandState
cf_verification_decide (const CfVerification *self, CfErrandState state, CfSight sight,
                        const CfStatus *status, gint64 now_usec)
{
  g_return_val_if_fail (self != NULL, state);
  g_return_val_if_fail ((sight == CF_SIGHT_STATUS) == (status != NULL), state);

  switch (sight)
    {
    case CF_SIGHT_STATUS:
      return decide_by_status (self, state, status, now_usec);
    case CF_SIGHT_CLOSED:
    case CF_SIGHT_SILENT:
      return decide_lost (self, state, sight, now_usec);
    case CF_SIGHT_STRANGE:
    default:
      if (self->goal == CF_WAIT_BACK && now_usec >= self->limit_usec)
        return CF_ERRAND_LATE;
      return state;
    }
}

/**
 * cf_verification_is_over:
 * @self: what is known
 * @state: what cf_verification_decide() said
 * @now_usec: the time, on the clock of @self
 *
 * Returns: whether @state is the last one
 */
gboolean
cf_verification_is_over (const CfVerification *self, CfErrandState state, gint64 now_usec)
{
  g_return_val_if_fail (self != NULL, TRUE);

  switch (state)
    {
    case CF_ERRAND_DOWN:
    case CF_ERRAND_STARTING:
      /* a restart that was to go down has; what was turned off still has to stay silent */
      return (self->goal == CF_WAIT_DOWN && self->action == CF_SHUTDOWN_ACTION_RESTART) ||
             now_usec >= self->limit_usec;
    case CF_ERRAND_ACCEPTED:
    case CF_ERRAND_GOING_DOWN:
    case CF_ERRAND_UNKNOWN:
      return now_usec >= self->limit_usec;
    case CF_ERRAND_WAITING:
    case CF_ERRAND_CONNECTING:
    case CF_ERRAND_SENT:
      return FALSE;
    case CF_ERRAND_ANSWERED:
    case CF_ERRAND_BACK:
    case CF_ERRAND_OFF:
    case CF_ERRAND_REHEARSED:
    case CF_ERRAND_CALLED_OFF:
    case CF_ERRAND_DID_NOT_RESTART:
    case CF_ERRAND_DID_NOT_GO_DOWN:
    case CF_ERRAND_LATE:
    case CF_ERRAND_REFUSED:
    case CF_ERRAND_FAILED:
    case CF_ERRAND_NOT_SENT:
    default:
      return TRUE;
    }
}

/**
 * cf_verification_get_pause_msec:
 * @n_looks: how many looks there have been
 * @remaining_usec: until the countdown ends; 0 or less afterwards
 * @min_msec: the first pause
 * @max_msec: the longest one
 *
 * The pause doubles from look to look. While a countdown has long to run there is less to see: a
 * quarter of what is left, at most half a minute.
 *
 * Returns: milliseconds until the next look, without jitter
 */
guint
cf_verification_get_pause_msec (guint n_looks, gint64 remaining_usec, guint min_msec,
                                guint max_msec)
{
  guint64 pause = (guint64) min_msec << MIN (n_looks, 16);

  pause = MIN (pause, max_msec);
  if (remaining_usec > LONG_COUNTDOWN_USEC)
    {
      guint64 quarter_msec = (guint64) remaining_usec / 4 / G_TIME_SPAN_MILLISECOND;

      pause = MAX (pause, MIN (quarter_msec, MAX_COUNTDOWN_PAUSE));
    }
  return (guint) pause;
}
