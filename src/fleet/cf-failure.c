/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-failure.h"

#include "request/cf-win32-code.h"
#include "wsman/auth/wsm-auth-error.h"
#include "wsman/client/wsm-client-error.h"

/**
 * cf_failure_from_code:
 * @code: a Win32 code that a host answered
 *
 * Returns: what kind of failure that is. 53 after an answer is a matter of permission
 *   (shutdown-semantics.md section 1.7)
 */
CfFailure
cf_failure_from_code (guint32 code)
{
  const CfWin32Code *known = cf_win32_code_lookup (code);

  if (known == NULL)
    return CF_FAILURE_OTHER;
  switch (known->class)
    {
    case CF_WIN32_CLASS_OK:
      return CF_FAILURE_NONE;
    case CF_WIN32_CLASS_PERMISSION:
    case CF_WIN32_CLASS_CREDENTIALS:
      return CF_FAILURE_PERMISSION;
    case CF_WIN32_CLASS_INFO:
    case CF_WIN32_CLASS_CONFLICT:
    case CF_WIN32_CLASS_USERS:
    case CF_WIN32_CLASS_UNSUPPORTED:
    case CF_WIN32_CLASS_RETRY:
      return CF_FAILURE_REFUSED;
    case CF_WIN32_CLASS_UNREACHABLE:
    case CF_WIN32_CLASS_CALLER_BUG:
    case CF_WIN32_CLASS_FAILED:
    default:
      return CF_FAILURE_OTHER;
    }
}

/**
 * cf_failure_is_denied:
 * @error: a #WsmClientError, or another error
 *
 * Returns: whether the host knows who asks, and this is not for them
 */
gboolean
cf_failure_is_denied (const GError *error)
{
  WsmFault *fault = wsm_client_error_get_fault (error);

  return fault != NULL && (wsm_fault_get_kind (fault) == WSM_FAULT_ACCESS_DENIED ||
                           wsm_fault_get_code (fault) == CF_WIN32_ACCESS_DENIED);
}

/* A key distribution centre that does not answer is a matter of the network; what it answers is
 * one of the account, and so is a host that cannot prove to be itself. */
static CfFailure
from_auth_error (WsmAuthError code)
{
  switch (code)
    {
    case WSM_AUTH_ERROR_UNAVAILABLE:
      return CF_FAILURE_UNREACHABLE;
    case WSM_AUTH_ERROR_REJECTED:
    case WSM_AUTH_ERROR_NO_TICKET:
    case WSM_AUTH_ERROR_CLOCK_SKEW:
    case WSM_AUTH_ERROR_UNKNOWN_SERVICE:
    case WSM_AUTH_ERROR_LOCKED:
    case WSM_AUTH_ERROR_PASSWORD_EXPIRED:
    case WSM_AUTH_ERROR_MECHANISM:
    case WSM_AUTH_ERROR_BINDING:
    case WSM_AUTH_ERROR_INTEGRITY:
      return CF_FAILURE_PERMISSION;
    case WSM_AUTH_ERROR_SYNTAX:
    default:
      return CF_FAILURE_OTHER;
    }
}

static CfFailure
from_client_error (const GError *error)
{
  switch ((WsmClientError) error->code)
    {
    case WSM_CLIENT_ERROR_TLS_UNTRUSTED:
    case WSM_CLIENT_ERROR_TLS_PIN:
    case WSM_CLIENT_ERROR_CLEAR_PASSWORD:
    case WSM_CLIENT_ERROR_UNAUTHORIZED:
    case WSM_CLIENT_ERROR_NO_CREDENTIALS:
    case WSM_CLIENT_ERROR_UNSEALED:
    case WSM_CLIENT_ERROR_TAMPERED:
    case WSM_CLIENT_ERROR_THROTTLED:
      return CF_FAILURE_PERMISSION;
    case WSM_CLIENT_ERROR_NAME:
    case WSM_CLIENT_ERROR_REFUSED:
    case WSM_CLIENT_ERROR_UNREACHABLE:
    case WSM_CLIENT_ERROR_DISCONNECTED:
      return CF_FAILURE_UNREACHABLE;
    case WSM_CLIENT_ERROR_FAULT:
      return cf_failure_is_denied (error) ? CF_FAILURE_PERMISSION : CF_FAILURE_OTHER;
    case WSM_CLIENT_ERROR_TLS:
    case WSM_CLIENT_ERROR_UNKNOWN:
    case WSM_CLIENT_ERROR_HTTP:
    case WSM_CLIENT_ERROR_NOT_WSMAN:
    case WSM_CLIENT_ERROR_TOO_LARGE:
    case WSM_CLIENT_ERROR_INVALID_ENDPOINT:
    default:
      return CF_FAILURE_OTHER;
    }
}

