/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-check-cases.h"

#define NEEDS_START (CF_CHECK_LOADS | CF_CHECK_STARTS)
#define NEEDS_END   (NEEDS_START | CF_CHECK_ENDS)
#define NEEDS_ALL   (NEEDS_END | CF_CHECK_DRAINS | CF_CHECK_RELEASES)

/* In the order in which they are run: what others need comes first. */
static const CfCheckCase cases[] = {
  { "exports", 3, "every export that it needs is there",
    "export them with WSMAN_PLUGIN_EXPORT; a shell needs all seven of its entry points", 0,
    CF_CHECK_LOADS, cf_check_case_exports },
  { "layout", 0, "it was compiled with the layouts of this host",
    "compile it with the headers of the curfew-plugin that it is to run with, without "
    "CURFEW_PLUGIN_HOST",
    0, 0, cf_check_case_layout },
  { "starts", 1, "WSManPluginStartup succeeds",
    "return NO_ERROR, soon; long work belongs into a thread", CF_CHECK_LOADS, CF_CHECK_STARTS,
    cf_check_case_starts },
  { "ends", 15, "WSManPluginShutdown returns, without an error",
    "end and join your threads, free what is left, return NO_ERROR; a host waits 10 s, or 3 s if "
    "the computer goes down",
    NEEDS_START, CF_CHECK_ENDS, cf_check_case_ends },
  { "stays-open", 0, "shells and commands stay open when their context is reported",
    "if ReportContext succeeds, complete only when the shell or command is over, and free nothing; "
    "if it fails, complete with an error and free the context",
    NEEDS_START, 0, cf_check_case_stays_open },
  { "unknown-command", 0, "a command that it does not know is answered",
    "complete the request of WSManPluginCommand with an error, such as ERROR_INVALID_PARAMETER, "
    "and "
    "a sentence; only to return leaves the client waiting",
    NEEDS_START, 0, cf_check_case_unknown_command },
  { "cancelled", 33, "a cancelled request is completed",
    "watch shutdownNotification, its handle or a callback, and answer with "
    "WSManPluginOperationComplete",
    NEEDS_START, 0, cf_check_case_cancelled },
  { "drains", 29, "shells and commands end when they are cancelled, so that Shutdown can come",
    "complete the requests of WSManPluginShell and WSManPluginCommand as well: they stay open "
    "until then",
    NEEDS_END, CF_CHECK_DRAINS, cf_check_case_drains },
  { "release", 27, "contexts live until they are released",
    "free contexts in WSManPluginRelease…Context and nowhere else; no two alike at a time",
    NEEDS_END | CF_CHECK_DRAINS, CF_CHECK_RELEASES, cf_check_case_release },
  { "two-applications", 4, "two applications start it, and each shuts it down",
    "count successful Startups, and give each a context of its own", NEEDS_ALL, 0,
    cf_check_case_two_applications },
  { "fewer-shutdowns", 5, "N startups, N−1 shutdowns: it still works",
    "count successful Startups; what is shared goes with the last Shutdown only", NEEDS_ALL, 0,
    cf_check_case_fewer_shutdowns },
  { "texts", 6, "no text of Startup is used after Startup",
    "copy applicationIdentification and extraInfo if they are needed later", NEEDS_ALL, 0,
    cf_check_case_texts },
  { "threads", 16, "no thread is left after the last Shutdown",
    "join every thread, also the one that has just reported a cancellation", NEEDS_ALL,
    CF_CHECK_JOINS, cf_check_case_threads },
  { "reload", 17, "it can be unloaded and loaded again",
    "undo at the last Shutdown what outlives it: keys of threads, atexit, signal handlers, types",
    NEEDS_ALL | CF_CHECK_JOINS, 0, cf_check_case_reload },
  { "startup-flags", 18, "Startup accepts any flags",
    "do not refuse flags of Startup: 1 and 2 are known, more may come", NEEDS_END, 0,
    cf_check_case_startup_flags },
  { "completes-once", 21, "each request is completed once",
    "let one atomic exchange decide who completes; afterwards the request is dead", NEEDS_ALL, 0,
    cf_check_case_completes_once },
  { "early", 24, "a Receive and a Signal may come before ReportContext returns",
    "have the context ready and the cancellation registered before you report it", NEEDS_ALL, 0,
    cf_check_case_early },
  { "contexts", 25, "contexts and results are reported where they belong",
    "report one context for each shell and command, results for a Receive, one object for a Get or "
    "Invoke",
    NEEDS_ALL, 0, cf_check_case_contexts },
  { "event", 30, "the shutdownNotificationHandle is left alone",
    "only wait for it, with poll(); never read, write or close it", NEEDS_ALL, 0,
    cf_check_case_event },
  { "race", 31, "a request that ends while it is cancelled is completed once",
    "let one atomic exchange decide who completes", NEEDS_ALL, 0, cf_check_case_race },
  { "send", 37, "each Send is completed, also an empty last one",
    "complete every Send; no data with WSMAN_FLAG_SEND_NO_MORE_DATA is the end of the stream",
    NEEDS_ALL, 0, cf_check_case_send },
  { "done", 35, "the output ends with CommandState Done and an exit code",
    "at the end of a command call WSManPluginReceiveResult with WSMAN_COMMAND_STATE_DONE and the "
    "exit code, then complete the Receive with NO_ERROR, then the command",
    NEEDS_ALL, 0, cf_check_case_done },
  { "parallel", 46, "operations on one shell may run at the same time",
    "guard what operations share with a lock; hold none while you wait", NEEDS_ALL, 0,
    cf_check_case_parallel },
  { "parameters-die", 0, "nothing of a request is used after its completion",
    "copy what is needed later, or complete last", NEEDS_ALL, 0, cf_check_case_parameters_die },
  { "all-streams", 0, "a Receive without a stream set means all streams",
    "take streamSet NULL for all output streams", NEEDS_ALL, 0, cf_check_case_all_streams },
  { "unknown-signal", 0, "a signal that it does not know is answered",
    "complete it, with an error such as ERROR_INVALID_PARAMETER", NEEDS_ALL, 0,
    cf_check_case_unknown_signal },
};

const CfCheckCase *
cf_check_get_cases (gsize *n_cases)
{
  *n_cases = G_N_ELEMENTS (cases);
  return cases;
}
