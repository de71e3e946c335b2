/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "request/cf-win32-code.h"
#include "schedule-fixture.h"

static void
assert_postponed (Fixture *f, guint32 seconds, const char *note)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (cf_schedule_postpone (f->schedule, "alice", seconds, note, &error));
  g_assert_no_error (error);
}

/* Nothing has changed after a refusal: neither what is pending nor what is said and kept. */
static void
assert_refused (Fixture *f, gboolean moves, guint32 seconds, CfScheduleError code)
{
  CfScheduleEntry *entry = cf_schedule_get_entry (f->schedule);
  gint64 remaining_usec = cf_schedule_get_remaining_usec (f->schedule);
  gint64 alarm_usec = cf_test_clock_get_next_alarm (f->clock);
  g_autoptr (GError) error = NULL;

  assert_said (f, "");
  g_assert_false (moves ? cf_schedule_move (f->schedule, "mara", seconds, &error)
                        : cf_schedule_postpone (f->schedule, "alice", seconds, NULL, &error));
  g_assert_error (error, CF_SCHEDULE_ERROR, (int) code);
  g_assert_true (cf_schedule_get_entry (f->schedule) == entry);
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, remaining_usec);
  g_assert_cmpint (cf_test_clock_get_next_alarm (f->clock), ==, alarm_usec);
  assert_said (f, "");
}

static guint
get_left (Fixture *f)
{
  return cf_schedule_entry_get_postpones_left (cf_schedule_get_entry (f->schedule));
}

static gint64
get_latest (Fixture *f)
{
  return cf_schedule_entry_get_latest_boot_usec (cf_schedule_get_entry (f->schedule));
}

static void
test_budget (Fixture *f, gconstpointer data)
{
  gint64 accepted = get_now (f);

  g_test_summary ("It can be postponed as often, and by as much, as the request says");

  submit_own (f, 600, 2, 900);
  g_assert_cmpuint (get_left (f), ==, 2);
  g_assert_cmpint (get_latest (f), ==, accepted + 2400 * SECOND);
  assert_said (f, "accepted");

  assert_refused (f, FALSE, 901, CF_SCHEDULE_ERROR_OUT_OF_RANGE);
  assert_refused (f, FALSE, G_MAXUINT32, CF_SCHEDULE_ERROR_OUT_OF_RANGE);

  cf_test_clock_run (f->clock, 5 * MINUTE);
  assert_said (f, "5!");
  assert_postponed (f, 0, NULL);
  assert_said (f, "postponed");
  g_assert_cmpint (get_deadline (f), ==, accepted + 1500 * SECOND);
  g_assert_cmpuint (get_left (f), ==, 1);
  g_assert_cmpint (get_latest (f), ==, accepted + 2400 * SECOND);

  assert_postponed (f, 60, "in a call");
  assert_said (f, "postponed");
  g_assert_cmpint (get_deadline (f), ==, accepted + 1560 * SECOND);
  g_assert_cmpuint (get_left (f), ==, 0);
  g_assert_cmpint (get_latest (f), ==, get_deadline (f)); /* what can be reached, not more */

  assert_refused (f, FALSE, 0, CF_SCHEDULE_ERROR_BUDGET_SPENT);
  assert_refused (f, FALSE, 1, CF_SCHEDULE_ERROR_BUDGET_SPENT);
  cf_schedule_set_audience (f->schedule, FALSE);
  cf_test_clock_run (f->clock, 1260 * SECOND - 1);
  g_assert_cmpuint (f->n_due, ==, 0);
  cf_test_clock_run (f->clock, 1);
  g_assert_cmpuint (f->n_due, ==, 1);
}

static void
test_ledger (Fixture *f, gconstpointer data)
{
  CfScheduleEntry *entry;
  g_autoptr (CfScheduleEntry) before = NULL;
  const CfPostponement *line;
  gint64 first = cf_clock_get_real_usec (CF_CLOCK (f->clock));

  g_test_summary ("The ledger tells who postponed, when, by how much and why; snapshots stay");

  submit_own (f, 600, 3, 900);
  before = cf_schedule_entry_ref (cf_schedule_get_entry (f->schedule));
  assert_postponed (f, 0, NULL);
  cf_test_clock_set_by (f->clock, DAY);
  assert_postponed (f, 30, "in a call");

  entry = cf_schedule_get_entry (f->schedule);
  g_assert_cmpuint (cf_schedule_entry_get_n_postponements (entry), ==, 2);
  line = cf_schedule_entry_get_postponement (entry, 0);
  g_assert_cmpstr (line->who, ==, "alice");
  g_assert_cmpint (line->real_usec, ==, first);
  g_assert_cmpuint (line->seconds, ==, 900);
  g_assert_cmpstr (line->note, ==, "");
  line = cf_schedule_entry_get_postponement (entry, 1);
  g_assert_cmpint (line->real_usec, ==, first + DAY);
  g_assert_cmpuint (line->seconds, ==, 30);
  g_assert_cmpstr (line->note, ==, "in a call");
  g_assert_cmpuint (cf_schedule_entry_get_n_postponements (before), ==, 0);
}

