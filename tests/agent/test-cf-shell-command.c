/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-cf-shell-fixture.h"

#include <string.h>

#define CHOSEN  "91c5a0b7-4D0F-4e26-8d6a-2b7cde5af109"
#define UNKNOWN "00000000-0000-0000-0000-000000000000"

#define UNEXPECTED_SELECTORS    0x8033805Bu
#define QUOTA_LIMIT             0x8033803Fu
#define TIMED_OUT               0x80338029u
#define INVALID_INPUT_STREAM    0x8033818Bu
#define INVALID_DESIRED_STREAMS 0x8033818Du
#define COMMAND_TERMINATED      0x803381CCu
#define PROVIDER_FAILURE        0x80338003u

static void
test_command (Fixture *f, gconstpointer data)
{
  Asked *asked;
  Call *call;
  g_autofree char *upper = NULL;
  const char *id;

  g_test_summary ("Command is answered when the plug-in reports its context; line, arguments and "
                  "options are passed on");

  open_shell (f);
  asked = ask_command (f, "",
                       "<rsp:Command>shutdown</rsp:Command><rsp:Arguments>/r</rsp:Arguments>"
                       "<rsp:Arguments>/t 60</rsp:Arguments>");
  call = last_call (f, CF_PLUGIN_COMMAND);
  g_assert_cmpstr (call->text, ==, "shutdown");
  g_assert_cmpstrv (call->names, ((const char *[]){ "/r", "/t 60", NULL }));
  g_assert_cmpuint (call->n_options, ==, 1);
  assert_waits (asked);
  report (call);
  id = assert_answer (asked, WSM_SHELL_COMMAND_RESPONSE)->command_id;
  upper = g_ascii_strup (id, -1);
  g_assert_true (g_uuid_string_is_valid (id));
  g_assert_cmpstr (id, ==, upper);
}

static void
test_chosen_id (Fixture *f, gconstpointer data)
{
  Asked *asked;

  g_test_summary (
    "The client may choose the id of a command, once; it is compared without case and "
    "comes back as it was written");

  open_shell (f);
  asked = ask_command (f, " CommandId=\"" CHOSEN "\"", "<rsp:Command>x</rsp:Command>");
  report (last_call (f, CF_PLUGIN_COMMAND));
  g_assert_cmpstr (assert_answer (asked, WSM_SHELL_COMMAND_RESPONSE)->command_id, ==, CHOSEN);

  f->command_id = g_ascii_strup (CHOSEN, -1);
  asked = ask_receive (f, NULL);
  put_out (last_call (f, CF_PLUGIN_RECEIVE), "stdout", "x");
  g_assert_cmpstr (assert_answer (asked, WSM_SHELL_RECEIVE_RESPONSE)->command_id, ==,
                   f->command_id);

  asked = ask_command (f, " CommandId=\"" CHOSEN "\"", "<rsp:Command>y</rsp:Command>");
  report (last_call (f, CF_PLUGIN_COMMAND));
  g_assert_cmpint (
    g_ascii_strcasecmp (assert_answer (asked, WSM_SHELL_COMMAND_RESPONSE)->command_id, CHOSEN), !=,
    0);
}

static void
test_command_refused (Fixture *f, gconstpointer data)
{
  Asked *asked;

  g_test_summary ("A command that the plug-in refuses is a fault, and not there");

  open_shell (f);
  asked = ask_command (f, " CommandId=\"" CHOSEN "\"", "<rsp:Command>x</rsp:Command>");
  complete (last_call (f, CF_PLUGIN_COMMAND), 5, NULL);
  assert_fault (asked, WSM_FAULT_ACCESS_DENIED, 5);
  f->command_id = g_strdup (CHOSEN);
  assert_fault (ask_signal (f, "terminate"), WSM_FAULT_UNEXPECTED_SELECTORS, UNEXPECTED_SELECTORS);
}

