/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-people.h"
#include "power/cf-power.h"
#include "schedule/cf-schedule.h"

G_BEGIN_DECLS

/**
 * CfOnlooker:
 * @uid: who
 * @name: (owned): for people: one line
 * @place: the best of their sessions
 * @is_shown: whether the warning was shown to them for the present deadline
 * @has_read: whether they took notice of the present request
 * @is_ready: whether they do not need the time that is left
 *
 * Somebody who is signed in.
 */
typedef struct
{
  guint32 uid;
  char *name;
  CfWhere place;
  gboolean is_shown;
  gboolean has_read;
  gboolean is_ready;
} CfOnlooker;

/**
 * CfAudience:
 *
 * The people at this machine, each once, and what is known of each as to the present request: who
 * was shown the warning, who read it, who is ready. Receipts end with this process; who is ready is
 * kept with the request (cf_schedule_set_ready()), until they sign out.
 *
 * Signals: `changed` () when anything of it is another; `agreed` (who: string) when a sign-out or
 * a new agent has left only people who are ready.
 */
#define CF_TYPE_AUDIENCE (cf_audience_get_type ())
G_DECLARE_FINAL_TYPE (CfAudience, cf_audience, CF, AUDIENCE, GObject)

CfAudience *cf_audience_new (CfSchedule *schedule, CfPower *power);
void cf_audience_add_host (CfAudience *self, guint32 uid, const char *name);

const GPtrArray *cf_audience_get_people (CfAudience *self);
gboolean cf_audience_is_agreed (CfAudience *self);
gboolean cf_audience_would_agree (CfAudience *self, guint32 uid);

gboolean cf_audience_note_shown (CfAudience *self, guint32 uid);
gboolean cf_audience_note_read (CfAudience *self, guint32 uid);
gboolean cf_audience_set_ready (CfAudience *self, guint32 uid, gboolean is_ready, GError **error);

G_END_DECLS
