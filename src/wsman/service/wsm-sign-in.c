/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-sign-in-private.h"

#include <string.h>

#include "wsm-front.h"
#include "wsm-keyed-hmac.h"
#include "wsman/auth/wsm-basic.h"

/**
 * wsm_signed_in_clear:
 * @signed_in: what a connection remembers
 *
 * Forgets it.
 */
void
wsm_signed_in_clear (WsmSignedIn *signed_in)
{
  g_return_if_fail (signed_in != NULL);

  g_clear_pointer (&signed_in->principal, wsm_principal_unref);
  g_clear_pointer (&signed_in->context, wsm_gss_context_unref);
  signed_in->may_speak_plain = FALSE;
  wsm_secret_wipe (signed_in->proof, sizeof signed_in->proof);
  signed_in->until_usec = 0;
}

/**
 * wsm_sign_in_new:
 * @verifier: (transfer none): says whether a name and a password belong together
 * @limits: (transfer none): how much guessing there may be; read now, not kept
 *
 * Returns: (transfer full): a sign-in
 */
WsmSignIn *
wsm_sign_in_new (WsmPasswordVerifier *verifier, const WsmServiceLimits *limits)
{
  WsmSignIn *self;

  g_return_val_if_fail (WSM_IS_PASSWORD_VERIFIER (verifier), NULL);

  self = g_new0 (WsmSignIn, 1);
  self->verifier = g_object_ref (verifier);
  self->keyed = wsm_keyed_hmac_new ();
  self->throttle = wsm_throttle_new (limits);
  self->said = wsm_rarely_new ();
  self->throttled = wsm_rarely_new ();

  return self;
}

/**
 * wsm_sign_in_free:
 * @self: (transfer full): a sign-in
 */
void
wsm_sign_in_free (WsmSignIn *self)
{
  g_return_if_fail (self != NULL);

  g_object_unref (self->verifier);
  g_clear_object (&self->acceptor);
  g_clear_object (&self->certificate_users);
  wsm_throttle_free (self->throttle);
  g_hmac_unref (self->keyed);
  wsm_rarely_free (self->said);
  wsm_rarely_free (self->throttled);
  g_free (self);
}

/* wsm_sign_in_make_proof: a hash of @text that nobody else can make, and that says nothing of it.
 */
void
wsm_sign_in_make_proof (WsmSignIn *self, const char *text, gsize length, guint8 proof[32])
{
  static const guchar zeros[64];
  GHmac *hmac = g_hmac_copy (self->keyed);
  gsize proof_length = 32;

  g_hmac_update (hmac, (const guchar *) text, (gssize) length);
  /* GLib frees its buffer of one block as it is: push the password out of it */
  g_hmac_update (hmac, zeros, sizeof zeros);
  g_hmac_get_digest (hmac, proof, &proof_length);
  g_hmac_unref (hmac);
}

static gboolean
is_same_proof (const guint8 a[32], const guint8 b[32])
{
  guint8 difference = 0;

  for (gsize i = 0; i < 32; i++)
    difference |= a[i] ^ b[i];

  return difference == 0;
}

/**
 * wsm_sign_in_recall:
 * @self: a sign-in
 * @signed_in: what the connection remembers
 * @authorization: (array length=length): the value of the Authorization field
 * @length: its octets
 * @now_usec: monotonic time
 *
 * Returns: %TRUE if the same field signed somebody in on this connection within the last
 *   %WSM_SIGNED_IN_USEC
 */
gboolean
wsm_sign_in_recall (WsmSignIn *self, const WsmSignedIn *signed_in, const char *authorization,
                    gsize length, gint64 now_usec)
{
  guint8 proof[32];

  g_return_val_if_fail (self != NULL && signed_in != NULL, FALSE);

  if (signed_in->principal == NULL || now_usec >= signed_in->until_usec)
    return FALSE;
  wsm_sign_in_make_proof (self, authorization, length, proof);

  return is_same_proof (proof, signed_in->proof);
}

/**
 * wsm_sign_in_set_acceptor:
 * @self: a sign-in
 * @acceptor: (transfer none): decides by GSS-API who callers are
 */
void
wsm_sign_in_set_acceptor (WsmSignIn *self, WsmAcceptor *acceptor)
{
  g_return_if_fail (self != NULL && WSM_IS_ACCEPTOR (acceptor));

  g_set_object (&self->acceptor, acceptor);
}

/**
 * wsm_sign_in_set_certificate_users:
 * @self: a sign-in
 * @users: (transfer none): says whose client certificates are
 */
void
wsm_sign_in_set_certificate_users (WsmSignIn *self, WsmCertificateUsers *users)
{
  g_return_if_fail (self != NULL && WSM_IS_CERTIFICATE_USERS (users));

  g_set_object (&self->certificate_users, users);
}

/**
 * wsm_sign_in_get_schemes:
 * @self: a sign-in
 * @tls: whether the connection is over TLS
 *
 * Returns: what somebody can sign in by there, Basic left aside
 */
WsmAuthScheme
wsm_sign_in_get_schemes (WsmSignIn *self, gboolean tls)
{
  WsmAuthScheme schemes = WSM_AUTH_SCHEME_NONE;

  g_return_val_if_fail (self != NULL, schemes);

  if (self->acceptor != NULL)
    schemes |= wsm_acceptor_get_schemes (self->acceptor) & WSM_AUTH_SCHEMES_OF_CONNECTION;
  if (self->certificate_users != NULL && tls)
    schemes |= WSM_AUTH_SCHEME_CERTIFICATE;

  return schemes;
}

