/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#include "cf-preview.h"
#include "cf-warning-life.h"

#include "clock/cf-boot-clock.h"

#include <adwaita.h>

#define PROGRAM    "curfew-warning-window"
#define APP_ID     "org.curfew.Warning" /* whose name and icon a desktop shows */
#define EXIT_USAGE 2

typedef struct
{
  GBusType bus;
  gboolean has_preview;
  char *preview; /* (nullable): the name of a state */
  CfNoticeSample sample;
  gboolean list_states;
  gboolean version;
} Options;

static gboolean
take_preview (const char *option, const char *value, gpointer user_data, GError **error)
{
  Options *options = user_data;

  options->has_preview = TRUE;
  g_free (options->preview);
  options->preview = g_strdup (value);
  return TRUE;
}

static gboolean
take_bus (const char *option, const char *value, gpointer user_data, GError **error)
{
  Options *options = user_data;

  if (g_str_equal (value, "system"))
    options->bus = G_BUS_TYPE_SYSTEM;
  else if (g_str_equal (value, "session"))
    options->bus = G_BUS_TYPE_SESSION;
  else
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("“%s” is no bus of an agent: it is on “system” or on “session”"), value);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check (Options *options, int argc, char **argv, GError **error)
{
  g_autofree char *names = NULL;

  if (argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                   _ ("“%s” is not an option; %s takes options only"), argv[1], PROGRAM);
      return FALSE;
    }
  if (options->preview == NULL || cf_preview_find_sample (options->preview, &options->sample))
    return TRUE;
  names = cf_preview_dup_sample_names (", ");
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               /* Translators: the second %s is a list of English words. */
               _ ("There is no state “%s” to preview; known are: %s"), options->preview, names);
  return FALSE;
}

static gboolean
parse (Options *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "bus", 0, 0, G_OPTION_ARG_CALLBACK, take_bus, N_ ("On which D-Bus the agent is"),
      "system|session" },
    { "preview", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, take_preview,
      /* Translators: of the option --preview. */
      N_ ("Show all states of a made-up request, or one"), N_ ("STATE") },
    { "list-states", 0, 0, G_OPTION_ARG_NONE, &options->list_states,
      N_ ("Print the names of the states and exit"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, N_ ("Print the version and exit"),
      NULL },
    G_OPTION_ENTRY_NULL,
  };
  GOptionGroup *group = g_option_group_new (PROGRAM, NULL, NULL, options, NULL);
  g_autoptr (GOptionContext)
    context = g_option_context_new (_ ("- show the warning of a shutdown"));

  g_option_group_add_entries (group, entries);
  g_option_group_set_translation_domain (group, CF_GETTEXT_DOMAIN);
  g_option_context_set_main_group (context, group);
  return g_option_context_parse (context, argc, argv, error) &&
         check (options, *argc, *argv, error);
}

static void
set_language (void)
{
  const char *directory = g_getenv ("CURFEW_LOCALE_DIR");

  setlocale (LC_ALL, "");
  bindtextdomain (CF_GETTEXT_DOMAIN, directory != NULL ? directory : CF_LOCALE_DIR);
  bind_textdomain_codeset (CF_GETTEXT_DOMAIN, "UTF-8");
  textdomain (CF_GETTEXT_DOMAIN);
}

static gboolean
terminate_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static GObject *
begin (const Options *options)
{
  g_autoptr (CfAgentWatch) watch = NULL;
  g_autoptr (CfClock) clock = NULL;
  g_autoptr (CfHelperTalk) talk = NULL;

  if (options->preview != NULL)
    return G_OBJECT (cf_preview_new_for_sample (options->sample));
  if (options->has_preview)
    return G_OBJECT (cf_preview_new_walk ());
  watch = cf_agent_watch_new (options->bus);
  clock = cf_boot_clock_new ();
  talk = cf_helper_talk_new (STDIN_FILENO, STDOUT_FILENO);
  return G_OBJECT (cf_warning_life_new (watch, clock, talk));
}

static int
run (const Options *options)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  GObject *shown;

  g_set_prgname (APP_ID);
  if (!gtk_init_check ())
    {
      g_printerr ("%s: %s\n", PROGRAM, _ ("There is no display to show the warning on"));
      return EXIT_FAILURE;
    }
  adw_init ();
  g_unix_signal_add (SIGTERM, terminate_cb, loop);
  g_unix_signal_add (SIGINT, terminate_cb, loop);

  shown = begin (options);
  g_signal_connect_swapped (shown, "finished", G_CALLBACK (g_main_loop_quit), loop);
  g_main_loop_run (loop);
  g_signal_handlers_disconnect_by_data (shown, loop);
  g_object_run_dispose (shown);
  g_object_unref (shown);
  /* what was cancelled still answers */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return EXIT_SUCCESS;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Options options = { .bus = G_BUS_TYPE_SYSTEM };
  int status = EXIT_SUCCESS;

  set_language ();
  /* the helper's end is noticed on standard input */
  signal (SIGPIPE, SIG_IGN);
  g_log_writer_default_set_use_stderr (TRUE);
  if (!parse (&options, &argc, &argv, &error))
    {
      g_printerr ("%s: %s\n", PROGRAM, error->message);
      status = EXIT_USAGE;
    }
  else if (options.version)
    g_print ("%s %s\n", PROGRAM, CF_VERSION);
  else if (options.list_states)
    {
      g_autofree char *names = cf_preview_dup_sample_names ("\n");

      g_print ("%s\n", names);
    }
  else
    status = run (&options);
  g_free (options.preview);
  return status;
}
