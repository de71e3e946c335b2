/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cf-summons.h"
#include "cf-warner.h"
#include "cf-window-process.h"

#define EXIT_USAGE 2

typedef struct
{
  gboolean version;
  GBusType bus_type;
  gboolean preview;
  char *state; /* (owned) (nullable): of the preview */
} Options;

typedef struct
{
  GMainLoop *loop;
  GBusType bus_type;
  GDBusConnection *session_bus; /* (nullable) */
  CfWarner *warner;             /* (nullable): until the name is ours */
} Life;

static gboolean
terminate_cb (gpointer user_data)
{
  Life *life = user_data;

  g_main_loop_quit (life->loop);
  return G_SOURCE_CONTINUE;
}

/* The session is over. */
static void
session_bus_closed_cb (Life *life)
{
  g_main_loop_quit (life->loop);
}

static void
begin (Life *life)
{
  g_autofree char *program = cf_window_process_find_program ();

  if (life->warner == NULL)
    life->warner = cf_warner_new (life->bus_type, life->session_bus, program);
}

static void
name_acquired_cb (GDBusConnection *session_bus, const char *name, gpointer user_data)
{
  begin (user_data);
}

static gboolean
summoned_cb (gpointer user_data)
{
  Life *life = user_data;

  return life->warner != NULL && cf_warner_show (life->warner);
}

/* A desktop may start it twice, in its own way and by systemd; one is enough. It may also be a
 * person, who wants to see what is waiting. */
static void
name_lost_cb (GDBusConnection *session_bus, const char *name, gpointer user_data)
{
  Life *life = user_data;
  g_autoptr (GError) error = NULL;

  if (session_bus != NULL && life->warner == NULL)
    {
      if (cf_summons_send (session_bus, &error))
        g_print ("curfew-warning runs already, and was asked to show its window.\n");
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        g_print ("curfew-warning runs already; nothing is waiting.\n");
      else
        g_print ("curfew-warning runs already, but cannot be asked to show its window: %s\n",
                 error->message);
    }
  g_main_loop_quit (life->loop);
}

/* Without a session bus nobody else can be found either, and there are no notifications: but a
 * window is better than no warning. */
static void
live (Life *life)
{
  g_autoptr (GError) error = NULL;
  guint summons_id = 0;
  guint name_id = 0;

  g_unix_signal_add (SIGTERM, terminate_cb, life);
  g_unix_signal_add (SIGINT, terminate_cb, life);
  life->session_bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  if (life->session_bus != NULL)
    {
      g_dbus_connection_set_exit_on_close (life->session_bus, FALSE);
      g_signal_connect_swapped (life->session_bus, "closed", G_CALLBACK (session_bus_closed_cb),
                                life);
      summons_id = cf_summons_serve (life->session_bus, summoned_cb, life);
      name_id = g_bus_own_name_on_connection (life->session_bus, CF_SUMMONS_NAME,
                                              G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE, name_acquired_cb,
                                              name_lost_cb, life, NULL);
    }
  else
    {
      g_message ("There is no session bus, and so there are no notifications: %s", error->message);
      begin (life);
    }
  g_main_loop_run (life->loop);
  if (name_id != 0)
    g_bus_unown_name (name_id);
  if (summons_id != 0)
    g_dbus_connection_unregister_object (life->session_bus, summons_id);
}

static void
clear (Life *life)
{
  g_clear_object (&life->warner);
  /* what was cancelled still answers */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  if (life->session_bus != NULL)
    {
      g_signal_handlers_disconnect_by_data (life->session_bus, life);
      g_dbus_connection_flush_sync (life->session_bus, NULL, NULL);
    }
  g_clear_object (&life->session_bus);
  g_clear_pointer (&life->loop, g_main_loop_unref);
}

static gboolean
preview_cb (const char *name, const char *value, gpointer data, GError **error)
{
  Options *options = data;

  options->preview = TRUE;
  g_free (options->state);
  options->state = g_strdup (value);
  return TRUE;
}

static gboolean
bus_cb (const char *name, const char *value, gpointer data, GError **error)
{
  Options *options = data;

  if (g_str_equal (value, "system"))
    options->bus_type = G_BUS_TYPE_SYSTEM;
  else if (g_str_equal (value, "session"))
    options->bus_type = G_BUS_TYPE_SESSION;
  else
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 "--bus: “%s” is not system or session", value);
  return options->bus_type != G_BUS_TYPE_NONE;
}

static gboolean
parse (Options *options, int argc, char **argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "bus", 0, 0, G_OPTION_ARG_CALLBACK, bus_cb, "Follow the agent on this bus",
      "system|session" },
    { "preview", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, preview_cb,
      "Show what people see, with made-up data", "STATE" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version and exit", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext)
    context = g_option_context_new ("- warn of a shutdown that is waiting");
  GOptionGroup *group = g_option_group_new ("main", "", "", options, NULL);

  g_option_group_add_entries (group, entries);
  g_option_context_set_main_group (context, group);
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  if (argc == 2 && options->preview && options->state == NULL)
    options->state = g_strdup (argv[1]);
  else if (argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                   "“%s” is not an option; curfew-warning takes options only", argv[1]);
      return FALSE;
    }
  return TRUE;
}

/* The window has its preview itself. Returns only if it cannot be run. */
static int
preview (const Options *options)
{
  g_autofree char *program = cf_window_process_find_program ();
  g_autofree char *argument = options->state != NULL
                                ? g_strconcat ("--preview=", options->state, NULL)
                                : g_strdup ("--preview");

  execl (program, program, argument, NULL);
  g_printerr ("curfew-warning: %s cannot be run: %s\n", program, g_strerror (errno));
  return EXIT_FAILURE;
}

int
main (int argc, char **argv)
{
  const char *locale_dir = g_getenv ("CURFEW_LOCALE_DIR");
  g_autoptr (GError) error = NULL;
  Options options = { .bus_type = G_BUS_TYPE_NONE };
  g_autofree char *state = NULL;
  Life life = { NULL };
  gboolean is_parsed;

  setlocale (LC_ALL, "");
  bindtextdomain (CF_GETTEXT_DOMAIN, locale_dir != NULL ? locale_dir : CF_LOCALE_DIR);
  bind_textdomain_codeset (CF_GETTEXT_DOMAIN, "UTF-8");
  textdomain (CF_GETTEXT_DOMAIN);
  g_log_writer_default_set_use_stderr (TRUE);

  is_parsed = parse (&options, argc, argv, &error);
  state = options.state;
  if (!is_parsed)
    {
      g_printerr ("curfew-warning: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (options.version)
    {
      g_print ("curfew-warning " CF_VERSION "\n");
      return EXIT_SUCCESS;
    }
  if (options.preview)
    return preview (&options);

  life.loop = g_main_loop_new (NULL, FALSE);
  life.bus_type = options.bus_type != G_BUS_TYPE_NONE ? options.bus_type : G_BUS_TYPE_SYSTEM;
  live (&life);
  clear (&life);
  return EXIT_SUCCESS;
}
