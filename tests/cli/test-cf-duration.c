/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cf-duration.h"

static void
test_parses (void)
{
  static const struct
  {
    const char *text;
    guint64 seconds;
  } cases[] = {
    { "now", 0 },
    { "0", 0 },
    { "0s", 0 },
    { "90", 90 },
    { "90s", 90 },
    { "15m", 900 },
    { "2h", 7200 },
    { "007m", 420 },
    { "315360000", 315360000 },
    { "87600h", 315360000 },
    { "999999999999h", 3599999999996400 },
  };

  g_test_summary ("A duration is now, or a number of seconds, minutes or hours");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint64 seconds = 77;

      g_assert_true (cf_duration_parse (cases[i].text, &seconds));
      g_assert_cmpuint (seconds, ==, cases[i].seconds);
    }
}

static void
test_refuses (void)
{
  static const char *const cases[] = {
    "",    " ",     "soon", "NOW", "now ", "s",  "-5", "+5",  "5 m",           "5M",
    "5mm", "1h30m", "1.5h", "0x5", "5d",   "m5", " 5", "5\n", "1234567890123",
  };

  g_test_summary ("Whatever else is typed is no duration");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint64 seconds;

      g_test_message ("“%s”", cases[i]);
      g_assert_false (cf_duration_parse (cases[i], &seconds));
    }
}

static void
test_words (void)
{
  static const struct
  {
    guint32 seconds;
    const char *words;
  } cases[] = {
    { 0, "0 s" },           { 5, "5 s" },         { 60, "1 min" },          { 90, "90 s" },
    { 120, "2 min" },       { 121, "2 min 1 s" }, { 900, "15 min" },        { 3600, "1 h" },
    { 5400, "1 h 30 min" }, { 7200, "2 h" },      { 315360000, "87600 h" },
  };

  g_test_summary ("Words say a period exactly");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = cf_duration_to_words (cases[i].seconds);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cli/duration/parses", test_parses);
  g_test_add_func ("/cli/duration/refuses", test_refuses);
  g_test_add_func ("/cli/duration/words", test_words);

  return g_test_run ();
}
