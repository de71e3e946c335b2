/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  WSM_AUDIT_SIGNED_IN,
  WSM_AUDIT_SIGN_IN_FAILED,
  WSM_AUDIT_MALFORMED,
  WSM_AUDIT_REFUSED,
  WSM_AUDIT_REPEATED,
} WsmAuditEvent;

void wsm_service_audit (WsmAuditEvent event, const char *user, const char *mechanism,
                        const char *peer, const char *tls, const char *summary);

G_END_DECLS
