/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CfClockFormat:
 *
 * How people here read the clock: "14:45", or "2:45 PM".
 */
typedef enum
{
  CF_CLOCK_FORMAT_24H,
  CF_CLOCK_FORMAT_12H,
} CfClockFormat;

/**
 * CfClockDay:
 * @CF_CLOCK_TODAY: the time alone says when
 * @CF_CLOCK_TOMORROW: the day after
 * @CF_CLOCK_OTHER_DAY: any other, see cf_clock_format_dup_day()
 *
 * Which day a time is on, as people here count days.
 */
typedef enum
{
  CF_CLOCK_TODAY,
  CF_CLOCK_TOMORROW,
  CF_CLOCK_OTHER_DAY,
} CfClockDay;

CfClockFormat cf_clock_format_detect (void);
char *cf_clock_format_dup_time (CfClockFormat self, gint64 real_usec);
char *cf_clock_format_dup_time_and_day (CfClockFormat self, gint64 real_usec, gint64 now_real_usec);

CfClockDay cf_clock_format_get_day (gint64 real_usec, gint64 now_real_usec);
char *cf_clock_format_dup_day (gint64 real_usec, gint64 now_real_usec);

G_END_DECLS
