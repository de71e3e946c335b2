/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-check-cases.h"

#include <fcntl.h>
#include <poll.h>

/* The cases about requests. Where the module refuses a shell there is nothing to be seen of it. */

#define SIGNAL_NAMESPACE "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/signal"
#define N_RACES          200

/* Options reach this program in two ways. */
#define WITH_OPTION(option) "with " option " (curfew-agent --check-plugin FILE -- " option ")"
#define REFUSES_SHELL                                                                              \
  "it refuses the shell; give it one that it knows " WITH_OPTION ("--resource URI")

static CfCheckRequest *
need_shell (CfCheckModule *module, PVOID context)
{
  CfCheckRequest *shell;

  if (!cf_check_has_shell (module))
    cf_check_skip ("no shell entry points");
  shell = cf_check_open_shell (module, context);
  if (shell == NULL)
    cf_check_skip (REFUSES_SHELL);
  return shell;
}

static CfCheckRequest *
need_command (CfCheckModule *module, CfCheckRequest *shell)
{
  CfCheckRequest *command = cf_check_open_command (module, shell);

  if (command == NULL)
    cf_check_skip (
      "it refuses the command; give it one that it knows " WITH_OPTION ("--command LINE"));
  return command;
}

/* Completed by the very call that has reported the context: a test the wrong way round. A command
 * may fail or end at any time, but then there is nothing to be reported first. */
static void
need_open (CfCheckRequest *request)
{
  const char *name = cf_check_entry_name (request->kind);

  if (request->n_contexts > 0 && cf_check_wait_completed (request, 0))
    cf_check_fail ("%s reports a context, and then completes the request, with 0x%08X: that ends "
                   "the %s",
                   name, request->code, request->kind == CF_PLUGIN_SHELL ? "shell" : "command");
}

void
cf_check_case_stays_open (void)
{
  PVOID context;
  CfCheckModule *module = cf_check_start (&context);
  CfCheckRequest *shell;

  if (!cf_check_has_shell (module))
    cf_check_skip ("no shell entry points");
  shell = cf_check_shell (module, context);
  need_open (shell);
  if (!cf_check_wait_answered (shell, cf_check_get_limit ()) || shell->n_contexts == 0)
    cf_check_skip (REFUSES_SHELL);
  need_open (cf_check_command (module, shell));
  cf_check_pass ();
}

/* Also where the module was said to know another: what refuses is code as well. */
void
cf_check_case_unknown_command (void)
{
  PVOID context;
  CfCheckModule *module = cf_check_start (&context);
  CfCheckRequest *shell = need_shell (module, context);
  CfCheckRequest *command = cf_check_unknown_command (module, shell);

  if (!cf_check_wait_answered (command, cf_check_get_limit ()))
    cf_check_fail ("WSManPluginCommand neither completes a command that it does not know nor "
                   "reports a context for it");
  cf_check_pass ();
}

/* Each kind of request on its own: begun, cancelled, and completed in time. */
void
cf_check_case_cancelled (void)
{
  PVOID context;
  CfCheckModule *module = cf_check_start (&context);
  CfCheckRequest *shell, *command;

  if (module->get != NULL)
    cf_check_end (cf_check_get (module, context));
  if (module->invoke != NULL)
    cf_check_end (cf_check_invoke (module, context));
  if (!cf_check_has_shell (module))
    cf_check_pass ();
  shell = cf_check_open_shell (module, context);
  command = shell != NULL ? cf_check_open_command (module, shell) : NULL;
  if (command != NULL)
    {
      cf_check_end (cf_check_send (module, command, "text\n", FALSE));
      cf_check_end (cf_check_receive (module, command, TRUE));
      cf_check_end (cf_check_signal (module, command, SIGNAL_NAMESPACE "/ctrl_c"));
      cf_check_end (command);
    }
  cf_check_pass ();
}

