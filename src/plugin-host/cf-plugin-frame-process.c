/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-frame-process.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOCKET_FD     3
#define FAREWELL_MSEC 2000 /* from its last word to its end, or it is killed */

/* What a helper is told of the environment of the agent: nothing but how to write text and time,
 * where its journal is, and what tests set. */
static const char *const passed_on[] = {
  "LANG",         "LC_ALL",          "TZ",           "JOURNAL_STREAM", "G_DEBUG",
  "TMPDIR",       "MALLOC_PERTURB_", "ASAN_OPTIONS", "LSAN_OPTIONS",   "UBSAN_OPTIONS",
  "TSAN_OPTIONS",
};

struct _CfPluginFrameProcess
{
  GSubprocess *process;     /* (owned) */
  CfPluginFrameEnded ended; /* (nullable): nobody wants to know any more */
  gpointer user_data;
  GSource *farewell; /* (owned) (nullable) */
};

static GSubprocessLauncher *
make_launcher (int fd)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  char *nothing[] = { NULL };

  g_subprocess_launcher_set_environ (launcher, nothing);
  g_subprocess_launcher_setenv (launcher, "PATH", "/usr/bin:/bin", TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (passed_on); i++)
    {
      const char *value = g_getenv (passed_on[i]);

      if (value != NULL)
        g_subprocess_launcher_setenv (launcher, passed_on[i], value, TRUE);
    }
  g_subprocess_launcher_set_cwd (launcher, "/");
  g_subprocess_launcher_take_fd (launcher, fd, SOCKET_FD);
  return launcher;
}

static void
waited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  CfPluginFrameProcess *self = user_data;
  GSubprocess *process = G_SUBPROCESS (source);
  g_autofree char *how = NULL;

  if (g_subprocess_wait_finish (process, result, NULL))
    {
      if (g_subprocess_get_if_signaled (process))
        {
          int number = g_subprocess_get_term_sig (process);

          how = g_strdup_printf ("signal %d, %s", number, strsignal (number));
        }
      else
        how = g_strdup_printf ("exit code %d", g_subprocess_get_exit_status (process));
    }

  if (self->farewell != NULL)
    {
      g_source_destroy (self->farewell);
      g_source_unref (self->farewell);
    }
  if (self->ended != NULL)
    self->ended (how, self->user_data);
  g_object_unref (self->process);
  g_free (self);
}

/**
 * cf_plugin_frame_process_spawn:
 * @program: (type filename): `curfew-plugin-host`
 * @fd: (out): a socket to it
 * @ended: called once, in the main context that is the thread's default now, when it has ended;
 *   from then on the object is gone
 * @user_data: for @ended
 * @error: a #GIOErrorEnum or #GSpawnError
 *
 * Returns: (transfer none): the process; %NULL with @error set otherwise
 */
CfPluginFrameProcess *
cf_plugin_frame_process_spawn (const char *program, int *fd, CfPluginFrameEnded ended,
                               gpointer user_data, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) process = NULL;
  CfPluginFrameProcess *self;
  int ends[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "There is no socket: %m");
      return NULL;
    }

  launcher = make_launcher (ends[1]);
  process = g_subprocess_launcher_spawn (launcher, error, program, "--socket-fd", "3", NULL);
  g_subprocess_launcher_close (launcher);
  if (process == NULL)
    {
      close (ends[0]);
      return NULL;
    }

  self = g_new0 (CfPluginFrameProcess, 1);
  self->process = g_steal_pointer (&process);
  self->ended = ended;
  self->user_data = user_data;
  g_subprocess_wait_async (self->process, NULL, waited_cb, self);
  *fd = ends[0];
  return self;
}

void
cf_plugin_frame_process_kill (CfPluginFrameProcess *self)
{
  g_subprocess_force_exit (self->process);
}

static gboolean
farewell_cb (gpointer user_data)
{
  CfPluginFrameProcess *self = user_data;

  g_subprocess_force_exit (self->process);
  return G_SOURCE_REMOVE;
}

/**
 * cf_plugin_frame_process_leave:
 * @self: (transfer full): a process
 *
 * Lets it end by itself, for two seconds. Nobody is told.
 */
void
cf_plugin_frame_process_leave (CfPluginFrameProcess *self)
{
  self->ended = NULL;
  self->farewell = g_timeout_source_new (FAREWELL_MSEC);
  g_source_set_callback (self->farewell, farewell_cb, self, NULL);
  g_source_attach (self->farewell, g_main_context_get_thread_default ());
}
