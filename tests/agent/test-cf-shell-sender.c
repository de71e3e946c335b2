/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-cf-shell-fixture.h"

#include <string.h>

#define UNKNOWN "00000000-0000-0000-0000-000000000000"

#define UNEXPECTED_SELECTORS 0x8033805Bu
#define COMMAND_TERMINATED   0x803381CCu

static void
test_send (Fixture *f, gconstpointer data)
{
  Asked *first;
  Asked *second;
  Call *call;

  g_test_summary (
    "Pieces of input go to the plug-in one at a time, in order; only the last one of a "
    "stream says so, even if it is empty");

  open_command (f);
  first = ask_send (f, "stdin", "YQBi", FALSE);
  second = ask_send (f, "stdin", "", TRUE);
  call = last_call (f, CF_PLUGIN_SEND);
  g_assert_cmpstr (call->text, ==, "stdin");
  g_assert_cmpmem (g_bytes_get_data (call->data, NULL), g_bytes_get_size (call->data), "a\0b", 3);
  g_assert_false (call->end);
  assert_waits (first);
  complete (call, 0, NULL);
  assert_answer (first, WSM_SHELL_SEND_RESPONSE);
  assert_waits (second);
  call = last_call (f, CF_PLUGIN_SEND);
  g_assert_cmpuint (g_bytes_get_size (call->data), ==, 0);
  g_assert_true (call->end);
  complete (call, 0, NULL);
  assert_answer (second, WSM_SHELL_SEND_RESPONSE);
  g_assert_cmpuint (count_kind (f, CF_PLUGIN_SEND), ==, 2);
}

static Asked *
ask_send_two (Fixture *f, const char *other_id)
{
  g_autofree char *body = g_strdup_printf (
    "<rsp:Send><rsp:Stream Name=\"stdin\" CommandId=\"%s\">YQ==</rsp:Stream>"
    "<rsp:Stream Name=\"stdin\" CommandId=\"%s\" End=\"true\">Yg==</rsp:Stream></rsp:Send>",
    f->command_id, other_id);

  return ask (f, WSM_ACTION_SHELL_SEND, body);
}

static void
test_send_several (Fixture *f, gconstpointer data)
{
  Asked *asked;

  g_test_summary ("A Send of several pieces is answered when the plug-in has taken all of them");

  open_command (f);
  asked = ask_send_two (f, f->command_id);
  complete (last_call (f, CF_PLUGIN_SEND), 0, NULL);
  assert_waits (asked);
  complete (last_call (f, CF_PLUGIN_SEND), 0, NULL);
  assert_answer (asked, WSM_SHELL_SEND_RESPONSE);
  g_assert_cmpuint (count_kind (f, CF_PLUGIN_SEND), ==, 2);

  assert_fault (ask_send_two (f, UNKNOWN), WSM_FAULT_SCHEMA_VALIDATION_ERROR, 0x80338041);
}

static void
test_send_fails (Fixture *f, gconstpointer data)
{
  Asked *first;
  Asked *second;

  g_test_summary ("A piece that the plug-in does not take fails its Send and no other");

  open_command (f);
  first = ask_send_two (f, f->command_id);
  second = ask_send (f, "stdin", "Yw==", FALSE);
  complete (last_call (f, CF_PLUGIN_SEND), 5, NULL);
  assert_fault (first, WSM_FAULT_ACCESS_DENIED, 5);
  g_assert_cmpmem (g_bytes_get_data (last_call (f, CF_PLUGIN_SEND)->data, NULL), 1, "c", 1);
  complete (last_call (f, CF_PLUGIN_SEND), 0, NULL);
  assert_answer (second, WSM_SHELL_SEND_RESPONSE);
}

