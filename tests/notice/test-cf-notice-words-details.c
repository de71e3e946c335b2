/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notice-fixture.h"
#include "request/cf-shutdown-reason.h"

#define N_ACTIONS (CF_SHUTDOWN_ACTION_HALT + 1)

static void
test_others (void)
{
  g_autoptr (CfNotice) notice = new_pending (NOTICE_HOUR);

  g_test_summary ("Who else is signed in is told with where, and the reader is left out");

  g_assert_null (cf_notice_words_dup_others (notice, &now));
  cf_notice_add_person (notice, BOB, "bob", CF_NOTICE_OTHER_SCREEN, FALSE, FALSE, FALSE);
  assert_words (cf_notice_words_dup_others (notice, &now), "Also signed in: <bob> (other screen)");
  cf_notice_add_person (notice, KIM, "kim", CF_NOTICE_REMOTE, FALSE, FALSE, FALSE);
  cf_notice_add_person (notice, 1003, "lee", CF_NOTICE_TERMINAL, FALSE, FALSE, FALSE);
  cf_notice_add_person (notice, 1004, "zoë\u202E", CF_NOTICE_SCREEN, FALSE, FALSE, FALSE);
  assert_words (cf_notice_words_dup_others (notice, &now),
                "Also signed in: <bob> (other screen), <kim> (remote), <lee> (terminal), <zoë>");
  for (guint32 uid = 2000; uid < 2004; uid++)
    cf_notice_add_person (notice, uid, "guest", CF_NOTICE_SCREEN, FALSE, FALSE, FALSE);
  assert_words (cf_notice_words_dup_others (notice, &now),
                "Also signed in: <bob> (other screen), <kim> (remote), <lee> (terminal), <zoë>, "
                "<guest> and 3 more");
}

static void
test_held (void)
{
  static const char *const held[N_ACTIONS] = {
    "Held up by <PackageKit>: <installing updates>, a program. If that lasts until 15:33, this "
    "computer will not restart then.",
    "Held up by <PackageKit>: <installing updates>, a program. If that lasts until 15:33, this "
    "computer will not power off then.",
    "Held up by <PackageKit>: <installing updates>, a program. If that lasts until 15:33, this "
    "computer will not stop then.",
  };

  g_test_summary ("What holds it up is told, or what will be interrupted");

  for (gint action = 0; action < N_ACTIONS; action++)
    {
      g_autoptr (CfNotice) notice = new_pending (NOTICE_HOUR);

      notice->action = (CfShutdownAction) action;
      g_assert_null (cf_notice_words_dup_held (notice, &now));
      cf_notice_add_blocker (notice, "PackageKit", "installing updates.");
      cf_notice_add_blocker (notice, "", "");
      assert_words (cf_notice_words_dup_held (notice, &now),
                    "Will be interrupted: <PackageKit>: <installing updates>, a program");
      notice->is_held = TRUE;
      assert_words (cf_notice_words_dup_held (notice, &now), held[action]);
      notice->state = CF_NOTICE_EXECUTING;
      g_assert_null (cf_notice_words_dup_held (notice, &now));
    }
}

static void
test_spares_people (void)
{
  static const char *const spared[N_ACTIONS] = {
    "While somebody is signed in at 15:33, this computer will not restart.",
    "While somebody is signed in at 15:33, this computer will not power off.",
    "While somebody is signed in at 15:33, this computer will not stop.",
  };

  g_test_summary (
    "It is told if nothing happens while somebody is signed in, after what else holds");

  for (gint action = 0; action < N_ACTIONS; action++)
    {
      g_autoptr (CfNotice) notice = new_pending (NOTICE_HOUR);
      g_autofree char *both = g_strdup_printf ("Will be interrupted: <Backup>\n%s", spared[action]);

      notice->action = (CfShutdownAction) action;
      notice->spares_people = TRUE;
      assert_words (cf_notice_words_dup_held (notice, &now), spared[action]);
      cf_notice_add_blocker (notice, "Backup", "");
      assert_words (cf_notice_words_dup_held (notice, &now), both);
      notice->is_adrift = TRUE;
      g_assert_null (cf_notice_words_dup_held (notice, &now));
    }
}

static void
test_unsaved (void)
{
  g_autoptr (GPtrArray)
    programs = g_ptr_array_new_with_free_func ((GDestroyNotify) cf_notice_program_free);

  g_test_summary ("What is not saved is told with the words of its program");

  g_assert_null (cf_notice_words_dup_unsaved (NULL));
  g_assert_null (cf_notice_words_dup_unsaved (programs));
  g_ptr_array_add (programs, cf_notice_program_new ("Writer", "Report.odt"));
  assert_words (cf_notice_words_dup_unsaved (programs), "Not saved: <Writer> – “<Report.odt>”");
  g_ptr_array_add (programs, cf_notice_program_new ("Editor", ""));
  assert_words (cf_notice_words_dup_unsaved (programs),
                "Not saved: <Writer> – “<Report.odt>”, <Editor>");
}

