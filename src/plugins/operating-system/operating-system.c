/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The class Win32_OperatingSystem, as far as tools that restart Windows PCs use it
 * (shutdown-semantics.md section 4): its four methods, and Get. It has no state: all it knows it
 * asks the agent for. */

#include "cf-operating-system-flags.h"

#include "plugins/method/cf-method.h"

#define URI u"http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_OperatingSystem"

#define WIRE_RESTART  0x04
#define WIRE_POWEROFF 0x08

const DWORD CurfewPluginTraits = CURFEW_PLUGIN_QUICK;

static DWORD
answer (WSMAN_PLUGIN_REQUEST *request, const CURFEW_AGENT_STATUS *facts)
{
  char16_t users[CF_METHOD_NUMBER_UNITS];
  CURFEW_VALUE values[] = {
    { u"CSName", facts->hostName, CURFEW_VALUE_TEXT },
    { u"Caption", facts->systemName, CURFEW_VALUE_TEXT },
    { u"LastBootUpTime", facts->bootTime, CURFEW_VALUE_DATETIME },
    { u"LocalDateTime", facts->localTime, CURFEW_VALUE_DATETIME },
    { u"NumberOfUsers", cf_method_format_uint32 (facts->usersLoggedOn, users), CURFEW_VALUE_TEXT },
    { u"Primary", u"true", CURFEW_VALUE_TEXT },
    { u"Status", u"OK", CURFEW_VALUE_TEXT },
    { u"Version", facts->kernelRelease, CURFEW_VALUE_TEXT },
  };
  CURFEW_OBJECT object = { URI, u"Win32_OperatingSystem", G_N_ELEMENTS (values), values };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    if (values[i].value == NULL)
      values[i].type = CURFEW_VALUE_NULL;
  return CurfewPluginObjectResult (request, 0, &object);
}

void
CurfewPluginGet (PVOID pluginContext, WSMAN_PLUGIN_REQUEST *request, DWORD flags)
{
  cf_method_get (request, answer);
}

/* Submits what @flags of Win32Shutdown or Win32ShutdownTracker ask for. */
static DWORD
submit_flags (WSMAN_PLUGIN_REQUEST *request, PCWSTR method, gint32 flags,
              CURFEW_SHUTDOWN_REQUEST *shutdown)
{
  g_autofree char *name = NULL;
  g_autofree char *problem = NULL;
  char16_t *problem16;
  DWORD code = 0;

  if (cf_operating_system_flags_to_wire (flags, &shutdown->shutdownFlags, &code))
    return CurfewAgentSubmit (request, 0, shutdown);

  name = CurfewUtf8Dup (method);
  problem = g_strdup_printf ("%s with Flags %d asks for nothing that this agent does", name, flags);
  problem16 = CurfewUtf16Dup (problem);
  CurfewAgentRefuse (request, 0, problem16, code);
  free (problem16);
  return code;
}

static DWORD
shutdown_tracker (WSMAN_PLUGIN_REQUEST *request, const CURFEW_OBJECT *input, CfMethodFault *fault)
{
  CURFEW_SHUTDOWN_REQUEST shutdown = {
    .size = sizeof shutdown,
    .message = cf_method_get_text (input, u"Comment"),
    .clientHint = u"Win32ShutdownTracker",
  };
  gint32 flags = 0;

  if (!cf_method_get_uint32 (input, u"Timeout", FALSE, &shutdown.gracePeriod, fault) ||
      !cf_method_get_uint32 (input, u"ReasonCode", FALSE, &shutdown.reason, fault) ||
      !cf_method_get_int32 (input, u"Flags", &flags, fault))
    return 0;
  return submit_flags (request, u"Win32ShutdownTracker", flags, &shutdown);
}

static DWORD
win32_shutdown (WSMAN_PLUGIN_REQUEST *request, const CURFEW_OBJECT *input, CfMethodFault *fault)
{
  CURFEW_SHUTDOWN_REQUEST shutdown = { .size = sizeof shutdown, .clientHint = u"Win32Shutdown" };
  gint32 flags = 0;

  if (!cf_method_get_int32 (input, u"Flags", &flags, fault))
    return 0;
  return submit_flags (request, u"Win32Shutdown", flags, &shutdown);
}

static DWORD
submit_now (WSMAN_PLUGIN_REQUEST *request, PCWSTR method, DWORD wire)
{
  const CURFEW_SHUTDOWN_REQUEST shutdown = {
    .size = sizeof shutdown,
    .clientHint = method,
    .shutdownFlags = wire,
  };

  return CurfewAgentSubmit (request, 0, &shutdown);
}

static DWORD
reboot (WSMAN_PLUGIN_REQUEST *request, const CURFEW_OBJECT *input, CfMethodFault *fault)
{
  return submit_now (request, u"Reboot", WIRE_RESTART);
}

static DWORD
power_off (WSMAN_PLUGIN_REQUEST *request, const CURFEW_OBJECT *input, CfMethodFault *fault)
{
  return submit_now (request, u"Shutdown", WIRE_POWEROFF);
}

static const PCWSTR tracker_parameters[] = { u"Timeout", u"Comment", u"ReasonCode", u"Flags",
                                             NULL };
static const PCWSTR shutdown_parameters[] = { u"Flags", u"Reserved", NULL };
static const PCWSTR no_parameters[] = { NULL };

static const CfMethod methods[] = {
  CF_METHOD ("Win32ShutdownTracker", tracker_parameters, shutdown_tracker),
  CF_METHOD ("Win32Shutdown", shutdown_parameters, win32_shutdown),
  CF_METHOD ("Reboot", no_parameters, reboot),
  CF_METHOD ("Shutdown", no_parameters, power_off),
};

void
CurfewPluginInvoke (PVOID pluginContext, WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR action,
                    CURFEW_OBJECT *input)
{
  cf_method_invoke (request, URI, methods, G_N_ELEMENTS (methods), action, input);
}

DWORD
WSManPluginStartup (DWORD flags, PCWSTR applicationIdentification, PCWSTR extraInfo,
                    PVOID *pluginContext)
{
  return NO_ERROR;
}

DWORD
WSManPluginShutdown (PVOID pluginContext, DWORD flags, DWORD reason) { return NO_ERROR; }
