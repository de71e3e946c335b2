/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-details.h"

#include <string.h>

#include "cf-plugin-text.h"

/* Where the memory inside of the operation is used up, the parameters go on in such a chunk. */
struct _CfPluginDetails
{
  CfPluginDetails *next;
  gsize size;
  gsize used;
  _Alignas(8) guint8 octets[];
};

#define CHUNK 4096

/* Room for size octets, which are not cleared. */
static gpointer
reserve (CfPluginOperation *operation, gsize size, gsize alignment)
{
  CfPluginDetails *chunk = operation->details;
  gsize start;

  if (chunk == NULL)
    {
      start = (operation->n_inline + alignment - 1) & ~(alignment - 1);
      if (start + size <= CF_PLUGIN_DETAILS_INLINE)
        {
          operation->n_inline = start + size;
          return operation->inline_details + start;
        }
    }
  else
    {
      start = (chunk->used + alignment - 1) & ~(alignment - 1);
      if (start + size <= chunk->size)
        {
          chunk->used = start + size;
          return chunk->octets + start;
        }
    }

  chunk = g_malloc (sizeof *chunk + MAX (size, CHUNK));
  chunk->next = operation->details;
  chunk->size = MAX (size, CHUNK);
  chunk->used = size;
  operation->details = chunk;
  return chunk->octets;
}

#define RESERVE(operation, type, n) ((type *) reserve (operation, (n) * sizeof (type), 8))

static PCWSTR
put_text (CfPluginOperation *operation, const char *text, DWORD *length)
{
  gsize size;
  char16_t *place;
  gsize written;

  if (text == NULL)
    return NULL;
  size = strlen (text);
  place = reserve (operation, (size + 1) * sizeof (char16_t), sizeof (char16_t));
  written = cf_plugin_text_put_utf16 (place, text);
  if (length != NULL)
    *length = written;
  return place;
}

static WSMAN_DATA *
put_xml (CfPluginOperation *operation, const char *text)
{
  WSMAN_DATA *data;

  if (text == NULL)
    return NULL;
  data = RESERVE (operation, WSMAN_DATA, 1);
  data->type = WSMAN_DATA_TYPE_TEXT;
  data->text.buffer = put_text (operation, text, &data->text.bufferLength);
  return data;
}

static WSMAN_STREAM_ID_SET *
put_streams (CfPluginOperation *operation, const char *const *names)
{
  WSMAN_STREAM_ID_SET *set;
  gsize n = 0;

  if (names == NULL)
    return NULL;
  while (names[n] != NULL)
    n++;
  set = RESERVE (operation, WSMAN_STREAM_ID_SET, 1);
  set->streamIDsCount = n;
  set->streamIDs = RESERVE (operation, PCWSTR, n);
  for (gsize i = 0; i < n; i++)
    set->streamIDs[i] = put_text (operation, names[i], NULL);
  return set;
}

static WSMAN_SENDER_DETAILS *
put_sender (CfPluginOperation *operation, const CfPluginCall *call)
{
  WSMAN_SENDER_DETAILS *sender = RESERVE (operation, WSMAN_SENDER_DETAILS, 1);

  memset (sender, 0, sizeof *sender);
  sender->senderName = put_text (operation, call->sender_name, NULL);
  sender->authenticationMechanism = put_text (operation, call->mechanism, NULL);
  sender->httpURL = put_text (operation, call->url, NULL);
  if (call->certificate_subject != NULL)
    {
      WSMAN_CERTIFICATE_DETAILS *details = RESERVE (operation, WSMAN_CERTIFICATE_DETAILS, 1);

      details->subject = put_text (operation, call->certificate_subject, NULL);
      details->issuerName = put_text (operation, call->certificate_issuer, NULL);
      details->issuerThumbprint = put_text (operation, call->certificate_thumbprint, NULL);
      details->subjectName = details->subject;
      sender->certificateDetails = details;
    }
  return sender;
}

static WSMAN_OPERATION_INFO *
put_info (CfPluginOperation *operation, const CfPluginCall *call)
{
  WSMAN_OPERATION_INFO *info = RESERVE (operation, WSMAN_OPERATION_INFO, 1);

  memset (info, 0, sizeof *info);
  info->version = WSMAN_OPERATION_INFOV1;
  if (call->n_selectors > 0)
    info->selectorSet.keys = RESERVE (operation, WSMAN_KEY, call->n_selectors);
  info->selectorSet.numberKeys = call->n_selectors;
  for (gsize i = 0; i < call->n_selectors; i++)
    {
      info->selectorSet.keys[i].key = put_text (operation, call->selectors[i].name, NULL);
      info->selectorSet.keys[i].value = put_text (operation, call->selectors[i].value, NULL);
    }
  if (call->n_options > 0)
    info->optionSet.options = RESERVE (operation, WSMAN_OPTION, call->n_options);
  info->optionSet.optionsCount = call->n_options;
  info->optionSet.optionsMustUnderstand = call->options_must_understand;
  for (gsize i = 0; i < call->n_options; i++)
    {
      WSMAN_OPTION *option = &info->optionSet.options[i];

      option->name = put_text (operation, call->options[i].name, NULL);
      option->value = put_text (operation, call->options[i].value, NULL);
      option->mustComply = call->options[i].must_comply;
    }
  return info;
}

