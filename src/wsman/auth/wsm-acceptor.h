/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "wsm-auth-field.h"
#include "wsm-gss-context.h"

G_BEGIN_DECLS

/**
 * WsmBindingPolicy:
 * @WSM_BINDING_OFFERED: over TLS, channel bindings have to be right if they come; who brings none
 *   has to seal, as without TLS
 * @WSM_BINDING_REQUIRED: over TLS, they have to come
 * @WSM_BINDING_RELAXED: as offered, but who brings none may speak plain as well: whoever sits in
 *   between of a sign-in over http can relay it to https then
 *
 * What is demanded of a sign-in, so that nobody can pass it on from elsewhere.
 */
typedef enum
{
  WSM_BINDING_OFFERED,
  WSM_BINDING_REQUIRED,
  WSM_BINDING_RELAXED,
} WsmBindingPolicy;

/**
 * WsmAcceptorOptions:
 * @keytab: (nullable) (type filename): keys of `HTTP/…` principals, the agent's own; %NULL for no
 *   Kerberos
 * @replay_cache: (nullable) (type filename): where tickets that were seen are noted, kept over
 *   restarts of the service; %NULL for what the library takes
 * @ntlm_users: (nullable) (type filename): users with their NT hashes, in the form of smbpasswd
 *   without domains; %NULL for no NTLM
 * @kerberos_binding: what Kerberos demands over TLS
 * @ntlm_binding: what NTLM demands over TLS
 */
typedef struct
{
  const char *keytab;
  const char *replay_cache;
  const char *ntlm_users;
  WsmBindingPolicy kerberos_binding;
  WsmBindingPolicy ntlm_binding;
} WsmAcceptorOptions;

/**
 * WsmAcceptor:
 *
 * Decides by GSS-API who callers are. One of a process, since GSS-API takes the names of its files
 * from the environment: make it before there are threads.
 */
#define WSM_TYPE_ACCEPTOR (wsm_acceptor_get_type ())
G_DECLARE_FINAL_TYPE (WsmAcceptor, wsm_acceptor, WSM, ACCEPTOR, GObject)

WsmAcceptor *wsm_acceptor_new (const WsmAcceptorOptions *options, GError **error);
WsmAuthScheme wsm_acceptor_get_schemes (WsmAcceptor *self);
char **wsm_acceptor_dup_principals (WsmAcceptor *self); /* of the keytab, for the log */

/**
 * WsmGssIdentity:
 * @user: the name without realm, as the mechanism has proved it; for NTLM as the users file spells
 * it
 * @realm: (nullable): the Kerberos realm; %NULL for NTLM, whose users file is of this host alone
 * @account: (nullable): the account of this host that the principal stands for, by
 *   gss_localname() (`auth_to_local` of krb5.conf); for NTLM @user. %NULL for none
 * @mechanism: %WSM_MECHANISM_KERBEROS or %WSM_MECHANISM_NTLM
 * @is_bound: whether channel bindings were there, and right
 * @may_speak_plain: whether messages need not be sealed: over TLS alone, of a caller who is bound
 *   or whose mechanism's policy is %WSM_BINDING_RELAXED. Whoever relays a sign-in has its keys not,
 *   and gets nowhere where messages are sealed
 */
typedef struct
{
  char *user;
  char *realm;
  char *account;
  const char *mechanism;
  gboolean is_bound;
  gboolean may_speak_plain;
} WsmGssIdentity;

/**
 * WsmAcceptance:
 *
 * One caller's sign-in on one connection.
 */
#define WSM_TYPE_ACCEPTANCE (wsm_acceptance_get_type ())
G_DECLARE_FINAL_TYPE (WsmAcceptance, wsm_acceptance, WSM, ACCEPTANCE, GObject)

#define WSM_ACCEPTANCE_MAX_LEGS 4

/* @binding: (nullable): the hash of tls-server-end-point; %NULL without TLS */
WsmAcceptance *wsm_acceptance_new (WsmAcceptor *acceptor, WsmAuthScheme scheme, GBytes *binding);
WsmAuthScheme wsm_acceptance_get_scheme (WsmAcceptance *self);

void wsm_acceptance_step_async (WsmAcceptance *self, GBytes *token, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
gboolean wsm_acceptance_step_finish (WsmAcceptance *self, GAsyncResult *result, GBytes **token,
                                     GError **error);

/* once it is complete, else NULL */
WsmGssContext *wsm_acceptance_get_context (WsmAcceptance *self);
const WsmGssIdentity *wsm_acceptance_get_identity (WsmAcceptance *self);

G_END_DECLS
