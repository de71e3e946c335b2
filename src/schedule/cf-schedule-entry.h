/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "request/cf-shutdown-request.h"

G_BEGIN_DECLS

/**
 * CfPostponement:
 * @who: (owned): who postponed, for people: "alice"
 * @real_usec: when, by the wall clock of then
 * @seconds: by how much
 * @note: (owned): why; may be ""
 *
 * One line of a request's ledger.
 */
typedef struct
{
  char *who;
  gint64 real_usec;
  guint32 seconds;
  char *note;
} CfPostponement;

/**
 * CfScheduleOrigin:
 * @CF_SCHEDULE_ORIGIN_FOREIGN: a client that knows nothing of Curfew's manners
 * @CF_SCHEDULE_ORIGIN_CURFEW: Curfew's own console or command line
 *
 * Where a request came from: Curfew's own get the extension of product-design.md section 5.2.
 */
typedef enum
{
  CF_SCHEDULE_ORIGIN_FOREIGN,
  CF_SCHEDULE_ORIGIN_CURFEW,
} CfScheduleOrigin;

/**
 * CfScheduleChange:
 * @CF_SCHEDULE_ACCEPTED: a request was accepted
 * @CF_SCHEDULE_RESTORED: an agent that was started anew took it up again
 * @CF_SCHEDULE_POSTPONED: by the people at the machine
 * @CF_SCHEDULE_MOVED: to another time, by an administrator
 * @CF_SCHEDULE_EXTENDED: nobody could see a mandatory reminder
 * @CF_SCHEDULE_OVERDUE: the machine slept over it, or nearly; fresh time was given
 * @CF_SCHEDULE_CLOCK_SET: the wall clock was set; the deadline's real time is another
 *
 * What happened to the countdown.
 */
typedef enum
{
  CF_SCHEDULE_ACCEPTED,
  CF_SCHEDULE_RESTORED,
  CF_SCHEDULE_POSTPONED,
  CF_SCHEDULE_MOVED,
  CF_SCHEDULE_EXTENDED,
  CF_SCHEDULE_OVERDUE,
  CF_SCHEDULE_CLOCK_SET,
} CfScheduleChange;

/**
 * CfScheduleEntry:
 *
 * One accepted request: what was asked, by whom, when it is due, and what happened to it since.
 * Reference counted; a snapshot that does not change once it was handed out.
 */
typedef struct _CfScheduleEntry CfScheduleEntry;

#define CF_TYPE_SCHEDULE_ENTRY (cf_schedule_entry_get_type ())
GType cf_schedule_entry_get_type (void);

CfScheduleEntry *cf_schedule_entry_new (CfShutdownRequest *request, const char *requester,
                                        CfScheduleOrigin origin, gint64 now_boot_usec,
                                        gint64 deadline_boot_usec);
CfScheduleEntry *cf_schedule_entry_ref (CfScheduleEntry *self);
void cf_schedule_entry_unref (CfScheduleEntry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfScheduleEntry, cf_schedule_entry_unref)

CfShutdownRequest *cf_schedule_entry_get_request (const CfScheduleEntry *self);
const char *cf_schedule_entry_get_requester (const CfScheduleEntry *self);
CfScheduleOrigin cf_schedule_entry_get_origin (const CfScheduleEntry *self);
CfScheduleChange cf_schedule_entry_get_change (const CfScheduleEntry *self);
const char *cf_schedule_entry_get_changed_by (const CfScheduleEntry *self);
gint64 cf_schedule_entry_get_accepted_boot_usec (const CfScheduleEntry *self);
gint64 cf_schedule_entry_get_first_deadline_boot_usec (const CfScheduleEntry *self);
gint64 cf_schedule_entry_get_deadline_boot_usec (const CfScheduleEntry *self);
gint64 cf_schedule_entry_get_latest_boot_usec (const CfScheduleEntry *self);
guint cf_schedule_entry_get_postpones_left (const CfScheduleEntry *self);
gboolean cf_schedule_entry_is_ready (const CfScheduleEntry *self, guint32 uid);
guint32 *cf_schedule_entry_dup_ready (const CfScheduleEntry *self, guint *n);
guint cf_schedule_entry_get_n_postponements (const CfScheduleEntry *self);
const CfPostponement *cf_schedule_entry_get_postponement (const CfScheduleEntry *self, guint i);

G_END_DECLS
