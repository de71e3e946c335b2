/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-refusal.h"

#include "wsm-client-error.h"
#include "wsman/auth/wsm-auth-error.h"
#include "wsman/auth/wsm-gss-context.h"

#define STATUS_TOO_MANY_REQUESTS 429u /* RFC 6585; libsoup has no name for it */

static const char *
get_host (const WsmAsker *asker)
{
  return wsm_endpoint_get_host (asker->endpoint);
}

static const char *
get_user (const WsmAsker *asker)
{
  const char *user = wsm_credential_get_user (asker->credential);

  return user != NULL ? user : "Your ticket";
}

/* "Negotiate, Kerberos"; NULL for none that we know. */
static char *
list_offers (WsmAuthScheme offered)
{
  static const WsmAuthScheme known[] = { WSM_AUTH_SCHEME_NEGOTIATE, WSM_AUTH_SCHEME_KERBEROS,
                                         WSM_AUTH_SCHEME_NTLM, WSM_AUTH_SCHEME_BASIC };
  g_autoptr (GString) list = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    {
      if ((offered & known[i]) != 0)
        g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "",
                                wsm_auth_scheme_get_name (known[i]));
    }

  return list->len > 0 ? g_string_free (g_steal_pointer (&list), FALSE) : NULL;
}

/* What to choose instead of the method that the host does not offer. */
static const char *
advise (WsmAuthScheme offered)
{
  if ((offered & WSM_AUTH_SCHEME_NEGOTIATE) != 0)
    return "Use --auth negotiate.";
  if ((offered & WSM_AUTH_SCHEME_KERBEROS) != 0)
    return "Use --auth kerberos.";
  if ((offered & WSM_AUTH_SCHEME_NTLM) != 0)
    return "Use --auth ntlm.";

  return "Use --auth basic over https.";
}

static WsmAuthScheme
get_scheme (WsmAuthMethod method)
{
  switch (method)
    {
    case WSM_AUTH_BASIC:
      return WSM_AUTH_SCHEME_BASIC;
    case WSM_AUTH_NEGOTIATE:
    case WSM_AUTH_NTLM:
      return WSM_AUTH_SCHEME_NEGOTIATE;
    case WSM_AUTH_KERBEROS:
      return WSM_AUTH_SCHEME_KERBEROS;
    case WSM_AUTH_CERTIFICATE:
    default:
      return WSM_AUTH_SCHEME_CERTIFICATE;
    }
}

static GError *
new_anonymous (const WsmAsker *asker, const char *offers)
{
  if (offers == NULL)
    return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_NO_CREDENTIALS,
                        "%s wants to know who asks. Give a user and a password.", get_host (asker));

  return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_NO_CREDENTIALS,
                      "%s wants to know who asks. Give a user and a password, or get a ticket with "
                      "kinit; it offers %s.",
                      get_host (asker), offers);
}

/* The mechanism was looked at, and what it proved was not enough. */
static GError *
new_rejected (const WsmAsker *asker)
{
  const char *host = get_host (asker);
  const char *user = get_user (asker);

  if (wsm_credential_get_method (asker->credential) == WSM_AUTH_CERTIFICATE)
    return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNAUTHORIZED,
                        "%s takes your certificate for nobody's. Have it mapped to a user there.",
                        host);
  if (g_strcmp0 (asker->mechanism, WSM_MECHANISM_KERBEROS) == 0)
    return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNAUTHORIZED,
                        "%s was not accepted by %s (Kerberos). The account may not sign in there, "
                        "or the host's keytab is older than its keys: check its journal.",
                        user, host);
  if (g_strcmp0 (asker->mechanism, WSM_MECHANISM_NTLM) == 0 && asker->is_first_leg)
    return g_error_new (WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM,
                        "%s takes no NTLM. Use Kerberos, by a name like user@REALM, or have NTLM "
                        "switched on there.",
                        host);
  if (g_strcmp0 (asker->mechanism, WSM_MECHANISM_NTLM) == 0)
    return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNAUTHORIZED,
                        "%s was not accepted by %s (NTLM). Check the password, and the domain: a "
                        "Curfew agent knows names without one only.",
                        user, host);

  return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNAUTHORIZED,
                      "%s was not accepted by %s (%s). Check the password; local accounts may need "
                      "remote permission on workgroup PCs.",
                      user, host,
                      asker->mechanism != NULL ? asker->mechanism : WSM_MECHANISM_BASIC);
}

