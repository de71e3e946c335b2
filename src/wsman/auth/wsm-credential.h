/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "wsm-secret.h"

G_BEGIN_DECLS

/**
 * WsmAuthMethod:
 * @WSM_AUTH_BASIC: name and password with each request
 * @WSM_AUTH_NEGOTIATE: the scheme of that name: Kerberos inside SPNEGO, or NTLM where Kerberos is
 *   not possible and #WsmCredentialOptions.may_use_ntlm allows it
 * @WSM_AUTH_KERBEROS: Kerberos and nothing else, by the scheme of that name
 * @WSM_AUTH_NTLM: NTLM and nothing else, by the scheme Negotiate, without SPNEGO
 * @WSM_AUTH_CERTIFICATE: a TLS client certificate
 */
typedef enum
{
  WSM_AUTH_BASIC,
  WSM_AUTH_NEGOTIATE,
  WSM_AUTH_KERBEROS,
  WSM_AUTH_NTLM,
  WSM_AUTH_CERTIFICATE,
} WsmAuthMethod;

/**
 * WsmCredentialOptions:
 * @method: how to sign in
 * @user: (nullable): who: `name@REALM` (or `name` in the default realm) for Kerberos,
 * `DOMAIN\name`, `name@domain` or `name` for NTLM; %NULL for whoever the credential cache is of
 * @password: (nullable): of @user; %NULL for the ticket in the credential cache. Basic and NTLM
 * need both
 * @may_use_ntlm: whether %WSM_AUTH_NEGOTIATE may end in NTLM, which a hostile host can relay
 * @delegate: whether the host gets the user's ticket, to act in the user's name elsewhere
 * @certificate: (nullable): with its private key, for %WSM_AUTH_CERTIFICATE
 */
typedef struct
{
  WsmAuthMethod method;
  const char *user;
  WsmSecret *password;
  gboolean may_use_ntlm;
  gboolean delegate;
  GTlsCertificate *certificate;
} WsmCredentialOptions;

/**
 * WsmCredential:
 *
 * Who signs in at hosts, and how: one value for all hosts of a realm, so that a password is turned
 * into a ticket once. Reference counted, may be shared by threads.
 */
typedef struct _WsmCredential WsmCredential;

WsmCredential *wsm_credential_new (const WsmCredentialOptions *options, GError **error);
WsmCredential *wsm_credential_ref (WsmCredential *self);
void wsm_credential_unref (WsmCredential *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmCredential, wsm_credential_unref)

WsmAuthMethod wsm_credential_get_method (WsmCredential *self);
const char *wsm_credential_get_user (WsmCredential *self);
WsmSecret *wsm_credential_get_password (WsmCredential *self);
GTlsCertificate *wsm_credential_get_certificate (WsmCredential *self);
gboolean wsm_credential_is_of_connection (WsmCredential *self);

void wsm_credential_prepare_process (void);
char *wsm_credential_find_ticket (const char *user, GError **error);

G_END_DECLS
