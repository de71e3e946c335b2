/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean cf_plugin_file_check (const char *path, gboolean owner_may_own, GError **error);

G_END_DECLS
