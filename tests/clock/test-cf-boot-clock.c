/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clock/cf-boot-clock.h"

static gboolean
rang_cb (gpointer user_data)
{
  gint64 *rang_usec = user_data;

  *rang_usec = 1;
  return G_SOURCE_REMOVE;
}

static void
assert_rings_not_before (gint64 delay_usec)
{
  g_autoptr (CfClock) clock = cf_boot_clock_new ();
  g_autoptr (GSource) alarm = NULL;
  g_autoptr (GError) error = NULL;
  gint64 due = cf_clock_get_boot_usec (clock) + delay_usec;
  gint64 rang = 0;

  alarm = cf_clock_create_alarm (clock, due, &error);
  g_assert_no_error (error);
  g_source_set_callback (alarm, rang_cb, &rang, NULL);
  g_source_attach (alarm, NULL);
  while (rang == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (cf_clock_get_boot_usec (clock), >=, due);
  g_assert_true (g_source_is_destroyed (alarm));
}

static void
test_rings_when_due (void)
{
  g_test_summary ("An alarm of the system's timer rings, and not before its time");

  assert_rings_not_before (20 * 1000);
}

static void
test_past_rings_at_once (void)
{
  g_test_summary ("An instant in the past, even before the start of time, is due now");

  assert_rings_not_before (-10 * G_USEC_PER_SEC);
  assert_rings_not_before (G_MININT64 / 2);
}

static void
test_boot_time_agrees (void)
{
  g_autoptr (CfClock) clock = cf_boot_clock_new ();
  g_autoptr (GDateTime) booted = cf_clock_dup_boot_time (clock);
  g_autoptr (GDateTime) now = cf_clock_dup_real_time (clock);
  GTimeSpan up = g_date_time_difference (now, booted);

  g_test_summary ("Start time plus time since the start is now");

  g_assert_cmpint (ABS (up - cf_clock_get_boot_usec (clock)), <, 60 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/clock/boot-clock/rings-when-due", test_rings_when_due);
  g_test_add_func ("/clock/boot-clock/past-rings-at-once", test_past_rings_at_once);
  g_test_add_func ("/clock/boot-clock/boot-time-agrees", test_boot_time_agrees);
  return g_test_run ();
}
