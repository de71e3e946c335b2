/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <string.h>

#include "wsm-initiator-private.h"
#include "wsm-kerberos.h"

typedef struct
{
  krb5_error_code code;
  WsmAuthError kind;
  const char *sentence; /* with the places that fill_in() knows */
} Entry;

#define SKEW                                                                                       \
  "The clocks of this computer and of the other side (the realm's KDC or {host}) differ by more "  \
  "than Kerberos allows, five minutes as a rule. Set both clocks, best by NTP, and try again."
#define NO_TICKET                                                                                    \
  "There is no Kerberos ticket{for user} on this computer. Get one with “kinit name@REALM”, or " \
  "give a name and a password."
#define EXPIRED_TICKET                                                                             \
  "The Kerberos ticket{of user} has expired. Get another one with “kinit name@REALM”."
#define WRONG_PASSWORD                                                                             \
  "The password of {user} is not right. Check keyboard and capitals before you try again: "        \
  "several failures may lock the account."
#define NO_KDC                                                                                     \
  "No KDC of the realm answers ({text}). Check the network, and the addresses in "                 \
  "/etc/krb5.conf."
#define NO_REALM                                                                                   \
  "The Kerberos realm of {user} or of {host} cannot be found ({text}). Check how it is written, "  \
  "in capitals as a rule, and its KDCs in /etc/krb5.conf or in DNS."
#define LOCKED                                                                                     \
  "The account of {user} is locked, disabled or expired, says its realm ({text}). Whoever looks "  \
  "after the realm can change that."
#define NO_SERVICE                                                                                 \
  "The Kerberos realm knows no service HTTP/{host}. Use the name under which the host joined "     \
  "the realm, or register that service for it."
#define OTHER_KEY                                                                                  \
  "{host} cannot read the ticket that was made for it ({text}): the keys of its keytab are not "   \
  "those of the realm, or the name leads to another computer. Renew the keytab there, and get a "  \
  "new ticket with “kinit”."
#define NO_ENCTYPE                                                                                 \
  "The realm, {user} and {host} have no kind of encryption in common ({text}). Renew the keytab "  \
  "or the password, so that there are keys of AES."
#define FORBIDDEN                                                                                  \
  "The rules of the Kerberos realm forbid that {user} signs in at {host} ({text}). Whoever "       \
  "looks after the realm can change that."
#define HOST_REFUSES                                                                               \
  "{host} did not accept Kerberos. Its log says why; the usual cause is a service without "        \
  "keytab, or with an old one."
#define HOST_REFUSES_BECAUSE                                                                       \
  "{host} did not accept the Kerberos ticket ({text}). Its log may say more; “kdestroy” and "  \
  "“kinit” get new tickets."
#define HOST_STRANGE                                                                               \
  "{host} has answered the sign-in with something that proves nothing ({text}). It may be no "     \
  "WS-Management service, or somebody is in between; nothing is sent to it."
#define OTHER_CONNECTION                                                                           \
  "{host} sees another TLS connection than this computer does: somebody may be in between, or a "  \
  "proxy that ends TLS. Nothing is sent."
#define NTLM_REFUSED                                                                               \
  "{host} did not accept {user} by NTLM. Check name and password before you try again, and the "   \
  "domain: a Curfew agent knows names without one only. NTLM may also be switched off there."
#define NTLM_UNUSABLE                                                                              \
  "NTLM could not be used ({text}). Check that gss-ntlmssp is installed, and that the name is "    \
  "of the form DOMAIN\\name or name."

