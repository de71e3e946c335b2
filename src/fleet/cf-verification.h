/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-errand-state.h"
#include "cf-status.h"

G_BEGIN_DECLS

#define CF_VERIFICATION_BOOT_TOLERANCE_SECONDS 60
#define CF_VERIFICATION_OFF_SECONDS            60

/**
 * CfWaitGoal:
 * @CF_WAIT_SENT: the host accepted the request
 * @CF_WAIT_DOWN: it has gone down
 * @CF_WAIT_BACK: it has started anew and answers
 *
 * When a person is satisfied.
 */
typedef enum
{
  CF_WAIT_SENT,
  CF_WAIT_DOWN,
  CF_WAIT_BACK,
} CfWaitGoal;

/**
 * CfSight:
 * @CF_SIGHT_STATUS: the host answered with its status
 * @CF_SIGHT_STRANGE: it answered, with something that tells nothing (busy, stopping)
 * @CF_SIGHT_CLOSED: the computer is there, its service is not
 * @CF_SIGHT_SILENT: nothing answers
 *
 * What a look at a host shows.
 */
typedef enum
{
  CF_SIGHT_STATUS,
  CF_SIGHT_STRANGE,
  CF_SIGHT_CLOSED,
  CF_SIGHT_SILENT,
} CfSight;

/**
 * CfVerification:
 * @action: what was asked for
 * @goal: %CF_WAIT_DOWN or %CF_WAIT_BACK
 * @request_code: (nullable): under which code it was sent, if the host knows codes
 * @before: (nullable): the status before it was sent
 * @due_usec: when the countdown ends, on the console's monotonic clock
 * @limit_usec: when to stop waiting, on the same clock
 * @lost_usec: since when the host has not answered; 0 while it does
 *
 * What is known of a request that was sent.
 */
typedef struct
{
  CfShutdownAction action;
  CfWaitGoal goal;
  const char *request_code;
  const CfStatus *before;
  gint64 due_usec;
  gint64 limit_usec;
  gint64 lost_usec;
} CfVerification;

CfErrandState cf_verification_decide (const CfVerification *self, CfErrandState state,
                                      CfSight sight, const CfStatus *status, gint64 now_usec);
gboolean cf_verification_is_over (const CfVerification *self, CfErrandState state, gint64 now_usec);
gboolean cf_verification_started_anew (const CfStatus *before, const CfStatus *after);
guint cf_verification_get_pause_msec (guint n_looks, gint64 remaining_usec, guint min_msec,
                                      guint max_msec);

G_END_DECLS
