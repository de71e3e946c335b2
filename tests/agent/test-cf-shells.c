/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-cf-shell-fixture.h"

#include <string.h>

#define CHOSEN     "3f6a1d90-2B11-4c7e-a0c4-7d5e00b1f208"
#define NOT_CHOSEN "5F6A1D90-2B11-4C7E-A0C4-7D5E00B1F208"

#define QUOTA_MAX_SHELLS     0x803381A5u
#define QUOTA_SYSTEM         0x803381A8u
#define UNEXPECTED_SELECTORS 0x8033805Bu
#define PLUGIN_FAILED        0x80338083u
#define STREAM_DISCONNECTED  0x803381DEu
#define SHELL_DISCONNECTED   0x803381C4u
#define UNSUPPORTED_FEATURE  0x80338042u

static void
test_create (Fixture *f, gconstpointer data)
{
  Asked *asked = ask_create (f, " Name=\"one\"",
                             "<rsp:WorkingDirectory>/tmp</rsp:WorkingDirectory><rsp:Environment>"
                             "<rsp:Variable Name=\"A\">1</rsp:Variable>"
                             "<rsp:Variable Name=\"B\">2</rsp:Variable></rsp:Environment>");
  Call *call = last_call (f, CF_PLUGIN_SHELL);
  WsmShellMessage *answer;
  g_autofree char *upper = NULL;

  g_test_summary ("Create is answered when the plug-in reports its context, with all there is to "
                  "know of the shell");

  assert_waits (asked);
  g_assert_cmpstr (call->variables, ==, "A=1 B=2");
  g_assert_cmpuint (call->idle_msec, ==, 180000);
  g_assert_cmpuint (call->n_options, ==, 1);
  g_assert_cmpuint (cf_shells_count (f->shells), ==, 1);

  report (call);
  answer = assert_answer (asked, WSM_SHELL_CREATED);
  upper = g_ascii_strup (answer->shell_id, -1);
  g_assert_true (g_uuid_string_is_valid (answer->shell_id));
  g_assert_cmpstr (answer->shell_id, ==, upper);
  g_assert_cmpstr (answer->name, ==, "one");
  g_assert_cmpstr (answer->owner, ==, "mara");
  g_assert_cmpstr (answer->client_ip, ==, "192.0.2.7");
  g_assert_cmpstr (answer->address, ==, "http://pc7:5985/wsman");
  g_assert_cmpstr (answer->resource_uri, ==, WSM_SHELL_CMD_URI);
  g_assert_cmpint (answer->idle_timeout_msec, ==, 180000);
  g_assert_cmpstrv (answer->input_streams, ((const char *[]){ "stdin", NULL }));
  g_assert_cmpstrv (answer->output_streams, ((const char *[]){ "stdout", "stderr", NULL }));
}

static void
test_streams (Fixture *f, gconstpointer data)
{
  Asked *asked = ask_create (
    f, "",
    "<rsp:InputStreams>in pr</rsp:InputStreams><rsp:OutputStreams>out out more"
    "</rsp:OutputStreams>");
  Call *call = last_call (f, CF_PLUGIN_SHELL);

  g_test_summary ("The client names the streams; each counts once");

  g_assert_cmpstrv (call->names, ((const char *[]){ "out", "more", NULL }));
  report (call);
  g_assert_cmpstrv (assert_answer (asked, WSM_SHELL_CREATED)->input_streams,
                    ((const char *[]){ "in", "pr", NULL }));
}

static void
test_chosen_id (Fixture *f, gconstpointer data)
{
  Asked *first = ask_create (f, " ShellId=\"" CHOSEN "\"", "");
  Asked *second;

  g_test_summary ("A GUID that the client chose is its shell's, unless there is one with it");

  report (last_call (f, CF_PLUGIN_SHELL));
  g_assert_cmpstr (assert_answer (first, WSM_SHELL_CREATED)->shell_id, ==, CHOSEN);
  second = ask_create (f, " ShellId=\"3F6A1D90-2B11-4C7E-A0C4-7D5E00B1F208\"", "");
  report (last_call (f, CF_PLUGIN_SHELL));
  g_assert_cmpint (g_ascii_strcasecmp (assert_answer (second, WSM_SHELL_CREATED)->shell_id, CHOSEN),
                   !=, 0);
}

