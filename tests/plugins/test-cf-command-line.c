/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugins/shutdown-shell/cf-command-line.h"

#include <string.h>

typedef struct
{
  const char *line;
  const char *words; /* joined by | ; NULL if it is refused */
} Case;

static const char *
parse (const Case *c, gboolean skip_cmd, char **joined)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = cf_command_line_parse (c->line, skip_cmd, &error);

  g_free (*joined);
  *joined = words != NULL ? g_strjoinv ("|", words) : NULL;
  g_assert_true ((words == NULL) == (error != NULL));
  if (error != NULL)
    {
      g_assert_cmpint (error->domain, ==, CF_COMMAND_LINE_ERROR);
      g_assert_false (g_str_has_suffix (error->message, "."));
    }
  return *joined;
}

static void
check (const Case *cases, gsize n_cases, gboolean skip_cmd)
{
  g_autofree char *joined = NULL;

  for (gsize i = 0; i < n_cases; i++)
    {
      g_test_message ("%s", cases[i].line);
      g_assert_cmpstr (parse (&cases[i], skip_cmd, &joined), ==, cases[i].words);
    }
}

static void
test_program_names (void)
{
  static const Case cases[] = {
    { "shutdown /r /t 60", "shutdown|/r|/t|60" },
    { "  SHUTDOWN.EXE  -a  ", "SHUTDOWN.EXE|-a" },
    { "C:\\Windows\\System32\\shutdown.exe /r", "C:\\Windows\\System32\\shutdown.exe|/r" },
    { "%SystemRoot%\\System32\\shutdown /a", "%SystemRoot%\\System32\\shutdown|/a" },
    { "\"C:\\Program Files\\x\\Shutdown.exe\" /a", "C:\\Program Files\\x\\Shutdown.exe|/a" },
    { "shutdown/a", "shutdown|/a" },
    { "shutdown", "shutdown" },
    { "@shutdown /a", "shutdown|/a" },
    { "dir", NULL },
    { "shutdownx /r", NULL },
    { "xshutdown /r", NULL },
    { "shutdown.exe.bak /r", NULL },
    { "echo shutdown /r", NULL },
    { "", NULL },
    { "   ", NULL },
  };

  g_test_summary ("shutdown has many names, and nothing else has");

  check (cases, G_N_ELEMENTS (cases), FALSE);
}

static void
test_arguments (void)
{
  static const Case cases[] = {
    { "shutdown /c \"a b\"", "shutdown|/c|a b" },
    { "shutdown /c a\" b\"c", "shutdown|/c|a bc" },
    { "shutdown /c \"\" /f", "shutdown|/c||/f" },
    { "shutdown /c \"say \\\"hi\\\"\"", "shutdown|/c|say \"hi\"" },
    { "shutdown /c \"C:\\x\\\\\" /f", "shutdown|/c|C:\\x\\|/f" },
    { "shutdown /c \"a\\\\\\\"b\"", "shutdown|/c|a\\\"b" },
    { "shutdown /c C:\\x\\y", "shutdown|/c|C:\\x\\y" },
    { "shutdown /c \"two \"\"words\"\" x\"", "shutdown|/c|two \"words\" x" },
    { "shutdown /m \\\\pc7 /r", "shutdown|/m|\\\\pc7|/r" },
    { "shutdown /c \"Grüße 🦉\"", "shutdown|/c|Grüße 🦉" },
    { "shutdown /c \"no end", "shutdown|/c|no end" },
    { "shutdown /c a\\", "shutdown|/c|a\\" },
    { "shutdown\t/a", "shutdown|/a" },
  };

  g_test_summary ("Arguments are split as the C run-time library of Windows does");

  check (cases, G_N_ELEMENTS (cases), FALSE);
  check (cases, G_N_ELEMENTS (cases), TRUE);
}

