/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-agent-config.h"
#include "wsman/auth/wsm-acceptor.h"
#include "wsman/auth/wsm-certificate-users.h"

G_BEGIN_DECLS

/**
 * CfVouchers:
 * @acceptor: (owned) (nullable): for Kerberos and NTLM; %NULL if neither is switched on
 * @certificate_users: (owned) (nullable): for client certificates
 *
 * Who says who callers are, apart from passwords. What is not configured is not there, and costs
 * nothing.
 */
typedef struct
{
  WsmAcceptor *acceptor;
  WsmCertificateUsers *certificate_users;
} CfVouchers;

gboolean cf_vouchers_load (CfVouchers *self, const CfAgentConfig *config, const char *run_directory,
                           GError **error);
void cf_vouchers_clear (CfVouchers *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CfVouchers, cf_vouchers_clear)

G_END_DECLS
