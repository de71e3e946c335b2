/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "schedule/cf-reminder-plan.h"

#define MINUTE G_GINT64_CONSTANT (60000000)

static const guint rungs[] = { 240, 180, 120, 90, 60, 45, 30, 15, 10, 5, 1 };

static void
test_next (void)
{
  g_test_summary ("The next reminder is the largest that lies ahead; none is up twice");

  g_assert_cmpuint (cf_reminder_plan_next (G_MAXINT64), ==, 240);
  for (gsize i = 0; i < G_N_ELEMENTS (rungs); i++)
    {
      g_assert_cmpuint (cf_reminder_plan_next (rungs[i] * MINUTE + 1), ==, rungs[i]);
      g_assert_cmpuint (cf_reminder_plan_next (rungs[i] * MINUTE), ==,
                        i + 1 < G_N_ELEMENTS (rungs) ? rungs[i + 1] : 0);
    }
  g_assert_cmpuint (cf_reminder_plan_next (0), ==, 0);
  g_assert_cmpuint (cf_reminder_plan_next (-MINUTE), ==, 0);
}

static void
test_latest (void)
{
  g_test_summary ("Of the reminders that came up since, only the last one still says something");

  g_assert_cmpuint (cf_reminder_plan_latest (G_MAXINT64, 7 * MINUTE), ==, 10);
  g_assert_cmpuint (cf_reminder_plan_latest (11 * MINUTE, 10 * MINUTE), ==, 10);
  g_assert_cmpuint (cf_reminder_plan_latest (11 * MINUTE, 10 * MINUTE + 1), ==, 0);
  g_assert_cmpuint (cf_reminder_plan_latest (10 * MINUTE, 10 * MINUTE), ==, 0);
  g_assert_cmpuint (cf_reminder_plan_latest (10 * MINUTE, 1), ==, 1);
  g_assert_cmpuint (cf_reminder_plan_latest (MINUTE, 1), ==, 0);
}

static void
test_mandatory (void)
{
  g_test_summary ("60, 10 and 5 minutes are mandatory, and the announcement is not");

  for (guint minutes = 0; minutes <= 240; minutes++)
    g_assert_cmpint (cf_reminder_plan_is_mandatory (minutes), ==,
                     minutes == 60 || minutes == 10 || minutes == 5);
  g_assert_false (cf_reminder_plan_has_mandatory (5 * MINUTE));
  g_assert_true (cf_reminder_plan_has_mandatory (5 * MINUTE + 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/reminder-plan/next-lies-ahead", test_next);
  g_test_add_func ("/schedule/reminder-plan/latest-says-all", test_latest);
  g_test_add_func ("/schedule/reminder-plan/mandatory-are-60-10-5", test_mandatory);
  return g_test_run ();
}
