/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notice/cf-postpone-choices.h"

#include "notice-fixture.h"

static const struct
{
  guint32 at_once; /* PostponeSeconds */
  gint64 room;     /* seconds to the latest */
  guint32 seconds[CF_POSTPONE_CHOICES_MAX];
} cases[] = {
  { 900, 1800, { 900, 600, 300 } },
  { 900, 900, { 900, 600, 300 } },
  { 900, 700, { 700, 600, 300 } },
  { 900, 300, { 300 } },
  { 300, 1800, { 300 } },
  { 301, 1800, { 301, 300 } },
  { 60, 60, { 60 } },
  { 59, 600, { 0 } },
  { 900, 59, { 0 } },
  { 900, 0, { 0 } },
  { 900, -600, { 0 } },
  { 0, 1800, { 0 } },
  { 3600, 3600, { 3600, 1800, 900, 600, 300 } },
  { 4000, 8000, { 4000, 3600, 1800, 900, 600, 300 } },
  { G_MAXUINT32, 86400, { 86400, 3600, 1800, 900, 600, 300 } },
};

static void
test_list (void)
{
  g_test_summary ("The most at once comes first, then round steps; none is beyond what is allowed");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CfNotice) notice = new_pending (NOTICE_MINUTE);
      guint32 seconds[CF_POSTPONE_CHOICES_MAX] = { 0 };
      gsize n;

      notice->postpones_left = 1;
      notice->postpone_seconds = cases[i].at_once;
      notice->latest_boot_usec = notice->deadline_boot_usec + cases[i].room * NOTICE_SECOND;
      n = cf_postpone_choices_list (notice, NOW_BOOT, seconds);
      g_assert_cmpmem (seconds, sizeof seconds, cases[i].seconds, sizeof seconds);
      g_assert_true (n == CF_POSTPONE_CHOICES_MAX || seconds[n] == 0);
      g_assert_true (n == 0 || seconds[n - 1] != 0);
      g_assert_cmpint (cf_postpone_choices_exist (notice, NOW_BOOT), ==, n > 0);
    }
}

static void
test_none (void)
{
  g_autoptr (CfNotice) notice = new_pending (NOTICE_MINUTE);

  g_test_summary ("Nothing is offered that would be refused");

  allow_postponing (notice, 1, 900);
  g_assert_true (cf_postpone_choices_exist (notice, NOW_BOOT));
  g_assert_false (cf_postpone_choices_exist (notice, notice->deadline_boot_usec));
  notice->is_adrift = TRUE;
  g_assert_false (cf_postpone_choices_exist (notice, NOW_BOOT));
  notice->is_adrift = FALSE;
  notice->state = CF_NOTICE_EXECUTING;
  g_assert_false (cf_postpone_choices_exist (notice, NOW_BOOT));
  notice->state = CF_NOTICE_PENDING;
  notice->postpones_left = 0;
  g_assert_false (cf_postpone_choices_exist (notice, NOW_BOOT));
}

int
main (int argc, char **argv)
{
  notice_test_init (&argc, &argv);

  g_test_add_func ("/notice/postpone-choices/most-first-then-round-steps", test_list);
  g_test_add_func ("/notice/postpone-choices/nothing-that-is-refused", test_none);
  return g_test_run ();
}
