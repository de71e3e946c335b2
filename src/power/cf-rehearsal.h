/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-power.h"

G_BEGIN_DECLS

/**
 * CfRehearsal:
 *
 * A #CfPower that never acts: it records what it would have done, in the log and, if it was given
 * one, in a file.
 */
#define CF_TYPE_REHEARSAL (cf_rehearsal_get_type ())
G_DECLARE_FINAL_TYPE (CfRehearsal, cf_rehearsal, CF, REHEARSAL, GObject)

CfRehearsal *cf_rehearsal_new (const char *const *users, gboolean allow_halt,
                               const char *record_path);
void cf_rehearsal_play_blockers (CfRehearsal *self, const char *const *texts);

G_END_DECLS
