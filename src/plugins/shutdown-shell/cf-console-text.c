/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-console-text.h"

#include <string.h>

/* Of code pages, those that WinRS clients ask for; in any other one only ASCII is sure. */
static const char *
get_charset (guint code_page)
{
  switch (code_page)
    {
    case CF_CODE_PAGE_UTF_8:
      return "UTF-8";
    case 437:
      return "CP437";
    case 850:
      return "CP850";
    case 1252:
      return "CP1252";
    default:
      return "ASCII";
    }
}

static char *
replace_what_is_not_ascii (const char *text, gsize *length)
{
  GString *ascii = g_string_new (NULL);

  for (; *text != '\0'; text = g_utf8_next_char (text))
    g_string_append_c (ascii, (guchar) *text < 0x80 ? *text : '?');
  *length = ascii->len;
  return g_string_free (ascii, FALSE);
}

/**
 * cf_console_text_encode:
 * @text: in UTF-8, lines ended by \n
 * @code_page: of the console that it is for
 *
 * Returns: (transfer full): the octets that a console of Windows expects: lines end in \r\n, and
 *   what the code page has not becomes a question mark
 */
GByteArray *
cf_console_text_encode (const char *text, guint code_page)
{
  GByteArray *octets = g_byte_array_new ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *joined = g_strjoinv ("\r\n", lines);
  g_autofree char *converted = NULL;
  gsize length = strlen (joined);

  if (code_page == CF_CODE_PAGE_UTF_8)
    converted = g_strdup (joined);
  else
    converted = g_convert_with_fallback (joined, -1, get_charset (code_page), "UTF-8", "?", NULL,
                                         &length, NULL);
  if (converted == NULL)
    converted = replace_what_is_not_ascii (joined, &length);
  return g_byte_array_append (octets, (const guint8 *) converted, (guint) length);
}

/**
 * cf_console_text_parse_code_page:
 * @text: the value of WINRS_CODEPAGE
 * @code_page: (out): the number
 *
 * Returns: %FALSE if @text is no number of a code page
 */
gboolean
cf_console_text_parse_code_page (const char *text, guint *code_page)
{
  guint64 number = 0;

  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &number, NULL))
    return FALSE;
  *code_page = (guint) number;
  return TRUE;
}
