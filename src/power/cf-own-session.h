/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfOwnSession:
 *
 * The graphical session this program belongs to: whether its person has the screen now, and whether
 * it is locked. It asks logind, and listens to the screen savers of desktops, which may cover the
 * screen without telling logind. It outlives both.
 *
 * Signal: `changed`, when one of the answers is another one, and once when they are known.
 */
#define CF_TYPE_OWN_SESSION (cf_own_session_get_type ())
G_DECLARE_FINAL_TYPE (CfOwnSession, cf_own_session, CF, OWN_SESSION, GObject)

CfOwnSession *cf_own_session_new (GDBusConnection *session_bus);

gboolean cf_own_session_is_known (CfOwnSession *self);
gboolean cf_own_session_is_active (CfOwnSession *self);
gboolean cf_own_session_is_locked (CfOwnSession *self);
GDBusConnection *cf_own_session_get_system_bus (CfOwnSession *self);

G_END_DECLS
