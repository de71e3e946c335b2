/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Answers every POST on every address of the loopback network with one fixed body, at once or after
 * a delay, over http or https, or sealed by Kerberos: 2,000 hosts in one process. Prints its port;
 * ends when its standard input does. */

#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench-sealing.h"

#define BUFFER_SIZE 16384
#define URI         "http://schemas.curfew.org/wsman/1/WindowsShutdown"

typedef struct
{
  GIOStream *stream;     /* (owned) */
  BenchSealing *sealing; /* (owned) */
  GBytes *answer;        /* (owned) (nullable): the one that is written */
  char buffer[BUFFER_SIZE];
  gsize used;
} Connection;

/* The agent's answer to a request for a shutdown. */
static const char envelope[] =
  "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
  "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\"><s:Header><a:Action>" URI
  "/WsdrInitiateShutdownResponse</a:Action></s:Header><s:Body>"
  "<p:WsdrInitiateShutdown_OUTPUT xmlns:p=\"" URI "\"><p:ReturnValue>0</p:ReturnValue>"
  "</p:WsdrInitiateShutdown_OUTPUT></s:Body></s:Envelope>";

static GBytes *clear_answer;
static gboolean is_sealed;
static guint delay_msec;
static GTlsCertificate *certificate;

static void read_more (Connection *connection);

static void
connection_free (Connection *connection)
{
  g_io_stream_close_async (connection->stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  g_object_unref (connection->stream);
  bench_sealing_free (connection->sealing);
  g_clear_pointer (&connection->answer, g_bytes_unref);
  g_free (connection);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Connection *connection = user_data;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    connection_free (connection);
  else
    read_more (connection);
}

static gboolean
answer_cb (gpointer user_data)
{
  Connection *connection = user_data;
  gsize length;
  const void *data;

  g_clear_pointer (&connection->answer, g_bytes_unref);
  connection->answer = is_sealed ? bench_sealing_answer (connection->sealing, connection->buffer,
                                                         connection->used, envelope)
                                 : g_bytes_ref (clear_answer);
  data = g_bytes_get_data (connection->answer, &length);

  connection->used = 0;
  g_output_stream_write_all_async (g_io_stream_get_output_stream (connection->stream), data, length,
                                   G_PRIORITY_DEFAULT, NULL, written_cb, connection);
  return G_SOURCE_REMOVE;
}

static gboolean
is_complete (Connection *connection)
{
  const char *head_end;
  const char *length;

  connection->buffer[connection->used] = '\0';
  head_end = strstr (connection->buffer, "\r\n\r\n");
  if (head_end == NULL)
    return FALSE;
  length = strcasestr (connection->buffer, "\r\ncontent-length:");
  return length != NULL &&
         connection->used >= (gsize) (head_end + 4 - connection->buffer) +
                               strtoul (length + strlen ("\r\ncontent-length:"), NULL, 10);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Connection *connection = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (n <= 0)
    {
      connection_free (connection);
      return;
    }
  connection->used += n;
  if (!is_complete (connection))
    read_more (connection);
  else if (delay_msec > 0)
    g_timeout_add (delay_msec, answer_cb, connection);
  else
    answer_cb (connection);
}

static void
read_more (Connection *connection)
{
  g_input_stream_read_async (
    g_io_stream_get_input_stream (connection->stream), connection->buffer + connection->used,
    BUFFER_SIZE - 1 - connection->used, G_PRIORITY_DEFAULT, NULL, read_cb, connection);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *socket_connection)
{
  Connection *connection = g_new0 (Connection, 1);

  connection->sealing = bench_sealing_new ();
  g_socket_set_option (g_socket_connection_get_socket (socket_connection), IPPROTO_TCP, TCP_NODELAY,
                       TRUE, NULL);
  if (certificate != NULL)
    {
      connection->stream = g_tls_server_connection_new (G_IO_STREAM (socket_connection),
                                                        certificate, NULL);
      g_tls_connection_set_database (G_TLS_CONNECTION (connection->stream), NULL);
    }
  else
    connection->stream = g_object_ref (G_IO_STREAM (socket_connection));
  read_more (connection);
  return TRUE;
}

/* A socket for all of 127.0.0.0/8 that nothing outside this machine reaches. */
static GSocket *
make_socket (void)
{
  const struct sockaddr_in any = { .sin_family = AF_INET, .sin_addr.s_addr = INADDR_ANY };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || setsockopt (fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) != 0 ||
      bind (fd, (const struct sockaddr *) &any, sizeof any) != 0 || listen (fd, 1024) != 0)
    g_error ("No socket on the loopback network: %s", g_strerror (errno));
  return g_socket_new_from_fd (fd, NULL);
}

static void
stdin_cb (GObject *source, GAsyncResult *result, gpointer loop)
{
  g_main_loop_quit (loop);
}

int
main (int argc, char **argv)
{
  char *certificate_file = NULL;
  int delay = 0;
  const GOptionEntry entries[] = {
    { "delay-msec", 0, 0, G_OPTION_ARG_INT, &delay, "Answer after this time", "N" },
    { "sealed", 0, 0, G_OPTION_ARG_NONE, &is_sealed, "Sign in by Kerberos, and seal", NULL },
    { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &certificate_file, "Speak https", "PEM" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketService) service = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  GString *text = g_string_new (NULL);
  char octet;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  delay_msec = delay;
  if (certificate_file != NULL &&
      (certificate = g_tls_certificate_new_from_file (certificate_file, &error)) == NULL)
    g_error ("%s", error->message);
  if (certificate != NULL)
    {
      /* otherwise each connection loads the system's trust store: 9 ms */
      GTlsDatabase *own = g_tls_file_database_new (certificate_file, &error);

      if (own == NULL)
        g_error ("%s", error->message);
      g_tls_backend_set_default_database (g_tls_backend_get_default (), own);
    }
  g_string_printf (text,
                   "HTTP/1.1 200 \r\nContent-Type: application/soap+xml;charset=UTF-8\r\n"
                   "Content-Length: %zu\r\n\r\n%s",
                   strlen (envelope), envelope);
  clear_answer = g_string_free_to_bytes (text);

  socket = make_socket ();
  service = g_socket_service_new ();
  if (!g_socket_listener_add_socket (G_SOCKET_LISTENER (service), socket, NULL, &error))
    g_error ("%s", error->message);
  g_signal_connect (service, "incoming", G_CALLBACK (incoming_cb), NULL);

  address = g_socket_get_local_address (socket, NULL);
  printf ("%u\n", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
  fflush (stdout);
  g_input_stream_read_async (input, &octet, 1, G_PRIORITY_DEFAULT, NULL, stdin_cb, loop);
  g_main_loop_run (loop);
  return EXIT_SUCCESS;
}
