/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-acceptor.h"

#include <string.h>

#include "wsm-acceptor-private.h"
#include "wsm-keytab.h"
#include "wsm-ntlm-users.h"

#define MAX_AT_ONCE 4 /* a sign-in is work for a processor and, for Kerberos, a write to a disk */
#define NO_KEYTAB   "MEMORY:curfew-has-no-keytab"

struct _WsmAcceptor
{
  GObject parent_instance;

  WsmAuthScheme schemes;
  gss_cred_id_t negotiate; /* (owned): for SPNEGO, raw Kerberos and raw NTLM */
  gss_cred_id_t kerberos;  /* (owned): raw Kerberos alone; none without a keytab */
  gss_cred_id_t ntlm;      /* (owned): raw NTLM alone; none without its users */
  WsmBindingPolicy kerberos_binding;
  WsmBindingPolicy ntlm_binding;
  char *ntlm_users;  /* (owned) (nullable) */
  char **principals; /* (owned) (array zero-terminated=1) */
  WsmGssLane *lane;  /* (owned) */

  GMutex mutex;
  krb5_context krb5; /* (owned): to take names apart, with the mutex held */
};

G_DEFINE_FINAL_TYPE (WsmAcceptor, wsm_acceptor, G_TYPE_OBJECT)

static void
wsm_acceptor_finalize (GObject *object)
{
  WsmAcceptor *self = WSM_ACCEPTOR (object);
  OM_uint32 minor;

  gss_release_cred (&minor, &self->negotiate);
  gss_release_cred (&minor, &self->kerberos);
  gss_release_cred (&minor, &self->ntlm);
  g_clear_pointer (&self->krb5, krb5_free_context);
  g_clear_pointer (&self->ntlm_users, g_free);
  g_clear_pointer (&self->principals, g_strfreev);
  g_clear_pointer (&self->lane, wsm_gss_lane_free);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (wsm_acceptor_parent_class)->finalize (object);
}

static void
wsm_acceptor_class_init (WsmAcceptorClass *class)
{
  G_OBJECT_CLASS (class)->finalize = wsm_acceptor_finalize;
}

static void
wsm_acceptor_init (WsmAcceptor *self)
{
  g_mutex_init (&self->mutex);
  self->lane = wsm_gss_lane_new (MAX_AT_ONCE);
  self->principals = g_new0 (char *, 1);
}

static void
set_or_unset (const char *variable, const char *prefix, const char *path)
{
  g_autofree char *value = path != NULL ? g_strconcat (prefix, path, NULL) : NULL;

  if (value != NULL)
    g_setenv (variable, value, TRUE);
  else
    g_unsetenv (variable);
}

/* Nothing of this may come from whoever started the service: not another keytab, that of the host
 * for instance, and neither a switched off replay cache nor NTLM of the first version. */
static void
set_environment (const WsmAcceptorOptions *options)
{
  set_or_unset ("KRB5_KTNAME", "FILE:", options->keytab);
  if (options->keytab == NULL)
    g_setenv ("KRB5_KTNAME", NO_KEYTAB, TRUE);
  set_or_unset ("KRB5RCACHENAME", "file2:", options->replay_cache);
  set_or_unset ("NTLM_USER_FILE", "", options->ntlm_users);
  g_unsetenv ("LM_COMPAT_LEVEL");
}

static gboolean
check_keytab (WsmAcceptor *self, const char *path, GError **error)
{
  char **principals = wsm_keytab_dup_principals (self->krb5, path, error);

  if (principals == NULL)
    return FALSE;

  g_strfreev (self->principals);
  self->principals = principals;
  return TRUE;
}

static gboolean
check_ntlm (const char *path, GError **error)
{
  g_autoptr (WsmNtlmUsers) users = NULL;

  if (!wsm_gss_check_ntlm (error))
    {
      g_prefix_error (error, "NTLM is switched on, but: ");
      return FALSE;
    }

  users = wsm_ntlm_users_new (path, error);
  return users != NULL;
}

