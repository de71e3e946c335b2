/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Minutes before a deadline at which people are reminded (product-design.md section 5.2). Pure
 * functions: what is left comes in, microseconds throughout. */

guint cf_reminder_plan_next (gint64 left_usec);
guint cf_reminder_plan_latest (gint64 announced_for_usec, gint64 left_usec);
gboolean cf_reminder_plan_is_mandatory (guint minutes);
gboolean cf_reminder_plan_has_mandatory (gint64 announced_for_usec);

G_END_DECLS
