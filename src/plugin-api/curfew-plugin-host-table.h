/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* For hosts only, not installed: what libcurfew-plugin forwards to. */

#include "curfew-agent-services.h"
#include "curfew-plugin.h"

#ifdef __cplusplus
extern "C"
{
#endif

  typedef struct _CURFEW_PLUGIN_HOST_TABLE
  {
    DWORD (*reportContext) (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID context);
    DWORD (*receiveResult)
    (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR stream, WSMAN_DATA *streamResult,
     PCWSTR commandState, DWORD exitCode);
    DWORD (*operationComplete)
    (WSMAN_PLUGIN_REQUEST *request, DWORD flags, DWORD errorCode, PCWSTR extendedInformation);
    DWORD (*getOperationParameters) (WSMAN_PLUGIN_REQUEST *request, DWORD flags, WSMAN_DATA *data);
    DWORD (*getConfiguration) (PVOID pluginContext, DWORD flags, WSMAN_DATA *data);
    DWORD (*reportCompletion) (PVOID pluginContext, DWORD flags);
    DWORD (*freeRequestDetails) (WSMAN_PLUGIN_REQUEST *request);
    DWORD (*objectResult) (WSMAN_PLUGIN_REQUEST *request, DWORD flags, const CURFEW_OBJECT *object);
    DWORD (*registerShutdownCallback)
    (WSMAN_PLUGIN_REQUEST *request, WSMAN_PLUGIN_SHUTDOWN_CALLBACK callback, PVOID context);
    DWORD (*submit)
    (WSMAN_PLUGIN_REQUEST *request, DWORD flags, const CURFEW_SHUTDOWN_REQUEST *shutdown);
    DWORD (*refuse) (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR problem, DWORD code);
    DWORD (*abort) (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR clientHint);
    DWORD (*describe) (WSMAN_PLUGIN_REQUEST *request, DWORD flags, CURFEW_AGENT_STATUS **status);
    void (*freeStatus) (CURFEW_AGENT_STATUS *status);
  } CURFEW_PLUGIN_HOST_TABLE;

  /*
   * CurfewPluginHostInstall: from now on the functions of the API forward to table, which has to
   * stay; NULL ends that. Without a table each returns ERROR_NOT_SUPPORTED. To be called before any
   * plug-in runs.
   */
  WSMAN_PLUGIN_EXPORT void CurfewPluginHostInstall (const CURFEW_PLUGIN_HOST_TABLE *table);

#ifdef __cplusplus
}
#endif
