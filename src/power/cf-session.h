/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * CfSession:
 *
 * Somebody who is signed in at this computer: one session of logind (or one that a rehearsal
 * plays). Greeters, lock screens, background and manager sessions are none (shutdown-semantics.md
 * section 6.3). Immutable; a session that changes is replaced in its list.
 */
#define CF_TYPE_SESSION (cf_session_get_type ())
G_DECLARE_FINAL_TYPE (CfSession, cf_session, CF, SESSION, GObject)

CfSession *cf_session_new (const char *id, guint32 uid, const char *user, const char *seat,
                           const char *tty, const char *type, gboolean is_remote,
                           gboolean is_active);

const char *cf_session_get_id (CfSession *self);
guint32 cf_session_get_uid (CfSession *self);
const char *cf_session_get_user (CfSession *self);
const char *cf_session_get_seat (CfSession *self);
const char *cf_session_get_tty (CfSession *self);
gboolean cf_session_is_graphical (CfSession *self);
gboolean cf_session_is_remote (CfSession *self);
gboolean cf_session_is_active (CfSession *self);
gboolean cf_session_equal (CfSession *a, CfSession *b);

G_END_DECLS
