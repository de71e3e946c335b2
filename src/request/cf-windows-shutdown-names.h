/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The native resource N on the wire: design.md section 6. Both ends take their names from here. */

#define CF_WINDOWS_SHUTDOWN_URI "http://schemas.curfew.org/wsman/1/WindowsShutdown"

#define CF_INITIATE_METHOD "WsdrInitiateShutdown"
#define CF_ABORT_METHOD    "WsdrAbortShutdown"

/* input of CF_INITIATE_METHOD, in this order; CF_ABORT_METHOD takes CF_FIELD_CLIENT_HINT only */
#define CF_FIELD_MESSAGE          "lpMessage"
#define CF_FIELD_GRACE_PERIOD     "dwGracePeriod"
#define CF_FIELD_FLAGS            "dwShutdownFlags"
#define CF_FIELD_REASON           "dwReason"
#define CF_FIELD_CLIENT_HINT      "lpClientHint"
#define CF_FIELD_REQUEST_CODE     "RequestCode"
#define CF_FIELD_POSTPONE_LIMIT   "PostponeLimit"
#define CF_FIELD_POSTPONE_SECONDS "PostponeSeconds"

/* output of both methods */
#define CF_FIELD_RETURN_VALUE "ReturnValue"

/* WS-Transfer Get: an element CF_STATUS_ELEMENT with these children */
#define CF_STATUS_ELEMENT           "WindowsShutdown"
#define CF_STATUS_STATE             "State" /* Idle, Pending, Executing */
#define CF_STATUS_ACTION            "Action"
#define CF_STATUS_SECONDS_REMAINING "SecondsRemaining"
#define CF_STATUS_MESSAGE           "Message"
#define CF_STATUS_REASON            "Reason"
#define CF_STATUS_REQUESTER         "Requester"
#define CF_STATUS_CLIENT_HINT       "ClientHint"
#define CF_STATUS_REQUEST_CODE      "RequestCode"
#define CF_STATUS_POSTPONES_LEFT    "PostponesLeft"
#define CF_STATUS_BOOT_ID           "BootId"
#define CF_STATUS_BOOT_TIME         "BootTime"
#define CF_STATUS_USERS_LOGGED_ON   "UsersLoggedOn"
#define CF_STATUS_CAPABILITY        "Capability" /* once per flag name */
#define CF_STATUS_BEST_EFFORT       "BestEffort" /* a flag name: honoured as far as it goes */
#define CF_STATUS_REHEARSAL         "Rehearsal"  /* "true" where nothing is ever acted on */
/* how the last request on this boot ended, if one did */
#define CF_STATUS_LAST_OUTCOME      "LastOutcome"
#define CF_STATUS_LAST_REQUEST_CODE "LastRequestCode"
#define CF_STATUS_LAST_ACTION       "LastAction"
#define CF_STATUS_LAST_DETAIL       "LastDetail" /* who called it off, what vetoed it */

#define CF_STATE_IDLE      "Idle"
#define CF_STATE_PENDING   "Pending"
#define CF_STATE_EXECUTING "Executing"

#define CF_OUTCOME_WOULD_ACT  "WouldAct" /* rehearsal: the deadline came, nothing was done */
#define CF_OUTCOME_ACTED      "Acted"    /* the machine was told to go down */
#define CF_OUTCOME_CALLED_OFF "CalledOff"
#define CF_OUTCOME_SUPERSEDED "Superseded"
#define CF_OUTCOME_VETOED     "Vetoed"
#define CF_OUTCOME_MISSED     "Missed" /* the deadline passed in sleep: nothing was done */
#define CF_OUTCOME_FAILED     "Failed"

/* Win32_OperatingSystem, the Windows class C: shutdown-semantics.md section 4 */
#define CF_OPERATING_SYSTEM_URI                                                                    \
  "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_OperatingSystem"
#define CF_OPERATING_SYSTEM_CLASS "Win32_OperatingSystem"
