/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-audit.h"

#include "cf-audit-entry.h"
#include "clock/cf-boot-clock.h"
#include "request/cf-win32-code.h"

/* The ids never change: administrators filter by them (threat-model.md section 13), and
 * data/curfew.catalog explains them. */
#define ID_STARTED   "4064d3eb2083405f914d989b05fc0dc5"
#define ID_STOPPED   "d5ba7eef30c14e0fa6e762a3081b3e49"
#define ID_REJECTED  "007fbf813fa04cfcbfb0b0cb61057478"
#define ID_ACCEPTED  "f2c5e4619ad9407eb37e2386cf6a7480"
#define ID_REFUSED   "a76d1fd5a4064ab68f05f73de6e53c4d"
#define ID_DENIED    "a2f56286cc7f42729e58d70cc974bb49"
#define ID_POSTPONED "d965772c2c054861ba13d5969f4ce358"
#define ID_RESTORED  "060ca74c28764cee8240e4e5902aa8d3"
#define ID_CLOCK     "8e09b3b75a7d4bd3a6d5e898776f7d8b"
#define ID_TAKEN     "40ce5bddf67148ddae77b2964cadd2dd"
#define ID_EXECUTING "5fa750329ba94161b11bad409edf83c0"
#define ID_EXECUTED  "574a2a3f067d47ca8626c5ef3fa04d64"
#define ID_ABORTED   "d00f7f880a474e83a53d687b3c57c1c8"
#define ID_VETOED    "ce81d3ab4bd749308368631319a03044"
#define ID_MISSED    "ba8688b7512b406e8f913021abdd5c15"
#define ID_FAILED    "93f86208086b45ad991f45ee8d403cec"

#define ID_PLUGIN_LOADED "6633476213744567b1e9cb2be0427e0d"
#define ID_PLUGIN_FAILED "f2ccd7c0ce864cdb8576bbce494d4fdb"

/* for people: "mara from 192.0.2.7" */
static char *
describe (WsmPrincipal *caller)
{
  g_autofree char *name = wsm_principal_to_string (caller);

  return g_strdup_printf ("%s from %s", name, wsm_principal_get_address (caller));
}

static const char *
get_code (CfShutdownRequest *request)
{
  const char *code = request != NULL ? cf_shutdown_request_get_code (request) : NULL;

  return code != NULL ? code : "-";
}

static const char *
get_verb (CfShutdownRequest *request)
{
  return cf_shutdown_action_get_verb (cf_shutdown_request_get_action (request));
}

static const char *
get_result_name (guint32 result)
{
  const CfWin32Code *code = cf_win32_code_lookup (result);

  return code != NULL ? code->name : "-";
}

/* A countdown runs on boot time; a person who reads the journal has a wall clock. */
static void
add_deadline (CfAuditEntry *note, gint64 left_usec)
{
  gint64 due_usec = g_get_real_time () + left_usec;
  g_autoptr (GDateTime) due = g_date_time_new_from_unix_utc (due_usec / G_USEC_PER_SEC);
  g_autofree char *text = due != NULL ? g_date_time_format_iso8601 (due) : NULL;

  cf_audit_entry_add (note, "CURFEW_DEADLINE", text);
}

/* @who: (nullable): whose doing this entry is about; %NULL stands for the requester */
static CfAuditEntry *
begin (const char *id, const char *event, CfScheduleEntry *entry, const char *who)
{
  static CfClock *clock; /* of the machine, whatever a countdown runs on */
  CfAuditEntry *note = cf_audit_entry_new (id, event);
  const char *requester = cf_schedule_entry_get_requester (entry);

  if (clock == NULL)
    clock = CF_CLOCK (cf_boot_clock_new ());
  cf_audit_entry_add_who (note, who != NULL ? who : requester);
  cf_audit_entry_add (note, "CURFEW_REQUESTER", requester);
  cf_audit_entry_add_request (note, cf_schedule_entry_get_request (entry));
  add_deadline (note,
                cf_schedule_entry_get_deadline_boot_usec (entry) - cf_clock_get_boot_usec (clock));
  return note;
}

/**
 * cf_audit_started:
 * @endpoints: where the agent listens, for people
 */
void
cf_audit_started (const char *endpoints)
{
  cf_audit_entry_log (cf_audit_entry_new (ID_STARTED, "started"), G_LOG_LEVEL_MESSAGE,
                      "Listening on %s", endpoints);
}

