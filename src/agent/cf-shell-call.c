/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-shell-call.h"

/**
 * cf_shell_call_begin:
 * @self: a call that is not open; stays valid until this returns, whatever @events do
 * @plugin: whom to ask
 * @caller: in whose name
 * @call: what; its `id` is filled in
 * @events: what to do about the answers; stays
 * @user_data: for @events
 * @fault: (out) (transfer full): why not
 *
 * Returns: %FALSE with @fault set if the plug-in was not asked
 */
gboolean
cf_shell_call_begin (CfShellCall *self, CfPlugin *plugin, WsmPrincipal *caller, CfPluginCall *call,
                     const CfPluginCallEvents *events, gpointer user_data, WsmFault **fault)
{
  guint64 id;

  g_return_val_if_fail (!self->is_open, FALSE);

  *self = (CfShellCall){ .is_open = TRUE };
  id = cf_plugin_begin (plugin, caller, call, events, user_data, fault);
  if (id == 0)
    {
      self->is_open = FALSE;
      return FALSE;
    }

  self->id = id;
  if (self->is_open && self->is_cancelled)
    cf_plugin_cancel (plugin, id);
  return TRUE;
}

/**
 * cf_shell_call_cancel:
 * @self: a call
 * @plugin: who was asked
 *
 * Asks the plug-in to end an open call; once is enough.
 */
void
cf_shell_call_cancel (CfShellCall *self, CfPlugin *plugin)
{
  if (!self->is_open || self->is_cancelled)
    return;

  self->is_cancelled = TRUE;
  if (self->id != 0)
    cf_plugin_cancel (plugin, self->id);
}

/**
 * cf_shell_call_end:
 * @self: a call that has completed
 */
void
cf_shell_call_end (CfShellCall *self)
{
  self->is_open = FALSE;
}
