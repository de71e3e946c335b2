/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-authority.h"
#include "power/cf-power.h"
#include "schedule/cf-schedule.h"

G_BEGIN_DECLS

/**
 * CfReceiver:
 *
 * The receiving half's one desk: every request to shut down, by whatever resource or method it
 * came, is authorised, decided, counted down, acted on and noted here.
 */
#define CF_TYPE_RECEIVER (cf_receiver_get_type ())
G_DECLARE_FINAL_TYPE (CfReceiver, cf_receiver, CF, RECEIVER, GObject)

CfReceiver *cf_receiver_new (CfSchedule *schedule, CfPower *power, CfAuthority *authority);

guint32 cf_receiver_initiate (CfReceiver *self, WsmPrincipal *caller,
                              CfShutdownRequestBuilder *builder);
guint32 cf_receiver_refuse (CfReceiver *self, WsmPrincipal *caller, const char *problem,
                            guint32 code);
guint32 cf_receiver_abort (CfReceiver *self, WsmPrincipal *caller, const char *client_hint);
gboolean cf_receiver_may (CfReceiver *self, WsmPrincipal *caller, CfVerbs verbs);

CfSchedule *cf_receiver_get_schedule (CfReceiver *self);
CfPower *cf_receiver_get_power (CfReceiver *self);

G_END_DECLS
