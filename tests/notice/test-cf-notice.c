/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notice/cf-notice.h"

#include "notice-fixture.h"

static void
test_new (void)
{
  g_autoptr (CfNotice) notice = cf_notice_new ();
  const char *strings[] = { notice->request_code, notice->requester,    notice->changed_by,
                            notice->detail,       notice->organization, notice->help_contact,
                            notice->logo_path };

  g_test_summary ("A new notice says nothing, and has no string that is missing");

  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    g_assert_cmpstr (strings[i], ==, "");
  g_assert_null (notice->message);
  g_assert_cmpint (notice->state, ==, CF_NOTICE_IDLE);
  g_assert_cmpint (notice->outcome, ==, CF_NOTICE_NO_OUTCOME);
  g_assert_cmpint (notice->change, ==, CF_NOTICE_NO_CHANGE);
  g_assert_cmpuint (notice->people->len, ==, 0);
  g_assert_cmpuint (notice->blockers->len, ==, 0);
  g_assert_cmpuint (notice->postponements->len, ==, 0);
}

static void
test_boxed (void)
{
  CfNotice *notice = cf_notice_new ();
  GValue value = G_VALUE_INIT;

  g_test_summary ("A property can hold a notice, and keeps it");

  g_value_init (&value, CF_TYPE_NOTICE);
  g_value_set_boxed (&value, notice);
  g_assert_true (g_value_get_boxed (&value) == notice);
  cf_notice_unref (notice);
  g_assert_cmpstr (((CfNotice *) g_value_get_boxed (&value))->detail, ==, "");
  g_value_unset (&value);
}

static void
test_people (void)
{
  g_autoptr (CfNotice) notice = cf_notice_new ();
  const CfNoticePerson *bob;

  g_test_summary ("People are found by their uid, and counted");

  g_assert_null (cf_notice_find_person (notice, ALICE));
  g_assert_cmpuint (cf_notice_count_others (notice, ALICE), ==, 0);
  cf_notice_add_person (notice, ALICE, "alice", CF_NOTICE_SCREEN, TRUE, FALSE, FALSE);
  g_assert_cmpuint (cf_notice_count_others (notice, ALICE), ==, 0);
  g_assert_cmpuint (cf_notice_count_others (notice, BOB), ==, 1);
  cf_notice_add_person (notice, BOB, "bob", CF_NOTICE_REMOTE, FALSE, TRUE, TRUE);
  g_assert_cmpuint (cf_notice_count_others (notice, ALICE), ==, 1);
  g_assert_cmpuint (cf_notice_count_others (notice, KIM), ==, 2);
  g_assert_cmpuint (cf_notice_count_ready (notice), ==, 1);

  bob = cf_notice_find_person (notice, BOB);
  g_assert_nonnull (bob);
  g_assert_cmpstr (bob->name, ==, "bob");
  g_assert_cmpint (bob->place, ==, CF_NOTICE_REMOTE);
  g_assert_false (bob->is_shown);
  g_assert_true (bob->has_read);
  g_assert_true (bob->is_ready);
  g_assert_null (cf_notice_find_person (notice, KIM));
}

static void
test_lists (void)
{
  g_autoptr (CfNotice) notice = cf_notice_new ();
  const CfNoticePostponement *postponement;
  const CfNoticeProgram *blocker;

  g_test_summary ("Postponements and blockers are kept in order, with all they say");

  cf_notice_add_postponement (notice, "alice", 7, 900, "a call");
  cf_notice_add_postponement (notice, "bob", 8, 60, "");
  cf_notice_add_blocker (notice, "Backup", "copying");
  g_assert_cmpuint (notice->postponements->len, ==, 2);
  postponement = g_ptr_array_index (notice->postponements, 0);
  g_assert_cmpstr (postponement->who, ==, "alice");
  g_assert_cmpint (postponement->real_usec, ==, 7);
  g_assert_cmpuint (postponement->seconds, ==, 900);
  g_assert_cmpstr (postponement->note, ==, "a call");
  blocker = g_ptr_array_index (notice->blockers, 0);
  g_assert_cmpstr (blocker->who, ==, "Backup");
  g_assert_cmpstr (blocker->why, ==, "copying");
  cf_notice_program_free (NULL);
}

int
main (int argc, char **argv)
{
  notice_test_init (&argc, &argv);

  g_test_add_func ("/notice/notice/new-says-nothing", test_new);
  g_test_add_func ("/notice/notice/is-a-boxed-type", test_boxed);
  g_test_add_func ("/notice/notice/people-are-counted", test_people);
  g_test_add_func ("/notice/notice/lists-keep-order", test_lists);
  return g_test_run ();
}