static void
test_chosen_no_guid (Fixture *f, gconstpointer data)
{
  Asked *asked = ask_create (f, " ShellId=\"mine\"", "");

  g_test_summary ("What is no GUID is not taken for an id");

  report (last_call (f, CF_PLUGIN_SHELL));
  g_assert_true (g_uuid_string_is_valid (assert_answer (asked, WSM_SHELL_CREATED)->shell_id));
}

static void
test_idle_timeout_limited (Fixture *f, gconstpointer data)
{
  Asked *less = ask_create (f, "", "<rsp:IdleTimeOut>PT7.000S</rsp:IdleTimeOut>");
  Asked *more;

  g_test_summary (
    "The client may ask for a shorter idle time-out, or a longer one up to the quota");

  report (last_call (f, CF_PLUGIN_SHELL));
  g_assert_cmpint (assert_answer (less, WSM_SHELL_CREATED)->idle_timeout_msec, ==, 7000);
  more = ask_create (f, "", "<rsp:IdleTimeOut>PT7200.000S</rsp:IdleTimeOut>");
  report (last_call (f, CF_PLUGIN_SHELL));
  g_assert_cmpint (assert_answer (more, WSM_SHELL_CREATED)->idle_timeout_msec, ==, 600000);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  Asked *asked = ask_create (f, "", "");
  Call *call = last_call (f, CF_PLUGIN_SHELL);

  g_test_summary ("A shell that the plug-in refuses is a fault, and not there");

  complete (call, 5, NULL);
  assert_fault (asked, WSM_FAULT_ACCESS_DENIED, 5);
  g_assert_cmpuint (cf_shells_count (f->shells), ==, 0);
  g_assert_false (call->is_cancelled);
}

static void
test_refused_without_code (Fixture *f, gconstpointer data)
{
  Asked *asked = ask_create (f, "", "");

  g_test_summary ("A shell that ends well before it began has not begun");

  complete (last_call (f, CF_PLUGIN_SHELL), 0, NULL);
  settle ();
  g_assert_nonnull (asked->fault);
  g_assert_cmpuint (cf_shells_count (f->shells), ==, 0);
}

static void
test_plugin_not_asked (Fixture *f, gconstpointer data)
{
  g_test_summary (
    "Where the plug-in cannot be asked, its fault is the answer, and nothing is left");

  refuse_begin (f, PLUGIN_FAILED);
  settle ();
  g_assert_cmphex (wsm_fault_get_code (ask_create (f, "", "")->fault), ==, PLUGIN_FAILED);
  g_assert_cmpuint (cf_shells_count (f->shells), ==, 0);

  refuse_begin (f, 0);
  open_shell (f);
  refuse_begin (f, PLUGIN_FAILED);
  g_assert_cmphex (wsm_fault_get_code (ask_command (f, "", "<rsp:Command>x</rsp:Command>")->fault),
                   ==, PLUGIN_FAILED);
  refuse_begin (f, 0);
  open_command (f);
  refuse_begin (f, PLUGIN_FAILED);
  g_assert_cmphex (wsm_fault_get_code (ask_receive (f, NULL)->fault), ==, PLUGIN_FAILED);
  g_assert_cmphex (wsm_fault_get_code (ask_send (f, "stdin", "eA==", FALSE)->fault), ==,
                   PLUGIN_FAILED);
  g_assert_cmphex (wsm_fault_get_code (ask_signal (f, "ctrl_c")->fault), ==, PLUGIN_FAILED);
}

