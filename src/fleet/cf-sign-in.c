/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-sign-in.h"

#include <string.h>

#include "cf-certificate-file.h"

struct _CfSignIn
{
  CfSignInMethod method;
  char *user; /* (owned) (nullable) */
  gboolean has_password;
  gboolean is_saved;
  char *certificate_file; /* (owned) (nullable) */
  char *key_file;         /* (owned) (nullable) */
  gboolean delegate;

  /* what cf_sign_in_resolve() has found */
  CfSignInProof proof;
  GTlsCertificate *certificate; /* (owned) (nullable) */
};

static const char *const method_names[] = {
  [CF_SIGN_IN_AUTOMATIC] = "automatic", [CF_SIGN_IN_NEGOTIATE] = "negotiate",
  [CF_SIGN_IN_KERBEROS] = "kerberos",   [CF_SIGN_IN_NTLM] = "ntlm",
  [CF_SIGN_IN_BASIC] = "basic",         [CF_SIGN_IN_CERTIFICATE] = "certificate",
};

/**
 * cf_sign_in_method_get_name:
 * @method: a method
 *
 * Returns: its word, on a command line and in the keyring
 */
const char *
cf_sign_in_method_get_name (CfSignInMethod method)
{
  g_return_val_if_fail (method < G_N_ELEMENTS (method_names), NULL);

  return method_names[method];
}

/**
 * cf_sign_in_method_from_name:
 * @name: (nullable): a word
 * @method: (out): what it means
 *
 * Returns: %FALSE if it means nothing
 */
gboolean
cf_sign_in_method_from_name (const char *name, CfSignInMethod *method)
{
  g_return_val_if_fail (method != NULL, FALSE);

  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (method_names); i++)
    if (g_str_equal (method_names[i], name))
      {
        *method = (CfSignInMethod) i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
has_domain (const char *user)
{
  return user != NULL && strchr (user, '\\') != NULL;
}

static gboolean
has_realm (const char *user)
{
  const char *at = user != NULL ? strrchr (user, '@') : NULL;

  return at != NULL && at > user && at[1] != '\0';
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, message);
  return FALSE;
}

static gboolean
check_certificate (const CfSignInOptions *options, GError **error)
{
  if (options->method != CF_SIGN_IN_CERTIFICATE && options->method != CF_SIGN_IN_AUTOMATIC)
    return refuse (error, "--certificate goes with --auth certificate, not with another one.");
  if (options->user != NULL)
    return refuse (error, "--certificate and --user exclude each other: the host knows by the "
                          "certificate who you are.");
  if (options->delegate)
    return refuse (error, "--delegate goes with Kerberos only: there is no ticket to hand on.");
  return TRUE;
}

static gboolean
check_user (const CfSignInOptions *options, GError **error)
{
  if (options->method == CF_SIGN_IN_AUTOMATIC && has_domain (options->user))
    return refuse (error, "--user: DOMAIN\\name is a name of NTLM. Write name@REALM, so that "
                          "Kerberos is used, or add --auth ntlm.");
  if (options->method == CF_SIGN_IN_KERBEROS && has_domain (options->user))
    return refuse (error, "--user: Kerberos knows no DOMAIN\\name. Write name@REALM.");
  if (options->user == NULL && options->method == CF_SIGN_IN_NTLM)
    return refuse (error, "--auth ntlm needs --user: NTLM knows no tickets.");
  if (options->user == NULL && options->method == CF_SIGN_IN_BASIC)
    return refuse (error, "--auth basic needs --user.");
  return TRUE;
}

static gboolean
check_delegate (const CfSignInOptions *options, GError **error)
{
  gboolean is_basic = options->method == CF_SIGN_IN_BASIC ||
                      (options->method == CF_SIGN_IN_AUTOMATIC && options->user != NULL &&
                       !has_realm (options->user));

  if (options->delegate && (is_basic || options->method == CF_SIGN_IN_NTLM))
    return refuse (error, "--delegate goes with Kerberos only: there is no ticket to hand on. Use "
                          "--auth kerberos.");
  return TRUE;
}

static gboolean
check (const CfSignInOptions *options, GError **error)
{
  if (options->certificate_file != NULL)
    return check_certificate (options, error);
  if (options->key_file != NULL)
    return refuse (error, "--key is of no use without --certificate.");
  if (options->method == CF_SIGN_IN_CERTIFICATE)
    return refuse (error, "--auth certificate needs --certificate with a PEM file.");
  return check_user (options, error) && check_delegate (options, error);
}

