/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-agent-bus-error.h"
#include "agent/cf-receiver.h"
#include "tests/support/cf-test-clock.h"
#include "tests/support/cf-test-power.h"

#include <string.h>

#define SECOND         G_GINT64_CONSTANT (1000000)
#define SETTLE_SECONDS 120u

static const CfLocalCaller alice = { 1000, "alice (uid 1000)" };

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
  g_assert_true (cf_receiver_postpone (f->receiver, &alice, 0, NULL, &error));
  g_assert_no_error (error);

  g_assert_cmpuint (cf_schedule_entry_get_postpones_left (
                      accept_postponable (f, &refuse, CF_SCHEDULE_ORIGIN_CURFEW)),
                    ==, 0);
  g_assert_false (cf_receiver_postpone (f->receiver, &alice, 0, NULL, &error));
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

static void
sign_in (Fixture *f, guint32 uid, const char *user, gboolean is_active)
{
  g_autoptr (CfSession)
    session = cf_session_new (user, uid, user, "seat0", "", "x11", FALSE, is_active);

  g_list_store_append (G_LIST_STORE (cf_power_get_sessions (CF_POWER (f->power))), session);
}

static void
run_idle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static gint64
get_left (Fixture *f)
{
  return cf_schedule_get_remaining_usec (f->schedule) / SECOND;
}

static void
assert_stays (Fixture *f, const char *named)
{
  gint64 left = get_left (f);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) ready_error = NULL;

  g_assert_false (cf_receiver_move (f->receiver, "alice", 0, &error));
  g_assert_error (error, CF_AGENT_BUS_ERROR, CF_AGENT_BUS_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, named));
  g_assert_false (cf_receiver_set_ready (f->receiver, &alice, TRUE, &ready_error));
  g_assert_error (ready_error, CF_AGENT_BUS_ERROR, CF_AGENT_BUS_ERROR_FAILED);
  g_assert_cmpint (cf_schedule_get_state (f->schedule), ==, CF_RECEIVER_PENDING);
  g_assert_cmpint (get_left (f), ==, left);
  g_assert_false (cf_schedule_entry_is_ready (cf_schedule_get_entry (f->schedule), 1000));
}

static void
test_what_would_be_vetoed_is_not_brought_forward (Fixture *f, gconstpointer data)
{
  g_test_summary ("Acting early is refused while it would come to nothing, and nothing is lost");

  cf_test_clock_advance (f->clock, SETTLE_SECONDS * SECOND);
  sign_in (f, 1000, "alice", TRUE);
  g_assert_cmpuint (initiate (f, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS, 600), ==, 0);
  cf_test_power_hold_up (f->power, "Backup");
  assert_stays (f, "Backup");
  assert_moves (f, 300);
  cf_test_power_hold_up (f->power, NULL);
  assert_moves (f, 0);
}

static void
test_spared_people_are_not_brought_forward (Fixture *f, gconstpointer data)
{
  GListStore *sessions = G_LIST_STORE (cf_power_get_sessions (CF_POWER (f->power)));

  g_test_summary ("What spares people who are signed in does not happen early while they are");

  cf_test_clock_advance (f->clock, SETTLE_SECONDS * SECOND);
  g_assert_cmpuint (initiate (f, CF_SHUTDOWN_RESTART, 600), ==, 0);
  sign_in (f, 1000, "alice", TRUE);
  assert_stays (f, "alice is signed in");
  g_list_store_remove_all (sessions);
  assert_moves (f, 0);
}

static void
test_refused_ready_leaves_nothing (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("The last one who is ready too early is told so, and is not ready");

  sign_in (f, 1000, "alice", TRUE);
  for (guint i = 0; i < CF_ACTION_HISTORY_MAX_AN_HOUR; i++)
    g_assert_true (cf_action_history_note (f->history, cf_clock_get_boot_usec (CF_CLOCK (f->clock)),
                                           cf_clock_get_real_usec (CF_CLOCK (f->clock)), NULL));
  g_assert_cmpuint (initiate (f, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS, 7200), ==, 0);
  g_assert_false (cf_receiver_set_ready (f->receiver, &alice, TRUE, &error));
  g_assert_error (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_OUT_OF_RANGE);
  g_assert_false (cf_schedule_entry_is_ready (cf_schedule_get_entry (f->schedule), 1000));
}

