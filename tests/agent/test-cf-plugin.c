/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin-api/wsman-plugin.h"
#include "plugin-fixture.h"

#include <string.h>

typedef struct
{
  Desk desk;
  CfPlugin *plugin;
  WsmPrincipal *mara;
  WsmPrincipal *kim;
  WsmPrincipal *lee;
} Fixture;

static WsmPrincipal *
make_caller (const char *name)
{
  return wsm_principal_new (name, NULL, "Basic", "192.0.2.7");
}

static void
set_up_plugin (Fixture *f, const char *attributes, const char *quotas)
{
  desk_set_up (&f->desk, "[user kim]\nallow=all\n[user mara]\nallow=status\n");
  f->plugin = make_plugin (&f->desk, attributes, quotas);
  f->mara = make_caller ("mara");
  f->kim = make_caller ("kim");
  f->lee = make_caller ("lee");
}

static void
tear_down_plugin (Fixture *f)
{
  g_assert_finalize_object (f->plugin);
  desk_tear_down (&f->desk);
  wsm_principal_unref (f->mara);
  wsm_principal_unref (f->kim);
  wsm_principal_unref (f->lee);
}

static void
test_starts_on_demand (void)
{
  g_auto (Outcome) first = { 0 };
  g_auto (Outcome) second = { 0 };
  Fixture f;

  g_test_summary ("The first request starts the plug-in (flag 0), the second finds it there");

  set_up_plugin (&f, "UseSharedProcess=\"true\"", "");
  cf_plugin_auto_start (f.plugin);
  g_assert_cmpuint (fake_runners.made->len, ==, 0);
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &first));
  g_assert_true (begin_call (f.plugin, f.kim, CF_PLUGIN_GET, 0, &second));
  g_assert_cmpuint (fake_runners.made->len, ==, 1);
  g_assert_cmpuint (fake_runner_nth (0)->start_flags, ==, 0);
  g_assert_cmpuint (first.id, !=, second.id);
  fake_runner_complete (fake_runner_nth (0), second.id, 5);
  g_assert_cmpuint (first.n_completed, ==, 0);
  g_assert_cmpuint (second.n_completed, ==, 1);
  g_assert_cmpuint (second.code, ==, 5);
  fake_runner_complete (fake_runner_nth (0), second.id, 0);
  g_assert_cmpuint (second.n_completed, ==, 1);
  tear_down_plugin (&f);
}

static void
test_one_process_for_each_user (void)
{
  static const struct
  {
    const char *attributes;
    guint n_runners;
  } rows[] = {
    { "", 2 },
    { "UseSharedProcess=\"true\"", 1 },
    { "curfew:Host=\"agent\"", 1 },
  };

  g_test_summary ("Without UseSharedProcess each user has a helper process of his own");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Outcome outcomes[3] = { 0 }; /* all of them without a fault */
      Fixture f;

      set_up_plugin (&f, rows[i].attributes, "");
      g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcomes[0]));
      g_assert_true (begin_call (f.plugin, f.kim, CF_PLUGIN_GET, 0, &outcomes[1]));
      g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcomes[2]));
      g_assert_cmpuint (fake_runners.made->len, ==, rows[i].n_runners);
      for (gsize j = 0; j < 3; j++)
        for (gsize k = 0; k < j; k++)
          g_assert_cmpuint (outcomes[j].id, !=, outcomes[k].id);
      tear_down_plugin (&f);
    }
}

