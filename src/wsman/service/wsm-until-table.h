/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WsmUntilTable:
 *
 * Until when something is true of a key: so many keys at most, of which the one whose time ends
 * first gives way. Each operation takes logarithmic time, as callers may choose how many there are.
 */
typedef struct _WsmUntilTable WsmUntilTable;

WsmUntilTable *wsm_until_table_new (guint max_entries);
void wsm_until_table_free (WsmUntilTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmUntilTable, wsm_until_table_free)

gint64 wsm_until_table_get (WsmUntilTable *self, guint64 key);
void wsm_until_table_set (WsmUntilTable *self, guint64 key, gint64 until_usec, gint64 now_usec);
guint wsm_until_table_get_size (WsmUntilTable *self);

G_END_DECLS
