/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notice/cf-notice-words.h"

#include "notice-fixture.h"

#define N_ACTIONS (CF_SHUTDOWN_ACTION_HALT + 1)

static const struct
{
  gint64 left;
  const char *headings[N_ACTIONS];
} pending[] = {
  { 12 * NOTICE_MINUTE,
    { "This computer will restart at 14:45", "This computer will power off at 14:45",
      "This computer will stop at 14:45 and stay powered on" } },
  { 12 * NOTICE_HOUR,
    { "This computer will restart tomorrow at 02:33",
      "This computer will power off tomorrow at 02:33",
      "This computer will stop tomorrow at 02:33 and stay powered on" } },
  { 5 * NOTICE_DAY,
    { "This computer will restart on Friday at 14:33",
      "This computer will power off on Friday at 14:33",
      "This computer will stop on Friday at 14:33 and stay powered on" } },
  { 9 * NOTICE_DAY,
    { "This computer will restart on 2026-12-01 at 14:33",
      "This computer will power off on 2026-12-01 at 14:33",
      "This computer will stop on 2026-12-01 at 14:33 and stay powered on" } },
};

static void
test_heading_pending (void)
{
  g_test_summary ("What happens, and when, is told for each action and day");

  for (gsize i = 0; i < G_N_ELEMENTS (pending); i++)
    for (gint action = 0; action < N_ACTIONS; action++)
      {
        g_autoptr (CfNotice) notice = new_pending (pending[i].left);

        notice->action = (CfShutdownAction) action;
        assert_words (cf_notice_words_dup_heading (notice, &now), pending[i].headings[action]);
        notice->is_adrift = TRUE;
        assert_words (cf_notice_words_dup_heading (notice, &now), pending[i].headings[action]);
      }
}

static void
test_heading_12h (void)
{
  g_autoptr (CfNotice) notice = new_pending (12 * NOTICE_MINUTE);
  CfNoticeMoment moment = now;

  g_test_summary ("The heading has the clock of its reader");

  moment.clock_format = CF_CLOCK_FORMAT_12H;
  assert_words (cf_notice_words_dup_heading (notice, &moment),
                "This computer will restart at 2:45\u00A0PM");
}

static const char *const now_headings[N_ACTIONS] = { "This computer is restarting now",
                                                     "This computer is powering off now",
                                                     "This computer is stopping now" };
static const char *const off_headings[N_ACTIONS] = { "The restart was called off",
                                                     "The power-off was called off",
                                                     "Stopping this computer was called off" };
static const char *const not_headings[N_ACTIONS] = { "The restart did not happen",
                                                     "The power-off did not happen",
                                                     "This computer was not stopped" };

static const char *
get_ended_heading (CfNoticeOutcome outcome, gint action)
{
  switch (outcome)
    {
    case CF_NOTICE_ACTED:
      return now_headings[action];
    case CF_NOTICE_WOULD_ACT:
      return "The rehearsal is over";
    case CF_NOTICE_CALLED_OFF:
      return off_headings[action];
    case CF_NOTICE_NO_OUTCOME:
    case CF_NOTICE_SUPERSEDED:
    case CF_NOTICE_VETOED:
    case CF_NOTICE_MISSED:
    case CF_NOTICE_FAILED:
    default:
      return not_headings[action];
    }
}

static void
test_heading_over (void)
{
  g_test_summary ("Each end of each action has its heading");

  for (gint action = 0; action < N_ACTIONS; action++)
    {
      g_autoptr (CfNotice) notice = new_ended (CF_NOTICE_NO_OUTCOME, "");

      notice->action = (CfShutdownAction) action;
      for (gint outcome = CF_NOTICE_NO_OUTCOME; outcome <= CF_NOTICE_FAILED; outcome++)
        {
          notice->outcome = (CfNoticeOutcome) outcome;
          assert_words (cf_notice_words_dup_heading (notice, &now),
                        get_ended_heading (notice->outcome, action));
          g_assert_null (cf_notice_words_dup_remaining (notice, &now));
        }
      notice->state = CF_NOTICE_EXECUTING;
      assert_words (cf_notice_words_dup_heading (notice, &now), now_headings[action]);
      notice->state = CF_NOTICE_IDLE;
      assert_words (cf_notice_words_dup_heading (notice, &now),
                    "Nothing is waiting on this computer");
    }
}