/**
 * cf_audit_stopped:
 */
void
cf_audit_stopped (void)
{
  cf_audit_entry_log (cf_audit_entry_new (ID_STOPPED, "stopped"), G_LOG_LEVEL_MESSAGE, "Stopped");
}

/**
 * cf_audit_configuration_rejected:
 * @problem: which file, what is wrong in it, and what to write instead
 *
 * Notes why an agent does not start.
 */
void
cf_audit_configuration_rejected (const char *problem)
{
  cf_audit_entry_log (cf_audit_entry_new (ID_REJECTED, "configuration-rejected"),
                      G_LOG_LEVEL_WARNING, "%s", problem);
}

/**
 * cf_audit_plugin_rejected:
 * @problem: which file, what is wrong in it, and what to write instead
 *
 * Notes why an agent does without one of its plug-ins.
 */
void
cf_audit_plugin_rejected (const char *problem)
{
  cf_audit_entry_log (cf_audit_entry_new (ID_REJECTED, "configuration-rejected"),
                      G_LOG_LEVEL_MESSAGE, "%s", problem);
}

/**
 * cf_audit_plugin_loaded:
 * @name: of the plug-in
 * @file: (type filename): its module
 *
 * Notes that a plug-in runs, here or in a helper process: its Startup succeeded.
 */
void
cf_audit_plugin_loaded (const char *name, const char *file)
{
  CfAuditEntry *note = cf_audit_entry_new (ID_PLUGIN_LOADED, "plugin-loaded");

  cf_audit_entry_add (note, "CURFEW_PLUGIN", name);
  cf_audit_entry_add (note, "CURFEW_DETAIL", file);
  cf_audit_entry_log (note, G_LOG_LEVEL_INFO, "The plug-in %s runs", name);
}

/**
 * cf_audit_plugin_failed:
 * @name: of the plug-in
 * @problem: what happened, one sentence
 *
 * Notes that a plug-in did not start, crashed, hangs, or failed when it was to end.
 */
void
cf_audit_plugin_failed (const char *name, const char *problem)
{
  CfAuditEntry *note = cf_audit_entry_new (ID_PLUGIN_FAILED, "plugin-failed");

  cf_audit_entry_add (note, "CURFEW_PLUGIN", name);
  cf_audit_entry_add (note, "CURFEW_DETAIL", problem);
  cf_audit_entry_log (note, G_LOG_LEVEL_MESSAGE, "The plug-in %s failed: %s", name, problem);
}

/**
 * cf_audit_submitted:
 * @request: what was asked for
 * @caller: by whom
 * @result: the Win32 code of the answer
 *
 * Notes an accepted or refused request.
 */
void
cf_audit_submitted (CfShutdownRequest *request, WsmPrincipal *caller, guint32 result)
{
  gboolean is_accepted = result == CF_WIN32_SUCCESS;
  guint32 grace_seconds = cf_shutdown_request_get_grace_seconds (request);
  g_autofree char *who = describe (caller);
  CfAuditEntry *note = cf_audit_entry_new (is_accepted ? ID_ACCEPTED : ID_REFUSED,
                                           is_accepted ? "accepted" : "refused");

  cf_audit_entry_add_caller (note, caller);
  cf_audit_entry_add (note, "CURFEW_REQUESTER", who);
  cf_audit_entry_add_request (note, request);
  cf_audit_entry_add_number (note, "CURFEW_RESULT", result);
  if (is_accepted)
    {
      add_deadline (note, grace_seconds * (gint64) G_USEC_PER_SEC);
      cf_audit_entry_log (note, G_LOG_LEVEL_MESSAGE, "Accepted: %s in %u s (request %s, by %s)",
                          get_verb (request), grace_seconds, get_code (request), who);
      return;
    }
  cf_audit_entry_log (note, G_LOG_LEVEL_MESSAGE, "Refused with %u (%s): %s (request %s, by %s)",
                      result, get_result_name (result), get_verb (request), get_code (request),
                      who);
}

/**
 * cf_audit_malformed:
 * @caller: who sent it
 * @problems: what was wrong with it, for people
 * @result: the Win32 code of the answer
 *
 * Notes what cannot become a request.
 */
