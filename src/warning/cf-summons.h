/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Under this name a session has one curfew-warning. */
#define CF_SUMMONS_NAME "org.curfew.Warning"

/**
 * CfSummonsFunc:
 * @user_data: of cf_summons_serve()
 *
 * Its person asks for the window.
 *
 * Returns: %FALSE if there is nothing to show
 */
typedef gboolean (*CfSummonsFunc) (gpointer user_data);

guint cf_summons_serve (GDBusConnection *bus, CfSummonsFunc func, gpointer user_data);
gboolean cf_summons_send (GDBusConnection *bus, GError **error);

G_END_DECLS