/* For what is in @mechanisms and nothing else; of those in @negotiable within SPNEGO. */
static gboolean
acquire (gss_cred_id_t *credential, gss_OID_set mechanisms, gss_OID_set negotiable, GError **error)
{
  OM_uint32 minor;
  OM_uint32 ignored;
  OM_uint32 major = gss_acquire_cred (&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, mechanisms,
                                      GSS_C_ACCEPT, credential, NULL, NULL);

  if (major == GSS_S_COMPLETE && negotiable != GSS_C_NO_OID_SET)
    major = gss_set_neg_mechs (&minor, *credential, negotiable);
  if (major != GSS_S_COMPLETE)
    {
      g_autofree char *text = wsm_gss_dup_status (major, minor, &mechanisms->elements[0]);

      gss_release_cred (&ignored, credential);
      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE,
                   "GSS-API cannot accept callers: %s. Look at the keytab, at the file of NTLM "
                   "users and at krb5.conf.",
                   text);
      return FALSE;
    }
  return TRUE;
}

/* One credential for each scheme: the library itself then refuses what does not belong to it. */
static gboolean
acquire_all (WsmAcceptor *self, gboolean has_kerberos, gboolean has_ntlm, GError **error)
{
  gss_OID_desc inner[2];
  gss_OID_desc all[3];
  gss_OID_set_desc of_spnego = { 0, inner };
  gss_OID_set_desc of_negotiate = { 0, all };
  gss_OID_set_desc of_kerberos = { 1, &wsm_gss_krb5 };
  gss_OID_set_desc of_ntlm = { 1, &wsm_gss_ntlm };

  if (has_kerberos)
    inner[of_spnego.count++] = wsm_gss_krb5;
  if (has_ntlm)
    inner[of_spnego.count++] = wsm_gss_ntlm;
  all[of_negotiate.count++] = wsm_gss_spnego;
  for (gsize i = 0; i < of_spnego.count; i++)
    all[of_negotiate.count++] = inner[i];

  if (!acquire (&self->negotiate, &of_negotiate, &of_spnego, error) ||
      (has_kerberos && !acquire (&self->kerberos, &of_kerberos, GSS_C_NO_OID_SET, error)) ||
      (has_ntlm && !acquire (&self->ntlm, &of_ntlm, GSS_C_NO_OID_SET, error)))
    return FALSE;

  self->schemes = WSM_AUTH_SCHEME_NEGOTIATE | (has_kerberos ? WSM_AUTH_SCHEME_KERBEROS : 0) |
                  (has_ntlm ? WSM_AUTH_SCHEME_NTLM : 0);
  return TRUE;
}

/**
 * wsm_acceptor_new:
 * @options: a keytab, or users of NTLM, or both
 * @error: a #GFileError for a file that cannot be read or is not to be trusted;
 *   %WSM_AUTH_ERROR_SYNTAX for a file of NTLM users whose text is wrong;
 *   %WSM_AUTH_ERROR_MECHANISM if gss-ntlmssp is not installed; %WSM_AUTH_ERROR_UNAVAILABLE for a
 *   keytab without keys, or with those of other services, and if GSS-API does not work
 *
 * Examines both files and gets ready to accept callers. Sets KRB5_KTNAME, KRB5RCACHENAME and
 * NTLM_USER_FILE, which GSS-API and gss-ntlmssp read again later, and unsets LM_COMPAT_LEVEL: so
 * there may be one acceptor in a process, made before there are threads. Blocks.
 *
 * What is written to the keytab or to the file of NTLM users later counts at the next sign-in. The
 * latter is examined anew each time, and nobody signs in by NTLM while it is not in order.
 *
 * Returns: (transfer full): the acceptor; %NULL with @error set otherwise
 */