/* What a host does at Shutdown: Receive, then command, then shell, then contexts. */
void
cf_check_case_drains (void)
{
  PVOID context;
  CfCheckModule *module = cf_check_start (&context);
  CfCheckRequest *shell = need_shell (module, context);
  CfCheckRequest *command = cf_check_open_command (module, shell);

  if (command != NULL)
    cf_check_end (cf_check_receive (module, command, TRUE));
  cf_check_close_shell (module, shell, command);
  if (cf_check_shutdown (module, context) != NO_ERROR)
    cf_check_fail ("WSManPluginShutdown fails after a shell was cancelled");
  cf_check_pass ();
}

void
cf_check_case_completes_once (void)
{
  PVOID context;
  CfCheckModule *module = cf_check_start (&context);
  CfCheckMisdeeds misdeeds;

  cf_check_exercise (module, context);
  cf_check_shutdown (module, context);
  misdeeds = cf_check_get_misdeeds ();
  if (misdeeds.n_completed_twice > 0)
    cf_check_fail ("WSManPluginOperationComplete was called for %s",
                   misdeeds.what != NULL
                     ? "a request that is completed already, or with flags that are not 0"
                     : "what is no request");
  cf_check_pass ();
}

void
cf_check_case_contexts (void)
{
  PVOID context;
  CfCheckModule *module = cf_check_start (&context);
  CfCheckMisdeeds misdeeds;

  cf_check_exercise (module, context);
  cf_check_shutdown (module, context);
  misdeeds = cf_check_get_misdeeds ();
  if (misdeeds.n_bad_contexts > 0)
    cf_check_fail (
      "WSManPluginReportContext was called a second time, or for a request that has no "
      "context%s%s",
      misdeeds.what != NULL ? ": " : "", misdeeds.what != NULL ? misdeeds.what : "");
  if (misdeeds.n_bad_results > 0)
    cf_check_fail ("a result was reported for a request that has none%s%s",
                   misdeeds.what != NULL ? ": " : "", misdeeds.what != NULL ? misdeeds.what : "");
  cf_check_pass ();
}

/* Reading a request after its completion is a fault then, which is reported as such. */
void
cf_check_case_parameters_die (void)
{
  PVOID context;
  CfCheckModule *module;

  cf_check_take_requests_away ();
  module = cf_check_start (&context);
  cf_check_exercise (module, context);
  cf_check_shutdown (module, context);
  cf_check_pass ();
}

/* --- as soon as a context is reported, calls come that carry it */

static CfCheckModule *early_module;
static CfCheckRequest *early_receive, *early_signal;

static void
call_early (CfCheckRequest *command)
{
  early_receive = cf_check_receive (early_module, command, TRUE);
  early_signal = cf_check_signal (early_module, command, SIGNAL_NAMESPACE "/terminate");
}

void
cf_check_case_early (void)
{
  PVOID context;
  CfCheckModule *module = cf_check_start (&context);
  CfCheckRequest *shell = need_shell (module, context);
  CfCheckRequest *command;
  GThread *thread;

  early_module = module;
  cf_check_set_early (call_early);
  command = need_command (module, shell);
  thread = cf_check_steal_early_thread ();
  g_thread_join (thread);
  cf_check_end (early_receive);
  cf_check_end (early_signal);
  cf_check_close_shell (module, shell, command);
  cf_check_pass ();
}

void
cf_check_case_release (void)
{
  PVOID context;
  CfCheckModule *module = cf_check_start (&context);
  CfCheckRequest *one = need_shell (module, context);
  CfCheckRequest *two = cf_check_open_shell (module, context);
  CfCheckRequest *command, *other;

  if (two != NULL && one->context == two->context)
    cf_check_fail ("two shells that are open have the same context");
  command = cf_check_open_command (module, one);
  other = cf_check_open_command (module, one);
  if (command != NULL && other != NULL && command->context == other->context)
    cf_check_fail ("two commands that are open have the same context");
  if (command != NULL)
    {
      CfCheckRequest *receive = cf_check_receive (module, command, TRUE);

      /* the way a command ends that nobody cancels */
      cf_check_end (cf_check_signal (module, command, SIGNAL_NAMESPACE "/terminate"));
      cf_check_end (receive);
      cf_check_end (command);
      cf_check_release (module, command);
    }
  cf_check_close_shell (module, one, other);
  if (two != NULL)
    cf_check_close_shell (module, two, NULL);
  cf_check_pass ();
}

