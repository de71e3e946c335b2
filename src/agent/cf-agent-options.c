/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-agent-options.h"

#include "curfew-config.h"

#include "cf-listen-address.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define STATE_DIRECTORY "/var/lib/curfew"
#define RUN_DIRECTORY   "/run/curfew"

/* What stands behind "--" is for the program that checks. */
static void
take_check_arguments (CfAgentOptions *self, int argc, char **argv)
{
  int first = argc > 1 && g_str_equal (argv[1], "--") ? 2 : 1;

  self->check_arguments = g_strdupv (argv + MIN (first, argc));
}

static gboolean
parse_words (CfAgentOptions *self, char **bus, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "rehearse", 0, 0, G_OPTION_ARG_NONE, &self->rehearse, "Count down and record, but never act",
      NULL },
    { "listen", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->listen,
      "Listen there; port 0 picks one (may be repeated)",
      "[http://|https://]ADDRESS:PORT|unix:PATH" },
    { "users", 0, 0, G_OPTION_ARG_FILENAME, &self->users,
      "Sign people in by this file instead of PAM (only with --rehearse)", "FILE" },
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &self->config, "Read settings from this file",
      "FILE" },
    { "state-dir", 0, 0, G_OPTION_ARG_FILENAME, &self->state_directory,
      "Keep there what outlives the boot", "DIRECTORY" },
    { "run-dir", 0, 0, G_OPTION_ARG_FILENAME, &self->run_directory,
      "Keep the pending request there", "DIRECTORY" },
    { "bus", 0, 0, G_OPTION_ARG_STRING, bus, "Which D-Bus to appear on", "system|session|none" },
    { "signed-in", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->signed_in,
      "Play that this person is signed in (only with --rehearse, may be repeated)", "USER" },
    { "blocker", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->blockers,
      "Play that this program holds a shutdown up (only with --rehearse, may be repeated)",
      "WHO: WHY" },
    { "plugins", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->plugins,
      "Take the plug-ins that are described there, and no others (may be repeated)", "DIRECTORY" },
    { "check-plugin", 0, 0, G_OPTION_ARG_FILENAME, &self->check_plugin,
      "Check whether a plug-in keeps the contract, and exit", "FILE" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->version, "Print the version and exit", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext)
    context = g_option_context_new ("- receive shutdown requests over WS-Management");

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (self->check_plugin != NULL)
    {
      take_check_arguments (self, *argc, *argv);
      return TRUE;
    }
  if (*argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                   "“%s” is not an option; curfew-agent takes options only", (*argv)[1]);
      return FALSE;
    }
  return TRUE;
}

static gboolean
choose_bus (CfAgentOptions *self, const char *word, GError **error)
{
  self->bus = self->rehearse ? CF_BUS_NONE : CF_BUS_SYSTEM;
  if (word == NULL)
    return TRUE;

  if (g_str_equal (word, "system"))
    self->bus = CF_BUS_SYSTEM;
  else if (g_str_equal (word, "session"))
    self->bus = CF_BUS_SESSION;
  else if (g_str_equal (word, "none"))
    self->bus = CF_BUS_NONE;
  else
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--bus: “%s” is not system, session or none", word);
      return FALSE;
    }
  if (self->bus == CF_BUS_SYSTEM || self->rehearse)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "--bus=%s goes with --rehearse only: people have to find an agent that acts", word);
  return FALSE;
}

static gboolean
check_rehearsal_options (const CfAgentOptions *self, GError **error)
{
  const char *option = self->users != NULL       ? "--users"
                       : self->signed_in != NULL ? "--signed-in"
                       : self->blockers != NULL  ? "--blocker"
                                                 : NULL;

  if (self->rehearse || option == NULL)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "%s goes with --rehearse only",
               option);
  return FALSE;
}

static gboolean
check_addresses (const CfAgentOptions *self, GError **error)
{
  for (gsize i = 0; self->listen != NULL && self->listen[i] != NULL; i++)
    {
      g_autoptr (CfListenAddress) address = cf_listen_address_parse (self->listen[i], error);

      if (address == NULL)
        {
          g_prefix_error (error, "--listen: ");
          return FALSE;
        }
    }
  return TRUE;
}

/* A folder that cannot be written to is told of now, not to whoever sends the first request. */
static gboolean
make_directory (const char *option, const char *path, GError **error)
{
  gboolean is_made = path == NULL || g_mkdir_with_parents (path, 0700) == 0;
  int saved_errno;

  if (path == NULL || (is_made && g_access (path, W_OK | X_OK) == 0))
    return TRUE;
  saved_errno = errno;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "%s: The directory %s cannot be %s: %s", option, path,
               is_made ? "written to" : "made", g_strerror (saved_errno));
  return FALSE;
}

static const char *
get_environment (const char *name, const char *fallback)
{
  const char *value = g_getenv (name);

  return value != NULL && *value != '\0' ? value : fallback;
}

/* A rehearsal leaves nothing where nobody told it to; an agent that acts has systemd's folders. */
static void
fill_in_defaults (CfAgentOptions *self)
{
  if (self->rehearse)
    {
      if (self->run_directory == NULL)
        self->run_directory = g_strdup (self->state_directory);
      return;
    }
  if (self->state_directory == NULL)
    self->state_directory = g_strdup (get_environment ("STATE_DIRECTORY", STATE_DIRECTORY));
  if (self->run_directory == NULL)
    self->run_directory = g_strdup (get_environment ("RUNTIME_DIRECTORY", RUN_DIRECTORY));
  if (self->config == NULL && g_file_test (CF_SYSCONF_DIR "/agent.conf", G_FILE_TEST_EXISTS))
    self->config = g_strdup (CF_SYSCONF_DIR "/agent.conf");
}

/**
 * cf_agent_options_parse:
 * @self: (out caller-allocates): all zero
 * @argc: (inout): as main() has it
 * @argv: (inout): as main() has it
 * @error: a #GOptionError, one sentence
 *
 * Reads the command line and makes the folders that it names.
 *
 * Returns: %FALSE with @error set if something in it cannot be
 */
gboolean
cf_agent_options_parse (CfAgentOptions *self, int *argc, char ***argv, GError **error)
{
  g_autofree char *bus = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  if (!parse_words (self, &bus, argc, argv, error))
    return FALSE;
  if (self->version || self->check_plugin != NULL)
    return TRUE;
  if (!choose_bus (self, bus, error) || !check_rehearsal_options (self, error) ||
      !check_addresses (self, error))
    return FALSE;
  if (!self->rehearse && geteuid () == 0)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                           "It does not run as root. Start it as a service (systemctl start "
                           "curfew-agent), or with --rehearse to try it out");
      return FALSE;
    }
  fill_in_defaults (self);
  return make_directory ("--state-dir", self->state_directory, error) &&
         make_directory ("--run-dir", self->run_directory, error);
}

/**
 * cf_agent_options_clear:
 * @self: options
 */
void
cf_agent_options_clear (CfAgentOptions *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->listen, g_strfreev);
  g_clear_pointer (&self->signed_in, g_strfreev);
  g_clear_pointer (&self->blockers, g_strfreev);
  g_clear_pointer (&self->plugins, g_strfreev);
  g_clear_pointer (&self->check_plugin, g_free);
  g_clear_pointer (&self->check_arguments, g_strfreev);
  g_clear_pointer (&self->users, g_free);
  g_clear_pointer (&self->config, g_free);
  g_clear_pointer (&self->state_directory, g_free);
  g_clear_pointer (&self->run_directory, g_free);
}
