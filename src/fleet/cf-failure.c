/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-failure.h"

#include "request/cf-win32-code.h"
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

static gboolean
is_denied (const GError *error)
{
  WsmFault *fault = wsm_client_error_get_fault (error);

  return fault != NULL && (wsm_fault_get_kind (fault) == WSM_FAULT_ACCESS_DENIED ||
                           wsm_fault_get_code (fault) == CF_WIN32_ACCESS_DENIED);
}

/**
 * cf_failure_from_error:
 * @error: a #WsmClientError, or another error
 *
 * Returns: what kind of failure it is
 */
CfFailure
cf_failure_from_error (const GError *error)
{
  g_return_val_if_fail (error != NULL, CF_FAILURE_OTHER);

  if (error->domain != WSM_CLIENT_ERROR)
    return CF_FAILURE_OTHER;
  switch ((WsmClientError) error->code)
    {
    case WSM_CLIENT_ERROR_TLS_UNTRUSTED:
    case WSM_CLIENT_ERROR_TLS_PIN:
    case WSM_CLIENT_ERROR_CLEAR_PASSWORD:
    case WSM_CLIENT_ERROR_UNAUTHORIZED:
    case WSM_CLIENT_ERROR_NO_CREDENTIALS:
      return CF_FAILURE_PERMISSION;
    case WSM_CLIENT_ERROR_NAME:
    case WSM_CLIENT_ERROR_REFUSED:
    case WSM_CLIENT_ERROR_UNREACHABLE:
    case WSM_CLIENT_ERROR_DISCONNECTED:
      return CF_FAILURE_UNREACHABLE;
    case WSM_CLIENT_ERROR_FAULT:
      return is_denied (error) ? CF_FAILURE_PERMISSION : CF_FAILURE_OTHER;
    case WSM_CLIENT_ERROR_TLS:
    case WSM_CLIENT_ERROR_UNKNOWN:
    case WSM_CLIENT_ERROR_HTTP:
    case WSM_CLIENT_ERROR_NOT_WSMAN:
    case WSM_CLIENT_ERROR_TOO_LARGE:
    case WSM_CLIENT_ERROR_INVALID_ENDPOINT:
    case WSM_CLIENT_ERROR_UNSEALED:
    case WSM_CLIENT_ERROR_TAMPERED:
    case WSM_CLIENT_ERROR_THROTTLED:
    default:
      return CF_FAILURE_OTHER;
    }
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

  if (is_denied (error))
    return "Use another account, or have this one allowed to shut down that computer.";
  if (g_error_matches (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_NAME))
    return "Correct the name.";
  if (g_error_matches (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_REFUSED))
    return "Check the port, and that curfew-agent or WinRM runs there.";
  if (g_error_matches (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNREACHABLE))
    return "Check that it is on and reachable, and try again.";
  if (g_error_matches (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_CLEAR_PASSWORD))
    return "Only to this computer itself a password goes over clear http.";
  return NULL;
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
