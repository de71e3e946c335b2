/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin-frame.h"

G_BEGIN_DECLS

/**
 * CfPluginFrameChannel:
 *
 * One end of the socket between agent and `curfew-plugin-host`: reads and writes as many frames at
 * a time as there are. What is sent leaves before the main loop sleeps the next time, all of it in
 * one write; nothing waits for the peer but cf_plugin_frame_channel_flush() and
 * cf_plugin_frame_channel_ask(), which are the helper's.
 */
typedef struct _CfPluginFrameChannel CfPluginFrameChannel;

/**
 * CfPluginFrameEnd:
 * @CF_PLUGIN_FRAME_AGENT: the agent's end: reads what helpers say
 * @CF_PLUGIN_FRAME_HELPER: the helper's end
 */
typedef enum
{
  CF_PLUGIN_FRAME_AGENT,
  CF_PLUGIN_FRAME_HELPER,
} CfPluginFrameEnd;

/**
 * CfPluginFrameFuncs:
 * @frame: one frame came; valid for the call. %FALSE with the error set ends the connection
 * @ended: once, last: the peer hung up, if the error is %NULL, or the connection cannot go on. Not
 *   called within another function of the channel
 */
typedef struct
{
  gboolean (*frame) (const CfPluginFrame *frame, gpointer user_data, GError **error);
  void (*ended) (const GError *error, gpointer user_data);
} CfPluginFrameFuncs;

CfPluginFrameChannel *cf_plugin_frame_channel_new (int fd, CfPluginFrameEnd end,
                                                   const CfPluginFrameFuncs *funcs,
                                                   gpointer user_data);
void cf_plugin_frame_channel_close (CfPluginFrameChannel *self);

gboolean cf_plugin_frame_channel_send (CfPluginFrameChannel *self, const CfPluginFrame *frame);
guint64 cf_plugin_frame_channel_get_turn (CfPluginFrameChannel *self);
gboolean cf_plugin_frame_channel_flush (CfPluginFrameChannel *self);
gboolean cf_plugin_frame_channel_ask (CfPluginFrameChannel *self, const CfPluginFrame *question,
                                      CfPluginFrame *answer);

G_END_DECLS
