/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-agent-config.h"
#include "cf-listen-address.h"
#include "power/cf-power.h"
#include "schedule/cf-clock.h"
#include "wsman/auth/wsm-password-verifier.h"

G_BEGIN_DECLS

/**
 * CfAgent:
 *
 * The whole receiving half: a WS-Management service, its resources, the countdown and what acts.
 */
#define CF_TYPE_AGENT (cf_agent_get_type ())
G_DECLARE_FINAL_TYPE (CfAgent, cf_agent, CF, AGENT, GObject)

CfAgent *cf_agent_new (const CfAgentConfig *config, CfClock *clock, CfPower *power,
                       WsmPasswordVerifier *verifier, GError **error);

gboolean cf_agent_listen (CfAgent *self, const CfListenAddress *address, GError **error);
gboolean cf_agent_listen_fd (CfAgent *self, int fd, gboolean tls, GError **error);
char **cf_agent_dup_endpoints (CfAgent *self);
char *cf_agent_dup_ready_line (CfAgent *self);
void cf_agent_stop (CfAgent *self);

G_END_DECLS
