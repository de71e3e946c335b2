/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-shutdown-command.h"

#include "cf-command-line.h"
#include "cf-shutdown-options.h"
#include "cf-shutdown-text.h"

#include "plugin-api/curfew-agent-services.h"
#include "plugin-api/curfew-plugin.h"

#define CLIENT_HINT u"shutdown.exe"

/* Command and Arguments with single spaces between, as Windows does, which adds no quotes. */
static char *
join (PCWSTR command, const WSMAN_COMMAND_ARG_SET *arguments)
{
  g_autofree char *first = CurfewUtf8Dup (command);
  g_autoptr (GString) line = NULL;

  if (first == NULL)
    return NULL;
  line = g_string_new (first);
  for (DWORD i = 0; arguments != NULL && i < arguments->argsCount; i++)
    {
      g_autofree char *argument = CurfewUtf8Dup (arguments->args[i]);

      if (argument == NULL)
        return NULL;
      g_string_append_printf (line, " %s", argument);
    }
  return g_string_free (g_steal_pointer (&line), FALSE);
}

static guint32
submit (WSMAN_PLUGIN_REQUEST *request, const CfShutdownOrder *order)
{
  char16_t *comment = CurfewUtf16Dup (order->comment);
  const CURFEW_SHUTDOWN_REQUEST shutdown = {
    .size = sizeof shutdown,
    .message = comment,
    .gracePeriod = order->grace_seconds,
    .shutdownFlags = order->flags,
    .reason = order->reason,
    .clientHint = CLIENT_HINT,
  };
  guint32 code = CurfewAgentSubmit (request, 0, &shutdown);

  free (comment);
  return code;
}

/* Nobody shall believe that a rehearsing computer goes down. Who may not know is not told. */
static gboolean
is_rehearsal (WSMAN_PLUGIN_REQUEST *request)
{
  CURFEW_AGENT_STATUS *status = NULL;
  gboolean rehearsal;

  if (CurfewAgentDescribe (request, 0, &status) != NO_ERROR || status == NULL)
    return FALSE;
  rehearsal = status->rehearsal;
  CurfewAgentFreeStatus (status);
  return rehearsal;
}

static void
carry_out (WSMAN_PLUGIN_REQUEST *request, const CfShutdownOrder *order, CfShutdownResult *result)
{
  g_autoptr (GDateTime) now = NULL;
  g_autofree char *accepted = NULL;

  if (order->verb == CF_SHUTDOWN_HELP)
    {
      result->output = cf_shutdown_text_dup_help ();
      return;
    }
  result->exit_code = order->verb == CF_SHUTDOWN_ABORT ? CurfewAgentAbort (request, 0, CLIENT_HINT)
                                                       : submit (request, order);
  if (result->exit_code != NO_ERROR)
    {
      result->errors = cf_shutdown_text_dup_refused (order, result->exit_code);
      return;
    }
  now = g_date_time_new_now_local ();
  accepted = cf_shutdown_text_dup_accepted (order, now);
  result->output = g_strconcat (accepted,
                                order->verb == CF_SHUTDOWN_SUBMIT && is_rehearsal (request)
                                  ? "This is a rehearsal: nothing will really happen.\n"
                                  : NULL,
                                NULL);
}

/* What asks for a shutdown and is refused here never reaches the agent, but its journal. */
static void
refuse (WSMAN_PLUGIN_REQUEST *request, const GError *error, CfShutdownResult *result)
{
  char16_t *problem = CurfewUtf16Dup (error->message);

  result->exit_code = (guint32) error->code;
  result->errors = g_strdup_printf ("%s. (%u)\n", error->message, result->exit_code);
  if (problem != NULL)
    CurfewAgentRefuse (request, 0, problem, result->exit_code);
  free (problem);
}

/**
 * cf_shutdown_command_run:
 * @request: an open request, in whose name it is done
 * @command: the program, or the whole command
 * @arguments: (nullable): what follows it
 * @skip_cmd: whether WINRS_SKIP_CMD_SHELL is set
 * @result: (out caller-allocates): what came of it
 *
 * Runs one command of the shell, which knows only shutdown.
 */
void
cf_shutdown_command_run (WSMAN_PLUGIN_REQUEST *request, PCWSTR command,
                         const WSMAN_COMMAND_ARG_SET *arguments, gboolean skip_cmd,
                         CfShutdownResult *result)
{
  g_autofree char *line = join (command, arguments);
  g_auto (GStrv) words = NULL;
  g_autoptr (GError) error = NULL;
  CfShutdownOrder order;

  *result = (CfShutdownResult){ 0 };
  if (line != NULL)
    words = cf_command_line_parse (line, skip_cmd, &error);
  else
    g_set_error_literal (&error, CF_COMMAND_LINE_ERROR, CF_COMMAND_LINE_ERROR_NOT_KNOWN,
                         "The command is not valid UTF-16");
  if (words == NULL)
    {
      result->exit_code = CF_SHUTDOWN_COMMAND_NOT_KNOWN;
      result->errors = g_strdup_printf ("%s. Try shutdown /?\n", error->message);
      return;
    }
  if (cf_shutdown_options_parse ((const char *const *) words + 1, g_get_host_name (), &order,
                                 &error))
    carry_out (request, &order, result);
  else
    refuse (request, error, result);
}

/**
 * cf_shutdown_result_clear:
 * @result: a result
 */
void
cf_shutdown_result_clear (CfShutdownResult *result)
{
  g_clear_pointer (&result->output, g_free);
  g_clear_pointer (&result->errors, g_free);
}
