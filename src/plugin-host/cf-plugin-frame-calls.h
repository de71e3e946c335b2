/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin-client.h"

G_BEGIN_DECLS

/**
 * CfPluginFrameCall:
 * @unacknowledged: of RECEIVE: octets of output that the client has not disposed of
 * @n_children: how many calls of the table belong to this one
 * @n_requests: how often the plug-in asked for something that is put on record
 * @n_looks: how often it asked for the state of the shutdown
 * @deadline: until when it has to complete, because it or what it belongs to was cancelled or has
 *   ended, and until when its context has to be released then; in microseconds of
 *   g_get_monotonic_time(); -1 for none
 *
 * What the agent knows of one call that a helper was given.
 */
typedef struct
{
  guint64 id;
  CfPluginCallKind kind;
  guint64 shell;
  guint64 command;
  gsize unacknowledged;
  guint n_children;
  guint n_requests;
  guint n_looks;
  gint64 deadline;
  gboolean is_cancelled;
  gboolean has_context;
  gboolean has_object;
  gboolean is_complete;
  gboolean is_released;
} CfPluginFrameCall;

/**
 * CfPluginFrameCalls:
 *
 * The calls that a helper was given and has not ended. What a helper says is held against it, so
 * that a client is told nothing that the contract of #CfPluginClient does not allow.
 */
typedef struct _CfPluginFrameCalls CfPluginFrameCalls;

CfPluginFrameCalls *cf_plugin_frame_calls_new (void);
void cf_plugin_frame_calls_free (CfPluginFrameCalls *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfPluginFrameCalls, cf_plugin_frame_calls_free)

gboolean cf_plugin_frame_calls_is_empty (CfPluginFrameCalls *self);
gboolean cf_plugin_frame_calls_accepts (CfPluginFrameCalls *self, const CfPluginCall *call);
void cf_plugin_frame_calls_add (CfPluginFrameCalls *self, const CfPluginCall *call);
CfPluginFrameCall *cf_plugin_frame_calls_get_open (CfPluginFrameCalls *self, guint64 id);
GPtrArray *cf_plugin_frame_calls_get_children (CfPluginFrameCalls *self,
                                               const CfPluginFrameCall *call);
void cf_plugin_frame_calls_complete (CfPluginFrameCalls *self, CfPluginFrameCall *call,
                                     CfPluginClient *client, guint32 code,
                                     const char *extended_information);
gboolean cf_plugin_frame_calls_release (CfPluginFrameCalls *self, guint64 id,
                                        CfPluginClient *client);
void cf_plugin_frame_calls_fail_all (CfPluginFrameCalls *self, CfPluginClient *client, guint32 code,
                                     const char *problem);
gint64 cf_plugin_frame_calls_get_deadline (CfPluginFrameCalls *self);

G_END_DECLS
