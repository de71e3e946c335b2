/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-clock-format.h"
#include "cf-notice.h"

G_BEGIN_DECLS

/**
 * CfNoticeMoment:
 * @boot_usec: boot time now
 * @real_usec: real time now
 * @clock_format: how the reader reads the clock
 * @uid: of the reader
 *
 * When, and to whom, something is said.
 */
typedef struct
{
  gint64 boot_usec;
  gint64 real_usec;
  CfClockFormat clock_format;
  guint32 uid;
} CfNoticeMoment;

/* What a notice says, in the language of this process: plain text, never markup, foreign texts
 * cleaned and isolated. Each returns a new string; those that may have nothing to say return %NULL
 * then. */

char *cf_notice_words_dup_heading (const CfNotice *notice, const CfNoticeMoment *moment);
char *cf_notice_words_dup_remaining (const CfNotice *notice, const CfNoticeMoment *moment);
char *cf_notice_words_dup_message (const CfNotice *notice);
char *cf_notice_words_dup_event (const CfNotice *notice, const CfNoticeMoment *moment);
char *cf_notice_words_dup_others (const CfNotice *notice, const CfNoticeMoment *moment);
char *cf_notice_words_dup_held (const CfNotice *notice, const CfNoticeMoment *moment);
char *cf_notice_words_dup_unsaved (const GPtrArray *programs);
char *cf_notice_words_dup_staying (const CfNotice *notice, const CfNoticeMoment *moment);
char *cf_notice_words_dup_rehearsal (const CfNotice *notice);
char *cf_notice_words_dup_announcement (const CfNotice *notice, const CfNoticeMoment *moment);

/* the details: who, why, which, whom to ask */
char *cf_notice_words_dup_requester (const CfNotice *notice);
char *cf_notice_words_dup_reason (const CfNotice *notice);

/* the buttons */
char *cf_notice_words_dup_postpone (const CfNotice *notice, const CfNoticeMoment *moment,
                                    guint32 seconds);
char *cf_notice_words_dup_budget (const CfNotice *notice, const CfNoticeMoment *moment);
char *cf_notice_words_dup_consent (const CfNotice *notice, const CfNoticeMoment *moment);
char *cf_notice_words_dup_act (const CfNotice *notice, const CfNoticeMoment *moment);
char *cf_notice_words_dup_question (const CfNotice *notice, const CfNoticeMoment *moment);
char *cf_notice_words_dup_question_body (const CfNotice *notice, const CfNoticeMoment *moment,
                                         const GPtrArray *unsaved);
char *cf_notice_words_dup_answer (const CfNotice *notice, const CfNoticeMoment *moment);

/* the notification of the desktop */
char *cf_notice_words_dup_summary (const CfNotice *notice, const CfNoticeMoment *moment);
char *cf_notice_words_dup_body (const CfNotice *notice, const CfNoticeMoment *moment,
                                gboolean is_locked);

G_END_DECLS
