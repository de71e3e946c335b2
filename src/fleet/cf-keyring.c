/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-keyring.h"

#include <libsecret/secret.h>
#include <string.h>

/* Searching needs one attribute that is the same in all items. */
#define APPLICATION "org.curfew.Curfew"

static const SecretSchema schema = {
  "org.curfew.Credential",
  SECRET_SCHEMA_NONE,
  {
    { "application", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "scope", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "name", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "user", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "method", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, SECRET_SCHEMA_ATTRIBUTE_STRING },
  },
};

static const char *const scope_names[] = {
  [CF_SAVED_FOR_HOST] = "host",
  [CF_SAVED_FOR_GROUP] = "group",
  [CF_SAVED_FOR_REALM] = "realm",
};

/**
 * cf_saved_scope_get_name:
 * @scope: a scope
 *
 * Returns: its word, in the keyring and on a command line
 */
const char *
cf_saved_scope_get_name (CfSavedScope scope)
{
  g_return_val_if_fail (scope < G_N_ELEMENTS (scope_names), NULL);

  return scope_names[scope];
}

/**
 * cf_saved_scope_from_name:
 * @name: (nullable): a word
 * @scope: (out): what it means
 *
 * Returns: %FALSE if it means nothing
 */
gboolean
cf_saved_scope_from_name (const char *name, CfSavedScope *scope)
{
  g_return_val_if_fail (scope != NULL, FALSE);

  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (scope_names); i++)
    if (g_str_equal (scope_names[i], name))
      {
        *scope = (CfSavedScope) i;
        return TRUE;
      }
  return FALSE;
}

/**
 * cf_saved_password_new:
 * @scope: where it is right
 * @name: of that host, group or realm
 * @user: whose it is
 * @method: how it is used
 * @password: (nullable): the password itself
 *
 * Returns: (transfer full): a new value
 */
CfSavedPassword *
cf_saved_password_new (CfSavedScope scope, const char *name, const char *user,
                       CfSignInMethod method, WsmSecret *password)
{
  CfSavedPassword *self = g_new0 (CfSavedPassword, 1);

  self->scope = scope;
  self->name = g_strdup (name);
  self->user = g_strdup (user);
  self->method = method;
  self->password = password != NULL ? wsm_secret_ref (password) : NULL;
  return self;
}

/**
 * cf_saved_password_free:
 * @self: (transfer full): a value
 */
void
cf_saved_password_free (CfSavedPassword *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->name);
  g_free (self->user);
  g_clear_pointer (&self->password, wsm_secret_unref);
  g_free (self);
}

/* Octets of @realm if @host is in it, else 0: pc.lab.example.org is in LAB.EXAMPLE.ORG and in
 * EXAMPLE.ORG, but evilexample.org is not. */
static gsize
match_realm (const char *host, const char *realm)
{
  gsize host_length = strlen (host);
  gsize length = strlen (realm);

  if (length == 0 || length > host_length ||
      g_ascii_strcasecmp (host + host_length - length, realm) != 0)
    return 0;
  return length == host_length || host[host_length - length - 1] == '.' ? length : 0;
}

/* How well it fits: a host better than a group, a group better than a realm; 0: not at all. The
 * realm of @user is known without the host's name, which may be short or of another domain. */
static gsize
rate (const CfSavedPassword *saved, const char *host, const char *const *groups, const char *realm)
{
  gsize rated;

  switch (saved->scope)
    {
    case CF_SAVED_FOR_HOST:
      return g_ascii_strcasecmp (saved->name, host) == 0 ? G_MAXSIZE : 0;
    case CF_SAVED_FOR_GROUP:
      return groups != NULL && g_strv_contains (groups, saved->name) ? G_MAXSIZE - 1 : 0;
    case CF_SAVED_FOR_REALM:
    default:
      rated = match_realm (host, saved->name);
      return rated == 0 && realm != NULL && g_str_equal (saved->name, realm) ? 1 : rated;
    }
}

/**
 * cf_keyring_find:
 * @saved: (element-type CfSavedPassword): what was saved
 * @host: a host, as #WsmEndpoint spells it
 * @groups: (nullable) (array zero-terminated=1): groups that the host is in
 * @user: (nullable): whose password is wanted; %NULL for anybody's
 * @realm: (nullable): whose KDC alone gets the password of @user, wherever the host is; %NULL if
 *   the host may get it. cf_sign_in_dup_realm() tells
 *
 * Returns: (nullable): the password that was saved for the host itself, else for one of its groups,
 *   else for the realm with the longest name that the host's name ends in, else for @realm
 */
const CfSavedPassword *
cf_keyring_find (const GPtrArray *saved, const char *host, const char *const *groups,
                 const char *user, const char *realm)
{
  const CfSavedPassword *best = NULL;
  gsize best_rate = 0;

  g_return_val_if_fail (saved != NULL, NULL);
  g_return_val_if_fail (host != NULL, NULL);
  g_return_val_if_fail (realm == NULL || user != NULL, NULL);

  for (guint i = 0; i < saved->len; i++)
    {
      const CfSavedPassword *one = g_ptr_array_index (saved, i);
      gsize rated = rate (one, host, groups, realm);

      if (one->password == NULL || (user != NULL && !g_str_equal (one->user, user)))
        continue;
      if (rated > best_rate)
        {
          best = one;
          best_rate = rated;
        }
    }
  return best;
}

/* No session bus, or nobody there who keeps secrets: then nothing is saved, and that is all. */
static gboolean
is_absence (const GError *error)
{
  return error->domain == G_DBUS_ERROR || error->domain == G_IO_ERROR ||
         error->domain == G_SPAWN_ERROR;
}

