/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-connection-private.h"

static WsmOrigin
get_origin (WsmConnection *self)
{
  return (WsmOrigin){ .address = self->address,
                      .source = self->source,
                      .tls = wsm_connection_is_secure (self),
                      .is_each_request = self->is_front };
}

/* wsm_connection_get_schemes: by which the sender of this request may sign in. A connection of a
 * proxy is not his alone. */
WsmAuthScheme
wsm_connection_get_schemes (WsmConnection *self)
{
  return self->head.is_forwarded ? self->schemes & ~WSM_AUTH_SCHEMES_OF_CONNECTION : self->schemes;
}

/* wsm_connection_forget_signed_in: whoever was, is not any more; idempotent. */
void
wsm_connection_forget_signed_in (WsmConnection *self)
{
  if (self->signed_in.principal == NULL)
    return;

  wsm_signed_in_clear (&self->signed_in);
  wsm_admission_set_signed_in (self->core->admission, self->source, FALSE);
}

/* wsm_connection_end_exchange: of tokens, if there is one; @is_abandoned by the client, who has not
 * come to its end. */
void
wsm_connection_end_exchange (WsmConnection *self, gboolean is_abandoned)
{
  const WsmOrigin origin = get_origin (self);

  if (self->acceptance == NULL)
    return;

  g_clear_object (&self->acceptance);
  if (is_abandoned)
    wsm_sign_in_note_abandoned (self->core->sign_in, &origin);
}

static void
answer_unauthorized (WsmConnection *self)
{
  wsm_connection_answer_unread (self, 401);
}

/* The next leg is to come over this connection. */
static void
answer_continue (WsmConnection *self)
{
  WsmAnswer answer = { .status = 401 };

  wsm_connection_skip_body (self);
  wsm_connection_answer (self, &answer);
}

static void
answer_wait (WsmConnection *self, guint seconds)
{
  WsmAnswer answer = { .status = 429, .retry_seconds = seconds };

  wsm_connection_skip_body (self);
  wsm_connection_answer (self, &answer);
}

static void
take_signed_in (WsmConnection *self, WsmSignedIn *signed_in)
{
  g_autoptr (GByteArray) first = g_steal_pointer (&self->in);

  self->signed_in = *signed_in;
  *signed_in = (WsmSignedIn){ 0 };
  wsm_admission_set_signed_in (self->core->admission, self->source, TRUE);
  if (self->signed_in.context != NULL && self->head.content_length == 0)
    wsm_connection_answer_status (self, 200);
  else
    wsm_connection_begin_body (self, first->data, first->len);
}

/* Every refusal takes the same time, or time would tell which names exist. */
static void
refuse_later (WsmConnection *self)
{
  self->has_sign_in_failed = TRUE;
  wsm_deadline_set (&self->deadline,
                    self->begun_usec + self->core->limits.failed_sign_in_msec * (gint64) 1000);
}

static void
verdict_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WsmConnection) self = user_data;
  g_auto (WsmSignedIn) signed_in = { 0 };
  g_autofree char *authenticate = NULL;
  guint wait_seconds;
  WsmVerdict verdict = wsm_sign_in_finish (result, &signed_in, &authenticate, &wait_seconds);

  if (self->state != WSM_CONNECTION_SIGN_IN) /* its deadline came first, or it is closed */
    return;

  g_free (self->authenticate);
  self->authenticate = g_steal_pointer (&authenticate);
  if (verdict != WSM_VERDICT_CONTINUES)
    wsm_connection_end_exchange (self, verdict == WSM_VERDICT_MALFORMED);
  switch (verdict)
    {
    case WSM_VERDICT_SIGNED_IN:
      take_signed_in (self, &signed_in);
      break;
    case WSM_VERDICT_CONTINUES:
      answer_continue (self);
      break;
    case WSM_VERDICT_MALFORMED:
      answer_unauthorized (self);
      break;
    case WSM_VERDICT_REJECTED:
      refuse_later (self);
      break;
    case WSM_VERDICT_THROTTLED:
      answer_wait (self, wait_seconds);
      break;
    case WSM_VERDICT_UNAVAILABLE:
    default:
      wsm_connection_refuse (self, 503);
      break;
    }
}

