/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfMeeting:
 *
 * Whether a program keeps the session from becoming idle, as films, presentations and calls do: a
 * window would then come at the worst moment. Desktops are asked when somebody wants to know, never
 * regularly.
 *
 * Signal: `changed`, while it is watched: the answer may be another one now.
 */
#define CF_TYPE_MEETING (cf_meeting_get_type ())
G_DECLARE_FINAL_TYPE (CfMeeting, cf_meeting, CF, MEETING, GObject)

CfMeeting *cf_meeting_new (GDBusConnection *session_bus);

void cf_meeting_watch (CfMeeting *self, GDBusConnection *system_bus);
void cf_meeting_unwatch (CfMeeting *self);

void cf_meeting_ask_async (CfMeeting *self, GDBusConnection *system_bus, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data);
gboolean cf_meeting_ask_finish (CfMeeting *self, GAsyncResult *result);

G_END_DECLS
