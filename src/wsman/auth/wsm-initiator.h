/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "wsm-auth-field.h"
#include "wsm-credential.h"
#include "wsm-gss-context.h"

G_BEGIN_DECLS

/**
 * WsmInitiator:
 *
 * Signs in at one host, on one connection after the other until one mechanism has worked: Kerberos
 * first where the credential allows it, NTLM where it allows that too and Kerberos is not possible.
 * Each step gives the token for the next HTTP request.
 */
#define WSM_TYPE_INITIATOR (wsm_initiator_get_type ())
G_DECLARE_FINAL_TYPE (WsmInitiator, wsm_initiator, WSM, INITIATOR, GObject)

/* @binding: (nullable): the hash of tls-server-end-point of the connection that is used */
WsmInitiator *wsm_initiator_new (WsmCredential *credential, const char *host);
void wsm_initiator_begin (WsmInitiator *self, GBytes *binding);

void wsm_initiator_step_async (WsmInitiator *self, GBytes *token, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
gboolean wsm_initiator_step_finish (WsmInitiator *self, GAsyncResult *result, GBytes **token,
                                    GError **error);

WsmAuthScheme wsm_initiator_get_scheme (WsmInitiator *self);
const char *wsm_initiator_get_mechanism (WsmInitiator *self);
WsmGssContext *wsm_initiator_get_context (WsmInitiator *self);

gboolean wsm_initiator_has_next_mechanism (WsmInitiator *self);
/* The host has refused what was tried. TRUE: another mechanism is left; begin again, on a new
 * connection. FALSE: that was all. */
gboolean wsm_initiator_next_mechanism (WsmInitiator *self);
/* (nullable): why an earlier mechanism was not used, for people */
const char *wsm_initiator_get_detour (WsmInitiator *self);

G_END_DECLS
