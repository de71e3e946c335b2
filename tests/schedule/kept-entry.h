/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "schedule/cf-schedule-entry-private.h"
#include "schedule/cf-schedule-store.h"

G_BEGIN_DECLS

#define BOOT_ID "4f6ab0c1-0d4e-4c9e-9b0a-6d1c2e3f4a5b"

/* Entries with a value in every place, for the tests of what is kept. */
CfShutdownRequest *make_kept_request (guint32 flags, const char *message, const char *hint,
                                      const char *code);
CfScheduleEntry *make_kept_entry (void);
void assert_same_entry (const CfScheduleEntry *a, const CfScheduleEntry *b);

G_END_DECLS
