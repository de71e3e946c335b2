/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-schedule-store.h"

#include "cf-schedule-text.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_FILE_SIZE (256 * 1024)

struct _CfScheduleStore
{
  GObject parent_instance;

  char *path;    /* (owned), set once */
  char *boot_id; /* (owned), set once */
};

G_DEFINE_FINAL_TYPE (CfScheduleStore, cf_schedule_store, G_TYPE_OBJECT)

static void
cf_schedule_store_finalize (GObject *object)
{
  CfScheduleStore *self = CF_SCHEDULE_STORE (object);

  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->boot_id, g_free);

  G_OBJECT_CLASS (cf_schedule_store_parent_class)->finalize (object);
}

static void
cf_schedule_store_class_init (CfScheduleStoreClass *class)
{
  G_OBJECT_CLASS (class)->finalize = cf_schedule_store_finalize;
}

static void
cf_schedule_store_init (CfScheduleStore *self)
{
}

/**
 * cf_schedule_store_new:
 * @path: (type filename): the file; its folder has to exist
 * @boot_id: of this boot; what another boot wrote is not loaded
 *
 * Returns: (transfer full): a new store; nothing is read or written yet
 */
CfScheduleStore *
cf_schedule_store_new (const char *path, const char *boot_id)
{
  CfScheduleStore *self;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (boot_id != NULL, NULL);

  self = g_object_new (CF_TYPE_SCHEDULE_STORE, NULL);
  self->path = g_strdup (path);
  self->boot_id = g_strdup (boot_id);
  return self;
}

/**
 * cf_schedule_store_save:
 * @self: a store
 * @entry: what was accepted
 * @phase: how far it has come
 * @asleep_usec: how long the machine has slept on this boot
 * @error: a #GFileError that names the file
 *
 * Writes all or nothing, and returns when it would survive the end of this process and of the
 * machine. Blocks; the file is meant to be in the run directory, which is memory.
 *
 * Returns: whether it is kept
 */
gboolean
cf_schedule_store_save (CfScheduleStore *self, const CfScheduleEntry *entry, CfSchedulePhase phase,
                        gint64 asleep_usec, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;

  g_return_val_if_fail (CF_IS_SCHEDULE_STORE (self), FALSE);
  g_return_val_if_fail (entry != NULL, FALSE);

  text = cf_schedule_text_write (entry, phase, asleep_usec, self->boot_id, &length);
  if (length > MAX_FILE_SIZE)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC,
                   "%s would need %" G_GSIZE_FORMAT " bytes, of which at most %d can be kept; "
                   "shorten the texts",
                   self->path, length, MAX_FILE_SIZE);
      return FALSE;
    }
  return g_file_set_contents_full (self->path, text, (gssize) length,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}

/**
 * cf_schedule_store_clear:
 * @self: a store
 * @error: a #GFileError that names the file
 *
 * Forgets what is kept, if anything is.
 *
 * Returns: %FALSE with @error set if it is still there
 */
gboolean
cf_schedule_store_clear (CfScheduleStore *self, GError **error)
{
  int saved_errno;

  g_return_val_if_fail (CF_IS_SCHEDULE_STORE (self), FALSE);

  if (g_unlink (self->path) == 0 || errno == ENOENT)
    return TRUE;

  saved_errno = errno;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved_errno),
               "%s could not be removed: %s", self->path, g_strerror (saved_errno));
  return FALSE;
}

/* The whole file; %NULL without @error if there is none. */
static char *
read_file (CfScheduleStore *self, gsize *length, GError **error)
{
  g_autofree char *text = NULL;
  struct stat info;
  gssize n_read = -1;
  int saved_errno;
  int fd = g_open (self->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW, 0);

  if (fd < 0 && errno == ENOENT)
    return NULL;
  if (fd >= 0 && fstat (fd, &info) == 0)
    {
      if (!S_ISREG (info.st_mode) || info.st_uid != geteuid () || (info.st_mode & 022) != 0 ||
          info.st_size > MAX_FILE_SIZE)
        {
          close (fd);
          g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM,
                       "%s is no file that this agent wrote: it has to be an ordinary file of its "
                       "own that nobody else may write",
                       self->path);
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
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved_errno),
                   "%s could not be read: %s", self->path, g_strerror (saved_errno));
      return NULL;
    }
  *length = (gsize) n_read;
  return g_steal_pointer (&text);
}

/* What cannot be understood is kept for whoever looks into it, but not taken for a request. */
static void
set_aside (CfScheduleStore *self, GError **error)
{
  g_autofree char *aside = g_strconcat (self->path, ".broken", NULL);

  if (g_rename (self->path, aside) == 0)
    g_prefix_error (error, "%s cannot be taken up again and is now %s: ", self->path, aside);
  else
    g_prefix_error (error, "%s cannot be taken up again: ", self->path);
}

/**
 * cf_schedule_store_load:
 * @self: a store
 * @error: a #GFileError or #GKeyFileError that names the file and what is wrong in it
 *
 * Reads what is kept. A file of another boot is removed; one that cannot be understood is renamed
 * to end in ".broken".
 *
 * Returns: (transfer full) (nullable): what was kept; %NULL without @error if there is nothing
 */
CfScheduleRecord *
cf_schedule_store_load (CfScheduleStore *self, GError **error)
{
  g_autofree char *text = NULL;
  CfScheduleRecord *record = NULL;
  GError *local_error = NULL;
  gsize length = 0;

  g_return_val_if_fail (CF_IS_SCHEDULE_STORE (self), NULL);

  text = read_file (self, &length, &local_error);
  if (text == NULL && local_error == NULL)
    return NULL;
  if (text != NULL)
    record = cf_schedule_text_read (text, length, self->boot_id, &local_error);
  if (local_error != NULL)
    {
      set_aside (self, &local_error);
      g_propagate_error (error, local_error);
    }
  else if (record == NULL)
    cf_schedule_store_clear (self, error);
  return record;
}