static void
test_quota_shells (Fixture *f, gconstpointer data)
{
  guint n_calls;

  g_test_summary ("Shells over the quotas of a user, and of all, are refused without asking the "
                  "plug-in");

  open_shell (f);
  open_shell (f);
  n_calls = count_calls (f);
  assert_fault (ask_create (f, "", ""), WSM_FAULT_QUOTA_LIMIT, QUOTA_MAX_SHELLS);
  g_assert_cmpuint (count_calls (f), ==, n_calls);

  ask_as (f, f->kim, WSM_ACTION_CREATE, NULL, "<rsp:Shell/>");
  report (last_call (f, CF_PLUGIN_SHELL));
  n_calls = count_calls (f);
  assert_fault (ask_as (f, f->kim, WSM_ACTION_CREATE, NULL, "<rsp:Shell/>"), WSM_FAULT_QUOTA_LIMIT,
                QUOTA_SYSTEM);
  g_assert_cmpuint (count_calls (f), ==, n_calls);
}

static void
test_create_given_up (Fixture *f, gconstpointer data)
{
  Asked *asked = ask_create (f, "", "");
  Call *call = last_call (f, CF_PLUGIN_SHELL);

  g_test_summary ("A shell of which nobody will hear is ended, even if it was about to begin");

  g_cancellable_cancel (asked->cancellable);
  g_assert_true (call->is_cancelled);
  report (call);
  g_assert_cmpuint (asked->n_answers, ==, 1);
  g_assert_null (asked->shell);
  complete (call, 1223, NULL);
  release (call);
  g_assert_cmpuint (cf_shells_count (f->shells), ==, 0);
}

static void
answer_at_once (Call *call)
{
  if (call->kind == CF_PLUGIN_SHELL || call->kind == CF_PLUGIN_COMMAND)
    report (call);
  else if (call->kind == CF_PLUGIN_RECEIVE)
    {
      put_out (call, "stdout", "x");
      put_out_done (call, 3);
      complete (call, 0, NULL);
    }
  else
    complete (call, 0, NULL);
}

static void
test_answers_at_once (Fixture *f, gconstpointer data)
{
  Asked *asked;
  WsmShellMessage *answer;

  g_test_summary ("A plug-in may answer before it is known by which id");

  set_begin_hook (f, answer_at_once);
  asked = ask_create (f, "", "");
  f->shell_id = g_strdup (assert_answer (asked, WSM_SHELL_CREATED)->shell_id);
  asked = ask_command (f, "", "<rsp:Command>x</rsp:Command>");
  f->command_id = g_strdup (assert_answer (asked, WSM_SHELL_COMMAND_RESPONSE)->command_id);
  assert_answer (ask_send (f, "stdin", "eA==", TRUE), WSM_SHELL_SEND_RESPONSE);
  answer = assert_answer (ask_receive (f, NULL), WSM_SHELL_RECEIVE_RESPONSE);
  g_assert_cmpuint (answer->exit_code, ==, 3);
  assert_answer (ask_signal (f, "terminate"), WSM_SHELL_SIGNAL_RESPONSE);
}

static Fixture *given_up;

static void
give_up_at_once (Call *call)
{
  const Asked *asked = given_up->asked->pdata[given_up->asked->len - 1];

  g_cancellable_cancel (asked->cancellable);
}

static void
test_given_up_at_once (Fixture *f, gconstpointer data)
{
  g_test_summary ("What is given up before it is known by which id is cancelled all the same");

  open_shell (f);
  given_up = f;
  set_begin_hook (f, give_up_at_once);
  ask_command (f, "", "<rsp:Command>x</rsp:Command>");
  g_assert_true (last_call (f, CF_PLUGIN_COMMAND)->is_cancelled);
  ask (f, WSM_ACTION_SHELL_CONNECT, "<rsp:Connect/>");
  g_assert_true (last_call (f, CF_PLUGIN_CONNECT)->is_cancelled);
}

