/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-schedule-store.h"

G_BEGIN_DECLS

/* What is in the store's file: a key file, sealed by a checksum. Pure functions. */

char *cf_schedule_text_write (const CfScheduleEntry *entry, CfSchedulePhase phase,
                              gint64 asleep_usec, const char *boot_id, gsize *length);
CfScheduleRecord *cf_schedule_text_read (const char *text, gsize length, const char *boot_id,
                                         GError **error);
char *cf_schedule_text_seal (char *text);

G_END_DECLS
