/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-answer.h"
#include "wsm-endpoint.h"
#include "wsman/auth/wsm-credential.h"

G_BEGIN_DECLS

/**
 * WsmAsker:
 * @endpoint: who was asked
 * @credential: (nullable): who signs in; %NULL for nobody
 * @mechanism: (nullable): how, where that is more than @credential says: one of
 *   %WSM_MECHANISM_KERBEROS and its like
 * @is_first_leg: whether the answer is to the first word of a sign-in of several
 *
 * Whom an HTTP status is an answer to.
 */
typedef struct
{
  WsmEndpoint *endpoint;
  WsmCredential *credential;
  const char *mechanism;
  gboolean is_first_leg;
} WsmAsker;

GError *wsm_refusal_to_error (const WsmAnswer *answer, const WsmAsker *asker);

G_END_DECLS