static void
test_not_before_it_began (Fixture *f, gconstpointer data)
{
  g_test_summary ("A command is not there before the plug-in has it");

  open_shell (f);
  ask_command (f, " CommandId=\"" CHOSEN "\"", "<rsp:Command>x</rsp:Command>");
  f->command_id = g_strdup (CHOSEN);
  assert_fault (ask_signal (f, "terminate"), WSM_FAULT_UNEXPECTED_SELECTORS, UNEXPECTED_SELECTORS);
  assert_fault (ask_receive (f, NULL), WSM_FAULT_UNEXPECTED_SELECTORS, UNEXPECTED_SELECTORS);
}

static void
test_command_given_up (Fixture *f, gconstpointer data)
{
  Asked *asked;
  Call *call;

  g_test_summary ("A command of which nobody will hear is ended");

  open_shell (f);
  asked = ask_command (f, "", "<rsp:Command>x</rsp:Command>");
  call = last_call (f, CF_PLUGIN_COMMAND);
  g_cancellable_cancel (asked->cancellable);
  g_assert_true (call->is_cancelled);
  report (call);
  g_assert_null (asked->shell);
}

static void
test_quota_commands (Fixture *f, gconstpointer data)
{
  Call *calls[3];
  guint n_calls;

  g_test_summary (
    "Commands over the quota are refused without asking the plug-in; one that is over "
    "counts until its output is fetched");

  for (guint i = 0; i < 3; i++)
    calls[i] = open_command (f);
  n_calls = count_calls (f);
  assert_fault (ask_command (f, "", "<rsp:Command>x</rsp:Command>"), WSM_FAULT_QUOTA_LIMIT,
                QUOTA_LIMIT);
  g_assert_cmpuint (count_calls (f), ==, n_calls);

  g_cancellable_cancel (ask_receive (f, NULL)->cancellable);
  put_out (last_call (f, CF_PLUGIN_RECEIVE), "stdout", "x");
  put_out_done (last_call (f, CF_PLUGIN_RECEIVE), 0);
  complete (last_call (f, CF_PLUGIN_RECEIVE), 0, NULL);
  complete (calls[2], 0, NULL);
  release (calls[2]);
  assert_fault (ask_command (f, "", "<rsp:Command>x</rsp:Command>"), WSM_FAULT_QUOTA_LIMIT,
                QUOTA_LIMIT);
  assert_done (ask_receive (f, NULL), 0);
  open_command (f);
}

static void
test_many_commands (Fixture *f, gconstpointer data)
{
  g_autofree char *first = NULL;

  g_test_summary ("Commands that are over are forgotten when many others came after them");

  for (guint i = 0; i < 100; i++)
    {
      Call *call = open_command (f);

      if (i == 0)
        first = g_strdup (f->command_id);
      complete (call, 0, NULL);
      release (call);
    }
  assert_answer (ask_signal (f, "terminate"), WSM_SHELL_SIGNAL_RESPONSE);
  g_free (f->command_id);
  f->command_id = g_steal_pointer (&first);
  assert_fault (ask_signal (f, "terminate"), WSM_FAULT_UNEXPECTED_SELECTORS, UNEXPECTED_SELECTORS);
}

static void
test_unknown_command (Fixture *f, gconstpointer data)
{
  g_test_summary ("Operations on a command that there is not are refused like those on a shell");

  open_shell (f);
  f->command_id = g_strdup (UNKNOWN);
  assert_fault (ask_receive (f, NULL), WSM_FAULT_UNEXPECTED_SELECTORS, UNEXPECTED_SELECTORS);
  assert_fault (ask_send (f, "stdin", "eA==", FALSE), WSM_FAULT_UNEXPECTED_SELECTORS,
                UNEXPECTED_SELECTORS);
  assert_fault (ask_signal (f, "terminate"), WSM_FAULT_UNEXPECTED_SELECTORS, UNEXPECTED_SELECTORS);
}

static void
test_one_answer (Fixture *f, gconstpointer data)
{
  Asked *asked;
  Call *receive = open_receive (f, &asked);
  WsmShellMessage *answer;

  g_test_summary ("The output of a command that has ended, and its exit code, are one answer");

  g_assert_cmpstrv (receive->names, ((const char *[]){ "stdout", "stderr", NULL }));
  put_out (receive, "stdout", "a");
  put_out (receive, "stdout", "b");
  put_out_done (receive, 0xFFFFFFFF);
  complete (receive, 0, NULL);
  assert_output (asked, "ab!|!");
  assert_done (asked, 0xFFFFFFFF);
  answer = asked->shell;
  g_assert_cmpuint (answer->streams->len, ==, 3);
}

