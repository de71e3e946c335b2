/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-answer.h"
#include "wsm-operation.h"

G_BEGIN_DECLS

/* Answers that are envelopes; @self is all zero before. */

void wsm_answer_set_identify (WsmAnswer *self, WsmEnvelope *request,
                              const WsmIdentifyResponse *response);
void wsm_answer_set_fault (WsmAnswer *self, WsmEnvelope *request, WsmFault *fault);
void wsm_answer_set_unreadable (WsmAnswer *self, WsmCharset declared, const GError *error);
void wsm_answer_set_outcome (WsmAnswer *self, WsmEnvelope *request, const WsmOutcome *outcome);

G_END_DECLS
