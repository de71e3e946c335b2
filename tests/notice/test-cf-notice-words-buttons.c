/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notice-fixture.h"

#define N_ACTIONS (CF_SHUTDOWN_ACTION_HALT + 1)

static void
test_postpone (void)
{
  g_autoptr (CfNotice) notice = new_pending (12 * NOTICE_MINUTE);
  CfNoticeMoment moment = now;

  g_test_summary (
    "Postponing counts from the present deadline, and tells the day if it is another");

  assert_words (cf_notice_words_dup_postpone (notice, &now, 900), "Postpone to 15:00");
  assert_words (cf_notice_words_dup_postpone (notice, &now, 10 * 3600),
                "Postpone to tomorrow, 00:45");
  moment.clock_format = CF_CLOCK_FORMAT_12H;
  assert_words (cf_notice_words_dup_postpone (notice, &moment, 900), "Postpone to 3:00\u00A0PM");
}

static void
test_budget (void)
{
  g_autoptr (CfNotice) notice = new_pending (12 * NOTICE_MINUTE);
  CfNoticeMoment late = moment_later (12 * NOTICE_MINUTE);

  g_test_summary ("What is left of the budget is told, and when nothing is left, if there was one");

  g_assert_null (cf_notice_words_dup_budget (notice, &now));
  allow_postponing (notice, 0, 900);
  g_assert_null (cf_notice_words_dup_budget (notice, &now));
  allow_postponing (notice, 2, 900);
  assert_words (cf_notice_words_dup_budget (notice, &now), "2 of 2 left, latest 15:15");
  assert_words (cf_notice_words_dup_budget (notice, &late),
                "Can no longer be postponed (latest 15:15)");
  cf_notice_add_postponement (notice, "alice", NOW_REAL, 900, "");
  allow_postponing (notice, 1, 900);
  assert_words (cf_notice_words_dup_budget (notice, &now), "1 of 2 left, latest 15:00");
  notice->is_adrift = TRUE;
  g_assert_null (cf_notice_words_dup_budget (notice, &now));
  notice->is_adrift = FALSE;
  allow_postponing (notice, 0, 900);
  assert_words (cf_notice_words_dup_budget (notice, &now),
                "Can no longer be postponed (latest 14:45)");
  notice->latest_real_usec = 0;
  assert_words (cf_notice_words_dup_budget (notice, &now),
                "Can no longer be postponed (latest 14:45)");
  notice->state = CF_NOTICE_EXECUTING;
  g_assert_null (cf_notice_words_dup_budget (notice, &now));
}

static const char *const restart_now[N_ACTIONS] = { "Restart Now", "Power Off Now", "Stop Now" };
static const char *const questions[N_ACTIONS] = { "Restart now?", "Power off now?",
                                                  "Stop this computer now?" };

static void
test_act_alone (void)
{
  g_test_summary ("Somebody who is alone decides alone");

  for (gint action = 0; action < N_ACTIONS; action++)
    {
      g_autoptr (CfNotice) notice = new_pending (NOTICE_HOUR);

      notice->action = (CfShutdownAction) action;
      assert_words (cf_notice_words_dup_act (notice, &now), restart_now[action]);
      assert_words (cf_notice_words_dup_question (notice, &now), questions[action]);
      assert_words (cf_notice_words_dup_answer (notice, &now), restart_now[action]);
    }
}

static const char *const consents[N_ACTIONS] = {
  "When everybody is ready, this computer restarts at once.",
  "When everybody is ready, this computer powers off at once.",
  "When everybody is ready, this computer stops at once.",
};
static const char *const ready_questions[N_ACTIONS] = { "Ready to restart?", "Ready to power off?",
                                                        "Ready to stop this computer?" };

static void
test_act_together (void)
{
  CfNoticeMoment as_bob = now;
  CfNoticeMoment as_nobody = now;

  g_test_summary ("Several people are ready one by one, know what follows, and can take it back");

  as_bob.uid = BOB;
  as_nobody.uid = 4000;
  for (gint action = 0; action < N_ACTIONS; action++)
    {
      g_autoptr (CfNotice) notice = new_pending (NOTICE_HOUR);

      notice->action = (CfShutdownAction) action;
      g_assert_null (cf_notice_words_dup_consent (notice, &now));
      cf_notice_add_person (notice, BOB, "bob", CF_NOTICE_REMOTE, FALSE, FALSE, TRUE);
      assert_words (cf_notice_words_dup_act (notice, &now), "I’m Ready (1 of 2)");
      assert_words (cf_notice_words_dup_act (notice, &as_bob), "Not Ready Yet (1 of 2)");
      assert_words (cf_notice_words_dup_act (notice, &as_nobody), "I’m Ready (1 of 2)");
      assert_words (cf_notice_words_dup_consent (notice, &now), consents[action]);
      assert_words (cf_notice_words_dup_consent (notice, &as_bob), consents[action]);
      assert_words (cf_notice_words_dup_question (notice, &now), ready_questions[action]);
      assert_words (cf_notice_words_dup_answer (notice, &now), "I’m Ready (1 of 2)");
    }
}

