/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fleet/cf-dispatcher.h"

G_BEGIN_DECLS

/**
 * CfProgress:
 *
 * One line on the standard error that tells how far many errands have come.
 */
typedef struct _CfProgress CfProgress;

CfProgress *cf_progress_new (CfDispatcher *dispatcher);
void cf_progress_free (CfProgress *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfProgress, cf_progress_free)

G_END_DECLS
