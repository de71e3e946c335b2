/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "cf-password.h"
#include "cf-run.h"

int
main (int argc, char **argv)
{
  g_autoptr (CfCommand) command = NULL;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  CfExitStatus status;

  setlocale (LC_ALL, "");
  bindtextdomain (CF_GETTEXT_DOMAIN, CF_LOCALE_DIR);
  bind_textdomain_codeset (CF_GETTEXT_DOMAIN, "UTF-8");
  textdomain (CF_GETTEXT_DOMAIN);
  g_set_prgname ("curfewctl");
  g_log_writer_default_set_use_stderr (TRUE);
  cf_contact_prepare_process ();
  cf_password_seal_process ();

  command = cf_command_parse ((const char *const *) argv + MIN (argc, 1), problems, &status);
  for (guint i = 0; i < problems->len; i++)
    g_printerr ("curfewctl: %s\n", (const char *) g_ptr_array_index (problems, i));
  return command != NULL ? cf_run (command) : status;
}
