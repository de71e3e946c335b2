/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-authority.h"

#include "cf-access-rule.h"
#include "wsman/auth/wsm-key-file.h"
#include "wsman/auth/wsm-trusted-file.h"

#include <string.h>

#define USER_PREFIX   "user "
#define GROUP_PREFIX  "group "
#define REALM_PREFIX  "realm "
#define ANY_USER      "*"
#define MAX_FILE_SIZE (1024 * 1024)

struct _CfAuthority
{
  GObject parent_instance;

  CfAccessRule *everyone; /* (owned) (nullable): of whoever no other rule is about */
  GHashTable *by_user;    /* (owned) (element-type utf8 CfAccessRule) */
  GHashTable *by_group;   /* (owned) (element-type utf8 CfAccessRule) */
  GHashTable *by_realm;   /* (owned) (element-type utf8 CfAccessRule) */
  gboolean has_times;     /* whether the answers depend on what time it is */
};

G_DEFINE_FINAL_TYPE (CfAuthority, cf_authority, G_TYPE_OBJECT)

static void
cf_authority_finalize (GObject *object)
{
  CfAuthority *self = CF_AUTHORITY (object);

  g_clear_pointer (&self->everyone, cf_access_rule_free);
  g_clear_pointer (&self->by_user, g_hash_table_unref);
  g_clear_pointer (&self->by_group, g_hash_table_unref);
  g_clear_pointer (&self->by_realm, g_hash_table_unref);

  G_OBJECT_CLASS (cf_authority_parent_class)->finalize (object);
}

static void
cf_authority_class_init (CfAuthorityClass *class)
{
  G_OBJECT_CLASS (class)->finalize = cf_authority_finalize;
}

static void
cf_authority_init (CfAuthority *self)
{
  GDestroyNotify free_rule = (GDestroyNotify) cf_access_rule_free;

  self->by_user = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_rule);
  self->by_group = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_rule);
  self->by_realm = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_rule);
}

/* Gives whom [@group] is about, behind its prefix; %NULL if it is not about a @prefix. A name may
 * have spaces within, as those of directories do, but not around it: that is a slip of the pen. */
static const char *
get_name (const char *group, const char *prefix)
{
  const char *name = group + strlen (prefix);

  if (!g_str_has_prefix (group, prefix) || *name == '\0' || g_ascii_isspace (*name) ||
      g_ascii_isspace (name[strlen (name) - 1]))
    return NULL;
  return name;
}

/* A name with an @ at one of its ends is half of something. */
static gboolean
check_user (const char *user, const char *name, const char *group, GError **error)
{
  const char *at = strrchr (user, '@');

  if (g_str_has_prefix (user, ANY_USER "@") && at[1] != '\0')
    g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_GROUP_NOT_FOUND,
                 "%s: the group [%s] has no meaning; for everybody of a realm write [realm %s]",
                 name, group, at + 1);
  else if (*user == '@' || (at != NULL && at[1] == '\0'))
    g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_GROUP_NOT_FOUND,
                 "%s: the group [%s] has no meaning; for a Kerberos principal write [user "
                 "NAME@REALM]",
                 name, group);
  else
    return TRUE;
  return FALSE;
}

static gboolean
load_group (CfAuthority *self, GKeyFile *key_file, const char *name, const char *group,
            GError **error)
{
  const char *user = get_name (group, USER_PREFIX);
  const char *unix_group = get_name (group, GROUP_PREFIX);
  const char *realm = get_name (group, REALM_PREFIX);
  const char *meant = unix_group != NULL ? unix_group : realm;
  CfAccessRule *rule;

  if (user == NULL && (meant == NULL || g_str_equal (meant, ANY_USER)))
    {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_GROUP_NOT_FOUND,
                   "%s: the group [%s] has no meaning; write [user NAME], [user NAME@REALM], "
                   "[group NAME], [realm REALM], or [user *] for everyone else",
                   name, group);
      return FALSE;
    }
  if (user != NULL && !check_user (user, name, group, error))
    return FALSE;
  rule = cf_access_rule_parse (key_file, name, group, error);
  if (rule == NULL)
    return FALSE;

  self->has_times |= cf_access_rule_has_times (rule);
  if (realm != NULL)
    g_hash_table_insert (self->by_realm, g_strdup (realm), rule);
  else if (unix_group != NULL)
    g_hash_table_insert (self->by_group, g_strdup (unix_group), rule);
  else if (g_str_equal (user, ANY_USER))
    self->everyone = rule;
  else
    g_hash_table_insert (self->by_user, g_strdup (user), rule);
  return TRUE;
}

