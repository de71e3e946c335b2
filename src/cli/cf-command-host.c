/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "cf-command-host.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cf-problem.h"
#include "fleet/cf-host-certificate.h"

static const char *const formats[] = { "table", "json", "jsonl", NULL };

static void
refuse_words (const char *verb, const CfOptions *options, GPtrArray *problems)
{
  if (options->rest != NULL)
    cf_problem_add (problems, _ ("%s takes no words; “%s” is too much."), verb, options->rest[0]);
}

/**
 * cf_command_read_host:
 * @self: gets what was read
 * @options: as they were typed
 * @problems: (element-type utf8): gets one sentence for each thing that is wrong
 *
 * Reads the options of the verbs of the list of hosts; see cf_command_check_hosts().
 */
void
cf_command_read_host (CfCommand *self, const CfOptions *options, GPtrArray *problems)
{
  g_return_if_fail (self != NULL && options != NULL && problems != NULL);

  self->output = cf_command_read_word ("--output", options->output, formats, problems);
  self->replace = options->replace;
  self->yes = options->yes;
  self->ca_file = g_strdup (options->ca_file);
  if (self->verb == CF_VERB_HOST_LIST)
    refuse_words ("host list", options, problems);
  if (options->pin == NULL)
    return;

  self->pin = cf_fingerprint_normalise (options->pin);
  if (self->pin == NULL)
    cf_problem_add (problems, _ ("--pin: a SHA-256 has 64 hexadecimal digits, with or without "
                                 "colons."));
  if (options->yes)
    cf_problem_add (problems, _ ("--pin and --yes exclude each other: with --pin nothing is "
                                 "asked."));
}

/**
 * cf_command_check_hosts:
 * @self: a command of the list of hosts that was read, targets included
 * @problems: (element-type utf8): gets one sentence for each thing that is wrong
 */
void
cf_command_check_hosts (const CfCommand *self, GPtrArray *problems)
{
  guint n_targets = self->targets != NULL ? cf_target_list_get_n_targets (self->targets) : 0;

  g_return_if_fail (problems != NULL);

  if (self->pin != NULL && n_targets > 1)
    cf_problem_add (problems, _ ("--pin goes with one TARGET: no two computers have the same "
                                 "certificate."));
  for (guint i = 0; i < n_targets; i++)
    if (!wsm_endpoint_is_tls (cf_target_list_get_endpoint (self->targets, i)))
      cf_problem_add (problems,
                      _ ("%s: over clear http there is no certificate. Leave http:// out."),
                      cf_target_list_get_name (self->targets, i));
}

/**
 * cf_command_read_keyring:
 * @self: gets what was read
 * @options: as they were typed
 * @problems: (element-type utf8): gets one sentence for each thing that is wrong
 *
 * Reads the verbs of the keyring.
 */
void
cf_command_read_keyring (CfCommand *self, const CfOptions *options, GPtrArray *problems)
{
  const char *word;
  const char *colon;
  g_autofree char *scope = NULL;

  g_return_if_fail (self != NULL && options != NULL && problems != NULL);

  self->output = cf_command_read_word ("--output", options->output, formats, problems);
  if (self->verb == CF_VERB_KEYRING_LIST)
    {
      refuse_words ("keyring list", options, problems);
      return;
    }
  if (options->rest == NULL || options->rest[1] != NULL)
    {
      cf_problem_add (problems, _ ("SCOPE:NAME: name exactly one, such as host:lab-01."));
      return;
    }

  word = options->rest[0];
  colon = strchr (word, ':');
  scope = colon != NULL ? g_strndup (word, (gsize) (colon - word)) : NULL;
  if (!cf_saved_scope_from_name (scope, &self->scope) || colon[1] == '\0' ||
      !g_utf8_validate (word, -1, NULL))
    cf_problem_add (problems,
                    _ ("“%s” is no SCOPE:NAME: write host:, group: or realm: and the "
                       "name, as “curfewctl keyring list” prints it."),
                    word);
  else
    self->name = g_strdup (colon + 1);
}
