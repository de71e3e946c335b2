/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conformance.h"

/* The cases about shells, as far as they are between host and module. */

static void
test_early_calls (void)
{
  Host *host = host_new_started ("good");
  guint64 shell = host_open_shell (host, "s");
  guint64 command = host_open_command (host, shell, "early", NULL);
  guint64 receive = host_receive (host, shell, command);
  guint64 signal = host_signal (host, shell, command, "terminate");

  host_wait_completed (host, signal);
  WAIT_FOR (recorder_count ("entry-returns s/early") == 1);
  assert_order ("receive s/early", "entry-returns s/early");
  assert_order ("signal s/early", "entry-returns s/early");
  g_assert_cmpuint (host_answer (host, receive)->n_completed, ==, 0);
  host_free (host);
}

static void
test_context_twice (void)
{
  Host *host = host_new_started ("good");
  guint64 shell = host_open_shell (host, "s");
  guint64 twice, wrong, receive;

  twice = host_open_command (host, shell, "twice", NULL);
  WAIT_FOR (recorder_count ("reported-twice") == 1);
  assert_line ("reported-twice 87");
  g_assert_cmpuint (host_answer (host, twice)->n_contexts, ==, 1);

  wrong = host_open_command (host, shell, "wrong", NULL);
  receive = host_receive (host, shell, wrong);
  host_wait_completed (host, receive);
  assert_line ("context-of-receive 87");
  assert_line ("result-of-command 87");
  g_assert_cmpuint (host_answer (host, receive)->n_contexts, ==, 0);
  host_free (host);
}

static void
test_shell_refused (void)
{
  Host *host = host_new_started ("good");
  guint64 shell = host_shell (host, "refuse");
  guint64 late;

  host_wait_completed (host, shell);
  g_assert_cmpuint (host_answer (host, shell)->code, ==, ERROR_ACCESS_DENIED);
  g_assert_cmpstr (host_answer (host, shell)->information, ==, "no shells today");
  late = host_command (host, shell, "echo", NULL);
  host_wait_completed (host, late);
  g_assert_cmpuint (host_answer (host, late)->code, ==, ERROR_WSMAN_UNEXPECTED_SELECTORS);
  host_free (host);
  g_assert_cmpuint (recorder_count ("release-shell"), ==, 0);
  g_assert_cmpuint (recorder_count ("command "), ==, 0);
}

static void
test_command_refused (void)
{
  Host *host = host_new_started ("good");
  guint64 shell = host_open_shell (host, "s");
  guint64 command = host_command (host, shell, "refused", NULL);

  host_wait_completed (host, command);
  g_assert_cmpuint (host_answer (host, command)->code, ==, ERROR_ACCESS_DENIED);
  g_assert_cmpuint (host_answer (host, command)->n_contexts, ==, 0);
  host_free (host);
  g_assert_cmpuint (recorder_count ("release-command"), ==, 0);
  g_assert_cmpuint (recorder_count ("release-shell s"), ==, 1);
}

static void
test_release_order (void)
{
  Host *host = host_new_started ("good");
  guint64 one = host_open_shell (host, "one");
  guint64 two = host_open_shell (host, "two");

  host_open_command (host, one, "hold", NULL);
  host_open_command (host, one, "slow", NULL);
  host_open_command (host, two, "twice", NULL);
  host_free (host);

  assert_order ("release-command one/hold", "release-shell one");
  assert_order ("release-command one/slow", "release-shell one");
  assert_order ("release-command two/twice", "release-shell two");
  g_assert_cmpuint (recorder_count ("release-command"), ==, 3);
  g_assert_cmpuint (recorder_count ("release-shell"), ==, 2);
}

static void
test_release_last (void)
{
  Host *host = host_new_started ("good");
  guint64 shell = host_open_shell (host, "s");
  guint64 command = host_open_command (host, shell, "hold", NULL);
  guint64 receive = host_receive (host, shell, command);
  guint64 signal;

  WAIT_FOR (recorder_count ("receiving s/hold") == 1);
  signal = host_signal (host, shell, command, "terminate");
  host_wait_completed (host, signal);
  WAIT_FOR (host_answer (host, command)->n_released == 1);
  g_assert_cmpuint (host_answer (host, receive)->n_completed, ==, 1);
  assert_order ("complete command s/hold", "release-command s/hold");
  assert_order ("complete receive s/hold", "release-command s/hold");
  assert_order ("complete signal s/hold", "release-command s/hold");
  g_assert_cmpuint (recorder_count ("release-shell"), ==, 0);
  host_free (host);
}

