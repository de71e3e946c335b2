/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plugin-api/curfew-agent-services.h"
#include "plugin-api/curfew-plugin.h"

/* A plug-in that does what the action, the command line or the configuration tells it, also what no
 * plug-in should. Before it holds a request, it asks the agent to abort: so one knows that it does.
 */

#define MEBIBYTE (1024 * 1024)
#define PIECE    (48 * 1024)

#ifdef QUICK
WSMAN_PLUGIN_EXPORT const DWORD CurfewPluginTraits = CURFEW_PLUGIN_QUICK;
#endif

typedef struct
{
  WSMAN_PLUGIN_REQUEST *request;
  char *line;
} Command;

static int startup_hangs;
static int shutdown_hangs;
static PVOID own_context;

static int
tells (PCWSTR text, const char *what)
{
  char *utf8 = CurfewUtf8Dup (text);
  int is_there = utf8 != NULL && strstr (utf8, what) != NULL;

  free (utf8);
  return is_there;
}

DWORD
WSManPluginStartup (DWORD flags, PCWSTR application, PCWSTR extra_info, PVOID *context)
{
  startup_hangs = tells (extra_info, "hang-startup");
  shutdown_hangs = tells (extra_info, "hang-shutdown");
  *context = own_context = &own_context;
  while (startup_hangs)
    pause ();
  return tells (extra_info, "refuse") ? ERROR_ACCESS_DENIED : NO_ERROR;
}

DWORD
WSManPluginShutdown (PVOID context, DWORD flags, DWORD reason)
{
  while (shutdown_hangs)
    pause ();
  return context == own_context && flags == 0 ? NO_ERROR : ERROR_INVALID_PARAMETER;
}

static void
give (WSMAN_PLUGIN_REQUEST *request, PCWSTR name, PCWSTR value)
{
  CURFEW_VALUE one = { name, value, CURFEW_VALUE_TEXT };
  CURFEW_OBJECT object = { u"urn:example", u"Answer", 1, &one };

  CurfewPluginObjectResult (request, 0, &object);
}

void
CurfewPluginGet (PVOID context, WSMAN_PLUGIN_REQUEST *request, DWORD flags)
{
  give (request, u"Name", request->senderDetails->senderName);
  WSManPluginOperationComplete (request, 0, NO_ERROR, NULL);
}

static void
cancelled_cb (PVOID context)
{
  WSManPluginOperationComplete (context, 0, ERROR_CANCELLED, u"cancelled");
}

static void *
submit_thread (void *request)
{
  CURFEW_SHUTDOWN_REQUEST shutdown = { .size = sizeof shutdown,
                                       .message = u"Bye",
                                       .gracePeriod = 60 };
  DWORD code = CurfewAgentSubmit (request, 0, &shutdown);

  WSManPluginOperationComplete (request, 0, code, NULL);
  return NULL;
}

static void
crash (void)
{
  signal (SIGSEGV, SIG_DFL);
  raise (SIGSEGV);
}

static void
give_too_much (WSMAN_PLUGIN_REQUEST *request)
{
  size_t length = 3 * MEBIBYTE / 2;
  char16_t *text = malloc ((length + 1) * sizeof *text);

  for (size_t i = 0; i < length; i++)
    text[i] = u'x';
  text[length] = 0;
  give (request, u"Much", text);
  free (text);
  WSManPluginOperationComplete (request, 0, NO_ERROR, NULL);
}

static void
describe (WSMAN_PLUGIN_REQUEST *request)
{
  CURFEW_AGENT_STATUS *status = NULL;
  DWORD code = CurfewAgentDescribe (request, 0, &status);

  if (status != NULL)
    give (request, u"HostName", status->hostName);
  CurfewAgentFreeStatus (status);
  WSManPluginOperationComplete (request, 0, code, NULL);
}

void
CurfewPluginInvoke (PVOID context, WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR action,
                    CURFEW_OBJECT *input)
{
  pthread_t thread;

  if (tells (action, "/Echo"))
    {
      if (input != NULL)
        CurfewPluginObjectResult (request, 0, input);
      WSManPluginOperationComplete (request, 0, NO_ERROR, NULL);
    }
  else if (tells (action, "/SubmitThread"))
    {
      pthread_create (&thread, NULL, submit_thread, request);
      pthread_detach (thread);
    }
  else if (tells (action, "/Submit"))
    submit_thread (request);
  else if (tells (action, "/Describe"))
    describe (request);
  else if (tells (action, "/Hold"))
    {
      WSManPluginRegisterShutdownCallback (request, cancelled_cb, request);
      CurfewAgentAbort (request, 0, NULL);
    }
  else if (tells (action, "/Crash"))
    crash ();
  else if (tells (action, "/Exit"))
    _exit (7);
  else if (tells (action, "/Much"))
    give_too_much (request);
  else if (tells (action, "/Idle"))
    {
      WSManPluginOperationComplete (request, 0, NO_ERROR, NULL);
      WSManPluginReportCompletion (context, 0);
    }
  else if (tells (action, "/Deaf"))
    CurfewAgentAbort (request, 0, NULL);
  else
    WSManPluginOperationComplete (request, 0, ERROR_INVALID_PARAMETER, u"no such action");
}

