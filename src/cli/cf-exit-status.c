/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-exit-status.h"

#include "fleet/cf-abort.h"

static CfExitStatus
of_failure (CfFailure failure)
{
  switch (failure)
    {
    case CF_FAILURE_PERMISSION:
      return CF_EXIT_PERMISSION;
    case CF_FAILURE_UNREACHABLE:
      return CF_EXIT_UNREACHABLE;
    case CF_FAILURE_REFUSED:
      return CF_EXIT_REFUSED;
    case CF_FAILURE_NONE:
    case CF_FAILURE_OTHER:
    default:
      return CF_EXIT_MIXED;
    }
}

/**
 * cf_exit_status_of_state:
 * @state: the last state of an errand
 * @failure: the kind of its failure
 * @is_abort: whether it was to call something off
 * @goal: what a request was to reach; %CF_WAIT_SENT for other errands
 *
 * A rehearsal is no success: whoever waits for "back" relies on 0 for a computer that restarted.
 *
 * Returns: what one host alone would end the program with
 */
CfExitStatus
cf_exit_status_of_state (CfErrandState state, CfFailure failure, gboolean is_abort, CfWaitGoal goal)
{
  switch (state)
    {
    case CF_ERRAND_ANSWERED:
    case CF_ERRAND_BACK:
    case CF_ERRAND_OFF:
      return CF_EXIT_REACHED;
    case CF_ERRAND_ACCEPTED:
      return goal == CF_WAIT_SENT ? CF_EXIT_REACHED : CF_EXIT_TIMED_OUT;
    case CF_ERRAND_DOWN:
    case CF_ERRAND_STARTING:
      return goal == CF_WAIT_BACK ? CF_EXIT_TIMED_OUT : CF_EXIT_REACHED;
    case CF_ERRAND_GOING_DOWN:
    case CF_ERRAND_DID_NOT_RESTART:
    case CF_ERRAND_DID_NOT_GO_DOWN:
    case CF_ERRAND_LATE:
      return CF_EXIT_TIMED_OUT;
    case CF_ERRAND_CALLED_OFF:
      return is_abort ? CF_EXIT_REACHED : CF_EXIT_CALLED_OFF;
    case CF_ERRAND_REFUSED:
    case CF_ERRAND_FAILED:
      return of_failure (failure);
    case CF_ERRAND_UNKNOWN:
      return CF_EXIT_UNKNOWN;
    case CF_ERRAND_WAITING:
    case CF_ERRAND_CONNECTING:
    case CF_ERRAND_SENT:
    case CF_ERRAND_REHEARSED:
    case CF_ERRAND_NOT_SENT:
    default:
      return CF_EXIT_MIXED;
    }
}

/**
 * cf_exit_status_of_errand:
 * @errand: a settled errand
 *
 * Returns: what this host alone would end the program with
 */
CfExitStatus
cf_exit_status_of_errand (CfErrand *errand)
{
  CfWaitGoal goal = CF_WAIT_SENT;

  g_return_val_if_fail (CF_IS_ERRAND (errand), CF_EXIT_MIXED);

  if (CF_IS_DELIVERY (errand))
    goal = cf_delivery_plan_get_goal (cf_delivery_get_plan (CF_DELIVERY (errand)));
  return cf_exit_status_of_state (cf_errand_get_state (errand), cf_errand_get_failure (errand),
                                  CF_IS_ABORT (errand), goal);
}

/**
 * cf_exit_status_combine:
 * @statuses: (array length=n_statuses): one of each host
 * @n_statuses: how many
 *
 * One kind of failure gives its own number, several kinds give %CF_EXIT_MIXED. "Unreachable" is
 * said of all or not at all: where others were reached, it is mixed.
 *
 * Returns: what the program ends with
 */
CfExitStatus
cf_exit_status_combine (const CfExitStatus *statuses, gsize n_statuses)
{
  CfExitStatus combined = CF_EXIT_REACHED;
  gsize n_reached = 0;

  g_return_val_if_fail (statuses != NULL || n_statuses == 0, CF_EXIT_MIXED);

  for (gsize i = 0; i < n_statuses; i++)
    {
      if (statuses[i] == CF_EXIT_REACHED)
        n_reached++;
      else if (combined == CF_EXIT_REACHED)
        combined = statuses[i];
      else if (combined != statuses[i])
        return CF_EXIT_MIXED;
    }
  return combined == CF_EXIT_UNREACHABLE && n_reached > 0 ? CF_EXIT_MIXED : combined;
}

/**
 * cf_exit_status_of_errands:
 * @errands: (element-type CfErrand): settled ones
 *
 * Returns: what the program ends with
 */
CfExitStatus
cf_exit_status_of_errands (GListModel *errands)
{
  g_autofree CfExitStatus *statuses = NULL;
  guint n_errands;

  g_return_val_if_fail (G_IS_LIST_MODEL (errands), CF_EXIT_MIXED);

  n_errands = g_list_model_get_n_items (errands);
  statuses = g_new0 (CfExitStatus, n_errands);
  for (guint i = 0; i < n_errands; i++)
    {
      g_autoptr (CfErrand) errand = g_list_model_get_item (errands, i);

      statuses[i] = cf_exit_status_of_errand (errand);
    }
  return cf_exit_status_combine (statuses, n_errands);
}
