/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "wsman/service/wsm-service-limits.h"

G_BEGIN_DECLS

/**
 * CfAgentConfig:
 * @identify: whether strangers get an answer to Identify
 * @allow_halt: whether a halt (stop, keep the power on) is ever done here
 * @pam_service: the PAM service that decides about names and passwords
 * @certificate_file: (nullable) (type filename): PEM, the server's certificate and its chain
 * @private_key_file: (nullable) (type filename): PEM; %NULL if it is in @certificate_file
 * @access_file: (nullable) (type filename): who may do what; %NULL for nobody
 * @limits: what foreign bytes may cost
 *
 * What agent.conf says; see curfew-agent.conf(5).
 */
typedef struct
{
  gboolean identify;
  gboolean allow_halt;
  char *pam_service;
  char *certificate_file;
  char *private_key_file;
  char *access_file;
  WsmServiceLimits limits;
} CfAgentConfig;

CfAgentConfig *cf_agent_config_new (gboolean rehearse);
gboolean cf_agent_config_load (CfAgentConfig *self, const char *path, GError **error);
void cf_agent_config_free (CfAgentConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfAgentConfig, cf_agent_config_free)

G_END_DECLS
