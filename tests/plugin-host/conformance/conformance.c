/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conformance.h"

#include <stdlib.h>
#include <unistd.h>

#include "plugin-host/cf-helper-runner.h"
#include "plugin-host/cf-module-runner.h"

#define RESOURCE "http://example.org/curfew/fixture"

struct _Client
{
  GObject parent_instance;

  CfPluginRunner *runner; /* (unowned) */
  GHashTable *answers;    /* id → Answer */
};

#define TYPE_CLIENT (client_get_type ())
static GType client_get_type (void);
static void client_iface_init (CfPluginClientInterface *iface);

typedef struct
{
  GObjectClass parent_class;
} ClientClass;

G_DEFINE_TYPE_WITH_CODE (Client, client, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (CF_TYPE_PLUGIN_CLIENT, client_iface_init))

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_free (answer->information);
  g_free (answer->object);
  g_byte_array_unref (answer->data);
  g_free (answer->state);
  g_free (answer);
}

static Answer *
get_answer (CfPluginClient *client, guint64 id)
{
  Answer *answer = g_hash_table_lookup (((Client *) client)->answers, &id);

  g_assert_nonnull (answer);
  return answer;
}

static void
client_context_reported (CfPluginClient *client, guint64 id)
{
  Answer *answer = get_answer (client, id);

  g_assert_cmpuint (answer->n_completed, ==, 0);
  answer->n_contexts++;
}

static void
client_output (CfPluginClient *client, guint64 id, const CfPluginOutput *output)
{
  Answer *answer = get_answer (client, id);
  gsize size = 0;
  gconstpointer data = output->data != NULL ? g_bytes_get_data (output->data, &size) : NULL;

  g_assert_cmpuint (answer->n_completed, ==, 0);
  answer->n_outputs++;
  answer->largest = MAX (answer->largest, size);
  if (size > 0)
    g_byte_array_append (answer->data, data, (guint) size);
  if (output->state != NULL)
    {
      g_free (answer->state);
      answer->state = g_strdup (output->state);
      if (g_str_has_suffix (output->state, "/Done"))
        answer->exit_code = output->exit_code;
    }
  if (size > 0)
    cf_plugin_runner_acknowledge (((Client *) client)->runner, id, size);
}

static void
client_object (CfPluginClient *client, guint64 id, const CfPluginObject *object)
{
  Answer *answer = get_answer (client, id);
  g_autoptr (GString) text = g_string_new (object != NULL ? object->name : "none");

  g_string_append_c (text, '(');
  for (gsize i = 0; object != NULL && i < object->n_values; i++)
    g_string_append_printf (text, "%s%s=%s", i > 0 ? " " : "", object->values[i].name,
                            object->values[i].value);
  g_string_append_c (text, ')');
  g_assert_cmpuint (answer->n_completed, ==, 0);
  answer->n_objects++;
  answer->object = g_strdup (text->str);
}

static void
client_completed (CfPluginClient *client, guint64 id, guint32 code, const char *information)
{
  Answer *answer = get_answer (client, id);

  answer->n_completed++;
  g_assert_cmpuint (answer->n_completed, ==, 1);
  answer->code = code;
  answer->information = g_strdup (information);
}

static void
client_released (CfPluginClient *client, guint64 id)
{
  Answer *answer = get_answer (client, id);

  answer->n_released++;
  g_assert_cmpuint (answer->n_released, ==, 1);
  g_assert_cmpuint (answer->n_contexts, ==, 1);
  g_assert_cmpuint (answer->n_completed, ==, 1);
}

static guint32
client_refuse (CfPluginClient *client, guint64 id, const char *problem, guint32 code)
{
  return code;
}

static void
client_iface_init (CfPluginClientInterface *iface)
{
  iface->context_reported = client_context_reported;
  iface->output = client_output;
  iface->object = client_object;
  iface->completed = client_completed;
  iface->released = client_released;
  iface->refuse = client_refuse;
}

static void
client_finalize (GObject *object)
{
  g_hash_table_unref (((Client *) object)->answers);
  G_OBJECT_CLASS (client_parent_class)->finalize (object);
}

static void
client_class_init (ClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = client_finalize;
}

static void
client_init (Client *self)
{
  self->answers = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, answer_free);
}

/* --- the host */

static void
wake_up (void)
{
  g_main_context_wakeup (NULL);
}

gboolean conformance_has_processes;
static char record[] = "/tmp/curfew-record-XXXXXX";

