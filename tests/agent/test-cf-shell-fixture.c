/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-cf-shell-fixture.h"

#include <string.h>

#define RESOURCE WSM_SHELL_CMD_URI

struct _CfPlugin
{
  GObject parent_instance;

  const WsmPluginConfiguration *configuration;
  GPtrArray *calls; /* (element-type Call) */
  void (*begin_hook) (Call *call);
  guint32 refusal;
};

G_DEFINE_FINAL_TYPE (CfPlugin, cf_plugin, G_TYPE_OBJECT)

static void
call_free (gpointer data)
{
  Call *call = data;

  g_free (call->text);
  g_free (call->variables);
  g_strfreev (call->names);
  g_clear_pointer (&call->data, g_bytes_unref);
  g_free (call);
}

static void
cf_plugin_finalize (GObject *object)
{
  g_ptr_array_unref (((CfPlugin *) object)->calls);

  G_OBJECT_CLASS (cf_plugin_parent_class)->finalize (object);
}

static void
cf_plugin_class_init (CfPluginClass *class)
{
  G_OBJECT_CLASS (class)->finalize = cf_plugin_finalize;
}

static void
cf_plugin_init (CfPlugin *self)
{
  self->calls = g_ptr_array_new_with_free_func (call_free);
}

const WsmPluginConfiguration *
cf_plugin_get_configuration (CfPlugin *self)
{
  return self->configuration;
}

WsmFault *
cf_plugin_make_fault (CfPlugin *self, guint32 code, const char *extended_information)
{
  return wsm_fault_new_for_code (code, "fake", extended_information);
}

static Call *
find_call (CfPlugin *self, guint64 id)
{
  g_assert_cmpuint (id, >, 0);
  g_assert_cmpuint (id, <=, self->calls->len);
  return self->calls->pdata[id - 1];
}

static Call *
call_new (const CfPluginCall *asked)
{
  Call *call = g_new0 (Call, 1);
  GString *variables = g_string_new (NULL);
  const char *texts[] = { asked->command_line, asked->stream, asked->code, asked->inbound_xml };
  const char *const *names = asked->arguments != NULL ? asked->arguments : asked->output_streams;

  for (gsize i = 0; i < G_N_ELEMENTS (texts) && call->text == NULL; i++)
    call->text = g_strdup (texts[i]);
  for (gsize i = 0; i < asked->n_environment; i++)
    g_string_append_printf (variables, "%s%s=%s", i > 0 ? " " : "", asked->environment[i].name,
                            asked->environment[i].value);
  call->kind = asked->kind;
  call->shell = asked->shell;
  call->command = asked->command;
  call->names = g_strdupv ((char **) names);
  call->variables = g_string_free (variables, FALSE);
  call->data = asked->data != NULL ? g_bytes_ref (asked->data) : NULL;
  call->end = asked->no_more_data;
  call->idle_msec = asked->idle_timeout_msec;
  call->n_options = asked->n_options;
  return call;
}

guint64
cf_plugin_begin (CfPlugin *self, WsmPrincipal *caller, CfPluginCall *asked,
                 const CfPluginCallEvents *events, gpointer user_data, WsmFault **fault)
{
  g_autofree char *sender = wsm_principal_to_string (caller);
  Call *call;

  g_assert_cmpstr (asked->sender_name, ==, sender);
  if (self->refusal != 0)
    {
      *fault = cf_plugin_make_fault (self, self->refusal, NULL);
      return 0;
    }

  call = call_new (asked);
  call->id = self->calls->len + 1;
  call->events = *events;
  call->user_data = user_data;
  if (call->shell != 0)
    g_assert_cmpint (find_call (self, call->shell)->kind, ==, CF_PLUGIN_SHELL);
  if (call->command != 0)
    g_assert_cmpint (find_call (self, call->command)->kind, ==, CF_PLUGIN_COMMAND);
  g_ptr_array_add (self->calls, call);
  if (self->begin_hook != NULL)
    self->begin_hook (call);
  return call->id;
}

void
cf_plugin_cancel (CfPlugin *self, guint64 id)
{
  Call *call = find_call (self, id);

  g_assert_false (call->is_completed);
  call->is_cancelled = TRUE;
}

void
cf_plugin_acknowledge (CfPlugin *self, guint64 id, gsize n_octets)
{
  Call *call = find_call (self, id);

  g_assert_false (call->is_completed);
  g_assert_cmpuint (n_octets, >, 0);
  call->n_acknowledged += n_octets;
}

