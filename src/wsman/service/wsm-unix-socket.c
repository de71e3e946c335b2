/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-unix-socket.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define MODE 0660

static gboolean
fail (int cause, const char *what, const char *path, GError **error)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (cause),
               "The service cannot %s %s: %s. Choose another path, in a folder that belongs to "
               "the service.",
               what, path, g_strerror (cause));
  return FALSE;
}

static void
fill_in (struct sockaddr_un *address, const char *path)
{
  memset (address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  g_strlcpy (address->sun_path, path, sizeof address->sun_path);
}

/* Nobody listens there any more. */
static gboolean
is_stale (const struct sockaddr_un *address)
{
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  gboolean stale;

  if (fd < 0)
    return FALSE;
  stale = connect (fd, (const struct sockaddr *) address, sizeof *address) != 0 &&
          errno == ECONNREFUSED;
  g_close (fd, NULL);
  return stale;
}

/* What an earlier service left behind goes; anything else stays, and is told of. */
static gboolean
make_way (const struct sockaddr_un *address, GError **error)
{
  const char *path = address->sun_path;
  struct stat status;

  if (lstat (path, &status) != 0)
    return errno == ENOENT || fail (errno, "look at", path, error);

  if (!S_ISSOCK (status.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                   "%s is there and is no socket. Choose another path, or move it away.", path);
      return FALSE;
    }
  if (!is_stale (address))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
                   "Another program listens on %s. End it, or choose another path.", path);
      return FALSE;
    }
  return unlink (path) == 0 || errno == ENOENT || fail (errno, "remove the old", path, error);
}

/* Until somebody listens nobody can connect, so the order of these does no harm. */
static gboolean
bind_for (int fd, const struct sockaddr_un *address, gid_t group, GError **error)
{
  const char *path = address->sun_path;

  /* the new file gets the mode of the socket, less the umask: never more than it is to have */
  if (fchmod (fd, MODE) != 0 || bind (fd, (const struct sockaddr *) address, sizeof *address) != 0)
    return fail (errno, "make the socket", path, error);
  if ((group == (gid_t) -1 || lchown (path, (uid_t) -1, group) == 0) && chmod (path, MODE) == 0)
    return TRUE;

  fail (errno, "give the web server access to", path, error);
  unlink (path);
  return FALSE;
}

/**
 * wsm_unix_socket_bind:
 * @path: (type filename): absolute, at most 107 octets
 * @group: to whom it belongs; -1 for the group of this process
 * @error: a #GIOErrorEnum
 *
 * Makes a Unix socket with mode 0660, in place of one that nobody listens on any more. Whatever
 * else is at @path stays, and is an error. Nobody can connect until listen() is called.
 *
 * Returns: a descriptor that does not block; -1 with @error set otherwise
 */
int
wsm_unix_socket_bind (const char *path, gid_t group, GError **error)
{
  struct sockaddr_un address;
  int fd;

  g_return_val_if_fail (path != NULL && path[0] == '/', -1);
  g_return_val_if_fail (strlen (path) < sizeof address.sun_path, -1);

  fill_in (&address, path);
  if (!make_way (&address, error))
    return -1;
  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    {
      fail (errno, "make a socket for", path, error);
      return -1;
    }
  if (bind_for (fd, &address, group, error))
    return fd;

  g_close (fd, NULL);
  return -1;
}
