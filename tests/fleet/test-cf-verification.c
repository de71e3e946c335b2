/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet/cf-verification.h"

#define CODE  "K7M-2QX"
#define OTHER "BBB-BBB"
#define S     ((gint64) G_USEC_PER_SEC)
#define DUE   (1000 * S)
#define LIMIT (1900 * S)

#define ACCEPTED   CF_ERRAND_ACCEPTED
#define GOING_DOWN CF_ERRAND_GOING_DOWN
#define DOWN       CF_ERRAND_DOWN
#define STARTING   CF_ERRAND_STARTING
#define UNKNOWN    CF_ERRAND_UNKNOWN

#define IDLE      CF_PENDING_IDLE
#define WAITING   CF_PENDING_WAITING
#define EXECUTING CF_PENDING_EXECUTING

#define RESTART   CF_SHUTDOWN_ACTION_RESTART
#define POWER_OFF CF_SHUTDOWN_ACTION_POWER_OFF

static void
check (const char *what, const CfVerification *known, CfErrandState state, CfSight sight,
       const CfStatus *status, gint64 now_usec, CfErrandState wanted)
{
  CfErrandState found = cf_verification_decide (known, state, sight, status, now_usec);

  if (found != wanted)
    g_error ("%s: %s became %s, not %s", what, cf_errand_state_get_nick (state),
             cf_errand_state_get_nick (found), cf_errand_state_get_nick (wanted));
}

static void
test_status_with_codes (void)
{
  static const struct
  {
    const char *what;
    CfErrandState state;
    gint64 now_usec;
    const char *boot_id;
    CfPendingState pending;
    const char *code;
    CfOutcome last;
    const char *last_code;
    CfErrandState wanted;
  } cases[] = {
    { "counting", ACCEPTED, 10 * S, "a", WAITING, CODE, 0, NULL, ACCEPTED },
    { "counting, after an unknown result", UNKNOWN, 10 * S, "a", WAITING, CODE, 0, NULL, ACCEPTED },
    { "executing", ACCEPTED, DUE, "a", EXECUTING, CODE, 0, NULL, GOING_DOWN },
    { "acted", ACCEPTED, DUE, "a", IDLE, NULL, CF_OUTCOME_IS_ACTED, CODE, GOING_DOWN },
    { "a new boot", ACCEPTED, DUE, "b", IDLE, NULL, 0, NULL, CF_ERRAND_BACK },
    { "a new boot after unknown", UNKNOWN, 10 * S, "b", IDLE, NULL, 0, NULL, CF_ERRAND_BACK },
    { "a new boot after down", DOWN, DUE + S, "b", IDLE, NULL, 0, NULL, CF_ERRAND_BACK },
    { "a new boot at the limit", DOWN, LIMIT, "b", IDLE, NULL, 0, NULL, CF_ERRAND_BACK },
    { "rehearsed", ACCEPTED, DUE, "a", IDLE, NULL, CF_OUTCOME_IS_WOULD_ACT, CODE,
      CF_ERRAND_REHEARSED },
    { "rehearsed at the limit", ACCEPTED, LIMIT, "a", IDLE, NULL, CF_OUTCOME_IS_WOULD_ACT, CODE,
      CF_ERRAND_REHEARSED },
    { "another was rehearsed", ACCEPTED, 10 * S, "a", IDLE, NULL, CF_OUTCOME_IS_WOULD_ACT, OTHER,
      ACCEPTED },
    { "called off", ACCEPTED, 10 * S, "a", IDLE, NULL, CF_OUTCOME_IS_CALLED_OFF, CODE,
      CF_ERRAND_CALLED_OFF },
    { "superseded", ACCEPTED, 10 * S, "a", IDLE, NULL, CF_OUTCOME_IS_SUPERSEDED, CODE,
      CF_ERRAND_CALLED_OFF },
    { "another took its place", ACCEPTED, 10 * S, "a", WAITING, OTHER, 0, NULL,
      CF_ERRAND_CALLED_OFF },
    { "another is there, ours may never have been", UNKNOWN, 10 * S, "a", WAITING, OTHER, 0, NULL,
      UNKNOWN },
    { "failed", ACCEPTED, DUE, "a", IDLE, NULL, CF_OUTCOME_IS_FAILED, CODE, CF_ERRAND_FAILED },
    { "vetoed", ACCEPTED, DUE, "a", IDLE, NULL, CF_OUTCOME_IS_VETOED, CODE, CF_ERRAND_FAILED },
    { "a gap in the network", DOWN, DUE + S, "a", EXECUTING, CODE, 0, NULL, GOING_DOWN },
    { "forgotten", ACCEPTED, DUE + S, "a", IDLE, NULL, 0, NULL, ACCEPTED },
    { "forgotten, at the limit", ACCEPTED, LIMIT, "a", IDLE, NULL, 0, NULL,
      CF_ERRAND_DID_NOT_RESTART },
    { "acted, at the limit", GOING_DOWN, LIMIT, "a", IDLE, NULL, CF_OUTCOME_IS_ACTED, CODE,
      CF_ERRAND_DID_NOT_RESTART },
    { "unknown, at the limit", UNKNOWN, LIMIT, "a", IDLE, NULL, 0, NULL, UNKNOWN },
  };
  CfStatus before = { .boot_id = (char *) "a" };

  g_test_summary (
    "A host that knows our request tells what became of it; a boot id proves a start");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CfVerification known = { .action = RESTART,
                               .goal = CF_WAIT_BACK,
                               .request_code = CODE,
                               .before = &before,
                               .due_usec = DUE,
                               .limit_usec = LIMIT };
      CfStatus status = { .state = cases[i].pending,
                          .request_code = (char *) cases[i].code,
                          .boot_id = (char *) cases[i].boot_id,
                          .last_outcome = cases[i].last,
                          .last_request_code = (char *) cases[i].last_code };

      check (cases[i].what, &known, cases[i].state, CF_SIGHT_STATUS, &status, cases[i].now_usec,
             cases[i].wanted);
    }
}

