/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-command.h"
#include "cf-table.h"

G_BEGIN_DECLS

char *cf_wording_dup_state (CfErrand *errand);
CfTone cf_wording_get_tone (CfErrandState state);
char *cf_wording_dup_note (CfErrand *errand);
char *cf_wording_dup_elapsed (gint64 msec);

char *cf_wording_dup_intent (const CfShutdownRequest *request, guint n_targets);
char *cf_wording_dup_effect (const CfShutdownRequest *request, CfDeliveryMethod *method,
                             CfDeliveryMethod *fallback);
char *cf_wording_dup_summary (GListModel *errands, CfExitStatus status);

G_END_DECLS
