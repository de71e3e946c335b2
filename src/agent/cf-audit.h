/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "schedule/cf-schedule.h"
#include "wsman/auth/wsm-principal.h"

G_BEGIN_DECLS

/* The audit trail: one structured entry in the journal for each thing that happens. `who` is text
 * for people in one of two forms, "mara from 192.0.2.7" or "alice (uid 1000)". */

void cf_audit_started (const char *endpoints);
void cf_audit_stopped (void);
void cf_audit_configuration_rejected (const char *problem);

void cf_audit_plugin_rejected (const char *problem);
void cf_audit_plugin_loaded (const char *name, const char *file);
void cf_audit_plugin_failed (const char *name, const char *problem);

void cf_audit_submitted (CfShutdownRequest *request, WsmPrincipal *caller, guint32 result);
void cf_audit_malformed (WsmPrincipal *caller, const char *problems, guint32 result);
void cf_audit_abort (CfShutdownRequest *request, WsmPrincipal *caller, const char *client_hint,
                     guint32 result);
void cf_audit_abort_here (CfShutdownRequest *request, const char *who, const char *note,
                          guint32 result);
void cf_audit_denied (WsmPrincipal *caller, const char *wanted);
void cf_audit_denied_here (const char *who, const char *wanted, const char *why);

void cf_audit_changed (CfScheduleEntry *entry, CfScheduleChange change, const char *who);
void cf_audit_shown (CfScheduleEntry *entry, const char *who, guint minutes);
void cf_audit_read (CfScheduleEntry *entry, const char *who);
void cf_audit_ready (CfScheduleEntry *entry, const char *who, gboolean is_ready);
void cf_audit_agreed (CfScheduleEntry *entry, const char *who);
void cf_audit_taken (const char *detail);
void cf_audit_executing (CfScheduleEntry *entry);
void cf_audit_ended (CfScheduleEntry *entry, CfScheduleOutcome outcome, const char *detail);

G_END_DECLS