static void
test_boot_time (void)
{
  static const struct
  {
    const char *after;
    gboolean is_new;
  } cases[] = {
    { "2026-01-01T10:00:00Z", FALSE },     { "2026-01-01T10:00:59Z", FALSE },
    { "2026-01-01T10:01:00Z", FALSE },     { "2026-01-01T10:01:01Z", TRUE },
    { "2026-01-01T09:00:00Z", FALSE },     { "2026-01-01T12:00:30+02:00", FALSE },
    { "2026-01-01T12:02:00+02:00", TRUE },
  };

  g_test_summary ("A boot time is later only by more than a minute: clocks are set");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GDateTime) first = g_date_time_new_from_iso8601 ("2026-01-01T10:00:00Z", NULL);
      g_autoptr (GDateTime) second = g_date_time_new_from_iso8601 (cases[i].after, NULL);
      const CfStatus before = { .boot_time = first };
      const CfStatus after = { .boot_time = second };
      const CfStatus nothing = { 0 };

      g_assert_cmpint (cf_verification_started_anew (&before, &after), ==, cases[i].is_new);
      g_assert_false (cf_verification_started_anew (&nothing, &after));
      g_assert_false (cf_verification_started_anew (&before, &nothing));
      g_assert_false (cf_verification_started_anew (NULL, &after));
    }
}

static void
test_boot_id_beats_time (void)
{
  g_autoptr (GDateTime) first = g_date_time_new_from_iso8601 ("2026-01-01T10:00:00Z", NULL);
  g_autoptr (GDateTime) second = g_date_time_new_from_iso8601 ("2026-01-02T10:00:00Z", NULL);
  const CfStatus before = { .boot_id = (char *) "a", .boot_time = first };
  const CfStatus after = { .boot_id = (char *) "a", .boot_time = second };

  g_test_summary ("With the same boot id nothing has started, however far the clock was moved");

  g_assert_false (cf_verification_started_anew (&before, &after));
}

