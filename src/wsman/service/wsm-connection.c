/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-connection-private.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "wsman/auth/wsm-secret.h"

#define DRAIN_MSEC 1000

WsmConnection *
wsm_connection_ref (WsmConnection *self)
{
  g_ref_count_inc (&self->references);

  return self;
}

void
wsm_connection_unref (WsmConnection *self)
{
  if (!g_ref_count_dec (&self->references))
    return;

  /* first, or a TLS stream would end by a farewell that waits for the peer */
  g_socket_close (self->socket, NULL);
  g_clear_object (&self->stream);
  g_object_unref (self->socket);
  g_clear_object (&self->cancellable);
  g_free (self->address);
  g_free (self->authenticate);
  wsm_service_core_unref (self->core);
  g_free (self);
}

/* wsm_connection_enter: into a state that ends by itself, or by its deadline in @msec. */
void
wsm_connection_enter (WsmConnection *self, WsmConnectionState state, guint msec)
{
  gint64 usec = g_get_monotonic_time () + msec * (gint64) 1000;

  self->state = state;
  if (self->acceptance != NULL) /* one deadline for all its legs */
    usec = MIN (usec, self->exchange_until_usec);
  wsm_deadline_set (&self->deadline, usec);
}

/* wsm_connection_await_request: all is done; the client may ask the next thing. */
void
wsm_connection_await_request (WsmConnection *self)
{
  const WsmServiceLimits *limits = &self->core->limits;
  /* a web server closes what it does not need; it must not find it closed by us */
  gboolean is_signed_in = self->is_front || self->signed_in.principal != NULL;
  gint64 end_of_life_usec = self->born_usec + limits->life_msec * (gint64) 1000;

  wsm_connection_enter (self, WSM_CONNECTION_HEAD,
                        is_signed_in ? limits->idle_signed_in_msec
                                     : limits->idle_not_signed_in_msec);
  if (self->deadline.usec > end_of_life_usec)
    wsm_deadline_set (&self->deadline, end_of_life_usec);
  wsm_connection_set_reading (self, TRUE);
}

static gboolean
readable_cb (GObject *stream, gpointer user_data)
{
  g_autoptr (WsmConnection) self = wsm_connection_ref (user_data);

  /* setting it wakes the main loop by a system call, also if nothing changes */
  if (g_source_get_ready_time (self->read_source) != -1)
    g_source_set_ready_time (self->read_source, -1);
  wsm_connection_read (self);

  return G_SOURCE_CONTINUE;
}

/*
 * wsm_connection_set_reading: whether what comes is read.
 *
 * The source stays through the requests of a connection; making one costs as much as a request.
 */
void
wsm_connection_set_reading (WsmConnection *self, gboolean reading)
{
  if (self->is_parked)
    wsm_parking_remove (self->core->parking, g_socket_get_fd (self->socket));
  self->is_parked = FALSE;
  if (reading == (self->read_source != NULL))
    return;

  if (!reading)
    {
      g_source_destroy (self->read_source);
      g_clear_pointer (&self->read_source, g_source_unref);
      return;
    }

  self->read_source = g_pollable_input_stream_create_source (self->input, NULL);
  /* Without this GLib takes the source out of the poll for the length of each callback: four system
   * calls a request. No callback here runs the main loop, so there is nothing to recurse into. */
  g_source_set_can_recurse (self->read_source, TRUE);
  g_source_set_callback (self->read_source, G_SOURCE_FUNC (readable_cb), self, NULL);
  g_source_attach (self->read_source, self->core->context);
}

/*
 * wsm_connection_park: nothing will come for a while, and all that has come was read.
 *
 * Under TLS as well the descriptor tells then whether something comes or the peer goes.
 */
void
wsm_connection_park (WsmConnection *self)
{
  if (self->read_source == NULL)
    return;

  wsm_connection_set_reading (self, FALSE);
  self->is_parked = wsm_parking_add (self->core->parking, g_socket_get_fd (self->socket), self);
  if (!self->is_parked)
    wsm_connection_set_reading (self, TRUE);
}

