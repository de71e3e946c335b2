/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-check-cases.h"

#include <stdio.h>

/* The cases about the life of a module: exports, Startup, Shutdown, threads, unloading. */

/* threads of GLib, which are started once and stay; their code is not the module's */
static const char *const lasting_threads[] = { "gmain", "gdbus", "pool-spawner", "dconf worker",
                                               NULL };

static void
add_missing (GString *missing, gboolean is_there, const char *name)
{
  if (!is_there)
    g_string_append_printf (missing, "%s%s", missing->len > 0 ? ", " : "", name);
}

void
cf_check_case_exports (void)
{
  CfCheckModule *module = cf_check_load ();
  g_autoptr (GString) missing = g_string_new (NULL);
  gboolean has_any_of_shell = module->shell != NULL || module->command != NULL ||
                              module->send != NULL || module->receive != NULL ||
                              module->signal != NULL || module->release_shell != NULL ||
                              module->release_command != NULL;

  add_missing (missing, module->startup != NULL, "WSManPluginStartup");
  add_missing (missing, module->shutdown != NULL, "WSManPluginShutdown");
  if (has_any_of_shell)
    {
      add_missing (missing, module->shell != NULL, "WSManPluginShell");
      add_missing (missing, module->command != NULL, "WSManPluginCommand");
      add_missing (missing, module->send != NULL, "WSManPluginSend");
      add_missing (missing, module->receive != NULL, "WSManPluginReceive");
      add_missing (missing, module->signal != NULL, "WSManPluginSignal");
      add_missing (missing, module->release_shell != NULL, "WSManPluginReleaseShellContext");
      add_missing (missing, module->release_command != NULL, "WSManPluginReleaseCommandContext");
    }
  if (missing->len > 0)
    cf_check_fail ("does not export %s", missing->str);
  if (!has_any_of_shell && module->get == NULL && module->invoke == NULL)
    cf_check_fail ("exports neither a shell, nor CurfewPluginGet, nor CurfewPluginInvoke");
  cf_check_pass ();
}

void
cf_check_case_layout (void)
{
  CfCheckModule *module = cf_check_load ();

  if (module->abi == NULL)
    cf_check_fail ("does not export CurfewPluginAbi");
  if (*module->abi != CURFEW_PLUGIN_ABI)
    cf_check_fail ("has CurfewPluginAbi %u; this host has %u", *module->abi, CURFEW_PLUGIN_ABI);
  cf_check_pass ();
}

void
cf_check_case_starts (void)
{
  PVOID context;

  cf_check_start (&context);
  cf_check_pass ();
}

static void
shut_down (CfCheckModule *module, PVOID context)
{
  DWORD code = cf_check_shutdown (module, context);

  if (code != NO_ERROR)
    cf_check_fail ("WSManPluginShutdown returned %u", code);
}

void
cf_check_case_ends (void)
{
  PVOID context;
  CfCheckModule *module = cf_check_start (&context);

  shut_down (module, context);
  cf_check_pass ();
}

/* Started again after a restart, after a crash, and for a cause that nobody knows yet. */
void
cf_check_case_startup_flags (void)
{
  static const DWORD flags[] = { WSMAN_PLUGIN_STARTUP_AUTORESTARTED_REBOOT,
                                 WSMAN_PLUGIN_STARTUP_AUTORESTARTED_CRASH, 99 };
  CfCheckModule *module = cf_check_load ();

  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      PVOID context;
      DWORD code = cf_check_startup (module, flags[i], "wsman", FALSE, &context);

      if (code != NO_ERROR)
        cf_check_fail ("WSManPluginStartup with flags %u returned %u", flags[i], code);
      shut_down (module, context);
    }
  cf_check_pass ();
}

void
cf_check_case_two_applications (void)
{
  CfCheckModule *module = cf_check_load ();
  PVOID one, two;
  DWORD code;

  code = cf_check_startup (module, 0, "wsman", FALSE, &one);
  if (code == NO_ERROR)
    code = cf_check_startup (module, 0, "wsman/Example/App", FALSE, &two);
  if (code != NO_ERROR)
    cf_check_fail ("WSManPluginStartup for a second application returned %u", code);
  if (one != NULL && one == two)
    cf_check_fail ("two applications got the same pluginContext");
  cf_check_exercise (module, one);
  cf_check_exercise (module, two);
  shut_down (module, one);
  shut_down (module, two);
  cf_check_pass ();
}

