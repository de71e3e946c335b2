/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "wsman/auth/wsm-auth-field.h"

G_BEGIN_DECLS

/**
 * WsmAnswer:
 * @status: the HTTP status
 * @content_type: (nullable): the header
 * @is_encoded: whether the body is compressed
 * @is_delimited: whether the end of the body could be told from a lost connection
 * @is_last: whether the host hangs up behind it
 * @retry_after_s: seconds to wait, as a host says that is busy; 0 if it says nothing
 * @challenges: what the WWW-Authenticate fields say
 * @body: at most %WSM_MAX_ENVELOPE_SIZE octets, and what sealing adds
 *
 * One HTTP response, complete.
 */
typedef struct
{
  guint status;
  char *content_type;
  gboolean is_encoded;
  gboolean is_delimited;
  gboolean is_last;
  guint retry_after_s;
  WsmChallenges challenges;
  GBytes *body;
} WsmAnswer;

WsmAnswer *wsm_answer_new (SoupMessage *message, WsmAuthScheme scheme, GBytes *body);
void wsm_answer_free (WsmAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmAnswer, wsm_answer_free)

G_END_DECLS