/* wsm_connection_call: a #WsmParkingCalled. */
void
wsm_connection_call (gpointer parked)
{
  g_autoptr (WsmConnection) self = wsm_connection_ref (parked);

  wsm_connection_set_reading (self, TRUE);
  wsm_connection_read (self);
}

/* wsm_connection_drop_request: what was kept of the request is not needed any more. */
void
wsm_connection_drop_request (WsmConnection *self)
{
  if (self->in != NULL) /* it may hold a password */
    wsm_secret_wipe (self->in->data, self->in->len);
  g_clear_pointer (&self->in, g_byte_array_unref);
  g_clear_pointer (&self->body, g_free);
  g_clear_pointer (&self->sealed_type, g_free);
  self->is_sealed = FALSE;
  self->body_length = 0;
  self->begun_usec = 0;
  if (self->is_front)
    wsm_connection_end_front_request (self);
}

/* wsm_connection_audit: a journal entry of who is here. */
void
wsm_connection_audit (WsmConnection *self, WsmAuditEvent event, const char *summary)
{
  WsmPrincipal *principal = self->signed_in.principal;
  g_autofree char *user = principal != NULL ? wsm_principal_to_string (principal) : NULL;
  gboolean is_nobody = self->is_front && self->address == NULL;
  WsmAuditWho who = { .user = user, .peer = self->address };

  if (!is_nobody)
    who.tls = wsm_connection_is_secure (self) ? "yes" : "no";
  if (principal != NULL)
    {
      who.mechanism = wsm_principal_get_mechanism (principal);
      who.bound = wsm_principal_is_bound (principal) ? "yes" : "no";
    }
  wsm_service_audit (event, &who, summary);
}

/* wsm_connection_is_answering: whether a request is with the handler, or its answer on its way. */
gboolean
wsm_connection_is_answering (WsmConnection *self)
{
  return self->state == WSM_CONNECTION_BUSY || self->state == WSM_CONNECTION_WRITE;
}

/* wsm_connection_close: at once; idempotent. */
void
wsm_connection_close (WsmConnection *self)
{
  if (self->state == WSM_CONNECTION_CLOSED)
    return;

  self->state = WSM_CONNECTION_CLOSED;
  wsm_deadline_remove (&self->deadline);
  wsm_connection_set_reading (self, FALSE);
  if (self->write_source != NULL)
    g_source_destroy (self->write_source);
  g_clear_pointer (&self->write_source, g_source_unref);
  wsm_connection_end_exchange (self, TRUE);
  wsm_connection_drop_request (self);
  g_clear_pointer (&self->out, g_bytes_unref);

  if (self->is_front)
    wsm_admission_leave_front (self->core->admission);
  else
    wsm_admission_leave (self->core->admission, self->source, self->signed_in.principal != NULL);
  wsm_signed_in_clear (&self->signed_in);
  g_queue_unlink (&self->core->connections, &self->link);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  /* GIO grants a client of TLS 1.2 a second handshake and waits for it in a thread, without an end:
   * enough of those and no thread is left for anybody's first one. This wakes it. */
  if (self->tls)
    g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
  /* A thread that waits for this descriptor must not find another connection under its number: then
   * the last reference closes it. */
  if (!self->is_in_thread)
    g_socket_close (self->socket, NULL);
  g_clear_pointer (&self->pending, wsm_pending_abandon);
  wsm_connection_unref (self);
}

static void
farewell_cb (GObject *output, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WsmConnection) self = user_data;

  g_output_stream_close_finish (G_OUTPUT_STREAM (output), result, NULL);
  self->is_in_thread = FALSE;
  if (self->state == WSM_CONNECTION_DRAIN)
    g_socket_shutdown (self->socket, FALSE, TRUE, NULL);
}

/*
 * wsm_connection_linger: ends the connection so that the peer can read the last answer.
 *
 * To close with unread input means RST, and then the answer may be lost on its way.
 */