static void
test_quotas (void)
{
  g_auto (Outcome) shell = { 0 };
  g_auto (Outcome) command = { 0 };
  g_auto (Outcome) receive = { 0 };
  g_auto (Outcome) get = { 0 };
  g_auto (Outcome) other = { 0 };
  FakeRunner *runner;
  Fixture f;

  g_test_summary ("What a quota forbids is answered with its own code, and the plug-in not called");

  set_up_plugin (&f, "UseSharedProcess=\"true\"",
                 "MaxConcurrentUsers=\"2\" MaxConcurrentOperationsPerUser=\"2\" "
                 "MaxConcurrentOperations=\"3\"");
  /* a shell and a command are no operations */
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_SHELL, 0, &shell));
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_COMMAND, shell.id, &command));
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_RECEIVE, shell.id, &receive));
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &get));
  runner = fake_runner_nth (0);
  g_assert_cmpuint (runner->calls->len, ==, 4);

  g_assert_false (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &other));
  g_assert_cmphex (other.fault_code, ==, ERROR_WSMAN_QUOTA_MAX_OPERATIONS);
  g_assert_true (begin_call (f.plugin, f.kim, CF_PLUGIN_GET, 0, &other));
  g_assert_false (begin_call (f.plugin, f.kim, CF_PLUGIN_GET, 0, &other));
  g_assert_cmphex (other.fault_code, ==, ERROR_WSMAN_QUOTA_SYSTEM);
  g_assert_false (begin_call (f.plugin, f.lee, CF_PLUGIN_SHELL, 0, &other));
  g_assert_cmphex (other.fault_code, ==, ERROR_WSMAN_QUOTA_USER);
  g_assert_cmpuint (runner->calls->len, ==, 5);

  fake_runner_complete (runner, get.id, 0);
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_INVOKE, 0, &get));
  tear_down_plugin (&f);
}

static void
test_namesakes_are_others (void)
{
  g_autoptr (WsmPrincipal) abroad = wsm_principal_new ("mara", "A.TEST", "Kerberos", NULL);
  g_autoptr (WsmPrincipal) similar = make_caller ("mara@A.TEST");
  g_autoptr (WsmPrincipal) same = wsm_principal_new ("mara", NULL, "NTLM", NULL);
  g_auto (Outcome) first = { 0 };
  g_auto (Outcome) second = { 0 };
  g_auto (Outcome) third = { 0 };
  g_auto (Outcome) refused = { 0 };
  Fixture f;

  g_test_summary ("Quotas and helper processes are of an identity, not of a name");

  set_up_plugin (&f, "", "MaxConcurrentUsers=\"3\" MaxConcurrentOperationsPerUser=\"1\"");
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &first));
  g_assert_false (begin_call (f.plugin, same, CF_PLUGIN_GET, 0, &refused));
  g_assert_cmphex (refused.fault_code, ==, ERROR_WSMAN_QUOTA_MAX_OPERATIONS);
  g_assert_true (begin_call (f.plugin, abroad, CF_PLUGIN_GET, 0, &second));
  g_assert_true (begin_call (f.plugin, similar, CF_PLUGIN_GET, 0, &third));
  g_assert_cmpuint (fake_runners.made->len, ==, 3);
  tear_down_plugin (&f);
}

static void
test_user_counts_until_released (void)
{
  g_auto (Outcome) shell = { 0 };
  g_auto (Outcome) other = { 0 };
  CfPluginClient *client;
  Fixture f;

  g_test_summary ("Who has a shell counts as a user until its context is released");

  set_up_plugin (&f, "UseSharedProcess=\"true\"", "MaxConcurrentUsers=\"1\"");
  client = CF_PLUGIN_CLIENT (f.plugin);
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_SHELL, 0, &shell));
  cf_plugin_client_context_reported (client, shell.id);
  cf_plugin_client_context_reported (client, shell.id);
  g_assert_cmpuint (shell.n_reported, ==, 1);
  cf_plugin_client_completed (client, shell.id, 0, NULL);
  g_assert_false (begin_call (f.plugin, f.kim, CF_PLUGIN_GET, 0, &other));
  g_assert_cmphex (other.fault_code, ==, ERROR_WSMAN_QUOTA_USER);
  g_assert_cmpuint (shell.n_released, ==, 0);
  cf_plugin_client_released (client, shell.id);
  cf_plugin_client_released (client, shell.id);
  g_assert_cmpuint (shell.n_released, ==, 1);
  g_assert_true (begin_call (f.plugin, f.kim, CF_PLUGIN_GET, 0, &other));
  tear_down_plugin (&f);
}

