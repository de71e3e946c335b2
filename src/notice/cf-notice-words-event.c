/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-notice-words.h"

#include <glib/gi18n.h>

#include "cf-notice-text-private.h"

/* What happened to a countdown last, and how it ended. */

static char *
dup_new_time (const CfNotice *notice, const CfNoticeMoment *moment)
{
  return cf_clock_format_dup_time_and_day (moment->clock_format, notice->deadline_real_usec,
                                           moment->real_usec);
}

/* What somebody wrote when postponing, with a line break before it; "" if nothing. */
static char *
dup_note (const CfNotice *notice)
{
  const CfNoticePostponement *last;
  g_autofree char *who = NULL;
  g_autofree char *note = NULL;
  g_autofree char *line = NULL;

  if (notice->postponements->len == 0)
    return g_strdup ("");
  last = g_ptr_array_index (notice->postponements, notice->postponements->len - 1);
  note = cf_notice_text_isolate (last->note);
  if (*note == '\0')
    return g_strdup ("");
  who = cf_notice_text_isolate (last->who);
  /* Translators: a person, and what that person wrote: "alice: in a call until 15:00" */
  line = g_strdup_printf (C_ ("person", "%s: %s"), who, note);
  return g_strconcat ("\n", line, NULL);
}

static char *
dup_postponed (const CfNotice *notice, const CfNoticeMoment *moment)
{
  g_autofree char *who = cf_notice_text_dup_requester (notice->changed_by);
  g_autofree char *time = dup_new_time (notice, moment);
  g_autofree char *note = dup_note (notice);
  g_autofree char *line = NULL;

  line = *who == '\0' ? g_strdup_printf (_ ("Postponed to %s"), time)
                      /* Translators: a time and a person: "Postponed to 15:00 by alice" */
                      : g_strdup_printf (_ ("Postponed to %s by %s"), time, who);
  return g_strconcat (line, note, NULL);
}

static char *
dup_moved (const CfNotice *notice, const CfNoticeMoment *moment)
{
  g_autofree char *who = cf_notice_text_dup_requester (notice->changed_by);
  g_autofree char *time = dup_new_time (notice, moment);

  if (*who == '\0')
    /* Translators: an administrator gave it another time */
    return g_strdup_printf (_ ("Moved to %s"), time);
  /* Translators: a time and a person: "Moved to 15:10 by mara" */
  return g_strdup_printf (_ ("Moved to %s by %s"), time, who);
}

static char *
dup_change (const CfNotice *notice, const CfNoticeMoment *moment)
{
  if (notice->is_adrift)
    return g_strdup (
      _ ("The Curfew service does not answer at the moment. Nothing happens before it "
         "is back."));
  switch (notice->change)
    {
    case CF_NOTICE_POSTPONED:
      return dup_postponed (notice, moment);
    case CF_NOTICE_MOVED:
      return dup_moved (notice, moment);
    case CF_NOTICE_EXTENDED:
      return g_strdup (_ ("There is more time now: not everybody had seen the warning."));
    case CF_NOTICE_OVERDUE:
      return g_strdup (_ ("This computer was asleep when it was due. Save your work now."));
    case CF_NOTICE_NO_CHANGE:
    case CF_NOTICE_ACCEPTED:
    case CF_NOTICE_RESTORED:
    default:
      return NULL;
    }
}

static char *
dup_called_off (const CfNotice *notice)
{
  g_autofree char *who = cf_notice_text_dup_requester (notice->detail);

  if (*who == '\0')
    return g_strdup (_ ("Nothing will happen."));
  /* Translators: a person: "Called off by Mara Lind. Nothing will happen." */
  return g_strdup_printf (_ ("Called off by %s. Nothing will happen."), who);
}

static char *
dup_rehearsed (CfShutdownAction action)
{
  return g_strdup (BY_ACTION (action,
                              _ ("This was a rehearsal: the computer would have restarted now."),
                              _ ("This was a rehearsal: the computer would have powered off now."),
                              _ ("This was a rehearsal: the computer would have stopped now.")));
}

static char *
dup_outcome (const CfNotice *notice)
{
  g_autofree char *detail = cf_notice_text_isolate (notice->detail);
  gboolean is_known = *detail != '\0';

  switch (notice->outcome)
    {
    case CF_NOTICE_WOULD_ACT:
      return dup_rehearsed (notice->action);
    case CF_NOTICE_CALLED_OFF:
      return dup_called_off (notice);
    case CF_NOTICE_SUPERSEDED:
      /* Translators: who or what took the place of a restart that was announced */
      return is_known ? g_strdup_printf (_ ("Something else took its place: %s"), detail)
                      : g_strdup (_ ("Something else took its place."));
    case CF_NOTICE_VETOED:
      /* Translators: a program and what it does: "PackageKit: installing updates" */
      return is_known ? g_strdup_printf (_ ("Something kept it from happening: %s"), detail)
                      : g_strdup (_ ("Something on this computer kept it from happening."));
    case CF_NOTICE_MISSED:
      return g_strdup (_ ("It was due while this computer was asleep, or could not count down. "
                          "Nothing will happen."));
    case CF_NOTICE_FAILED:
      /* Translators: what went wrong, in English */
      return is_known ? g_strdup_printf (_ ("It could not be done: %s"), detail)
                      : g_strdup (_ ("The service did not say why."));
    case CF_NOTICE_NO_OUTCOME:
    case CF_NOTICE_ACTED:
    default:
      return NULL;
    }
}

/**
 * cf_notice_words_dup_event:
 * @notice: a notice
 * @moment: when it is said, and to whom
 *
 * Returns: (transfer full) (nullable): what happened to the countdown last, or how it ended; one or
 *   two lines
 */
char *
cf_notice_words_dup_event (const CfNotice *notice, const CfNoticeMoment *moment)
{
  g_return_val_if_fail (notice != NULL, NULL);
  g_return_val_if_fail (moment != NULL, NULL);

  switch (notice->state)
    {
    case CF_NOTICE_PENDING:
      return dup_change (notice, moment);
    case CF_NOTICE_ENDED:
      return dup_outcome (notice);
    case CF_NOTICE_IDLE:
    case CF_NOTICE_EXECUTING:
    default:
      return NULL;
    }
}
