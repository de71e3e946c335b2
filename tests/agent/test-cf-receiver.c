/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-receiver.h"
#include "tests/support/cf-test-clock.h"
#include "tests/support/cf-test-power.h"

#define SECOND         G_GINT64_CONSTANT (1000000)
#define SETTLE_SECONDS 120u

/* A receiver that acts, as far as it knows. */
typedef struct
{
  CfTestClock *clock;
  CfTestPower *power;
  CfSchedule *schedule;
  CfActionHistory *history;
  CfReceiver *receiver;
  WsmPrincipal *caller;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (CfAuthority) authority = cf_authority_new_for_rehearsal ();

  f->clock = cf_test_clock_new ();
  f->power = cf_test_power_new ();
  f->schedule = cf_schedule_new (CF_CLOCK (f->clock), NULL);
  f->history = cf_action_history_new (
    NULL, "boot", SETTLE_SECONDS + (guint) (cf_clock_get_boot_usec (CF_CLOCK (f->clock)) / SECOND));
  f->receiver = cf_receiver_new (f->schedule, CF_POWER (f->power), authority, CF_CLOCK (f->clock));
  cf_receiver_set_history (f->receiver, f->history);
  f->caller = wsm_principal_new ("mara", NULL, "basic", "192.0.2.7");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  wsm_principal_unref (f->caller);
  g_assert_finalize_object (f->receiver);
  g_assert_finalize_object (f->history);
  g_assert_finalize_object (f->schedule);
  g_assert_finalize_object (f->power);
  g_assert_finalize_object (f->clock);
}

static guint32
initiate (Fixture *f, guint32 flags, guint32 grace_seconds)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();

  cf_shutdown_request_builder_add_flags (builder, flags);
  cf_shutdown_request_builder_set_grace_seconds (builder, grace_seconds);
  return cf_receiver_initiate (f->receiver, f->caller, CF_SCHEDULE_ORIGIN_FOREIGN, builder);
}

static void
assert_moves (Fixture *f, guint32 seconds)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (cf_receiver_move (f->receiver, "alice", seconds, &error));
  g_assert_no_error (error);
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, seconds * SECOND);
}

static void
assert_does_not_move (Fixture *f, guint32 seconds)
{
  gint64 left_usec = cf_schedule_get_remaining_usec (f->schedule);
  g_autoptr (GError) error = NULL;

  g_assert_false (cf_receiver_move (f->receiver, "alice", seconds, &error));
  g_assert_error (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_OUT_OF_RANGE);
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, left_usec);
}

static void
test_not_moved_into_the_first_seconds (Fixture *f, gconstpointer data)
{
  g_test_summary ("What does not force is not accepted for the first seconds after a start, nor "
                  "moved there later");

  g_assert_cmpuint (initiate (f, CF_SHUTDOWN_RESTART, SETTLE_SECONDS - 1), ==, 21);
  g_assert_cmpuint (initiate (f, CF_SHUTDOWN_RESTART, 600), ==, 0);
  assert_does_not_move (f, 0);
  assert_does_not_move (f, SETTLE_SECONDS - 1);
  assert_moves (f, SETTLE_SECONDS);
  cf_test_clock_advance (f->clock, SETTLE_SECONDS * SECOND - 1);
  assert_does_not_move (f, 0);
}

static void
test_forced_is_moved_anywhere (Fixture *f, gconstpointer data)
{
  g_test_summary ("What forces may be moved to now");

  g_assert_cmpuint (initiate (f, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS, 600), ==, 0);
  assert_moves (f, 0);
}

static void
test_not_moved_into_a_full_hour (Fixture *f, gconstpointer data)
{
  CfClock *clock = CF_CLOCK (f->clock);

  g_test_summary ("What would be too often within the hour is neither accepted nor moved there");

  for (guint i = 0; i < CF_ACTION_HISTORY_MAX_AN_HOUR; i++)
    g_assert_true (cf_action_history_note (f->history, cf_clock_get_boot_usec (clock),
                                           cf_clock_get_real_usec (clock), NULL));
  g_assert_cmpuint (initiate (f, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS, 3599), ==, 170);
  g_assert_cmpuint (initiate (f, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS, 7200), ==, 0);
  assert_does_not_move (f, 0);
  assert_moves (f, 3600);
}

