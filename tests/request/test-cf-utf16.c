/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "request/cf-utf16.h"

static void
test_lengths (void)
{
  g_test_summary ("A text is as long as its conversion to UTF-16 by somebody else");

  static const struct
  {
    const char *text;
    gsize units;
  } cases[] = {
    { "", 0 },
    { "a", 1 },
    { "Grüße", 5 },
    { "Grüße 🦉", 8 },
    { "\xEF\xBF\xBF", 1 },     /* U+FFFF, the last of one unit */
    { "\xF0\x90\x80\x80", 2 }, /* U+10000, the first of two */
    { "\xF4\x8F\xBF\xBF", 2 }, /* U+10FFFF */
    { "👩‍👩‍👧", 8 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      glong converted = -1;
      g_autofree gunichar2 *utf16 = g_utf8_to_utf16 (cases[i].text, -1, NULL, &converted, NULL);

      g_assert_nonnull (utf16);
      g_assert_cmpint (converted, ==, cases[i].units);
      g_assert_cmpuint (cf_utf16_length (cases[i].text), ==, cases[i].units);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/request/utf16/counts-code-units", test_lengths);

  return g_test_run ();
}
