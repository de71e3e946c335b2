/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-ask.h"
#include "cf-plugin-engine-private.h"
#include "cf-plugin-text.h"
#include "plugin-api/curfew-plugin-host-table.h"

#include <string.h>

/* The functions that the host offers to plug-ins (wsman-plugin-api.md, section 4), called on
 * whatever thread, with whatever parameters. */

/* so much output of one RECEIVE may be on its way to the client, but for a single larger piece */
#define MAX_UNACKNOWLEDGED (256 * 1024)
/* pieces of output that the client has not seen yet */
#define MAX_UNDELIVERED    256
/* code units of a state's URI, which has to fit into any answer */
#define MAX_STATE          256

#define RESULT_FLAGS                                                                               \
  (WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA | WSMAN_FLAG_RECEIVE_FLUSH |                             \
   WSMAN_FLAG_RECEIVE_RESULT_DATA_BOUNDARY)

/* what is said in the place of an explanation that is not UTF-16 */
#define BAD_TEXT "The plug-in's explanation is no valid text"

/* Not a warning: it is the plug-in's mistake, and the host goes on. */
static DWORD
refuse_call (const char *function, const char *why)
{
  g_message ("A plug-in called %s() %s; that was ignored", function, why);
  return ERROR_INVALID_PARAMETER;
}

#define NOT_OPEN   "for a request that is not open"
#define WRONG_KIND "for a request of another kind"

/* A thread of the plug-in may be a moment behind the one that completed: no news for a journal. */
static DWORD
refuse_late_call (const char *function)
{
  g_debug ("A plug-in called %s() %s; that was ignored", function, NOT_OPEN);
  return ERROR_INVALID_PARAMETER;
}

/* Returns: (nullable): the open operation, with the lock, which is not held if there is none */
static CfPluginOperation *
enter (WSMAN_PLUGIN_REQUEST *request)
{
  CfPluginOperation *operation;

  cf_plugin_lock ();
  operation = cf_plugin_operation_lookup (request);
  if (operation != NULL && operation->is_completing)
    operation = NULL;
  if (operation == NULL)
    cf_plugin_unlock ();
  return operation;
}

static DWORD
report_context (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID context)
{
  static const char function[] = "WSManPluginReportContext";
  CfPluginOperation *operation = enter (request);
  const char *why = NULL;

  if (operation == NULL)
    return refuse_late_call (function);
  if (operation->kind != CF_PLUGIN_SHELL && operation->kind != CF_PLUGIN_COMMAND)
    why = WRONG_KIND;
  else if (flags != 0)
    why = "with flags";
  else if (operation->has_context)
    why = "a second time";
  else if (operation->kind == CF_PLUGIN_COMMAND && context == NULL)
    why = "with NULL for a command, which would mean its shell";
  else
    {
      operation->context = context;
      operation->has_context = TRUE;
      cf_plugin_event_push (operation->engine, CF_PLUGIN_EVENT_CONTEXT, operation);
    }
  cf_plugin_unlock ();
  return why != NULL ? refuse_call (function, why) : NO_ERROR;
}

/* Copies what a plug-in passed into the event's fields of *result. */
static gboolean
take_result (CfPluginEvent *result, DWORD flags, PCWSTR stream, const WSMAN_DATA *data,
             PCWSTR state, DWORD exit_code)
{
  if ((flags & ~RESULT_FLAGS) != 0 ||
      (stream == NULL && data != NULL && data->type != WSMAN_DATA_NONE) ||
      !cf_plugin_text_take (stream, &result->stream) ||
      !cf_plugin_text_take (state, &result->command_state))
    return FALSE;
  if (state != NULL && CurfewUtf16Length (state) > MAX_STATE)
    return FALSE;
  if (data != NULL && data->type == WSMAN_DATA_TYPE_TEXT)
    {
      result->output.is_text = TRUE;
      result->output.data = cf_plugin_text_take_bytes (data->text.buffer, data->text.bufferLength);
      if (result->output.data == NULL)
        return FALSE;
    }
  else if (data != NULL && data->type == WSMAN_DATA_TYPE_BINARY)
    {
      if (data->binaryData.data == NULL && data->binaryData.dataLength > 0)
        return FALSE;
      result->output.data = g_bytes_new (data->binaryData.data, data->binaryData.dataLength);
    }
  else if (data != NULL && data->type != WSMAN_DATA_NONE)
    return FALSE;

  result->output.stream = result->stream;
  result->output.state = result->command_state;
  result->output.exit_code = exit_code;
  result->output.no_more_data = (flags & WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA) != 0;
  result->output.flush = (flags & WSMAN_FLAG_RECEIVE_FLUSH) != 0;
  return TRUE;
}

