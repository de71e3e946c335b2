/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-cmd-rules.h"

#include <string.h>

#include "cf-command-line.h"

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

static const char *
skip_blanks (const char *text)
{
  return text + strspn (text, " \t");
}

static gboolean
is_last_line (const char *text)
{
  return text[strspn (text, " \t\r\n")] == '\0';
}

/**
 * cf_cmd_unescape:
 * @line: one command, as cmd.exe gets it
 * @error: a #CfCommandLineError
 *
 * Does what cmd.exe does before it starts a program: outside quotes ^ takes its meaning from the
 * next character. What would be more than one command, or send output elsewhere, is an error.
 * %NAME% stays as it is: there are no variables here.
 *
 * Returns: (transfer full) (nullable): what the program gets; %NULL with @error set
 */
char *
cf_cmd_unescape (const char *line, GError **error)
{
  g_autoptr (GString) plain = g_string_new (NULL);
  gboolean quoted = FALSE;
  const char *c = line;

  while (is_blank (*c) || *c == '@')
    c++;
  for (; *c != '\0'; c++)
    {
      if (*c == '\n' || *c == '\r')
        {
          if (is_last_line (c))
            break;
          g_set_error_literal (error, CF_COMMAND_LINE_ERROR, CF_COMMAND_LINE_ERROR_NOT_ONE,
                               "A line break ends a command, and this shell takes one command at a "
                               "time: write it in one line");
          return NULL;
        }
      if (*c == '^' && !quoted)
        {
          if (*++c == '\0')
            break;
        }
      else if (*c == '"')
        quoted = !quoted;
      else if (!quoted && strchr ("&|<>", *c) != NULL)
        {
          g_set_error (error, CF_COMMAND_LINE_ERROR, CF_COMMAND_LINE_ERROR_NOT_ONE,
                       "'%c' outside quotes would connect commands or redirect them, but this "
                       "shell runs one shutdown command: put quotes around the text, or ^ before "
                       "the character",
                       *c);
          return NULL;
        }
      g_string_append_c (plain, *c);
    }
  return g_string_free (g_steal_pointer (&plain), FALSE);
}

/**
 * cf_cmd_get_inner:
 * @rest: what follows `cmd` in a command
 * @strips_quotes: (out): whether /s is there
 *
 * Returns: (transfer none) (nullable): what follows /c; %NULL if it is not there
 */
const char *
cf_cmd_get_inner (const char *rest, gboolean *strips_quotes)
{
  *strips_quotes = FALSE;
  for (rest = skip_blanks (rest); *rest == '/'; rest = skip_blanks (rest))
    {
      char letter = g_ascii_tolower (rest[1]);

      if (letter == 'c' || letter == 'r')
        return skip_blanks (rest + 2);
      if (letter == 's')
        *strips_quotes = TRUE;
      if (letter == '\0' || letter == 'k')
        return NULL;
      rest += 2 + strcspn (rest + 2, " \t/");
    }
  return NULL;
}

/**
 * cf_cmd_strip_quotes:
 * @line: begins with a quote
 *
 * Returns: (transfer full): @line without its first and its last quote
 */
char *
cf_cmd_strip_quotes (const char *line)
{
  const char *last = strrchr (line, '"');

  if (last == line)
    return g_strdup (line + 1);
  return g_strdup_printf ("%.*s%s", (int) (last - line - 1), line + 1, last + 1);
}

/**
 * cf_cmd_split_program:
 * @line: a command
 * @slash_ends: whether a slash ends a program's name, as it does for cmd.exe: "shutdown/a"
 * @program: (out): its first word, without quotes
 *
 * Returns: (transfer none): the rest of @line
 */
const char *
cf_cmd_split_program (const char *line, gboolean slash_ends, char **program)
{
  GString *word = g_string_new (NULL);
  gboolean quoted = FALSE;

  for (line = skip_blanks (line); *line != '\0' && (quoted || !is_blank (*line)); line++)
    {
      if (*line == '"')
        quoted = !quoted;
      else if (*line == '/' && !quoted && slash_ends &&
               (cf_cmd_is_program (word->str, "shutdown") || cf_cmd_is_program (word->str, "cmd")))
        break;
      else
        g_string_append_c (word, *line);
    }
  *program = g_string_free (word, FALSE);
  return line;
}

/* One run of backslashes at *text, and the quote behind it: before a quote two make one. Returns
 * whether the quote is an ordinary character. */
static gboolean
take_backslashes (const char **text, GString *word)
{
  gsize n = strspn (*text, "\\");
  gboolean before_quote = (*text)[n] == '"';

  *text += n;
  for (gsize i = before_quote ? n / 2 : n; i > 0; i--)
    g_string_append_c (word, '\\');
  return before_quote && n % 2 != 0;
}

static const char *
take_argument (const char *text, GString *word)
{
  gboolean quoted = FALSE;

  while (*text != '\0' && (quoted || !is_blank (*text)))
    {
      gboolean literal = *text == '\\' && take_backslashes (&text, word);

      if (literal || (quoted && text[0] == '"' && text[1] == '"'))
        {
          g_string_append_c (word, '"');
          text += literal ? 1 : 2;
        }
      else if (*text == '"')
        {
          quoted = !quoted;
          text++;
        }
      else if (*text != '\0' && *text != '\\' && (quoted || !is_blank (*text)))
        g_string_append_c (word, *text++);
    }
  return text;
}

/**
 * cf_cmd_split_arguments:
 * @program: the first word
 * @rest: what follows it
 *
 * Splits a command as the C run-time library of Windows does: blanks separate, quotes keep
 * together, `\"` is a quote, and so is `""` between quotes.
 *
 * Returns: (transfer full) (array zero-terminated=1): @program and its arguments
 */
char **
cf_cmd_split_arguments (const char *program, const char *rest)
{
  GPtrArray *words = g_ptr_array_new ();

  g_ptr_array_add (words, g_strdup (program));
  for (rest = skip_blanks (rest); *rest != '\0'; rest = skip_blanks (rest))
    {
      GString *word = g_string_new (NULL);

      rest = take_argument (rest, word);
      g_ptr_array_add (words, g_string_free (word, FALSE));
    }
  g_ptr_array_add (words, NULL);
  return (char **) g_ptr_array_free (words, FALSE);
}

/**
 * cf_cmd_is_program:
 * @word: the first word of a command
 * @name: of a program, in small letters
 *
 * Returns: whether @word means that program: with or without folder and `.exe`, in any case
 */
gboolean
cf_cmd_is_program (const char *word, const char *name)
{
  const char *slash = strrchr (word, '/');
  const char *backslash = strrchr (word, '\\');
  gsize length = strlen (name);

  if (slash != NULL)
    word = slash + 1;
  if (backslash != NULL && backslash + 1 > word)
    word = backslash + 1;
  return g_ascii_strncasecmp (word, name, length) == 0 &&
         (word[length] == '\0' || g_ascii_strcasecmp (word + length, ".exe") == 0);
}
