/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-host.h"

#include <string.h>

#define URI "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd"

/* A shell, and a command in it. */
typedef struct
{
  FakeRequest *shell;
  FakeRequest *command; /* (nullable) */
} Remote;

static void
open_shell (Remote *r)
{
  *r = (Remote){ fake_request_new (URI), NULL };
  WSManPluginShell (NULL, &r->shell->request, 0, NULL, NULL);
  g_assert_nonnull (r->shell->context);
}

static void
begin_command (Remote *r, PCWSTR command, PCWSTR argument, gboolean skip_cmd)
{
  WSMAN_COMMAND_ARG_SET arguments = { 1, &argument };

  r->command = fake_request_new (URI);
  fake_request_add_option (r->command, WSMAN_CMDSHELL_OPTION_CONSOLEMODE_STDIN, u"TRUE", TRUE);
  fake_request_add_option (r->command, WSMAN_CMDSHELL_OPTION_SKIP_CMD_SHELL,
                           skip_cmd ? u"TRUE" : u"FALSE", FALSE);
  WSManPluginCommand (&r->command->request, 0, r->shell->context, command,
                      argument != NULL ? &arguments : NULL);
}

static FakeRequest *
receive (Remote *r, WSMAN_STREAM_ID_SET *streams)
{
  FakeRequest *request = fake_request_new (URI);

  WSManPluginReceive (&request->request, 0, r->shell->context, r->command->context, streams);
  return request;
}

/* As the host does: nothing is released before all that belongs to it is complete. */
static void
end_command (Remote *r)
{
  fake_request_cancel (r->command);
  g_assert_cmpuint (r->command->n_completed, ==, 1);
  WSManPluginReleaseCommandContext (r->shell->context, r->command->context);
  g_clear_pointer (&r->command, fake_request_free);
}

static void
close_shell (Remote *r)
{
  if (r->command != NULL)
    end_command (r);
  fake_request_cancel (r->shell);
  g_assert_cmpuint (r->shell->code, ==, ERROR_CANCELLED);
  WSManPluginReleaseShellContext (r->shell->context);
  fake_request_free (r->shell);
}

static void
test_restart (void)
{
  Remote r;
  g_autoptr (FakeRequest) received = NULL;

  g_test_summary ("shutdown /r reaches the agent, and its answer is one sentence and 0");

  fake_host_set_up ();
  open_shell (&r);
  begin_command (&r, u"shutdown", u"/r /t 60 /c \"Grüße & 🦉\" /d p:2:17", FALSE);
  g_assert_cmpuint (fake_agent.n_submitted, ==, 1);
  g_assert_cmpuint (fake_agent.shutdown.gracePeriod, ==, 60);
  g_assert_cmphex (fake_agent.shutdown.shutdownFlags, ==, 0x05);
  g_assert_cmphex (fake_agent.shutdown.reason, ==, 0x80020011);
  g_assert_cmpstr (fake_agent.message, ==, "Grüße & 🦉");
  g_assert_cmpstr (fake_agent.client_hint, ==, "shutdown.exe");
  g_assert_null (fake_agent.request_code);

  received = receive (&r, NULL);
  g_assert_true (received->is_done);
  g_assert_cmpuint (received->exit_code, ==, 0);
  g_assert_true (g_str_has_prefix (received->output->str, "This computer restarts "));
  g_assert_true (
    g_str_has_suffix (received->output->str, "(in 60 seconds). Cancel with: shutdown /a\r\n"));
  g_assert_cmpstr (received->errors->str, ==, "");
  g_assert_cmpuint (received->code, ==, NO_ERROR);
  g_assert_cmpuint (r.command->code, ==, NO_ERROR);
  g_assert_cmpint (received->done_before, <, r.command->done_before);
  g_clear_pointer (&received, fake_request_free);
  close_shell (&r);
  fake_host_tear_down ();
}