/* wsm_connection_end_sign_in: the deadline of WSM_CONNECTION_SIGN_IN. */
void
wsm_connection_end_sign_in (WsmConnection *self)
{
  if (self->has_sign_in_failed)
    {
      /* a client may not go on with an exchange that has failed, and may have sent more of it */
      if (!self->is_front && (self->scheme & WSM_AUTH_SCHEMES_OF_CONNECTION) != 0)
        self->closes = TRUE;
      if (!self->is_front && self->scheme == WSM_AUTH_SCHEME_CERTIFICATE)
        wsm_connection_refuse (self, 403);
      else
        answer_unauthorized (self);
      return;
    }

  g_debug ("Nobody said in time whether a sign-in from %s is right", self->address);
  g_cancellable_cancel (self->cancellable);
  wsm_connection_end_exchange (self, FALSE);
  wsm_connection_refuse (self, 503);
}

/* What came of the body with the head waits, the rest is not read. */
static void
enter_sign_in (WsmConnection *self, const guint8 *first, gsize length)
{
  wsm_connection_forget_signed_in (self);
  self->in = g_byte_array_sized_new ((guint) length);
  g_byte_array_append (self->in, first, (guint) length);
  self->has_sign_in_failed = FALSE;
  wsm_connection_enter (self, WSM_CONNECTION_SIGN_IN, self->core->limits.sign_in_msec);
  wsm_connection_set_reading (self, FALSE);

  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
}

/*
 * wsm_connection_begin_sign_in: finds out who asks: who signed in at the web server in front, or,
 * if that says nothing, whose name and password the request brings.
 */
void
wsm_connection_begin_sign_in (WsmConnection *self, const WsmSpan *trusted_user, const guint8 *first,
                              gsize length)
{
  const WsmSpan *authorization = &self->head.authorization;
  const WsmOrigin origin = get_origin (self);

  enter_sign_in (self, first, length);
  if (trusted_user != NULL)
    wsm_sign_in_trust_async (self->core->sign_in, trusted_user->start, trusted_user->length,
                             &origin, self->cancellable, verdict_cb, wsm_connection_ref (self));
  else
    wsm_sign_in_verify_async (self->core->sign_in, authorization->start, authorization->length,
                              &origin, self->cancellable, verdict_cb, wsm_connection_ref (self));
}

static void
begin_certificate (WsmConnection *self, const guint8 *first, gsize length)
{
  const WsmSpan *authorization = &self->head.authorization;
  const WsmOrigin origin = get_origin (self);

  enter_sign_in (self, first, length);
  wsm_sign_in_certify_async (
    self->core->sign_in, authorization->start, authorization->length,
    g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (self->stream)), &origin,
    self->cancellable, verdict_cb, wsm_connection_ref (self));
}

/* Returns FALSE if this connection cannot be bound to, but should. */
static gboolean
find_binding (WsmConnection *self, GBytes **binding)
{
  g_autoptr (GByteArray) hash = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  *binding = NULL;
  if (!self->tls)
    return TRUE;
  if (!g_tls_connection_get_channel_binding_data (
        G_TLS_CONNECTION (self->stream), G_TLS_CHANNEL_BINDING_TLS_SERVER_END_POINT, hash, &error))
    {
      g_warning_once ("Nobody can sign in by Negotiate over TLS, as nothing can be bound to the "
                      "certificate of this service: %s. Use one that is signed with SHA-256.",
                      error->message);
      return FALSE;
    }
  *binding = g_byte_array_free_to_bytes (g_steal_pointer (&hash));

  return TRUE;
}

/* Returns FALSE if there is none, which was answered then. */
static gboolean
begin_exchange (WsmConnection *self)
{
  const WsmOrigin origin = get_origin (self);
  g_autoptr (GBytes) binding = NULL;
  guint wait_seconds;

  if (!find_binding (self, &binding))
    {
      wsm_connection_refuse (self, 503);
      return FALSE;
    }
  self->acceptance = wsm_sign_in_begin_exchange (self->core->sign_in, self->scheme, binding,
                                                 &origin, &wait_seconds);
  if (self->acceptance == NULL)
    {
      answer_wait (self, wait_seconds);
      return FALSE;
    }
  self->exchange_until_usec = g_get_monotonic_time () +
                              self->core->limits.sign_in_msec * (gint64) 1000;

  return TRUE;
}