void
cf_audit_malformed (WsmPrincipal *caller, const char *problems, guint32 result)
{
  g_autofree char *who = describe (caller);
  CfAuditEntry *note = cf_audit_entry_new (ID_REFUSED, "refused");

  cf_audit_entry_add_caller (note, caller);
  cf_audit_entry_add (note, "CURFEW_DETAIL", problems);
  cf_audit_entry_add_number (note, "CURFEW_RESULT", result);
  cf_audit_entry_log (note, G_LOG_LEVEL_MESSAGE, "Refused with %u (%s): %s (by %s)", result,
                      get_result_name (result), problems, who);
}

/* An abort that was granted has no id here: its end has, in cf_audit_ended(), so that the id is
 * there once for each, whoever did it. */
static CfAuditEntry *
begin_abort (CfShutdownRequest *request, guint32 result)
{
  gboolean is_done = result == CF_WIN32_SUCCESS;
  CfAuditEntry *note = cf_audit_entry_new (is_done ? NULL : ID_REFUSED,
                                           is_done ? "abort" : "abort-refused");

  if (request != NULL)
    cf_audit_entry_add (note, "CURFEW_REQUEST_ID", cf_shutdown_request_get_code (request));
  cf_audit_entry_add_number (note, "CURFEW_RESULT", result);
  return note;
}

static void
end_abort (CfAuditEntry *note, CfShutdownRequest *request, const char *who, guint32 result)
{
  cf_audit_entry_log (note, G_LOG_LEVEL_MESSAGE, "Abort answered with %u (%s) (request %s, by %s)",
                      result, get_result_name (result), get_code (request), who);
}

/**
 * cf_audit_abort:
 * @request: (nullable): what was to be called off; %NULL if there was nothing
 * @caller: by whom
 * @client_hint: (nullable): the canceling program, by its own word
 * @result: the Win32 code of the answer
 *
 * Notes that somebody asked for a request to be called off. That it was is for cf_audit_ended().
 */
void
cf_audit_abort (CfShutdownRequest *request, WsmPrincipal *caller, const char *client_hint,
                guint32 result)
{
  g_autofree char *who = describe (caller);
  CfAuditEntry *note = begin_abort (request, result);

  cf_audit_entry_add_caller (note, caller);
  cf_audit_entry_add (note, "CURFEW_CLIENT_HINT", client_hint);
  end_abort (note, request, who, result);
}

/**
 * cf_audit_abort_here:
 * @request: (nullable): what was to be called off; %NULL if there was nothing
 * @who: by whom, at this machine
 * @note: (nullable): why
 * @result: the Win32 code of the answer
 *
 * As cf_audit_abort(), for a caller on D-Bus.
 */
void
cf_audit_abort_here (CfShutdownRequest *request, const char *who, const char *note, guint32 result)
{
  CfAuditEntry *entry = begin_abort (request, result);

  cf_audit_entry_add_who (entry, who);
  cf_audit_entry_add (entry, "CURFEW_NOTE", note);
  end_abort (entry, request, who, result);
}

/**
 * cf_audit_denied:
 * @caller: who asked
 * @wanted: what for
 *
 * Notes a caller who signed in and may do nothing of the kind.
 */
void
cf_audit_denied (WsmPrincipal *caller, const char *wanted)
{
  g_autofree char *who = describe (caller);
  CfAuditEntry *note = cf_audit_entry_new (ID_DENIED, "denied");

  cf_audit_entry_add_caller (note, caller);
  cf_audit_entry_add (note, "CURFEW_WANTED", wanted);
  cf_audit_entry_log (note, G_LOG_LEVEL_MESSAGE, "Denied: %s (by %s)", wanted, who);
}

/**
 * cf_audit_denied_here:
 * @who: who asked, at this machine
 * @wanted: what for
 * @why: why not
 *
 * Notes a caller on D-Bus who may not do that.
 */
void
cf_audit_denied_here (const char *who, const char *wanted, const char *why)
{
  CfAuditEntry *note = cf_audit_entry_new (ID_DENIED, "denied");

  cf_audit_entry_add_who (note, who);
  cf_audit_entry_add (note, "CURFEW_WANTED", wanted);
  cf_audit_entry_add (note, "CURFEW_DETAIL", why);
  cf_audit_entry_log (note, G_LOG_LEVEL_MESSAGE, "Denied: %s, %s (by %s)", wanted, why, who);
}

