/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "power/cf-session.h"

G_BEGIN_DECLS

#define CF_TYPE_TERMINALS (cf_terminals_get_type ())
G_DECLARE_FINAL_TYPE (CfTerminals, cf_terminals, CF, TERMINALS, GObject)

CfTerminals *cf_terminals_new (const char *socket_path);
void cf_terminals_write_async (CfTerminals *self, GListModel *sessions, const char *text,
                               gboolean bell, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
gint cf_terminals_write_finish (CfTerminals *self, GAsyncResult *result, GError **error);

G_END_DECLS
