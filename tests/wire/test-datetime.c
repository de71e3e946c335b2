/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsman/wire/wsm-datetime.h"
#include "wsman/wire/wsm-wire-error.h"

static void
test_every_form_gives_the_instant (void)
{
  /* The second column is in UTC, the third the offset that has to be kept, in minutes. */
  static const struct
  {
    const char *text;
    const char *utc;
    int offset;
  } cases[] = {
    { "2025-03-04T06:15:30.5Z", "2025-03-04T06:15:30.5Z", 0 },
    { "2025-03-04T06:15:30Z", "2025-03-04T06:15:30Z", 0 },
    { "2013-04-15T16:28:43.488171Z", "2013-04-15T16:28:43.488171Z", 0 },
    { "2025-03-05T09:01:12.437+01:00", "2025-03-05T08:01:12.437Z", 60 },
    { "2025-03-05T09:01:12-09:30", "2025-03-05T18:31:12Z", -570 },
    { "2025-03-04T06:15:30.50", "2025-03-04T06:15:30.5Z", 0 },
    { " 2025-03-04T06:15:30.5Z\n", "2025-03-04T06:15:30.5Z", 0 },
    { "2024-02-29T23:59:59.999999Z", "2024-02-29T23:59:59.999999Z", 0 },
    { "20250304061530.500000+000", "2025-03-04T06:15:30.5Z", 0 },
    { "20250304071530.500000+060", "2025-03-04T06:15:30.5Z", 60 },
    { "20250303204530.500000-570", "2025-03-04T06:15:30.5Z", -570 },
    { "20250304061530.000001+000", "2025-03-04T06:15:30.000001Z", 0 },
    { "20250304061530.******+000", "2025-03-04T06:15:30Z", 0 },
    { "20250304061530.123***+000", "2025-03-04T06:15:30.123Z", 0 },
    { "20250304061530.500000+***", "2025-03-04T06:15:30.5Z", 0 },
    { "20250304******.******+***", "2025-03-04T00:00:00Z", 0 },
    { "2025**********.******+000", "2025-01-01T00:00:00Z", 0 },
    { " 20250304061530.500000+000 ", "2025-03-04T06:15:30.5Z", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GDateTime) time = wsm_datetime_parse (cases[i].text, &error);
      g_autoptr (GDateTime) utc = NULL;
      g_autofree char *text = NULL;

      g_test_message ("%s", cases[i].text);
      g_assert_no_error (error);
      utc = g_date_time_to_utc (time);
      text = wsm_datetime_format (utc);
      g_assert_cmpstr (text, ==, cases[i].utc);
      g_assert_cmpint (g_date_time_get_utc_offset (time) / G_TIME_SPAN_MINUTE, ==, cases[i].offset);
    }
}

static void
test_everything_else_is_refused (void)
{
  static const char *const texts[] = {
    "",
    " ",
    "yesterday",
    "2025-03-04",
    "06:15:30",
    "2025-13-04T06:15:30Z",
    "2025-02-29T06:15:30Z",
    "2025-03-04T24:15:30Z",
    "2025-03-04T06:60:30Z",
    "2025-03-04T06:15:30+1",
    "2025-03-04T06:15:30.5ZZ",
    "2025-03-04 T06:15:30",
    "20250304T061530Z",
    "2025-W10-2T06:15:30Z",
    "-2025-03-04T06:15:30Z",
    "12025-03-04T06:15:30Z",
    "20250304061530.500000",
    "20250304061530.500000+0",
    "20251304061530.500000+000",
    "20250230061530.500000+000",
    "20250304241530.500000+000",
    "2025030406153*.500000+000",
    "****0304061530.500000+000",
    "00000304061530.500000+000",
    "20250304061530.*00000+000",
    "20250304061530.500000+0x0",
    "20250304061530.500000+999x",
    "00000000000140.000000:000",
    "PT1S",
    "2025-03-04T06:15:30.5Z\xc3\xbc",
    "2025-03-04T06:15:30.000000000000000000000000000000000000000000000000000000000000000000Z",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", texts[i]);
      g_assert_null (wsm_datetime_parse (texts[i], &error));
      g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_VALUE);
    }
}

static void
test_intervals_are_read (void)
{
  static const struct
  {
    const char *text;
    gint64 msec;
  } cases[] = {
    { "00000000000140.000000:000", 100000 },
    { "00000001020304.005678:000", 93784005 },
    { "99999999235959.999999:000", G_GINT64_CONSTANT (8639999999999999) },
    { "00000000****10.******:000", 10000 },
    { "P0DT0H1M40S", 100000 },
    { " PT1S ", 1000 },
    { " 00000000000140.000000:000\n", 100000 },
  };
  static const char *const refused[] = {
    "00000000000140.000000+000",
    "00000000000140.000000:001",
    "00000000240000.000000:000",
    "00000000006000.000000:000",
    "00000000000060.000000:000",
    "0000000000014x.000000:000",
    "00000000000140.000000:00",
    "2025-03-04T06:15:30Z",
    "100",
    "",
  };
  gint64 msec;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].text);
      g_assert_true (wsm_interval_parse (cases[i].text, &msec, NULL));
      g_assert_cmpint (msec, ==, cases[i].msec);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", refused[i]);
      g_assert_false (wsm_interval_parse (refused[i], &msec, &error));
      g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_VALUE);
    }
}

static void
test_format_reads_itself (void)
{
  static const char *const texts[] = {
    "2025-03-04T06:15:30Z",
    "2025-03-04T06:15:30.5Z",
    "2025-03-04T06:15:30.000001Z",
    "2025-03-05T09:01:12.437+01:00",
    "2025-03-05T09:01:12.437120-09:30",
    "0001-01-01T00:00:00Z",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GDateTime) time = wsm_datetime_parse (texts[i], NULL);
      g_autoptr (GDateTime) again = NULL;
      g_autofree char *text = wsm_datetime_format (time);

      g_test_message ("%s", texts[i]);
      again = wsm_datetime_parse (text, NULL);
      g_assert_true (g_date_time_equal (time, again));
      g_assert_cmpint (g_date_time_get_utc_offset (time), ==, g_date_time_get_utc_offset (again));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/datetime/every-form-gives-the-instant",
                   test_every_form_gives_the_instant);
  g_test_add_func ("/wire/datetime/everything-else-is-refused", test_everything_else_is_refused);
  g_test_add_func ("/wire/datetime/intervals-are-read", test_intervals_are_read);
  g_test_add_func ("/wire/datetime/format-reads-itself", test_format_reads_itself);

  return g_test_run ();
}
