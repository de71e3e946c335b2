/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-spoken-moment.h"

#include <string.h>

#include "notice/cf-notice-phase.h"

/* The rungs of the last minute have numbers that no rung in minutes has. */
#define RUNG_30_SECONDS (G_MAXUINT - 30)
#define RUNG_10_SECONDS (G_MAXUINT - 10)

static guint
get_rung (const CfNotice *notice, gint64 now_boot_usec)
{
  gint64 left_usec = cf_notice_get_left_usec (notice, now_boot_usec);

  /* nothing happens while no agent answers: there is no time to be told */
  if (notice->state != CF_NOTICE_PENDING || notice->is_adrift)
    return 0;
  if (left_usec <= 10 * G_USEC_PER_SEC)
    return RUNG_10_SECONDS;
  if (left_usec <= 30 * G_USEC_PER_SEC)
    return RUNG_30_SECONDS;
  return cf_notice_get_rung (notice, now_boot_usec);
}

/* Whether both tell of the same, apart from the time that goes on. */
static gboolean
are_same_news (const CfSpokenMoment *some, const CfSpokenMoment *other)
{
  return strcmp (some->request_code, other->request_code) == 0 && some->state == other->state &&
         some->outcome == other->outcome && some->change == other->change &&
         some->deadline_boot_usec == other->deadline_boot_usec &&
         some->is_adrift == other->is_adrift && some->is_held == other->is_held;
}

/* Takes hold of @texts; nothing is said of those that are %NULL. */
static char *
join (const char *separator, char *const *texts, gsize n_texts)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < n_texts; i++)
    if (texts[i] != NULL)
      g_ptr_array_add (parts, texts[i]);
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (separator, (char **) parts->pdata);
}

/**
 * cf_spoken_moment_dup_speech:
 * @self: what was told last; becomes what is now
 * @notice: what is shown
 * @moment: when, and to whom
 *
 * Returns: (transfer full) (nullable): what a screen reader is to say now: the time at the rungs,
 *   and what happened when something did. For the first notice nothing: the window that appears
 *   speaks for itself
 */
char *
cf_spoken_moment_dup_speech (CfSpokenMoment *self, const CfNotice *notice,
                             const CfNoticeMoment *moment)
{
  CfSpokenMoment now = {
    .is_known = TRUE,
    .state = notice->state,
    .outcome = notice->outcome,
    .change = notice->change,
    .deadline_boot_usec = notice->deadline_boot_usec,
    .is_adrift = notice->is_adrift,
    .is_held = notice->is_held,
    .rung = get_rung (notice, moment->boot_usec),
  };
  CfSpokenMoment before = *self;
  char *said[3] = { NULL };

  g_strlcpy (now.request_code, notice->request_code, sizeof now.request_code);
  *self = now;
  if (!before.is_known || (are_same_news (&before, &now) && before.rung == now.rung))
    return NULL;
  said[0] = cf_notice_words_dup_announcement (notice, moment);
  if (!are_same_news (&before, &now))
    {
      said[1] = cf_notice_words_dup_event (notice, moment);
      said[2] = cf_notice_words_dup_held (notice, moment);
    }
  return join (" ", said, G_N_ELEMENTS (said));
}

/**
 * cf_spoken_moment_dup_description:
 * @notice: what is shown
 * @moment: when, and to whom
 *
 * Returns: (transfer full): what a screen reader says of the window when it comes to it, besides
 * its name
 */
char *
cf_spoken_moment_dup_description (const CfNotice *notice, const CfNoticeMoment *moment)
{
  char *const said[] = {
    cf_notice_words_dup_message (notice),
    cf_notice_words_dup_remaining (notice, moment),
    cf_notice_words_dup_event (notice, moment),
    cf_notice_words_dup_held (notice, moment),
  };

  return join ("\n", said, G_N_ELEMENTS (said));
}
