/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-duration.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_DIGITS 12u /* more than any period that is allowed, and no overflow */

/**
 * cf_duration_parse:
 * @text: `now`, or digits with `s`, `m` or `h` behind them, or without: `90`, `90s`, `15m`, `2h`
 * @seconds: (out): what it says; whether that is too long is for others to say
 *
 * Returns: %FALSE if @text is no duration
 */
gboolean
cf_duration_parse (const char *text, guint64 *seconds)
{
  gsize n_digits;
  guint64 factor;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (seconds != NULL, FALSE);

  if (g_str_equal (text, "now"))
    {
      *seconds = 0;
      return TRUE;
    }

  n_digits = strspn (text, "0123456789");
  if (n_digits == 0 || n_digits > MAX_DIGITS)
    return FALSE;
  if (g_str_equal (text + n_digits, "") || g_str_equal (text + n_digits, "s"))
    factor = 1;
  else if (g_str_equal (text + n_digits, "m"))
    factor = 60;
  else if (g_str_equal (text + n_digits, "h"))
    factor = 60 * 60;
  else
    return FALSE;

  *seconds = g_ascii_strtoull (text, NULL, 10) * factor;
  return TRUE;
}

/**
 * cf_duration_to_words:
 * @seconds: a period
 *
 * Returns: (transfer full): the period for people, exact: "90 s", "15 min", "2 h", "1 h 30 min"
 */
char *
cf_duration_to_words (guint32 seconds)
{
  if (seconds < 120 && seconds != 60)
    return g_strdup_printf (_ ("%u s"), seconds);
  if (seconds % 60 != 0)
    return g_strdup_printf (_ ("%u min %u s"), seconds / 60, seconds % 60);
  if (seconds < 60 * 60)
    return g_strdup_printf (_ ("%u min"), seconds / 60);
  if (seconds % (60 * 60) != 0)
    return g_strdup_printf (_ ("%u h %u min"), seconds / 60 / 60, seconds / 60 % 60);
  return g_strdup_printf (_ ("%u h"), seconds / 60 / 60);
}
