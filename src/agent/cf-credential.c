/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-credential.h"

#include "curfew-config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

/* as in data/systemd/curfew-agent.service.in */
const CfCredential cf_credential_certificate = { "server.pem", CF_SYSCONF_DIR "/tls/server.pem" };
const CfCredential cf_credential_keytab = { "keytab", CF_SYSCONF_DIR "/agent.keytab" };
const CfCredential cf_credential_ntlm_users = { "ntlm-users", CF_SYSCONF_DIR "/ntlm-users" };

/**
 * cf_credential_find:
 * @self: a file that systemd hands over
 *
 * A mere line feed stands for none: the unit has it so where there is no original.
 *
 * Returns: (transfer full) (nullable) (type filename): where it is; %NULL if it is not there
 */
char *
cf_credential_find (const CfCredential *self)
{
  const char *directory = g_getenv ("CREDENTIALS_DIRECTORY");
  g_autofree char *path = NULL;
  GStatBuf info;

  g_return_val_if_fail (self != NULL, NULL);

  if (directory == NULL)
    return NULL;
  path = g_build_filename (directory, self->name, NULL);
  if (g_stat (path, &info) != 0 || !S_ISREG (info.st_mode) || info.st_size <= 1)
    return NULL;
  return g_steal_pointer (&path);
}

/* The copy is the agent's alone, whoever may read the original: there it has to be seen. */
static gboolean
check_original (const CfCredential *self, GError **error)
{
  GStatBuf info;

  if (g_stat (self->original, &info) != 0 || (info.st_uid == 0 && (info.st_mode & 077) == 0))
    return TRUE;
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM,
               "The file %s has to be root's, and nobody else may read it: who knows its keys can "
               "sign in as others. Try: chown root: %s && chmod 600 %s, and replace the keys if "
               "somebody may have read them",
               self->original, self->original, self->original);
  return FALSE;
}

/**
 * cf_credential_choose_secret:
 * @self: a file that systemd hands over, and that is for root alone
 * @configured: (nullable) (type filename): what the settings name; %NULL for what is handed over
 * @path: (out) (nullable) (transfer full) (type filename): what is to be read; %NULL for none
 * @error: a #GFileError: others may read it
 *
 * A setting may name the original, which people know; what is read then is its copy.
 *
 * Returns: %FALSE with @error set if it is no secret
 */
gboolean
cf_credential_choose_secret (const CfCredential *self, const char *configured, char **path,
                             GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  *path = NULL;
  if (configured == NULL || g_str_equal (configured, self->original))
    *path = cf_credential_find (self);
  if (*path == NULL)
    {
      *path = g_strdup (configured);
      return TRUE;
    }
  if (check_original (self, error))
    return TRUE;
  g_clear_pointer (path, g_free);
  return FALSE;
}
