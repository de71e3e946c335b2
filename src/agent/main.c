/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "cf-agent.h"
#include "cf-audit.h"
#include "cf-log-writer.h"
#include "power/cf-rehearsal.h"
#include "schedule/cf-boot-clock.h"
#include "wsman/auth/wsm-pam.h"
#include "wsman/auth/wsm-user-file.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>

#define EXIT_USAGE   2
#define TLS_PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-AES-128-CBC:-AES-256-CBC:-RSA"

typedef struct
{
  gboolean rehearse;
  gboolean version;
  char **listen;
  char **signed_in;
  char *users;
  char *config;
  char *state_dir;
} Options;

static void
options_clear (Options *options)
{
  g_strfreev (options->listen);
  g_strfreev (options->signed_in);
  g_free (options->users);
  g_free (options->config);
  g_free (options->state_dir);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_options (Options *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "rehearse", 0, 0, G_OPTION_ARG_NONE, &options->rehearse,
      "Count down and record, but never act", NULL },
    { "listen", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->listen,
      "Listen there; port 0 picks one (may be repeated)", "[http://|https://]ADDRESS:PORT" },
    { "users", 0, 0, G_OPTION_ARG_FILENAME, &options->users,
      "Sign people in by this file instead of PAM (only with --rehearse)", "FILE" },
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &options->config, "Read settings from this file",
      "FILE" },
    { "state-dir", 0, 0, G_OPTION_ARG_FILENAME, &options->state_dir,
      "Keep the record of rehearsed actions here", "DIRECTORY" },
    { "signed-in", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->signed_in,
      "Play that this person is signed in (only with --rehearse, may be repeated)", "USER" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version and exit", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext)
    context = g_option_context_new ("- receive shutdown requests over WS-Management");

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                   "“%s” is not an option; curfew-agent takes options only", (*argv)[1]);
      return FALSE;
    }
  return TRUE;
}

/* An agent holds passwords for the length of a sign-in: no core dump, no debugger of another. */
static void
seal_process (void)
{
  const struct rlimit none = { 0, 0 };

  setrlimit (RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__ /* its leak check attaches to the process */
  prctl (PR_SET_DUMPABLE, 0);
#endif
}

static gboolean
check_addresses (const Options *options, GError **error)
{
  for (gsize i = 0; options->listen != NULL && options->listen[i] != NULL; i++)
    {
      g_autoptr (CfListenAddress) address = cf_listen_address_parse (options->listen[i], error);

      if (address == NULL)
        {
          g_prefix_error (error, "--listen: ");
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check_options (const Options *options, GError **error)
{
  if (!options->rehearse)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                 "This version can only rehearse: it does not restart computers yet. Start it with "
                 "--rehearse");
  else if (options->state_dir != NULL && g_mkdir_with_parents (options->state_dir, 0700) != 0)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 "--state-dir: The directory %s cannot be made: %s", options->state_dir,
                 g_strerror (errno));
  else
    return check_addresses (options, error);
  return FALSE;
}

static WsmPasswordVerifier *
make_verifier (const Options *options, const CfAgentConfig *config, GError **error)
{
  if (options->users != NULL)
    return (WsmPasswordVerifier *) wsm_user_file_new (options->users, error);
  return WSM_PASSWORD_VERIFIER (
    wsm_pam_new (CF_LIBEXEC_DIR "/curfew-pam-helper", config->pam_service, NULL));
}

static CfPower *
make_power (const Options *options, const CfAgentConfig *config)
{
  g_autofree char *record = NULL;

  if (options->state_dir != NULL)
    record = g_build_filename (options->state_dir, "rehearsed.log", NULL);
  return CF_POWER (
    cf_rehearsal_new ((const char *const *) options->signed_in, config->allow_halt, record));
}

static CfAgent *
make_agent (const Options *options, GError **error)
{
  g_autoptr (CfAgentConfig) config = cf_agent_config_new (options->rehearse);
  g_autoptr (WsmPasswordVerifier) verifier = NULL;
  g_autoptr (CfClock) clock = cf_boot_clock_new ();
  g_autoptr (CfPower) power = NULL;

  if (options->config != NULL && !cf_agent_config_load (config, options->config, error))
    return NULL;
  verifier = make_verifier (options, config, error);
  if (verifier == NULL)
    return NULL;
  power = make_power (options, config);
  return cf_agent_new (config, clock, power, verifier, error);
}

/* Sockets of whoever started us; those whose name (FileDescriptorName=) is "https" speak it. */
static gboolean
listen_inherited (CfAgent *agent, int *n_sockets, GError **error)
{
  char **names = NULL;
  gboolean good = TRUE;

  *n_sockets = sd_listen_fds_with_names (TRUE, &names);
  for (int i = 0; i < *n_sockets; i++)
    {
      gboolean tls = g_strcmp0 (names[i], "https") == 0;

      good = good && cf_agent_listen_fd (agent, SD_LISTEN_FDS_START + i, tls, error);
      free (names[i]);
    }
  free (names);
  return good;
}

static gboolean
listen_all (CfAgent *agent, const Options *options, GError **error)
{
  int n_inherited = 0;

  if (!listen_inherited (agent, &n_inherited, error))
    return FALSE;
  if (n_inherited <= 0 && options->listen == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                   "There is nothing to listen on. Try --listen 127.0.0.1:0");
      return FALSE;
    }
  for (gsize i = 0; options->listen != NULL && options->listen[i] != NULL; i++)
    {
      g_autoptr (CfListenAddress) address = cf_listen_address_parse (options->listen[i], error);

      if (address == NULL || !cf_agent_listen (agent, address, error))
        return FALSE;
    }
  return TRUE;
}

static void
announce (CfAgent *agent)
{
  g_autofree char *ready = cf_agent_dup_ready_line (agent);
  g_auto (GStrv) endpoints = cf_agent_dup_endpoints (agent);
  g_autofree char *joined = g_strjoinv (" ", endpoints);

  cf_audit_started (joined);
  printf ("%s\n", ready);
  fflush (stdout);
  sd_notify (FALSE, "READY=1");
}

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char **argv)
{
  g_auto (Options) options = { FALSE };
  g_autoptr (GMainLoop) loop = NULL;
  g_autoptr (CfAgent) agent = NULL;
  g_autoptr (GError) error = NULL;

  /* before anything of GnuTLS runs, and over whatever was inherited */
  g_setenv ("G_TLS_GNUTLS_PRIORITY", TLS_PRIORITY, TRUE);
  cf_log_writer_install ();
  seal_process ();

  if (!parse_options (&options, &argc, &argv, &error))
    goto usage;
  if (options.version)
    {
      printf ("curfew-agent %s\n", CF_VERSION);
      return EXIT_SUCCESS;
    }
  if (!check_options (&options, &error))
    goto usage;

  agent = make_agent (&options, &error);
  if (agent == NULL || !listen_all (agent, &options, &error))
    {
      g_printerr ("curfew-agent: %s\n", error->message);
      return EXIT_FAILURE;
    }

  loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGTERM, quit_cb, loop);
  g_unix_signal_add (SIGINT, quit_cb, loop);
  announce (agent);
  g_main_loop_run (loop);

  sd_notify (FALSE, "STOPPING=1");
  cf_agent_stop (agent);
  return EXIT_SUCCESS;

usage:
  g_printerr ("curfew-agent: %s\n", error->message);
  return EXIT_USAGE;
}