static WsmSecret *
load_password (SecretRetrievable *item)
{
  g_autoptr (GError) error = NULL;
  SecretValue *value = SECRET_IS_ITEM (item) ? secret_item_get_secret (SECRET_ITEM (item)) : NULL;
  WsmSecret *secret = NULL;
  const char *text;

  if (value == NULL && !(SECRET_IS_ITEM (item) && secret_item_get_locked (SECRET_ITEM (item))))
    value = secret_retrievable_retrieve_secret_sync (item, NULL, &error);
  if (value == NULL)
    {
      g_debug ("A saved password cannot be read: %s", error != NULL ? error->message : "locked");
      return NULL;
    }
  text = secret_value_get_text (value);
  if (text != NULL)
    secret = wsm_secret_new (text, -1);
  secret_value_unref (value);
  return secret;
}

/* NULL for an item of the schema that is not one of ours, or of another version. */
static CfSavedPassword *
read_item (SecretRetrievable *item, gboolean with_passwords)
{
  g_autoptr (GHashTable) attributes = secret_retrievable_get_attributes (item);
  const char *name = g_hash_table_lookup (attributes, "name");
  const char *user = g_hash_table_lookup (attributes, "user");
  g_autoptr (WsmSecret) password = NULL;
  CfSignInMethod method;
  CfSavedScope scope;

  if (name == NULL || user == NULL ||
      !cf_saved_scope_from_name (g_hash_table_lookup (attributes, "scope"), &scope) ||
      !cf_sign_in_method_from_name (g_hash_table_lookup (attributes, "method"), &method))
    return NULL;
  if (with_passwords)
    password = load_password (item);
  return cf_saved_password_new (scope, name, user, method, password);
}

/**
 * cf_keyring_load:
 * @with_passwords: whether the passwords themselves are wanted
 * @may_prompt: whether a locked keyring may ask a person for its password
 * @error: what keeps the keyring from being read
 *
 * Reads all that Curfew has saved, in one go: for programs that start. Where nobody keeps secrets
 * there are none, which is no error. Blocks, for a person if @may_prompt.
 *
 * Returns: (transfer full) (element-type CfSavedPassword): what is saved; %NULL with @error set
 *   otherwise
 */
GPtrArray *
cf_keyring_load (gboolean with_passwords, gboolean may_prompt, GError **error)
{
  g_autoptr (GPtrArray) saved = NULL;
  g_autoptr (GHashTable)
    attributes = secret_attributes_build (&schema, "application", APPLICATION, NULL);
  g_autolist (GObject) items = NULL;
  g_autoptr (GError) local_error = NULL;
  SecretSearchFlags flags = SECRET_SEARCH_ALL;

  saved = g_ptr_array_new_with_free_func ((GDestroyNotify) cf_saved_password_free);
  if (with_passwords)
    flags |= SECRET_SEARCH_LOAD_SECRETS;
  if (may_prompt)
    flags |= SECRET_SEARCH_UNLOCK;
  items = secret_password_searchv_sync (&schema, attributes, flags, NULL, &local_error);
  if (local_error != NULL && !is_absence (local_error))
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                  "Saved passwords cannot be read: ");
      return NULL;
    }
  if (local_error != NULL)
    g_debug ("There is no keyring: %s", local_error->message);
  for (GList *item = items; item != NULL; item = item->next)
    {
      CfSavedPassword *one = read_item (SECRET_RETRIEVABLE (item->data), with_passwords);

      if (one != NULL)
        g_ptr_array_add (saved, one);
    }
  return g_steal_pointer (&saved);
}

/**
 * cf_keyring_save:
 * @saved: what to save, with its password
 * @error: what keeps it from being saved, in half a sentence
 *
 * Saves a password, in the place of the one that was saved before. Blocks; a locked keyring asks
 * the person who is there.
 *
 * Returns: %FALSE with @error set if it was not saved
 */
gboolean
cf_keyring_save (const CfSavedPassword *saved, GError **error)
{
  g_autoptr (GHashTable) same = NULL;
  g_autoptr (GHashTable) attributes = NULL;
  g_autofree char *label = NULL;

  g_return_val_if_fail (saved != NULL && saved->password != NULL, FALSE);

  same = secret_attributes_build (&schema, "application", APPLICATION, "scope",
                                  scope_names[saved->scope], "name", saved->name, "user",
                                  saved->user, NULL);
  attributes = secret_attributes_build (
    &schema, "application", APPLICATION, "scope", scope_names[saved->scope], "name", saved->name,
    "user", saved->user, "method", cf_sign_in_method_get_name (saved->method), NULL);
  label = g_strdup_printf ("Curfew: %s at %s", saved->user, saved->name);
  /* one that was saved for another method would be found as well */
  secret_password_clearv_sync (&schema, same, NULL, NULL);
  return secret_password_storev_sync (&schema, attributes, SECRET_COLLECTION_DEFAULT, label,
                                      wsm_secret_peek (saved->password, NULL), NULL, error);
}

/**
 * cf_keyring_forget:
 * @scope: where it is right
 * @name: of that host, group or realm
 * @was_there: (out): whether there was one
 * @error: what keeps it from being removed
 *
 * Removes what was saved for a host, a group or a realm, of whichever user. Blocks.
 *
 * Returns: %FALSE with @error set if the keyring could not be asked
 */
gboolean
cf_keyring_forget (CfSavedScope scope, const char *name, gboolean *was_there, GError **error)
{
  g_autoptr (GHashTable) attributes = NULL;
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (was_there != NULL, FALSE);

  attributes = secret_attributes_build (&schema, "application", APPLICATION, "scope",
                                        cf_saved_scope_get_name (scope), "name", name, NULL);
  *was_there = secret_password_clearv_sync (&schema, attributes, NULL, &local_error);
  if (local_error == NULL || is_absence (local_error))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}
