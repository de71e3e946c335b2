/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * WsmPrincipal:
 *
 * Who signed in, as a value: there is none until a mechanism made one. Immutable, reference
 * counted.
 */
typedef struct _WsmPrincipal WsmPrincipal;

#define WSM_TYPE_PRINCIPAL (wsm_principal_get_type ())
GType wsm_principal_get_type (void);

/**
 * WsmPrincipalFacts:
 * @user: the name under which somebody signed in, not empty and without the realm
 * @realm: (nullable): the Kerberos realm of the name; %NULL for a name of this host
 * @account: (nullable): the account of this host that stands for the two; %NULL for none
 * @mechanism: how: one of %WSM_MECHANISM_BASIC and its like
 * @address: (nullable): the numeric address of the other end, without port; %NULL if it has none
 * @is_tls: whether the connection is over TLS
 * @is_bound: whether the sign-in is bound to that TLS connection
 * @groups: (nullable) (array zero-terminated=1): names of the Unix groups that @account is in, as
 *   wsm_account_look_up_finish() has them; %NULL for none
 *
 * All that is known of somebody who signed in.
 */
typedef struct
{
  const char *user;
  const char *realm;
  const char *account;
  const char *mechanism;
  const char *address;
  gboolean is_tls;
  gboolean is_bound;
  const char *const *groups;
} WsmPrincipalFacts;

WsmPrincipal *wsm_principal_new (const char *user, const char *realm, const char *mechanism,
                                 const char *address);
WsmPrincipal *wsm_principal_new_full (const WsmPrincipalFacts *facts);
WsmPrincipal *wsm_principal_ref (WsmPrincipal *self);
void wsm_principal_unref (WsmPrincipal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmPrincipal, wsm_principal_unref)

const char *wsm_principal_get_user (const WsmPrincipal *self);
const char *wsm_principal_get_realm (const WsmPrincipal *self);
const char *wsm_principal_get_account (const WsmPrincipal *self);
const char *wsm_principal_get_mechanism (const WsmPrincipal *self);
const char *wsm_principal_get_address (const WsmPrincipal *self);
gboolean wsm_principal_is_tls (const WsmPrincipal *self);
gboolean wsm_principal_is_bound (const WsmPrincipal *self);
const char *const *wsm_principal_get_groups (const WsmPrincipal *self);
char *wsm_principal_to_string (const WsmPrincipal *self);
char *wsm_principal_dup_key (const WsmPrincipal *self);

G_END_DECLS
