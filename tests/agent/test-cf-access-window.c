/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-access-window.h"

#include <string.h>

/* Monday, 2 March 2026, is the first day; @day counts from 0, over the end of the week as well. */
static gboolean
is_open (CfAccessWindow *window, guint day, guint hour, guint minute)
{
  g_autoptr (GDateTime)
    local = g_date_time_new_utc (2026, 3, 2 + (int) day, (int) hour, (int) minute, 59.9);

  g_assert_cmpint (g_date_time_get_day_of_week (local), ==, (int) (day % 7 + 1));
  return cf_access_window_contains (window, local);
}

static CfAccessWindow *
parse (const char *spans)
{
  g_autoptr (CfAccessWindow) window = cf_access_window_new ();
  g_auto (GStrv) parts = g_strsplit (spans, ";", -1);

  for (gsize i = 0; parts[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (cf_access_window_add (window, parts[i], &error));
      g_assert_no_error (error);
    }
  return g_steal_pointer (&window);
}

static void
test_new_holds_nothing (void)
{
  g_autoptr (CfAccessWindow) window = cf_access_window_new ();

  for (guint day = 0; day < 7; day++)
    for (guint minute = 0; minute < 24 * 60; minute++)
      g_assert_false (is_open (window, day, minute / 60, minute % 60));
}

static void
test_contains (void)
{
  static const struct
  {
    const char *spans;
    guint day; /* 0 is Monday */
    guint hour;
    guint minute;
    gboolean is_open;
  } cases[] = {
    /* from the first minute to before the last */
    { "Mon 08:00-12:30", 0, 7, 59, FALSE },
    { "Mon 08:00-12:30", 0, 8, 0, TRUE },
    { "Mon 08:00-12:30", 0, 12, 29, TRUE },
    { "Mon 08:00-12:30", 0, 12, 30, FALSE },
    { "Mon 08:00-12:30", 1, 9, 0, FALSE },
    /* over midnight: the days are those on which it begins */
    { "Mon-Fri 18:00-06:00", 0, 5, 59, FALSE },
    { "Mon-Fri 18:00-06:00", 0, 18, 0, TRUE },
    { "Mon-Fri 18:00-06:00", 1, 5, 59, TRUE },
    { "Mon-Fri 18:00-06:00", 1, 6, 0, FALSE },
    { "Mon-Fri 18:00-06:00", 5, 5, 59, TRUE },
    { "Mon-Fri 18:00-06:00", 5, 18, 0, FALSE },
    /* over the end of the week */
    { "Sun 22:00-02:00", 6, 23, 59, TRUE },
    { "Sun 22:00-02:00", 7, 1, 59, TRUE },
    { "Sun 22:00-02:00", 0, 2, 0, FALSE },
    { "Sat-Mon", 5, 0, 0, TRUE },
    { "Sat-Mon", 6, 12, 0, TRUE },
    { "Sat-Mon", 0, 23, 59, TRUE },
    { "Sat-Mon", 1, 0, 0, FALSE },
    { "Sat-Mon", 4, 23, 59, FALSE },
    /* whole days, every day, the end of a day */
    { "Sat,Sun", 5, 0, 0, TRUE },
    { "Sat,Sun", 6, 23, 59, TRUE },
    { "Sat,Sun", 4, 23, 59, FALSE },
    { "Mon,Wed-Thu", 1, 12, 0, FALSE },
    { "Mon,Wed-Thu", 3, 12, 0, TRUE },
    { "22:00-24:00", 3, 23, 59, TRUE },
    { "22:00-24:00", 3, 0, 0, FALSE },
    { "22:00-00:00", 3, 23, 59, TRUE },
    { "22:00-00:00", 3, 0, 0, FALSE },
    { "00:00-24:00", 3, 0, 0, TRUE },
    { "06:00-05:59", 3, 5, 59, FALSE },
    { "06:00-05:59", 3, 5, 58, TRUE },
    /* several, and one over another */
    { "Mon-Fri 18:00-06:00;Sat,Sun", 4, 17, 59, FALSE },
    { "Mon-Fri 18:00-06:00;Sat,Sun", 5, 12, 0, TRUE },
    { "Mon 08:00-12:00;Mon 10:00-14:00", 0, 11, 0, TRUE },
    { "Mon 08:00-12:00;Mon 10:00-14:00", 0, 13, 59, TRUE },
    { "Mon  08:00-09:00", 0, 8, 30, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CfAccessWindow) window = parse (cases[i].spans);

      g_test_message ("%s, day %u at %02u:%02u", cases[i].spans, cases[i].day, cases[i].hour,
                      cases[i].minute);
      g_assert_cmpint (is_open (window, cases[i].day, cases[i].hour, cases[i].minute), ==,
                       cases[i].is_open);
    }
}

static void
test_refuses (void)
{
  static const char *const bad[] = {
    "",
    " ",
    "mon",
    "MON",
    "Monday",
    "Mon-",
    "-Fri",
    "Mon-Mon",
    "Mon,",
    ",Mon",
    "Mon, Tue",
    "Mon - Fri",
    "Mon..Fri",
    "Mon ",
    "Mon 8:00-12:00",
    "Mon 08:00",
    "Mon 08:00-",
    "Mon 08:00-12",
    "Mon 08:00 - 12:00",
    "Mon 08:00-12:00 ",
    "Mon 08:00-12:00,14:00-16:00",
    "Mon\t08:00-12:00",
    "Mon08:00-12:00",
    " Mon 08:00-12:00",
    "08:00-08:00",
    "24:00-06:00",
    "24:00-24:00",
    "22:00-24:01",
    "22:60-23:00",
    "25:00-26:00",
    "99:99-00:00",
    "-1:00-02:00",
    "+8:00-09:00",
    "08.00-09.00",
    "08:00-09:00 Mon",
    "always",
    "*",
  };

  g_test_summary ("What is not exactly a time of the week is none, and changes nothing");

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (CfAccessWindow) window = cf_access_window_new ();
      g_autoptr (GError) error = NULL;

      g_test_message ("“%s”", bad[i]);
      g_assert_false (cf_access_window_add (window, bad[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, bad[i]));
      g_assert_nonnull (strstr (error->message, "Mon-Fri 18:00-06:00"));
      for (guint day = 0; day < 7; day++)
        g_assert_false (is_open (window, day, 8, 30));
    }
}

static gboolean
is_open_at (CfAccessWindow *window, gint64 unix_time, GTimeZone *zone, const char *shown)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (unix_time);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  g_autofree char *text = g_date_time_format (local, "%a %H:%M");

  g_assert_cmpstr (text, ==, shown);
  return cf_access_window_contains (window, local);
}

static void
test_wall_clock_decides (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  g_autoptr (CfAccessWindow) window = parse ("Sun 02:00-03:00");

  g_test_summary ("An hour that is left out is never, an hour that comes twice is twice");

  if (zone == NULL)
    {
      g_test_skip ("this system knows no time zones: install tzdata");
      return;
    }
  /* 29 March 2026: after 01:59 comes 03:00 */
  g_assert_false (is_open_at (window, 1774745999, zone, "Sun 01:59"));
  g_assert_false (is_open_at (window, 1774746000, zone, "Sun 03:00"));
  /* 25 October 2026: after 02:59 comes 02:00 */
  g_assert_true (is_open_at (window, 1792888200, zone, "Sun 02:30"));
  g_assert_true (is_open_at (window, 1792888200 + 3600, zone, "Sun 02:30"));
  g_assert_false (is_open_at (window, 1792888200 + 7200, zone, "Sun 03:30"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agent/access-window/new-holds-nothing", test_new_holds_nothing);
  g_test_add_func ("/agent/access-window/contains", test_contains);
  g_test_add_func ("/agent/access-window/refuses", test_refuses);
  g_test_add_func ("/agent/access-window/wall-clock-decides", test_wall_clock_decides);
  return g_test_run ();
}
