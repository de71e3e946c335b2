/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "cf-run-local.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "cf-local-agent.h"
#include "cf-local-json.h"
#include "cf-local-report.h"
#include "request/cf-display-text.h"

/* The agent's clock, which goes on during sleep. */
static gint64
get_boot_usec (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gboolean
perform (const CfCommand *command, CfBusAgent1 *agent, GError **error)
{
  switch (command->verb)
    {
    case CF_VERB_ABORT:
      return cf_local_agent_call (agent, "Abort", g_variant_new ("(s)", ""), error);
    case CF_VERB_POSTPONE:
      return cf_local_agent_call (
        agent, "Postpone",
        g_variant_new ("(us)", command->seconds, command->note != NULL ? command->note : ""),
        error);
    case CF_VERB_RESCHEDULE:
      return cf_local_agent_call (agent, "Reschedule", g_variant_new ("(u)", command->seconds),
                                  error);
    case CF_VERB_READY:
      return cf_local_agent_call (agent, "SetReady", g_variant_new ("(b)", !command->is_not),
                                  error);
    case CF_VERB_NONE:
    case CF_VERB_RESTART:
    case CF_VERB_POWEROFF:
    case CF_VERB_HALT:
    case CF_VERB_STATUS:
    case CF_VERB_EXPLAIN:
    case CF_VERB_HOST_TRUST:
    case CF_VERB_HOST_LIST:
    case CF_VERB_HOST_RM:
    case CF_VERB_KEYRING_LIST:
    case CF_VERB_KEYRING_RM:
    default:
      return TRUE;
    }
}

/* The word for what was done; NULL for a status, which does nothing. */
static const char *
get_state (const CfCommand *command)
{
  switch (command->verb)
    {
    case CF_VERB_ABORT:
      return "called-off";
    case CF_VERB_POSTPONE:
      return "postponed";
    case CF_VERB_RESCHEDULE:
      return "moved";
    case CF_VERB_READY:
      return command->is_not ? "not-ready" : "ready";
    case CF_VERB_NONE:
    case CF_VERB_RESTART:
    case CF_VERB_POWEROFF:
    case CF_VERB_HALT:
    case CF_VERB_STATUS:
    case CF_VERB_EXPLAIN:
    case CF_VERB_HOST_TRUST:
    case CF_VERB_HOST_LIST:
    case CF_VERB_HOST_RM:
    case CF_VERB_KEYRING_LIST:
    case CF_VERB_KEYRING_RM:
    default:
      return NULL;
    }
}

static void
fail (CfLocalResult *result, const GError *error)
{
  static const struct
  {
    CfExitStatus exit;
    const char *state;
    const char *next_step;
  } failures[] = {
    [CF_LOCAL_ERROR_NO_AGENT] = { CF_EXIT_UNREACHABLE, "failed",
                                  N_ ("“systemctl status curfew-agent” tells whether it is "
                                      "installed and why it does not run.") },
    [CF_LOCAL_ERROR_DENIED] = { CF_EXIT_PERMISSION, "refused",
                                N_ ("Try it as an administrator (sudo), or ask who looks after "
                                    "this computer.") },
    [CF_LOCAL_ERROR_REFUSED] = { CF_EXIT_REFUSED, "refused",
                                 N_ ("“curfewctl status” tells what is waiting.") },
    [CF_LOCAL_ERROR_UNKNOWN] = { CF_EXIT_UNKNOWN, "unknown",
                                 N_ ("“curfewctl status” tells what became of it.") },
    [CF_LOCAL_ERROR_FAILED] = { CF_EXIT_MIXED, "failed",
                                N_ ("“journalctl -u curfew-agent” may tell why.") },
  };

  result->exit = failures[error->code].exit;
  result->state = failures[error->code].state;
  result->message = error->message;
  result->next_step = failures[error->code].next_step;
}

/* The agent's sentences come without a full stop, as those of GError do. */
static void
complain (const CfLocalResult *result)
{
  g_autofree char *line = cf_display_text_one_line (result->message);

  g_printerr ("curfewctl: %s%s %s\n", line, g_str_has_suffix (line, ".") ? "" : ".",
              _ (result->next_step));
}

static char *
to_text (const CfLocalResult *result, CfBusAgent1 *agent)
{
  CfScreen screen = cf_screen_detect (STDOUT_FILENO);
  g_autofree char *code = NULL;
  g_autofree char *sentence = NULL;
  g_autofree char *ready = NULL;

  if (result->verb == CF_VERB_STATUS)
    return cf_local_report_to_table (agent, get_boot_usec (), &screen);
  if (result->verb == CF_VERB_ABORT)
    {
      const char *last = cf_bus_agent1_get_last_request_code (agent);

      code = cf_display_text_one_line (last != NULL ? last : "");
      return g_strdup_printf (_ ("Request %s was called off.\n"), code);
    }
  sentence = cf_local_report_to_sentence (agent, get_boot_usec ());
  if (result->verb == CF_VERB_READY)
    ready = cf_local_report_to_ready_sentence (agent);
  return g_strconcat (sentence, ready != NULL ? " " : "", ready != NULL ? ready : "", "\n", NULL);
}

/**
 * cf_run_local:
 * @command: status, abort, postpone, reschedule or ready for this computer
 *
 * Asks the agent of this computer on the system bus, and prints what came of it.
 *
 * Returns: what to end with
 */
CfExitStatus
cf_run_local (const CfCommand *command)
{
  CfLocalResult result = { .verb = command->verb, .exit = CF_EXIT_REACHED };
  g_autoptr (CfBusAgent1) agent = NULL;
  g_autoptr (CfBusAgent1) after = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (command != NULL, CF_EXIT_USAGE);

  agent = cf_local_agent_find (&error);
  if (agent != NULL && perform (command, agent, &error))
    {
      result.state = get_state (command);
      /* what is waiting now; a computer that goes down may not tell any more */
      if (result.state != NULL)
        after = cf_local_agent_find (NULL);
    }
  if (error != NULL)
    fail (&result, error);

  if (command->output != CF_OUTPUT_TABLE)
    text = cf_local_json_to_text (&result, after != NULL ? after : agent, get_boot_usec (),
                                  command->output);
  else if (error != NULL)
    complain (&result);
  else
    text = to_text (&result, after != NULL ? after : agent);
  if (text != NULL)
    {
      fputs (text, stdout);
      fflush (stdout);
    }
  return result.exit;
}
