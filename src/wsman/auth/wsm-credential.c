/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-credential.h"

#include <string.h>

#include "wsm-auth-error.h"
#include "wsm-basic.h"
#include "wsm-credential-private.h"

/* How many hosts sign in at once with one credential: a realm whose KDC is silent holds so many
 * threads and no more. */
#define LANE_WIDTH 16

struct _WsmCredential
{
  gatomicrefcount references;
  WsmAuthMethod method;
  char *user;                   /* (owned) (nullable) */
  WsmSecret *password;          /* (owned) (nullable) */
  GTlsCertificate *certificate; /* (owned) (nullable) */
  gboolean may_use_ntlm;
  gboolean delegate;
  WsmKerberos *kerberos; /* (owned) (nullable): NULL for no Kerberos */
  WsmGssLane *lane;      /* (owned) */

  GMutex ntlm_mutex;
  gss_cred_id_t ntlm; /* (owned): GSS_C_NO_CREDENTIAL until somebody needs it */
};

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX, message);

  return FALSE;
}

/* The libraries take both as text that ends at the first NUL, and configuration of the form
 * "key=value" is made of neither; what is longer than Basic may have is no name or password. */
static gboolean
check_text (const WsmCredentialOptions *options, GError **error)
{
  const char *user = options->user;
  gsize length = 0;
  const char *password = options->password != NULL ? wsm_secret_peek (options->password, &length)
                                                   : NULL;

  if (user != NULL &&
      (*user == '\0' || strlen (user) > WSM_BASIC_MAX_PART || !g_utf8_validate (user, -1, NULL)))
    return fail (error, "The name to sign in with is empty, longer than 256 octets or not UTF-8.");

  for (const char *c = user; c != NULL && *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      return fail (error, "The name to sign in with has a control character in it.");

  if (password != NULL &&
      (length == 0 || length > WSM_BASIC_MAX_PART || strlen (password) != length))
    return fail (error, "The password is empty, longer than 256 octets or has a NUL in it.");

  return TRUE;
}

/* name@domain, name, or DOMAIN\name with something on either side. */
static gboolean
check_ntlm_user (const char *user, GError **error)
{
  const char *backslash = strchr (user, '\\');

  if (backslash == NULL ||
      (backslash > user && backslash[1] != '\0' && strchr (backslash + 1, '\\') == NULL))
    return TRUE;

  g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX,
               "“%s” is no name for NTLM. Write DOMAIN\\name, or name alone for an account of the "
               "host itself.",
               user);
  return FALSE;
}

static gboolean
check_ntlm (const WsmCredentialOptions *options, GError **error)
{
  if (options->user == NULL || options->password == NULL)
    return fail (error, "NTLM needs a name and a password.");

  return check_ntlm_user (options->user, error) && wsm_gss_check_ntlm (error);
}

static gboolean
check_kerberos (const WsmCredentialOptions *options, GError **error)
{
  if (options->password != NULL && options->user == NULL)
    return fail (error, "There is a password, but no name that it is of.");

  return options->user == NULL || wsm_kerberos_check_user (options->user, error);
}

/* With NTLM as well, a name that only NTLM has is good enough. */
static gboolean
check_negotiate (const WsmCredentialOptions *options, GError **error)
{
  if (options->may_use_ntlm && options->user != NULL && options->password != NULL &&
      strchr (options->user, '\\') != NULL)
    return check_ntlm (options, error);

  return check_kerberos (options, error);
}

static gboolean
check_certificate (GTlsCertificate *certificate, GError **error)
{
  g_autofree char *key = NULL;
  g_autofree char *key_uri = NULL; /* of a smart card */

  if (certificate != NULL)
    g_object_get (certificate, "private-key-pem", &key, "private-key-pkcs11-uri", &key_uri, NULL);

  if (key == NULL && key_uri == NULL)
    return fail (error, "To sign in by certificate takes a certificate and its private key.");

  if (key != NULL)
    wsm_secret_wipe (key, strlen (key));

  return TRUE;
}

static gboolean
check (const WsmCredentialOptions *options, GError **error)
{
  if (!check_text (options, error))
    return FALSE;

  switch (options->method)
    {
    case WSM_AUTH_BASIC:
      if (options->user == NULL || options->password == NULL)
        return fail (error, "Basic needs a name and a password.");
      return wsm_basic_is_user (options->user, strlen (options->user)) ||
             fail (error, "A name for Basic has no colon and no control character in it.");
    case WSM_AUTH_NEGOTIATE:
      return check_negotiate (options, error);
    case WSM_AUTH_KERBEROS:
      return check_kerberos (options, error);
    case WSM_AUTH_NTLM:
      return check_ntlm (options, error);
    case WSM_AUTH_CERTIFICATE:
      return check_certificate (options->certificate, error);
    default:
      g_return_val_if_reached (FALSE);
    }
}

/**
 * wsm_credential_new:
 * @options: who and how; copied
 * @error: %WSM_AUTH_ERROR_SYNTAX if something is missing or of a wrong form;
 *   %WSM_AUTH_ERROR_MECHANISM if NTLM is wanted and not installed
 *
 * Makes a credential. Nobody is asked yet: whether the password is right shows when somebody signs
 * in.
 *
 * Returns: (transfer full): the credential; %NULL with @error set otherwise
 */