void
wsm_connection_linger (WsmConnection *self)
{
  wsm_connection_end_exchange (self, TRUE);
  wsm_connection_drop_request (self);
  wsm_connection_enter (self, WSM_CONNECTION_DRAIN, DRAIN_MSEC);
  if (self->tls)
    {
      g_clear_object (&self->cancellable);
      self->cancellable = g_cancellable_new ();
      self->is_in_thread = TRUE;
      g_output_stream_close_async (G_OUTPUT_STREAM (self->output), G_PRIORITY_DEFAULT,
                                   self->cancellable, farewell_cb, wsm_connection_ref (self));
    }
  else
    {
      g_socket_shutdown (self->socket, FALSE, TRUE, NULL);
    }
  wsm_connection_set_reading (self, TRUE);
}

/* GIO begins a second handshake of TLS 1.2 in a thread of its own, and only a later read collects
 * it with all it holds: that read has to come before the end. */
static void
end_missed (WsmConnection *self)
{
  if (!self->tls || self->is_shut || self->state == WSM_CONNECTION_HANDSHAKE)
    {
      wsm_connection_close (self);
      return;
    }

  self->is_shut = TRUE;
  if (self->write_source != NULL)
    g_source_destroy (self->write_source);
  g_clear_pointer (&self->write_source, g_source_unref);
  wsm_connection_drop_request (self);
  wsm_connection_enter (self, WSM_CONNECTION_DRAIN, DRAIN_MSEC);
  g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
  wsm_connection_set_reading (self, TRUE);
}

static void
missed_cb (gpointer owner)
{
  g_autoptr (WsmConnection) self = wsm_connection_ref (owner);

  switch (self->state)
    {
    case WSM_CONNECTION_HEAD:
      if (self->begun_usec == 0 && self->to_discard == 0)
        wsm_connection_linger (self);
      else
        end_missed (self);
      break;
    case WSM_CONNECTION_SIGN_IN:
      wsm_connection_end_sign_in (self);
      break;
    case WSM_CONNECTION_BUSY:
      wsm_connection_end_waiting (self);
      break;
    case WSM_CONNECTION_HANDSHAKE:
    case WSM_CONNECTION_BODY:
    case WSM_CONNECTION_WRITE:
    case WSM_CONNECTION_DRAIN:
    case WSM_CONNECTION_CLOSED:
    default:
      end_missed (self);
      break;
    }
}

static void
use_stream (WsmConnection *self)
{
  self->input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->stream));
  self->output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->stream));
  wsm_connection_await_request (self);
}

static const char *
check_handshake (WsmConnection *self, GAsyncResult *result, GError **error)
{
  GTlsConnection *tls = G_TLS_CONNECTION (self->stream);

  if (!g_tls_connection_handshake_finish (tls, result, error))
    return "the TLS handshake failed";
  if (g_tls_connection_get_protocol_version (tls) < G_TLS_PROTOCOL_VERSION_TLS_1_2)
    return "its TLS is older than 1.2";

  return NULL;
}

static void
handshake_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WsmConnection) self = user_data;
  g_autoptr (GError) error = NULL;
  const char *problem = check_handshake (self, result, &error);

  wsm_admission_end_handshake (self->core->admission);
  self->is_in_thread = FALSE;
  if (self->state == WSM_CONNECTION_CLOSED)
    return;

  if (problem == NULL)
    {
      use_stream (self);
      return;
    }
  g_debug ("%s: %s (%s)", self->address, problem, error != NULL ? error->message : "-");
  wsm_connection_close (self);
}

/* Whose it is will be asked when somebody wants to sign in by it. */
static gboolean
accept_certificate_cb (GTlsConnection *tls, GTlsCertificate *certificate,
                       GTlsCertificateFlags problems, gpointer user_data)
{
  return TRUE;
}

