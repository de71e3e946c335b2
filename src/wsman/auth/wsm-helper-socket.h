/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void wsm_helper_socket_ask_async (const char *path, GByteArray *question, guint timeout_msec,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
gint wsm_helper_socket_ask_finish (GAsyncResult *result, GError **error);

G_END_DECLS
