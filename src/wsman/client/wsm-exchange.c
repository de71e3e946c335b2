/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-exchange.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "wsm-client-error.h"
#include "wsm-lost-exchange.h"
#include "wsman/wire/wsm-envelope.h"

/* One HTTP request on its way; the data of the task that returns the answer. */
typedef struct
{
  WsmLostExchange so_far; /* what to say if it fails now */
  WsmTrust *trust;        /* (owned) */

  SoupMessage *message;      /* (owned) */
  GCancellable *cancellable; /* (owned): ours, so that we know who stopped it */
  GSource *connect_timer;    /* (owned) (nullable) */
  GSource *total_timer;      /* (owned) (nullable) */
  gulong caller_cancelled_id;
  GError *tls_error; /* (owned) (nullable): why the certificate or the version is not good enough */

  guint64 connection_id;
  GInputStream *stream; /* (owned) (nullable): of the answer */
  guint8 *buffer;       /* (owned) (nullable) */
  gsize size;
} Exchange;

static void
clear_timer (GSource **timer)
{
  if (*timer == NULL)
    return;

  g_source_destroy (*timer);
  g_clear_pointer (timer, g_source_unref);
}

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  g_signal_handlers_disconnect_by_data (exchange->message, exchange);
  clear_timer (&exchange->connect_timer);
  clear_timer (&exchange->total_timer);
  wsm_endpoint_unref (exchange->so_far.endpoint);
  g_clear_object (&exchange->trust);
  g_clear_object (&exchange->message);
  g_clear_object (&exchange->cancellable);
  g_clear_error (&exchange->tls_error);
  g_clear_object (&exchange->stream);
  g_free (exchange->buffer);
  g_free (exchange);
}

/**
 * wsm_answer_free:
 * @self: (transfer full): an answer
 */
void
wsm_answer_free (WsmAnswer *self)
{
  g_free (self->content_type);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

/* The first reason counts. */
static void
stop (Exchange *exchange, WsmStop why)
{
  if (exchange->so_far.stop == WSM_STOP_NONE)
    exchange->so_far.stop = why;
  g_cancellable_cancel (exchange->cancellable);
}

static gboolean
connect_timeout_cb (gpointer user_data)
{
  stop (user_data, WSM_STOP_CONNECT_TIMEOUT);
  return G_SOURCE_REMOVE;
}

static gboolean
total_timeout_cb (gpointer user_data)
{
  stop (user_data, WSM_STOP_TIMEOUT);
  return G_SOURCE_REMOVE;
}

/* May come in any thread: what was the caller's doing is found out afterwards. */
static void
caller_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (G_CANCELLABLE (user_data));
}

static void
network_event_cb (SoupMessage *message, GSocketClientEvent event, GIOStream *connection,
                  gpointer user_data)
{
  Exchange *exchange = user_data;

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
  Exchange *exchange = user_data;
  WsmEndpoint *endpoint = exchange->so_far.endpoint;
  g_autoptr (GSocketConnectable) identity = g_network_address_new (
    wsm_endpoint_get_host (endpoint), wsm_endpoint_get_port (endpoint));

  g_clear_error (&exchange->tls_error);
  return wsm_trust_verify (exchange->trust, certificate, identity, &exchange->tls_error);
}

/* Comes when there is a connection, before the first octet. */
static void
starting_cb (SoupMessage *message, gpointer user_data)
{
  Exchange *exchange = user_data;
  WsmEndpoint *endpoint = exchange->so_far.endpoint;

  clear_timer (&exchange->connect_timer);

  /* A second start is a second request: libsoup may repeat one, we do not. */
  if (exchange->so_far.progress >= WSM_PROGRESS_CONNECTED)
    {
      stop (exchange, WSM_STOP_RESEND);
      return;
    }
  exchange->so_far.progress = WSM_PROGRESS_CONNECTED;
  exchange->connection_id = soup_message_get_connection_id (message);

  if (wsm_endpoint_is_tls (endpoint) &&
      soup_message_get_tls_protocol_version (message) < G_TLS_PROTOCOL_VERSION_TLS_1_2)
    {
      g_set_error (&exchange->tls_error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TLS,
                   "%s speaks only a form of TLS that is no longer safe. Nothing was sent.",
                   wsm_endpoint_get_host (endpoint));
      g_cancellable_cancel (exchange->cancellable);
    }
}

