/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-connection-private.h"

#define CONTINUE "HTTP/1.1 100 Continue\r\n\r\n"

#define MAX_IDLE_OUTPUT (64 * 1024)

/* Returns octets written, maybe 0; -1 if the connection is broken. */
static gssize
try_write (WsmConnection *self, const char *octets, gsize length)
{
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_output_stream_write_nonblocking (self->output, octets, length, NULL,
                                                         &error);

  if (n < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return 0;

  return n;
}

/* An answer is out. */
static void
end_answer (WsmConnection *self)
{
  g_clear_pointer (&self->out, g_bytes_unref);
  if (self->closes)
    wsm_connection_linger (self);
  else
    wsm_connection_await_request (self);
}

static gboolean
writable_cb (GObject *stream, gpointer user_data)
{
  g_autoptr (WsmConnection) self = wsm_connection_ref (user_data);
  gsize length;
  const char *octets = g_bytes_get_data (self->out, &length);
  gssize n = try_write (self, octets, length);
  GBytes *rest;

  if (n < 0)
    {
      wsm_connection_close (self);
      return G_SOURCE_REMOVE;
    }
  if ((gsize) n < length)
    {
      rest = g_bytes_new_from_bytes (self->out, (gsize) n, length - (gsize) n);
      g_bytes_unref (self->out);
      self->out = rest;
      return G_SOURCE_CONTINUE;
    }

  g_source_destroy (self->write_source);
  g_clear_pointer (&self->write_source, g_source_unref);
  end_answer (self);

  return G_SOURCE_REMOVE;
}

static void
write_later (WsmConnection *self, const char *octets, gsize length)
{
  self->out = g_bytes_new (octets, length);
  wsm_connection_enter (self, WSM_CONNECTION_WRITE, self->core->limits.write_msec);
  self->write_source = g_pollable_output_stream_create_source (self->output, NULL);
  g_source_set_callback (self->write_source, G_SOURCE_FUNC (writable_cb), self, NULL);
  g_source_attach (self->write_source, self->core->context);
}

/*
 * wsm_connection_answer: sends @answer and clears it. It is the last one of the connection if that
 * is old, or as the client wishes, or after wsm_connection_refuse().
 */
void
wsm_connection_answer (WsmConnection *self, WsmAnswer *answer)
{
  const WsmServiceLimits *limits = &self->core->limits;
  GString *output = self->core->output;
  gssize n;

  if (++self->n_requests >= limits->requests_per_connection ||
      g_get_monotonic_time () >= self->born_usec + limits->life_msec * (gint64) 1000)
    self->closes = TRUE;
  if (self->is_sealed && answer->body != NULL)
    wsm_connection_seal (self, answer);
  wsm_connection_drop_request (self);

  g_string_truncate (output, 0);
  answer->authenticate = self->authenticate;
  wsm_answer_append (answer, self->closes, output);
  g_clear_pointer (&self->authenticate, g_free);
  wsm_answer_clear (answer);

  /* Mostly the peer waits for this and there is room: no detour over the main loop. */
  n = try_write (self, output->str, output->len);
  if (n < 0)
    wsm_connection_close (self);
  else if ((gsize) n < output->len)
    write_later (self, output->str + n, output->len - (gsize) n);
  else
    end_answer (self);

  if (output->allocated_len > MAX_IDLE_OUTPUT)
    {
      g_string_free (self->core->output, TRUE);
      self->core->output = g_string_new (NULL);
    }
}

/* wsm_connection_answer_status: an answer without body. */
void
wsm_connection_answer_status (WsmConnection *self, guint status)
{
  WsmAnswer answer = { .status = status, .schemes = wsm_connection_get_schemes (self) };

  wsm_connection_answer (self, &answer);
}

/* wsm_connection_refuse: an answer without body, and the end of the connection. */
void
wsm_connection_refuse (WsmConnection *self, guint status)
{
  self->closes = TRUE;
  wsm_connection_answer_status (self, status);
}

/* wsm_connection_continue: tells a client that waits for it to send its body. */
void
wsm_connection_continue (WsmConnection *self)
{
  /* A peer that has no room for 25 octets has not read its last answers. */
  if (try_write (self, CONTINUE, sizeof CONTINUE - 1) != sizeof CONTINUE - 1)
    wsm_connection_close (self);
}
