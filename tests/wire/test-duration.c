/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsman/wire/wsm-duration.h"
#include "wsman/wire/wsm-wire-error.h"

#define DAY G_GINT64_CONSTANT (86400000)

static void
test_grammar_is_read (void)
{
  static const struct
  {
    const char *text;
    gint64 msec;
  } cases[] = {
    { "PT60.000S", 60000 },
    { "PT1M", 60000 },
    { "P0DT0H1M0S", 60000 },
    { "P0DT0H1M40S", 100000 },
    { "PT0S", 0 },
    { "PT0.001S", 1 },
    { "PT0.0009S", 0 },
    { "PT1.5S", 1500 },
    { "PT1.55S", 1550 },
    { "PT1.23456789012345678901234567890S", 1234 },
    { "P1Y", 365 * DAY },
    { "P1M", 30 * DAY },
    { "P1Y2M3DT4H5M6.007S", 428 * DAY + 14706007 },
    { "P1D", DAY },
    { "PT24H", DAY },
    { "-PT1S", -1000 },
    { "-P1DT0.5S", -DAY - 500 },
    { "-PT0S", 0 },
    { " \n\tPT1S\r ", 1000 },
    { "PT0000000000000000000000000001S", 1000 },
    { "PT9223372036854775S", G_GINT64_CONSTANT (9223372036854775000) },
    { "PT9223372036854775.807S", G_MAXINT64 },
    { "-PT9223372036854775.807S", -G_MAXINT64 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 msec = 42;

      g_test_message ("%s", cases[i].text);
      g_assert_true (wsm_duration_parse (cases[i].text, &msec, &error));
      g_assert_no_error (error);
      g_assert_cmpint (msec, ==, cases[i].msec);
    }
}

static void
test_everything_else_is_refused (void)
{
  static const char *const texts[] = {
    "",
    " ",
    "P",
    "PT",
    "-P",
    "-",
    "+PT1S",
    "--PT1S",
    "60",
    "60S",
    "T60S",
    "pt60s",
    "PT60",
    "PTS",
    "PT.5S",
    "PT1.S",
    "PT1.5M",
    "P1.5D",
    "P1.5Y",
    "P1H",
    "P1S",
    "PT1D",
    "P1DT",
    "PT1S1M",
    "PT1M1H",
    "P1D1Y",
    "PT1S1S",
    "PT1M1M",
    "P1W",
    "PT-1S",
    "P-1D",
    "PT1,5S",
    "PT1 S",
    "PT1Sx",
    "PT1S PT1S",
    "PT0x10S",
    "P1DT1S ;",
    "PT9223372036854776S",
    "PT9223372036854775.808S",
    "PT9223372036854775807S",
    "PT9223372036854775808S",
    "PT99999999999999999999999S",
    "P292471209Y",
    "P999999999999Y",
    "PT\xd9\xa1S",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 msec = 42;

      g_test_message ("%s", texts[i]);
      g_assert_false (wsm_duration_parse (texts[i], &msec, &error));
      g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_VALUE);
      g_assert_cmpint (msec, ==, 0);
    }
}

static void
test_format_is_that_of_windows (void)
{
  static const struct
  {
    gint64 msec;
    const char *text;
  } cases[] = {
    { 60000, "PT60.000S" },
    { 0, "PT0.000S" },
    { 1, "PT0.001S" },
    { -1500, "-PT1.500S" },
    { G_MAXINT64, "PT9223372036854775.807S" },
    { G_MININT64, "-PT9223372036854775.808S" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = wsm_duration_format (cases[i].msec);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/duration/grammar-is-read", test_grammar_is_read);
  g_test_add_func ("/wire/duration/everything-else-is-refused", test_everything_else_is_refused);
  g_test_add_func ("/wire/duration/format-is-that-of-windows", test_format_is_that_of_windows);

  return g_test_run ();
}
