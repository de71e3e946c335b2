/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-agent-places.h"

#include "curfew-config.h"

#include <gio/gio.h>

#define PLUGIN_SOCKET "/run/curfew-plugin-host.sock"
#define PLUGIN_HOST   "curfew-plugin-host"

/* A folder below a build directory, as seen from the folder of the program, if it is there. */
static char *
find_in_build (const char *program_folder, const char *relative)
{
  g_autofree char *path = g_build_filename (program_folder, relative, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS) ? g_canonicalize_filename (path, NULL) : NULL;
}

/**
 * cf_agent_places_init_for_program:
 * @self: (out caller-allocates): all zero
 * @program: (type filename): the agent's own program
 * @plugin_folders: (nullable) (array zero-terminated=1): from the command line
 * @rehearse: whether the agent only rehearses
 *
 * A rehearsal may be run from where Curfew was compiled: then it takes what was compiled with it,
 * not what some other version installed. An agent that acts never does. Folders on the command line
 * are the word of whoever starts the agent: modules of his own will do then, and so will a folder
 * such as /tmp on the way to them. What nobody vouches for, a file that somebody else put there
 * later, is not his, and is found out: each module is looked at again before it is started.
 */
void
cf_agent_places_init_for_program (CfAgentPlaces *self, const char *program,
                                  const char *const *plugin_folders, gboolean rehearse)
{
  static const char *const installed[] = { CF_DATA_DIR "/plugins.d", CF_SYSCONF_DIR "/plugins.d",
                                           NULL };
  g_autofree char *folder = g_path_get_dirname (program);
  gboolean is_built = rehearse && !g_str_equal (folder, CF_LIBEXEC_DIR);
  g_autofree char *built = is_built ? find_in_build (folder, "../../data/plug-ins") : NULL;
  const char *const in_build[] = { built, NULL };

  g_return_if_fail (self != NULL);

  self->owner_may_own = rehearse || plugin_folders != NULL;
  if (plugin_folders == NULL)
    plugin_folders = built != NULL ? in_build : installed;
  self->plugin_folders = g_strdupv ((char **) plugin_folders);
  if (is_built)
    self->plugin_host = find_in_build (folder, "../plugin-host/" PLUGIN_HOST);
  if (self->plugin_host == NULL)
    self->plugin_host = g_strdup (CF_LIBEXEC_DIR "/" PLUGIN_HOST);
  if (!rehearse)
    self->plugin_socket = g_strdup (PLUGIN_SOCKET);
}

/**
 * cf_agent_places_init:
 * @self: (out caller-allocates): all zero
 * @plugin_folders: (nullable) (array zero-terminated=1): from the command line
 * @rehearse: whether the agent only rehearses
 *
 * cf_agent_places_init_for_program(), for this very program.
 */
void
cf_agent_places_init (CfAgentPlaces *self, const char *const *plugin_folders, gboolean rehearse)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  cf_agent_places_init_for_program (
    self, program != NULL ? program : CF_LIBEXEC_DIR "/curfew-agent", plugin_folders, rehearse);
}

/**
 * cf_agent_places_clear:
 * @self: places
 */
void
cf_agent_places_clear (CfAgentPlaces *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->plugin_folders, g_strfreev);
  g_clear_pointer (&self->plugin_host, g_free);
  g_clear_pointer (&self->plugin_socket, g_free);
}
