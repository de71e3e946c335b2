/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>

#include "wsm-auth-error.h"
#include "wsm-kerberos-private.h"

/**
 * wsm_kerberos_set_error:
 * @context: where @code came from, which has more to say
 * @code: of libkrb5
 * @stage: who said it
 * @user: (nullable): who was to sign in
 * @host: (nullable): where
 * @error: a #WsmAuthError
 *
 * Says why @code came, and what to do about it.
 *
 * Returns: %FALSE
 */
gboolean
wsm_kerberos_set_error (krb5_context context, krb5_error_code code, WsmKerberosStage stage,
                        const char *user, const char *host, GError **error)
{
  const char *text = krb5_get_error_message (context, code);

  g_propagate_error (error, wsm_kerberos_error_new (code, text, stage, user, host));
  krb5_free_error_message (context, text);

  return FALSE;
}

/**
 * wsm_kerberos_open:
 * @context: (out): a context of libkrb5, for one thread
 * @error: %WSM_AUTH_ERROR_UNAVAILABLE if Kerberos is not set up in a way that can be read
 *
 * Returns: %TRUE if @context is to be freed
 */
gboolean
wsm_kerberos_open (krb5_context *context, GError **error)
{
  krb5_error_code code = krb5_init_context (context);

  if (code == 0)
    return TRUE;

  *context = NULL;

  return wsm_kerberos_set_error (NULL, code, WSM_KERBEROS_PASSWORD, NULL, NULL, error);
}

/**
 * wsm_kerberos_check_user:
 * @user: a name
 * @error: %WSM_AUTH_ERROR_SYNTAX if it is no name of a Kerberos principal
 *
 * Looks at the form of a name; nobody is asked.
 *
 * Returns: %TRUE if it is a principal, or would be one in the default realm
 */
gboolean
wsm_kerberos_check_user (const char *user, GError **error)
{
  krb5_context context;
  krb5_principal principal = NULL;
  krb5_error_code code;

  /* To libkrb5, the backslash of DOMAIN\name would be the beginning of an escape. */
  if (strpbrk (user, "\\ \t\r\n") != NULL || *user == '\0' || *user == '@')
    {
      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX,
                   "“%s” is no name for Kerberos. Write name@REALM, the realm in capitals as a "
                   "rule, or use NTLM for DOMAIN\\name.",
                   user);
      return FALSE;
    }

  if (!wsm_kerberos_open (&context, error))
    return FALSE;

  code = krb5_parse_name (context, user, &principal);
  if (code != 0)
    wsm_kerberos_set_error (context, code, WSM_KERBEROS_PASSWORD, user, NULL, error);

  krb5_free_principal (context, principal);
  krb5_free_context (context);

  return code == 0;
}

/**
 * wsm_kerberos_find_tgt:
 * @context: a context
 * @cache: a credential cache
 * @client: whose it is
 * @creds: (out caller-allocates): for krb5_free_cred_contents()
 *
 * Finds the ticket by which others are asked for.
 *
 * Returns: %TRUE if there is one, be it out of date
 */
gboolean
wsm_kerberos_find_tgt (krb5_context context, krb5_ccache cache, krb5_principal client,
                       krb5_creds *creds)
{
  krb5_creds wanted = { .client = client };
  const krb5_data *realm = &client->realm;
  krb5_error_code code;

  if (krb5_build_principal_ext (context, &wanted.server, realm->length, realm->data,
                                KRB5_TGS_NAME_SIZE, KRB5_TGS_NAME, realm->length, realm->data,
                                0) != 0)
    return FALSE;

  code = krb5_cc_retrieve_cred (context, cache, 0, &wanted, creds);
  krb5_free_principal (context, wanted.server);

  return code == 0;
}

/**
 * wsm_kerberos_get_end:
 * @context: a context
 * @cache: a credential cache
 * @client: whose it is
 *
 * Returns: until when tickets can be asked for with what is in @cache, in seconds since 1970; 0 if
 *   they cannot
 */
gint64
wsm_kerberos_get_end (krb5_context context, krb5_ccache cache, krb5_principal client)
{
  krb5_creds creds;
  gint64 end;

  if (!wsm_kerberos_find_tgt (context, cache, client, &creds))
    return 0;

  end = (guint32) creds.times.endtime; /* the library's is signed, and means it as unsigned */
  krb5_free_cred_contents (context, &creds);

  return end;
}

/* The name of whoever @cache is of, if it has a ticket that lasts. */
static char *
dup_live_name (krb5_context context, krb5_ccache cache, gboolean *is_expired)
{
  krb5_principal client;
  char *text = NULL;
  char *name = NULL;
  gint64 end;

  if (krb5_cc_get_principal (context, cache, &client) != 0)
    return NULL;

  end = wsm_kerberos_get_end (context, cache, client);
  if (end > g_get_real_time () / G_USEC_PER_SEC)
    {
      if (krb5_unparse_name (context, client, &text) == 0)
        name = g_strdup (text);
      krb5_free_unparsed_name (context, text);
    }
  else if (end > 0)
    *is_expired = TRUE;

  krb5_free_principal (context, client);

  return name;
}

static char *
find_of_user (krb5_context context, const char *user, gboolean *is_expired)
{
  krb5_principal principal = NULL;
  krb5_ccache cache;
  char *name = NULL;

  if (krb5_parse_name (context, user, &principal) != 0)
    return NULL;

  if (krb5_cc_cache_match (context, principal, &cache) == 0)
    {
      name = dup_live_name (context, cache, is_expired);
      krb5_cc_close (context, cache);
    }
  krb5_free_principal (context, principal);

  return name;
}

static char *
find_of_anybody (krb5_context context, gboolean *is_expired)
{
  krb5_cccol_cursor cursor;
  krb5_ccache cache = NULL;
  char *name = NULL;

  if (krb5_cc_default (context, &cache) == 0)
    {
      name = dup_live_name (context, cache, is_expired);
      krb5_cc_close (context, cache);
    }
  if (name != NULL || krb5_cccol_cursor_new (context, &cursor) != 0)
    return name;

  while (name == NULL && krb5_cccol_cursor_next (context, cursor, &cache) == 0 && cache != NULL)
    {
      name = dup_live_name (context, cache, is_expired);
      krb5_cc_close (context, cache);
    }
  krb5_cccol_cursor_free (context, &cursor);

  return name;
}

/**
 * wsm_kerberos_find_ticket:
 * @user: (nullable): as in wsm_kerberos_new()
 * @error: %WSM_AUTH_ERROR_NO_TICKET if there is none that lasts
 *
 * Looks into the credential cache; where that is a collection, into its default first.
 *
 * Returns: (transfer full): whose ticket there is, with realm
 */
char *
wsm_kerberos_find_ticket (const char *user, GError **error)
{
  krb5_context context;
  gboolean is_expired = FALSE;
  char *name;

  if (!wsm_kerberos_open (&context, error))
    return NULL;

  name = user != NULL ? find_of_user (context, user, &is_expired)
                      : find_of_anybody (context, &is_expired);
  if (name == NULL)
    wsm_kerberos_set_error (context, is_expired ? KRB5KRB_AP_ERR_TKT_EXPIRED : KRB5_CC_NOTFOUND,
                            WSM_KERBEROS_SERVICE, user, NULL, error);
  krb5_free_context (context);

  return name;
}
