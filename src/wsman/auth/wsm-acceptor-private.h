/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-acceptor.h"
#include "wsm-gss-private.h"
#include "wsm-ntlm-users.h"

G_BEGIN_DECLS

/* What an acceptance takes from its acceptor, in any thread, and the two halves of one step. Nobody
 * outside this folder includes this. */

WsmGssLane *wsm_acceptor_get_lane (WsmAcceptor *self);
gss_cred_id_t wsm_acceptor_get_credential (WsmAcceptor *self, WsmAuthScheme scheme);
WsmBindingPolicy wsm_acceptor_get_policy (WsmAcceptor *self, gss_const_OID mechanism);
gboolean wsm_acceptor_has_ntlm (WsmAcceptor *self);
WsmNtlmUsers *wsm_acceptor_load_ntlm_users (WsmAcceptor *self, GError **error);
gboolean wsm_acceptor_split_principal (WsmAcceptor *self, const char *principal, char **user,
                                       char **realm, GError **error);

/**
 * WsmAcceptanceStep:
 * @acceptor: (owned): whose keys are used
 * @scheme: by which the caller signs in
 * @binding: (owned) (nullable): the hash of tls-server-end-point
 * @input: (owned): the caller's token
 * @gss: (owned): the context as far as it has come
 * @is_challenged: whether NTLM's challenge was sent, in this leg or before, and a strong one
 * @is_complete: whether the caller has proved who it is: then @identity says who, and @gss is empty
 * @output: (owned) (nullable): the token for the caller, also if the step failed
 * @context: (owned) (nullable): what seals, if it is complete
 * @identity: who signed in
 * @error: (owned) (nullable): why the step failed
 *
 * What goes into a thread and comes back.
 */
typedef struct
{
  WsmAcceptor *acceptor;
  WsmAuthScheme scheme;
  GBytes *binding;
  GBytes *input;
  gss_ctx_id_t gss;
  gboolean is_challenged;

  gboolean is_complete;
  GBytes *output;
  WsmGssContext *context;
  WsmGssIdentity identity;
  GError *error;
} WsmAcceptanceStep;

void wsm_acceptance_step_run (WsmAcceptanceStep *self);
GError *wsm_acceptance_error_new (WsmAcceptanceStep *self, OM_uint32 major, OM_uint32 minor,
                                  gss_const_OID mechanism);
void wsm_acceptance_step_free (WsmAcceptanceStep *self);
void wsm_gss_identity_clear (WsmGssIdentity *self);

G_END_DECLS
