/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "cf-command.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cf-command-host.h"
#include "cf-command-local.h"
#include "cf-command-sign-in.h"
#include "cf-compose.h"
#include "cf-options.h"
#include "cf-problem.h"
#include "fleet/cf-wmi-method.h"

#define MAX_TIMEOUT_SECONDS (7 * 24 * 60 * 60)

/**
 * cf_verb_get_name:
 * @verb: a verb
 *
 * Returns: its word on the command line
 */
const char *
cf_verb_get_name (CfVerb verb)
{
  static const char *const names[] = {
    [CF_VERB_NONE] = "",
    [CF_VERB_RESTART] = "restart",
    [CF_VERB_POWEROFF] = "poweroff",
    [CF_VERB_HALT] = "halt",
    [CF_VERB_ABORT] = "abort",
    [CF_VERB_STATUS] = "status",
    [CF_VERB_POSTPONE] = "postpone",
    [CF_VERB_RESCHEDULE] = "reschedule",
    [CF_VERB_READY] = "ready",
    [CF_VERB_EXPLAIN] = "explain",
    [CF_VERB_HOST_TRUST] = "host trust",
    [CF_VERB_HOST_LIST] = "host list",
    [CF_VERB_HOST_RM] = "host rm",
    [CF_VERB_KEYRING_LIST] = "keyring list",
    [CF_VERB_KEYRING_RM] = "keyring rm",
  };

  g_return_val_if_fail (verb < G_N_ELEMENTS (names), NULL);

  return names[verb];
}

/**
 * cf_verb_sends_request:
 * @verb: a verb
 *
 * Returns: whether it is one of restart, poweroff and halt
 */
gboolean
cf_verb_sends_request (CfVerb verb)
{
  return verb == CF_VERB_RESTART || verb == CF_VERB_POWEROFF || verb == CF_VERB_HALT;
}

/**
 * cf_command_free:
 * @self: (transfer full): a command
 */
void
cf_command_free (CfCommand *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->text);
  g_free (self->note);
  g_clear_pointer (&self->request, cf_shutdown_request_unref);
  g_clear_pointer (&self->targets, cf_target_list_free);
  g_clear_pointer (&self->sign_in, cf_sign_in_free);
  g_free (self->name);
  g_free (self->ca_file);
  g_free (self->pin);
  g_free (self);
}

/**
 * cf_command_read_word:
 * @option: which option it belongs to
 * @word: (nullable): what was typed
 * @words: (array zero-terminated=1): what can be typed
 * @problems: (element-type utf8): gets a sentence if it is none of these
 *
 * Returns: the index of @word in @words, which is 0 where nothing was typed
 */
guint
cf_command_read_word (const char *option, const char *word, const char *const *words,
                      GPtrArray *problems)
{
  g_autofree char *all = NULL;

  for (guint i = 0; words[i] != NULL; i++)
    if (word == NULL || g_str_equal (words[i], word))
      return i;

  all = g_strjoinv (", ", (char **) words);
  cf_problem_add (problems, _ ("%s: “%s” is none of %s."), option, word, all);
  return 0;
}

static void
read_method (CfCommand *self, const CfOptions *options, GPtrArray *problems)
{
  static const char *const words[] = { "auto", "native", "wmi", "shell", NULL };
  guint choice = cf_command_read_word ("--method", options->method, words, problems);

  if (choice == 3)
    cf_problem_add (problems, _ ("--method shell is not available yet in this version; use auto, "
                                 "native or wmi."));
  else
    self->method = choice;
  if (self->verb == CF_VERB_ABORT && self->method == CF_METHOD_WMI)
    cf_problem_add (problems, _ ("--method wmi cannot call a request off: Windows offers no such "
                                 "method. Run “shutdown /a” on that computer."));
}