static void
test_lost (void)
{
  static const struct
  {
    const char *what;
    CfShutdownAction action;
    CfErrandState state;
    CfSight sight;
    gint64 lost_usec;
    gint64 now_usec;
    CfErrandState wanted;
  } cases[] = {
    { "before its time", RESTART, ACCEPTED, CF_SIGHT_SILENT, DUE - 9 * S, DUE - S, ACCEPTED },
    { "first miss", RESTART, ACCEPTED, CF_SIGHT_SILENT, DUE + S, DUE + S, GOING_DOWN },
    { "first miss after unknown", RESTART, UNKNOWN, CF_SIGHT_CLOSED, S, S, GOING_DOWN },
    { "said so, first miss", RESTART, GOING_DOWN, CF_SIGHT_CLOSED, DUE + S, DUE + S, GOING_DOWN },
    { "second miss", RESTART, GOING_DOWN, CF_SIGHT_SILENT, DUE + S, DUE + 2 * S, DOWN },
    { "silent", RESTART, DOWN, CF_SIGHT_SILENT, DUE + S, DUE + 90 * S, DOWN },
    { "closed", RESTART, DOWN, CF_SIGHT_CLOSED, DUE + S, DUE + 90 * S, STARTING },
    { "silent again", RESTART, STARTING, CF_SIGHT_SILENT, DUE + S, DUE + 90 * S, STARTING },
    { "late", RESTART, DOWN, CF_SIGHT_SILENT, DUE + S, LIMIT, CF_ERRAND_LATE },
    { "late while starting", RESTART, STARTING, CF_SIGHT_CLOSED, DUE + S, LIMIT, CF_ERRAND_LATE },
    { "off, not yet", POWER_OFF, DOWN, CF_SIGHT_SILENT, DUE + S, DUE + 60 * S, DOWN },
    { "off", POWER_OFF, DOWN, CF_SIGHT_SILENT, DUE + S, DUE + 61 * S, CF_ERRAND_OFF },
    { "off, but only once missed", POWER_OFF, ACCEPTED, CF_SIGHT_SILENT, DUE + S, DUE + S,
      GOING_DOWN },
    { "closed is no start after power off", POWER_OFF, DOWN, CF_SIGHT_CLOSED, DUE + S, DUE + 9 * S,
      DOWN },
  };

  g_test_summary ("One miss is an accident, two are down, a minute of silence is presumed off");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CfVerification known = { .action = cases[i].action,
                               .goal = cases[i].action == RESTART ? CF_WAIT_BACK : CF_WAIT_DOWN,
                               .due_usec = DUE,
                               .limit_usec = LIMIT,
                               .lost_usec = cases[i].lost_usec };

      if (cases[i].state == UNKNOWN)
        known.due_usec = 0;
      check (cases[i].what, &known, cases[i].state, cases[i].sight, NULL, cases[i].now_usec,
             cases[i].wanted);
    }
}

static void
test_still_up (void)
{
  const CfStatus status = { .state = CF_PENDING_UNTOLD };
  CfVerification known = {
    .action = POWER_OFF, .goal = CF_WAIT_DOWN, .due_usec = DUE, .limit_usec = LIMIT
  };

  g_test_summary ("A Windows host that answers when time is over did not go down");

  check ("before", &known, ACCEPTED, CF_SIGHT_STATUS, &status, LIMIT - 1, ACCEPTED);
  check ("at the limit", &known, ACCEPTED, CF_SIGHT_STATUS, &status, LIMIT,
         CF_ERRAND_DID_NOT_GO_DOWN);
}

static void
test_strange (void)
{
  CfVerification known = {
    .action = RESTART, .goal = CF_WAIT_BACK, .due_usec = DUE, .limit_usec = LIMIT
  };

  g_test_summary ("An answer that tells nothing changes nothing, until time is over");

  check ("busy", &known, DOWN, CF_SIGHT_STRANGE, NULL, DUE, DOWN);
  check ("busy at the limit", &known, DOWN, CF_SIGHT_STRANGE, NULL, LIMIT, CF_ERRAND_LATE);
}