static const Entry entries[] = {
  { KRB5KRB_AP_ERR_SKEW, WSM_AUTH_ERROR_CLOCK_SKEW, SKEW },
  { KRB5_KDCREP_SKEW, WSM_AUTH_ERROR_CLOCK_SKEW, SKEW },
  { KRB5KRB_AP_ERR_TKT_NYV, WSM_AUTH_ERROR_CLOCK_SKEW, SKEW },
  { KRB5KDC_ERR_NEVER_VALID, WSM_AUTH_ERROR_CLOCK_SKEW, SKEW },
  { KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, WSM_AUTH_ERROR_UNKNOWN_SERVICE, NO_SERVICE },
  { KRB5_ERR_HOST_REALM_UNKNOWN, WSM_AUTH_ERROR_UNKNOWN_SERVICE, NO_SERVICE },
  { KRB5KDC_ERR_PREAUTH_FAILED, WSM_AUTH_ERROR_REJECTED, WRONG_PASSWORD },
  { KRB5_PREAUTH_FAILED, WSM_AUTH_ERROR_REJECTED, WRONG_PASSWORD },
  { KRB5KDC_ERR_CLIENT_REVOKED, WSM_AUTH_ERROR_LOCKED, LOCKED },
  { KRB5KDC_ERR_NAME_EXP, WSM_AUTH_ERROR_LOCKED, LOCKED },
  { KRB5KDC_ERR_KEY_EXP, WSM_AUTH_ERROR_PASSWORD_EXPIRED,
    "The password of {user} has expired. Change it, with “kpasswd” for example, and use the new "
    "one." },
  { KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, WSM_AUTH_ERROR_REJECTED,
    "The Kerberos realm knows nobody named {user}. Check name and realm; realms are written in "
    "capitals as a rule." },
  { KRB5KDC_ERR_POLICY, WSM_AUTH_ERROR_REJECTED, FORBIDDEN },
  { KRB5_KDC_UNREACH, WSM_AUTH_ERROR_UNAVAILABLE, NO_KDC },
  { KRB5_REALM_CANT_RESOLVE, WSM_AUTH_ERROR_UNAVAILABLE, NO_KDC },
  { KRB5_REALM_UNKNOWN, WSM_AUTH_ERROR_UNAVAILABLE, NO_REALM },
  { KRB5_CONFIG_NODEFREALM, WSM_AUTH_ERROR_SYNTAX,
    "{user} is a name without a realm, and this computer belongs to none. Write name@REALM." },
  { KRB5_PARSE_MALFORMED, WSM_AUTH_ERROR_SYNTAX,
    "“{user}” is no name for Kerberos. Write name@REALM." },
  { KRB5_FCC_NOFILE, WSM_AUTH_ERROR_NO_TICKET, NO_TICKET },
  { KRB5_CC_NOTFOUND, WSM_AUTH_ERROR_NO_TICKET, NO_TICKET },
  { KRB5_CC_END, WSM_AUTH_ERROR_NO_TICKET, NO_TICKET },
  { KRB5_NO_TKT_SUPPLIED, WSM_AUTH_ERROR_NO_TICKET, NO_TICKET },
  { KRB5KRB_AP_ERR_TKT_EXPIRED, WSM_AUTH_ERROR_NO_TICKET, EXPIRED_TICKET },
  { KRB5KDC_ERR_ETYPE_NOSUPP, WSM_AUTH_ERROR_MECHANISM, NO_ENCTYPE },
  { KRB5_BAD_ENCTYPE, WSM_AUTH_ERROR_MECHANISM, NO_ENCTYPE },
  { KRB5KRB_AP_ERR_MODIFIED, WSM_AUTH_ERROR_REJECTED, OTHER_KEY },
  { KRB5KRB_AP_ERR_NOKEY, WSM_AUTH_ERROR_REJECTED, OTHER_KEY },
  { KRB5KRB_AP_ERR_NOT_US, WSM_AUTH_ERROR_REJECTED, OTHER_KEY },
  { KRB5KRB_AP_ERR_BADKEYVER, WSM_AUTH_ERROR_REJECTED, OTHER_KEY },
  { KRB5KRB_AP_WRONG_PRINC, WSM_AUTH_ERROR_REJECTED, OTHER_KEY },
  { KRB5KRB_AP_ERR_BAD_INTEGRITY, WSM_AUTH_ERROR_REJECTED, OTHER_KEY },
};

static const Entry host_refuses = { 0, WSM_AUTH_ERROR_REJECTED, HOST_REFUSES };
static const Entry host_refuses_because = { 0, WSM_AUTH_ERROR_REJECTED, HOST_REFUSES_BECAUSE };
static const Entry host_strange = { 0, WSM_AUTH_ERROR_REJECTED, HOST_STRANGE };

static const Entry cannot_be_used = {
  0, WSM_AUTH_ERROR_UNAVAILABLE,
  "Kerberos could not be used ({text}). Check /etc/krb5.conf and the credential cache (“klist”)."
};

