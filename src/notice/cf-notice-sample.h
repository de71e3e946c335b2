/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-notice.h"

G_BEGIN_DECLS

/**
 * CfNoticeSample:
 *
 * Notices of a computer that does not exist, one for each state that people can see: for previews
 * and for looking at what was drawn.
 */
typedef enum
{
  CF_NOTICE_SAMPLE_ANNOUNCED,
  CF_NOTICE_SAMPLE_POSTPONED,
  CF_NOTICE_SAMPLE_MOVED,
  CF_NOTICE_SAMPLE_HELD,
  CF_NOTICE_SAMPLE_LAST_TEN_MINUTES,
  CF_NOTICE_SAMPLE_OVERDUE,
  CF_NOTICE_SAMPLE_SEVERAL_PEOPLE,
  CF_NOTICE_SAMPLE_NO_MESSAGE,
  CF_NOTICE_SAMPLE_LAST_MINUTE,
  CF_NOTICE_SAMPLE_GOING_DOWN,
  CF_NOTICE_SAMPLE_CALLED_OFF,
  CF_NOTICE_SAMPLE_DID_NOT_HAPPEN,
} CfNoticeSample;
#define CF_NOTICE_N_SAMPLES (CF_NOTICE_SAMPLE_DID_NOT_HAPPEN + 1)

#define CF_NOTICE_SAMPLE_UID 1000 /* whose screen it is */

const char *cf_notice_sample_get_name (CfNoticeSample sample);
CfNotice *cf_notice_sample_new (CfNoticeSample sample, gint64 now_boot_usec, gint64 now_real_usec);
GPtrArray *cf_notice_sample_dup_unsaved (CfNoticeSample sample);

G_END_DECLS