WsmAcceptor *
wsm_acceptor_new (const WsmAcceptorOptions *options, GError **error)
{
  g_autoptr (WsmAcceptor) self = g_object_new (WSM_TYPE_ACCEPTOR, NULL);
  krb5_error_code code;

  g_return_val_if_fail (options->keytab != NULL || options->ntlm_users != NULL, NULL);

  code = krb5_init_context (&self->krb5);
  if (code != 0)
    {
      const char *text = krb5_get_error_message (NULL, code);

      self->krb5 = NULL;
      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE,
                   "Kerberos cannot be set up: %s. Look at krb5.conf.", text);
      krb5_free_error_message (NULL, text);
      return NULL;
    }

  self->kerberos_binding = options->kerberos_binding;
  self->ntlm_binding = options->ntlm_binding;
  self->ntlm_users = g_strdup (options->ntlm_users);
  if ((options->keytab != NULL && !check_keytab (self, options->keytab, error)) ||
      (options->ntlm_users != NULL && !check_ntlm (options->ntlm_users, error)))
    return NULL;

  set_environment (options);
  if (!acquire_all (self, options->keytab != NULL, options->ntlm_users != NULL, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * wsm_acceptor_get_schemes:
 * @self: an acceptor
 *
 * Returns: %WSM_AUTH_SCHEME_NEGOTIATE, and the schemes of the mechanisms that are switched on
 */
WsmAuthScheme
wsm_acceptor_get_schemes (WsmAcceptor *self)
{
  g_return_val_if_fail (WSM_IS_ACCEPTOR (self), WSM_AUTH_SCHEME_NONE);

  return self->schemes;
}

/**
 * wsm_acceptor_dup_principals:
 * @self: an acceptor
 *
 * Returns: (transfer full) (array zero-terminated=1): the principals that the keytab had keys of
 *   when @self was made; empty without Kerberos
 */
char **
wsm_acceptor_dup_principals (WsmAcceptor *self)
{
  g_return_val_if_fail (WSM_IS_ACCEPTOR (self), NULL);

  return g_strdupv (self->principals);
}

WsmGssLane *
wsm_acceptor_get_lane (WsmAcceptor *self)
{
  return self->lane;
}

/* GSS_C_NO_CREDENTIAL, which stands for everything the library finds, for no scheme of ours. */
gss_cred_id_t
wsm_acceptor_get_credential (WsmAcceptor *self, WsmAuthScheme scheme)
{
  if (scheme == WSM_AUTH_SCHEME_NEGOTIATE)
    return self->negotiate;
  if (scheme == WSM_AUTH_SCHEME_KERBEROS)
    return self->kerberos;
  if (scheme == WSM_AUTH_SCHEME_NTLM)
    return self->ntlm;
  return GSS_C_NO_CREDENTIAL;
}

WsmBindingPolicy
wsm_acceptor_get_policy (WsmAcceptor *self, gss_const_OID mechanism)
{
  return wsm_gss_is_mechanism (mechanism, &wsm_gss_ntlm) ? self->ntlm_binding
                                                         : self->kerberos_binding;
}

gboolean
wsm_acceptor_has_ntlm (WsmAcceptor *self)
{
  return self->ntlm_users != NULL;
}

/* The users as their file has them now. */
WsmNtlmUsers *
wsm_acceptor_load_ntlm_users (WsmAcceptor *self, GError **error)
{
  g_autoptr (GError) fault = NULL;
  WsmNtlmUsers *users = wsm_ntlm_users_new (self->ntlm_users, &fault);

  if (users == NULL)
    g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE,
                 "Nobody can sign in by NTLM just now. %s", fault->message);
  return users;
}

/* Kerberos itself takes the name apart: "@" can be part of it. */
gboolean
wsm_acceptor_split_principal (WsmAcceptor *self, const char *principal, char **user, char **realm,
                              GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  krb5_principal parsed = NULL;
  char *name = NULL;
  krb5_error_code code = krb5_parse_name_flags (self->krb5, principal,
                                                KRB5_PRINCIPAL_PARSE_REQUIRE_REALM, &parsed);

  if (code == 0)
    code = krb5_unparse_name_flags (self->krb5, parsed, KRB5_PRINCIPAL_UNPARSE_NO_REALM, &name);
  if (code == 0)
    {
      const krb5_data *data = krb5_princ_realm (self->krb5, parsed);

      *user = g_strdup (name);
      *realm = g_strndup (data->data, data->length);
    }
  else
    g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED,
                 "The caller has a principal that cannot be read.");

  krb5_free_unparsed_name (self->krb5, name);
  krb5_free_principal (self->krb5, parsed);
  return code == 0;
}