static const Entry wrong_password = { 0, WSM_AUTH_ERROR_REJECTED, WRONG_PASSWORD };

static const Entry *
find_entry (krb5_error_code code, WsmKerberosStage stage)
{
  /* What cannot be decrypted is the KDC's answer here: a realm without pre-authentication. */
  if (stage == WSM_KERBEROS_PASSWORD && code == KRB5KRB_AP_ERR_BAD_INTEGRITY)
    return &wrong_password;

  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    if (entries[i].code == code)
      return &entries[i];

  return stage == WSM_KERBEROS_HOST ? &host_refuses_because : &cannot_be_used;
}

/* @sentence with the words in their places; no word is looked at for places of its own. @text is
 * what the library says. */
static char *
fill_in (const char *sentence, const char *user, const char *host, const char *text)
{
  g_autofree char *for_user = user != NULL ? g_strconcat (" for ", user, NULL) : NULL;
  g_autofree char *of_user = user != NULL ? g_strconcat (" of ", user, NULL) : NULL;
  const struct
  {
    const char *place;
    const char *word;
  } words[] = {
    { "{for user}", for_user != NULL ? for_user : "" },
    { "{of user}", of_user != NULL ? of_user : "" },
    { "{user}", user != NULL ? user : "whoever is signed in here" },
    { "{host}", host != NULL ? host : "the host" },
    { "{text}", text != NULL ? text : "no reason is given" },
  };
  GString *filled = g_string_new (NULL);

  while (*sentence != '\0')
    {
      gsize i = 0;

      while (i < G_N_ELEMENTS (words) && !g_str_has_prefix (sentence, words[i].place))
        i++;

      if (i == G_N_ELEMENTS (words))
        g_string_append_c (filled, *sentence++);
      else
        {
          g_string_append (filled, words[i].word);
          sentence += strlen (words[i].place);
        }
    }

  return g_string_free (filled, FALSE);
}

static GError *
error_new (const Entry *entry, const char *text, const char *user, const char *host)
{
  g_autofree char *message = fill_in (entry->sentence, user, host, text);

  return g_error_new_literal (WSM_AUTH_ERROR, (int) entry->kind, message);
}

/**
 * wsm_kerberos_error_new:
 * @code: of libkrb5
 * @text: (nullable): what libkrb5 says about it
 * @stage: who said it
 * @user: (nullable): who was to sign in
 * @host: (nullable): where
 *
 * Puts a failure of Kerberos into words for whoever sits at the console.
 *
 * Returns: (transfer full): a #WsmAuthError
 */
GError *
wsm_kerberos_error_new (krb5_error_code code, const char *text, WsmKerberosStage stage,
                        const char *user, const char *host)
{
  return error_new (find_entry (code, stage), text, user, host);
}

/**
 * wsm_kerberos_error_is_silence:
 * @code: of libkrb5
 *
 * Returns: %TRUE if nobody answered, so that the next question would take as long for nothing
 */
gboolean
wsm_kerberos_error_is_silence (krb5_error_code code)
{
  return code == KRB5_KDC_UNREACH || code == KRB5_REALM_CANT_RESOLVE || code == KRB5_REALM_UNKNOWN;
}

/**
 * wsm_kerberos_error_may_detour:
 * @code: of libkrb5, from a KDC or from this computer
 *
 * Tells "Kerberos is not possible here" from "Kerberos says no". To try again by NTLM after the
 * latter would be the next wrong password, and would leave what is wrong as it is.
 *
 * Returns: %TRUE if another mechanism may be tried
 */
gboolean
wsm_kerberos_error_may_detour (krb5_error_code code)
{
  /* The name may be one of the host alone. */
  if (code == KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN)
    return TRUE;

  switch (find_entry (code, WSM_KERBEROS_PASSWORD)->kind)
    {
    case WSM_AUTH_ERROR_REJECTED:
    case WSM_AUTH_ERROR_CLOCK_SKEW:
    case WSM_AUTH_ERROR_LOCKED:
    case WSM_AUTH_ERROR_PASSWORD_EXPIRED:
    case WSM_AUTH_ERROR_BINDING:
    case WSM_AUTH_ERROR_INTEGRITY:
      return FALSE;
    case WSM_AUTH_ERROR_UNAVAILABLE:
    case WSM_AUTH_ERROR_SYNTAX:
    case WSM_AUTH_ERROR_NO_TICKET:
    case WSM_AUTH_ERROR_UNKNOWN_SERVICE:
    case WSM_AUTH_ERROR_MECHANISM:
    default:
      return TRUE;
    }
}