/**
 * cf_sign_in_new:
 * @options: what was asked for
 * @error: %G_IO_ERROR_INVALID_ARGUMENT with a sentence that names the option of curfewctl that is
 *   wrong
 *
 * Checks what goes together; looks at no file and asks nobody.
 *
 * Returns: (transfer full): a new value; %NULL with @error set otherwise
 */
CfSignIn *
cf_sign_in_new (const CfSignInOptions *options, GError **error)
{
  CfSignIn *self;

  g_return_val_if_fail (options != NULL, NULL);

  if (!check (options, error))
    return NULL;
  self = g_new0 (CfSignIn, 1);
  self->method = options->method;
  self->user = g_strdup (options->user);
  self->has_password = options->has_password;
  self->is_saved = options->is_saved;
  self->certificate_file = g_strdup (options->certificate_file);
  self->key_file = g_strdup (options->key_file);
  self->delegate = options->delegate;
  return self;
}

/**
 * cf_sign_in_free:
 * @self: (transfer full): a value
 */
void
cf_sign_in_free (CfSignIn *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->user);
  g_free (self->certificate_file);
  g_free (self->key_file);
  g_clear_object (&self->certificate);
  g_free (self);
}

static gboolean
has_ticket (const CfSignIn *self, CfSignInFindTicket find_ticket)
{
  g_autofree char *owner = find_ticket != NULL ? find_ticket (self->user, NULL)
                                               : wsm_credential_find_ticket (self->user, NULL);

  return owner != NULL;
}

/**
 * cf_sign_in_find_default_scheme:
 * @self: a value
 * @find_ticket: (nullable): looks for a ticket, where it matters whether there is one; %NULL for
 *   wsm_credential_find_ticket()
 *
 * Kerberos and NTLM seal each message, and clear HTTP is where a Windows computer listens as it
 * comes; whatever else goes over TLS.
 *
 * Returns: "http" or "https": for a target that says neither
 */
const char *
cf_sign_in_find_default_scheme (const CfSignIn *self, CfSignInFindTicket find_ticket)
{
  g_return_val_if_fail (self != NULL, "https");

  switch (self->method)
    {
    case CF_SIGN_IN_NEGOTIATE:
    case CF_SIGN_IN_KERBEROS:
    case CF_SIGN_IN_NTLM:
      return "http";
    case CF_SIGN_IN_AUTOMATIC:
      if (self->certificate_file != NULL)
        return "https";
      if (self->user != NULL)
        return has_realm (self->user) ? "http" : "https";
      return has_ticket (self, find_ticket) ? "http" : "https";
    case CF_SIGN_IN_BASIC:
    case CF_SIGN_IN_CERTIFICATE:
    default:
      return "https";
    }
}

static gboolean
may_use_ticket (const CfSignIn *self)
{
  if (self->has_password || has_domain (self->user))
    return FALSE;
  if (self->method == CF_SIGN_IN_AUTOMATIC)
    return self->user == NULL || has_realm (self->user);
  return self->method == CF_SIGN_IN_NEGOTIATE || self->method == CF_SIGN_IN_KERBEROS;
}

/**
 * cf_sign_in_resolve:
 * @self: a value
 * @find_ticket: (nullable): looks for a ticket; %NULL for wsm_credential_find_ticket(). It may
 *   block on whoever keeps the tickets
 * @error: %WSM_AUTH_ERROR_NO_TICKET where only a ticket would do, or what is wrong with a
 *   certificate file
 *
 * Finds out what there is to prove it with: for programs that start.
 *
 * Returns: %FALSE with @error set if there is nothing
 */
