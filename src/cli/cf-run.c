/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "cf-run.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cf-confirmation.h"
#include "cf-explain.h"
#include "cf-output.h"
#include "cf-progress.h"
#include "cf-run-contacts.h"
#include "cf-run-host.h"
#include "cf-run-keyring.h"
#include "cf-run-local.h"
#include "fleet/cf-abort.h"
#include "fleet/cf-dispatcher.h"
#include "fleet/cf-native-method.h"
#include "fleet/cf-status-query.h"
#include "fleet/cf-wmi-method.h"
#include "request/cf-display-text.h"

#define CLIENT_HINT         "curfewctl/" CF_VERSION
#define MAX_NAMED_FOR_ABORT 50u

/* One command while it runs. */
typedef struct
{
  const CfCommand *command;   /* (unowned) */
  CfRunContacts *contacts;    /* (owned) (nullable) */
  CfDeliveryMethod *method;   /* (owned) */
  CfDeliveryMethod *fallback; /* (owned) (nullable) */
  CfDispatcher *dispatcher;   /* (owned) */
  GMainLoop *loop;            /* (owned) */
  guint interrupt_source;
  guint terminate_source;
} Run;

static void
run_clear (Run *run)
{
  g_clear_handle_id (&run->interrupt_source, g_source_remove);
  g_clear_handle_id (&run->terminate_source, g_source_remove);
  g_clear_pointer (&run->contacts, cf_run_contacts_free);
  g_clear_object (&run->method);
  g_clear_object (&run->fallback);
  g_clear_object (&run->dispatcher);
  g_clear_pointer (&run->loop, g_main_loop_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

/* UTF-8 whatever the locale: what scripts read must not depend on it. */
static void
print (const char *text)
{
  fputs (text, stdout);
  fflush (stdout);
}

static void
choose_methods (Run *run)
{
  CfMethodChoice choice = run->command->method;

  run->method = choice == CF_METHOD_WMI ? cf_wmi_method_new () : cf_native_method_new (CLIENT_HINT);
  if (choice == CF_METHOD_AUTO && run->command->verb != CF_VERB_ABORT)
    run->fallback = cf_wmi_method_new ();
}

static CfErrand *
make_errand (Run *run, CfDeliveryPlan *plan, guint index)
{
  const char *name = cf_target_list_get_name (run->command->targets, index);
  WsmEndpoint *endpoint = cf_target_list_get_endpoint (run->command->targets, index);
  CfContact *contact = cf_run_contacts_get (run->contacts, index);

  if (plan != NULL)
    return cf_delivery_new (name, endpoint, contact, plan);
  if (run->command->verb == CF_VERB_ABORT)
    return cf_abort_new (name, endpoint, contact, run->method);
  return cf_status_query_new (name, endpoint, contact, run->method, run->fallback);
}

static void
add_errands (Run *run)
{
  const CfCommand *command = run->command;
  g_autoptr (CfDeliveryPlan) plan = NULL;
  guint n_targets = cf_target_list_get_n_targets (command->targets);

  if (command->request != NULL)
    {
      plan = cf_delivery_plan_new (command->request, run->method, run->fallback, command->goal);
      if (command->timeout_seconds > 0)
        cf_delivery_plan_set_waiting (plan, command->timeout_seconds, CF_DELIVERY_LOOK_MIN_MSEC,
                                      CF_DELIVERY_LOOK_MAX_MSEC);
    }
  run->dispatcher = cf_dispatcher_new (command->n_parallel);
  for (guint i = 0; i < n_targets; i++)
    {
      g_autoptr (CfErrand) errand = make_errand (run, plan, i);

      cf_dispatcher_add (run->dispatcher, errand);
    }
}

static void
state_changed_cb (Run *run, GParamSpec *pspec, CfErrand *errand)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *event = cf_output_event (run->command, errand, now);

  fputs (event, stdout);
  fputc ('\n', stdout);
  fflush (stdout);
}

static void
watch_states (Run *run)
{
  guint n_errands = g_list_model_get_n_items (G_LIST_MODEL (run->dispatcher));

  for (guint i = 0; i < n_errands; i++)
    {
      g_autoptr (CfErrand) errand = g_list_model_get_item (G_LIST_MODEL (run->dispatcher), i);

      g_signal_connect_swapped (errand, "notify::state", G_CALLBACK (state_changed_cb), run);
    }
}

/* A second signal ends the program at once: this one was the source's last. */
static gboolean
interrupt_cb (gpointer user_data)
{
  Run *run = user_data;

  run->interrupt_source = 0;
  cf_dispatcher_cancel (run->dispatcher);
  return G_SOURCE_REMOVE;
}

static gboolean
terminate_cb (gpointer user_data)
{
  Run *run = user_data;

  run->terminate_source = 0;
  cf_dispatcher_cancel (run->dispatcher);
  return G_SOURCE_REMOVE;
}

static void
run_to_the_end (Run *run)
{
  g_autoptr (CfProgress) progress = NULL;

  run->loop = g_main_loop_new (NULL, FALSE);
  g_signal_connect_swapped (run->dispatcher, "finished", G_CALLBACK (g_main_loop_quit), run->loop);
  run->interrupt_source = g_unix_signal_add (SIGINT, interrupt_cb, run);
  run->terminate_source = g_unix_signal_add (SIGTERM, terminate_cb, run);
  if (run->command->output == CF_OUTPUT_JSONL)
    watch_states (run);
  if (isatty (STDERR_FILENO))
    progress = cf_progress_new (run->dispatcher);
  cf_dispatcher_start (run->dispatcher);
  g_main_loop_run (run->loop);
  /* what comes now may wait for a person, who interrupts it as any program */
  g_clear_handle_id (&run->interrupt_source, g_source_remove);
  g_clear_handle_id (&run->terminate_source, g_source_remove);
}

static gboolean
may_act (CfErrand *errand)
{
  switch (cf_errand_get_state (errand))
    {
    case CF_ERRAND_ACCEPTED:
    case CF_ERRAND_UNKNOWN:
      return TRUE;
    case CF_ERRAND_WAITING:
    case CF_ERRAND_CONNECTING:
    case CF_ERRAND_SENT:
    case CF_ERRAND_ANSWERED:
    case CF_ERRAND_GOING_DOWN:
    case CF_ERRAND_DOWN:
    case CF_ERRAND_STARTING:
    case CF_ERRAND_BACK:
    case CF_ERRAND_OFF:
    case CF_ERRAND_REHEARSED:
    case CF_ERRAND_CALLED_OFF:
    case CF_ERRAND_DID_NOT_RESTART:
    case CF_ERRAND_DID_NOT_GO_DOWN:
    case CF_ERRAND_LATE:
    case CF_ERRAND_REFUSED:
    case CF_ERRAND_FAILED:
    case CF_ERRAND_NOT_SENT:
    default:
      return FALSE;
    }
}

/* A word of a command line that may be copied into a shell. */
static void
append_word (GString *line, const char *word)
{
  gboolean is_plain = *word != '\0' &&
                      word[strspn (word, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._:/@-")] == '\0';
  g_autofree char *quoted = is_plain ? g_strdup (word) : g_shell_quote (word);

  g_string_append_printf (line, " %s", quoted);
}

static void
append_option (GString *line, const char *option, const char *value)
{
  if (value == NULL)
    return;
  g_string_append_printf (line, " %s", option);
  append_word (line, value);
}

/* Whoever interrupts has to know what is on its way all the same, and how to stop it. */
static void
tell_how_to_abort (Run *run)
{
  const CfSignIn *sign_in = run->command->sign_in;
  GString *line = g_string_new ("curfewctl abort");
  guint n_errands = g_list_model_get_n_items (G_LIST_MODEL (run->dispatcher));
  guint n_named = 0;

  append_option (line, "-u", cf_sign_in_get_user (sign_in));
  if (cf_sign_in_get_method (sign_in) != CF_SIGN_IN_AUTOMATIC)
    append_option (line, "--auth", cf_sign_in_method_get_name (cf_sign_in_get_method (sign_in)));
  append_option (line, "--certificate", cf_sign_in_get_certificate_file (sign_in));
  append_option (line, "--key", cf_sign_in_get_key_file (sign_in));
  append_option (line, "--ca-file", run->command->ca_file);
  append_option (line, "--pin", run->command->pin);
  for (guint i = 0; i < n_errands; i++)
    {
      g_autoptr (CfErrand) errand = g_list_model_get_item (G_LIST_MODEL (run->dispatcher), i);

      if (may_act (errand) && ++n_named <= MAX_NAMED_FOR_ABORT)
        append_word (line, cf_errand_get_name (errand));
    }
  if (n_named > MAX_NAMED_FOR_ABORT)
    g_string_append (line, " …");

  if (n_named == 0)
    g_printerr (_ ("Stopped. Nothing is on its way.\n"));
  else
    g_printerr (ngettext ("Stopped. %u computer has request %s, or may have it. To call it off:\n"
                          "  %s\n",
                          "Stopped. %u computers have request %s, or may have it. To call it off:\n"
                          "  %s\n",
                          n_named),
                n_named, cf_shutdown_request_get_code (run->command->request), line->str);
  g_string_free (line, TRUE);
}

static CfExitStatus
finish (Run *run, const CfScreen *screen)
{
  GListModel *errands = G_LIST_MODEL (run->dispatcher);
  gboolean is_stopped = cf_dispatcher_is_cancelled (run->dispatcher);
  CfExitStatus status = is_stopped ? CF_EXIT_INTERRUPTED : cf_exit_status_of_errands (errands);
  g_autofree char *text = cf_output_results (run->command, errands, status, screen);

  print (text);
  cf_run_contacts_tell_detours (errands);
  if (run->command->save_password)
    cf_run_contacts_save (run->contacts, errands);
  if (is_stopped && run->command->request != NULL)
    tell_how_to_abort (run);
  return status;
}

static void
tell_repeated (const CfCommand *command)
{
  guint n_repeated;
  const char *const *names = cf_target_list_get_repeated (command->targets, &n_repeated);

  if (n_repeated == 1)
    g_printerr (_ ("%s was named before; it is asked once.\n"), names[0]);
  else if (n_repeated > 1)
    g_printerr (_ ("%s and others, %u in all, were named before; each is asked once.\n"), names[0],
                n_repeated);
}

/* 64 connections and more in flight need more descriptors than some shells grant. */
static void
allow_descriptors (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
    return;
  limit.rlim_cur = MIN (limit.rlim_max, 8192);
  setrlimit (RLIMIT_NOFILE, &limit);
}

static gboolean
confirm (const CfCommand *command)
{
  guint n_targets = cf_target_list_get_n_targets (command->targets);

  switch (cf_confirmation_decide (command->verb, n_targets, command->yes, isatty (STDIN_FILENO)))
    {
    case CF_CONFIRMATION_IMPOSSIBLE:
      g_printerr (_ ("curfewctl: %u computers need a confirmation, and there is no terminal to ask "
                     "on. Nothing was sent; add --yes.\n"),
                  n_targets);
      return FALSE;
    case CF_CONFIRMATION_ASK:
      if (cf_confirmation_ask (command))
        return TRUE;
      g_printerr (_ ("Not confirmed. Nothing was sent.\n"));
      return FALSE;
    case CF_CONFIRMATION_NONE:
    default:
      return TRUE;
    }
}

static CfExitStatus
ask_computers (const CfCommand *command)
{
  g_auto (Run) run = { .command = command };
  CfScreen screen = cf_screen_detect (STDOUT_FILENO);
  g_autofree char *headline = NULL;
  CfExitStatus status;

  tell_repeated (command);
  if (!command->dry_run && !confirm (command))
    return CF_EXIT_NOT_CONFIRMED;

  allow_descriptors ();
  choose_methods (&run);
  run.contacts = cf_run_contacts_new (command, &status);
  if (run.contacts == NULL)
    return status;
  add_errands (&run);
  if (command->dry_run)
    {
      g_autofree char *plan = cf_output_plan (command, G_LIST_MODEL (run.dispatcher), run.method,
                                              run.fallback, &screen);

      print (plan);
      return CF_EXIT_REACHED;
    }
  headline = cf_output_headline (command, &screen);
  print (headline);
  run_to_the_end (&run);
  return finish (&run, &screen);
}

static CfExitStatus
explain (const char *code)
{
  g_autofree char *text = cf_explain (code);
  g_autofree char *line = NULL;

  if (text != NULL)
    {
      print (text);
      return CF_EXIT_REACHED;
    }
  line = cf_display_text_one_line (code);
  g_printerr (_ ("curfewctl: “%s” is no Win32 code that Curfew knows.\n"), line);
  return CF_EXIT_NO_MATCH;
}

/**
 * cf_run:
 * @command: what to do
 *
 * Does it, prints what came of it, and returns when all is settled. Runs a main loop.
 *
 * Returns: what to end with
 */
CfExitStatus
cf_run (const CfCommand *command)
{
  g_return_val_if_fail (command != NULL, CF_EXIT_USAGE);

  switch (command->verb)
    {
    case CF_VERB_NONE:
      print (command->text);
      return CF_EXIT_REACHED;
    case CF_VERB_EXPLAIN:
      return explain (command->text);
    case CF_VERB_HOST_TRUST:
      return cf_run_host_trust (command);
    case CF_VERB_HOST_LIST:
      return cf_run_host_list (command);
    case CF_VERB_HOST_RM:
      return cf_run_host_rm (command);
    case CF_VERB_KEYRING_LIST:
      return cf_run_keyring_list (command);
    case CF_VERB_KEYRING_RM:
      return cf_run_keyring_rm (command);
    case CF_VERB_RESTART:
    case CF_VERB_POWEROFF:
    case CF_VERB_HALT:
    case CF_VERB_ABORT:
    case CF_VERB_STATUS:
    case CF_VERB_POSTPONE:
    case CF_VERB_RESCHEDULE:
    case CF_VERB_READY:
    default:
      return command->is_local ? cf_run_local (command) : ask_computers (command);
    }
}