/**
 * cf_failure_from_error:
 * @error: a #WsmClientError, a #WsmAuthError, or another error
 *
 * Returns: what kind of failure it is
 */
CfFailure
cf_failure_from_error (const GError *error)
{
  g_return_val_if_fail (error != NULL, CF_FAILURE_OTHER);

  if (error->domain == WSM_AUTH_ERROR)
    return from_auth_error ((WsmAuthError) error->code);
  if (error->domain == WSM_CLIENT_ERROR)
    return from_client_error (error);
  return CF_FAILURE_OTHER;
}

static const char *
next_step_of_client (WsmClientError code)
{
  static const char *const steps[] = {
    [WSM_CLIENT_ERROR_NAME] = "Correct the name.",
    [WSM_CLIENT_ERROR_REFUSED] = "Check the port, and that curfew-agent or WinRM runs there.",
    [WSM_CLIENT_ERROR_UNREACHABLE] = "Check that it is on and reachable, and try again.",
    [WSM_CLIENT_ERROR_CLEAR_PASSWORD] = "Only to this computer itself a password goes over clear "
                                        "http.",
    [WSM_CLIENT_ERROR_TLS_UNTRUSTED] = "Once it was compared, “curfewctl host trust” remembers it.",
  };

  return (gsize) code < G_N_ELEMENTS (steps) ? steps[code] : NULL;
}

/**
 * cf_failure_next_step:
 * @error: a #WsmClientError, or another error
 *
 * Returns: (nullable): a sentence on what to do, where the message of @error has none
 */
const char *
cf_failure_next_step (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (cf_failure_is_denied (error))
    return "Use another account, or have this one allowed to do that there; to see the status is a "
           "right of its own, which --wait=down and back need as well.";
  if (error->domain == WSM_CLIENT_ERROR)
    return next_step_of_client ((WsmClientError) error->code);
  return NULL;
}

/**
 * cf_failure_is_of_password:
 * @error: a #WsmClientError, a #WsmAuthError, or another error
 *
 * Returns: whether name and password do not belong together, or do not any more
 */
gboolean
cf_failure_is_of_password (const GError *error)
{
  return g_error_matches (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED) ||
         g_error_matches (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_PASSWORD_EXPIRED) ||
         g_error_matches (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNAUTHORIZED);
}

/**
 * cf_failure_is_lost:
 * @error: a #WsmClientError, or another error
 *
 * Returns: whether the host did not answer: it may be down
 */
gboolean
cf_failure_is_lost (const GError *error)
{
  return g_error_matches (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_REFUSED) ||
         g_error_matches (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNREACHABLE) ||
         g_error_matches (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_DISCONNECTED);
}

/**
 * cf_failure_lacks_resource:
 * @error: a #WsmClientError, or another error
 *
 * Returns: whether the host is a WS-Management service that does not know the resource
 */
gboolean
cf_failure_lacks_resource (const GError *error)
{
  WsmFault *fault = wsm_client_error_get_fault (error);

  return fault != NULL && (wsm_fault_get_kind (fault) == WSM_FAULT_INVALID_RESOURCE_URI ||
                           wsm_fault_get_kind (fault) == WSM_FAULT_DESTINATION_UNREACHABLE);
}