gboolean
cf_sign_in_resolve (CfSignIn *self, CfSignInFindTicket find_ticket, GError **error)
{
  g_autofree char *owner = NULL;
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  if (self->certificate_file != NULL)
    {
      g_clear_object (&self->certificate);
      self->certificate = cf_certificate_file_read (self->certificate_file, self->key_file, error);
      self->proof = CF_SIGN_IN_BY_CERTIFICATE;
      return self->certificate != NULL;
    }

  self->proof = self->user != NULL ? CF_SIGN_IN_BY_PASSWORD : CF_SIGN_IN_BY_NOTHING;
  if (!may_use_ticket (self))
    return TRUE;
  if (find_ticket == NULL)
    find_ticket = wsm_credential_find_ticket;
  owner = find_ticket (self->user, &local_error);
  if (owner != NULL)
    self->proof = CF_SIGN_IN_BY_TICKET;
  else if (self->user == NULL && (self->method != CF_SIGN_IN_AUTOMATIC || self->delegate))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

/**
 * cf_sign_in_get_method:
 * @self: a value
 *
 * Returns: what was asked for
 */
CfSignInMethod
cf_sign_in_get_method (const CfSignIn *self)
{
  g_return_val_if_fail (self != NULL, CF_SIGN_IN_AUTOMATIC);

  return self->method;
}

/**
 * cf_sign_in_get_user:
 * @self: a value
 *
 * Returns: (transfer none) (nullable): who was named
 */
const char *
cf_sign_in_get_user (const CfSignIn *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->user;
}

/**
 * cf_sign_in_get_certificate_file:
 * @self: a value
 *
 * Returns: (transfer none) (nullable) (type filename): the certificate that was named
 */
const char *
cf_sign_in_get_certificate_file (const CfSignIn *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->certificate_file;
}

/**
 * cf_sign_in_get_key_file:
 * @self: a value
 *
 * Returns: (transfer none) (nullable) (type filename): the private key that was named
 */
const char *
cf_sign_in_get_key_file (const CfSignIn *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->key_file;
}

/**
 * cf_sign_in_dup_realm:
 * @self: a value
 *
 * Returns: (transfer full) (nullable): the realm of the name, for all of whose hosts one password
 *   is right; %NULL for a name that each host may know for itself
 */
char *
cf_sign_in_dup_realm (const CfSignIn *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (!has_realm (self->user) || self->method == CF_SIGN_IN_BASIC ||
      self->method == CF_SIGN_IN_NTLM)
    return NULL;
  return g_strdup (strrchr (self->user, '@') + 1);
}

/**
 * cf_sign_in_get_proof:
 * @self: a value that was resolved
 *
 * Returns: what proves it
 */
CfSignInProof
cf_sign_in_get_proof (const CfSignIn *self)
{
  g_return_val_if_fail (self != NULL, CF_SIGN_IN_BY_NOTHING);

  return self->proof;
}

static WsmAuthMethod
get_auth_method (const CfSignIn *self)
{
  switch (self->method)
    {
    case CF_SIGN_IN_NEGOTIATE:
      return WSM_AUTH_NEGOTIATE;
    case CF_SIGN_IN_KERBEROS:
      return WSM_AUTH_KERBEROS;
    case CF_SIGN_IN_NTLM:
      return WSM_AUTH_NTLM;
    case CF_SIGN_IN_CERTIFICATE:
      return WSM_AUTH_CERTIFICATE;
    case CF_SIGN_IN_BASIC:
      return WSM_AUTH_BASIC;
    case CF_SIGN_IN_AUTOMATIC:
    default:
      if (self->proof == CF_SIGN_IN_BY_CERTIFICATE)
        return WSM_AUTH_CERTIFICATE;
      return self->user == NULL || has_realm (self->user) ? WSM_AUTH_NEGOTIATE : WSM_AUTH_BASIC;
    }
}

/**
 * cf_sign_in_make_credential:
 * @self: a value that was resolved, and whose proof is not %CF_SIGN_IN_BY_NOTHING
 * @password: (nullable): for %CF_SIGN_IN_BY_PASSWORD
 * @error: a #WsmAuthError
 *
 * NTLM takes the place of Kerberos only where somebody wrote `--auth negotiate` and has given a
 * password for it: a hostile host can relay it. A saved one does so for nobody.
 *
 * Returns: (transfer full): what signs in; %NULL with @error set otherwise
 */
WsmCredential *
cf_sign_in_make_credential (const CfSignIn *self, WsmSecret *password, GError **error)
{
  WsmCredentialOptions options = { 0 };

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (self->proof != CF_SIGN_IN_BY_NOTHING, NULL);
  g_return_val_if_fail ((self->proof == CF_SIGN_IN_BY_PASSWORD) == (password != NULL), NULL);

  options.method = get_auth_method (self);
  options.user = self->user;
  options.password = password;
  options.may_use_ntlm = self->method == CF_SIGN_IN_NEGOTIATE && password != NULL &&
                         !self->is_saved;
  options.delegate = self->delegate;
  options.certificate = self->certificate;
  return wsm_credential_new (&options, error);
}
