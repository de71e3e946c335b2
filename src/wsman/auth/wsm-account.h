/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What this host knows of an account: its own spelling of the name, and its Unix groups. */

void wsm_account_look_up_async (const char *name, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
void wsm_account_look_up_person_async (const char *name, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
char **wsm_account_look_up_finish (GAsyncResult *result, char **own_name, GError **error);

G_END_DECLS
