/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bus/cf-bus-login1-manager.h"
#include "request/cf-shutdown-flags.h"

G_BEGIN_DECLS

gboolean cf_logind_answer_means_capable (const char *answer);
void cf_logind_capabilities_read_async (CfBusLogin1Manager *manager, gboolean allow_halt,
                                        GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data);
CfShutdownFlags cf_logind_capabilities_read_finish (CfBusLogin1Manager *manager,
                                                    GAsyncResult *result, gboolean *is_complete);

G_END_DECLS
