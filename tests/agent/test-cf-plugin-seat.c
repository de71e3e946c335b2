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
} Fixture;

/* what the module is found to be */
static gboolean is_trusted;
static guint n_checks;

static gboolean
check_module (const char *path, gboolean owner_may_own, GError **error)
{
  n_checks++;
  g_assert_cmpstr (path, ==, "/nonexistent/tea.so");
  g_assert_true (owner_may_own);
  if (!is_trusted)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "It is kim's now");
  return is_trusted;
}

static void
set_up_seat (Fixture *f, const char *attributes, const char *quotas)
{
  desk_set_up (&f->desk, NULL);
  f->plugin = make_plugin (&f->desk, attributes, quotas);
  f->mara = wsm_principal_new ("mara", NULL, "Basic", "192.0.2.7");
  f->kim = wsm_principal_new ("kim", NULL, "Basic", "192.0.2.7");
  is_trusted = TRUE;
  n_checks = 0;
}

static void
tear_down_seat (Fixture *f)
{
  /* those that have not ended keep nothing alive */
  g_assert_finalize_object (f->plugin);
  desk_tear_down (&f->desk);
  wsm_principal_unref (f->mara);
  wsm_principal_unref (f->kim);
}

static guint
count_alive (void)
{
  guint n = 0;

  for (guint i = 0; i < fake_runners.made->len; i++)
    n += cf_plugin_runner_get_state (CF_PLUGIN_RUNNER (fake_runner_nth (i))) < CF_PLUGIN_STOPPED;
  return n;
}

static FakeRunner *
get_last (void)
{
  return fake_runner_nth (fake_runners.made->len - 1);
}

/* A Get that is answered; then the plug-in says that it has no more to do. */
static gboolean
get_and_report (CfPlugin *plugin, WsmPrincipal *caller, Outcome *outcome)
{
  if (!begin_call (plugin, caller, CF_PLUGIN_GET, 0, outcome))
    return FALSE;
  cf_plugin_runner_set_idle (CF_PLUGIN_RUNNER (get_last ()), TRUE);
  fake_runner_complete (get_last (), outcome->id, 0);
  return TRUE;
}

static void
test_hint_lingers (void)
{
  g_auto (Outcome) outcome = { 0 };
  gint64 answered_usec;
  Fixture f;

  g_test_summary ("After each call it says that it is done, and serves the next call all the same");

  set_up_seat (&f, "UseSharedProcess=\"true\"", "");
  for (guint i = 0; i < 80; i++)
    {
      g_assert_true (get_and_report (f.plugin, f.mara, &outcome));
      g_main_context_iteration (NULL, FALSE);
      if (fake_runners.made->len > 1)
        break; /* on a computer that stood still for long */
    }
  answered_usec = g_get_monotonic_time ();
  g_assert_true (get_and_report (f.plugin, f.mara, &outcome));
  g_assert_cmpuint (get_last ()->calls->len, >, 1);
  while (get_last ()->stops->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (g_get_monotonic_time () - answered_usec, >=, 2 * 20 * 1000);
  g_assert_cmpuint (g_array_index (get_last ()->stops, guint32, 0), ==,
                    WSMAN_PLUGIN_SHUTDOWN_IDLETIMEOUT_ELAPSED);
  tear_down_seat (&f);
}

static void
test_hint_before_time_out (void)
{
  g_auto (Outcome) outcome = { 0 };
  Fixture f;

  g_test_summary ("A hint counts although the clock of a long time-out runs already");

  set_up_seat (&f, "UseSharedProcess=\"true\" ProcessIdleTimeoutSec=\"1209600\"", "");
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome));
  fake_runner_complete (get_last (), outcome.id, 0);
  iterate_for (1);
  cf_plugin_runner_set_idle (CF_PLUGIN_RUNNER (get_last ()), TRUE);
  while (get_last ()->stops->len == 0)
    g_main_context_iteration (NULL, TRUE);
  tear_down_seat (&f);
}

static void
test_one_leaves_at_a_time (void)
{
  static const char *const attributes[] = {
    "UseSharedProcess=\"true\"",
    "UseSharedProcess=\"true\" ProcessIdleTimeoutSec=\"1\"",
    "",
  };

  g_test_summary ("While an idle one has not ended, the next idle one stays");

  for (gsize i = 0; i < G_N_ELEMENTS (attributes); i++)
    {
      g_auto (Outcome) outcome = { 0 };
      FakeRunner *first;
      FakeRunner *second;
      Fixture f;

      set_up_seat (&f, attributes[i], "");
      fake_runners.stops_at_once = FALSE;
      g_assert_true (get_and_report (f.plugin, f.mara, &outcome));
      first = get_last ();
      while (first->stops->len == 0)
        g_main_context_iteration (NULL, TRUE);
      g_assert_true (get_and_report (f.plugin, f.mara, &outcome));
      second = get_last ();
      g_assert_true (first != second);
      iterate_for (100);
      g_assert_cmpuint (second->stops->len, ==, 0);
      g_assert_true (get_and_report (f.plugin, f.mara, &outcome));
      iterate_for (100);
      g_assert_cmpuint (second->stops->len, ==, 0);
      g_assert_cmpuint (count_alive (), ==, 2);

      fake_runner_set_state (first, CF_PLUGIN_STOPPED);
      while (second->stops->len == 0)
        g_main_context_iteration (NULL, TRUE);
      tear_down_seat (&f);
    }
}

