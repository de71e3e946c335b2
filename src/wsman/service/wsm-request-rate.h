/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WsmRequestRate:
 *
 * How many requests a user may still make: a bucket for each that holds a minute's worth and fills
 * evenly.
 */
typedef struct _WsmRequestRate WsmRequestRate;

WsmRequestRate *wsm_request_rate_new (guint per_minute);
void wsm_request_rate_free (WsmRequestRate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmRequestRate, wsm_request_rate_free)

gboolean wsm_request_rate_take (WsmRequestRate *self, const char *user, gint64 now_usec);

G_END_DECLS