static void
test_asks_in_the_name_of_the_sender (void)
{
  const CfPluginShutdown shutdown = { .grace_period = 60, .shutdown_flags = 4 };
  g_auto (CfPluginStatus) status = { 0 };
  g_auto (Outcome) kim = { 0 };
  g_auto (Outcome) mara = { 0 };
  CfPluginClient *client;
  Fixture f;

  g_test_summary ("A plug-in asks with the rights of who sent the request, while that is open");

  set_up_plugin (&f, "UseSharedProcess=\"true\"", "");
  client = CF_PLUGIN_CLIENT (f.plugin);
  g_assert_true (begin_call (f.plugin, f.kim, CF_PLUGIN_INVOKE, 0, &kim));
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_INVOKE, 0, &mara));
  g_assert_cmpuint (cf_plugin_client_submit (client, mara.id, &shutdown), ==, 53);
  g_assert_cmpuint (cf_plugin_client_submit (client, kim.id + 100, &shutdown), ==, 4317);
  g_assert_cmpuint (cf_plugin_client_submit (client, kim.id, &shutdown), ==, 0);
  g_assert_cmpuint (cf_plugin_client_abort_shutdown (client, mara.id, NULL), ==, 53);
  g_assert_cmpuint (cf_plugin_client_refuse (client, mara.id, "no", 87), ==, 87);
  g_assert_cmpuint (cf_plugin_client_describe (client, mara.id, &status), ==, 0);
  g_assert_cmpuint (cf_plugin_client_abort_shutdown (client, kim.id, NULL), ==, 0);

  fake_runner_complete (fake_runner_nth (0), kim.id, 0);
  g_assert_cmpuint (cf_plugin_client_submit (client, kim.id, &shutdown), ==, 4317);
  g_assert_cmpuint (cf_plugin_client_abort_shutdown (client, kim.id, NULL), ==, 4317);
  g_assert_cmpuint (cf_plugin_client_refuse (client, kim.id, "no", 87), ==, 4317);
  g_assert_cmpuint (cf_plugin_client_describe (client, kim.id, &status), ==, 4317);
  tear_down_plugin (&f);
}

static void
test_crash (void)
{
  g_auto (Outcome) first = { 0 };
  g_auto (Outcome) second = { 0 };
  gint64 crashed_usec;
  Fixture f;

  g_test_summary ("After a crash requests are refused for a pause, then it starts with flag 2");

  set_up_plugin (&f, "", "");
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_RECEIVE, 0, &first));
  crashed_usec = g_get_monotonic_time ();
  fake_runner_crash (fake_runner_nth (0));
  g_assert_cmpuint (first.n_completed, ==, 1);
  g_assert_cmphex (first.code, ==, ERROR_WSMAN_PLUGIN_FAILED);

  while (!begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &second))
    {
      g_assert_cmphex (second.fault_code, ==, ERROR_WSMAN_PLUGIN_FAILED);
      g_assert_nonnull (strstr (second.reason, "tries again in 1 s"));
      g_assert_cmpuint (fake_runners.made->len, ==, 1);
      iterate_for (1);
    }
  g_assert_cmpuint (fake_runners.made->len, ==, 2);
  g_assert_cmpuint (fake_runner_nth (1)->start_flags, ==, 2);
  g_assert_cmpint (fake_runner_nth (1)->started_usec - crashed_usec, >=, 20 * 1000);
  tear_down_plugin (&f);
}

static void
test_auto_restart (void)
{
  Fixture f;

  g_test_summary ("AutoRestart: with the agent (flag 1), and again (flag 2), each time later");

  set_up_plugin (&f, "UseSharedProcess=\"true\" AutoRestart=\"true\"", "");
  cf_plugin_auto_start (f.plugin);
  g_assert_cmpuint (fake_runners.made->len, ==, 1);
  g_assert_cmpuint (fake_runner_nth (0)->start_flags, ==, 1);
  for (guint i = 0; i < 3; i++)
    {
      gint64 crashed_usec = g_get_monotonic_time ();

      fake_runner_crash (fake_runner_nth (i));
      while (fake_runners.made->len == i + 1)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (fake_runner_nth (i + 1)->start_flags, ==, 2);
      g_assert_cmpint (fake_runner_nth (i + 1)->started_usec - crashed_usec, >=, (20 << i) * 1000);
    }
  tear_down_plugin (&f);
}

static void
test_start_failure (void)
{
  g_auto (Outcome) outcome = { 0 };
  Fixture f;

  g_test_summary ("A Startup that says no is answered as such, and tried again later");

  set_up_plugin (&f, "curfew:Host=\"agent\"", "");
  fake_runners.fails_at_start = TRUE;
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome));
  g_assert_cmphex (outcome.code, ==, ERROR_WSMAN_PLUGIN_FAILED);
  g_assert_false (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome));
  g_assert_cmphex (outcome.fault_code, ==, ERROR_WSMAN_PLUGIN_FAILED);
  fake_runners.fails_at_start = FALSE;
  while (!begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome))
    iterate_for (1);
  g_assert_cmpuint (outcome.n_completed, ==, 0);
  tear_down_plugin (&f);
}

