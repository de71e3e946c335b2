/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "schedule-fixture.h"

#define CODE "K7M-2QX"

static void
assert_shown (Fixture *f, guint minutes)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (cf_schedule_note_shown (f->schedule, CODE, minutes, &error));
  g_assert_no_error (error);
}

static void
test_each_once (Fixture *f, gconstpointer data)
{
  g_test_summary ("Every reminder comes once, at its minute; 60, 10 and 5 are mandatory");

  submit (f, CF_SHUTDOWN_RESTART, 5 * 3600);
  assert_said (f, "accepted");
  cf_test_clock_run (f->clock, HOUR - 1);
  assert_said (f, "");
  cf_test_clock_run (f->clock, 1);
  assert_said (f, "240");
  cf_test_clock_run (f->clock, 3 * HOUR);
  assert_said (f, "180 120 90 60!");
  cf_test_clock_run (f->clock, 55 * MINUTE - 1);
  assert_said (f, "45 30 15 10!");
  cf_test_clock_run (f->clock, 1);
  assert_said (f, "5!");
  cf_test_clock_run (f->clock, 5 * MINUTE);
  assert_said (f, "1 due");
}

static void
test_none_with_announcement (Fixture *f, gconstpointer data)
{
  g_test_summary ("None comes at the announcement, which says the same, or before it");

  submit (f, CF_SHUTDOWN_RESTART, 10 * 60);
  cf_test_clock_run (f->clock, 10 * MINUTE);
  assert_said (f, "accepted 5! 1 due");
  cf_schedule_finish (f->schedule, CF_SCHEDULE_WOULD_ACT, NULL);

  submit (f, CF_SHUTDOWN_RESTART, 60);
  cf_test_clock_run (f->clock, MINUTE);
  assert_said (f, "ended:would-act accepted due");
}

static void
test_again_after_postponing (Fixture *f, gconstpointer data)
{
  g_test_summary ("A new deadline has its own reminders, down from what is left");

  submit_own (f, 12 * 60, 2, 10 * 60);
  cf_schedule_set_audience (f->schedule, FALSE);
  cf_test_clock_run (f->clock, 8 * MINUTE);
  assert_said (f, "accepted 10! 5!");
  g_assert_true (cf_schedule_postpone (f->schedule, "alice", 0, NULL, NULL));
  cf_test_clock_run (f->clock, 14 * MINUTE);
  assert_said (f, "postponed 10! 5! 1 due");
}

static void
test_only_last_after_sleep (Fixture *f, gconstpointer data)
{
  g_test_summary ("Of the reminders that sleep swallowed only the last one is given");

  submit (f, CF_SHUTDOWN_RESTART, 5 * 3600);
  cf_test_clock_sleep (f->clock, 5 * HOUR - 20 * MINUTE);
  assert_said (f, "accepted 30 clock-set");
  cf_test_clock_run (f->clock, 20 * MINUTE);
  assert_said (f, "15 10! 5! 1 due");
}

static void
test_extension (Fixture *f, gconstpointer data)
{
  gint64 promised;

  g_test_summary ("A request of Curfew's own that nobody was shown waits 5 minutes more, once");

  submit_own (f, 6 * 60, 0, 0);
  promised = get_deadline (f);
  cf_test_clock_run (f->clock, 6 * MINUTE);
  assert_said (f, "accepted 5! 1 extended");
  g_assert_cmpint (get_deadline (f), ==, promised + 5 * MINUTE);
  g_assert_cmpint (
    cf_schedule_entry_get_first_deadline_boot_usec (cf_schedule_get_entry (f->schedule)), ==,
    promised + 5 * MINUTE);

  cf_test_clock_run (f->clock, 5 * MINUTE - 1);
  assert_said (f, "1");
  cf_test_clock_run (f->clock, 1);
  assert_said (f, "due");
}

static void
test_extension_once (Fixture *f, gconstpointer data)
{
  g_test_summary ("Postponing does not bring a second extension, nor does a crash");

  submit_own (f, 6 * 60, 2, 20 * 60);
  cf_test_clock_run (f->clock, 7 * MINUTE);
  assert_said (f, "accepted 5! 1 extended");
  g_assert_true (cf_schedule_postpone (f->schedule, "alice", 0, NULL, NULL));
  kill_agent (f);
  start_agent (f);
  cf_test_clock_run (f->clock, 24 * MINUTE);
  assert_said (f, "postponed restored 15 10! 5! 1 due");
}

static void
test_shown (Fixture *f, gconstpointer data)
{
  g_test_summary ("What somebody was shown is due when it was told to be, also after a crash");

  submit_own (f, 12 * 60, 0, 0);
  cf_test_clock_run (f->clock, 2 * MINUTE);
  assert_shown (f, 10);
  kill_agent (f);
  start_agent (f);
  cf_test_clock_run (f->clock, 10 * MINUTE);
  assert_said (f, "accepted 10! restored 5! 1 due");
}

