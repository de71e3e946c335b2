/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-window-process.h"

#include "curfew-config.h"

#include <string.h>

#include "cf-window-talk.h"

#define PROGRAM     "curfew-warning-window"
#define MAX_LINE    64 /* what it says is shorter */
#define CRASHES_MAX 3  /* in a minute; then it is left alone until the next time */
#define MINUTE_USEC (60 * (gint64) G_USEC_PER_SEC)
#define CALM_USEC   (10 * MINUTE_USEC) /* crashes longer ago do not count */

/* seconds until it is started again, by how often it crashed of late */
static const guint delays[] = { 0, 1, 5, 25 };

struct _CfWindowProcess
{
  GObject parent_instance;

  char *program;     /* (owned), set once */
  GBusType bus_type; /* set once */

  GSubprocess *process;      /* (owned) (nullable): while it runs */
  GCancellable *cancellable; /* (owned) (nullable): of @process */
  guint restart_id;
  gint64 crashes[CRASHES_MAX]; /* monotonic times, the newest first; 0 if there was none */
  guint n_recent;              /* crashes in a row */

  gboolean is_wanted; /* it was to be presented, and its person has not hidden it */
  gboolean is_shown;
  gboolean has_shown;   /* this process, once at least */
  gboolean has_said_so; /* why it cannot start: once is enough */
};

G_DEFINE_FINAL_TYPE (CfWindowProcess, cf_window_process, G_TYPE_OBJECT)

enum
{
  SIGNAL_SHOWN,
  SIGNAL_HIDDEN,
  SIGNAL_READ,
  SIGNAL_FAILED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void read_line (CfWindowProcess *self, GDataInputStream *lines);
static void start (CfWindowProcess *self);

static void
set_shown (CfWindowProcess *self, gboolean is_shown)
{
  gboolean was_shown = self->is_shown;

  self->is_shown = is_shown;
  if (is_shown)
    {
      self->has_shown = TRUE;
      self->has_said_so = FALSE;
      g_signal_emit (self, signals[SIGNAL_SHOWN], 0);
    }
  else if (was_shown)
    g_signal_emit (self, signals[SIGNAL_HIDDEN], 0);
}

static void
fail (CfWindowProcess *self, const char *why)
{
  if (!self->has_said_so)
    g_message ("The warning cannot be shown in a window, notifications remain: %s", why);
  self->has_said_so = TRUE;
  self->is_wanted = FALSE;
  g_signal_emit (self, signals[SIGNAL_FAILED], 0);
}

/* ------------------------------------------------------------------ what it says */

static void
heed (CfWindowProcess *self, const char *line)
{
  if (g_str_equal (line, CF_WINDOW_SHOWN))
    set_shown (self, TRUE);
  else if (g_str_equal (line, CF_WINDOW_HIDDEN))
    {
      self->is_wanted = FALSE;
      set_shown (self, FALSE);
    }
  else if (g_str_equal (line, CF_WINDOW_READ))
    g_signal_emit (self, signals[SIGNAL_READ], 0);
  else
    g_info ("The window says something else: %.*s", MAX_LINE, line);
}

static void
line_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CfWindowProcess) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source),
                                                                     result, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (line == NULL)
    {
      if (error != NULL)
        g_info ("The window is not understood any more: %s", error->message);
      return; /* its end is noticed elsewhere */
    }
  heed (self, line);
  if (self->process != NULL)
    read_line (self, G_DATA_INPUT_STREAM (source));
}

static void
read_line (CfWindowProcess *self, GDataInputStream *lines)
{
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, self->cancellable, line_read_cb,
                                       g_object_ref (self));
}

static void
say (CfWindowProcess *self, const char *word)
{
  g_autofree char *line = g_strconcat (word, "\n", NULL);
  GOutputStream *input = g_subprocess_get_stdin_pipe (self->process);
  g_autoptr (GError) error = NULL;

  /* Some bytes fit into a pipe, unless nobody has read it for hours. */
  if (g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (input), line,
                                                  strlen (line), NULL, &error) < 0)
    g_info ("The window does not listen: %s", error->message);
}