static void
test_poisoned (void)
{
  g_auto (Outcome) outcome = { 0 };
  Fixture f;

  g_test_summary ("A module that went wrong within the agent is never called again");

  set_up_plugin (&f, "curfew:Host=\"agent\" AutoRestart=\"true\"", "");
  cf_plugin_auto_start (f.plugin);
  fake_runner_crash (fake_runner_nth (0));
  iterate_for (50);
  g_assert_false (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome));
  g_assert_cmphex (outcome.fault_code, ==, ERROR_WSMAN_PLUGIN_FAILED);
  g_assert_nonnull (strstr (outcome.reason, "It fell over"));
  g_assert_cmpuint (fake_runners.made->len, ==, 1);
  tear_down_plugin (&f);
}

static void
test_idle (void)
{
  g_auto (Outcome) outcome = { 0 };
  g_auto (Outcome) next = { 0 };
  FakeRunner *runner;
  Fixture f;

  g_test_summary ("An idle helper ends with reason 4, and the next request has another");

  set_up_plugin (&f, "UseSharedProcess=\"true\" ProcessIdleTimeoutSec=\"1\"", "");
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome));
  runner = fake_runner_nth (0);
  iterate_for (60);
  g_assert_cmpuint (runner->stops->len, ==, 0);
  fake_runner_complete (runner, outcome.id, 0);
  while (runner->stops->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (g_array_index (runner->stops, guint32, 0), ==,
                    WSMAN_PLUGIN_SHUTDOWN_IDLETIMEOUT_ELAPSED);

  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &next));
  g_assert_cmpuint (fake_runners.made->len, ==, 2);
  g_assert_cmpuint (fake_runner_nth (1)->start_flags, ==, 0);
  iterate_for (60);
  g_assert_cmpuint (runner->stops->len, ==, 1);
  tear_down_plugin (&f);
}

static void
test_never_idle (void)
{
  static const char *const attributes[] = {
    "UseSharedProcess=\"true\"",
    "curfew:Host=\"agent\"",
  };

  g_test_summary ("Reason 4 is for helper processes with a time-out only");

  for (gsize i = 0; i < G_N_ELEMENTS (attributes); i++)
    {
      g_auto (Outcome) outcome = { 0 };
      Fixture f;

      set_up_plugin (&f, attributes[i], "");
      fake_runners.completes_at_once = TRUE;
      g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome));
      if (i == 1)
        cf_plugin_runner_set_idle (CF_PLUGIN_RUNNER (fake_runner_nth (0)), TRUE);
      iterate_for (60);
      g_assert_cmpuint (fake_runner_nth (0)->stops->len, ==, 0);
      tear_down_plugin (&f);
    }
}

