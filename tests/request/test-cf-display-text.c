/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "request/cf-display-text.h"

#define ACUTE "\u0301"

static const struct
{
  const char *text;
  const char *cleaned;
  const char *line; /* (nullable): on one line; the same as @cleaned if %NULL */
} cases[] = {
  { "", "", NULL },
  { "Restart at noon.", "Restart at noon.", NULL },
  { "Grüße 🦉 שלום नमस्ते", "Grüße 🦉 שלום नमस्ते", NULL },
  { "<b>&amp;%s", "<b>&amp;%s", NULL },
  /* line ends and tabs */
  { "a\nb", "a\nb", "a b" },
  { "a\r\nb", "a\nb", "a b" },
  { "a\rb", "a\nb", "a b" },
  { "a\vb\fc", "a\nb\nc", "a b c" },
  { "a\xC2\x85"
    "b\u2028c\u2029d",
    "a\nb\nc\nd", "a b c d" },
  { "a\tb", "a b", NULL },
  { "a\n\nb\n", "a\n\nb\n", "a  b " },
  /* controls, and a terminal's */
  { "a\x01\x1F\x7F\xC2\x80\xC2\x9Fz", "az", NULL },
  { "\x1B[31mred\x07", "[31mred", NULL },
  /* reordering, hidden, tags, private use: first and last of each range, then their neighbours */
  { "a\u061C\u200B\u200E\u200F\u202A\u202E\u2060\u206F\uFEFFz", "az", NULL },
  { "a\U000E0001\U000E007F\uE000\uF8FF\U000F0000\U0010FFFDz", "az", NULL },
  { "a\u061B\u2027\u2070\uFF01\U000E0100z", "a\u061B\u2027\u2070\uFF01\U000E0100z", NULL },
  { "evil\u202Etxt.exe", "eviltxt.exe", NULL },
  /* the joiners stay */
  { "👩\u200D👧 می\u200Cخواهم", "👩\u200D👧 می\u200Cخواهم", NULL },
  /* NFC, also where a dropped character stood between */
  { "e" ACUTE, "é", NULL },
  { "e\u200B" ACUTE, "é", NULL },
  { "\u212B", "\u00C5", NULL },
  /* combining marks: four a base, whatever is invisible between them */
  { "x" ACUTE ACUTE ACUTE ACUTE, "x" ACUTE ACUTE ACUTE ACUTE, NULL },
  { "x" ACUTE ACUTE ACUTE ACUTE ACUTE "y", "x" ACUTE ACUTE ACUTE ACUTE "y", NULL },
  { "x" ACUTE ACUTE ACUTE ACUTE "\u200D" ACUTE "y" ACUTE,
    "x" ACUTE ACUTE ACUTE ACUTE "\u200D"
    "ý",
    NULL },
  { "x" ACUTE ACUTE "\u200B" ACUTE ACUTE ACUTE, "x" ACUTE ACUTE ACUTE ACUTE, NULL },
  /* the accent that became part of its letter does not count */
  { "e" ACUTE ACUTE ACUTE ACUTE ACUTE, "é" ACUTE ACUTE ACUTE ACUTE, NULL },
  { ACUTE ACUTE ACUTE ACUTE ACUTE, ACUTE ACUTE ACUTE ACUTE, NULL },
  /* no UTF-8: stray octet, cut sequence, overlong slash, surrogate */
  { "a\xFFz", "a\uFFFDz", NULL },
  { "a\xE2\x82", "a\uFFFD\uFFFD", NULL },
  { "a\xC0\xAFz", "a\uFFFD\uFFFDz", NULL },
  { "a\xED\xA0\x80z", "a\uFFFD\uFFFD\uFFFDz", NULL },
  /* the thirteenth line follows on the twelfth */
  { "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12",
    "1 2 3 4 5 6 7 8 9 10 11 12" },
  { "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\r\n14\u202815",
    "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12 13 14 15", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15" },
};

static void
test_cases (void)
{
  g_test_summary ("Text is cleaned as the table says; cleaning it again changes nothing");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *cleaned = cf_display_text_clean (cases[i].text);
      g_autofree char *again = cf_display_text_clean (cleaned);
      g_autofree char *line = cf_display_text_one_line (cases[i].text);

      g_assert_cmpstr (cleaned, ==, cases[i].cleaned);
      g_assert_cmpstr (again, ==, cleaned);
      g_assert_cmpstr (line, ==, cases[i].line != NULL ? cases[i].line : cases[i].cleaned);
    }
}

