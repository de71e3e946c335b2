/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-audience.h"
#include "cf-terminals.h"
#include "power/cf-power.h"
#include "schedule/cf-schedule.h"

G_BEGIN_DECLS

/**
 * CfAnnouncer:
 *
 * Tells people at terminals what is going to happen: when it was accepted or changed, at each
 * reminder, when they sign in meanwhile, and how it ended (product-design.md section 5.3). What a
 * mandatory reminder reached counts as seen; and where it is certain whom it reached, since nobody
 * else is at a terminal, that person was shown it.
 */
#define CF_TYPE_ANNOUNCER (cf_announcer_get_type ())
G_DECLARE_FINAL_TYPE (CfAnnouncer, cf_announcer, CF, ANNOUNCER, GObject)

CfAnnouncer *cf_announcer_new (CfSchedule *schedule, CfPower *power, CfAudience *audience,
                               CfTerminals *terminals, const char *organization,
                               const char *host_name);
gboolean cf_announcer_is_quiet (CfAnnouncer *self);

G_END_DECLS