/* Waits until there is room, unless that would stop the main loop, which makes the room.
 * Returns: whether the operation still wants it */
static gboolean
wait_for_room (CfPluginOperation *operation, gsize size)
{
  CfPluginEngine *engine = operation->engine;
  gboolean may_wait = !pthread_equal (pthread_self (), engine->thread);

  while (
    operation->stage == CF_PLUGIN_STAGE_OPEN && !operation->is_cancelled && may_wait &&
    !operation->is_completing &&
    ((operation->n_unacknowledged > 0 && operation->n_unacknowledged + size > MAX_UNACKNOWLEDGED) ||
     operation->n_undelivered >= MAX_UNDELIVERED))
    pthread_cond_wait (&operation->changed, cf_plugin_get_lock ());
  return operation->stage == CF_PLUGIN_STAGE_OPEN && !operation->is_cancelled &&
         !operation->is_completing;
}

static DWORD
receive_result (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR stream, WSMAN_DATA *data,
                PCWSTR state, DWORD exit_code)
{
  static const char function[] = "WSManPluginReceiveResult";
  CfPluginEvent result = { 0 };
  CfPluginOperation *operation;
  CfPluginEngine *engine;
  gboolean is_wanted;
  gsize size;

  if (!take_result (&result, flags, stream, data, state, exit_code))
    {
      cf_plugin_event_clear_result (&result);
      return refuse_call (function, "with parameters that make no sense");
    }
  operation = enter (request);
  if (operation == NULL || operation->kind != CF_PLUGIN_RECEIVE)
    {
      if (operation != NULL)
        cf_plugin_unlock ();
      cf_plugin_event_clear_result (&result);
      return operation != NULL ? refuse_call (function, WRONG_KIND) : refuse_late_call (function);
    }

  engine = cf_plugin_engine_ref (operation->engine);
  cf_plugin_operation_ref (operation);
  size = result.output.data != NULL ? g_bytes_get_size (result.output.data) : 0;
  is_wanted = wait_for_room (operation, size);
  if (is_wanted)
    {
      CfPluginEvent *event = cf_plugin_event_push (engine, CF_PLUGIN_EVENT_OUTPUT, operation);

      event->output = result.output;
      event->stream = result.stream;
      event->command_state = result.command_state;
      operation->n_unacknowledged += size;
      operation->n_undelivered++;
    }
  cf_plugin_operation_unref (operation);
  cf_plugin_engine_unref (engine);
  cf_plugin_unlock ();

  if (!is_wanted)
    cf_plugin_event_clear_result (&result);
  return is_wanted ? NO_ERROR : ERROR_OPERATION_ABORTED;
}

static char *
take_explanation (PCWSTR text)
{
  char *utf8;

  return cf_plugin_text_take (text, &utf8) ? utf8 : strdup (BAD_TEXT);
}