static void
test_report_completion (void)
{
  g_auto (Outcome) outcome = { 0 };
  FakeRunner *runner;
  Fixture f;

  g_test_summary ("A helper that says it is done ends when nothing has been open for a while");

  set_up_plugin (&f, "UseSharedProcess=\"true\"", "");
  fake_runners.stops_at_once = FALSE;
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome));
  runner = fake_runner_nth (0);
  cf_plugin_runner_set_idle (CF_PLUGIN_RUNNER (runner), TRUE);
  g_assert_cmpuint (runner->stops->len, ==, 0);
  fake_runner_complete (runner, outcome.id, 0);
  g_assert_cmpuint (runner->stops->len, ==, 0);
  while (runner->stops->len == 0)
    g_main_context_iteration (NULL, TRUE);

  /* who comes meanwhile has another, and does not wait */
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome));
  g_assert_cmpuint (fake_runners.made->len, ==, 2);
  g_assert_cmpuint (fake_runner_nth (1)->calls->len, ==, 1);
  fake_runner_set_state (runner, CF_PLUGIN_STOPPED);
  iterate_for (1);
  tear_down_plugin (&f);
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
test_stop (void)
{
  g_auto (Outcome) outcome = { 0 };
  g_auto (Outcome) late = { 0 };
  FakeRunner *runner;
  guint n_stopped = 0;
  Fixture f;

  g_test_summary ("Stopping: reasons in their order of weight, new requests answered with 995");

  set_up_plugin (&f, "", "");
  fake_runners.stops_at_once = FALSE;
  g_signal_connect_swapped (f.plugin, "stopped", G_CALLBACK (count_cb), &n_stopped);
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome));
  g_assert_true (begin_call (f.plugin, f.kim, CF_PLUGIN_GET, 0, &outcome));
  runner = fake_runner_nth (0);
  g_assert_false (cf_plugin_is_stopped (f.plugin));
  cf_plugin_stop (f.plugin, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  cf_plugin_stop (f.plugin, WSMAN_PLUGIN_SHUTDOWN_SYSTEM);
  cf_plugin_stop (f.plugin, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  g_assert_cmpuint (runner->stops->len, ==, 2);
  g_assert_cmpuint (g_array_index (runner->stops, guint32, 0), ==, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  g_assert_cmpuint (g_array_index (runner->stops, guint32, 1), ==, WSMAN_PLUGIN_SHUTDOWN_SYSTEM);

  g_assert_false (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &late));
  g_assert_cmpuint (late.fault_code, ==, ERROR_OPERATION_ABORTED);
  g_assert_cmpuint (runner->calls->len, ==, 1);

  fake_runner_set_state (runner, CF_PLUGIN_STOPPED);
  g_assert_false (cf_plugin_is_stopped (f.plugin));
  fake_runner_set_state (fake_runner_nth (1), CF_PLUGIN_FAILED);
  g_assert_true (cf_plugin_is_stopped (f.plugin));
  g_assert_cmpuint (n_stopped, ==, 1);
  iterate_for (50);
  g_assert_cmpuint (fake_runners.made->len, ==, 2);
  tear_down_plugin (&f);
}

static void
test_stop_of_nothing (void)
{
  Fixture f;

  g_test_summary ("A plug-in that was never asked is stopped at once, and never started");

  set_up_plugin (&f, "UseSharedProcess=\"true\" AutoRestart=\"true\"", "");
  cf_plugin_stop (f.plugin, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  g_assert_true (cf_plugin_is_stopped (f.plugin));
  cf_plugin_auto_start (f.plugin);
  g_assert_cmpuint (fake_runners.made->len, ==, 0);
  tear_down_plugin (&f);
}

static void
test_children (void)
{
  g_auto (Outcome) shell = { 0 };
  g_auto (Outcome) child = { 0 };
  g_auto (Outcome) other = { 0 };
  FakeRunner *runner;
  Fixture f;

  g_test_summary ("What belongs to a shell goes to its runner, and holds it");

  set_up_plugin (&f, "UseSharedProcess=\"true\" ProcessIdleTimeoutSec=\"1\"", "");
  g_assert_false (begin_call (f.plugin, f.mara, CF_PLUGIN_COMMAND, 77, &child));
  g_assert_cmphex (child.fault_code, ==, ERROR_WSMAN_UNEXPECTED_SELECTORS);
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_SHELL, 0, &shell));
  runner = fake_runner_nth (0);
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_SIGNAL, shell.id, &child));
  fake_runner_complete (runner, child.id, 0);
  iterate_for (60);
  g_assert_cmpuint (runner->stops->len, ==, 0);

  cf_plugin_acknowledge (f.plugin, shell.id, 12);
  g_assert_cmpuint (runner->n_acknowledged, ==, 12);
  cf_plugin_cancel (f.plugin, shell.id);
  cf_plugin_cancel (f.plugin, child.id);
  g_assert_cmpuint (runner->cancelled->len, ==, 1);

  /* a shell that is left of a helper that crashed does not end up in the next one */
  cf_plugin_client_context_reported (CF_PLUGIN_CLIENT (f.plugin), shell.id);
  fake_runner_crash (runner);
  while (!begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &other))
    iterate_for (1);
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_COMMAND, shell.id, &child));
  g_assert_cmphex (child.code, ==, ERROR_WSMAN_PLUGIN_FAILED);
  g_assert_cmpuint (fake_runner_nth (1)->calls->len, ==, 1);
  tear_down_plugin (&f);
}

