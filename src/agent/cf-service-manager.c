/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-service-manager.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <string.h>
#include <unistd.h>

#define FIRST_FD    3 /* SD_LISTEN_FDS_START */
#define MAX_SOCKETS 64

static gboolean
read_number (const char *name, guint64 max, guint64 *number)
{
  const char *text = g_getenv (name);

  return text != NULL && g_ascii_string_to_unsigned (text, 10, 1, max, number, NULL);
}

static void
passed_socket_clear (gpointer data)
{
  CfPassedSocket *passed = data;

  g_free (passed->name);
}

/**
 * cf_service_manager_take_sockets:
 *
 * Takes the sockets that were passed to this process (LISTEN_FDS). Call it once.
 *
 * Returns: (transfer full) (element-type CfPassedSocket): in their order; empty if there are none
 */
GArray *
cf_service_manager_take_sockets (void)
{
  GArray *sockets = g_array_new (FALSE, TRUE, sizeof (CfPassedSocket));
  const char *joined = g_getenv ("LISTEN_FDNAMES");
  g_auto (GStrv) names = g_strsplit (joined != NULL ? joined : "", ":", MAX_SOCKETS);
  guint n_names = g_strv_length (names);
  guint64 pid = 0;
  guint64 n_sockets = 0;
  gboolean is_ours = read_number ("LISTEN_PID", G_MAXINT, &pid) && pid == (guint64) getpid ();
  gboolean has_some = read_number ("LISTEN_FDS", MAX_SOCKETS, &n_sockets);

  g_array_set_clear_func (sockets, passed_socket_clear);
  if (!is_ours || !has_some)
    return sockets;

  for (guint i = 0; i < n_sockets; i++)
    {
      const CfPassedSocket passed = {
        .fd = FIRST_FD + (int) i,
        .name = g_strdup (i < n_names ? names[i] : ""),
      };

      fcntl (passed.fd, F_SETFD, FD_CLOEXEC);
      g_array_append_val (sockets, passed);
    }
  return sockets;
}

/**
 * cf_service_manager_notify:
 * @state: such as "READY=1"
 *
 * Tells systemd how far this service is (NOTIFY_SOCKET). It never waits: a message that cannot be
 * sent at once is not sent.
 */
void
cf_service_manager_notify (const char *state)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) socket = NULL;

  g_return_if_fail (state != NULL);

  if (path == NULL || (path[0] != '/' && path[0] != '@'))
    return;
  if (path[0] == '@') /* in the abstract namespace */
    address = g_unix_socket_address_new_with_type (path + 1, -1, G_UNIX_SOCKET_ADDRESS_ABSTRACT);
  else
    address = g_unix_socket_address_new (path);
  socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_DEFAULT,
                         NULL);
  if (socket == NULL)
    return;
  g_socket_set_blocking (socket, FALSE);
  g_socket_send_to (socket, address, state, strlen (state), NULL, NULL);
}

/**
 * cf_service_manager_get_watchdog_usec:
 *
 * Returns: within how many microseconds "WATCHDOG=1" has to be told again and again
 * (WATCHDOG_USEC); 0 if systemd does not watch this process
 */
guint64
cf_service_manager_get_watchdog_usec (void)
{
  guint64 usec = 0;
  guint64 pid = (guint64) getpid ();

  if (g_getenv ("WATCHDOG_PID") != NULL && !read_number ("WATCHDOG_PID", G_MAXINT, &pid))
    return 0;
  if (pid != (guint64) getpid () || !read_number ("WATCHDOG_USEC", G_MAXUINT64, &usec))
    return 0;
  return usec;
}
