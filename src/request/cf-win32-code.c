/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-win32-code.h"

#include <glib/gi18n.h>

#define PERMISSION_NEXT                                                                            \
  N_ ("Use another account, or have this one allowed to shut down this computer.")
#define SHUT_DOWN_NEXT                                                                             \
  N_ ("Use another account, or have this one allowed to shut down this computer; a local account " \
      "of a workgroup PC may need remote permission.")
#define RETRY_NEXT      N_ ("Try again in a moment.")
#define CALLER_BUG_NEXT N_ ("Correct the request and send it again.")

/* shutdown-semantics.md section 1.7 */
static const CfWin32Code codes[] = {
  { 0, "ERROR_SUCCESS", CF_WIN32_CLASS_OK, N_ ("The request was accepted."),
    N_ ("Watch the computer: accepted does not mean done yet.") },
  { 1, "ERROR_INVALID_FUNCTION", CF_WIN32_CLASS_UNSUPPORTED,
    N_ ("This computer does not offer remote shutdown."),
    N_ ("Choose another delivery method for it.") },
  { 5, "ERROR_ACCESS_DENIED", CF_WIN32_CLASS_PERMISSION,
    N_ ("This account may not shut down this computer."), SHUT_DOWN_NEXT },
  { 8, "ERROR_NOT_ENOUGH_MEMORY", CF_WIN32_CLASS_RETRY, N_ ("This computer is short of memory."),
    RETRY_NEXT },
  { 14, "ERROR_OUTOFMEMORY", CF_WIN32_CLASS_RETRY, N_ ("This computer is short of memory."),
    RETRY_NEXT },
  { 21, "ERROR_NOT_READY", CF_WIN32_CLASS_RETRY, N_ ("This computer is not ready to be shut down."),
    RETRY_NEXT },
  { 31, "ERROR_GEN_FAILURE", CF_WIN32_CLASS_FAILED,
    N_ ("This computer could not carry out the request."),
    N_ ("Look at the log of this computer for the reason.") },
  { 50, "ERROR_NOT_SUPPORTED", CF_WIN32_CLASS_UNSUPPORTED,
    N_ ("This computer cannot do what was asked for."),
    N_ ("Leave out the option that it cannot honor; its status lists those that it can.") },
  { 53, "ERROR_BAD_NETPATH", CF_WIN32_CLASS_PERMISSION,
    N_ ("This account may not shut down this computer; a missing permission is concealed as "
        "“network path not found”."),
    N_ ("Use another account, or have this one allowed to shut down this computer; if the computer "
        "never answered at all, check its name and the network.") },
  { 87, "ERROR_INVALID_PARAMETER", CF_WIN32_CLASS_CALLER_BUG,
    N_ ("A value of the request is outside its limits."), CALLER_BUG_NEXT },
  { 120, "ERROR_CALL_NOT_IMPLEMENTED", CF_WIN32_CLASS_UNSUPPORTED,
    N_ ("This computer cannot do what was asked for."),
    N_ ("Choose another delivery method for it.") },
  { 160, "ERROR_BAD_ARGUMENTS", CF_WIN32_CLASS_CALLER_BUG,
    N_ ("The values of the request contradict each other."), CALLER_BUG_NEXT },
  { 170, "ERROR_BUSY", CF_WIN32_CLASS_RETRY, N_ ("This computer is busy."), RETRY_NEXT },
  { 995, "ERROR_OPERATION_ABORTED", CF_WIN32_CLASS_RETRY,
    N_ ("This computer's service was stopping and gave the request up."), RETRY_NEXT },
  { 1115, "ERROR_SHUTDOWN_IN_PROGRESS", CF_WIN32_CLASS_CONFLICT,
    N_ ("This computer is already going down."),
    N_ ("Wait for it, and check afterwards what it did.") },
  { 1116, "ERROR_NO_SHUTDOWN_IN_PROGRESS", CF_WIN32_CLASS_INFO,
    N_ ("There is nothing left to call off: nothing is pending there."),
    N_ ("Look at its status: it may have gone down, or somebody called it off before.") },
  { 1190, "ERROR_SHUTDOWN_IS_SCHEDULED", CF_WIN32_CLASS_CONFLICT,
    N_ ("A shutdown is already waiting there."),
    N_ ("Look at its status, then abort it, or repeat the request with grace override.") },
  { 1191, "ERROR_SHUTDOWN_USERS_LOGGED_ON", CF_WIN32_CLASS_USERS,
    N_ ("Somebody is signed in there, and the request leaves such computers alone."),
    N_ ("Ask the people there, or force the request; unsaved work would be lost.") },
  { 1210, "ERROR_INVALID_COMPUTERNAME", CF_WIN32_CLASS_CALLER_BUG,
    N_ ("That is not the name of a computer."), N_ ("Correct the name.") },
  { 1223, "ERROR_CANCELLED", CF_WIN32_CLASS_INFO, N_ ("Somebody there refused."),
    N_ ("Ask the people there.") },
  { 1271, "ERROR_MACHINE_LOCKED", CF_WIN32_CLASS_USERS,
    N_ ("This computer is locked, and the request leaves such computers alone."),
    N_ ("Ask the people there, or force the request; unsaved work would be lost.") },
  { 1300, "ERROR_NOT_ALL_ASSIGNED", CF_WIN32_CLASS_PERMISSION,
    N_ ("This account lacks a privilege that the request needs."), PERMISSION_NEXT },
  { 1314, "ERROR_PRIVILEGE_NOT_HELD", CF_WIN32_CLASS_PERMISSION,
    N_ ("This account may not shut down this computer."), PERMISSION_NEXT },
  { 1326, "ERROR_LOGON_FAILURE", CF_WIN32_CLASS_CREDENTIALS,
    N_ ("The user name or the password is wrong."), N_ ("Check both and try again.") },
  { 1385, "ERROR_LOGON_TYPE_NOT_GRANTED", CF_WIN32_CLASS_PERMISSION,
    N_ ("This account may not sign in there over the network."), PERMISSION_NEXT },
  { 1722, "RPC_S_SERVER_UNAVAILABLE", CF_WIN32_CLASS_UNREACHABLE,
    N_ ("This computer does not answer: off, behind a firewall, or its service is down."),
    N_ ("Check that it is on and reachable.") },
  { 1727, "RPC_S_CALL_FAILED_DNE", CF_WIN32_CLASS_RETRY,
    N_ ("The call did not reach the service there."), RETRY_NEXT },
  { 1753, "EPT_S_NOT_REGISTERED", CF_WIN32_CLASS_UNSUPPORTED,
    N_ ("This computer does not offer remote shutdown, or a firewall hides it."),
    N_ ("Choose another delivery method for it.") },
  { 1783, "RPC_X_BAD_STUB_DATA", CF_WIN32_CLASS_CALLER_BUG,
    N_ ("This computer could not read the request."), CALLER_BUG_NEXT },
};

/**
 * cf_win32_code_lookup:
 * @code: a Win32 error code
 *
 * Returns: (transfer none) (nullable): what is known of it; %NULL if nothing is
 */
const CfWin32Code *
cf_win32_code_lookup (guint32 code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    if (codes[i].code == code)
      return &codes[i];
  return NULL;
}

/**
 * cf_win32_code_lookup_name:
 * @name: a name as in winerror.h, in any case
 *
 * Returns: (transfer none) (nullable): what is known of it; %NULL if nothing is
 */
const CfWin32Code *
cf_win32_code_lookup_name (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_ascii_strcasecmp (codes[i].name, name) == 0)
      return &codes[i];
  return NULL;
}

/**
 * cf_win32_code_get_all:
 * @n_codes: (out): how many there are
 *
 * Returns: (transfer none) (array length=n_codes): all known codes, rising
 */
const CfWin32Code *
cf_win32_code_get_all (gsize *n_codes)
{
  g_return_val_if_fail (n_codes != NULL, NULL);

  *n_codes = G_N_ELEMENTS (codes);
  return codes;
}