static void
test_others_see_nothing (Fixture *f, gconstpointer data)
{
  static const char *const actions[][2] = {
    { WSM_ACTION_DELETE, "" },
    { WSM_ACTION_GET, "" },
    { WSM_ACTION_SHELL_COMMAND, "<rsp:CommandLine><rsp:Command>x</rsp:Command></rsp:CommandLine>" },
    { WSM_ACTION_SHELL_CONNECT, "<rsp:Connect/>" },
    { WSM_ACTION_SHELL_RECONNECT, "<rsp:Reconnect/>" },
  };
  guint n_calls;

  g_test_summary ("For anybody but its owner a shell is not there, in the very same words");

  open_shell (f);
  n_calls = count_calls (f);
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      Asked *other = ask_as (f, f->kim, actions[i][0], f->shell_id, actions[i][1]);
      Asked *unknown = ask_as (f, f->kim, actions[i][0], NOT_CHOSEN, actions[i][1]);

      assert_fault (other, WSM_FAULT_UNEXPECTED_SELECTORS, UNEXPECTED_SELECTORS);
      assert_fault (unknown, WSM_FAULT_UNEXPECTED_SELECTORS, UNEXPECTED_SELECTORS);
      g_assert_cmpstr (wsm_fault_get_reason (other->fault), ==,
                       wsm_fault_get_reason (unknown->fault));
    }
  g_assert_cmpuint (count_calls (f), ==, n_calls);
  g_assert_cmpuint (cf_shells_count (f->shells), ==, 1);
}

static void
test_namesakes_see_nothing (Fixture *f, gconstpointer data)
{
  static const WsmPrincipalFacts namesakes[] = {
    { .user = "mara", .realm = "A.TEST", .account = "mara", .mechanism = "Kerberos" },
    { .user = "mara", .realm = "B.TEST", .mechanism = "Kerberos" },
    { .user = "mara@A.TEST", .account = "mara@A.TEST", .mechanism = "Basic" },
    { .user = "mara", .account = "mara", .mechanism = "NTLM" },
  };

  g_test_summary ("Who has the same name in a realm, or another one, is somebody else; who has it "
                  "here by another mechanism is not");

  f->configuration.quotas.max_shells = G_N_ELEMENTS (namesakes);
  for (gsize i = 0; i < G_N_ELEMENTS (namesakes); i++)
    {
      g_autoptr (WsmPrincipal) owner = wsm_principal_new_full (&namesakes[i]);
      Asked *created = ask_as (f, owner, WSM_ACTION_CREATE, NULL, "<rsp:Shell/>");
      g_autofree char *id = NULL;

      report (last_call (f, CF_PLUGIN_SHELL));
      id = g_strdup (assert_answer (created, WSM_SHELL_CREATED)->shell_id);
      for (gsize j = 0; j < G_N_ELEMENTS (namesakes); j++)
        {
          g_autoptr (WsmPrincipal) caller = wsm_principal_new_full (&namesakes[j]);
          Asked *asked = ask_as (f, caller, WSM_ACTION_GET, id, "");

          g_test_message ("the shell of %zu, asked for by %zu", i, j);
          if (i == j)
            g_assert_null (asked->fault);
          else
            assert_fault (asked, WSM_FAULT_UNEXPECTED_SELECTORS, UNEXPECTED_SELECTORS);
        }
      /* the fixture's mara signed in by password: an account of this host */
      g_assert_true ((ask_as (f, f->mara, WSM_ACTION_GET, id, "")->fault == NULL) == (i == 3));
    }
}

static void
test_selector (Fixture *f, gconstpointer data)
{
  g_autofree char *lower = NULL;

  g_test_summary ("The selector is needed, and read in any case");

  assert_fault (ask_as (f, f->mara, WSM_ACTION_GET, NULL, ""), WSM_FAULT_INSUFFICIENT_SELECTORS,
                0x8033805A);
  open_shell (f);
  lower = g_ascii_strdown (f->shell_id, -1);
  assert_answer (ask_as (f, f->mara, WSM_ACTION_GET, lower, ""), WSM_SHELL_DESCRIBED);
}

static void
test_not_before_it_began (Fixture *f, gconstpointer data)
{
  g_test_summary ("A shell is not there before the plug-in has it");

  ask_create (f, " ShellId=\"" CHOSEN "\"", "");
  assert_fault (ask_as (f, f->mara, WSM_ACTION_GET, CHOSEN, ""), WSM_FAULT_UNEXPECTED_SELECTORS,
                UNEXPECTED_SELECTORS);
}

