/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How an agent ends its plug-ins; wsman-plugin-api.md sections 8.2 and 11. */

#include "agent/cf-agent.h"

#include "tests/support/cf-test-clock.h"
#include "tests/support/cf-test-power.h"
#include "wsman/auth/wsm-user-file.h"

#include <glib/gstdio.h>
#include <string.h>

#define DOCUMENT                                                                                   \
  "<PlugInConfiguration xmlns=\"http://schemas.microsoft.com/wbem/wsman/1/config/"                 \
  "PluginConfiguration\" xmlns:c=\"http://schemas.curfew.org/wsman/1/PluginConfiguration\""        \
  " c:Host=\"agent\" Name=\"life\" Filename=\"%s\" SDKVersion=\"2\" AutoRestart=\"true\">"         \
  "<InitializationParameters><Param Name=\"log\" Value=\"%s\"/></InitializationParameters>"        \
  "<Resources><Resource ResourceUri=\"http://schemas.curfew.org/test/Life\">"                      \
  "<Capability Type=\"Get\"/></Resource></Resources></PlugInConfiguration>"

typedef struct
{
  char *folder;
  char *document;
  char *users;
  char *log;
  CfTestPower *power;
  CfAgent *agent;
} Fixture;

static CfAgent *
new_agent (Fixture *f)
{
  g_autoptr (CfAgentConfig) config = cf_agent_config_new (TRUE);
  g_autoptr (CfTestClock) clock = cf_test_clock_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (WsmUserFile) users = wsm_user_file_new (f->users, &error);
  char *folders[] = { f->folder, NULL };
  /* a plug-in may be whoever's runs the test */
  CfAgentPlaces places = { .plugin_folders = folders, .owner_may_own = TRUE };
  CfAgentParts parts = {
    .clock = CF_CLOCK (clock),
    .power = CF_POWER (f->power),
    .verifier = WSM_PASSWORD_VERIFIER (users),
    .places = &places,
  };
  CfAgent *agent;

  g_assert_no_error (error);
  g_free (config->access_file);
  config->access_file = g_build_filename (f->folder, "access.conf", NULL);
  agent = cf_agent_new (config, &parts, &error);
  g_assert_no_error (error);
  return agent;
}

static void
write_file (const char *path, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  g_autofree char *text = NULL;
  g_autofree char *access = NULL;

  f->folder = g_dir_make_tmp ("curfew-XXXXXX", NULL);
  f->document = g_build_filename (f->folder, "life.xml", NULL);
  f->users = g_build_filename (f->folder, "users", NULL);
  f->log = g_build_filename (f->folder, "log", NULL);
  text = g_strdup_printf (DOCUMENT, g_getenv ("CURFEW_LIFE_PLUGIN"), f->log);
  access = g_build_filename (f->folder, "access.conf", NULL);
  write_file (f->document, text);
  write_file (f->users, "# nobody\n");
  write_file (access, "# nobody\n");
  f->power = cf_test_power_new ();
  f->agent = new_agent (f);
  cf_agent_resume (f->agent);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  static const char *const names[] = { "life.xml", "users", "log", "access.conf" };

  g_clear_object (&f->agent);
  g_clear_object (&f->power);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (f->folder, names[i], NULL);

      g_remove (path);
    }
  g_rmdir (f->folder);
  g_free (f->folder);
  g_free (f->document);
  g_free (f->users);
  g_free (f->log);
}

/* Waits until the log has that many lines; returns it. */
static char *
wait_for_log (Fixture *f, guint n_lines)
{
  for (;;)
    {
      g_autofree char *text = NULL;
      guint n = 0;

      if (g_file_get_contents (f->log, &text, NULL, NULL))
        for (const char *end = text; (end = strchr (end, '\n')) != NULL; end++)
          n++;
      if (n >= n_lines)
        return g_steal_pointer (&text);
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
}

static void
assert_ends_with (Fixture *f, gboolean web_server_is_gone, const char *last_line)
{
  g_autofree char *started = wait_for_log (f, 1);
  g_autofree char *text = NULL;
  g_autofree char *expected = g_strconcat ("Startup flags 1 reason 0\n", last_line, NULL);

  g_assert_false (cf_agent_is_drained (f->agent));
  cf_agent_drain (f->agent, web_server_is_gone);
  while (!cf_agent_is_drained (f->agent))
    g_main_context_iteration (NULL, TRUE);
  text = wait_for_log (f, 2);
  g_assert_cmpstr (text, ==, expected);
  cf_agent_stop (f->agent);
}

static void
test_service_stops (Fixture *f, gconstpointer unused)
{
  assert_ends_with (f, FALSE, "Shutdown flags 0 reason 2\n");
}

static void
test_system_goes_down (Fixture *f, gconstpointer unused)
{
  cf_test_power_set_state (f->power, CF_POWER_GOING_DOWN);
  assert_ends_with (f, FALSE, "Shutdown flags 0 reason 1\n");
}

static void
test_web_server_goes (Fixture *f, gconstpointer unused)
{
  assert_ends_with (f, TRUE, "Shutdown flags 0 reason 3\n");
}

static void
test_system_before_web_server (Fixture *f, gconstpointer unused)
{
  cf_test_power_set_state (f->power, CF_POWER_GOING_DOWN);
  assert_ends_with (f, TRUE, "Shutdown flags 0 reason 1\n");
}

static void
test_no_plugin (void)
{
  g_autoptr (CfAgentConfig) config = cf_agent_config_new (TRUE);
  g_autoptr (CfTestClock) clock = cf_test_clock_new ();
  g_autoptr (CfTestPower) power = cf_test_power_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (CfAgent) agent = NULL;
  g_auto (GStrv) folders = g_strsplit ("/nonexistent/plugins.d", ":", -1);
  CfAgentPlaces places = { .plugin_folders = folders };
  CfAgentParts parts = { .clock = CF_CLOCK (clock), .power = CF_POWER (power), .places = &places };

  config->access_file = g_strdup ("/dev/null");
  agent = cf_agent_new (config, &parts, &error);
  g_assert_null (agent);
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/conformance/09/a-service-that-stops-says-service", test_service_stops);
  ADD ("/conformance/10/a-computer-that-goes-down-says-system", test_system_goes_down);
  ADD ("/agent/a-web-server-that-goes-says-iishost", test_web_server_goes);
  ADD ("/agent/system-wins-over-the-web-server", test_system_before_web_server);
#undef ADD
  g_test_add_func ("/agent/without-a-plug-in-there-is-no-agent", test_no_plugin);

  return g_test_run ();
}
