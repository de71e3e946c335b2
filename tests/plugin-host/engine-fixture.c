/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A plug-in that does what it is told by the action of an Invoke, or by the command line, and notes
 * the calls that it gets. It is compiled twice, the second time as one that is quick.
 */

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "curfew-agent-services.h"
#include "curfew-plugin.h"
#include "engine-fixture.h"

#ifdef QUICK
const DWORD CurfewPluginTraits = CURFEW_PLUGIN_QUICK;
#endif

static EngineFixtureState state = { .lock = PTHREAD_MUTEX_INITIALIZER };
static pthread_t threads[512];
static unsigned n_threads;

WSMAN_PLUGIN_EXPORT EngineFixtureState *
engine_fixture_get_state (void)
{
  return &state;
}

static void
note (const char *text)
{
  pthread_mutex_lock (&state.lock);
  if (strlen (state.log) + strlen (text) + 2 <= sizeof state.log)
    {
      strcat (state.log, text);
      strcat (state.log, " ");
    }
  pthread_mutex_unlock (&state.lock);
}

static void
run (void *(*function) (void *), void *data)
{
  pthread_mutex_lock (&state.lock);
  pthread_create (&threads[n_threads++], NULL, function, data);
  pthread_mutex_unlock (&state.lock);
}

DWORD WINAPI
WSManPluginStartup (DWORD flags, PCWSTR application, PCWSTR extra_info, PVOID *context)
{
  WSMAN_DATA data;

  note ("startup");
  state.name_in_startup = WSManPluginGetConfiguration (&state, WSMAN_PLUGIN_PARAMS_NAME, &data) ==
                          NO_ERROR;
  while (__atomic_load_n (&state.startup_hangs, __ATOMIC_ACQUIRE))
    poll (NULL, 0, 1);
  *context = &state;
  return state.startup_code;
}

DWORD WINAPI
WSManPluginShutdown (PVOID context, DWORD flags, DWORD reason)
{
  DWORD code = state.shutdown_code;

  while (__atomic_load_n (&state.shutdown_hangs, __ATOMIC_ACQUIRE))
    poll (NULL, 0, 1);
  for (unsigned i = 0; i < n_threads; i++)
    pthread_join (threads[i], NULL);
  n_threads = 0;
  state.reason = reason;
  note (context == &state && flags == 0 ? "shutdown" : "wrong-shutdown");
  return code;
}

static void
answer (WSMAN_PLUGIN_REQUEST *request, PCWSTR text)
{
  CURFEW_VALUE value = { u"text", text, CURFEW_VALUE_TEXT };
  CURFEW_OBJECT object = { u"http://example.org/", u"Answer", 1, &value };

  __atomic_store_n (&state.result_code, CurfewPluginObjectResult (request, 0, &object),
                    __ATOMIC_RELEASE);
  __atomic_store_n (&state.second_result_code, CurfewPluginObjectResult (request, 0, &object),
                    __ATOMIC_RELEASE);
  WSManPluginOperationComplete (request, 0, NO_ERROR, NULL);
}

static void
wait_for_cancellation (WSMAN_PLUGIN_REQUEST *request)
{
  struct pollfd event = { CurfewEventDescriptor (request->shutdownNotificationHandle), POLLIN, 0 };

  while (poll (&event, 1, -1) != 1)
    continue;
  state.flag_was_set = __atomic_load_n (&request->shutdownNotification, __ATOMIC_ACQUIRE);
}

static void *
answer_thread (void *data)
{
  answer (data, u"from a thread");
  return NULL;
}

static void *
hold_thread (void *data)
{
  wait_for_cancellation (data);
  WSManPluginOperationComplete (data, 0, ERROR_CANCELLED, NULL);
  return NULL;
}

static void *
done_thread (void *data)
{
  hold_thread (data);
  note ("receive-over");
  return NULL;
}

static void *
submit_thread (void *data)
{
  CURFEW_SHUTDOWN_REQUEST shutdown = { .size = sizeof shutdown, .message = u"Good bye" };
  CURFEW_AGENT_STATUS *status = NULL;
  DWORD code = CurfewAgentDescribe (data, 0, &status);

  state.described = code == NO_ERROR && CurfewUtf16Equal (status->hostName, u"häuschen") &&
                    status->message == NULL;
  CurfewAgentFreeStatus (status);
  code = CurfewAgentSubmit (data, 0, &shutdown);
  WSManPluginOperationComplete (data, 0, code, NULL);
  return NULL;
}

static void
callback (PVOID request)
{
  note ("callback");
  WSManPluginOperationComplete (request, 0, ERROR_OPERATION_ABORTED, NULL);
}

void WINAPI
CurfewPluginInvoke (PVOID context, WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR action,
                    CURFEW_OBJECT *input)
{
  static const char16_t bad[] = { 0xD800, 'x', 0 };

  note ("invoke");
  if (CurfewUtf16Equal (action, u"echo"))
    answer (request, input->values[0].value);
  else if (CurfewUtf16Equal (action, u"thread"))
    run (answer_thread, request);
  else if (CurfewUtf16Equal (action, u"hold"))
    run (hold_thread, request);
  else if (CurfewUtf16Equal (action, u"submit"))
    run (submit_thread, request);
  else if (CurfewUtf16Equal (action, u"callback"))
    WSManPluginRegisterShutdownCallback (request, callback, request);
  else if (CurfewUtf16Equal (action, u"error"))
    {
      answer (request, u"x");
      state.second_completion = WSManPluginOperationComplete (request, 0, 5, NULL);
    }
  else if (CurfewUtf16Equal (action, u"bad-text"))
    WSManPluginOperationComplete (request, 0, ERROR_ACCESS_DENIED, bad);
  else if (CurfewUtf16Equal (action, u"free"))
    {
      state.free_code = WSManPluginFreeRequestDetails (request);
      WSManPluginOperationComplete (request, 0, NO_ERROR, NULL);
    }
  else if (CurfewUtf16Equal (action, u"idle"))
    {
      WSManPluginOperationComplete (request, 0, NO_ERROR, NULL);
      WSManPluginReportCompletion (context, 0);
    }
  else if (!CurfewUtf16Equal (action, u"hang"))
    WSManPluginOperationComplete (request, 0, ERROR_WSMAN_ACTION_NOT_SUPPORTED, u"no such action");
}