static void
test_sign_out_leaves_a_minute (Fixture *f, gconstpointer data)
{
  GListStore *sessions = G_LIST_STORE (cf_power_get_sessions (CF_POWER (f->power)));
  CfScheduleEntry *entry;

  g_test_summary ("When the last one who was not ready signs out, the others get a minute");

  g_assert_cmpuint (initiate (f, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS, 3600), ==, 0);
  sign_in (f, 1000, "alice", TRUE);
  sign_in (f, 1001, "bob", FALSE);
  g_assert_true (cf_receiver_set_ready (f->receiver, &alice, TRUE, NULL));
  g_list_store_remove (sessions, 1);
  g_assert_cmpint (get_left (f), ==, 3600);
  run_idle ();
  g_assert_cmpint (get_left (f), ==, 60);
  entry = cf_schedule_get_entry (f->schedule);
  g_assert_cmpint (cf_schedule_entry_get_change (entry), ==, CF_SCHEDULE_MOVED);
  g_assert_null (cf_schedule_entry_get_changed_by (entry));

  /* less than that is left as it is */
  sign_in (f, 1001, "bob", FALSE);
  cf_test_clock_advance (f->clock, 30 * SECOND);
  g_assert_true (cf_receiver_set_ready (f->receiver, &alice, TRUE, NULL));
  g_list_store_remove (sessions, 1);
  run_idle ();
  g_assert_cmpint (get_left (f), ==, 30);
  g_assert_cmpint (cf_schedule_get_state (f->schedule), ==, CF_RECEIVER_PENDING);
}

static void
test_postponing_takes_ready_back (Fixture *f, gconstpointer data)
{
  const CfLocalCaller bob = { 1001, "bob (uid 1001)" };
  const CfManners manners = { .may_postpone = TRUE };
  GListStore *sessions = G_LIST_STORE (cf_power_get_sessions (CF_POWER (f->power)));
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();

  g_test_summary ("Who was ready for the old time is not for the new one");

  cf_receiver_set_manners (f->receiver, &manners);
  cf_shutdown_request_builder_add_flags (builder, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS);
  cf_shutdown_request_builder_set_grace_seconds (builder, 1800);
  cf_shutdown_request_builder_set_postponing (builder, 2, 3600);
  g_assert_cmpuint (
    cf_receiver_initiate (f->receiver, f->caller, CF_SCHEDULE_ORIGIN_CURFEW, builder), ==, 0);
  sign_in (f, 1000, "alice", TRUE);
  sign_in (f, 1001, "bob", FALSE);
  g_assert_true (cf_receiver_set_ready (f->receiver, &alice, TRUE, NULL));
  g_assert_true (cf_receiver_postpone (f->receiver, &bob, 3600, "", NULL));
  g_assert_false (cf_schedule_entry_is_ready (cf_schedule_get_entry (f->schedule), 1000));
  g_list_store_remove (sessions, 1);
  run_idle ();
  g_assert_cmpint (get_left (f), ==, 5400);
}

static void
test_background_does_not_shorten (Fixture *f, gconstpointer data)
{
  const CfLocalCaller mallory = { 1002, "mallory (uid 1002)" };
  const CfLocalCaller *reporters[] = { &mallory, &alice };
  const CfManners manners = { .extend_foreign = TRUE };
  const char *code;

  g_test_summary ("What a session in the background was shown extends the deadline all the same");

  cf_receiver_set_manners (f->receiver, &manners);
  sign_in (f, 1000, "alice", TRUE);
  sign_in (f, 1002, "mallory", FALSE);
  cf_schedule_set_audience (f->schedule, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (reporters); i++)
    {
      g_assert_cmpuint (initiate (f, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS, 900), ==, 0);
      code = cf_shutdown_request_get_code (
        cf_schedule_entry_get_request (cf_schedule_get_entry (f->schedule)));
      cf_test_clock_advance (f->clock, 600 * SECOND);
      run_idle ();
      g_assert_true (cf_receiver_note_shown (f->receiver, reporters[i], code, 5, NULL));
      cf_test_clock_advance (f->clock, 300 * SECOND + 1000);
      run_idle ();
      g_assert_cmpint (cf_schedule_get_state (f->schedule), ==,
                       i == 0 ? CF_RECEIVER_PENDING : CF_RECEIVER_EXECUTING);
      if (i == 0)
        g_assert_true (cf_receiver_call_off (f->receiver, "mara", NULL, NULL));
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
  ADD ("vetoed-is-not-brought-forward", test_what_would_be_vetoed_is_not_brought_forward);
  ADD ("spared-people-stay", test_spared_people_are_not_brought_forward);
  ADD ("refused-ready-leaves-nothing", test_refused_ready_leaves_nothing);
  ADD ("sign-out-leaves-a-minute", test_sign_out_leaves_a_minute);
  ADD ("postponing-takes-ready-back", test_postponing_takes_ready_back);
  ADD ("background-does-not-shorten", test_background_does_not_shorten);
  return g_test_run ();
}
