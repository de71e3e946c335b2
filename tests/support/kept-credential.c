/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kept-credential.h"

/* gss-ntlmssp never gives back what a credential took, and with OpenSSL 3.5 a process has room for
 * some 170: so one for each name and password, kept until the end. */
gss_cred_id_t *
kept_credential_find (const char *user, const char *password)
{
  static GHashTable *kept;
  g_autofree char *key = g_strconcat (user, "\n", password, NULL);
  gss_cred_id_t *credential;

  if (kept == NULL)
    kept = g_hash_table_new (g_str_hash, g_str_equal);
  credential = g_hash_table_lookup (kept, key);
  if (credential == NULL)
    {
      credential = g_new0 (gss_cred_id_t, 1);
      g_hash_table_insert (kept, g_steal_pointer (&key), credential);
    }

  return credential;
}
