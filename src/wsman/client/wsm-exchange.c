/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-exchange-private.h"

#include <string.h>

#include "wsman/wire/wsm-envelope.h"
#include "wsman/wire/wsm-sealed-body.h"

static void
exchange_free (gpointer data)
{
  WsmExchange *exchange = data;

  g_signal_handlers_disconnect_by_data (exchange->message, exchange);
  wsm_exchange_clear_timer (&exchange->connect_timer);
  wsm_exchange_clear_timer (&exchange->total_timer);
  wsm_endpoint_unref (exchange->so_far.endpoint);
  g_clear_object (&exchange->trust);
  g_clear_object (&exchange->message);
  g_clear_object (&exchange->cancellable);
  g_clear_error (&exchange->tls_error);
  g_clear_pointer (&exchange->binding, g_bytes_unref);
  g_clear_object (&exchange->stream);
  g_free (exchange->buffer);
  g_free (exchange);
}

static gboolean
connect_timeout_cb (gpointer user_data)
{
  wsm_exchange_stop (user_data, WSM_STOP_CONNECT_TIMEOUT);
  return G_SOURCE_REMOVE;
}

static gboolean
total_timeout_cb (gpointer user_data)
{
  wsm_exchange_stop (user_data, WSM_STOP_TIMEOUT);
  return G_SOURCE_REMOVE;
}

/* May come in any thread: what was the caller's doing is found out afterwards. */
static void
caller_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (G_CANCELLABLE (user_data));
}

static void
settle (GTask *task)
{
  WsmExchange *exchange = g_task_get_task_data (task);

  wsm_exchange_clear_timer (&exchange->connect_timer);
  wsm_exchange_clear_timer (&exchange->total_timer);
  g_cancellable_disconnect (g_task_get_cancellable (task), exchange->caller_cancelled_id);
  exchange->caller_cancelled_id = 0;
}

static void
return_failure (GTask *task, const GError *cause)
{
  WsmExchange *exchange = g_task_get_task_data (task);

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
  WsmExchange *exchange = g_task_get_task_data (task);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &length, &error))
    {
      return_failure (task, error);
      return;
    }
  if (length > exchange->max_size)
    {
      wsm_exchange_stop (exchange, WSM_STOP_TOO_LARGE);
      return_failure (task, NULL);
      return;
    }

  settle (task);
  body = g_bytes_new_take (g_steal_pointer (&exchange->buffer), length);
  g_task_return_pointer (task, wsm_answer_new (exchange->message, exchange->scheme, body),
                         (GDestroyNotify) wsm_answer_free);
}

static gsize
find_max_size (SoupMessageHeaders *headers)
{
  const char *type = soup_message_headers_get_one (headers, "Content-Type");

  if (type != NULL && wsm_sealed_body_is_type (type, strlen (type)))
    return WSM_MAX_ENVELOPE_SIZE + WSM_SEALED_MAX_EXTRA;

  return WSM_MAX_ENVELOPE_SIZE;
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  WsmExchange *exchange = g_task_get_task_data (task);
  SoupMessageHeaders *headers = soup_message_get_response_headers (exchange->message);
  g_autoptr (GError) error = NULL;
  goffset announced;
  gsize size;

  exchange->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (exchange->stream == NULL)
    {
      return_failure (task, error);
      return;
    }

  exchange->max_size = find_max_size (headers);
  size = exchange->max_size;
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
    {
      announced = soup_message_headers_get_content_length (headers);
      if (announced < 0 || (gsize) announced > size)
        {
          wsm_exchange_stop (exchange, WSM_STOP_TOO_LARGE);
          return_failure (task, NULL);
          return;
        }
      size = (gsize) announced;
    }

  /* One octet more than there may be: that one tells an answer that is too large, and for a good
   * one it makes the read run into the end, which gives the connection back to the session. */
  exchange->buffer = g_malloc (size + 1);
  g_input_stream_read_all_async (exchange->stream, exchange->buffer, size + 1, G_PRIORITY_DEFAULT,
                                 exchange->cancellable, read_cb, g_steal_pointer (&task));
}

