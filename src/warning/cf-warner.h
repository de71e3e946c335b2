/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfWarner:
 *
 * Warns the person of one session: hears of the request from the agent, asks the urgency ladder how
 * loudly to tell, tells by notification and window, and lets the agent know what was seen.
 */
#define CF_TYPE_WARNER (cf_warner_get_type ())
G_DECLARE_FINAL_TYPE (CfWarner, cf_warner, CF, WARNER, GObject)

CfWarner *cf_warner_new (GBusType bus_type, GDBusConnection *session_bus, const char *program);
gboolean cf_warner_show (CfWarner *self);

G_END_DECLS