static void
test_send_given_up (Fixture *f, gconstpointer data)
{
  Asked *first;
  Asked *second;
  Call *call;

  g_test_summary ("A Send for which nobody waits is cancelled in the plug-in, or never gets there");

  open_command (f);
  first = ask_send (f, "stdin", "YQ==", FALSE);
  second = ask_send (f, "stdin", "Yg==", FALSE);
  call = last_call (f, CF_PLUGIN_SEND);
  g_cancellable_cancel (second->cancellable);
  g_assert_cmpuint (second->n_answers, ==, 1);
  g_assert_false (call->is_cancelled);
  g_cancellable_cancel (first->cancellable);
  g_assert_true (call->is_cancelled);
  complete (call, 995, NULL);
  g_assert_cmpuint (first->n_answers, ==, 1);
  g_assert_cmpuint (count_kind (f, CF_PLUGIN_SEND), ==, 1);
}

static void
test_send_too_much (Fixture *f, gconstpointer data)
{
  Asked *asked;

  g_test_summary ("Input that the plug-in does not take is not kept without end");

  open_command (f);
  for (guint i = 0; i < 64; i++)
    assert_waits (ask_send (f, "stdin", "YQ==", FALSE));
  asked = ask_send (f, "stdin", "YQ==", FALSE);
  assert_fault (asked, WSM_FAULT_CONCURRENCY, 0x80338032);
}

static void
test_signal (Fixture *f, gconstpointer data)
{
  Asked *asked;
  Call *command = open_command (f);
  Call *call;

  g_test_summary ("A signal is passed on, and its answer is the plug-in's");

  asked = ask_signal (f, "ctrl_c");
  call = last_call (f, CF_PLUGIN_SIGNAL);
  g_assert_cmpstr (call->text, ==, WSM_SIGNAL_CTRL_C);
  assert_waits (asked);
  complete (call, 0, NULL);
  assert_answer (asked, WSM_SHELL_SIGNAL_RESPONSE);
  g_assert_false (command->is_cancelled);

  asked = ask_signal (f, "ctrl_break");
  complete (last_call (f, CF_PLUGIN_SIGNAL), 87, NULL);
  assert_fault (asked, WSM_FAULT_INVALID_PARAMETER, 87);
}

static void
test_terminate (Fixture *f, gconstpointer data)
{
  Asked *asked;
  Asked *receiving;
  Call *command = open_command (f);
  Call *receive;

  g_test_summary ("Terminate ends a command even if the plug-in only answers the signal");

  receiving = ask_receive (f, NULL);
  receive = last_call (f, CF_PLUGIN_RECEIVE);
  asked = ask_signal (f, "Terminate");
  complete (last_call (f, CF_PLUGIN_SIGNAL), 0, NULL);
  assert_answer (asked, WSM_SHELL_SIGNAL_RESPONSE);
  g_assert_true (command->is_cancelled);
  complete (receive, 0, NULL);
  complete (command, 1223, NULL);
  release (command);
  settle ();
  g_assert_cmphex (wsm_fault_get_code (receiving->fault), ==, COMMAND_TERMINATED);
  assert_fault (ask_receive (f, NULL), WSM_FAULT_UNEXPECTED_SELECTORS, UNEXPECTED_SELECTORS);
}

static void
test_terminate_cancels (Fixture *f, gconstpointer data)
{
  Asked *receiving;
  Call *command = open_command (f);
  Call *receive;
  Call *terminate;

  g_test_summary ("A Receive that is cancelled since the command is terminated says that, whenever "
                  "it ends; one that ends since it is not to be terminated does not");

  ask_signal (f, "terminate");
  complete (last_call (f, CF_PLUGIN_SIGNAL), 87, NULL);
  receiving = ask_receive (f, NULL);
  complete (last_call (f, CF_PLUGIN_RECEIVE), 995, NULL);
  settle ();
  g_assert_cmphex (wsm_fault_get_code (receiving->fault), ==, 995);

  receiving = ask_receive (f, NULL);
  receive = last_call (f, CF_PLUGIN_RECEIVE);
  ask_signal (f, "terminate");
  terminate = last_call (f, CF_PLUGIN_SIGNAL);
  ask_signal (f, "ctrl_c");
  complete (last_call (f, CF_PLUGIN_SIGNAL), 0, NULL);
  put_out (receive, "stdout", "bye");
  complete (receive, 1223, NULL);
  assert_output (receiving, "bye|");
  receiving = ask_receive (f, NULL);
  settle ();
  g_assert_cmphex (wsm_fault_get_code (receiving->fault), ==, COMMAND_TERMINATED);

  receiving = ask_receive (f, NULL);
  receive = last_call (f, CF_PLUGIN_RECEIVE);
  complete (terminate, 0, NULL);
  g_assert_true (command->is_cancelled);
  complete (receive, 995, NULL);
  settle ();
  g_assert_cmphex (wsm_fault_get_code (receiving->fault), ==, COMMAND_TERMINATED);
  complete (command, 1223, NULL);
  release (command);
}