static GSource *
start_timer (gint64 deadline_usec, GSourceFunc callback, WsmExchange *exchange)
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
  soup_message_set_flags (message,
                          SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT |
                            SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE |
                            (question->needs_new_connection ? SOUP_MESSAGE_NEW_CONNECTION : 0));
  if (question->body != NULL)
    soup_message_set_request_body_from_bytes (message, question->content_type, question->body);

  if (question->certificate != NULL)
    soup_message_set_tls_client_certificate (message, question->certificate);

  if (question->authorization != NULL)
    soup_message_headers_replace (headers, "Authorization", question->authorization);
  if (question->is_anonymous_identify)
    soup_message_headers_replace (headers, "WSMANIDENTIFY", "unauthenticated");

  return message;
}

static WsmExchange *
exchange_new (const WsmQuestion *question)
{
  WsmExchange *exchange = g_new0 (WsmExchange, 1);

  exchange->so_far.endpoint = wsm_endpoint_ref (question->endpoint);
  exchange->so_far.is_repeatable = question->is_repeatable;
  exchange->so_far.connect_msec = question->connect_msec;
  exchange->so_far.total_msec = question->total_msec;
  exchange->trust = g_object_ref (question->trust);
  exchange->has_certificate = question->certificate != NULL;
  exchange->scheme = question->scheme;
  exchange->wanted_id = question->connection_id;
  exchange->needs_new_connection = question->needs_new_connection;
  exchange->cancellable = g_cancellable_new ();
  exchange->message = new_message (question);

  wsm_exchange_watch (exchange);

  return exchange;
}

/* The task of one exchange, with its timers running. */
static GTask *
new_task (SoupSession *session, const WsmQuestion *question, GCancellable *cancellable,
          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (session, cancellable, callback, user_data);
  WsmExchange *exchange = exchange_new (question);

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

  return task;
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
 * drips does not last longer. Where @question wants a certain connection and that is gone, it ends
 * in %WSM_CLIENT_ERROR_DISCONNECTED before an octet has left.
 */
void
wsm_exchange_async (SoupSession *session, const WsmQuestion *question, GCancellable *cancellable,
                    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = new_task (session, question, cancellable, callback, user_data);
  WsmExchange *exchange = g_task_get_task_data (task);

  g_task_set_source_tag (task, wsm_exchange_async);
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
  WsmExchange *exchange;

  g_return_val_if_fail (g_task_is_valid (result, session), NULL);

  exchange = g_task_get_task_data (G_TASK (result));
  *connection_id = exchange->connection_id;

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  WsmExchange *exchange = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!soup_session_preconnect_finish (SOUP_SESSION (source), result, &error) ||
      exchange->tls_error != NULL || exchange->so_far.stop != WSM_STOP_NONE)
    {
      return_failure (task, error);
      return;
    }

  settle (task);
  exchange->connection_id = soup_message_get_connection_id (exchange->message);
  g_task_return_pointer (
    task, exchange->binding != NULL ? g_bytes_ref (exchange->binding) : g_bytes_new_static ("", 0),
    (GDestroyNotify) g_bytes_unref);
}

/**
 * wsm_exchange_connect_async:
 * @session: whose one connection is made
 * @question: whom to ask; what to send does not matter
 * @cancellable: (nullable): gives up
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Opens a connection and sends nothing: what is sent first may have to depend on the certificate
 * that the host shows.
 */
void
wsm_exchange_connect_async (SoupSession *session, const WsmQuestion *question,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = new_task (session, question, cancellable, callback, user_data);
  WsmExchange *exchange = g_task_get_task_data (task);

  g_task_set_source_tag (task, wsm_exchange_connect_async);
  soup_session_preconnect_async (session, exchange->message, G_PRIORITY_DEFAULT,
                                 exchange->cancellable, connected_cb, g_steal_pointer (&task));
}

/**
 * wsm_exchange_connect_finish:
 * @session: as given to wsm_exchange_connect_async()
 * @result: what the callback got
 * @connection_id: (out): the connection that there is now
 * @error: as wsm_exchange_finish()
 *
 * Returns: (transfer full): the hash of tls-server-end-point (RFC 5929), empty if there is none;
 *   %NULL with @error set if there is no connection
 */
GBytes *
wsm_exchange_connect_finish (SoupSession *session, GAsyncResult *result, guint64 *connection_id,
                             GError **error)
{
  WsmExchange *exchange;

  g_return_val_if_fail (g_task_is_valid (result, session), NULL);

  exchange = g_task_get_task_data (G_TASK (result));
  *connection_id = exchange->connection_id;

  return g_task_propagate_pointer (G_TASK (result), error);
}