static void
take_leg (WsmConnection *self, const guint8 *first, gsize length)
{
  const WsmSpan *authorization = &self->head.authorization;
  const WsmOrigin origin = get_origin (self);
  gboolean is_first = self->acceptance == NULL;

  /* whoever begins anew is nobody until it has succeeded */
  wsm_connection_forget_signed_in (self);
  if (is_first && !begin_exchange (self))
    return;

  enter_sign_in (self, first, length);
  wsm_sign_in_accept_async (self->core->sign_in, self->acceptance, is_first, authorization->start,
                            authorization->length, &origin, self->cancellable, verdict_cb,
                            wsm_connection_ref (self));
}

/* Somebody else's requests may come over the same connection next. */
static void
refuse_proxy (WsmConnection *self)
{
  if (wsm_rarely_may (self->core->refusals, self->source, g_get_monotonic_time ()))
    wsm_connection_audit (self, WSM_AUDIT_REFUSED,
                          "Refused a request that a proxy passed on, as it signs in a connection, "
                          "which has to be the caller's own");
  wsm_connection_end_exchange (self, FALSE);
  wsm_connection_forget_signed_in (self);
  wsm_connection_refuse (self, 403);
}

static gboolean
is_recalled (WsmConnection *self)
{
  const WsmSpan *authorization = &self->head.authorization;

  return wsm_sign_in_recall (self->core->sign_in, &self->signed_in, authorization->start,
                             authorization->length, g_get_monotonic_time ());
}

/* A request that says who asks, by a scheme that may be used. */
static void
take_authorization (WsmConnection *self, const guint8 *first, gsize length)
{
  if ((self->scheme & WSM_AUTH_SCHEMES_OF_CONNECTION) != 0)
    take_leg (self, first, length);
  else if (is_recalled (self))
    wsm_connection_begin_body (self, first, length);
  else if (self->scheme == WSM_AUTH_SCHEME_CERTIFICATE)
    begin_certificate (self, first, length);
  else
    wsm_connection_begin_sign_in (self, NULL, first, length);
}

/* Whether this request has to do with the identity of the connection itself. */
static gboolean
is_of_connection (WsmConnection *self)
{
  return self->acceptance != NULL || self->signed_in.context != NULL ||
         (self->scheme & self->schemes & WSM_AUTH_SCHEMES_OF_CONNECTION) != 0;
}

/* wsm_connection_take_direct_head: a good head of a request that comes from the caller himself. */
void
wsm_connection_take_direct_head (WsmConnection *self, const guint8 *first, gsize length)
{
  const WsmSpan *authorization = &self->head.authorization;
  gboolean is_silent = authorization->start == NULL;
  WsmAuthScheme usable = wsm_connection_get_schemes (self);

  self->scheme = is_silent
                   ? WSM_AUTH_SCHEME_NONE
                   : wsm_auth_field_get_scheme (authorization->start, authorization->length);
  if (self->head.is_forwarded && is_of_connection (self))
    {
      refuse_proxy (self);
    }
  else if (self->acceptance != NULL && wsm_acceptance_get_scheme (self->acceptance) != self->scheme)
    {
      wsm_connection_end_exchange (self, TRUE);
      answer_unauthorized (self);
    }
  else if (usable == WSM_AUTH_SCHEME_NONE)
    {
      g_debug ("Nobody can sign in from %s without TLS", self->address);
      wsm_connection_refuse (self, 403);
    }
  else if ((self->scheme & usable) != 0)
    {
      take_authorization (self, first, length);
    }
  else if (is_silent && self->signed_in.context != NULL)
    {
      wsm_connection_begin_body (self, first, length);
    }
  else
    {
      if (!is_silent)
        wsm_connection_forget_signed_in (self);
      answer_unauthorized (self);
    }
}