static GPtrArray *
new_unsaved (void)
{
  GPtrArray *unsaved = g_ptr_array_new_with_free_func ((GDestroyNotify) cf_notice_program_free);

  g_ptr_array_add (unsaved, cf_notice_program_new ("Writer", "Report.odt"));
  return unsaved;
}

static void
test_nothing_to_act (void)
{
  g_autoptr (CfNotice) adrift = new_pending (NOTICE_HOUR);
  g_autoptr (CfNotice) executing = new_pending (NOTICE_HOUR);
  g_autoptr (CfNotice) held = new_pending (NOTICE_HOUR);
  g_autoptr (CfNotice) sparing = new_pending (NOTICE_HOUR);
  CfNotice *const notices[] = { adrift, executing, held, sparing };
  g_autoptr (GPtrArray) unsaved = new_unsaved ();

  g_test_summary (
    "Nothing is offered that nobody would do, that would be vetoed, or is being done");

  adrift->is_adrift = TRUE;
  executing->state = CF_NOTICE_EXECUTING;
  held->is_held = TRUE;
  sparing->spares_people = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (notices); i++)
    for (gint others = 0; others < 2; others++)
      {
        if (others > 0)
          cf_notice_add_person (notices[i], BOB, "bob", CF_NOTICE_REMOTE, FALSE, FALSE, TRUE);
        g_assert_null (cf_notice_words_dup_act (notices[i], &now));
        g_assert_null (cf_notice_words_dup_consent (notices[i], &now));
        g_assert_null (cf_notice_words_dup_question (notices[i], &now));
        g_assert_null (cf_notice_words_dup_question_body (notices[i], &now, unsaved));
        g_assert_null (cf_notice_words_dup_answer (notices[i], &now));
      }
}

static void
test_postponing_while_held (void)
{
  g_autoptr (CfNotice) notice = new_pending (12 * NOTICE_MINUTE);

  g_test_summary ("What is held up can be postponed all the same");

  allow_postponing (notice, 2, 900);
  notice->is_held = TRUE;
  notice->spares_people = TRUE;
  assert_words (cf_notice_words_dup_budget (notice, &now), "2 of 2 left, latest 15:15");
}

static void
test_question_body (void)
{
  g_autoptr (CfNotice) notice = new_pending (NOTICE_HOUR);
  g_autoptr (GPtrArray) unsaved = new_unsaved ();
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();
  CfNoticeMoment as_bob = now;

  g_test_summary ("The question tells what follows and what it would harm");

  as_bob.uid = BOB;
  g_assert_null (cf_notice_words_dup_question_body (notice, &now, NULL));
  g_assert_null (cf_notice_words_dup_question_body (notice, &now, nothing));
  assert_words (cf_notice_words_dup_question_body (notice, &now, unsaved),
                "Not saved: <Writer> – “<Report.odt>”\nWhat is not saved will be lost.");
  cf_notice_add_person (notice, BOB, "bob", CF_NOTICE_REMOTE, FALSE, FALSE, TRUE);
  assert_words (cf_notice_words_dup_question_body (notice, &now, unsaved),
                "When everybody is ready, this computer restarts at once.\n"
                "Not saved: <Writer> – “<Report.odt>”\nWhat is not saved will be lost.");
  assert_words (cf_notice_words_dup_question_body (notice, &now, NULL),
                "When everybody is ready, this computer restarts at once.");
  g_assert_null (cf_notice_words_dup_question (notice, &as_bob));
  g_assert_null (cf_notice_words_dup_question_body (notice, &as_bob, unsaved));
  g_assert_null (cf_notice_words_dup_answer (notice, &as_bob));
}

int
main (int argc, char **argv)
{
  notice_test_init (&argc, &argv);

  g_test_add_func ("/notice/words/postpone-from-the-deadline-on", test_postpone);
  g_test_add_func ("/notice/words/budget-if-there-was-one", test_budget);
  g_test_add_func ("/notice/words/act-alone", test_act_alone);
  g_test_add_func ("/notice/words/act-together", test_act_together);
  g_test_add_func ("/notice/words/nothing-to-act", test_nothing_to_act);
  g_test_add_func ("/notice/words/held-can-be-postponed", test_postponing_while_held);
  g_test_add_func ("/notice/words/question-tells-the-harm", test_question_body);
  return g_test_run ();
}