static void
test_exit_code (Fixture *f, gconstpointer data)
{
  Asked *asked;
  Call *receive = open_receive (f, &asked);
  g_autoptr (GBytes) octets = g_bytes_new_static ("a", 1);

  g_test_summary ("The exit code counts with Done only, and Done is told whenever it is asked for");

  receive->events.output (
    &(CfPluginOutput){
      .stream = "stdout", .data = octets, .state = WSM_COMMAND_STATE_RUNNING, .exit_code = 99 },
    receive->user_data);
  assert_output (asked, "a|");
  assert_running (asked);
  put_out_done (receive, 7);
  asked = ask_receive (f, NULL);
  assert_done (asked, 7);
  assert_output (asked, "!|!");
  complete (receive, 0, NULL);
  asked = ask_receive (f, NULL);
  assert_done (asked, 7);
  assert_output (asked, "|");
  g_assert_cmpuint (count_kind (f, CF_PLUGIN_RECEIVE), ==, 1);
}

static void
test_no_data (Fixture *f, gconstpointer data)
{
  Asked *first;
  Asked *second;
  Call *receive = open_receive (f, &first);

  g_test_summary (
    "A Receive whose time is over leaves the plug-in's Receive as it is; the next one "
    "gets the data");

  assert_waits (first);
  g_cancellable_cancel (first->cancellable);
  assert_fault (first, WSM_FAULT_TIMED_OUT, TIMED_OUT);
  g_assert_false (receive->is_cancelled);
  put_out (receive, "stdout", "late");
  second = ask_receive (f, NULL);
  assert_output (second, "late|");
  assert_waits (ask_receive (f, NULL));
  g_assert_cmpuint (count_kind (f, CF_PLUGIN_RECEIVE), ==, 1);
}

static void
test_gone_before_answer (Fixture *f, gconstpointer data)
{
  Asked *asked;
  Call *receive = open_receive (f, &asked);

  g_test_summary ("Output for a client that goes before it is answered waits for the next Receive");

  put_out (receive, "stdout", "a");
  g_cancellable_cancel (asked->cancellable);
  settle ();
  g_assert_null (asked->shell);
  g_assert_cmpuint (receive->n_acknowledged, ==, 0);
  assert_output (ask_receive (f, NULL), "a|");
}

static void
test_split (Fixture *f, gconstpointer data)
{
  g_autofree guint8 *octets = g_malloc (1000001);
  g_autoptr (GByteArray) got = g_byte_array_new ();
  Asked *asked;
  Call *receive = open_receive (f, &asked);
  guint n_answers = 0;

  g_test_summary ("More than fits into an answer comes in several, each octet once and in order");

  for (guint i = 0; i < 1000001; i++)
    octets[i] = i % 251 % 3 == 0 ? 0 : i % 251;
  put_out_octets (receive, "stdout", octets, 1000001);
  put_out_done (receive, 0);
  for (;; asked = ask_receive (f, NULL), n_answers++)
    {
      WsmShellMessage *answer = assert_answer (asked, WSM_SHELL_RECEIVE_RESPONSE);
      gsize total = 0;

      for (guint i = 0; i < answer->streams->len; i++)
        {
          const WsmShellStream *stream = answer->streams->pdata[i];
          gsize size = 0;
          const guint8 *piece = stream->data != NULL ? g_bytes_get_data (stream->data, &size)
                                                     : NULL;

          g_byte_array_append (got, piece, size);
          total += size;
        }
      g_assert_cmpuint (total, <, f->max_envelope_size);
      if (g_str_equal (answer->state, WSM_COMMAND_STATE_DONE))
        break;
    }
  g_assert_cmpuint (n_answers, >=, 8);
  g_assert_cmpmem (got->data, got->len, octets, 1000001);
}

