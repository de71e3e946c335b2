/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-action-history.h"
#include "power/cf-power.h"
#include "schedule/cf-schedule.h"

G_BEGIN_DECLS

/**
 * CfExecutor:
 *
 * Stands between the schedule and the power: when the time has come it has the machine told, once,
 * and reports what came of it; and when the machine goes down on somebody else's word, or is about
 * to, it ends what is pending.
 */
#define CF_TYPE_EXECUTOR (cf_executor_get_type ())
G_DECLARE_FINAL_TYPE (CfExecutor, cf_executor, CF, EXECUTOR, GObject)

CfExecutor *cf_executor_new (CfSchedule *schedule, CfPower *power, CfClock *clock,
                             CfActionHistory *history);
void cf_executor_resume (CfExecutor *self);

G_END_DECLS
