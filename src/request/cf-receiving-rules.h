/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-shutdown-request.h"

G_BEGIN_DECLS

typedef enum
{
  CF_RECEIVER_IDLE,
  CF_RECEIVER_PENDING,
  CF_RECEIVER_EXECUTING,
} CfReceiverState;

/**
 * CfReceiverFacts:
 * @caller_may: whether the caller may do all that the request asks for
 * @users_logged_on: whether somebody is signed in (disconnected and locked sessions count)
 * @action_supported: whether this machine can do the request's action and flags
 * @state: what the receiver is doing already
 * @not_now: 0, or the Win32 code that says why nothing at all can be accepted at the moment
 */
typedef struct
{
  gboolean caller_may;
  gboolean users_logged_on;
  gboolean action_supported;
  CfReceiverState state;
  guint32 not_now;
} CfReceiverFacts;

guint32 cf_receiving_rules_decide_initiate (const CfShutdownRequest *request,
                                            const CfReceiverFacts *facts);
guint32 cf_receiving_rules_decide_abort (const CfReceiverFacts *facts);

G_END_DECLS
