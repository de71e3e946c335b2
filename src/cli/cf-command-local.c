/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "cf-command-local.h"

#include <glib/gi18n.h>

#include "cf-duration.h"
#include "cf-problem.h"
#include "fleet/cf-dispatcher.h"
#include "request/cf-utf16.h"

#define MAX_NOTE_UNITS CF_SHUTDOWN_MESSAGE_MAX_UNITS

/**
 * cf_command_is_local:
 * @verb: what is asked for
 * @options: as they were typed
 *
 * Returns: whether that is about this computer: postpone, reschedule and ready always, abort and
 * status where no target is named
 */
gboolean
cf_command_is_local (CfVerb verb, const CfOptions *options)
{
  g_return_val_if_fail (options != NULL, FALSE);

  if (verb == CF_VERB_POSTPONE || verb == CF_VERB_RESCHEDULE || verb == CF_VERB_READY)
    return TRUE;
  return (verb == CF_VERB_ABORT || verb == CF_VERB_STATUS) && options->rest == NULL &&
         options->files == NULL;
}

/* The first option that says how others are asked; NULL if there is none. */
static const char *
find_asking_option (const CfOptions *options)
{
  const struct
  {
    gboolean is_given;
    const char *name;
  } asking[] = {
    { options->method != NULL, "--method" },
    { options->user != NULL, "--user" },
    { options->password_fd != CF_OPTIONS_NOT_GIVEN, "--password-fd" },
    { options->auth != NULL, "--auth" },
    { options->delegate, "--delegate" },
    { options->certificate != NULL, "--certificate" },
    { options->key != NULL, "--key" },
    { options->save_password, "--save-password" },
    { options->ca_file != NULL, "--ca-file" },
    { options->pin != NULL, "--pin" },
    { options->timeout != CF_OPTIONS_NOT_GIVEN, "--timeout" },
    { options->parallel != CF_DISPATCHER_PARALLEL, "--parallel" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (asking); i++)
    if (asking[i].is_given)
      return asking[i].name;
  return NULL;
}

/* A variable that a script left empty must not turn another computer's request into this one's. */
static void
check_asking_options (const CfOptions *options, GPtrArray *problems)
{
  const char *option = find_asking_option (options);

  if (option != NULL)
    cf_problem_add (problems,
                    _ ("TARGET is missing: %s is for asking other computers. Name at least one, or "
                       "leave %s out to speak to the agent of this computer."),
                    option, option);
}

static gboolean
read_duration (const char *word, guint32 *seconds)
{
  guint64 value;

  if (!cf_duration_parse (word, &value) || value > CF_SHUTDOWN_GRACE_MAX_SECONDS)
    return FALSE;
  *seconds = (guint32) value;
  return TRUE;
}

static void
read_postponing (CfCommand *self, const CfOptions *options, GPtrArray *problems)
{
  const char *word = options->rest != NULL ? options->rest[0] : NULL;
  const char *note = options->note;

  if (word != NULL && options->rest[1] != NULL)
    cf_problem_add (problems, _ ("postpone takes one DURATION at most, such as 15m. There is no "
                                 "TARGET: only people at a computer postpone what it will do."));
  else if (word != NULL && !read_duration (word, &self->seconds))
    cf_problem_add (problems,
                    _ ("“%s” is no DURATION such as 90s, 15m or 2h. If it is a TARGET: only people "
                       "at a computer postpone what it will do."),
                    word);
  else if (word != NULL && self->seconds == 0)
    cf_problem_add (problems, _ ("“%s”: postpone by at least a second."), word);

  if (note != NULL && !g_utf8_validate (note, -1, NULL))
    cf_problem_add (problems, _ ("--note: the text is not UTF-8."));
  else if (note != NULL && cf_utf16_length (note) > MAX_NOTE_UNITS)
    cf_problem_add (problems, _ ("--note: the text is too long: at most %u UTF-16 units."),
                    MAX_NOTE_UNITS);
  else
    self->note = g_strdup (note);
}

static void
read_moving (CfCommand *self, const CfOptions *options, GPtrArray *problems)
{
  if (options->rest != NULL)
    cf_problem_add (problems, _ ("reschedule takes no TARGET in this version: it moves the request "
                                 "of this computer."));
  if (options->in == NULL)
    cf_problem_add (problems, _ ("--in is missing: say when, such as --in=15m."));
  else if (!read_duration (options->in, &self->seconds))
    cf_problem_add (problems,
                    _ ("--in: “%s” is no DURATION such as now, 90s, 15m or 2h, of at most %u "
                       "seconds."),
                    options->in, CF_SHUTDOWN_GRACE_MAX_SECONDS);
}

static void
read_readiness (CfCommand *self, const CfOptions *options, GPtrArray *problems)
{
  if (options->rest != NULL)
    cf_problem_add (problems, _ ("ready takes no TARGET: only people at a computer say that they "
                                 "are ready."));
  self->is_not = options->is_not;
}

/**
 * cf_command_read_local:
 * @self: gets what was read
 * @options: as they were typed
 * @problems: (element-type utf8): gets one sentence for each thing that is wrong
 *
 * Reads what is asked of this computer.
 */
void
cf_command_read_local (CfCommand *self, const CfOptions *options, GPtrArray *problems)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (options != NULL);
  g_return_if_fail (problems != NULL);

  if (self->verb == CF_VERB_POSTPONE)
    read_postponing (self, options, problems);
  else if (self->verb == CF_VERB_RESCHEDULE)
    read_moving (self, options, problems);
  else if (self->verb == CF_VERB_READY)
    read_readiness (self, options, problems);
  else
    check_asking_options (options, problems);
}