/* A command that ends while operations on it are still open: they are cancelled, and awaited. */
static void
test_command_ends_first (void)
{
  Host *host = host_new_started ("good");
  guint64 shell = host_open_shell (host, "s");
  guint64 first, second, command;

  command = host_open_command (host, shell, "hold", NULL);
  first = host_receive (host, shell, command);
  second = host_receive (host, shell, command);
  WAIT_FOR (recorder_count ("receiving s/hold") == 2);
  host_wait_completed (host, host_signal (host, shell, command, "terminate"));
  WAIT_FOR (host_answer (host, command)->n_released == 1);
  g_assert_cmpuint (host_answer (host, first)->n_completed, ==, 1);
  g_assert_cmpuint (host_answer (host, second)->n_completed, ==, 1);
  g_assert_cmpuint (recorder_count ("release-command"), ==, 1);
  g_assert_cmpuint (recorder_count ("cancelled receive s/hold"), ==, 1);
  host_free (host);
}

static void
test_delete_shell (void)
{
  Host *host = host_new_started ("good");
  guint64 shell = host_open_shell (host, "s");
  guint64 command = host_open_command (host, shell, "hold", NULL);
  guint64 receive = host_receive (host, shell, command);

  WAIT_FOR (recorder_count ("receiving s/hold") == 1);
  cf_plugin_runner_cancel (host->runner, shell);
  WAIT_FOR (host_answer (host, shell)->n_released == 1);
  g_assert_cmpuint (host_answer (host, command)->n_released, ==, 1);
  g_assert_cmpuint (host_answer (host, receive)->n_completed, ==, 1);
  assert_order ("cancelled receive s/hold", "cancelled command s/hold");
  assert_order ("cancelled command s/hold", "cancelled shell s");
  assert_order ("release-command s/hold", "release-shell s");
  g_assert_cmpint (cf_plugin_runner_get_state (host->runner), ==, CF_PLUGIN_RUNNING);
  host_free (host);
}

static void
test_error_discards (void)
{
  Host *host = host_new_started ("good");
  guint64 shell = host_open_shell (host, "s");
  guint64 command = host_open_command (host, shell, "discard", NULL);
  guint64 receive = host_receive (host, shell, command);

  /* Nothing is delivered meanwhile: the main context does not run. */
  while (recorder_count ("discarded") == 0)
    conformance_let_run ();
  host_wait_completed (host, receive);
  g_assert_cmpuint (host_answer (host, receive)->code, ==, ERROR_GEN_FAILURE);
  g_assert_cmpstr (host_answer (host, receive)->information, ==, "thrown away");
  if (!conformance_has_processes)
    g_assert_cmpuint (host_answer (host, receive)->data->len, ==, 0);
  host_free (host);
}

static void
test_exit_code (void)
{
  Host *host = host_new_started ("good");
  guint64 shell = host_open_shell (host, "s");
  guint64 command = host_open_command (host, shell, "states", NULL);
  guint64 receive = host_receive (host, shell, command);

  host_wait_completed (host, receive);
  host_wait_completed (host, command);
  g_assert_cmpuint (host_answer (host, receive)->code, ==, NO_ERROR);
  g_assert_true (g_str_has_suffix (host_answer (host, receive)->state, "/CommandState/Done"));
  g_assert_cmpuint (host_answer (host, receive)->exit_code, ==, 3);
  g_assert_cmpmem (host_answer (host, receive)->data->data, host_answer (host, receive)->data->len,
                   "a", 1);
  host_free (host);
}

/* Case 38, as far as it is the host's: octets arrive as they are, whole and in order, however many
 * they are and whatever the flow control does with them. */
static void
test_binary_output (void)
{
  static const char *const sizes[] = { "0", "1", "262144", "262145", "3000000" };
  Host *host = host_new_started ("good");
  guint64 shell = host_open_shell (host, "s");

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      guint64 command = host_open_command (host, shell, "big", sizes[i]);
      guint64 receive = host_receive (host, shell, command);
      const Answer *answer = host_answer (host, receive);

      host_wait_completed (host, receive);
      g_assert_cmpuint (answer->code, ==, NO_ERROR);
      g_assert_cmpuint (answer->data->len, ==, g_ascii_strtoull (sizes[i], NULL, 10));
      for (guint j = 0; j < answer->data->len; j++)
        if (answer->data->data[j] != j % 251)
          g_error ("octet %u is wrong", j);
    }
  host_free (host);
}

