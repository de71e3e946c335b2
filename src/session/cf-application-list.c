/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-application-list.h"

#include "cf-application-unit.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GROUP         "applications"
#define MAX_FILE_SIZE (32 * 1024)

G_DEFINE_QUARK (cf_application_list_error, cf_application_list_error)

static void
set_file_error (GError **error, const char *path, const char *what, int saved_errno)
{
  g_set_error (error, CF_APPLICATION_LIST_ERROR, CF_APPLICATION_LIST_ERROR_FILE,
               "%s could not be %s: %s", path, what, g_strerror (saved_errno));
}

static gboolean
make_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) == 0)
    return TRUE;
  set_file_error (error, folder, "made", errno);
  return FALSE;
}

/**
 * cf_application_list_save:
 * @path: (type filename): the file; its folder is made
 * @boot_id: of this boot
 * @now_sec: seconds since 1970, UTC
 * @ids: valid desktop-file ids without ".desktop", at most %CF_APPLICATION_LIST_MAX
 * @error: %CF_APPLICATION_LIST_ERROR_FILE
 *
 * Writes all or nothing, and returns when it would survive the end of the machine. Blocks for that
 * long.
 *
 * Returns: whether it is kept
 */
gboolean
cf_application_list_save (const char *path, const char *boot_id, gint64 now_sec,
                          const char *const *ids, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) file_error = NULL;
  g_autofree char *text = NULL;
  gsize length;

  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (boot_id != NULL, FALSE);
  g_return_val_if_fail (ids != NULL && g_strv_length ((char **) ids) <= CF_APPLICATION_LIST_MAX,
                        FALSE);

  if (!make_folder (path, error))
    return FALSE;

  g_key_file_set_string (file, GROUP, "boot-id", boot_id);
  g_key_file_set_int64 (file, GROUP, "time", now_sec);
  g_key_file_set_string_list (file, GROUP, "ids", ids, g_strv_length ((char **) ids));
  text = g_key_file_to_data (file, &length, NULL);
  if (g_file_set_contents_full (path, text, (gssize) length,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                &file_error))
    return TRUE;

  g_set_error (error, CF_APPLICATION_LIST_ERROR, CF_APPLICATION_LIST_ERROR_FILE,
               "The list of applications could not be kept: %s", file_error->message);
  return FALSE;
}

/**
 * cf_application_list_clear:
 * @path: (type filename): the file
 * @error: %CF_APPLICATION_LIST_ERROR_FILE
 *
 * Forgets what is kept, if anything is, for good: a crash right afterwards does not bring it back.
 *
 * Returns: %FALSE with @error set if it is still there
 */
gboolean
cf_application_list_clear (const char *path, GError **error)
{
  g_autofree char *folder = NULL;
  int fd;

  g_return_val_if_fail (path != NULL, FALSE);

  if (g_unlink (path) != 0)
    {
      if (errno == ENOENT)
        return TRUE;
      set_file_error (error, path, "removed", errno);
      return FALSE;
    }

  folder = g_path_get_dirname (path);
  fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (fd >= 0)
    {
      fsync (fd); /* some file systems cannot; then there is nothing else to be done */
      close (fd);
    }
  return TRUE;
}

static gboolean
set_broken (GError **error, const char *what)
{
  g_set_error_literal (error, CF_APPLICATION_LIST_ERROR, CF_APPLICATION_LIST_ERROR_BROKEN, what);
  return FALSE;
}

static gboolean
check_file (const struct stat *info, GError **error)
{
  if (!S_ISREG (info->st_mode))
    return set_broken (error, "it is no ordinary file");
  if (info->st_uid != geteuid ())
    return set_broken (error, "it belongs to somebody else");
  if ((info->st_mode & 022) != 0)
    return set_broken (error, "others may write it");
  if (info->st_size > MAX_FILE_SIZE)
    return set_broken (error, "it is too big");
  return TRUE;
}

