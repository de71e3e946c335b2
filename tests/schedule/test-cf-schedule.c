/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "request/cf-win32-code.h"
#include "schedule/cf-schedule.h"
#include "tests/support/cf-test-clock.h"

#define SECOND G_GINT64_CONSTANT (1000000)

typedef struct
{
  CfTestClock *clock;
  CfSchedule *schedule;
  guint n_due;
  guint n_ended;
  CfScheduleOutcome outcome;
} Fixture;

static const CfReceiverFacts allowed = { .caller_may = TRUE, .action_supported = TRUE };

static void
due_cb (Fixture *f)
{
  f->n_due++;
}

static void
ended_cb (Fixture *f, CfScheduleEntry *entry, CfScheduleOutcome outcome)
{
  f->n_ended++;
  f->outcome = outcome;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->clock = cf_test_clock_new ();
  f->schedule = cf_schedule_new (CF_CLOCK (f->clock));
  g_signal_connect_swapped (f->schedule, "due", G_CALLBACK (due_cb), f);
  g_signal_connect_swapped (f->schedule, "ended", G_CALLBACK (ended_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->schedule);
  g_assert_finalize_object (f->clock);
}

static CfShutdownRequest *
make_request (guint32 flags, guint32 grace_seconds)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  CfShutdownRequest *request;

  cf_shutdown_request_builder_add_flags (builder, flags);
  cf_shutdown_request_builder_set_grace_seconds (builder, grace_seconds);
  request = cf_shutdown_request_builder_end_received (builder, NULL);
  g_assert_nonnull (request);
  return request;
}

static guint32
submit (Fixture *f, guint32 flags, guint32 grace_seconds)
{
  g_autoptr (CfShutdownRequest) request = make_request (flags, grace_seconds);

  return cf_schedule_submit (f->schedule, request, "mara from 192.0.2.7", &allowed);
}

static void
test_counts_down (Fixture *f, gconstpointer data)
{
  g_test_summary ("A request is due at its deadline, not a microsecond earlier, and once");

  g_assert_cmpuint (submit (f, CF_SHUTDOWN_RESTART, 5), ==, CF_WIN32_SUCCESS);
  g_assert_cmpint (cf_schedule_get_state (f->schedule), ==, CF_RECEIVER_PENDING);
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 5 * SECOND);

  cf_test_clock_advance (f->clock, 5 * SECOND - 1);
  g_assert_cmpuint (f->n_due, ==, 0);
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 1);

  cf_test_clock_advance (f->clock, 1);
  g_assert_cmpuint (f->n_due, ==, 1);
  g_assert_cmpint (cf_schedule_get_state (f->schedule), ==, CF_RECEIVER_EXECUTING);

  cf_test_clock_advance (f->clock, 3600 * SECOND);
  g_assert_cmpuint (f->n_due, ==, 1);

  cf_schedule_finish (f->schedule, CF_SCHEDULE_WOULD_ACT);
  g_assert_cmpint (cf_schedule_get_state (f->schedule), ==, CF_RECEIVER_IDLE);
  g_assert_cmpuint (f->n_ended, ==, 1);
  g_assert_cmpint (cf_schedule_get_last_outcome (f->schedule), ==, CF_SCHEDULE_WOULD_ACT);
  g_assert_nonnull (cf_schedule_get_last_entry (f->schedule));
}

static void
test_caller_is_answered_first (Fixture *f, gconstpointer data)
{
  g_test_summary ("A grace period of 0 still answers the caller before anything happens");

  g_assert_cmpuint (submit (f, CF_SHUTDOWN_RESTART, 0), ==, CF_WIN32_SUCCESS);
  g_assert_cmpuint (f->n_due, ==, 0);

  cf_test_clock_advance (f->clock, 0);
  g_assert_cmpuint (f->n_due, ==, 1);
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
  g_assert_cmpuint (f->n_ended, ==, 0);
}

