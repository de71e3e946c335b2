/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GDateTime *wsm_datetime_parse (const char *text, GError **error);
gboolean wsm_interval_parse (const char *text, gint64 *msec, GError **error);
char *wsm_datetime_format (GDateTime *datetime);

G_END_DECLS
