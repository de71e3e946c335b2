/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsman/auth/wsm-gss-private.h"

G_BEGIN_DECLS

/* A service of plain GSS-API, as the libraries have it, for what our clients do. It lives in the
 * realm of with-realm.py. */
typedef struct
{
  gss_cred_id_t credential;
  gss_ctx_id_t context;
  OM_uint32 major; /* of the last answer */
  OM_uint32 flags;
  gss_OID mechanism;
} GssPeer;

void gss_peer_prepare (const char *keytab); /* NULL for the realm's; before there are threads */
void gss_peer_init (GssPeer *self, gboolean with_kerberos, gboolean with_ntlm);
void gss_peer_clear (GssPeer *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GssPeer, gss_peer_clear)

GBytes *gss_peer_answer (GssPeer *self, GBytes *token, GBytes *binding);
WsmGssContext *gss_peer_take_context (GssPeer *self);

G_END_DECLS
