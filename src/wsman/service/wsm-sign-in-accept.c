/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-sign-in-private.h"

#include <string.h>

/* longer than any name that somebody has */
#define MAX_NAME 1024

/**
 * wsm_sign_in_begin_exchange:
 * @self: a sign-in with an acceptor
 * @scheme: by which the client begins, one of wsm_sign_in_get_schemes()
 * @binding: (nullable): the hash of tls-server-end-point of the connection; %NULL without TLS
 * @origin: where it comes from, not kept
 * @wait_seconds: (out): when to come again if there are too many failures already
 *
 * Returns: (transfer full) (nullable): an exchange of tokens; %NULL for "wait"
 */
WsmAcceptance *
wsm_sign_in_begin_exchange (WsmSignIn *self, WsmAuthScheme scheme, GBytes *binding,
                            const WsmOrigin *origin, guint *wait_seconds)
{
  gint64 now_usec = g_get_monotonic_time ();

  g_return_val_if_fail (self != NULL && self->acceptor != NULL, NULL);

  *wait_seconds = wsm_throttle_get_wait_seconds (self->throttle, origin->source, NULL, now_usec);
  if (*wait_seconds == 0)
    return wsm_acceptance_new (self->acceptor, scheme, binding);

  if (wsm_rarely_may (self->throttled, origin->source, now_usec))
    wsm_service_audit (WSM_AUDIT_THROTTLED,
                       &(const WsmAuditWho){ .mechanism = wsm_auth_scheme_get_name (scheme),
                                             .peer = origin->address,
                                             .tls = origin->tls ? "yes" : "no" },
                       "Too many sign-ins have failed; it has to wait");
  return NULL;
}

/**
 * wsm_sign_in_note_abandoned:
 * @self: a sign-in
 * @origin: where it came from
 *
 * Somebody began an exchange and went away: to make others remember things is an attack as well.
 */
void
wsm_sign_in_note_abandoned (WsmSignIn *self, const WsmOrigin *origin)
{
  g_return_if_fail (self != NULL);

  wsm_throttle_note (self->throttle, WSM_THROTTLE_ABANDONED, origin->source, NULL,
                     g_get_monotonic_time ());
}

/* Other parts of the service rely on names without control characters. */
static gboolean
is_name (const char *text)
{
  gsize length = strlen (text);

  if (length == 0 || length > MAX_NAME || !g_utf8_validate_len (text, length, NULL))
    return FALSE;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      return FALSE;

  return TRUE;
}

static void
take_identity (WsmAttempt *attempt, const WsmGssIdentity *identity)
{
  attempt->user = g_strdup (identity->user);
  attempt->realm = g_strdup (identity->realm);
  attempt->mechanism = identity->mechanism;
  attempt->is_bound = identity->is_bound;
}

static void
return_accepted (GTask *task)
{
  WsmAttempt *attempt = g_task_get_task_data (task);
  const WsmGssIdentity *identity = wsm_acceptance_get_identity (attempt->acceptance);

  if (identity == NULL)
    {
      wsm_attempt_return (task, WSM_VERDICT_CONTINUES);
      return;
    }
  if (!is_name (identity->user) || (identity->realm != NULL && !is_name (identity->realm)))
    {
      g_autoptr (GError) error = g_error_new_literal (WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED,
                                                      "The caller's name cannot be written.");

      wsm_attempt_return_error (task, error);
      return;
    }

  take_identity (attempt, identity);
  wsm_attempt_find_principal (task, identity->account);
}

static void
stepped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  WsmAttempt *attempt = g_task_get_task_data (task);
  WsmAcceptance *acceptance = WSM_ACCEPTANCE (source);
  g_autoptr (GBytes) token = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_good = wsm_acceptance_step_finish (acceptance, result, &token, &error);

  if (token != NULL)
    attempt->authenticate = wsm_auth_field_format (wsm_acceptance_get_scheme (acceptance), token);
  if (is_good)
    {
      return_accepted (task);
      return;
    }

  /* whom somebody wanted to be, if that came out */
  if (wsm_acceptance_get_identity (acceptance) != NULL)
    take_identity (attempt, wsm_acceptance_get_identity (acceptance));
  wsm_attempt_return_error (task, error);
}

/**
 * wsm_sign_in_accept_async:
 * @self: a sign-in
 * @acceptance: (transfer none): the exchange, which nobody else uses meanwhile
 * @is_first: whether it is the first leg of @acceptance; each later one may prove a password
 * @authorization: (array length=length): the value of an Authorization field, not kept
 * @length: its octets
 * @origin: where it comes from, not kept
 * @cancellable: gives up; @acceptance is of no more use then
 * @callback: called from the main context, never before this returns; ends with
 *   wsm_sign_in_finish()
 * @user_data: for @callback
 *
 * Takes one leg of an exchange, and once it is complete looks up the account and its groups.
 */
void
wsm_sign_in_accept_async (WsmSignIn *self, WsmAcceptance *acceptance, gboolean is_first,
                          const char *authorization, gsize length, const WsmOrigin *origin,
                          GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  const char *scheme = wsm_auth_scheme_get_name (wsm_acceptance_get_scheme (acceptance));
  g_autoptr (GTask) task = wsm_attempt_new (self, scheme, origin, cancellable, callback, user_data);
  WsmAttempt *attempt = g_task_get_task_data (task);
  g_autoptr (GBytes) token = wsm_auth_field_dup_token (authorization, length, NULL);

  attempt->may_lack_account = TRUE;
  if (token == NULL)
    {
      wsm_attempt_return (task, WSM_VERDICT_MALFORMED);
      return;
    }
  if (!is_first && !wsm_attempt_may_check_password (attempt))
    {
      wsm_attempt_return (task, WSM_VERDICT_UNAVAILABLE);
      return;
    }

  attempt->acceptance = g_object_ref (acceptance);
  wsm_acceptance_step_async (acceptance, token, cancellable, stepped_cb, g_steal_pointer (&task));
}
