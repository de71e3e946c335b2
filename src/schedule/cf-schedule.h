/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-schedule-entry.h"
#include "cf-schedule-store.h"
#include "clock/cf-clock.h"
#include "request/cf-receiving-rules.h"

G_BEGIN_DECLS

/**
 * CfScheduleOutcome:
 * @CF_SCHEDULE_NO_OUTCOME: nothing has ended yet
 * @CF_SCHEDULE_ACTED: the machine was told to go down
 * @CF_SCHEDULE_WOULD_ACT: the deadline came in a rehearsal: recorded, nothing was done
 * @CF_SCHEDULE_CALLED_OFF: aborted before the deadline
 * @CF_SCHEDULE_SUPERSEDED: a request with grace override, or somebody else's shutdown, took its
 * place
 * @CF_SCHEDULE_VETOED: the deadline came, but people or programs stood against it
 * @CF_SCHEDULE_MISSED: the deadline passed long ago, in sleep or while no agent ran
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
  CF_SCHEDULE_VETOED,
  CF_SCHEDULE_MISSED,
  CF_SCHEDULE_FAILED,
} CfScheduleOutcome;

/**
 * CfScheduleError:
 * @CF_SCHEDULE_ERROR_NOT_PENDING: nothing is waiting, or not that request
 * @CF_SCHEDULE_ERROR_IN_PROGRESS: it has begun and cannot be changed any more
 * @CF_SCHEDULE_ERROR_BUDGET_SPENT: it can no longer be postponed
 * @CF_SCHEDULE_ERROR_OUT_OF_RANGE: a value that cannot be
 * @CF_SCHEDULE_ERROR_BROKEN: the timer or the store does not work; nothing was changed
 */
typedef enum
{
  CF_SCHEDULE_ERROR_NOT_PENDING,
  CF_SCHEDULE_ERROR_IN_PROGRESS,
  CF_SCHEDULE_ERROR_BUDGET_SPENT,
  CF_SCHEDULE_ERROR_OUT_OF_RANGE,
  CF_SCHEDULE_ERROR_BROKEN,
} CfScheduleError;

#define CF_SCHEDULE_ERROR (cf_schedule_error_quark ())
GQuark cf_schedule_error_quark (void);

/**
 * CfSchedule:
 *
 * The countdown of this machine: at most one request at a time, idle → pending → executing → idle.
 * It decides by the receiving rules, counts on the clock it was given, keeps what it promised in
 * its store before it promises it, and says when the time has come; it never acts itself.
 *
 * Signals: `changed` (#CfScheduleChange, who: nullable string) after each change of the countdown;
 * `reminder` (guint minutes, gboolean mandatory), each rung once; `due` (entry) when a deadline has
 * come: whoever acts answers with cf_schedule_finish(); `ended` (entry, outcome, detail: nullable
 * string) once for each accepted request.
 */
#define CF_TYPE_SCHEDULE (cf_schedule_get_type ())
G_DECLARE_FINAL_TYPE (CfSchedule, cf_schedule, CF, SCHEDULE, GObject)

CfSchedule *cf_schedule_new (CfClock *clock, CfScheduleStore *store);
void cf_schedule_restore (CfSchedule *self);

guint32 cf_schedule_submit (CfSchedule *self, CfShutdownRequest *request, const char *requester,
                            CfScheduleOrigin origin, const CfReceiverFacts *facts);
guint32 cf_schedule_abort (CfSchedule *self, const char *who, const CfReceiverFacts *facts);
gboolean cf_schedule_postpone (CfSchedule *self, const char *who, guint32 seconds, const char *note,
                               GError **error);
gboolean cf_schedule_move (CfSchedule *self, const char *who, guint32 seconds, GError **error);
gboolean cf_schedule_note_shown (CfSchedule *self, const char *request_code, guint minutes,
                                 GError **error);
gboolean cf_schedule_note_returned (CfSchedule *self, const char *request_code, GError **error);
gboolean cf_schedule_set_ready (CfSchedule *self, guint32 uid, gboolean is_ready, GError **error);
gboolean cf_schedule_check_code (CfSchedule *self, const char *request_code, GError **error);
void cf_schedule_supersede (CfSchedule *self, const char *detail);
void cf_schedule_finish (CfSchedule *self, CfScheduleOutcome outcome, const char *detail);
void cf_schedule_set_audience (CfSchedule *self, gboolean has_people);

CfReceiverState cf_schedule_get_state (CfSchedule *self);
CfScheduleEntry *cf_schedule_get_entry (CfSchedule *self);
gint64 cf_schedule_get_remaining_usec (CfSchedule *self);
gint64 cf_schedule_get_real_usec (CfSchedule *self, gint64 boot_usec);
CfScheduleOutcome cf_schedule_get_last_outcome (CfSchedule *self);
CfScheduleEntry *cf_schedule_get_last_entry (CfSchedule *self);
const char *cf_schedule_get_last_detail (CfSchedule *self);

G_END_DECLS
