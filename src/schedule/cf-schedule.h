/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-clock.h"
#include "cf-schedule-entry.h"
#include "request/cf-receiving-rules.h"

G_BEGIN_DECLS

/**
 * CfScheduleOutcome:
 * @CF_SCHEDULE_NO_OUTCOME: nothing has ended yet
 * @CF_SCHEDULE_ACTED: the machine was told to go down
 * @CF_SCHEDULE_WOULD_ACT: the deadline came in a rehearsal: recorded, nothing was done
 * @CF_SCHEDULE_CALLED_OFF: aborted before the deadline
 * @CF_SCHEDULE_SUPERSEDED: a later request with grace override took its place
 * @CF_SCHEDULE_FAILED: the deadline came and the machine could not be told
 *
 * How a request ended.
 */
typedef enum
{
  CF_SCHEDULE_NO_OUTCOME,
  CF_SCHEDULE_ACTED,
  CF_SCHEDULE_WOULD_ACT,
  CF_SCHEDULE_CALLED_OFF,
  CF_SCHEDULE_SUPERSEDED,
  CF_SCHEDULE_FAILED,
} CfScheduleOutcome;

/**
 * CfSchedule:
 *
 * The countdown of this machine: at most one request at a time, idle → pending → executing → idle.
 * It decides by the receiving rules, counts on the clock it was given, and says when the time has
 * come; it never acts itself.
 *
 * Signals: `due` (entry) when a deadline has come: whoever acts answers with
 * cf_schedule_finish(); `ended` (entry, outcome) once for each accepted request.
 */
#define CF_TYPE_SCHEDULE (cf_schedule_get_type ())
G_DECLARE_FINAL_TYPE (CfSchedule, cf_schedule, CF, SCHEDULE, GObject)

CfSchedule *cf_schedule_new (CfClock *clock);

guint32 cf_schedule_submit (CfSchedule *self, CfShutdownRequest *request, const char *requester,
                            const CfReceiverFacts *facts);
guint32 cf_schedule_abort (CfSchedule *self, const CfReceiverFacts *facts);
void cf_schedule_finish (CfSchedule *self, CfScheduleOutcome outcome);

CfReceiverState cf_schedule_get_state (CfSchedule *self);
CfScheduleEntry *cf_schedule_get_entry (CfSchedule *self);
gint64 cf_schedule_get_remaining_usec (CfSchedule *self);
CfScheduleOutcome cf_schedule_get_last_outcome (CfSchedule *self);
CfScheduleEntry *cf_schedule_get_last_entry (CfSchedule *self);

G_END_DECLS
