/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-check.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cf-plugin-check-cases.h"

/* Holds a module against the contract, one case after the other, each in a process of its own: a
 * module that crashes or hangs spoils its case only. */

#define REPORT_FD     3
#define LIMIT_SECONDS 10
#define MAX_SECONDS   600
#define MAX_REPORT    (4 * 1024 * 1024)
#define GRACE_SECONDS 2 /* for a case to say by itself that it took too long */

typedef enum
{
  VERDICT_OK,
  VERDICT_NOT_OK,
  VERDICT_BROKEN, /* not ok, as it crashed or hung */
  VERDICT_SKIPPED,
} Verdict;

typedef struct
{
  char *check;
  char *check_case;
  char *resource;
  char *action;
  char *command;
  gint limit;
  gboolean json;
} Options;

typedef struct
{
  const Options *options;
  CfCheckFacts facts;
  guint counts[VERDICT_SKIPPED + 1];
  GString *json;
} Run;

/* --- one case */

static GSubprocess *
spawn_case (const Options *options, const char *name, int report_fd, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  const struct
  {
    const char *option;
    const char *value;
  } passed[] = {
    { "--check-case", name },
    { "--resource", options->resource },
    { "--action", options->action },
    { "--command", options->command },
  };

  g_ptr_array_add (arguments, g_file_read_link ("/proc/self/exe", NULL));
  g_ptr_array_add (arguments, g_strdup_printf ("--check=%s", options->check));
  g_ptr_array_add (arguments, g_strdup_printf ("--limit=%d", options->limit));
  for (gsize i = 0; i < G_N_ELEMENTS (passed); i++)
    if (passed[i].value != NULL)
      g_ptr_array_add (arguments, g_strdup_printf ("%s=%s", passed[i].option, passed[i].value));
  g_ptr_array_add (arguments, NULL);

  /* What the module prints is not the result of the check. */
  g_subprocess_launcher_take_stdout_fd (launcher, dup (STDERR_FILENO));
  g_subprocess_launcher_take_fd (launcher, report_fd, REPORT_FD);
  return g_subprocess_launcher_spawnv (launcher, (const char *const *) arguments->pdata, error);
}

/* Reads until the process has closed its end; FALSE if nothing comes for too long. */
static gboolean
read_report (int fd, guint seconds, GString *report)
{
  for (;;)
    {
      struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
      char buffer[4096];
      gssize n;
      int ready = poll (&poll_fd, 1, (int) seconds * 1000);

      if (ready == 0 || report->len > MAX_REPORT)
        return FALSE;
      n = ready > 0 ? read (fd, buffer, sizeof buffer) : -1;
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return TRUE;
      g_string_append_len (report, buffer, n);
    }
}

static Verdict
judge_end (GSubprocess *process, gboolean is_in_time, const char *stage, guint limit, char **text)
{
  if (!is_in_time)
    *text = g_strdup_printf ("hangs: nothing more comes in %u s after %s", limit, stage);
  else if (g_subprocess_get_if_signaled (process))
    *text = g_strdup_printf ("crashes: %s in %s", g_strsignal (g_subprocess_get_term_sig (process)),
                             stage);
  else
    *text = g_strdup_printf ("ends the whole process, with exit status %d, in %s",
                             g_subprocess_get_exit_status (process), stage);
  return VERDICT_BROKEN;
}

/* What a case reported, line by line: a word, a tab, a text. */
static Verdict
judge (GSubprocess *process, gboolean is_in_time, const GString *report, guint limit, char **text)
{
  g_auto (GStrv) lines = g_strsplit (report->str, "\n", -1);
  const char *stage = "starting the case";

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      char *tab = strchr (lines[i], '\t');

      if (tab == NULL)
        continue;
      *tab++ = '\0';
      if (g_str_equal (lines[i], "at"))
        {
          stage = tab;
          continue;
        }
      if (g_str_equal (lines[i], "texts"))
        *text = g_strdup_printf ("keeps a text of Startup, and read it in %s", stage);
      else if (g_str_equal (lines[i], "request"))
        *text = g_strdup_printf ("uses a request after its completion, in %s", stage);
      else
        *text = g_strdup (tab);
      return g_str_equal (lines[i], "ok")     ? VERDICT_OK
             : g_str_equal (lines[i], "skip") ? VERDICT_SKIPPED
                                              : VERDICT_NOT_OK;
    }
  return judge_end (process, is_in_time, stage, limit, text);
}

