/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-credential.h"
#include "wsm-gss-private.h"
#include "wsm-kerberos.h"

G_BEGIN_DECLS

/* What WsmInitiator needs of a credential. */

gboolean wsm_credential_may_use_kerberos (WsmCredential *self);
gboolean wsm_credential_may_use_ntlm (WsmCredential *self);
gboolean wsm_credential_delegates (WsmCredential *self);
WsmKerberos *wsm_credential_get_kerberos (WsmCredential *self);
WsmGssLane *wsm_credential_get_lane (WsmCredential *self);

gss_cred_id_t *wsm_credential_lock_ntlm (WsmCredential *self);
void wsm_credential_unlock_ntlm (WsmCredential *self);

G_END_DECLS
