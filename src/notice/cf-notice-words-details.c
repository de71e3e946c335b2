/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-notice-words.h"

#include <glib/gi18n.h>

#include "cf-notice-phase.h"
#include "cf-notice-text-private.h"
#include "request/cf-shutdown-reason.h"

#define LATE_USEC ((gint64) 5 * G_USEC_PER_SEC) /* for an agent that would go on */

/* Whom and what it concerns, and what else there is to know. */

static char *
dup_person (const CfNoticePerson *person)
{
  g_autofree char *name = cf_notice_text_isolate (person->name);

  switch (person->place)
    {
    case CF_NOTICE_OTHER_SCREEN:
      /* Translators: a person who is signed in, but whose screen is in the background */
      return g_strdup_printf (_ ("%s (other screen)"), name);
    case CF_NOTICE_TERMINAL:
      /* Translators: a person who is signed in at this computer, without a desktop */
      return g_strdup_printf (_ ("%s (terminal)"), name);
    case CF_NOTICE_REMOTE:
      /* Translators: a person who is signed in over the network */
      return g_strdup_printf (_ ("%s (remote)"), name);
    case CF_NOTICE_SCREEN:
    default:
      return g_steal_pointer (&name);
    }
}

/**
 * cf_notice_words_dup_others:
 * @notice: a notice
 * @moment: when it is said, and to whom
 *
 * Returns: (transfer full) (nullable): who else is signed in
 */
char *
cf_notice_words_dup_others (const CfNotice *notice, const CfNoticeMoment *moment)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *list = NULL;

  g_return_val_if_fail (notice != NULL, NULL);
  g_return_val_if_fail (moment != NULL, NULL);

  for (guint i = 0; i < notice->people->len; i++)
    {
      const CfNoticePerson *person = g_ptr_array_index (notice->people, i);

      if (person->uid != moment->uid)
        g_ptr_array_add (names, dup_person (person));
    }
  if (names->len == 0)
    return NULL;
  list = cf_notice_text_join (names);
  /* Translators: a list of names: "Also signed in: bob (other screen), kim (remote)" */
  return g_strdup_printf (_ ("Also signed in: %s"), list);
}

static char *
dup_program_list (const GPtrArray *programs, gboolean is_quoted)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < programs->len; i++)
    {
      g_autofree char *item = cf_notice_text_dup_program (g_ptr_array_index (programs, i),
                                                          is_quoted);

      if (*item == '\0')
        {
          g_free (item);
          /* Translators: takes the place of the name of a program that did not say it */
          item = g_strdup (_ ("a program"));
        }
      g_ptr_array_add (items, g_steal_pointer (&item));
    }
  return cf_notice_text_join (items);
}

static char *
dup_held_by_programs (const CfNotice *notice, const char *time)
{
  g_autofree char *programs = dup_program_list (notice->blockers, FALSE);

  if (!notice->is_held)
    /* Translators: programs and what they do: "Will be interrupted: Backup: copying files" */
    return g_strdup_printf (_ ("Will be interrupted: %s"), programs);
  return g_strdup_printf (
    BY_ACTION (
      notice->action,
      /* Translators: programs and what they do, and a time, with its day if that is not
       * today: "Held up by PackageKit: installing updates. If that lasts until 14:45, …" */
      _ ("Held up by %s. If that lasts until %s, this computer will not restart then."),
      /* Translators: programs and what they do, and a time */
      _ ("Held up by %s. If that lasts until %s, this computer will not power off then."),
      /* Translators: programs and what they do, and a time */
      _ ("Held up by %s. If that lasts until %s, this computer will not stop then.")),
    programs, time);
}

static char *
dup_held_by_people (const CfNotice *notice, const char *time)
{
  return g_strdup_printf (
    BY_ACTION (notice->action,
               /* Translators: a time, with its day if that is not today */
               _ ("While somebody is signed in at %s, this computer will not restart."),
               /* Translators: a time, with its day if that is not today */
               _ ("While somebody is signed in at %s, this computer will not power off."),
               /* Translators: a time, with its day if that is not today */
               _ ("While somebody is signed in at %s, this computer will not stop.")),
    time);
}

/**
 * cf_notice_words_dup_held:
 * @notice: a notice
 * @moment: when it is said, and to whom
 *
 * Returns: (transfer full) (nullable): which programs hold it up, or will be interrupted, and that
 *   it spares whoever is signed in; one or two lines. %NULL while no agent answers
 */
