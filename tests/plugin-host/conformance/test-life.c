/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conformance.h"

/* The cases of wsman-plugin-api.md, section 11, about Startup, Shutdown and unloading. */

static void
test_startup_first (void)
{
  g_autofree char *problem = NULL;
  Host *host;
  guint64 get, shell;

  recorder_clear ();
  host = host_new ("good");
  cf_plugin_runner_start (host->runner, 0);
  /* at once: both wait until Startup has returned */
  get = host_get (host);
  shell = host_shell (host, "s");
  host_wait_completed (host, get);
  host_wait_context (host, shell);

  g_assert_cmpint (recorder_find ("startup 1 "), ==, 0);
  assert_order ("startup 1 ", "get ");
  assert_order ("startup 1 ", "shell s");
  host_free (host);
}

static void
test_startup_error (void)
{
  guint64 id;
  Host *host;

  recorder_clear ();
  host = host_new ("refuses-start");
  cf_plugin_runner_start (host->runner, 0);
  id = host_invoke (host, "echo");
  host_wait_completed (host, id);
  WAIT_FOR (cf_plugin_runner_get_state (host->runner) == CF_PLUGIN_FAILED);
  g_assert_nonnull (cf_plugin_runner_get_problem (host->runner));
  g_assert_true (host_answer (host, id)->code == ERROR_WSMAN_PLUGIN_FAILED ||
                 host_answer (host, id)->code == ERROR_WSMAN_PROVIDER_LOAD_FAILED);

  cf_plugin_runner_stop (host->runner, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  host_free (host);
  g_assert_cmpuint (recorder_count ("startup"), ==, 1);
  g_assert_cmpuint (recorder_count ("shutdown"), ==, 0);
  g_assert_cmpuint (recorder_count ("invoke"), ==, 0);
}

static void
test_missing_export (void)
{
  const CfPluginSettings without_shell = { .needs = CF_PLUGIN_NEEDS_GET };
  Host *host;

  recorder_clear ();
  host = host_new ("missing-export");
  host_start (host, 0);
  g_assert_cmpint (cf_plugin_runner_get_state (host->runner), ==, CF_PLUGIN_FAILED);
  g_assert_nonnull (
    strstr (cf_plugin_runner_get_problem (host->runner), "WSManPluginReleaseShellContext"));
  g_assert_cmpuint (recorder_count ("startup"), ==, 0);
  host_free (host);

  /* It is not missed by whoever does not need it. */
  host = host_new_with ("missing-export", &without_shell);
  host_start (host, 0);
  g_assert_cmpint (cf_plugin_runner_get_state (host->runner), ==, CF_PLUGIN_RUNNING);
  host_free (host);
}

static void
test_other_layouts (void)
{
  Host *host;

  recorder_clear ();
  host = host_new ("bad-abi");
  host_start (host, 0);
  g_assert_cmpint (cf_plugin_runner_get_state (host->runner), ==, CF_PLUGIN_FAILED);
  g_assert_cmpuint (recorder_count ("startup"), ==, 0);
  host_free (host);
}

static void
test_two_applications (void)
{
  const CfPluginSettings other = { .application = "wsman/Example/App" };
  Host *one, *two;
  guint64 id;

  recorder_clear ();
  one = host_new ("good");
  two = host_new_with ("good", &other);
  host_start (one, 0);
  host_start (two, 0);
  assert_line ("startup 1 flags=0 app=wsman extra=none");
  assert_line ("startup 2 flags=0 app=wsman/Example/App extra=none");
  id = host_invoke (two, "echo");
  host_wait_completed (two, id);
  assert_line ("invoke-for 2");

  host_stop (two, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  host_stop (one, WSMAN_PLUGIN_SHUTDOWN_SYSTEM);
  host_free (one);
  host_free (two);
  g_assert_cmpuint (recorder_count ("shutdown "), ==, 2);
  assert_line ("shutdown 2 flags=0 reason=2");
  assert_line ("shutdown 1 flags=0 reason=1");
}

static void
test_fewer_shutdowns (void)
{
  Host *hosts[3];
  guint64 id;

  recorder_clear ();
  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      hosts[i] = host_new ("good");
      host_start (hosts[i], 0);
    }
  host_free (hosts[0]);
  host_free (hosts[1]);
  g_assert_true (fixture_is_loaded ("good"));

  id = host_invoke (hosts[2], "thread");
  host_wait_completed (hosts[2], id);
  g_assert_cmpuint (host_answer (hosts[2], id)->code, ==, NO_ERROR);
  id = host_open_shell (hosts[2], "s");
  host_open_command (hosts[2], id, "hold", NULL);
  assert_line ("invoke-for 3");
  host_free (hosts[2]);
  g_assert_cmpuint (recorder_count ("shutdown "), ==, 3);
}

static void
test_texts_die (void)
{
  Host *host;
  guint64 id;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, 0);
      /* Whoever reads them reads something else; a sanitizer says so and ends the process. */
      if (!g_test_trap_has_passed ())
        g_test_trap_assert_stderr ("*Sanitizer*heap-use-after-free*");
      return;
    }

  host = host_new_started ("keeps-strings");
  id = host_invoke (host, "echo");
  host_wait_completed (host, id);
  g_assert_cmpuint (recorder_count ("kept "), ==, 1);
  g_assert_cmpint (recorder_has ("kept 119"), ==, FALSE); /* the w of wsman */
  host_free (host);
}

