/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-access-window.h"

#include <string.h>

#define N_DAYS       7u
#define DAY_MINUTES  (24u * 60u)
#define WEEK_MINUTES (N_DAYS * DAY_MINUTES)
#define ALL_DAYS     ((1u << N_DAYS) - 1)

/* One bit a minute: spans may overlap and go over midnight and over the end of the week, and the
 * question stays one look. */
struct _CfAccessWindow
{
  guint8 minutes[WEEK_MINUTES / 8];
};

static const char *const day_names[N_DAYS] = {
  "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun",
};

/**
 * cf_access_window_new:
 *
 * Returns: (transfer full): a new window that holds no minute
 */
CfAccessWindow *
cf_access_window_new (void)
{
  return g_new0 (CfAccessWindow, 1);
}

/**
 * cf_access_window_free:
 * @self: (transfer full): a window
 */
void
cf_access_window_free (CfAccessWindow *self)
{
  g_free (self);
}

/* The readers below move @at behind what they have read; they leave it there if they fail. */

static gboolean
read_character (const char **at, char wanted)
{
  if (**at != wanted)
    return FALSE;

  ++*at;
  return TRUE;
}

static gboolean
read_day (const char **at, guint *day)
{
  for (*day = 0; *day < N_DAYS; ++*day)
    if (strncmp (*at, day_names[*day], 3) == 0)
      {
        *at += 3;
        return TRUE;
      }
  return FALSE;
}

/* "Mon", "Mon-Fri", "Sat-Mon" (over the end of the week), and several of them with commas */
static gboolean
read_days (const char **at, guint *days)
{
  *days = 0;
  do
    {
      guint first;
      guint last;

      if (!read_day (at, &first))
        return FALSE;
      last = first;
      /* "Mon-Mon" may mean a day or a week */
      if (read_character (at, '-') && (!read_day (at, &last) || last == first))
        return FALSE;
      *days |= 1u << first;
      for (guint day = first; day != last;)
        {
          day = (day + 1) % N_DAYS;
          *days |= 1u << day;
        }
    }
  while (read_character (at, ','));

  return TRUE;
}

/* "00:00" to "24:00", always with two digits */
static gboolean
read_time (const char **at, guint *minute)
{
  const char *text = *at;
  guint hours;
  guint minutes;

  for (gsize i = 0; i < 5; i++)
    if (i == 2 ? text[i] != ':' : !g_ascii_isdigit (text[i]))
      return FALSE;

  hours = (guint) (g_ascii_digit_value (text[0]) * 10 + g_ascii_digit_value (text[1]));
  minutes = (guint) (g_ascii_digit_value (text[3]) * 10 + g_ascii_digit_value (text[4]));
  *minute = hours * 60 + minutes;
  *at += 5;
  return minutes < 60 && *minute <= DAY_MINUTES;
}

/* "18:00-06:00": from the first minute to before the last, which may be on the day after */
static gboolean
read_times (const char **at, guint *start, guint *n_minutes)
{
  guint end;

  if (!read_time (at, start) || !read_character (at, '-') || !read_time (at, &end))
    return FALSE;
  if (*start == end || *start == DAY_MINUTES)
    return FALSE;

  *n_minutes = end > *start ? end - *start : DAY_MINUTES - *start + end;
  return TRUE;
}

static gboolean
read_span (const char *span, guint *days, guint *start, guint *n_minutes)
{
  const char *at = span;

  *days = ALL_DAYS;
  *start = 0;
  *n_minutes = DAY_MINUTES;
  if (!g_ascii_isdigit (*at))
    {
      if (!read_days (&at, days))
        return FALSE;
      if (*at == '\0')
        return TRUE;
      if (!read_character (&at, ' '))
        return FALSE;
      while (read_character (&at, ' '))
        ;
    }
  return read_times (&at, start, n_minutes) && *at == '\0';
}

/**
 * cf_access_window_add:
 * @self: a window
 * @span: "Mon-Fri 18:00-06:00": days (none: every day) and a time (none: all day). A time that ends
 *   before it begins ends on the day after; its days are those on which it begins. The end, up to
 *   24:00, is not in it any more. Nothing may stand before or behind
 * @error: a #GIOErrorEnum: %G_IO_ERROR_INVALID_ARGUMENT, saying what can be written
 *
 * Adds minutes of the week.
 *
 * Returns: whether @span could be read; @self is as it was otherwise
 */
gboolean
cf_access_window_add (CfAccessWindow *self, const char *span, GError **error)
{
  guint days;
  guint start;
  guint n_minutes;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (span != NULL, FALSE);

  if (!read_span (span, &days, &start, &n_minutes))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "“%s” is no time of the week; write " CF_ACCESS_WINDOW_FORMS, span);
      return FALSE;
    }

  for (guint day = 0; day < N_DAYS; day++)
    for (guint i = 0; (days & (1u << day)) != 0 && i < n_minutes; i++)
      {
        guint minute = (day * DAY_MINUTES + start + i) % WEEK_MINUTES;

        self->minutes[minute / 8] |= (guint8) (1u << minute % 8);
      }
  return TRUE;
}

/**
 * cf_access_window_contains:
 * @self: a window
 * @local: a moment, in the time zone of this machine. The wall clock decides: an hour that is left
 *   out in spring never is, one that comes twice in autumn is twice
 *
 * Returns: whether @local is in @self
 */
gboolean
cf_access_window_contains (const CfAccessWindow *self, GDateTime *local)
{
  guint minute;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (local != NULL, FALSE);

  minute = (guint) (g_date_time_get_day_of_week (local) - 1) * DAY_MINUTES +
           (guint) g_date_time_get_hour (local) * 60 + (guint) g_date_time_get_minute (local);
  return (self->minutes[minute / 8] & (1u << minute % 8)) != 0;
}