static void
read_timeout (CfCommand *self, const CfOptions *options, GPtrArray *problems)
{
  if (options->timeout != CF_OPTIONS_NOT_GIVEN &&
      (options->timeout < 1 || options->timeout > MAX_TIMEOUT_SECONDS))
    cf_problem_add (problems, _ ("--timeout: %d is not a number of seconds from 1 to %d."),
                    options->timeout, MAX_TIMEOUT_SECONDS);
  else if (options->timeout != CF_OPTIONS_NOT_GIVEN)
    self->timeout_seconds = (guint) options->timeout;
}

static void
read_manner (CfCommand *self, const CfOptions *options, GPtrArray *problems)
{
  static const char *const formats[] = { "table", "json", "jsonl", NULL };
  static const char *const goals[] = { "sent", "down", "back", NULL };

  self->output = cf_command_read_word ("--output", options->output, formats, problems);
  self->goal = cf_command_read_word ("--wait", options->wait, goals, problems);
  self->dry_run = options->dry_run;
  self->yes = options->yes;
  if (self->goal == CF_WAIT_BACK && self->verb != CF_VERB_RESTART)
    cf_problem_add (problems,
                    _ ("--wait back goes with restart only: nothing brings a computer "
                       "back after %s. Use --wait down."),
                    cf_verb_get_name (self->verb));

  if (options->parallel < 1 || options->parallel > CF_COMMAND_MAX_PARALLEL)
    cf_problem_add (problems, _ ("--parallel: %d is not a number from 1 to %d."), options->parallel,
                    CF_COMMAND_MAX_PARALLEL);
  else
    self->n_parallel = (guint) options->parallel;
  read_timeout (self, options, problems);
}

static void
add_target (CfTargetList *targets, const char *word, gboolean is_file, GPtrArray *problems,
            gboolean *is_unmatched)
{
  g_autoptr (GError) error = NULL;

  if (is_file ? cf_target_list_add_file (targets, word, &error)
              : cf_target_list_add (targets, word, &error))
    return;

  if (g_error_matches (error, CF_TARGET_ERROR, CF_TARGET_ERROR_NO_MATCH))
    *is_unmatched = TRUE;
  cf_problem_add (problems, is_file ? "--file: %s" : "%s", error->message);
}

static void
read_targets (CfCommand *self, const CfOptions *options, GPtrArray *problems,
              gboolean *is_unmatched)
{
  guint n_problems = problems->len;

  self->targets = cf_target_list_new (
    self->sign_in != NULL ? cf_sign_in_find_default_scheme (self->sign_in, NULL) : "https");
  if (options->rest == NULL && options->files == NULL)
    {
      cf_problem_add (problems, _ ("TARGET is missing: name at least one computer."));
      return;
    }

  for (gsize i = 0; options->rest != NULL && options->rest[i] != NULL; i++)
    add_target (self->targets, options->rest[i], FALSE, problems, is_unmatched);
  for (gsize i = 0; options->files != NULL && options->files[i] != NULL; i++)
    add_target (self->targets, options->files[i], TRUE, problems, is_unmatched);
  if (problems->len == n_problems && cf_target_list_get_n_targets (self->targets) == 0)
    {
      *is_unmatched = TRUE;
      cf_problem_add (problems, _ ("--file: there is no computer in %s."), options->files[0]);
    }
}

/* With auto it depends on the host; with wmi it is known before anybody is asked. */
static void
check_expressible (CfCommand *self, GPtrArray *problems)
{
  g_autoptr (CfDeliveryMethod) wmi = NULL;
  CfRequestFeature missing;

  if (self->request == NULL || self->method != CF_METHOD_WMI)
    return;

  wmi = cf_wmi_method_new ();
  missing = cf_delivery_method_find_inexpressible (wmi, self->request);
  if (missing != CF_FEATURE_NONE && cf_target_list_get_n_targets (self->targets) > 0)
    {
      g_autofree char *names = cf_request_features_to_string (missing, "--");
      const char *first = cf_target_list_get_name (self->targets, 0);

      cf_problem_add (problems,
                      _ ("%s cannot be sent to %s by --method wmi: Windows' own method "
                         "has no place for that. Leave that out."),
                      names, first);
    }
}