static void
test_long_ledger (Fixture *f, gconstpointer data)
{
  g_test_summary ("However often a request allows it, a hundred times are enough, and are kept");

  submit_own (f, 600, 1000, 1);
  g_assert_cmpuint (get_left (f), ==, 100);
  for (guint i = 0; i < 100; i++)
    assert_postponed (f, 1, "just a moment");
  g_assert_cmpuint (get_left (f), ==, 0);
  g_assert_cmpint (get_latest (f), ==, get_deadline (f));
  g_string_truncate (f->said, 0);
  assert_refused (f, FALSE, 1, CF_SCHEDULE_ERROR_BUDGET_SPENT);

  kill_agent (f);
  start_agent (f);
  assert_said (f, "restored");
  g_assert_cmpuint (cf_schedule_entry_get_n_postponements (cf_schedule_get_entry (f->schedule)), ==,
                    100);
}

static void
test_huge_note (Fixture *f, gconstpointer data)
{
  g_autofree char *note = g_strnfill (300 * 1024, 'x');
  g_autoptr (GError) error = NULL;

  g_test_summary ("What would outgrow the store is refused, so that it is never lost later");

  submit_own (f, 600, 3, 900);
  expect_warning ("*cannot be kept*can be kept*");
  g_assert_false (cf_schedule_postpone (f->schedule, "alice", 0, note, &error));
  g_test_assert_expected_messages ();
  g_assert_error (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_BROKEN);
  g_assert_cmpuint (get_left (f), ==, 3);
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 600 * SECOND);
}

static void
test_no_budget (Fixture *f, gconstpointer data)
{
  g_test_summary ("A request without a budget, as a foreign client's, cannot be postponed");

  submit (f, CF_SHUTDOWN_RESTART, 600);
  assert_said (f, "accepted");
  g_assert_cmpuint (get_left (f), ==, 0);
  g_assert_cmpint (get_latest (f), ==, get_deadline (f));
  assert_refused (f, FALSE, 0, CF_SCHEDULE_ERROR_BUDGET_SPENT);
  assert_refused (f, FALSE, 60, CF_SCHEDULE_ERROR_BUDGET_SPENT);
}

static void
test_wrong_state (Fixture *f, gconstpointer data)
{
  g_test_summary ("Only what is waiting can be postponed or moved");

  assert_refused (f, FALSE, 0, CF_SCHEDULE_ERROR_NOT_PENDING);
  assert_refused (f, TRUE, 60, CF_SCHEDULE_ERROR_NOT_PENDING);
  submit_own (f, 0, 2, 900);
  cf_test_clock_run (f->clock, 0);
  assert_said (f, "accepted due");
  assert_refused (f, FALSE, 0, CF_SCHEDULE_ERROR_IN_PROGRESS);
  assert_refused (f, TRUE, 60, CF_SCHEDULE_ERROR_IN_PROGRESS);
}

static void
test_move (Fixture *f, gconstpointer data)
{
  g_test_summary ("An administrator moves the deadline to an earlier or later time, or to now");

  submit (f, CF_SHUTDOWN_RESTART, 600);
  g_assert_true (cf_schedule_move (f->schedule, "mara", 1200, NULL));
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 1200 * SECOND);
  cf_test_clock_run (f->clock, 600 * SECOND);
  assert_said (f, "accepted moved 15 10!");

  g_assert_true (cf_schedule_move (f->schedule, "mara", 30, NULL));
  assert_said (f, "moved");
  cf_test_clock_run (f->clock, 30 * SECOND - 1);
  assert_said (f, "");

  assert_refused (f, TRUE, CF_SHUTDOWN_GRACE_MAX_SECONDS + 1, CF_SCHEDULE_ERROR_OUT_OF_RANGE);
  assert_refused (f, TRUE, G_MAXUINT32, CF_SCHEDULE_ERROR_OUT_OF_RANGE);
  g_assert_true (cf_schedule_move (f->schedule, "mara", CF_SHUTDOWN_GRACE_MAX_SECONDS, NULL));
  g_assert_true (cf_schedule_move (f->schedule, "mara", 0, NULL));
  assert_said (f, "moved moved"); /* and the caller is answered before it is due */
  cf_test_clock_run (f->clock, 0);
  assert_said (f, "due");
}

