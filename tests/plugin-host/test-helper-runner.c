/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "plugin-host/cf-helper-runner.h"
#include "test-helper-client.h"

/* Plug-ins in a process of their own, for real: curfew-plugin-host and a module. */

#define PLUGIN_FAILED 0x80338083u
#define TOO_LARGE     0x80338026u
#define MEBIBYTE      (1024 * 1024)

static const char *program;
static const char *modules[2]; /* one that is quick, and one that is not */

typedef struct
{
  CfPluginSettings settings;
  CfPluginRunner *runner;
  TestHelperClient *client;
  guint64 last_id;
} Fixture;

static void
prepare (Fixture *f, const char *file)
{
  f->settings = (CfPluginSettings){
    .name = "Example",
    .file = file,
    .application = "wsman",
    .needs = CF_PLUGIN_NEEDS_SHELL | CF_PLUGIN_NEEDS_GET | CF_PLUGIN_NEEDS_INVOKE,
    .start_msec = 30000,
    .cancel_msec = 10000,
    .shutdown_msec = 10000,
    .system_shutdown_msec = 3000,
  };
  f->client = test_helper_client_new ();
}

static void
start (Fixture *f)
{
  f->runner = cf_helper_runner_new_spawned (&f->settings, program);
  cf_plugin_runner_set_client (f->runner, CF_PLUGIN_CLIENT (f->client));
  cf_plugin_runner_start (f->runner, 0);
}

static void
set_up (Fixture *f, gconstpointer file)
{
  prepare (f, *(const char *const *) file);
  start (f);
}

static void
tear_down (Fixture *f, gconstpointer file)
{
  if (cf_plugin_runner_get_state (f->runner) < CF_PLUGIN_STOPPED)
    {
      cf_plugin_runner_stop (f->runner, 2);
      test_wait_for_state (f->runner, CF_PLUGIN_STOPPED);
    }
  g_assert_finalize_object (f->runner);
  g_assert_finalize_object (f->client);
}

static guint64
invoke (Fixture *f, const char *action, const CfPluginObject *input)
{
  const CfPluginCall call = {
    .id = ++f->last_id,
    .kind = CF_PLUGIN_INVOKE,
    .sender_name = "mara",
    .mechanism = "Basic",
    .resource_uri = "urn:example",
    .max_envelope_size = 153600,
    .action = action,
    .input = input,
  };

  cf_plugin_runner_begin (f->runner, &call);
  return call.id;
}

static guint64
begin_shell (Fixture *f, CfPluginCallKind kind, guint64 shell, guint64 command, const char *line)
{
  static const char *const streams[] = { "stdout", NULL };
  const CfPluginCall call = {
    .id = ++f->last_id,
    .kind = kind,
    .shell = shell,
    .command = command,
    .sender_name = "mara",
    .mechanism = "Basic",
    .resource_uri = "urn:shell",
    .output_streams = streams,
    .command_line = line,
    .code = "urn:terminate",
  };

  cf_plugin_runner_begin (f->runner, &call);
  return call.id;
}

