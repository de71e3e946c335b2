/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsman/wire/wsm-charset.h"

G_BEGIN_DECLS

/**
 * WsmAnswer:
 * @status: the HTTP status
 * @body: (owned) (nullable): an envelope; %NULL for an answer without body
 * @charset: that of @body
 * @challenge: whether a 401 offers Basic
 *
 * What goes back for one request. Cleared by wsm_answer_clear().
 */
typedef struct
{
  guint status;
  GBytes *body;
  WsmCharset charset;
  gboolean challenge;
} WsmAnswer;

void wsm_answer_clear (WsmAnswer *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WsmAnswer, wsm_answer_clear)

void wsm_answer_append (const WsmAnswer *self, gboolean closes, GString *http);

G_END_DECLS