static void
test_postpone_after_move (Fixture *f, gconstpointer data)
{
  g_test_summary ("Postponing counts from where the deadline was moved to; what is spent is spent");

  submit_own (f, 600, 2, 900);
  assert_postponed (f, 0, NULL);
  g_assert_true (cf_schedule_move (f->schedule, "mara", 60, NULL));
  g_assert_cmpuint (get_left (f), ==, 1);
  g_assert_cmpint (
    cf_schedule_entry_get_first_deadline_boot_usec (cf_schedule_get_entry (f->schedule)), ==,
    get_now (f) + 60 * SECOND);
  g_assert_cmpint (get_latest (f), ==, get_now (f) + 960 * SECOND);
  assert_postponed (f, 0, NULL);
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 960 * SECOND);
  assert_said (f, "accepted postponed moved postponed");
  assert_refused (f, FALSE, 0, CF_SCHEDULE_ERROR_BUDGET_SPENT);
}

static CfScheduleChange
get_change (Fixture *f)
{
  return cf_schedule_entry_get_change (cf_schedule_get_entry (f->schedule));
}

static const char *
get_changed_by (Fixture *f)
{
  return cf_schedule_entry_get_changed_by (cf_schedule_get_entry (f->schedule));
}

static void
test_last_change (Fixture *f, gconstpointer data)
{
  g_test_summary ("The request tells what happened to it last, and whose doing that was");

  submit_own (f, 600, 2, 900);
  g_assert_cmpint (get_change (f), ==, CF_SCHEDULE_ACCEPTED);
  g_assert_cmpstr (get_changed_by (f), ==, "mara from 192.0.2.7");
  g_assert_true (cf_schedule_postpone (f->schedule, "alice", 60, NULL, NULL));
  g_assert_cmpint (get_change (f), ==, CF_SCHEDULE_POSTPONED);
  g_assert_cmpstr (get_changed_by (f), ==, "alice");
  g_assert_true (cf_schedule_move (f->schedule, "kim", 360, NULL));
  g_assert_cmpint (get_change (f), ==, CF_SCHEDULE_MOVED);
  g_assert_cmpstr (get_changed_by (f), ==, "kim");
  cf_test_clock_run (f->clock, 6 * MINUTE);
  g_assert_cmpint (get_change (f), ==, CF_SCHEDULE_EXTENDED);
  g_assert_null (get_changed_by (f));
}

static void
test_ready (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Who is ready stays so, but for no other deadline, postponed or moved");

  g_assert_false (cf_schedule_set_ready (f->schedule, 1000, TRUE, &error));
  g_assert_error (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_NOT_PENDING);

  submit_own (f, 600, 2, 900);
  g_assert_true (cf_schedule_set_ready (f->schedule, 1000, TRUE, NULL));
  g_assert_true (cf_schedule_set_ready (f->schedule, 1000, TRUE, NULL));
  g_assert_true (cf_schedule_set_ready (f->schedule, 0, TRUE, NULL));
  g_assert_true (cf_schedule_set_ready (f->schedule, 0, FALSE, NULL));
  g_assert_true (cf_schedule_entry_is_ready (cf_schedule_get_entry (f->schedule), 1000));
  g_assert_false (cf_schedule_entry_is_ready (cf_schedule_get_entry (f->schedule), 0));
  g_assert_true (cf_schedule_postpone (f->schedule, "alice", 60, NULL, NULL));
  g_assert_false (cf_schedule_entry_is_ready (cf_schedule_get_entry (f->schedule), 1000));
  g_assert_true (cf_schedule_set_ready (f->schedule, 1000, TRUE, NULL));
  g_assert_true (cf_schedule_move (f->schedule, "mara", 600, NULL));
  g_assert_false (cf_schedule_entry_is_ready (cf_schedule_get_entry (f->schedule), 1000));

  g_assert_true (cf_schedule_set_ready (f->schedule, 1000, TRUE, NULL));
  submit (f, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_GRACE_OVERRIDE, 0);
  g_assert_false (cf_schedule_entry_is_ready (cf_schedule_get_entry (f->schedule), 1000));
  assert_said (f, "accepted postponed moved ended:superseded accepted");
}

static void
test_returned (Fixture *f, gconstpointer data)
{
  const char *code;

  g_test_summary ("Who comes back in the last two minutes has two minutes, once for a request");

  submit_own (f, 360, 2, 900);
  code = cf_shutdown_request_get_code (
    cf_schedule_entry_get_request (cf_schedule_get_entry (f->schedule)));
  cf_test_clock_run (f->clock, 240 * SECOND);
  g_assert_true (cf_schedule_note_shown (f->schedule, code, 5, NULL));
  assert_said (f, "accepted 5!");
  g_assert_true (cf_schedule_note_returned (f->schedule, code, NULL));
  assert_said (f, "");

  cf_test_clock_run (f->clock, 50 * SECOND);
  g_assert_true (cf_schedule_note_returned (f->schedule, code, NULL));
  assert_said (f, "extended");
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 2 * MINUTE);
  kill_agent (f);
  start_agent (f);
  cf_test_clock_run (f->clock, 60 * SECOND);
  g_assert_true (cf_schedule_note_returned (f->schedule, "K7M-2QX", NULL));
  cf_test_clock_run (f->clock, 60 * SECOND);
  assert_said (f, "restored 1 due");
}

