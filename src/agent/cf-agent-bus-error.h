/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfAgentBusError:
 * @CF_AGENT_BUS_ERROR_DENIED: the caller may not, or could not be asked about
 * @CF_AGENT_BUS_ERROR_NOT_PENDING: nothing is waiting, or not that request
 * @CF_AGENT_BUS_ERROR_IN_PROGRESS: the computer goes down already
 * @CF_AGENT_BUS_ERROR_BUDGET_SPENT: it cannot be postponed any more, or not by that much
 * @CF_AGENT_BUS_ERROR_OTHERS_SIGNED_IN: somebody else would lose work
 * @CF_AGENT_BUS_ERROR_INVALID_ARGUMENT: a value that cannot be
 * @CF_AGENT_BUS_ERROR_BUSY: too many calls; later ones may succeed
 * @CF_AGENT_BUS_ERROR_FAILED: the agent could not, and nothing was changed
 *
 * What org.curfew.Agent1 answers with; on the bus "org.curfew.Agent1.Error.Denied" and so on.
 */
typedef enum
{
  CF_AGENT_BUS_ERROR_DENIED,
  CF_AGENT_BUS_ERROR_NOT_PENDING,
  CF_AGENT_BUS_ERROR_IN_PROGRESS,
  CF_AGENT_BUS_ERROR_BUDGET_SPENT,
  CF_AGENT_BUS_ERROR_OTHERS_SIGNED_IN,
  CF_AGENT_BUS_ERROR_INVALID_ARGUMENT,
  CF_AGENT_BUS_ERROR_BUSY,
  CF_AGENT_BUS_ERROR_FAILED,
} CfAgentBusError;

#define CF_AGENT_BUS_N_ERRORS (CF_AGENT_BUS_ERROR_FAILED + 1)

#define CF_AGENT_BUS_ERROR (cf_agent_bus_error_quark ())
GQuark cf_agent_bus_error_quark (void);

GError *cf_agent_bus_error_translate (const GError *error);

G_END_DECLS