static CfCommand *
parse_asking (CfCommand *self, const CfOptions *options, GPtrArray *problems, CfExitStatus *status)
{
  gboolean is_unmatched = FALSE;
  guint n_before_targets;

  if (cf_verb_sends_request (self->verb))
    self->request = cf_compose_request (options, self->verb, problems);
  read_method (self, options, problems);
  cf_command_read_sign_in (self, options, problems);
  read_manner (self, options, problems);
  n_before_targets = problems->len;
  read_targets (self, options, problems, &is_unmatched);
  check_expressible (self, problems);
  if (problems->len == 0)
    return self;

  *status = is_unmatched && n_before_targets == 0 && problems->len == 1 ? CF_EXIT_NO_MATCH
                                                                        : CF_EXIT_USAGE;
  cf_command_free (self);
  return NULL;
}

/* The list of known hosts: what is named there has a certificate, so it is spoken to over TLS. */
static CfCommand *
parse_host (CfCommand *self, const CfOptions *options, GPtrArray *problems, CfExitStatus *status)
{
  gboolean is_unmatched = FALSE;
  guint n_before_targets;

  cf_command_read_host (self, options, problems);
  read_timeout (self, options, problems);
  n_before_targets = problems->len;
  if (self->verb != CF_VERB_HOST_LIST)
    read_targets (self, options, problems, &is_unmatched);
  cf_command_check_hosts (self, problems);
  if (problems->len == 0)
    return self;

  *status = is_unmatched && n_before_targets == 0 && problems->len == 1 ? CF_EXIT_NO_MATCH
                                                                        : CF_EXIT_USAGE;
  cf_command_free (self);
  return NULL;
}

static CfCommand *
parse_keyring (CfCommand *self, const CfOptions *options, GPtrArray *problems, CfExitStatus *status)
{
  cf_command_read_keyring (self, options, problems);
  if (problems->len == 0)
    return self;

  *status = CF_EXIT_USAGE;
  cf_command_free (self);
  return NULL;
}

static CfCommand *
parse_code (CfCommand *self, const CfOptions *options, GPtrArray *problems, CfExitStatus *status)
{
  if (options->rest != NULL && options->rest[0] != NULL && options->rest[1] == NULL)
    {
      self->text = g_strdup (options->rest[0]);
      return self;
    }

  cf_problem_add (problems, _ ("CODE: name exactly one, such as 1191."));
  *status = CF_EXIT_USAGE;
  cf_command_free (self);
  return NULL;
}

static CfCommand *
parse_local (CfCommand *self, const CfOptions *options, GPtrArray *problems, CfExitStatus *status)
{
  static const char *const formats[] = { "table", "json", "jsonl", NULL };

  self->is_local = TRUE;
  self->output = cf_command_read_word ("--output", options->output, formats, problems);
  cf_command_read_local (self, options, problems);
  if (problems->len == 0)
    return self;

  *status = CF_EXIT_USAGE;
  cf_command_free (self);
  return NULL;
}

static CfCommand *
parse_verb (CfVerb verb, const char *const *arguments, GPtrArray *problems, CfExitStatus *status)
{
  CfCommand *self = g_new0 (CfCommand, 1);
  g_auto (CfOptions) options = { 0 };
  g_autoptr (GError) error = NULL;

  self->verb = verb;
  self->password_fd = -1;
  if (!cf_options_parse (&options, verb, arguments, &self->text, &error))
    {
      cf_problem_add (problems, "%s", error->message);
      *status = CF_EXIT_USAGE;
      cf_command_free (self);
      return NULL;
    }
  if (self->text != NULL)
    {
      self->verb = CF_VERB_NONE;
      return self;
    }
  if (verb == CF_VERB_EXPLAIN)
    return parse_code (self, &options, problems, status);
  if (verb == CF_VERB_HOST_TRUST || verb == CF_VERB_HOST_LIST || verb == CF_VERB_HOST_RM)
    return parse_host (self, &options, problems, status);
  if (verb == CF_VERB_KEYRING_LIST || verb == CF_VERB_KEYRING_RM)
    return parse_keyring (self, &options, problems, status);
  if (cf_command_is_local (verb, &options))
    return parse_local (self, &options, problems, status);
  return parse_asking (self, &options, problems, status);
}

