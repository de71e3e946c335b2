/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "warning/cf-urgency-ladder.h"

#include <string.h>

#define SECOND_USEC ((gint64) G_USEC_PER_SEC)
#define MINUTE_USEC (60 * SECOND_USEC)

#define LEAVE   CF_LADDER_WINDOW_LEAVE
#define PRESENT CF_LADDER_WINDOW_PRESENT
#define OWE     CF_LADDER_WINDOW_OWE

#define NONE     CF_LADDER_NOTIFICATION_LEAVE
#define REFRESH  CF_LADDER_NOTIFICATION_REFRESH
#define NORMAL   CF_LADDER_NOTIFICATION_NORMAL
#define CRITICAL CF_LADDER_NOTIFICATION_CRITICAL
#define FINAL    CF_LADDER_NOTIFICATION_FINAL

#define INFORMATION CF_NOTICE_PHASE_INFORMATION
#define WARNING     CF_NOTICE_PHASE_WARNING
#define STRONG      CF_NOTICE_PHASE_STRONG
#define GOING_DOWN  CF_NOTICE_PHASE_GOING_DOWN
#define OVER        CF_NOTICE_PHASE_OVER

typedef struct
{
  const char *what;
  CfLadderEvent event;
  CfLadderFacts facts;
  CfLadderStep step;
} Case;

static void
check (const Case *cases, gsize n_cases)
{
  for (gsize i = 0; i < n_cases; i++)
    {
      CfLadderStep step = cf_urgency_ladder_climb (cases[i].event, &cases[i].facts);

      g_test_message ("%s", cases[i].what);
      g_assert_cmpint (step.window, ==, cases[i].step.window);
      g_assert_cmpint (step.notification, ==, cases[i].step.notification);
      g_assert_cmpint (step.makes_sound, ==, cases[i].step.makes_sound);
      g_assert_cmpint (step.reports_return, ==, cases[i].step.reports_return);
    }
}

static void
test_announcement (void)
{
  const Case cases[] = {
    { "hours before",
      CF_LADDER_ANNOUNCED,
      { .phase = INFORMATION, .has_sound = TRUE },
      { PRESENT, NORMAL } },
    { "a helper that starts in the last ten minutes",
      CF_LADDER_ANNOUNCED,
      { .phase = WARNING, .has_sound = TRUE },
      { PRESENT, CRITICAL } },
    { "in the last minute no rung follows that makes a sound",
      CF_LADDER_ANNOUNCED,
      { .phase = STRONG, .has_sound = TRUE },
      { PRESENT, CRITICAL, .makes_sound = TRUE } },
    { "quietly", CF_LADDER_ANNOUNCED, { .phase = STRONG }, { PRESENT, CRITICAL } },
    { "at once", CF_LADDER_GOING_DOWN, { .phase = GOING_DOWN }, { PRESENT, CRITICAL } },
    { "moved", CF_LADDER_MOVED, { .phase = INFORMATION, .is_told = TRUE }, { PRESENT, NORMAL } },
    { "moved to soon",
      CF_LADDER_MOVED,
      { .phase = WARNING, .is_told = TRUE },
      { PRESENT, CRITICAL } },
    { "after sleep",
      CF_LADDER_OVERDUE,
      { .phase = WARNING, .is_told = TRUE },
      { PRESENT, CRITICAL } },
    { "what is over already", CF_LADDER_ANNOUNCED, { .phase = OVER }, { LEAVE, NONE } },
  };

  g_test_summary ("An announcement comes with a window, and as loudly as what is left asks for");

  check (cases, G_N_ELEMENTS (cases));
}

static void
test_reminders (void)
{
  static const guint rungs[] = { 240, 180, 120, 90, 60, 45, 30, 15, 10, 5, 1 };

  g_test_summary ("The window is raised at 10, 5 and 1 minutes only, with a sound at 5 and 1");

  for (gsize i = 0; i < G_N_ELEMENTS (rungs); i++)
    for (guint bits = 0; bits < 8; bits++)
      {
        CfLadderFacts facts = {
          .phase = rungs[i] > 10  ? INFORMATION
                   : rungs[i] > 1 ? WARNING
                                  : STRONG,
          .minutes = rungs[i],
          .is_away = (bits & 1) != 0,
          .in_meeting = (bits & 2) != 0,
          .has_sound = (bits & 4) != 0,
          .is_told = TRUE,
        };
        CfLadderStep step = cf_urgency_ladder_climb (CF_LADDER_REMINDER, &facts);

        if (rungs[i] > 10)
          {
            g_assert_cmpint (step.window, ==, LEAVE);
            g_assert_cmpint (step.notification, ==, NORMAL);
          }
        else
          {
            g_assert_cmpint (step.window, ==, facts.is_away ? OWE : PRESENT);
            g_assert_cmpint (step.notification, ==, CRITICAL);
          }
        g_assert_cmpint (step.makes_sound, ==, facts.has_sound && rungs[i] <= 5);
        g_assert_false (step.reports_return);
      }
}

static void
test_meeting (void)
{
  const Case cases[] = {
    { "withheld",
      CF_LADDER_ANNOUNCED,
      { .phase = INFORMATION, .in_meeting = TRUE },
      { OWE, NORMAL } },
    { "not in the last ten minutes",
      CF_LADDER_ANNOUNCED,
      { .phase = WARNING, .in_meeting = TRUE },
      { PRESENT, CRITICAL } },
    { "over",
      CF_LADDER_MEETING_OVER,
      { .phase = INFORMATION, .is_owed = TRUE },
      { PRESENT, NONE } },
    { "over while away",
      CF_LADDER_MEETING_OVER,
      { .phase = INFORMATION, .is_owed = TRUE, .is_away = TRUE },
      { OWE, NONE } },
    { "over, and the window was seen",
      CF_LADDER_MEETING_OVER,
      { .phase = INFORMATION },
      { LEAVE, NONE } },
    { "who asks gets it",
      CF_LADDER_ASKED,
      { .phase = INFORMATION, .in_meeting = TRUE },
      { PRESENT, NONE } },
  };

  g_test_summary ("In a meeting the window waits until 10 minutes are left");

  check (cases, G_N_ELEMENTS (cases));
}

