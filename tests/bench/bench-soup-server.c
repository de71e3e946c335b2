/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the agent is measured against: a bare SoupServer that answers every POST with one fixed body
 * of the same size, and looks at nothing. Prints its port; ends when its standard input does. */

#include <gio/gunixinputstream.h>
#include <libsoup/soup.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BODY_SIZE 760 /* of the agent's answer to an Invoke */

static char body[BODY_SIZE];

static void
handler_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "application/soap+xml;charset=UTF-8",
                                    SOUP_MEMORY_STATIC, body, sizeof body);
}

static void
stdin_cb (GObject *source, GAsyncResult *result, gpointer loop)
{
  g_main_loop_quit (loop);
}

int
main (void)
{
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GError) error = NULL;
  GSList *uris;
  char octet;

  memset (body, 'x', sizeof body);
  soup_server_add_handler (server, NULL, handler_cb, NULL, NULL);
  if (!soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error))
    g_error ("%s", error->message);

  uris = soup_server_get_uris (server);
  printf ("%d\n", g_uri_get_port (uris->data));
  fflush (stdout);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  g_input_stream_read_async (input, &octet, 1, G_PRIORITY_DEFAULT, NULL, stdin_cb, loop);
  g_main_loop_run (loop);
  return EXIT_SUCCESS;
}
