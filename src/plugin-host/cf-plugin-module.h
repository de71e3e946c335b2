/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "cf-plugin-runner.h"
#include "plugin-api/curfew-plugin.h"

G_BEGIN_DECLS

/**
 * CfPluginEntries:
 *
 * What a module exports, %NULL for what it has not.
 */
typedef struct
{
  WSMAN_PLUGIN_STARTUP startup;
  WSMAN_PLUGIN_SHUTDOWN shutdown;
  WSMAN_PLUGIN_SHELL shell;
  WSMAN_PLUGIN_COMMAND command;
  WSMAN_PLUGIN_SEND send;
  WSMAN_PLUGIN_RECEIVE receive;
  WSMAN_PLUGIN_SIGNAL signal;
  WSMAN_PLUGIN_CONNECT connect;
  WSMAN_PLUGIN_RELEASE_SHELL_CONTEXT release_shell;
  WSMAN_PLUGIN_RELEASE_COMMAND_CONTEXT release_command;
  CURFEW_PLUGIN_GET get;
  CURFEW_PLUGIN_INVOKE invoke;
} CfPluginEntries;

/**
 * CfPluginModule:
 *
 * One loaded file, shared by all that use it in this process. It may be used by any thread.
 */
typedef struct _CfPluginModule CfPluginModule;

CfPluginModule *cf_plugin_module_open (const char *file, CfPluginNeeds needs, GError **error);
void cf_plugin_module_close (CfPluginModule *self, gboolean unloads);

const CfPluginEntries *cf_plugin_module_get_entries (CfPluginModule *self);
gboolean cf_plugin_module_is_quick (CfPluginModule *self);

void cf_plugin_module_enter_life_cycle (CfPluginModule *self);
void cf_plugin_module_leave_life_cycle (CfPluginModule *self);

void cf_plugin_module_poison (CfPluginModule *self);
gboolean cf_plugin_module_is_poisoned (CfPluginModule *self);

G_END_DECLS