static void
test_exit_codes (void)
{
  static const struct
  {
    PCWSTR line;
    DWORD agent_code;
    DWORD exit_code;
    guint n_asked;   /* submitted and called off */
    guint n_refused; /* noted in the journal only */
    const char *errors;
  } cases[] = {
    { u"shutdown /r", 1190, 1190, 1, 0, " (1190)\r\n" },
    { u"shutdown /r", 1191, 1191, 1, 0, " (1191)\r\n" },
    { u"shutdown /r", 53, 53, 1, 0, " (53)\r\n" },
    { u"shutdown /a", 0, 0, 1, 0, "" },
    { u"shutdown /a", 1116, 1116, 1, 0, " (1116)\r\n" },
    { u"shutdown /x", 0, 87, 0, 1, " (87)\r\n" },
    { u"shutdown /h", 0, 50, 0, 1, " (50)\r\n" },
    { u"shutdown /?", 0, 0, 0, 0, "" },
    { u"shutdown", 0, 0, 0, 0, "" },
    { u"dir", 0, 9009, 0, 0,
      "'dir' is not recognized: this shell knows only the command shutdown. Try shutdown /?\r\n" },
    { u"shutdown /r & dir", 0, 9009, 0, 0, ". Try shutdown /?\r\n" },
  };

  g_test_summary ("The exit code is the Win32 code, and what is no shutdown command exits 9009");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Remote r;
      FakeRequest *received;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      fake_host_set_up ();
      fake_agent.code = cases[i].agent_code;
      open_shell (&r);
      begin_command (&r, cases[i].line, NULL, FALSE);
      received = receive (&r, NULL);
      g_assert_cmpuint (received->exit_code, ==, cases[i].exit_code);
      g_assert_true (g_str_has_suffix (received->errors->str, cases[i].errors));
      g_assert_cmpint (received->errors->len == 0, ==, cases[i].exit_code == 0);
      g_assert_cmpint (received->output->len == 0, ==, cases[i].exit_code != 0);
      g_assert_cmpuint (fake_agent.n_submitted + fake_agent.n_aborted, ==, cases[i].n_asked);
      g_assert_cmpuint (fake_agent.n_refused, ==, cases[i].n_refused);
      fake_request_free (received);
      close_shell (&r);
      fake_host_tear_down ();
    }
}

static void
test_rehearsal (void)
{
  Remote r;
  FakeRequest *received;

  g_test_summary ("A computer that only rehearses says so, to those who may know");

  for (guint i = 0; i < 2; i++)
    {
      fake_host_set_up ();
      fake_agent.status.rehearsal = TRUE;
      fake_agent.status_code = i == 0 ? NO_ERROR : ERROR_ACCESS_DENIED;
      open_shell (&r);
      begin_command (&r, u"shutdown /r", NULL, FALSE);
      received = receive (&r, NULL);
      g_assert_cmpint (strstr (received->output->str, "rehearsal") != NULL, ==, i == 0);
      fake_request_free (received);
      close_shell (&r);
      fake_host_tear_down ();
    }
}

static void
test_skip_cmd (void)
{
  Remote r;

  g_test_summary ("With WINRS_SKIP_CMD_SHELL the rules of cmd.exe do not count");

  fake_host_set_up ();
  open_shell (&r);
  begin_command (&r, u"shutdown.exe", u"/r /c R&D", TRUE);
  g_assert_cmpstr (fake_agent.message, ==, "R&D");
  end_command (&r);
  begin_command (&r, u"shutdown.exe", u"/r /c R&D", FALSE);
  g_assert_cmpuint (fake_agent.n_submitted, ==, 1);
  close_shell (&r);
  fake_host_tear_down ();
}

static void
test_late_receive (void)
{
  Remote r;
  PCWSTR names[] = { WSMAN_STREAM_ID_STDERR };
  WSMAN_STREAM_ID_SET only_errors = { 1, names };
  FakeRequest *received;

  g_test_summary ("Output waits for whoever asks, stream by stream, and each piece is given once");

  fake_host_set_up ();
  open_shell (&r);
  begin_command (&r, u"shutdown /?", NULL, FALSE);
  received = receive (&r, &only_errors);
  g_assert_cmpuint (received->output->len, ==, 0);
  g_assert_true (received->is_done);
  fake_request_free (received);
  received = receive (&r, NULL);
  g_assert_cmpuint (received->output->len, >, 1000);
  fake_request_free (received);
  received = receive (&r, NULL);
  g_assert_cmpuint (received->output->len, ==, 0);
  g_assert_true (received->is_done);
  fake_request_free (received);
  close_shell (&r);
  fake_host_tear_down ();
}

