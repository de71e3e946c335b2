/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-authority.h"

#include "cf-access-rule.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define USER_PREFIX   "user "
#define GROUP_PREFIX  "group "
#define ANY_USER      "*"
#define MAX_FILE_SIZE (1024 * 1024)

struct _CfAuthority
{
  GObject parent_instance;

  CfAccessRule *everyone; /* (owned) (nullable): of whoever no other rule is about */
  GHashTable *by_user;    /* (owned) (element-type utf8 CfAccessRule) */
  GHashTable *by_group;   /* (owned) (element-type utf8 CfAccessRule) */
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

static gboolean
load_group (CfAuthority *self, GKeyFile *key_file, const char *name, const char *group,
            GError **error)
{
  const char *user = get_name (group, USER_PREFIX);
  const char *unix_group = get_name (group, GROUP_PREFIX);
  CfAccessRule *rule;

  if (user == NULL && (unix_group == NULL || g_str_equal (unix_group, ANY_USER)))
    {
      g_set_error (
        error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_GROUP_NOT_FOUND,
        "%s: the group [%s] has no meaning; write [user NAME], [group NAME], or [user *] "
        "for everyone else",
        name, group);
      return FALSE;
    }
  rule = cf_access_rule_parse (key_file, name, group, error);
  if (rule == NULL)
    return FALSE;

  self->has_times |= cf_access_rule_has_times (rule);
  if (user == NULL)
    g_hash_table_insert (self->by_group, g_strdup (unix_group), rule);
  else if (g_str_equal (user, ANY_USER))
    self->everyone = rule;
  else
    g_hash_table_insert (self->by_user, g_strdup (user), rule);
  return TRUE;
}

/* GKeyFile joins groups of the same name and takes the last of two values. Who reads such a file
 * may see another permission than the agent does. */
static gboolean
check_repetitions (const char *name, const char *contents, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (GStrv) lines = g_strsplit (contents, "\n", -1);
  const char *group = "";

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strstrip (lines[i]);
      char *equals = strchr (line, '=');
      g_autofree char *written = NULL;

      if (*line == '#' || (*line != '[' && equals == NULL))
        continue;
      if (*line == '[')
        {
          group = line;
          written = g_strdup (line);
        }
      else
        {
          *equals = '\0';
          written = g_strconcat (group, " ", g_strchomp (line), NULL);
        }
      if (!g_hash_table_add (seen, g_steal_pointer (&written)))
        {
          g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE,
                       "%s, line %" G_GSIZE_FORMAT ", %s: “%s” is there for the second time; keep "
                       "one of them",
                       name, i + 1, *group != '\0' ? group : "before the first group", line);
          return FALSE;
        }
    }
  return TRUE;
}

/* Whoever can write this file decides about the machine: only root and the agent itself may. The
 * checks are made on the open descriptor, so that nothing can be put in its place in between. */
static char *
read_trusted_file (const char *path, gsize *length, GError **error)
{
  g_autofree char *contents = NULL;
  gsize used = 0;
  struct stat info;
  gssize n = 0;
  int saved_errno;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);

  if (fd < 0 || fstat (fd, &info) != 0)
    {
      saved_errno = errno;
      if (fd >= 0)
        close (fd);
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved_errno),
                   "The access file %s cannot be read: %s", path, g_strerror (saved_errno));
      return NULL;
    }
  if (!S_ISREG (info.st_mode) || (info.st_uid != 0 && info.st_uid != geteuid ()) ||
      (info.st_mode & (S_IWGRP | S_IWOTH)) != 0 || info.st_size > MAX_FILE_SIZE)
    {
      close (fd);
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM,
                   "The access file %s is not trusted: it has to be an ordinary file of at most "
                   "1 MiB that belongs to root and that nobody else may write. Try: chown root %s "
                   "&& chmod 644 %s",
                   path, path, path);
      return NULL;
    }

  contents = g_malloc (info.st_size + 1);
  while (used < (gsize) info.st_size &&
         ((n = read (fd, contents + used, info.st_size - used)) > 0 || (n < 0 && errno == EINTR)))
    used += MAX (n, 0);
  saved_errno = errno;
  close (fd);
  if (n < 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved_errno),
                   "The access file %s cannot be read: %s", path, g_strerror (saved_errno));
      return NULL;
    }
  contents[used] = '\0';
  *length = used;
  return g_steal_pointer (&contents);
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
  if (!check_repetitions (name, contents, error))
    return NULL;
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
 * Reads who may do what. Groups are `[user NAME]`, `[group NAME]` (a Unix group) and `[user *]`
 * (for everyone else), each with the keys `allow`, a list of the words of #CfVerbs, or `all`;
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

  contents = read_trusted_file (path, &length, error);
  if (contents == NULL)
    return NULL;
  return cf_authority_new_from_data (path, contents, length, error);
}

/* Adds up what the groups of @principal may do. FALSE: no rule is about one of them. */
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

static gboolean
get_verbs_of_groups (CfAuthority *self, WsmPrincipal *principal, GDateTime *now_local,
                     CfVerbs *verbs)
{
  const char *const *groups = wsm_principal_get_groups (principal);
  const char *address = wsm_principal_get_address (principal);
  gboolean is_found = FALSE;

  *verbs = CF_VERB_NONE;
  for (gsize i = 0; groups[i] != NULL; i++)
    {
      const CfAccessRule *rule = g_hash_table_lookup (self->by_group, groups[i]);

      if (rule == NULL)
        continue;
      is_found = TRUE;
      *verbs |= cf_access_rule_get_verbs (rule, address, now_local);
    }
  return is_found;
}

/**
 * cf_authority_get_verbs:
 * @self: an authority
 * @principal: who signed in
 * @now_local: what time it is, in the time zone of this machine
 *
 * The most specific wins: a rule about the user decides alone, else the rules about the user's
 * groups together, else the one about everyone else.
 *
 * Returns: all that @principal may do at that time; %CF_VERB_NONE for a stranger
 */
CfVerbs
cf_authority_get_verbs (CfAuthority *self, WsmPrincipal *principal, GDateTime *now_local)
{
  const CfAccessRule *rule = NULL;
  CfVerbs verbs;

  g_return_val_if_fail (CF_IS_AUTHORITY (self), CF_VERB_NONE);
  g_return_val_if_fail (principal != NULL, CF_VERB_NONE);
  g_return_val_if_fail (now_local != NULL, CF_VERB_NONE);

  /* A name of another realm is another person, whatever it is spelled like. */
  if (wsm_principal_get_realm (principal) == NULL)
    {
      rule = g_hash_table_lookup (self->by_user, wsm_principal_get_user (principal));
      if (rule == NULL && get_verbs_of_groups (self, principal, now_local, &verbs))
        return verbs;
    }
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
