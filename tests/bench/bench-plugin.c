/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the plug-in host is measured with: a method that returns 0, and shells whose commands say
 * nothing and last until they are cancelled. */

#include "plugin-api/curfew-plugin.h"

#define NAMESPACE u"http://schemas.curfew.org/bench"

const DWORD CurfewPluginTraits = CURFEW_PLUGIN_QUICK;

DWORD WINAPI
WSManPluginStartup (DWORD flags, PCWSTR applicationIdentification, PCWSTR extraInfo,
                    PVOID *pluginContext)
{
  return NO_ERROR;
}

DWORD WINAPI
WSManPluginShutdown (PVOID pluginContext, DWORD flags, DWORD reason)
{
  return NO_ERROR;
}

/* Looks its one parameter up, as a method does. */
void WINAPI
CurfewPluginInvoke (PVOID pluginContext, WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR action,
                    CURFEW_OBJECT *input)
{
  CURFEW_VALUE value = { u"ReturnValue", u"0", CURFEW_VALUE_TEXT };
  CURFEW_OBJECT output = { NAMESPACE, u"Echo_OUTPUT", 1, &value };

  if (input == NULL || input->valuesCount != 1 ||
      !CurfewUtf16Equal (input->values[0].name, u"Text"))
    {
      WSManPluginOperationComplete (request, 0, ERROR_WSMAN_INVALID_PARAMETER, NULL);
      return;
    }
  CurfewPluginObjectResult (request, 0, &output);
  WSManPluginOperationComplete (request, 0, NO_ERROR, NULL);
}

static void WINAPI
cancelled_cb (PVOID request)
{
  WSManPluginOperationComplete (request, 0, ERROR_CANCELLED, NULL);
}

static void
last_until_cancelled (WSMAN_PLUGIN_REQUEST *request)
{
  WSManPluginRegisterShutdownCallback (request, cancelled_cb, request);
}

void WINAPI
WSManPluginShell (PVOID pluginContext, WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                  WSMAN_SHELL_STARTUP_INFO *startupInfo, WSMAN_DATA *inboundShellInformation)
{
  last_until_cancelled (request);
  WSManPluginReportContext (request, 0, request);
}

void WINAPI
WSManPluginCommand (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shellContext,
                    PCWSTR commandLine, WSMAN_COMMAND_ARG_SET *arguments)
{
  last_until_cancelled (request);
  WSManPluginReportContext (request, 0, request);
}

void WINAPI
WSManPluginSend (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shellContext,
                 PVOID commandContext, PCWSTR stream, WSMAN_DATA *inboundData)
{
  WSManPluginOperationComplete (request, 0, NO_ERROR, NULL);
}

void WINAPI
WSManPluginReceive (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shellContext,
                    PVOID commandContext, WSMAN_STREAM_ID_SET *streamSet)
{
  last_until_cancelled (request);
}

void WINAPI
WSManPluginSignal (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shellContext,
                   PVOID commandContext, PCWSTR code)
{
  WSManPluginOperationComplete (request, 0, NO_ERROR, NULL);
}

void WINAPI
WSManPluginReleaseShellContext (PVOID shellContext)
{
}

void WINAPI
WSManPluginReleaseCommandContext (PVOID shellContext, PVOID commandContext)
{
}
