/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static gboolean
listen_on (Fixture *f, const char *host, guint16 port, GError **error)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (host, port);

  return wsm_service_listen (f->service, address, NULL, error);
}

static void
test_endpoints_are_told (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) endpoints = NULL;

  test_start (f);
  if (!listen_on (f, "::1", 0, &error))
    {
      g_test_skip (error->message);
      return;
    }
  endpoints = wsm_service_dup_endpoints (f->service);
  g_assert_cmpuint (g_strv_length (endpoints), ==, 2);
  g_assert_true (g_str_has_prefix (endpoints[0], "http://127.0.0.1:"));
  g_assert_true (g_str_has_prefix (endpoints[1], "http://[::1]:"));
  g_assert_false (g_str_has_suffix (endpoints[1], ":0/wsman"));
}

static void
test_taken_port_is_one_sentence (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;

  test_start (f);
  name = g_strdup_printf ("127.0.0.1:%u", f->port);
  g_assert_false (listen_on (f, "127.0.0.1", f->port, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_nonnull (strstr (error->message, name));
}

static void
test_foreign_address_is_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test_start (f);
  g_assert_false (listen_on (f, "192.0.2.1", 0, &error));
  /* which code stands for EADDRNOTAVAIL depends on the version of GLib */
  g_assert_nonnull (error);
  g_assert_true (error->domain == G_IO_ERROR);
  g_assert_nonnull (strstr (error->message, "192.0.2.1"));
}

static int
new_socket (gboolean listens, guint16 *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_no_errno (bind (fd, (struct sockaddr *) &address, sizeof address));
  g_assert_no_errno (getsockname (fd, (struct sockaddr *) &address, &length));
  if (listens)
    g_assert_no_errno (listen (fd, 8));
  *port = ntohs (address.sin_port);

  return fd;
}

static void
test_inherited_socket_is_served (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *body = NULL;
  guint16 port;
  int fd;

  test_start (f);
  fd = new_socket (TRUE, &port);
  g_assert_true (wsm_service_listen_fd (f->service, fd, NULL, &error));
  g_assert_no_error (error);

  f->port = port;
  c = test_client_new (f);
  body = test_ask (c, TEST_BASIC, echo, 200);
}

static void
test_useless_descriptors_are_refused_and_closed (Fixture *f, gconstpointer data)
{
  guint16 port;
  int pair[2];
  int fds[4];

  test_start (f);
  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM, 0, pair));
  fds[0] = pair[0];
  fds[1] = pair[1];
  fds[2] = new_socket (FALSE, &port);
  fds[3] = g_open ("/dev/null", O_RDONLY | O_CLOEXEC, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (wsm_service_listen_fd (f->service, fds[i], NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_cmpint (fcntl (fds[i], F_GETFD), ==, -1);
    }
}

static void
test_stopped_service_refuses (Fixture *f, gconstpointer data)
{
  g_autoptr (GSocketClient) connector = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  test_start (f);
  wsm_service_stop (f->service);
  wsm_service_stop (f->service);
  connection = g_socket_client_connect_to_host (connector, "127.0.0.1", f->port, NULL, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

/* Without descriptors the service says so once, does not spin, and goes on when it can. */
static void
test_descriptors_may_run_out (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray)
    clients = g_ptr_array_new_with_free_func ((GDestroyNotify) test_client_free);
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *body = NULL;
  struct rlimit all, few;
  int last;

  test_start (f);
  for (guint i = 0; i < 4; i++)
    g_ptr_array_add (clients, test_client_new (f)); /* in the backlog */
  last = dup (0);
  g_close (last, NULL);

  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &all));
  few = (struct rlimit){ (rlim_t) last, all.rlim_max };
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &few));
  g_test_expect_message ("curfew-service", G_LOG_LEVEL_WARNING, "*cannot be accepted*");
  for (guint i = 0; i < 4; i++) /* three pauses: one line in all */
    g_main_context_iteration (NULL, TRUE);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (wsm_service_get_n_connections (f->service), ==, 0);

  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &all));
  test_wait_connections (f, 4);
  body = test_ask (clients->pdata[3], TEST_BASIC, echo, 200);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/service/listener/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_catch_log ();
  ADD ("endpoints-are-told", test_endpoints_are_told);
  ADD ("taken-port-is-one-sentence", test_taken_port_is_one_sentence);
  ADD ("foreign-address-is-refused", test_foreign_address_is_refused);
  ADD ("inherited-socket-is-served", test_inherited_socket_is_served);
  ADD ("useless-descriptors-are-refused-and-closed",
       test_useless_descriptors_are_refused_and_closed);
  ADD ("stopped-service-refuses", test_stopped_service_refuses);
  ADD ("descriptors-may-run-out", test_descriptors_may_run_out);
  return g_test_run ();
}
