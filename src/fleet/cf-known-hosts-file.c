/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "cf-known-hosts.h"

static void
set_errno_error (GError **error, int code, const char *what, const char *path)
{
  g_set_error (error, CF_KNOWN_HOSTS_ERROR, CF_KNOWN_HOSTS_ERROR_FILE,
               "The list of hosts, %s, %s: %s.", path, what, g_strerror (code));
}

/**
 * cf_known_hosts_dup_path:
 *
 * Returns: (transfer full) (type filename): where a person's list is: `curfew/hosts.json` below
 *   `$XDG_DATA_HOME`
 */
char *
cf_known_hosts_dup_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "curfew", "hosts.json", NULL);
}

/* All of a regular file; NULL if there is none, with @error set if it cannot be read. */
static GByteArray *
read_file (const char *path, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  struct stat info = { 0 };
  guint8 buffer[16384];
  gssize n_read = 1;
  int code = 0;

  if (fd < 0 && errno == ENOENT)
    return NULL;
  if (fd < 0 || fstat (fd, &info) != 0)
    code = errno;
  else if (!S_ISREG (info.st_mode))
    code = EINVAL;
  while (code == 0 && n_read != 0 && bytes->len <= CF_KNOWN_HOSTS_MAX_SIZE)
    {
      n_read = read (fd, buffer, sizeof buffer);
      if (n_read > 0)
        g_byte_array_append (bytes, buffer, (guint) n_read);
      else if (n_read < 0 && errno != EINTR)
        code = errno;
    }
  if (fd >= 0)
    close (fd);
  if (code == 0)
    return g_steal_pointer (&bytes);

  set_errno_error (error, code, "cannot be read", path);
  return NULL;
}

/**
 * cf_known_hosts_load:
 * @path: (type filename): the file
 * @error: a #CfKnownHostsError, with a sentence that names the file
 *
 * Reads the list at once: for programs that start.
 *
 * Returns: (transfer full): the list, which is empty where there is no file; %NULL with @error set
 *   otherwise
 */
CfKnownHosts *
cf_known_hosts_load (const char *path, GError **error)
{
  g_autoptr (GByteArray) bytes = NULL;
  g_autoptr (GError) local_error = NULL;
  CfKnownHosts *self;

  g_return_val_if_fail (path != NULL, NULL);

  bytes = read_file (path, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (bytes == NULL)
    return cf_known_hosts_new ();

  self = cf_known_hosts_parse (bytes->len > 0 ? (const char *) bytes->data : "", bytes->len,
                               &local_error);
  if (self == NULL)
    g_set_error (error, CF_KNOWN_HOSTS_ERROR, CF_KNOWN_HOSTS_ERROR_CONTENT,
                 "The list of hosts, %s, cannot be used: %s. It was left as it is; repair it, or "
                 "move it away.",
                 path, local_error->message);
  return self;
}

/* The lock is on a file of its own: writing puts another file in the place of the list. */
static int
lock (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *lock_path = g_strconcat (path, ".lock", NULL);
  int outcome;
  int fd;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      set_errno_error (error, errno, "cannot be written", path);
      return -1;
    }
  fd = open (lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (fd < 0)
    {
      set_errno_error (error, errno, "cannot be locked", path);
      return -1;
    }
  do
    outcome = flock (fd, LOCK_EX);
  while (outcome != 0 && errno == EINTR);
  if (outcome == 0)
    return fd;

  set_errno_error (error, errno, "cannot be locked", path);
  close (fd);
  return -1;
}

static gboolean
write_file (const CfKnownHosts *hosts, const char *path, GError **error)
{
  g_autofree char *text = cf_known_hosts_to_text (hosts);
  g_autoptr (GError) local_error = NULL;

  if (g_file_set_contents_full (path, text, (gssize) strlen (text),
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                &local_error))
    return TRUE;

  g_set_error (error, CF_KNOWN_HOSTS_ERROR, CF_KNOWN_HOSTS_ERROR_FILE,
               "The list of hosts cannot be written, and is as before: %s.", local_error->message);
  return FALSE;
}

/**
 * cf_known_hosts_edit:
 * @path: (type filename): the file; its folder is made if need be
 * @change: changes the list; returns whether it did
 * @user_data: for @change
 * @error: a #CfKnownHostsError, with a sentence that names the file
 *
 * Reads the list anew, changes it and writes it, while other programs wait for their turn: no
 * change gets lost. Readers see the old file or the new one, whole. Blocks, for a disk at most.
 *
 * Returns: %FALSE with @error set if the list could not be read or written; then it is as it was
 */
gboolean
cf_known_hosts_edit (const char *path, CfKnownHostsChange change, gpointer user_data,
                     GError **error)
{
  g_autoptr (CfKnownHosts) hosts = NULL;
  gboolean is_good;
  int fd;

  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (change != NULL, FALSE);

  fd = lock (path, error);
  if (fd < 0)
    return FALSE;
  hosts = cf_known_hosts_load (path, error);
  is_good = hosts != NULL && (!change (hosts, user_data) || write_file (hosts, path, error));
  close (fd);
  return is_good;
}
