/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-connection-private.h"

#include <string.h>

#include "wsm-service-audit.h"

/* Bodies that nobody has signed in for (threat-model, sections 4 and 5.3). */
#define MAX_ANONYMOUS_BODY 2048
#define MAX_DISCARDED_BODY (64 * 1024)

#define SOON_MSEC 1000

/*
 * wsm_connection_answer_unread: answers before the body was read.
 *
 * What the client sends of it all the same is read over, if it is not much.
 */
void
wsm_connection_answer_unread (WsmConnection *self, guint status)
{
  gsize missing = self->head.content_length - self->body_length;

  /* Whoever awaits a 100 may now send the body or leave it out: nobody could tell what comes. */
  if (missing > MAX_DISCARDED_BODY || (missing > 0 && self->head.expect_continue))
    self->closes = TRUE;
  else
    self->to_discard = missing;
  wsm_connection_answer_status (self, status);
}

static void
answer_unauthorized (WsmConnection *self)
{
  wsm_connection_answer_unread (self, 401);
}

/* wsm_connection_is_secure: whether what the client sends cannot be read on its way. */
gboolean
wsm_connection_is_secure (WsmConnection *self)
{
  return self->tls || (self->is_front && self->is_client_tls);
}

static void
answered_cb (WsmAnswer *answer, gpointer user_data)
{
  /* the write may find that the peer has gone, which ends the connection */
  g_autoptr (WsmConnection) self = wsm_connection_ref (user_data);

  self->pending = NULL;
  wsm_connection_answer (self, answer);
}

/* Most answers come soon. */
static void
wait_for_handler (WsmConnection *self, WsmPending *pending)
{
  gint64 timeout_msec = wsm_pending_get_timeout_msec (pending);

  self->pending = pending;
  self->pending_until_usec = g_get_monotonic_time () + timeout_msec * 1000;
  wsm_connection_enter (self, WSM_CONNECTION_BUSY, (guint) MIN (timeout_msec, SOON_MSEC));
  wsm_connection_set_reading (self, !self->is_pipelined);
}

static void
dispatch (WsmConnection *self, GBytes *body)
{
  WsmAnswer answer = { 0 };
  WsmPending *pending;

  self->state = WSM_CONNECTION_BUSY;
  pending = wsm_dispatcher_dispatch (self->core->dispatcher, self->signed_in.principal, body,
                                     self->head.charset, g_get_monotonic_time (), &answer,
                                     answered_cb, self);
  if (self->state == WSM_CONNECTION_CLOSED) /* the handler has ended the service */
    {
      wsm_answer_clear (&answer);
      g_clear_pointer (&pending, wsm_pending_abandon);
    }
  else if (pending == NULL)
    {
      wsm_connection_answer (self, &answer);
    }
  else
    {
      wait_for_handler (self, pending);
    }
}

/* wsm_connection_end_waiting: the deadline of WSM_CONNECTION_BUSY. */
void
wsm_connection_end_waiting (WsmConnection *self)
{
  WsmAnswer answer = { 0 };

  if (g_get_monotonic_time () < self->pending_until_usec)
    {
      wsm_connection_park (self);
      wsm_deadline_set (&self->deadline, self->pending_until_usec);
      return;
    }

  wsm_pending_time_out (g_steal_pointer (&self->pending), &answer);
  wsm_connection_answer (self, &answer);
}

static void
identify (WsmConnection *self, GBytes *body)
{
  WsmAnswer answer = { 0 };

  if (wsm_dispatcher_identify (self->core->dispatcher, body, self->head.charset, &answer))
    wsm_connection_answer (self, &answer);
  else
    answer_unauthorized (self);
}

static gboolean
is_anonymous (WsmConnection *self)
{
  return self->head.anonymous_identify || self->head.target == WSM_HTTP_TARGET_ANONYMOUS_IDENTIFY;
}

/*
 * wsm_connection_take_body: the whole body of a request that may have one.
 *
 * @octets stay the caller's, and are not needed any more when this returns.
 */
void
wsm_connection_take_body (WsmConnection *self, const guint8 *octets, gsize length)
{
  g_autoptr (GBytes) body = g_bytes_new_static (octets, length);

  if (is_anonymous (self))
    identify (self, body);
  else
    dispatch (self, body);
}

/* Begins with the body, whose first octets came along with the head. */
static void
begin_body (WsmConnection *self, const guint8 *first, gsize length)
{
  if (length == self->head.content_length)
    {
      wsm_connection_take_body (self, first, length);
      return;
    }

  self->body = g_malloc (self->head.content_length);
  if (length > 0)
    memcpy (self->body, first, length);
  self->body_length = length;
  wsm_connection_enter (self, WSM_CONNECTION_BODY, self->core->limits.body_msec);
  wsm_connection_set_reading (self, TRUE);
  if (self->head.expect_continue)
    wsm_connection_continue (self);
}

