/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "request/cf-win32-code.h"
#include "schedule-fixture.h"

#include <glib/gstdio.h>

static void
test_remaining_time (Fixture *f, gconstpointer data)
{
  gint64 deadline;

  g_test_summary ("An agent that was killed goes on with the time that remains, and acts once");

  submit (f, CF_SHUTDOWN_RESTART, 600);
  deadline = get_deadline (f);
  cf_test_clock_run (f->clock, 200 * SECOND);
  kill_agent (f);
  cf_test_clock_advance (f->clock, 200 * SECOND);
  start_agent (f);
  assert_said (f, "accepted restored");
  g_assert_cmpint (get_deadline (f), ==, deadline);
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 200 * SECOND);
  g_assert_cmpuint (submit (f, CF_SHUTDOWN_RESTART, 5), ==, CF_WIN32_SHUTDOWN_IS_SCHEDULED);

  cf_test_clock_run (f->clock, 200 * SECOND - 1);
  assert_said (f, "1");
  cf_test_clock_run (f->clock, 1);
  assert_said (f, "due");
}

static void
test_everything (Fixture *f, gconstpointer data)
{
  CfScheduleEntry *entry;
  gint64 accepted;

  g_test_summary ("What was done to the request since is taken up, too");

  accepted = get_now (f);
  submit_own (f, 600, 3, 900);
  cf_test_clock_run (f->clock, SECOND);
  g_assert_true (cf_schedule_postpone (f->schedule, "alice", 60, "in a call", NULL));
  g_assert_true (cf_schedule_move (f->schedule, "mara", 1200, NULL));
  kill_agent (f);
  start_agent (f);
  assert_said (f, "accepted postponed moved restored");
  entry = cf_schedule_get_entry (f->schedule);
  g_assert_cmpint (cf_schedule_entry_get_change (entry), ==, CF_SCHEDULE_RESTORED);
  g_assert_cmpstr (cf_schedule_entry_get_changed_by (entry), ==, "mara");
  g_assert_cmpint (cf_schedule_entry_get_accepted_boot_usec (entry), ==, accepted);
  g_assert_cmpstr (cf_schedule_entry_get_requester (entry), ==, "mara from 192.0.2.7");
  g_assert_cmpint (cf_schedule_entry_get_origin (entry), ==, CF_SCHEDULE_ORIGIN_CURFEW);
  g_assert_cmpuint (cf_schedule_entry_get_n_postponements (entry), ==, 1);
  g_assert_cmpuint (cf_schedule_entry_get_postpones_left (entry), ==, 2);
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 1200 * SECOND);
}

static void
test_ready (Fixture *f, gconstpointer data)
{
  g_test_summary ("Who is ready is so for the next agent as well");

  submit_own (f, 600, 3, 900);
  g_assert_true (cf_schedule_set_ready (f->schedule, 1000, TRUE, NULL));
  g_assert_true (cf_schedule_set_ready (f->schedule, 1001, TRUE, NULL));
  g_assert_true (cf_schedule_set_ready (f->schedule, 1001, FALSE, NULL));
  kill_agent (f);
  start_agent (f);
  g_assert_true (cf_schedule_entry_is_ready (cf_schedule_get_entry (f->schedule), 1000));
  g_assert_false (cf_schedule_entry_is_ready (cf_schedule_get_entry (f->schedule), 1001));
  assert_said (f, "accepted restored");
}

static void
test_ended_stays_ended (Fixture *f, gconstpointer data)
{
  g_test_summary ("What was called off, done or superseded does not come back");

  submit (f, CF_SHUTDOWN_RESTART, 600);
  call_off (f);
  kill_agent (f);
  start_agent (f);
  assert_said (f, "accepted ended:called-off");

  submit (f, CF_SHUTDOWN_RESTART, 0);
  cf_test_clock_run (f->clock, 0);
  cf_schedule_finish (f->schedule, CF_SCHEDULE_VETOED, "alice is signed in");
  kill_agent (f);
  start_agent (f);
  assert_said (f, "accepted due ended:vetoed");

  submit (f, CF_SHUTDOWN_RESTART, 600);
  submit (f, CF_SHUTDOWN_POWEROFF | CF_SHUTDOWN_GRACE_OVERRIDE, 0);
  kill_agent (f);
  start_agent (f);
  cf_test_clock_run (f->clock, HOUR);
  assert_said (f, "accepted ended:superseded accepted restored due");
}

static void
test_executing_is_not_due_again (Fixture *f, gconstpointer data)
{
  g_test_summary ("What was being executed is not due again; somebody has to find out and finish");

  submit (f, CF_SHUTDOWN_RESTART, 0);
  cf_test_clock_run (f->clock, 0);
  kill_agent (f);
  start_agent (f);
  assert_said (f, "accepted due restored");
  g_assert_cmpint (cf_schedule_get_state (f->schedule), ==, CF_RECEIVER_EXECUTING);
  cf_test_clock_run (f->clock, DAY);
  assert_said (f, "");
  g_assert_cmpuint (call_off (f), ==, CF_WIN32_SHUTDOWN_IN_PROGRESS);

  cf_schedule_finish (f->schedule, CF_SCHEDULE_ACTED, NULL);
  assert_said (f, "ended:acted");
  kill_agent (f);
  start_agent (f);
  assert_said (f, "");
}

