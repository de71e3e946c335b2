/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-notice-words.h"

#include <glib/gi18n.h>

#include "cf-notice-phase.h"
#include "cf-notice-text-private.h"
#include "cf-postpone-choices.h"

/* What the buttons say, and the question that one of them asks. */

static char *
dup_restart_now (CfShutdownAction action)
{
  return g_strdup (BY_ACTION (action, _ ("Restart Now"), _ ("Power Off Now"),
                              /* Translators: the computer stops, and stays powered on */
                              _ ("Stop Now")));
}

/* Whether the agent would listen. */
static gboolean
is_offered (const CfNotice *notice)
{
  return notice->state == CF_NOTICE_PENDING && !notice->is_adrift;
}

/* Whether it would happen if it were asked for: the agent refuses what would be vetoed. */
static gboolean
can_act (const CfNotice *notice)
{
  return is_offered (notice) && !notice->is_held && !notice->spares_people;
}

static gboolean
is_alone (const CfNotice *notice, const CfNoticeMoment *moment)
{
  return cf_notice_count_others (notice, moment->uid) == 0;
}

static gboolean
is_ready (const CfNotice *notice, const CfNoticeMoment *moment)
{
  const CfNoticePerson *person = cf_notice_find_person (notice, moment->uid);

  return person != NULL && person->is_ready;
}

/* Whether pressing the button can be what makes it happen. */
static gboolean
is_question (const CfNotice *notice, const CfNoticeMoment *moment)
{
  return can_act (notice) && (is_alone (notice, moment) || !is_ready (notice, moment));
}

/**
 * cf_notice_words_dup_postpone:
 * @notice: a notice
 * @moment: when it is said, and to whom
 * @seconds: by how much: one of cf_postpone_choices_list()
 *
 * Returns: (transfer full): what a button for it says: "Postpone to 15:00"
 */
char *
cf_notice_words_dup_postpone (const CfNotice *notice, const CfNoticeMoment *moment, guint32 seconds)
{
  g_autofree char *time = NULL;

  g_return_val_if_fail (notice != NULL, NULL);
  g_return_val_if_fail (moment != NULL, NULL);

  time = cf_clock_format_dup_time_and_day (
    moment->clock_format, notice->deadline_real_usec + seconds * (gint64) G_USEC_PER_SEC,
    moment->real_usec);
  /* Translators: a time, with its day if that is not today: "Postpone to 15:00" */
  return g_strdup_printf (_ ("Postpone to %s"), time);
}

/**
 * cf_notice_words_dup_budget:
 * @notice: a notice
 * @moment: when it is said, and to whom
 *
 * Returns: (transfer full) (nullable): how often and until when it can be postponed, or that it no
 *   longer can; %NULL if it never could, and while no agent answers
 */
char *
cf_notice_words_dup_budget (const CfNotice *notice, const CfNoticeMoment *moment)
{
  g_autofree char *latest = NULL;
  guint n_done;

  g_return_val_if_fail (notice != NULL, NULL);
  g_return_val_if_fail (moment != NULL, NULL);

  n_done = notice->postponements->len;
  if (!is_offered (notice) || notice->postpone_seconds == 0 ||
      (n_done == 0 && notice->postpones_left == 0))
    return NULL;
  latest = cf_clock_format_dup_time_and_day (
    moment->clock_format,
    notice->latest_real_usec != 0 ? notice->latest_real_usec : notice->deadline_real_usec,
    moment->real_usec);
  if (!cf_postpone_choices_exist (notice, moment->boot_usec))
    /* Translators: a time: "Can no longer be postponed (latest 14:45)" */
    return g_strdup_printf (_ ("Can no longer be postponed (latest %s)"), latest);
  return g_strdup_printf (
    /* Translators: how often it can still be postponed, of how often in all, and the latest time
     * that can be reached so: "1 of 2 left, latest 16:30" */
    ngettext ("%u of %u left, latest %s", "%u of %u left, latest %s", notice->postpones_left),
    notice->postpones_left, n_done + notice->postpones_left, latest);
}

/**
 * cf_notice_words_dup_consent:
 * @notice: a notice
 * @moment: when it is said, and to whom
 *
 * Returns: (transfer full) (nullable): what follows when the last one is ready; %NULL if
 *   cf_notice_words_dup_act() is not about being ready
 */
char *
cf_notice_words_dup_consent (const CfNotice *notice, const CfNoticeMoment *moment)
{
  g_return_val_if_fail (notice != NULL, NULL);
  g_return_val_if_fail (moment != NULL, NULL);

  if (!can_act (notice) || is_alone (notice, moment))
    return NULL;
  return g_strdup (BY_ACTION (notice->action,
                              _ ("When everybody is ready, this computer restarts at once."),
                              _ ("When everybody is ready, this computer powers off at once."),
                              _ ("When everybody is ready, this computer stops at once.")));
}

