/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "schedule/cf-schedule.h"

G_BEGIN_DECLS

void cf_audit_started (const char *endpoints);
void cf_audit_stopped (void);
void cf_audit_submitted (CfShutdownRequest *request, const char *requester, guint32 result);
void cf_audit_malformed (const char *requester, const char *problems, guint32 result);
void cf_audit_abort (CfShutdownRequest *request, const char *requester, const char *client_hint,
                     guint32 result);
void cf_audit_denied (const char *requester, const char *wanted);
void cf_audit_executing (CfScheduleEntry *entry);
void cf_audit_ended (CfScheduleEntry *entry, CfScheduleOutcome outcome);

G_END_DECLS
