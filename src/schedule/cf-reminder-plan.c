/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-reminder-plan.h"

#define MINUTE_USEC (60 * (gint64) G_USEC_PER_SEC)

static const guint rungs[] = { 240, 180, 120, 90, 60, 45, 30, 15, 10, 5, 1 };

/**
 * cf_reminder_plan_next:
 * @left_usec: what is left until the deadline
 *
 * Returns: how many minutes before the deadline people are reminded next; 0 if they are not
 */
guint
cf_reminder_plan_next (gint64 left_usec)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rungs); i++)
    if (rungs[i] * MINUTE_USEC < left_usec)
      return rungs[i];
  return 0;
}

/**
 * cf_reminder_plan_latest:
 * @announced_for_usec: what was left when this deadline was announced, or at the last reminder
 * @left_usec: what is left now
 *
 * Which reminder is up if none was given since: of several that passed meanwhile, as while the
 * machine slept, only the last one still says something.
 *
 * Returns: its minutes; 0 if none came up
 */
guint
cf_reminder_plan_latest (gint64 announced_for_usec, gint64 left_usec)
{
  guint latest = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (rungs); i++)
    {
      gint64 rung_usec = rungs[i] * MINUTE_USEC;

      if (rung_usec < announced_for_usec && rung_usec >= left_usec)
        latest = rungs[i];
    }
  return latest;
}

/**
 * cf_reminder_plan_is_mandatory:
 * @minutes: of a reminder
 *
 * Returns: whether somebody has to have seen it
 */
gboolean
cf_reminder_plan_is_mandatory (guint minutes)
{
  return minutes == 60 || minutes == 10 || minutes == 5;
}

/**
 * cf_reminder_plan_has_mandatory:
 * @announced_for_usec: what was left when a deadline was announced
 *
 * Returns: whether a mandatory reminder fits between the announcement and the deadline
 */
gboolean
cf_reminder_plan_has_mandatory (gint64 announced_for_usec)
{
  return announced_for_usec > 5 * MINUTE_USEC;
}
