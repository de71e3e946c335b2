/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-service-manager.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* A service manager that listens where @address is. */
static GSocket *
listen_at (GSocketAddress *address)
{
  GSocket *manager = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM,
                                   G_SOCKET_PROTOCOL_DEFAULT, NULL);

  g_socket_set_blocking (manager, FALSE);
  g_assert_true (g_socket_bind (manager, address, FALSE, NULL));
  return manager;
}

static void
assert_told (GSocket *manager, const char *state)
{
  char told[100] = "";
  g_autoptr (GError) error = NULL;

  cf_service_manager_notify (state);
  g_socket_receive (manager, told, sizeof told - 1, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (told, ==, state);
}

static void
test_notify (void)
{
  g_autofree char *directory = g_dir_make_tmp ("curfew-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "notify", NULL);
  g_autofree char *abstract = g_strdup_printf ("@curfew-test-%d", getpid ());
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocketAddress) abstract_address = g_unix_socket_address_new_with_type (
    abstract + 1, -1, G_UNIX_SOCKET_ADDRESS_ABSTRACT);
  g_autoptr (GSocket) manager = listen_at (address);
  g_autoptr (GSocket) abstract_manager = listen_at (abstract_address);

  g_test_summary ("Where the service manager listens it is told, be it a file or an abstract name");

  g_setenv ("NOTIFY_SOCKET", path, TRUE);
  assert_told (manager, "READY=1");
  g_setenv ("NOTIFY_SOCKET", abstract, TRUE);
  assert_told (abstract_manager, "STOPPING=1");

  /* nobody there, or nonsense: nothing happens */
  g_unlink (path);
  g_setenv ("NOTIFY_SOCKET", path, TRUE);
  cf_service_manager_notify ("READY=1");
  g_setenv ("NOTIFY_SOCKET", "vsock:2:9999", TRUE);
  cf_service_manager_notify ("READY=1");
  g_unsetenv ("NOTIFY_SOCKET");
  cf_service_manager_notify ("READY=1");
  g_rmdir (directory);
}

static void
test_watchdog (void)
{
  g_autofree char *us = g_strdup_printf ("%d", getpid ());

  g_test_summary ("The watchdog is fed only if it watches this very process");

  g_assert_cmpuint (cf_service_manager_get_watchdog_usec (), ==, 0);
  g_setenv ("WATCHDOG_USEC", "180000000", TRUE);
  g_assert_cmpuint (cf_service_manager_get_watchdog_usec (), ==, 180000000);
  g_setenv ("WATCHDOG_PID", us, TRUE);
  g_assert_cmpuint (cf_service_manager_get_watchdog_usec (), ==, 180000000);
  g_setenv ("WATCHDOG_PID", "1", TRUE);
  g_assert_cmpuint (cf_service_manager_get_watchdog_usec (), ==, 0);
  g_setenv ("WATCHDOG_PID", us, TRUE);
  g_setenv ("WATCHDOG_USEC", "soon", TRUE);
  g_assert_cmpuint (cf_service_manager_get_watchdog_usec (), ==, 0);
  g_unsetenv ("WATCHDOG_USEC");
  g_unsetenv ("WATCHDOG_PID");
}

static void
assert_sockets (const char *pid, const char *number, const char *names, guint n_expected,
                const char *last_name)
{
  g_autoptr (GArray) sockets = NULL;

  g_setenv ("LISTEN_PID", pid, TRUE);
  g_setenv ("LISTEN_FDS", number, TRUE);
  g_setenv ("LISTEN_FDNAMES", names, TRUE);
  sockets = cf_service_manager_take_sockets ();
  g_assert_cmpuint (sockets->len, ==, n_expected);
  if (n_expected > 0)
    {
      const CfPassedSocket *last = &g_array_index (sockets, CfPassedSocket, n_expected - 1);

      g_assert_cmpint (last->fd, ==, 3 + (int) n_expected - 1);
      g_assert_cmpstr (last->name, ==, last_name);
    }
}

static void
test_sockets (void)
{
  g_autofree char *us = g_strdup_printf ("%d", getpid ());

  g_test_summary ("Sockets are taken only if they were passed to this very process");

  assert_sockets (us, "2", "http:https", 2, "https");
  assert_sockets (us, "2", "http", 2, "");
  assert_sockets ("1", "2", "http:https", 0, NULL);
  assert_sockets (us, "0", "", 0, NULL);
  assert_sockets (us, "-1", "", 0, NULL);
  assert_sockets (us, "many", "", 0, NULL);
  assert_sockets (us, "4000000000", "", 0, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/agent/service-manager/is-told", test_notify);
  g_test_add_func ("/agent/service-manager/watches-us", test_watchdog);
  g_test_add_func ("/agent/service-manager/sockets-are-ours", test_sockets);
  return g_test_run ();
}
