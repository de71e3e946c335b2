/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsman/auth/wsm-credential.h"

G_BEGIN_DECLS

/**
 * CfSignInMethod:
 * @CF_SIGN_IN_AUTOMATIC: what goes with the name: a ticket that is there, Kerberos for
 *   `name@REALM`, Basic for `name`
 * @CF_SIGN_IN_NEGOTIATE: Kerberos, or NTLM where that is not possible and somebody has given a
 *   password
 * @CF_SIGN_IN_KERBEROS: Kerberos and nothing else
 * @CF_SIGN_IN_NTLM: NTLM and nothing else
 * @CF_SIGN_IN_BASIC: name and password, over TLS only
 * @CF_SIGN_IN_CERTIFICATE: a client certificate, over TLS only
 *
 * How somebody wants to sign in.
 */
typedef enum
{
  CF_SIGN_IN_AUTOMATIC,
  CF_SIGN_IN_NEGOTIATE,
  CF_SIGN_IN_KERBEROS,
  CF_SIGN_IN_NTLM,
  CF_SIGN_IN_BASIC,
  CF_SIGN_IN_CERTIFICATE,
} CfSignInMethod;

const char *cf_sign_in_method_get_name (CfSignInMethod method);
gboolean cf_sign_in_method_from_name (const char *name, CfSignInMethod *method);

/**
 * CfSignInProof:
 * @CF_SIGN_IN_BY_NOTHING: nobody signs in, unless a saved password says otherwise
 * @CF_SIGN_IN_BY_TICKET: the credential cache has what it takes
 * @CF_SIGN_IN_BY_PASSWORD: a password is needed
 * @CF_SIGN_IN_BY_CERTIFICATE: a certificate and its private key
 *
 * What proves it.
 */
typedef enum
{
  CF_SIGN_IN_BY_NOTHING,
  CF_SIGN_IN_BY_TICKET,
  CF_SIGN_IN_BY_PASSWORD,
  CF_SIGN_IN_BY_CERTIFICATE,
} CfSignInProof;

/**
 * CfSignInOptions:
 * @method: how
 * @user: (nullable): who: `name`, `name@REALM` or `DOMAIN\name`
 * @has_password: whether a password is at hand, so that no ticket is looked for
 * @certificate_file: (nullable) (type filename): a PEM file
 * @key_file: (nullable) (type filename): a PEM file with the private key; %NULL for the same one
 * @delegate: whether hosts get the ticket, to act in the user's name elsewhere
 * @is_saved: whether the password comes from a keyring: %CF_SIGN_IN_NEGOTIATE then never ends in
 *   NTLM, for nobody has said so of this host
 */
typedef struct
{
  CfSignInMethod method;
  const char *user;
  gboolean has_password;
  const char *certificate_file;
  const char *key_file;
  gboolean delegate;
  gboolean is_saved;
} CfSignInOptions;

/**
 * CfSignIn:
 *
 * Who signs in, and how, as far as that can be told before a password is there.
 */
typedef struct _CfSignIn CfSignIn;

/* (nullable): the name of the one whose ticket there is; as wsm_credential_find_ticket() */
typedef char *(*CfSignInFindTicket) (const char *user, GError **error);

CfSignIn *cf_sign_in_new (const CfSignInOptions *options, GError **error);
void cf_sign_in_free (CfSignIn *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfSignIn, cf_sign_in_free)

const char *cf_sign_in_find_default_scheme (const CfSignIn *self, CfSignInFindTicket find_ticket);
gboolean cf_sign_in_resolve (CfSignIn *self, CfSignInFindTicket find_ticket, GError **error);

CfSignInMethod cf_sign_in_get_method (const CfSignIn *self);
const char *cf_sign_in_get_user (const CfSignIn *self);
const char *cf_sign_in_get_certificate_file (const CfSignIn *self);
const char *cf_sign_in_get_key_file (const CfSignIn *self);
char *cf_sign_in_dup_realm (const CfSignIn *self);
CfSignInProof cf_sign_in_get_proof (const CfSignIn *self);
WsmCredential *cf_sign_in_make_credential (const CfSignIn *self, WsmSecret *password,
                                           GError **error);

G_END_DECLS
