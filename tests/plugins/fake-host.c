/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-host.h"

#include <string.h>

#include "plugin-api/curfew-plugin-host-table.h"

FakeAgent fake_agent;
static GHashTable *live;
static gint64 n_over;
static gboolean fails_reports;

static FakeRequest *
find (WSMAN_PLUGIN_REQUEST *request)
{
  FakeRequest *self = g_hash_table_lookup (live, request);

  g_assert_nonnull (self);
  g_assert_cmpuint (self->n_completed, ==, 0);
  return self;
}

static DWORD
report_context (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID context)
{
  FakeRequest *self = g_hash_table_lookup (live, request);

  g_assert_cmpuint (flags, ==, 0);
  if (fails_reports || self->n_completed > 0)
    return ERROR_INVALID_PARAMETER;
  g_assert_null (self->context);
  self->context = context;
  return NO_ERROR;
}

static DWORD
receive_result (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR stream, WSMAN_DATA *data,
                PCWSTR state, DWORD exit_code)
{
  FakeRequest *self = find (request);

  g_assert_false (self->is_done);
  if (stream != NULL && data != NULL)
    {
      GString *to = CurfewUtf16Equal (stream, WSMAN_STREAM_ID_STDOUT) ? self->output : self->errors;

      g_assert_cmpint (data->type, ==, WSMAN_DATA_TYPE_BINARY);
      g_string_append_len (to, (const char *) data->binaryData.data, data->binaryData.dataLength);
    }
  if (state != NULL)
    {
      g_assert_true (CurfewUtf16Equal (state, WSMAN_COMMAND_STATE_DONE));
      g_assert_cmpuint (flags, ==, WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA);
      self->is_done = TRUE;
      self->exit_code = exit_code;
    }
  return NO_ERROR;
}

static DWORD
operation_complete (WSMAN_PLUGIN_REQUEST *request, DWORD flags, DWORD code, PCWSTR sentence)
{
  FakeRequest *self = find (request);

  g_assert_cmpuint (flags, ==, 0);
  self->n_completed++;
  self->code = code;
  self->sentence = CurfewUtf8Dup (sentence);
  self->done_before = n_over++;
  return NO_ERROR;
}

static DWORD
object_result (WSMAN_PLUGIN_REQUEST *request, DWORD flags, const CURFEW_OBJECT *object)
{
  FakeRequest *self = find (request);
  g_autofree char *uri = CurfewUtf8Dup (object->namespaceUri);
  g_autofree char *name = CurfewUtf8Dup (object->name);

  g_assert_null (self->element);
  self->element = g_strdup_printf ("{%s}%s", uri, name);
  for (DWORD i = 0; i < object->valuesCount; i++)
    {
      const CURFEW_VALUE *value = &object->values[i];
      g_autofree char *key = CurfewUtf8Dup (value->name);
      g_autofree char *text = CurfewUtf8Dup (value->value);

      g_assert_cmpint (text == NULL, ==, value->type == CURFEW_VALUE_NULL);
      g_ptr_array_add (
        self->values,
        text == NULL
          ? g_strdup_printf ("%s is null", key)
          : g_strdup_printf ("%s%c%s", key, value->type == CURFEW_VALUE_TEXT ? '=' : ':', text));
    }
  return NO_ERROR;
}

static DWORD
register_callback (WSMAN_PLUGIN_REQUEST *request, WSMAN_PLUGIN_SHUTDOWN_CALLBACK callback,
                   PVOID context)
{
  FakeRequest *self = find (request);

  g_assert_null (self->callback);
  self->callback = callback;
  self->callback_context = context;
  if (request->shutdownNotification)
    callback (context);
  return NO_ERROR;
}

static void
keep (char **text, PCWSTR value)
{
  g_free (*text);
  *text = CurfewUtf8Dup (value);
}

static DWORD
submit (WSMAN_PLUGIN_REQUEST *request, DWORD flags, const CURFEW_SHUTDOWN_REQUEST *shutdown)
{
  find (request);
  g_assert_cmpuint (flags, ==, 0);
  g_assert_cmpuint (shutdown->size, ==, sizeof *shutdown);
  fake_agent.n_submitted++;
  keep (&fake_agent.message, shutdown->message);
  keep (&fake_agent.client_hint, shutdown->clientHint);
  keep (&fake_agent.request_code, shutdown->requestCode);
  fake_agent.shutdown = *shutdown;
  fake_agent.shutdown.message = fake_agent.shutdown.clientHint = fake_agent.shutdown.requestCode =
    NULL;
  return fake_agent.code;
}

