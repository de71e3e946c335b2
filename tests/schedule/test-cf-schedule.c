/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "request/cf-win32-code.h"
#include "schedule-fixture.h"

static void
test_counts_down (Fixture *f, gconstpointer data)
{
  g_test_summary ("A request is due at its deadline, not a microsecond earlier, and once");

  g_assert_cmpuint (submit (f, CF_SHUTDOWN_RESTART, 5), ==, CF_WIN32_SUCCESS);
  g_assert_cmpint (cf_schedule_get_state (f->schedule), ==, CF_RECEIVER_PENDING);
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 5 * SECOND);

  cf_test_clock_advance (f->clock, 5 * SECOND - 1);
  assert_said (f, "accepted");
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 1);

  cf_test_clock_advance (f->clock, 1);
  assert_said (f, "due");
  g_assert_cmpint (cf_schedule_get_state (f->schedule), ==, CF_RECEIVER_EXECUTING);
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 0);

  cf_test_clock_advance (f->clock, HOUR);
  assert_said (f, "");

  cf_schedule_finish (f->schedule, CF_SCHEDULE_WOULD_ACT, "in a rehearsal");
  assert_said (f, "ended:would-act");
  g_assert_cmpint (cf_schedule_get_state (f->schedule), ==, CF_RECEIVER_IDLE);
  g_assert_cmpint (cf_schedule_get_last_outcome (f->schedule), ==, CF_SCHEDULE_WOULD_ACT);
  g_assert_cmpstr (cf_schedule_get_last_detail (f->schedule), ==, "in a rehearsal");
  g_assert_nonnull (cf_schedule_get_last_entry (f->schedule));
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
}

static void
test_caller_is_answered_first (Fixture *f, gconstpointer data)
{
  g_test_summary ("A grace period of 0 still answers the caller before anything happens");

  g_assert_cmpuint (submit (f, CF_SHUTDOWN_RESTART, 0), ==, CF_WIN32_SUCCESS);
  assert_said (f, "accepted");
  g_assert_true (g_file_test (f->path, G_FILE_TEST_EXISTS));

  cf_test_clock_advance (f->clock, 0);
  assert_said (f, "due");
}

static void
test_second_request_is_refused (Fixture *f, gconstpointer data)
{
  g_test_summary ("A pending request stays: the second gets 1190, while executing 1115");

  submit (f, CF_SHUTDOWN_RESTART, 5);
  g_assert_cmpuint (submit (f, CF_SHUTDOWN_POWEROFF, 60), ==, CF_WIN32_SHUTDOWN_IS_SCHEDULED);
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 5 * SECOND);

  cf_test_clock_advance (f->clock, 5 * SECOND);
  g_assert_cmpuint (submit (f, CF_SHUTDOWN_RESTART, 0), ==, CF_WIN32_SHUTDOWN_IN_PROGRESS);
  g_assert_cmpuint (submit (f, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_GRACE_OVERRIDE, 0), ==,
                    CF_WIN32_SHUTDOWN_IN_PROGRESS);
  assert_said (f, "accepted due");
}

static void
test_override_goes_at_once (Fixture *f, gconstpointer data)
{
  CfShutdownRequest *request;

  g_test_summary ("Grace override replaces what is pending and is due at once");

  submit (f, CF_SHUTDOWN_RESTART, 600);
  g_assert_cmpuint (submit (f, CF_SHUTDOWN_POWEROFF | CF_SHUTDOWN_GRACE_OVERRIDE, 0), ==, 0);
  assert_said (f, "accepted ended:superseded accepted");
  g_assert_cmpstr (cf_schedule_get_last_detail (f->schedule), ==, "mara from 192.0.2.7");

  cf_test_clock_advance (f->clock, 0);
  assert_said (f, "due");
  request = cf_schedule_entry_get_request (cf_schedule_get_entry (f->schedule));
  g_assert_cmpint (cf_shutdown_request_get_action (request), ==, CF_SHUTDOWN_ACTION_POWER_OFF);

  cf_test_clock_advance (f->clock, 600 * SECOND);
  assert_said (f, "");
}

