/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-refusal.h"
#include "wsman/wire/wsm-envelope.h"

G_BEGIN_DECLS

/**
 * WsmExpectation:
 * @asker: who asks whom
 * @request: what was sent
 * @kind: what the body has to be
 * @is_repeatable: whether asking twice does the same as asking once
 *
 * What an answer has to fit.
 */
typedef struct
{
  WsmAsker asker;
  WsmEnvelope *request;
  WsmBodyKind kind;
  gboolean is_repeatable;
} WsmExpectation;

WsmEnvelope *wsm_reply_read (const WsmAnswer *answer, const WsmExpectation *expectation,
                             GError **error);

G_END_DECLS
