/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-sign-in.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "wsm-front.h"
#include "wsm-rarely.h"
#include "wsm-service-audit.h"
#include "wsman/auth/wsm-account.h"
#include "wsman/auth/wsm-basic.h"

#define BASIC "Basic"

struct _WsmSignIn
{
  WsmPasswordVerifier *verifier; /* (owned) */
  GHmac *keyed;                  /* (owned): has taken the key and nothing else */
  WsmRarely *said; /* (owned): whose sign-in the journal was told of, and from where */
};

typedef struct
{
  char *user; /* (owned): as it was given */
  const char *mechanism;
  char *address; /* (owned) (nullable) */
  gboolean tls;
  gboolean is_said; /* the journal was told lately */
  guint8 proof[32];
  WsmPrincipal *principal; /* (owned) (nullable): once it is known */
} Attempt;

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
  wsm_secret_wipe (signed_in->proof, sizeof signed_in->proof);
  signed_in->until_usec = 0;
}

static void
attempt_free (gpointer data)
{
  Attempt *attempt = data;

  g_free (attempt->user);
  g_free (attempt->address);
  g_clear_pointer (&attempt->principal, wsm_principal_unref);
  wsm_secret_wipe (attempt->proof, sizeof attempt->proof);
  g_free (attempt);
}

/* A key of this process: what leaks out of its memory in one run is worth nothing in the next. */
static GHmac *
new_keyed_hmac (void)
{
  guint8 key[32];
  GHmac *hmac;

  while (getrandom (key, sizeof key, 0) != sizeof key)
    if (errno != EINTR)
      g_error ("The kernel gives no random numbers: %s", g_strerror (errno));

  hmac = g_hmac_new (G_CHECKSUM_SHA256, key, sizeof key);
  wsm_secret_wipe (key, sizeof key);

  return hmac;
}

/**
 * wsm_sign_in_new:
 * @verifier: (transfer none): says whether a name and a password belong together
 *
 * Returns: (transfer full): a sign-in
 */
WsmSignIn *
wsm_sign_in_new (WsmPasswordVerifier *verifier)
{
  WsmSignIn *self;

  g_return_val_if_fail (WSM_IS_PASSWORD_VERIFIER (verifier), NULL);

  self = g_new0 (WsmSignIn, 1);
  self->verifier = g_object_ref (verifier);
  self->keyed = new_keyed_hmac ();
  self->said = wsm_rarely_new ();

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
  g_hmac_unref (self->keyed);
  wsm_rarely_free (self->said);
  g_free (self);
}

static void
make_proof (WsmSignIn *self, const char *authorization, gsize length, guint8 proof[32])
{
  static const guchar zeros[64];
  GHmac *hmac = g_hmac_copy (self->keyed);
  gsize proof_length = 32;

  g_hmac_update (hmac, (const guchar *) authorization, (gssize) length);
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
  make_proof (self, authorization, length, proof);

  return is_same_proof (proof, signed_in->proof);
}

static void
audit (const Attempt *attempt, WsmAuditEvent event, const char *summary)
{
  wsm_service_audit (event, attempt->user, attempt->mechanism, attempt->address,
                     attempt->tls ? "yes" : "no", summary);
}

static void
return_failure (GTask *task, GError *error)
{
  if (g_error_matches (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED))
    audit (g_task_get_task_data (task), WSM_AUDIT_SIGN_IN_FAILED, "Sign-in failed");
  else if (g_error_matches (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE))
    g_warning ("Nobody can sign in: %s", error->message);
  g_task_return_error (task, error);
}

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Attempt *attempt = g_task_get_task_data (task);
  g_auto (GStrv) groups = NULL;
  g_autofree char *own_name = NULL;
  GError *error = NULL;

  groups = wsm_account_look_up_finish (result, &own_name, &error);
  if (groups == NULL)
    {
      return_failure (task, error);
      return;
    }

  attempt->principal = wsm_principal_new_full (
    &(const WsmPrincipalFacts){ .user = own_name,
                                .account = own_name,
                                .mechanism = attempt->mechanism,
                                .address = attempt->address,
                                .is_tls = attempt->tls,
                                .groups = (const char *const *) groups });
  if (!attempt->is_said)
    audit (attempt, WSM_AUDIT_SIGNED_IN, "Signed in");
  g_task_return_boolean (task, TRUE);
}

