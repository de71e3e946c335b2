/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CF_ACTION_HISTORY_MAX_AN_HOUR    6u
#define CF_ACTION_HISTORY_SETTLE_SECONDS 120u

/**
 * CfActionHistory:
 *
 * Remembers when this machine was told to go down, over restarts, and keeps a mistake from becoming
 * a boot loop (threat-model.md section 9).
 */
#define CF_TYPE_ACTION_HISTORY (cf_action_history_get_type ())
G_DECLARE_FINAL_TYPE (CfActionHistory, cf_action_history, CF, ACTION_HISTORY, GObject)

CfActionHistory *cf_action_history_new (const char *directory, const char *boot_id,
                                        guint settle_seconds);

guint32 cf_action_history_check (CfActionHistory *self, gboolean is_forced, gint64 uptime_usec,
                                 gint64 now_real_usec);
gboolean cf_action_history_note (CfActionHistory *self, gint64 uptime_usec, gint64 now_real_usec,
                                 GError **error);

G_END_DECLS
