/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-datetime.h"

#include <string.h>

#include "wsm-duration.h"
#include "wsm-wire-error.h"

#define DMTF_LENGTH 25
#define DMTF_POINT  14 /* yyyymmddHHMMSS.mmmmmm+UUU */
#define DMTF_SIGN   21

static const char *
strip (const char *text, gsize *length)
{
  text += strspn (text, " \t\r\n");
  *length = strlen (text);
  while (*length > 0 && strchr (" \t\r\n", text[*length - 1]) != NULL)
    (*length)--;

  return text;
}

static gboolean
looks_like_dmtf (const char *text, gsize length)
{
  return length == DMTF_LENGTH && text[DMTF_POINT] == '.' &&
         strchr ("+-:", text[DMTF_SIGN]) != NULL;
}

/* GLib reads more of ISO 8601 than XML Schema has: week dates, for instance. */
static gboolean
looks_like_xml_schema (const char *text, gsize length)
{
  return length >= strlen ("yyyy-mm-ddTHH:MM:SS") && length <= 64 && text[4] == '-' &&
         text[7] == '-' && text[10] == 'T' && text[13] == ':' && text[16] == ':';
}

static gboolean
is_unknown (const char *text, gsize length)
{
  return strspn (text, "*") >= length;
}

/* A field of fixed width; all asterisks mean that the sender does not know. */
static gboolean
read_field (const char *text, gsize length, int unknown, int *value)
{
  if (is_unknown (text, length))
    {
      *value = unknown;
      return TRUE;
    }

  *value = 0;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      *value = *value * 10 + (text[i] - '0');
    }

  return TRUE;
}

/* Asterisks may begin anywhere here: they tell how precise the clock is. */
static gboolean
read_microseconds (const char *text, int *usec)
{
  int weight = 100000;
  gsize i;

  *usec = 0;
  for (i = 0; i < 6 && g_ascii_isdigit (text[i]); i++, weight /= 10)
    *usec += (text[i] - '0') * weight;

  return is_unknown (text + i, 6 - i);
}

static GDateTime *
parse_dmtf (const char *text)
{
  g_autoptr (GTimeZone) zone = NULL;
  g_autoptr (GDateTime) whole = NULL;
  int year, month, day, hour, minute, second, usec, offset;

  if (is_unknown (text, 4) || !read_field (text, 4, 0, &year) ||
      !read_field (text + 4, 2, 1, &month) || !read_field (text + 6, 2, 1, &day) ||
      !read_field (text + 8, 2, 0, &hour) || !read_field (text + 10, 2, 0, &minute) ||
      !read_field (text + 12, 2, 0, &second) || !read_microseconds (text + 15, &usec) ||
      !read_field (text + 22, 3, 0, &offset) || text[DMTF_SIGN] == ':')
    return NULL;

  /* GTimeZone refuses a day and more, then there is no zone at all. */
  if (offset >= 24 * 60)
    return NULL;

  zone = g_time_zone_new_offset (text[DMTF_SIGN] == '-' ? -offset * 60 : offset * 60);
  whole = g_date_time_new (zone, year, month, day, hour, minute, second);

  return whole != NULL ? g_date_time_add (whole, usec) : NULL;
}

/**
 * wsm_datetime_parse:
 * @text: a point in time
 * @error: a #WsmWireError: %WSM_WIRE_ERROR_VALUE
 *
 * Reads what Windows and others send (winrm-wire-protocol, section 3.3): a dateTime of XML Schema
 * with any number of digits behind the second, with `Z`, `±hh:mm` or nothing, which then means UTC;
 * or the 25 characters of DSP0004, section 5.2.4, `yyyymmddHHMMSS.mmmmmm±UUU` with UUU in minutes.
 * There an unknown part (`*`) counts as its least value and an unknown zone as UTC; the year must
 * be known. White space around @text is skipped.
 *
 * Returns: (transfer full): the time with the sender's offset from UTC; %NULL with @error set if
 *   @text is something else, an interval for instance
 */