static gboolean
begin_handshake (WsmConnection *self, GTlsCertificate *certificate)
{
  g_autoptr (GError) error = NULL;
  GIOStream *tls;

  if (!wsm_admission_begin_handshake (self->core->admission))
    {
      if (wsm_rarely_may (self->core->refusals, self->source, self->born_usec))
        wsm_connection_audit (self, WSM_AUDIT_REFUSED,
                              "Refused a connection, as there are too many TLS handshakes at once");
      return FALSE;
    }

  tls = g_tls_server_connection_new (self->stream, certificate, &error);
  if (tls == NULL)
    {
      g_warning ("TLS cannot begin: %s", error->message);
      wsm_admission_end_handshake (self->core->admission);
      return FALSE;
    }
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (tls), FALSE);
  g_object_set (tls, "authentication-mode",
                self->core->wants_certificates ? G_TLS_AUTHENTICATION_REQUESTED
                                               : G_TLS_AUTHENTICATION_NONE,
                NULL);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_certificate_cb), NULL);

  g_object_unref (self->stream);
  self->stream = tls;
  self->cancellable = g_cancellable_new ();
  self->is_in_thread = TRUE;
  wsm_connection_enter (self, WSM_CONNECTION_HANDSHAKE, self->core->limits.handshake_msec);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, self->cancellable,
                                    handshake_cb, wsm_connection_ref (self));

  return TRUE;
}

static gboolean
is_loopback (GSocketAddress *address)
{
  return G_IS_INET_SOCKET_ADDRESS (address) &&
         g_inet_address_get_is_loopback (
           g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

static void
look_at_ends (WsmConnection *self)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (self->socket, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_get_remote_address (self->socket, NULL);

  if (G_IS_INET_SOCKET_ADDRESS (remote))
    self->address = g_inet_address_to_string (
      g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote)));
  self->schemes = wsm_sign_in_get_schemes (self->core->sign_in, self->tls);
  if (self->tls ||
      (self->core->clear_basic_on_loopback && is_loopback (local) && is_loopback (remote)))
    self->schemes |= WSM_AUTH_SCHEME_BASIC;
}

static WsmConnection *
connection_new (WsmServiceCore *core, GSocket *socket, WsmSource source)
{
  WsmConnection *self = g_new0 (WsmConnection, 1);

  g_ref_count_init (&self->references);
  self->core = wsm_service_core_ref (core);
  self->link.data = self;
  g_queue_push_tail_link (&core->connections, &self->link);
  self->deadline.missed = missed_cb;
  self->deadline.owner = self;
  wsm_deadline_add (&self->deadline, core->deadlines);

  self->born_usec = g_get_monotonic_time ();
  self->source = source;
  self->socket = g_object_ref (socket);
  self->stream = G_IO_STREAM (g_socket_connection_factory_create_connection (socket));

  return self;
}

/**
 * wsm_connection_start:
 * @core: (transfer none): of the service
 * @socket: (transfer none): an accepted connection, already counted by wsm_admission_enter()
 * @source: where it comes from
 * @certificate: (transfer none) (nullable): speak TLS, with it
 *
 * Serves a connection until it is closed, by either end or a limit.
 */
void
wsm_connection_start (WsmServiceCore *core, GSocket *socket, WsmSource source,
                      GTlsCertificate *certificate)
{
  WsmConnection *self = connection_new (core, socket, source);

  self->tls = certificate != NULL;
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  look_at_ends (self);

  if (certificate == NULL)
    use_stream (self);
  else if (!begin_handshake (self, certificate))
    wsm_connection_close (self);
}

/**
 * wsm_connection_start_front:
 * @core: (transfer none): of the service
 * @socket: (transfer none): an accepted connection of the web server in front, already counted by
 *   wsm_admission_enter_front()
 *
 * Serves a connection over which a web server passes on requests of its clients.
 */
void
wsm_connection_start_front (WsmServiceCore *core, GSocket *socket)
{
  WsmConnection *self = connection_new (core, socket, WSM_SOURCE_FRONT);

  self->is_front = TRUE;
  use_stream (self);
}
