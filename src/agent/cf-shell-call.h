/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin.h"

G_BEGIN_DECLS

/**
 * CfShellCall:
 * @id: of cf_plugin_begin(); 0 until that has returned
 * @is_open: not completed yet
 * @is_cancelled: not wanted any more
 *
 * One call of a plug-in, which may complete before its id is known. Whoever is told of the
 * completion says so with cf_shell_call_end().
 */
typedef struct
{
  guint64 id;
  gboolean is_open;
  gboolean is_cancelled;
} CfShellCall;

gboolean cf_shell_call_begin (CfShellCall *self, CfPlugin *plugin, WsmPrincipal *caller,
                              CfPluginCall *call, const CfPluginCallEvents *events,
                              gpointer user_data, WsmFault **fault);
void cf_shell_call_cancel (CfShellCall *self, CfPlugin *plugin);
void cf_shell_call_end (CfShellCall *self);

G_END_DECLS