/* ------------------------------------------------------------------ its life */

static void
forget_process (CfWindowProcess *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->process);
}

static gboolean
restart_cb (gpointer user_data)
{
  CfWindowProcess *self = user_data;

  self->restart_id = 0;
  start (self);
  return G_SOURCE_REMOVE;
}

static void
note_crash (CfWindowProcess *self, const char *how)
{
  gint64 now = g_get_monotonic_time ();

  self->n_recent = self->crashes[0] != 0 && now - self->crashes[0] < CALM_USEC ? self->n_recent + 1
                                                                               : 1;
  memmove (self->crashes + 1, self->crashes, sizeof self->crashes - sizeof *self->crashes);
  self->crashes[0] = now;
  if (!self->is_wanted)
    return; /* nobody misses it before it is due again */

  if (self->crashes[CRASHES_MAX - 1] != 0 && now - self->crashes[CRASHES_MAX - 1] < MINUTE_USEC)
    {
      fail (self, how);
      return;
    }
  g_message ("The window has ended (%s) and is started again", how);
  self->restart_id = g_timeout_add_seconds (delays[MIN (self->n_recent, G_N_ELEMENTS (delays)) - 1],
                                            restart_cb, self);
}

static void
ended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CfWindowProcess) self = user_data;
  GSubprocess *process = G_SUBPROCESS (source);
  g_autofree char *how = NULL;
  gboolean had_shown = self->has_shown;
  gboolean was_shown = self->is_shown;

  g_subprocess_wait_finish (process, result, NULL);
  if (process != self->process)
    return; /* it was told to go */

  forget_process (self);
  set_shown (self, FALSE);
  if (g_subprocess_get_if_exited (process))
    how = g_strdup_printf ("exit status %d", g_subprocess_get_exit_status (process));
  else
    how = g_strdup_printf ("signal %d", g_subprocess_get_term_sig (process));

  if (g_subprocess_get_successful (process) && (was_shown || !self->is_wanted))
    self->is_wanted = FALSE; /* there was no more to show */
  else if (g_subprocess_get_if_exited (process) && !had_shown &&
           !g_subprocess_get_successful (process))
    fail (self, how); /* it has said itself why: no display, for example */
  else
    note_crash (self, how);
}

static void
start (CfWindowProcess *self)
{
  const char *bus = self->bus_type == G_BUS_TYPE_SESSION ? "session" : "system";
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;

  if (g_getenv ("WAYLAND_DISPLAY") == NULL && g_getenv ("DISPLAY") == NULL)
    {
      fail (self, "this session has no display");
      return;
    }
  self->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                    &error, self->program, "--bus", bus, NULL);
  if (self->process == NULL)
    {
      fail (self, error->message);
      return;
    }
  self->has_shown = FALSE;
  self->cancellable = g_cancellable_new ();
  g_subprocess_wait_async (self->process, NULL, ended_cb, g_object_ref (self));
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  read_line (self, lines);
  say (self, CF_WINDOW_PRESENT);
}

static void
cf_window_process_dispose (GObject *object)
{
  CfWindowProcess *self = CF_WINDOW_PROCESS (object);

  cf_window_process_stop (self);

  G_OBJECT_CLASS (cf_window_process_parent_class)->dispose (object);
}

static void
cf_window_process_finalize (GObject *object)
{
  CfWindowProcess *self = CF_WINDOW_PROCESS (object);

  g_clear_pointer (&self->program, g_free);

  G_OBJECT_CLASS (cf_window_process_parent_class)->finalize (object);
}

static guint
new_signal (const char *name)
{
  return g_signal_new (name, CF_TYPE_WINDOW_PROCESS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 0);
}

