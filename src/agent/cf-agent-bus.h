/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-agent-config.h"
#include "cf-gatekeeper.h"
#include "cf-receiver.h"

G_BEGIN_DECLS

#define CF_AGENT_BUS_NAME "org.curfew.Agent1"
#define CF_AGENT_BUS_PATH "/org/curfew/Agent1"

/**
 * CfAgentBus:
 *
 * The agent on D-Bus, as data/dbus/org.curfew.Agent1.xml describes it: everybody sees what is
 * waiting, and what the gatekeeper lets in goes on to the receiver.
 *
 * Signals: `name-acquired` when programs find the agent by its name; `name-lost` (reason: string,
 * for people) when they do not any more, or never could. A lost connection is lost for good: a new
 * object is needed for a new one.
 */
#define CF_TYPE_AGENT_BUS (cf_agent_bus_get_type ())
G_DECLARE_FINAL_TYPE (CfAgentBus, cf_agent_bus, CF, AGENT_BUS, GObject)

CfAgentBus *cf_agent_bus_new (CfReceiver *receiver, CfGatekeeper *gatekeeper,
                              const CfAgentConfig *config);

gboolean cf_agent_bus_export (CfAgentBus *self, GDBusConnection *connection, GError **error);
void cf_agent_bus_own (CfAgentBus *self);
void cf_agent_bus_stop (CfAgentBus *self);

G_END_DECLS
