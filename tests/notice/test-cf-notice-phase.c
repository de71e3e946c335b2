/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notice/cf-notice-phase.h"

#include "notice-fixture.h"

static const struct
{
  gint64 left;
  CfNoticePhase phase;
} phases[] = {
  { 100 * NOTICE_DAY, CF_NOTICE_PHASE_INFORMATION },
  { 10 * NOTICE_MINUTE + 1, CF_NOTICE_PHASE_INFORMATION },
  { 10 * NOTICE_MINUTE, CF_NOTICE_PHASE_WARNING },
  { NOTICE_MINUTE + 1, CF_NOTICE_PHASE_WARNING },
  { NOTICE_MINUTE, CF_NOTICE_PHASE_STRONG },
  { 1, CF_NOTICE_PHASE_STRONG },
  { 0, CF_NOTICE_PHASE_STRONG },
  { -NOTICE_HOUR, CF_NOTICE_PHASE_STRONG },
};

static void
test_phase_pending (void)
{
  g_test_summary ("What is pending becomes more urgent, and stays so when its time has passed");

  for (gsize i = 0; i < G_N_ELEMENTS (phases); i++)
    {
      g_autoptr (CfNotice) notice = new_pending (phases[i].left);

      g_assert_cmpint (cf_notice_get_phase (notice, NOW_BOOT), ==, phases[i].phase);
    }
}

static void
test_phase_other_states (void)
{
  g_autoptr (CfNotice) notice = new_pending (NOTICE_HOUR);

  g_test_summary ("Only what goes down goes down");

  notice->state = CF_NOTICE_IDLE;
  g_assert_cmpint (cf_notice_get_phase (notice, NOW_BOOT), ==, CF_NOTICE_PHASE_NOTHING);
  notice->state = CF_NOTICE_EXECUTING;
  g_assert_cmpint (cf_notice_get_phase (notice, NOW_BOOT), ==, CF_NOTICE_PHASE_GOING_DOWN);
  notice->state = CF_NOTICE_ENDED;
  for (gint outcome = CF_NOTICE_NO_OUTCOME; outcome <= CF_NOTICE_FAILED; outcome++)
    {
      notice->outcome = (CfNoticeOutcome) outcome;
      g_assert_cmpint (cf_notice_get_phase (notice, NOW_BOOT), ==,
                       outcome == CF_NOTICE_ACTED ? CF_NOTICE_PHASE_GOING_DOWN
                                                  : CF_NOTICE_PHASE_OVER);
    }
}

static void
test_left (void)
{
  g_autoptr (CfNotice) notice = new_pending (90);

  g_test_summary ("What is left is never negative, and nothing if nothing is pending");

  g_assert_cmpint (cf_notice_get_left_usec (notice, NOW_BOOT), ==, 90);
  g_assert_cmpint (cf_notice_get_left_usec (notice, NOW_BOOT + 90), ==, 0);
  g_assert_cmpint (cf_notice_get_left_usec (notice, G_MAXINT64), ==, 0);
  notice->state = CF_NOTICE_ENDED;
  g_assert_cmpint (cf_notice_get_left_usec (notice, NOW_BOOT), ==, 0);
}

static void
test_fraction (void)
{
  g_autoptr (CfNotice) notice = new_pending (12 * NOTICE_MINUTE);

  g_test_summary ("The fraction runs from 1 at the announcement to 0 at the deadline");

  g_assert_cmpfloat (cf_notice_get_fraction_left (notice, NOW_BOOT), ==, 0.8);
  g_assert_cmpfloat (cf_notice_get_fraction_left (notice, NOW_BOOT - 3 * NOTICE_MINUTE), ==, 1.0);
  g_assert_cmpfloat (cf_notice_get_fraction_left (notice, NOW_BOOT - NOTICE_HOUR), ==, 1.0);
  g_assert_cmpfloat (cf_notice_get_fraction_left (notice, NOW_BOOT + 12 * NOTICE_MINUTE), ==, 0.0);
  g_assert_cmpfloat (cf_notice_get_fraction_left (notice, NOW_BOOT + NOTICE_DAY), ==, 0.0);
  notice->announced_boot_usec = notice->deadline_boot_usec;
  g_assert_cmpfloat (cf_notice_get_fraction_left (notice, NOW_BOOT), ==, 0.0);
  notice->state = CF_NOTICE_EXECUTING;
  g_assert_cmpfloat (cf_notice_get_fraction_left (notice, NOW_BOOT), ==, 0.0);
}

static const struct
{
  gint64 left;
  gint64 then_left; /* -1 for never */
} changes[] = {
  { NOTICE_DAY, NOTICE_DAY - NOTICE_MINUTE },
  { 10 * NOTICE_MINUTE + 1, 10 * NOTICE_MINUTE },
  { 10 * NOTICE_MINUTE, 590 * NOTICE_SECOND },
  { 590 * NOTICE_SECOND - 1, 580 * NOTICE_SECOND },
  { NOTICE_MINUTE + 1, NOTICE_MINUTE },
  { NOTICE_MINUTE, 59 * NOTICE_SECOND },
  { NOTICE_SECOND, 0 },
  { 1, 0 },
  { 0, -1 },
  { -1, -1 },
};