/* The sentence of threat-model.md section 8, character by character. */
static gboolean
oracle_dropped (gunichar c)
{
  return (c < 0x20 && c != 0x0A) || (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x200B ||
         c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xE000 && c <= 0xF8FF) ||
         (c >= 0xE0000 && c <= 0xE007F) || (c >= 0xF0000 && c <= 0xFFFFD) ||
         (c >= 0x100000 && c <= 0x10FFFD);
}

static void
test_every_character (void)
{
  g_test_summary ("Of all characters, exactly those that the threat model lists go");

  for (gunichar c = 1; c <= 0x10FFFF; c++)
    {
      char text[7] = { 0 };
      g_autofree char *cleaned = NULL;
      g_autofree char *normal = NULL;

      if (c >= 0xD800 && c <= 0xDFFF)
        continue;
      g_unichar_to_utf8 (c, text);
      cleaned = cf_display_text_clean (text);
      if (c == '\t')
        g_assert_cmpstr (cleaned, ==, " ");
      else if ((c >= 0x0B && c <= 0x0D) || c == 0x85 || c == 0x2028 || c == 0x2029)
        g_assert_cmpstr (cleaned, ==, "\n");
      else if (oracle_dropped (c))
        g_assert_cmpstr (cleaned, ==, "");
      else
        {
          normal = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);
          g_assert_cmpstr (cleaned, ==, normal);
        }
    }
}

static void
test_random_octets (void)
{
  g_test_summary ("Whatever comes in, what goes out is valid, in NFC, and stays as it is");

  for (guint run = 0; run < 20000; run++)
    {
      /* mostly the lead and trail octets that make up what is dropped, joined and composed */
      static const guint8 octets[] = { 'e',  '\n', '\r', ' ',  0xCC, 0x81, 0x82, 0xE2, 0x80, 0x8B,
                                       0xAE, 0xEF, 0xBB, 0xBF, 0xF3, 0xA0, 0xC2, 0x85, 0xFF, 0x1B };
      char text[65] = { 0 };
      g_autofree char *cleaned = NULL;
      g_autofree char *again = NULL;
      g_autofree char *normal = NULL;

      for (gsize i = 0; i < sizeof text - 1; i++)
        text[i] = octets[g_test_rand_int_range (0, G_N_ELEMENTS (octets))];
      cleaned = cf_display_text_clean (text);
      g_assert_true (g_utf8_validate (cleaned, -1, NULL));
      normal = g_utf8_normalize (cleaned, -1, G_NORMALIZE_NFC);
      g_assert_cmpstr (cleaned, ==, normal);
      again = cf_display_text_clean (cleaned);
      g_assert_cmpstr (again, ==, cleaned);
    }
}

static void
test_long (void)
{
  g_test_summary ("A long text keeps every word, thirty thousand marks come down to four");

  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (GString) marks = g_string_new ("x");
  g_autofree char *cleaned = NULL;
  g_autofree char *line = NULL;
  g_autofree char *marked = NULL;
  gsize breaks = 0;

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (words, "%u\n", i);
  cleaned = cf_display_text_clean (words->str);
  g_assert_cmpuint (strlen (cleaned), ==, words->len);
  for (const char *p = cleaned; *p != '\0'; p++)
    breaks += *p == '\n';
  g_assert_cmpuint (breaks, ==, 11);
  g_strdelimit (words->str, "\n", ' ');
  line = cf_display_text_one_line (words->str);
  g_assert_cmpstr (line, ==, words->str);

  /* falling classes: the worst order for sorting them */
  for (guint i = 0; i < 15000; i++)
    g_string_append (marks, "\u0301\u0323");
  marked = cf_display_text_clean (marks->str);
  g_assert_cmpint (g_utf8_strlen (marked, -1), ==, 5);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/request/display-text/is-fit-to-be-shown", test_cases);
  g_test_add_func ("/request/display-text/only-listed-characters-go", test_every_character);
  g_test_add_func ("/request/display-text/any-octets-become-valid-text", test_random_octets);
  g_test_add_func ("/request/display-text/no-word-is-lost", test_long);

  return g_test_run ();
}
