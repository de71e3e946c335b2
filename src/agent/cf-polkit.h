/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfPolkit:
 *
 * Asks polkit, over D-Bus, whether somebody may do something. (libpolkit-gobject asks the same, but
 * brings libsystemd and what that needs along: a megabyte in an agent that is there all day.)
 */
#define CF_TYPE_POLKIT (cf_polkit_get_type ())
G_DECLARE_FINAL_TYPE (CfPolkit, cf_polkit, CF, POLKIT, GObject)

void cf_polkit_new_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data);
CfPolkit *cf_polkit_new_finish (GAsyncResult *result, GError **error);

void cf_polkit_check_async (CfPolkit *self, const char *sender, const char *action,
                            gboolean is_interactive, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
gboolean cf_polkit_check_finish (CfPolkit *self, GAsyncResult *result, gboolean *is_authorized,
                                 GError **error);

G_END_DECLS