static void
test_next_change (void)
{
  g_test_summary ("A clock face needs a look each minute, each ten seconds, each second");

  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (CfNotice) notice = new_pending (changes[i].left);
      gint64 then = notice->deadline_boot_usec - changes[i].then_left;

      g_assert_cmpint (cf_notice_get_next_change (notice, NOW_BOOT), ==,
                       changes[i].then_left < 0 ? 0 : then);
    }
}

static void
test_next_change_midnight (void)
{
  g_autoptr (CfNotice) notice = new_pending (NOTICE_DAY + 30 * NOTICE_SECOND);
  gint64 to_midnight = 9 * NOTICE_HOUR + 27 * NOTICE_MINUTE;
  gint64 last_minute = NOW_BOOT + to_midnight - 20 * NOTICE_SECOND;
  gint64 next;

  g_test_summary ("At midnight tomorrow becomes today, though no minute of the countdown is up");

  next = cf_notice_get_next_change (notice, last_minute);
  g_assert_cmpint (next, ==, NOW_BOOT + to_midnight - NOTICE_SECOND / 2);
  g_assert_cmpint (cf_notice_get_next_change (notice, next), ==,
                   NOW_BOOT + to_midnight + 30 * NOTICE_SECOND);
}

/* All that time alone can change. */
static char *
dup_face (const CfNotice *notice, gint64 later)
{
  CfNoticeMoment moment = moment_later (later);
  g_autofree char *heading = cf_notice_words_dup_heading (notice, &moment);
  g_autofree char *remaining = cf_notice_words_dup_remaining (notice, &moment);
  g_autofree char *event = cf_notice_words_dup_event (notice, &moment);
  g_autofree char *staying = cf_notice_words_dup_staying (notice, &moment);
  g_autofree char *budget = cf_notice_words_dup_budget (notice, &moment);
  g_autofree char *postpone = cf_notice_words_dup_postpone (notice, &moment, 900);
  g_autofree char *summary = cf_notice_words_dup_summary (notice, &moment);
  g_autofree char *body = cf_notice_words_dup_body (notice, &moment, FALSE);

  return g_strdup_printf ("%s|%s|%s|%s|%s|%s|%s|%s|%d", heading, remaining, event, staying, budget,
                          postpone, summary, body, cf_notice_get_phase (notice, moment.boot_usec));
}

/* Looks at @notice at each change, and between it and the next. */
static void
walk (const CfNotice *notice, guint max_looks)
{
  gint64 later = 0;

  for (guint look = 0; look < max_looks; look++)
    {
      gint64 next = cf_notice_get_next_change (notice, NOW_BOOT + later);
      gint64 next_later = next - NOW_BOOT;
      g_autofree char *face = dup_face (notice, later);
      g_autofree char *last_face = NULL;
      g_autofree char *next_face = NULL;

      if (next == 0)
        {
          g_assert_cmpint (later, >=, notice->deadline_boot_usec - NOW_BOOT);
          return;
        }
      g_assert_cmpint (next_later, >, later);
      for (gint i = 0; i < 4; i++)
        {
          gint64 between = g_test_rand_int_range (0, (gint32) (next_later - later));
          g_autofree char *face_between = dup_face (notice, later + between);

          g_assert_cmpstr (face_between, ==, face);
        }
      last_face = dup_face (notice, next_later - 1);
      next_face = dup_face (notice, next_later);
      g_assert_cmpstr (last_face, ==, face);
      g_assert_cmpstr (next_face, !=, face);
      later = next_later;
    }
}

static void
test_words_stay_between (void)
{
  static const gint64 lefts[] = { 1,
                                  NOTICE_SECOND,
                                  NOTICE_MINUTE,
                                  61 * NOTICE_SECOND,
                                  10 * NOTICE_MINUTE,
                                  10 * NOTICE_MINUTE + 1,
                                  12 * NOTICE_MINUTE,
                                  125 * NOTICE_MINUTE };

  g_test_summary ("Words change where they are said to change, and only there");

  for (gsize i = 0; i < G_N_ELEMENTS (lefts) + 12; i++)
    {
      g_autoptr (CfNotice) notice = NULL;

      notice = new_pending (i < G_N_ELEMENTS (lefts)
                              ? lefts[i]
                              : g_test_rand_int_range (1, 30 * 60) * NOTICE_SECOND +
                                  g_test_rand_int_range (0, (gint32) NOTICE_SECOND));
      allow_postponing (notice, 2, 900);
      walk (notice, 400);
    }
}

static void
test_words_stay_between_at_night (void)
{
  /* 9 h 27 min to midnight */
  g_autoptr (CfNotice) notice = new_pending (10 * NOTICE_HOUR + 17 * NOTICE_SECOND);

  g_test_summary ("Midnight is a change like any other");

  allow_postponing (notice, 2, 900);
  walk (notice, 1000);
}