static void
test_nothing_to_move (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Where nothing is waiting, that is what is said");

  g_assert_false (cf_receiver_move (f->receiver, "alice", 0, &error));
  g_assert_error (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_NOT_PENDING);
}

static CfScheduleEntry *
accept_postponable (Fixture *f, const CfManners *manners, CfScheduleOrigin origin)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();

  cf_receiver_set_manners (f->receiver, manners);
  cf_shutdown_request_builder_add_flags (builder, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_GRACE_OVERRIDE |
                                                    CF_SHUTDOWN_FORCE_OTHERS);
  cf_shutdown_request_builder_set_postponing (builder, 2, 900);
  g_assert_cmpuint (cf_receiver_initiate (f->receiver, f->caller, origin, builder), ==, 0);
  return cf_schedule_get_entry (f->schedule);
}

static void
test_postponing_is_promised_where_it_is_allowed (Fixture *f, gconstpointer data)
{
  const CfManners allow = { .may_postpone = TRUE };
  const CfManners refuse = { .may_postpone = FALSE };
  g_autoptr (GError) error = NULL;

  g_test_summary ("Where nothing can be postponed, nobody is told that it could be");

  g_assert_cmpuint (cf_schedule_entry_get_postpones_left (
                      accept_postponable (f, &allow, CF_SCHEDULE_ORIGIN_CURFEW)),
                    ==, 2);
  g_assert_true (cf_receiver_postpone (f->receiver, "alice", 0, NULL, &error));
  g_assert_no_error (error);

  g_assert_cmpuint (cf_schedule_entry_get_postpones_left (
                      accept_postponable (f, &refuse, CF_SCHEDULE_ORIGIN_CURFEW)),
                    ==, 0);
  g_assert_false (cf_receiver_postpone (f->receiver, "alice", 0, NULL, &error));
  g_assert_error (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_BUDGET_SPENT);
}

static void
test_extends_whose_it_shall (Fixture *f, gconstpointer data)
{
  static const struct
  {
    CfManners manners;
    CfScheduleOrigin of_own;
    CfScheduleOrigin of_foreign;
  } cases[] = {
    { { .extend_own = TRUE }, CF_SCHEDULE_ORIGIN_CURFEW, CF_SCHEDULE_ORIGIN_FOREIGN },
    { { .extend_own = TRUE, .extend_foreign = TRUE },
      CF_SCHEDULE_ORIGIN_CURFEW,
      CF_SCHEDULE_ORIGIN_CURFEW },
    { { .extend_own = FALSE }, CF_SCHEDULE_ORIGIN_FOREIGN, CF_SCHEDULE_ORIGIN_FOREIGN },
  };

  g_test_summary ("The settings say whose requests are extended");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpint (cf_schedule_entry_get_origin (
                         accept_postponable (f, &cases[i].manners, CF_SCHEDULE_ORIGIN_CURFEW)),
                       ==, cases[i].of_own);
      g_assert_cmpint (cf_schedule_entry_get_origin (
                         accept_postponable (f, &cases[i].manners, CF_SCHEDULE_ORIGIN_FOREIGN)),
                       ==, cases[i].of_foreign);
    }
}

#define ADD(path, func) g_test_add ("/agent/receiver/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("not-moved-into-the-first-seconds", test_not_moved_into_the_first_seconds);
  ADD ("forced-is-moved-anywhere", test_forced_is_moved_anywhere);
  ADD ("not-moved-into-a-full-hour", test_not_moved_into_a_full_hour);
  ADD ("nothing-to-move", test_nothing_to_move);
  ADD ("postponing-is-promised-where-it-is-allowed",
       test_postponing_is_promised_where_it_is_allowed);
  ADD ("extends-whose-it-shall", test_extends_whose_it_shall);
  return g_test_run ();
}
