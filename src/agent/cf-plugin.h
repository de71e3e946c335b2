/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin-desk.h"
#include "plugin-host/cf-plugin-runner.h"
#include "wsman/wire/wsm-fault.h"
#include "wsman/wire/wsm-plugin-configuration.h"

G_BEGIN_DECLS

/**
 * CfPluginPlaces:
 * @helper_program: (nullable) (type filename): `curfew-plugin-host`, to be spawned
 * @helper_socket: (nullable) (type filename): where systemd starts it, in a sandbox; before
 *   @helper_program
 * @owner_may_own: whether modules and documents of this process's own user are taken, as in a
 *   rehearsal; root's only otherwise
 */
typedef struct
{
  const char *helper_program;
  const char *helper_socket;
  gboolean owner_may_own;
} CfPluginPlaces;

/**
 * CfPluginCallEvents:
 *
 * What becomes of a call, in the main context; see #CfPluginClient for the order. Each but
 * @completed may be %NULL. They may come before cf_plugin_begin() returns.
 */
typedef struct
{
  void (*context_reported) (gpointer user_data);
  void (*output) (const CfPluginOutput *output, gpointer user_data);
  void (*object) (const CfPluginObject *object, gpointer user_data);
  void (*completed) (guint32 code, const char *extended_information, gpointer user_data);
  void (*released) (gpointer user_data);
} CfPluginCallEvents;

/**
 * CfPlugin:
 *
 * One configured plug-in: its document, its quotas, and the runners that serve it: one in this
 * process, one helper process for everybody (UseSharedProcess), or one for each user. They are
 * started when they are needed, and again after a crash when they are needed again, with a pause
 * that grows. AutoRestart needs nobody to ask; it is for the first two, and does not bring back a
 * module in this process.
 *
 * Signal `stopped`: after cf_plugin_stop(), nothing of it runs any more.
 */
#define CF_TYPE_PLUGIN (cf_plugin_get_type ())
G_DECLARE_FINAL_TYPE (CfPlugin, cf_plugin, CF, PLUGIN, GObject)

CfPlugin *cf_plugin_new (WsmPluginConfiguration *configuration, const CfPluginPlaces *places,
                         CfPluginDesk *desk);
const WsmPluginConfiguration *cf_plugin_get_configuration (CfPlugin *self);

void cf_plugin_auto_start (CfPlugin *self);
guint64 cf_plugin_begin (CfPlugin *self, WsmPrincipal *caller, CfPluginCall *call,
                         const CfPluginCallEvents *events, gpointer user_data, WsmFault **fault);
void cf_plugin_cancel (CfPlugin *self, guint64 id);
void cf_plugin_acknowledge (CfPlugin *self, guint64 id, gsize n_octets);
WsmFault *cf_plugin_make_fault (CfPlugin *self, guint32 code, const char *extended_information);

void cf_plugin_stop (CfPlugin *self, guint32 reason);
gboolean cf_plugin_is_stopped (CfPlugin *self);

G_END_DECLS
