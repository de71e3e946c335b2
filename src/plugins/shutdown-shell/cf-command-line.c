/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-command-line.h"

#include <string.h>

#include "cf-cmd-rules.h"
#include "cf-powershell-script.h"

/* `cmd /c cmd /c …` and PowerShell in between: nobody needs more. */
#define MAX_DEPTH       4
#define MAX_SHOWN_CHARS 64

G_DEFINE_QUARK (cf_command_line_error, cf_command_line_error)

static char **parse_level (const char *line, gboolean skip_cmd, guint depth, GError **error);

static void
set_not_known (GError **error, const char *program)
{
  g_autofree char *shown = g_utf8_substring (program, 0,
                                             MIN (g_utf8_strlen (program, -1), MAX_SHOWN_CHARS));

  if (*shown == '\0')
    g_set_error_literal (error, CF_COMMAND_LINE_ERROR, CF_COMMAND_LINE_ERROR_NOT_KNOWN,
                         "There is no command: this shell knows only the command shutdown");
  else
    g_set_error (error, CF_COMMAND_LINE_ERROR, CF_COMMAND_LINE_ERROR_NOT_KNOWN,
                 "'%s' is not recognized: this shell knows only the command shutdown",
                 g_strdelimit (shown, "\r\n\t", ' '));
}

/* `cmd /c COMMAND`: quotes around all of it go, unless they are around the program only. */
static char **
parse_inner (const char *rest, const char *program, guint depth, GError **error)
{
  gboolean strips_quotes = FALSE;
  const char *inner = cf_cmd_get_inner (rest, &strips_quotes);
  g_autofree char *quoted = NULL;
  g_autofree char *stripped = NULL;

  if (inner == NULL)
    {
      set_not_known (error, program);
      return NULL;
    }
  if (*inner == '"')
    {
      const char *end = strchr (inner + 1, '"');

      quoted = end != NULL ? g_strndup (inner + 1, (gsize) (end - inner - 1)) : NULL;
      if (strips_quotes || quoted == NULL || strchr (end + 1, '"') != NULL ||
          !cf_cmd_is_program (quoted, "shutdown"))
        inner = stripped = cf_cmd_strip_quotes (inner);
    }
  return parse_level (inner, FALSE, depth + 1, error);
}

static char **
parse_powershell (const char *const *arguments, guint depth, GError **error)
{
  g_autofree char *script = cf_powershell_dup_script (arguments, error);
  g_auto (GStrv) words = script != NULL ? cf_powershell_split (script, error) : NULL;

  if (words == NULL)
    return NULL;
  if (words[0] != NULL && cf_cmd_is_program (words[0], "shutdown"))
    return g_steal_pointer (&words);
  set_not_known (error, words[0] != NULL ? words[0] : "");
  return NULL;
}

/* "shutdown /a" with quotes around all of it: cmd.exe takes them off. */
static gboolean
is_all_quoted (const char *line)
{
  const char *end = *line == '"' ? strchr (line + 1, '"') : NULL;

  return end != NULL && end[1 + strspn (end + 1, " \t\r\n")] == '\0' &&
         strcspn (line, " \t") < (gsize) (end - line);
}

static char **
parse_level (const char *line, gboolean skip_cmd, guint depth, GError **error)
{
  g_autofree char *plain = skip_cmd ? g_strdup (line) : cf_cmd_unescape (line, error);
  g_autofree char *program = NULL;
  g_auto (GStrv) words = NULL;
  const char *rest;

  if (plain == NULL)
    return NULL;
  if (!skip_cmd && depth < MAX_DEPTH && is_all_quoted (plain))
    {
      g_autofree char *bare = cf_cmd_strip_quotes (plain);

      return parse_level (bare, FALSE, depth + 1, error);
    }
  rest = cf_cmd_split_program (plain, !skip_cmd, &program);
  if (cf_cmd_is_program (program, "cmd") && depth < MAX_DEPTH)
    return parse_inner (rest, program, depth, error);

  words = cf_cmd_split_arguments (program, rest);
  if (cf_cmd_is_program (program, "shutdown"))
    return g_steal_pointer (&words);
  if (cf_cmd_is_program (program, "powershell") || cf_cmd_is_program (program, "pwsh"))
    return parse_powershell ((const char *const *) words + 1, depth, error);
  set_not_known (error, program);
  return NULL;
}

/**
 * cf_command_line_parse:
 * @line: Command and Arguments, joined by single spaces, as WinRM does
 * @skip_cmd: whether WINRS_SKIP_CMD_SHELL is set: then cmd.exe has no say
 * @error: a #CfCommandLineError
 *
 * Reads one command as Windows would: by the rules of cmd.exe first, then by those of the C
 * run-time library. `cmd /c …` is seen through, and so is powershell with a script that is one
 * command.
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): the words of a shutdown command,
 *   the program first; %NULL with @error set for any other
 */
char **
cf_command_line_parse (const char *line, gboolean skip_cmd, GError **error)
{
  g_return_val_if_fail (line != NULL, NULL);

  if (strlen (line) > 3 * (gsize) CF_COMMAND_LINE_MAX_UNITS)
    {
      g_set_error (error, CF_COMMAND_LINE_ERROR, CF_COMMAND_LINE_ERROR_NOT_ONE,
                   "The command is longer than %d characters", CF_COMMAND_LINE_MAX_UNITS);
      return NULL;
    }
  return parse_level (line, skip_cmd, 0, error);
}