static void
test_coming_back (void)
{
  const Case cases[] = {
    { "locked", CF_LADDER_ANNOUNCED, { .phase = INFORMATION, .is_away = TRUE }, { OWE, NORMAL } },
    { "locks", CF_LADDER_LEFT, { .phase = WARNING, .is_away = TRUE }, { LEAVE, REFRESH } },
    { "back to what is owed",
      CF_LADDER_RETURNED,
      { .phase = INFORMATION, .is_owed = TRUE, .left_usec = 20 * MINUTE_USEC },
      { PRESENT, REFRESH } },
    { "back from a short while",
      CF_LADDER_RETURNED,
      { .phase = INFORMATION, .left_usec = 20 * MINUTE_USEC },
      { LEAVE, REFRESH } },
    { "back into a meeting",
      CF_LADDER_RETURNED,
      { .phase = INFORMATION, .is_owed = TRUE, .in_meeting = TRUE, .left_usec = 20 * MINUTE_USEC },
      { OWE, REFRESH } },
    { "back in the last ten minutes",
      CF_LADDER_RETURNED,
      { .phase = WARNING, .left_usec = 2 * MINUTE_USEC },
      { PRESENT, REFRESH } },
    { "late, and for the first time",
      CF_LADDER_RETURNED,
      { .phase = WARNING, .left_usec = 2 * MINUTE_USEC - 1 },
      { PRESENT, REFRESH, .reports_return = TRUE } },
    { "late, and it was known",
      CF_LADDER_RETURNED,
      { .phase = STRONG, .left_usec = SECOND_USEC, .was_seen = TRUE },
      { PRESENT, REFRESH } },
    { "too late", CF_LADDER_RETURNED, { .phase = GOING_DOWN }, { PRESENT, REFRESH } },
    { "to nothing", CF_LADDER_RETURNED, { .phase = OVER, .is_owed = TRUE }, { LEAVE, NONE } },
  };

  g_test_summary ("On a locked screen the window waits; who comes back late gets some time");

  check (cases, G_N_ELEMENTS (cases));
}

static void
test_quiet_changes (void)
{
  const Case cases[] = {
    { "postponed", CF_LADDER_POSTPONED, { .phase = INFORMATION }, { LEAVE, NORMAL } },
    { "postponed a little", CF_LADDER_POSTPONED, { .phase = WARNING }, { LEAVE, NORMAL } },
    { "extended", CF_LADDER_EXTENDED, { .phase = WARNING }, { LEAVE, CRITICAL } },
    { "extended by much", CF_LADDER_EXTENDED, { .phase = INFORMATION }, { LEAVE, NORMAL } },
    { "other words",
      CF_LADDER_REFRESHED,
      { .phase = WARNING, .is_owed = TRUE },
      { LEAVE, REFRESH } },
  };

  g_test_summary ("Postponing brings quiet until the next rung");

  check (cases, G_N_ELEMENTS (cases));
}

static void
test_end (void)
{
  g_test_summary ("Who was told of a shutdown is told that it does not come, nobody else is");

  for (CfNoticeOutcome outcome = CF_NOTICE_NO_OUTCOME; outcome <= CF_NOTICE_FAILED; outcome++)
    {
      CfLadderFacts facts = { .phase = OVER, .outcome = outcome, .is_told = TRUE };
      CfLadderStep step = cf_urgency_ladder_climb (CF_LADDER_ENDED, &facts);

      g_assert_cmpint (step.notification, ==, outcome == CF_NOTICE_ACTED ? NONE : FINAL);
      g_assert_cmpint (step.window, ==, LEAVE);
      facts.is_told = FALSE;
      g_assert_cmpint (cf_urgency_ladder_climb (CF_LADDER_ENDED, &facts).notification, ==, NONE);
    }
}

static void
test_log (void)
{
  g_test_summary ("Each decision can be followed in the log");

  for (CfLadderEvent event = CF_LADDER_ANNOUNCED; event <= CF_LADDER_ENDED; event++)
    {
      CfLadderFacts facts = { .phase = STRONG, .minutes = 1, .is_told = TRUE, .has_sound = TRUE };
      CfLadderStep step = cf_urgency_ladder_climb (event, &facts);
      g_autofree char *text = cf_urgency_ladder_describe (event, &step);

      g_assert_nonnull (strchr (text, ':'));
      g_assert_true (step.makes_sound == (strstr (text, "with a sound") != NULL));
      g_assert_true ((step.window == PRESENT) == (strstr (text, "window presented") != NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/urgency-ladder/announcement-is-as-loud-as-what-is-left", test_announcement);
  g_test_add_func ("/urgency-ladder/window-is-raised-at-three-rungs", test_reminders);
  g_test_add_func ("/urgency-ladder/window-waits-for-the-end-of-a-meeting", test_meeting);
  g_test_add_func ("/urgency-ladder/window-waits-for-its-person", test_coming_back);
  g_test_add_func ("/urgency-ladder/changes-may-be-quiet", test_quiet_changes);
  g_test_add_func ("/urgency-ladder/end-is-told-to-who-knew", test_end);
  g_test_add_func ("/urgency-ladder/decisions-can-be-followed", test_log);

  return g_test_run ();
}
