/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-check-cases.h"

/* What cases do with a module that is not what they are about. */

#define OPEN 0xFFFFFFFFu

/* Loads and starts it. */
CfCheckModule *
cf_check_start (PVOID *context)
{
  CfCheckModule *module = cf_check_load ();
  DWORD code;

  if (module->startup == NULL || module->shutdown == NULL)
    cf_check_skip ("it has no Startup or no Shutdown");
  code = cf_check_startup (module, WSMAN_PLUGIN_STARTUP_REQUEST_RECEIVED, "wsman", FALSE, context);
  if (code != NO_ERROR)
    cf_check_fail ("WSManPluginStartup returned %u", code);
  return module;
}

/**
 * cf_check_end:
 *
 * Ends a request: cancels it unless it is over, and waits.
 */
void
cf_check_end (CfCheckRequest *request)
{
  const char *name = cf_check_entry_name (request->kind);

  cf_check_stage ("the cancellation of %s", name);
  cf_check_cancel (request);
  if (!cf_check_wait_completed (request, cf_check_get_limit ()))
    cf_check_fail ("%s was cancelled, and is not completed %u seconds later", name,
                   cf_check_get_limit () / 1000);
}

/**
 * cf_check_open_shell:
 *
 * Returns: (nullable): a shell whose context was reported; %NULL if the module refused
 */
CfCheckRequest *
cf_check_open_shell (CfCheckModule *module, PVOID context)
{
  CfCheckRequest *shell = cf_check_shell (module, context);

  if (!cf_check_wait_answered (shell, cf_check_get_limit ()))
    cf_check_end (shell);
  return shell->n_contexts > 0 ? shell : NULL;
}

CfCheckRequest *
cf_check_open_command (CfCheckModule *module, CfCheckRequest *shell)
{
  CfCheckRequest *command = cf_check_command (module, shell);

  if (!cf_check_wait_answered (command, cf_check_get_limit ()))
    cf_check_end (command);
  return command->n_contexts > 0 ? command : NULL;
}

/**
 * cf_check_close_shell:
 * @command: (nullable): a command in it
 *
 * Cancels the command, then the shell, and releases the contexts in the same order. What else
 * carries them has to be over.
 */
void
cf_check_close_shell (CfCheckModule *module, CfCheckRequest *shell, CfCheckRequest *command)
{
  if (command != NULL)
    cf_check_end (command);
  cf_check_end (shell);
  if (command != NULL)
    cf_check_release (module, command);
  cf_check_release (module, shell);
}

static DWORD
outcome_of (CfCheckRequest *request)
{
  DWORD code = OPEN;

  /* It may stay open, which is an outcome as well. */
  if (cf_check_wait_completed (request, MIN (1000, cf_check_get_limit ())))
    code = request->code;
  cf_check_end (request);
  return code;
}

/**
 * cf_check_exercise:
 *
 * Calls each entry point once, ends what stays open, in order, and releases the contexts.
 *
 * Returns: how it answered; refusals are fine
 */
CfCheckOutcome
cf_check_exercise (CfCheckModule *module, PVOID context)
{
  CfCheckOutcome outcome = { 0 };
  CfCheckRequest *shell, *command, *other, *receive, *signal;

  if (module->get != NULL)
    outcome.get = outcome_of (cf_check_get (module, context));
  if (module->invoke != NULL)
    outcome.invoke = outcome_of (cf_check_invoke (module, context));
  if (!cf_check_has_shell (module))
    return outcome;

  shell = cf_check_shell (module, context);
  if (!cf_check_wait_answered (shell, cf_check_get_limit ()))
    cf_check_end (shell);
  outcome.shell = shell->n_contexts > 0 ? OPEN : shell->code;
  if (shell->n_contexts == 0)
    return outcome;

  command = cf_check_command (module, shell);
  if (!cf_check_wait_answered (command, cf_check_get_limit ()))
    cf_check_end (command);
  outcome.command = command->n_contexts > 0 ? OPEN : command->code;
  if (command->n_contexts > 0)
    {
      receive = cf_check_receive (module, command, TRUE);
      cf_check_end (cf_check_send (module, command, "text\n", TRUE));
      signal = cf_check_signal (
        module, command,
        "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/signal/terminate");
      cf_check_end (signal);
      cf_check_end (receive);
      cf_check_end (command);
      cf_check_release (module, command);
    }

  /* one that ends itself, above, and one that has to be cancelled */
  other = cf_check_open_command (module, shell);
  if (other != NULL)
    cf_check_end (cf_check_receive (module, other, TRUE));
  cf_check_close_shell (module, shell, other);
  return outcome;
}
