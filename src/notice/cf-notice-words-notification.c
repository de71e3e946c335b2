/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-notice-words.h"

#include <glib/gi18n.h>

#include "cf-notice-text-private.h"

/* What the notification of the desktop says. */

/**
 * cf_notice_words_dup_summary:
 * @notice: a notice
 * @moment: when it is said, and to whom
 *
 * Returns: (transfer full): the title of a notification; short, and nothing foreign in it
 */
char *
cf_notice_words_dup_summary (const CfNotice *notice, const CfNoticeMoment *moment)
{
  g_autofree char *time = NULL;

  g_return_val_if_fail (notice != NULL, NULL);
  g_return_val_if_fail (moment != NULL, NULL);

  if (notice->state != CF_NOTICE_PENDING)
    return cf_notice_words_dup_heading (notice, moment);
  time = cf_clock_format_dup_time_and_day (moment->clock_format, notice->deadline_real_usec,
                                           moment->real_usec);
  if (cf_clock_format_get_day (notice->deadline_real_usec, moment->real_usec) == CF_CLOCK_TODAY)
    return g_strdup_printf (BY_ACTION (notice->action, _ ("Restart at %s"), _ ("Power-off at %s"),
                                       /* Translators: the computer stops, and stays powered on */
                                       _ ("Stop at %s")),
                            time);
  return g_strdup_printf (
    /* Translators: a day and a time: "Restart: tomorrow, 14:45" */
    BY_ACTION (notice->action, _ ("Restart: %s"),
               /* Translators: a day and a time */
               _ ("Power-off: %s"),
               /* Translators: a day and a time; the computer stops, and stays powered on */
               _ ("Stop: %s")),
    time);
}

/* Takes @line. */
static void
add_line (GString *body, char *line)
{
  g_autofree char *owned = line;

  if (owned == NULL || *owned == '\0')
    return;
  if (body->len > 0)
    g_string_append_c (body, '\n');
  g_string_append (body, owned);
}

static char *
dup_sender (const CfNotice *notice)
{
  g_autofree char *organization = cf_notice_text_isolate (notice->organization);
  g_autofree char *requester = cf_notice_words_dup_requester (notice);

  if (requester == NULL)
    return g_steal_pointer (&organization);
  if (*organization == '\0')
    return g_steal_pointer (&requester);
  /* Translators: a person, and whom that person works for: "mara from 192.0.2.7 – Contoso IT" */
  return g_strdup_printf (_ ("%s – %s"), requester, organization);
}

/* Names and notes are foreign texts as the message is. */
static gboolean
is_event_foreign (const CfNotice *notice)
{
  if (notice->state == CF_NOTICE_ENDED)
    return *notice->detail != '\0' && notice->outcome != CF_NOTICE_WOULD_ACT &&
           notice->outcome != CF_NOTICE_MISSED;
  if (notice->is_adrift || notice->change == CF_NOTICE_OVERDUE)
    return FALSE;
  return notice->change == CF_NOTICE_POSTPONED || *notice->changed_by != '\0';
}

/**
 * cf_notice_words_dup_body:
 * @notice: a notice
 * @moment: when it is said, and to whom
 * @is_locked: whether the screen is locked: then nothing is told that came from elsewhere, unless
 *   the agent's configuration allows it
 *
 * It stands for long and is not told anew: the clock time of the summary stays true, a time left
 * would not.
 *
 * Returns: (transfer full): the text of a notification, in lines; may be ""
 */
char *
cf_notice_words_dup_body (const CfNotice *notice, const CfNoticeMoment *moment, gboolean is_locked)
{
  gboolean is_private;
  GString *body;

  g_return_val_if_fail (notice != NULL, NULL);
  g_return_val_if_fail (moment != NULL, NULL);

  is_private = is_locked && !notice->show_text_when_locked;
  body = g_string_new (NULL);
  if (!is_private || !is_event_foreign (notice))
    add_line (body, cf_notice_words_dup_event (notice, moment));
  else if (notice->state == CF_NOTICE_ENDED && notice->outcome == CF_NOTICE_CALLED_OFF)
    add_line (body, g_strdup (_ ("Nothing will happen.")));
  add_line (body, cf_notice_words_dup_rehearsal (notice));
  if (!is_private && notice->state == CF_NOTICE_PENDING)
    {
      add_line (body, cf_notice_words_dup_message (notice));
      add_line (body, dup_sender (notice));
    }
  return g_string_free (body, FALSE);
}
