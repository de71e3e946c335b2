/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-schedule.h"

G_BEGIN_DECLS

struct _CfSchedule
{
  GObject parent_instance;

  CfClock *clock;         /* (owned), set once */
  CfScheduleStore *store; /* (owned) (nullable), set once */
  GSource *jump_watch;    /* (owned) (nullable) */

  CfReceiverState state;
  CfScheduleEntry *entry; /* (owned): %NULL only while idle */
  GSource *alarm;         /* (owned): set only while pending */
  gint64 asleep_usec;     /* cf_clock_get_asleep_usec() as it was last considered */
  gint64 reminded_usec;   /* what was left at the last reminder, or when none had been given */
  gboolean has_people;

  CfScheduleOutcome last_outcome;
  CfScheduleEntry *last_entry; /* (owned): %NULL until a request has ended */
  char *last_detail;           /* (owned) (nullable) */
};

/* cf-schedule.c: the object and what it says */
void cf_schedule_tell_changed (CfSchedule *self, CfScheduleChange what, const char *who);
void cf_schedule_tell_reminder (CfSchedule *self, guint minutes, gboolean mandatory);
void cf_schedule_tell_due (CfSchedule *self);
void cf_schedule_tell_ended (CfSchedule *self, CfScheduleEntry *entry, CfScheduleOutcome outcome,
                             const char *detail);

/* cf-schedule-countdown.c: the alarm, reminders, sleep */
gint64 cf_schedule_get_left_usec (CfSchedule *self);
gboolean cf_schedule_save (CfSchedule *self, const CfScheduleEntry *entry, CfSchedulePhase phase,
                           GError **error);
gboolean cf_schedule_put (CfSchedule *self, CfScheduleEntry *entry, gint64 asleep_usec,
                          GError **error);
void cf_schedule_end (CfSchedule *self, CfScheduleOutcome outcome, const char *detail);
void cf_schedule_consider (CfSchedule *self);
void cf_schedule_disarm (CfSchedule *self);
void cf_schedule_watch_jumps (CfSchedule *self);

G_END_DECLS