static DWORD
operation_complete (WSMAN_PLUGIN_REQUEST *request, DWORD flags, DWORD code, PCWSTR text)
{
  static const char function[] = "WSManPluginOperationComplete";
  char *explanation;
  CfPluginOperation *operation;
  CfPluginEngine *engine;

  if (flags != 0)
    return refuse_call (function, "with flags");
  explanation = take_explanation (text);
  operation = enter (request);
  if (operation == NULL)
    {
      free (explanation);
      return refuse_call (function, NOT_OPEN);
    }

  engine = cf_plugin_engine_ref (operation->engine);
  cf_plugin_operation_ref (operation);
  operation->is_completing = TRUE;
  pthread_cond_broadcast (&operation->changed);
  /* after this returns the callback must not run, unless this is called from it */
  while (operation->callback_state == CF_PLUGIN_CALLBACK_RUNNING &&
         !pthread_equal (operation->callback_thread, pthread_self ()) &&
         operation->stage == CF_PLUGIN_STAGE_OPEN)
    pthread_cond_wait (&operation->changed, cf_plugin_get_lock ());
  /* otherwise it was answered for the plug-in, because it took too long */
  if (operation->stage == CF_PLUGIN_STAGE_OPEN)
    cf_plugin_tree_complete (operation, code, g_steal_pointer (&explanation), TRUE);
  cf_plugin_operation_unref (operation);
  cf_plugin_engine_unref (engine);
  cf_plugin_unlock ();
  free (explanation);
  return NO_ERROR;
}

static void
set_number (WSMAN_DATA *data, DWORD number)
{
  data->type = WSMAN_DATA_TYPE_DWORD;
  data->number = number;
}

static void
set_text (WSMAN_DATA *data, PCWSTR text)
{
  data->type = WSMAN_DATA_TYPE_TEXT;
  data->text.buffer = text != NULL ? text : u"";
  data->text.bufferLength = CurfewUtf16Length (data->text.buffer);
}

static DWORD
get_operation_parameters (WSMAN_PLUGIN_REQUEST *request, DWORD flags, WSMAN_DATA *data)
{
  static const char function[] = "WSManPluginGetOperationParameters";
  CfPluginOperation *operation;
  gboolean is_known = TRUE;

  if (data == NULL)
    return refuse_call (function, "without a place for the answer");
  operation = enter (request);
  if (operation == NULL)
    return refuse_call (function, NOT_OPEN);
  if (flags == WSMAN_PLUGIN_PARAMS_TIMEOUT)
    set_number (data, operation->timeout_msec);
  else if (flags == WSMAN_PLUGIN_PARAMS_MAX_ENVELOPE_SIZE ||
           flags == WSMAN_PLUGIN_PARAMS_REMAINING_RESULT_SIZE ||
           flags == WSMAN_PLUGIN_PARAMS_LARGEST_RESULT_SIZE)
    set_number (data, operation->max_envelope_size);
  else if (flags == WSMAN_PLUGIN_PARAMS_GET_REQUESTED_LOCALE && operation->has_details)
    set_text (data, operation->request.locale);
  else if (flags == WSMAN_PLUGIN_PARAMS_GET_REQUESTED_DATA_LOCALE && operation->has_details)
    set_text (data, operation->request.dataLocale);
  else
    is_known = FALSE;
  cf_plugin_unlock ();
  return is_known ? NO_ERROR : refuse_call (function, "with a selector that there is not");
}

static DWORD
get_configuration (PVOID context, DWORD flags, WSMAN_DATA *data)
{
  static const char function[] = "WSManPluginGetConfiguration";
  CfPluginEngine *engine;
  gboolean is_known = TRUE;

  if (data == NULL)
    return refuse_call (function, "without a place for the answer");
  cf_plugin_lock ();
  engine = cf_plugin_engine_find (context, TRUE);
  if (engine == NULL)
    is_known = FALSE;
  else if (flags == WSMAN_PLUGIN_PARAMS_SHAREDHOST)
    set_number (data, engine->settings.shared_host ? 1 : 0);
  else if (flags == WSMAN_PLUGIN_PARAMS_RUNAS_USER)
    set_text (data, engine->run_as_user16);
  else if (flags == WSMAN_PLUGIN_PARAMS_AUTORESTART)
    set_number (data, engine->settings.auto_restart ? 1 : 0);
  else if (flags == WSMAN_PLUGIN_PARAMS_HOSTIDLETIMEOUTSECONDS)
    set_number (data, engine->settings.idle_seconds);
  else if (flags == WSMAN_PLUGIN_PARAMS_NAME)
    set_text (data, engine->name16);
  else
    is_known = FALSE;
  cf_plugin_unlock ();
  return is_known ? NO_ERROR
                  : refuse_call (function, "with a context or selector that there is not");
}

