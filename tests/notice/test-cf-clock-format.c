/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notice/cf-clock-format.h"

#include <gio/gio.h>
#include <locale.h>

#include "notice-fixture.h"

#define NBSP "\u00A0"

static const struct
{
  gint64 seconds_of_day;
  const char *h24;
  const char *h12;
} times[] = {
  { 0, "00:00", "12:00" NBSP "AM" },
  { 1, "00:00", "12:00" NBSP "AM" },
  { 9 * 3600 + 5 * 60, "09:05", "9:05" NBSP "AM" },
  { 11 * 3600 + 59 * 60 + 59, "11:59", "11:59" NBSP "AM" },
  { 12 * 3600, "12:00", "12:00" NBSP "PM" },
  { 14 * 3600 + 45 * 60, "14:45", "2:45" NBSP "PM" },
  { 23 * 3600 + 59 * 60 + 59, "23:59", "11:59" NBSP "PM" },
};

static void
test_time (void)
{
  g_test_summary ("Times are written for people of both clocks");

  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      gint64 usec = times[i].seconds_of_day * NOTICE_SECOND;

      assert_words (cf_clock_format_dup_time (CF_CLOCK_FORMAT_24H, usec), times[i].h24);
      assert_words (cf_clock_format_dup_time (CF_CLOCK_FORMAT_12H, usec), times[i].h12);
    }
}

static void
test_time_jitter (void)
{
  g_test_summary ("A time that is some milliseconds off is not a minute off");

  for (gint64 off = -NOTICE_SECOND / 2; off < NOTICE_SECOND / 2; off += 1000)
    assert_words (cf_clock_format_dup_time (CF_CLOCK_FORMAT_24H, NOW_REAL + off), "14:33");
  assert_words (cf_clock_format_dup_time (CF_CLOCK_FORMAT_24H, NOW_REAL - NOTICE_SECOND), "14:32");
}

static void
test_time_absurd (void)
{
  g_test_summary ("A time beyond the calendar is no crash");

  assert_words (cf_clock_format_dup_time (CF_CLOCK_FORMAT_24H, G_MAXINT64), "–");
  assert_words (cf_clock_format_dup_day (G_MAXINT64, 0), "–");
  assert_words (cf_clock_format_dup_time_and_day (CF_CLOCK_FORMAT_24H, G_MAXINT64, 0), "–, –");
  g_assert_cmpint (cf_clock_format_get_day (G_MININT64, 0), ==, CF_CLOCK_OTHER_DAY);
}

/* now is a Sunday, 14:33 */
static const struct
{
  gint64 later;
  const char *words;
  CfClockDay day;
} days[] = {
  { 0, "14:33", CF_CLOCK_TODAY },
  { 9 * NOTICE_HOUR + 26 * NOTICE_MINUTE, "23:59", CF_CLOCK_TODAY },
  { 9 * NOTICE_HOUR + 27 * NOTICE_MINUTE, "tomorrow, 00:00", CF_CLOCK_TOMORROW },
  { NOTICE_DAY + 9 * NOTICE_HOUR + 26 * NOTICE_MINUTE, "tomorrow, 23:59", CF_CLOCK_TOMORROW },
  { NOTICE_DAY + 9 * NOTICE_HOUR + 27 * NOTICE_MINUTE, "Tuesday, 00:00", CF_CLOCK_OTHER_DAY },
  { 6 * NOTICE_DAY, "Saturday, 14:33", CF_CLOCK_OTHER_DAY },
  { 6 * NOTICE_DAY + 10 * NOTICE_HOUR, "2026-11-29, 00:33", CF_CLOCK_OTHER_DAY },
  { 7 * NOTICE_DAY, "2026-11-29, 14:33", CF_CLOCK_OTHER_DAY },
  { 40 * NOTICE_DAY, "2027-01-01, 14:33", CF_CLOCK_OTHER_DAY },
  { -14 * NOTICE_HOUR, "00:33", CF_CLOCK_TODAY },
  { -15 * NOTICE_HOUR, "2026-11-21, 23:33", CF_CLOCK_OTHER_DAY },
};

static void
test_day (void)
{
  g_test_summary ("The day is told where it is not today");

  for (gsize i = 0; i < G_N_ELEMENTS (days); i++)
    {
      gint64 time = NOW_REAL + days[i].later;

      assert_words (cf_clock_format_dup_time_and_day (CF_CLOCK_FORMAT_24H, time, NOW_REAL),
                    days[i].words);
      g_assert_cmpint (cf_clock_format_get_day (time, NOW_REAL), ==, days[i].day);
    }
}

static void
test_day_names (void)
{
  static const char *const names[] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
                                       "Thursday", "Friday", "Saturday" };

  g_test_summary ("Each of the next days has its name");

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    assert_words (cf_clock_format_dup_day (NOW_REAL + (gint64) i * NOTICE_DAY, NOW_REAL), names[i]);
}

static void
test_detect_locale (void)
{
  g_test_summary ("Without a desktop's word the locale decides: here it has 24 hours");

  g_unsetenv ("XDG_CURRENT_DESKTOP");
  setlocale (LC_ALL, "");
  g_assert_cmpint (cf_clock_format_detect (), ==, CF_CLOCK_FORMAT_24H);
}

static void
test_detect_setting (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autoptr (GSettings) settings = NULL;

  g_test_summary ("What somebody chose in the settings counts");

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, "org.gnome.desktop.interface", TRUE);
  if (schema == NULL)
    {
      g_test_skip ("the schemas of the desktop are not installed");
      return;
    }
  settings = g_settings_new_full (schema, NULL, NULL);
  g_assert_true (g_settings_set_string (settings, "clock-format", "12h"));
  g_assert_cmpint (cf_clock_format_detect (), ==, CF_CLOCK_FORMAT_12H);
  g_assert_true (g_settings_set_string (settings, "clock-format", "24h"));
  g_assert_cmpint (cf_clock_format_detect (), ==, CF_CLOCK_FORMAT_24H);
  g_settings_reset (settings, "clock-format");
}

int
main (int argc, char **argv)
{
  notice_test_init (&argc, &argv);

  g_test_add_func ("/notice/clock-format/time-by-either-clock", test_time);
  g_test_add_func ("/notice/clock-format/jitter-is-no-minute", test_time_jitter);
  g_test_add_func ("/notice/clock-format/absurd-times-are-no-crash", test_time_absurd);
  g_test_add_func ("/notice/clock-format/day-if-not-today", test_day);
  g_test_add_func ("/notice/clock-format/names-of-days", test_day_names);
  g_test_add_func ("/notice/clock-format/locale-decides", test_detect_locale);
  g_test_add_func ("/notice/clock-format/setting-counts", test_detect_setting);
  return g_test_run ();
}
