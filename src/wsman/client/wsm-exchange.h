/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "wsm-endpoint.h"
#include "wsm-trust.h"

G_BEGIN_DECLS

/**
 * WsmQuestion:
 * @endpoint: whom to ask
 * @trust: whose certificate is believed
 * @authorization: (nullable): the value of the header
 * @is_anonymous_identify: whether to say that no sign-in is meant
 * @is_repeatable: whether asking twice does the same as asking once
 * @content_type: of @body
 * @body: an envelope
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
  const char *authorization;
  gboolean is_anonymous_identify;
  gboolean is_repeatable;
  const char *content_type;
  GBytes *body;
  guint connect_msec;
  guint total_msec;
  gint64 deadline_usec;
} WsmQuestion;

/**
 * WsmAnswer:
 * @status: the HTTP status
 * @content_type: (nullable): the header
 * @is_encoded: whether the body is compressed
 * @is_delimited: whether the end of the body could be told from a lost connection
 * @body: at most %WSM_MAX_ENVELOPE_SIZE octets
 *
 * One HTTP response, complete.
 */
typedef struct
{
  guint status;
  char *content_type;
  gboolean is_encoded;
  gboolean is_delimited;
  GBytes *body;
} WsmAnswer;

void wsm_answer_free (WsmAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmAnswer, wsm_answer_free)

void wsm_exchange_async (SoupSession *session, const WsmQuestion *question,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data);
WsmAnswer *wsm_exchange_finish (SoupSession *session, GAsyncResult *result, guint64 *connection_id,
                                GError **error);

G_END_DECLS
