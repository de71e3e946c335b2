/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-audit.h"

#include "request/cf-display-text.h"
#include "request/cf-shutdown-reason.h"
#include "request/cf-win32-code.h"

/* The ids never change: administrators filter by them (threat-model.md section 13). */
#define ID_STARTED   "4064d3eb2083405f914d989b05fc0dc5"
#define ID_STOPPED   "d5ba7eef30c14e0fa6e762a3081b3e49"
#define ID_ACCEPTED  "f2c5e4619ad9407eb37e2386cf6a7480"
#define ID_REFUSED   "a76d1fd5a4064ab68f05f73de6e53c4d"
#define ID_DENIED    "a2f56286cc7f42729e58d70cc974bb49"
#define ID_ABORTED   "d00f7f880a474e83a53d687b3c57c1c8"
#define ID_EXECUTING "5fa750329ba94161b11bad409edf83c0"
#define ID_EXECUTED  "574a2a3f067d47ca8626c5ef3fa04d64"
#define ID_FAILED    "93f86208086b45ad991f45ee8d403cec"

/* Text of a caller reaches a field only through this: no control characters, one line. */
static char *
dup_field (const char *text)
{
  return text != NULL ? cf_display_text_one_line (text) : g_strdup ("");
}

static void
log_request (GLogLevelFlags level, const char *id, const char *event, CfShutdownRequest *request,
             const char *requester, guint32 result, const char *summary)
{
  g_autofree char *flags = cf_shutdown_flags_to_string (cf_shutdown_request_get_flags (request));
  g_autofree char *reason = cf_shutdown_reason_format (cf_shutdown_request_get_reason (request));
  g_autofree char *message = dup_field (cf_shutdown_request_get_message (request));
  g_autofree char *client_hint = dup_field (cf_shutdown_request_get_client_hint (request));
  g_autofree char *user = dup_field (requester);
  const char *code = cf_shutdown_request_get_code (request);
  g_autofree char *grace = g_strdup_printf ("%u", cf_shutdown_request_get_grace_seconds (request));
  g_autofree char *result_text = g_strdup_printf ("%u", result);

  g_log_structured (
    G_LOG_DOMAIN, level, "MESSAGE_ID", id, "CURFEW_EVENT", event, "CURFEW_REQUEST_ID",
    code != NULL ? code : "", "CURFEW_USER", user, "CURFEW_ACTION",
    cf_shutdown_action_get_verb (cf_shutdown_request_get_action (request)), "CURFEW_FLAGS", flags,
    "CURFEW_REASON", reason, "CURFEW_GRACE", grace, "CURFEW_MESSAGE", message, "CURFEW_CLIENT_HINT",
    client_hint, "CURFEW_RESULT", result_text, "MESSAGE", "%s (request %s, by %s)", summary,
    code != NULL ? code : "-", user);
}

/**
 * cf_audit_started:
 * @endpoints: where the agent listens, for people
 */
void
cf_audit_started (const char *endpoints)
{
  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "MESSAGE_ID", ID_STARTED, "CURFEW_EVENT",
                    "started", "MESSAGE", "Listening on %s", endpoints);
}

/**
 * cf_audit_stopped:
 */
void
cf_audit_stopped (void)
{
  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "MESSAGE_ID", ID_STOPPED, "CURFEW_EVENT",
                    "stopped", "MESSAGE", "Stopped");
}

/**
 * cf_audit_submitted:
 * @request: what was asked for
 * @requester: by whom
 * @result: the Win32 code of the answer
 *
 * Notes an accepted or refused request.
 */
void
cf_audit_submitted (CfShutdownRequest *request, const char *requester, guint32 result)
{
  const CfWin32Code *code = cf_win32_code_lookup (result);
  const char *verb = cf_shutdown_action_get_verb (cf_shutdown_request_get_action (request));
  g_autofree char *summary = NULL;

  if (result == CF_WIN32_SUCCESS)
    {
      summary = g_strdup_printf ("Accepted: %s in %u s", verb,
                                 cf_shutdown_request_get_grace_seconds (request));
      log_request (G_LOG_LEVEL_MESSAGE, ID_ACCEPTED, "accepted", request, requester, result,
                   summary);
      return;
    }
  summary = g_strdup_printf ("Refused with %u (%s): %s", result, code != NULL ? code->name : "-",
                             verb);
  log_request (G_LOG_LEVEL_MESSAGE, ID_REFUSED, "refused", request, requester, result, summary);
}

/**
 * cf_audit_malformed:
 * @requester: who sent it
 * @problems: what was wrong with it, for people
 * @result: the Win32 code of the answer
 *
 * Notes what cannot become a request.
 */