static void
test_other_receipts (Fixture *f, gconstpointer data)
{
  g_test_summary ("Receipts of other reminders, or of ones not given yet, are no mandatory one's");

  submit_own (f, 12 * 60, 0, 0);
  assert_shown (f, 0);
  assert_shown (f, 10); /* comes in two minutes */
  assert_shown (f, 60); /* has no place in twelve minutes */
  cf_test_clock_run (f->clock, 11 * MINUTE);
  assert_shown (f, 1);
  cf_test_clock_run (f->clock, MINUTE);
  assert_said (f, "accepted 10! 5! 1 extended");
}

static void
test_late_receipt (Fixture *f, gconstpointer data)
{
  g_test_summary ("A receipt from before the postponing is none for the new deadline");

  submit_own (f, 12 * 60, 1, 30 * 60);
  cf_test_clock_run (f->clock, 2 * MINUTE);
  assert_shown (f, 10);
  g_assert_true (cf_schedule_postpone (f->schedule, "alice", 0, NULL, NULL));
  assert_shown (f, 10);
  cf_test_clock_run (f->clock, 40 * MINUTE);
  assert_said (f, "accepted 10! postponed 30 15 10! 5! 1 extended");
}

static void
test_foreign_receipt (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("A receipt of another request is refused");

  g_assert_false (cf_schedule_note_shown (f->schedule, CODE, 10, &error));
  g_assert_error (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_NOT_PENDING);
  g_clear_error (&error);

  submit_own (f, 12 * 60, 0, 0);
  cf_test_clock_run (f->clock, 2 * MINUTE);
  g_assert_false (cf_schedule_note_shown (f->schedule, "AAA-AAA", 10, &error));
  g_assert_error (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_NOT_PENDING);
  g_clear_error (&error);
  g_assert_false (cf_schedule_note_shown (f->schedule, NULL, 10, &error));
  g_assert_error (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_NOT_PENDING);
}

static void
test_no_extension (Fixture *f, gconstpointer data)
{
  g_test_summary ("Nothing is extended for a foreign client, an empty room, or at most 5 minutes");

  submit (f, CF_SHUTDOWN_RESTART, 6 * 60);
  cf_test_clock_run (f->clock, 6 * MINUTE);
  assert_said (f, "accepted 5! 1 due");
  cf_schedule_finish (f->schedule, CF_SCHEDULE_ACTED, NULL);

  submit_own (f, 5 * 60, 0, 0);
  cf_test_clock_run (f->clock, 5 * MINUTE);
  assert_said (f, "ended:acted accepted 1 due");
  cf_schedule_finish (f->schedule, CF_SCHEDULE_ACTED, NULL);

  submit_own (f, 0, 0, 0);
  cf_test_clock_run (f->clock, 0);
  assert_said (f, "ended:acted accepted due");
  cf_schedule_finish (f->schedule, CF_SCHEDULE_ACTED, NULL);

  submit_own (f, 6 * 60, 0, 0);
  cf_schedule_set_audience (f->schedule, FALSE);
  cf_test_clock_run (f->clock, 6 * MINUTE);
  assert_said (f, "ended:acted accepted 5! 1 due");
}

static void
test_no_extension_at_once (Fixture *f, gconstpointer data)
{
  g_test_summary ("What an override or an administrator sends at once is not held up");

  submit_own (f, 3600, 0, 0);
  g_assert_true (cf_schedule_move (f->schedule, "mara", 0, NULL));
  cf_test_clock_run (f->clock, 0);
  assert_said (f, "accepted moved due");
  cf_schedule_finish (f->schedule, CF_SCHEDULE_ACTED, NULL);

  submit_own (f, 3600, 0, 0);
  submit (f, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_GRACE_OVERRIDE, 0);
  cf_test_clock_run (f->clock, 0);
  assert_said (f, "ended:acted accepted ended:superseded accepted due");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add ("/schedule/schedule/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("reminder/each-once", test_each_once);
  ADD ("reminder/none-with-the-announcement", test_none_with_announcement);
  ADD ("reminder/again-after-postponing", test_again_after_postponing);
  ADD ("reminder/only-the-last-after-sleep", test_only_last_after_sleep);
  ADD ("extension/unseen-waits-once-more", test_extension);
  ADD ("extension/only-one", test_extension_once);
  ADD ("extension/none-if-shown", test_shown);
  ADD ("extension/other-receipts-do-not-count", test_other_receipts);
  ADD ("extension/late-receipts-do-not-count", test_late_receipt);
  ADD ("extension/foreign-receipts-are-refused", test_foreign_receipt);
  ADD ("extension/none-where-nobody-waits-for-it", test_no_extension);
  ADD ("extension/none-at-once", test_no_extension_at_once);
  return g_test_run ();
}
