/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <string.h>

#include "initiating.h"

#define N_HOSTS    200
#define AS_REQ     0x6a /* the first octets of requests: RFC 4120, section 5.10 */
#define TGS_REQ    0x6c
#define DEAD_REALM "DEAD.TEST"

/* Between libkrb5 and the KDC: counts what is asked. */
static gint n_as, n_tgs, n_dead;
static guint16 kdc_port;

static GMutex dead_mutex;
static GPtrArray *dead_connections;

static gboolean
read_message (GInputStream *stream, guint8 *buffer, gsize size, guint32 *length)
{
  guint32 n_octets;
  gsize n_read;

  if (!g_input_stream_read_all (stream, &n_octets, sizeof n_octets, &n_read, NULL, NULL) ||
      n_read < sizeof n_octets)
    return FALSE;

  *length = GUINT32_FROM_BE (n_octets) + (guint32) sizeof n_octets;
  g_assert_cmpuint (*length, <=, size);
  memcpy (buffer, &n_octets, sizeof n_octets);

  return g_input_stream_read_all (stream, buffer + sizeof n_octets, GUINT32_FROM_BE (n_octets),
                                  &n_read, NULL, NULL);
}

static gboolean
pass_on_cb (GThreadedSocketService *service, GSocketConnection *front, GObject *source,
            gpointer user_data)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) back = NULL;
  g_autofree guint8 *buffer = g_malloc (65536);
  guint32 length;

  if (!read_message (g_io_stream_get_input_stream (G_IO_STREAM (front)), buffer, 65536, &length))
    return TRUE;

  g_atomic_int_add (buffer[4] == AS_REQ ? &n_as : &n_tgs, 1);
  g_assert_true (buffer[4] == AS_REQ || buffer[4] == TGS_REQ);
  back = g_socket_client_connect_to_host (client, "127.0.0.1", kdc_port, NULL, NULL);
  g_assert_nonnull (back);
  if (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (back)), buffer, length,
                                 NULL, NULL, NULL) &&
      read_message (g_io_stream_get_input_stream (G_IO_STREAM (back)), buffer, 65536, &length))
    g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (front)), buffer, length,
                               NULL, NULL, NULL);

  return TRUE;
}

/* A KDC that takes questions and says nothing, until the test is through with it. */
static gboolean
keep_silent_cb (GThreadedSocketService *service, GSocketConnection *connection, GObject *source,
                gpointer user_data)
{
  char octet;

  g_mutex_lock (&dead_mutex);
  g_ptr_array_add (dead_connections, g_object_ref (connection));
  g_mutex_unlock (&dead_mutex);
  g_atomic_int_inc (&n_dead);

  while (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), &octet, 1,
                              NULL, NULL) > 0)
    ;

  return TRUE;
}

static guint16
serve (GSocketService **service, GCallback run)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  *service = g_threaded_socket_service_new (64);
  g_signal_connect (*service, "run", run, NULL);
  g_socket_listener_add_address (G_SOCKET_LISTENER (*service), any_port, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &address, &error);
  g_assert_no_error (error);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

/* The realm's configuration, with the KDC behind @port, and a realm that keeps silent. */
static void
write_configuration (guint16 port, guint16 silent_port)
{
  g_autofree char *path = g_build_filename (g_getenv ("CURFEW_TEST_DIRECTORY"), "krb5.conf", NULL);
  g_autofree char *new_kdc = g_strdup_printf ("kdc = 127.0.0.1:%u", port);
  g_autoptr (GString) text = NULL;
  g_autoptr (GError) error = NULL;
  char *contents;
  char *kdc;
  char *end;

  g_file_get_contents (g_getenv ("KRB5_CONFIG"), &contents, NULL, &error);
  g_assert_no_error (error);
  kdc = strstr (contents, "kdc = 127.0.0.1:");
  g_assert_nonnull (kdc);
  kdc_port = (guint16) g_ascii_strtoull (kdc + strlen ("kdc = 127.0.0.1:"), &end, 10);
  text = g_string_new_len (contents, kdc - contents);
  g_string_append_printf (text, "%s%s\n[realms]\n  %s = {\n    kdc = 127.0.0.1:%u\n  }\n", new_kdc,
                          end, DEAD_REALM, silent_port);
  g_free (contents);

  g_file_set_contents (path, text->str, -1, &error);
  g_assert_no_error (error);
  g_setenv ("KRB5_CONFIG", path, TRUE);
}