/* The head is out, so the body may be: from here on the host may act. */
static void
wrote_headers_cb (SoupMessage *message, gpointer user_data)
{
  Exchange *exchange = user_data;

  exchange->so_far.progress = WSM_PROGRESS_LEFT;
}

static void
settle (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);

  clear_timer (&exchange->connect_timer);
  clear_timer (&exchange->total_timer);
  g_cancellable_disconnect (g_task_get_cancellable (task), exchange->caller_cancelled_id);
  exchange->caller_cancelled_id = 0;
}

static void
return_failure (GTask *task, const GError *cause)
{
  Exchange *exchange = g_task_get_task_data (task);

  settle (task);

  if (exchange->tls_error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&exchange->tls_error));
      return;
    }

  if (exchange->so_far.stop == WSM_STOP_NONE &&
      g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    exchange->so_far.stop = WSM_STOP_CALLER;

  g_task_return_error (task, wsm_lost_exchange_to_error (&exchange->so_far, cause));
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  SoupMessageHeaders *headers = soup_message_get_response_headers (exchange->message);
  g_autoptr (GError) error = NULL;
  const char *encoding = soup_message_headers_get_one (headers, "Content-Encoding");
  WsmAnswer *answer;
  gsize length;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &length, &error))
    {
      return_failure (task, error);
      return;
    }
  if (length > WSM_MAX_ENVELOPE_SIZE)
    {
      stop (exchange, WSM_STOP_TOO_LARGE);
      return_failure (task, NULL);
      return;
    }

  settle (task);
  answer = g_new0 (WsmAnswer, 1);
  answer->status = soup_message_get_status (exchange->message);
  answer->content_type = g_strdup (soup_message_headers_get_one (headers, "Content-Type"));
  answer->is_encoded = encoding != NULL && g_ascii_strcasecmp (encoding, "identity") != 0;
  answer->is_delimited = soup_message_headers_get_encoding (headers) != SOUP_ENCODING_EOF;
  answer->body = g_bytes_new_take (g_steal_pointer (&exchange->buffer), length);
  g_task_return_pointer (task, answer, (GDestroyNotify) wsm_answer_free);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  SoupMessageHeaders *headers = soup_message_get_response_headers (exchange->message);
  g_autoptr (GError) error = NULL;
  goffset announced;

  exchange->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (exchange->stream == NULL)
    {
      return_failure (task, error);
      return;
    }

  /* One octet more than there may be: that one tells an answer that is too large, and for a good
   * one it makes the read run into the end, which gives the connection back to the session. */
  exchange->size = WSM_MAX_ENVELOPE_SIZE + 1;
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
    {
      announced = soup_message_headers_get_content_length (headers);
      if (announced < 0 || announced > WSM_MAX_ENVELOPE_SIZE)
        {
          stop (exchange, WSM_STOP_TOO_LARGE);
          return_failure (task, NULL);
          return;
        }
      exchange->size = (gsize) announced + 1;
    }

  exchange->buffer = g_malloc (exchange->size);
  g_input_stream_read_all_async (exchange->stream, exchange->buffer, exchange->size,
                                 G_PRIORITY_DEFAULT, exchange->cancellable, read_cb,
                                 g_steal_pointer (&task));
}

static GSource *
start_timer (gint64 deadline_usec, GSourceFunc callback, Exchange *exchange)
{
  GSource *timer = g_timeout_source_new (0);

  g_source_set_ready_time (timer, deadline_usec);
  g_source_set_callback (timer, callback, exchange, NULL);
  g_source_attach (timer, g_main_context_get_thread_default ());

  return timer;
}