static CURFEW_OBJECT *
put_object (CfPluginOperation *operation, const CfPluginObject *input)
{
  CURFEW_OBJECT *object;

  if (input == NULL)
    return NULL;
  object = RESERVE (operation, CURFEW_OBJECT, 1);
  object->namespaceUri = put_text (operation, input->namespace_uri, NULL);
  object->name = put_text (operation, input->name, NULL);
  object->valuesCount = input->n_values;
  object->values = RESERVE (operation, CURFEW_VALUE, input->n_values);
  for (gsize i = 0; i < input->n_values; i++)
    {
      object->values[i].name = put_text (operation, input->values[i].name, NULL);
      object->values[i].value = put_text (operation, input->values[i].value, NULL);
      object->values[i].type = input->values[i].type;
    }
  return object;
}

static WSMAN_SHELL_STARTUP_INFO_V11 *
put_startup (CfPluginOperation *operation, const CfPluginCall *call)
{
  WSMAN_SHELL_STARTUP_INFO_V11 *startup = RESERVE (operation, WSMAN_SHELL_STARTUP_INFO_V11, 1);

  memset (startup, 0, sizeof *startup);
  startup->inputStreamSet = put_streams (operation, call->input_streams);
  startup->outputStreamSet = put_streams (operation, call->output_streams);
  startup->idleTimeoutMs = call->idle_timeout_msec;
  startup->workingDirectory = put_text (operation, call->working_directory, NULL);
  startup->name = put_text (operation, call->shell_name, NULL);
  if (call->n_environment > 0)
    {
      WSMAN_ENVIRONMENT_VARIABLE_SET *set = RESERVE (operation, WSMAN_ENVIRONMENT_VARIABLE_SET, 1);

      set->varsCount = call->n_environment;
      set->vars = RESERVE (operation, WSMAN_ENVIRONMENT_VARIABLE, call->n_environment);
      for (gsize i = 0; i < call->n_environment; i++)
        {
          set->vars[i].name = put_text (operation, call->environment[i].name, NULL);
          set->vars[i].value = put_text (operation, call->environment[i].value, NULL);
        }
      startup->variableSet = set;
    }
  return startup;
}

static WSMAN_COMMAND_ARG_SET *
put_arguments (CfPluginOperation *operation, const char *const *arguments)
{
  WSMAN_COMMAND_ARG_SET *set;
  gsize n = 0;

  if (arguments == NULL)
    return NULL;
  while (arguments[n] != NULL)
    n++;
  set = RESERVE (operation, WSMAN_COMMAND_ARG_SET, 1);
  set->argsCount = n;
  set->args = RESERVE (operation, PCWSTR, n);
  for (gsize i = 0; i < n; i++)
    set->args[i] = put_text (operation, arguments[i], NULL);
  return set;
}

/* What is sent: octets, which are lent as they are, without a copy. */
static WSMAN_DATA *
put_data (CfPluginOperation *operation, GBytes *bytes)
{
  WSMAN_DATA *data = RESERVE (operation, WSMAN_DATA, 1);
  gsize size = 0;
  gconstpointer octets = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  data->type = WSMAN_DATA_TYPE_BINARY;
  data->binaryData.dataLength = size;
  data->binaryData.data = size > 0 ? (BYTE *) octets : NULL;
  operation->data = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  return data;
}

/**
 * cf_plugin_details_fill:
 * @operation: a new one
 * @call: what it is to be
 *
 * Copies what the plug-in gets to see into the operation, in UTF-16.
 */
void
cf_plugin_details_fill (CfPluginOperation *operation, const CfPluginCall *call)
{
  WSMAN_PLUGIN_REQUEST *request = &operation->request;

  request->senderDetails = put_sender (operation, call);
  request->locale = put_text (operation, call->locale, NULL);
  request->dataLocale = put_text (operation, call->data_locale, NULL);
  request->resourceUri = put_text (operation, call->resource_uri, NULL);
  request->operationInfo = put_info (operation, call);

  switch (call->kind)
    {
    case CF_PLUGIN_GET:
      break;
    case CF_PLUGIN_INVOKE:
      operation->text = put_text (operation, call->action, NULL);
      operation->input = put_object (operation, call->input);
      break;
    case CF_PLUGIN_SHELL:
      operation->startup = put_startup (operation, call);
      operation->inbound = put_xml (operation, call->inbound_xml);
      break;
    case CF_PLUGIN_COMMAND:
      operation->text = put_text (operation, call->command_line, NULL);
      operation->arguments = put_arguments (operation, call->arguments);
      break;
    case CF_PLUGIN_SEND:
      operation->text = put_text (operation, call->stream, NULL);
      operation->inbound = put_data (operation, call->data);
      operation->flags = call->no_more_data ? WSMAN_FLAG_SEND_NO_MORE_DATA : 0;
      break;
    case CF_PLUGIN_RECEIVE:
      operation->streams = put_streams (operation, call->output_streams);
      break;
    case CF_PLUGIN_SIGNAL:
      operation->text = put_text (operation, call->code, NULL);
      break;
    case CF_PLUGIN_CONNECT:
      operation->inbound = put_xml (operation, call->inbound_xml);
      break;
    default:
      g_assert_not_reached ();
    }
}

/**
 * cf_plugin_details_free:
 * @operation: one whose plug-in does not look at its parameters any more
 *
 * Frees what the operation holds outside of itself.
 */
void
cf_plugin_details_free (CfPluginOperation *operation)
{
  CfPluginDetails *next;

  for (CfPluginDetails *chunk = operation->details; chunk != NULL; chunk = next)
    {
      next = chunk->next;
      g_free (chunk);
    }
  operation->details = NULL;
  g_clear_pointer (&operation->data, g_bytes_unref);
}
