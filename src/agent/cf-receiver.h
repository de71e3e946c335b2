/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-action-history.h"
#include "cf-audience.h"
#include "cf-authority.h"
#include "power/cf-power.h"
#include "schedule/cf-schedule.h"

G_BEGIN_DECLS

/**
 * CfManners:
 * @may_postpone: whether people here may postpone what its sender allows to be postponed
 * @extend_foreign: whether requests of foreign clients are extended, too, if nobody saw a warning
 * @extend_own: whether those of Curfew's own clients are
 *
 * How this machine treats its people, whoever sends requests.
 */
typedef struct
{
  gboolean may_postpone;
  gboolean extend_foreign;
  gboolean extend_own;
} CfManners;

/**
 * CfLocalCaller:
 * @uid: who asks, a user of this machine
 * @who: (not nullable): the same for people and logs: "alice (uid 1000)"
 *
 * Somebody on this machine. Borrowed for a call.
 */
typedef struct
{
  guint32 uid;
  const char *who;
} CfLocalCaller;

/**
 * CfReceiver:
 *
 * The receiving half's one desk: every request to shut down, and every wish to change one, by
 * whatever resource, method or bus it came, is authorised, decided, given to the schedule and noted
 * here. For callers on the bus the permission was decided before (CfGatekeeper).
 */
#define CF_TYPE_RECEIVER (cf_receiver_get_type ())
G_DECLARE_FINAL_TYPE (CfReceiver, cf_receiver, CF, RECEIVER, GObject)

CfReceiver *cf_receiver_new (CfSchedule *schedule, CfPower *power, CfAuthority *authority,
                             CfClock *clock);
void cf_receiver_set_manners (CfReceiver *self, const CfManners *manners);
void cf_receiver_set_history (CfReceiver *self, CfActionHistory *history);

guint32 cf_receiver_initiate (CfReceiver *self, WsmPrincipal *caller, CfScheduleOrigin origin,
                              CfShutdownRequestBuilder *builder);
guint32 cf_receiver_refuse (CfReceiver *self, WsmPrincipal *caller, const char *problem,
                            guint32 code);
guint32 cf_receiver_abort (CfReceiver *self, WsmPrincipal *caller, const char *client_hint);
CfVerbs cf_receiver_get_verbs (CfReceiver *self, WsmPrincipal *caller);

/* for people at this machine */
gboolean cf_receiver_postpone (CfReceiver *self, const CfLocalCaller *caller, guint32 seconds,
                               const char *note, GError **error);
gboolean cf_receiver_call_off (CfReceiver *self, const char *who, const char *note, GError **error);
gboolean cf_receiver_set_ready (CfReceiver *self, const CfLocalCaller *caller, gboolean is_ready,
                                GError **error);
gboolean cf_receiver_move (CfReceiver *self, const char *who, guint32 seconds, GError **error);

/* receipts of sessions' helpers */
gboolean cf_receiver_note_shown (CfReceiver *self, const CfLocalCaller *caller,
                                 const char *request_code, guint minutes, GError **error);
gboolean cf_receiver_note_read (CfReceiver *self, const CfLocalCaller *caller,
                                const char *request_code, GError **error);
gboolean cf_receiver_note_returned (CfReceiver *self, const CfLocalCaller *caller,
                                    const char *request_code, GError **error);

CfReceiverState cf_receiver_get_state (CfReceiver *self);
CfSchedule *cf_receiver_get_schedule (CfReceiver *self);
CfPower *cf_receiver_get_power (CfReceiver *self);
CfAudience *cf_receiver_get_audience (CfReceiver *self);

G_END_DECLS