/* Whose groups cannot be found out does not get in: permissions may hang on them. */
static void
verified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const Attempt *attempt = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;

  if (wsm_password_verifier_verify_finish (WSM_PASSWORD_VERIFIER (source), result, &error))
    wsm_account_look_up_async (attempt->user, cancellable, looked_up_cb, g_steal_pointer (&task));
  else
    return_failure (task, error);
}

/* Whether the same person from the same address is in the journal already, since a minute at most.
 */
static gboolean
was_said (WsmSignIn *self, const Attempt *attempt)
{
  g_autofree char *who = g_strconcat (attempt->mechanism, "\n", attempt->user, "\n",
                                      attempt->address, NULL);
  guint8 proof[32];
  guint64 whom;

  /* keyed, so that nobody can be chosen to look like another */
  make_proof (self, who, strlen (who), proof);
  memcpy (&whom, proof, sizeof whom);

  return !wsm_rarely_may (self->said, whom, g_get_monotonic_time ());
}

static void
fill_in (WsmSignIn *self, Attempt *attempt, const char *mechanism, const WsmOrigin *origin)
{
  attempt->mechanism = mechanism;
  attempt->address = g_strdup (origin->address);
  attempt->tls = origin->tls;
  attempt->is_said = origin->is_each_request && was_said (self, attempt);
}

/**
 * wsm_sign_in_verify_async:
 * @self: a sign-in
 * @authorization: (array length=length): the value of an Authorization field, not kept
 * @length: its octets
 * @origin: where it comes from, not kept
 * @cancellable: gives up
 * @callback: called from the main context, never before this returns
 * @user_data: for @callback
 *
 * Signs somebody in by Basic (RFC 7617), and looks up the groups of the account.
 */
void
wsm_sign_in_verify_async (WsmSignIn *self, const char *authorization, gsize length,
                          const WsmOrigin *origin, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (WsmSecret) password = NULL;
  Attempt *attempt = g_new0 (Attempt, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, wsm_sign_in_verify_async);
  g_task_set_task_data (task, attempt, attempt_free);
  if (!wsm_basic_parse (authorization, length, &attempt->user, &password, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  fill_in (self, attempt, BASIC, origin);
  make_proof (self, authorization, length, attempt->proof);
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
 *   wsm_sign_in_verify_finish()
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
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Attempt *attempt = g_new0 (Attempt, 1);

  g_task_set_source_tag (task, wsm_sign_in_verify_async);
  g_task_set_task_data (task, attempt, attempt_free);
  if (!wsm_basic_is_user (user, length))
    {
      g_task_return_new_error (task, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX,
                               "The web server names somebody who cannot have an account.");
      return;
    }

  attempt->user = g_strndup (user, length);
  fill_in (self, attempt, WSM_FRONT_MECHANISM, origin);
  wsm_account_look_up_person_async (attempt->user, cancellable, looked_up_cb,
                                    g_steal_pointer (&task));
}

/**
 * wsm_sign_in_verify_finish:
 * @result: what the callback got
 * @signed_in: (inout): replaced on success
 * @error: %WSM_AUTH_ERROR_SYNTAX if the field is not Basic; %WSM_AUTH_ERROR_REJECTED,
 *   %WSM_AUTH_ERROR_UNAVAILABLE or %G_IO_ERROR_CANCELLED of the verifier
 *
 * Returns: %TRUE with @signed_in set; %FALSE with @error set otherwise
 */
gboolean
wsm_sign_in_verify_finish (GAsyncResult *result, WsmSignedIn *signed_in, GError **error)
{
  Attempt *attempt;

  g_return_val_if_fail (g_async_result_is_tagged (result, wsm_sign_in_verify_async), FALSE);
  g_return_val_if_fail (signed_in != NULL, FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  attempt = g_task_get_task_data (G_TASK (result));
  wsm_signed_in_clear (signed_in);
  signed_in->principal = g_steal_pointer (&attempt->principal);
  memcpy (signed_in->proof, attempt->proof, sizeof signed_in->proof);
  signed_in->until_usec = g_get_monotonic_time () + WSM_SIGNED_IN_USEC;

  return TRUE;
}
