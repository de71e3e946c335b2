/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bus/cf-bus-agent1.h"
#include "cf-agent-config.h"
#include "cf-audience.h"
#include "power/cf-power.h"
#include "schedule/cf-schedule.h"

G_BEGIN_DECLS

void cf_agent_bus_properties_set_config (CfBusAgent1 *skeleton, const CfAgentConfig *config);
void cf_agent_bus_properties_update (CfBusAgent1 *skeleton, CfSchedule *schedule, CfPower *power,
                                     CfAudience *audience);
CfReceiverState cf_agent_bus_properties_get_state (CfSchedule *schedule, CfPower *power);
const char *cf_agent_bus_properties_get_action (CfShutdownRequest *request);
const char *cf_agent_bus_properties_get_change (CfScheduleChange change);
const char *cf_agent_bus_properties_get_outcome (CfScheduleOutcome outcome);
char *cf_agent_bus_properties_dup_detail (CfScheduleOutcome outcome, const char *detail);

G_END_DECLS