static void
test_override_goes_at_once (Fixture *f, gconstpointer data)
{
  CfShutdownRequest *request;

  g_test_summary ("Grace override replaces what is pending and is due at once");

  submit (f, CF_SHUTDOWN_RESTART, 600);
  g_assert_cmpuint (submit (f, CF_SHUTDOWN_POWEROFF | CF_SHUTDOWN_GRACE_OVERRIDE, 0), ==, 0);
  g_assert_cmpint (f->outcome, ==, CF_SCHEDULE_SUPERSEDED);

  cf_test_clock_advance (f->clock, 0);
  g_assert_cmpuint (f->n_due, ==, 1);
  request = cf_schedule_entry_get_request (cf_schedule_get_entry (f->schedule));
  g_assert_cmpint (cf_shutdown_request_get_action (request), ==, CF_SHUTDOWN_ACTION_POWER_OFF);

  cf_test_clock_advance (f->clock, 600 * SECOND);
  g_assert_cmpuint (f->n_due, ==, 1);
}

static void
test_abort (Fixture *f, gconstpointer data)
{
  g_test_summary ("Abort calls off what is pending; again, or too late, it says so");

  g_assert_cmpuint (cf_schedule_abort (f->schedule, &allowed), ==,
                    CF_WIN32_NO_SHUTDOWN_IN_PROGRESS);
  submit (f, CF_SHUTDOWN_RESTART, 5);
  g_assert_cmpuint (cf_schedule_abort (f->schedule, &allowed), ==, CF_WIN32_SUCCESS);
  g_assert_cmpint (f->outcome, ==, CF_SCHEDULE_CALLED_OFF);
  g_assert_cmpuint (cf_schedule_abort (f->schedule, &allowed), ==,
                    CF_WIN32_NO_SHUTDOWN_IN_PROGRESS);

  cf_test_clock_advance (f->clock, 60 * SECOND);
  g_assert_cmpuint (f->n_due, ==, 0);

  submit (f, CF_SHUTDOWN_RESTART, 0);
  cf_test_clock_advance (f->clock, 0);
  g_assert_cmpuint (cf_schedule_abort (f->schedule, &allowed), ==, CF_WIN32_SHUTDOWN_IN_PROGRESS);
}

static void
test_early_alarm_waits (Fixture *f, gconstpointer data)
{
  g_test_summary ("A timer that rings early does not turn later into now");

  submit (f, CF_SHUTDOWN_RESTART, 5);
  cf_test_clock_ring_early (f->clock);
  g_assert_cmpuint (f->n_due, ==, 0);
  g_assert_cmpint (cf_schedule_get_state (f->schedule), ==, CF_RECEIVER_PENDING);

  cf_test_clock_advance (f->clock, 5 * SECOND);
  g_assert_cmpuint (f->n_due, ==, 1);
}

static void
test_no_timer_refuses (Fixture *f, gconstpointer data)
{
  g_test_summary ("Without a timer a request is refused and the pending one goes on");

  submit (f, CF_SHUTDOWN_RESTART, 5);
  cf_test_clock_break (f->clock);
  g_test_expect_message ("curfew-schedule", G_LOG_LEVEL_WARNING, "*cannot run*");
  g_assert_cmpuint (submit (f, CF_SHUTDOWN_POWEROFF | CF_SHUTDOWN_GRACE_OVERRIDE, 0), ==,
                    CF_WIN32_GEN_FAILURE);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (f->n_ended, ==, 0);
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 5 * SECOND);
}

static void
test_long_grace (Fixture *f, gconstpointer data)
{
  const gint64 ten_years = CF_SHUTDOWN_GRACE_MAX_SECONDS * SECOND;

  g_test_summary ("The longest grace period counts down without overflow");

  g_assert_cmpuint (submit (f, CF_SHUTDOWN_RESTART, CF_SHUTDOWN_GRACE_MAX_SECONDS), ==, 0);
  cf_test_clock_advance (f->clock, ten_years - 1);
  g_assert_cmpuint (f->n_due, ==, 0);
  cf_test_clock_advance (f->clock, 1);
  g_assert_cmpuint (f->n_due, ==, 1);
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
  ADD ("early-alarm-waits", test_early_alarm_waits);
  ADD ("no-timer-refuses", test_no_timer_refuses);
  ADD ("longest-grace-period", test_long_grace);
  return g_test_run ();
}
