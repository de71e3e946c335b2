/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WsmGssContext:
 *
 * The security context of one connection on which both sides have signed in: seals and unseals
 * messages, which have to come in the order in which they were sealed. Reference counted; may be
 * used in any thread, one at a time. Nothing in here blocks.
 *
 * After the first failure of either function it is of no more use: every later call fails.
 */
typedef struct _WsmGssContext WsmGssContext;

#define WSM_MECHANISM_KERBEROS    "Kerberos"
#define WSM_MECHANISM_NTLM        "NTLM"
#define WSM_MECHANISM_BASIC       "Basic"
#define WSM_MECHANISM_CERTIFICATE "Certificate"

WsmGssContext *wsm_gss_context_ref (WsmGssContext *self);
void wsm_gss_context_unref (WsmGssContext *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmGssContext, wsm_gss_context_unref)

const char *wsm_gss_context_get_mechanism (WsmGssContext *self);

/* the token: @header_length octets of header, then the sealed octets */
GBytes *wsm_gss_context_seal (WsmGssContext *self, GBytes *plain, gsize *header_length,
                              GError **error);
GBytes *wsm_gss_context_unseal (WsmGssContext *self, const guint8 *token, gsize length,
                                GError **error);

G_END_DECLS
