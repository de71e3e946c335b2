/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-duration.h"

#include <string.h>

#include "wsm-wire-error.h"

#define SECOND_MSEC G_GINT64_CONSTANT (1000)
#define DAY_MSEC    (24 * 60 * 60 * SECOND_MSEC)

typedef struct
{
  char designator;
  gint64 msec;
} Unit;

/* In the order of the grammar. A calendar would be needed for years and months; nobody measures a
 * time-out in them, so a fixed length does. */
static const Unit date_units[] = { { 'Y', 365 * DAY_MSEC },
                                   { 'M', 30 * DAY_MSEC },
                                   { 'D', DAY_MSEC } };
static const Unit time_units[] = { { 'H', 3600 * SECOND_MSEC },
                                   { 'M', 60 * SECOND_MSEC },
                                   { 'S', SECOND_MSEC } };

static gboolean
add_checked (gint64 *total, gint64 number, gint64 msec)
{
  gint64 product;

  return !__builtin_mul_overflow (number, msec, &product) &&
         !__builtin_add_overflow (*total, product, total);
}

static gboolean
read_number (const char **p, gint64 *number)
{
  const char *start = *p;

  *number = 0;
  for (; g_ascii_isdigit (**p); (*p)++)
    if (__builtin_mul_overflow (*number, (gint64) 10, number) ||
        __builtin_add_overflow (*number, (gint64) (**p - '0'), number))
      return FALSE;

  return *p != start;
}

/* Digits behind the point: the first three count, the others are checked only. */
static gboolean
read_fraction (const char **p, gint64 *msec)
{
  const char *start = *p;
  gint64 weight = 100;

  *msec = 0;
  for (; g_ascii_isdigit (**p); (*p)++, weight /= 10)
    *msec += (**p - '0') * weight;

  return *p != start;
}

/* Reads the numbers of one half, each unit at most once and in order. */
static gboolean
read_units (const char **p, const Unit *units, gsize n_units, gint64 *total, guint *n_read)
{
  gsize next = 0;

  for (*n_read = 0; g_ascii_isdigit (**p); (*n_read)++)
    {
      gint64 number, fraction = 0;
      gboolean has_fraction = FALSE;

      if (!read_number (p, &number))
        return FALSE;
      if (**p == '.')
        {
          has_fraction = TRUE;
          (*p)++;
          if (!read_fraction (p, &fraction) || **p != 'S')
            return FALSE;
        }

      while (next < n_units && units[next].designator != **p)
        next++;
      if (next == n_units || (has_fraction && units[next].designator != 'S'))
        return FALSE;
      if (!add_checked (total, number, units[next].msec) || !add_checked (total, fraction, 1))
        return FALSE;

      next++;
      (*p)++;
    }

  return TRUE;
}

static gboolean
parse (const char *p, gint64 *msec)
{
  gboolean negative = FALSE;
  gint64 total = 0;
  guint n_date = 0, n_time = 0;

  p += strspn (p, " \t\r\n");
  if (*p == '-')
    {
      negative = TRUE;
      p++;
    }
  if (*p++ != 'P' || !read_units (&p, date_units, G_N_ELEMENTS (date_units), &total, &n_date))
    return FALSE;
  if (*p == 'T')
    {
      p++;
      if (!read_units (&p, time_units, G_N_ELEMENTS (time_units), &total, &n_time) || n_time == 0)
        return FALSE;
    }
  p += strspn (p, " \t\r\n");
  if (*p != '\0' || n_date + n_time == 0)
    return FALSE;

  *msec = negative ? -total : total;

  return TRUE;
}

/**
 * wsm_duration_parse:
 * @text: a duration of XML Schema (Part 2, section 3.2.6), such as `PT60.000S` or `P0DT0H1M40S`
 * @msec: (out): the same in milliseconds, negative where @text is; parts of a millisecond are cut
 * @error: a #WsmWireError: %WSM_WIRE_ERROR_VALUE
 *
 * A year counts as 365 days and a month as 30. White space around @text is skipped.
 *
 * Returns: %FALSE with @error set if @text is no duration or does not fit
 */
gboolean
wsm_duration_parse (const char *text, gint64 *msec, GError **error)
{
  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (msec != NULL, FALSE);

  if (!parse (text, msec))
    {
      *msec = 0;
      g_set_error_literal (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_VALUE,
                           "The message has a duration that is not one of XML Schema; write it "
                           "like PT60.000S");
      return FALSE;
    }

  return TRUE;
}

/**
 * wsm_duration_format:
 * @msec: milliseconds, may be negative
 *
 * Returns: (transfer full): @msec in the spelling of Windows, `PT60.000S`
 */
char *
wsm_duration_format (gint64 msec)
{
  guint64 size = msec < 0 ? -(guint64) msec : (guint64) msec;

  return g_strdup_printf ("%sPT%" G_GUINT64_FORMAT ".%03uS", msec < 0 ? "-" : "", size / 1000,
                          (guint) (size % 1000));
}