static void
test_over (void)
{
  static const struct
  {
    CfShutdownAction action;
    CfWaitGoal goal;
    CfErrandState state;
    gboolean is_over; /* before the limit */
  } cases[] = {
    { RESTART, CF_WAIT_BACK, ACCEPTED, FALSE },
    { RESTART, CF_WAIT_BACK, UNKNOWN, FALSE },
    { RESTART, CF_WAIT_BACK, GOING_DOWN, FALSE },
    { RESTART, CF_WAIT_BACK, DOWN, FALSE },
    { RESTART, CF_WAIT_BACK, STARTING, FALSE },
    { RESTART, CF_WAIT_DOWN, GOING_DOWN, FALSE },
    { RESTART, CF_WAIT_DOWN, DOWN, TRUE },
    { RESTART, CF_WAIT_DOWN, STARTING, TRUE },
    { POWER_OFF, CF_WAIT_DOWN, DOWN, FALSE },
    { POWER_OFF, CF_WAIT_DOWN, CF_ERRAND_OFF, TRUE },
    { RESTART, CF_WAIT_BACK, CF_ERRAND_BACK, TRUE },
    { RESTART, CF_WAIT_BACK, CF_ERRAND_REHEARSED, TRUE },
    { RESTART, CF_WAIT_BACK, CF_ERRAND_CALLED_OFF, TRUE },
    { RESTART, CF_WAIT_BACK, CF_ERRAND_LATE, TRUE },
    { RESTART, CF_WAIT_BACK, CF_ERRAND_DID_NOT_RESTART, TRUE },
    { RESTART, CF_WAIT_BACK, CF_ERRAND_FAILED, TRUE },
  };

  g_test_summary ("A goal that is reached ends the waiting, and the limit ends it always");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const CfVerification known = {
        .action = cases[i].action, .goal = cases[i].goal, .due_usec = DUE, .limit_usec = LIMIT
      };

      g_assert_cmpint (cf_verification_is_over (&known, cases[i].state, LIMIT - 1), ==,
                       cases[i].is_over);
      g_assert_true (cf_verification_is_over (&known, cases[i].state, LIMIT));
    }
}

static void
test_pause (void)
{
  g_test_summary ("Looking slows down from one second to five, and further in a long countdown");

  g_assert_cmpuint (cf_verification_get_pause_msec (0, 0, 1000, 5000), ==, 1000);
  g_assert_cmpuint (cf_verification_get_pause_msec (1, 0, 1000, 5000), ==, 2000);
  g_assert_cmpuint (cf_verification_get_pause_msec (2, -S, 1000, 5000), ==, 4000);
  g_assert_cmpuint (cf_verification_get_pause_msec (3, 0, 1000, 5000), ==, 5000);
  g_assert_cmpuint (cf_verification_get_pause_msec (G_MAXUINT, 0, 1000, 5000), ==, 5000);
  g_assert_cmpuint (cf_verification_get_pause_msec (9, 20 * S, 1000, 5000), ==, 5000);
  g_assert_cmpuint (cf_verification_get_pause_msec (9, 60 * S, 1000, 5000), ==, 15000);
  g_assert_cmpuint (cf_verification_get_pause_msec (0, 9000 * S, 1000, 5000), ==, 30000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fleet/verification/status-with-codes", test_status_with_codes);
  g_test_add_func ("/fleet/verification/boot-time", test_boot_time);
  g_test_add_func ("/fleet/verification/boot-id-beats-time", test_boot_id_beats_time);
  g_test_add_func ("/fleet/verification/lost", test_lost);
  g_test_add_func ("/fleet/verification/still-up", test_still_up);
  g_test_add_func ("/fleet/verification/strange", test_strange);
  g_test_add_func ("/fleet/verification/over", test_over);
  g_test_add_func ("/fleet/verification/pause", test_pause);

  return g_test_run ();
}
