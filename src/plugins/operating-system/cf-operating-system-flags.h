/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean cf_operating_system_flags_to_wire (gint32 flags, guint32 *wire, guint32 *code);

G_END_DECLS