static const struct
{
  const char *id;
  const char *event;
  const char *summary;
} changes[] = {
  [CF_SCHEDULE_RESTORED] = { ID_RESTORED, "restored", "Taken up again after the agent was away" },
  [CF_SCHEDULE_POSTPONED] = { ID_POSTPONED, "postponed", "Postponed" },
  [CF_SCHEDULE_MOVED] = { ID_POSTPONED, "moved", "Moved to another time" },
  [CF_SCHEDULE_EXTENDED] = { ID_POSTPONED, "extended",
                             "Given more time, since nobody could see a warning" },
  [CF_SCHEDULE_OVERDUE] = { ID_CLOCK, "overdue",
                            "Given more time, since the machine slept over it" },
  [CF_SCHEDULE_CLOCK_SET] = { ID_CLOCK, "clock-set",
                              "The clock was set; the countdown goes on unchanged" },
};

/**
 * cf_audit_changed:
 * @entry: what counts down, as it is now
 * @change: what happened to it
 * @who: (nullable): whose doing it was; %NULL for nobody's
 *
 * Notes a change of the countdown. That a request was accepted is noted by cf_audit_submitted(),
 * which knows more about it.
 */
void
cf_audit_changed (CfScheduleEntry *entry, CfScheduleChange change, const char *who)
{
  CfShutdownRequest *request;
  guint n_postponements;
  CfAuditEntry *note;

  g_return_if_fail (entry != NULL);
  g_return_if_fail ((gsize) change < G_N_ELEMENTS (changes));

  if (change == CF_SCHEDULE_ACCEPTED)
    return;

  request = cf_schedule_entry_get_request (entry);
  n_postponements = cf_schedule_entry_get_n_postponements (entry);
  note = begin (changes[change].id, changes[change].event, entry, who);
  if (change == CF_SCHEDULE_POSTPONED && n_postponements > 0)
    {
      const CfPostponement *last = cf_schedule_entry_get_postponement (entry, n_postponements - 1);

      cf_audit_entry_add_number (note, "CURFEW_POSTPONED_SECONDS", last->seconds);
      cf_audit_entry_add (note, "CURFEW_NOTE", last->note);
    }
  cf_audit_entry_log (note, G_LOG_LEVEL_MESSAGE, "%s: %s (request %s, by %s)",
                      changes[change].summary, get_verb (request), get_code (request),
                      who != NULL ? who : cf_schedule_entry_get_requester (entry));
}

/**
 * cf_audit_shown:
 * @entry: what counts down
 * @who: who could see it
 * @minutes: the reminder that was shown; 0 for the announcement
 *
 * Notes a receipt, the first one of somebody for a request.
 */
void
cf_audit_shown (CfScheduleEntry *entry, const char *who, guint minutes)
{
  CfAuditEntry *note = begin (NULL, "shown", entry, who);

  cf_audit_entry_add_number (note, "CURFEW_MINUTES", minutes);
  cf_audit_entry_log (note, G_LOG_LEVEL_MESSAGE, "Shown to %s (request %s)", who,
                      get_code (cf_schedule_entry_get_request (entry)));
}

/**
 * cf_audit_read:
 * @entry: what counts down
 * @who: who took notice of it
 *
 * Notes a receipt, the first one of somebody for a request.
 */
void
cf_audit_read (CfScheduleEntry *entry, const char *who)
{
  cf_audit_entry_log (begin (NULL, "read", entry, who), G_LOG_LEVEL_MESSAGE,
                      "Read by %s (request %s)", who,
                      get_code (cf_schedule_entry_get_request (entry)));
}

/**
 * cf_audit_ready:
 * @entry: what counts down
 * @who: who does not need the time that is left, or does again
 * @is_ready: which of them
 */
void
cf_audit_ready (CfScheduleEntry *entry, const char *who, gboolean is_ready)
{
  cf_audit_entry_log (begin (NULL, is_ready ? "ready" : "not-ready", entry, who),
                      G_LOG_LEVEL_MESSAGE, "%s is %s (request %s)", who,
                      is_ready ? "ready" : "not ready any more",
                      get_code (cf_schedule_entry_get_request (entry)));
}

/**
 * cf_audit_agreed:
 * @entry: what happens now
 * @who: who was the last to be ready
 *
 * Notes that it happens before its time because everybody who is signed in wants that.
 */