WsmCredential *
wsm_credential_new (const WsmCredentialOptions *options, GError **error)
{
  WsmCredential *self;

  g_return_val_if_fail (options != NULL, NULL);

  if (!check (options, error))
    return NULL;

  self = g_new0 (WsmCredential, 1);
  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->ntlm_mutex);
  self->method = options->method;
  self->user = g_strdup (options->user);
  self->password = options->password != NULL ? wsm_secret_ref (options->password) : NULL;
  g_set_object (&self->certificate, options->certificate);
  self->may_use_ntlm = options->method == WSM_AUTH_NTLM ||
                       (options->method == WSM_AUTH_NEGOTIATE && options->may_use_ntlm &&
                        options->password != NULL);
  self->delegate = options->delegate;
  self->lane = wsm_gss_lane_new (LANE_WIDTH);
  if ((options->method == WSM_AUTH_NEGOTIATE || options->method == WSM_AUTH_KERBEROS) &&
      (self->user == NULL || strchr (self->user, '\\') == NULL))
    self->kerberos = wsm_kerberos_new (self->user, self->password, self->delegate);

  return self;
}

/**
 * wsm_credential_ref:
 * @self: a credential
 *
 * Returns: (transfer full): @self
 */
WsmCredential *
wsm_credential_ref (WsmCredential *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);
  return self;
}

/**
 * wsm_credential_unref:
 * @self: (transfer full): a credential
 *
 * Gives back one reference; the last one forgets password and tickets.
 */
void
wsm_credential_unref (WsmCredential *self)
{
  OM_uint32 minor;

  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  gss_release_cred (&minor, &self->ntlm);
  g_mutex_clear (&self->ntlm_mutex);
  g_clear_pointer (&self->kerberos, wsm_kerberos_free);
  g_clear_pointer (&self->lane, wsm_gss_lane_free);
  g_clear_pointer (&self->password, wsm_secret_unref);
  g_clear_object (&self->certificate);
  g_free (self->user);
  g_free (self);
}

/*
 * wsm_credential_lock_ntlm: what all sign-ins by NTLM share: what it points to is
 * %GSS_C_NO_CREDENTIAL the first time. To be unlocked by wsm_credential_unlock_ntlm().
 *
 * gss-ntlmssp keeps a context of OpenSSL for each credential that was ever made, and with
 * OpenSSL 3.5 a process has no room for 170 of those.
 */
gss_cred_id_t *
wsm_credential_lock_ntlm (WsmCredential *self)
{
  g_mutex_lock (&self->ntlm_mutex);

  return &self->ntlm;
}

void
wsm_credential_unlock_ntlm (WsmCredential *self)
{
  g_mutex_unlock (&self->ntlm_mutex);
}

/**
 * wsm_credential_get_method:
 * @self: a credential
 *
 * Returns: how to sign in
 */
WsmAuthMethod
wsm_credential_get_method (WsmCredential *self)
{
  g_return_val_if_fail (self != NULL, WSM_AUTH_KERBEROS);

  return self->method;
}

/**
 * wsm_credential_get_user:
 * @self: a credential
 *
 * Returns: (transfer none) (nullable): who signs in, as it was given; %NULL for whoever the
 *   credential cache is of
 */
const char *
wsm_credential_get_user (WsmCredential *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->user;
}

/**
 * wsm_credential_get_password:
 * @self: a credential
 *
 * Returns: (transfer none) (nullable): the password
 */
WsmSecret *
wsm_credential_get_password (WsmCredential *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->password;
}

/**
 * wsm_credential_get_certificate:
 * @self: a credential
 *
 * Returns: (transfer none) (nullable): the certificate of %WSM_AUTH_CERTIFICATE, with its key
 */
GTlsCertificate *
wsm_credential_get_certificate (WsmCredential *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->certificate;
}

/**
 * wsm_credential_is_of_connection:
 * @self: a credential
 *
 * Returns: %TRUE if it signs in a connection, by a #WsmInitiator; %FALSE if it comes with each
 *   request
 */
gboolean
wsm_credential_is_of_connection (WsmCredential *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->method == WSM_AUTH_NEGOTIATE || self->method == WSM_AUTH_KERBEROS ||
         self->method == WSM_AUTH_NTLM;
}

/* Whether Kerberos can be tried at all, that is, whether the name is one for Kerberos. */
gboolean
wsm_credential_may_use_kerberos (WsmCredential *self)
{
  return self->kerberos != NULL;
}

gboolean
wsm_credential_may_use_ntlm (WsmCredential *self)
{
  return self->may_use_ntlm;
}

gboolean
wsm_credential_delegates (WsmCredential *self)
{
  return self->delegate;
}

WsmKerberos *
wsm_credential_get_kerberos (WsmCredential *self)
{
  return self->kerberos;
}

WsmGssLane *
wsm_credential_get_lane (WsmCredential *self)
{
  return self->lane;
}

/**
 * wsm_credential_prepare_process:
 *
 * Takes LM_COMPAT_LEVEL out of the environment, by which gss-ntlmssp would speak an NTLM that can
 * be broken: what is left in some shell does not decide how a password is protected.
 *
 * Call it first thing in main(), before there are threads.
 */
void
wsm_credential_prepare_process (void)
{
  g_unsetenv ("LM_COMPAT_LEVEL");
}

/**
 * wsm_credential_find_ticket:
 * @user: (nullable): `name@REALM`, or `name` in the default realm; %NULL for anybody
 * @error: %WSM_AUTH_ERROR_NO_TICKET if there is no Kerberos ticket, or none that lasts;
 *   %WSM_AUTH_ERROR_SYNTAX if @user is no name for Kerberos
 *
 * Looks for a ticket with which @user could sign in without a password. Reads files; nobody is
 * asked over the network.
 *
 * Returns: (transfer full): `name@REALM`; %NULL with @error set otherwise
 */
char *
wsm_credential_find_ticket (const char *user, GError **error)
{
  if (user != NULL && !wsm_kerberos_check_user (user, error))
    return NULL;

  return wsm_kerberos_find_ticket (user, error);
}
