/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-errand.h"

G_BEGIN_DECLS

#define CF_DISPATCHER_PARALLEL 64u

/**
 * CfDispatcher:
 *
 * Runs many errands, a bounded number at a time; those that rest take no place. A #GListModel of
 * its errands, in the order in which they were added.
 *
 * Signals: `finished` () once, when the last errand has settled.
 */
#define CF_TYPE_DISPATCHER (cf_dispatcher_get_type ())
G_DECLARE_FINAL_TYPE (CfDispatcher, cf_dispatcher, CF, DISPATCHER, GObject)

CfDispatcher *cf_dispatcher_new (guint n_parallel);
void cf_dispatcher_add (CfDispatcher *self, CfErrand *errand);
void cf_dispatcher_start (CfDispatcher *self);
void cf_dispatcher_cancel (CfDispatcher *self);
gboolean cf_dispatcher_is_cancelled (CfDispatcher *self);
guint cf_dispatcher_get_n_settled (CfDispatcher *self);
guint cf_dispatcher_get_n_running (CfDispatcher *self);

G_END_DECLS
