/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "wsm-endpoint.h"
#include "wsm-trust.h"
#include "wsman/auth/wsm-auth-field.h"
#include "wsman/auth/wsm-credential.h"
#include "wsman/auth/wsm-gss-context.h"

G_BEGIN_DECLS

/**
 * WsmHandshakeOptions:
 * @endpoint: where to sign in
 * @trust: whose certificate is believed
 * @credential: who signs in; of a method that signs in connections
 * @connect_msec: time to the end of the TLS handshake, for each connection
 * @total_msec: time for everything, for people
 * @deadline_usec: when that is over, on the monotonic clock
 *
 * Lent for the call of wsm_handshake_async() only.
 */
typedef struct
{
  WsmEndpoint *endpoint;
  WsmTrust *trust;
  WsmCredential *credential;
  guint connect_msec;
  guint total_msec;
  gint64 deadline_usec;
} WsmHandshakeOptions;

/**
 * WsmSignedIn:
 * @context: seals and unseals
 * @connection_id: the only connection that it is good for
 * @scheme: which signed in
 *
 * A connection on which both ends know each other.
 */
typedef struct
{
  WsmGssContext *context;
  guint64 connection_id;
  WsmAuthScheme scheme;
} WsmSignedIn;

void wsm_signed_in_free (WsmSignedIn *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmSignedIn, wsm_signed_in_free)

void wsm_handshake_async (SoupSession *session, const WsmHandshakeOptions *options,
                          GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data);
WsmSignedIn *wsm_handshake_finish (SoupSession *session, GAsyncResult *result, char **detour,
                                   GError **error);

G_END_DECLS
