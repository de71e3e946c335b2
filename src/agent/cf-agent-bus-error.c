/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-agent-bus-error.h"

#include "schedule/cf-schedule.h"

#define NAME(error) "org.curfew.Agent1.Error." error

static const GDBusErrorEntry entries[] = {
  { CF_AGENT_BUS_ERROR_DENIED, NAME ("Denied") },
  { CF_AGENT_BUS_ERROR_NOT_PENDING, NAME ("NotPending") },
  { CF_AGENT_BUS_ERROR_IN_PROGRESS, NAME ("InProgress") },
  { CF_AGENT_BUS_ERROR_BUDGET_SPENT, NAME ("BudgetSpent") },
  { CF_AGENT_BUS_ERROR_OTHERS_SIGNED_IN, NAME ("OthersSignedIn") },
  { CF_AGENT_BUS_ERROR_INVALID_ARGUMENT, NAME ("InvalidArgument") },
  { CF_AGENT_BUS_ERROR_BUSY, NAME ("Busy") },
  { CF_AGENT_BUS_ERROR_FAILED, NAME ("Failed") },
};
G_STATIC_ASSERT (G_N_ELEMENTS (entries) == CF_AGENT_BUS_N_ERRORS);

GQuark
cf_agent_bus_error_quark (void)
{
  static gsize quark = 0;

  g_dbus_error_register_error_domain ("cf-agent-bus-error-quark", &quark, entries,
                                      G_N_ELEMENTS (entries));
  return (GQuark) quark;
}

static CfAgentBusError
get_code (const GError *error)
{
  if (error->domain != CF_SCHEDULE_ERROR)
    return CF_AGENT_BUS_ERROR_FAILED;

  switch ((CfScheduleError) error->code)
    {
    case CF_SCHEDULE_ERROR_NOT_PENDING:
      return CF_AGENT_BUS_ERROR_NOT_PENDING;
    case CF_SCHEDULE_ERROR_IN_PROGRESS:
      return CF_AGENT_BUS_ERROR_IN_PROGRESS;
    case CF_SCHEDULE_ERROR_BUDGET_SPENT:
      return CF_AGENT_BUS_ERROR_BUDGET_SPENT;
    case CF_SCHEDULE_ERROR_OUT_OF_RANGE:
      return CF_AGENT_BUS_ERROR_INVALID_ARGUMENT;
    case CF_SCHEDULE_ERROR_BROKEN:
    default:
      return CF_AGENT_BUS_ERROR_FAILED;
    }
}

/**
 * cf_agent_bus_error_translate:
 * @error: what the schedule, or something below it, says
 *
 * Returns: (transfer full): the same as a #CfAgentBusError, which has a name on the bus
 */
GError *
cf_agent_bus_error_translate (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == CF_AGENT_BUS_ERROR)
    return g_error_copy (error);
  return g_error_new_literal (CF_AGENT_BUS_ERROR, get_code (error), error->message);
}