/* How many octets come, in answers that each fit and get on. */
static void
fetch (Fixture *f, Asked *asked, gsize expected)
{
  gsize total = 0;

  for (;;)
    {
      WsmShellMessage *answer = assert_answer (asked, WSM_SHELL_RECEIVE_RESPONSE);
      gsize before = total;

      for (guint i = 0; i < answer->streams->len; i++)
        total += g_bytes_get_size (((WsmShellStream *) answer->streams->pdata[i])->data);
      g_assert_cmpuint (total, >, before);
      if (total >= expected)
        break;
      asked = ask_receive (f, NULL);
    }
  g_assert_cmpuint (total, ==, expected);
}

static void
test_small_envelopes (Fixture *f, gconstpointer data)
{
  static const char *const streams[] = { "1&&&&&&&&&&&&&&&&&&&&&&&", "2&&&&&&&&&&&&&&&&&&&&&&&" };
  g_auto (GStrv) parts = g_strsplit (streams[0], "&", -1);
  g_autofree char *name = g_strjoinv ("&amp;", parts);
  g_autofree char *content = g_strdup_printf ("<rsp:OutputStreams>%s 2%s</rsp:OutputStreams>", name,
                                              name + 1);
  g_autofree char *much = g_strnfill (9000, 'x');
  Asked *asked = ask_create (f, "", content);
  Call *receive;

  g_test_summary ("Answers fit into small envelopes, however many pieces there are and whatever "
                  "streams are called; output comes all the same");

  report (last_call (f, CF_PLUGIN_SHELL));
  f->shell_id = g_strdup (assert_answer (asked, WSM_SHELL_CREATED)->shell_id);
  open_command (f);
  f->max_envelope_size = WSM_MIN_ENVELOPE_SIZE;
  asked = ask_receive (f, NULL);
  receive = last_call (f, CF_PLUGIN_RECEIVE);
  for (guint i = 0; i < 7; i++)
    put_out (receive, streams[i % 2], "1");
  put_out (receive, streams[1], much);
  fetch (f, asked, 9007);

  for (guint i = 0; i < 1000; i++)
    put_out (receive, streams[i % 2], "abcdefghijklmnopqrstuvwxyz");
  fetch (f, ask_receive (f, NULL), 26000);
}

static void
test_desired_streams (Fixture *f, gconstpointer data)
{
  Asked *asked;
  Call *receive;

  g_test_summary ("A Receive for one stream leaves the others alone");

  open_command (f);
  asked = ask_receive (f, "stderr");
  receive = last_call (f, CF_PLUGIN_RECEIVE);
  g_assert_cmpstrv (receive->names, ((const char *[]){ "stdout", "stderr", NULL }));
  put_out (receive, "stdout", "out");
  assert_waits (asked);
  put_out (receive, "stderr", "err");
  assert_output (asked, "|err");
  assert_output (ask_receive (f, "stdout"), "out|");
  put_out_done (receive, 4);
  asked = ask_receive (f, "stderr");
  assert_output (asked, "|!");
  assert_done (asked, 4);
  asked = ask_receive (f, "stdout stderr");
  assert_output (asked, "!|");
  assert_done (asked, 4);
}

static void
test_unknown_stream (Fixture *f, gconstpointer data)
{
  guint n_calls;

  g_test_summary ("Streams that the shell does not have are refused, those the other way included");

  open_command (f);
  n_calls = count_calls (f);
  settle ();
  g_assert_cmphex (wsm_fault_get_code (ask_receive (f, "stdout pr")->fault), ==,
                   INVALID_DESIRED_STREAMS);
  g_assert_cmphex (wsm_fault_get_code (ask_receive (f, "stdin")->fault), ==,
                   INVALID_DESIRED_STREAMS);
  g_assert_cmphex (wsm_fault_get_code (ask_send (f, "stdout", "eA==", FALSE)->fault), ==,
                   INVALID_INPUT_STREAM);
  g_assert_cmpuint (count_calls (f), ==, n_calls);
}

static void
test_error_discards (Fixture *f, gconstpointer data)
{
  Asked *asked;
  Call *receive = open_receive (f, &asked);

  g_test_summary ("A Receive that the plug-in ends with an error takes along what was not fetched; "
                  "the next Receive of a client is a new one");

  put_out (receive, "stdout", "unsent");
  put_out_done (receive, 0);
  complete (receive, 5, NULL);
  assert_fault (asked, WSM_FAULT_ACCESS_DENIED, 5);
  asked = ask_receive (f, NULL);
  put_out (last_call (f, CF_PLUGIN_RECEIVE), "stdout", "new");
  assert_output (asked, "new|");
  g_assert_cmpuint (count_kind (f, CF_PLUGIN_RECEIVE), ==, 2);
}