static void
test_send (void)
{
  static const char data[] = { 'a', '\0', 'b' };
  Host *host = host_new_started ("good");
  guint64 shell = host_open_shell (host, "s");
  guint64 command = host_open_command (host, shell, "hold", NULL);

  host_wait_completed (host, host_send (host, shell, command, data, sizeof data, FALSE));
  assert_line ("sent stdin flags=0 bytes=3");
  host_wait_completed (host, host_send (host, shell, command, "", 0, TRUE));
  assert_line ("sent stdin flags=1 bytes=0");
  g_assert_cmpuint (recorder_count ("sent stdin flags=1"), ==, 1);
  host_free (host);
}

static void
test_options (void)
{
  static const CfPluginOption known[] = { { "WINRS_NOPROFILE", "TRUE", TRUE },
                                          { "X-UNKNOWN", NULL, FALSE } };
  static const CfPluginOption unknown[] = { { "WINRS_NOPROFILE", "TRUE", TRUE },
                                            { "X-UNKNOWN", "1", TRUE } };
  Host *host = host_new_started ("good");
  guint64 shell = host_shell_with (host, "s", known, G_N_ELEMENTS (known));
  guint64 refused = host_shell_with (host, "t", unknown, G_N_ELEMENTS (unknown));

  host_wait_context (host, shell);
  WAIT_FOR (host_answer (host, refused)->n_completed + host_answer (host, refused)->n_contexts > 0);
  assert_line ("option WINRS_NOPROFILE=TRUE must=1");
  assert_line ("option X-UNKNOWN=none must=0");
  assert_line ("option X-UNKNOWN=1 must=1");
  g_assert_cmpuint (host_answer (host, refused)->code, ==, ERROR_WSMAN_INVALID_OPTIONS);
  g_assert_cmpstr (host_answer (host, refused)->information, ==, "an option is not known");
  g_assert_cmpuint (host_answer (host, refused)->n_contexts, ==, 0);
  host_free (host);
}

static void
test_parallel (void)
{
  Host *host = host_new_started ("good");
  guint64 shell = host_open_shell (host, "s");

  /* Each entry call waits until all four are there. */
  for (guint i = 0; i < 4; i++)
    host_command (host, shell, "barrier", NULL);
  WAIT_FOR (recorder_count ("past-barrier") == 4);
  host_free (host);
}

/* Case 50, as far as it is the host's. */
static void
test_connect (void)
{
  Host *host = host_new_started ("good");
  guint64 shell = host_open_shell (host, "s");
  guint64 id = host_connect (host, shell);

  host_wait_completed (host, id);
  g_assert_cmpuint (host_answer (host, id)->code, ==, NO_ERROR);
  g_assert_cmpstr (host_answer (host, id)->information, ==,
                   "<answer xmlns=\"urn:x\">here</answer>");
  host_free (host);
}

int
main (int argc, char **argv)
{
  conformance_init (&argc, &argv);
  g_test_add_func ("/conformance/24/receive-and-signal-before-report-returns", test_early_calls);
  g_test_add_func ("/conformance/25/second-context-is-refused", test_context_twice);
  g_test_add_func ("/conformance/26/refused-shell-is-not-released", test_shell_refused);
  g_test_add_func ("/conformance/26/refused-command-is-not-released", test_command_refused);
  g_test_add_func ("/conformance/27/commands-are-released-before-their-shell", test_release_order);
  g_test_add_func ("/conformance/28/release-comes-after-the-last-operation", test_release_last);
  g_test_add_func ("/conformance/28/command-that-ends-first-waits-for-its-operations",
                   test_command_ends_first);
  g_test_add_func ("/conformance/29/delete-cancels-leaves-first", test_delete_shell);
  g_test_add_func ("/conformance/34/error-discards-unsent-results", test_error_discards);
  g_test_add_func ("/conformance/35/done-carries-the-exit-code", test_exit_code);
  g_test_add_func ("/conformance/37/empty-last-send-is-delivered", test_send);
  g_test_add_func ("/conformance/38/octets-arrive-whole-and-in-order", test_binary_output);
  g_test_add_func ("/conformance/40/options-say-whether-they-must-be-complied-with", test_options);
  g_test_add_func ("/conformance/46/operations-on-one-shell-run-in-parallel", test_parallel);
  g_test_add_func ("/conformance/50/connect-answer-is-passed-on", test_connect);
  return g_test_run ();
}