static Verdict
run_case (const Options *options, const CfCheckCase *check_case, char **text)
{
  g_autoptr (GString) report = g_string_new (NULL);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_in_time;
  Verdict verdict;
  int fds[2];

  if (pipe2 (fds, O_CLOEXEC) < 0)
    {
      *text = g_strdup (g_strerror (errno));
      return VERDICT_SKIPPED;
    }
  process = spawn_case (options, check_case->name, fds[1], &error);
  if (process == NULL)
    {
      *text = g_strdup_printf ("its process cannot be started: %s", error->message);
      close (fds[0]);
      return VERDICT_SKIPPED;
    }

  /* A case tells what it is about to call, and says itself if it waited too long for an answer; one
   * that tells nothing for all that time has called something that does not return. */
  is_in_time = read_report (fds[0], (guint) options->limit + GRACE_SECONDS, report);
  close (fds[0]);
  if (!is_in_time)
    g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
  verdict = judge (process, is_in_time, report, (guint) options->limit, text);
  return verdict;
}

/* --- all of them */

static void
add_json_string (GString *json, const char *name, const char *value)
{
  g_string_append_printf (json, ", \"%s\": \"", name);
  for (const char *c = value; *c != '\0'; c++)
    if (*c == '"' || *c == '\\')
      g_string_append_printf (json, "\\%c", *c);
    else if ((guchar) *c < 0x20)
      g_string_append_printf (json, "\\u%04x", (guint) *c);
    else
      g_string_append_c (json, *c);
  g_string_append_c (json, '"');
}

static void
add_option (GString *line, const char *option, const char *value)
{
  g_autofree char *quoted = value != NULL ? g_shell_quote (value) : NULL;

  if (value != NULL)
    g_string_append_printf (line, " %s=%s", option, quoted);
}

/* Who crashes or hangs has to look where. */
static char *
advise (const Options *options, const CfCheckCase *check_case, Verdict verdict)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autoptr (GString) advice = g_string_new (check_case->advice);

  if (verdict == VERDICT_BROKEN)
    {
      g_string_append_printf (advice, "; or see where, with gdb --args %s", program);
      add_option (advice, "--check", options->check);
      add_option (advice, "--check-case", check_case->name);
      add_option (advice, "--resource", options->resource);
      add_option (advice, "--action", options->action);
      add_option (advice, "--command", options->command);
    }
  return g_strdup (advice->str);
}

static void
tell (Run *run, const CfCheckCase *check_case, Verdict verdict, const char *text)
{
  static const char *const words[] = { "ok", "not ok", "not ok", "skip" };
  gboolean is_bad = verdict == VERDICT_NOT_OK || verdict == VERDICT_BROKEN;
  g_autofree char *advice = advise (run->options, check_case, verdict);
  g_autofree char *number = check_case->number > 0 ? g_strdup_printf ("%u", check_case->number)
                                                   : g_strdup ("–");

  run->counts[verdict == VERDICT_BROKEN ? VERDICT_NOT_OK : verdict]++;
  if (run->options->json)
    {
      g_string_append_printf (run->json, "%s\n    {\"case\": ", run->json->len > 0 ? "," : "");
      if (check_case->number > 0)
        g_string_append_printf (run->json, "%u", check_case->number);
      else
        g_string_append (run->json, "null");
      add_json_string (run->json, "name", check_case->name);
      add_json_string (run->json, "verdict", words[verdict]);
      add_json_string (run->json, "rule", check_case->title);
      if (verdict != VERDICT_OK)
        add_json_string (run->json, is_bad ? "problem" : "reason", text);
      if (is_bad)
        add_json_string (run->json, "advice", advice);
      g_string_append_c (run->json, '}');
    }
  else if (verdict == VERDICT_OK)
    g_print ("ok %s  %s\n", number, check_case->title);
  else if (is_bad)
    g_print ("not ok %s  %s\n  what to do: %s\n", number, text, advice);
  else
    g_print ("skip %s  %s (%s)\n", number, check_case->title, text);
}

static void
tell_summary (const Run *run)
{
  if (run->options->json)
    {
      g_autoptr (GString) file = g_string_new (NULL);

      add_json_string (file, "file", run->options->check);
      /* JSON is UTF-8 in any locale */
      printf ("{\n  \"cases\": [%s\n  ],\n  \"ok\": %u, \"not_ok\": %u, \"skipped\": %u%s\n}\n",
              run->json->str, run->counts[VERDICT_OK], run->counts[VERDICT_NOT_OK],
              run->counts[VERDICT_SKIPPED], file->str);
    }
  else
    g_print ("%s: %u ok, %u not ok, %u skipped\n", run->options->check, run->counts[VERDICT_OK],
             run->counts[VERDICT_NOT_OK], run->counts[VERDICT_SKIPPED]);
}

