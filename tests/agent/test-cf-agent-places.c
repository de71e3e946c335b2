/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "agent/cf-agent-places.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

/* What a build directory looks like to an agent in it. */
typedef struct
{
  char *root;
  char *program;
  char *documents;
  char *host;
} Build;

static void
set_up (Build *build, gconstpointer unused)
{
  g_autofree char *agent = NULL, *host_folder = NULL;

  build->root = g_dir_make_tmp ("curfew-XXXXXX", NULL);
  agent = g_build_filename (build->root, "src", "agent", NULL);
  host_folder = g_build_filename (build->root, "src", "plugin-host", NULL);
  build->program = g_build_filename (agent, "curfew-agent", NULL);
  build->documents = g_build_filename (build->root, "data", "plug-ins", NULL);
  build->host = g_build_filename (host_folder, "curfew-plugin-host", NULL);
  g_assert_cmpint (g_mkdir_with_parents (agent, 0700), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (host_folder, 0700), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (build->documents, 0700), ==, 0);
  g_assert_true (g_file_set_contents (build->host, "", 0, NULL));
}

static void
tear_down (Build *build, gconstpointer unused)
{
  static const char *const parts[] = { "src/plugin-host/curfew-plugin-host",
                                       "src/plugin-host",
                                       "src/agent",
                                       "src",
                                       "data/plug-ins",
                                       "data",
                                       "." };

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *path = g_build_filename (build->root, parts[i], NULL);

      g_remove (path);
    }
  g_rmdir (build->root);
  g_free (build->root);
  g_free (build->program);
  g_free (build->documents);
  g_free (build->host);
}

static void
test_rehearsal_in_a_build (Build *build, gconstpointer unused)
{
  g_auto (CfAgentPlaces) places = { NULL };

  cf_agent_places_init_for_program (&places, build->program, NULL, TRUE);
  g_assert_cmpstr (places.plugin_folders[0], ==, build->documents);
  g_assert_null (places.plugin_folders[1]);
  g_assert_cmpstr (places.plugin_host, ==, build->host);
  g_assert_null (places.plugin_socket);
}

static void
assert_installed (const CfAgentPlaces *places)
{
  g_assert_cmpstr (places->plugin_folders[0], ==, CF_DATA_DIR "/plugins.d");
  g_assert_cmpstr (places->plugin_folders[1], ==, CF_SYSCONF_DIR "/plugins.d");
  g_assert_null (places->plugin_folders[2]);
  g_assert_cmpstr (places->plugin_host, ==, CF_LIBEXEC_DIR "/curfew-plugin-host");
}

static void
test_acting_in_a_build (Build *build, gconstpointer unused)
{
  g_auto (CfAgentPlaces) places = { NULL };

  cf_agent_places_init_for_program (&places, build->program, NULL, FALSE);
  assert_installed (&places);
  g_assert_nonnull (places.plugin_socket);
  g_assert_false (places.owner_may_own);
}

static void
test_installed (void)
{
  g_auto (CfAgentPlaces) places = { NULL };

  cf_agent_places_init_for_program (&places, CF_LIBEXEC_DIR "/curfew-agent", NULL, TRUE);
  assert_installed (&places);
  g_assert_null (places.plugin_socket);
}

static void
test_command_line (Build *build, gconstpointer unused)
{
  static const char *const folders[] = { "/srv/a", "/srv/b", NULL };
  g_auto (CfAgentPlaces) places = { NULL };

  cf_agent_places_init_for_program (&places, build->program, folders, FALSE);
  g_assert_true (
    g_strv_equal ((const char *const *) places.plugin_folders, (const char *const *) folders));
  g_assert_true (places.owner_may_own);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/agent-places/a-rehearsal-in-a-build-takes-what-was-compiled", Build, NULL, set_up,
              test_rehearsal_in_a_build, tear_down);
  g_test_add ("/agent-places/an-agent-that-acts-takes-what-is-installed", Build, NULL, set_up,
              test_acting_in_a_build, tear_down);
  g_test_add_func ("/agent-places/an-installed-rehearsal-takes-what-is-installed", test_installed);
  g_test_add ("/agent-places/the-command-line-names-other-folders", Build, NULL, set_up,
              test_command_line, tear_down);

  return g_test_run ();
}
