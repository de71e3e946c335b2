/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-power.h"

G_BEGIN_DECLS

/**
 * CfLogind:
 *
 * A #CfPower that acts: it tells systemd-logind to restart, power off or halt this machine.
 */
#define CF_TYPE_LOGIND (cf_logind_get_type ())
G_DECLARE_FINAL_TYPE (CfLogind, cf_logind, CF, LOGIND, GObject)

void cf_logind_new_async (GDBusConnection *bus, gboolean allow_halt, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);
CfLogind *cf_logind_new_finish (GAsyncResult *result, GError **error);

G_END_DECLS
