/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "wsm-sign-in-private.h"
#include "wsman/auth/wsm-account.h"

static void
attempt_free (gpointer data)
{
  WsmAttempt *self = data;

  g_free (self->user);
  g_free (self->realm);
  g_free (self->address);
  g_free (self->authenticate);
  g_clear_object (&self->acceptance);
  g_clear_pointer (&self->principal, wsm_principal_unref);
  wsm_secret_wipe (self->proof, sizeof self->proof);
  g_free (self);
}

/* wsm_attempt_new: a task that ends by one of the wsm_attempt_return functions, and with
 * wsm_sign_in_finish(). */
GTask *
wsm_attempt_new (WsmSignIn *sign_in, const char *mechanism, const WsmOrigin *origin,
                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  WsmAttempt *self = g_new0 (WsmAttempt, 1);

  self->sign_in = sign_in;
  self->mechanism = mechanism;
  self->address = g_strdup (origin->address);
  self->source = origin->source;
  self->tls = origin->tls;
  self->is_said = origin->is_each_request;
  g_task_set_source_tag (task, wsm_attempt_new);
  g_task_set_task_data (task, self, attempt_free);

  return task;
}

static void
audit (const WsmAttempt *self, WsmAuditEvent event, const char *name, const char *summary,
       const char *reason)
{
  const WsmAuditWho who = { .user = name,
                            .mechanism = self->mechanism,
                            .peer = self->address,
                            .tls = self->tls ? "yes" : "no",
                            .bound = self->is_bound ? "yes" : "no",
                            .reason = reason };

  wsm_service_audit (event, &who, summary);
}

static char *
dup_name (const WsmAttempt *self)
{
  return self->realm == NULL ? g_strdup (self->user)
                             : g_strconcat (self->user, "@", self->realm, NULL);
}

/* Whether the same person from the same address is in the journal already, since a minute at most.
 */
static gboolean
was_said (WsmAttempt *self, const char *name)
{
  g_autofree char *who = g_strconcat (self->mechanism, "\n", name, "\n", self->address, NULL);
  guint8 proof[32];
  guint64 whom;

  /* keyed, so that nobody can be chosen to look like another */
  wsm_sign_in_make_proof (self->sign_in, who, strlen (who), proof);
  memcpy (&whom, proof, sizeof whom);

  return !wsm_rarely_may (self->sign_in->said, whom, g_get_monotonic_time ());
}

/* wsm_attempt_is_throttled: whether the name, or where it comes from, has failed too often. */
gboolean
wsm_attempt_is_throttled (WsmAttempt *self)
{
  g_autofree char *name = dup_name (self);

  self->wait_seconds = wsm_throttle_get_wait_seconds (self->sign_in->throttle, self->source, name,
                                                      g_get_monotonic_time ());

  return self->wait_seconds > 0;
}

/* wsm_attempt_may_check_password: whether there may be one more check within this minute, which is
 * taken then. */
gboolean
wsm_attempt_may_check_password (const WsmAttempt *self)
{
  if (wsm_throttle_take_password_check (self->sign_in->throttle, self->source,
                                        g_get_monotonic_time ()))
    return TRUE;

  g_debug ("No password is checked any more within this minute");
  return FALSE;
}

/* @reason (nullable) is for the journal: the client is told the same of all of them. */
static void
finish (GTask *task, WsmVerdict verdict, const char *reason)
{
  WsmAttempt *self = g_task_get_task_data (task);
  WsmThrottle *throttle = self->sign_in->throttle;
  g_autofree char *name = dup_name (self);
  gint64 now_usec = g_get_monotonic_time ();

  switch (verdict)
    {
    case WSM_VERDICT_SIGNED_IN:
      wsm_throttle_note (throttle, WSM_THROTTLE_SUCCEEDED, self->source, name, now_usec);
      if (!self->is_said || !was_said (self, name))
        audit (self, WSM_AUDIT_SIGNED_IN, name, "Signed in", NULL);
      break;
    case WSM_VERDICT_REJECTED:
      wsm_throttle_note (throttle, WSM_THROTTLE_FAILED, self->source, name, now_usec);
      audit (self, WSM_AUDIT_SIGN_IN_FAILED, name, "Sign-in failed", reason);
      break;
    case WSM_VERDICT_THROTTLED:
      if (wsm_rarely_may (self->sign_in->throttled, self->source, now_usec))
        audit (self, WSM_AUDIT_THROTTLED, name, "Too many sign-ins have failed; it has to wait",
               NULL);
      break;
    case WSM_VERDICT_CONTINUES:
    case WSM_VERDICT_MALFORMED:
    case WSM_VERDICT_UNAVAILABLE:
    default:
      break;
    }
  g_task_return_int (task, verdict);
}

/* wsm_attempt_return: what came of it, which is told to the journal and counted. */
void
wsm_attempt_return (GTask *task, WsmVerdict verdict)
{
  finish (task, verdict, NULL);
}

