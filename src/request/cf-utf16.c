/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-utf16.h"

/**
 * cf_utf16_length:
 * @text: valid UTF-8: whoever has text of a peer validates it first
 *
 * Returns: how many UTF-16 code units @text has: 1 for a character of the basic plane, 2 for others
 */
gsize
cf_utf16_length (const char *text)
{
  gsize units = 0;

  g_return_val_if_fail (text != NULL, 0);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    units += g_utf8_get_char (p) > 0xFFFF ? 2 : 1;
  return units;
}
