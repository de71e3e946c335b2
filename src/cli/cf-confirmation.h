/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-command.h"

G_BEGIN_DECLS

#define CF_CONFIRMATION_FREE_TARGETS 10u

/**
 * CfConfirmationNeed:
 * @CF_CONFIRMATION_NONE: go ahead
 * @CF_CONFIRMATION_ASK: ask back
 * @CF_CONFIRMATION_IMPOSSIBLE: it has to be asked, and there is nobody to ask
 *
 * What comes before sending.
 */
typedef enum
{
  CF_CONFIRMATION_NONE,
  CF_CONFIRMATION_ASK,
  CF_CONFIRMATION_IMPOSSIBLE,
} CfConfirmationNeed;

CfConfirmationNeed cf_confirmation_decide (CfVerb verb, guint n_targets, gboolean yes,
                                           gboolean is_terminal);
gboolean cf_confirmation_matches (const char *line, guint n_targets);
gboolean cf_confirmation_ask (const CfCommand *command);

G_END_DECLS