/* wsm_attempt_return_error: as wsm_attempt_return(), for an error of whoever was asked. */
void
wsm_attempt_return_error (GTask *task, const GError *error)
{
  const WsmAttempt *self = g_task_get_task_data (task);

  if (error->domain == WSM_AUTH_ERROR && error->code != WSM_AUTH_ERROR_UNAVAILABLE)
    {
      finish (task, WSM_VERDICT_REJECTED, error->message);
      return;
    }

  if (error->domain == WSM_AUTH_ERROR)
    g_warning ("Nobody can sign in: %s", error->message);
  else
    g_debug ("A sign-in by %s from %s: %s", self->mechanism, self->address, error->message);
  finish (task, WSM_VERDICT_UNAVAILABLE, NULL);
}

/* A user of this host's own lists needs no account, and is granted things by that name; a principal
 * of a realm stands for an account only if there is one. Neither stands for root's. */
static const char *
find_account (const WsmAttempt *self, char **groups, const char *own_name)
{
  if (groups == NULL || (self->realm != NULL && groups[0] == NULL))
    return NULL;

  return own_name;
}

static void
make_principal (WsmAttempt *self, char **groups, const char *own_name)
{
  self->principal = wsm_principal_new_full (
    &(const WsmPrincipalFacts){ .user = self->may_lack_account ? self->user : own_name,
                                .realm = self->realm,
                                .account = find_account (self, groups, own_name),
                                .mechanism = self->mechanism,
                                .address = self->address,
                                .is_tls = self->tls,
                                .is_bound = self->is_bound,
                                .groups = (const char *const *) groups });
}

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  WsmAttempt *self = g_task_get_task_data (task);
  g_auto (GStrv) groups = NULL;
  g_autofree char *own_name = NULL;
  g_autoptr (GError) error = NULL;

  groups = wsm_account_look_up_finish (result, &own_name, &error);
  if (groups == NULL &&
      !(self->may_lack_account && g_error_matches (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED)))
    {
      wsm_attempt_return_error (task, error);
      return;
    }

  make_principal (self, groups, own_name);
  wsm_attempt_return (task, WSM_VERDICT_SIGNED_IN);
}

/* wsm_attempt_find_principal: it is proved who asks; @account (nullable) is who that is here. Takes
 * a reference of @task. */
void
wsm_attempt_find_principal (GTask *task, const char *account)
{
  WsmAttempt *self = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (account == NULL)
    {
      make_principal (self, NULL, NULL);
      wsm_attempt_return (task, WSM_VERDICT_SIGNED_IN);
    }
  else if (g_str_equal (self->mechanism, WSM_MECHANISM_BASIC)) /* the verifier looked at that */
    {
      wsm_account_look_up_async (account, cancellable, looked_up_cb, g_object_ref (task));
    }
  else
    {
      wsm_account_look_up_person_async (account, cancellable, looked_up_cb, g_object_ref (task));
    }
}

/**
 * wsm_sign_in_finish:
 * @result: what the callback got
 * @signed_in: (inout): replaced with %WSM_VERDICT_SIGNED_IN
 * @authenticate: (out) (transfer full) (nullable): the value of a WWW-Authenticate field for the
 *   client, also with other verdicts
 * @wait_seconds: (out): with %WSM_VERDICT_THROTTLED when to come again
 *
 * Returns: what became of the attempt
 */
WsmVerdict
wsm_sign_in_finish (GAsyncResult *result, WsmSignedIn *signed_in, char **authenticate,
                    guint *wait_seconds)
{
  WsmAttempt *self;
  gssize verdict;

  g_return_val_if_fail (g_async_result_is_tagged (result, wsm_attempt_new),
                        WSM_VERDICT_UNAVAILABLE);
  g_return_val_if_fail (signed_in != NULL, WSM_VERDICT_UNAVAILABLE);

  verdict = g_task_propagate_int (G_TASK (result), NULL);
  self = g_task_get_task_data (G_TASK (result));
  *authenticate = g_steal_pointer (&self->authenticate);
  *wait_seconds = self->wait_seconds;
  if (verdict < 0) /* cancelled */
    return WSM_VERDICT_UNAVAILABLE;
  if (verdict != WSM_VERDICT_SIGNED_IN)
    return (WsmVerdict) verdict;

  wsm_signed_in_clear (signed_in);
  signed_in->principal = g_steal_pointer (&self->principal);
  memcpy (signed_in->proof, self->proof, sizeof signed_in->proof);
  signed_in->until_usec = self->until_usec;
  if (self->acceptance != NULL)
    {
      signed_in->context = wsm_gss_context_ref (wsm_acceptance_get_context (self->acceptance));
      signed_in->protocol = wsm_acceptance_get_scheme (self->acceptance) == WSM_AUTH_SCHEME_KERBEROS
                              ? WSM_SEAL_KERBEROS
                              : WSM_SEAL_SPNEGO;
      signed_in->may_speak_plain = wsm_acceptance_get_identity (self->acceptance)->may_speak_plain;
    }

  return WSM_VERDICT_SIGNED_IN;
}