GDateTime *
wsm_datetime_parse (const char *text, GError **error)
{
  g_autofree char *copy = NULL;
  g_autoptr (GTimeZone) utc = NULL;
  GDateTime *result = NULL;
  gsize length;

  g_return_val_if_fail (text != NULL, NULL);

  text = strip (text, &length);
  if (looks_like_dmtf (text, length))
    {
      result = parse_dmtf (text);
    }
  else if (looks_like_xml_schema (text, length))
    {
      copy = g_strndup (text, length);
      utc = g_time_zone_new_utc ();
      result = g_date_time_new_from_iso8601 (copy, utc);
    }

  if (result == NULL)
    g_set_error_literal (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_VALUE,
                         "The message has a time that is neither of XML Schema nor of DMTF; write "
                         "it like 2025-03-04T06:15:30.5Z");

  return result;
}

static gboolean
parse_dmtf_interval (const char *text, gint64 *msec)
{
  int days, hours, minutes, seconds, usec;

  if (strncmp (text + DMTF_SIGN, ":000", 4) != 0 || !read_field (text, 8, 0, &days) ||
      !read_field (text + 8, 2, 0, &hours) || !read_field (text + 10, 2, 0, &minutes) ||
      !read_field (text + 12, 2, 0, &seconds) || !read_microseconds (text + 15, &usec) ||
      hours > 23 || minutes > 59 || seconds > 59)
    return FALSE;

  *msec = (((gint64) days * 24 + hours) * 60 + minutes) * 60 + seconds;
  *msec = *msec * 1000 + usec / 1000;

  return TRUE;
}

/**
 * wsm_interval_parse:
 * @text: a span of time
 * @msec: (out): the same in milliseconds
 * @error: a #WsmWireError: %WSM_WIRE_ERROR_VALUE
 *
 * Reads a duration of XML Schema, see wsm_duration_parse(), or the 25 characters of DSP0004,
 * `ddddddddHHMMSS.mmmmmm:000`, where an unknown part (`*`) counts as 0.
 *
 * Returns: %FALSE with @error set if @text is something else
 */
gboolean
wsm_interval_parse (const char *text, gint64 *msec, GError **error)
{
  const char *start;
  gsize length;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (msec != NULL, FALSE);

  start = strip (text, &length);
  if (looks_like_dmtf (start, length) && parse_dmtf_interval (start, msec))
    return TRUE;

  return wsm_duration_parse (text, msec, error);
}

/**
 * wsm_datetime_format:
 * @datetime: a point in time
 *
 * Writes a dateTime of XML Schema: with the offset of @datetime (`Z` for UTC) and as many digits
 * behind the second as it takes, at most six.
 *
 * Returns: (transfer full): such as `2025-03-05T09:01:12.437+01:00`
 */
char *
wsm_datetime_format (GDateTime *datetime)
{
  char fraction[8] = "";
  char zone[8] = "Z";
  int usec, offset;

  g_return_val_if_fail (datetime != NULL, NULL);

  usec = g_date_time_get_microsecond (datetime);
  if (usec != 0)
    {
      gsize length = g_snprintf (fraction, sizeof fraction, ".%06d", usec);

      while (fraction[length - 1] == '0')
        fraction[--length] = '\0';
    }

  offset = g_date_time_get_utc_offset (datetime) / G_TIME_SPAN_MINUTE;
  if (offset != 0)
    g_snprintf (zone, sizeof zone, "%c%02d:%02d", offset < 0 ? '-' : '+', ABS (offset) / 60 % 100,
                ABS (offset) % 60);

  return g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02d%s%s", g_date_time_get_year (datetime),
                          g_date_time_get_month (datetime), g_date_time_get_day_of_month (datetime),
                          g_date_time_get_hour (datetime), g_date_time_get_minute (datetime),
                          g_date_time_get_second (datetime), fraction, zone);
}
