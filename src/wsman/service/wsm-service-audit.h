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
  WSM_AUDIT_THROTTLED,
  WSM_AUDIT_TAMPERED,
} WsmAuditEvent;

/**
 * WsmAuditWho:
 * @user: (nullable): the name that was given, signed in or not
 * @mechanism: (nullable): how somebody tried to sign in
 * @peer: (nullable): the numeric address of the other end
 * @tls: (nullable): "yes" or "no"; %NULL if it is not known
 * @bound: (nullable): whether the sign-in is bound to the TLS connection, likewise
 * @reason: (nullable): why it came to this, which may have text of the peer in it, but no secret
 *
 * Of whom a journal entry is, and why.
 */
typedef struct
{
  const char *user;
  const char *mechanism;
  const char *peer;
  const char *tls;
  const char *bound;
  const char *reason;
} WsmAuditWho;

void wsm_service_audit (WsmAuditEvent event, const WsmAuditWho *who, const char *summary);

G_END_DECLS
