/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin-host/cf-module-runner.h"

#include <dlfcn.h>
#include <string.h>

#include "engine-fixture.h"
#include "plugin-api/curfew-plugin.h"

/* --- a client that notes what it is told */

#define TEST_TYPE_CLIENT (test_client_get_type ())
G_DECLARE_FINAL_TYPE (TestClient, test_client, TEST, CLIENT, GObject)

struct _TestClient
{
  GObject parent_instance;

  CfPluginRunner *runner; /* not owned */
  GString *log;
  gboolean acknowledges;
  gsize n_octets;
  guint n_completed;
  guint n_submitted;
};

static void
test_client_context_reported (CfPluginClient *client, guint64 id)
{
  g_string_append_printf (TEST_CLIENT (client)->log, "context-%d ", (int) id);
}

static void
test_client_output (CfPluginClient *client, guint64 id, const CfPluginOutput *output)
{
  TestClient *self = TEST_CLIENT (client);
  gsize size = output->data != NULL ? g_bytes_get_size (output->data) : 0;

  self->n_octets += size;
  g_string_append_printf (self->log, "output-%d:%d%s%s ", (int) id, (int) size,
                          output->is_text ? "t" : "", output->no_more_data ? "!" : "");
  if (output->state != NULL)
    g_string_append_printf (self->log, "exit-%u ", output->exit_code);
  if (self->acknowledges)
    cf_plugin_runner_acknowledge (self->runner, id, size);
}

static void
test_client_object (CfPluginClient *client, guint64 id, const CfPluginObject *object)
{
  g_assert_cmpuint (object->n_values, ==, 1);
  g_string_append_printf (TEST_CLIENT (client)->log, "%s=%s ", object->values[0].name,
                          object->values[0].value);
}

static void
test_client_completed (CfPluginClient *client, guint64 id, guint32 code, const char *extended)
{
  TestClient *self = TEST_CLIENT (client);

  self->n_completed++;
  g_string_append_printf (self->log, "done-%d:%u%s ", (int) id, code, extended != NULL ? "+" : "");
}

static void
test_client_released (CfPluginClient *client, guint64 id)
{
  g_string_append_printf (TEST_CLIENT (client)->log, "released-%d ", (int) id);
}

static guint32
test_client_submit (CfPluginClient *client, guint64 id, const CfPluginShutdown *shutdown)
{
  g_assert_cmpstr (shutdown->message, ==, "Good bye");
  g_assert_null (shutdown->client_hint);
  TEST_CLIENT (client)->n_submitted++;
  return 1190;
}

static guint32
test_client_describe (CfPluginClient *client, guint64 id, CfPluginStatus *status)
{
  status->host_name = g_strdup ("häuschen");
  return NO_ERROR;
}

static void
test_client_iface_init (CfPluginClientInterface *iface)
{
  iface->context_reported = test_client_context_reported;
  iface->output = test_client_output;
  iface->object = test_client_object;
  iface->completed = test_client_completed;
  iface->released = test_client_released;
  iface->submit = test_client_submit;
  iface->describe = test_client_describe;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestClient, test_client, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CF_TYPE_PLUGIN_CLIENT,
                                                      test_client_iface_init))

static void
test_client_finalize (GObject *object)
{
  g_string_free (TEST_CLIENT (object)->log, TRUE);
  G_OBJECT_CLASS (test_client_parent_class)->finalize (object);
}

static void
test_client_class_init (TestClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_client_finalize;
}

static void
test_client_init (TestClient *self)
{
  self->log = g_string_new (NULL);
}

/* --- the fixture of each test */

typedef struct
{
  CfPluginRunner *runner;
  TestClient *client;
  EngineFixtureState *state;
  void *handle;
  guint64 last_id;
} Fixture;

static CfPluginSettings
make_settings (const char *file)
{
  CfPluginSettings settings = {
    .name = "Fixture",
    .file = file,
    .application = "wsman",
    .extra_info = "<PlugInConfiguration/>",
    .idle_seconds = 42,
    .needs = CF_PLUGIN_NEEDS_SHELL | CF_PLUGIN_NEEDS_INVOKE,
    .start_msec = CF_PLUGIN_START_MSEC,
    .cancel_msec = CF_PLUGIN_CANCEL_MSEC,
    .shutdown_msec = CF_PLUGIN_SHUTDOWN_MSEC,
    .system_shutdown_msec = CF_PLUGIN_SYSTEM_SHUTDOWN_MSEC,
  };

  return settings;
}