static const struct
{
  gint64 left;
  const char *remaining;
  const char *spoken; /* (nullable): the same if %NULL */
} lefts[] = {
  { 10 * NOTICE_DAY, "10 days left", NULL },
  { 10 * NOTICE_DAY - NOTICE_HOUR, "9 days 23 hours left", NULL },
  { 9 * NOTICE_DAY + NOTICE_SECOND, "9 days 1 hour left", NULL },
  { 2 * NOTICE_DAY, "2 days left", NULL },
  { 2 * NOTICE_DAY - NOTICE_MINUTE, "47 hours 59 minutes left", NULL },
  { 3 * NOTICE_HOUR + 20 * NOTICE_MINUTE, "3 hours 20 minutes left", NULL },
  { 2 * NOTICE_HOUR + 1, "2 hours 1 minute left", NULL },
  { 2 * NOTICE_HOUR, "2 hours left", NULL },
  { 2 * NOTICE_HOUR - NOTICE_MINUTE, "119 minutes left", NULL },
  { 12 * NOTICE_MINUTE, "12 minutes left", NULL },
  { 12 * NOTICE_MINUTE - 1, "12 minutes left", NULL },
  { 11 * NOTICE_MINUTE, "11 minutes left", NULL },
  { 10 * NOTICE_MINUTE + 1, "11 minutes left", NULL },
  { 10 * NOTICE_MINUTE, "10 minutes left", NULL },
  { 10 * NOTICE_MINUTE - 1, "10 minutes left", NULL },
  { 590 * NOTICE_SECOND, "9:50 left", "10 minutes left" },
  { 580 * NOTICE_SECOND, "9:40 left", "10 minutes left" },
  { 5 * NOTICE_MINUTE, "5:00 left", "5 minutes left" },
  { 61 * NOTICE_SECOND, "1:10 left", "2 minutes left" },
  { 60 * NOTICE_SECOND, "1:00 left", "1 minute left" },
  { 59 * NOTICE_SECOND + 1, "1:00 left", "1 minute left" },
  { 59 * NOTICE_SECOND, "0:59 left", "59 seconds left" },
  { 10 * NOTICE_SECOND, "0:10 left", "10 seconds left" },
  { NOTICE_SECOND, "0:01 left", "1 second left" },
  { 1, "0:01 left", "1 second left" },
  { 0, "0:00 left", "0 seconds left" },
  { -NOTICE_MINUTE, "0:00 left", "0 seconds left" },
};

static void
test_remaining (void)
{
  g_test_summary ("What is left is rounded up, and is 0 at the deadline only");

  for (gsize i = 0; i < G_N_ELEMENTS (lefts); i++)
    {
      g_autoptr (CfNotice) notice = new_pending (lefts[i].left);
      const char *spoken = lefts[i].spoken != NULL ? lefts[i].spoken : lefts[i].remaining;
      g_autofree char *heading = cf_notice_words_dup_heading (notice, &now);
      g_autofree char *announcement = g_strdup_printf ("%s. %s.", heading, spoken);

      assert_words (cf_notice_words_dup_remaining (notice, &now), lefts[i].remaining);
      assert_words (cf_notice_words_dup_announcement (notice, &now), announcement);
    }
}

static void
test_adrift (void)
{
  g_autoptr (CfNotice) notice = new_pending (30 * NOTICE_SECOND);

  g_test_summary ("While no agent answers there is no time left to tell, nor to speak");

  notice->is_adrift = TRUE;
  g_assert_null (cf_notice_words_dup_remaining (notice, &now));
  assert_words (cf_notice_words_dup_announcement (notice, &now),
                "This computer will restart at 14:33.");
}

static void
test_announcement_over (void)
{
  g_autoptr (CfNotice) notice = new_ended (CF_NOTICE_CALLED_OFF, "mara");

  g_test_summary ("What is over is one sentence, without a time");

  assert_words (cf_notice_words_dup_announcement (notice, &now), "The restart was called off.");
}

static void
test_message (void)
{
  g_autoptr (CfNotice) notice = new_pending (NOTICE_HOUR);

  g_test_summary ("No message and nothing in a message are both no text; others are inert text");

  g_assert_null (cf_notice_words_dup_message (notice));
  set_text (&notice->message, "");
  g_assert_null (cf_notice_words_dup_message (notice));
  set_text (&notice->message, "\n \u202E");
  g_assert_null (cf_notice_words_dup_message (notice));
  set_text (&notice->message, "<b>Save</b> &amp; go:\nhttp://x.example\u202E\u2069%n");
  assert_words (cf_notice_words_dup_message (notice),
                "<<b>Save</b> &amp; go:>\n<http://x.example%n>");
}

int
main (int argc, char **argv)
{
  notice_test_init (&argc, &argv);

  g_test_add_func ("/notice/words/heading-of-what-is-pending", test_heading_pending);
  g_test_add_func ("/notice/words/heading-has-the-readers-clock", test_heading_12h);
  g_test_add_func ("/notice/words/heading-of-each-end", test_heading_over);
  g_test_add_func ("/notice/words/remaining-is-rounded-up", test_remaining);
  g_test_add_func ("/notice/words/adrift-without-a-time", test_adrift);
  g_test_add_func ("/notice/words/announcement-of-an-end", test_announcement_over);
  g_test_add_func ("/notice/words/message-is-inert", test_message);
  return g_test_run ();
}
