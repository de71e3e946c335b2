/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-notice-words.h"

#include <glib/gi18n.h>

#include "cf-notice-phase.h"
#include "cf-notice-text-private.h"

/* What a notice says at a glance: heading, time left, message. What happened to it is in
 * cf-notice-words-event.c, everything else in cf-notice-words-details.c and -buttons.c. */

#define SECOND_USEC    ((gint64) G_USEC_PER_SEC)
#define MINUTE_SECONDS 60
#define HOUR_SECONDS   (60 * MINUTE_SECONDS)
#define DAY_SECONDS    (24 * HOUR_SECONDS)

static char *
dup_heading_at (const CfNotice *notice, const CfNoticeMoment *moment)
{
  gint64 deadline = notice->deadline_real_usec;
  g_autofree char *time = cf_clock_format_dup_time (moment->clock_format, deadline);
  g_autofree char *day = NULL;

  switch (cf_clock_format_get_day (deadline, moment->real_usec))
    {
    case CF_CLOCK_TODAY:
      return g_strdup_printf (BY_ACTION (notice->action, _ ("This computer will restart at %s"),
                                         _ ("This computer will power off at %s"),
                                         _ ("This computer will stop at %s and stay powered on")),
                              time);
    case CF_CLOCK_TOMORROW:
      return g_strdup_printf (
        BY_ACTION (notice->action, _ ("This computer will restart tomorrow at %s"),
                   _ ("This computer will power off tomorrow at %s"),
                   _ ("This computer will stop tomorrow at %s and stay powered on")),
        time);
    case CF_CLOCK_OTHER_DAY:
    default:
      day = cf_clock_format_dup_day (deadline, moment->real_usec);
      return g_strdup_printf (
        /* Translators: a day, its name or its date, and a time: "on Friday at 14:45" */
        BY_ACTION (notice->action, _ ("This computer will restart on %s at %s"),
                   /* Translators: a day, its name or its date, and a time */
                   _ ("This computer will power off on %s at %s"),
                   /* Translators: a day, its name or its date, and a time */
                   _ ("This computer will stop on %s at %s and stay powered on")),
        day, time);
    }
}

static char *
dup_heading_now (const CfNotice *notice)
{
  return g_strdup (BY_ACTION (notice->action, _ ("This computer is restarting now"),
                              _ ("This computer is powering off now"),
                              _ ("This computer is stopping now")));
}

static char *
dup_heading_over (const CfNotice *notice)
{
  if (notice->outcome == CF_NOTICE_WOULD_ACT)
    return g_strdup (_ ("The rehearsal is over"));
  if (notice->outcome == CF_NOTICE_CALLED_OFF)
    return g_strdup (BY_ACTION (notice->action, _ ("The restart was called off"),
                                _ ("The power-off was called off"),
                                _ ("Stopping this computer was called off")));
  return g_strdup (BY_ACTION (notice->action, _ ("The restart did not happen"),
                              _ ("The power-off did not happen"),
                              _ ("This computer was not stopped")));
}

/**
 * cf_notice_words_dup_heading:
 * @notice: a notice
 * @moment: when it is said, and to whom
 *
 * Returns: (transfer full): what happens, and when by the clock
 */
char *
cf_notice_words_dup_heading (const CfNotice *notice, const CfNoticeMoment *moment)
{
  g_return_val_if_fail (notice != NULL, NULL);
  g_return_val_if_fail (moment != NULL, NULL);

  switch (cf_notice_get_phase (notice, moment->boot_usec))
    {
    case CF_NOTICE_PHASE_INFORMATION:
    case CF_NOTICE_PHASE_WARNING:
    case CF_NOTICE_PHASE_STRONG:
      return dup_heading_at (notice, moment);
    case CF_NOTICE_PHASE_GOING_DOWN:
      return dup_heading_now (notice);
    case CF_NOTICE_PHASE_OVER:
      return dup_heading_over (notice);
    case CF_NOTICE_PHASE_NOTHING:
    default:
      return g_strdup (_ ("Nothing is waiting on this computer"));
    }
}

static gint64
round_up (gint64 left_usec, gint64 step_seconds)
{
  gint64 step = step_seconds * SECOND_USEC;

  return (left_usec + step - 1) / step * step_seconds;
}

/* The number on the clock face, in seconds, as cf_notice_get_next_change() says. */
static gint64
get_shown_seconds (gint64 left_usec)
{
  if (left_usec > 10 * MINUTE_SECONDS * SECOND_USEC)
    return round_up (left_usec, MINUTE_SECONDS);
  return round_up (left_usec, left_usec > MINUTE_SECONDS * SECOND_USEC ? 10 : 1);
}

static char *
dup_two_units (char *greater, char *smaller)
{
  g_autofree char *first = greater;
  g_autofree char *second = smaller;

  /* Translators: "3 hours 20 minutes left" */
  return g_strdup_printf (_ ("%s %s left"), first, second);
}