/**
 * cf_notice_words_dup_act:
 * @notice: a notice
 * @moment: when it is said, and to whom
 *
 * Returns: (transfer full) (nullable): what the button says that ends the waiting: "Restart Now"
 *   for somebody who is alone, else "I’m Ready (1 of 2)", or "Not Ready Yet (1 of 2)" to take that
 *   back; %NULL if nothing is waiting, no agent answers, or something holds it up
 */
char *
cf_notice_words_dup_act (const CfNotice *notice, const CfNoticeMoment *moment)
{
  guint n_people, n_ready;

  g_return_val_if_fail (notice != NULL, NULL);
  g_return_val_if_fail (moment != NULL, NULL);

  if (!can_act (notice))
    return NULL;
  if (is_alone (notice, moment))
    return dup_restart_now (notice->action);
  n_people = notice->people->len;
  n_ready = cf_notice_count_ready (notice);
  if (is_ready (notice, moment))
    /* Translators: how many people are ready, of how many: "Not Ready Yet (1 of 2)" */
    return g_strdup_printf (
      ngettext ("Not Ready Yet (%u of %u)", "Not Ready Yet (%u of %u)", n_people), n_ready,
      n_people);
  /* Translators: how many people are ready, of how many: "I’m Ready (1 of 2)" */
  return g_strdup_printf (ngettext ("I’m Ready (%u of %u)", "I’m Ready (%u of %u)", n_people),
                          n_ready, n_people);
}

/**
 * cf_notice_words_dup_question:
 * @notice: a notice
 * @moment: when it is said, and to whom
 *
 * Returns: (transfer full) (nullable): what somebody is asked who does not want to wait; %NULL if
 *   cf_notice_words_dup_act() offers nothing, or to take back what was said
 */
char *
cf_notice_words_dup_question (const CfNotice *notice, const CfNoticeMoment *moment)
{
  g_return_val_if_fail (notice != NULL, NULL);
  g_return_val_if_fail (moment != NULL, NULL);

  if (!is_question (notice, moment))
    return NULL;
  if (is_alone (notice, moment))
    return g_strdup (BY_ACTION (notice->action, _ ("Restart now?"), _ ("Power off now?"),
                                /* Translators: the computer stops, and stays powered on */
                                _ ("Stop this computer now?")));
  return g_strdup (BY_ACTION (notice->action, _ ("Ready to restart?"), _ ("Ready to power off?"),
                              /* Translators: the computer stops, and stays powered on */
                              _ ("Ready to stop this computer?")));
}

/**
 * cf_notice_words_dup_question_body:
 * @notice: a notice
 * @moment: when it is said, and to whom
 * @unsaved: (element-type CfNoticeProgram) (nullable): programs whose work is not saved
 *
 * Returns: (transfer full) (nullable): what follows, and what it would harm, in lines; %NULL if
 *   there is no question, or nothing to add to it
 */
char *
cf_notice_words_dup_question_body (const CfNotice *notice, const CfNoticeMoment *moment,
                                   const GPtrArray *unsaved)
{
  g_autofree char *consent = NULL;
  g_autofree char *not_saved = NULL;

  g_return_val_if_fail (notice != NULL, NULL);
  g_return_val_if_fail (moment != NULL, NULL);

  if (!is_question (notice, moment))
    return NULL;
  consent = cf_notice_words_dup_consent (notice, moment);
  not_saved = cf_notice_words_dup_unsaved (unsaved);
  if (not_saved == NULL)
    return g_steal_pointer (&consent);
  if (consent == NULL)
    return g_strjoin ("\n", not_saved, _ ("What is not saved will be lost."), NULL);
  return g_strjoin ("\n", consent, not_saved, _ ("What is not saved will be lost."), NULL);
}

/**
 * cf_notice_words_dup_answer:
 * @notice: a notice
 * @moment: when it is said, and to whom
 *
 * Returns: (transfer full) (nullable): the answer to cf_notice_words_dup_question() that does it;
 *   %NULL if there is no question
 */
char *
cf_notice_words_dup_answer (const CfNotice *notice, const CfNoticeMoment *moment)
{
  g_return_val_if_fail (notice != NULL, NULL);
  g_return_val_if_fail (moment != NULL, NULL);

  return is_question (notice, moment) ? cf_notice_words_dup_act (notice, moment) : NULL;
}
