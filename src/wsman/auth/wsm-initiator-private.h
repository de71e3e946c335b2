/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-credential-private.h"

G_BEGIN_DECLS

/**
 * WsmAttempt:
 *
 * One try at one host, on one connection, by one mechanism: what of signing in blocks. Reference
 * counted; for one thread at a time.
 */
typedef struct _WsmAttempt WsmAttempt;

WsmAttempt *wsm_attempt_new (WsmCredential *credential, const char *host, GBytes *binding,
                             gboolean is_ntlm);
WsmAttempt *wsm_attempt_ref (WsmAttempt *self);
void wsm_attempt_unref (WsmAttempt *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmAttempt, wsm_attempt_unref)

/**
 * WsmLeg:
 * @attempt: (owned): of which attempt
 * @received: (owned) (nullable): what came from the host; %NULL at the beginning
 * @to_send: (owned) (nullable): what goes to the host; %NULL if nothing does
 * @context: (owned) (nullable): once both sides have signed in
 * @may_detour: on failure, whether another mechanism might work, and may be tried
 *
 * One leg of an attempt: question and answer.
 */
typedef struct
{
  WsmAttempt *attempt;
  GBytes *received;
  GBytes *to_send;
  WsmGssContext *context;
  gboolean may_detour;
} WsmLeg;

gboolean wsm_attempt_step (WsmAttempt *self, WsmLeg *leg, GError **error);

/* wsm-gss-error.c: why @attempt failed; in the thread of the failing call. @user: (nullable) */
GError *wsm_gss_error_new (OM_uint32 major, OM_uint32 minor, gss_const_OID mechanism,
                           gboolean is_ntlm, GBytes *received, const char *user, const char *host);

G_END_DECLS