static gboolean
look_again_cb (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

static void
remove_record (void)
{
  unlink (record);
}

void
conformance_init (int *argc, char ***argv)
{
  g_test_init (argc, argv, NULL);
  recorder_set_hook (wake_up);
  conformance_has_processes = g_getenv ("CURFEW_CONFORMANCE_PROCESS") != NULL;
  if (!conformance_has_processes)
    return;

  close (mkstemp (record));
  recorder_follow (record);
  atexit (remove_record);
  /* Nobody tells when a line comes into the file. */
  g_timeout_add (2, look_again_cb, NULL);
}

/* For whoever waits for what a plug-in does, without wanting to be told anything if that can be. */
void
conformance_let_run (void)
{
  if (conformance_has_processes)
    g_main_context_iteration (NULL, FALSE);
  g_thread_yield ();
}

char *
fixture_path (const char *fixture)
{
  g_autofree char *name = g_strdup_printf ("fixture-%s.so", fixture);

  return g_canonicalize_filename (name, FIXTURES);
}

gboolean
fixture_is_loaded (const char *fixture)
{
  g_autofree char *path = fixture_path (fixture);
  g_autofree char *maps = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL));
  return strstr (maps, path) != NULL;
}

Host *
host_new_for_runner (CfPluginRunner *runner)
{
  Host *self = g_new0 (Host, 1);

  self->runner = runner;
  self->client = g_object_new (TYPE_CLIENT, NULL);
  self->client->runner = runner;
  cf_plugin_runner_set_client (runner, CF_PLUGIN_CLIENT (self->client));
  return self;
}

/* What changes leaves 0 or NULL is as usual. */
Host *
host_new_with (const char *fixture, const CfPluginSettings *changes)
{
  CfPluginSettings settings = *changes;
  g_autofree char *path = fixture_path (fixture);
  g_autofree char *extra = g_strconcat ("record=", record, NULL);
  CfPluginRunner *runner;

  settings.name = fixture;
  settings.file = path;
  settings.application = settings.application != NULL ? settings.application : "wsman";
  settings.needs = settings.needs != 0 ? settings.needs : EVERYTHING;
  settings.start_msec = settings.start_msec > 0 ? settings.start_msec : CF_PLUGIN_START_MSEC;
  settings.cancel_msec = settings.cancel_msec > 0 ? settings.cancel_msec : CF_PLUGIN_CANCEL_MSEC;
  settings.shutdown_msec = settings.shutdown_msec > 0 ? settings.shutdown_msec
                                                      : CF_PLUGIN_SHUTDOWN_MSEC;
  settings.system_shutdown_msec = settings.system_shutdown_msec > 0
                                    ? settings.system_shutdown_msec
                                    : CF_PLUGIN_SYSTEM_SHUTDOWN_MSEC;
  if (conformance_has_processes)
    {
      settings.extra_info = extra;
      return host_new_for_runner (cf_helper_runner_new_spawned (&settings, PROGRAM));
    }
  runner = cf_module_runner_new (&settings);
  cf_module_runner_set_unloads (CF_MODULE_RUNNER (runner), TRUE);
  return host_new_for_runner (runner);
}

Host *
host_new (const char *fixture)
{
  const CfPluginSettings usual = { 0 };

  return host_new_with (fixture, &usual);
}

/* Waits until Startup is over, one way or another. */
void
host_start (Host *self, guint32 flags)
{
  cf_plugin_runner_start (self->runner, flags);
  WAIT_FOR (cf_plugin_runner_get_state (self->runner) > CF_PLUGIN_STARTING);
}

Host *
host_new_started (const char *fixture)
{
  Host *self;

  recorder_clear ();
  self = host_new (fixture);
  host_start (self, WSMAN_PLUGIN_STARTUP_REQUEST_RECEIVED);
  g_assert_cmpstr (cf_plugin_runner_get_problem (self->runner), ==, NULL);
  g_assert_cmpint (cf_plugin_runner_get_state (self->runner), ==, CF_PLUGIN_RUNNING);
  return self;
}

void
host_stop (Host *self, guint32 reason)
{
  cf_plugin_runner_stop (self->runner, reason);
  WAIT_FOR (cf_plugin_runner_get_state (self->runner) >= CF_PLUGIN_STOPPED);
}