/* One host of the crowd. */
typedef struct
{
  WsmInitiator *initiator;
  GssPeer peer;
  GBytes *token;
  GError *error;
  gboolean is_done;
  guint *n_done;
} Host;

static void
host_clear (gpointer data)
{
  Host *host = data;

  g_clear_object (&host->initiator);
  g_clear_pointer (&host->token, g_bytes_unref);
  g_clear_error (&host->error);
  gss_peer_clear (&host->peer);
}

static void
stepped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Host *host = user_data;

  wsm_initiator_step_finish (host->initiator, result, &host->token, &host->error);
  host->is_done = TRUE;
  (*host->n_done)++;
}

static GArray *
new_crowd (WsmCredential *credential, guint n_hosts, GCancellable *cancellable, guint *n_done)
{
  GArray *hosts = g_array_new (FALSE, TRUE, sizeof (Host));

  g_array_set_clear_func (hosts, host_clear);
  g_array_set_size (hosts, n_hosts);
  for (guint i = 0; i < n_hosts; i++)
    {
      Host *host = &g_array_index (hosts, Host, i);

      host->initiator = wsm_initiator_new (credential,
                                           i % 2 == 0 ? "localhost" : "agent.curfew.test");
      host->n_done = n_done;
      wsm_initiator_begin (host->initiator, NULL);
      wsm_initiator_step_async (host->initiator, NULL, cancellable, stepped_cb, host);
    }

  return hosts;
}

