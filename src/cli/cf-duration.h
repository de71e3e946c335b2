/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean cf_duration_parse (const char *text, guint64 *seconds);
char *cf_duration_to_words (guint32 seconds);

G_END_DECLS