static void
test_adrift (void)
{
  static const gint64 adrift_lefts[] = { NOTICE_HOUR, 5 * NOTICE_MINUTE, NOTICE_SECOND, 0,
                                         -NOTICE_HOUR };

  g_test_summary ("While no agent answers nothing is urgent, reminds or counts");

  for (gsize i = 0; i < G_N_ELEMENTS (adrift_lefts); i++)
    {
      g_autoptr (CfNotice) notice = new_pending (adrift_lefts[i]);
      gint64 next;

      notice->announced_boot_usec = NOW_BOOT - 2 * NOTICE_HOUR;
      notice->is_adrift = TRUE;
      g_assert_cmpint (cf_notice_get_phase (notice, NOW_BOOT), ==, CF_NOTICE_PHASE_INFORMATION);
      g_assert_cmpuint (cf_notice_get_rung (notice, NOW_BOOT), ==, 0);
      next = cf_notice_get_next_change (notice, NOW_BOOT);
      g_assert_true (next == 0 || next > NOW_BOOT + 9 * NOTICE_HOUR); /* midnight */
    }
}

static const struct
{
  gint64 left;
  gint64 whole;
  guint rung;
} rungs[] = {
  { 12 * NOTICE_MINUTE, 12 * NOTICE_MINUTE, 0 },
  { 11 * NOTICE_MINUTE, 12 * NOTICE_MINUTE, 0 }, /* 15 came before the announcement */
  { 10 * NOTICE_MINUTE + 1, 12 * NOTICE_MINUTE, 0 },
  { 10 * NOTICE_MINUTE, 12 * NOTICE_MINUTE, 10 },
  { 5 * NOTICE_MINUTE + 1, 12 * NOTICE_MINUTE, 10 },
  { 5 * NOTICE_MINUTE, 12 * NOTICE_MINUTE, 5 },
  { NOTICE_MINUTE + 1, 12 * NOTICE_MINUTE, 5 },
  { NOTICE_MINUTE, 12 * NOTICE_MINUTE, 1 },
  { 0, 12 * NOTICE_MINUTE, 1 },
  { -NOTICE_MINUTE, 12 * NOTICE_MINUTE, 1 },
  { 30, NOTICE_MINUTE, 0 },
  { 10 * NOTICE_MINUTE, 10 * NOTICE_MINUTE, 0 },
  { 9 * NOTICE_MINUTE, 10 * NOTICE_MINUTE, 0 },
  { NOTICE_DAY, 2 * NOTICE_DAY, 0 },
  { 4 * NOTICE_HOUR, 2 * NOTICE_DAY, 240 },
  { 3 * NOTICE_HOUR, 2 * NOTICE_DAY, 180 },
  { 2 * NOTICE_HOUR, 2 * NOTICE_DAY, 120 },
  { 90 * NOTICE_MINUTE, 2 * NOTICE_DAY, 90 },
  { 60 * NOTICE_MINUTE, 2 * NOTICE_DAY, 60 },
  { 45 * NOTICE_MINUTE, 2 * NOTICE_DAY, 45 },
  { 30 * NOTICE_MINUTE, 2 * NOTICE_DAY, 30 },
  { 15 * NOTICE_MINUTE, 2 * NOTICE_DAY, 15 },
};

static void
test_rung (void)
{
  g_test_summary ("The last reminder is the one that came since the announcement");

  for (gsize i = 0; i < G_N_ELEMENTS (rungs); i++)
    {
      g_autoptr (CfNotice) notice = new_pending (rungs[i].left);

      notice->announced_boot_usec = notice->deadline_boot_usec - rungs[i].whole;
      g_assert_cmpuint (cf_notice_get_rung (notice, NOW_BOOT), ==, rungs[i].rung);
      notice->state = CF_NOTICE_EXECUTING;
      g_assert_cmpuint (cf_notice_get_rung (notice, NOW_BOOT), ==, 0);
    }
}

int
main (int argc, char **argv)
{
  notice_test_init (&argc, &argv);

  g_test_add_func ("/notice/phase/pending-becomes-urgent", test_phase_pending);
  g_test_add_func ("/notice/phase/only-what-goes-down", test_phase_other_states);
  g_test_add_func ("/notice/phase/left-is-never-negative", test_left);
  g_test_add_func ("/notice/phase/fraction-from-one-to-zero", test_fraction);
  g_test_add_func ("/notice/phase/next-change", test_next_change);
  g_test_add_func ("/notice/phase/next-change-at-midnight", test_next_change_midnight);
  g_test_add_func ("/notice/phase/words-stay-between-changes", test_words_stay_between);
  g_test_add_func ("/notice/phase/words-stay-between-changes-at-night",
                   test_words_stay_between_at_night);
  g_test_add_func ("/notice/phase/adrift-is-never-urgent", test_adrift);
  g_test_add_func ("/notice/phase/rung-since-the-announcement", test_rung);
  return g_test_run ();
}