static void
test_texts_copied (void)
{
  const CfPluginSettings settings = { .extra_info = "<PlugInConfiguration/> \360\237\230\200" };
  Host *host;

  recorder_clear ();
  host = host_new_with ("good", &settings);
  host_start (host, 0);
  assert_line ("startup 1 flags=0 app=wsman extra=<PlugInConfiguration/> \360\237\230\200");
  host_wait_completed (host, host_invoke (host, "echo"));
  host_free (host);
}

static void
test_null_context (void)
{
  Host *host = host_new_started ("null-context");
  guint64 id = host_invoke (host, "parameters");

  host_wait_completed (host, id);
  g_assert_cmpuint (host_answer (host, id)->code, ==, NO_ERROR);
  assert_line ("invoke-for 0");
  assert_line ("configuration 5 text=null-context");
  host_free (host);
  assert_line ("shutdown 0 flags=0 reason=2");
}

static void
test_shutdown_flags (void)
{
  static const guint32 reasons[] = { WSMAN_PLUGIN_SHUTDOWN_SYSTEM, WSMAN_PLUGIN_SHUTDOWN_SERVICE,
                                     WSMAN_PLUGIN_SHUTDOWN_IISHOST,
                                     WSMAN_PLUGIN_SHUTDOWN_IDLETIMEOUT_ELAPSED };

  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      Host *host = host_new_started ("good");
      g_autofree char *line = g_strdup_printf ("shutdown 1 flags=0 reason=%u", reasons[i]);

      host_stop (host, reasons[i]);
      host_free (host);
      assert_line (line);
    }
}

static void
test_shutdown_last (void)
{
  Host *host = host_new_started ("good");
  guint64 shell = host_open_shell (host, "s");
  guint64 command = host_open_command (host, shell, "slow", NULL);

  host_receive (host, shell, command);
  host_invoke (host, "open");
  host_invoke (host, "poll");
  WAIT_FOR (recorder_count ("invoke poll") == 1 && recorder_count ("invoke open") == 1 &&
            recorder_count ("receiving") == 1);
  host_free (host);

  assert_order ("complete shell s", "shutdown 1");
  assert_order ("complete command s/slow", "shutdown 1");
  assert_order ("complete receive s/slow", "shutdown 1");
  assert_order ("complete invoke open", "shutdown 1");
  assert_order ("complete invoke poll", "shutdown 1");
  assert_order ("release-command s/slow", "shutdown 1");
  assert_order ("release-shell s", "shutdown 1");
}