/* --- the event of a request is the host's */

static void
look_at_event (const CfCheckRequest *request)
{
  const char *name = cf_check_entry_name (request->kind);
  struct pollfd fd = { .fd = request->event, .events = POLLIN };

  if (fcntl (request->event, F_GETFD) < 0)
    cf_check_fail ("closes the shutdownNotificationHandle of %s", name);
  if (request->is_cancelled && poll (&fd, 1, 0) != 1)
    cf_check_fail ("reads from the shutdownNotificationHandle of %s", name);
}

void
cf_check_case_event (void)
{
  PVOID context;
  CfCheckModule *module = cf_check_start (&context);
  CfCheckRequest *request, *shell, *command;

  if (module->get != NULL)
    {
      request = cf_check_get (module, context);
      cf_check_end (request);
      look_at_event (request);
    }
  if (module->invoke != NULL)
    {
      request = cf_check_invoke (module, context);
      cf_check_end (request);
      look_at_event (request);
    }
  if (!cf_check_has_shell (module))
    cf_check_pass ();

  shell = cf_check_open_shell (module, context);
  command = shell != NULL ? cf_check_open_command (module, shell) : NULL;
  if (command != NULL)
    {
      request = cf_check_receive (module, command, TRUE);
      cf_check_end (request);
      look_at_event (request);
      cf_check_end (command);
      look_at_event (command);
    }
  if (shell != NULL)
    {
      cf_check_end (shell);
      look_at_event (shell);
    }
  cf_check_pass ();
}

/* --- cancellation at the moment of the normal end */

static gpointer
cancel_in_thread (gpointer request)
{
  cf_check_cancel (request);
  return NULL;
}

static void
race_command (CfCheckModule *module, CfCheckRequest *shell)
{
  CfCheckRequest *command = need_command (module, shell);
  CfCheckRequest *receive = cf_check_receive (module, command, TRUE);
  GThread *thread = g_thread_new ("cancel", cancel_in_thread, receive);
  GThread *other = g_thread_new ("cancel", cancel_in_thread, command);
  CfCheckRequest *signal = cf_check_signal (module, command, SIGNAL_NAMESPACE "/terminate");

  g_thread_join (thread);
  g_thread_join (other);
  cf_check_end (signal);
  cf_check_end (receive);
  cf_check_end (command);
  cf_check_release (module, command);
}

void
cf_check_case_race (void)
{
  PVOID context;
  CfCheckModule *module = cf_check_start (&context);
  CfCheckRequest *shell = need_shell (module, context);

  for (guint i = 0; i < N_RACES; i++)
    race_command (module, shell);
  cf_check_close_shell (module, shell, NULL);
  if (cf_check_get_misdeeds ().n_completed_twice > 0)
    cf_check_fail ("completes requests once more that ended while they were cancelled: %u times in "
                   "%u requests",
                   cf_check_get_misdeeds ().n_completed_twice, 3 * N_RACES);
  cf_check_pass ();
}

/* --- the rest of a shell */

static void
need_completion (CfCheckRequest *request, const char *what)
{
  if (!cf_check_wait_completed (request, cf_check_get_limit ()))
    cf_check_fail ("never completes %s", what);
}

void
cf_check_case_send (void)
{
  PVOID context;
  CfCheckModule *module = cf_check_start (&context);
  CfCheckRequest *shell = need_shell (module, context);
  CfCheckRequest *command = need_command (module, shell);

  need_completion (cf_check_send (module, command, "text\n", FALSE), "a Send");
  need_completion (cf_check_send (module, command, "", TRUE),
                   "a Send without data that ends its stream");
  cf_check_close_shell (module, shell, command);
  cf_check_pass ();
}

/* Ends a command the way its client does: no more input, or else a signal. Whether it was that. */
static gboolean
terminate (CfCheckModule *module, CfCheckRequest *command, CfCheckRequest *receive)
{
  cf_check_end (cf_check_send (module, command, "", TRUE));
  if (cf_check_wait_completed (receive, MIN (1000, cf_check_get_limit ())))
    return FALSE;
  cf_check_end (cf_check_signal (module, command, SIGNAL_NAMESPACE "/terminate"));
  if (!cf_check_wait_completed (command, cf_check_get_limit ()))
    cf_check_fail ("WSManPluginCommand is still open %u s after the signal terminate",
                   cf_check_get_limit () / 1000);
  return TRUE;
}

