/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-display-text.h"

#include <string.h>

#define MAX_LINES       12
#define MAX_MARKS       4 /* combining marks on one base */
/* As many as may still compose with the base; sorting more takes normalising quadratic time. */
#define MAX_LOOSE_MARKS 16

/* Characters that turn text round, join it invisibly or mean nothing on a screen
 * (threat-model.md section 8, less what ends_line() takes). The zero-width joiners stay: scripts
 * need them. */
static gboolean
is_dropped (gunichar character)
{
  return g_unichar_iscntrl (character) || character == 0x061C || character == 0x200B ||
         character == 0x200E || character == 0x200F ||
         (character >= 0x202A && character <= 0x202E) ||
         (character >= 0x2060 && character <= 0x206F) || character == 0xFEFF ||
         (character >= 0xE0000 && character <= 0xE007F) ||
         g_unichar_type (character) == G_UNICODE_PRIVATE_USE ||
         g_unichar_type (character) == G_UNICODE_SURROGATE;
}

/* What parts lines anywhere: dropping it would make one word of two. */
static gboolean
ends_line (gunichar character)
{
  return (character >= '\n' && character <= '\r') || character == 0x0085 || character == 0x2028 ||
         character == 0x2029;
}

/* Whether @character is one mark too many; @marks counts those since the last base. */
static gboolean
is_excess_mark (gunichar character, guint max, guint *marks)
{
  if (g_unichar_ismark (character))
    return ++*marks > max;
  /* a joiner is invisible, and so no new base */
  if (g_unichar_type (character) != G_UNICODE_FORMAT)
    *marks = 0;
  return FALSE;
}

/* Leaves out what has no business on a screen. Normalising comes after this, or a mark would stay
 * apart from a base from which only a dropped character parted it. */
static char *
normalize_kept (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (GString) kept = g_string_sized_new (strlen (valid));
  guint marks = 0;

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar character = g_utf8_get_char (p);

      if (character == '\r' && p[1] == '\n')
        continue;
      if (ends_line (character))
        character = '\n';
      else if (character == '\t')
        character = ' ';
      else if (is_dropped (character))
        continue;
      if (!is_excess_mark (character, MAX_LOOSE_MARKS, &marks))
        g_string_append_unichar (kept, character);
    }
  return g_utf8_normalize (kept->str, kept->len, G_NORMALIZE_NFC);
}

/* Most text is, and takes none of the work below. */
static gboolean
is_printable_ascii (const char *text)
{
  while (g_ascii_isprint (*text))
    text++;
  return *text == '\0';
}

static char *
clean (const char *text, guint max_lines)
{
  g_autofree char *normal = NULL;
  GString *cleaned;
  guint lines = 1;
  guint marks = 0;

  if (is_printable_ascii (text))
    return g_strdup (text);

  normal = normalize_kept (text);
  cleaned = g_string_sized_new (strlen (normal));
  for (const char *p = normal; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar character = g_utf8_get_char (p);

      if (is_excess_mark (character, MAX_MARKS, &marks))
        continue;
      if (character == '\n' && ++lines > max_lines)
        character = ' ';
      g_string_append_unichar (cleaned, character);
    }
  return g_string_free (cleaned, FALSE);
}

/**
 * cf_display_text_clean:
 * @text: text of a peer; need not be valid UTF-8
 *
 * Makes foreign text fit to be shown (threat-model.md section 8): valid UTF-8 in NFC, no control
 * characters but line feeds (a tab becomes a space, every other way to end a line a line feed), no
 * characters that reorder or hide text, at most four combining marks on a base, at most twelve
 * lines: further ones follow on the twelfth after a space, so that no word is lost. What the text
 * has too much of otherwise is for its reader to limit; nothing is cut off here.
 *
 * Returns: (transfer full): the text
 */
char *
cf_display_text_clean (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  return clean (text, MAX_LINES);
}

/**
 * cf_display_text_one_line:
 * @text: text of a peer; need not be valid UTF-8
 *
 * As cf_display_text_clean(), for terminals and logs: line ends become spaces.
 *
 * Returns: (transfer full): the text on one line
 */
char *
cf_display_text_one_line (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  return clean (text, 1);
}
