/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notice-fixture.h"

static const struct
{
  CfNoticeChange change;
  const char *who;
  const char *event;
} changes[] = {
  { CF_NOTICE_NO_CHANGE, "", NULL },
  { CF_NOTICE_ACCEPTED, "mara", NULL },
  { CF_NOTICE_RESTORED, "", NULL },
  { CF_NOTICE_POSTPONED, "alice", "Postponed to 15:00 by <alice>" },
  { CF_NOTICE_POSTPONED, "", "Postponed to 15:00" },
  { CF_NOTICE_MOVED, "mara from 192.0.2.7", "Moved to 15:00 by <mara> from <192.0.2.7>" },
  { CF_NOTICE_MOVED, "", "Moved to 15:00" },
  { CF_NOTICE_MOVED, "\u202E<i>m</i>\n", "Moved to 15:00 by <<i>m</i>>" },
  { CF_NOTICE_EXTENDED, "", "There is more time now: not everybody had seen the warning." },
  { CF_NOTICE_OVERDUE, "", "This computer was asleep when it was due. Save your work now." },
};

static void
test_change (void)
{
  g_test_summary ("What happened to a countdown is told with who did it");

  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (CfNotice) notice = new_pending (27 * NOTICE_MINUTE);

      notice->change = changes[i].change;
      set_text (&notice->changed_by, changes[i].who);
      assert_words (cf_notice_words_dup_event (notice, &now), changes[i].event);
      notice->state = CF_NOTICE_EXECUTING;
      g_assert_null (cf_notice_words_dup_event (notice, &now));
      notice->state = CF_NOTICE_IDLE;
      g_assert_null (cf_notice_words_dup_event (notice, &now));
    }
}

static void
test_note (void)
{
  g_autoptr (CfNotice) notice = new_pending (12 * NOTICE_HOUR);

  g_test_summary ("The note of the last postponing is told, and of that one only");

  notice->change = CF_NOTICE_POSTPONED;
  set_text (&notice->changed_by, "alice");
  cf_notice_add_postponement (notice, "bob", NOW_REAL, 900, "long ago");
  cf_notice_add_postponement (notice, "alice", NOW_REAL, 900, "in a call\nuntil 15:00");
  assert_words (cf_notice_words_dup_event (notice, &now),
                "Postponed to tomorrow, 02:33 by <alice>\n<alice>: <in a call until 15:00>");
  cf_notice_add_postponement (notice, "alice", NOW_REAL, 900, "");
  assert_words (cf_notice_words_dup_event (notice, &now),
                "Postponed to tomorrow, 02:33 by <alice>");
}

static void
test_adrift (void)
{
  g_autoptr (CfNotice) notice = new_pending (NOTICE_HOUR);

  g_test_summary ("While nobody counts down, that is what people are told");

  notice->change = CF_NOTICE_OVERDUE;
  notice->is_adrift = TRUE;
  assert_words (
    cf_notice_words_dup_event (notice, &now),
    "The Curfew service does not answer at the moment. Nothing happens before it is back.");
}

static const struct
{
  CfNoticeOutcome outcome;
  const char *detail;
  const char *event;
} outcomes[] = {
  { CF_NOTICE_NO_OUTCOME, "x", NULL },
  { CF_NOTICE_ACTED, "x", NULL },
  { CF_NOTICE_WOULD_ACT, "x", "This was a rehearsal: the computer would have restarted now." },
  { CF_NOTICE_CALLED_OFF, "Mara Lind", "Called off by <Mara Lind>. Nothing will happen." },
  { CF_NOTICE_CALLED_OFF, "mara from 2001:db8::7",
    "Called off by <mara> from <2001:db8::7>. Nothing will happen." },
  { CF_NOTICE_CALLED_OFF, "", "Nothing will happen." },
  { CF_NOTICE_SUPERSEDED, "mara", "Something else took its place: <mara>" },
  { CF_NOTICE_SUPERSEDED, "", "Something else took its place." },
  { CF_NOTICE_VETOED, "Backup: a\nb", "Something kept it from happening: <Backup: a b>" },
  { CF_NOTICE_VETOED, "", "Something on this computer kept it from happening." },
  { CF_NOTICE_MISSED, "x",
    "It was due while this computer was asleep, or could not count down. Nothing will happen." },
  { CF_NOTICE_FAILED, "logind is away", "It could not be done: <logind is away>" },
  { CF_NOTICE_FAILED, "\u202E", "The service did not say why." },
};

static void
test_outcome (void)
{
  g_test_summary ("How it ended is told, with what is known of it");

  for (gsize i = 0; i < G_N_ELEMENTS (outcomes); i++)
    {
      g_autoptr (CfNotice) notice = new_ended (outcomes[i].outcome, outcomes[i].detail);

      notice->change = CF_NOTICE_POSTPONED;
      assert_words (cf_notice_words_dup_event (notice, &now), outcomes[i].event);
    }
}

static void
test_rehearsed (void)
{
  static const char *const events[] = {
    [CF_SHUTDOWN_ACTION_RESTART] = "This was a rehearsal: the computer would have restarted now.",
    [CF_SHUTDOWN_ACTION_POWER_OFF] =
      "This was a rehearsal: the computer would have powered off now.",
    [CF_SHUTDOWN_ACTION_HALT] = "This was a rehearsal: the computer would have stopped now.",
  };

  g_test_summary ("After a rehearsal it is said what it was a rehearsal of");

  for (gsize action = 0; action < G_N_ELEMENTS (events); action++)
    {
      g_autoptr (CfNotice) notice = new_ended (CF_NOTICE_WOULD_ACT, "");

      notice->action = (CfShutdownAction) action;
      assert_words (cf_notice_words_dup_event (notice, &now), events[action]);
    }
}

int
main (int argc, char **argv)
{
  notice_test_init (&argc, &argv);

  g_test_add_func ("/notice/words/event/who-changed-it", test_change);
  g_test_add_func ("/notice/words/event/note-of-the-last-postponing", test_note);
  g_test_add_func ("/notice/words/event/adrift-comes-first", test_adrift);
  g_test_add_func ("/notice/words/event/how-it-ended", test_outcome);
  g_test_add_func ("/notice/words/event/what-was-rehearsed", test_rehearsed);
  return g_test_run ();
}