static void
test_abort (Fixture *f, gconstpointer data)
{
  g_test_summary ("Abort calls off what is pending; again, or too late, it says so");

  g_assert_cmpuint (call_off (f), ==, CF_WIN32_NO_SHUTDOWN_IN_PROGRESS);
  submit (f, CF_SHUTDOWN_RESTART, 5);
  g_assert_cmpuint (call_off (f), ==, CF_WIN32_SUCCESS);
  assert_said (f, "accepted ended:called-off");
  g_assert_cmpstr (cf_schedule_get_last_detail (f->schedule), ==, "mara");
  g_assert_cmpuint (call_off (f), ==, CF_WIN32_NO_SHUTDOWN_IN_PROGRESS);

  cf_test_clock_advance (f->clock, MINUTE);
  assert_said (f, "");

  submit (f, CF_SHUTDOWN_RESTART, 0);
  cf_test_clock_advance (f->clock, 0);
  g_assert_cmpuint (call_off (f), ==, CF_WIN32_SHUTDOWN_IN_PROGRESS);
  assert_said (f, "accepted due");
}

static void
test_supersede (Fixture *f, gconstpointer data)
{
  g_test_summary ("Somebody else's shutdown ends what is pending, and nothing else");

  cf_schedule_supersede (f->schedule, "shutdown -r by root");
  assert_said (f, "");

  submit (f, CF_SHUTDOWN_RESTART, 60);
  cf_schedule_supersede (f->schedule, "shutdown -r by root");
  assert_said (f, "accepted ended:superseded");
  g_assert_cmpstr (cf_schedule_get_last_detail (f->schedule), ==, "shutdown -r by root");
  cf_test_clock_advance (f->clock, HOUR);
  assert_said (f, "");

  submit (f, CF_SHUTDOWN_RESTART, 0);
  cf_test_clock_advance (f->clock, 0);
  cf_schedule_supersede (f->schedule, NULL);
  assert_said (f, "accepted due");
}

static void
test_later_state_counts (Fixture *f, gconstpointer data)
{
  CfReceiverFacts facts = { .caller_may = TRUE, .action_supported = TRUE };
  g_autoptr (CfShutdownRequest) request = make_request (CF_SHUTDOWN_RESTART, 5, 0, 0);

  g_test_summary ("What somebody else has begun on the machine counts as the schedule's own");

  facts.state = CF_RECEIVER_PENDING;
  g_assert_cmpuint (
    cf_schedule_submit (f->schedule, request, "mara", CF_SCHEDULE_ORIGIN_CURFEW, &facts), ==,
    CF_WIN32_SHUTDOWN_IS_SCHEDULED);
  g_assert_cmpuint (cf_schedule_abort (f->schedule, "mara", &facts), ==, CF_WIN32_SUCCESS);
  facts.state = CF_RECEIVER_EXECUTING;
  g_assert_cmpuint (
    cf_schedule_submit (f->schedule, request, "mara", CF_SCHEDULE_ORIGIN_CURFEW, &facts), ==,
    CF_WIN32_SHUTDOWN_IN_PROGRESS);
  assert_said (f, "");
}

static void
test_early_alarm_waits (Fixture *f, gconstpointer data)
{
  g_test_summary ("A timer that rings early does not turn later into now, nor remind");

  submit (f, CF_SHUTDOWN_RESTART, 20 * 60);
  for (guint i = 0; i < 3; i++)
    cf_test_clock_ring_early (f->clock);
  assert_said (f, "accepted");
  cf_test_clock_run (f->clock, 20 * MINUTE - 1);
  cf_test_clock_ring_early (f->clock);
  assert_said (f, "15 10! 5! 1");
  cf_test_clock_advance (f->clock, 1);
  assert_said (f, "due");
}

