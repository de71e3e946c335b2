/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-agent-bus.h"
#include "cf-agent-options.h"
#include "cf-agent.h"
#include "cf-front-watch.h"

G_BEGIN_DECLS

/**
 * CfStartup:
 * @bus: (owned) (nullable): the message bus
 * @agent: (owned): the agent, listening
 * @agent_bus: (owned) (nullable): the agent as programs on this machine see it
 * @front_watch: (owned) (nullable): looks after the web server in front of the agent
 *
 * An agent and what it hangs on, put together in the order that keeps its promises: what acts, who
 * decides about local callers, the listening sockets, the name on the bus (which there is once),
 * and only then what an earlier agent left.
 */
typedef struct
{
  GDBusConnection *bus;
  CfAgent *agent;
  CfAgentBus *agent_bus;
  CfFrontWatch *front_watch;
} CfStartup;

gboolean cf_startup_run (CfStartup *self, const CfAgentOptions *options, GError **error);
void cf_startup_clear (CfStartup *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CfStartup, cf_startup_clear)

G_END_DECLS
