/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "schedule-fixture.h"

static void
test_enough_left (Fixture *f, gconstpointer data)
{
  g_test_summary ("With a minute or more left after sleep, it is due when it was told to be");

  submit (f, CF_SHUTDOWN_RESTART, 3600);
  cf_test_clock_sleep (f->clock, 59 * MINUTE);
  assert_said (f, "accepted 1 clock-set");
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, MINUTE);
  cf_test_clock_run (f->clock, MINUTE - 1);
  assert_said (f, "");
  cf_test_clock_run (f->clock, 1);
  assert_said (f, "due");
}

static void
test_little_left (Fixture *f, gconstpointer data)
{
  g_test_summary ("With less than a minute left after sleep, there is a minute");

  for (guint i = 0; i < 3; i++)
    {
      static const gint64 left_usec[] = { MINUTE - 1, SECOND, 1 };

      submit (f, CF_SHUTDOWN_RESTART, 3600);
      cf_test_clock_sleep (f->clock, HOUR - left_usec[i]);
      assert_said (f, "accepted overdue clock-set");
      g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, MINUTE);
      cf_test_clock_run (f->clock, MINUTE - 1);
      assert_said (f, "");
      cf_test_clock_run (f->clock, 1);
      assert_said (f, "due");
      cf_schedule_finish (f->schedule, CF_SCHEDULE_ACTED, NULL);
      assert_said (f, "ended:acted");
    }
}

static void
test_overdue (Fixture *f, gconstpointer data)
{
  g_test_summary ("A deadline that passed in sleep, up to ten minutes ago, gets fresh 5 minutes");

  for (guint i = 0; i < 3; i++)
    {
      static const gint64 over_usec[] = { 0, 4 * MINUTE, 10 * MINUTE };

      submit (f, CF_SHUTDOWN_RESTART, 3600);
      cf_test_clock_sleep (f->clock, HOUR + over_usec[i]);
      assert_said (f, "accepted overdue clock-set");
      g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 5 * MINUTE);
      cf_test_clock_run (f->clock, 5 * MINUTE - 1);
      assert_said (f, "1");
      cf_test_clock_run (f->clock, 1);
      assert_said (f, "due");
      cf_schedule_finish (f->schedule, CF_SCHEDULE_ACTED, NULL);
      assert_said (f, "ended:acted");
    }
}

static void
test_missed (Fixture *f, gconstpointer data)
{
  g_test_summary ("More than ten minutes after the deadline nothing is done any more");

  submit (f, CF_SHUTDOWN_RESTART, 3600);
  cf_test_clock_sleep (f->clock, HOUR + 10 * MINUTE + 1);
  assert_said (f, "accepted ended:missed");
  g_assert_cmpstr (cf_schedule_get_last_detail (f->schedule), ==,
                   "The computer slept when the time came");
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
  cf_test_clock_run (f->clock, DAY);
  assert_said (f, "");
}

static void
test_asleep_again (Fixture *f, gconstpointer data)
{
  g_test_summary ("Whoever wakes up again and again is given time again and again");

  submit (f, CF_SHUTDOWN_RESTART, 3600);
  cf_test_clock_sleep (f->clock, HOUR + MINUTE);
  cf_test_clock_sleep (f->clock, 5 * MINUTE - 5 * SECOND);
  assert_said (f, "accepted overdue clock-set overdue clock-set");
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, MINUTE);
}

static void
test_unseen_in_sleep (Fixture *f, gconstpointer data)
{
  g_test_summary ("Sleep that hid every mandatory reminder does not take the extension away");

  submit_own (f, 3600, 0, 0);
  cf_test_clock_sleep (f->clock, HOUR - 10 * SECOND);
  cf_test_clock_run (f->clock, MINUTE);
  assert_said (f, "accepted overdue clock-set extended");
  cf_test_clock_run (f->clock, 5 * MINUTE);
  assert_said (f, "1 due");
}

