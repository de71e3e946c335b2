/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-clock-format.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <langinfo.h>
#include <string.h>

#define DESKTOP_SCHEMA   "org.gnome.desktop.interface"
#define CLOCK_FORMAT_KEY "clock-format"
#define NO_BREAK_SPACE   "\302\240"
#define DAYS_BY_NAME     6 /* a week on, the name of the day is that of today */

static const char *const day_names[] = {
  N_ ("Monday"), N_ ("Tuesday"),  N_ ("Wednesday"), N_ ("Thursday"),
  N_ ("Friday"), N_ ("Saturday"), N_ ("Sunday"),
};

static gboolean
is_gnome (void)
{
  const char *desktops = g_getenv ("XDG_CURRENT_DESKTOP");
  g_auto (GStrv) names = g_strsplit (desktops != NULL ? desktops : "", ":", -1);

  return g_strv_contains ((const char *const *) names, "GNOME");
}

/* The schema is installed on other desktops, too, and its default is no choice of anybody. */
static gboolean
read_desktop_setting (CfClockFormat *format)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autoptr (GSettings) settings = NULL;
  g_autoptr (GVariant) chosen = NULL;
  g_autofree char *setting = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, DESKTOP_SCHEMA, TRUE);
  if (schema == NULL || !g_settings_schema_has_key (schema, CLOCK_FORMAT_KEY))
    return FALSE;
  settings = g_settings_new_full (schema, NULL, NULL);
  chosen = g_settings_get_user_value (settings, CLOCK_FORMAT_KEY);
  if (chosen == NULL && !is_gnome ())
    return FALSE;
  setting = g_settings_get_string (settings, CLOCK_FORMAT_KEY);
  *format = strcmp (setting, "12h") == 0 ? CF_CLOCK_FORMAT_12H : CF_CLOCK_FORMAT_24H;
  return TRUE;
}

static CfClockFormat
read_locale (void)
{
  const char *format = nl_langinfo (T_FMT);

  if (*nl_langinfo (T_FMT_AMPM) != '\0' &&
      (strstr (format, "%I") != NULL || strstr (format, "%l") != NULL ||
       strstr (format, "%r") != NULL || strstr (format, "%p") != NULL))
    return CF_CLOCK_FORMAT_12H;
  return CF_CLOCK_FORMAT_24H;
}

/**
 * cf_clock_format_detect:
 *
 * Asks the settings of the desktop (clock-format of org.gnome.desktop.interface) if somebody chose
 * there or the desktop is GNOME, whose clock shows what they say; the locale of this process
 * otherwise, so setlocale() comes first.
 *
 * Returns: how the person here reads the clock
 */
CfClockFormat
cf_clock_format_detect (void)
{
  CfClockFormat format;

  return read_desktop_setting (&format) ? format : read_locale ();
}

/* To the nearest second: a deadline is computed anew now and then, some milliseconds off, and must
 * not jump by a minute for that. %NULL beyond the year 9999. */
static GDateTime *
new_local (gint64 real_usec)
{
  gint64 half = G_USEC_PER_SEC / 2;
  gint64 seconds = real_usec / G_USEC_PER_SEC + (real_usec % G_USEC_PER_SEC >= half ? 1 : 0);

  return g_date_time_new_from_unix_local (seconds);
}

static void
keep_together (GString *text)
{
  g_string_replace (text, " ", NO_BREAK_SPACE, 0);
}

/**
 * cf_clock_format_dup_time:
 * @self: how the reader reads the clock
 * @real_usec: microseconds since 1970 UTC
 *
 * Returns: (transfer full): the time of day here, "14:45", without a place for a line to break
 */