static void
test_other_actions (Fixture *f, gconstpointer data)
{
  g_test_summary ("Other actions are not known, and a body has to fit its action");

  open_shell (f);
  assert_fault (ask (f, "http://schemas.xmlsoap.org/ws/2004/09/transfer/Put", ""),
                WSM_FAULT_ACTION_NOT_SUPPORTED, 0x80338013);
  assert_fault (ask_as (f, f->mara, WSM_ACTION_CREATE, NULL, ""), WSM_FAULT_ACTION_MISMATCH,
                0x80338031);
  assert_fault (ask (f, WSM_ACTION_SHELL_COMMAND, ""), WSM_FAULT_ACTION_MISMATCH, 0x80338031);
}

static void
test_get (Fixture *f, gconstpointer data)
{
  WsmShellMessage *answer;

  g_test_summary ("Get describes the shell");

  open_shell (f);
  answer = assert_answer (ask (f, WSM_ACTION_GET, ""), WSM_SHELL_DESCRIBED);
  g_assert_cmpstr (answer->shell_id, ==, f->shell_id);
  g_assert_cmpstr (answer->owner, ==, "mara");
  g_assert_cmpstr (answer->state, ==, "Connected");
  g_assert_cmpint (answer->run_time_msec, >=, 0);
  g_assert_cmpint (answer->inactivity_msec, >=, 0);
}

/* Waits for something that has no event of its own. */
static void
wait_until_cancelled (Call *call)
{
  while (!call->is_cancelled)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_idle (Fixture *f, gconstpointer data)
{
  Asked *asked = ask_create (f, "", "<rsp:IdleTimeOut>PT0.050S</rsp:IdleTimeOut>");
  Call *call = last_call (f, CF_PLUGIN_SHELL);

  g_test_summary ("A shell that nobody uses for its idle time-out is ended");

  report (call);
  f->shell_id = g_strdup (assert_answer (asked, WSM_SHELL_CREATED)->shell_id);
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "*was not used*");
  wait_until_cancelled (call);
  g_test_assert_expected_messages ();
  assert_fault (ask (f, WSM_ACTION_GET, ""), WSM_FAULT_UNEXPECTED_SELECTORS, UNEXPECTED_SELECTORS);
  complete (call, 995, NULL);
  release (call);
  g_assert_cmpuint (cf_shells_count (f->shells), ==, 0);
}

static gboolean
set_flag_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
test_open_operation_is_use (Fixture *f, gconstpointer data)
{
  Asked *asked = ask_create (f, "", "<rsp:IdleTimeOut>PT0.050S</rsp:IdleTimeOut>");
  Call *call = last_call (f, CF_PLUGIN_SHELL);
  Asked *receiving;
  gboolean is_later = FALSE;

  g_test_summary ("A shell is not idle as long as an operation is open, and is counted as idle "
                  "from its end on");

  report (call);
  f->shell_id = g_strdup (assert_answer (asked, WSM_SHELL_CREATED)->shell_id);
  open_command (f);
  receiving = ask_receive (f, NULL);
  assert_answer (ask (f, WSM_ACTION_GET, ""), WSM_SHELL_DESCRIBED);
  g_timeout_add (200, set_flag_cb, &is_later);
  while (!is_later)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (call->is_cancelled);

  put_out (last_call (f, CF_PLUGIN_RECEIVE), "stdout", "x");
  assert_answer (receiving, WSM_SHELL_RECEIVE_RESPONSE);
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "*was not used*");
  wait_until_cancelled (call);
  g_test_assert_expected_messages ();
}

static void
test_delete (Fixture *f, gconstpointer data)
{
  Call *shell = open_shell (f);
  Call *command = open_command (f);
  Asked *receiving = ask_receive (f, NULL);
  Call *receive = last_call (f, CF_PLUGIN_RECEIVE);
  Asked *asked = ask (f, WSM_ACTION_DELETE, "");

  g_test_summary ("Delete has the plug-in end all that is in the shell, and is answered when the "
                  "shell is released; an open Receive gets 995");

  g_assert_true (shell->is_cancelled);
  assert_fault (receiving, WSM_FAULT_INTERNAL_ERROR, 995);
  assert_fault (ask (f, WSM_ACTION_GET, ""), WSM_FAULT_UNEXPECTED_SELECTORS, UNEXPECTED_SELECTORS);
  complete (receive, 0, NULL);
  complete (command, 1223, NULL);
  complete (shell, 995, NULL);
  release (command);
  assert_waits (asked);
  g_assert_cmpuint (cf_shells_count (f->shells), ==, 1);
  release (shell);
  assert_empty (asked);
  g_assert_cmpuint (cf_shells_count (f->shells), ==, 0);
}

