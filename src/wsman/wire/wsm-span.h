/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WsmSpan:
 * @text: (array length=length): lent
 * @length: its octets
 *
 * Text without a NUL at its end, or what remains of it while it is read.
 */
typedef struct
{
  const char *text;
  gsize length;
} WsmSpan;

void wsm_span_skip (WsmSpan *self, gsize length);
void wsm_span_skip_blanks (WsmSpan *self);
void wsm_span_drop_blanks_at_end (WsmSpan *self);
gboolean wsm_span_skip_word (WsmSpan *self, const char *word);
gboolean wsm_span_equals (WsmSpan self, const char *word);
WsmSpan wsm_span_take_until (WsmSpan *self, char separator);
gboolean wsm_span_take_parameter (WsmSpan *self, WsmSpan *name, WsmSpan *value);

G_END_DECLS
