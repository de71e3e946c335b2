/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-powershell-script.h"

#include <string.h>

#include "cf-command-line.h"

/* How far one script has been read. */
typedef struct
{
  const char *next;
  GPtrArray *words;
  GString *word; /* (owned) (nullable): %NULL between words */
} Reader;

static void
reader_clear (Reader *self)
{
  g_clear_pointer (&self->words, g_ptr_array_unref);
  if (self->word != NULL)
    g_string_free (self->word, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

static gboolean
set_too_much (GError **error)
{
  g_set_error_literal (error, CF_COMMAND_LINE_ERROR, CF_COMMAND_LINE_ERROR_NOT_ONE,
                       "This shell runs no PowerShell scripts, only one shutdown command without "
                       "variables, pipes and further statements; text with special characters "
                       "belongs in single quotes");
  return FALSE;
}

/* PowerShell takes typographic quotes for straight ones. */
static gboolean
is_single_quote (gunichar c)
{
  return c == '\'' || (c >= 0x2018 && c <= 0x201B);
}

static gboolean
is_double_quote (gunichar c)
{
  return c == '"' || (c >= 0x201C && c <= 0x201E);
}

static gunichar
peek (const Reader *self)
{
  return *self->next != '\0' ? g_utf8_get_char (self->next) : 0;
}

static gunichar
take (Reader *self)
{
  gunichar c = peek (self);

  if (c != 0)
    self->next = g_utf8_next_char (self->next);
  return c;
}

static void
begin_word (Reader *self)
{
  if (self->word == NULL)
    self->word = g_string_new (NULL);
}

static void
end_word (Reader *self)
{
  if (self->word != NULL)
    g_ptr_array_add (self->words, g_string_free (g_steal_pointer (&self->word), FALSE));
}

/* Behind a backtick. */
static void
take_escaped (Reader *self)
{
  gunichar c = take (self);

  if (c == '\r' && peek (self) == '\n')
    c = take (self);
  if (c == '\n' || c == 0)
    return; /* the line goes on */
  begin_word (self);
  g_string_append_unichar (self->word, c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c);
}

static gboolean
begins_variable (const Reader *self)
{
  gunichar c = peek (self);

  return c != 0 && (g_unichar_isalnum (c) || c == '_' || c == '{' || c == '(' || c == '?' ||
                    c == '$' || c == '^');
}

/* Behind an opening quote. */
static gboolean
take_quoted (Reader *self, gboolean is_double, GError **error)
{
  gunichar c;

  begin_word (self);
  while ((c = take (self)) != 0)
    {
      if (is_double ? is_double_quote (c) : is_single_quote (c))
        {
          gunichar next = peek (self);

          if (!(is_double ? is_double_quote (next) : is_single_quote (next)))
            return TRUE;
          take (self);
        }
      else if (is_double && c == '`')
        {
          take_escaped (self);
          continue;
        }
      else if (is_double && c == '$' && begins_variable (self))
        return set_too_much (error);
      g_string_append_unichar (self->word, c);
    }
  return set_too_much (error); /* no quote ends it */
}

/* Takes one statement: a call operator that may be there, and words. */
static gboolean
take_statement (Reader *self, GError **error)
{
  gboolean called = peek (self) == '&';
  gunichar c;

  if (called)
    take (self);
  while ((c = take (self)) != 0 && c != ';' && c != '\n')
    {
      if (is_double_quote (c) || is_single_quote (c))
        {
          /* without & it is a text, not a command */
          if (self->words->len == 0 && self->word == NULL && !called)
            return set_too_much (error);
          if (!take_quoted (self, is_double_quote (c), error))
            return FALSE;
        }
      else if (c == '`')
        take_escaped (self);
      else if (g_unichar_isspace (c))
        end_word (self);
      else if (c == '#' && self->word == NULL)
        self->next += strcspn (self->next, "\n");
      else if ((c < 0x80 && strchr ("|&<>(){},", (int) c) != NULL) ||
               (c == '$' && begins_variable (self)) || (c == '@' && self->word == NULL))
        return set_too_much (error);
      else
        {
          begin_word (self);
          g_string_append_unichar (self->word, c);
        }
    }
  end_word (self);
  return TRUE;
}

static void
skip_space (Reader *self)
{
  self->next += strspn (self->next, " \t\r\n;");
}

/* Statements around a command that change nothing for it, as tools add them. */
static gboolean
skip_harmless (Reader *self)
{
  static GRegex *harmless = NULL;
  static gsize once = 0;
  g_autoptr (GMatchInfo) match = NULL;
  int end = 0;

  if (g_once_init_enter (&once))
    {
      harmless = g_regex_new (
        "^(?:\\$(?:ProgressPreference|ErrorActionPreference)\\s*=\\s*"
        "(?:'\\w*'|\"\\w*\")|exit\\s+\\$LASTEXITCODE|#[^\\n]*)\\s*(?=[;\\n]|$)",
        G_REGEX_CASELESS, 0, NULL);
      g_once_init_leave (&once, 1);
    }
  if (!g_regex_match (harmless, self->next, 0, &match) ||
      !g_match_info_fetch_pos (match, 0, NULL, &end))
    return FALSE;
  self->next += end;
  skip_space (self);
  return TRUE;
}

/**
 * cf_powershell_split:
 * @script: a PowerShell script
 * @error: a #CfCommandLineError
 *
 * Reads a script that is one command with plain arguments.
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): its words; %NULL with @error set
 *   for any other script
 */
char **
cf_powershell_split (const char *script, GError **error)
{
  g_auto (Reader) reader = { .next = script };

  reader.words = g_ptr_array_new_with_free_func (g_free);
  skip_space (&reader);
  while (skip_harmless (&reader))
    ;
  if (!take_statement (&reader, error))
    return NULL;
  skip_space (&reader);
  while (skip_harmless (&reader))
    ;
  if (*reader.next != '\0')
    {
      set_too_much (error);
      return NULL;
    }
  g_ptr_array_add (reader.words, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&reader.words), FALSE);
}
