/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-action-history.h"

#include "request/cf-win32-code.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME   "actions"
#define BROKEN_NAME "actions.broken"
#define FIRST_LINE  "curfew-actions 1"
#define MAX_ACTIONS 32u /* more than an hour can hold */
#define MAX_BOOT_ID 64u
#define MAX_SIZE    8192u
#define HOUR_USEC   (60 * 60 * (gint64) G_USEC_PER_SEC)

/* One action: on which boot, how long after its start, and what the wall clock said. */
typedef struct
{
  char boot_id[MAX_BOOT_ID + 1];
  gint64 uptime_usec;
  gint64 real_usec;
} Action;

struct _CfActionHistory
{
  GObject parent_instance;

  char *path;    /* (owned) (nullable): %NULL keeps it in memory alone */
  char *boot_id; /* (owned) */
  guint settle_seconds;
  GArray *actions; /* (owned) (element-type Action), oldest first, at most MAX_ACTIONS */
};

G_DEFINE_FINAL_TYPE (CfActionHistory, cf_action_history, G_TYPE_OBJECT)

static void
cf_action_history_finalize (GObject *object)
{
  CfActionHistory *self = CF_ACTION_HISTORY (object);

  g_free (self->path);
  g_free (self->boot_id);
  g_array_unref (self->actions);

  G_OBJECT_CLASS (cf_action_history_parent_class)->finalize (object);
}

static void
cf_action_history_class_init (CfActionHistoryClass *class)
{
  G_OBJECT_CLASS (class)->finalize = cf_action_history_finalize;
}

static void
cf_action_history_init (CfActionHistory *self)
{
  self->actions = g_array_new (FALSE, TRUE, sizeof (Action));
}

static gboolean
is_boot_id (const char *text)
{
  gsize length = strlen (text);

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '-')
      return FALSE;
  return length > 0 && length <= MAX_BOOT_ID;
}

static void
add (CfActionHistory *self, const char *boot_id, gint64 uptime_usec, gint64 real_usec)
{
  Action action = { .uptime_usec = uptime_usec, .real_usec = real_usec };

  g_strlcpy (action.boot_id, boot_id, sizeof action.boot_id);
  if (self->actions->len == MAX_ACTIONS)
    g_array_remove_index (self->actions, 0);
  g_array_append_val (self->actions, action);
}

/* "BOOT-ID UPTIME REAL", both in microseconds */
static gboolean
read_line (CfActionHistory *self, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 4);
  guint64 numbers[2];

  if (g_strv_length (words) != 3 || !is_boot_id (words[0]))
    return FALSE;
  for (gsize i = 0; i < 2; i++)
    if (!g_ascii_string_to_unsigned (words[i + 1], 10, 0, G_MAXINT64, &numbers[i], NULL))
      return FALSE;

  add (self, words[0], (gint64) numbers[0], (gint64) numbers[1]);
  return TRUE;
}

static gboolean
read_text (CfActionHistory *self, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n_lines = g_strv_length (lines);

  /* the last line ends, too, or the file was cut */
  if (n_lines < 2 || !g_str_equal (lines[0], FIRST_LINE) || *lines[n_lines - 1] != '\0')
    return FALSE;
  for (guint i = 1; i < n_lines - 1; i++)
    if (!read_line (self, lines[i]))
      return FALSE;
  return TRUE;
}

/* Gives the text of an ordinary file, or %NULL with errno. */
static char *
read_file (const char *path)
{
  char text[MAX_SIZE + 1];
  struct stat info;
  gssize length = -1;
  int saved_errno;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0);

  if (fd < 0)
    return NULL;
  if (fstat (fd, &info) == 0 && (!S_ISREG (info.st_mode) || info.st_size > MAX_SIZE))
    errno = EINVAL;
  else
    while ((length = read (fd, text, MAX_SIZE)) < 0 && errno == EINTR)
      ;
  saved_errno = errno;
  close (fd);
  errno = saved_errno;
  return length >= 0 ? g_strndup (text, (gsize) length) : NULL;
}

/* What cannot be read must not stop the agent, nor be lost to whoever wants to know why. */
static void
set_aside (CfActionHistory *self, const char *problem)
{
  g_autofree char *directory = g_path_get_dirname (self->path);
  g_autofree char *aside = g_build_filename (directory, BROKEN_NAME, NULL);
  gboolean is_moved = g_rename (self->path, aside) == 0;

  g_array_set_size (self->actions, 0);
  g_warning ("The record of power actions %s %s and counts as empty%s%s", self->path, problem,
             is_moved ? "; it was moved to " : "", is_moved ? aside : "");
}

static void
load (CfActionHistory *self)
{
  g_autofree char *text = read_file (self->path);
  int cause = errno;

  if (text == NULL && cause == ENOENT)
    return;
  if (text == NULL)
    {
      g_autofree char *problem = g_strdup_printf ("cannot be read (%s)", g_strerror (cause));

      set_aside (self, problem);
    }
  else if (!read_text (self, text))
    {
      set_aside (self, "is damaged");
    }
}

