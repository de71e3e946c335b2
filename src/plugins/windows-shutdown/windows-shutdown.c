/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The native resource: WsdrInitiateShutdown, WsdrAbortShutdown and the status (design.md section
 * 6). It has no state: all it knows it asks the agent for. */

#include <glib.h>

#include "plugins/method/cf-method.h"

#define URI u"http://schemas.curfew.org/wsman/1/WindowsShutdown"

#define MAX_VALUES  40
#define MAX_NUMBERS 4

const DWORD CurfewPluginTraits = CURFEW_PLUGIN_QUICK;

/* An element in the making; every value stays where it is. */
typedef struct
{
  CURFEW_VALUE values[MAX_VALUES];
  DWORD n_values;
  char16_t numbers[MAX_NUMBERS][CF_METHOD_NUMBER_UNITS];
  guint n_numbers;
} Status;

static void
add (Status *status, PCWSTR name, DWORD type, PCWSTR value)
{
  g_return_if_fail (status->n_values < MAX_VALUES);

  status->values[status->n_values++] = (CURFEW_VALUE){ name, value, type };
}

/* NULL says that there is none, which is not the same as an empty text. */
static void
add_text (Status *status, PCWSTR name, PCWSTR value)
{
  add (status, name, value != NULL ? CURFEW_VALUE_TEXT : CURFEW_VALUE_NULL, value);
}

static void
add_number (Status *status, PCWSTR name, DWORD value)
{
  g_return_if_fail (status->n_numbers < MAX_NUMBERS);

  add (status, name, CURFEW_VALUE_TEXT,
       cf_method_format_uint32 (value, status->numbers[status->n_numbers++]));
}

/* One element for each flag of WsdrInitiateShutdown that is set. */
static void
add_flags (Status *status, PCWSTR name, DWORD flags)
{
  static const struct
  {
    DWORD flag;
    PCWSTR name;
  } names[] = {
    { 0x01, u"SHUTDOWN_FORCE_OTHERS" },   { 0x04, u"SHUTDOWN_RESTART" },
    { 0x08, u"SHUTDOWN_POWEROFF" },       { 0x10, u"SHUTDOWN_NOREBOOT" },
    { 0x20, u"SHUTDOWN_GRACE_OVERRIDE" }, { 0x40, u"SHUTDOWN_INSTALL_UPDATES" },
    { 0x80, u"SHUTDOWN_RESTARTAPPS" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (flags & names[i].flag)
      add_text (status, name, names[i].name);
}

static void
add_request (Status *status, const CURFEW_AGENT_STATUS *facts)
{
  if (facts->requester == NULL)
    return;
  add_text (status, u"Action", facts->action);
  add_number (status, u"SecondsRemaining", facts->secondsRemaining);
  add_text (status, u"Message", facts->message);
  add_number (status, u"Reason", facts->reason);
  add_text (status, u"Requester", facts->requester);
  add_text (status, u"ClientHint", facts->clientHint);
  add_text (status, u"RequestCode", facts->requestCode);
  add_number (status, u"PostponesLeft", facts->postponesLeft);
}

static void
add_machine (Status *status, const CURFEW_AGENT_STATUS *facts)
{
  add_text (status, u"BootId", facts->bootId);
  add (status, u"BootTime", CURFEW_VALUE_DATETIME, facts->bootTime);
  add_number (status, u"UsersLoggedOn", facts->usersLoggedOn);
  add_flags (status, u"Capability", facts->capabilities);
  add_flags (status, u"BestEffort", facts->bestEffort);
  if (facts->rehearsal)
    add_text (status, u"Rehearsal", u"true");
}

static void
add_last (Status *status, const CURFEW_AGENT_STATUS *facts)
{
  if (facts->lastOutcome == NULL)
    return;
  add_text (status, u"LastOutcome", facts->lastOutcome);
  add_text (status, u"LastRequestCode", facts->lastRequestCode);
  add_text (status, u"LastAction", facts->lastAction);
  add_text (status, u"LastDetail", facts->lastDetail);
}

static DWORD
answer (WSMAN_PLUGIN_REQUEST *request, const CURFEW_AGENT_STATUS *facts)
{
  static const PCWSTR state_names[] = {
    [CURFEW_AGENT_IDLE] = u"Idle",
    [CURFEW_AGENT_PENDING] = u"Pending",
    [CURFEW_AGENT_EXECUTING] = u"Executing",
  };
  Status status = { .n_values = 0 };
  CURFEW_OBJECT object = { .namespaceUri = URI, .name = u"WindowsShutdown" };

  if (facts->state >= G_N_ELEMENTS (state_names))
    return ERROR_GEN_FAILURE;
  add_text (&status, u"State", state_names[facts->state]);
  add_request (&status, facts);
  add_machine (&status, facts);
  add_last (&status, facts);
  object.valuesCount = status.n_values;
  object.values = status.values;
  return CurfewPluginObjectResult (request, 0, &object);
}

void
CurfewPluginGet (PVOID pluginContext, WSMAN_PLUGIN_REQUEST *request, DWORD flags)
{
  cf_method_get (request, answer);
}

static DWORD
initiate (WSMAN_PLUGIN_REQUEST *request, const CURFEW_OBJECT *input, CfMethodFault *fault)
{
  CURFEW_SHUTDOWN_REQUEST shutdown = {
    .size = sizeof shutdown,
    .message = cf_method_get_text (input, u"lpMessage"),
    .clientHint = cf_method_get_text (input, u"lpClientHint"),
    .requestCode = cf_method_get_text (input, u"RequestCode"),
  };

  if (!cf_method_get_uint32 (input, u"dwGracePeriod", TRUE, &shutdown.gracePeriod, fault) ||
      !cf_method_get_uint32 (input, u"dwShutdownFlags", TRUE, &shutdown.shutdownFlags, fault) ||
      !cf_method_get_uint32 (input, u"dwReason", TRUE, &shutdown.reason, fault) ||
      !cf_method_get_uint32 (input, u"PostponeLimit", FALSE, &shutdown.postponeLimit, fault) ||
      !cf_method_get_uint32 (input, u"PostponeSeconds", FALSE, &shutdown.postponeSeconds, fault))
    return 0;
  return CurfewAgentSubmit (request, 0, &shutdown);
}

static DWORD
call_off (WSMAN_PLUGIN_REQUEST *request, const CURFEW_OBJECT *input, CfMethodFault *fault)
{
  return CurfewAgentAbort (request, 0, cf_method_get_text (input, u"lpClientHint"));
}

static const PCWSTR initiate_parameters[] = {
  u"lpMessage",   u"dwGracePeriod", u"dwShutdownFlags", u"dwReason", u"lpClientHint",
  u"RequestCode", u"PostponeLimit", u"PostponeSeconds", NULL,
};
static const PCWSTR abort_parameters[] = { u"lpClientHint", NULL };

static const CfMethod methods[] = {
  CF_METHOD ("WsdrInitiateShutdown", initiate_parameters, initiate),
  CF_METHOD ("WsdrAbortShutdown", abort_parameters, call_off),
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
