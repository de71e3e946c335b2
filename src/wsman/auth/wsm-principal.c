/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-principal.h"

struct _WsmPrincipal
{
  gatomicrefcount references;
  char *user;      /* (owned) */
  char *realm;     /* (owned) (nullable) */
  char *mechanism; /* (owned) */
  char *address;   /* (owned) (nullable) */
  gboolean is_tls;
  char **groups; /* (owned) (array zero-terminated=1) */
};

G_DEFINE_BOXED_TYPE (WsmPrincipal, wsm_principal, wsm_principal_ref, wsm_principal_unref)

/**
 * wsm_principal_new:
 * @user: the name under which somebody signed in, not empty
 * @realm: (nullable): the domain or Kerberos realm of the name; %NULL for an account of this host
 * @mechanism: how: "Basic", "Kerberos", "NTLM", "Certificate"
 * @address: (nullable): the numeric address of the other end, without port; %NULL if it has none
 *
 * Only what has checked an identity calls this.
 *
 * Returns: (transfer full): the principal
 */
WsmPrincipal *
wsm_principal_new (const char *user, const char *realm, const char *mechanism, const char *address)
{
  return wsm_principal_new_full (user, realm, mechanism, address, FALSE, NULL);
}

/**
 * wsm_principal_new_full:
 * @user: as for wsm_principal_new()
 * @realm: (nullable): likewise
 * @mechanism: likewise
 * @address: (nullable): likewise
 * @is_tls: whether the connection is over TLS
 * @groups: (nullable) (array zero-terminated=1): names of the Unix groups that @user is in, as
 *   wsm_account_look_up_finish() has them; %NULL for none
 *
 * Returns: (transfer full): the principal
 */
WsmPrincipal *
wsm_principal_new_full (const char *user, const char *realm, const char *mechanism,
                        const char *address, gboolean is_tls, const char *const *groups)
{
  WsmPrincipal *self;

  g_return_val_if_fail (user != NULL && *user != '\0', NULL);
  g_return_val_if_fail (mechanism != NULL, NULL);

  self = g_new0 (WsmPrincipal, 1);
  g_atomic_ref_count_init (&self->references);
  self->user = g_strdup (user);
  self->realm = g_strdup (realm);
  self->mechanism = g_strdup (mechanism);
  self->address = g_strdup (address);
  self->is_tls = is_tls;
  self->groups = groups != NULL ? g_strdupv ((char **) groups) : g_new0 (char *, 1);

  return self;
}

/**
 * wsm_principal_ref:
 * @self: a principal
 *
 * Returns: (transfer full): @self
 */
WsmPrincipal *
wsm_principal_ref (WsmPrincipal *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);
  return self;
}

/**
 * wsm_principal_unref:
 * @self: (transfer full): a principal
 */
void
wsm_principal_unref (WsmPrincipal *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_free (self->user);
  g_free (self->realm);
  g_free (self->mechanism);
  g_free (self->address);
  g_strfreev (self->groups);
  g_free (self);
}

/**
 * wsm_principal_get_user:
 * @self: a principal
 *
 * Returns: (transfer none): the name, never empty
 */
const char *
wsm_principal_get_user (const WsmPrincipal *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->user;
}

/**
 * wsm_principal_get_realm:
 * @self: a principal
 *
 * Returns: (transfer none) (nullable): the realm; %NULL for an account of this host
 */
const char *
wsm_principal_get_realm (const WsmPrincipal *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->realm;
}

/**
 * wsm_principal_get_mechanism:
 * @self: a principal
 *
 * Returns: (transfer none): the name of the mechanism
 */
const char *
wsm_principal_get_mechanism (const WsmPrincipal *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->mechanism;
}

/**
 * wsm_principal_get_address:
 * @self: a principal
 *
 * Returns: (transfer none) (nullable): the numeric address of the other end
 */
const char *
wsm_principal_get_address (const WsmPrincipal *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->address;
}

/**
 * wsm_principal_is_tls:
 * @self: a principal
 *
 * Returns: whether the connection on which @self signed in is over TLS
 */
gboolean
wsm_principal_is_tls (const WsmPrincipal *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_tls;
}

/**
 * wsm_principal_get_groups:
 * @self: a principal
 *
 * Returns: (transfer none) (array zero-terminated=1): the Unix groups of the account on this host,
 *   as they were when it signed in; never %NULL
 */
const char *const *
wsm_principal_get_groups (const WsmPrincipal *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char *const *) self->groups;
}

/**
 * wsm_principal_to_string:
 * @self: a principal
 *
 * Returns: (transfer full): `user`, or `user@realm` if there is a realm: for people, not for
 *   decisions
 */
char *
wsm_principal_to_string (const WsmPrincipal *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->realm == NULL)
    return g_strdup (self->user);

  return g_strdup_printf ("%s@%s", self->user, self->realm);
}