static void
test_error_is_kept (Fixture *f, gconstpointer data)
{
  Asked *asked;
  Call *receive = open_receive (f, &asked);

  g_test_summary ("An error that nobody waited for is told to the next Receive");

  g_cancellable_cancel (asked->cancellable);
  complete (receive, 31, "No more paper.");
  asked = ask_receive (f, NULL);
  settle ();
  g_assert_cmphex (wsm_fault_get_code (asked->fault), ==, 31);
  g_assert_cmpuint (count_kind (f, CF_PLUGIN_RECEIVE), ==, 1);
}

static void
test_ends_early (Fixture *f, gconstpointer data)
{
  Asked *asked;
  Call *receive = open_receive (f, &asked);

  g_test_summary ("A plug-in that ends its output without Done is not taken for success; what it "
                  "had said is told first");

  put_out (receive, "stdout", "half");
  complete (receive, 0, NULL);
  assert_output (asked, "half|");
  assert_running (asked);
  asked = ask_receive (f, NULL);
  settle ();
  g_assert_cmphex (wsm_fault_get_code (asked->fault), ==, PROVIDER_FAILURE);
}

static void
test_command_fails (Fixture *f, gconstpointer data)
{
  Asked *asked;
  Call *command = open_command (f);
  Call *receive;

  g_test_summary (
    "Why a command failed is told to who waits for its output, and to who asks later");

  asked = ask_receive (f, NULL);
  receive = last_call (f, CF_PLUGIN_RECEIVE);
  complete (command, 87, NULL);
  complete (receive, 1223, NULL);
  release (command);
  settle ();
  g_assert_cmphex (wsm_fault_get_code (asked->fault), ==, 87);
  settle ();
  g_assert_cmphex (wsm_fault_get_code (ask_receive (f, NULL)->fault), ==, 87);
  g_assert_cmpuint (count_kind (f, CF_PLUGIN_RECEIVE), ==, 1);
}

static void
test_done_before_cancelled (Fixture *f, gconstpointer data)
{
  const guint32 codes[] = { 995, 1223, 5, 0 };

  g_test_summary ("A command that ends first takes its Receive along, and nothing that was said: "
                  "the answer to a cancellation may be any");

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      Call *command = open_command (f);
      Asked *asked = ask_receive (f, NULL);
      Call *receive = last_call (f, CF_PLUGIN_RECEIVE);

      put_out (receive, "stdout", "hi");
      put_out_done (receive, 5);
      complete (command, 0, NULL);
      complete (receive, codes[i], NULL);
      release (command);
      assert_output (asked, "hi!|!");
      assert_done (asked, 5);
    }
}

static void
test_done_before_all_ends (Fixture *f, gconstpointer data)
{
  Asked *asked;
  Call *receive = open_receive (f, &asked);

  g_test_summary ("So does a plug-in that is stopped: its operations end before their command");

  put_out_done (receive, 5);
  complete (receive, 995, NULL);
  assert_done (asked, 5);
}

static void
test_ends_without_done (Fixture *f, gconstpointer data)
{
  Call *command = open_command (f);
  Asked *asked = ask_receive (f, NULL);
  Call *receive = last_call (f, CF_PLUGIN_RECEIVE);

  g_test_summary ("That only the command has ended is said so, after what it had put out");

  put_out (receive, "stdout", "hi");
  complete (command, 0, NULL);
  complete (receive, 995, NULL);
  release (command);
  assert_output (asked, "hi|");
  assert_running (asked);
  asked = ask_receive (f, NULL);
  settle ();
  g_assert_cmphex (wsm_fault_get_code (asked->fault), ==, COMMAND_TERMINATED);
  g_assert_nonnull (strstr (wsm_fault_get_reason (asked->fault), "The command ended"));
}