/**
 * cf_authority_new_for_rehearsal:
 *
 * An authority that allows everything to everyone who signed in. Fit for a rehearsal only, where
 * nothing is ever acted on.
 *
 * Returns: (transfer full): a new authority
 */
CfAuthority *
cf_authority_new_for_rehearsal (void)
{
  CfAuthority *self = g_object_new (CF_TYPE_AUTHORITY, NULL);

  self->everyone = cf_access_rule_new (CF_VERB_ALL);
  return self;
}

/**
 * cf_authority_new_from_data:
 * @name: what the file is called, for errors
 * @contents: (array length=length): the text of an access.conf, with a NUL behind it
 * @length: its octets without that NUL
 * @error: a #GKeyFileError or #GIOErrorEnum that names the file and what is wrong in it
 *
 * As cf_authority_new_from_file(), for what was read already.
 *
 * Returns: (transfer full): a new authority; %NULL with @error set otherwise
 */
CfAuthority *
cf_authority_new_from_data (const char *name, const char *contents, gsize length, GError **error)
{
  g_autoptr (CfAuthority) self = g_object_new (CF_TYPE_AUTHORITY, NULL);
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_autofree char *repetition = NULL;
  g_auto (GStrv) groups = NULL;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (contents != NULL, NULL);

  /* a NUL would hide what stands behind it */
  if (!g_utf8_validate_len (contents, length, NULL))
    {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_UNKNOWN_ENCODING,
                   "The access file %s is no text in UTF-8. Write it with a text editor", name);
      return NULL;
    }
  /* translations are kept to be refused: nothing that is written there may go unread */
  if (!g_key_file_load_from_data (key_file, contents, length, G_KEY_FILE_KEEP_TRANSLATIONS, error))
    {
      g_prefix_error (error, "The access file %s is not a key file: ", name);
      return NULL;
    }
  repetition = wsm_key_file_find_repetition (contents);
  if (repetition != NULL)
    {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE,
                   "%s, %s is there for the second time; keep one of them", name, repetition);
      return NULL;
    }
  groups = g_key_file_get_groups (key_file, NULL);
  for (gsize i = 0; groups[i] != NULL; i++)
    if (!load_group (self, key_file, name, groups[i], error))
      return NULL;
  return g_steal_pointer (&self);
}

/**
 * cf_authority_new_from_file:
 * @path: (type filename): an access.conf
 * @error: a #GFileError, #GKeyFileError or #GIOErrorEnum that names the file and what is wrong in
 * it
 *
 * Reads who may do what. Groups are `[user NAME]` (an account of this host), `[user NAME@REALM]` (a
 * Kerberos principal), `[group NAME]` (a Unix group), `[realm REALM]` and `[user *]` (for everyone
 * else), each with the keys `allow`, a list of the words of #CfVerbs, or `all`;
 * `when`, a list of times of the week (cf_access_window_add()); and `from`, a list of networks. The
 * file has to be root's or the agent's own, and nobody else may be able to write it.
 *
 * Returns: (transfer full): a new authority; %NULL with @error set otherwise
 */
CfAuthority *
cf_authority_new_from_file (const char *path, GError **error)
{
  g_autofree char *contents = NULL;
  gsize length = 0;

  g_return_val_if_fail (path != NULL, NULL);

  /* whoever can write it decides about the machine */
  contents = wsm_trusted_file_read (path, "access file", MAX_FILE_SIZE, WSM_TRUSTED_FILE_PUBLIC,
                                    &length, error);
  if (contents == NULL)
    return NULL;
  return cf_authority_new_from_data (path, contents, length, error);
}

/**
 * cf_authority_has_times:
 * @self: an authority
 *
 * Returns: whether its answers depend on what time it is; if not, any time will do
 */
gboolean
cf_authority_has_times (CfAuthority *self)
{
  g_return_val_if_fail (CF_IS_AUTHORITY (self), TRUE);

  return self->has_times;
}

/* Adds up what the groups of @principal may do. FALSE: no rule is about one of them. */
static gboolean
get_verbs_of_groups (CfAuthority *self, WsmPrincipal *principal, GDateTime *now_local,
                     CfVerbs *verbs)
{
  const char *const *groups = wsm_principal_get_groups (principal);
  const char *address = wsm_principal_get_address (principal);
  gboolean is_found = FALSE;

  *verbs = CF_VERB_NONE;
  for (gsize i = 0; wsm_principal_get_account (principal) != NULL && groups[i] != NULL; i++)
    {
      const CfAccessRule *rule = g_hash_table_lookup (self->by_group, groups[i]);

      if (rule == NULL)
        continue;
      is_found = TRUE;
      *verbs |= cf_access_rule_get_verbs (rule, address, now_local);
    }
  return is_found;
}

