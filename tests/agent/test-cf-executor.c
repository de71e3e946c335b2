/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-executor.h"
#include "tests/support/cf-test-clock.h"
#include "tests/support/cf-test-power.h"

#include <glib/gstdio.h>

#define SECOND G_GINT64_CONSTANT (1000000)

typedef struct
{
  char *directory;
  char *path;
  CfTestClock *clock;
  CfTestPower *power;
  CfSchedule *schedule;
  CfActionHistory *history;
  CfExecutor *executor;
  guint n_ended;
} Fixture;

static const CfReceiverFacts allowed = { .caller_may = TRUE, .action_supported = TRUE };

static void
ended_cb (Fixture *f)
{
  f->n_ended++;
}

static void
start (Fixture *f)
{
  g_autoptr (CfScheduleStore) store = cf_schedule_store_new (f->path, "boot");

  f->schedule = cf_schedule_new (CF_CLOCK (f->clock), store);
  f->executor = cf_executor_new (f->schedule, CF_POWER (f->power), CF_CLOCK (f->clock), f->history);
  g_signal_connect_swapped (f->schedule, "ended", G_CALLBACK (ended_cb), f);
}

static void
stop (Fixture *f)
{
  g_assert_finalize_object (f->executor);
  g_assert_finalize_object (f->schedule);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->directory = g_dir_make_tmp ("curfew-XXXXXX", NULL);
  f->path = g_build_filename (f->directory, "pending", NULL);
  f->clock = cf_test_clock_new ();
  f->power = cf_test_power_new ();
  f->history = cf_action_history_new (NULL, "boot", 120);
  start (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  stop (f);
  g_unlink (f->path);
  g_rmdir (f->directory);
  g_free (f->path);
  g_free (f->directory);
  g_assert_finalize_object (f->history);
  g_assert_finalize_object (f->power);
  g_assert_finalize_object (f->clock);
}

static guint32
submit (Fixture *f, guint32 flags, guint32 grace_seconds)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  g_autoptr (CfShutdownRequest) request = NULL;

  cf_shutdown_request_builder_add_flags (builder, flags);
  cf_shutdown_request_builder_set_grace_seconds (builder, grace_seconds);
  request = cf_shutdown_request_builder_end_received (builder, NULL);
  return cf_schedule_submit (f->schedule, request, "mara from 192.0.2.7",
                             CF_SCHEDULE_ORIGIN_FOREIGN, &allowed);
}

static void
test_acts_once (Fixture *f, gconstpointer data)
{
  g_test_summary ("At the deadline the machine is told once, and the action is remembered");

  submit (f, CF_SHUTDOWN_RESTART, 5);
  cf_test_clock_advance (f->clock, 5 * SECOND - 1);
  g_assert_cmpuint (cf_test_power_get_n_executed (f->power), ==, 0);
  cf_test_clock_advance (f->clock, 1);
  cf_test_clock_advance (f->clock, 60 * SECOND);

  g_assert_cmpuint (cf_test_power_get_n_executed (f->power), ==, 1);
  g_assert_cmpint (cf_schedule_get_last_outcome (f->schedule), ==, CF_SCHEDULE_ACTED);
  for (guint i = 0; i < 5; i++)
    {
      submit (f, CF_SHUTDOWN_RESTART, 0);
      cf_test_clock_advance (f->clock, SECOND);
    }
  g_assert_cmpuint (cf_action_history_check (f->history, TRUE, 3600 * SECOND,
                                             cf_clock_get_real_usec (CF_CLOCK (f->clock))),
                    !=, 0);
}

static void
test_veto_and_failure (Fixture *f, gconstpointer data)
{
  static const struct
  {
    CfPowerError error;
    CfScheduleOutcome outcome;
  } cases[] = {
    { CF_POWER_ERROR_VETOED, CF_SCHEDULE_VETOED },
    { CF_POWER_ERROR_FAILED, CF_SCHEDULE_FAILED },
    { CF_POWER_ERROR_UNSUPPORTED, CF_SCHEDULE_FAILED },
  };

  g_test_summary ("What stands against it is told, and not tried again");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      cf_test_power_fail_next (f->power,
                               g_error_new (CF_POWER_ERROR, cases[i].error, "backup holds it up"));
      submit (f, CF_SHUTDOWN_RESTART, 0);
      cf_test_clock_advance (f->clock, 0);
      g_assert_cmpuint (cf_test_power_get_n_executed (f->power), ==, i + 1);
      g_assert_cmpint (cf_schedule_get_last_outcome (f->schedule), ==, cases[i].outcome);
      g_assert_cmpstr (cf_schedule_get_last_detail (f->schedule), ==, "backup holds it up");
    }
}