static void
test_delete_given_up (Fixture *f, gconstpointer data)
{
  Call *shell = open_shell (f);
  Asked *asked = ask (f, WSM_ACTION_DELETE, "");

  g_test_summary ("A shell goes even if its client does not wait for that");

  g_cancellable_cancel (asked->cancellable);
  complete (shell, 995, NULL);
  release (shell);
  assert_empty (asked);
}

static void
test_plugin_dies (Fixture *f, gconstpointer data)
{
  Call *shell = open_shell (f);
  Call *command = open_command (f);
  Asked *receiving = ask_receive (f, NULL);
  Call *receive = last_call (f, CF_PLUGIN_RECEIVE);
  Asked *sending = ask_send (f, "stdin", "eA==", FALSE);
  Call *send = last_call (f, CF_PLUGIN_SEND);
  Asked *creating = ask_command (f, "", "<rsp:Command>y</rsp:Command>");
  Call *second = last_call (f, CF_PLUGIN_COMMAND);

  g_test_summary ("When the plug-in's process dies, everybody who waits hears of it, and the shell "
                  "is gone");

  complete (send, PLUGIN_FAILED, NULL);
  complete (receive, PLUGIN_FAILED, NULL);
  complete (second, PLUGIN_FAILED, NULL);
  complete (command, PLUGIN_FAILED, NULL);
  complete (shell, PLUGIN_FAILED, NULL);
  release (command);
  release (shell);
  settle ();
  g_assert_cmphex (wsm_fault_get_code (receiving->fault), ==, PLUGIN_FAILED);
  g_assert_cmphex (wsm_fault_get_code (sending->fault), ==, PLUGIN_FAILED);
  g_assert_cmphex (wsm_fault_get_code (creating->fault), ==, PLUGIN_FAILED);
  g_assert_cmpuint (cf_shells_count (f->shells), ==, 0);
  assert_fault (ask (f, WSM_ACTION_GET, ""), WSM_FAULT_UNEXPECTED_SELECTORS, UNEXPECTED_SELECTORS);
}

static void
test_plugin_ends_shell (Fixture *f, gconstpointer data)
{
  Call *shell = open_shell (f);
  Call *command = open_command (f);
  Asked *receiving = ask_receive (f, NULL);
  Call *receive = last_call (f, CF_PLUGIN_RECEIVE);

  g_test_summary ("A shell that its plug-in ends is gone; cancelled calls that end with NO_ERROR "
                  "were aborted all the same");

  complete (shell, 0, NULL);
  complete (receive, 0, NULL);
  complete (command, 0, NULL);
  assert_fault (receiving, WSM_FAULT_INTERNAL_ERROR, 995);
  assert_fault (ask (f, WSM_ACTION_GET, ""), WSM_FAULT_UNEXPECTED_SELECTORS, UNEXPECTED_SELECTORS);
  release (command);
  release (shell);
  g_assert_cmpuint (cf_shells_count (f->shells), ==, 0);
}

static void
test_dropped (Fixture *f, gconstpointer data)
{
  Call *shell = open_shell (f);
  Asked *receiving;

  g_test_summary ("Shells outlive their list until the plug-in has ended them");

  open_command (f);
  receiving = ask_receive (f, NULL);
  fixture_drop_shells (f);
  g_assert_true (shell->is_cancelled);
  assert_fault (receiving, WSM_FAULT_INTERNAL_ERROR, 995);
}