static void
test_terminate_not_asked (Fixture *f, gconstpointer data)
{
  Asked *asked;
  Call *receive = open_receive (f, &asked);

  g_test_summary ("A command whose plug-in was not asked to terminate it is not taken for one");

  refuse_begin (f, 8);
  ask_signal (f, "terminate");
  refuse_begin (f, 0);
  complete (receive, 31, NULL);
  settle ();
  g_assert_cmphex (wsm_fault_get_code (asked->fault), ==, 31);
}

static void
test_terminate_with_output (Fixture *f, gconstpointer data)
{
  Asked *receiving;
  Call *command = open_command (f);
  Call *receive;

  g_test_summary ("Who waits for output gets what a command says when it is terminated");

  receiving = ask_receive (f, NULL);
  receive = last_call (f, CF_PLUGIN_RECEIVE);
  ask_signal (f, "terminate");
  put_out (receive, "stdout", "bye");
  put_out_done (receive, 1);
  complete (receive, 0, NULL);
  complete (command, 0, NULL);
  complete (last_call (f, CF_PLUGIN_SIGNAL), 0, NULL);
  release (command);
  assert_output (receiving, "bye!|!");
  assert_done (receiving, 1);
}

static void
test_terminate_ended (Fixture *f, gconstpointer data)
{
  Asked *asked;
  Call *receive = open_receive (f, &asked);
  Call *command = get_call (f, 1);

  g_test_summary ("To terminate a command that has ended succeeds, as clients always do it");

  put_out_done (receive, 0);
  complete (receive, 0, NULL);
  complete (command, 0, NULL);
  release (command);
  assert_done (asked, 0);
  assert_answer (ask_signal (f, "terminate"), WSM_SHELL_SIGNAL_RESPONSE);
  assert_answer (ask_signal (f, "terminate"), WSM_SHELL_SIGNAL_RESPONSE);
  g_assert_cmpuint (count_kind (f, CF_PLUGIN_SIGNAL), ==, 0);
}

static void
test_terminate_given_up (Fixture *f, gconstpointer data)
{
  Asked *asked;
  Call *command = open_command (f);
  Call *call;

  g_test_summary ("A command ends although the client that terminates it does not wait");

  asked = ask_signal (f, "terminate");
  call = last_call (f, CF_PLUGIN_SIGNAL);
  g_cancellable_cancel (asked->cancellable);
  g_assert_true (call->is_cancelled);
  complete (call, 995, NULL);
  g_assert_true (command->is_cancelled);
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/agent/shell-send/several", test_send_several);
  ADD ("/agent/shell-send/fails", test_send_fails);
  ADD ("/agent/shell-send/given-up", test_send_given_up);
  ADD ("/agent/shell-send/too-much", test_send_too_much);
  ADD ("/agent/shell-signal/passed-on", test_signal);
  ADD ("/agent/shell-signal/terminate", test_terminate);
  ADD ("/agent/shell-signal/terminate-cancels", test_terminate_cancels);
  ADD ("/agent/shell-signal/terminate-not-asked", test_terminate_not_asked);
  ADD ("/agent/shell-signal/terminate-with-output", test_terminate_with_output);
  ADD ("/agent/shell-signal/terminate-ended", test_terminate_ended);
  ADD ("/agent/shell-signal/terminate-given-up", test_terminate_given_up);
  ADD ("/conformance/37/send", test_send);

  return g_test_run ();
}
