/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <krb5.h>
#include <string.h>

#include "wsm-acceptor-private.h"
#include "wsm-ntlm-challenge.h"

/* SPNEGO hands the codes of its mechanisms on under numbers of its own; the texts stay. */
static gboolean
is_of_krb5 (OM_uint32 minor, const char *text, krb5_error_code code)
{
  return minor == (OM_uint32) code || strstr (text, error_message (code)) != NULL;
}

/* gss-ntlmssp knows the caller by then, and says EACCES of bindings that differ: in a token that
 * cannot be read, of all things. */
static gboolean
is_of_binding (OM_uint32 major, const char *text, gboolean is_tls)
{
  return GSS_ROUTINE_ERROR (major) == GSS_S_BAD_BINDINGS ||
         (is_tls && GSS_ROUTINE_ERROR (major) == GSS_S_DEFECTIVE_TOKEN &&
          strstr (text, g_strerror (EACCES)) != NULL);
}

/* What gss-ntlmssp means by its codes; NULL if the token is not of NTLM, or for other codes. */
static const char *
explain_ntlm (GBytes *token, const char *text)
{
  if (!wsm_ntlm_is_token (token))
    return NULL;
  if (strstr (text, g_strerror (ENOENT)) != NULL)
    return "the file of NTLM users has no such user";
  if (strstr (text, g_strerror (EINVAL)) != NULL || strstr (text, g_strerror (EACCES)) != NULL)
    return "the password is wrong, or the name was given with a domain";
  return NULL;
}

/* Why the library refuses the caller, in the thread of the failing call. Callers get none of it, it
 * goes into the log. */
GError *
wsm_acceptance_error_new (WsmAcceptanceStep *self, OM_uint32 major, OM_uint32 minor,
                          gss_const_OID mechanism)
{
  g_autofree char *text = wsm_gss_dup_status (major, minor, mechanism);
  const char *explanation = explain_ntlm (self->input, text);

  if (is_of_binding (major, text, self->binding != NULL))
    return g_error_new (
      WSM_AUTH_ERROR, WSM_AUTH_ERROR_BINDING,
      "The caller's channel bindings are those of another TLS connection: a proxy "
      "ends TLS in between, or somebody passes a sign-in on.");
  if (is_of_krb5 (minor, text, KRB5KRB_AP_ERR_SKEW) ||
      is_of_krb5 (minor, text, KRB5KRB_AP_ERR_TKT_NYV))
    return g_error_new (
      WSM_AUTH_ERROR, WSM_AUTH_ERROR_CLOCK_SKEW,
      "The caller's clock and this computer's are too far apart for Kerberos; set "
      "both, best by NTP.");
  if (is_of_krb5 (minor, text, KRB5KRB_AP_ERR_REPEAT))
    return g_error_new (
      WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED,
      "The caller's Kerberos token was used before: it was sent twice, or somebody "
      "has recorded it.");

  switch (GSS_ROUTINE_ERROR (major))
    {
    case GSS_S_DEFECTIVE_TOKEN:
      return g_error_new (WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX,
                          "The caller's token cannot be read: %s.", text);
    case GSS_S_BAD_MECH:
    case GSS_S_NO_CRED:
    case GSS_S_UNAVAILABLE:
      return g_error_new (
        WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM,
        "The caller wants a mechanism that is not switched on here, or not by this "
        "scheme: %s.",
        text);
    default:
      return g_error_new (WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED,
                          "The caller's sign-in proves nothing: %s.",
                          explanation != NULL ? explanation : text);
    }
}