static void
test_cmd_rules (void)
{
  static const Case cases[] = {
    { "shutdown /c \"R&D | <now>\"", "shutdown|/c|R&D | <now>" },
    { "shutdown /c R^&D", "shutdown|/c|R&D" },
    { "shutdown /c a^^b", "shutdown|/c|a^b" },
    { "shutdown /c \"a^b\"", "shutdown|/c|a^b" },
    { "shutdown /c 100%TEMP%", "shutdown|/c|100%TEMP%" },
    { "shut^down /a", "shutdown|/a" },
    { "shutdown /a^", "shutdown|/a" },
    { "shutdown /a\r\n", "shutdown|/a" },
    { "\"shutdown /r /t 5\"", "shutdown|/r|/t|5" },
    { "\"shutdown /r & dir\"", NULL },
    { "\"C:\\Program Files\\x.exe\"", NULL },
    { "shutdown /c R&D", NULL },
    { "shutdown /r & dir", NULL },
    { "shutdown /r && dir", NULL },
    { "shutdown /? | more", NULL },
    { "shutdown /a > nul", NULL },
    { "shutdown /a 2>&1", NULL },
    { "shutdown /c < x", NULL },
    { "shutdown /a\ndel x", NULL },
    /* for cmd.exe every quote counts, also one that the program takes for a character */
    { "shutdown /c \"a \\\"b & c\\\" d\"", NULL },
  };
  static const Case skipped[] = {
    { "shutdown /c R&D", "shutdown|/c|R&D" },
    { "shutdown /c a^b", "shutdown|/c|a^b" },
    { "shutdown /r > x", "shutdown|/r|>|x" },
  };

  g_test_summary ("cmd.exe has its say first, unless it is skipped");

  check (cases, G_N_ELEMENTS (cases), FALSE);
  check (skipped, G_N_ELEMENTS (skipped), TRUE);
}

static void
test_cmd_in_cmd (void)
{
  static const Case cases[] = {
    { "cmd /c shutdown /r /t 5", "shutdown|/r|/t|5" },
    { "CMD.EXE /C shutdown /r", "shutdown|/r" },
    { "cmd/c shutdown /a", "shutdown|/a" },
    { "cmd /q /d /c shutdown /a", "shutdown|/a" },
    { "cmd /v:on /c shutdown /a", "shutdown|/a" },
    { "cmd /c \"shutdown /r /c \"\"a b\"\"\"", "shutdown|/r|/c|a|b" },
    { "cmd /c \"shutdown /r /c \"a b\"\"", "shutdown|/r|/c|a b" },
    { "cmd /c \"shutdown\" /r", "shutdown|/r" },
    { "cmd /s /c \"shutdown /a\"", "shutdown|/a" },
    { "cmd /c cmd /c shutdown /a", "shutdown|/a" },
    { "C:\\Windows\\System32\\cmd.exe /c shutdown /a", "shutdown|/a" },
    { "cmd /c \"shutdown /r & dir\"", NULL },
    { "cmd /c dir", NULL },
    { "cmd", NULL },
    { "cmd /k shutdown /r", NULL },
    { "cmd /c", NULL },
    { "cmd /c cmd /c cmd /c cmd /c cmd /c cmd /c shutdown /a", NULL },
  };

  g_test_summary ("cmd /c is seen through");

  check (cases, G_N_ELEMENTS (cases), FALSE);
}

static char *
encode (const char *script)
{
  glong n_units = 0;
  g_autofree gunichar2 *units = g_utf8_to_utf16 (script, -1, NULL, &n_units, NULL);
  g_autofree guchar *octets = g_malloc ((gsize) n_units * 2 + 1);

  for (glong i = 0; i < n_units; i++)
    {
      octets[2 * i] = units[i] & 0xFF;
      octets[2 * i + 1] = units[i] >> 8;
    }
  return g_base64_encode (octets, (gsize) n_units * 2);
}