static void
test_seen_before_sleep (Fixture *f, gconstpointer data)
{
  g_test_summary ("Nor does sleep extend what somebody was shown before it");

  submit_own (f, 3600, 0, 0);
  cf_test_clock_run (f->clock, 50 * MINUTE);
  g_assert_true (cf_schedule_note_shown (f->schedule, "K7M-2QX", 10, NULL));
  cf_test_clock_sleep (f->clock, 10 * MINUTE - SECOND);
  cf_test_clock_run (f->clock, MINUTE);
  assert_said (f, "accepted 45 30 15 10! overdue clock-set due");
}

static void
test_earlier_sleep (Fixture *f, gconstpointer data)
{
  g_test_summary ("Sleep before a request, or before it was moved, is no matter of it");

  cf_test_clock_sleep (f->clock, DAY);
  submit (f, CF_SHUTDOWN_RESTART, 5);
  cf_test_clock_run (f->clock, 5 * SECOND);
  assert_said (f, "accepted due");
}

static void
test_unnoticed_sleep (Fixture *f, gconstpointer data)
{
  g_test_summary ("Without a watch for it, sleep is noticed at the next alarm, never too late");

  kill_agent (f);
  cf_test_clock_deafen (f->clock);
  expect_warning ("Sleep will be noticed late*");
  start_agent (f);
  g_test_assert_expected_messages ();

  submit (f, CF_SHUTDOWN_RESTART, 3600);
  cf_test_clock_sleep (f->clock, HOUR + MINUTE);
  assert_said (f, "accepted overdue");
  cf_test_clock_run (f->clock, 5 * MINUTE);
  assert_said (f, "1 due");
  cf_schedule_finish (f->schedule, CF_SCHEDULE_ACTED, NULL);

  submit (f, CF_SHUTDOWN_RESTART, 50);
  cf_test_clock_sleep (f->clock, 30 * SECOND); /* nothing rings before the deadline */
  g_assert_true (cf_schedule_move (f->schedule, "mara", 10, NULL));
  cf_test_clock_run (f->clock, 10 * SECOND);
  assert_said (f, "ended:acted accepted moved due");
}

static void
test_postpone_overdue (Fixture *f, gconstpointer data)
{
  g_test_summary ("Who postpones what sleep made overdue, before that was noticed, is given time");

  submit_own (f, 600, 1, 60);
  cf_test_clock_doze (f->clock, 15 * MINUTE);
  g_assert_true (cf_schedule_postpone (f->schedule, "alice", 0, NULL, NULL));
  cf_test_clock_run (f->clock, 0);
  assert_said (f, "accepted postponed overdue");
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 5 * MINUTE);
}

static void
test_clock_set (Fixture *f, gconstpointer data)
{
  gint64 deadline;
  gint64 real_usec;

  g_test_summary ("A wall clock that is set by a day moves nothing; the time shown follows it");

  submit (f, CF_SHUTDOWN_RESTART, 600);
  deadline = get_deadline (f);
  real_usec = cf_schedule_get_real_usec (f->schedule, deadline);
  g_assert_cmpint (real_usec, ==, cf_clock_get_real_usec (CF_CLOCK (f->clock)) + 600 * SECOND);

  cf_test_clock_set_by (f->clock, DAY);
  assert_said (f, "accepted clock-set");
  g_assert_cmpint (get_deadline (f), ==, deadline);
  g_assert_cmpint (cf_schedule_get_real_usec (f->schedule, deadline), ==, real_usec + DAY);

  cf_test_clock_set_by (f->clock, -2 * DAY);
  assert_said (f, "clock-set");
  g_assert_cmpint (cf_schedule_get_real_usec (f->schedule, deadline), ==, real_usec - DAY);

  cf_test_clock_run (f->clock, 600 * SECOND - 1);
  assert_said (f, "5! 1");
  cf_test_clock_run (f->clock, 1);
  assert_said (f, "due");
  cf_test_clock_set_by (f->clock, DAY);
  assert_said (f, ""); /* nothing is counting */
}

