/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-certificate-probe.h"

#include "wsm-client-error.h"
#include "wsm-lost-exchange.h"
#include "wsm-patience.h"
#include "wsman/auth/wsm-refusing-database.h"

/* The data of the task that returns the certificate. */
typedef struct
{
  WsmLostExchange so_far; /* what to say if it fails now */
  WsmPatience patience;
} Probe;

static void
probe_free (gpointer data)
{
  Probe *self = data;

  wsm_patience_clear (&self->patience);
  wsm_endpoint_unref (self->so_far.endpoint);
  g_free (self);
}

/* Whatever it is: somebody is to look at it. That the host has the key to it TLS sees to. */
static gboolean
accept_certificate_cb (GTlsConnection *connection, GTlsCertificate *certificate,
                       GTlsCertificateFlags flags, gpointer user_data)
{
  return TRUE;
}

static void
event_cb (GSocketClient *client, GSocketClientEvent event, GSocketConnectable *connectable,
          GIOStream *connection, gpointer user_data)
{
  Probe *self = g_task_get_task_data (G_TASK (user_data));
  g_autoptr (GTlsDatabase) nobody = NULL;

  if (event == G_SOCKET_CLIENT_CONNECTED)
    self->so_far.progress = WSM_PROGRESS_SECURING;
  if (event != G_SOCKET_CLIENT_TLS_HANDSHAKING)
    return;

  /* Otherwise the authorities of this computer are read, for nothing. */
  nobody = wsm_refusing_database_new ();
  g_tls_connection_set_database (G_TLS_CONNECTION (connection), nobody);
  g_signal_connect (connection, "accept-certificate", G_CALLBACK (accept_certificate_cb), NULL);
}

static void
return_failure (GTask *task, const GError *cause)
{
  Probe *self = g_task_get_task_data (task);
  GCancellable *caller = g_task_get_cancellable (task);

  if (self->patience.is_over)
    self->so_far.stop = WSM_STOP_CONNECT_TIMEOUT;
  else if (caller != NULL && g_cancellable_is_cancelled (caller))
    self->so_far.stop = WSM_STOP_CALLER;
  g_task_return_error (task, wsm_lost_exchange_to_error (&self->so_far, cause));
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Probe *self = g_task_get_task_data (task);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GIOStream) tls = NULL;
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate;

  connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  if (connection == NULL)
    {
      return_failure (task, error);
      return;
    }

  tls = g_object_ref (
    g_tcp_wrapper_connection_get_base_io_stream (G_TCP_WRAPPER_CONNECTION (connection)));
  certificate = g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (tls));
  if (g_tls_connection_get_protocol_version (G_TLS_CONNECTION (tls)) <
        G_TLS_PROTOCOL_VERSION_TLS_1_2 ||
      certificate == NULL)
    g_task_return_new_error (task, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TLS,
                             "%s speaks only a form of TLS that is no longer safe. Nothing was "
                             "sent.",
                             wsm_endpoint_get_host (self->so_far.endpoint));
  else
    g_task_return_pointer (task, g_object_ref (certificate), g_object_unref);

  g_io_stream_close_async (G_IO_STREAM (connection), G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

static Probe *
probe_new (WsmEndpoint *endpoint, guint connect_msec, GCancellable *cancellable)
{
  Probe *self = g_new0 (Probe, 1);

  self->so_far.endpoint = wsm_endpoint_ref (endpoint);
  self->so_far.is_repeatable = TRUE;
  self->so_far.connect_msec = connect_msec;
  wsm_patience_init (&self->patience,
                     g_get_monotonic_time () + connect_msec * (gint64) G_TIME_SPAN_MILLISECOND,
                     cancellable);

  return self;
}

/**
 * wsm_certificate_probe_async:
 * @endpoint: where to look, by https
 * @connect_msec: time to the end of the TLS handshake
 * @cancellable: (nullable): gives up
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Finds out which certificate a host shows, for somebody to decide about. TLS begins, and ends: not
 * an octet of HTTP is sent to a host that nobody trusts yet.
 */
void
wsm_certificate_probe_async (WsmEndpoint *endpoint, guint connect_msec, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnectable) address = NULL;
  Probe *self;

  g_return_if_fail (endpoint != NULL);

  g_task_set_source_tag (task, wsm_certificate_probe_async);
  g_task_set_check_cancellable (task, FALSE);
  if (!wsm_endpoint_is_tls (endpoint))
    {
      g_task_return_new_error (task, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_INVALID_ENDPOINT,
                               "%s shows no certificate over http. Name it with https://.",
                               wsm_endpoint_get_url (endpoint));
      return;
    }

  self = probe_new (endpoint, connect_msec, cancellable);
  g_task_set_task_data (task, self, probe_free);
  g_socket_client_set_tls (client, TRUE);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_signal_connect_object (client, "event", G_CALLBACK (event_cb), task, 0);
  address = g_network_address_new (wsm_endpoint_get_host (endpoint),
                                   wsm_endpoint_get_port (endpoint));
  g_socket_client_connect_async (client, address, self->patience.stopper, connected_cb,
                                 g_steal_pointer (&task));
}

/**
 * wsm_certificate_probe_finish:
 * @result: what the callback got
 * @error: a #WsmClientError, or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full): the certificate, with the chain that came with it; %NULL with @error
 * set otherwise
 */
GTlsCertificate *
wsm_certificate_probe_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