static void
test_powershell (void)
{
  static const Case cases[] = {
    { "shutdown /r /t 60", "shutdown|/r|/t|60" },
    { "shutdown.exe /r /t 60 /c 'Grüße & 🦉'", "shutdown.exe|/r|/t|60|/c|Grüße & 🦉" },
    { "& shutdown /a", "shutdown|/a" },
    { "& 'C:\\Windows\\System32\\shutdown.exe' /a; exit $LASTEXITCODE",
      "C:\\Windows\\System32\\shutdown.exe|/a" },
    { "\n  shutdown /r `\n  /t 5\n\n", "shutdown|/r|/t|5" },
    { "$ProgressPreference = 'SilentlyContinue'; shutdown /a", "shutdown|/a" },
    { "shutdown /a # not today", "shutdown|/a" },
    { "shutdown /c 'it''s'", "shutdown|/c|it's" },
    { "shutdown /c \"say \"\"hi\"\" for `$5 `\"x`\" 5$\"",
      "shutdown|/c|say \"hi\" for $5 \"x\" 5$" },
    { "shutdown /c “so” /d p:4:1", "shutdown|/c|so|/d|p:4:1" },
    { "shutdown /m \\\\pc7 /r", "shutdown|/m|\\\\pc7|/r" },
    { "shutdown /c \"$env:TEMP\"", NULL },
    { "shutdown /c $text", NULL },
    { "shutdown /r; dir", NULL },
    { "shutdown /r\nStop-Service x", NULL },
    { "shutdown /r | Out-Null", NULL },
    { "shutdown /r > $null", NULL },
    { "shutdown (1+1)", NULL },
    { "'shutdown' /a", NULL },
    { "shutdown /c 'no end", NULL },
    { "Restart-Computer -Force", NULL },
    { "Get-Process", NULL },
    { "", NULL },
  };
  g_autofree char *joined = NULL;

  g_test_summary ("A PowerShell script that is one command is run, as Ansible and pywinrm send it");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *base64 = encode (cases[i].line);
      g_autofree char *ansible = g_strdup_printf (
        "PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted "
        "-EncodedCommand %s",
        base64);
      g_autofree char *pywinrm = g_strdup_printf ("powershell -encodedcommand %s", base64);
      Case encoded = { ansible, cases[i].words };

      g_test_message ("%s", cases[i].line);
      g_assert_cmpstr (parse (&encoded, FALSE, &joined), ==, cases[i].words);
      encoded.line = pywinrm;
      g_assert_cmpstr (parse (&encoded, FALSE, &joined), ==, cases[i].words);
    }
}

static void
test_powershell_options (void)
{
  static const Case cases[] = {
    { "powershell -Command shutdown /r", "shutdown|/r" },
    { "powershell.exe -nop -noni -c \"shutdown /r /t 5\"", "shutdown|/r|/t|5" },
    { "powershell shutdown /a", "shutdown|/a" },
    { "powershell \"& {shutdown /a}\"", NULL },
    { "powershell -enc !!!", NULL },
    { "powershell -enc AAAA", NULL },
    { "powershell -enc", NULL },
    { "powershell -File x.ps1", NULL },
    { "powershell -", NULL },
    { "powershell", NULL },
  };

  g_test_summary ("What PowerShell's options may be is known, and what they say is not guessed");

  check (cases, G_N_ELEMENTS (cases), FALSE);
}

static void
test_messages (void)
{
  static const char *const cases[][2] = {
    { "dir C:\\", "'dir' is not recognized: this shell knows only the command shutdown" },
    { "", "There is no command: this shell knows only the command shutdown" },
    { "shutdown /r & dir", "'&' outside quotes would connect commands or redirect them, but this "
                           "shell runs one shutdown "
                           "command: put quotes around the text, or ^ before the character" },
  };
  g_autofree char *endless = g_strnfill (200000, 'x');

  g_test_summary ("What is refused is refused in one sentence");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (cf_command_line_parse (cases[i][0], FALSE, &error));
      g_assert_cmpstr (error->message, ==, cases[i][1]);
    }
  for (gboolean skip = FALSE; skip <= TRUE; skip++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (cf_command_line_parse (endless, skip, &error));
      g_assert_cmpuint (strlen (error->message), <, 200);
      endless[60000] = '\0';
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add_func ("/plugins/command-line/" path, func)
  ADD ("program-names", test_program_names);
  ADD ("arguments", test_arguments);
  ADD ("cmd-rules", test_cmd_rules);
  ADD ("cmd-in-cmd", test_cmd_in_cmd);
  ADD ("powershell", test_powershell);
  ADD ("powershell-options", test_powershell_options);
  ADD ("messages", test_messages);
  return g_test_run ();
}
