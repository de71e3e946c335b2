/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-explain.h"

#include <glib/gi18n.h>

#include "request/cf-win32-code.h"

static const CfWin32Code *
find_code (const char *text)
{
  gboolean is_hexadecimal = g_ascii_strncasecmp (text, "0x", 2) == 0;
  guint64 number;

  if (g_ascii_string_to_unsigned (is_hexadecimal ? text + 2 : text, is_hexadecimal ? 16 : 10, 0,
                                  G_MAXUINT32, &number, NULL))
    return cf_win32_code_lookup ((guint32) number);
  return cf_win32_code_lookup_name (text);
}

/**
 * cf_explain:
 * @text: a Win32 code: a number, in hexadecimal with `0x`, or a name
 *
 * Returns: (transfer full) (nullable): what it means and what to do, three lines; %NULL if it is
 *   not known
 */
char *
cf_explain (const char *text)
{
  const CfWin32Code *known;

  g_return_val_if_fail (text != NULL, NULL);

  known = find_code (text);
  if (known == NULL)
    return NULL;
  return g_strdup_printf ("%u (0x%x) %s\n%s\n%s\n", known->code, known->code, known->name,
                          _ (known->meaning), _ (known->next_step));
}