static void
test_disconnect (Fixture *f, gconstpointer data)
{
  Asked *receiving;
  Call *receive;
  WsmShellMessage *answer;
  g_autofree char *text = NULL;
  gboolean ended;

  g_test_summary ("Disconnect sends the client away, whose output waits for it until Reconnect");

  open_shell (f);
  open_command (f);
  receiving = ask_receive (f, NULL);
  receive = last_call (f, CF_PLUGIN_RECEIVE);
  answer = assert_answer (
    ask (f, WSM_ACTION_SHELL_DISCONNECT,
         "<rsp:Disconnect><rsp:IdleTimeOut>PT9S</rsp:IdleTimeOut></rsp:Disconnect>"),
    WSM_SHELL_DISCONNECT_RESPONSE);
  settle ();
  g_assert_cmphex (wsm_fault_get_code (receiving->fault), ==, STREAM_DISCONNECTED);
  put_out (receive, "stdout", "kept");
  g_assert_cmpuint (receive->n_acknowledged, ==, 0);

  settle ();
  g_assert_cmphex (wsm_fault_get_code (ask_receive (f, NULL)->fault), ==, SHELL_DISCONNECTED);
  answer = assert_answer (ask (f, WSM_ACTION_GET, ""), WSM_SHELL_DESCRIBED);
  g_assert_cmpstr (answer->state, ==, "Disconnected");
  g_assert_cmpint (answer->idle_timeout_msec, ==, 9000);

  assert_answer (ask (f, WSM_ACTION_SHELL_RECONNECT, "<rsp:Reconnect/>"),
                 WSM_SHELL_RECONNECT_RESPONSE);
  answer = assert_answer (ask_receive (f, NULL), WSM_SHELL_RECEIVE_RESPONSE);
  text = dup_stream (answer, "stdout", &ended);
  g_assert_cmpstr (text, ==, "kept");
  g_assert_cmpuint (receive->n_acknowledged, ==, 4);
}

static void
test_disconnect_drops (Fixture *f, gconstpointer data)
{
  Call *receive;
  WsmShellMessage *answer;
  g_autofree char *text = NULL;
  gboolean ended;

  g_test_summary ("With Drop what comes meanwhile is thrown away at once, but not how it ended");

  open_shell (f);
  open_command (f);
  ask_receive (f, NULL);
  receive = last_call (f, CF_PLUGIN_RECEIVE);
  ask (f, WSM_ACTION_SHELL_DISCONNECT,
       "<rsp:Disconnect><rsp:BufferMode>Drop</rsp:BufferMode></rsp:Disconnect>");
  put_out (receive, "stdout", "lost");
  g_assert_cmpuint (receive->n_acknowledged, ==, 4);
  put_out_done (receive, 6);
  ask (f, WSM_ACTION_SHELL_RECONNECT, "<rsp:Reconnect/>");
  answer = assert_answer (ask_receive (f, NULL), WSM_SHELL_RECEIVE_RESPONSE);
  text = dup_stream (answer, "stdout", &ended);
  g_assert_cmpstr (text, ==, "");
  g_assert_true (ended);
  g_assert_cmpuint (answer->exit_code, ==, 6);
}

static void
test_disconnect_as_configured (Fixture *f, gconstpointer data)
{
  Call *receive;

  g_test_summary ("A client that does not say gets what the plug-in's document says");

  f->configuration.buffering = WSM_PLUGIN_DROP;
  open_shell (f);
  open_command (f);
  ask_receive (f, NULL);
  receive = last_call (f, CF_PLUGIN_RECEIVE);
  ask (f, WSM_ACTION_SHELL_DISCONNECT, "<rsp:Disconnect/>");
  put_out (receive, "stdout", "lost");
  g_assert_cmpuint (receive->n_acknowledged, ==, 4);
}

static void
test_connect (Fixture *f, gconstpointer data)
{
  Asked *asked;
  Asked *receiving;
  Call *call;

  g_test_summary ("Connect takes over the shell, and its answer has what the plug-in gave");

  open_shell (f);
  open_command (f);
  receiving = ask_receive (f, NULL);
  asked = ask (f, WSM_ACTION_SHELL_CONNECT,
               "<rsp:Connect><x:in xmlns:x=\"urn:x\">1</x:in></rsp:Connect>");
  call = last_call (f, CF_PLUGIN_CONNECT);
  g_assert_nonnull (strstr (call->text, "1</x:in>"));
  assert_waits (asked);
  complete (call, 0, "<y:out xmlns:y=\"urn:y\">2</y:out>");
  g_assert_cmpstr (assert_answer (asked, WSM_SHELL_CONNECT_RESPONSE)->open_content, ==,
                   "<y:out xmlns:y=\"urn:y\">2</y:out>");
  settle ();
  g_assert_cmphex (wsm_fault_get_code (receiving->fault), ==, STREAM_DISCONNECTED);
}