static void
test_newest_receive (Fixture *f, gconstpointer data)
{
  Asked *first;
  Asked *second;
  Call *receive = open_receive (f, &first);

  g_test_summary ("One Receive waits at a time: an older one gives way, with what there is");

  second = ask_receive (f, NULL);
  assert_fault (first, WSM_FAULT_TIMED_OUT, TIMED_OUT);
  put_out (receive, "stdout", "a");
  first = ask_receive (f, NULL);
  g_assert_cmpuint (second->n_answers, ==, 1);
  assert_output (second, "a|");
  assert_waits (first);
}

static void
test_acknowledged (Fixture *f, gconstpointer data)
{
  Asked *asked;
  Call *receive = open_receive (f, &asked);

  g_test_summary ("The plug-in hears of octets as soon as they are handed to an answer, or are "
                  "nobody's");

  put_out (receive, "stdout", "abc");
  g_assert_cmpuint (receive->n_acknowledged, ==, 0);
  settle ();
  g_assert_cmpuint (receive->n_acknowledged, ==, 3);
  put_out (receive, "nobody", "de");
  g_assert_cmpuint (receive->n_acknowledged, ==, 5);
  put_out (receive, "stdout", "fgh");
  settle ();
  g_assert_cmpuint (receive->n_acknowledged, ==, 5);
  ask_receive (f, NULL);
  settle ();
  g_assert_cmpuint (receive->n_acknowledged, ==, 8);
}

static void
test_shell_output (Fixture *f, gconstpointer data)
{
  Asked *asked;
  Call *receive;
  WsmShellMessage *answer;

  g_test_summary ("A shell may have output of its own, without a command and its state");

  open_shell (f);
  asked = ask (f, WSM_ACTION_SHELL_RECEIVE,
               "<rsp:Receive><rsp:DesiredStream>stdout</rsp:DesiredStream></rsp:Receive>");
  receive = last_call (f, CF_PLUGIN_RECEIVE);
  g_assert_cmpuint (receive->command, ==, 0);
  put_out (receive, "stdout", "x");
  answer = assert_answer (asked, WSM_SHELL_RECEIVE_RESPONSE);
  g_assert_null (answer->command_id);
  g_assert_null (answer->state);
  assert_output (asked, "x|");
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/agent/shell-command/begins", test_command);
  ADD ("/agent/shell-command/chosen-id", test_chosen_id);
  ADD ("/agent/shell-command/refused", test_command_refused);
  ADD ("/agent/shell-command/not-before-it-began", test_not_before_it_began);
  ADD ("/agent/shell-command/given-up", test_command_given_up);
  ADD ("/agent/shell-command/unknown", test_unknown_command);
  ADD ("/agent/shell-command/many", test_many_commands);
  ADD ("/agent/shell-command/fails", test_command_fails);
  ADD ("/agent/shell-receive/one-answer", test_one_answer);
  ADD ("/agent/shell-receive/gone-before-answer", test_gone_before_answer);
  ADD ("/agent/shell-receive/small-envelopes", test_small_envelopes);
  ADD ("/agent/shell-receive/desired-streams", test_desired_streams);
  ADD ("/agent/shell-receive/unknown-stream", test_unknown_stream);
  ADD ("/agent/shell-receive/error-is-kept", test_error_is_kept);
  ADD ("/agent/shell-receive/ends-early", test_ends_early);
  ADD ("/agent/shell-receive/done-before-cancelled", test_done_before_cancelled);
  ADD ("/agent/shell-receive/done-before-all-ends", test_done_before_all_ends);
  ADD ("/agent/shell-receive/ends-without-done", test_ends_without_done);
  ADD ("/agent/shell-receive/newest", test_newest_receive);
  ADD ("/agent/shell-receive/acknowledged", test_acknowledged);
  ADD ("/agent/shell-receive/of-the-shell", test_shell_output);
  ADD ("/conformance/34/error-discards", test_error_discards);
  ADD ("/conformance/35/exit-code", test_exit_code);
  ADD ("/conformance/36/no-data", test_no_data);
  ADD ("/conformance/38/split", test_split);
  ADD ("/conformance/45/commands", test_quota_commands);

  return g_test_run ();
}
