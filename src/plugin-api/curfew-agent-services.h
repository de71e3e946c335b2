/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What a plug-in may ask the agent for: to shut the computer down, to call that off, and what is
 * going on. Each call names an open request, and is decided by what its sender may do; a plug-in
 * has no rights of its own.
 *
 * They may be called from any thread, and wait for the agent's answer: microseconds, or, from a
 * helper process, a round trip. Where there is no agent (a test of the plug-in alone) they return
 * ERROR_NOT_SUPPORTED.
 */

#include "wsman-plugin.h"

#ifdef __cplusplus
extern "C"
{
#endif

  /* The parameters of WsdrInitiateShutdown ([MS-RSP] 3.1.4.1), and Curfew's own. */
  typedef struct _CURFEW_SHUTDOWN_REQUEST
  {
    DWORD size;          /* of this struct */
    PCWSTR message;      /* NULL for none, which is not the same as an empty one */
    DWORD gracePeriod;   /* seconds */
    DWORD shutdownFlags; /* the bits of WsdrInitiateShutdown */
    DWORD reason;
    PCWSTR clientHint;  /* NULL for none */
    PCWSTR requestCode; /* of a client of Curfew's; NULL if the client knows of no such thing */
    DWORD postponeLimit;
    DWORD postponeSeconds;
  } CURFEW_SHUTDOWN_REQUEST;

#define CURFEW_AGENT_IDLE      0u
#define CURFEW_AGENT_PENDING   1u
#define CURFEW_AGENT_EXECUTING 2u

  /* Texts are NULL where there is nothing to say. Times are ISO 8601. */
  typedef struct _CURFEW_AGENT_STATUS
  {
    DWORD size; /* of this struct */
    DWORD state;
    /* what is pending; requester is NULL if nothing of the agent's is */
    PCWSTR action; /* "Restart", "PowerOff", "Halt" */
    DWORD secondsRemaining;
    PCWSTR message;
    DWORD reason;
    PCWSTR requester;
    PCWSTR clientHint;
    PCWSTR requestCode;
    DWORD postponesLeft;
    /* the computer */
    PCWSTR bootId;
    PCWSTR bootTime;
    PCWSTR localTime;
    DWORD usersLoggedOn;
    DWORD capabilities; /* bits of WsdrInitiateShutdown that are honoured */
    DWORD bestEffort;   /* those of them that are honoured as far as it goes */
    BOOL rehearsal;     /* nothing is ever acted on */
    PCWSTR hostName;
    PCWSTR systemName;
    PCWSTR kernelRelease;
    /* how the last request of this boot ended */
    PCWSTR lastOutcome;
    PCWSTR lastRequestCode;
    PCWSTR lastAction;
    PCWSTR lastDetail;
  } CURFEW_AGENT_STATUS;

  /*
   * CurfewAgentSubmit: receives one request to shut down, as WsdrInitiateShutdown. flags is 0.
   *
   * Returns a Win32 code: 0 means accepted, not done; 53, 1115, 1190, 1191 and so on mean what they
   * do there. ERROR_INVALID_OPERATION if the request is not open.
   */
  WSMAN_PLUGIN_EXPORT DWORD WINAPI CurfewAgentSubmit (WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                                                      const CURFEW_SHUTDOWN_REQUEST *shutdown);

  /*
   * CurfewAgentRefuse: notes in the journal that the plug-in refused something, why, and with what
   * code: every attempt leaves its entry. flags is 0. Returns code.
   */
  WSMAN_PLUGIN_EXPORT DWORD WINAPI CurfewAgentRefuse (WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                                                      PCWSTR problem, DWORD code);

  /*
   * CurfewAgentAbort: calls off what is pending, as WsdrAbortShutdown. flags is 0.
   *
   * Returns a Win32 code; 1116 if nothing is.
   */
  WSMAN_PLUGIN_EXPORT DWORD WINAPI CurfewAgentAbort (WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                                                     PCWSTR clientHint);

  /*
   * CurfewAgentDescribe: what is going on; *status is to be freed with CurfewAgentFreeStatus().
   * flags is 0.
   *
   * Returns NO_ERROR, or a Win32 code with *status NULL: ERROR_ACCESS_DENIED if the sender may not
   * know.
   */
  WSMAN_PLUGIN_EXPORT DWORD WINAPI CurfewAgentDescribe (WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                                                        CURFEW_AGENT_STATUS **status);
  WSMAN_PLUGIN_EXPORT void WINAPI CurfewAgentFreeStatus (CURFEW_AGENT_STATUS *status);

#ifdef __cplusplus
}
#endif
