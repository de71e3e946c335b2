/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-call-rate.h"

#define SECOND  ((gint64) G_USEC_PER_SEC)
#define ALICE   1000u
#define BOB     1001u
#define MAXIMUM CF_CALL_RATE_MAX_A_MINUTE

static void
call_and_answer (CfCallRate *rate, guint32 uid, gint64 now_usec)
{
  g_assert_true (cf_call_rate_begin (rate, uid, now_usec));
  cf_call_rate_end (rate, uid);
}

static void
test_any_minute (void)
{
  g_autoptr (CfCallRate) rate = cf_call_rate_new ();

  g_test_summary ("Ten calls in any minute, and refused ones do not count");

  for (guint i = 0; i < MAXIMUM; i++)
    call_and_answer (rate, ALICE, 100 * SECOND + i * SECOND);
  for (guint i = 0; i < 100; i++)
    g_assert_false (cf_call_rate_begin (rate, ALICE, 159 * SECOND));
  call_and_answer (rate, ALICE, 160 * SECOND);
  g_assert_false (cf_call_rate_begin (rate, ALICE, 160 * SECOND));
  call_and_answer (rate, ALICE, 161 * SECOND);
}

static void
test_each_user (void)
{
  g_autoptr (CfCallRate) rate = cf_call_rate_new ();

  g_test_summary ("One user's calls are not another's, and root is a user");

  for (guint i = 0; i < MAXIMUM; i++)
    call_and_answer (rate, ALICE, SECOND);
  g_assert_false (cf_call_rate_begin (rate, ALICE, SECOND));
  call_and_answer (rate, BOB, SECOND);
  call_and_answer (rate, 0, SECOND);
}

static void
test_unanswered (void)
{
  g_autoptr (CfCallRate) rate = cf_call_rate_new ();

  g_test_summary ("Calls that wait for polkit do not pile up, however long they wait");

  for (guint i = 0; i < MAXIMUM; i++)
    g_assert_true (cf_call_rate_begin (rate, ALICE, i * 60 * SECOND));
  g_assert_false (cf_call_rate_begin (rate, ALICE, 100 * 60 * SECOND));
  cf_call_rate_end (rate, ALICE);
  g_assert_true (cf_call_rate_begin (rate, ALICE, 100 * 60 * SECOND));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/agent/call-rate/any-minute", test_any_minute);
  g_test_add_func ("/agent/call-rate/each-user", test_each_user);
  g_test_add_func ("/agent/call-rate/unanswered", test_unanswered);

  return g_test_run ();
}
