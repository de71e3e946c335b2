/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-run-watch.h"

typedef enum
{
  SIGNAL_SHUTDOWN,
  SIGNAL_SESSION,
  SIGNAL_INHIBITORS,
  N_SIGNALS
} CfRunWatchSignal;

static const char *const folders[N_SIGNALS] = {
  [SIGNAL_SHUTDOWN] = "shutdown",
  [SIGNAL_SESSION] = "sessions",
  [SIGNAL_INHIBITORS] = "inhibit",
};

struct _CfRunWatch
{
  GObject parent_instance;

  GFile *directory;                 /* (owned), set once */
  GFileMonitor *above;              /* (owned) (nullable): of the directory itself */
  GFileMonitor *folders[N_SIGNALS]; /* (owned) (nullable): while that folder exists */
};

G_DEFINE_FINAL_TYPE (CfRunWatch, cf_run_watch, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void
emit (CfRunWatch *self, CfRunWatchSignal which, const char *name)
{
  if (which == SIGNAL_SESSION)
    g_signal_emit (self, signals[which], 0, name);
  else
    g_signal_emit (self, signals[which], 0);
}

static void
folder_changed_cb (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event,
                   gpointer user_data)
{
  CfRunWatch *self = user_data;
  g_autofree char *name = g_file_get_basename (file);

  /* systemd writes to a hidden file first; the real name follows */
  if (name == NULL || name[0] == '.')
    return;

  for (guint i = 0; i < N_SIGNALS; i++)
    if (self->folders[i] == monitor)
      {
        emit (self, (CfRunWatchSignal) i, name);
        return;
      }
}

static GFileMonitor *
watch (CfRunWatch *self, GFile *directory, GCallback callback)
{
  g_autoptr (GError) error = NULL;
  GFileMonitor *monitor = g_file_monitor_directory (directory, G_FILE_MONITOR_NONE, NULL, &error);

  if (monitor == NULL)
    {
      g_autofree char *path = g_file_get_path (directory);

      g_warning ("Could not watch %s: %s. A shutdown that somebody else schedules may be noticed "
                 "late",
                 path, error->message);
      return NULL;
    }

  g_signal_connect_object (monitor, "changed", callback, self, 0);
  return monitor;
}

/* A monitor of a folder that is missing would look for it every few seconds, for as long as nobody
 * schedules a shutdown: weeks. So it is only made for a folder that exists. */
static void
watch_folder (CfRunWatch *self, CfRunWatchSignal which)
{
  g_autoptr (GFile) folder = g_file_get_child (self->directory, folders[which]);

  g_clear_object (&self->folders[which]);
  if (g_file_query_file_type (folder, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL) ==
      G_FILE_TYPE_DIRECTORY)
    self->folders[which] = watch (self, folder, G_CALLBACK (folder_changed_cb));
}

static void
above_changed_cb (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event,
                  gpointer user_data)
{
  CfRunWatch *self = user_data;
  g_autofree char *name = g_file_get_basename (file);

  if (event != G_FILE_MONITOR_EVENT_CREATED && event != G_FILE_MONITOR_EVENT_DELETED)
    return;

  for (guint i = 0; i < N_SIGNALS; i++)
    if (g_strcmp0 (name, folders[i]) == 0)
      {
        watch_folder (self, (CfRunWatchSignal) i);
        /* what was written before we watched */
        emit (self, (CfRunWatchSignal) i, NULL);
      }
}

static void
cf_run_watch_dispose (GObject *object)
{
  CfRunWatch *self = CF_RUN_WATCH (object);

  g_clear_object (&self->above);
  for (guint i = 0; i < N_SIGNALS; i++)
    g_clear_object (&self->folders[i]);
  g_clear_object (&self->directory);

  G_OBJECT_CLASS (cf_run_watch_parent_class)->dispose (object);
}

static void
cf_run_watch_class_init (CfRunWatchClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_run_watch_dispose;

  signals[SIGNAL_SHUTDOWN] = g_signal_new ("shutdown-changed", CF_TYPE_RUN_WATCH, G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_SESSION] = g_signal_new ("session-changed", CF_TYPE_RUN_WATCH, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_INHIBITORS] = g_signal_new ("inhibitors-changed", CF_TYPE_RUN_WATCH,
                                             G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                             0);
}

static void
cf_run_watch_init (CfRunWatch *self)
{
}

/**
 * cf_run_watch_new:
 * @directory: (type filename): the directory to watch: /run/systemd, or another one in tests
 *
 * What cannot be watched is said in the log; it is then not noticed.
 *
 * Returns: (transfer full): a watch that is in use at once
 */
CfRunWatch *
cf_run_watch_new (const char *directory)
{
  CfRunWatch *self;

  g_return_val_if_fail (directory != NULL, NULL);

  self = g_object_new (CF_TYPE_RUN_WATCH, NULL);
  self->directory = g_file_new_for_path (directory);
  self->above = watch (self, self->directory, G_CALLBACK (above_changed_cb));
  for (guint i = 0; i < N_SIGNALS; i++)
    watch_folder (self, (CfRunWatchSignal) i);
  return self;
}
