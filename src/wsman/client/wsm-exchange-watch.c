/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What may not happen between the first octet of a connection and the last one of a request. */
#include "wsm-exchange-private.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "wsm-client-error.h"

void
wsm_exchange_clear_timer (GSource **timer)
{
  if (*timer == NULL)
    return;

  g_source_destroy (*timer);
  g_clear_pointer (timer, g_source_unref);
}

/* The first reason counts. */
void
wsm_exchange_stop (WsmExchange *exchange, WsmStop why)
{
  if (exchange->so_far.stop == WSM_STOP_NONE)
    exchange->so_far.stop = why;
  g_cancellable_cancel (exchange->cancellable);
}

static void
check_tls_version (WsmExchange *exchange, GTlsProtocolVersion version)
{
  if (version >= G_TLS_PROTOCOL_VERSION_TLS_1_2)
    return;

  g_clear_error (&exchange->tls_error);
  g_set_error (&exchange->tls_error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TLS,
               "%s speaks only a form of TLS that is no longer safe. Nothing was sent.",
               wsm_endpoint_get_host (exchange->so_far.endpoint));
  g_cancellable_cancel (exchange->cancellable);
}

/* Signing in is bound to the certificate that this very connection has shown. */
static void
note_binding (WsmExchange *exchange, GTlsConnection *connection)
{
  GByteArray *hash = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&exchange->binding, g_bytes_unref);
  if (g_tls_connection_get_channel_binding_data (
        connection, G_TLS_CHANNEL_BINDING_TLS_SERVER_END_POINT, hash, &error))
    exchange->binding = g_byte_array_free_to_bytes (g_steal_pointer (&hash));
  else
    g_debug ("There is no channel binding: %s", error->message);

  g_clear_pointer (&hash, g_byte_array_unref);
}

static void
network_event_cb (SoupMessage *message, GSocketClientEvent event, GIOStream *connection,
                  gpointer user_data)
{
  WsmExchange *exchange = user_data;

  /* It comes for a message that opens a connection, and only for that. */
  exchange->is_new_connection = TRUE;
  if (exchange->wanted_id != 0)
    {
      wsm_exchange_stop (exchange, WSM_STOP_OTHER_CONNECTION);
      return;
    }

  /* A host may ask for a certificate where we sign in otherwise. libsoup keeps that question for
   * the message that will use the connection, so that connecting ahead of one would wait for ever.
   */
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING && !exchange->has_certificate)
    g_tls_connection_set_interaction (G_TLS_CONNECTION (connection), NULL);
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKED && G_IS_TLS_CONNECTION (connection))
    {
      check_tls_version (exchange,
                         g_tls_connection_get_protocol_version (G_TLS_CONNECTION (connection)));
      note_binding (exchange, G_TLS_CONNECTION (connection));
    }
  if (event != G_SOCKET_CLIENT_CONNECTED)
    return;

  exchange->so_far.progress = WSM_PROGRESS_SECURING;

  /* Head and body are two writes: Nagle's algorithm would hold the second for 40 ms. */
  if (G_IS_SOCKET_CONNECTION (connection))
    g_socket_set_option (g_socket_connection_get_socket (G_SOCKET_CONNECTION (connection)),
                         IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
}

/* Every certificate comes here: the session's database vouches for none. Comes before the first
 * octet of HTTP, so nothing has been sent to a host that is refused here. */
static gboolean
accept_certificate_cb (SoupMessage *message, GTlsCertificate *certificate,
                       GTlsCertificateFlags flags, gpointer user_data)
{
  WsmExchange *exchange = user_data;
  WsmEndpoint *endpoint = exchange->so_far.endpoint;
  g_autoptr (GSocketConnectable) identity = g_network_address_new (
    wsm_endpoint_get_host (endpoint), wsm_endpoint_get_port (endpoint));

  g_clear_error (&exchange->tls_error);
  return wsm_trust_verify (exchange->trust, certificate, identity, &exchange->tls_error);
}

/* libsoup replaces a connection that was closed, without a word. What is meant for the one that is
 * signed in must not go over another: there it would be read by nobody knows whom. */
static gboolean
is_wanted_connection (WsmExchange *exchange)
{
  if (exchange->wanted_id != 0)
    return exchange->connection_id == exchange->wanted_id;

  return !exchange->needs_new_connection || exchange->is_new_connection;
}

/* Comes when there is a connection, before the first octet. */
static void
starting_cb (SoupMessage *message, gpointer user_data)
{
  WsmExchange *exchange = user_data;

  wsm_exchange_clear_timer (&exchange->connect_timer);

  /* A second start is a second request: libsoup may repeat one, we do not. */
  if (exchange->so_far.progress >= WSM_PROGRESS_CONNECTED)
    {
      wsm_exchange_stop (exchange, WSM_STOP_RESEND);
      return;
    }
  exchange->so_far.progress = WSM_PROGRESS_CONNECTED;
  exchange->connection_id = soup_message_get_connection_id (message);

  if (!is_wanted_connection (exchange))
    {
      wsm_exchange_stop (exchange, WSM_STOP_OTHER_CONNECTION);
      return;
    }
  if (wsm_endpoint_is_tls (exchange->so_far.endpoint))
    check_tls_version (exchange, soup_message_get_tls_protocol_version (message));
}

/* The head is out, so the body may be: from here on the host may act. */
static void
wrote_headers_cb (SoupMessage *message, gpointer user_data)
{
  WsmExchange *exchange = user_data;

  exchange->so_far.progress = WSM_PROGRESS_LEFT;
}

/* From now on until the message is gone. */
void
wsm_exchange_watch (WsmExchange *exchange)
{
  g_signal_connect (exchange->message, "network-event", G_CALLBACK (network_event_cb), exchange);
  g_signal_connect (exchange->message, "accept-certificate", G_CALLBACK (accept_certificate_cb),
                    exchange);
  g_signal_connect (exchange->message, "starting", G_CALLBACK (starting_cb), exchange);
  g_signal_connect (exchange->message, "wrote-headers", G_CALLBACK (wrote_headers_cb), exchange);
}