static CfCommand *
new_text (char *text)
{
  CfCommand *self = g_new0 (CfCommand, 1);

  self->text = text;
  return self;
}

/* Verbs of two words: "host trust". */
static CfCommand *
parse_double_verb (const char *const *arguments, CfVerb first, CfVerb last, GPtrArray *problems,
                   CfExitStatus *status)
{
  g_autofree char *words = g_strjoin (" ", arguments[0], arguments[1], NULL);
  GString *names = g_string_new (NULL);

  if (g_strcmp0 (arguments[1], "--help") == 0 || g_strcmp0 (arguments[1], "-h") == 0)
    {
      g_string_free (names, TRUE);
      return new_text (cf_options_dup_help (first, last));
    }
  for (CfVerb verb = first; verb <= last; verb++)
    {
      if (arguments[1] != NULL && g_str_equal (words, cf_verb_get_name (verb)))
        {
          g_string_free (names, TRUE);
          return parse_verb (verb, arguments + 2, problems, status);
        }
      g_string_append_printf (names, "%s%s", verb > first ? ", " : "", cf_verb_get_name (verb));
    }
  cf_problem_add (problems, _ ("“%s” is none of %s."), words, names->str);
  g_string_free (names, TRUE);
  return NULL;
}

static void
refuse_verb (const char *word, GPtrArray *problems)
{
  if (*word == '-')
    {
      cf_problem_add (problems,
                      _ ("%s does not come before the VERB. Write curfewctl VERB %s …; curfewctl "
                         "--help tells more."),
                      word, word);
      return;
    }
  cf_problem_add (problems,
                  _ ("“%s” is no verb of curfewctl: restart, poweroff, halt, abort, "
                     "status, postpone, reschedule, ready, explain, host or keyring."),
                  word);
}

/**
 * cf_command_parse:
 * @arguments: (array zero-terminated=1): the command line without the program
 * @problems: (element-type utf8): gets a sentence for each thing that is wrong, all at once
 * @status: (out): what to end with if something is wrong: %CF_EXIT_USAGE or %CF_EXIT_NO_MATCH
 *
 * Reads a command line (design.md section 7), the files that it names included.
 *
 * Returns: (transfer full) (nullable): the command; %NULL if something is wrong
 */
CfCommand *
cf_command_parse (const char *const *arguments, GPtrArray *problems, CfExitStatus *status)
{
  const char *word;

  g_return_val_if_fail (arguments != NULL, NULL);
  g_return_val_if_fail (problems != NULL, NULL);
  g_return_val_if_fail (status != NULL, NULL);

  *status = CF_EXIT_USAGE;
  word = arguments[0];
  if (word == NULL)
    {
      cf_problem_add (problems, _ ("VERB is missing: restart, poweroff, halt, abort, status, "
                                   "postpone, reschedule, ready, explain, host or keyring. "
                                   "curfewctl --help tells more."));
      return NULL;
    }
  if (g_str_equal (word, "--help") || g_str_equal (word, "-h"))
    return new_text (cf_options_dup_overview ());
  if (g_str_equal (word, "--version"))
    return new_text (g_strdup ("curfewctl " CF_VERSION "\n"));
  for (CfVerb verb = CF_VERB_RESTART; verb <= CF_VERB_EXPLAIN; verb++)
    if (g_str_equal (word, cf_verb_get_name (verb)))
      return parse_verb (verb, arguments + 1, problems, status);
  if (g_str_equal (word, "host"))
    return parse_double_verb (arguments, CF_VERB_HOST_TRUST, CF_VERB_HOST_RM, problems, status);
  if (g_str_equal (word, "keyring"))
    return parse_double_verb (arguments, CF_VERB_KEYRING_LIST, CF_VERB_KEYRING_RM, problems,
                              status);

  refuse_verb (word, problems);
  return NULL;
}