/* Stops, if need be: whatever is open then has to be answered. */
void
host_free (Host *self)
{
  GHashTableIter iter;
  gpointer answer;

  if (cf_plugin_runner_get_state (self->runner) < CF_PLUGIN_STOPPED)
    {
      host_stop (self, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
      g_assert_cmpint (cf_plugin_runner_get_state (self->runner), ==, CF_PLUGIN_STOPPED);
    }
  g_hash_table_iter_init (&iter, self->client->answers);
  while (g_hash_table_iter_next (&iter, NULL, &answer))
    {
      g_assert_cmpuint (((Answer *) answer)->n_completed, ==, 1);
      g_assert_cmpuint (((Answer *) answer)->n_released, ==, ((Answer *) answer)->n_contexts);
    }
  g_object_unref (self->runner);
  g_object_unref (self->client);
  g_free (self);
}

/* --- calls */

static guint64
begin (Host *self, CfPluginCall *call)
{
  Answer *answer = g_new0 (Answer, 1);

  answer->data = g_byte_array_new ();
  call->id = ++self->last_id;
  call->sender_name = "somebody";
  call->mechanism = "Basic";
  call->url = "http://localhost:5985/wsman";
  call->resource_uri = RESOURCE;
  call->locale = "de-DE";
  call->data_locale = "fr-FR";
  call->max_envelope_size = 153600;
  call->timeout_msec = 20000;
  g_hash_table_insert (self->client->answers, g_memdup2 (&call->id, sizeof call->id), answer);
  cf_plugin_runner_begin (self->runner, call);
  return call->id;
}

guint64
host_get (Host *self)
{
  CfPluginCall call = { .kind = CF_PLUGIN_GET };

  return begin (self, &call);
}

guint64
host_invoke_with (Host *self, const char *verb, const CfPluginObject *input)
{
  g_autofree char *action = g_strdup_printf ("%s/%s", RESOURCE, verb);
  CfPluginCall call = { .kind = CF_PLUGIN_INVOKE, .action = action, .input = input };

  return begin (self, &call);
}

guint64
host_invoke (Host *self, const char *verb)
{
  return host_invoke_with (self, verb, NULL);
}

guint64
host_shell_with (Host *self, const char *name, const CfPluginOption *options, gsize n_options)
{
  static const char *const input[] = { "stdin", NULL };
  static const char *const output[] = { "stdout", "stderr", NULL };
  CfPluginCall call = { .kind = CF_PLUGIN_SHELL,
                        .options = options,
                        .n_options = n_options,
                        .input_streams = input,
                        .output_streams = output,
                        .idle_timeout_msec = 180000,
                        .shell_name = name };

  return begin (self, &call);
}

guint64
host_shell (Host *self, const char *name)
{
  return host_shell_with (self, name, NULL, 0);
}

guint64
host_command (Host *self, guint64 shell, const char *line, const char *argument)
{
  const char *const arguments[] = { argument, NULL };
  CfPluginCall call = {
    .kind = CF_PLUGIN_COMMAND, .shell = shell, .command_line = line, .arguments = arguments
  };

  return begin (self, &call);
}

guint64
host_receive (Host *self, guint64 shell, guint64 command)
{
  static const char *const streams[] = { "stdout", "stderr", NULL };
  CfPluginCall call = {
    .kind = CF_PLUGIN_RECEIVE, .shell = shell, .command = command, .output_streams = streams
  };

  return begin (self, &call);
}

guint64
host_send (Host *self, guint64 shell, guint64 command, const char *data, gsize size,
           gboolean is_last)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  CfPluginCall call = { .kind = CF_PLUGIN_SEND,
                        .shell = shell,
                        .command = command,
                        .stream = "stdin",
                        .data = bytes,
                        .no_more_data = is_last };

  return begin (self, &call);
}

guint64
host_signal (Host *self, guint64 shell, guint64 command, const char *code)
{
  g_autofree char *uri = g_strconcat (
    "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/signal/", code, NULL);
  CfPluginCall call = { .kind = CF_PLUGIN_SIGNAL, .shell = shell, .command = command, .code = uri };

  return begin (self, &call);
}

guint64
host_connect (Host *self, guint64 shell)
{
  CfPluginCall call = { .kind = CF_PLUGIN_CONNECT,
                        .shell = shell,
                        .inbound_xml = "<x xmlns=\"urn:x\"/>" };

  return begin (self, &call);
}

const Answer *
host_answer (Host *self, guint64 id)
{
  return get_answer (CF_PLUGIN_CLIENT (self->client), id);
}

void
host_wait_completed (Host *self, guint64 id)
{
  WAIT_FOR (host_answer (self, id)->n_completed > 0);
}

void
host_wait_context (Host *self, guint64 id)
{
  WAIT_FOR (host_answer (self, id)->n_contexts > 0 || host_answer (self, id)->n_completed > 0);
  g_assert_cmpuint (host_answer (self, id)->n_contexts, ==, 1);
}

guint64
host_open_shell (Host *self, const char *name)
{
  guint64 id = host_shell (self, name);

  host_wait_context (self, id);
  return id;
}

guint64
host_open_command (Host *self, guint64 shell, const char *line, const char *argument)
{
  guint64 id = host_command (self, shell, line, argument);

  host_wait_context (self, id);
  return id;
}

void
assert_line (const char *line)
{
  if (!recorder_has (line))
    {
      recorder_print ();
      g_test_message ("missing: %s", line);
      g_test_fail ();
    }
}

void
assert_order (const char *before, const char *after)
{
  int first = recorder_find (before);
  int second = recorder_find (after);

  if (first < 0 || second < 0 || first > second)
    {
      recorder_print ();
      g_test_message ("“%s” (%d) is not before “%s” (%d)", before, first, after, second);
      g_test_fail ();
    }
}
