/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bus/cf-bus-packagekit-offline.h"
#include "request/cf-shutdown-action.h"

G_BEGIN_DECLS

void cf_offline_updates_find_async (GDBusConnection *bus, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
gboolean cf_offline_updates_find_finish (GDBusConnection *bus, GAsyncResult *result);
void cf_offline_updates_trigger_async (GDBusConnection *bus, CfShutdownAction action,
                                       GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data);
CfBusPackagekitOffline *cf_offline_updates_trigger_finish (GDBusConnection *bus,
                                                           GAsyncResult *result);
void cf_offline_updates_cancel_async (CfBusPackagekitOffline *updates, GAsyncReadyCallback callback,
                                      gpointer user_data);
void cf_offline_updates_cancel_finish (CfBusPackagekitOffline *updates, GAsyncResult *result);

G_END_DECLS
