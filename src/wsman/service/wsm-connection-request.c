/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-connection-private.h"

#include <string.h>

/* Bodies that nobody has signed in for (threat-model, sections 4 and 5.3). */
#define MAX_ANONYMOUS_BODY 2048
#define MAX_DISCARDED_BODY (64 * 1024)

#define SOON_MSEC 1000

/*
 * wsm_connection_skip_body: what follows is an answer before the body was read.
 *
 * What the client sends of it all the same is read over, if it is not much.
 */
void
wsm_connection_skip_body (WsmConnection *self)
{
  gsize missing = self->head.content_length - self->body_length;

  /* Whoever awaits a 100 may now send the body or leave it out: nobody could tell what comes. */
  if (missing > MAX_DISCARDED_BODY || (missing > 0 && self->head.expect_continue))
    self->closes = TRUE;
  else
    self->to_discard = missing;
}

/* wsm_connection_answer_unread: answers before the body was read. */
void
wsm_connection_answer_unread (WsmConnection *self, guint status)
{
  wsm_connection_skip_body (self);
  wsm_connection_answer_status (self, status);
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
dispatch (WsmConnection *self, GBytes *body, WsmCharset charset)
{
  WsmAnswer answer = { 0 };
  WsmPending *pending;

  self->state = WSM_CONNECTION_BUSY;
  pending = wsm_dispatcher_dispatch (self->core->dispatcher, self->signed_in.principal, body,
                                     charset, g_get_monotonic_time (), &answer, answered_cb, self);
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
    wsm_connection_answer_unread (self, 401);
}

static gboolean
is_anonymous (WsmConnection *self)
{
  return self->head.anonymous_identify || self->head.target == WSM_HTTP_TARGET_ANONYMOUS_IDENTIFY;
}

static void
open_and_dispatch (WsmConnection *self, GBytes *body)
{
  WsmCharset charset;
  g_autoptr (GBytes) plain = wsm_connection_unseal (self, body, &charset);

  if (plain == NULL) /* which was answered */
    return;

  if (g_bytes_get_size (plain) > self->core->limits.body_size)
    wsm_connection_answer_status (self, 413);
  else
    dispatch (self, plain, charset);
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
  else if (self->head.is_sealed)
    open_and_dispatch (self, body);
  else
    dispatch (self, body, self->head.charset);
}

/* wsm_connection_begin_body: begins with the body, whose first octets came along with the head; it
 * is known who sends it. */
void
wsm_connection_begin_body (WsmConnection *self, const guint8 *first, gsize length)
{
  if (!is_anonymous (self) && !wsm_connection_check_form (self))
    return;
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

/*
 * wsm_connection_take_head: a good head, of whose body the first @length octets have come as well.
 *
 * Who asks is decided here, before there is room for the body.
 */
void
wsm_connection_take_head (WsmConnection *self, const guint8 *first, gsize length)
{
  self->body_length = length;
  if (!is_anonymous (self))
    {
      if (self->is_front)
        wsm_connection_take_front_head (self, first, length);
      else
        wsm_connection_take_direct_head (self, first, length);
      return;
    }

  wsm_connection_end_exchange (self, TRUE);
  if (self->head.content_length > MAX_ANONYMOUS_BODY)
    wsm_connection_refuse (self, 413);
  else
    wsm_connection_begin_body (self, first, length);
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

      wsm_connection_audit (self, WSM_AUDIT_MALFORMED, summary);
    }
  wsm_connection_refuse (self, status);
}