void
cf_audit_agreed (CfScheduleEntry *entry, const char *who)
{
  cf_audit_entry_log (
    begin (NULL, "agreed", entry, who), G_LOG_LEVEL_MESSAGE,
    "By consent: everybody who is signed in is ready, %s was the last (request %s)", who,
    get_code (cf_schedule_entry_get_request (entry)));
}

/**
 * cf_audit_taken:
 * @detail: what was seen, for people
 *
 * Notes that somebody else scheduled, moved or called off a shutdown of this machine.
 */
void
cf_audit_taken (const char *detail)
{
  CfAuditEntry *note = cf_audit_entry_new (ID_TAKEN, "taken");

  cf_audit_entry_add (note, "CURFEW_DETAIL", detail);
  cf_audit_entry_log (note, G_LOG_LEVEL_MESSAGE, "Somebody else's shutdown: %s", detail);
}

/**
 * cf_audit_executing:
 * @entry: whose deadline has come
 */
void
cf_audit_executing (CfScheduleEntry *entry)
{
  CfShutdownRequest *request = cf_schedule_entry_get_request (entry);

  cf_audit_entry_log (begin (ID_EXECUTING, "executing", entry, NULL), G_LOG_LEVEL_MESSAGE,
                      "The time has come: %s (request %s, by %s)", get_verb (request),
                      get_code (request), cf_schedule_entry_get_requester (entry));
}

static const struct
{
  const char *id;
  const char *event;
  const char *name; /* as org.curfew.Agent1 calls it */
  const char *summary;
  guint32 result;
} outcomes[] = {
  [CF_SCHEDULE_ACTED] = { ID_EXECUTED, "executed", "acted", "The machine goes down",
                          CF_WIN32_SUCCESS },
  [CF_SCHEDULE_WOULD_ACT] = { ID_EXECUTED, "rehearsed", "would-act", "Rehearsed, nothing was done",
                              CF_WIN32_SUCCESS },
  [CF_SCHEDULE_CALLED_OFF] = { ID_ABORTED, "called-off", "called-off", "Called off",
                               CF_WIN32_OPERATION_ABORTED },
  [CF_SCHEDULE_SUPERSEDED] = { ID_ABORTED, "superseded", "superseded",
                               "Something else took its place", CF_WIN32_OPERATION_ABORTED },
  [CF_SCHEDULE_VETOED] = { ID_VETOED, "vetoed", "vetoed",
                           "The time came, but somebody or something stood against it",
                           CF_WIN32_BUSY },
  [CF_SCHEDULE_MISSED] = { ID_MISSED, "missed", "missed",
                           "The time passed long ago, and it is not made up for",
                           CF_WIN32_OPERATION_ABORTED },
  [CF_SCHEDULE_FAILED] = { ID_FAILED, "failed", "failed",
                           "The time came, but the machine could not be told",
                           CF_WIN32_GEN_FAILURE },
};

/**
 * cf_audit_ended:
 * @entry: a request that was accepted
 * @outcome: how it ended
 * @detail: (nullable): who called it off, what vetoed it, why it failed
 */
void
cf_audit_ended (CfScheduleEntry *entry, CfScheduleOutcome outcome, const char *detail)
{
  CfShutdownRequest *request = cf_schedule_entry_get_request (entry);
  gboolean is_failure = outcome == CF_SCHEDULE_FAILED;
  CfAuditEntry *note;

  g_return_if_fail (outcome != CF_SCHEDULE_NO_OUTCOME);
  g_return_if_fail ((gsize) outcome < G_N_ELEMENTS (outcomes));

  /* it is called off by whom the detail names, not by whoever wanted it */
  note = begin (outcomes[outcome].id, outcomes[outcome].event, entry,
                outcome == CF_SCHEDULE_CALLED_OFF && detail != NULL ? detail : NULL);
  cf_audit_entry_add (note, "CURFEW_OUTCOME", outcomes[outcome].name);
  cf_audit_entry_add (note, "CURFEW_DETAIL", detail);
  cf_audit_entry_add_number (note, "CURFEW_RESULT", outcomes[outcome].result);
  cf_audit_entry_log (note, is_failure ? G_LOG_LEVEL_WARNING : G_LOG_LEVEL_MESSAGE,
                      "%s: %s%s%s (request %s, by %s)", outcomes[outcome].summary,
                      get_verb (request), detail != NULL ? ", " : "", detail != NULL ? detail : "",
                      get_code (request), cf_schedule_entry_get_requester (entry));
}