/* A name of a realm is written NAME@REALM. A realm with an @ in it could be read in two ways. */
static const CfAccessRule *
find_rule_of_name (CfAuthority *self, WsmPrincipal *principal)
{
  const char *realm = wsm_principal_get_realm (principal);
  g_autofree char *name = NULL;

  if (realm == NULL || strchr (realm, '@') != NULL)
    return NULL;
  name = g_strconcat (wsm_principal_get_user (principal), "@", realm, NULL);
  return g_hash_table_lookup (self->by_user, name);
}

static const CfAccessRule *
find_rule_of_account (CfAuthority *self, WsmPrincipal *principal)
{
  const char *account = wsm_principal_get_account (principal);

  return account != NULL ? g_hash_table_lookup (self->by_user, account) : NULL;
}

static const CfAccessRule *
find_rule_of_realm (CfAuthority *self, WsmPrincipal *principal)
{
  const char *realm = wsm_principal_get_realm (principal);

  return realm != NULL ? g_hash_table_lookup (self->by_realm, realm) : NULL;
}

/**
 * cf_authority_get_verbs:
 * @self: an authority
 * @principal: who signed in
 * @now_local: what time it is, in the time zone of this machine
 *
 * The most specific wins: a rule about the name with its realm decides alone, else one about the
 * account that the name stands for here, else the rules about the account's groups together, else
 * the one about the realm, else the one about everyone else.
 *
 * Returns: all that @principal may do at that time; %CF_VERB_NONE for a stranger
 */
CfVerbs
cf_authority_get_verbs (CfAuthority *self, WsmPrincipal *principal, GDateTime *now_local)
{
  const CfAccessRule *rule;
  CfVerbs verbs;

  g_return_val_if_fail (CF_IS_AUTHORITY (self), CF_VERB_NONE);
  g_return_val_if_fail (principal != NULL, CF_VERB_NONE);
  g_return_val_if_fail (now_local != NULL, CF_VERB_NONE);

  rule = find_rule_of_name (self, principal);
  if (rule == NULL)
    rule = find_rule_of_account (self, principal);
  if (rule == NULL && get_verbs_of_groups (self, principal, now_local, &verbs))
    return verbs;
  if (rule == NULL)
    rule = find_rule_of_realm (self, principal);
  if (rule == NULL)
    rule = self->everyone;
  if (rule == NULL)
    return CF_VERB_NONE;
  return cf_access_rule_get_verbs (rule, wsm_principal_get_address (principal), now_local);
}

/**
 * cf_authority_may_initiate:
 * @self: an authority
 * @principal: who signed in
 * @request: what is asked for
 * @now_local: what time it is, in the time zone of this machine
 *
 * Returns: whether @principal may do all that @request asks for at that time: its action, and
 *   forcing and overriding if it does so
 */
gboolean
cf_authority_may_initiate (CfAuthority *self, WsmPrincipal *principal, CfShutdownRequest *request,
                           GDateTime *now_local)
{
  static const CfVerbs action_verbs[] = {
    [CF_SHUTDOWN_ACTION_RESTART] = CF_VERB_RESTART,
    [CF_SHUTDOWN_ACTION_POWER_OFF] = CF_VERB_POWEROFF,
    [CF_SHUTDOWN_ACTION_HALT] = CF_VERB_HALT,
  };
  CfShutdownFlags flags;
  CfVerbs needed;

  g_return_val_if_fail (CF_IS_AUTHORITY (self), FALSE);
  g_return_val_if_fail (principal != NULL, FALSE);
  g_return_val_if_fail (request != NULL, FALSE);

  needed = action_verbs[cf_shutdown_request_get_action (request)];
  flags = cf_shutdown_request_get_flags (request);
  if (flags & CF_SHUTDOWN_FORCE_OTHERS)
    needed |= CF_VERB_FORCE;
  if (flags & CF_SHUTDOWN_GRACE_OVERRIDE)
    needed |= CF_VERB_GRACE_OVERRIDE;
  return (needed & ~cf_authority_get_verbs (self, principal, now_local)) == 0;
}