static void
test_connect_unsupported (Fixture *f, gconstpointer data)
{
  Asked *asked;

  g_test_summary ("A plug-in without Connect keeps its shell as it is");

  open_shell (f);
  ask (f, WSM_ACTION_SHELL_DISCONNECT, "<rsp:Disconnect/>");
  asked = ask (f, WSM_ACTION_SHELL_CONNECT, "<rsp:Connect/>");
  complete (last_call (f, CF_PLUGIN_CONNECT), UNSUPPORTED_FEATURE, NULL);
  assert_fault (asked, WSM_FAULT_UNSUPPORTED_FEATURE, UNSUPPORTED_FEATURE);
  g_assert_cmpstr (assert_answer (ask (f, WSM_ACTION_GET, ""), WSM_SHELL_DESCRIBED)->state, ==,
                   "Disconnected");
}

static void
test_connect_given_up (Fixture *f, gconstpointer data)
{
  Asked *asked;

  g_test_summary ("A Connect for which nobody waits is cancelled");

  open_shell (f);
  asked = ask (f, WSM_ACTION_SHELL_CONNECT, "<rsp:Connect/>");
  g_cancellable_cancel (asked->cancellable);
  g_assert_true (last_call (f, CF_PLUGIN_CONNECT)->is_cancelled);
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/agent/shells/create", test_create);
  ADD ("/agent/shells/create/streams", test_streams);
  ADD ("/agent/shells/create/chosen-id", test_chosen_id);
  ADD ("/agent/shells/create/chosen-id-that-is-no-guid", test_chosen_no_guid);
  ADD ("/agent/shells/create/idle-timeout-is-limited", test_idle_timeout_limited);
  ADD ("/agent/shells/create/ends-before-it-begins", test_refused_without_code);
  ADD ("/agent/shells/create/given-up", test_create_given_up);
  ADD ("/agent/shells/plug-in-is-not-asked", test_plugin_not_asked);
  ADD ("/agent/shells/plug-in-answers-at-once", test_answers_at_once);
  ADD ("/agent/shells/given-up-at-once", test_given_up_at_once);
  ADD ("/agent/shells/others-see-nothing", test_others_see_nothing);
  ADD ("/agent/shells/namesakes-see-nothing", test_namesakes_see_nothing);
  ADD ("/agent/shells/selector", test_selector);
  ADD ("/agent/shells/not-before-it-began", test_not_before_it_began);
  ADD ("/agent/shells/other-actions", test_other_actions);
  ADD ("/agent/shells/get", test_get);
  ADD ("/agent/shells/idle", test_idle);
  ADD ("/agent/shells/open-operation-is-use", test_open_operation_is_use);
  ADD ("/agent/shells/delete/given-up", test_delete_given_up);
  ADD ("/agent/shells/plug-in-dies", test_plugin_dies);
  ADD ("/agent/shells/plug-in-ends-shell", test_plugin_ends_shell);
  ADD ("/agent/shells/dropped", test_dropped);
  ADD ("/agent/shells/disconnect", test_disconnect);
  ADD ("/agent/shells/disconnect/drops", test_disconnect_drops);
  ADD ("/agent/shells/disconnect/as-configured", test_disconnect_as_configured);
  ADD ("/agent/shells/connect/unsupported", test_connect_unsupported);
  ADD ("/agent/shells/connect/given-up", test_connect_given_up);
  ADD ("/conformance/26/shell-refused", test_refused);
  ADD ("/conformance/29/delete-shell", test_delete);
  ADD ("/conformance/45/shells", test_quota_shells);
  ADD ("/conformance/50/connect", test_connect);

  return g_test_run ();
}