char *
cf_notice_words_dup_held (const CfNotice *notice, const CfNoticeMoment *moment)
{
  g_autofree char *time = NULL;
  g_autofree char *programs = NULL;
  g_autofree char *people = NULL;

  g_return_val_if_fail (notice != NULL, NULL);
  g_return_val_if_fail (moment != NULL, NULL);

  if (notice->state != CF_NOTICE_PENDING || notice->is_adrift)
    return NULL;
  time = cf_clock_format_dup_time_and_day (moment->clock_format, notice->deadline_real_usec,
                                           moment->real_usec);
  if (notice->blockers->len > 0)
    programs = dup_held_by_programs (notice, time);
  if (notice->spares_people)
    people = dup_held_by_people (notice, time);
  if (programs == NULL || people == NULL)
    return programs != NULL ? g_steal_pointer (&programs) : g_steal_pointer (&people);
  return g_strjoin ("\n", programs, people, NULL);
}

/**
 * cf_notice_words_dup_unsaved:
 * @programs: (element-type CfNoticeProgram) (nullable): programs whose work is not saved
 *
 * Returns: (transfer full) (nullable): what is not saved
 */
char *
cf_notice_words_dup_unsaved (const GPtrArray *programs)
{
  g_autofree char *list = NULL;

  if (programs == NULL || programs->len == 0)
    return NULL;
  list = dup_program_list (programs, TRUE);
  /* Translators: a list of programs: "Not saved: Writer – “Report.odt”" */
  return g_strdup_printf (_ ("Not saved: %s"), list);
}

/**
 * cf_notice_words_dup_staying:
 * @notice: a notice
 * @moment: when it is said, and to whom
 *
 * Returns: (transfer full) (nullable): why the window cannot be closed in the last minute; %NULL
 *   while no agent answers, and when the time has come and nothing happened: either may be for good
 */
char *
cf_notice_words_dup_staying (const CfNotice *notice, const CfNoticeMoment *moment)
{
  g_return_val_if_fail (notice != NULL, NULL);
  g_return_val_if_fail (moment != NULL, NULL);

  if (cf_notice_get_phase (notice, moment->boot_usec) != CF_NOTICE_PHASE_STRONG ||
      moment->boot_usec >= notice->deadline_boot_usec + LATE_USEC)
    return NULL;
  return g_strdup (
    BY_ACTION (notice->action, _ ("This window stays until the restart. You can keep working."),
               _ ("This window stays until the computer powers off. You can keep working."),
               _ ("This window stays until the computer stops. You can keep working.")));
}

/**
 * cf_notice_words_dup_rehearsal:
 * @notice: a notice
 *
 * Returns: (transfer full) (nullable): that what is announced will not come, if so
 */
char *
cf_notice_words_dup_rehearsal (const CfNotice *notice)
{
  g_return_val_if_fail (notice != NULL, NULL);

  if (!notice->is_rehearsal ||
      (notice->state != CF_NOTICE_PENDING && notice->state != CF_NOTICE_EXECUTING))
    return NULL;
  return g_strdup (BY_ACTION (notice->action,
                              _ ("This is a rehearsal: nothing will really restart."),
                              _ ("This is a rehearsal: nothing will really power off."),
                              _ ("This is a rehearsal: nothing will really stop.")));
}

/**
 * cf_notice_words_dup_requester:
 * @notice: a notice
 *
 * Returns: (transfer full) (nullable): who asked for it
 */
char *
cf_notice_words_dup_requester (const CfNotice *notice)
{
  g_autofree char *requester = NULL;

  g_return_val_if_fail (notice != NULL, NULL);

  requester = cf_notice_text_dup_requester (notice->requester);
  return *requester != '\0' ? g_steal_pointer (&requester) : NULL;
}

/**
 * cf_notice_words_dup_reason:
 * @notice: a notice
 *
 * Returns: (transfer full) (nullable): why it was asked for, by the list of reasons that Windows
 *   has; of one that is not in there, whether it was planned
 */
char *
cf_notice_words_dup_reason (const CfNotice *notice)
{
  const CfKnownReason *known;
  gsize n_known;

  g_return_val_if_fail (notice != NULL, NULL);

  if (notice->state == CF_NOTICE_IDLE)
    return NULL;
  known = cf_shutdown_reason_get_known (&n_known);
  for (gsize i = 0; i < n_known; i++)
    if (known[i].code == notice->reason)
      return g_strdup (_ (known[i].title));
  return g_strdup (notice->reason & CF_SHUTDOWN_REASON_PLANNED ? C_ ("reason", "Planned")
                                                               : C_ ("reason", "Unplanned"));
}