static void
cf_window_process_class_init (CfWindowProcessClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_window_process_dispose;
  G_OBJECT_CLASS (class)->finalize = cf_window_process_finalize;

  signals[SIGNAL_SHOWN] = new_signal ("shown");
  signals[SIGNAL_HIDDEN] = new_signal ("hidden");
  signals[SIGNAL_READ] = new_signal ("read");
  signals[SIGNAL_FAILED] = new_signal ("failed");
}

static void
cf_window_process_init (CfWindowProcess *self)
{
}

/**
 * cf_window_process_find_program:
 *
 * The window that was compiled with this program, if this one was not installed.
 *
 * Returns: (transfer full) (type filename): path of curfew-warning-window
 */
char *
cf_window_process_find_program (void)
{
  g_autofree char *own = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = own != NULL ? g_path_get_dirname (own) : NULL;
  g_autofree char *built = NULL;

  if (folder != NULL)
    built = g_build_filename (folder, "../warning-window/" PROGRAM, NULL);
  if (built != NULL && g_file_test (built, G_FILE_TEST_IS_EXECUTABLE))
    return g_canonicalize_filename (built, NULL);
  return g_strdup (CF_LIBEXEC_DIR "/" PROGRAM);
}

/**
 * cf_window_process_new:
 * @program: (type filename): of the window
 * @bus_type: where the agent is
 *
 * Returns: (transfer full): a window that does not run
 */
CfWindowProcess *
cf_window_process_new (const char *program, GBusType bus_type)
{
  CfWindowProcess *self;

  g_return_val_if_fail (program != NULL, NULL);

  self = g_object_new (CF_TYPE_WINDOW_PROCESS, NULL);
  self->program = g_strdup (program);
  self->bus_type = bus_type;
  return self;
}

/**
 * cf_window_process_present:
 * @self: a window
 *
 * Has it shown, and raised where the desktop lets us. It is started if it does not run; one that
 * has failed gets another chance.
 */
void
cf_window_process_present (CfWindowProcess *self)
{
  g_return_if_fail (CF_IS_WINDOW_PROCESS (self));

  self->is_wanted = TRUE;
  if (self->process != NULL)
    say (self, CF_WINDOW_PRESENT);
  else if (self->restart_id == 0)
    start (self);
}

/**
 * cf_window_process_let_go:
 * @self: a window
 *
 * It is not due any more: it may show how things ended, and is not started again if it crashes.
 */
void
cf_window_process_let_go (CfWindowProcess *self)
{
  g_return_if_fail (CF_IS_WINDOW_PROCESS (self));

  g_clear_handle_id (&self->restart_id, g_source_remove);
  self->is_wanted = FALSE;
}

/**
 * cf_window_process_stop:
 * @self: a window
 *
 * Ends it, if it runs. No signal is emitted.
 */
void
cf_window_process_stop (CfWindowProcess *self)
{
  g_return_if_fail (CF_IS_WINDOW_PROCESS (self));

  g_clear_handle_id (&self->restart_id, g_source_remove);
  self->is_wanted = FALSE;
  self->is_shown = FALSE;
  /* the end of its input ends it */
  if (self->process != NULL)
    g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
  forget_process (self);
}

/**
 * cf_window_process_is_shown:
 * @self: a window
 *
 * Returns: whether it is on the screen
 */
gboolean
cf_window_process_is_shown (CfWindowProcess *self)
{
  g_return_val_if_fail (CF_IS_WINDOW_PROCESS (self), FALSE);

  return self->is_shown;
}

/**
 * cf_window_process_is_coming:
 * @self: a window
 *
 * Returns: whether it was presented, is not on the screen yet, and may still come
 */
gboolean
cf_window_process_is_coming (CfWindowProcess *self)
{
  g_return_val_if_fail (CF_IS_WINDOW_PROCESS (self), FALSE);

  return self->is_wanted && !self->is_shown;
}
