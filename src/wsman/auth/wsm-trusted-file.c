/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-trusted-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void
set_error_from_errno (GError **error, const char *path, const char *what, int saved_errno)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved_errno),
               "The %s %s cannot be read: %s", what, path, g_strerror (saved_errno));
}

/* An access control list shows its mask as the bits of the group: systemd hands credentials out as
 * files of root:root with such a list for the service's user. Root's group is no more than root. */
static mode_t
get_open_bits (const struct stat *info, mode_t mode_mask)
{
  mode_t open_bits = info->st_mode & mode_mask;

  if (info->st_uid == 0 && info->st_gid == 0)
    open_bits &= ~(mode_t) S_IRGRP;
  return open_bits;
}

static gboolean
check (const struct stat *info, const char *path, const char *what, gsize max_size,
       mode_t mode_mask, GError **error)
{
  gboolean is_secret = (mode_mask & S_IROTH) != 0;

  if (S_ISREG (info->st_mode) && (info->st_uid == 0 || info->st_uid == geteuid ()) &&
      get_open_bits (info, mode_mask) == 0 && (guint64) info->st_size <= max_size)
    return TRUE;

  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM,
               "The %s %s is not trusted: it has to be an ordinary file of at most %" G_GSIZE_FORMAT
               " KiB that belongs to root and that nobody else may %s. Try: chown root %s && chmod "
               "%s %s",
               what, path, max_size / 1024, is_secret ? "read or write" : "write", path,
               is_secret ? "600" : "644", path);
  return FALSE;
}

/**
 * wsm_trusted_file_open:
 * @path: (type filename): a file
 * @what: what it is, for errors: "access file"
 * @max_size: how many octets it may have
 * @mode_mask: which bits of its mode may not be set: %WSM_TRUSTED_FILE_PUBLIC or
 *   %WSM_TRUSTED_FILE_SECRET
 * @size: (out): how many octets it has
 * @error: a #GFileError: %G_FILE_ERROR_PERM for a file that is not to be trusted, which is neither
 *   root's nor this process's own, is open to others, is no ordinary file, or is too large
 *
 * Opens a file that only root, or whom this process runs as, can have written.
 *
 * Returns: a file descriptor; -1 with @error set otherwise
 */
int
wsm_trusted_file_open (const char *path, const char *what, gsize max_size, mode_t mode_mask,
                       gsize *size, GError **error)
{
  struct stat info;
  int saved_errno;
  int fd;

  /* not blocking: it may be a pipe, which is refused below */
  fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
  if (fd < 0 || fstat (fd, &info) != 0)
    {
      saved_errno = errno;
      if (fd >= 0)
        close (fd);
      set_error_from_errno (error, path, what, saved_errno);
      return -1;
    }
  if (!check (&info, path, what, max_size, mode_mask, error))
    {
      close (fd);
      return -1;
    }
  *size = (gsize) info.st_size;
  return fd;
}

/**
 * wsm_trusted_file_read:
 * @path: (type filename): a file
 * @what: what it is, for errors: "access file"
 * @max_size: how many octets it may have
 * @mode_mask: which bits of its mode may not be set
 * @length: (out): the octets that were read
 * @error: as of wsm_trusted_file_open()
 *
 * Reads a file whole, through the descriptor by which it was examined: it cannot be exchanged in
 * between.
 *
 * Returns: (transfer full): the contents, with a NUL behind them; %NULL with @error set otherwise
 */
char *
wsm_trusted_file_read (const char *path, const char *what, gsize max_size, mode_t mode_mask,
                       gsize *length, GError **error)
{
  g_autofree char *contents = NULL;
  gsize size = 0;
  gsize used = 0;
  gssize n = 0;
  int saved_errno;
  int fd = wsm_trusted_file_open (path, what, max_size, mode_mask, &size, error);

  if (fd < 0)
    return NULL;

  contents = g_malloc (size + 1);
  while (used < size &&
         ((n = read (fd, contents + used, size - used)) > 0 || (n < 0 && errno == EINTR)))
    used += n > 0 ? (gsize) n : 0;
  saved_errno = errno;
  close (fd);
  if (n < 0)
    {
      set_error_from_errno (error, path, what, saved_errno);
      return NULL;
    }
  contents[used] = '\0';
  *length = used;
  return g_steal_pointer (&contents);
}
