/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CF_CALL_RATE_MAX_A_MINUTE 10u

/**
 * CfCallRate:
 *
 * How often each user of this computer has called: at most %CF_CALL_RATE_MAX_A_MINUTE times in any
 * minute, and never more than that many calls that have no answer yet.
 */
typedef struct _CfCallRate CfCallRate;

CfCallRate *cf_call_rate_new (void);
void cf_call_rate_free (CfCallRate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfCallRate, cf_call_rate_free)

gboolean cf_call_rate_begin (CfCallRate *self, guint32 uid, gint64 now_usec);
void cf_call_rate_end (CfCallRate *self, guint32 uid);

G_END_DECLS
