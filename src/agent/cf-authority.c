/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-authority.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define USER_PREFIX   "user "
#define ANY_USER      "*"
#define MAX_FILE_SIZE (1024 * 1024)

struct _CfAuthority
{
  GObject parent_instance;

  CfVerbs everyone;    /* of whoever is not named */
  GHashTable *by_user; /* (owned) (element-type utf8 CfVerbs) */
};

G_DEFINE_FINAL_TYPE (CfAuthority, cf_authority, G_TYPE_OBJECT)

static const struct
{
  const char *word;
  CfVerbs verbs;
} words[] = {
  { "status", CF_VERB_STATUS },
  { "restart", CF_VERB_RESTART },
  { "poweroff", CF_VERB_POWEROFF },
  { "halt", CF_VERB_HALT },
  { "force", CF_VERB_FORCE },
  { "abort", CF_VERB_ABORT },
  { "grace-override", CF_VERB_GRACE_OVERRIDE },
  { "all", CF_VERB_ALL },
};

static void
cf_authority_finalize (GObject *object)
{
  CfAuthority *self = CF_AUTHORITY (object);

  g_clear_pointer (&self->by_user, g_hash_table_unref);

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
  self->by_user = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static gboolean
parse_words (const char *path, const char *group, char **allowed, CfVerbs *verbs, GError **error)
{
  *verbs = CF_VERB_NONE;
  for (gsize i = 0; allowed[i] != NULL; i++)
    {
      const char *word = g_strstrip (allowed[i]);
      gsize w;

      for (w = 0; w < G_N_ELEMENTS (words); w++)
        if (g_str_equal (word, words[w].word))
          break;
      if (w == G_N_ELEMENTS (words))
        {
          g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                       "%s, [%s]: “%s” is nothing that can be allowed. Use status, restart, "
                       "poweroff, halt, force, abort, grace-override or all",
                       path, group, word);
          return FALSE;
        }
      *verbs |= words[w].verbs;
    }
  return TRUE;
}

static gboolean
load_group (CfAuthority *self, GKeyFile *key_file, const char *path, const char *group,
            GError **error)
{
  g_auto (GStrv) keys = NULL;
  g_auto (GStrv) allowed = NULL;
  const char *user;
  CfVerbs verbs;

  if (!g_str_has_prefix (group, USER_PREFIX) || group[strlen (USER_PREFIX)] == '\0')
    {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_GROUP_NOT_FOUND,
                   "%s: the group [%s] has no meaning. Write [user NAME], or [user *] for everyone",
                   path, group);
      return FALSE;
    }
  keys = g_key_file_get_keys (key_file, group, NULL, error);
  if (keys == NULL)
    return FALSE;
  for (gsize i = 0; keys[i] != NULL; i++)
    if (!g_str_equal (keys[i], "allow"))
      {
        g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND,
                     "%s, [%s]: the key “%s” has no meaning; the only key is “allow”", path, group,
                     keys[i]);
        return FALSE;
      }

  allowed = g_key_file_get_string_list (key_file, group, "allow", NULL, error);
  if (allowed == NULL)
    {
      g_prefix_error (error, "%s, [%s]: ", path, group);
      return FALSE;
    }
  if (!parse_words (path, group, allowed, &verbs, error))
    return FALSE;

  user = group + strlen (USER_PREFIX);
  if (g_str_equal (user, ANY_USER))
    self->everyone = verbs;
  else
    g_hash_table_insert (self->by_user, g_strdup (user), GUINT_TO_POINTER (verbs));
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

  self->everyone = CF_VERB_ALL;
  return self;
}

/**
 * cf_authority_new_from_file:
 * @path: (type filename): an access.conf
 * @error: a #GFileError or a #GKeyFileError that names the file and what is wrong in it
 *
 * Reads who may do what. Groups are `[user NAME]` and `[user *]` (everyone who is not named), each
 * with one key `allow`, a list of the words of #CfVerbs, or `all`. The file has to be root's or
 * the agent's own, and nobody else may be able to write it.
 *
 * Returns: (transfer full): a new authority; %NULL with @error set otherwise
 */
CfAuthority *
cf_authority_new_from_file (const char *path, GError **error)
{
  g_autoptr (CfAuthority) self = g_object_new (CF_TYPE_AUTHORITY, NULL);
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_autofree char *contents = NULL;
  g_auto (GStrv) groups = NULL;
  gsize length = 0;

  g_return_val_if_fail (path != NULL, NULL);

  contents = read_trusted_file (path, &length, error);
  if (contents == NULL)
    return NULL;
  if (!g_key_file_load_from_data (key_file, contents, length, G_KEY_FILE_NONE, error))
    {
      g_prefix_error (error, "The access file %s is not a key file: ", path);
      return NULL;
    }
  groups = g_key_file_get_groups (key_file, NULL);
  for (gsize i = 0; groups[i] != NULL; i++)
    if (!load_group (self, key_file, path, groups[i], error))
      return NULL;
  return g_steal_pointer (&self);
}

/**
 * cf_authority_get_verbs:
 * @self: an authority
 * @principal: who signed in
 *
 * Returns: all that @principal may do; %CF_VERB_NONE for a stranger
 */
CfVerbs
cf_authority_get_verbs (CfAuthority *self, WsmPrincipal *principal)
{
  gpointer verbs;

  g_return_val_if_fail (CF_IS_AUTHORITY (self), CF_VERB_NONE);
  g_return_val_if_fail (principal != NULL, CF_VERB_NONE);

  /* A name of another realm is another person, whatever it is spelled like. */
  if (wsm_principal_get_realm (principal) == NULL &&
      g_hash_table_lookup_extended (self->by_user, wsm_principal_get_user (principal), NULL,
                                    &verbs))
    return GPOINTER_TO_UINT (verbs);
  return self->everyone;
}

/**
 * cf_authority_may_initiate:
 * @self: an authority
 * @principal: who signed in
 * @request: what is asked for
 *
 * Returns: whether @principal may do all that @request asks for: its action, and forcing and
 *   overriding if it does so
 */
gboolean
cf_authority_may_initiate (CfAuthority *self, WsmPrincipal *principal, CfShutdownRequest *request)
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
  return (needed & ~cf_authority_get_verbs (self, principal)) == 0;
}
