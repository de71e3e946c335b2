/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "wsm-answer.h"
#include "wsm-endpoint.h"
#include "wsm-trust.h"

G_BEGIN_DECLS

/**
 * WsmQuestion:
 * @endpoint: whom to ask
 * @trust: whose certificate is believed
 * @certificate: (nullable): shown to a host that asks for one while TLS begins
 * @authorization: (nullable): the value of the header
 * @scheme: of @authorization, if the answer may bring a token
 * @connection_id: the connection that it may go over, and no other; 0 for any
 * @needs_new_connection: whether it may only go over one that nothing went over yet
 * @is_anonymous_identify: whether to say that no sign-in is meant
 * @is_repeatable: whether asking twice does the same as asking once
 * @content_type: (nullable): of @body
 * @body: (nullable): an envelope, sealed or not; %NULL for an empty body
 * @connect_msec: time to the end of the TLS handshake
 * @total_msec: time for everything, for people
 * @deadline_usec: when that is over, on the monotonic clock
 *
 * One HTTP request. Lent for the call of wsm_exchange_async() only.
 */
typedef struct
{
  WsmEndpoint *endpoint;
  WsmTrust *trust;
  GTlsCertificate *certificate;
  const char *authorization;
  WsmAuthScheme scheme;
  guint64 connection_id;
  gboolean needs_new_connection;
  gboolean is_anonymous_identify;
  gboolean is_repeatable;
  const char *content_type;
  GBytes *body;
  guint connect_msec;
  guint total_msec;
  gint64 deadline_usec;
} WsmQuestion;

void wsm_exchange_async (SoupSession *session, const WsmQuestion *question,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data);
WsmAnswer *wsm_exchange_finish (SoupSession *session, GAsyncResult *result, guint64 *connection_id,
                                GError **error);

void wsm_exchange_connect_async (SoupSession *session, const WsmQuestion *question,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);
GBytes *wsm_exchange_connect_finish (SoupSession *session, GAsyncResult *result,
                                     guint64 *connection_id, GError **error);

G_END_DECLS
