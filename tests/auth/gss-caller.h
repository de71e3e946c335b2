/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#include "wsman/auth/wsm-acceptor.h"

G_BEGIN_DECLS

#define SEALING_FLAGS                                                                              \
  (GSS_C_MUTUAL_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG)

/* How somebody signs in, by plain calls of GSS-API: nothing of the code under test. */
typedef struct
{
  gboolean is_spnego;
  gboolean is_ntlm;
  gboolean offers_kerberos_first; /* of SPNEGO and NTLM: Kerberos is offered, and tried, as well */
  const char *user;               /* (nullable): NULL for the ticket in the cache */
  const char *password;           /* (nullable) */
  GBytes *binding;                /* (nullable) */
  OM_uint32 flags;                /* 0 for SEALING_FLAGS */
  guint32 ntlm_loses;             /* flags that somebody in between takes out of its first token */
} Caller;

typedef struct
{
  gss_cred_id_t credential;
  gboolean is_kept; /* for others who sign in with the same */
  gss_name_t target;
  gss_ctx_id_t context;
  gboolean is_complete;
} CallerState;

/* krb5 1.21 cannot take NTLM inside of SPNEGO. */
gboolean caller_can_spnego_ntlm (void);

void caller_begin (CallerState *state, const Caller *caller);
GBytes *caller_step (CallerState *state, const Caller *caller, GBytes *token);
void caller_end (CallerState *state);

gboolean step (WsmAcceptance *acceptance, GBytes *token, GCancellable *cancellable, GBytes **answer,
               GError **error);
WsmAcceptance *sign_in (WsmAcceptor *acceptor, WsmAuthScheme scheme, GBytes *binding,
                        const Caller *caller, CallerState *state, guint *n_legs, GError **error);

G_END_DECLS