static DWORD
refuse (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR problem, DWORD code)
{
  find (request);
  fake_agent.n_refused++;
  keep (&fake_agent.problem, problem);
  return code;
}

static DWORD
abort_shutdown (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR client_hint)
{
  find (request);
  fake_agent.n_aborted++;
  keep (&fake_agent.client_hint, client_hint);
  return fake_agent.code;
}

static DWORD
describe (WSMAN_PLUGIN_REQUEST *request, DWORD flags, CURFEW_AGENT_STATUS **status)
{
  find (request);
  *status = NULL;
  if (fake_agent.status_code == NO_ERROR)
    *status = g_memdup2 (&fake_agent.status, sizeof fake_agent.status);
  return fake_agent.status_code;
}

static void
free_status (CURFEW_AGENT_STATUS *status)
{
  g_free (status);
}

void
fake_host_set_up (void)
{
  static const CURFEW_PLUGIN_HOST_TABLE table = {
    .reportContext = report_context,
    .receiveResult = receive_result,
    .operationComplete = operation_complete,
    .objectResult = object_result,
    .registerShutdownCallback = register_callback,
    .submit = submit,
    .refuse = refuse,
    .abort = abort_shutdown,
    .describe = describe,
    .freeStatus = free_status,
  };

  live = g_hash_table_new (NULL, NULL);
  n_over = 0;
  fails_reports = FALSE;
  fake_agent = (FakeAgent){ 0 };
  CurfewPluginHostInstall (&table);
}

void
fake_host_tear_down (void)
{
  CurfewPluginHostInstall (NULL);
  g_assert_cmpuint (g_hash_table_size (live), ==, 0);
  g_clear_pointer (&live, g_hash_table_unref);
  g_free (fake_agent.message);
  g_free (fake_agent.client_hint);
  g_free (fake_agent.request_code);
  g_free (fake_agent.problem);
}

FakeRequest *
fake_request_new (const char *uri)
{
  FakeRequest *self = g_new0 (FakeRequest, 1);

  self->uri = CurfewUtf16Dup (uri);
  self->sender.senderName = u"mara";
  self->sender.authenticationMechanism = u"Basic";
  self->request.senderDetails = &self->sender;
  self->request.resourceUri = self->uri;
  self->request.operationInfo = &self->info;
  self->info.optionSet.options = self->options;
  self->info.selectorSet.keys = &self->selector;
  self->values = g_ptr_array_new_with_free_func (g_free);
  self->output = g_string_new (NULL);
  self->errors = g_string_new (NULL);
  self->done_before = -1;
  g_hash_table_insert (live, &self->request, self);
  return self;
}

/* Every request has to have been completed, once. */
void
fake_request_free (FakeRequest *self)
{
  g_assert_cmpuint (self->n_completed, ==, 1);
  g_hash_table_remove (live, &self->request);
  free ((char16_t *) self->uri);
  free (self->sentence);
  g_free (self->element);
  g_ptr_array_unref (self->values);
  g_string_free (self->output, TRUE);
  g_string_free (self->errors, TRUE);
  g_free (self);
}

void
fake_request_add_option (FakeRequest *self, PCWSTR name, PCWSTR value, gboolean must_comply)
{
  g_assert_cmpuint (self->info.optionSet.optionsCount, <, G_N_ELEMENTS (self->options));
  self->options[self->info.optionSet.optionsCount++] = (WSMAN_OPTION){ name, value, must_comply };
}

void
fake_request_cancel (FakeRequest *self)
{
  self->request.shutdownNotification = TRUE;
  if (self->callback != NULL && self->n_completed == 0)
    self->callback (self->callback_context);
}

void
fake_request_fail_reports (gboolean fail)
{
  fails_reports = fail;
}

/* The text of a value; NULL if it is not there, or null. */
const char *
fake_request_get_value (FakeRequest *self, const char *name)
{
  gsize length = strlen (name);

  for (guint i = 0; i < self->values->len; i++)
    {
      const char *value = g_ptr_array_index (self->values, i);

      if (strncmp (value, name, length) == 0 && (value[length] == '=' || value[length] == ':'))
        return value + length + 1;
    }
  return NULL;
}