static GError *
new_unauthorized (const WsmAnswer *answer, const WsmAsker *asker)
{
  WsmAuthScheme offered = answer->challenges.offered;
  g_autofree char *offers = list_offers (offered);
  WsmAuthScheme scheme;

  if (asker->credential == NULL)
    return new_anonymous (asker, offers);

  /* Nobody offers certificates in a challenge: they are TLS's. */
  scheme = get_scheme (wsm_credential_get_method (asker->credential));
  if (offers != NULL && scheme != WSM_AUTH_SCHEME_CERTIFICATE && (offered & scheme) == 0)
    return g_error_new (WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM,
                        "%s does not take %s, it offers %s only. %s", get_host (asker),
                        wsm_auth_scheme_get_name (scheme), offers, advise (offered));

  return new_rejected (asker);
}

static GError *
new_throttled (const WsmAnswer *answer, const char *host)
{
  if (answer->retry_after_s == 0)
    return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_THROTTLED,
                        "%s takes no sign-in from here for a while after too many failures. Try "
                        "again later.",
                        host);

  return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_THROTTLED,
                      "%s takes no sign-in from here for %u s after too many failures. Try again "
                      "then.",
                      host, answer->retry_after_s);
}

static GError *
new_other (const WsmAnswer *answer, const char *host)
{
  if (answer->status >= 300 && answer->status < 400)
    return g_error_new (
      WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_HTTP,
      "%s wants the request to be sent elsewhere (HTTP status %u). Curfew sends it to "
      "nobody else.",
      host, answer->status);

  return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_HTTP,
                      "%s answered with HTTP status %u, which means nothing in WS-Management.",
                      host, answer->status);
}

/**
 * wsm_refusal_to_error:
 * @answer: whose status is not 200, and that holds no envelope
 * @asker: whom it is an answer to
 *
 * Says what an HTTP status means to somebody who asked.
 *
 * Returns: (transfer full): %WSM_CLIENT_ERROR_UNAUTHORIZED, %WSM_CLIENT_ERROR_NO_CREDENTIALS,
 *   %WSM_CLIENT_ERROR_THROTTLED or %WSM_CLIENT_ERROR_HTTP; %WSM_AUTH_ERROR_MECHANISM where the host
 *   wants another way to sign in
 */
GError *
wsm_refusal_to_error (const WsmAnswer *answer, const WsmAsker *asker)
{
  const char *host = get_host (asker);

  switch (answer->status)
    {
    case SOUP_STATUS_UNAUTHORIZED:
      return new_unauthorized (answer, asker);
    case STATUS_TOO_MANY_REQUESTS:
      return new_throttled (answer, host);
    case SOUP_STATUS_FORBIDDEN:
      /* What a certificate says is complete: a refusal is never a challenge. */
      if (asker->credential != NULL &&
          wsm_credential_get_method (asker->credential) == WSM_AUTH_CERTIFICATE)
        return new_rejected (asker);
      return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_HTTP,
                          "%s does not let this computer or account in (HTTP status 403).", host);
    case SOUP_STATUS_NOT_FOUND:
      return g_error_new (
        WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_HTTP,
        "%s speaks HTTP on port %u, but offers no management there (HTTP status 404).", host,
        wsm_endpoint_get_port (asker->endpoint));
    case SOUP_STATUS_SERVICE_UNAVAILABLE:
      return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_HTTP,
                          "The management service of %s is stopped or busy (HTTP status 503). Try "
                          "again later.",
                          host);
    case SOUP_STATUS_INTERNAL_SERVER_ERROR:
      return g_error_new (
        WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_HTTP,
        "%s could not deal with the request and does not say why (HTTP status 500). It "
        "may want https, or a sealed message: use --auth negotiate.",
        host);
    case SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE:
      return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_HTTP,
                          "The request is too large for %s (HTTP status 413).", host);
    default:
      return new_other (answer, host);
    }
}
