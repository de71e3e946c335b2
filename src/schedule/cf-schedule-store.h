/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "cf-schedule-entry.h"

G_BEGIN_DECLS

/**
 * CfSchedulePhase:
 * @CF_SCHEDULE_PHASE_COUNTING: accepted, the deadline has not come
 * @CF_SCHEDULE_PHASE_EXECUTING: whoever acts is being told, or has been
 */
typedef enum
{
  CF_SCHEDULE_PHASE_COUNTING,
  CF_SCHEDULE_PHASE_EXECUTING,
} CfSchedulePhase;

/**
 * CfScheduleRecord:
 * @entry: (owned): the request
 * @phase: how far it has come
 * @asleep_usec: how long the machine had slept on this boot when this was written
 *
 * What a store keeps.
 */
typedef struct
{
  CfScheduleEntry *entry;
  CfSchedulePhase phase;
  gint64 asleep_usec;
} CfScheduleRecord;

void cf_schedule_record_free (CfScheduleRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfScheduleRecord, cf_schedule_record_free)

/**
 * CfScheduleStore:
 *
 * Keeps the one accepted request in a file, so that an agent which was killed takes it up again. It
 * is bound to one boot: a restarted machine owes nothing any more.
 */
#define CF_TYPE_SCHEDULE_STORE (cf_schedule_store_get_type ())
G_DECLARE_FINAL_TYPE (CfScheduleStore, cf_schedule_store, CF, SCHEDULE_STORE, GObject)

CfScheduleStore *cf_schedule_store_new (const char *path, const char *boot_id);

gboolean cf_schedule_store_save (CfScheduleStore *self, const CfScheduleEntry *entry,
                                 CfSchedulePhase phase, gint64 asleep_usec, GError **error);
gboolean cf_schedule_store_clear (CfScheduleStore *self, GError **error);
CfScheduleRecord *cf_schedule_store_load (CfScheduleStore *self, GError **error);

G_END_DECLS