static void
test_many_leave (void)
{
  g_auto (Outcome) outcome = { 0 };
  g_auto (Outcome) other = { 0 };
  Fixture f;

  g_test_summary (
    "Who has to make room for others again and again gets no more than a few helpers");

  set_up_seat (&f, "", "MaxConcurrentUsers=\"1\"");
  fake_runners.stops_at_once = FALSE;
  for (guint i = 0; i < CF_PLUGIN_SEAT_MAX_LEAVING + 1; i++)
    {
      g_autofree char *name = g_strdup_printf ("user%u", i);
      g_autoptr (WsmPrincipal) caller = wsm_principal_new (name, NULL, "Basic", "192.0.2.7");

      g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome));
      fake_runner_complete (get_last (), outcome.id, 0);
      g_assert_true (begin_call (f.plugin, caller, CF_PLUGIN_GET, 0, &other));
      fake_runner_complete (get_last (), other.id, 0);
    }
  g_assert_false (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome));
  g_assert_cmphex (outcome.fault_code, ==, ERROR_WSMAN_PLUGIN_FAILED);
  g_assert_nonnull (strstr (outcome.reason, "Try again in 10 s"));

  fake_runner_set_state (fake_runner_nth (0), CF_PLUGIN_STOPPED);
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome));
  tear_down_seat (&f);
}

static void
test_module_checked_again (void)
{
  g_auto (Outcome) outcome = { 0 };
  Fixture f;

  g_test_summary ("A module that is not to be trusted any more is not started again");

  set_up_seat (&f, "UseSharedProcess=\"true\"", "");
  cf_plugin_set_check (f.plugin, check_module);
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome));
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome));
  g_assert_cmpuint (n_checks, ==, 1);
  is_trusted = FALSE;
  fake_runner_crash (get_last ());
  while (!begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome) && n_checks < 2)
    iterate_for (1);
  g_assert_cmphex (outcome.fault_code, ==, ERROR_WSMAN_PLUGIN_FAILED);
  g_assert_nonnull (strstr (outcome.reason, "It is kim's now"));
  g_assert_cmpuint (fake_runners.made->len, ==, 2);
  g_assert_cmpuint (cf_plugin_runner_get_state (CF_PLUGIN_RUNNER (get_last ())), ==,
                    CF_PLUGIN_IDLE);

  /* looked at with a pause, as after other failures, and then used */
  g_assert_false (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome));
  g_assert_nonnull (strstr (outcome.reason, "tries again"));
  g_assert_cmpuint (n_checks, ==, 2);
  is_trusted = TRUE;
  while (!begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome))
    iterate_for (1);
  g_assert_cmpuint (n_checks, ==, 3);
  tear_down_seat (&f);
}

static void
test_module_checked_by_itself (void)
{
  Fixture f;

  g_test_summary ("AutoRestart looks at the module too, and goes on trying");

  set_up_seat (&f, "UseSharedProcess=\"true\" AutoRestart=\"true\"", "");
  cf_plugin_set_check (f.plugin, check_module);
  is_trusted = FALSE;
  cf_plugin_auto_start (f.plugin);
  g_assert_cmpuint (n_checks, ==, 1);
  while (n_checks < 3)
    g_main_context_iteration (NULL, TRUE);
  is_trusted = TRUE;
  while (cf_plugin_runner_get_state (CF_PLUGIN_RUNNER (get_last ())) != CF_PLUGIN_RUNNING)
    g_main_context_iteration (NULL, TRUE);
  tear_down_seat (&f);
}

static void
test_module_in_agent (void)
{
  g_auto (Outcome) outcome = { 0 };
  Fixture f;

  g_test_summary ("So does a plug-in within the agent whose Startup said no");

  set_up_seat (&f, "curfew:Host=\"agent\"", "");
  cf_plugin_set_check (f.plugin, check_module);
  fake_runners.fails_at_start = TRUE;
  g_assert_true (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome));
  fake_runners.fails_at_start = FALSE;
  is_trusted = FALSE;
  while (n_checks < 2)
    {
      g_assert_false (begin_call (f.plugin, f.mara, CF_PLUGIN_GET, 0, &outcome));
      iterate_for (1);
    }
  g_assert_nonnull (strstr (outcome.reason, "It is kim's now"));
  tear_down_seat (&f);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/agent/plugin-seat/hint-lingers", test_hint_lingers);
  g_test_add_func ("/agent/plugin-seat/hint-before-time-out", test_hint_before_time_out);
  g_test_add_func ("/agent/plugin-seat/one-leaves-at-a-time", test_one_leaves_at_a_time);
  g_test_add_func ("/agent/plugin-seat/many-leave", test_many_leave);
  g_test_add_func ("/agent/plugin-seat/module-checked-again", test_module_checked_again);
  g_test_add_func ("/agent/plugin-seat/module-checked-by-itself", test_module_checked_by_itself);
  g_test_add_func ("/agent/plugin-seat/module-in-agent", test_module_in_agent);
  status = g_test_run ();
  g_clear_pointer (&fake_runners.made, g_ptr_array_unref);
  return status;
}
