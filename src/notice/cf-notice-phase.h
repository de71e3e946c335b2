/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-notice.h"

G_BEGIN_DECLS

/**
 * CfNoticePhase:
 * @CF_NOTICE_PHASE_NOTHING: there is nothing to tell
 * @CF_NOTICE_PHASE_INFORMATION: more than 10 minutes are left
 * @CF_NOTICE_PHASE_WARNING: the last 10 minutes
 * @CF_NOTICE_PHASE_STRONG: the last minute
 * @CF_NOTICE_PHASE_GOING_DOWN: the time has come
 * @CF_NOTICE_PHASE_OVER: it ended without that the computer goes down
 *
 * How urgent a notice is (product-design.md section 5.2).
 */
typedef enum
{
  CF_NOTICE_PHASE_NOTHING,
  CF_NOTICE_PHASE_INFORMATION,
  CF_NOTICE_PHASE_WARNING,
  CF_NOTICE_PHASE_STRONG,
  CF_NOTICE_PHASE_GOING_DOWN,
  CF_NOTICE_PHASE_OVER,
} CfNoticePhase;

/* Pure functions; now comes in, boot time in microseconds. */

CfNoticePhase cf_notice_get_phase (const CfNotice *notice, gint64 now_boot_usec);
gint64 cf_notice_get_left_usec (const CfNotice *notice, gint64 now_boot_usec);
double cf_notice_get_fraction_left (const CfNotice *notice, gint64 now_boot_usec);
gint64 cf_notice_get_next_change (const CfNotice *notice, gint64 now_boot_usec);
guint cf_notice_get_rung (const CfNotice *notice, gint64 now_boot_usec);

G_END_DECLS
