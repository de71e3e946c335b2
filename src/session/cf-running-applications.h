/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void cf_running_applications_list_async (GDBusConnection *session_bus, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
char **cf_running_applications_list_finish (GAsyncResult *result, GError **error);

void cf_running_applications_add (GDBusConnection *session_bus, const char *id, gint pid);

G_END_DECLS