static void
wait_for_line (Fixture *f, const char *line)
{
  while (strstr (f->client->log->str, line) == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_round (Fixture *f, gconstpointer file)
{
  const CfPluginValue value = { "Text", "ä \U0001f6d1", CF_PLUGIN_VALUE_TEXT };
  const CfPluginObject input = { "urn:example", "Echo_INPUT", &value, 1 };

  g_test_summary ("Calls go there and back, also those that were begun before it runs");

  invoke (f, "urn:example/Echo", &input);
  invoke (f, "urn:example/Nothing", NULL);
  test_helper_client_wait (f->client, 2);
  wait_for_line (f, "object 1 Echo_INPUT\ncompleted 1 0\n");
  wait_for_line (f, "completed 2 87 no such action\n");
  g_assert_cmpint (cf_plugin_runner_get_state (f->runner), ==, CF_PLUGIN_RUNNING);
}

static void
test_asks (Fixture *f, gconstpointer file)
{
  g_test_summary ("What a plug-in asks is asked of the client, in whatever thread");

  invoke (f, "urn:example/Submit", NULL);
  test_helper_client_wait (f->client, 1);
  test_helper_client_expect (f->client, "submit 1 60 Bye\ncompleted 1 1190\n");
  invoke (f, "urn:example/SubmitThread", NULL);
  test_helper_client_wait (f->client, 2);
  test_helper_client_expect (f->client, "submit 2 60 Bye\ncompleted 2 1190\n");
  invoke (f, "urn:example/Describe", NULL);
  test_helper_client_wait (f->client, 3);
  test_helper_client_expect (f->client, "object 3 Answer\ncompleted 3 0\n");
}

static void
test_asks_among_calls (Fixture *f, gconstpointer file)
{
  const guint n_calls = 500;

  g_test_summary ("No call is lost while a plug-in waits for answers");

  for (guint i = 0; i < n_calls; i++)
    invoke (f, i % 3 == 0 ? "urn:example/Submit" : "urn:example/Echo", NULL);
  test_helper_client_wait (f->client, n_calls);
  g_assert_cmpuint (f->client->n_questions, ==, (n_calls + 2) / 3);
}

static void
test_cancel (Fixture *f, gconstpointer file)
{
  guint64 id = invoke (f, "urn:example/Hold", NULL);

  g_test_summary ("A cancelled call completes with what the plug-in says");

  wait_for_line (f, "abort 1\n");
  cf_plugin_runner_cancel (f->runner, id);
  cf_plugin_runner_cancel (f->runner, id);
  test_helper_client_wait (f->client, 1);
  test_helper_client_expect (f->client, "abort 1\ncompleted 1 1223 cancelled\n");
}

static void
test_deaf (Fixture *f, gconstpointer file)
{
  g_test_summary ("A cancelled call that does not complete is the end of the process");

  f->settings.cancel_msec = 100;
  start (f);
  invoke (f, "urn:example/Deaf", NULL);
  invoke (f, "urn:example/Hold", NULL);
  wait_for_line (f, "abort 1\n");
  wait_for_line (f, "abort 2\n");
  cf_plugin_runner_cancel (f->runner, 1);
  test_wait_for_state (f->runner, CF_PLUGIN_FAILED);
  g_assert_cmpuint (f->client->n_completed, ==, 2);
  g_assert_cmpuint (f->client->last_code, ==, PLUGIN_FAILED);
}

static void
expect_end (Fixture *f, const char *action, const char *how)
{
  g_autofree char *shell_line = NULL;

  begin_shell (f, CF_PLUGIN_SHELL, 0, 0, NULL);
  wait_for_line (f, "context 1\n");
  invoke (f, "urn:example/Hold", NULL);
  invoke (f, "urn:example/Hold", NULL);
  invoke (f, action, NULL);
  test_wait_for_state (f->runner, CF_PLUGIN_FAILED);

  g_assert_cmpuint (f->client->n_completed, ==, 4);
  g_assert_nonnull (strstr (cf_plugin_runner_get_problem (f->runner), how));
  shell_line = g_strdup_printf ("completed 1 %u %s\nreleased 1\n", PLUGIN_FAILED,
                                cf_plugin_runner_get_problem (f->runner));
  g_assert_true (g_str_has_suffix (f->client->log->str, shell_line));

  invoke (f, "urn:example/Echo", NULL);
  g_assert_cmpuint (f->client->n_completed, ==, 5);
  g_assert_cmpuint (f->client->last_code, ==, PLUGIN_FAILED);
}

static void
test_crash (Fixture *f, gconstpointer file)
{
  g_test_summary ("A crash answers every open call, and is told with its signal");

  expect_end (f, "urn:example/Crash", "“Example” ended (signal 11, ");
}

static void
test_exit (Fixture *f, gconstpointer file)
{
  g_test_summary ("So does a plug-in that ends the process, with its exit code");

  expect_end (f, "urn:example/Exit", "“Example” ended (exit code 7)");
}

static void
test_flow (Fixture *f, gconstpointer file, const char *line, gsize size)
{
  guint64 shell = begin_shell (f, CF_PLUGIN_SHELL, 0, 0, NULL);
  guint64 command;

  wait_for_line (f, "context 1\n");
  command = begin_shell (f, CF_PLUGIN_COMMAND, shell, 0, line);
  wait_for_line (f, "context 2\n");
  begin_shell (f, CF_PLUGIN_RECEIVE, shell, command, NULL);

  /* Nothing is disposed of, so that it stops by itself. */
  while (f->client->output->len < 200 * 1024)
    g_main_context_iteration (NULL, TRUE);
  invoke (f, "urn:example/Echo", NULL);
  test_helper_client_wait (f->client, 1);
  g_assert_cmpuint (f->client->output->len, <=, (256 + 64) * 1024);

  f->client->acknowledges = f->runner;
  cf_plugin_runner_acknowledge (f->runner, 3, f->client->output->len);
  test_helper_client_wait (f->client, 2);
  g_assert_cmpuint (f->client->output->len, ==, size);
  for (gsize i = 0; i < size; i++)
    if (f->client->output->data[i] != (guint8) (i * 7 + i / 251))
      g_error ("octet %" G_GSIZE_FORMAT " is another", i);
  g_assert_true (g_str_has_suffix (
    f->client->log->str,
    "output 3 stdout 0\n"
    "state 3 http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Done 42\n"
    "completed 3 0\n"));
}

static void
test_flow_of_pieces (Fixture *f, gconstpointer file)
{
  g_test_summary ("Output waits for who takes it, and arrives whole and in order");

  test_flow (f, file, "4", 4 * MEBIBYTE);
}

static void
test_flow_at_once (Fixture *f, gconstpointer file)
{
  g_test_summary ("So does output that the plug-in gives at once");

  test_flow (f, file, "20 at once", 20 * MEBIBYTE);
}

static void
test_flow_after_command (Fixture *f, gconstpointer file)
{
  guint64 shell = begin_shell (f, CF_PLUGIN_SHELL, 0, 0, NULL);
  guint64 command;

  g_test_summary ("So does output whose command ends before it is taken, with its exit code");

  wait_for_line (f, "context 1\n");
  command = begin_shell (f, CF_PLUGIN_COMMAND, shell, 0, "4 end first");
  wait_for_line (f, "context 2\n");
  begin_shell (f, CF_PLUGIN_RECEIVE, shell, command, NULL);
  wait_for_line (f, "completed 2 0\n");
  f->client->acknowledges = f->runner;
  cf_plugin_runner_acknowledge (f->runner, 3, f->client->output->len);
  wait_for_line (f, "completed 3 ");
  wait_for_line (f, "CommandState/Done 42\ncompleted 3 0\n");
  g_assert_cmpuint (f->client->output->len, ==, 4 * MEBIBYTE);
}

static void
test_cancel_drops_output (Fixture *f, gconstpointer file)
{
  guint64 shell = begin_shell (f, CF_PLUGIN_SHELL, 0, 0, NULL);
  guint64 command;

  g_test_summary ("Output of a shell that is cancelled is waited for by nobody");

  wait_for_line (f, "context 1\n");
  command = begin_shell (f, CF_PLUGIN_COMMAND, shell, 0, "4 end first");
  wait_for_line (f, "context 2\n");
  begin_shell (f, CF_PLUGIN_RECEIVE, shell, command, NULL);
  while (f->client->output->len < 200 * 1024)
    g_main_context_iteration (NULL, TRUE);
  cf_plugin_runner_cancel (f->runner, shell);
  wait_for_line (f, "released 1\n");
  g_assert_cmpuint (f->client->output->len, <, 4 * MEBIBYTE);
}

static void
expect_order (Fixture *f, const char *first, const char *second)
{
  const char *place = strstr (f->client->log->str, first);

  g_assert_nonnull (place);
  g_assert_nonnull (strstr (place, second));
}

static void
test_shell_life (Fixture *f, gconstpointer file)
{
  guint64 shell = begin_shell (f, CF_PLUGIN_SHELL, 0, 0, NULL);
  guint64 command;

  g_test_summary ("A cancelled shell takes its command with it, the command first");

  wait_for_line (f, "context 1\n");
  command = begin_shell (f, CF_PLUGIN_COMMAND, shell, 0, "4 at once");
  wait_for_line (f, "context 2\n");
  begin_shell (f, CF_PLUGIN_RECEIVE, shell, command, NULL);
  while (f->client->output->len < 200 * 1024)
    g_main_context_iteration (NULL, TRUE);

  g_string_truncate (f->client->log, 0);
  cf_plugin_runner_cancel (f->runner, shell);
  wait_for_line (f, "released 1\n");
  expect_order (f, "completed 3 ", "released 2\n");
  expect_order (f, "completed 2 1223 cancelled\n", "released 2\n");
  expect_order (f, "completed 1 1223 cancelled\n", "released 1\n");
  expect_order (f, "released 2\n", "released 1\n");
  begin_shell (f, CF_PLUGIN_COMMAND, shell, 0, "1");
  g_assert_cmpuint (f->client->last_code, ==, 0x8033805b);
}

static void
test_large_input (Fixture *f, gconstpointer file)
{
  const gsize size = 3 * MEBIBYTE + 5;
  g_autofree guint8 *octets = g_malloc (size);
  g_autoptr (GBytes) data = NULL;
  g_autofree char *line = NULL;
  guint32 sum = 0;
  guint64 shell = begin_shell (f, CF_PLUGIN_SHELL, 0, 0, NULL);
  CfPluginCall call = { .kind = CF_PLUGIN_SEND, .resource_uri = "urn:shell", .stream = "stdin" };

  g_test_summary ("Input that fits into no frame arrives whole");

  for (gsize i = 0; i < size; i++)
    {
      octets[i] = (guint8) (i * 11 + i / 253);
      sum = sum * 31 + octets[i];
    }
  data = g_bytes_new_static (octets, size);
  wait_for_line (f, "context 1\n");
  call.id = ++f->last_id;
  call.shell = shell;
  call.data = data;
  cf_plugin_runner_begin (f->runner, &call);
  line = g_strdup_printf ("completed 2 87 %" G_GSIZE_FORMAT " octets, sum %u\n", size, sum);
  wait_for_line (f, line);
}

static void
test_much (Fixture *f, gconstpointer file)
{
  g_test_summary ("An object that fits into no frame is an error, of that call only");

  invoke (f, "urn:example/Much", NULL);
  test_helper_client_wait (f->client, 1);
  g_assert_cmpuint (f->client->last_code, ==, TOO_LARGE);
  invoke (f, "urn:example/Echo", NULL);
  test_helper_client_wait (f->client, 2);
  g_assert_cmpuint (f->client->last_code, ==, 0);
}

static void
test_idle (Fixture *f, gconstpointer file)
{
  g_test_summary ("Ready for shutdown is passed on");

  invoke (f, "urn:example/Idle", NULL);
  while (!cf_plugin_runner_is_idle (f->runner))
    g_main_context_iteration (NULL, TRUE);
  cf_plugin_runner_stop (f->runner, 4);
  test_wait_for_state (f->runner, CF_PLUGIN_STOPPED);
}

static void
test_stop (Fixture *f, gconstpointer file)
{
  g_test_summary ("A stop cancels what is open, and takes nothing new");

  invoke (f, "urn:example/Hold", NULL);
  cf_plugin_runner_stop (f->runner, 2);
  invoke (f, "urn:example/Echo", NULL);
  test_wait_for_state (f->runner, CF_PLUGIN_STOPPED);
  g_assert_cmpuint (f->client->n_completed, ==, 2);
  g_assert_true (g_str_has_prefix (f->client->log->str, "completed 2 995"));
}

static void
expect_no_start (Fixture *f, const char *why)
{
  start (f);
  invoke (f, "urn:example/Echo", NULL);
  test_wait_for_state (f->runner, CF_PLUGIN_FAILED);
  g_test_message ("%s", cf_plugin_runner_get_problem (f->runner));
  g_assert_nonnull (strstr (cf_plugin_runner_get_problem (f->runner), why));
  g_assert_cmpuint (f->client->n_completed, ==, 1);
  g_assert_cmpuint (f->client->last_code, !=, 0);
}

static void
test_startup_hangs (Fixture *f, gconstpointer file)
{
  g_test_summary ("A Startup that hangs is given up");

  f->settings.extra_info = "hang-startup";
  f->settings.start_msec = 100;
  expect_no_start (f, "");
}

static void
test_startup_refuses (Fixture *f, gconstpointer file)
{
  g_test_summary ("A Startup that fails is told");

  f->settings.extra_info = "refuse";
  expect_no_start (f, "5");
}

static void
test_no_module (Fixture *f, gconstpointer file)
{
  g_test_summary ("A module that is not there is told");

  f->settings.file = "/nowhere/module.so";
  expect_no_start (f, "/nowhere/module.so");
}

static void
test_no_program (Fixture *f, gconstpointer file)
{
  const char *kept = program;

  g_test_summary ("A program that is not there is told");

  program = "/nowhere/curfew-plugin-host";
  expect_no_start (f, "/nowhere/curfew-plugin-host");
  program = kept;
}

static void
test_shutdown_hangs (Fixture *f, gconstpointer file)
{
  g_test_summary ("A Shutdown that hangs is given up, with the process");

  f->settings.extra_info = "hang-shutdown";
  f->settings.shutdown_msec = 100;
  start (f);
  test_wait_for_state (f->runner, CF_PLUGIN_RUNNING);
  cf_plugin_runner_stop (f->runner, 2);
  test_wait_for_state (f->runner, CF_PLUGIN_FAILED);
}

/* The fixture is set up, but the process is not started yet. */
static void
set_up_only (Fixture *f, gconstpointer file)
{
  prepare (f, *(const char *const *) file);
}

#define ADD(path, set, function)                                                                   \
  g_test_add ("/plugin-host/process/" path, Fixture, &modules[1], set, function, tear_down);       \
  g_test_add ("/plugin-host/process/quick/" path, Fixture, &modules[0], set, function, tear_down)

int
main (int argc, char **argv)
{
  char *paths[3] = { NULL };
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 4);
  program = paths[0] = g_canonicalize_filename (argv[1], NULL);
  modules[0] = paths[1] = g_canonicalize_filename (argv[2], NULL);
  modules[1] = paths[2] = g_canonicalize_filename (argv[3], NULL);

  ADD ("round-trip", set_up, test_round);
  ADD ("asks", set_up, test_asks);
  ADD ("asks-among-calls", set_up, test_asks_among_calls);
  ADD ("cancel", set_up, test_cancel);
  ADD ("deaf-is-ended", set_up_only, test_deaf);
  ADD ("crash-answers-all", set_up, test_crash);
  ADD ("exit-answers-all", set_up, test_exit);
  ADD ("flow-of-pieces", set_up, test_flow_of_pieces);
  ADD ("flow-at-once", set_up, test_flow_at_once);
  ADD ("flow-after-command", set_up, test_flow_after_command);
  ADD ("cancel-drops-output", set_up, test_cancel_drops_output);
  ADD ("shell-life", set_up, test_shell_life);
  ADD ("large-input", set_up, test_large_input);
  ADD ("large-object", set_up, test_much);
  ADD ("idle", set_up, test_idle);
  ADD ("stop", set_up, test_stop);
  ADD ("startup-hangs", set_up_only, test_startup_hangs);
  ADD ("startup-refuses", set_up_only, test_startup_refuses);
  ADD ("no-module", set_up_only, test_no_module);
  ADD ("no-program", set_up_only, test_no_program);
  ADD ("shutdown-hangs", set_up_only, test_shutdown_hangs);

  status = g_test_run ();
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    g_free (paths[i]);
  return status;
}
