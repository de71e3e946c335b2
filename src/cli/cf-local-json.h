/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bus/cf-bus-agent1.h"
#include "cf-command.h"

G_BEGIN_DECLS

/**
 * CfLocalResult:
 * @verb: what was asked for
 * @exit: what the program ends with
 * @state: what became of it, in a word for scripts: "called-off", "postponed", "moved", "refused",
 *   "failed", "unknown"; not of a status
 * @message: (nullable): what happened, for people
 * @next_step: (nullable): what to do now
 *
 * What became of a command for this computer.
 */
typedef struct
{
  CfVerb verb;
  CfExitStatus exit;
  const char *state;
  const char *message;
  const char *next_step;
} CfLocalResult;

char *cf_local_json_to_text (const CfLocalResult *result, CfBusAgent1 *agent, gint64 now_boot_usec,
                             CfOutputFormat format);

G_END_DECLS
