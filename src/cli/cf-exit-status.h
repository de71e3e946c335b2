/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fleet/cf-delivery.h"

G_BEGIN_DECLS

/**
 * CfExitStatus:
 *
 * What curfewctl ends with; scripts rely on the numbers (design.md section 7, curfewctl(1)).
 */
typedef enum
{
  CF_EXIT_REACHED = 0,
  CF_EXIT_MIXED = 1,
  CF_EXIT_USAGE = 2,
  CF_EXIT_NO_MATCH = 3,
  CF_EXIT_NOT_CONFIRMED = 4,
  CF_EXIT_PERMISSION = 5,
  CF_EXIT_UNREACHABLE = 6,
  CF_EXIT_REFUSED = 7,
  CF_EXIT_TIMED_OUT = 8,
  CF_EXIT_CALLED_OFF = 9,
  CF_EXIT_UNKNOWN = 10,
  CF_EXIT_INTERRUPTED = 130,
} CfExitStatus;

CfExitStatus cf_exit_status_of_state (CfErrandState state, CfFailure failure, gboolean is_abort,
                                      CfWaitGoal goal);
CfExitStatus cf_exit_status_of_errand (CfErrand *errand);
CfExitStatus cf_exit_status_combine (const CfExitStatus *statuses, gsize n_statuses);
CfExitStatus cf_exit_status_of_errands (GListModel *errands);

G_END_DECLS
