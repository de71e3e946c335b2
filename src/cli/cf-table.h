/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CfTone:
 *
 * What a cell says at a glance. A color only repeats it: the words say it too.
 */
typedef enum
{
  CF_TONE_PLAIN,
  CF_TONE_GOOD,
  CF_TONE_WAITING,
  CF_TONE_BAD,
} CfTone;

/**
 * CfTable:
 *
 * Rows of text for a terminal, in columns that line up whatever the script of the text.
 */
typedef struct _CfTable CfTable;

CfTable *cf_table_new (const char *const *titles);
void cf_table_free (CfTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfTable, cf_table_free)

void cf_table_add_row (CfTable *self, const char *const *cells, CfTone tone);
char *cf_table_to_string (const CfTable *self, guint width, gboolean is_colored);
char *cf_table_wrap (const char *text, guint width);
guint cf_table_measure (const char *text);

G_END_DECLS
