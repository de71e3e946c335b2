/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "power/cf-power.h"

G_BEGIN_DECLS

/**
 * CfLocalCall:
 * @CF_LOCAL_POSTPONE: later, within what the request allows
 * @CF_LOCAL_ACT_NOW: what is waiting, at once
 * @CF_LOCAL_ABORT: call it off
 * @CF_LOCAL_RESCHEDULE: to another time
 * @CF_LOCAL_RESCHEDULE_NOW: to no time at all, which is acting at once as well
 * @CF_LOCAL_REPORT_SHOWN: somebody could see the warning
 * @CF_LOCAL_REPORT_READ: somebody took notice of it
 * @CF_LOCAL_REPORT_RETURNED: somebody has come back to their screen and sees it only now
 * @CF_LOCAL_SET_READY: does not need the time that is left, or needs it again
 *
 * What programs on this computer can ask of the agent.
 */
typedef enum
{
  CF_LOCAL_POSTPONE,
  CF_LOCAL_ACT_NOW,
  CF_LOCAL_ABORT,
  CF_LOCAL_RESCHEDULE,
  CF_LOCAL_RESCHEDULE_NOW,
  CF_LOCAL_REPORT_SHOWN,
  CF_LOCAL_REPORT_READ,
  CF_LOCAL_REPORT_RETURNED,
  CF_LOCAL_SET_READY,
} CfLocalCall;

/**
 * CfGatekeeper:
 *
 * The one place that decides about callers on this computer: who they are, whether they sit here,
 * how often they called, and what polkit says. What cannot be found out is refused.
 */
#define CF_TYPE_GATEKEEPER (cf_gatekeeper_get_type ())
G_DECLARE_FINAL_TYPE (CfGatekeeper, cf_gatekeeper, CF, GATEKEEPER, GObject)

void cf_gatekeeper_new_async (CfPower *power, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
CfGatekeeper *cf_gatekeeper_new_finish (GAsyncResult *result, GError **error);
CfGatekeeper *cf_gatekeeper_new_for_rehearsal (CfPower *power);

void cf_gatekeeper_check_async (CfGatekeeper *self, GDBusConnection *connection, const char *sender,
                                CfLocalCall call, gboolean is_interactive,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
char *cf_gatekeeper_check_finish (CfGatekeeper *self, GAsyncResult *result, GError **error);
guint32 cf_gatekeeper_check_get_uid (GAsyncResult *result);

G_END_DECLS
