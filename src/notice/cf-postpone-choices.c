/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-postpone-choices.h"

#include "cf-notice-phase.h"

#define LEAST_SECONDS 60

static const guint32 steps[] = { 60 * 60, 30 * 60, 15 * 60, 10 * 60, 5 * 60 };
G_STATIC_ASSERT (G_N_ELEMENTS (steps) < CF_POSTPONE_CHOICES_MAX);

/**
 * cf_postpone_choices_exist:
 * @notice: a notice
 * @now_boot_usec: now, on the boot clock
 *
 * Returns: whether @notice can be postponed
 */
gboolean
cf_postpone_choices_exist (const CfNotice *notice, gint64 now_boot_usec)
{
  guint32 seconds[CF_POSTPONE_CHOICES_MAX];

  return cf_postpone_choices_list (notice, now_boot_usec, seconds) > 0;
}

/**
 * cf_postpone_choices_list:
 * @notice: a notice
 * @now_boot_usec: now, on the boot clock
 * @seconds: (out): by how much, from the present deadline on
 *
 * What the request still allows, as the agent decides it: the most at once first, then smaller
 * round steps. Nothing while no agent answers.
 *
 * Returns: how many of @seconds there are; 0 if it cannot be postponed
 */
gsize
cf_postpone_choices_list (const CfNotice *notice, gint64 now_boot_usec,
                          guint32 seconds[CF_POSTPONE_CHOICES_MAX])
{
  gint64 room;
  gsize n = 0;

  g_return_val_if_fail (notice != NULL, 0);
  g_return_val_if_fail (seconds != NULL, 0);

  if (notice->is_adrift || notice->postpones_left == 0 ||
      cf_notice_get_left_usec (notice, now_boot_usec) == 0)
    return 0;
  room = (notice->latest_boot_usec - notice->deadline_boot_usec) / G_USEC_PER_SEC;
  room = MIN (room, (gint64) notice->postpone_seconds);
  if (room < LEAST_SECONDS)
    return 0;
  seconds[n++] = (guint32) room;
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    if (steps[i] < seconds[0])
      seconds[n++] = steps[i];
  return n;
}