/* Who is terminated need not say more; who ends otherwise, or calls it success, has to. */
void
cf_check_case_done (void)
{
  PVOID context;
  CfCheckModule *module = cf_check_start (&context);
  CfCheckRequest *shell = need_shell (module, context);
  CfCheckRequest *command = need_command (module, shell);
  CfCheckRequest *receive = cf_check_receive (module, command, TRUE);
  gboolean is_terminated = terminate (module, command, receive);

  cf_check_end (receive);
  if (receive->is_done && receive->code != NO_ERROR && !receive->is_cancelled)
    cf_check_fail ("reports CommandState Done, and completes WSManPluginReceive with 0x%08X: what "
                   "was reported is thrown away then",
                   receive->code);
  if (receive->is_done)
    cf_check_pass ();
  if (receive->code == NO_ERROR && !receive->is_cancelled)
    cf_check_fail ("WSManPluginReceive ends without CommandState Done, and so without an exit code"
                   "%s%s; the client goes on asking",
                   receive->state != NULL ? "; the last state was " : "",
                   receive->state != NULL ? receive->state : "");
  if (!is_terminated && cf_check_wait_completed (command, 0) && command->code == NO_ERROR)
    cf_check_fail ("the command is over before anybody could fetch its output and exit code: its "
                   "Receive is refused with 0x%08X",
                   receive->code);
  cf_check_skip ("its output ends with 0x%08X; give it a command that ends by itself " WITH_OPTION (
                   "--command LINE"),
                 receive->code);
}

typedef struct
{
  CfCheckModule *module;
  CfCheckRequest *shell;
} Lane;

static gpointer
run_lane (gpointer data)
{
  Lane *lane = data;

  for (guint i = 0; i < 25; i++)
    {
      CfCheckRequest *command = need_command (lane->module, lane->shell);
      CfCheckRequest *receive = cf_check_receive (lane->module, command, TRUE);

      cf_check_end (cf_check_send (lane->module, command, "text\n", TRUE));
      cf_check_end (receive);
      cf_check_end (command);
      cf_check_release (lane->module, command);
    }
  return NULL;
}

void
cf_check_case_parallel (void)
{
  PVOID context;
  CfCheckModule *module = cf_check_start (&context);
  Lane lane = { module, need_shell (module, context) };
  GThread *threads[4];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("lane", run_lane, &lane);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  cf_check_close_shell (module, lane.shell, NULL);
  cf_check_pass ();
}

/* Whether a Receive is refused, as far as can be seen: it may be open for long. */
static gboolean
is_refused (CfCheckRequest *receive)
{
  gboolean is = cf_check_wait_completed (receive, 300) && receive->code != NO_ERROR;

  cf_check_end (receive);
  return is;
}

void
cf_check_case_all_streams (void)
{
  PVOID context;
  CfCheckModule *module = cf_check_start (&context);
  CfCheckRequest *shell = need_shell (module, context);
  CfCheckRequest *command = need_command (module, shell);
  CfCheckRequest *receive = cf_check_receive (module, command, FALSE);

  if (is_refused (receive))
    {
      CfCheckRequest *other = need_command (module, shell);

      if (is_refused (cf_check_receive (module, other, TRUE)))
        cf_check_skip ("it refuses every Receive");
      cf_check_fail ("refuses a Receive that does not name its streams, with 0x%08X",
                     receive->code);
    }
  cf_check_close_shell (module, shell, command);
  cf_check_pass ();
}

void
cf_check_case_unknown_signal (void)
{
  PVOID context;
  CfCheckModule *module = cf_check_start (&context);
  CfCheckRequest *shell = need_shell (module, context);
  CfCheckRequest *command = need_command (module, shell);
  CfCheckRequest *signal = cf_check_signal (module, command, "urn:example:unknown-signal");

  need_completion (signal, "a signal that it does not know");
  cf_check_close_shell (module, shell, command);
  cf_check_pass ();
}
