/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-exit-status.h"
#include "fleet/cf-target.h"

G_BEGIN_DECLS

#define CF_COMMAND_DEFAULT_GRACE_SECONDS 900u
#define CF_COMMAND_MAX_PARALLEL          1024

/**
 * CfVerb:
 *
 * What curfewctl is told to do. %CF_VERB_NONE: nothing at a computer; the texts for --help and
 * --version are in #CfCommand.
 */
typedef enum
{
  CF_VERB_NONE,
  CF_VERB_RESTART,
  CF_VERB_POWEROFF,
  CF_VERB_HALT,
  CF_VERB_ABORT,
  CF_VERB_STATUS,
  CF_VERB_POSTPONE,
  CF_VERB_RESCHEDULE,
  CF_VERB_EXPLAIN,
} CfVerb;

typedef enum
{
  CF_OUTPUT_TABLE,
  CF_OUTPUT_JSON,
  CF_OUTPUT_JSONL,
} CfOutputFormat;

typedef enum
{
  CF_METHOD_AUTO,
  CF_METHOD_NATIVE,
  CF_METHOD_WMI,
} CfMethodChoice;

/**
 * CfCommand:
 * @verb: what to do
 * @text: (nullable): for %CF_VERB_NONE: what to print; for %CF_VERB_EXPLAIN: the code
 * @request: (nullable): what to send, for restart, poweroff and halt
 * @is_local: whether it is about this computer alone, by way of D-Bus
 * @seconds: for %CF_VERB_POSTPONE by how much, 0 for what the request allows; for
 *   %CF_VERB_RESCHEDULE the time from now
 * @note: (nullable): for %CF_VERB_POSTPONE: why
 * @targets: (nullable): the computers, at least one; %NULL for %CF_VERB_NONE, %CF_VERB_EXPLAIN and
 *   what is local
 * @method: how
 * @goal: when to be satisfied
 * @user: (nullable): who signs in
 * @password_fd: where the password is read; -1 asks on the terminal
 * @ca_file: (nullable): authorities to believe
 * @pin: (nullable): certificate to believe
 * @timeout_seconds: 0 for the usual ones
 * @n_parallel: how many at once
 * @output: how to tell
 * @dry_run: say it, do not send it
 * @yes: do not ask back
 *
 * A command line that was read and found right.
 */
typedef struct
{
  CfVerb verb;
  char *text;
  CfShutdownRequest *request;
  gboolean is_local;
  guint32 seconds;
  char *note;
  CfTargetList *targets;
  CfMethodChoice method;
  CfWaitGoal goal;
  char *user;
  int password_fd;
  char *ca_file;
  char *pin;
  guint timeout_seconds;
  guint n_parallel;
  CfOutputFormat output;
  gboolean dry_run;
  gboolean yes;
} CfCommand;

CfCommand *cf_command_parse (const char *const *arguments, GPtrArray *problems,
                             CfExitStatus *status);
void cf_command_free (CfCommand *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfCommand, cf_command_free)

const char *cf_verb_get_name (CfVerb verb);
gboolean cf_verb_sends_request (CfVerb verb);

G_END_DECLS