static void
test_deadline_without_agent (Fixture *f, gconstpointer data)
{
  g_test_summary ("A deadline that passed without an agent: late up to ten minutes, then missed");

  submit (f, CF_SHUTDOWN_RESTART, 60);
  kill_agent (f);
  cf_test_clock_advance (f->clock, 11 * MINUTE);
  start_agent (f);
  assert_said (f, "accepted restored due");
  cf_schedule_finish (f->schedule, CF_SCHEDULE_ACTED, NULL);

  submit (f, CF_SHUTDOWN_RESTART, 60);
  kill_agent (f);
  cf_test_clock_advance (f->clock, 11 * MINUTE + 1);
  start_agent (f);
  assert_said (f, "ended:acted accepted restored ended:missed");
}

static void
test_damaged_file (Fixture *f, gconstpointer data)
{
  g_autofree char *aside = g_strconcat (f->path, ".broken", NULL);

  g_test_summary ("A file that cannot be read is told about and nothing is done");

  kill_agent (f);
  g_assert_true (g_file_set_contents (f->path, "[pending]\nversion=1\n", -1, NULL));
  expect_warning ("*cannot be taken up again*");
  start_agent (f);
  g_test_assert_expected_messages ();
  assert_said (f, "");
  g_assert_cmpint (cf_schedule_get_state (f->schedule), ==, CF_RECEIVER_IDLE);
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (submit (f, CF_SHUTDOWN_RESTART, 5), ==, CF_WIN32_SUCCESS);
}

static void
test_broken_store (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("What cannot be kept is refused and changes nothing");

  break_store (f);
  expect_warning ("*cannot be kept*");
  g_assert_cmpuint (submit (f, CF_SHUTDOWN_RESTART, 5), ==, CF_WIN32_GEN_FAILURE);
  g_test_assert_expected_messages ();
  g_assert_cmpint (cf_schedule_get_state (f->schedule), ==, CF_RECEIVER_IDLE);
  g_assert_cmpint (cf_test_clock_get_next_alarm (f->clock), ==, -1);
  cf_test_clock_run (f->clock, HOUR);
  assert_said (f, "");
  mend_store (f);

  submit_own (f, 5, 1, 900);
  break_store (f);
  expect_warning ("*cannot be kept*");
  g_assert_false (cf_schedule_postpone (f->schedule, "alice", 0, NULL, &error));
  g_assert_error (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_BROKEN);
  g_clear_error (&error);
  expect_warning ("*cannot be kept*");
  g_assert_false (cf_schedule_move (f->schedule, "mara", 60, &error));
  g_assert_error (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_BROKEN);
  expect_warning ("*cannot be kept*");
  g_assert_cmpuint (submit (f, CF_SHUTDOWN_POWEROFF | CF_SHUTDOWN_GRACE_OVERRIDE, 0), ==,
                    CF_WIN32_GEN_FAILURE);
  g_test_assert_expected_messages ();
  assert_said (f, "accepted");
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 5 * SECOND);
  g_assert_cmpuint (cf_schedule_entry_get_postpones_left (cf_schedule_get_entry (f->schedule)), ==,
                    1);
  mend_store (f);
}

static void
test_broken_at_the_deadline (Fixture *f, gconstpointer data)
{
  g_test_summary ("A deadline that cannot be noted fails and is never due");

  submit (f, CF_SHUTDOWN_RESTART, 5);
  break_store (f);
  expect_warning ("The time has come, but it cannot be noted*");
  cf_test_clock_run (f->clock, 5 * SECOND);
  g_test_assert_expected_messages ();
  assert_said (f, "accepted ended:failed");
  g_assert_nonnull (cf_schedule_get_last_detail (f->schedule));
  cf_test_clock_run (f->clock, DAY);
  assert_said (f, "");
  mend_store (f);
}

static void
test_lost_receipt (Fixture *f, gconstpointer data)
{
  g_test_summary ("A receipt that cannot be kept counts as long as this agent runs");

  submit_own (f, 12 * 60, 0, 0);
  cf_test_clock_run (f->clock, 2 * MINUTE);
  break_store (f);
  expect_warning ("A receipt could not be kept*");
  g_assert_true (cf_schedule_note_shown (f->schedule, "K7M-2QX", 10, NULL));
  g_test_assert_expected_messages ();
  mend_store (f);
  cf_test_clock_run (f->clock, 10 * MINUTE);
  assert_said (f, "accepted 10! 5! 1 due");
}

static void
test_unforgettable (Fixture *f, gconstpointer data)
{
  g_autofree char *inside = g_build_filename (f->path, "inside", NULL);

  g_test_summary ("A file that cannot be removed does not keep a request from ending");

  submit (f, CF_SHUTDOWN_RESTART, 5);
  g_assert_cmpint (g_unlink (f->path), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (inside, 0700), ==, 0);
  expect_warning ("A request that has ended would come back*");
  g_assert_cmpuint (call_off (f), ==, CF_WIN32_SUCCESS);
  g_test_assert_expected_messages ();
  assert_said (f, "accepted ended:called-off");
  g_assert_cmpint (g_rmdir (inside), ==, 0);
  g_assert_cmpint (g_rmdir (f->path), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add ("/schedule/schedule/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("killed/goes-on-with-what-remains", test_remaining_time);
  ADD ("killed/takes-up-everything", test_everything);
  ADD ("who-is-ready", test_ready);
  ADD ("killed/ended-stays-ended", test_ended_stays_ended);
  ADD ("killed/executing-is-not-due-again", test_executing_is_not_due_again);
  ADD ("killed/late-acts-later-does-not", test_deadline_without_agent);
  ADD ("store/damaged-does-nothing", test_damaged_file);
  ADD ("store/broken-refuses", test_broken_store);
  ADD ("store/broken-at-the-deadline-fails", test_broken_at_the_deadline);
  ADD ("store/lost-receipt-counts", test_lost_receipt);
  ADD ("store/unforgettable-still-ends", test_unforgettable);
  return g_test_run ();
}
