/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bus/cf-bus-login1-manager.h"
#include "cf-session.h"

G_BEGIN_DECLS

/**
 * CfLogindSessions:
 *
 * The people who are signed in, by what logind knows, kept up to date.
 *
 * Signal: `known` () when cf_logind_sessions_are_known() has become true.
 */
#define CF_TYPE_LOGIND_SESSIONS (cf_logind_sessions_get_type ())
G_DECLARE_FINAL_TYPE (CfLogindSessions, cf_logind_sessions, CF, LOGIND_SESSIONS, GObject)

CfLogindSessions *cf_logind_sessions_new (CfBusLogin1Manager *manager);
GListModel *cf_logind_sessions_get_model (CfLogindSessions *self);
gboolean cf_logind_sessions_are_known (CfLogindSessions *self);
void cf_logind_sessions_read_async (CfLogindSessions *self, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
gboolean cf_logind_sessions_read_finish (CfLogindSessions *self, GAsyncResult *result,
                                         GError **error);
void cf_logind_sessions_ask_again (CfLogindSessions *self, const char *id);

G_END_DECLS
