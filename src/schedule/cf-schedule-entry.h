/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "request/cf-shutdown-request.h"

G_BEGIN_DECLS

/**
 * CfScheduleEntry:
 *
 * One accepted request: what was asked, by whom, and when it is due. Immutable, reference counted.
 */
typedef struct _CfScheduleEntry CfScheduleEntry;

#define CF_TYPE_SCHEDULE_ENTRY (cf_schedule_entry_get_type ())
GType cf_schedule_entry_get_type (void);

CfScheduleEntry *cf_schedule_entry_new (CfShutdownRequest *request, const char *requester,
                                        gint64 deadline_boot_usec);
CfScheduleEntry *cf_schedule_entry_ref (CfScheduleEntry *self);
void cf_schedule_entry_unref (CfScheduleEntry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfScheduleEntry, cf_schedule_entry_unref)

CfShutdownRequest *cf_schedule_entry_get_request (const CfScheduleEntry *self);
const char *cf_schedule_entry_get_requester (const CfScheduleEntry *self);
gint64 cf_schedule_entry_get_deadline_boot_usec (const CfScheduleEntry *self);

G_END_DECLS