static void
test_only_actions_count (Fixture *f, gconstpointer data)
{
  g_test_summary ("What was vetoed or failed is no action: it does not make the next one too many");

  for (guint i = 0; i < 2 * CF_ACTION_HISTORY_MAX_AN_HOUR; i++)
    {
      cf_test_power_fail_next (
        f->power,
        g_error_new (CF_POWER_ERROR, i % 2 == 0 ? CF_POWER_ERROR_VETOED : CF_POWER_ERROR_FAILED,
                     "backup holds it up"));
      submit (f, CF_SHUTDOWN_RESTART, 0);
      cf_test_clock_advance (f->clock, SECOND);
    }
  g_assert_cmpuint (f->n_ended, ==, 2 * CF_ACTION_HISTORY_MAX_AN_HOUR);
  g_assert_cmpuint (cf_action_history_check (f->history, TRUE,
                                             cf_clock_get_boot_usec (CF_CLOCK (f->clock)),
                                             cf_clock_get_real_usec (CF_CLOCK (f->clock))),
                    ==, 0);
}

static void
test_others_come_first (Fixture *f, gconstpointer data)
{
  static const CfPowerState states[] = { CF_POWER_TAKEN, CF_POWER_GOING_DOWN };

  g_test_summary ("Somebody else's shutdown takes the place of what is pending");

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    {
      submit (f, CF_SHUTDOWN_RESTART, 60);
      cf_test_power_set_state (f->power, states[i]);
      g_assert_cmpint (cf_schedule_get_last_outcome (f->schedule), ==, CF_SCHEDULE_SUPERSEDED);
      cf_test_clock_advance (f->clock, 3600 * SECOND);
      g_assert_cmpuint (cf_test_power_get_n_executed (f->power), ==, 0);
      cf_test_power_set_state (f->power, CF_POWER_READY);
    }
  g_assert_cmpuint (f->n_ended, ==, 2);
}

static void
test_override_clears_others (Fixture *f, gconstpointer data)
{
  g_test_summary ("Grace override calls somebody else's shutdown off, then acts");

  cf_test_power_set_state (f->power, CF_POWER_TAKEN);
  submit (f, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_GRACE_OVERRIDE, 0);
  cf_test_clock_advance (f->clock, 0);

  g_assert_cmpuint (cf_test_power_get_n_cleared (f->power), ==, 1);
  g_assert_cmpuint (cf_test_power_get_n_executed (f->power), ==, 1);
  g_assert_cmpint (cf_schedule_get_last_outcome (f->schedule), ==, CF_SCHEDULE_ACTED);
}

static void
test_unavailable_delays_nothing (Fixture *f, gconstpointer data)
{
  g_test_summary ("A login manager that is away for a while changes nothing in the countdown");

  submit (f, CF_SHUTDOWN_RESTART, 60);
  g_test_expect_message ("curfew-agent", G_LOG_LEVEL_WARNING, "*does not answer*");
  cf_test_power_set_state (f->power, CF_POWER_UNAVAILABLE);
  g_test_assert_expected_messages ();
  cf_test_power_set_state (f->power, CF_POWER_READY);
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 60 * SECOND);
}

static void
test_restarted_agent_goes_on (Fixture *f, gconstpointer data)
{
  g_test_summary ("An agent that is started anew goes on with the time that remains");

  submit (f, CF_SHUTDOWN_RESTART, 60);
  stop (f);
  cf_test_clock_advance (f->clock, 20 * SECOND);
  start (f);
  cf_executor_resume (f->executor);

  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, 40 * SECOND);
  cf_test_clock_advance (f->clock, 40 * SECOND);
  g_assert_cmpuint (cf_test_power_get_n_executed (f->power), ==, 1);
}

static void
test_executing_is_not_told_twice (Fixture *f, gconstpointer data)
{
  g_autoptr (CfScheduleStore) store = cf_schedule_store_new (f->path, "boot");

  g_test_summary ("What an earlier agent was telling the machine is not told a second time: either "
                  "the machine goes down, or it has failed");

  for (guint goes_down = 0; goes_down < 2; goes_down++)
    {
      g_autoptr (CfScheduleEntry) entry = NULL;

      submit (f, CF_SHUTDOWN_RESTART, 60);
      entry = cf_schedule_entry_ref (cf_schedule_get_entry (f->schedule));
      stop (f);
      g_assert_true (cf_schedule_store_save (store, entry, CF_SCHEDULE_PHASE_EXECUTING, 0, NULL));
      start (f);
      cf_executor_resume (f->executor);
      if (goes_down)
        cf_test_power_set_state (f->power, CF_POWER_GOING_DOWN);
      while (cf_schedule_get_state (f->schedule) != CF_RECEIVER_IDLE)
        g_main_context_iteration (NULL, TRUE);

      g_assert_cmpuint (cf_test_power_get_n_executed (f->power), ==, 0);
      g_assert_cmpint (cf_schedule_get_last_outcome (f->schedule), ==,
                       goes_down ? CF_SCHEDULE_ACTED : CF_SCHEDULE_FAILED);
    }
}

#define ADD(path, func) g_test_add ("/agent/executor/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("acts-once", test_acts_once);
  ADD ("veto-and-failure-are-told", test_veto_and_failure);
  ADD ("only-actions-count", test_only_actions_count);
  ADD ("others-come-first", test_others_come_first);
  ADD ("override-clears-others", test_override_clears_others);
  ADD ("unavailable-delays-nothing", test_unavailable_delays_nothing);
  ADD ("restarted-agent-goes-on", test_restarted_agent_goes_on);
  ADD ("executing-is-not-told-twice", test_executing_is_not_told_twice);
  return g_test_run ();
}