/* Whose groups cannot be found out does not get in: permissions may hang on them. */
static void
verified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const WsmAttempt *attempt = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (wsm_password_verifier_verify_finish (WSM_PASSWORD_VERIFIER (source), result, &error))
    wsm_attempt_find_principal (task, attempt->user);
  else
    wsm_attempt_return_error (task, error);
}

/**
 * wsm_sign_in_verify_async:
 * @self: a sign-in
 * @authorization: (array length=length): the value of an Authorization field, not kept
 * @length: its octets
 * @origin: where it comes from, not kept
 * @cancellable: gives up
 * @callback: called from the main context, never before this returns; ends with
 *   wsm_sign_in_finish()
 * @user_data: for @callback
 *
 * Signs somebody in by Basic (RFC 7617), and looks up the groups of the account.
 */
void
wsm_sign_in_verify_async (WsmSignIn *self, const char *authorization, gsize length,
                          const WsmOrigin *origin, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask)
    task = wsm_attempt_new (self, WSM_MECHANISM_BASIC, origin, cancellable, callback, user_data);
  WsmAttempt *attempt = g_task_get_task_data (task);
  g_autoptr (WsmSecret) password = NULL;

  if (!wsm_basic_parse (authorization, length, &attempt->user, &password, NULL))
    {
      wsm_attempt_return (task, WSM_VERDICT_MALFORMED);
      return;
    }
  if (wsm_attempt_is_throttled (attempt))
    {
      wsm_attempt_return (task, WSM_VERDICT_THROTTLED);
      return;
    }
  if (!wsm_attempt_may_check_password (attempt)) /* it costs a process that asks PAM */
    {
      wsm_attempt_return (task, WSM_VERDICT_UNAVAILABLE);
      return;
    }

  wsm_sign_in_make_proof (self, authorization, length, attempt->proof);
  attempt->until_usec = g_get_monotonic_time () + WSM_SIGNED_IN_USEC;
  wsm_password_verifier_verify_async (self->verifier, attempt->user, password, origin->address,
                                      cancellable, verified_cb, g_steal_pointer (&task));
}

/**
 * wsm_sign_in_trust_async:
 * @self: a sign-in
 * @user: (array length=length): whom the web server in front has signed in, not kept
 * @length: its octets
 * @origin: where the client comes from, not kept
 * @cancellable: gives up
 * @callback: called from the main context, never before this returns; ends with
 *   wsm_sign_in_finish()
 * @user_data: for @callback
 *
 * Signs somebody in on the word of the web server, and looks up the groups of the account. Names
 * have to be such as Basic could give, and root and system accounts are refused as there.
 */
void
wsm_sign_in_trust_async (WsmSignIn *self, const char *user, gsize length, const WsmOrigin *origin,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask)
    task = wsm_attempt_new (self, WSM_FRONT_MECHANISM, origin, cancellable, callback, user_data);
  WsmAttempt *attempt = g_task_get_task_data (task);

  if (!wsm_basic_is_user (user, length))
    {
      wsm_attempt_return (task, WSM_VERDICT_MALFORMED);
      return;
    }

  attempt->user = g_strndup (user, length);
  wsm_attempt_find_principal (task, attempt->user);
}

static void
certify (WsmSignIn *self, GTask *task, GTlsCertificate *certificate)
{
  WsmAttempt *attempt = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (certificate == NULL)
    g_set_error_literal (&error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED,
                         "The caller brought no certificate.");
  else
    attempt->user = wsm_certificate_users_match (self->certificate_users, certificate, &error);
  if (attempt->user != NULL)
    wsm_attempt_find_principal (task, attempt->user);
  else
    wsm_attempt_return_error (task, error);
}

/**
 * wsm_sign_in_certify_async:
 * @self: a sign-in with certificate users
 * @authorization: (array length=length): the value of an Authorization field, not kept
 * @length: its octets
 * @certificate: (nullable): of the client, which has proved over TLS that it has the key
 * @origin: where it comes from, not kept
 * @cancellable: gives up
 * @callback: called from the main context, never before this returns; ends with
 *   wsm_sign_in_finish()
 * @user_data: for @callback
 *
 * Signs somebody in by a client certificate, and looks up the groups of the account.
 */
void
wsm_sign_in_certify_async (WsmSignIn *self, const char *authorization, gsize length,
                           GTlsCertificate *certificate, const WsmOrigin *origin,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = wsm_attempt_new (self, WSM_MECHANISM_CERTIFICATE, origin, cancellable,
                                            callback, user_data);
  WsmAttempt *attempt = g_task_get_task_data (task);

  attempt->is_bound = TRUE; /* by what it is */
  attempt->may_lack_account = TRUE;
  wsm_sign_in_make_proof (self, authorization, length, attempt->proof);
  attempt->until_usec = g_get_monotonic_time () + WSM_SIGNED_IN_USEC;
  if (wsm_attempt_is_throttled (attempt))
    wsm_attempt_return (task, WSM_VERDICT_THROTTLED);
  else
    certify (self, task, certificate);
}