void
cf_audit_malformed (const char *requester, const char *problems, guint32 result)
{
  g_autofree char *user = dup_field (requester);
  g_autofree char *text = dup_field (problems);
  g_autofree char *result_text = g_strdup_printf ("%u", result);

  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "MESSAGE_ID", ID_REFUSED, "CURFEW_EVENT",
                    "refused", "CURFEW_USER", user, "CURFEW_RESULT", result_text, "MESSAGE",
                    "Refused with %u: %s (by %s)", result, text, user);
}

/**
 * cf_audit_abort:
 * @request: (nullable): what was to be called off; %NULL if there was nothing
 * @requester: by whom
 * @client_hint: (nullable): the canceling program, by its own word
 * @result: the Win32 code of the answer
 *
 * Notes that somebody called a request off, or was refused to.
 */
void
cf_audit_abort (CfShutdownRequest *request, const char *requester, const char *client_hint,
                guint32 result)
{
  gboolean is_refused = result != CF_WIN32_SUCCESS;
  g_autofree char *user = dup_field (requester);
  g_autofree char *hint = dup_field (client_hint);
  g_autofree char *result_text = g_strdup_printf ("%u", result);
  const char *code = request != NULL ? cf_shutdown_request_get_code (request) : NULL;

  g_log_structured (
    G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "MESSAGE_ID", is_refused ? ID_REFUSED : ID_ABORTED,
    "CURFEW_EVENT", is_refused ? "abort-refused" : "abort", "CURFEW_REQUEST_ID",
    code != NULL ? code : "", "CURFEW_USER", user, "CURFEW_CLIENT_HINT", hint, "CURFEW_RESULT",
    result_text, "MESSAGE", "Abort answered with %u (request %s, by %s)", result,
    code != NULL ? code : "-", user);
}

/**
 * cf_audit_denied:
 * @requester: who asked
 * @wanted: what for
 *
 * Notes a caller who signed in and may do nothing of the kind.
 */
void
cf_audit_denied (const char *requester, const char *wanted)
{
  g_autofree char *user = dup_field (requester);

  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "MESSAGE_ID", ID_DENIED, "CURFEW_EVENT",
                    "denied", "CURFEW_USER", user, "MESSAGE", "Denied: %s (by %s)", wanted, user);
}

/**
 * cf_audit_executing:
 * @entry: whose deadline has come
 */
void
cf_audit_executing (CfScheduleEntry *entry)
{
  log_request (G_LOG_LEVEL_MESSAGE, ID_EXECUTING, "executing",
               cf_schedule_entry_get_request (entry), cf_schedule_entry_get_requester (entry), 0,
               "The time has come");
}

/**
 * cf_audit_ended:
 * @entry: a request that was accepted
 * @outcome: how it ended
 */
void
cf_audit_ended (CfScheduleEntry *entry, CfScheduleOutcome outcome)
{
  CfShutdownRequest *request = cf_schedule_entry_get_request (entry);
  const char *requester = cf_schedule_entry_get_requester (entry);
  const char *verb = cf_shutdown_action_get_verb (cf_shutdown_request_get_action (request));
  g_autofree char *would = g_strdup_printf ("Rehearsed: would %s", verb);

  switch (outcome)
    {
    case CF_SCHEDULE_ACTED:
      log_request (G_LOG_LEVEL_MESSAGE, ID_EXECUTED, "executed", request, requester, 0,
                   "The machine goes down");
      break;
    case CF_SCHEDULE_WOULD_ACT:
      log_request (G_LOG_LEVEL_MESSAGE, ID_EXECUTED, "rehearsed", request, requester, 0, would);
      break;
    case CF_SCHEDULE_CALLED_OFF:
      log_request (G_LOG_LEVEL_MESSAGE, ID_ABORTED, "called-off", request, requester, 0,
                   "Called off");
      break;
    case CF_SCHEDULE_SUPERSEDED:
      log_request (G_LOG_LEVEL_MESSAGE, ID_ABORTED, "superseded", request, requester, 0,
                   "A request with grace override took its place");
      break;
    case CF_SCHEDULE_VETOED:
    case CF_SCHEDULE_MISSED:
    case CF_SCHEDULE_FAILED:
      log_request (G_LOG_LEVEL_WARNING, ID_FAILED, "failed", request, requester,
                   CF_WIN32_GEN_FAILURE, "The time came, but the machine could not be told");
      break;
    case CF_SCHEDULE_NO_OUTCOME:
    default:
      g_return_if_reached ();
    }
}
