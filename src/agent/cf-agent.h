/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-agent-config.h"
#include "cf-agent-places.h"
#include "cf-listen-address.h"
#include "cf-receiver.h"
#include "cf-terminals.h"
#include "cf-vouchers.h"
#include "clock/cf-clock.h"
#include "power/cf-power.h"
#include "wsman/auth/wsm-password-verifier.h"

G_BEGIN_DECLS

/**
 * CfAgent:
 *
 * The whole receiving half: a WS-Management service, plug-ins that answer, the countdown and what
 * acts.
 */
#define CF_TYPE_AGENT (cf_agent_get_type ())
G_DECLARE_FINAL_TYPE (CfAgent, cf_agent, CF, AGENT, GObject)

/**
 * CfAgentParts:
 * @clock: what time it is
 * @power: acts when the time has come
 * @verifier: says whether a name and a password belong together
 * @vouchers: (nullable): who says who callers are, apart from passwords; %NULL for nobody
 * @terminals: (nullable): writes to the terminals of people who are signed in
 * @places: where its plug-ins are
 * @run_directory: (nullable) (type filename): where what is pending is kept; %NULL to keep it
 * nowhere
 * @state_directory: (nullable) (type filename): what outlives the boot is kept there
 *
 * What an agent is put together from; all of it is borrowed for the call.
 */
typedef struct
{
  CfClock *clock;
  CfPower *power;
  WsmPasswordVerifier *verifier;
  const CfVouchers *vouchers;
  CfTerminals *terminals;
  const CfAgentPlaces *places;
  const char *run_directory;
  const char *state_directory;
} CfAgentParts;

CfAgent *cf_agent_new (const CfAgentConfig *config, const CfAgentParts *parts, GError **error);

CfReceiver *cf_agent_get_receiver (CfAgent *self);
void cf_agent_resume (CfAgent *self);
gboolean cf_agent_listen (CfAgent *self, const CfListenAddress *address, GError **error);
gboolean cf_agent_listen_fd (CfAgent *self, int fd, gboolean tls, GError **error);
char **cf_agent_dup_endpoints (CfAgent *self);
char *cf_agent_dup_ready_line (CfAgent *self);

/* the end: plug-ins first, while answers still get through */
void cf_agent_drain (CfAgent *self, gboolean web_server_is_gone);
gboolean cf_agent_is_drained (CfAgent *self);
gboolean cf_agent_has_answered (CfAgent *self);
void cf_agent_stop (CfAgent *self);
gboolean cf_agent_is_quiet (CfAgent *self);

G_END_DECLS
