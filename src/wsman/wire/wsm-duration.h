/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean wsm_duration_parse (const char *text, gint64 *msec, GError **error);
char *wsm_duration_format (gint64 msec);

G_END_DECLS
