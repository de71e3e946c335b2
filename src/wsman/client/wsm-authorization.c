/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-authorization.h"

#include <string.h>

#include "wsm-client-error.h"
#include "wsman/auth/wsm-auth-error.h"
#include "wsman/auth/wsm-auth-field.h"
#include "wsman/auth/wsm-basic.h"

/**
 * wsm_authorization_free:
 * @authorization: (transfer full) (nullable): what wsm_authorization_make() gave
 *
 * Empties the header before its memory goes back; libsoup's own copy is out of our reach.
 */
void
wsm_authorization_free (char *authorization)
{
  if (authorization != NULL)
    wsm_secret_wipe (authorization, strlen (authorization));
  g_free (authorization);
}

static char *
make_basic (WsmEndpoint *endpoint, WsmCredential *credential, gboolean allow_clear_password,
            GError **error)
{
  const char *host = wsm_endpoint_get_host (endpoint);
  char *authorization;

  if (!wsm_endpoint_is_tls (endpoint) && !wsm_endpoint_is_loopback (endpoint) &&
      !allow_clear_password)
    {
      g_set_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_CLEAR_PASSWORD,
                   "The password would go to %s readable for everybody in between, so nothing was "
                   "sent. Use https.",
                   host);
      return NULL;
    }

  authorization = wsm_basic_format (wsm_credential_get_user (credential),
                                    wsm_credential_get_password (credential));
  if (authorization == NULL)
    g_set_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNAUTHORIZED,
                 "The user or the password for %s cannot be sent: each has 1 to %u octets without "
                 "control characters, and the user no colon.",
                 host, WSM_BASIC_MAX_PART);

  return authorization;
}

/**
 * wsm_authorization_make:
 * @endpoint: who is asked
 * @credential: (nullable): who signs in
 * @allow_clear_password: whether a password may go over clear HTTP to another computer
 * @authorization: (out) (nullable): the value of the header; %NULL where nobody signs in by it
 * @error: %WSM_CLIENT_ERROR_CLEAR_PASSWORD; %WSM_CLIENT_ERROR_UNAUTHORIZED for what Basic cannot
 *   send; %WSM_AUTH_ERROR_MECHANISM for a certificate without TLS
 *
 * Returns: %TRUE, or %FALSE with @error set if nothing may be sent
 */
gboolean
wsm_authorization_make (WsmEndpoint *endpoint, WsmCredential *credential,
                        gboolean allow_clear_password, char **authorization, GError **error)
{
  *authorization = NULL;
  if (credential == NULL || wsm_credential_is_of_connection (credential))
    return TRUE;

  if (wsm_credential_get_method (credential) == WSM_AUTH_BASIC)
    {
      *authorization = make_basic (endpoint, credential, allow_clear_password, error);
      return *authorization != NULL;
    }

  if (!wsm_endpoint_is_tls (endpoint))
    {
      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM,
                   "A certificate signs in over TLS only. Nothing was sent to %s: use https.",
                   wsm_endpoint_get_host (endpoint));
      return FALSE;
    }

  *authorization = g_strdup (WSM_AUTH_CERTIFICATE_PROFILE);
  return TRUE;
}
