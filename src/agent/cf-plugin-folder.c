/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-folder.h"

#include "cf-audit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".xml"

static void
document_free (CfPluginDocument *self)
{
  g_free (self->path);
  g_free (self->text);
  g_free (self);
}

static void G_GNUC_PRINTF (1, 2) reject (const char *format, ...)
{
  g_autofree char *problem = NULL;
  va_list args;

  va_start (args, format);
  problem = g_strdup_vprintf (format, args);
  va_end (args);
  cf_audit_plugin_rejected (problem);
}

/* Whoever can write it decides what runs within the agent. */
static gboolean
is_trusted (const struct stat *info, gboolean owner_may_own)
{
  return (info->st_uid == 0 || (owner_may_own && info->st_uid == geteuid ())) &&
         (info->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static int
open_folder (const char *folder, gboolean owner_may_own)
{
  struct stat info;
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    {
      if (errno != ENOENT) /* that there is none is no mistake */
        reject ("The folder %s cannot be read, and no plug-in in it is used: %s. Make it readable "
                "for the account of the service",
                folder, g_strerror (errno));
      return -1;
    }
  if (fstat (fd, &info) == 0 && is_trusted (&info, owner_may_own))
    return fd;

  reject ("The folder %s is not trusted, and no plug-in in it is used: it has to belong to root, "
          "and nobody else may write it. Try: chown root %s && chmod 755 %s",
          folder, folder, folder);
  close (fd);
  return -1;
}

/* Notes which names are in @folder; a later folder's take the place of an earlier one's. */
static void
collect (GHashTable *paths, const char *folder, gboolean owner_may_own)
{
  const struct dirent *entry;
  int fd = open_folder (folder, owner_may_own);
  DIR *listing;

  if (fd < 0)
    return;
  listing = fdopendir (fd);
  if (listing == NULL)
    {
      close (fd);
      return;
    }
  while ((entry = readdir (listing)) != NULL)
    {
      if (entry->d_name[0] == '.' || !g_str_has_suffix (entry->d_name, SUFFIX))
        continue;
      if (g_hash_table_size (paths) >= CF_PLUGIN_FOLDER_MAX_FILES &&
          !g_hash_table_contains (paths, entry->d_name))
        {
          reject ("The folder %s has more plug-ins than can be served (%u); %s and others are not "
                  "used. Remove some",
                  folder, CF_PLUGIN_FOLDER_MAX_FILES, entry->d_name);
          break;
        }
      g_hash_table_insert (paths, g_strdup (entry->d_name),
                           g_build_filename (folder, entry->d_name, NULL));
    }
  closedir (listing);
}

static gboolean
read_all (int fd, char *text, gsize size, gsize *length)
{
  gssize n;

  *length = 0;
  while (*length < size)
    {
      n = read (fd, text + *length, size - *length);
      if (n == 0)
        return TRUE;
      if (n < 0 && errno != EINTR)
        return FALSE;
      *length += (gsize) MAX (n, 0);
    }
  return TRUE;
}

/* The checks are made on the open descriptor, so that nothing can be put in its place in between.
 */
static CfPluginDocument *
read_document (const char *path, gboolean owner_may_own)
{
  g_autofree char *text = NULL;
  CfPluginDocument *document;
  struct stat info = { 0 };
  gsize length = 0;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
  int problem = fd < 0 || fstat (fd, &info) != 0 ? errno : 0;

  if (problem == 0 && S_ISREG (info.st_mode) && is_trusted (&info, owner_may_own))
    {
      text = g_malloc (CF_PLUGIN_DOCUMENT_MAX + 2);
      if (!read_all (fd, text, CF_PLUGIN_DOCUMENT_MAX + 1, &length))
        problem = errno;
    }
  if (fd >= 0)
    close (fd);
  if (problem != 0)
    reject ("%s: The file cannot be read, and its plug-in is not used: %s", path,
            problem == ELOOP ? "it is a symbolic link. Put a copy in its place"
                             : g_strerror (problem));
  else if (text == NULL)
    reject ("%s: The file is not trusted, and its plug-in is not used: it has to be an ordinary "
            "file that belongs to root and that nobody else may write. Try: chown root %s && "
            "chmod 644 %s",
            path, path, path);
  else if (length > CF_PLUGIN_DOCUMENT_MAX)
    reject ("%s: The file is longer than 64 KiB, and its plug-in is not used. Make it shorter",
            path);
  if (problem != 0 || text == NULL || length > CF_PLUGIN_DOCUMENT_MAX)
    return NULL;

  text[length] = '\0';
  document = g_new0 (CfPluginDocument, 1);
  document->path = g_strdup (path);
  document->text = g_steal_pointer (&text);
  document->length = length;
  return document;
}

/**
 * cf_plugin_folder_read_all:
 * @folders: (array zero-terminated=1) (element-type filename): a file in a later one takes the
 *   place of one of the same name in an earlier one, and an empty file takes it away
 * @owner_may_own: whether folders and files of this process's own user are taken, beside root's
 *
 * Reads the documents (*.xml, at most %CF_PLUGIN_DOCUMENT_MAX octets each) of all folders. What
 * cannot be read or is not trusted is noted in the journal and left out; a folder that is not there
 * is empty.
 *
 * Returns: (transfer full) (element-type CfPluginDocument): the documents by the names of their
 *   files, none of them empty
 */
GPtrArray *
cf_plugin_folder_read_all (const char *const *folders, gboolean owner_may_own)
{
  g_autoptr (GHashTable) paths = NULL;
  g_autoptr (GList) names = NULL;
  GPtrArray *documents;

  g_return_val_if_fail (folders != NULL, NULL);

  paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (gsize i = 0; folders[i] != NULL; i++)
    collect (paths, folders[i], owner_may_own);

  documents = g_ptr_array_new_with_free_func ((GDestroyNotify) document_free);
  names = g_list_sort (g_hash_table_get_keys (paths), (GCompareFunc) strcmp);
  for (const GList *name = names; name != NULL; name = name->next)
    {
      CfPluginDocument *document = read_document (g_hash_table_lookup (paths, name->data),
                                                  owner_may_own);

      if (document != NULL && document->length > 0)
        g_ptr_array_add (documents, document);
      else if (document != NULL)
        document_free (document);
    }
  return documents;
}
