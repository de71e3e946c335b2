/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-receiving-rules.h"

#include "cf-win32-code.h"

/**
 * cf_receiving_rules_decide_initiate:
 * @request: what is asked for, decoded by cf_shutdown_request_builder_end_received()
 * @facts: what the receiver knows
 *
 * The receiving rules of WsdrInitiateShutdown ([MS-RSP] 3.3.4.1; order of checks:
 * shutdown-semantics.md 1.5). Permission comes first, so that a caller without it learns nothing of
 * people or of what is pending; what the machine cannot do, at the moment or ever, comes last,
 * since it tells most.
 *
 * Returns: the Win32 code to answer with; %CF_WIN32_SUCCESS accepts
 */
guint32
cf_receiving_rules_decide_initiate (const CfShutdownRequest *request, const CfReceiverFacts *facts)
{
  CfShutdownFlags flags;

  g_return_val_if_fail (request != NULL, CF_WIN32_INVALID_PARAMETER);
  g_return_val_if_fail (facts != NULL, CF_WIN32_INVALID_PARAMETER);

  flags = cf_shutdown_request_get_flags (request);
  if (!facts->caller_may)
    return CF_WIN32_BAD_NETPATH;
  if (facts->users_logged_on && !(flags & CF_SHUTDOWN_FORCE_OTHERS))
    return CF_WIN32_SHUTDOWN_USERS_LOGGED_ON;
  if (facts->state == CF_RECEIVER_EXECUTING)
    return CF_WIN32_SHUTDOWN_IN_PROGRESS;
  if (facts->state == CF_RECEIVER_PENDING && !(flags & CF_SHUTDOWN_GRACE_OVERRIDE))
    return CF_WIN32_SHUTDOWN_IS_SCHEDULED;
  if (facts->not_now != CF_WIN32_SUCCESS)
    return facts->not_now;
  if (!facts->action_supported)
    return CF_WIN32_NOT_SUPPORTED;
  return CF_WIN32_SUCCESS;
}

/**
 * cf_receiving_rules_decide_abort:
 * @facts: what the receiver knows
 *
 * The receiving rules of WsdrAbortShutdown (shutdown-semantics.md 1.3): only a countdown can be
 * called off, what has begun cannot.
 *
 * Returns: the Win32 code to answer with; %CF_WIN32_SUCCESS calls off
 */
guint32
cf_receiving_rules_decide_abort (const CfReceiverFacts *facts)
{
  g_return_val_if_fail (facts != NULL, CF_WIN32_INVALID_PARAMETER);

  if (!facts->caller_may)
    return CF_WIN32_BAD_NETPATH;
  if (facts->state == CF_RECEIVER_EXECUTING)
    return CF_WIN32_SHUTDOWN_IN_PROGRESS;
  if (facts->state == CF_RECEIVER_IDLE)
    return CF_WIN32_NO_SHUTDOWN_IN_PROGRESS;
  return CF_WIN32_SUCCESS;
}
