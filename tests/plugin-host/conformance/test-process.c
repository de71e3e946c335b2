/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conformance.h"

#include "plugin-host/cf-helper-runner.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The cases about a plug-in in a process of its own. What it is asked for it writes into a file. */

typedef struct
{
  char *record;
  Host *host;
} Fixture;

static void
start (Fixture *f, guint32 flags)
{
  g_autofree char *path = fixture_path ("good");
  g_autofree char *extra = g_strconcat ("record=", f->record, NULL);
  const CfPluginSettings settings = {
    .name = "good",
    .file = path,
    .application = "wsman",
    .extra_info = extra,
    .needs = EVERYTHING,
    .start_msec = CF_PLUGIN_START_MSEC,
    .cancel_msec = CF_PLUGIN_CANCEL_MSEC,
    .shutdown_msec = CF_PLUGIN_SHUTDOWN_MSEC,
    .system_shutdown_msec = CF_PLUGIN_SYSTEM_SHUTDOWN_MSEC,
  };

  f->host = host_new_for_runner (cf_helper_runner_new_spawned (&settings, PROGRAM));
  host_start (f->host, flags);
  g_assert_cmpstr (cf_plugin_runner_get_problem (f->host->runner), ==, NULL);
  g_assert_cmpint (cf_plugin_runner_get_state (f->host->runner), ==, CF_PLUGIN_RUNNING);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  int fd = g_file_open_tmp ("curfew-record-XXXXXX", &f->record, NULL);

  g_assert_cmpint (fd, >=, 0);
  close (fd);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  host_free (f->host);
  g_unlink (f->record);
  g_free (f->record);
}

static void
assert_recorded (Fixture *f, const char *text)
{
  g_autofree char *lines = NULL;

  g_assert_true (g_file_get_contents (f->record, &lines, NULL, NULL));
  if (strstr (lines, text) == NULL)
    g_error ("“%s” is not in “%s”", text, lines);
}

static void
test_idle (Fixture *f, gconstpointer data)
{
  start (f, WSMAN_PLUGIN_STARTUP_REQUEST_RECEIVED);
  g_assert_false (cf_plugin_runner_is_idle (f->host->runner));
  host_wait_completed (f->host, host_invoke (f->host, "idle"));
  WAIT_FOR (cf_plugin_runner_is_idle (f->host->runner));
  host_stop (f->host, WSMAN_PLUGIN_SHUTDOWN_IDLETIMEOUT_ELAPSED);
  g_assert_cmpint (cf_plugin_runner_get_state (f->host->runner), ==, CF_PLUGIN_STOPPED);
  assert_recorded (f, "shutdown 1 flags=0 reason=4\n");
}

static void
test_service_stops (Fixture *f, gconstpointer data)
{
  start (f, WSMAN_PLUGIN_STARTUP_REQUEST_RECEIVED);
  host_stop (f->host, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  assert_recorded (f, "shutdown 1 flags=0 reason=2\n");
}

/* Everything is answered, and another process goes on. */
static void
test_crash (Fixture *f, gconstpointer data)
{
  guint64 shell, command, receive, open, crash;

  start (f, WSMAN_PLUGIN_STARTUP_REQUEST_RECEIVED);
  shell = host_open_shell (f->host, "s");
  command = host_open_command (f->host, shell, "hold", NULL);
  receive = host_receive (f->host, shell, command);
  open = host_invoke (f->host, "open");
  crash = host_invoke (f->host, "crash");
  host_wait_completed (f->host, crash);
  host_wait_completed (f->host, open);
  host_wait_completed (f->host, receive);
  WAIT_FOR (host_answer (f->host, command)->n_released == 1);
  WAIT_FOR (host_answer (f->host, shell)->n_released == 1);
  g_assert_cmpuint (host_answer (f->host, crash)->code, ==, ERROR_WSMAN_PLUGIN_FAILED);
  g_assert_cmpuint (host_answer (f->host, open)->code, ==, ERROR_WSMAN_PLUGIN_FAILED);
  g_assert_cmpuint (host_answer (f->host, receive)->code, ==, ERROR_WSMAN_PLUGIN_FAILED);
  g_assert_cmpuint (host_answer (f->host, command)->code, ==, ERROR_WSMAN_PLUGIN_FAILED);
  g_assert_cmpuint (host_answer (f->host, shell)->code, ==, ERROR_WSMAN_PLUGIN_FAILED);
  WAIT_FOR (cf_plugin_runner_get_state (f->host->runner) == CF_PLUGIN_FAILED);
  g_assert_nonnull (cf_plugin_runner_get_problem (f->host->runner));
  host_free (f->host);

  start (f, WSMAN_PLUGIN_STARTUP_AUTORESTARTED_CRASH);
  assert_recorded (f, "startup 1 flags=2 app=wsman");
  open = host_invoke (f->host, "echo");
  host_wait_completed (f->host, open);
  g_assert_cmpuint (host_answer (f->host, open)->code, ==, NO_ERROR);
}

/* --- case 15: with a process of which nobody but the test knows how it ends */

static void
accepted_cb (GObject *listener, GAsyncResult *result, gpointer user_data)
{
  GSocket **connection = user_data;

  *connection = g_socket_listener_accept_socket_finish (G_SOCKET_LISTENER (listener), result, NULL,
                                                        NULL);
  g_assert_nonnull (*connection);
}

static void
waited_cb (GObject *process, GAsyncResult *result, gpointer user_data)
{
  g_assert_true (g_subprocess_wait_finish (G_SUBPROCESS (process), result, NULL));
  *(gboolean *) user_data = TRUE;
}

/* Does what systemd does: a process for the connection that comes. */
static GSubprocess *
start_for_connection (Fixture *f, const CfPluginSettings *settings)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autofree char *path = g_strconcat (f->record, ".socket", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GSocket) connection = NULL;
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_socket_listener_add_address (listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT,
                                 NULL, NULL, &error);
  g_assert_no_error (error);
  g_socket_listener_accept_socket_async (listener, NULL, accepted_cb, &connection);
  f->host = host_new_for_runner (cf_helper_runner_new_for_socket (settings, path));
  cf_plugin_runner_start (f->host->runner, WSMAN_PLUGIN_STARTUP_REQUEST_RECEIVED);
  WAIT_FOR (connection != NULL);
  g_unlink (path);

  g_subprocess_launcher_take_fd (launcher, dup (g_socket_get_fd (connection)), 3);
  process = g_subprocess_launcher_spawn (launcher, &error, PROGRAM, "--socket-fd=3", NULL);
  g_assert_no_error (error);
  WAIT_FOR (cf_plugin_runner_get_state (f->host->runner) == CF_PLUGIN_RUNNING);
  return process;
}

