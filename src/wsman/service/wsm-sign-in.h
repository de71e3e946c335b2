/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsman/auth/wsm-password-verifier.h"
#include "wsman/auth/wsm-principal.h"

G_BEGIN_DECLS

#define WSM_SIGNED_IN_USEC (5 * 60 * (gint64) G_USEC_PER_SEC)

/**
 * WsmSignedIn:
 * @principal: (owned) (nullable): who signed in; %NULL for nobody
 * @proof: keyed hash of the Authorization field that was right
 * @until_usec: monotonic time up to which it is taken for right unasked
 *
 * What one connection remembers of its caller. Never shared between connections.
 */
typedef struct
{
  WsmPrincipal *principal;
  guint8 proof[32];
  gint64 until_usec;
} WsmSignedIn;

void wsm_signed_in_clear (WsmSignedIn *signed_in);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WsmSignedIn, wsm_signed_in_clear)

/**
 * WsmOrigin:
 * @address: (nullable): the numeric address of the client
 * @tls: whether it came over TLS
 * @is_each_request: whether every request signs in anew, which the journal is not told each time
 *
 * Where somebody signs in from.
 */
typedef struct
{
  const char *address;
  gboolean tls;
  gboolean is_each_request;
} WsmOrigin;

/**
 * WsmSignIn:
 *
 * Makes principals out of Authorization fields, and of names that a web server vouches for.
 */
typedef struct _WsmSignIn WsmSignIn;

WsmSignIn *wsm_sign_in_new (WsmPasswordVerifier *verifier);
void wsm_sign_in_free (WsmSignIn *self);

gboolean wsm_sign_in_recall (WsmSignIn *self, const WsmSignedIn *signed_in,
                             const char *authorization, gsize length, gint64 now_usec);
void wsm_sign_in_verify_async (WsmSignIn *self, const char *authorization, gsize length,
                               const WsmOrigin *origin, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
void wsm_sign_in_trust_async (WsmSignIn *self, const char *user, gsize length,
                              const WsmOrigin *origin, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
gboolean wsm_sign_in_verify_finish (GAsyncResult *result, WsmSignedIn *signed_in, GError **error);

G_END_DECLS
