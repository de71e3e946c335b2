/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-machine-facts.h"
#include "cf-receiver.h"
#include "plugin-host/cf-plugin-call.h"

G_BEGIN_DECLS

/**
 * CfPluginDesk:
 *
 * Answers what plug-ins ask (curfew-agent-services.h), always in the name of the sender of the
 * request that they were asked with: a plug-in has no rights of its own.
 */
#define CF_TYPE_PLUGIN_DESK (cf_plugin_desk_get_type ())
G_DECLARE_FINAL_TYPE (CfPluginDesk, cf_plugin_desk, CF, PLUGIN_DESK, GObject)

CfPluginDesk *cf_plugin_desk_new (CfReceiver *receiver, CfClock *clock,
                                  const CfMachineFacts *facts);

guint32 cf_plugin_desk_submit (CfPluginDesk *self, WsmPrincipal *caller,
                               const CfPluginShutdown *shutdown);
guint32 cf_plugin_desk_refuse (CfPluginDesk *self, WsmPrincipal *caller, const char *problem,
                               guint32 code);
guint32 cf_plugin_desk_abort (CfPluginDesk *self, WsmPrincipal *caller, const char *client_hint);
guint32 cf_plugin_desk_describe (CfPluginDesk *self, WsmPrincipal *caller, CfPluginStatus *status);

G_END_DECLS