typedef struct
{
  char kind[8];
  WSMAN_PLUGIN_REQUEST *request;
} Context;

static void
cancelled (PVOID data)
{
  Context *context = data;

  note (strcmp (context->kind, "shell") == 0 ? "cancel-shell" : "cancel-command");
  WSManPluginOperationComplete (context->request, 0, ERROR_OPERATION_ABORTED, NULL);
}

static Context *
open_context (const char *kind, WSMAN_PLUGIN_REQUEST *request)
{
  Context *context = calloc (1, sizeof *context);

  strcpy (context->kind, kind);
  context->request = request;
  /* first, for a cancellation may come as soon as it is reported */
  WSManPluginRegisterShutdownCallback (request, cancelled, context);
  WSManPluginReportContext (request, 0, context);
  __atomic_store_n (&state.second_report, WSManPluginReportContext (request, 0, &state),
                    __ATOMIC_RELEASE);
  return context;
}

void WINAPI
WSManPluginShell (PVOID context, WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                  WSMAN_SHELL_STARTUP_INFO *startup, WSMAN_DATA *information)
{
  note ("shell");
  open_context ("shell", request);
}

void WINAPI
WSManPluginCommand (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shell, PCWSTR command_line,
                    WSMAN_COMMAND_ARG_SET *arguments)
{
  note ("command");
  if (CurfewUtf16Equal (command_line, u"refuse"))
    WSManPluginOperationComplete (request, 0, ERROR_ACCESS_DENIED, u"not here");
  else
    open_context ("command", request);
}

void WINAPI
WSManPluginSend (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shell, PVOID command,
                 PCWSTR stream, WSMAN_DATA *data)
{
  note ("send");
  WSManPluginOperationComplete (request, 0, data->binaryData.dataLength == 3 ? NO_ERROR : 13, NULL);
}

static void
receive_cancelled (PVOID request)
{
  note ("cancel-receive");
}

static void *
flood_thread (void *data)
{
  static BYTE octets[64 * 1024];
  WSMAN_DATA piece = { .type = WSMAN_DATA_TYPE_BINARY };
  DWORD code = NO_ERROR;

  piece.binaryData.data = octets;
  piece.binaryData.dataLength = sizeof octets;
  for (unsigned i = 0; i < 16 && code == NO_ERROR; i++)
    {
      code = WSManPluginReceiveResult (data, 0, u"stdout", &piece, NULL, 0);
      __atomic_add_fetch (&state.n_pieces, code == NO_ERROR, __ATOMIC_RELEASE);
    }
  state.flood_code = code;
  WSManPluginOperationComplete (data, 0, code, NULL);
  return NULL;
}

void WINAPI
WSManPluginReceive (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shell, PVOID command,
                    WSMAN_STREAM_ID_SET *streams)
{
  WSMAN_DATA text = { .type = WSMAN_DATA_TYPE_TEXT };

  note ("receive");
  WSManPluginRegisterShutdownCallback (request, receive_cancelled, NULL);
  text.text.buffer = u"a\0b😀";
  text.text.bufferLength = 5;
  if (streams != NULL && CurfewUtf16Equal (streams->streamIDs[0], u"flood"))
    run (flood_thread, request);
  else if (streams != NULL && CurfewUtf16Equal (streams->streamIDs[0], u"fail"))
    {
      WSManPluginReceiveResult (request, 0, u"stdout", &text, NULL, 0);
      WSManPluginOperationComplete (request, 0, ERROR_GEN_FAILURE, u"no");
      note ("failed");
    }
  else if (streams != NULL && CurfewUtf16Equal (streams->streamIDs[0], u"text"))
    {
      char16_t long_state[258] = { 0 };

      /* a state that would not fit into an answer is refused, and nothing of it gets there */
      for (unsigned i = 0; i < 257; i++)
        long_state[i] = u'x';
      WSManPluginReceiveResult (request, 0, u"stdout", &text, long_state, 0);
      WSManPluginReceiveResult (request, WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA, u"stdout", &text,
                                WSMAN_COMMAND_STATE_DONE, 7);
      WSManPluginOperationComplete (request, 0, NO_ERROR, NULL);
    }
  else if (streams != NULL && CurfewUtf16Equal (streams->streamIDs[0], u"done"))
    {
      WSManPluginReceiveResult (request, 0, u"stdout", &text, WSMAN_COMMAND_STATE_DONE, 7);
      note ("said");
      run (done_thread, request);
    }
  else
    run (hold_thread, request);
}

void WINAPI
WSManPluginSignal (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shell, PVOID command,
                   PCWSTR code)
{
  Context *context = command;

  note ("signal");
  WSManPluginOperationComplete (context->request, 0, NO_ERROR, NULL);
  WSManPluginOperationComplete (request, 0, NO_ERROR, NULL);
}

void WINAPI
WSManPluginReleaseShellContext (PVOID shell)
{
  note ("release-shell");
  free (shell);
}

void WINAPI
WSManPluginReleaseCommandContext (PVOID shell, PVOID command)
{
  note ("release-command");
  free (command);
}