/* Stops it, and returns the exit status of the process. */
static int
run_until_it_ends (Fixture *f, const char *fixture, guint shutdown_msec)
{
  g_autofree char *path = fixture_path (fixture);
  g_autofree char *extra = g_strconcat ("record=", f->record, NULL);
  const CfPluginSettings settings = {
    .name = fixture,
    .file = path,
    .application = "wsman",
    .extra_info = extra,
    .needs = EVERYTHING,
    .start_msec = CF_PLUGIN_START_MSEC,
    .cancel_msec = CF_PLUGIN_CANCEL_MSEC,
    .shutdown_msec = shutdown_msec,
    .system_shutdown_msec = CF_PLUGIN_SYSTEM_SHUTDOWN_MSEC,
  };
  g_autoptr (GSubprocess) process = start_for_connection (f, &settings);
  gboolean has_ended = FALSE;

  g_subprocess_wait_async (process, NULL, waited_cb, &has_ended);
  host_stop (f->host, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  WAIT_FOR (has_ended);
  g_assert_true (g_subprocess_get_if_exited (process));
  return g_subprocess_get_exit_status (process);
}

/* Its thread is still in Shutdown: the code has to stay until the process is gone. */
static void
test_hanging_shutdown (Fixture *f, gconstpointer data)
{
  g_autofree char *lines = NULL;

  g_assert_cmpint (run_until_it_ends (f, "hangs-shutdown", 500), ==, EXIT_FAILURE);
  g_assert_cmpint (cf_plugin_runner_get_state (f->host->runner), ==, CF_PLUGIN_FAILED);
  assert_recorded (f, "shutdown 1 flags=0 reason=2\n");
  g_assert_true (g_file_get_contents (f->record, &lines, NULL, NULL));
  g_assert_null (strstr (lines, "shutdown-returns"));
  g_assert_null (strstr (lines, "unloaded"));
}

static void
test_returning_shutdown (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (run_until_it_ends (f, "good", CF_PLUGIN_SHUTDOWN_MSEC), ==, EXIT_SUCCESS);
  g_assert_cmpint (cf_plugin_runner_get_state (f->host->runner), ==, CF_PLUGIN_STOPPED);
  assert_recorded (f, "shutdown-returns\nunloaded\n");
}

int
main (int argc, char **argv)
{
  conformance_init (&argc, &argv);
  g_test_add ("/conformance/11/idle-process-ends-with-reason-4", Fixture, NULL, set_up, test_idle,
              tear_down);
  g_test_add ("/conformance/11/other-reasons-are-other-numbers", Fixture, NULL, set_up,
              test_service_stops, tear_down);
  g_test_add ("/conformance/15/hanging-shutdown-does-not-keep-the-process", Fixture, NULL, set_up,
              test_hanging_shutdown, tear_down);
  g_test_add ("/conformance/15/process-ends-after-shutdown", Fixture, NULL, set_up,
              test_returning_shutdown, tear_down);
  g_test_add ("/conformance/47/crash-answers-everything-and-restarts", Fixture, NULL, set_up,
              test_crash, tear_down);
  return g_test_run ();
}