static void
make_runner (Fixture *f, const CfPluginSettings *settings)
{
  f->runner = cf_module_runner_new (settings);
  f->client->runner = f->runner;
  cf_plugin_runner_set_client (f->runner, CF_PLUGIN_CLIENT (f->client));
  cf_module_runner_set_unloads (CF_MODULE_RUNNER (f->runner), TRUE);
}

static void
set_up (Fixture *f, gconstpointer file)
{
  EngineFixtureState *(*get_state) (void);
  CfPluginSettings settings = make_settings (file);

  /* the test's own hold on the module, which is unloaded after each test */
  f->handle = dlopen (file, RTLD_NOW | RTLD_LOCAL);
  g_assert_nonnull (f->handle);
  *(void **) &get_state = dlsym (f->handle, "engine_fixture_get_state");
  f->state = get_state ();
  memset (f->state->log, 0, sizeof f->state->log);
  f->state->startup_code = f->state->shutdown_code = 0;
  f->client = g_object_new (TEST_TYPE_CLIENT, NULL);
  make_runner (f, &settings);
}

static void
wait_for_state (CfPluginRunner *runner, CfPluginRunnerState state)
{
  while (cf_plugin_runner_get_state (runner) != state)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_for_log (Fixture *f, const char *text)
{
  while (strstr (f->client->log->str, text) == NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* Until the plug-in has been called: what is cancelled before never gets there. */
static void
wait_for_call (Fixture *f, const char *text)
{
  gboolean is_there = FALSE;

  while (!is_there)
    {
      pthread_mutex_lock (&f->state->lock);
      is_there = strstr (f->state->log, text) != NULL;
      pthread_mutex_unlock (&f->state->lock);
      g_thread_yield ();
    }
}

static void
tear_down (Fixture *f, gconstpointer file)
{
  CfPluginRunnerState state = cf_plugin_runner_get_state (f->runner);

  if (state != CF_PLUGIN_FAILED && state != CF_PLUGIN_STOPPED)
    {
      cf_plugin_runner_stop (f->runner, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
      wait_for_state (f->runner, CF_PLUGIN_STOPPED);
    }
  /* it goes once the turn of the main loop is over in which it ended */
  g_main_context_iteration (NULL, FALSE);
  g_assert_finalize_object (f->runner);
  g_assert_finalize_object (f->client);
  dlclose (f->handle);
}

static void
start (Fixture *f)
{
  cf_plugin_runner_start (f->runner, WSMAN_PLUGIN_STARTUP_REQUEST_RECEIVED);
  wait_for_state (f->runner, CF_PLUGIN_RUNNING);
}

static CfPluginCall
make_call (Fixture *f, CfPluginCallKind kind, guint64 shell, guint64 command)
{
  CfPluginCall call = {
    .id = ++f->last_id,
    .kind = kind,
    .shell = shell,
    .command = command,
    .sender_name = "mallory",
    .mechanism = "Basic",
    .resource_uri = "http://example.org/resource",
    .locale = "de-DE",
    .max_envelope_size = 153600,
    .timeout_msec = 60000,
    .stream = "stdin",
    .command_line = "run",
    .code = "terminate",
  };

  return call;
}

static guint64
begin (Fixture *f, CfPluginCallKind kind, guint64 shell, guint64 command)
{
  CfPluginCall call = make_call (f, kind, shell, command);

  cf_plugin_runner_begin (f->runner, &call);
  return call.id;
}

static guint64
begin_invoke (Fixture *f, const char *action)
{
  CfPluginCall call = make_call (f, CF_PLUGIN_INVOKE, 0, 0);
  const CfPluginValue value = { "text", "grün 😀", CF_PLUGIN_VALUE_TEXT };
  const CfPluginObject input = { NULL, "In", &value, 1 };

  call.action = action;
  call.input = &input;
  cf_plugin_runner_begin (f->runner, &call);
  return call.id;
}

static guint64
begin_receive (Fixture *f, guint64 shell, guint64 command, const char *stream)
{
  CfPluginCall call = make_call (f, CF_PLUGIN_RECEIVE, shell, command);
  const char *streams[] = { stream, NULL };

  call.output_streams = stream != NULL ? streams : NULL;
  cf_plugin_runner_begin (f->runner, &call);
  return call.id;
}

static void
open_shell_and_command (Fixture *f)
{
  begin (f, CF_PLUGIN_SHELL, 0, 0);
  wait_for_log (f, "context-1");
  begin (f, CF_PLUGIN_COMMAND, 1, 0);
  wait_for_log (f, "context-2");
}

/* --- tests */

static void
test_answers (Fixture *f, gconstpointer file)
{
  gboolean is_quick = strstr (file, "quick") != NULL;

  g_test_summary ("A quick module answers before begin returns, another soon after");

  start (f);
  begin_invoke (f, "echo");
  if (!is_quick)
    wait_for_log (f, "done-1");
  g_assert_cmpstr (f->client->log->str, ==, "text=grün 😀 done-1:0 ");
  g_assert_cmpuint (f->state->result_code, ==, NO_ERROR);
  g_assert_cmpuint (f->state->second_result_code, ==, ERROR_INVALID_PARAMETER);
  g_assert_true (f->state->name_in_startup);
}

static void
test_answers_from_thread (Fixture *f, gconstpointer file)
{
  start (f);
  begin_invoke (f, "thread");
  wait_for_log (f, "done-1");
  g_assert_cmpstr (f->client->log->str, ==, "text=from a thread done-1:0 ");
}

static void
test_completes_once (Fixture *f, gconstpointer file)
{
  g_test_summary ("A second completion is refused, and the client hears of one");

  start (f);
  begin_invoke (f, "error");
  wait_for_log (f, "done-1");
  begin_invoke (f, "bad-text");
  begin_invoke (f, "free");
  begin_invoke (f, "nonsense");
  while (f->client->n_completed < 4)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (strstr (f->client->log->str, "text=x done-1:0 "));
  g_assert_nonnull (strstr (f->client->log->str, "done-2:5+ "));
  g_assert_nonnull (strstr (f->client->log->str, "done-3:0 "));
  g_assert_nonnull (strstr (f->client->log->str, "done-4:2150858771+ "));
  /* the entry point goes on after its answer, but has returned when the plug-in has ended */
  cf_plugin_runner_stop (f->runner, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  wait_for_state (f->runner, CF_PLUGIN_STOPPED);
  g_assert_cmpuint (f->state->second_completion, ==, ERROR_INVALID_PARAMETER);
  g_assert_cmpuint (f->state->free_code, ==, NO_ERROR);
  g_assert_cmpuint (WSManPluginOperationComplete ((gpointer) f, 0, 0, NULL), ==,
                    ERROR_INVALID_PARAMETER);
}

static void
test_waits_for_startup (Fixture *f, gconstpointer file)
{
  g_test_summary ("What is begun before the plug-in runs is answered in order when it does");

  __atomic_store_n (&f->state->startup_hangs, 1, __ATOMIC_RELEASE);
  begin_invoke (f, "echo");
  cf_plugin_runner_start (f->runner, 0);
  begin_invoke (f, "echo");
  g_assert_cmpstr (f->client->log->str, ==, "");
  g_assert_cmpint (cf_plugin_runner_get_state (f->runner), ==, CF_PLUGIN_STARTING);
  __atomic_store_n (&f->state->startup_hangs, 0, __ATOMIC_RELEASE);
  while (f->client->n_completed < 2)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_cancels (Fixture *f, gconstpointer file)
{
  start (f);
  begin_invoke (f, "hold");
  begin_invoke (f, "callback");
  wait_for_call (f, "invoke invoke");
  cf_plugin_runner_cancel (f->runner, 1);
  cf_plugin_runner_cancel (f->runner, 1);
  cf_plugin_runner_cancel (f->runner, 2);
  cf_plugin_runner_cancel (f->runner, 77);
  while (f->client->n_completed < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (strstr (f->client->log->str, "done-1:1223"));
  g_assert_true (f->state->flag_was_set);
  g_assert_nonnull (strstr (f->client->log->str, "done-2:995"));
}

static void
test_asks (Fixture *f, gconstpointer file)
{
  g_test_summary ("A thread of the plug-in waits for what the client says in its own");

  start (f);
  begin_invoke (f, "submit");
  wait_for_log (f, "done-1");
  g_assert_cmpstr (f->client->log->str, ==, "done-1:1190 ");
  g_assert_cmpuint (f->client->n_submitted, ==, 1);
  g_assert_true (f->state->described);
}

static void
test_says_it_is_idle (Fixture *f, gconstpointer file)
{
  start (f);
  begin_invoke (f, "idle");
  while (!cf_plugin_runner_is_idle (f->runner))
    g_main_context_iteration (NULL, TRUE);
  begin_invoke (f, "echo");
  g_assert_false (cf_plugin_runner_is_idle (f->runner));
}

static void
test_shell (Fixture *f, gconstpointer file)
{
  CfPluginCall send;
  g_autoptr (GBytes) data = g_bytes_new_static ("a\0c", 3);

  g_test_summary ("The life of a shell: the command ends, then the shell, contexts after them");

  start (f);
  open_shell_and_command (f);
  send = make_call (f, CF_PLUGIN_SEND, 1, 2);
  send.data = data;
  send.no_more_data = TRUE;
  cf_plugin_runner_begin (f->runner, &send);
  wait_for_log (f, "done-3:0");
  begin_receive (f, 1, 2, "text");
  wait_for_log (f, "done-4:0");
  g_assert_nonnull (strstr (f->client->log->str, "output-4:7t! exit-7 done-4:0 "));
  g_assert_true (strstr (f->client->log->str, "output-4") ==
                 strstr (f->client->log->str, "output-4:7t! exit-7"));
  begin (f, CF_PLUGIN_SIGNAL, 1, 2);
  wait_for_log (f, "released-2");
  g_assert_nonnull (strstr (f->client->log->str, "done-2:0 "));

  begin (f, CF_PLUGIN_SIGNAL, 1, 2);
  g_assert_true (g_str_has_suffix (f->client->log->str, "done-6:2150858843 "));
  begin (f, CF_PLUGIN_COMMAND, 2, 0);
  g_assert_true (g_str_has_suffix (f->client->log->str, "done-7:2150858843 "));
  cf_plugin_runner_cancel (f->runner, 1);
  wait_for_log (f, "released-1");
  g_assert_nonnull (strstr (f->client->log->str, "done-1:995 released-1 "));
  g_assert_cmpuint (f->state->second_report, ==, ERROR_INVALID_PARAMETER);
  begin (f, CF_PLUGIN_CONNECT, 1, 0);
  g_assert_true (g_str_has_suffix (f->client->log->str, "done-8:2150858843 "));
}

static void
assert_order (const char *log, const char *first, const char *second)
{
  g_assert_nonnull (strstr (log, first));
  g_assert_nonnull (strstr (log, second));
  g_assert_true (strstr (log, first) < strstr (log, second));
}

static void
test_cancels_leaves_first (Fixture *f, gconstpointer file)
{
  g_test_summary ("Receive, command, shell; each context is released once, the command's first");

  start (f);
  open_shell_and_command (f);
  begin_receive (f, 1, 2, NULL);
  wait_for_call (f, "receive");
  cf_plugin_runner_stop (f->runner, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  cf_plugin_runner_stop (f->runner, WSMAN_PLUGIN_SHUTDOWN_SYSTEM);
  begin_invoke (f, "echo");
  g_assert_true (g_str_has_suffix (f->client->log->str, "done-4:995 "));
  wait_for_state (f->runner, CF_PLUGIN_STOPPED);
  assert_order (f->state->log, "cancel-command", "cancel-shell");
  assert_order (f->state->log, "cancel-command", "release-command");
  assert_order (f->state->log, "release-command", "release-shell");
  g_assert_true (g_str_has_suffix (f->state->log, "release-shell shutdown "));
  g_assert_nonnull (strstr (f->client->log->str, "done-3:1223 "));
  g_assert_true (g_str_has_suffix (f->client->log->str, "released-1 "));
}

static void
test_refused_command (Fixture *f, gconstpointer file)
{
  CfPluginCall call;

  g_test_summary ("What was refused has no context, and so none is released");

  start (f);
  begin (f, CF_PLUGIN_SHELL, 0, 0);
  wait_for_log (f, "context-1");
  call = make_call (f, CF_PLUGIN_COMMAND, 1, 0);
  call.command_line = "refuse";
  cf_plugin_runner_begin (f->runner, &call);
  wait_for_log (f, "done-2:5+ ");
  begin_receive (f, 1, 2, NULL);
  g_assert_true (g_str_has_suffix (f->client->log->str, "done-3:2150858843 "));
  cf_plugin_runner_stop (f->runner, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  wait_for_state (f->runner, CF_PLUGIN_STOPPED);
  g_assert_null (strstr (f->state->log, "release-command"));
  g_assert_null (strstr (f->client->log->str, "released-2"));
}

static void
test_flow_control (Fixture *f, gconstpointer file)
{
  g_test_summary ("So much output is on its way, and more only when that is disposed of");

  start (f);
  open_shell_and_command (f);
  __atomic_store_n (&f->state->n_pieces, 0, __ATOMIC_RELEASE);
  begin_receive (f, 1, 2, "flood");
  while (f->client->n_octets < 256 * 1024)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (__atomic_load_n (&f->state->n_pieces, __ATOMIC_ACQUIRE), <=, 4);
  f->client->acknowledges = TRUE;
  cf_plugin_runner_acknowledge (f->runner, 3, 256 * 1024);
  wait_for_log (f, "done-3:0");
  g_assert_cmpuint (f->client->n_octets, ==, 1024 * 1024);
}

static void
test_cancel_ends_waiting (Fixture *f, gconstpointer file)
{
  g_test_summary ("Who waits for room is told that nobody wants it any more");

  start (f);
  open_shell_and_command (f);
  begin_receive (f, 1, 2, "flood");
  while (f->client->n_octets < 256 * 1024)
    g_main_context_iteration (NULL, TRUE);
  cf_plugin_runner_cancel (f->runner, 3);
  wait_for_log (f, "done-3:995");
  cf_plugin_runner_stop (f->runner, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  wait_for_state (f->runner, CF_PLUGIN_STOPPED);
  g_assert_cmpuint (f->state->flood_code, ==, ERROR_OPERATION_ABORTED);
}

static void
test_error_discards (Fixture *f, gconstpointer file)
{
  start (f);
  open_shell_and_command (f);
  begin_receive (f, 1, 2, "fail");
  /* with no turn of the main loop between the output and the error */
  wait_for_call (f, "failed");
  wait_for_log (f, "done-3:31+ ");
  g_assert_null (strstr (f->client->log->str, "output"));
}

static void
test_command_ends_first (Fixture *f, gconstpointer file)
{
  g_test_summary ("Output that is cut off by the end of its command has ended well");

  start (f);
  open_shell_and_command (f);
  begin_receive (f, 1, 2, "done");
  /* with no turn of the main loop before the plug-in has ended both */
  wait_for_call (f, "said");
  begin (f, CF_PLUGIN_SIGNAL, 1, 2);
  wait_for_call (f, "receive-over");
  wait_for_log (f, "released-2");
  g_assert_nonnull (strstr (f->client->log->str, "output-3:7t exit-7 done-2:0 "));
  g_assert_nonnull (strstr (f->client->log->str, "done-3:0 "));
}

static void
test_cancel_keeps_output (Fixture *f, gconstpointer file)
{
  g_test_summary ("What was said before a cancellation is kept, and so is the answer to that");

  start (f);
  open_shell_and_command (f);
  begin_receive (f, 1, 2, "done");
  wait_for_call (f, "said");
  cf_plugin_runner_cancel (f->runner, 1);
  wait_for_call (f, "receive-over");
  wait_for_log (f, "released-1");
  g_assert_nonnull (strstr (f->client->log->str, "output-3:7t exit-7 "));
  g_assert_nonnull (strstr (f->client->log->str, "done-3:1223 "));
}

static void
test_startup_error (Fixture *f, gconstpointer file)
{
  f->state->startup_code = ERROR_GEN_FAILURE;
  cf_plugin_runner_start (f->runner, 0);
  begin_invoke (f, "echo");
  wait_for_state (f->runner, CF_PLUGIN_FAILED);
  g_assert_nonnull (strstr (cf_plugin_runner_get_problem (f->runner), "31"));
  g_assert_cmpstr (f->client->log->str, ==, "done-1:2150858883+ ");
  begin_invoke (f, "echo");
  g_assert_cmpstr (f->client->log->str, ==, "done-1:2150858883+ done-2:2150858883+ ");
  cf_plugin_runner_stop (f->runner, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  g_assert_cmpint (cf_plugin_runner_get_state (f->runner), ==, CF_PLUGIN_FAILED);
  g_assert_cmpstr (f->state->log, ==, "startup ");
}

static void
test_stops_before_start (Fixture *f, gconstpointer file)
{
  cf_plugin_runner_stop (f->runner, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  g_assert_cmpint (cf_plugin_runner_get_state (f->runner), ==, CF_PLUGIN_STOPPED);
  begin_invoke (f, "echo");
  g_assert_cmpstr (f->client->log->str, ==, "done-1:995 ");
  g_assert_cmpstr (f->state->log, ==, "");
}

static void
test_stops_while_starting (Fixture *f, gconstpointer file)
{
  __atomic_store_n (&f->state->startup_hangs, 1, __ATOMIC_RELEASE);
  cf_plugin_runner_start (f->runner, 0);
  begin_invoke (f, "echo");
  cf_plugin_runner_stop (f->runner, WSMAN_PLUGIN_SHUTDOWN_SYSTEM);
  wait_for_log (f, "done-1:995");
  g_assert_cmpint (cf_plugin_runner_get_state (f->runner), ==, CF_PLUGIN_STOPPING);
  __atomic_store_n (&f->state->startup_hangs, 0, __ATOMIC_RELEASE);
  wait_for_state (f->runner, CF_PLUGIN_STOPPED);
  g_assert_cmpstr (f->state->log, ==, "startup shutdown ");
  g_assert_cmpuint (f->state->reason, ==, WSMAN_PLUGIN_SHUTDOWN_SYSTEM);
}

static void
test_shares_module (Fixture *f, gconstpointer file)
{
  CfPluginSettings settings = make_settings (file);
  g_autoptr (CfPluginRunner) other = cf_module_runner_new (&settings);

  g_test_summary ("Two applications are two initializations of one module");

  cf_module_runner_set_unloads (CF_MODULE_RUNNER (other), TRUE);
  cf_plugin_runner_start (other, 0);
  start (f);
  wait_for_state (other, CF_PLUGIN_RUNNING);
  cf_plugin_runner_stop (other, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  wait_for_state (other, CF_PLUGIN_STOPPED);
  begin_invoke (f, "echo");
  wait_for_log (f, "done-1:0");
  g_assert_cmpstr (f->state->log, ==, "startup startup shutdown invoke ");
}

/* The last tests poison the module, and so each is a process of its own. */

static void
check_poisoned (Fixture *f, gconstpointer file)
{
  CfPluginSettings settings = make_settings (file);
  g_autoptr (CfPluginRunner) another = cf_module_runner_new (&settings);

  cf_plugin_runner_start (another, 0);
  wait_for_state (another, CF_PLUGIN_FAILED);
  g_assert_nonnull (strstr (cf_plugin_runner_get_problem (another), "before"));
}

static void
make_impatient (Fixture *f, gconstpointer file)
{
  CfPluginSettings settings = make_settings (file);

  g_assert_finalize_object (f->runner);
  settings.cancel_msec = settings.shutdown_msec = settings.start_msec = 500;
  settings.system_shutdown_msec = 20;
  make_runner (f, &settings);
}

static void
test_cancel_hangs (Fixture *f, gconstpointer file)
{
  if (g_test_subprocess ())
    {
      make_impatient (f, file);
      start (f);
      open_shell_and_command (f);
      begin_invoke (f, "hang");
      wait_for_call (f, "invoke");
      cf_plugin_runner_stop (f->runner, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
      wait_for_state (f->runner, CF_PLUGIN_FAILED);
      g_assert_nonnull (strstr (f->client->log->str, "released-1"));
      g_assert_nonnull (strstr (f->client->log->str, "done-3:2150858883+"));
      /* A client may read this of a helper process, after which there is another. */
      g_assert_nonnull (strstr (cf_plugin_runner_get_problem (f->runner), "in this run"));
      g_assert_null (strstr (f->state->log, "shutdown"));
      check_poisoned (f, file);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static void
test_shutdown_hangs (Fixture *f, gconstpointer file)
{
  if (g_test_subprocess ())
    {
      make_impatient (f, file);
      start (f);
      __atomic_store_n (&f->state->shutdown_hangs, 1, __ATOMIC_RELEASE);
      cf_plugin_runner_stop (f->runner, WSMAN_PLUGIN_SHUTDOWN_SYSTEM);
      wait_for_state (f->runner, CF_PLUGIN_FAILED);
      g_assert_nonnull (strstr (cf_plugin_runner_get_problem (f->runner), "Shutdown"));
      g_assert_nonnull (strstr (cf_plugin_runner_get_problem (f->runner), "in this run"));
      __atomic_store_n (&f->state->shutdown_hangs, 0, __ATOMIC_RELEASE);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static void
test_startup_hangs (Fixture *f, gconstpointer file)
{
  if (g_test_subprocess ())
    {
      make_impatient (f, file);
      __atomic_store_n (&f->state->startup_hangs, 1, __ATOMIC_RELEASE);
      cf_plugin_runner_start (f->runner, 0);
      wait_for_state (f->runner, CF_PLUGIN_FAILED);
      __atomic_store_n (&f->state->startup_hangs, 0, __ATOMIC_RELEASE);
      check_poisoned (f, file);
      g_assert_cmpstr (f->state->log, ==, "startup ");
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static void
test_shutdown_error (Fixture *f, gconstpointer file)
{
  if (g_test_subprocess ())
    {
      start (f);
      f->state->shutdown_code = ERROR_GEN_FAILURE;
      cf_plugin_runner_stop (f->runner, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
      wait_for_state (f->runner, CF_PLUGIN_FAILED);
      check_poisoned (f, file);
      g_assert_cmpstr (f->state->log, ==, "startup shutdown ");
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

#define ADD(path, function)                                                                        \
  g_test_add ("/plugin-host/module-runner/" path, Fixture, PLAIN, set_up, function, tear_down);    \
  g_test_add ("/plugin-host/module-runner-quick/" path, Fixture, QUICK, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("answers", test_answers);
  ADD ("answers-from-thread", test_answers_from_thread);
  ADD ("completes-once", test_completes_once);
  ADD ("waits-for-startup", test_waits_for_startup);
  ADD ("cancels", test_cancels);
  ADD ("asks", test_asks);
  ADD ("says-it-is-idle", test_says_it_is_idle);
  ADD ("shell", test_shell);
  ADD ("cancels-leaves-first", test_cancels_leaves_first);
  ADD ("refused-command", test_refused_command);
  ADD ("flow-control", test_flow_control);
  ADD ("cancel-ends-waiting", test_cancel_ends_waiting);
  ADD ("error-discards", test_error_discards);
  ADD ("command-ends-first", test_command_ends_first);
  ADD ("cancel-keeps-output", test_cancel_keeps_output);
  ADD ("startup-error", test_startup_error);
  ADD ("stops-before-start", test_stops_before_start);
  ADD ("stops-while-starting", test_stops_while_starting);
  ADD ("shares-module", test_shares_module);
  ADD ("cancel-hangs", test_cancel_hangs);
  ADD ("shutdown-hangs", test_shutdown_hangs);
  ADD ("startup-hangs", test_startup_hangs);
  ADD ("shutdown-error", test_shutdown_error);

  return g_test_run ();
}
