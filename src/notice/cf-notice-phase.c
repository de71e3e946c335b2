/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-notice-phase.h"

#define SECOND_USEC  ((gint64) G_USEC_PER_SEC)
#define MINUTE_USEC  (60 * SECOND_USEC)
#define WARNING_USEC (10 * MINUTE_USEC)
#define STRONG_USEC  MINUTE_USEC

/* org.curfew.Agent1 Reminder */
static const guint rungs[] = { 240, 180, 120, 90, 60, 45, 30, 15, 10, 5, 1 };

static CfNoticePhase
get_phase_of_end (CfNoticeOutcome outcome)
{
  return outcome == CF_NOTICE_ACTED ? CF_NOTICE_PHASE_GOING_DOWN : CF_NOTICE_PHASE_OVER;
}

/**
 * cf_notice_get_phase:
 * @notice: a notice
 * @now_boot_usec: now, on the boot clock
 *
 * What is pending stays strong beyond its deadline until the agent says more. Nothing is urgent
 * while no agent answers: then nothing happens.
 *
 * Returns: how urgent @notice is
 */
CfNoticePhase
cf_notice_get_phase (const CfNotice *notice, gint64 now_boot_usec)
{
  gint64 left;

  g_return_val_if_fail (notice != NULL, CF_NOTICE_PHASE_NOTHING);

  switch (notice->state)
    {
    case CF_NOTICE_PENDING:
      left = cf_notice_get_left_usec (notice, now_boot_usec);
      if (notice->is_adrift || left > WARNING_USEC)
        return CF_NOTICE_PHASE_INFORMATION;
      return left > STRONG_USEC ? CF_NOTICE_PHASE_WARNING : CF_NOTICE_PHASE_STRONG;
    case CF_NOTICE_EXECUTING:
      return CF_NOTICE_PHASE_GOING_DOWN;
    case CF_NOTICE_ENDED:
      return get_phase_of_end (notice->outcome);
    case CF_NOTICE_IDLE:
    default:
      return CF_NOTICE_PHASE_NOTHING;
    }
}

/**
 * cf_notice_get_left_usec:
 * @notice: a notice
 * @now_boot_usec: now, on the boot clock
 *
 * Returns: microseconds until the deadline; 0 after it, and if nothing is pending
 */
gint64
cf_notice_get_left_usec (const CfNotice *notice, gint64 now_boot_usec)
{
  g_return_val_if_fail (notice != NULL, 0);

  if (notice->state != CF_NOTICE_PENDING || notice->deadline_boot_usec <= now_boot_usec)
    return 0;
  return notice->deadline_boot_usec - now_boot_usec;
}

/**
 * cf_notice_get_fraction_left:
 * @notice: a notice
 * @now_boot_usec: now, on the boot clock
 *
 * Returns: how much is left of the time from the announcement to the deadline, 0.0 to 1.0
 */
double
cf_notice_get_fraction_left (const CfNotice *notice, gint64 now_boot_usec)
{
  gint64 left, whole;

  g_return_val_if_fail (notice != NULL, 0.0);

  left = cf_notice_get_left_usec (notice, now_boot_usec);
  whole = notice->deadline_boot_usec - notice->announced_boot_usec;
  if (left <= 0 || whole <= 0)
    return 0.0;
  return MIN ((double) left / (double) whole, 1.0);
}

/* How long the number that is shown stays: see cf_notice_get_next_change(). */
static gint64
get_step (gint64 left)
{
  if (left > WARNING_USEC)
    return MINUTE_USEC;
  return left > STRONG_USEC ? 10 * SECOND_USEC : SECOND_USEC;
}

/* When the day begins after which "tomorrow" is today; 0 if that cannot be told. */
static gint64
get_midnight (const CfNotice *notice, gint64 now_boot_usec)
{
  gint64 to_real = notice->deadline_real_usec - notice->deadline_boot_usec;
  gint64 half = G_USEC_PER_SEC / 2;
  gint64 now_real = now_boot_usec + to_real;
  g_autoptr (GDateTime) now = NULL;
  g_autoptr (GDateTime) next_day = NULL;
  g_autoptr (GDateTime) midnight = NULL;

  if (notice->deadline_real_usec <= 0)
    return 0;
  /* cf-clock-format.c takes the nearest second */
  now = g_date_time_new_from_unix_local ((now_real + half) / G_USEC_PER_SEC);
  if (now != NULL)
    next_day = g_date_time_add_days (now, 1);
  if (next_day != NULL)
    midnight = g_date_time_new_local (g_date_time_get_year (next_day),
                                      g_date_time_get_month (next_day),
                                      g_date_time_get_day_of_month (next_day), 0, 0, 0.0);
  return midnight != NULL ? g_date_time_to_unix (midnight) * G_USEC_PER_SEC - half - to_real : 0;
}

/**
 * cf_notice_get_next_change:
 * @notice: a notice
 * @now_boot_usec: now, on the boot clock
 *
 * When a clock face has to be drawn anew. As on a kitchen timer the number that is shown is rounded
 * up: to whole minutes above ten, to ten seconds above one minute, then to seconds, so it is 0 at
 * the deadline and not before. The phase changes with it. At midnight "tomorrow" becomes today.
 * While no agent answers there is no number.
 *
 * Returns: when words or phase of @notice change next by time alone, on the boot clock, later than
 *   @now_boot_usec; 0 for never
 */
gint64
cf_notice_get_next_change (const CfNotice *notice, gint64 now_boot_usec)
{
  gint64 left, step, next, midnight;

  g_return_val_if_fail (notice != NULL, 0);

  left = cf_notice_get_left_usec (notice, now_boot_usec);
  if (left <= 0)
    return 0;
  step = get_step (left);
  next = notice->deadline_boot_usec - (left - 1) / step * step;
  midnight = get_midnight (notice, now_boot_usec);
  if (notice->is_adrift)
    return midnight > now_boot_usec ? midnight : 0;
  return midnight > now_boot_usec ? MIN (next, midnight) : next;
}

/**
 * cf_notice_get_rung:
 * @notice: a notice
 * @now_boot_usec: now, on the boot clock
 *
 * Returns: the reminder that was reached last, in minutes before the deadline; 0 if there was none
 *   since the announcement, and while no agent answers
 */
guint
cf_notice_get_rung (const CfNotice *notice, gint64 now_boot_usec)
{
  gint64 left, whole;
  guint reached = 0;

  g_return_val_if_fail (notice != NULL, 0);

  if (notice->state != CF_NOTICE_PENDING || notice->is_adrift)
    return 0;
  left = cf_notice_get_left_usec (notice, now_boot_usec);
  whole = notice->deadline_boot_usec - notice->announced_boot_usec;
  for (gsize i = 0; i < G_N_ELEMENTS (rungs); i++)
    if (rungs[i] * MINUTE_USEC >= left && rungs[i] * MINUTE_USEC < whole)
      reached = rungs[i];
  return reached;
}
