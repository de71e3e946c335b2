/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* a path has so many components, and no more */
#define MAX_COMPONENTS 64

/* What may differ between one component of the path and the next. */
static gboolean
check_component (const char *path, const struct stat *status, gboolean is_last,
                 gboolean owner_may_own, GError **error)
{
  gboolean is_writable = (status->st_mode & (S_IWGRP | S_IWOTH)) != 0;
  gboolean is_sticky = !is_last && (status->st_mode & S_ISVTX) != 0;

  if (S_ISLNK (status->st_mode))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                 "“%s” is a symbolic link, and the path of a plug-in may have none in it. Give "
                 "the path that “realpath %s” prints",
                 path, path);
  else if (is_last && !S_ISREG (status->st_mode))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                 "“%s” is no regular file. Give the path of the plug-in's module", path);
  else if (!is_last && !S_ISDIR (status->st_mode))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY,
                 "“%s” is no folder. Give the path of the plug-in's module", path);
  else if (status->st_uid != 0 && !(owner_may_own && status->st_uid == geteuid ()))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                 "“%s” does not belong to root, so that somebody else could replace the plug-in. "
                 "Run “chown root %s”",
                 path, path);
  else if (is_writable && is_sticky && !owner_may_own)
    g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
      "“%s” is a folder in which others may put files, and so could put one in the place "
      "of the plug-in when that is removed. Move the plug-in to a folder in which only "
      "root may write",
      path);
  else if (is_writable && !is_sticky)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                 "“%s” can be written by others than its owner, who could replace the plug-in. "
                 "Run “chmod go-w %s”",
                 path, path);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_from_root (int fd, char **components, gboolean owner_may_own, GError **error)
{
  g_autoptr (GString) so_far = g_string_new (NULL);

  for (guint i = 0; components[i] != NULL; i++)
    {
      gboolean is_last = components[i + 1] == NULL;
      struct stat status;
      int next;

      g_string_append_printf (so_far, "/%s", components[i]);
      /* each step is taken from the folder that was looked at, not from its name */
      next = openat (fd, components[i], O_PATH | O_NOFOLLOW | O_CLOEXEC);
      if (next < 0 || fstat (next, &status) != 0)
        {
          int code = errno;

          if (next >= 0)
            close (next);
          close (fd);
          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                       "“%s” cannot be looked at: %s. Check the path of the plug-in's module",
                       so_far->str, g_strerror (code));
          return FALSE;
        }
      close (fd);
      fd = next;
      if (!check_component (so_far->str, &status, is_last, owner_may_own, error))
        {
          close (fd);
          return FALSE;
        }
    }
  close (fd);
  return TRUE;
}

/**
 * cf_plugin_file_check:
 * @path: (type filename): of a module that is to be loaded
 * @owner_may_own: whether the file and its folders may belong to who runs this process, beside
 *   root, and lie in a folder in which people may delete nothing but their own (the sticky bit):
 *   in a rehearsal, where nothing is at stake, or with folders that were named at the start
 * @error: a #GIOErrorEnum, with what to do about it
 *
 * Whether nobody but root can have put the code there: the path is absolute and has no symbolic
 * link in it, and what it names is a regular file; that and each folder above belongs to root and
 * can be written by nobody else. It says nothing about later: to be asked again before each start.
 * What runs is trusted as much as the program itself (wsman-plugin-api.md, section 10.1;
 * threat-model.md, section 10).
 *
 * Returns: whether it is so
 */
gboolean
cf_plugin_file_check (const char *path, gboolean owner_may_own, GError **error)
{
  g_auto (GStrv) components = NULL;
  guint n;
  int root;

  g_return_val_if_fail (path != NULL, FALSE);

  if (path[0] != '/')
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                   "“%s” is no absolute path. Give the whole path of the plug-in's module, from /",
                   path);
      return FALSE;
    }
  components = g_strsplit (path + 1, "/", MAX_COMPONENTS + 1);
  n = g_strv_length (components);
  for (guint i = 0; i < MAX (n, 1); i++)
    if (n == 0 || n > MAX_COMPONENTS || components[i][0] == '\0' ||
        strcmp (components[i], ".") == 0 || strcmp (components[i], "..") == 0)
      {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                     "“%s” is no plain path. Give the path that “realpath” prints", path);
        return FALSE;
      }

  root = open ("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   "“/” cannot be looked at: %s. Try again", g_strerror (errno));
      return FALSE;
    }
  return check_from_root (root, components, owner_may_own, error);
}
