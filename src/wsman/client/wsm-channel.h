/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "wsm-client.h"
#include "wsman/wire/wsm-envelope.h"

G_BEGIN_DECLS

/**
 * WsmChannel:
 *
 * The way to one host: one connection, signed in as the credential wants it, over which envelopes
 * go, sealed where that is needed. One at a time.
 */
#define WSM_TYPE_CHANNEL (wsm_channel_get_type ())
G_DECLARE_FINAL_TYPE (WsmChannel, wsm_channel, WSM, CHANNEL, GObject)

/**
 * WsmChannelRequest:
 * @envelope: what to ask
 * @kind: what the body of the answer has to be
 * @is_repeatable: whether asking twice does the same as asking once
 *
 * One question. Lent for the call of wsm_channel_ask_async() only.
 */
typedef struct
{
  WsmEnvelope *envelope;
  WsmBodyKind kind;
  gboolean is_repeatable;
} WsmChannelRequest;

WsmChannel *wsm_channel_new (WsmEndpoint *endpoint, const WsmClientOptions *options);
const char *wsm_channel_get_mechanism (WsmChannel *self);
const char *wsm_channel_get_detour (WsmChannel *self);

void wsm_channel_ask_async (WsmChannel *self, const WsmChannelRequest *request,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data);
WsmEnvelope *wsm_channel_ask_finish (WsmChannel *self, GAsyncResult *result, GError **error);

G_END_DECLS
