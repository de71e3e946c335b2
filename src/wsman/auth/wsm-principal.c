/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-principal.h"

#include <string.h>

struct _WsmPrincipal
{
  gatomicrefcount references;
  char *user;      /* (owned) */
  char *realm;     /* (owned) (nullable) */
  char *account;   /* (owned) (nullable) */
  char *mechanism; /* (owned) */
  char *address;   /* (owned) (nullable) */
  gboolean is_tls;
  gboolean is_bound;
  char **groups; /* (owned) (array zero-terminated=1) */
};

G_DEFINE_BOXED_TYPE (WsmPrincipal, wsm_principal, wsm_principal_ref, wsm_principal_unref)

/**
 * wsm_principal_new:
 * @user: the name under which somebody signed in, not empty
 * @realm: (nullable): the Kerberos realm of the name; %NULL for an account of this host
 * @mechanism: how
 * @address: (nullable): the numeric address of the other end, without port; %NULL if it has none
 *
 * Only what has checked an identity calls this.
 *
 * Returns: (transfer full): the principal
 */
WsmPrincipal *
wsm_principal_new (const char *user, const char *realm, const char *mechanism, const char *address)
{
  const WsmPrincipalFacts facts = { .user = user,
                                    .realm = realm,
                                    .account = realm == NULL ? user : NULL,
                                    .mechanism = mechanism,
                                    .address = address };

  return wsm_principal_new_full (&facts);
}

/**
 * wsm_principal_new_full:
 * @facts: all that is known; copied
 *
 * Only what has checked an identity calls this.
 *
 * Returns: (transfer full): the principal
 */
WsmPrincipal *
wsm_principal_new_full (const WsmPrincipalFacts *facts)
{
  WsmPrincipal *self;

  g_return_val_if_fail (facts->user != NULL && *facts->user != '\0', NULL);
  g_return_val_if_fail (facts->mechanism != NULL, NULL);

  self = g_new0 (WsmPrincipal, 1);
  g_atomic_ref_count_init (&self->references);
  self->user = g_strdup (facts->user);
  self->realm = g_strdup (facts->realm);
  self->account = g_strdup (facts->account);
  self->mechanism = g_strdup (facts->mechanism);
  self->address = g_strdup (facts->address);
  self->is_tls = facts->is_tls;
  self->is_bound = facts->is_bound;
  self->groups = facts->groups != NULL ? g_strdupv ((char **) facts->groups) : g_new0 (char *, 1);

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
  g_free (self->account);
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
 * wsm_principal_get_account:
 * @self: a principal
 *
 * Returns: (transfer none) (nullable): the account of this host that stands for it; %NULL for none
 */
const char *
wsm_principal_get_account (const WsmPrincipal *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->account;
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
 * wsm_principal_is_bound:
 * @self: a principal
 *
 * Returns: whether the sign-in is bound to the TLS connection over which it came
 */
gboolean
wsm_principal_is_bound (const WsmPrincipal *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_bound;
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

/**
 * wsm_principal_dup_key:
 * @self: a principal
 *
 * The identity in one text, for tables: two principals have the same key if and only if user and
 * realm are the same. wsm_principal_to_string() does not tell a user “a@b” of this host from the
 * user “a” of a realm “b”.
 *
 * Returns: (transfer full): the key, not for people
 */
char *
wsm_principal_dup_key (const WsmPrincipal *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  /* no name is empty, so the length 0 stands for a user of this host alone */
  if (self->realm == NULL)
    return g_strconcat ("0:", self->user, NULL);

  return g_strdup_printf ("%" G_GSIZE_FORMAT ":%s@%s", strlen (self->user), self->user,
                          self->realm);
}