void
fixture_set_up (Fixture *f, gconstpointer data)
{
  f->configuration.name = (char *) "fake";
  f->configuration.buffering = WSM_PLUGIN_BLOCK;
  f->configuration.quotas = (WsmPluginQuotas){
    .max_concurrent_commands_per_shell = 3,
    .max_shells = 3,
    .max_shells_per_user = 2,
    .idle_timeout_msec = 180000,
    .max_idle_timeout_msec = 600000,
  };
  f->plugin = g_object_new (cf_plugin_get_type (), NULL);
  f->plugin->configuration = &f->configuration;
  f->route = (CfPluginRoute){ .plugin = f->plugin, .resource = &f->resource };
  f->shells = cf_shells_new ();
  f->mara = wsm_principal_new ("mara", NULL, "Basic", "192.0.2.7");
  f->kim = wsm_principal_new ("kim", NULL, "Basic", "192.0.2.8");
  f->asked = g_ptr_array_new ();
  f->max_envelope_size = 153600;
}

static void
asked_free (Asked *asked)
{
  g_assert_cmpuint (asked->n_answers, ==, 1);
  g_object_unref (asked->cancellable);
  wsm_envelope_unref (asked->request);
  g_clear_pointer (&asked->shell, wsm_shell_message_unref);
  g_clear_pointer (&asked->fault, wsm_fault_unref);
  g_free (asked);
}

static Call *
find_open_call (CfPlugin *plugin)
{
  for (guint i = plugin->calls->len; i > 0; i--)
    {
      Call *call = plugin->calls->pdata[i - 1];

      if (!call->is_completed)
        return call;
    }
  return NULL;
}

/* Ends what the test left open, the leaves first, as a runner would; and what begins because of
 * that. */
static void
end_all (CfPlugin *plugin)
{
  Call *call;

  while ((call = find_open_call (plugin)) != NULL)
    complete (call, 995, NULL);
  for (guint i = plugin->calls->len; i > 0; i--)
    release (plugin->calls->pdata[i - 1]);
}

void
fixture_drop_shells (Fixture *f)
{
  g_clear_object (&f->shells);
}

/* Every operation has been answered, once; nothing is left. */
void
fixture_tear_down (Fixture *f, gconstpointer data)
{
  end_all (f->plugin);
  settle ();
  if (f->shells != NULL)
    {
      g_assert_cmpuint (cf_shells_count (f->shells), ==, 0);
      g_assert_finalize_object (f->shells);
    }
  for (guint i = 0; i < f->asked->len; i++)
    asked_free (f->asked->pdata[i]);
  g_ptr_array_unref (f->asked);
  g_assert_finalize_object (f->plugin);
  wsm_principal_unref (f->mara);
  wsm_principal_unref (f->kim);
  g_free (f->shell_id);
  g_free (f->command_id);
}

guint
count_calls (Fixture *f)
{
  return f->plugin->calls->len;
}

Call *
get_call (Fixture *f, guint index)
{
  g_assert_cmpuint (index, <, f->plugin->calls->len);
  return f->plugin->calls->pdata[index];
}

Call *
last_call (Fixture *f, CfPluginCallKind kind)
{
  Call *call = get_call (f, count_calls (f) - 1);

  g_assert_cmpint (call->kind, ==, kind);
  return call;
}

/* @hook: (nullable): answers within cf_plugin_begin() */
void
set_begin_hook (Fixture *f, void (*hook) (Call *call))
{
  f->plugin->begin_hook = hook;
}

/* @code: 0 for no more refusals */
void
refuse_begin (Fixture *f, guint32 code)
{
  f->plugin->refusal = code;
}

void
report (Call *call)
{
  call->is_reported = TRUE;
  call->events.context_reported (call->user_data);
}

void
put_out_octets (Call *call, const char *stream, gconstpointer octets, gsize size)
{
  g_autoptr (GBytes) data = g_bytes_new (octets, size);

  call->events.output (&(CfPluginOutput){ .stream = stream, .data = data }, call->user_data);
}

void
put_out (Call *call, const char *stream, const char *text)
{
  put_out_octets (call, stream, text, strlen (text));
}

void
put_out_end (Call *call, const char *stream)
{
  call->events.output (&(CfPluginOutput){ .stream = stream, .no_more_data = TRUE },
                       call->user_data);
}

void
put_out_done (Call *call, guint32 exit_code)
{
  call->events.output (&(CfPluginOutput){ .state = WSM_COMMAND_STATE_DONE, .exit_code = exit_code },
                       call->user_data);
}

void
complete (Call *call, guint32 code, const char *extended_information)
{
  g_assert_false (call->is_completed);
  call->is_completed = TRUE;
  call->events.completed (code, extended_information, call->user_data);
}

/* Once; nothing for a call without a context that was reported. */
void
release (Call *call)
{
  void (*released) (gpointer user_data) = call->events.released;

  call->events.released = NULL;
  if (released != NULL && call->is_reported)
    released (call->user_data);
}

