/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-schedule-entry.h"

G_BEGIN_DECLS

/* Longer ledgers are no fair warning any more, and would outgrow the store's file. */
#define CF_SCHEDULE_MAX_POSTPONEMENTS 100u

/* As many as are ever signed in at once, and then some; for the same reason. */
#define CF_SCHEDULE_MAX_READY 1000u

/* For the schedule, which changes copies, and its store, which writes and reads them. */
struct _CfScheduleEntry
{
  gatomicrefcount ref_count;

  CfShutdownRequest *request; /* (owned) */
  char *requester;            /* (owned) */
  CfScheduleOrigin origin;
  gint64 accepted_boot_usec;
  gint64 first_deadline_boot_usec; /* what postponing is counted from */
  gint64 deadline_boot_usec;
  GArray *postponements;     /* (owned) (element-type CfPostponement) */
  gint64 announced_for_usec; /* what was left when the deadline was told last */
  gboolean is_shown;         /* somebody saw a mandatory reminder of this deadline */
  gboolean is_extended;
  gboolean has_returned;   /* somebody came back late, and time was given for that */
  CfScheduleChange change; /* what happened to it last */
  char *changed_by;        /* (owned) (nullable): who did that */
  GArray *ready;           /* (owned) (element-type guint32): uids of who is ready, each once */
};

CfScheduleEntry *cf_schedule_entry_copy (const CfScheduleEntry *self);
void cf_schedule_entry_add_postponement (CfScheduleEntry *self, const char *who, gint64 real_usec,
                                         guint32 seconds, const char *note);
void cf_schedule_entry_set_deadline (CfScheduleEntry *self, gint64 now_boot_usec,
                                     gint64 deadline_boot_usec);
void cf_schedule_entry_set_change (CfScheduleEntry *self, CfScheduleChange change, const char *who);
void cf_schedule_entry_set_ready (CfScheduleEntry *self, guint32 uid, gboolean is_ready);

G_END_DECLS
