/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-confirmation.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cf-output.h"
#include "cf-table.h"
#include "cf-wording.h"

#define MAX_NAMED 30u

/**
 * cf_confirmation_decide:
 * @verb: what is going to be done
 * @n_targets: to how many
 * @yes: whether --yes was typed
 * @is_terminal: whether there is a person at the standard input
 *
 * More than ten computers, and all that nobody can undo from afar, is confirmed. A script that
 * restarts a few machines is not stopped, one that stands for a whole floor is.
 *
 * Returns: what comes before sending
 */
CfConfirmationNeed
cf_confirmation_decide (CfVerb verb, guint n_targets, gboolean yes, gboolean is_terminal)
{
  gboolean is_many = n_targets > CF_CONFIRMATION_FREE_TARGETS;

  if (yes || !cf_verb_sends_request (verb))
    return CF_CONFIRMATION_NONE;
  if (is_terminal && (is_many || verb != CF_VERB_RESTART))
    return CF_CONFIRMATION_ASK;
  return is_many ? CF_CONFIRMATION_IMPOSSIBLE : CF_CONFIRMATION_NONE;
}

/**
 * cf_confirmation_matches:
 * @line: what was typed, with its line end
 * @n_targets: what has to be typed
 *
 * Returns: whether @line is that number, and nothing else
 */
gboolean
cf_confirmation_matches (const char *line, guint n_targets)
{
  g_autofree char *typed = g_strstrip (g_strdup (line));
  g_autofree char *wanted = g_strdup_printf ("%u", n_targets);

  return g_str_equal (typed, wanted);
}

/**
 * cf_confirmation_ask:
 * @command: what is going to be done
 *
 * Says what will happen and to whom on the standard error, and waits for the number of computers: a
 * key that is hit by habit confirms nothing. Blocks.
 *
 * Returns: whether it was confirmed
 */
gboolean
cf_confirmation_ask (const CfCommand *command)
{
  guint n_targets = cf_target_list_get_n_targets (command->targets);
  CfScreen screen = cf_screen_detect (STDERR_FILENO);
  g_autofree char *intent = cf_wording_dup_intent (command->request, n_targets);
  g_autofree char *wrapped = cf_table_wrap (intent, screen.width);
  char line[64];

  g_printerr ("%s\n", wrapped);
  for (guint i = 0; i < MIN (n_targets, MAX_NAMED); i++)
    g_printerr ("  %s\n", cf_target_list_get_name (command->targets, i));
  if (n_targets > MAX_NAMED)
    g_printerr (_ ("  and %u more\n"), n_targets - MAX_NAMED);
  g_printerr (_ ("Type %u to go ahead: "), n_targets);

  return fgets (line, sizeof line, stdin) != NULL && cf_confirmation_matches (line, n_targets);
}