static void
done_cb (const WsmOutcome *outcome, gpointer user_data)
{
  Asked *asked = user_data;

  asked->n_answers++;
  g_assert_null (outcome->object);
  asked->shell = outcome->shell != NULL ? wsm_shell_message_ref (outcome->shell) : NULL;
  asked->fault = outcome->fault != NULL ? wsm_fault_ref (outcome->fault) : NULL;
}

static WsmEnvelope *
make_request (Fixture *f, const char *action, const char *shell_id, const char *body)
{
  g_autofree char *selectors = shell_id != NULL
                                 ? g_strdup_printf ("<w:SelectorSet><w:Selector Name=\"ShellId\">%s"
                                                    "</w:Selector></w:SelectorSet>",
                                                    shell_id)
                                 : g_strdup ("");
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *text = g_strdup_printf (
    "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""
    " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""
    " xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\""
    " xmlns:rsp=\"" WSM_SHELL_URI "\"><s:Header><a:To>http://pc7:5985/wsman</a:To>"
    "<w:ResourceURI>" RESOURCE "</w:ResourceURI><a:ReplyTo><a:Address>" WSM_ANONYMOUS_ROLE
    "</a:Address></a:ReplyTo><a:Action>%s</a:Action>"
    "<w:MaxEnvelopeSize>%u</w:MaxEnvelopeSize><a:MessageID>uuid:%s</a:MessageID>"
    "<w:OptionSet><w:Option Name=\"WINRS_CODEPAGE\">65001</w:Option></w:OptionSet>%s"
    "<w:OperationTimeout>PT20S</w:OperationTimeout></s:Header><s:Body>%s</s:Body></s:Envelope>",
    action, f->max_envelope_size, id, selectors, body);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  WsmEnvelope *request = wsm_envelope_parse (bytes, WSM_CHARSET_UTF_8, &error);

  g_assert_no_error (error);
  return request;
}

/* The fixture keeps what is returned. */
Asked *
ask_as (Fixture *f, WsmPrincipal *caller, const char *action, const char *shell_id,
        const char *body)
{
  Asked *asked = g_new0 (Asked, 1);
  g_autoptr (WsmOperation) operation = NULL;

  asked->request = make_request (f, action, shell_id, body);
  asked->cancellable = g_cancellable_new ();
  g_ptr_array_add (f->asked, asked);
  operation = wsm_operation_new (caller, asked->request, asked->cancellable, done_cb, asked);
  cf_shells_handle (f->shells, &f->route, operation);
  return asked;
}

/* About the shell of open_shell(). */
Asked *
ask (Fixture *f, const char *action, const char *body)
{
  return ask_as (f, f->mara, action, f->shell_id, body);
}

Asked *
ask_create (Fixture *f, const char *attributes, const char *content)
{
  g_autofree char *body = g_strdup_printf ("<rsp:Shell%s>%s</rsp:Shell>", attributes, content);

  return ask_as (f, f->mara, WSM_ACTION_CREATE, NULL, body);
}

Asked *
ask_command (Fixture *f, const char *attributes, const char *content)
{
  g_autofree char *body = g_strdup_printf ("<rsp:CommandLine%s>%s</rsp:CommandLine>", attributes,
                                           content);

  return ask (f, WSM_ACTION_SHELL_COMMAND, body);
}

/* @streams: (nullable): %NULL for all; of the command of open_command() */
Asked *
ask_receive (Fixture *f, const char *streams)
{
  g_autofree char *body = g_strdup_printf (
    "<rsp:Receive><rsp:DesiredStream CommandId=\"%s\">%s</rsp:DesiredStream>"
    "</rsp:Receive>",
    f->command_id, streams != NULL ? streams : "");

  return ask (f, WSM_ACTION_SHELL_RECEIVE, body);
}

Asked *
ask_send (Fixture *f, const char *stream, const char *base64, gboolean end)
{
  g_autofree char *body = g_strdup_printf (
    "<rsp:Send><rsp:Stream Name=\"%s\" CommandId=\"%s\"%s>%s</rsp:Stream>"
    "</rsp:Send>",
    stream, f->command_id, end ? " End=\"true\"" : "", base64);

  return ask (f, WSM_ACTION_SHELL_SEND, body);
}

Asked *
ask_signal (Fixture *f, const char *name)
{
  g_autofree char *body = g_strdup_printf ("<rsp:Signal CommandId=\"%s\"><rsp:Code>" WSM_SHELL_URI
                                           "/signal/%s</rsp:Code></rsp:Signal>",
                                           f->command_id, name);

  return ask (f, WSM_ACTION_SHELL_SIGNAL, body);
}

