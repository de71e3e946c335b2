/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-compose.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cf-duration.h"
#include "cf-problem.h"
#include "request/cf-request-code.h"
#include "request/cf-shutdown-reason.h"

/* an agent keeps no longer ledger */
#define MAX_POSTPONES 100u

static guint32
get_action_flag (CfVerb verb)
{
  switch (verb)
    {
    case CF_VERB_RESTART:
      return CF_SHUTDOWN_RESTART;
    case CF_VERB_POWEROFF:
      return CF_SHUTDOWN_POWEROFF;
    case CF_VERB_HALT:
      return CF_SHUTDOWN_NOREBOOT;
    case CF_VERB_NONE:
    case CF_VERB_ABORT:
    case CF_VERB_STATUS:
    case CF_VERB_POSTPONE:
    case CF_VERB_RESCHEDULE:
    case CF_VERB_READY:
    case CF_VERB_EXPLAIN:
    case CF_VERB_HOST_TRUST:
    case CF_VERB_HOST_LIST:
    case CF_VERB_HOST_RM:
    case CF_VERB_KEYRING_LIST:
    case CF_VERB_KEYRING_RM:
    default:
      g_return_val_if_reached (0);
    }
}

static gboolean
signs_users_out (const CfOptions *options, GPtrArray *problems)
{
  gboolean refuses;

  if (options->if_users == NULL)
    return options->force;

  refuses = g_str_equal (options->if_users, "refuse");
  if (!refuses && !g_str_equal (options->if_users, "signout"))
    cf_problem_add (problems, _ ("--if-users: “%s” is neither signout nor refuse."),
                    options->if_users);
  else if (refuses && options->force)
    cf_problem_add (problems, _ ("--force and --if-users=refuse contradict each other: leave one "
                                 "of them out."));
  return !refuses;
}

static void
add_flags (CfShutdownRequestBuilder *builder, const CfOptions *options, CfVerb verb,
           GPtrArray *problems)
{
  guint32 flags = get_action_flag (verb);

  if (signs_users_out (options, problems))
    flags |= CF_SHUTDOWN_FORCE_OTHERS;
  if (options->grace_override)
    flags |= CF_SHUTDOWN_GRACE_OVERRIDE;
  if (options->install_updates)
    flags |= CF_SHUTDOWN_INSTALL_UPDATES;
  if (options->restart_apps)
    flags |= CF_SHUTDOWN_RESTARTAPPS;
  cf_shutdown_request_builder_add_flags (builder, flags);
}

/* Without --in people have a quarter of an hour; with --grace-override there is no period at all.
 */
static void
add_grace (CfShutdownRequestBuilder *builder, const CfOptions *options, GPtrArray *problems)
{
  guint64 seconds = options->grace_override ? 0 : CF_COMMAND_DEFAULT_GRACE_SECONDS;

  if (options->in != NULL && !cf_duration_parse (options->in, &seconds))
    cf_problem_add (problems, _ ("--in: “%s” is no duration. Write now, 90, 90s, 15m or 2h."),
                    options->in);
  else
    cf_shutdown_request_builder_set_grace_seconds (builder, seconds);
}

/* "2x15m": how often people there may postpone it, and by how much each time. */
static gboolean
parse_postponing (const char *text, guint32 *limit, guint32 *seconds)
{
  g_autofree char *number = NULL;
  const char *times = strchr (text, 'x');
  guint64 n_times;
  guint64 length;

  if (times == NULL)
    return FALSE;
  number = g_strndup (text, times - text);
  if (!g_ascii_string_to_unsigned (number, 10, 1, MAX_POSTPONES, &n_times, NULL) ||
      !cf_duration_parse (times + 1, &length) || length == 0 ||
      length > CF_SHUTDOWN_GRACE_MAX_SECONDS)
    return FALSE;
  *limit = (guint32) n_times;
  *seconds = (guint32) length;
  return TRUE;
}

static void
add_postponing (CfShutdownRequestBuilder *builder, const CfOptions *options, GPtrArray *problems)
{
  guint32 limit;
  guint32 seconds;

  if (options->postpone == NULL)
    return;
  if (parse_postponing (options->postpone, &limit, &seconds))
    cf_shutdown_request_builder_set_postponing (builder, limit, seconds);
  else
    cf_problem_add (problems,
                    _ ("--postpone: “%s” is no number of times and a duration. Write 2x15m for "
                       "twice a quarter of an hour; %u times at most."),
                    options->postpone, MAX_POSTPONES);
}

static void
add_texts (CfShutdownRequestBuilder *builder, const CfOptions *options, GPtrArray *problems)
{
  g_autoptr (GError) error = NULL;
  guint32 reason = 0;

  if (options->message != NULL && options->no_message)
    cf_problem_add (problems, _ ("--message and --no-message contradict each other: leave one of "
                                 "them out."));
  cf_shutdown_request_builder_set_message (builder, options->message);
  cf_shutdown_request_builder_set_client_hint (builder, options->client_hint);
  if (options->reason == NULL)
    return;
  if (cf_shutdown_reason_parse (options->reason, &reason, &error))
    cf_shutdown_request_builder_set_reason (builder, reason);
  else
    cf_problem_add (problems, "--reason: %s", error->message);
}

static const char *
get_option (CfRequestField field, const CfOptions *options)
{
  switch (field)
    {
    case CF_REQUEST_FIELD_MESSAGE:
      return "--message";
    case CF_REQUEST_FIELD_GRACE:
      return options->grace_override ? "--in, --grace-override" : "--in";
    case CF_REQUEST_FIELD_REASON:
      return "--reason";
    case CF_REQUEST_FIELD_CLIENT_HINT:
      return "--client-hint";
    case CF_REQUEST_FIELD_FLAGS:
      return "--restart-apps";
    case CF_REQUEST_FIELD_POSTPONE:
      return "--postpone";
    case CF_REQUEST_FIELD_ACTION:
    case CF_REQUEST_FIELD_CODE:
    default:
      return cf_request_field_get_name (field);
    }
}

/**
 * cf_compose_request:
 * @options: as they were typed
 * @verb: restart, poweroff or halt
 * @problems: (element-type utf8): gets one sentence for each thing that is wrong
 *
 * Returns: (transfer full) (nullable): the request, with a code of its own; %NULL if something is
 *   wrong with it
 */
CfShutdownRequest *
cf_compose_request (const CfOptions *options, CfVerb verb, GPtrArray *problems)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  g_autoptr (GPtrArray) found = NULL;
  g_autofree char *code = cf_request_code_new ();
  CfShutdownRequest *request;

  add_flags (builder, options, verb, problems);
  add_grace (builder, options, problems);
  add_postponing (builder, options, problems);
  add_texts (builder, options, problems);
  cf_shutdown_request_builder_set_code (builder, code);
  request = cf_shutdown_request_builder_end (builder, &found);
  for (guint i = 0; found != NULL && i < found->len; i++)
    {
      const CfRequestProblem *problem = g_ptr_array_index (found, i);

      cf_problem_add (problems, "%s: %s", get_option (problem->field, options), problem->message);
    }
  return request;
}