static void
test_streams (void)
{
  Remote r;
  PCWSTR names[] = { u"pr" };
  WSMAN_STREAM_ID_SET unknown = { 1, names };
  FakeRequest *request;

  g_test_summary ("Streams that the shell does not have are refused, and input goes nowhere");

  fake_host_set_up ();
  open_shell (&r);
  begin_command (&r, u"shutdown /?", NULL, FALSE);
  request = receive (&r, &unknown);
  g_assert_cmphex (request->code, ==, ERROR_WSMAN_SHELL_INVALID_DESIRED_STREAMS);
  fake_request_free (request);

  request = fake_request_new (URI);
  WSManPluginReceive (&request->request, 0, r.shell->context, NULL, NULL);
  g_assert_cmpuint (request->code, ==, ERROR_INVALID_PARAMETER);
  fake_request_free (request);

  request = fake_request_new (URI);
  WSManPluginSend (&request->request, WSMAN_FLAG_SEND_NO_MORE_DATA, r.shell->context,
                   r.command->context, u"stdin", NULL);
  g_assert_cmpuint (request->code, ==, NO_ERROR);
  fake_request_free (request);

  request = fake_request_new (URI);
  WSManPluginSend (&request->request, 0, r.shell->context, r.command->context, u"stdout", NULL);
  g_assert_cmphex (request->code, ==, ERROR_WSMAN_SHELL_INVALID_INPUT_STREAM);
  fake_request_free (request);
  close_shell (&r);
  fake_host_tear_down ();
}

static void
test_signals (void)
{
  static const PCWSTR codes[] = {
    WSMAN_SIGNAL_SHELL_CODE_TERMINATE,
    WSMAN_SHELL_NS u"/signal/Terminate",
    WSMAN_SIGNAL_SHELL_CODE_CTRL_C,
    WSMAN_SIGNAL_SHELL_CODE_CTRL_BREAK,
  };
  Remote r;
  FakeRequest *signal;

  g_test_summary ("A signal ends the command after itself; one that is not known ends nothing");

  fake_host_set_up ();
  open_shell (&r);
  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      begin_command (&r, u"shutdown /?", NULL, FALSE);
      signal = fake_request_new (URI);
      WSManPluginSignal (&signal->request, 0, r.shell->context, r.command->context, u"urn:x");
      g_assert_cmpuint (signal->code, ==, ERROR_INVALID_PARAMETER);
      g_assert_cmpuint (r.command->n_completed, ==, 0);
      fake_request_free (signal);

      signal = fake_request_new (URI);
      WSManPluginSignal (&signal->request, 0, r.shell->context, r.command->context, codes[i]);
      g_assert_cmpuint (signal->code, ==, NO_ERROR);
      g_assert_cmpuint (r.command->code, ==, NO_ERROR);
      g_assert_cmpint (signal->done_before, <, r.command->done_before);
      fake_request_free (signal);

      /* and again, which changes nothing */
      signal = fake_request_new (URI);
      WSManPluginSignal (&signal->request, 0, r.shell->context, r.command->context, codes[i]);
      g_assert_cmpuint (signal->code, ==, NO_ERROR);
      fake_request_free (signal);
      end_command (&r);
    }
  signal = fake_request_new (URI);
  WSManPluginSignal (&signal->request, 0, r.shell->context, NULL, codes[0]);
  g_assert_cmpuint (signal->code, ==, NO_ERROR);
  g_assert_cmpuint (r.shell->n_completed, ==, 0);
  fake_request_free (signal);
  close_shell (&r);
  fake_host_tear_down ();
}

static void
test_cancelled (void)
{
  Remote r;
  FakeRequest *cancelled;

  g_test_summary ("What is cancelled before it begins does nothing, and is complete");

  fake_host_set_up ();
  open_shell (&r);
  begin_command (&r, u"shutdown /?", NULL, FALSE);
  fake_request_cancel (r.command);
  g_assert_cmpuint (r.command->code, ==, ERROR_CANCELLED);

  cancelled = fake_request_new (URI);
  cancelled->request.shutdownNotification = TRUE;
  WSManPluginCommand (&cancelled->request, 0, r.shell->context, u"shutdown /r", NULL);
  g_assert_null (cancelled->context);
  g_assert_cmpuint (fake_agent.n_submitted, ==, 0);
  fake_request_free (cancelled);

  cancelled = fake_request_new (URI);
  cancelled->request.shutdownNotification = TRUE;
  WSManPluginShell (NULL, &cancelled->request, 0, NULL, NULL);
  g_assert_null (cancelled->context);
  fake_request_free (cancelled);
  close_shell (&r);
  fake_host_tear_down ();
}

static void
test_report_fails (void)
{
  Remote r;
  FakeRequest *refused;

  g_test_summary ("Where the host does not take a context nothing waits to be released");

  fake_host_set_up ();
  open_shell (&r);
  fake_request_fail_reports (TRUE);
  refused = fake_request_new (URI);
  WSManPluginShell (NULL, &refused->request, 0, NULL, NULL);
  g_assert_cmpuint (refused->code, ==, ERROR_INVALID_PARAMETER);
  fake_request_free (refused);
  refused = fake_request_new (URI);
  WSManPluginCommand (&refused->request, 0, r.shell->context, u"shutdown /?", NULL);
  g_assert_cmpuint (refused->code, ==, ERROR_INVALID_PARAMETER);
  fake_request_free (refused);
  close_shell (&r);
  fake_host_tear_down ();
}

