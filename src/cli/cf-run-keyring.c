/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "cf-run-keyring.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#include "cf-host-list.h"
#include "cf-run-contacts.h"

/**
 * cf_run_keyring_list:
 * @command: a command of that verb
 *
 * Prints for what passwords are saved; the passwords themselves are not even read.
 *
 * Returns: what to end with
 */
CfExitStatus
cf_run_keyring_list (const CfCommand *command)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) saved = cf_keyring_load (FALSE, FALSE, &error);
  CfScreen screen = cf_screen_detect (STDOUT_FILENO);
  g_autofree char *text = NULL;

  if (saved == NULL)
    {
      cf_run_complain (error->message);
      return CF_EXIT_MIXED;
    }
  text = cf_host_list_saved_to_text (saved, command->output, &screen);
  fputs (text, stdout);
  return CF_EXIT_REACHED;
}

/**
 * cf_run_keyring_rm:
 * @command: a command of that verb
 *
 * Removes what is saved for a host, a group or a realm.
 *
 * Returns: what to end with; %CF_EXIT_NO_MATCH if nothing was saved for it
 */
CfExitStatus
cf_run_keyring_rm (const CfCommand *command)
{
  g_autoptr (GError) error = NULL;
  gboolean was_there;

  if (!cf_keyring_forget (command->scope, command->name, &was_there, &error))
    {
      cf_run_complain (error->message);
      return CF_EXIT_MIXED;
    }
  if (was_there)
    return CF_EXIT_REACHED;
  g_printerr (_ ("curfewctl: no password is saved for %s:%s.\n"),
              cf_saved_scope_get_name (command->scope), command->name);
  return CF_EXIT_NO_MATCH;
}