static void
compare (const char *name, DWORD before, DWORD after)
{
  if (before != after)
    cf_check_fail ("%s is answered 0x%08X after another application's Shutdown, and was answered "
                   "0x%08X before",
                   name, after, before);
}

void
cf_check_case_fewer_shutdowns (void)
{
  CfCheckModule *module = cf_check_load ();
  CfCheckOutcome before, after;
  PVOID contexts[3];

  for (gsize i = 0; i < G_N_ELEMENTS (contexts); i++)
    if (cf_check_startup (module, 0, "wsman", FALSE, &contexts[i]) != NO_ERROR)
      cf_check_fail ("refuses Startup number %zu", i + 1);
  before = cf_check_exercise (module, contexts[2]);
  shut_down (module, contexts[0]);
  shut_down (module, contexts[1]);
  after = cf_check_exercise (module, contexts[2]);

  compare ("CurfewPluginGet", before.get, after.get);
  compare ("CurfewPluginInvoke", before.invoke, after.invoke);
  compare ("WSManPluginShell", before.shell, after.shell);
  compare ("WSManPluginCommand", before.command, after.command);
  shut_down (module, contexts[2]);
  cf_check_pass ();
}

/* A read of the texts is a fault then, which is reported as such. */
void
cf_check_case_texts (void)
{
  CfCheckModule *module = cf_check_load ();
  PVOID context;

  if (cf_check_startup (module, 0, "wsman", TRUE, &context) != NO_ERROR)
    cf_check_fail ("WSManPluginStartup fails");
  cf_check_exercise (module, context);
  shut_down (module, context);
  cf_check_pass ();
}

/* --- threads */

/* The threads of this process, number to name. */
static GHashTable *
list_threads (void)
{
  GHashTable *threads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *entry;

  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/task", entry, "comm", NULL);
      char *name = NULL;

      if (g_file_get_contents (path, &name, NULL, NULL))
        g_hash_table_insert (threads, g_strdup (entry), g_strchomp (name));
    }
  return threads;
}

static char *
list_new_threads (GHashTable *before)
{
  g_autoptr (GHashTable) now = list_threads ();
  g_autoptr (GString) names = g_string_new (NULL);
  GHashTableIter iter;
  gpointer number, name;

  g_hash_table_iter_init (&iter, now);
  while (g_hash_table_iter_next (&iter, &number, &name))
    if (!g_hash_table_contains (before, number) && !g_strv_contains (lasting_threads, name))
      g_string_append_printf (names, "%s“%s”", names->len > 0 ? ", " : "", (char *) name);
  return names->len > 0 ? g_strdup (names->str) : NULL;
}

/* A thread that has been joined may be listed for a moment: the kernel tells before it tidies. */
static char *
wait_for_threads (GHashTable *before)
{
  char *names = list_new_threads (before);

  for (guint i = 0; names != NULL && i < 30; i++)
    {
      g_usleep (1000);
      g_free (names);
      names = list_new_threads (before);
    }
  return names;
}

static gpointer
do_nothing (gpointer unused)
{
  return NULL;
}

void
cf_check_case_threads (void)
{
  g_autoptr (GHashTable) before = NULL;
  g_autofree char *names = NULL;
  PVOID context;
  CfCheckModule *module;

  /* With the first thread a sanitizer starts one of its own, which is not the module's. */
  g_thread_join (g_thread_new ("first", do_nothing, NULL));
  before = list_threads ();
  module = cf_check_start (&context);
  cf_check_exercise (module, context);
  shut_down (module, context);
  names = wait_for_threads (before);
  if (names != NULL)
    cf_check_fail ("leaves threads behind after the last Shutdown: %s", names);

  /* Whoever is still at work is at work in a module that is gone now. */
  cf_check_unload (module);
  cf_check_stage ("code that runs after the module was unloaded");
  g_usleep (300000);
  cf_check_pass ();
}

/* On a thread of its own, whose data the module may have left something in. */
static gpointer
load_and_unload (gpointer unused)
{
  PVOID context;
  CfCheckModule *module = cf_check_start (&context);

  cf_check_exercise (module, context);
  shut_down (module, context);
  cf_check_unload (module);
  cf_check_stage ("the end of a thread, after the module was unloaded");
  return NULL;
}

void
cf_check_case_reload (void)
{
  for (guint i = 0; i < 3; i++)
    g_thread_join (g_thread_new ("entries", load_and_unload, NULL));
  cf_check_pass ();
}
