/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfBusChoice:
 * @CF_BUS_SYSTEM: where everybody finds the agent; needed to act
 * @CF_BUS_SESSION: one person's own, for a rehearsal
 * @CF_BUS_NONE: no D-Bus at all, for a rehearsal
 */
typedef enum
{
  CF_BUS_SYSTEM,
  CF_BUS_SESSION,
  CF_BUS_NONE,
} CfBusChoice;

/**
 * CfAgentOptions:
 * @listen: (nullable) (array zero-terminated=1): addresses, each good
 * @signed_in: (nullable) (array zero-terminated=1): who plays being signed in
 * @blockers: (nullable) (array zero-terminated=1): what plays holding a shutdown up, “WHO: WHY”
 * @users: (nullable) (type filename): passwords for a rehearsal
 * @config: (nullable) (type filename): agent.conf; %NULL if there is none
 * @state_directory: (nullable) (type filename): for what outlives the boot
 * @run_directory: (nullable) (type filename): for what outlives the process
 * @plugins: (nullable) (array zero-terminated=1): folders with documents of plug-ins
 * @check_plugin: (nullable) (type filename): a module to be checked, instead of running
 * @check_arguments: (nullable) (array zero-terminated=1): more about how it is checked
 *
 * The command line of curfew-agent, with its defaults filled in.
 */
typedef struct
{
  gboolean rehearse;
  gboolean version;
  CfBusChoice bus;
  char **listen;
  char **signed_in;
  char **blockers;
  char *users;
  char *config;
  char *state_directory;
  char *run_directory;
  char **plugins;
  char *check_plugin;
  char **check_arguments;
} CfAgentOptions;

gboolean cf_agent_options_parse (CfAgentOptions *self, int *argc, char ***argv, GError **error);
void cf_agent_options_clear (CfAgentOptions *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CfAgentOptions, cf_agent_options_clear)

G_END_DECLS
