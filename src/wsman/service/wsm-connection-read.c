/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-connection-private.h"

#include <string.h>

#include "wsman/auth/wsm-secret.h"

#define MAX_READS   4 /* per wake-up, so that nobody is served alone */
#define MAX_DRAINED (64 * 1024)

/* A password does not stay in buffers that serve others after it. */
static void
wipe (const WsmSpan *secret)
{
  if (secret->start != NULL)
    wsm_secret_wipe ((char *) secret->start, secret->length);
}

static void
begin_head (WsmConnection *self)
{
  memset (&self->head, 0, sizeof self->head);
  self->head.is_front = self->is_front;
  if (self->is_front)
    self->head.user_field = wsm_front_get_user_field (self->core->front);
  self->begun_usec = g_get_monotonic_time ();
  wsm_connection_enter (self, WSM_CONNECTION_HEAD, self->core->limits.head_msec);
}

static void
take_complete_head (WsmConnection *self, const char *octets, gsize length)
{
  WsmSpan authorization = self->head.authorization;
  gsize first = length - self->head.length;

  if (first > self->head.content_length)
    {
      first = self->head.content_length;
      self->is_pipelined = TRUE;
    }
  if (self->is_pipelined || self->head.wants_close)
    self->closes = TRUE;
  if (self->head.is_sealed)
    self->sealed_type = g_strndup (self->head.content_type.start, self->head.content_type.length);

  wsm_connection_take_head (self, (const guint8 *) octets + self->head.length, first);
  wipe (&authorization);
}

/* Adds to the pieces of a head; takes @collected (nullable). It grows by hand and in steps: what
 * realloc() leaves behind may hold a password. */
static GByteArray *
collect (WsmConnection *self, GByteArray *collected, const char *octets, gsize length)
{
  gsize before = collected != NULL ? collected->len : 0;

  if (collected == NULL || before + length > self->in_room)
    {
      GByteArray *grown;

      self->in_room = 2 * (before + length);
      grown = g_byte_array_sized_new ((guint) self->in_room);
      if (collected != NULL)
        {
          g_byte_array_append (grown, collected->data, collected->len);
          wsm_secret_wipe (collected->data, collected->len);
          g_byte_array_unref (collected);
        }
      collected = grown;
    }

  return g_byte_array_append (collected, (const guint8 *) octets, (guint) length);
}

/* The head mostly comes at once and is parsed where it was read; else its pieces are collected. */
static void
feed_head (WsmConnection *self, const char *octets, gsize length)
{
  g_autoptr (GByteArray) collected = NULL;

  if (self->begun_usec == 0)
    begin_head (self);
  if (self->in != NULL)
    {
      collected = collect (self, g_steal_pointer (&self->in), octets, length);
      wsm_secret_wipe ((char *) octets, length);
      octets = (const char *) collected->data;
      length = collected->len;
    }

  switch (wsm_http_head_parse (&self->head, octets, length, &self->core->limits))
    {
    case WSM_HTTP_HEAD_MORE:
      if (collected == NULL)
        {
          collected = collect (self, NULL, octets, length);
          wsm_secret_wipe ((char *) octets, length);
        }
      self->in = g_steal_pointer (&collected);
      break;
    case WSM_HTTP_HEAD_REFUSED:
      wsm_connection_refuse_head (self);
      wsm_secret_wipe ((char *) octets, length);
      break;
    case WSM_HTTP_HEAD_COMPLETE:
    default:
      take_complete_head (self, octets, length);
      break;
    }
}

static void
feed_between (WsmConnection *self, const char *octets, gsize length)
{
  gsize discarded = MIN (self->to_discard, length);

  self->to_discard -= discarded;
  if (discarded < length)
    feed_head (self, octets + discarded, length - discarded);
}

static void
feed_body (WsmConnection *self, const char *octets, gsize length)
{
  gsize missing = self->head.content_length - self->body_length;
  g_autofree guint8 *body = NULL;

  if (length > missing)
    {
      length = missing;
      self->is_pipelined = TRUE;
      self->closes = TRUE;
    }
  memcpy (self->body + self->body_length, octets, length);
  self->body_length += length;
  if (length < missing)
    return;

  body = g_steal_pointer (&self->body);
  wsm_connection_take_body (self, body, self->body_length);
}

static void
feed (WsmConnection *self, const char *octets, gsize length)
{
  switch (self->state)
    {
    case WSM_CONNECTION_HEAD:
      feed_between (self, octets, length);
      break;
    case WSM_CONNECTION_BODY:
      feed_body (self, octets, length);
      break;
    case WSM_CONNECTION_BUSY:
    case WSM_CONNECTION_WRITE:
      self->is_pipelined = TRUE;
      self->closes = TRUE;
      wsm_connection_set_reading (self, FALSE);
      break;
    case WSM_CONNECTION_DRAIN:
      self->drained += length;
      if (self->drained > MAX_DRAINED)
        wsm_connection_close (self);
      break;
    case WSM_CONNECTION_HANDSHAKE:
    case WSM_CONNECTION_SIGN_IN:
    case WSM_CONNECTION_CLOSED:
    default:
      g_return_if_reached ();
    }
}

/* The peer sends no more. Whoever does not wait for an answer any more does not get one, but one
 * that is on its way goes out. */
static void
take_end (WsmConnection *self)
{
  if (self->state == WSM_CONNECTION_WRITE)
    {
      self->closes = TRUE;
      wsm_connection_set_reading (self, FALSE);
    }
  else
    {
      wsm_connection_close (self);
    }
}

/* Returns whether more may be there at once. */
static gboolean
read_once (WsmConnection *self)
{
  g_autoptr (GError) error = NULL;
  char *input = self->core->input;
  gssize n = g_pollable_input_stream_read_nonblocking (self->input, input, WSM_READ_SIZE, NULL,
                                                       &error);

  if (n < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return FALSE;
  if (n <= 0)
    {
      if (n == 0)
        take_end (self);
      else
        wsm_connection_close (self);
      return FALSE;
    }

  feed (self, input, (gsize) n);

  /* TLS may hold octets that no descriptor tells of: only "would block" is the end there. */
  return self->tls || n == WSM_READ_SIZE;
}

/* wsm_connection_read: something has come, or the peer has gone. */
void
wsm_connection_read (WsmConnection *self)
{
  for (guint i = 0; self->read_source != NULL; i++)
    {
      if (i == MAX_READS)
        {
          g_source_set_ready_time (self->read_source, 0);
          return;
        }
      if (!read_once (self))
        return;
    }
}
