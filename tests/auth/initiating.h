/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gss-peer.h"
#include "wsman/auth/wsm-initiator.h"

G_BEGIN_DECLS

/* Signing in at a GssPeer as a client does, without a network. */

#define HOST "localhost"

WsmCredential *initiating_credential (WsmAuthMethod method, const char *user, const char *password,
                                      gboolean may_use_ntlm);
gboolean initiating_step (WsmInitiator *initiator, GBytes *received, GBytes **to_send,
                          GError **error);
guint initiating_sign_in (WsmInitiator *initiator, GssPeer *peer, GBytes *binding, GError **error);

G_END_DECLS
