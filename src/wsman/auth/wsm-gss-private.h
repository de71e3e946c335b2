/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#include "wsm-auth-error.h"
#include "wsm-gss-context.h"

G_BEGIN_DECLS

/* What initiator and acceptor share. Nobody outside this folder includes this. */

extern gss_OID_desc wsm_gss_krb5;   /* 1.2.840.113554.1.2.2 */
extern gss_OID_desc wsm_gss_ntlm;   /* 1.3.6.1.4.1.311.2.2.10 */
extern gss_OID_desc wsm_gss_spnego; /* 1.3.6.1.5.5.2 */

gboolean wsm_gss_is_mechanism (gss_const_OID a, gss_const_OID b);

/* FALSE with WSM_AUTH_ERROR_MECHANISM if GSS-API has no NTLM. Loads modules. */
gboolean wsm_gss_check_ntlm (GError **error);

/* Takes @context, which is complete, and leaves GSS_C_NO_CONTEXT. NULL with @error set if it cannot
 * seal: both CONF and INTEG have to be in @flags. */
WsmGssContext *wsm_gss_context_new_take (gss_ctx_id_t *context, gss_const_OID mechanism,
                                         OM_uint32 flags, GError **error);

/* The text of a status, of this thread's last call, in one line; for errors and debugging. */
char *wsm_gss_dup_status (OM_uint32 major, OM_uint32 minor, gss_const_OID mechanism);

/* tls-server-end-point (RFC 5929) in the form of GSS-API; @hash stays the caller's and is used by
 * @bindings */
void wsm_gss_fill_bindings (struct gss_channel_bindings_struct *bindings, GByteArray **data,
                            GBytes *hash);

/* Runs @function in a thread of a pool that is for what may block on a KDC, a directory or a disk:
 * the pool of GTask also resolves names, and must not be full of those. At most @max at once for
 * each @lane; NULL is a lane as well. */
typedef struct _WsmGssLane WsmGssLane;
WsmGssLane *wsm_gss_lane_new (guint max);
void wsm_gss_lane_free (WsmGssLane *self);
void wsm_gss_lane_run (WsmGssLane *self, GTask *task, GTaskThreadFunc function);

G_END_DECLS