/* --- shells: the command line says how much output there is, and in what pieces */

void
WSManPluginShell (PVOID context, WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                  WSMAN_SHELL_STARTUP_INFO *info, WSMAN_DATA *inbound)
{
  WSManPluginRegisterShutdownCallback (request, cancelled_cb, request);
  WSManPluginReportContext (request, 0, request);
}

void
WSManPluginCommand (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shell, PCWSTR line,
                    WSMAN_COMMAND_ARG_SET *arguments)
{
  Command *command = malloc (sizeof *command);

  command->request = request;
  command->line = CurfewUtf8Dup (line);
  WSManPluginRegisterShutdownCallback (request, cancelled_cb, request);
  WSManPluginReportContext (request, 0, command);
}

void
WSManPluginSend (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shell, PVOID command,
                 PCWSTR stream, WSMAN_DATA *data)
{
  uint32_t sum = 0;
  char text[64];
  char16_t *utf16;

  for (DWORD i = 0; data != NULL && i < data->binaryData.dataLength; i++)
    sum = sum * 31 + data->binaryData.data[i];
  snprintf (text, sizeof text, "%u octets, sum %u", data != NULL ? data->binaryData.dataLength : 0,
            sum);
  utf16 = CurfewUtf16Dup (text);
  WSManPluginOperationComplete (request, 0, ERROR_INVALID_PARAMETER, utf16);
  free (utf16);
}

/* All at once, with the end of the command before that of the output. */
static void
end_first (const Command *command, WSMAN_PLUGIN_REQUEST *request, BYTE *octets, size_t size)
{
  WSMAN_DATA data = { .type = WSMAN_DATA_TYPE_BINARY };

  data.binaryData.data = octets;
  data.binaryData.dataLength = (DWORD) size;
  WSManPluginReceiveResult (request, WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA, WSMAN_STREAM_ID_STDOUT,
                            &data, WSMAN_COMMAND_STATE_DONE, 42);
  WSManPluginOperationComplete (command->request, 0, NO_ERROR, NULL);
  WSManPluginOperationComplete (request, 0, ERROR_OPERATION_ABORTED, NULL);
}

static DWORD
write_output (WSMAN_PLUGIN_REQUEST *request, BYTE *octets, size_t size, size_t piece)
{
  DWORD code = NO_ERROR;

  for (size_t at = 0; at < size && code == NO_ERROR; at += piece)
    {
      WSMAN_DATA data = { .type = WSMAN_DATA_TYPE_BINARY };

      data.binaryData.data = octets + at;
      data.binaryData.dataLength = (DWORD) (size - at < piece ? size - at : piece);
      code = WSManPluginReceiveResult (request, 0, WSMAN_STREAM_ID_STDOUT, &data, NULL, 0);
    }
  if (code == NO_ERROR)
    code = WSManPluginReceiveResult (request, WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA,
                                     WSMAN_STREAM_ID_STDOUT, NULL, WSMAN_COMMAND_STATE_DONE, 42);
  return code;
}

void
WSManPluginReceive (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shell, PVOID context,
                    WSMAN_STREAM_ID_SET *streams)
{
  const Command *command = context;
  int at_once = strstr (command->line, "once") != NULL;
  size_t size = (size_t) atoi (command->line) * MEBIBYTE;
  BYTE *octets = malloc (size + 1);
  DWORD code;

  for (size_t i = 0; i < size; i++)
    octets[i] = (BYTE) (i * 7 + i / 251);
  if (strstr (command->line, "end first") != NULL)
    end_first (command, request, octets, size);
  else
    {
      code = write_output (request, octets, size, at_once ? size + 1 : PIECE);
      WSManPluginOperationComplete (request, 0, code, NULL);
    }
  free (octets);
}

void
WSManPluginSignal (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shell, PVOID context,
                   PCWSTR code)
{
  const Command *command = context;

  if (command != NULL)
    WSManPluginOperationComplete (command->request, 0, NO_ERROR, NULL);
  WSManPluginOperationComplete (request, 0, NO_ERROR, NULL);
}

void
WSManPluginReleaseShellContext (PVOID shell)
{
}

void
WSManPluginReleaseCommandContext (PVOID shell, PVOID context)
{
  Command *command = context;

  free (command->line);
  free (command);
}
