/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notice-fixture.h"

#define N_ACTIONS (CF_SHUTDOWN_ACTION_HALT + 1)

static void
test_summary (void)
{
  static const char *const today[N_ACTIONS] = { "Restart at 14:45", "Power-off at 14:45",
                                                "Stop at 14:45" };
  static const char *const later[N_ACTIONS] = { "Restart: tomorrow, 14:45",
                                                "Power-off: tomorrow, 14:45",
                                                "Stop: tomorrow, 14:45" };

  g_test_summary ("The title of a notification is short, and has the day if that is not today");

  for (gint action = 0; action < N_ACTIONS; action++)
    {
      g_autoptr (CfNotice) notice = new_pending (12 * NOTICE_MINUTE);

      notice->action = (CfShutdownAction) action;
      assert_words (cf_notice_words_dup_summary (notice, &now), today[action]);
      set_deadline (notice, NOTICE_DAY + 12 * NOTICE_MINUTE);
      assert_words (cf_notice_words_dup_summary (notice, &now), later[action]);
    }
}

static void
test_summary_over (void)
{
  g_autoptr (CfNotice) notice = new_ended (CF_NOTICE_CALLED_OFF, "mara");

  g_test_summary ("What is over is the title");

  assert_words (cf_notice_words_dup_summary (notice, &now), "The restart was called off");
  notice->state = CF_NOTICE_EXECUTING;
  assert_words (cf_notice_words_dup_summary (notice, &now), "This computer is restarting now");
  assert_words (cf_notice_words_dup_body (notice, &now, FALSE), "");
}

static CfNotice *
new_told (void)
{
  CfNotice *notice = new_pending (12 * NOTICE_MINUTE);

  set_text (&notice->message, "Save <i>now</i>.\nThanks.");
  set_text (&notice->requester, "mara from 192.0.2.7");
  set_text (&notice->organization, "Contoso IT");
  return notice;
}

static void
test_body (void)
{
  g_autoptr (CfNotice) notice = new_told ();

  g_test_summary (
    "The text of a notification has the message and who sent it, and nothing that goes stale");

  assert_words (cf_notice_words_dup_body (notice, &now, FALSE),
                "<Save <i>now</i>.>\n<Thanks.>\n"
                "<mara> from <192.0.2.7> – <Contoso IT>");
  set_text (&notice->organization, "");
  notice->is_rehearsal = TRUE;
  notice->change = CF_NOTICE_MOVED;
  set_text (&notice->changed_by, "mara");
  assert_words (cf_notice_words_dup_body (notice, &now, FALSE),
                "Moved to 14:45 by <mara>\n"
                "This is a rehearsal: nothing will really restart.\n"
                "<Save <i>now</i>.>\n<Thanks.>\n<mara> from <192.0.2.7>");
  set_text (&notice->organization, "Contoso IT");
  set_text (&notice->requester, "");
  g_clear_pointer (&notice->message, g_free);
  notice->is_rehearsal = FALSE;
  notice->change = CF_NOTICE_NO_CHANGE;
  assert_words (cf_notice_words_dup_body (notice, &now, FALSE), "<Contoso IT>");
}

static void
test_body_locked (void)
{
  g_autoptr (CfNotice) notice = new_told ();

  g_test_summary ("A locked screen tells nothing that came from elsewhere, unless that is allowed");

  assert_words (cf_notice_words_dup_body (notice, &now, TRUE), "");
  notice->change = CF_NOTICE_POSTPONED;
  set_text (&notice->changed_by, "alice");
  cf_notice_add_postponement (notice, "alice", NOW_REAL, 900, "dentist");
  assert_words (cf_notice_words_dup_body (notice, &now, TRUE), "");
  set_text (&notice->changed_by, "");
  assert_words (cf_notice_words_dup_body (notice, &now, TRUE), "");
  notice->change = CF_NOTICE_OVERDUE;
  assert_words (cf_notice_words_dup_body (notice, &now, TRUE),
                "This computer was asleep when it was due. Save your work now.");
  notice->change = CF_NOTICE_ACCEPTED;
  notice->show_text_when_locked = TRUE;
  assert_words (cf_notice_words_dup_body (notice, &now, TRUE),
                "<Save <i>now</i>.>\n<Thanks.>\n"
                "<mara> from <192.0.2.7> – <Contoso IT>");
}

static const struct
{
  CfNoticeOutcome outcome;
  const char *open;
  const char *locked;
} ends[] = {
  { CF_NOTICE_CALLED_OFF, "Called off by <Eve>. Nothing will happen.", "Nothing will happen." },
  { CF_NOTICE_SUPERSEDED, "Something else took its place: <Eve>", "" },
  { CF_NOTICE_VETOED, "Something kept it from happening: <Eve>", "" },
  { CF_NOTICE_FAILED, "It could not be done: <Eve>", "" },
  { CF_NOTICE_WOULD_ACT, "This was a rehearsal: the computer would have restarted now.",
    "This was a rehearsal: the computer would have restarted now." },
  { CF_NOTICE_MISSED,
    "It was due while this computer was asleep, or could not count down. Nothing will happen.",
    "It was due while this computer was asleep, or could not count down. Nothing will happen." },
};

static void
test_body_over (void)
{
  g_test_summary ("How it ended is told, on a locked screen without names");

  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autoptr (CfNotice) notice = new_ended (ends[i].outcome, "Eve");

      set_text (&notice->message, "not any more");
      set_text (&notice->requester, "mara");
      assert_words (cf_notice_words_dup_body (notice, &now, FALSE), ends[i].open);
      assert_words (cf_notice_words_dup_body (notice, &now, TRUE), ends[i].locked);
    }
}

int
main (int argc, char **argv)
{
  notice_test_init (&argc, &argv);

  g_test_add_func ("/notice/words/summary-is-short", test_summary);
  g_test_add_func ("/notice/words/summary-of-an-end", test_summary_over);
  g_test_add_func ("/notice/words/body-has-message-and-sender", test_body);
  g_test_add_func ("/notice/words/body-on-a-locked-screen", test_body_locked);
  g_test_add_func ("/notice/words/body-of-an-end", test_body_over);
  return g_test_run ();
}
