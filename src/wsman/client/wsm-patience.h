/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * WsmPatience:
 * @stopper: (owned): stops what is waited for: ours, so that we know who stopped it
 * @is_over: whether it was the time that stopped it
 *
 * How long something is waited for: until a point in time, or until the caller gives up.
 */
typedef struct
{
  GCancellable *stopper;
  gboolean is_over;

  /*< private >*/
  GSource *timer;        /* (owned) (nullable) */
  GSource *caller_watch; /* (owned) (nullable) */
} WsmPatience;

void wsm_patience_init (WsmPatience *self, gint64 deadline_usec, GCancellable *caller);
void wsm_patience_end (WsmPatience *self);
void wsm_patience_clear (WsmPatience *self);

G_END_DECLS