static char *
dup_days_left (gint64 seconds)
{
  guint hours = (guint) ((seconds + HOUR_SECONDS - 1) / HOUR_SECONDS);
  guint days = hours / 24;

  hours %= 24;
  if (hours == 0)
    return g_strdup_printf (ngettext ("%u day left", "%u days left", days), days);
  return dup_two_units (
    /* Translators: in "2 days 3 hours left" */
    g_strdup_printf (ngettext ("%u day", "%u days", days), days),
    /* Translators: in "3 hours 20 minutes left" and "2 days 3 hours left" */
    g_strdup_printf (ngettext ("%u hour", "%u hours", hours), hours));
}

static char *
dup_hours_left (gint64 seconds)
{
  guint hours = (guint) (seconds / HOUR_SECONDS);
  guint minutes = (guint) (seconds % HOUR_SECONDS / MINUTE_SECONDS);

  if (minutes == 0)
    return g_strdup_printf (ngettext ("%u hour left", "%u hours left", hours), hours);
  return dup_two_units (
    /* Translators: in "3 hours 20 minutes left" and "2 days 3 hours left" */
    g_strdup_printf (ngettext ("%u hour", "%u hours", hours), hours),
    /* Translators: in "3 hours 20 minutes left" */
    g_strdup_printf (ngettext ("%u minute", "%u minutes", minutes), minutes));
}

static char *
dup_minutes_left (guint minutes)
{
  return g_strdup_printf (ngettext ("%u minute left", "%u minutes left", minutes), minutes);
}

/**
 * cf_notice_words_dup_remaining:
 * @notice: a notice
 * @moment: when it is said, and to whom
 *
 * Rounded up, as on a kitchen timer; cf_notice_get_next_change() tells when it becomes another.
 *
 * Returns: (transfer full) (nullable): what is left: "12 minutes left", in the last ten minutes
 *   "9:40 left"; %NULL if nothing is pending, and while no agent answers: then nothing happens
 */
char *
cf_notice_words_dup_remaining (const CfNotice *notice, const CfNoticeMoment *moment)
{
  gint64 seconds;

  g_return_val_if_fail (notice != NULL, NULL);
  g_return_val_if_fail (moment != NULL, NULL);

  if (notice->state != CF_NOTICE_PENDING || notice->is_adrift)
    return NULL;
  seconds = get_shown_seconds (cf_notice_get_left_usec (notice, moment->boot_usec));
  if (seconds >= 2 * DAY_SECONDS)
    return dup_days_left (seconds);
  if (seconds >= 2 * HOUR_SECONDS)
    return dup_hours_left (seconds);
  if (seconds >= 10 * MINUTE_SECONDS)
    return dup_minutes_left ((guint) (seconds / MINUTE_SECONDS));
  /* Translators: minutes and seconds: "9:40 left" */
  return g_strdup_printf (_ ("%u:%02u left"), (guint) (seconds / MINUTE_SECONDS),
                          (guint) (seconds % MINUTE_SECONDS));
}

/**
 * cf_notice_words_dup_message:
 * @notice: a notice
 *
 * Returns: (transfer full) (nullable): what the requester wrote; %NULL if there is nothing to show
 */
char *
cf_notice_words_dup_message (const CfNotice *notice)
{
  g_autofree char *message = NULL;

  g_return_val_if_fail (notice != NULL, NULL);

  if (notice->message != NULL)
    message = cf_notice_text_isolate_lines (notice->message);
  return message != NULL && *message != '\0' ? g_steal_pointer (&message) : NULL;
}

/* "9:40" is for eyes. */
static char *
dup_spoken_remaining (const CfNotice *notice, const CfNoticeMoment *moment)
{
  gint64 left = cf_notice_get_left_usec (notice, moment->boot_usec);
  guint seconds;

  if (notice->state != CF_NOTICE_PENDING || notice->is_adrift ||
      left > 10 * MINUTE_SECONDS * SECOND_USEC)
    return cf_notice_words_dup_remaining (notice, moment);
  if (left > (MINUTE_SECONDS - 1) * SECOND_USEC)
    return dup_minutes_left ((guint) round_up (left, MINUTE_SECONDS) / MINUTE_SECONDS);
  seconds = (guint) round_up (left, 1);
  return g_strdup_printf (ngettext ("%u second left", "%u seconds left", seconds), seconds);
}

/**
 * cf_notice_words_dup_announcement:
 * @notice: a notice
 * @moment: when it is said, and to whom
 *
 * Returns: (transfer full): heading and time left for a screen reader to speak; the heading alone
 *   if nothing counts down
 */
char *
cf_notice_words_dup_announcement (const CfNotice *notice, const CfNoticeMoment *moment)
{
  g_autofree char *heading = cf_notice_words_dup_heading (notice, moment);
  g_autofree char *remaining = dup_spoken_remaining (notice, moment);

  if (remaining == NULL)
    /* Translators: a sentence, and its full stop */
    return g_strdup_printf (_ ("%s."), heading);
  /* Translators: two sentences, spoken by a screen reader: "This computer will restart at 14:45. 5
   * minutes left." */
  return g_strdup_printf (_ ("%s. %s."), heading, remaining);
}
