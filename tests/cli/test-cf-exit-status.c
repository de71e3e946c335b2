/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cf-exit-status.h"

static void
test_of_state (void)
{
  static const struct
  {
    CfErrandState state;
    CfFailure failure;
    gboolean is_abort;
    CfWaitGoal goal;
    int status;
  } cases[] = {
    { CF_ERRAND_ACCEPTED, 0, FALSE, CF_WAIT_SENT, 0 },
    { CF_ERRAND_ACCEPTED, 0, FALSE, CF_WAIT_DOWN, 8 },
    { CF_ERRAND_ACCEPTED, 0, FALSE, CF_WAIT_BACK, 8 },
    { CF_ERRAND_ANSWERED, 0, FALSE, CF_WAIT_SENT, 0 },
    { CF_ERRAND_DOWN, 0, FALSE, CF_WAIT_DOWN, 0 },
    { CF_ERRAND_STARTING, 0, FALSE, CF_WAIT_DOWN, 0 },
    { CF_ERRAND_DOWN, 0, FALSE, CF_WAIT_BACK, 8 },
    { CF_ERRAND_STARTING, 0, FALSE, CF_WAIT_BACK, 8 },
    { CF_ERRAND_GOING_DOWN, 0, FALSE, CF_WAIT_DOWN, 8 },
    { CF_ERRAND_BACK, 0, FALSE, CF_WAIT_BACK, 0 },
    { CF_ERRAND_BACK, 0, FALSE, CF_WAIT_DOWN, 0 },
    { CF_ERRAND_OFF, 0, FALSE, CF_WAIT_DOWN, 0 },
    { CF_ERRAND_REHEARSED, 0, FALSE, CF_WAIT_BACK, 1 },
    { CF_ERRAND_CALLED_OFF, 0, FALSE, CF_WAIT_BACK, 9 },
    { CF_ERRAND_CALLED_OFF, 0, TRUE, CF_WAIT_SENT, 0 },
    { CF_ERRAND_DID_NOT_RESTART, 0, FALSE, CF_WAIT_BACK, 8 },
    { CF_ERRAND_DID_NOT_GO_DOWN, 0, FALSE, CF_WAIT_DOWN, 8 },
    { CF_ERRAND_LATE, 0, FALSE, CF_WAIT_BACK, 8 },
    { CF_ERRAND_REFUSED, CF_FAILURE_REFUSED, FALSE, CF_WAIT_SENT, 7 },
    { CF_ERRAND_REFUSED, CF_FAILURE_PERMISSION, FALSE, CF_WAIT_SENT, 5 },
    { CF_ERRAND_REFUSED, CF_FAILURE_OTHER, FALSE, CF_WAIT_SENT, 1 },
    { CF_ERRAND_REFUSED, CF_FAILURE_REFUSED, TRUE, CF_WAIT_SENT, 7 },
    { CF_ERRAND_FAILED, CF_FAILURE_PERMISSION, FALSE, CF_WAIT_SENT, 5 },
    { CF_ERRAND_FAILED, CF_FAILURE_UNREACHABLE, FALSE, CF_WAIT_SENT, 6 },
    { CF_ERRAND_FAILED, CF_FAILURE_OTHER, FALSE, CF_WAIT_SENT, 1 },
    { CF_ERRAND_FAILED, CF_FAILURE_NONE, FALSE, CF_WAIT_BACK, 1 },
    { CF_ERRAND_UNKNOWN, 0, FALSE, CF_WAIT_SENT, 10 },
    { CF_ERRAND_UNKNOWN, 0, FALSE, CF_WAIT_BACK, 10 },
    { CF_ERRAND_NOT_SENT, 0, FALSE, CF_WAIT_SENT, 1 },
  };

  g_test_summary ("Each end of an errand has its number; only what was asked for is 0");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cf_errand_state_get_nick (cases[i].state));
      g_assert_cmpint (cf_exit_status_of_state (cases[i].state, cases[i].failure, cases[i].is_abort,
                                                cases[i].goal),
                       ==, cases[i].status);
    }
}

static void
test_combine (void)
{
  static const struct
  {
    CfExitStatus statuses[4];
    gsize n;
    int combined;
  } cases[] = {
    { { 0 }, 0, 0 },          { { 0 }, 1, 0 },      { { 0, 0, 0, 0 }, 4, 0 }, { { 6 }, 1, 6 },
    { { 6, 6 }, 2, 6 },       { { 6, 0 }, 2, 1 },   { { 0, 0, 6 }, 3, 1 },    { { 0, 8 }, 2, 8 },
    { { 7, 0, 7, 0 }, 4, 7 }, { { 5, 7 }, 2, 1 },   { { 0, 5, 7 }, 3, 1 },    { { 6, 7 }, 2, 1 },
    { { 10 }, 1, 10 },        { { 10, 0 }, 2, 10 }, { { 1, 1 }, 2, 1 },       { { 9, 9, 0 }, 3, 9 },
  };

  g_test_summary ("One kind of failure keeps its number, several give 1; unreachable means all");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (cf_exit_status_combine (cases[i].statuses, cases[i].n), ==, cases[i].combined);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cli/exit-status/of-state", test_of_state);
  g_test_add_func ("/cli/exit-status/combine", test_combine);

  return g_test_run ();
}