static void
forget_signed_in (WsmConnection *self)
{
  if (self->signed_in.principal == NULL)
    return;

  wsm_signed_in_clear (&self->signed_in);
  wsm_admission_set_signed_in (self->core->admission, self->source, FALSE);
}

static void
verified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WsmConnection) self = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (WsmSignedIn) signed_in = { 0 };

  wsm_sign_in_verify_finish (result, &signed_in, &error);
  if (self->state != WSM_CONNECTION_SIGN_IN) /* its deadline came first, or it is closed */
    return;

  if (error == NULL)
    {
      g_autoptr (GByteArray) first = g_steal_pointer (&self->in);

      self->signed_in = signed_in;
      signed_in = (WsmSignedIn){ 0 };
      wsm_admission_set_signed_in (self->core->admission, self->source, TRUE);
      begin_body (self, first->data, first->len);
    }
  else if (g_error_matches (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED))
    {
      /* Every refusal takes the same time, or time would tell which names exist. */
      self->has_sign_in_failed = TRUE;
      wsm_deadline_set (&self->deadline,
                        self->begun_usec + self->core->limits.failed_sign_in_msec * (gint64) 1000);
    }
  else if (g_error_matches (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX))
    {
      answer_unauthorized (self);
    }
  else
    {
      wsm_connection_refuse (self, 503);
    }
}

/* wsm_connection_end_sign_in: the deadline of WSM_CONNECTION_SIGN_IN. */
void
wsm_connection_end_sign_in (WsmConnection *self)
{
  if (self->has_sign_in_failed)
    {
      answer_unauthorized (self);
      return;
    }

  g_debug ("Nobody said in time whether a sign-in from %s is right", self->address);
  g_cancellable_cancel (self->cancellable);
  wsm_connection_refuse (self, 503);
}

/*
 * wsm_connection_begin_sign_in: finds out who asks: who signed in at the web server in front, or,
 * if that says nothing, whose name and password the request brings.
 *
 * What came of the body with the head waits, the rest is not read.
 */
void
wsm_connection_begin_sign_in (WsmConnection *self, const WsmSpan *trusted_user, const guint8 *first,
                              gsize length)
{
  const WsmSpan *authorization = &self->head.authorization;
  const WsmOrigin origin = { self->address, wsm_connection_is_secure (self), self->is_front };

  forget_signed_in (self);
  self->in = g_byte_array_sized_new ((guint) length);
  g_byte_array_append (self->in, first, (guint) length);
  self->has_sign_in_failed = FALSE;
  wsm_connection_enter (self, WSM_CONNECTION_SIGN_IN, self->core->limits.sign_in_msec);
  wsm_connection_set_reading (self, FALSE);

  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  if (trusted_user != NULL)
    wsm_sign_in_trust_async (self->core->sign_in, trusted_user->start, trusted_user->length,
                             &origin, self->cancellable, verified_cb, wsm_connection_ref (self));
  else
    wsm_sign_in_verify_async (self->core->sign_in, authorization->start, authorization->length,
                              &origin, self->cancellable, verified_cb, wsm_connection_ref (self));
}

/*
 * wsm_connection_take_head: a good head, of whose body the first @length octets have come as well.
 *
 * Who asks is decided here, before there is room for the body.
 */
void
wsm_connection_take_head (WsmConnection *self, const guint8 *first, gsize length)
{
  const WsmSpan *authorization = &self->head.authorization;

  self->body_length = length;
  if (is_anonymous (self) && self->head.content_length > MAX_ANONYMOUS_BODY)
    {
      wsm_connection_refuse (self, 413);
    }
  else if (is_anonymous (self))
    {
      begin_body (self, first, length);
    }
  else if (self->is_front)
    {
      wsm_connection_take_front_head (self, first, length);
    }
  else if (!self->may_use_basic)
    {
      g_debug ("Nobody can sign in from %s without TLS", self->address);
      wsm_connection_refuse (self, 403);
    }
  else if (authorization->start == NULL)
    {
      answer_unauthorized (self);
    }
  else if (wsm_sign_in_recall (self->core->sign_in, &self->signed_in, authorization->start,
                               authorization->length, g_get_monotonic_time ()))
    {
      begin_body (self, first, length);
    }
  else
    {
      wsm_connection_begin_sign_in (self, NULL, first, length);
    }
}

/* wsm_connection_refuse_head: a head that breaks the grammar. */
void
wsm_connection_refuse_head (WsmConnection *self)
{
  guint status = self->head.status;

  if (wsm_rarely_may (self->core->malformed, self->source, g_get_monotonic_time ()))
    {
      g_autofree char *summary = g_strdup_printf ("Refused a request with %u, as %s", status,
                                                  self->head.problem);

      wsm_service_audit (WSM_AUDIT_MALFORMED, NULL, NULL, self->address,
                         self->is_front ? NULL
                         : self->tls    ? "yes"
                                        : "no",
                         summary);
    }
  wsm_connection_refuse (self, status);
}