static void
test_long_grace (Fixture *f, gconstpointer data)
{
  const gint64 ten_years = CF_SHUTDOWN_GRACE_MAX_SECONDS * SECOND;

  g_test_summary ("The longest grace period counts down without overflow");

  g_assert_cmpuint (submit (f, CF_SHUTDOWN_RESTART, CF_SHUTDOWN_GRACE_MAX_SECONDS), ==, 0);
  assert_said (f, "accepted");
  cf_test_clock_run (f->clock, ten_years - 1);
  assert_said (f, "240 180 120 90 60! 45 30 15 10! 5! 1");
  cf_test_clock_run (f->clock, 1);
  assert_said (f, "due");
  g_assert_cmpuint (cf_test_clock_get_n_rung (f->clock), ==, 12);
}

static void
test_a_day_costs_few_wake_ups (Fixture *f, gconstpointer data)
{
  g_test_summary ("A day of counting wakes the machine up once for each reminder and at the end");

  submit (f, CF_SHUTDOWN_RESTART, 24 * 3600);
  cf_test_clock_run (f->clock, DAY - 1);
  g_assert_cmpuint (f->n_due, ==, 0);
  cf_test_clock_run (f->clock, 1);
  g_assert_cmpuint (f->n_due, ==, 1);
  g_assert_cmpuint (cf_test_clock_get_n_rung (f->clock), ==, 11 + 1);
}

static void
test_idle_costs_nothing (Fixture *f, gconstpointer data)
{
  g_test_summary ("With nothing pending no alarm is set");

  g_assert_cmpint (cf_test_clock_get_next_alarm (f->clock), ==, -1);
  submit (f, CF_SHUTDOWN_RESTART, 600);
  g_assert_cmpint (cf_test_clock_get_next_alarm (f->clock), >, 0);
  call_off (f);
  g_assert_cmpint (cf_test_clock_get_next_alarm (f->clock), ==, -1);
}

static void
test_works_without_store (Fixture *f, gconstpointer data)
{
  g_autoptr (CfTestClock) clock = cf_test_clock_new ();
  g_autoptr (CfSchedule) schedule = cf_schedule_new (CF_CLOCK (clock), NULL);
  g_autoptr (CfShutdownRequest) request = make_request (CF_SHUTDOWN_RESTART, 5, 1, 60);
  const CfReceiverFacts facts = { .caller_may = TRUE, .action_supported = TRUE };

  g_test_summary ("Without a store everything else is the same");

  cf_schedule_restore (schedule);
  g_assert_cmpuint (
    cf_schedule_submit (schedule, request, "mara", CF_SCHEDULE_ORIGIN_CURFEW, &facts), ==, 0);
  g_assert_true (cf_schedule_postpone (schedule, "alice", 0, NULL, NULL));
  cf_test_clock_run (clock, 65 * SECOND);
  g_assert_cmpint (cf_schedule_get_state (schedule), ==, CF_RECEIVER_EXECUTING);
  cf_schedule_finish (schedule, CF_SCHEDULE_VETOED, NULL);
  g_assert_null (cf_schedule_get_last_detail (schedule));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add ("/schedule/schedule/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("counts-down", test_counts_down);
  ADD ("caller-is-answered-first", test_caller_is_answered_first);
  ADD ("second-request-is-refused", test_second_request_is_refused);
  ADD ("override-goes-at-once", test_override_goes_at_once);
  ADD ("abort-calls-off-once", test_abort);
  ADD ("superseded-by-somebody-else", test_supersede);
  ADD ("later-state-counts", test_later_state_counts);
  ADD ("early-alarm-waits", test_early_alarm_waits);
  ADD ("longest-grace-period", test_long_grace);
  ADD ("a-day-costs-few-wake-ups", test_a_day_costs_few_wake_ups);
  ADD ("idle-costs-nothing", test_idle_costs_nothing);
  ADD ("works-without-store", test_works_without_store);
  return g_test_run ();
}
