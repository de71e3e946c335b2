/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-principal.h"

struct _WsmPrincipal
{
  gatomicrefcount references;
  char *user;      /* (owned) */
  char *realm;     /* (owned) (nullable) */
  char *mechanism; /* (owned) */
  char *address;   /* (owned) (nullable) */
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
  WsmPrincipal *self;

  g_return_val_if_fail (user != NULL && *user != '\0', NULL);
  g_return_val_if_fail (mechanism != NULL, NULL);

  self = g_new0 (WsmPrincipal, 1);
  g_atomic_ref_count_init (&self->references);
  self->user = g_strdup (user);
  self->realm = g_strdup (realm);
  self->mechanism = g_strdup (mechanism);
  self->address = g_strdup (address);

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