static void
test_staying (void)
{
  static const char *const staying[N_ACTIONS] = {
    "This window stays until the restart. You can keep working.",
    "This window stays until the computer powers off. You can keep working.",
    "This window stays until the computer stops. You can keep working.",
  };

  g_test_summary ("Why a window cannot be closed is told in the last minute");

  for (gint action = 0; action < N_ACTIONS; action++)
    {
      g_autoptr (CfNotice) notice = new_pending (NOTICE_MINUTE);
      CfNoticeMoment earlier = moment_later (-1);

      notice->action = (CfShutdownAction) action;
      assert_words (cf_notice_words_dup_staying (notice, &now), staying[action]);
      g_assert_null (cf_notice_words_dup_staying (notice, &earlier));
      notice->state = CF_NOTICE_EXECUTING;
      g_assert_null (cf_notice_words_dup_staying (notice, &now));
    }
}

static void
test_staying_for_nothing (void)
{
  g_autoptr (CfNotice) notice = new_pending (NOTICE_MINUTE);
  CfNoticeMoment just = moment_later (65 * NOTICE_SECOND - 1);
  CfNoticeMoment late = moment_later (65 * NOTICE_SECOND);

  g_test_summary ("A window does not stay for what may never come");

  assert_words (cf_notice_words_dup_staying (notice, &just),
                "This window stays until the restart. You can keep working.");
  g_assert_null (cf_notice_words_dup_staying (notice, &late));
  notice->is_adrift = TRUE;
  g_assert_null (cf_notice_words_dup_staying (notice, &now));
}

static void
test_rehearsal (void)
{
  static const char *const rehearsal[N_ACTIONS] = {
    "This is a rehearsal: nothing will really restart.",
    "This is a rehearsal: nothing will really power off.",
    "This is a rehearsal: nothing will really stop.",
  };

  g_test_summary ("A rehearsal says that it is one");

  for (gint action = 0; action < N_ACTIONS; action++)
    {
      g_autoptr (CfNotice) notice = new_pending (NOTICE_MINUTE);

      notice->action = (CfShutdownAction) action;
      g_assert_null (cf_notice_words_dup_rehearsal (notice));
      notice->is_rehearsal = TRUE;
      assert_words (cf_notice_words_dup_rehearsal (notice), rehearsal[action]);
      notice->state = CF_NOTICE_EXECUTING;
      assert_words (cf_notice_words_dup_rehearsal (notice), rehearsal[action]);
      notice->state = CF_NOTICE_ENDED;
      g_assert_null (cf_notice_words_dup_rehearsal (notice));
    }
}

static void
test_requester (void)
{
  g_autoptr (CfNotice) notice = new_pending (NOTICE_HOUR);

  g_test_summary ("Who asked is told if it is known");

  g_assert_null (cf_notice_words_dup_requester (notice));
  set_text (&notice->requester, "mara from 192.0.2.7");
  assert_words (cf_notice_words_dup_requester (notice), "<mara> from <192.0.2.7>");
}

static void
test_reason (void)
{
  g_autoptr (CfNotice) notice = new_pending (NOTICE_HOUR);

  g_test_summary ("A reason has its title, or at least whether it was planned");

  notice->reason = CF_SHUTDOWN_REASON_DEFAULT;
  assert_words (cf_notice_words_dup_reason (notice), "Other (Planned)");
  notice->reason = 0x8003BEEFu;
  assert_words (cf_notice_words_dup_reason (notice), "Planned");
  notice->reason = 0x0003BEEFu;
  assert_words (cf_notice_words_dup_reason (notice), "Unplanned");
  notice->state = CF_NOTICE_IDLE;
  g_assert_null (cf_notice_words_dup_reason (notice));
}

int
main (int argc, char **argv)
{
  notice_test_init (&argc, &argv);

  g_test_add_func ("/notice/words/others-without-the-reader", test_others);
  g_test_add_func ("/notice/words/held-or-interrupted", test_held);
  g_test_add_func ("/notice/words/spares-people", test_spares_people);
  g_test_add_func ("/notice/words/what-is-not-saved", test_unsaved);
  g_test_add_func ("/notice/words/staying-in-the-last-minute", test_staying);
  g_test_add_func ("/notice/words/staying-for-nothing", test_staying_for_nothing);
  g_test_add_func ("/notice/words/rehearsal-says-so", test_rehearsal);
  g_test_add_func ("/notice/words/requester-if-known", test_requester);
  g_test_add_func ("/notice/words/reason-has-a-title", test_reason);
  return g_test_run ();
}
