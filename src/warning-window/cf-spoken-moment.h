/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "notice/cf-notice-words.h"

G_BEGIN_DECLS

/**
 * CfSpokenMoment:
 *
 * What a screen reader was told last: it is told again at the rungs, at 30 and at 10 seconds, and
 * when something happened, but not with each number that changes. Zero before the first time.
 */
typedef struct
{
  gboolean is_known;
  char request_code[16];
  CfNoticeState state;
  CfNoticeOutcome outcome;
  CfNoticeChange change;
  gint64 deadline_boot_usec;
  gboolean is_adrift;
  gboolean is_held;
  guint rung;
} CfSpokenMoment;

char *cf_spoken_moment_dup_speech (CfSpokenMoment *self, const CfNotice *notice,
                                   const CfNoticeMoment *moment);
char *cf_spoken_moment_dup_description (const CfNotice *notice, const CfNoticeMoment *moment);

G_END_DECLS
