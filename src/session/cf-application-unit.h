/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean cf_application_id_is_valid (const char *id);
char *cf_application_unit_dup_id (const char *unit);
char *cf_application_unit_dup_scope (const char *id, gint pid);

G_END_DECLS