static void
test_shutdown_once (void)
{
  Host *host;

  IN_A_PROCESS_OF_ITS_OWN ();
  host = host_new_started ("fails-shutdown");
  host_stop (host, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  g_assert_cmpint (cf_plugin_runner_get_state (host->runner), ==, CF_PLUGIN_FAILED);
  cf_plugin_runner_stop (host->runner, WSMAN_PLUGIN_SHUTDOWN_SYSTEM);
  host_free (host);
  g_assert_cmpuint (recorder_count ("shutdown "), ==, 1);
}

static void
test_shutdown_error (void)
{
  Host *host;
  guint64 id;

  IN_A_PROCESS_OF_ITS_OWN ();
  host = host_new_started ("fails-shutdown");
  host_stop (host, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  g_assert_cmpint (cf_plugin_runner_get_state (host->runner), ==, CF_PLUGIN_FAILED);
  g_assert_nonnull (strstr (cf_plugin_runner_get_problem (host->runner), "31"));
  id = host_invoke (host, "echo");
  host_wait_completed (host, id);
  g_assert_cmpuint (host_answer (host, id)->code, ==, ERROR_WSMAN_PLUGIN_FAILED);
  host_free (host);
  g_assert_cmpuint (recorder_count ("invoke"), ==, 0);
}

static void
test_shutdown_hangs (void)
{
  const CfPluginSettings settings = { .shutdown_msec = 100 };
  guint64 id;
  Host *host;

  IN_A_PROCESS_OF_ITS_OWN ();
  recorder_clear ();
  host = host_new_with ("hangs-shutdown", &settings);
  host_start (host, 0);
  host_stop (host, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  g_assert_cmpint (cf_plugin_runner_get_state (host->runner), ==, CF_PLUGIN_FAILED);
  g_assert_cmpuint (recorder_count ("shutdown 1"), ==, 1);
  id = host_get (host);
  host_wait_completed (host, id);
  g_assert_cmpuint (host_answer (host, id)->code, ==, ERROR_WSMAN_PLUGIN_FAILED);
  host_free (host);
  g_assert_true (fixture_is_loaded ("hangs-shutdown"));
}

static void
test_startup_hangs (void)
{
  const CfPluginSettings settings = { .start_msec = 100 };
  guint64 id;
  Host *host;

  IN_A_PROCESS_OF_ITS_OWN ();
  recorder_clear ();
  host = host_new_with ("hangs-startup", &settings);
  cf_plugin_runner_start (host->runner, 0);
  id = host_get (host);
  host_wait_completed (host, id);
  WAIT_FOR (cf_plugin_runner_get_state (host->runner) == CF_PLUGIN_FAILED);
  host_free (host);
  g_assert_true (fixture_is_loaded ("hangs-startup"));
  g_assert_cmpuint (recorder_count ("shutdown"), ==, 0);
  g_assert_cmpuint (recorder_count ("get"), ==, 0);
}

static void
test_threads_joined (void)
{
  Host *host = host_new_started ("good");
  guint64 shell = host_open_shell (host, "s");

  host_open_command (host, shell, "slow", NULL);
  host_free (host);
  assert_order ("complete command s/slow", "slow-thread-ends");
  assert_order ("slow-thread-ends", "shutdown-returns");
  g_assert_false (fixture_is_loaded ("good"));
}

static void
test_unload_and_reload (void)
{
  for (guint i = 0; i < 3; i++)
    {
      Host *host = host_new_started ("good");

      g_assert_true (fixture_is_loaded ("good"));
      host_wait_completed (host, host_invoke (host, "idle"));
      assert_line ("idle 0");
      WAIT_FOR (cf_plugin_runner_is_idle (host->runner));
      host_stop (host, WSMAN_PLUGIN_SHUTDOWN_IDLETIMEOUT_ELAPSED);
      host_free (host);
      g_assert_false (fixture_is_loaded ("good"));
    }
}

static void
test_startup_flags (void)
{
  static const guint32 flags[] = { 1, 2, 77 };

  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      g_autofree char *line = g_strdup_printf ("startup 1 flags=%u app=wsman extra=none", flags[i]);
      Host *host;

      recorder_clear ();
      host = host_new ("good");
      host_start (host, flags[i]);
      g_assert_cmpint (cf_plugin_runner_get_state (host->runner), ==, CF_PLUGIN_RUNNING);
      assert_line (line);
      host_free (host);
    }
}

static void
test_draining (void)
{
  Host *host = host_new_started ("good");
  guint64 open, late, shell;

  open = host_invoke (host, "open");
  WAIT_FOR (recorder_count ("invoke open") == 1);
  cf_plugin_runner_stop (host->runner, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  g_assert_cmpint (cf_plugin_runner_get_state (host->runner), ==, CF_PLUGIN_STOPPING);
  late = host_invoke (host, "echo");
  shell = host_shell (host, "late");
  host_wait_completed (host, late);
  host_wait_completed (host, shell);
  g_assert_cmpuint (host_answer (host, late)->code, ==, ERROR_OPERATION_ABORTED);
  g_assert_cmpuint (host_answer (host, shell)->code, ==, ERROR_OPERATION_ABORTED);
  host_wait_completed (host, open);
  WAIT_FOR (cf_plugin_runner_get_state (host->runner) == CF_PLUGIN_STOPPED);
  host_free (host);
  g_assert_cmpuint (recorder_count ("invoke echo"), ==, 0);
  g_assert_cmpuint (recorder_count ("shell "), ==, 0);
}

int
main (int argc, char **argv)
{
  conformance_init (&argc, &argv);
  g_test_add_func ("/conformance/01/startup-precedes-every-call", test_startup_first);
  g_test_add_func ("/conformance/02/failed-startup-is-not-shut-down", test_startup_error);
  g_test_add_func ("/conformance/03/missing-export-is-refused-before-startup", test_missing_export);
  g_test_add_func ("/conformance/03/other-layouts-are-refused-before-startup", test_other_layouts);
  g_test_add_func ("/conformance/04/two-applications-two-shutdowns", test_two_applications);
  g_test_add_func ("/conformance/05/fewer-shutdowns-than-startups", test_fewer_shutdowns);
  g_test_add_func ("/conformance/06/texts-of-startup-die", test_texts_die);
  g_test_add_func ("/conformance/06/texts-may-be-copied", test_texts_copied);
  g_test_add_func ("/conformance/07/null-context-is-handed-back", test_null_context);
  g_test_add_func ("/conformance/08/shutdown-flags-are-0", test_shutdown_flags);
  g_test_add_func ("/conformance/12/shutdown-comes-last", test_shutdown_last);
  g_test_add_func ("/conformance/13/shutdown-comes-once", test_shutdown_once);
  g_test_add_func ("/conformance/14/failed-shutdown-ends-all-calls", test_shutdown_error);
  g_test_add_func ("/conformance/15/hanging-shutdown-is-left", test_shutdown_hangs);
  g_test_add_func ("/conformance/15/hanging-startup-is-left", test_startup_hangs);
  g_test_add_func ("/conformance/16/late-threads-are-joined", test_threads_joined);
  g_test_add_func ("/conformance/17/unloads-and-loads-again", test_unload_and_reload);
  g_test_add_func ("/conformance/18/any-startup-flags", test_startup_flags);
  g_test_add_func ("/conformance/52/draining-refuses-new-requests", test_draining);
  return g_test_run ();
}
