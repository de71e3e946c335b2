/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-front-watch.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_PID     4194304 /* of any Linux, see proc(5) */
#define MAX_CONTENT 32

struct _CfFrontWatch
{
  GObject parent_instance;

  char *pid_file; /* (owned), set once */

  gint64 pid;            /* of the process that is watched; 0 for none */
  int pidfd;             /* (owned): of it; -1 for none */
  guint source;          /* of @pidfd; 0 for none */
  GFileMonitor *monitor; /* (owned) (nullable): while there is no process */
};

G_DEFINE_FINAL_TYPE (CfFrontWatch, cf_front_watch, G_TYPE_OBJECT)

enum
{
  GONE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
stop_watching (CfFrontWatch *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  if (self->pidfd >= 0)
    g_close (self->pidfd, NULL);
  self->pidfd = -1;
  self->pid = 0;
}

static void
stop_waiting (CfFrontWatch *self)
{
  if (self->monitor == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_file_monitor_cancel (self->monitor);
  g_clear_object (&self->monitor);
}

static void
cf_front_watch_dispose (GObject *object)
{
  CfFrontWatch *self = CF_FRONT_WATCH (object);

  stop_watching (self);
  stop_waiting (self);

  G_OBJECT_CLASS (cf_front_watch_parent_class)->dispose (object);
}

static void
cf_front_watch_finalize (GObject *object)
{
  g_free (CF_FRONT_WATCH (object)->pid_file);

  G_OBJECT_CLASS (cf_front_watch_parent_class)->finalize (object);
}

static void
cf_front_watch_class_init (CfFrontWatchClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_front_watch_dispose;
  G_OBJECT_CLASS (class)->finalize = cf_front_watch_finalize;

  signals[GONE] = g_signal_new ("gone", CF_TYPE_FRONT_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
}

static void
cf_front_watch_init (CfFrontWatch *self)
{
  self->pidfd = -1;
}

/**
 * cf_front_watch_new:
 * @pid_file: (type filename): where the web server writes the number of its main process
 *
 * Returns: (transfer full): a watch that does not look yet
 */
CfFrontWatch *
cf_front_watch_new (const char *pid_file)
{
  CfFrontWatch *self;

  g_return_val_if_fail (pid_file != NULL, NULL);

  self = g_object_new (CF_TYPE_FRONT_WATCH, NULL);
  self->pid_file = g_strdup (pid_file);

  return self;
}

/* Returns 0 if there is no number (yet): a web server makes the file first and fills it then. */
static gint64
read_pid (const char *path)
{
  char content[MAX_CONTENT + 1] = "";
  guint64 pid = 0;
  gssize n;
  int fd = g_open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);

  if (fd < 0)
    return 0;
  n = read (fd, content, MAX_CONTENT);
  g_close (fd, NULL);
  if (n <= 0)
    return 0;
  content[n] = '\0';

  return g_ascii_string_to_unsigned (g_strstrip (content), 10, 1, MAX_PID, &pid, NULL)
           ? (gint64) pid
           : 0;
}

static gboolean look (CfFrontWatch *self, gint64 ended, GError **error);

static gboolean
ended_cb (int fd, GIOCondition condition, gpointer user_data)
{
  g_autoptr (CfFrontWatch) self = g_object_ref (user_data);
  gint64 ended = self->pid;

  self->source = 0;
  stop_watching (self);
  look (self, ended, NULL);
  if (self->pid != 0)
    g_message ("The web server goes on as process %" G_GINT64_FORMAT, self->pid);
  else
    g_signal_emit (self, signals[GONE], 0);

  return G_SOURCE_REMOVE;
}

/* Watches the process that the file names, unless that is the one that has ended. %FALSE only if
 * processes cannot be watched at all. */
static gboolean
look (CfFrontWatch *self, gint64 ended, GError **error)
{
  gint64 pid = read_pid (self->pid_file);
  int fd;

  if (pid == 0 || pid == ended)
    return TRUE;
  fd = (int) syscall (SYS_pidfd_open, (pid_t) pid, 0);
  if (fd < 0 && errno == ESRCH) /* the file is older than what is gone */
    return TRUE;
  if (fd < 0)
    {
      int cause = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (cause),
                   "The web server's process %" G_GINT64_FORMAT " cannot be watched: %s. Leave out "
                   "the pid-file, or allow pidfd_open(2).",
                   pid, g_strerror (cause));
      return FALSE;
    }

  self->pid = pid;
  self->pidfd = fd;
  self->source = g_unix_fd_add (fd, G_IO_IN, ended_cb, self);
  return TRUE;
}

static void
changed_cb (CfFrontWatch *self)
{
  g_autoptr (GError) error = NULL;

  if (!look (self, 0, &error))
    g_warning ("%s", error->message);
  if (self->pid != 0)
    stop_waiting (self);
}

static gboolean
wait_for_it (CfFrontWatch *self, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->pid_file);

  self->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, error);
  if (self->monitor == NULL)
    return FALSE;
  g_signal_connect_swapped (self->monitor, "changed", G_CALLBACK (changed_cb), self);
  return TRUE;
}

/**
 * cf_front_watch_start:
 * @self: a watch that does not look yet
 * @error: a #GIOErrorEnum
 *
 * Looks from now on, in the thread-default main context; "gone" is never emitted from within.
 *
 * Returns: %TRUE, whether or not the web server is there; %FALSE with @error set if it could not be
 *   watched
 */
gboolean
cf_front_watch_start (CfFrontWatch *self, GError **error)
{
  g_return_val_if_fail (CF_IS_FRONT_WATCH (self), FALSE);
  g_return_val_if_fail (self->pid == 0 && self->monitor == NULL, FALSE);

  /* first the ear, then the eye: or a file that is written in between would be missed */
  if (!wait_for_it (self, error) || !look (self, 0, error))
    {
      stop_waiting (self);
      return FALSE;
    }
  if (self->pid != 0)
    stop_waiting (self);
  return TRUE;
}

/**
 * cf_front_watch_get_pid:
 * @self: a watch
 *
 * Returns: the process that is watched; 0 as long as there is none
 */
gint64
cf_front_watch_get_pid (CfFrontWatch *self)
{
  g_return_val_if_fail (CF_IS_FRONT_WATCH (self), 0);

  return self->pid;
}