static void
wait_for (const guint *n_done, guint n)
{
  while (*n_done < n)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_crowd (void)
{
  g_autoptr (WsmCredential)
    credential = initiating_credential (WSM_AUTH_NEGOTIATE, "kim", NULL, FALSE);
  g_autoptr (GArray) hosts = NULL;
  guint n_done = 0;

  g_test_summary ("Many hosts sign in side by side, by one password that is asked about once");

  n_as = n_tgs = 0;
  hosts = new_crowd (credential, N_HOSTS, NULL, &n_done);
  wait_for (&n_done, N_HOSTS);
  g_assert_cmpint (n_as, ==, 2); /* without and with pre-authentication */
  g_assert_cmpint (n_tgs, >=, 2);
  g_assert_cmpint (n_tgs, <=, 32); /* those that ran before the first answer was there */

  for (guint i = 0; i < hosts->len; i++)
    {
      Host *host = &g_array_index (hosts, Host, i);
      g_autoptr (GBytes) answer = NULL;
      g_autoptr (GBytes) nothing = NULL;

      g_assert_no_error (host->error);
      gss_peer_init (&host->peer, TRUE, FALSE);
      answer = gss_peer_answer (&host->peer, host->token, NULL);
      g_assert_true (initiating_step (host->initiator, answer, &nothing, &host->error));
      g_assert_no_error (host->error);
      g_assert_nonnull (wsm_initiator_get_context (host->initiator));
    }
}

static void
test_wrong_password (void)
{
  g_autoptr (WsmCredential)
    credential = initiating_credential (WSM_AUTH_NEGOTIATE, "kim", "wrong", TRUE);
  g_autoptr (GArray) hosts = NULL;
  guint n_done = 0;

  g_test_summary ("A wrong password for many hosts is one wrong password, not many");

  n_as = 0;
  hosts = new_crowd (credential, 50, NULL, &n_done);
  wait_for (&n_done, 50);
  for (guint i = 0; i < hosts->len; i++)
    g_assert_error (g_array_index (hosts, Host, i).error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);
  g_assert_cmpint (n_as, ==, 2);
}

static void
hang_up (void)
{
  g_mutex_lock (&dead_mutex);
  for (guint i = 0; i < dead_connections->len; i++)
    g_socket_shutdown (g_socket_connection_get_socket (g_ptr_array_index (dead_connections, i)),
                       TRUE, TRUE, NULL);
  g_ptr_array_set_size (dead_connections, 0);
  g_mutex_unlock (&dead_mutex);
}

static void
wait_until_asked (void)
{
  while (g_atomic_int_get (&n_dead) == 0)
    g_main_context_iteration (NULL, FALSE);
}

static void
test_dead_realm (void)
{
  g_autoptr (WsmCredential)
    dead = initiating_credential (WSM_AUTH_NEGOTIATE, "kim@" DEAD_REALM, NULL, FALSE);
  g_autoptr (WsmCredential) good = initiating_credential (WSM_AUTH_NEGOTIATE, "kim", NULL, FALSE);
  g_autoptr (GArray) silent_hosts = NULL;
  g_autoptr (GArray) good_hosts = NULL;
  g_autoptr (GArray) later_hosts = NULL;
  guint n_silent = 0, n_good = 0, n_later = 0;
  gint n_asked;

  g_test_summary ("A realm that keeps silent holds up nobody else, and is then let alone");

  n_dead = 0;
  silent_hosts = new_crowd (dead, N_HOSTS, NULL, &n_silent);
  wait_until_asked ();
  good_hosts = new_crowd (good, N_HOSTS, NULL, &n_good);
  wait_for (&n_good, N_HOSTS);
  for (guint i = 0; i < N_HOSTS; i++)
    g_assert_no_error (g_array_index (good_hosts, Host, i).error);
  g_assert_cmpuint (n_silent, ==, 0);

  while (n_silent == 0)
    {
      hang_up ();
      g_main_context_iteration (NULL, FALSE);
    }
  n_asked = g_atomic_int_get (&n_dead);
  wait_for (&n_silent, N_HOSTS);
  later_hosts = new_crowd (dead, 10, NULL, &n_later);
  wait_for (&n_later, 10);
  g_assert_cmpint (g_atomic_int_get (&n_dead), ==, n_asked);
  for (guint i = 0; i < N_HOSTS; i++)
    g_assert_error (g_array_index (silent_hosts, Host, i).error, WSM_AUTH_ERROR,
                    WSM_AUTH_ERROR_UNAVAILABLE);
  for (guint i = 0; i < 10; i++)
    g_assert_error (g_array_index (later_hosts, Host, i).error, WSM_AUTH_ERROR,
                    WSM_AUTH_ERROR_UNAVAILABLE);
}

static void
test_cancelled (void)
{
  g_autoptr (WsmCredential)
    credential = initiating_credential (WSM_AUTH_NEGOTIATE, "kim@" DEAD_REALM, NULL, TRUE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GArray) hosts = NULL;
  guint n_done = 0;

  g_test_summary ("Cancelling returns at once, though a KDC keeps a thread; nothing can follow");

  n_dead = 0;
  hosts = new_crowd (credential, 20, cancellable, &n_done);
  wait_until_asked ();
  g_cancellable_cancel (cancellable);
  wait_for (&n_done, 20);

  for (guint i = 0; i < hosts->len; i++)
    {
      Host *host = &g_array_index (hosts, Host, i);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) token = NULL;

      g_assert_error (host->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_false (wsm_initiator_next_mechanism (host->initiator));
      wsm_initiator_begin (host->initiator, NULL);
      g_assert_false (initiating_step (host->initiator, NULL, &token, &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);
      g_assert_null (wsm_initiator_get_detour (host->initiator));
    }

  /* The threads come to their ends, and touch nothing that is gone. */
  g_clear_pointer (&hosts, g_array_unref);
  hang_up ();
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_many_by_ntlm (void)
{
  g_autoptr (WsmCredential) credential = initiating_credential (WSM_AUTH_NTLM, "kim", NULL, TRUE);

  g_test_summary (
    "One password signs in at any number of hosts by NTLM; gss-ntlmssp never gives back "
    "what a credential took, so that there is one of them");

  for (guint i = 0; i < 400; i++)
    {
      g_autofree char *name = g_strdup_printf ("host-%u.curfew.test", i);
      g_autoptr (WsmInitiator) initiator = wsm_initiator_new (credential, name);
      g_autoptr (GBytes) token = NULL;
      g_autoptr (GError) error = NULL;

      wsm_initiator_begin (initiator, NULL);
      g_assert_true (initiating_step (initiator, NULL, &token, &error));
      g_assert_no_error (error);
      g_assert_nonnull (token);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GSocketService) kdc = NULL;
  g_autoptr (GSocketService) silent_kdc = NULL;
  guint16 port;
  int status;

  dead_connections = g_ptr_array_new_with_free_func (g_object_unref);
  port = serve (&kdc, G_CALLBACK (pass_on_cb));
  write_configuration (port, serve (&silent_kdc, G_CALLBACK (keep_silent_cb)));
  gss_peer_prepare (NULL);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/auth/initiator-crowd/crowd", test_crowd);
  g_test_add_func ("/auth/initiator-crowd/wrong-password", test_wrong_password);
  g_test_add_func ("/auth/initiator-crowd/dead-realm", test_dead_realm);
  g_test_add_func ("/auth/initiator-crowd/cancelled", test_cancelled);
  g_test_add_func ("/auth/initiator-crowd/many-by-ntlm", test_many_by_ntlm);

  status = g_test_run ();
  hang_up ();
  g_ptr_array_unref (dead_connections);

  return status;
}
