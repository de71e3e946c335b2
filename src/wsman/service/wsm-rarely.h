/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WsmRarely:
 *
 * Remembers what was said of whom lately, so that a flood of refusals does not become a flood of
 * journal lines.
 */
typedef struct _WsmRarely WsmRarely;

WsmRarely *wsm_rarely_new (void);
void wsm_rarely_free (WsmRarely *self);

gboolean wsm_rarely_may (WsmRarely *self, guint64 whom, gint64 now_usec);

G_END_DECLS