/* The whole file; %NULL without @error if there is none. */
static char *
read_file (const char *path, gsize *length, GError **error)
{
  g_autofree char *text = NULL;
  struct stat info;
  gssize n_read = -1;
  int saved_errno;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW, 0);

  if (fd < 0 && errno == ENOENT)
    return NULL;
  if (fd < 0 && errno == ELOOP)
    {
      set_broken (error, "it is a symbolic link");
      return NULL;
    }
  if (fd >= 0 && fstat (fd, &info) == 0)
    {
      if (!check_file (&info, error))
        {
          close (fd);
          return NULL;
        }
      text = g_malloc0 ((gsize) info.st_size + 1);
      n_read = read (fd, text, (gsize) info.st_size);
    }
  saved_errno = errno;
  if (fd >= 0)
    close (fd);
  if (n_read < 0)
    {
      set_file_error (error, path, "read", saved_errno);
      return NULL;
    }
  *length = (gsize) n_read;
  return g_steal_pointer (&text);
}

/* @written_sec: (out): when it was written; @boot_id: (out): on which boot */
static char **
parse (const char *text, gsize length, char **boot_id, gint64 *written_sec, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) time_error = NULL;
  g_auto (GStrv) ids = NULL;
  gsize n_ids = 0;

  if (!g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, NULL))
    {
      set_broken (error, "it is no key file");
      return NULL;
    }
  *boot_id = g_key_file_get_string (file, GROUP, "boot-id", NULL);
  *written_sec = g_key_file_get_int64 (file, GROUP, "time", &time_error);
  ids = g_key_file_get_string_list (file, GROUP, "ids", &n_ids, NULL);
  if (*boot_id == NULL || time_error != NULL || ids == NULL)
    {
      set_broken (error, "it lacks boot-id, time or ids");
      return NULL;
    }
  if (n_ids > CF_APPLICATION_LIST_MAX)
    {
      set_broken (error, "it names too many applications");
      return NULL;
    }
  for (gsize i = 0; i < n_ids; i++)
    {
      if (!cf_application_id_is_valid (ids[i]))
        {
          set_broken (error, "it names something that can be no application");
          return NULL;
        }
    }
  return g_steal_pointer (&ids);
}

/* What cannot be understood is kept for whoever looks into it, but not used. */
static void
set_aside (const char *path, GError **error)
{
  g_autofree char *aside = g_strconcat (path, ".broken", NULL);

  if (g_rename (path, aside) == 0)
    g_prefix_error (error,
                    "No application is started again: the list %s cannot be used and is "
                    "now %s: ",
                    path, aside);
  else
    g_prefix_error (error, "No application is started again: the list %s cannot be used: ", path);
}

/**
 * cf_application_list_take:
 * @path: (type filename): the file
 * @boot_id: of this boot
 * @now_sec: seconds since 1970, UTC
 * @error: %CF_APPLICATION_LIST_ERROR_OLD, %CF_APPLICATION_LIST_ERROR_BROKEN,
 *   %CF_APPLICATION_LIST_ERROR_FILE
 *
 * Reads what an earlier boot wrote, once: the file is gone before this returns, so that what
 * crashes while it is started is not started over and over. What this boot wrote stays.
 *
 * Returns: (transfer full) (nullable): desktop-file ids without ".desktop"; %NULL without @error if
 *   there is nothing from an earlier boot
 */
char **
cf_application_list_take (const char *path, const char *boot_id, gint64 now_sec, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *written_boot_id = NULL;
  g_auto (GStrv) ids = NULL;
  GError *local_error = NULL;
  gint64 written_sec = 0;
  gsize length = 0;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (boot_id != NULL, NULL);

  text = read_file (path, &length, &local_error);
  if (text != NULL)
    ids = parse (text, length, &written_boot_id, &written_sec, &local_error);
  if (local_error != NULL)
    {
      if (local_error->code == CF_APPLICATION_LIST_ERROR_BROKEN)
        set_aside (path, &local_error);
      g_propagate_error (error, local_error);
      return NULL;
    }

  if (ids == NULL || g_str_equal (written_boot_id, boot_id) ||
      !cf_application_list_clear (path, error))
    return NULL;
  /* A clock that was not set yet may show an earlier time; that is no age. */
  if (written_sec < now_sec - CF_APPLICATION_LIST_MAX_SECONDS)
    {
      g_set_error_literal (error, CF_APPLICATION_LIST_ERROR, CF_APPLICATION_LIST_ERROR_OLD,
                           "No application is started again: the list is older than 7 days");
      return NULL;
    }
  return g_steal_pointer (&ids);
}