static void
test_returned_to_foreign (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("What is not extended is not extended for who comes back either");

  submit (f, CF_SHUTDOWN_RESTART, 30);
  g_assert_true (
    cf_schedule_note_returned (f->schedule,
                               cf_shutdown_request_get_code (cf_schedule_entry_get_request (
                                 cf_schedule_get_entry (f->schedule))),
                               &error));
  g_assert_no_error (error);
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 30 * SECOND);
  g_assert_false (cf_schedule_note_returned (f->schedule, "ABC-DEF", &error));
  g_assert_error (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_NOT_PENDING);
  assert_said (f, "accepted");
}

static void
test_no_timer (Fixture *f, gconstpointer data)
{
  g_test_summary ("Without a timer everything is refused and the pending request goes on");

  submit_own (f, 5, 2, 900);
  assert_said (f, "accepted");
  cf_test_clock_break (f->clock);
  expect_warning ("*cannot be kept*no timer*");
  g_assert_cmpuint (submit (f, CF_SHUTDOWN_POWEROFF | CF_SHUTDOWN_GRACE_OVERRIDE, 0), ==,
                    CF_WIN32_GEN_FAILURE);
  expect_warning ("*cannot be kept*no timer*");
  assert_refused (f, FALSE, 0, CF_SCHEDULE_ERROR_BROKEN);
  expect_warning ("*cannot be kept*no timer*");
  assert_refused (f, TRUE, 60, CF_SCHEDULE_ERROR_BROKEN);
  g_test_assert_expected_messages ();

  g_assert_cmpuint (call_off (f), ==, CF_WIN32_SUCCESS);
  expect_warning ("*cannot be kept*no timer*");
  g_assert_cmpuint (submit (f, CF_SHUTDOWN_RESTART, 0), ==, CF_WIN32_GEN_FAILURE);
  g_test_assert_expected_messages ();
  g_assert_cmpint (cf_schedule_get_state (f->schedule), ==, CF_RECEIVER_IDLE);
  assert_said (f, "ended:called-off");
}

static void
test_no_timer_on_the_way (Fixture *f, gconstpointer data)
{
  g_test_summary ("A countdown that loses its timer ends as failed, and nothing is done");

  submit (f, CF_SHUTDOWN_RESTART, 600);
  cf_test_clock_break (f->clock);
  expect_warning ("*cannot go on*no timer*");
  cf_test_clock_run (f->clock, 5 * MINUTE);
  g_test_assert_expected_messages ();
  assert_said (f, "accepted ended:failed");
  cf_test_clock_run (f->clock, HOUR);
  assert_said (f, "");
}

static void
test_no_timer_for_extension (Fixture *f, gconstpointer data)
{
  g_test_summary ("What was to be extended and cannot be is not done at the old time instead");

  submit_own (f, 6 * 60, 0, 0);
  cf_test_clock_run (f->clock, 6 * MINUTE - 1);
  cf_test_clock_break (f->clock);
  expect_warning ("*cannot be kept*no timer*");
  cf_test_clock_run (f->clock, 1);
  g_test_assert_expected_messages ();
  assert_said (f, "accepted 5! 1 ended:failed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add ("/schedule/schedule/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("postpone/within-the-budget", test_budget);
  ADD ("postpone/ledger-tells-all", test_ledger);
  ADD ("postpone/a-hundred-times-are-kept", test_long_ledger);
  ADD ("postpone/what-cannot-be-kept-is-refused", test_huge_note);
  ADD ("postpone/not-without-budget", test_no_budget);
  ADD ("postpone/only-what-waits", test_wrong_state);
  ADD ("move/earlier-later-now", test_move);
  ADD ("move/postponing-counts-from-there", test_postpone_after_move);
  ADD ("last-change-is-told", test_last_change);
  ADD ("ready/until-another-deadline", test_ready);
  ADD ("returned/has-two-minutes-once", test_returned);
  ADD ("returned/not-where-nothing-is-extended", test_returned_to_foreign);
  ADD ("no-timer/refuses", test_no_timer);
  ADD ("no-timer/fails-on-the-way", test_no_timer_on_the_way);
  ADD ("no-timer/does-not-act-early", test_no_timer_for_extension);
  return g_test_run ();
}
