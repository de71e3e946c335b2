/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-helper-socket.h"

#include <gio/gunixsocketaddress.h>

#include "wsm-secret.h"

typedef struct
{
  GByteArray *question; /* (owned) */
  guint8 answer[2];     /* one octet is an answer, two are not */

  GSocketConnection *connection; /* (owned) (nullable) */
  GCancellable *stop;            /* (owned): the caller's wish to end, or the deadline's */
  GSource *deadline;             /* (owned) */
  gulong cancelled_id;
} Talk;

static void
talk_free (gpointer data)
{
  Talk *talk = data;

  wsm_secret_wipe (talk->question->data, talk->question->len);
  g_byte_array_unref (talk->question);
  g_clear_object (&talk->connection);
  g_object_unref (talk->stop);
  g_source_unref (talk->deadline);
  g_free (talk);
}

/* Whatever the end: the connection closes at once, so that a helper that still works sees it. */
static void
settle (GTask *task)
{
  Talk *talk = g_task_get_task_data (task);

  g_source_destroy (talk->deadline);
  g_cancellable_disconnect (g_task_get_cancellable (task), talk->cancelled_id);
  talk->cancelled_id = 0;
  if (talk->connection != NULL)
    g_socket_close (g_socket_connection_get_socket (talk->connection), NULL);
}

/* Takes @error. Its own deadline is no wish of the caller to end. */
static void
fail (GTask *task, GError *error)
{
  settle (task);
  if (g_task_return_error_if_cancelled (task))
    g_error_free (error);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_error_free (error);
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                               "The helper did not answer in time.");
    }
  else
    g_task_return_error (task, error);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Talk *talk = g_task_get_task_data (task);
  GError *error = NULL;
  gsize n_read;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &n_read, &error))
    {
      fail (task, error);
      return;
    }

  settle (task);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (n_read == 1)
    g_task_return_int (task, talk->answer[0]);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                             n_read == 0 ? "The helper ended without an answer."
                                         : "The helper gave more than an answer.");
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Talk *talk = g_task_get_task_data (task);
  GSocket *socket = g_socket_connection_get_socket (talk->connection);
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (talk->connection));
  GError *error = NULL;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error) ||
      !g_socket_shutdown (socket, FALSE, TRUE, &error))
    {
      fail (task, error);
      return;
    }

  wsm_secret_wipe (talk->question->data, talk->question->len);
  g_input_stream_read_all_async (input, talk->answer, sizeof talk->answer, G_PRIORITY_DEFAULT,
                                 talk->stop, read_cb, g_steal_pointer (&task));
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Talk *talk = g_task_get_task_data (task);
  GOutputStream *output;
  GError *error = NULL;

  talk->connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  if (talk->connection == NULL)
    {
      fail (task, error);
      return;
    }

  output = g_io_stream_get_output_stream (G_IO_STREAM (talk->connection));
  g_output_stream_write_all_async (output, talk->question->data, talk->question->len,
                                   G_PRIORITY_DEFAULT, talk->stop, written_cb,
                                   g_steal_pointer (&task));
}

static gboolean
deadline_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

/**
 * wsm_helper_socket_ask_async:
 * @path: (type filename): a stream socket at which a fresh helper answers each connection
 * @question: (transfer full): what to ask; nobody else may hold it, and it is wiped afterwards
 * @timeout_msec: how long it may take in all, in milliseconds
 * @cancellable: (nullable): hangs up at once
 * @callback: when it is over
 * @user_data: for @callback
 *
 * Writes @question and the end of the input, and reads one octet and the end.
 */
void
wsm_helper_socket_ask_async (const char *path, GByteArray *question, guint timeout_msec,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = NULL;
  Talk *talk;

  g_return_if_fail (path != NULL);
  g_return_if_fail (question != NULL);

  talk = g_new0 (Talk, 1);
  talk->question = question;
  talk->stop = g_cancellable_new ();
  talk->deadline = g_timeout_source_new (timeout_msec);
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, wsm_helper_socket_ask_async);
  g_task_set_task_data (task, talk, talk_free);

  g_source_set_callback (talk->deadline, deadline_cb, g_object_ref (talk->stop), g_object_unref);
  g_source_attach (talk->deadline, g_task_get_context (task));
  if (cancellable != NULL)
    talk->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb),
                                                g_object_ref (talk->stop), g_object_unref);

  address = g_unix_socket_address_new (path);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address), talk->stop, connected_cb,
                                 g_steal_pointer (&task));
}

/**
 * wsm_helper_socket_ask_finish:
 * @result: what the callback got
 * @error: a #GIOErrorEnum: %G_IO_ERROR_CANCELLED if the caller hung up, %G_IO_ERROR_TIMED_OUT,
 *   %G_IO_ERROR_INVALID_DATA for another number of octets than one, or why nobody was reached
 *
 * Returns: the octet that was answered, 0 to 255; -1 with @error set otherwise
 */
gint
wsm_helper_socket_ask_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), -1);

  return (gint) g_task_propagate_int (G_TASK (result), error);
}
