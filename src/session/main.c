/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "cf-departure.h"
#include "cf-launcher.h"

#include <glib-unix.h>
#include <locale.h>
#include <stdlib.h>

#define SESSION_NAME "org.curfew.Session"
#define AGENT_NAME   "org.curfew.Agent1"
#define AGENT_PATH   "/org/curfew/Agent1"
#define BOOT_ID_FILE "/proc/sys/kernel/random/boot_id"
#define EXIT_USAGE   2

typedef struct
{
  GMainLoop *loop;
  int status;

  GDBusConnection *session_bus;
  GDBusConnection *system_bus; /* (nullable) */
  GCancellable *stopping;
  CfDeparture *departure; /* (nullable): while the agent's proxy is made */
  char *path;
  char *boot_id;
} Life;

static void
end (Life *life, int status)
{
  life->status = status;
  g_main_loop_quit (life->loop);
}

static gboolean
terminate_cb (gpointer user_data)
{
  end (user_data, EXIT_SUCCESS);
  return G_SOURCE_CONTINUE;
}

/* The session is over. */
static void
session_bus_closed_cb (Life *life)
{
  end (life, EXIT_SUCCESS);
}

static void
system_bus_closed_cb (Life *life)
{
  g_message ("The system bus is lost, and with it the agent");
  end (life, EXIT_FAILURE);
}

static void
agent_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Life *life = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CfBusAgent1) agent = cf_bus_agent1_proxy_new_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (agent == NULL)
    {
      g_message ("The agent cannot be followed: %s", error->message);
      end (life, EXIT_FAILURE);
      return;
    }
  life->departure = cf_departure_new (agent, life->session_bus, life->path, life->boot_id);
}

static void
system_bus_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Life *life = user_data;
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_bus_get_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (bus == NULL)
    {
      g_message ("The agent cannot be followed without a system bus: %s", error->message);
      end (life, EXIT_FAILURE);
      return;
    }
  life->system_bus = bus;
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  g_signal_connect_swapped (bus, "closed", G_CALLBACK (system_bus_closed_cb), life);
  cf_bus_agent1_proxy_new (bus, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, AGENT_NAME, AGENT_PATH,
                           life->stopping, agent_found_cb, life);
}

static void
name_acquired_cb (GDBusConnection *session_bus, const char *name, gpointer user_data)
{
  Life *life = user_data;

  cf_launcher_start (life->session_bus, life->path, life->boot_id);
  g_bus_get (G_BUS_TYPE_SYSTEM, life->stopping, system_bus_found_cb, life);
}

/* A desktop may start it twice, in its own way and by systemd; one is enough. */
static void
name_lost_cb (GDBusConnection *session_bus, const char *name, gpointer user_data)
{
  g_info ("curfew-session runs already in this session");
  end (user_data, EXIT_SUCCESS);
}

static gboolean
prepare (Life *life, GError **error)
{
  if (!g_file_get_contents (BOOT_ID_FILE, &life->boot_id, NULL, error))
    return FALSE;
  g_strstrip (life->boot_id);
  life->path = g_build_filename (g_get_user_state_dir (), "curfew", "applications", NULL);

  life->session_bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, error);
  if (life->session_bus == NULL)
    {
      g_prefix_error (error, "There is no session bus, and so no session to serve: ");
      return FALSE;
    }
  g_dbus_connection_set_exit_on_close (life->session_bus, FALSE);
  g_signal_connect_swapped (life->session_bus, "closed", G_CALLBACK (session_bus_closed_cb), life);
  return TRUE;
}

static void
live (Life *life)
{
  guint name_id;

  g_unix_signal_add (SIGTERM, terminate_cb, life);
  g_unix_signal_add (SIGINT, terminate_cb, life);
  name_id = g_bus_own_name_on_connection (life->session_bus, SESSION_NAME,
                                          G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE, name_acquired_cb,
                                          name_lost_cb, life, NULL);
  g_main_loop_run (life->loop);
  g_bus_unown_name (name_id);
}

static void
clear (Life *life)
{
  g_cancellable_cancel (life->stopping);
  g_clear_object (&life->departure);
  /* what was cancelled still answers, and refers to us */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  if (life->system_bus != NULL)
    g_signal_handlers_disconnect_by_data (life->system_bus, life);
  if (life->session_bus != NULL)
    g_signal_handlers_disconnect_by_data (life->session_bus, life);
  g_clear_object (&life->system_bus);
  g_clear_object (&life->session_bus);
  g_clear_object (&life->stopping);
  g_clear_pointer (&life->path, g_free);
  g_clear_pointer (&life->boot_id, g_free);
  g_clear_pointer (&life->loop, g_main_loop_unref);
}

static gboolean
parse (int *argc, char ***argv, gboolean *version, GError **error)
{
  const GOptionEntry entries[] = {
    { "version", 0, 0, G_OPTION_ARG_NONE, version, "Print the version and exit", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext)
    context = g_option_context_new ("- start applications again after a restart");

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                   "“%s” is not an option; curfew-session takes options only", (*argv)[1]);
      return FALSE;
    }
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  gboolean version = FALSE;
  Life life = { NULL };

  setlocale (LC_ALL, "");
  g_log_writer_default_set_use_stderr (TRUE);
  if (!parse (&argc, &argv, &version, &error))
    {
      g_printerr ("curfew-session: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (version)
    {
      g_print ("curfew-session " CF_VERSION "\n");
      return EXIT_SUCCESS;
    }

  life.loop = g_main_loop_new (NULL, FALSE);
  life.stopping = g_cancellable_new ();
  if (prepare (&life, &error))
    live (&life);
  else
    {
      g_printerr ("curfew-session: %s\n", error->message);
      life.status = EXIT_FAILURE;
    }
  clear (&life);
  return life.status;
}
