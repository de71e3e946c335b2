/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WsmAuthScheme:
 * @WSM_AUTH_SCHEME_BASIC: RFC 7617
 * @WSM_AUTH_SCHEME_NEGOTIATE: RFC 4559: SPNEGO, or raw NTLM, or raw Kerberos
 * @WSM_AUTH_SCHEME_KERBEROS: raw Kerberos, as WinRM has it
 * @WSM_AUTH_SCHEME_NTLM: raw NTLM; WinRM itself does not offer it, but curl asks by it
 * @WSM_AUTH_SCHEME_CERTIFICATE: WinRM's word for "the TLS client certificate says who I am"
 *
 * The schemes of an Authorization field that mean something here; bits, for sets of them.
 */
typedef enum /*< flags >*/
{
  WSM_AUTH_SCHEME_NONE = 0,
  WSM_AUTH_SCHEME_BASIC = 1 << 0,
  WSM_AUTH_SCHEME_NEGOTIATE = 1 << 1,
  WSM_AUTH_SCHEME_KERBEROS = 1 << 2,
  WSM_AUTH_SCHEME_NTLM = 1 << 3,
  WSM_AUTH_SCHEME_CERTIFICATE = 1 << 4,
} WsmAuthScheme;

/* those that sign in a connection, not a request */
#define WSM_AUTH_SCHEMES_OF_CONNECTION                                                             \
  (WSM_AUTH_SCHEME_NEGOTIATE | WSM_AUTH_SCHEME_KERBEROS | WSM_AUTH_SCHEME_NTLM)

#define WSM_AUTH_MAX_TOKEN (48u * 1024u) /* octets, decoded */
#define WSM_AUTH_CERTIFICATE_PROFILE                                                               \
  "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"

/* The value of an Authorization field. What follows Basic is left to wsm_basic_parse(). */
WsmAuthScheme wsm_auth_field_get_scheme (const char *value, gsize length);
GBytes *wsm_auth_field_dup_token (const char *value, gsize length, GError **error);
char *wsm_auth_field_format (WsmAuthScheme scheme, GBytes *token);

/**
 * WsmChallenges:
 * @offered: the schemes that a 401 offers
 * @token: (owned) (nullable): what the scheme that was asked for brings along
 * @is_broken: whether that scheme brings something that is no token
 *
 * What the WWW-Authenticate fields of one answer say.
 */
typedef struct
{
  WsmAuthScheme offered;
  GBytes *token;
  gboolean is_broken;
} WsmChallenges;

void wsm_challenges_add (WsmChallenges *self, const char *value, WsmAuthScheme wanted);
void wsm_challenges_clear (WsmChallenges *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WsmChallenges, wsm_challenges_clear)

const char *wsm_auth_scheme_get_name (WsmAuthScheme scheme);

G_END_DECLS