static void
test_dropped (void)
{
  g_auto (Outcome) outcome = { 0 };
  g_autoptr (FakeRunner) runner = NULL;
  Fixture f;

  g_test_summary ("A plug-in that is dropped while it runs is told to end, and tells nobody more");

  set_up_plugin (&f, "", "");
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome));
  runner = g_object_ref (fake_runner_nth (0));
  g_assert_finalize_object (f.plugin);
  g_assert_cmpuint (runner->stops->len, ==, 1);
  g_assert_cmpuint (outcome.n_completed, ==, 0);
  f.plugin = make_plugin (&f.desk, "", "");
  tear_down_plugin (&f);
}

static void
test_no_helper (void)
{
  const CfPluginPlaces places = { NULL, NULL, TRUE };
  g_auto (Outcome) outcome = { 0 };
  g_autoptr (CfPlugin) plugin = NULL;
  Fixture f;

  g_test_summary ("Where there is no helper program, a plug-in that needs one says so");

  set_up_plugin (&f, "", "");
  plugin = cf_plugin_new (parse_configuration ("Name=\"Jug\" Filename=\"/x.so\"", NULL), &places,
                          f.desk.desk);
  g_assert_false (begin_call (plugin, f.mara, CF_PLUGIN_GET, 0, &outcome));
  g_assert_cmphex (outcome.fault_code, ==, ERROR_WSMAN_PLUGIN_FAILED);
  g_assert_nonnull (strstr (outcome.reason, "helper process"));
  g_clear_object (&plugin);
  tear_down_plugin (&f);
}

static void
test_many_users (void)
{
  Fixture f;

  g_test_summary ("Users come and go, and their helper processes with them");

  set_up_plugin (&f, "", "MaxConcurrentUsers=\"3\"");
  fake_runners.completes_at_once = TRUE;
  for (guint i = 0; i < 600; i++)
    {
      g_autofree char *name = g_strdup_printf ("user%u", i);
      g_autoptr (WsmPrincipal) caller = make_caller (name);
      g_auto (Outcome) outcome = { 0 };
      guint n_alive = 0;

      g_assert_true (begin_call (f.plugin, caller, CF_PLUGIN_GET, 0, &outcome));
      for (guint j = 0; j < fake_runners.made->len; j++)
        n_alive += cf_plugin_runner_get_state (CF_PLUGIN_RUNNER (fake_runner_nth (j))) ==
                   CF_PLUGIN_RUNNING;
      g_assert_cmpuint (n_alive, <=, 3);
      if (i % 50 == 0)
        iterate_for (1);
    }
  tear_down_plugin (&f);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/agent/plugin/starts-on-demand", test_starts_on_demand);
  g_test_add_func ("/agent/plugin/one-process-for-each-user", test_one_process_for_each_user);
  g_test_add_func ("/conformance/45/quotas", test_quotas);
  g_test_add_func ("/agent/plugin/namesakes-are-others", test_namesakes_are_others);
  g_test_add_func ("/conformance/45/user-counts-until-released", test_user_counts_until_released);
  g_test_add_func ("/agent/plugin/asks-in-the-name-of-the-sender",
                   test_asks_in_the_name_of_the_sender);
  g_test_add_func ("/agent/plugin/crash-then-flag-2", test_crash);
  g_test_add_func ("/agent/plugin/auto-restart", test_auto_restart);
  g_test_add_func ("/agent/plugin/start-failure", test_start_failure);
  g_test_add_func ("/agent/plugin/poisoned-stays-so", test_poisoned);
  g_test_add_func ("/conformance/11/idle-helper-ends", test_idle);
  g_test_add_func ("/conformance/11/others-are-never-idle", test_never_idle);
  g_test_add_func ("/conformance/11/report-completion", test_report_completion);
  g_test_add_func ("/conformance/52/stop", test_stop);
  g_test_add_func ("/agent/plugin/stop-of-nothing", test_stop_of_nothing);
  g_test_add_func ("/agent/plugin/children-follow-their-shell", test_children);
  g_test_add_func ("/agent/plugin/dropped", test_dropped);
  g_test_add_func ("/agent/plugin/no-helper", test_no_helper);
  g_test_add_func ("/agent/plugin/many-users", test_many_users);
  status = g_test_run ();
  g_clear_pointer (&fake_runners.made, g_ptr_array_unref);
  return status;
}
