/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "wsm-client-error.h"
#include "wsm-endpoint.h"
#include "wsm-trust.h"
#include "wsman/auth/wsm-credential.h"
#include "wsman/wire/wsm-identify-response.h"
#include "wsman/wire/wsm-object.h"

G_BEGIN_DECLS

/**
 * WsmClientOptions:
 * @trust: (not nullable): whose certificates are believed
 * @credential: (nullable): who signs in, and how; %NULL asks without signing in
 * @allow_clear_password: send the password over clear HTTP to an address that is not loopback
 * @connect_timeout_msec: time to the end of the TLS handshake; 0 for %WSM_CLIENT_CONNECT_MSEC
 * @operation_timeout_msec: what the host is told it may take, 1 … 60000; 0 for
 *   %WSM_CLIENT_OPERATION_MSEC
 * @margin_msec: how much longer than @operation_timeout_msec the whole operation may last,
 *   connecting included; 0 for %WSM_CLIENT_MARGIN_MSEC
 *
 * How a client goes about asking; copied by wsm_client_new().
 */
typedef struct
{
  WsmTrust *trust;
  WsmCredential *credential;
  gboolean allow_clear_password;
  guint connect_timeout_msec;
  guint operation_timeout_msec;
  guint margin_msec;
} WsmClientOptions;

#define WSM_CLIENT_CONNECT_MSEC   5000u
#define WSM_CLIENT_OPERATION_MSEC 30000u
#define WSM_CLIENT_MARGIN_MSEC    15000u

/**
 * WsmClient:
 *
 * Asks one host. Operations run one after the other over one connection that is kept alive; two at
 * the same time are an error of the caller's. Drop the object to close the connection.
 */
#define WSM_TYPE_CLIENT (wsm_client_get_type ())
G_DECLARE_FINAL_TYPE (WsmClient, wsm_client, WSM, CLIENT, GObject)

WsmClient *wsm_client_new (WsmEndpoint *endpoint, const WsmClientOptions *options);
/* (nullable): how it has signed in, once it has: one of WSM_MECHANISM_BASIC and its like; and why
 * not otherwise, for people */
const char *wsm_client_get_mechanism (WsmClient *self);
const char *wsm_client_get_detour (WsmClient *self);

void wsm_client_identify_async (WsmClient *self, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
WsmIdentifyResponse *wsm_client_identify_finish (WsmClient *self, GAsyncResult *result,
                                                 GError **error);
void wsm_client_get_async (WsmClient *self, const char *resource_uri, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data);
WsmObject *wsm_client_get_finish (WsmClient *self, GAsyncResult *result, GError **error);
void wsm_client_invoke_async (WsmClient *self, const char *resource_uri, const char *method,
                              WsmObject *input, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
WsmObject *wsm_client_invoke_finish (WsmClient *self, GAsyncResult *result, GError **error);

G_END_DECLS
