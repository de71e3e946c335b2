/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The functions of the plug-in API, each of which forwards to the host that the plug-in runs in:
 * the agent, a helper process, or a test (wsman-plugin-api.md, section 10.1).
 */

#include "curfew-plugin-host-table.h"

#include <stddef.h>

static const CURFEW_PLUGIN_HOST_TABLE *installed;

void
CurfewPluginHostInstall (const CURFEW_PLUGIN_HOST_TABLE *table)
{
  __atomic_store_n (&installed, table, __ATOMIC_RELEASE);
}

/* The function of the host's table; without a host there is no support for anything. */
#define FORWARD(function, ...)                                                                     \
  const CURFEW_PLUGIN_HOST_TABLE *table = __atomic_load_n (&installed, __ATOMIC_ACQUIRE);          \
                                                                                                   \
  return table != NULL ? table->function (__VA_ARGS__) : ERROR_NOT_SUPPORTED

DWORD WINAPI
WSManPluginReportContext (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID context)
{
  FORWARD (reportContext, request, flags, context);
}

DWORD WINAPI
WSManPluginReceiveResult (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR stream,
                          WSMAN_DATA *streamResult, PCWSTR commandState, DWORD exitCode)
{
  FORWARD (receiveResult, request, flags, stream, streamResult, commandState, exitCode);
}

DWORD WINAPI
WSManPluginOperationComplete (WSMAN_PLUGIN_REQUEST *request, DWORD flags, DWORD errorCode,
                              PCWSTR extendedInformation)
{
  FORWARD (operationComplete, request, flags, errorCode, extendedInformation);
}

DWORD WINAPI
WSManPluginGetOperationParameters (WSMAN_PLUGIN_REQUEST *request, DWORD flags, WSMAN_DATA *data)
{
  FORWARD (getOperationParameters, request, flags, data);
}

DWORD WINAPI
WSManPluginGetConfiguration (PVOID pluginContext, DWORD flags, WSMAN_DATA *data)
{
  FORWARD (getConfiguration, pluginContext, flags, data);
}

DWORD WINAPI
WSManPluginReportCompletion (PVOID pluginContext, DWORD flags)
{
  FORWARD (reportCompletion, pluginContext, flags);
}

DWORD WINAPI
WSManPluginFreeRequestDetails (WSMAN_PLUGIN_REQUEST *request)
{
  FORWARD (freeRequestDetails, request);
}

DWORD WINAPI
CurfewPluginObjectResult (WSMAN_PLUGIN_REQUEST *request, DWORD flags, const CURFEW_OBJECT *object)
{
  FORWARD (objectResult, request, flags, object);
}

DWORD WINAPI
WSManPluginRegisterShutdownCallback (WSMAN_PLUGIN_REQUEST *request,
                                     WSMAN_PLUGIN_SHUTDOWN_CALLBACK callback, PVOID context)
{
  FORWARD (registerShutdownCallback, request, callback, context);
}

DWORD WINAPI
CurfewAgentSubmit (WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                   const CURFEW_SHUTDOWN_REQUEST *shutdown)
{
  FORWARD (submit, request, flags, shutdown);
}

DWORD WINAPI
CurfewAgentRefuse (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR problem, DWORD code)
{
  FORWARD (refuse, request, flags, problem, code);
}

DWORD WINAPI
CurfewAgentAbort (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR clientHint)
{
  FORWARD (abort, request, flags, clientHint);
}

DWORD WINAPI
CurfewAgentDescribe (WSMAN_PLUGIN_REQUEST *request, DWORD flags, CURFEW_AGENT_STATUS **status)
{
  if (status != NULL)
    *status = NULL;
  FORWARD (describe, request, flags, status);
}

void WINAPI
CurfewAgentFreeStatus (CURFEW_AGENT_STATUS *status)
{
  const CURFEW_PLUGIN_HOST_TABLE *table = __atomic_load_n (&installed, __ATOMIC_ACQUIRE);

  if (status != NULL && table != NULL)
    table->freeStatus (status);
}

/*
 * Authorization plug-ins exist under IIS only (wsman-plugin-api.md, section 9), and Curfew hosts
 * none: these answer what they are documented to answer to bad parameters, so that a module with
 * such code can be linked and loaded.
 */

static DWORD
check_authorization (const WSMAN_SENDER_DETAILS *senderDetails, DWORD flags)
{
  return senderDetails == NULL || flags != 0 ? ERROR_INVALID_PARAMETER : ERROR_NOT_SUPPORTED;
}

DWORD WINAPI
WSManPluginAuthzUserComplete (WSMAN_SENDER_DETAILS *senderDetails, DWORD flags,
                              PVOID userAuthorizationContext, HANDLE impersonationToken,
                              BOOL userIsAdministrator, DWORD errorCode,
                              PCWSTR extendedErrorInformation)
{
  return check_authorization (senderDetails, flags);
}

DWORD WINAPI
WSManPluginAuthzOperationComplete (WSMAN_SENDER_DETAILS *senderDetails, DWORD flags,
                                   PVOID userAuthorizationContext, DWORD errorCode,
                                   PCWSTR extendedErrorInformation)
{
  return check_authorization (senderDetails, flags);
}

DWORD WINAPI
WSManPluginAuthzQueryQuotaComplete (WSMAN_SENDER_DETAILS *senderDetails, DWORD flags,
                                    WSMAN_AUTHZ_QUOTA *quota, DWORD errorCode,
                                    PCWSTR extendedErrorInformation)
{
  if (quota == NULL && errorCode == NO_ERROR)
    return ERROR_INVALID_PARAMETER;
  return check_authorization (senderDetails, flags);
}
