/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bus/cf-bus-agent1.h"

G_BEGIN_DECLS

/**
 * CfDeparture:
 *
 * Follows the agent. While a restart waits after which applications are to be started again, it
 * holds the shutdown up; when the computer goes down, it notes what runs, and lets it go.
 */
#define CF_TYPE_DEPARTURE (cf_departure_get_type ())
G_DECLARE_FINAL_TYPE (CfDeparture, cf_departure, CF, DEPARTURE, GObject)

CfDeparture *cf_departure_new (CfBusAgent1 *agent, GDBusConnection *session_bus, const char *path,
                               const char *boot_id);

G_END_DECLS