char *
cf_clock_format_dup_time (CfClockFormat self, gint64 real_usec)
{
  g_autoptr (GDateTime) local = new_local (real_usec);
  g_autofree char *text = NULL;
  GString *time;

  if (local == NULL)
    return g_strdup ("–");
  text = g_date_time_format (local,
                             self == CF_CLOCK_FORMAT_12H
                               /* Translators: the 12-hour clock, as for GDateTime:
                                * "2:45 PM" */
                               ? _ ("%-l:%M %p")
                               /* Translators: the 24-hour clock, as for GDateTime: "14:45" */
                               : _ ("%H:%M"));
  time = g_string_new (text != NULL ? g_strstrip (text) : "–");
  keep_together (time);
  return g_string_free (time, FALSE);
}

/* The day of the calendar here, counted from the year 1 on. */
static gint
count_julian_days (GDateTime *local)
{
  gint year, month, day;
  GDate date;

  g_date_time_get_ymd (local, &year, &month, &day);
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  return (gint) g_date_get_julian (&date);
}

/* How many calendar days @local is after @now. */
static gint
count_days (GDateTime *local, GDateTime *now)
{
  return count_julian_days (local) - count_julian_days (now);
}

/**
 * cf_clock_format_get_day:
 * @real_usec: microseconds since 1970 UTC
 * @now_real_usec: now
 *
 * Returns: on which day @real_usec is, by the calendar here
 */
CfClockDay
cf_clock_format_get_day (gint64 real_usec, gint64 now_real_usec)
{
  g_autoptr (GDateTime) local = new_local (real_usec);
  g_autoptr (GDateTime) now = new_local (now_real_usec);

  if (local == NULL || now == NULL)
    return CF_CLOCK_OTHER_DAY;
  switch (count_days (local, now))
    {
    case 0:
      return CF_CLOCK_TODAY;
    case 1:
      return CF_CLOCK_TOMORROW;
    default:
      return CF_CLOCK_OTHER_DAY;
    }
}

/**
 * cf_clock_format_dup_day:
 * @real_usec: microseconds since 1970 UTC
 * @now_real_usec: now
 *
 * Returns: (transfer full): the day in the language of this process: its name within the next six
 *   days, its date otherwise
 */
char *
cf_clock_format_dup_day (gint64 real_usec, gint64 now_real_usec)
{
  g_autoptr (GDateTime) local = new_local (real_usec);
  g_autoptr (GDateTime) now = new_local (now_real_usec);
  gint days;

  if (local == NULL || now == NULL)
    return g_strdup ("–");
  days = count_days (local, now);
  if (days >= 0 && days <= DAYS_BY_NAME)
    return g_strdup (_ (day_names[g_date_time_get_day_of_week (local) - 1]));
  /* Translators: a day of the calendar, as for GDateTime; numbers only */
  return g_date_time_format (local, _ ("%Y-%m-%d"));
}

/**
 * cf_clock_format_dup_time_and_day:
 * @self: how the reader reads the clock
 * @real_usec: microseconds since 1970 UTC
 * @now_real_usec: now
 *
 * Returns: (transfer full): "14:45" if that is today, else "tomorrow, 14:45", "Friday, 14:45" or
 *   "2026-12-24, 14:45"
 */
char *
cf_clock_format_dup_time_and_day (CfClockFormat self, gint64 real_usec, gint64 now_real_usec)
{
  g_autofree char *time = cf_clock_format_dup_time (self, real_usec);
  g_autofree char *day = NULL;

  switch (cf_clock_format_get_day (real_usec, now_real_usec))
    {
    case CF_CLOCK_TODAY:
      return g_steal_pointer (&time);
    case CF_CLOCK_TOMORROW:
      /* Translators: "Postpone to tomorrow, 14:45" */
      return g_strdup_printf (_ ("tomorrow, %s"), time);
    case CF_CLOCK_OTHER_DAY:
    default:
      day = cf_clock_format_dup_day (real_usec, now_real_usec);
      /* Translators: a day, its name or its date, and a time: "Postpone to Friday, 14:45" */
      return g_strdup_printf (_ ("%s, %s"), day, time);
    }
}
