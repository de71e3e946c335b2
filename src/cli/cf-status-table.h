/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *cf_status_table_to_string (GListModel *queries, guint width, gboolean is_colored);

G_END_DECLS