static const char *
name_missing_fact (CfCheckFacts missing)
{
  if (missing & CF_CHECK_LOADS)
    return "first mend 3";
  if (missing & CF_CHECK_STARTS)
    return "first mend 1";
  if (missing & CF_CHECK_ENDS)
    return "first mend 15";
  if (missing & CF_CHECK_DRAINS)
    return "first mend 29";
  return missing & CF_CHECK_RELEASES ? "first mend 27" : "first mend 16";
}

static int
run_all (const Options *options)
{
  g_autoptr (GString) json = g_string_new (NULL);
  Run run = { .options = options, .json = json };
  gsize n_cases;
  const CfCheckCase *cases = cf_check_get_cases (&n_cases);

  for (gsize i = 0; i < n_cases; i++)
    {
      CfCheckFacts missing = cases[i].needs & ~run.facts;
      g_autofree char *text = NULL;
      Verdict verdict = VERDICT_SKIPPED;

      if (missing == 0)
        verdict = run_case (options, &cases[i], &text);
      else
        text = g_strdup (name_missing_fact (missing));
      /* a case that does not apply stands in nobody's way */
      if (verdict == VERDICT_OK || (verdict == VERDICT_SKIPPED && missing == 0))
        run.facts |= cases[i].shows;
      tell (&run, &cases[i], verdict, text);
    }
  tell_summary (&run);
  return run.counts[VERDICT_NOT_OK] > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int
run_one (const Options *options)
{
  const CfCheckOptions host_options = {
    .file = options->check,
    .resource = options->resource,
    .action = options->action,
    .command = options->command,
    /* by hand, such as in a debugger, there is none */
    .report_fd = fcntl (REPORT_FD, F_GETFD) >= 0 ? REPORT_FD : STDERR_FILENO,
    .limit_msec = (guint) options->limit * 1000,
  };
  gsize n_cases;
  const CfCheckCase *cases = cf_check_get_cases (&n_cases);

  for (gsize i = 0; i < n_cases; i++)
    if (g_str_equal (cases[i].name, options->check_case))
      {
        cf_check_host_init (&host_options);
        cases[i].run ();
      }
  g_printerr ("There is no case “%s”. See which there are with --check FILE --json.\n",
              options->check_case);
  return 2;
}

static gboolean
check_options (Options *options, GError **error)
{
  g_autofree char *given = g_steal_pointer (&options->check);

  if (options->limit < 1 || options->limit > MAX_SECONDS)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--limit is a number of seconds from 1 to %d", MAX_SECONDS);
      return FALSE;
    }
  options->check = g_canonicalize_filename (given != NULL ? given : "", NULL);
  if (!g_file_test (options->check, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "“%s” is not there, or is no file. Name the module, such as ./my-plug-in.so",
                   options->check);
      return FALSE;
    }
  return TRUE;
}

/**
 * cf_plugin_check_main:
 *
 * The program `curfew-plugin-host --check FILE`: holds a module against the contract, tells on
 * standard output what it found, case by case, and what to do about it.
 *
 * Returns: the exit status: 0 if there is nothing to be mended, 1 if there is, 2 if it was asked
 *   for something else
 */
int
cf_plugin_check_main (int argc, char **argv)
{
  Options options = { .limit = LIMIT_SECONDS };
  const GOptionEntry entries[] = {
    { "check", 0, 0, G_OPTION_ARG_FILENAME, &options.check, "Check this module", "FILE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Tell the result as JSON", NULL },
    { "resource", 0, 0, G_OPTION_ARG_STRING, &options.resource, "Ask for this resource", "URI" },
    { "action", 0, 0, G_OPTION_ARG_STRING, &options.action, "Invoke this action", "URI" },
    { "command", 0, 0, G_OPTION_ARG_STRING, &options.command, "Run this command line", "LINE" },
    { "limit", 0, 0, G_OPTION_ARG_INT, &options.limit, "So long anything may take (10)",
      "SECONDS" },
    { "check-case", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &options.check_case, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext)
    context = g_option_context_new ("– hold a plug-in against the contract");
  g_autoptr (GError) error = NULL;
  int status = 2;

  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || !check_options (&options, &error))
    g_printerr ("%s\n", error->message);
  else if (options.check_case != NULL)
    status = run_one (&options);
  else
    status = run_all (&options);

  g_free (options.check);
  g_free (options.check_case);
  g_free (options.resource);
  g_free (options.action);
  g_free (options.command);
  return status;
}
