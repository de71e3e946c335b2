/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfPluginFrameEnded:
 * @how: (nullable): "signal 11, Segmentation fault"; %NULL if nobody knows
 */
typedef void (*CfPluginFrameEnded) (const char *how, gpointer user_data);

/**
 * CfPluginFrameProcess:
 *
 * A `curfew-plugin-host` that this process has started.
 */
typedef struct _CfPluginFrameProcess CfPluginFrameProcess;

CfPluginFrameProcess *cf_plugin_frame_process_spawn (const char *program, int *fd,
                                                     CfPluginFrameEnded ended, gpointer user_data,
                                                     GError **error);
void cf_plugin_frame_process_kill (CfPluginFrameProcess *self);
void cf_plugin_frame_process_leave (CfPluginFrameProcess *self);

G_END_DECLS
