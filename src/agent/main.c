/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "cf-agent-places.h"
#include "cf-audit.h"
#include "cf-log-writer.h"
#include "cf-service-manager.h"
#include "cf-startup.h"

#include <errno.h>
#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define EXIT_USAGE    2
#define DRAIN_MSEC    22000 /* at most, for plug-ins, which have limits of their own */
#define ANSWER_MSEC   1000  /* at most, for the answers that this leads to */
#define FAREWELL_MSEC 2000  /* at most, for what has begun and for telling people */
#define TLS_PRIORITY  "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-AES-128-CBC:-AES-256-CBC:-RSA"

typedef struct
{
  GMainLoop *loop;
  int status;
  gboolean front_is_gone;
} Life;

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

static void
announce (CfAgent *agent)
{
  g_autofree char *ready = cf_agent_dup_ready_line (agent);
  g_auto (GStrv) endpoints = cf_agent_dup_endpoints (agent);
  g_autofree char *joined = g_strjoinv (" ", endpoints);

  cf_audit_started (joined);
  printf ("%s\n", ready);
  fflush (stdout);
  cf_service_manager_notify ("READY=1");
}

static gboolean
quit_cb (gpointer user_data)
{
  Life *life = user_data;

  g_main_loop_quit (life->loop);
  return G_SOURCE_CONTINUE;
}

/* Without the bus it could not act. systemd starts it anew, and then it takes up what is pending.
 */
static void
bus_lost_cb (Life *life)
{
  g_warning ("The message bus is lost; the agent ends, to be started anew");
  life->status = EXIT_FAILURE;
  g_main_loop_quit (life->loop);
}

static void
name_lost_cb (Life *life, const char *reason)
{
  g_warning ("%s", reason);
  life->status = EXIT_FAILURE;
  g_main_loop_quit (life->loop);
}

static void
front_gone_cb (Life *life)
{
  g_message ("The web server in front of the agent has ended, and so does the agent");
  life->front_is_gone = TRUE;
  g_main_loop_quit (life->loop);
}

static gboolean
watchdog_cb (gpointer user_data)
{
  cf_service_manager_notify ("WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

static void
feed_watchdog (void)
{
  guint64 usec = cf_service_manager_get_watchdog_usec ();

  if (usec > 0)
    g_timeout_add_seconds (MAX (usec / 2 / G_USEC_PER_SEC, 1), watchdog_cb, NULL);
}

static gboolean
late_cb (gpointer is_late)
{
  *(gboolean *) is_late = TRUE;
  return G_SOURCE_REMOVE;
}

static void
wait_until (gboolean (*is_done) (CfAgent *agent), CfAgent *agent, guint msec)
{
  gboolean is_late = FALSE;
  guint late_source = g_timeout_add (msec, late_cb, &is_late);

  while (!is_late && !is_done (agent))
    g_main_context_iteration (NULL, TRUE);
  if (!is_late)
    g_source_remove (late_source);
}

static void
take_leave (CfAgent *agent)
{
  cf_agent_stop (agent);
  wait_until (cf_agent_is_quiet, agent, FAREWELL_MSEC);
}

static int
live (CfStartup *startup)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Life life = { loop, EXIT_SUCCESS, FALSE };

  g_unix_signal_add (SIGTERM, quit_cb, &life);
  g_unix_signal_add (SIGINT, quit_cb, &life);
  if (startup->bus != NULL)
    {
      g_signal_connect_swapped (startup->bus, "closed", G_CALLBACK (bus_lost_cb), &life);
      g_signal_connect_swapped (startup->agent_bus, "name-lost", G_CALLBACK (name_lost_cb), &life);
    }
  if (startup->front_watch != NULL)
    g_signal_connect_swapped (startup->front_watch, "gone", G_CALLBACK (front_gone_cb), &life);
  feed_watchdog ();
  announce (startup->agent);
  g_main_loop_run (loop);

  cf_service_manager_notify ("STOPPING=1");
  if (startup->bus != NULL)
    {
      g_signal_handlers_disconnect_by_data (startup->bus, &life);
      g_signal_handlers_disconnect_by_data (startup->agent_bus, &life);
    }
  cf_agent_drain (startup->agent, life.front_is_gone);
  wait_until (cf_agent_is_drained, startup->agent, DRAIN_MSEC);
  wait_until (cf_agent_has_answered, startup->agent, ANSWER_MSEC);
  if (life.status == EXIT_SUCCESS)
    take_leave (startup->agent);
  return life.status;
}

/* The module runs in a program that may crash. */
static int
check_plugin (const char *file, char **arguments)
{
  g_auto (CfAgentPlaces) places = { NULL };
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  cf_agent_places_init (&places, NULL, TRUE);
  g_ptr_array_add (words, places.plugin_host);
  g_ptr_array_add (words, (gpointer) "--check");
  g_ptr_array_add (words, (gpointer) file);
  for (char **word = arguments; *word != NULL; word++)
    g_ptr_array_add (words, *word);
  g_ptr_array_add (words, NULL);
  execv (places.plugin_host, (char **) words->pdata);
  g_printerr ("curfew-agent: %s, which checks plug-ins, cannot be run: %s. Install Curfew anew\n",
              places.plugin_host, g_strerror (errno));
  return EXIT_FAILURE;
}

/* What is wrong in a file is for the journal's readers as well: the service is not there. */
static int
complain (int status, const GError *error)
{
  if (error->domain == G_KEY_FILE_ERROR || error->domain == G_FILE_ERROR)
    cf_audit_configuration_rejected (error->message);
  else
    g_printerr ("curfew-agent: %s\n", error->message);
  return status;
}

int
main (int argc, char **argv)
{
  g_auto (CfAgentOptions) options = { FALSE };
  g_auto (CfStartup) startup = { NULL };
  g_autoptr (GError) error = NULL;

  /* before anything of GnuTLS runs, and over whatever was inherited */
  g_setenv ("G_TLS_GNUTLS_PRIORITY", TLS_PRIORITY, TRUE);
  cf_log_writer_install ();
  seal_process ();

  if (!cf_agent_options_parse (&options, &argc, &argv, &error))
    return complain (EXIT_USAGE, error);
  if (options.version)
    {
      printf ("curfew-agent %s\n", CF_VERSION);
      return EXIT_SUCCESS;
    }
  if (options.check_plugin != NULL)
    return check_plugin (options.check_plugin, options.check_arguments);
  if (!cf_startup_run (&startup, &options, &error))
    return complain (EXIT_FAILURE, error);
  return live (&startup);
}
