/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CfAgentPlaces:
 * @plugin_folders: (array zero-terminated=1): with the documents of plug-ins; in a later one a file
 *   of the same name counts
 * @plugin_host: (type filename): the program that runs plug-ins apart from the agent
 * @plugin_socket: (nullable) (type filename): where systemd runs it, in a sandbox
 * @owner_may_own: whether what is found there may be the agent's own user's, and below a folder
 *   such as /tmp; else it has to be root's, all the way
 *
 * Where an agent finds its plug-ins.
 */
typedef struct
{
  char **plugin_folders;
  char *plugin_host;
  char *plugin_socket;
  gboolean owner_may_own;
} CfAgentPlaces;

void cf_agent_places_init (CfAgentPlaces *self, const char *const *plugin_folders,
                           gboolean rehearse);
void cf_agent_places_init_for_program (CfAgentPlaces *self, const char *program,
                                       const char *const *plugin_folders, gboolean rehearse);
void cf_agent_places_clear (CfAgentPlaces *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CfAgentPlaces, cf_agent_places_clear)

G_END_DECLS
