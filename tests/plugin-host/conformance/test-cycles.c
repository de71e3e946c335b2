/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conformance.h"

/* Start, cancel, stop, unload, again and again, with whatever happens to be going on. CURFEW_CYCLES
 * says how often, if it is not to be as often as usual. */

#define USUAL_CYCLES 10000

static void
run_cycle (guint i)
{
  Host *host = host_new (i % 3 == 0 ? "quick" : "good");
  guint64 shell, command, open;

  recorder_clear ();
  cf_plugin_runner_start (host->runner, i % 2 == 0 ? WSMAN_PLUGIN_STARTUP_REQUEST_RECEIVED
                                                   : WSMAN_PLUGIN_STARTUP_AUTORESTARTED_CRASH);
  /* Some stop before Startup has returned, some while calls are on their way. */
  if (i % 7 == 0)
    {
      host_get (host);
      host_free (host);
      return;
    }

  shell = host_open_shell (host, "s");
  command = host_open_command (host, shell, i % 5 == 0 ? "echo" : "hold", "text");
  host_receive (host, shell, command);
  open = host_invoke (host, i % 4 == 0 ? "race" : "open");
  host_invoke (host, "later");
  if (i % 2 == 0)
    cf_plugin_runner_cancel (host->runner, open);
  if (i % 3 == 1)
    cf_plugin_runner_cancel (host->runner, shell);
  else if (i % 3 == 2)
    host_signal (host, shell, command, "terminate");
  host_free (host);
  g_assert_cmpuint (recorder_count ("shutdown 1"), ==, 1);
  g_assert_cmpuint (recorder_count ("release-shell s"), ==, 1);
  g_assert_cmpuint (recorder_count ("release-command s/"), ==, 1);
  g_assert_cmpuint (recorder_count ("complete-failed"), ==, 0);
}

static void
test_cycles (void)
{
  const char *wanted = g_getenv ("CURFEW_CYCLES");
  guint n = wanted != NULL ? (guint) g_ascii_strtoull (wanted, NULL, 10) : USUAL_CYCLES;

  for (guint i = 0; i < n; i++)
    run_cycle (i);
  g_test_message ("%u cycles", n);
  g_assert_false (fixture_is_loaded ("good"));
}

int
main (int argc, char **argv)
{
  conformance_init (&argc, &argv);
  g_test_add_func ("/conformance/cycles/start-cancel-stop", test_cycles);
  return g_test_run ();
}