/* What GSS-API writes in front of a KRB-ERROR (RFC 4121, section 4.1): the mechanism and a number.
 */
static const guint8 error_mark[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7,
                                     0x12, 0x01, 0x02, 0x02, 0x03, 0x00 };

/**
 * wsm_kerberos_read_error:
 * @token: what came from a host, in SPNEGO or not
 *
 * Looks for the error message of a Kerberos service. SPNEGO does not pass its code on.
 *
 * Returns: a code of libkrb5; 0 if there is none
 */
krb5_error_code
wsm_kerberos_read_error (GBytes *token)
{
  gsize length;
  const char *octets = g_bytes_get_data (token, &length);
  const char *mark = length > 0 ? memmem (octets, length, error_mark, sizeof error_mark) : NULL;
  krb5_error *message = NULL;
  krb5_error_code code = 0;
  krb5_context context;
  krb5_data data = { 0 };

  if (mark == NULL || krb5_init_context (&context) != 0)
    return 0;

  data.data = (char *) mark + sizeof error_mark;
  data.length = (unsigned int) (octets + length - data.data);
  if (krb5_rd_error (context, &data, &message) == 0)
    {
      /* These are the numbers of RFC 4120; the library has them behind its own. */
      if (message->error > 0 && message->error < 128)
        code = (krb5_error_code) message->error + ERROR_TABLE_BASE_krb5;
      krb5_free_error (context, message);
    }
  krb5_free_context (context);

  return code;
}

/* SPNEGO's own word for no: negState of a NegTokenResp is reject (RFC 4178, section 4.2.2). */
static gboolean
is_reject (GBytes *token)
{
  static const guint8 reject[] = { 0xa0, 0x03, 0x0a, 0x01, 0x02 };
  gsize length;
  const guint8 *octets = g_bytes_get_data (token, &length);

  return length > 0 && octets[0] == 0xa1 &&
         memmem (octets, MIN (length, 16), reject, sizeof reject) != NULL;
}

static const Entry bindings = { 0, WSM_AUTH_ERROR_BINDING, OTHER_CONNECTION };
static const Entry ntlm_refused = { 0, WSM_AUTH_ERROR_REJECTED, NTLM_REFUSED };
static const Entry ntlm_unusable = { 0, WSM_AUTH_ERROR_MECHANISM, NTLM_UNUSABLE };

static const Entry *
find_reason (gboolean is_ntlm, GBytes *received)
{
  if (is_ntlm)
    return received == NULL ? &ntlm_unusable : is_reject (received) ? &ntlm_refused : &host_strange;

  return received == NULL ? &cannot_be_used : is_reject (received) ? &host_refuses : &host_strange;
}

/**
 * wsm_gss_error_new:
 * @major: what a call of GSS-API returned
 * @minor: what it set
 * @mechanism: the mechanism that was called
 * @is_ntlm: whether it is NTLM that was tried, and not Kerberos
 * @received: (nullable): the host's token that was looked at; %NULL if none has come yet
 * @user: (nullable): who was to sign in
 * @host: where
 *
 * Puts a failure of GSS-API into words. To be called in the thread of the failing call.
 *
 * Returns: (transfer full): a #WsmAuthError
 */
GError *
wsm_gss_error_new (OM_uint32 major, OM_uint32 minor, gss_const_OID mechanism, gboolean is_ntlm,
                   GBytes *received, const char *user, const char *host)
{
  g_autofree char *status = wsm_gss_dup_status (major, minor, mechanism);
  krb5_error_code code = received != NULL && !is_ntlm ? wsm_kerberos_read_error (received) : 0;

  g_debug ("GSS-API has failed: %s", status);
  if (GSS_ROUTINE_ERROR (major) == GSS_S_BAD_BINDINGS)
    return error_new (&bindings, status, user, host);
  if (code != 0)
    return wsm_kerberos_error_new (code, error_message (code), WSM_KERBEROS_HOST, user, host);

  return error_new (find_reason (is_ntlm, received), status, user, host);
}
