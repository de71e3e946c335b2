/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin-frame-channel.h"

G_BEGIN_DECLS

/**
 * CfPluginHostOutput:
 *
 * The output of RECEIVE calls on its way to the agent: in pieces, and no more of one call at a time
 * than the agent takes. What a plug-in gives at once may be far more than that; the rest waits
 * here.
 */
typedef struct _CfPluginHostOutput CfPluginHostOutput;

CfPluginHostOutput *cf_plugin_host_output_new (void);
void cf_plugin_host_output_free (CfPluginHostOutput *self);

void cf_plugin_host_output_set_channel (CfPluginHostOutput *self, CfPluginFrameChannel *channel);
void cf_plugin_host_output_open (CfPluginHostOutput *self, guint64 id);
void cf_plugin_host_output_add (CfPluginHostOutput *self, guint64 id, const CfPluginOutput *output);
void cf_plugin_host_output_acknowledge (CfPluginHostOutput *self, guint64 id, guint64 n_octets);
gboolean cf_plugin_host_output_complete (CfPluginHostOutput *self, guint64 id, guint32 code,
                                         const char *extended_information);
void cf_plugin_host_output_cut (CfPluginHostOutput *self, guint64 id);
void cf_plugin_host_output_cut_all (CfPluginHostOutput *self);

void cf_plugin_host_send_completed (CfPluginFrameChannel *channel, guint64 id, guint32 code,
                                    const char *extended_information);

G_END_DECLS