Call *
open_shell (Fixture *f)
{
  Asked *asked = ask_create (f, "", "");
  Call *call = last_call (f, CF_PLUGIN_SHELL);

  report (call);
  g_free (f->shell_id);
  f->shell_id = g_strdup (assert_answer (asked, WSM_SHELL_CREATED)->shell_id);
  return call;
}

/* In a shell of its own if there is none yet. */
Call *
open_command (Fixture *f)
{
  Asked *asked;
  Call *call;

  if (f->shell_id == NULL)
    open_shell (f);
  asked = ask_command (f, "", "<rsp:Command>shutdown</rsp:Command>");
  call = last_call (f, CF_PLUGIN_COMMAND);
  report (call);
  g_free (f->command_id);
  f->command_id = g_strdup (assert_answer (asked, WSM_SHELL_COMMAND_RESPONSE)->command_id);
  return call;
}

/* Runs what is due now. */
void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
assert_waits (Asked *asked)
{
  settle ();
  g_assert_cmpuint (asked->n_answers, ==, 0);
}

void
assert_fault (Asked *asked, WsmFaultKind kind, guint32 code)
{
  settle ();
  g_assert_cmpuint (asked->n_answers, ==, 1);
  g_assert_nonnull (asked->fault);
  g_assert_cmphex (wsm_fault_get_code (asked->fault), ==, code);
  g_assert_cmpint (wsm_fault_get_kind (asked->fault), ==, kind);
}

/* An answer also has to be one that can be sent. */
WsmShellMessage *
assert_answer (Asked *asked, WsmShellMessageKind kind)
{
  g_autoptr (WsmEnvelope) envelope = NULL;
  g_autoptr (GBytes) bytes = NULL;

  settle ();
  g_assert_cmpuint (asked->n_answers, ==, 1);
  if (asked->fault != NULL)
    g_test_message ("%s", wsm_fault_get_reason (asked->fault));
  g_assert_null (asked->fault);
  g_assert_nonnull (asked->shell);
  g_assert_cmpint (asked->shell->kind, ==, kind);
  envelope = wsm_envelope_new_shell_reply (asked->request, asked->shell);
  bytes = wsm_envelope_serialize (envelope);
  g_assert_cmpuint (g_bytes_get_size (bytes), <=,
                    wsm_envelope_get_max_envelope_size (asked->request));
  return asked->shell;
}

void
assert_empty (Asked *asked)
{
  settle ();
  g_assert_cmpuint (asked->n_answers, ==, 1);
  g_assert_null (asked->fault);
  g_assert_null (asked->shell);
}

/* What came on one stream; how often it ended. */
char *
dup_stream (WsmShellMessage *message, const char *name, gboolean *ended)
{
  GString *text = g_string_new (NULL);

  *ended = FALSE;
  for (guint i = 0; message->streams != NULL && i < message->streams->len; i++)
    {
      const WsmShellStream *stream = message->streams->pdata[i];
      gsize size = 0;
      const char *octets = stream->data != NULL ? g_bytes_get_data (stream->data, &size) : "";

      if (!g_str_equal (stream->name, name))
        continue;
      g_assert_false (*ended);
      g_string_append_len (text, octets, size);
      *ended = stream->end;
    }
  return g_string_free (text, FALSE);
}

guint
count_kind (Fixture *f, CfPluginCallKind kind)
{
  guint n = 0;

  for (guint i = 0; i < count_calls (f); i++)
    n += get_call (f, i)->kind == kind;
  return n;
}

/* The answer to a Receive as "out|err" with "!" for the end of a stream. */
char *
dup_output (Asked *asked)
{
  WsmShellMessage *answer = assert_answer (asked, WSM_SHELL_RECEIVE_RESPONSE);
  gboolean out_ended;
  gboolean err_ended;
  g_autofree char *out = dup_stream (answer, "stdout", &out_ended);
  g_autofree char *err = dup_stream (answer, "stderr", &err_ended);

  return g_strdup_printf ("%s%s|%s%s", out, out_ended ? "!" : "", err, err_ended ? "!" : "");
}

void
assert_done (Asked *asked, guint32 exit_code)
{
  WsmShellMessage *answer = assert_answer (asked, WSM_SHELL_RECEIVE_RESPONSE);

  g_assert_cmpstr (answer->state, ==, WSM_COMMAND_STATE_DONE);
  g_assert_cmpuint (answer->exit_code, ==, exit_code);
}

void
assert_running (Asked *asked)
{
  WsmShellMessage *answer = assert_answer (asked, WSM_SHELL_RECEIVE_RESPONSE);

  g_assert_cmpstr (answer->state, ==, WSM_COMMAND_STATE_RUNNING);
}

Call *
open_receive (Fixture *f, Asked **asked)
{
  open_command (f);
  *asked = ask_receive (f, NULL);
  return last_call (f, CF_PLUGIN_RECEIVE);
}
