/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-act-kind.h"

static guint
count_others_not_ready (const CfNotice *notice, guint32 uid)
{
  guint n = 0;

  for (guint i = 0; i < notice->people->len; i++)
    {
      const CfNoticePerson *person = g_ptr_array_index (notice->people, i);

      if (person->uid != uid && !person->is_ready)
        n++;
    }
  return n;
}

/**
 * cf_act_kind_get:
 * @notice: what is shown
 * @moment: when, and to whom
 *
 * Returns: what the button does that cf_notice_words_dup_act() names
 */
CfActKind
cf_act_kind_get (const CfNotice *notice, const CfNoticeMoment *moment)
{
  g_autofree char *label = NULL;
  const CfNoticePerson *person;

  g_return_val_if_fail (notice != NULL && moment != NULL, CF_ACT_NONE);

  label = cf_notice_words_dup_act (notice, moment);
  if (label == NULL)
    return CF_ACT_NONE;
  if (cf_notice_count_others (notice, moment->uid) == 0)
    return CF_ACT_NOW;
  person = cf_notice_find_person (notice, moment->uid);
  if (person != NULL && person->is_ready)
    return CF_ACT_NOT_READY;
  return count_others_not_ready (notice, moment->uid) == 0 ? CF_ACT_LAST_READY : CF_ACT_READY;
}