static void
test_stopped (Fixture *f, gconstpointer data)
{
  g_test_summary ("An agent that was held up acts up to ten minutes late, and later not at all");

  submit (f, CF_SHUTDOWN_RESTART, 60);
  cf_test_clock_advance (f->clock, 11 * MINUTE);
  assert_said (f, "accepted due");
  cf_schedule_finish (f->schedule, CF_SCHEDULE_ACTED, NULL);

  submit (f, CF_SHUTDOWN_RESTART, 60);
  cf_test_clock_advance (f->clock, 11 * MINUTE + 1);
  assert_said (f, "ended:acted accepted ended:missed");
  g_assert_cmpstr (cf_schedule_get_last_detail (f->schedule), ==,
                   "The agent did not run when the time came");
}

static void
test_sleep_is_kept (Fixture *f, gconstpointer data)
{
  g_test_summary ("An agent that is started anew does not take old sleep for new");

  submit (f, CF_SHUTDOWN_RESTART, 600);
  cf_test_clock_sleep (f->clock, 8 * MINUTE);
  cf_test_clock_run (f->clock, 90 * SECOND);
  kill_agent (f);
  start_agent (f);
  cf_test_clock_run (f->clock, 30 * SECOND);
  assert_said (f, "accepted 5! clock-set 1 restored due");
}

static void
test_sleep_without_agent (Fixture *f, gconstpointer data)
{
  g_test_summary ("Sleep while no agent ran counts when the next one starts");

  submit (f, CF_SHUTDOWN_RESTART, 600);
  kill_agent (f);
  cf_test_clock_sleep (f->clock, 10 * MINUTE + SECOND);
  start_agent (f);
  assert_said (f, "accepted restored overdue");
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 5 * MINUTE);
}

static void
test_broken_store (Fixture *f, gconstpointer data)
{
  g_test_summary ("Fresh time that cannot be kept ends the request instead of acting early");

  submit (f, CF_SHUTDOWN_RESTART, 600);
  break_store (f);
  expect_warning ("*cannot be kept*");
  cf_test_clock_sleep (f->clock, 10 * MINUTE + SECOND);
  g_test_assert_expected_messages ();
  assert_said (f, "accepted ended:failed");

  mend_store (f);
  submit (f, CF_SHUTDOWN_RESTART, 600);
  break_store (f);
  expect_warning ("That the computer slept cannot be noted*");
  cf_test_clock_sleep (f->clock, MINUTE);
  g_test_assert_expected_messages ();
  assert_said (f, "accepted clock-set");
  mend_store (f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add ("/schedule/schedule/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("sleep/enough-left-changes-nothing", test_enough_left);
  ADD ("sleep/little-left-becomes-a-minute", test_little_left);
  ADD ("sleep/overdue-gets-fresh-time", test_overdue);
  ADD ("sleep/long-overdue-is-missed", test_missed);
  ADD ("sleep/again-and-again", test_asleep_again);
  ADD ("sleep/unseen-is-extended", test_unseen_in_sleep);
  ADD ("sleep/seen-is-not-extended", test_seen_before_sleep);
  ADD ("sleep/earlier-does-not-count", test_earlier_sleep);
  ADD ("sleep/unnoticed-is-noticed-later", test_unnoticed_sleep);
  ADD ("sleep/postponing-is-not-for-nothing", test_postpone_overdue);
  ADD ("sleep/is-kept", test_sleep_is_kept);
  ADD ("sleep/without-agent", test_sleep_without_agent);
  ADD ("sleep/broken-store-fails", test_broken_store);
  ADD ("clock-set/moves-nothing", test_clock_set);
  ADD ("stopped/late-acts-later-does-not", test_stopped);
  return g_test_run ();
}