static SoupMessage *
new_message (const WsmQuestion *question)
{
  SoupMessage *message = soup_message_new_from_uri (SOUP_METHOD_POST,
                                                    wsm_endpoint_get_uri (question->endpoint));
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  /* Without IDEMPOTENT libsoup opens a connection for each POST. It does not make libsoup send a
   * POST again; should a later version do so, starting_cb() stops it. */
  soup_message_set_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT |
                                     SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  soup_message_set_request_body_from_bytes (message, question->content_type, question->body);

  if (question->authorization != NULL)
    soup_message_headers_replace (headers, "Authorization", question->authorization);
  if (question->is_anonymous_identify)
    soup_message_headers_replace (headers, "WSMANIDENTIFY", "unauthenticated");

  return message;
}

static Exchange *
exchange_new (const WsmQuestion *question)
{
  Exchange *exchange = g_new0 (Exchange, 1);

  exchange->so_far.endpoint = wsm_endpoint_ref (question->endpoint);
  exchange->so_far.is_repeatable = question->is_repeatable;
  exchange->so_far.connect_msec = question->connect_msec;
  exchange->so_far.total_msec = question->total_msec;
  exchange->trust = g_object_ref (question->trust);
  exchange->cancellable = g_cancellable_new ();
  exchange->message = new_message (question);

  g_signal_connect (exchange->message, "network-event", G_CALLBACK (network_event_cb), exchange);
  g_signal_connect (exchange->message, "accept-certificate", G_CALLBACK (accept_certificate_cb),
                    exchange);
  g_signal_connect (exchange->message, "starting", G_CALLBACK (starting_cb), exchange);
  g_signal_connect (exchange->message, "wrote-headers", G_CALLBACK (wrote_headers_cb), exchange);

  return exchange;
}

/**
 * wsm_exchange_async:
 * @session: whose one connection is used, or made
 * @question: what to send
 * @cancellable: (nullable): gives up
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Sends one request, once, and reads the answer, with a limit of time for all of it together: what
 * drips does not last longer.
 */
void
wsm_exchange_async (SoupSession *session, const WsmQuestion *question, GCancellable *cancellable,
                    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  Exchange *exchange = exchange_new (question);

  g_task_set_source_tag (task, wsm_exchange_async);
  g_task_set_task_data (task, exchange, exchange_free);
  /* A cancelled request that has left is something else than one that was called off. */
  g_task_set_check_cancellable (task, FALSE);

  exchange->connect_timer = start_timer (g_get_monotonic_time () +
                                           question->connect_msec * G_TIME_SPAN_MILLISECOND,
                                         connect_timeout_cb, exchange);
  exchange->total_timer = start_timer (question->deadline_usec, total_timeout_cb, exchange);
  if (cancellable != NULL)
    exchange->caller_cancelled_id = g_cancellable_connect (
      cancellable, G_CALLBACK (caller_cancelled_cb), g_object_ref (exchange->cancellable),
      g_object_unref);

  soup_session_send_async (session, exchange->message, G_PRIORITY_DEFAULT, exchange->cancellable,
                           sent_cb, g_steal_pointer (&task));
}

/**
 * wsm_exchange_finish:
 * @session: as given to wsm_exchange_async()
 * @result: what the callback got
 * @connection_id: (out): which connection it ran over, also if it failed; 0 if there was none
 * @error: a #WsmClientError, or %G_IO_ERROR_CANCELLED if nothing can have happened
 *
 * Returns: (transfer full): the answer; %NULL with @error set otherwise
 */
WsmAnswer *
wsm_exchange_finish (SoupSession *session, GAsyncResult *result, guint64 *connection_id,
                     GError **error)
{
  Exchange *exchange;

  g_return_val_if_fail (g_task_is_valid (result, session), NULL);

  exchange = g_task_get_task_data (G_TASK (result));
  *connection_id = exchange->connection_id;

  return g_task_propagate_pointer (G_TASK (result), error);
}
