/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "wsman/auth/wsm-acceptor.h"
#include "wsman/service/wsm-service-limits.h"

G_BEGIN_DECLS

/* What becomes of a countdown when the agent is stopped while the computer goes on. */
typedef enum
{
  CF_ON_STOP_CANCEL,
  CF_ON_STOP_KEEP,
} CfOnStop;

/* Whose requests are extended once if nobody can have seen a warning. */
typedef enum
{
  CF_EXTEND_OWN,
  CF_EXTEND_ALL,
  CF_EXTEND_NONE,
} CfExtend;

/**
 * CfAgentConfig:
 * @identify: whether strangers get an answer to Identify
 * @allow_halt: whether a halt (stop, keep the power on) is ever done here
 * @pam_service: the PAM service that decides about names and passwords
 * @settle_seconds: for so long after a start of the machine nothing is done unless it is forced
 * @on_stop: what becomes of a countdown when the agent is stopped
 * @may_postpone: whether people here may postpone what its sender allows to be postponed
 * @extend: whose requests are extended if nobody can have seen a warning
 * @organization: (nullable): who runs this computer, for people
 * @help_contact: (nullable): whom to ask, for people
 * @logo: (nullable) (type filename): a picture of who runs it, absolute
 * @text_when_locked: whether a locked screen may show what a requester wrote
 * @sound: whether a sound goes with the last warnings
 * @respect_meetings: whether the window waits for films and presentations, while there is time
 * @certificate_file: (nullable) (type filename): PEM, the server's certificate and its chain
 * @private_key_file: (nullable) (type filename): PEM; %NULL if it is in @certificate_file
 * @front_user: (nullable): the account of a web server in front of the agent
 * @front_user_header: (nullable): the field in which it says who signed in
 * @front_pid_file: (nullable) (type filename): where it names its main process
 * @keytab: (nullable) (type filename): keys for Kerberos; %NULL for what systemd hands over
 * @kerberos_binding: what Kerberos demands over TLS
 * @ntlm_users: (nullable) (type filename): users with their NT hashes; %NULL for no NTLM
 * @ntlm_binding: what NTLM demands over TLS
 * @client_authorities: (nullable) (type filename): PEM, who vouches for client certificates; there
 *   if and only if @certificate_users is
 * @certificate_users: (nullable) (type filename): which certificate is whose
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
  guint settle_seconds;
  CfOnStop on_stop;
  gboolean may_postpone;
  CfExtend extend;
  char *organization;
  char *help_contact;
  char *logo;
  gboolean text_when_locked;
  gboolean sound;
  gboolean respect_meetings;
  char *certificate_file;
  char *private_key_file;
  char *front_user;
  char *front_user_header;
  char *front_pid_file;
  char *keytab;
  WsmBindingPolicy kerberos_binding;
  char *ntlm_users;
  WsmBindingPolicy ntlm_binding;
  char *client_authorities;
  char *certificate_users;
  char *access_file;
  WsmServiceLimits limits;
} CfAgentConfig;

CfAgentConfig *cf_agent_config_new (gboolean rehearse);
gboolean cf_agent_config_load (CfAgentConfig *self, const char *path, GError **error);
void cf_agent_config_free (CfAgentConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfAgentConfig, cf_agent_config_free)

G_END_DECLS
