/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "schedule/cf-schedule-entry.h"
#include "wsman/auth/wsm-principal.h"

G_BEGIN_DECLS

/**
 * CfAuditEntry:
 *
 * One entry for the journal while it is written: names of fields, which are ours, and values, which
 * may be anybody's and become harmless here.
 */
typedef struct _CfAuditEntry CfAuditEntry;

CfAuditEntry *cf_audit_entry_new (const char *id, const char *event);
void cf_audit_entry_add (CfAuditEntry *self, const char *key, const char *value);
void cf_audit_entry_add_number (CfAuditEntry *self, const char *key, gint64 number);
void cf_audit_entry_add_caller (CfAuditEntry *self, WsmPrincipal *caller);
gboolean cf_audit_entry_add_who (CfAuditEntry *self, const char *who);
void cf_audit_entry_add_request (CfAuditEntry *self, CfShutdownRequest *request);
void cf_audit_entry_log (CfAuditEntry *self, GLogLevelFlags level, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

G_END_DECLS
