/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsman/auth/wsm-auth-field.h"
#include "wsman/wire/wsm-charset.h"

G_BEGIN_DECLS

/**
 * WsmAnswer:
 * @status: the HTTP status
 * @body: (owned) (nullable): an envelope; %NULL for an answer without body
 * @charset: that of @body
 * @sealed_type: (nullable): the Content-Type of @body if it is sealed
 * @schemes: what a 401 offers
 * @authenticate: (nullable): the value of a WWW-Authenticate field before these
 * @retry_seconds: when to come again; 0 for not saying so
 *
 * What goes back for one request. Cleared by wsm_answer_clear().
 */
typedef struct
{
  guint status;
  GBytes *body;
  WsmCharset charset;
  const char *sealed_type;
  WsmAuthScheme schemes;
  const char *authenticate;
  guint retry_seconds;
} WsmAnswer;

void wsm_answer_clear (WsmAnswer *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WsmAnswer, wsm_answer_clear)

void wsm_answer_append (const WsmAnswer *self, gboolean closes, GString *http);

G_END_DECLS