static void
test_options (void)
{
  static const struct
  {
    PCWSTR name;
    PCWSTR value;
    gboolean must_comply;
    DWORD code;
  } cases[] = {
    { u"WINRS_NOPROFILE", u"TRUE", TRUE, NO_ERROR },
    { u"winrs_codepage", u"850", TRUE, NO_ERROR },
    { u"WINRS_CODEPAGE", u"932", TRUE, NO_ERROR },
    { u"WINRS_CODEPAGE", u"much", FALSE, NO_ERROR },
    { u"WINRS_CODEPAGE", NULL, TRUE, NO_ERROR },
    { u"WINRS_CODEPAGE", u"much", TRUE, ERROR_WSMAN_OPTIONS_INVALID_VALUE },
    { u"COLOR", u"green", FALSE, NO_ERROR },
    { u"COLOR", u"green", TRUE, ERROR_WSMAN_OPTIONS_INVALID_NAME },
  };

  g_test_summary ("Options that nobody knows count only if they have to be complied with");

  fake_host_set_up ();
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      FakeRequest *shell = fake_request_new (URI);

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      fake_request_add_option (shell, cases[i].name, cases[i].value, cases[i].must_comply);
      WSManPluginShell (NULL, &shell->request, 0, NULL, NULL);
      if (cases[i].code == NO_ERROR)
        {
          Remote r = { shell, NULL };

          g_assert_cmpuint (shell->n_completed, ==, 0);
          close_shell (&r);
          continue;
        }
      g_assert_cmphex (shell->code, ==, cases[i].code);
      g_assert_nonnull (shell->sentence);
      fake_request_free (shell);
    }
  fake_host_tear_down ();
}

static void
test_code_page (void)
{
  Remote r = { NULL, NULL };
  FakeRequest *received;

  g_test_summary ("Text comes in the code page that the client asked for");

  fake_host_set_up ();
  r.shell = fake_request_new (URI);
  fake_request_add_option (r.shell, u"WINRS_CODEPAGE", u"850", FALSE);
  WSManPluginShell (NULL, &r.shell->request, 0, NULL, NULL);
  begin_command (&r, u"größe", NULL, FALSE);
  received = receive (&r, NULL);
  g_assert_true (g_str_has_prefix (received->errors->str, "'gr\x94\xe1"
                                                          "e' is not recognized"));
  fake_request_free (received);
  close_shell (&r);
  fake_host_tear_down ();
}

static void
test_not_utf_16 (void)
{
  static const char16_t lone[] = { 'x', 0xD800, 0 };
  Remote r;
  FakeRequest *received;

  g_test_summary ("A command that is no text is no command");

  fake_host_set_up ();
  open_shell (&r);
  begin_command (&r, u"shutdown", lone, FALSE);
  received = receive (&r, NULL);
  g_assert_cmpuint (received->exit_code, ==, 9009);
  fake_request_free (received);
  close_shell (&r);
  fake_host_tear_down ();
}

static void
test_life_cycle (void)
{
  PVOID context = NULL;

  g_test_summary ("It starts for every reason, several times, and ends as often");

  for (DWORD flags = 0; flags < 4; flags++)
    g_assert_cmpuint (WSManPluginStartup (flags, u"wsman", NULL, &context), ==, NO_ERROR);
  for (DWORD reason = 1; reason < 5; reason++)
    g_assert_cmpuint (WSManPluginShutdown (context, 0, reason), ==, NO_ERROR);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add_func ("/plugins/shutdown-shell/" path, func)
  ADD ("restart", test_restart);
  ADD ("exit-codes", test_exit_codes);
  ADD ("rehearsal", test_rehearsal);
  ADD ("skip-cmd", test_skip_cmd);
  ADD ("late-receive", test_late_receive);
  ADD ("streams", test_streams);
  ADD ("signals", test_signals);
  ADD ("cancelled", test_cancelled);
  ADD ("report-fails", test_report_fails);
  ADD ("options", test_options);
  ADD ("code-page", test_code_page);
  ADD ("not-utf-16", test_not_utf_16);
  ADD ("life-cycle", test_life_cycle);
  return g_test_run ();
}
