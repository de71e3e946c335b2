/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin-runner.h"

G_BEGIN_DECLS

/**
 * CfPluginEngine:
 *
 * What CfModuleRunner shares with the threads of its plug-in: the operations, the order in which
 * things happen to them, and the events for the client. It lives until the last thread has left
 * it, which may be long after the runner itself is gone.
 *
 * These functions are for the runner, in the thread of its main context.
 */
typedef struct _CfPluginEngine CfPluginEngine;

CfPluginEngine *cf_plugin_engine_new (CfPluginRunner *runner, const CfPluginSettings *settings);
void cf_plugin_engine_free (CfPluginEngine *self);

void cf_plugin_engine_set_unloads (CfPluginEngine *self, gboolean unloads);
void cf_plugin_engine_start (CfPluginEngine *self, guint32 flags);
void cf_plugin_engine_begin (CfPluginEngine *self, const CfPluginCall *call);
void cf_plugin_engine_cancel (CfPluginEngine *self, guint64 id);
void cf_plugin_engine_acknowledge (CfPluginEngine *self, guint64 id, gsize n_octets);
void cf_plugin_engine_stop (CfPluginEngine *self, guint32 reason);

G_END_DECLS
