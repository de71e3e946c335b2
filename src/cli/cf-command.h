/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-exit-status.h"
#include "fleet/cf-keyring.h"
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
  CF_VERB_READY,
  CF_VERB_EXPLAIN,
  CF_VERB_HOST_TRUST,
  CF_VERB_HOST_LIST,
  CF_VERB_HOST_RM,
  CF_VERB_KEYRING_LIST,
  CF_VERB_KEYRING_RM,
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
 * @is_not: for %CF_VERB_READY: not ready, or not any more
 * @targets: (nullable): the computers, at least one; %NULL for what names none
 * @method: how
 * @goal: when to be satisfied
 * @sign_in: (nullable): who signs in, and how; for what asks other computers
 * @password_fd: where the password is read; -1 asks on the terminal
 * @save_password: keep it in the keyring once it was right
 * @scope: for %CF_VERB_KEYRING_RM: whose saved password
 * @name: (nullable): for %CF_VERB_KEYRING_RM: of which host, group or realm
 * @ca_file: (nullable): authorities to believe
 * @pin: (nullable): certificate to believe
 * @timeout_seconds: 0 for the usual ones
 * @n_parallel: how many at once
 * @output: how to tell
 * @dry_run: say it, do not send it
 * @yes: do not ask back
 * @replace: for %CF_VERB_HOST_TRUST: also where another certificate is known
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
  gboolean is_not;
  CfTargetList *targets;
  CfMethodChoice method;
  CfWaitGoal goal;
  CfSignIn *sign_in;
  int password_fd;
  gboolean save_password;
  CfSavedScope scope;
  char *name;
  char *ca_file;
  char *pin;
  guint timeout_seconds;
  guint n_parallel;
  CfOutputFormat output;
  gboolean dry_run;
  gboolean yes;
  gboolean replace;
} CfCommand;

CfCommand *cf_command_parse (const char *const *arguments, GPtrArray *problems,
                             CfExitStatus *status);
void cf_command_free (CfCommand *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfCommand, cf_command_free)

guint cf_command_read_word (const char *option, const char *word, const char *const *words,
                            GPtrArray *problems);

const char *cf_verb_get_name (CfVerb verb);
gboolean cf_verb_sends_request (CfVerb verb);

G_END_DECLS
