/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-listening-socket.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "wsm-unix-socket.h"

#define BACKLOG 512

static gboolean
fail (int cause, const char *what, GSocketAddress *address, GError **error)
{
  g_autofree char *text = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (cause),
               "The service cannot %s %s: %s. Choose another address or port, or end the program "
               "that uses this one.",
               what, text, g_strerror (cause));

  return FALSE;
}

static gboolean
bind_inet (int fd, GSocketAddress *address, GError **error)
{
  struct sockaddr_storage native = { 0 };
  gssize length = g_socket_address_get_native_size (address);
  int one = 1;

  if (!g_socket_address_to_native (address, &native, sizeof native, error))
    return FALSE;
  if (setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
      (native.ss_family == AF_INET6 &&
       setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) != 0))
    return fail (errno, "prepare a socket for", address, error);
  if (bind (fd, (struct sockaddr *) &native, (socklen_t) length) != 0)
    return fail (errno, "use the address", address, error);

  return TRUE;
}

static int
make_inet (GSocketAddress *address, GError **error)
{
  GSocketFamily family = g_socket_address_get_family (address);
  int fd = socket (family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  if (fd < 0)
    {
      fail (errno, "make a socket for", address, error);
      return -1;
    }
  if (bind_inet (fd, address, error))
    return fd;

  g_close (fd, NULL);
  return -1;
}

static gboolean
has_path (GSocketAddress *address)
{
  return G_IS_UNIX_SOCKET_ADDRESS (address) &&
         g_unix_socket_address_get_address_type (G_UNIX_SOCKET_ADDRESS (address)) ==
           G_UNIX_SOCKET_ADDRESS_PATH;
}

static int
make_unix (GSocketAddress *address, gid_t group, GError **error)
{
  const char *path = has_path (address) ? wsm_listening_socket_get_path (address) : "";

  if (path[0] == '/')
    return wsm_unix_socket_bind (path, group, error);

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       "The path of the Unix socket is not absolute. Begin it with a slash.");
  return -1;
}

/**
 * wsm_listening_socket_new:
 * @address: where to listen: IPv4 or IPv6, where port 0 takes one that is free; or the path of a
 *   Unix socket, see wsm_unix_socket_bind()
 * @group: to whom a Unix socket belongs; -1 for the group of this process
 * @error: a #GIOErrorEnum
 *
 * Returns: a descriptor that listens and does not block; -1 with @error set otherwise
 */
int
wsm_listening_socket_new (GSocketAddress *address, gid_t group, GError **error)
{
  int fd = wsm_listening_socket_is_unix (address) ? make_unix (address, group, error)
                                                  : make_inet (address, error);

  if (fd < 0 || listen (fd, BACKLOG) == 0)
    return fd;

  fail (errno, "listen on", address, error);
  g_close (fd, NULL);
  return -1;
}

static gboolean
is_listening (int fd)
{
  int type = 0;
  int listens = 0;
  socklen_t length = sizeof type;

  return getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_STREAM &&
         getsockopt (fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) == 0 && listens;
}

/**
 * wsm_listening_socket_adopt:
 * @fd: what somebody else made
 * @error: a #GIOErrorEnum
 *
 * Returns: %TRUE if @fd listens, and does not block from now on; %FALSE with @error set otherwise
 */
gboolean
wsm_listening_socket_adopt (int fd, GError **error)
{
  if (is_listening (fd))
    return g_unix_set_fd_nonblocking (fd, TRUE, error);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "The socket on descriptor %d does not listen. Hand over one that does.", fd);
  return FALSE;
}

/**
 * wsm_listening_socket_get_address:
 * @fd: a socket
 * @error: %G_IO_ERROR_INVALID_ARGUMENT
 *
 * Returns: (transfer full): its own address, of IPv4, IPv6 or a Unix socket with a path; %NULL with
 *   @error set otherwise
 */
GSocketAddress *
wsm_listening_socket_get_address (int fd, GError **error)
{
  struct sockaddr_storage native = { 0 };
  socklen_t length = sizeof native;
  GSocketAddress *address = NULL;

  if (getsockname (fd, (struct sockaddr *) &native, &length) == 0)
    address = g_socket_address_new_from_native (&native, length);
  if (G_IS_INET_SOCKET_ADDRESS (address) || (address != NULL && has_path (address)))
    return address;

  g_clear_object (&address);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "Descriptor %d is not a socket of IPv4 or IPv6, nor a Unix one with a path. Hand "
               "over one that listens on TCP, or on a path.",
               fd);

  return NULL;
}

/**
 * wsm_listening_socket_is_unix:
 * @address: an address
 *
 * Returns: whether it is that of a Unix socket
 */
gboolean
wsm_listening_socket_is_unix (GSocketAddress *address)
{
  return g_socket_address_get_family (address) == G_SOCKET_FAMILY_UNIX;
}

/**
 * wsm_listening_socket_get_path:
 * @address: that of a Unix socket
 *
 * Returns: (transfer none) (type filename): its path
 */
const char *
wsm_listening_socket_get_path (GSocketAddress *address)
{
  return g_unix_socket_address_get_path (G_UNIX_SOCKET_ADDRESS (address));
}