static DWORD
report_completion (PVOID context, DWORD flags)
{
  static const char function[] = "WSManPluginReportCompletion";
  CfPluginEngine *engine;

  if (flags != 0)
    return refuse_call (function, "with flags");
  cf_plugin_lock ();
  engine = cf_plugin_engine_find (context, FALSE);
  if (engine != NULL)
    cf_plugin_event_push (engine, CF_PLUGIN_EVENT_IDLE, NULL)->n_begun = engine->n_begun;
  cf_plugin_unlock ();
  return engine != NULL ? NO_ERROR : refuse_call (function, "with a context that there is not");
}

static DWORD
free_request_details (WSMAN_PLUGIN_REQUEST *request)
{
  CfPluginOperation *operation = enter (request);

  if (operation == NULL)
    return refuse_call ("WSManPluginFreeRequestDetails", NOT_OPEN);
  cf_plugin_operation_forget_details (operation);
  cf_plugin_unlock ();
  return NO_ERROR;
}

static DWORD
object_result (WSMAN_PLUGIN_REQUEST *request, DWORD flags, const CURFEW_OBJECT *object)
{
  static const char function[] = "CurfewPluginObjectResult";
  CfPluginObject *copy;
  CfPluginOperation *operation;
  const char *why = NULL;

  if (flags != 0)
    return refuse_call (function, "with flags");
  copy = cf_plugin_text_take_object (object);
  if (copy == NULL)
    return refuse_call (function, "with an object that cannot be sent");
  operation = enter (request);
  if (operation == NULL)
    {
      free (copy);
      return refuse_call (function, NOT_OPEN);
    }
  if (operation->kind != CF_PLUGIN_GET && operation->kind != CF_PLUGIN_INVOKE)
    why = WRONG_KIND;
  else if (operation->object != NULL)
    why = "a second time";
  else
    operation->object = g_steal_pointer (&copy);
  cf_plugin_unlock ();
  free (copy);
  return why != NULL ? refuse_call (function, why) : NO_ERROR;
}

static DWORD
register_shutdown_callback (WSMAN_PLUGIN_REQUEST *request, WSMAN_PLUGIN_SHUTDOWN_CALLBACK callback,
                            PVOID context)
{
  static const char function[] = "WSManPluginRegisterShutdownCallback";
  CfPluginOperation *operation;
  CfPluginEngine *engine;

  if (callback == NULL)
    return refuse_call (function, "without a callback");
  operation = enter (request);
  if (operation == NULL)
    return refuse_call (function, NOT_OPEN);
  if (operation->callback_state != CF_PLUGIN_CALLBACK_NONE)
    {
      cf_plugin_unlock ();
      return refuse_call (function, "a second time");
    }

  operation->callback = callback;
  operation->callback_context = context;
  operation->callback_state = CF_PLUGIN_CALLBACK_REGISTERED;
  if (operation->is_cancelled)
    {
      engine = cf_plugin_engine_ref (operation->engine);
      cf_plugin_operation_ref (operation);
      cf_plugin_unlock ();
      cf_plugin_entry_callback (operation);
      cf_plugin_lock ();
      cf_plugin_operation_unref (operation);
      cf_plugin_engine_unref (engine);
    }
  cf_plugin_unlock ();
  return NO_ERROR;
}

static const CURFEW_PLUGIN_HOST_TABLE services = {
  .reportContext = report_context,
  .receiveResult = receive_result,
  .operationComplete = operation_complete,
  .getOperationParameters = get_operation_parameters,
  .getConfiguration = get_configuration,
  .reportCompletion = report_completion,
  .freeRequestDetails = free_request_details,
  .objectResult = object_result,
  .registerShutdownCallback = register_shutdown_callback,
  .submit = cf_plugin_ask_submit,
  .refuse = cf_plugin_ask_refuse,
  .abort = cf_plugin_ask_abort,
  .describe = cf_plugin_ask_describe,
  .freeStatus = cf_plugin_ask_free_status,
};

void
cf_plugin_services_install (void)
{
  CurfewPluginHostInstall (&services);
}
