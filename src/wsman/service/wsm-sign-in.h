/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-throttle.h"
#include "wsman/auth/wsm-acceptor.h"
#include "wsman/auth/wsm-certificate-users.h"
#include "wsman/auth/wsm-password-verifier.h"
#include "wsman/auth/wsm-principal.h"
#include "wsman/wire/wsm-sealed-body.h"

G_BEGIN_DECLS

#define WSM_SIGNED_IN_USEC (5 * 60 * (gint64) G_USEC_PER_SEC)

/**
 * WsmSignedIn:
 * @principal: (owned) (nullable): who signed in; %NULL for nobody
 * @context: (owned) (nullable): if the connection itself is signed in, and not a request: what
 *   seals its messages
 * @protocol: how sealed messages of @context are marked
 * @may_speak_plain: whether messages of @context may come without being sealed
 * @proof: keyed hash of the Authorization field that was right
 * @until_usec: monotonic time up to which that is taken for right unasked; 0 with @context, which
 *   needs no field
 *
 * What one connection remembers of its caller. Never shared between connections.
 */
typedef struct
{
  WsmPrincipal *principal;
  WsmGssContext *context;
  WsmSealProtocol protocol;
  gboolean may_speak_plain;
  guint8 proof[32];
  gint64 until_usec;
} WsmSignedIn;

void wsm_signed_in_clear (WsmSignedIn *signed_in);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WsmSignedIn, wsm_signed_in_clear)

/**
 * WsmOrigin:
 * @address: (nullable): the numeric address of the client
 * @source: what its failures are counted under
 * @tls: whether it came over TLS
 * @is_each_request: whether every request signs in anew, which the journal is not told each time
 *
 * Where somebody signs in from.
 */
typedef struct
{
  const char *address;
  WsmSource source;
  gboolean tls;
  gboolean is_each_request;
} WsmOrigin;

/**
 * WsmVerdict:
 * @WSM_VERDICT_SIGNED_IN: it is known who asks
 * @WSM_VERDICT_CONTINUES: nothing is decided; there is a token for the client, and one to come
 * @WSM_VERDICT_MALFORMED: not of the right form; nobody was asked
 * @WSM_VERDICT_REJECTED: what the client brings proves nothing
 * @WSM_VERDICT_THROTTLED: too many have failed; nobody was asked
 * @WSM_VERDICT_UNAVAILABLE: whoever decides could not be asked, or not in time
 *
 * What an attempt to sign in leads to.
 */
typedef enum
{
  WSM_VERDICT_SIGNED_IN,
  WSM_VERDICT_CONTINUES,
  WSM_VERDICT_MALFORMED,
  WSM_VERDICT_REJECTED,
  WSM_VERDICT_THROTTLED,
  WSM_VERDICT_UNAVAILABLE,
} WsmVerdict;

/**
 * WsmSignIn:
 *
 * Makes principals out of Authorization fields, of client certificates, and of names that a web
 * server vouches for; and slows down those who guess.
 */
typedef struct _WsmSignIn WsmSignIn;

WsmSignIn *wsm_sign_in_new (WsmPasswordVerifier *verifier, const WsmServiceLimits *limits);
void wsm_sign_in_free (WsmSignIn *self);
void wsm_sign_in_set_acceptor (WsmSignIn *self, WsmAcceptor *acceptor);
void wsm_sign_in_set_certificate_users (WsmSignIn *self, WsmCertificateUsers *users);
WsmAuthScheme wsm_sign_in_get_schemes (WsmSignIn *self, gboolean tls);

gboolean wsm_sign_in_recall (WsmSignIn *self, const WsmSignedIn *signed_in,
                             const char *authorization, gsize length, gint64 now_usec);

void wsm_sign_in_verify_async (WsmSignIn *self, const char *authorization, gsize length,
                               const WsmOrigin *origin, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
void wsm_sign_in_trust_async (WsmSignIn *self, const char *user, gsize length,
                              const WsmOrigin *origin, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
void wsm_sign_in_certify_async (WsmSignIn *self, const char *authorization, gsize length,
                                GTlsCertificate *certificate, const WsmOrigin *origin,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
WsmAcceptance *wsm_sign_in_begin_exchange (WsmSignIn *self, WsmAuthScheme scheme, GBytes *binding,
                                           const WsmOrigin *origin, guint *wait_seconds);
void wsm_sign_in_accept_async (WsmSignIn *self, WsmAcceptance *acceptance, gboolean is_first,
                               const char *authorization, gsize length, const WsmOrigin *origin,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);
WsmVerdict wsm_sign_in_finish (GAsyncResult *result, WsmSignedIn *signed_in, char **authenticate,
                               guint *wait_seconds);
void wsm_sign_in_note_abandoned (WsmSignIn *self, const WsmOrigin *origin);

G_END_DECLS
