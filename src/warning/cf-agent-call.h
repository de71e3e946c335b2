/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bus/cf-bus-agent1.h"

G_BEGIN_DECLS

void cf_agent_call (CfBusAgent1 *agent, const char *method, GVariant *arguments, GTask *task);

G_END_DECLS