/**
 * cf_action_history_new:
 * @directory: (nullable) (type filename): where the record is kept, in a file `actions`; %NULL
 *   keeps it in memory alone
 * @boot_id: of this boot
 * @settle_seconds: for how long after its start the machine is left alone;
 *   %CF_ACTION_HISTORY_SETTLE_SECONDS unless somebody set it
 *
 * Reads the record. One that is damaged is warned of, kept as `actions.broken`, and counts as
 * empty.
 *
 * Returns: (transfer full): a new history
 */
CfActionHistory *
cf_action_history_new (const char *directory, const char *boot_id, guint settle_seconds)
{
  CfActionHistory *self;

  g_return_val_if_fail (boot_id != NULL && is_boot_id (boot_id), NULL);

  self = g_object_new (CF_TYPE_ACTION_HISTORY, NULL);
  self->boot_id = g_strdup (boot_id);
  self->settle_seconds = settle_seconds;
  if (directory != NULL)
    {
      self->path = g_build_filename (directory, FILE_NAME, NULL);
      load (self);
    }
  return self;
}

/* How long ago @action was, or less if that cannot be known. Of this boot, boot time tells. Of an
 * earlier one the wall clock does, unless it was set back meanwhile: such an action counts for the
 * first hour of this boot, so that a machine which starts without knowing the time can neither loop
 * nor be locked for good. (In a container boot time is that of its host, and older than the boot.)
 */
static gint64
get_age_usec (CfActionHistory *self, const Action *action, gint64 uptime_usec, gint64 now_real_usec)
{
  if (g_str_equal (action->boot_id, self->boot_id))
    return uptime_usec - action->uptime_usec;
  return now_real_usec >= action->real_usec ? now_real_usec - action->real_usec : uptime_usec;
}

/**
 * cf_action_history_check:
 * @self: a history
 * @is_forced: whether the request forces (%CF_SHUTDOWN_FORCE_OTHERS)
 * @uptime_usec: microseconds since this boot began, on CLOCK_BOOTTIME, at the moment that is asked
 *   about: now, or when a request would be due
 * @now_real_usec: the same moment by the wall clock
 *
 * Whether this machine may be told to go down: at most six times in an hour, and not within the
 * first seconds of its life unless forced.
 *
 * Returns: %CF_WIN32_SUCCESS, %CF_WIN32_BUSY (too often) or %CF_WIN32_NOT_READY (too early)
 */
guint32
cf_action_history_check (CfActionHistory *self, gboolean is_forced, gint64 uptime_usec,
                         gint64 now_real_usec)
{
  guint n_recent = 0;

  g_return_val_if_fail (CF_IS_ACTION_HISTORY (self), CF_WIN32_GEN_FAILURE);

  for (guint i = 0; i < self->actions->len; i++)
    if (get_age_usec (self, &g_array_index (self->actions, Action, i), uptime_usec, now_real_usec) <
        HOUR_USEC)
      n_recent++;
  if (n_recent >= CF_ACTION_HISTORY_MAX_AN_HOUR)
    return CF_WIN32_BUSY;
  if (!is_forced && uptime_usec < self->settle_seconds * (gint64) G_USEC_PER_SEC)
    return CF_WIN32_NOT_READY;
  return CF_WIN32_SUCCESS;
}

/**
 * cf_action_history_note:
 * @self: a history
 * @uptime_usec: what time it is: microseconds since this boot began, on CLOCK_BOOTTIME
 * @now_real_usec: the same by the wall clock
 * @error: a #GFileError: why it could not be written
 *
 * Remembers one action, which the machine has been told. Call it at once, while there is time; it
 * waits for the disk.
 *
 * Returns: whether the action is on the disk; it counts in this process in any case
 */
gboolean
cf_action_history_note (CfActionHistory *self, gint64 uptime_usec, gint64 now_real_usec,
                        GError **error)
{
  g_autoptr (GString) text = g_string_new (FIRST_LINE "\n");

  g_return_val_if_fail (CF_IS_ACTION_HISTORY (self), FALSE);
  g_return_val_if_fail (uptime_usec >= 0 && now_real_usec >= 0, FALSE);

  add (self, self->boot_id, uptime_usec, now_real_usec);
  if (self->path == NULL)
    return TRUE;

  for (guint i = 0; i < self->actions->len; i++)
    {
      const Action *action = &g_array_index (self->actions, Action, i);

      g_string_append_printf (text, "%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
                              action->boot_id, action->uptime_usec, action->real_usec);
    }
  if (g_file_set_contents_full (self->path, text->str, (gssize) text->len,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                error))
    return TRUE;
  g_prefix_error (error,
                  "The power action cannot be recorded in %s, so a boot loop might not be "
                  "noticed: ",
                  self->path);
  return FALSE;
}
