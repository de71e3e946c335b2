/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conformance.h"

/* The cases about one request: completion, cancellation, parameters. Each is run twice, with a
 * module that is called on a thread and with one that is quick; data is the name of the fixture. */

#define N_RACES 10000
#define N_LANES 32

static void
test_complete_in_entry (gconstpointer fixture)
{
  const CfPluginValue values[] = { { "Name", "W\303\244rme", CF_PLUGIN_VALUE_TEXT },
                                   { "Name", "\360\237\230\200", CF_PLUGIN_VALUE_TEXT } };
  const CfPluginObject input = { "http://example.org/x", "Echo", values, G_N_ELEMENTS (values) };
  Host *host = host_new_started (fixture);
  guint64 invoke = host_invoke_with (host, "echo", &input);
  guint64 get = host_get (host);

  host_wait_completed (host, invoke);
  host_wait_completed (host, get);
  g_assert_cmpuint (host_answer (host, invoke)->code, ==, NO_ERROR);
  g_assert_cmpstr (host_answer (host, invoke)->object, ==,
                   "Echo(Name=W\303\244rme Name=\360\237\230\200)");
  g_assert_cmpuint (host_answer (host, get)->code, ==, NO_ERROR);
  g_assert_cmpstr (host_answer (host, get)->object, ==, "Thing()");
  host_free (host);
}

static void
test_complete_in_thread (gconstpointer fixture)
{
  Host *host = host_new_started (fixture);

  for (guint i = 0; i < 100; i++)
    {
      guint64 id = host_invoke (host, "thread");

      host_wait_completed (host, id);
      g_assert_cmpuint (host_answer (host, id)->code, ==, NO_ERROR);
    }
  WAIT_FOR (recorder_count ("entry-returns after completion") == 100);
  host_free (host);
}

static void
test_complete_twice (gconstpointer fixture)
{
  Host *host = host_new_started (fixture);
  guint64 id = host_invoke (host, "twice");

  host_wait_completed (host, id);
  WAIT_FOR (recorder_count ("second ") == 1);
  assert_line ("second 87");
  g_assert_cmpuint (host_answer (host, id)->code, ==, NO_ERROR);
  host_free (host);
}

static void
test_complete_garbage (gconstpointer fixture)
{
  Host *host = host_new_started (fixture);
  guint64 id = host_invoke (host, "garbage");

  host_wait_completed (host, id);
  assert_line ("garbage 87 87 87 87");
  assert_line ("flags 87");
  g_assert_cmpuint (host_answer (host, id)->code, ==, NO_ERROR);
  host_free (host);
}

static void
test_open_until_cancelled (gconstpointer fixture)
{
  Host *host = host_new_started (fixture);
  guint64 open = host_invoke (host, "open");

  WAIT_FOR (recorder_count ("invoke open") == 1);
  host_wait_completed (host, host_invoke (host, "thread"));
  g_assert_cmpuint (host_answer (host, open)->n_completed, ==, 0);
  cf_plugin_runner_cancel (host->runner, open);
  host_wait_completed (host, open);
  g_assert_cmpuint (host_answer (host, open)->code, ==, ERROR_CANCELLED);
  host_free (host);
}

/* One that takes no notice makes an end of the plug-in; each request is answered for it. */
static void
test_open_for_ever (gconstpointer fixture)
{
  const CfPluginSettings settings = { .cancel_msec = 100 };
  guint64 silent, open;
  Host *host;

  IN_A_PROCESS_OF_ITS_OWN ();
  recorder_clear ();
  host = host_new_with (fixture, &settings);
  host_start (host, 0);
  silent = host_invoke (host, "silent");
  open = host_invoke (host, "open");
  WAIT_FOR (recorder_count ("invoke silent") == 1 && recorder_count ("invoke open") == 1);
  cf_plugin_runner_cancel (host->runner, silent);
  host_wait_completed (host, silent);
  host_wait_completed (host, open);
  WAIT_FOR (cf_plugin_runner_get_state (host->runner) == CF_PLUGIN_FAILED);
  g_assert_cmpuint (host_answer (host, silent)->code, ==, ERROR_WSMAN_PLUGIN_FAILED);
  g_assert_cmpuint (host_answer (host, open)->code, ==, ERROR_WSMAN_PLUGIN_FAILED);
  g_assert_nonnull (cf_plugin_runner_get_problem (host->runner));
  host_free (host);
  g_assert_cmpuint (recorder_count ("shutdown"), ==, 0);
}

static void
test_wrong_reports (gconstpointer fixture)
{
  Host *host = host_new_started (fixture);
  guint64 id = host_invoke (host, "wrong");

  host_wait_completed (host, id);
  assert_line ("context 87");
  assert_line ("result 87");
  assert_line ("bad-name 87");
  assert_line ("object 0");
  assert_line ("object 87");
  g_assert_cmpuint (host_answer (host, id)->n_objects, ==, 1);
  host_free (host);
}

static void
test_event_and_flag (gconstpointer fixture)
{
  Host *host = host_new_started (fixture);
  guint64 ids[8];

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    ids[i] = host_invoke (host, "poll");
  WAIT_FOR (recorder_count ("invoke poll") == G_N_ELEMENTS (ids));
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    cf_plugin_runner_cancel (host->runner, ids[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    host_wait_completed (host, ids[i]);
  /* the flag may have been set before the thread looked for the first time */
  g_assert_cmpuint (recorder_count ("event before=0 readable=1 flag=1 still=1") +
                      recorder_count ("event before=1 readable=1 flag=1 still=1"),
                    ==, G_N_ELEMENTS (ids));
  host_free (host);
}

/* Begins and cancels, so many at a time, and counts what was completed for whom. Returns how many
 * of them the module was called for: what is cancelled before that ends without it. */
static guint
race (Host *host, const char *verb)
{
  guint n_cancelled = 0, n_ended = 0, n_never_called = 0;
  gboolean is_hasty = FALSE;

  while (n_cancelled + n_ended < N_RACES)
    {
      guint64 ids[N_LANES];

      recorder_clear ();
      /* every other lot: at once; otherwise: when the module was called for most of them */
      is_hasty = !is_hasty;
      for (gsize j = 0; j < N_LANES; j++)
        {
          ids[j] = host_invoke (host, verb);
          if (is_hasty)
            cf_plugin_runner_cancel (host->runner, ids[j]);
        }
      while (!is_hasty && recorder_count ("invoke race") < N_LANES * 3 / 4)
        conformance_let_run ();
      for (gsize j = 0; j < N_LANES; j++)
        cf_plugin_runner_cancel (host->runner, ids[j]);
      for (gsize j = 0; j < N_LANES; j++)
        {
          guint32 code;

          host_wait_completed (host, ids[j]);
          code = host_answer (host, ids[j])->code;
          n_cancelled += code == ERROR_CANCELLED;
          n_ended += code == NO_ERROR;
          n_never_called += code == ERROR_OPERATION_ABORTED;
          if (code != NO_ERROR && code != ERROR_CANCELLED)
            g_assert_cmpuint (code, ==, ERROR_OPERATION_ABORTED);
        }
      g_assert_cmpuint (recorder_count ("complete-failed"), ==, 0);
      /* The worker is through with all of them: no pointer lives on into the next lot. */
      host_wait_completed (host, host_invoke (host, "later"));
    }
  g_test_message ("%s: %u cancelled, %u ended by themselves, %u cancelled before they began", verb,
                  n_cancelled, n_ended, n_never_called);
  return n_cancelled + n_ended;
}

static void
test_race (gconstpointer fixture)
{
  Host *host = host_new_started (fixture);

  race (host, "race");
  host_free (host);
}

/* A module that lets both complete: the host takes the first, and says so to the second. */
static void
test_rude_race (gconstpointer fixture)
{
  Host *host = host_new_started (fixture);
  g_autofree char *line = g_strdup_printf ("accepted=%u", race (host, "race-rudely"));

  host_free (host);
  assert_line (line);
}

static void
test_late_callback (gconstpointer fixture)
{
  Host *host = host_new_started (fixture);
  guint64 id = host_invoke (host, "late");

  WAIT_FOR (recorder_count ("invoke late") == 1);
  cf_plugin_runner_cancel (host->runner, id);
  host_wait_completed (host, id);
  assert_line ("late 0 called=1");
  assert_line ("late-again 87");
  host_free (host);
}

static void
test_any_code (gconstpointer fixture)
{
  static const struct
  {
    const char *verb;
    guint32 code;
  } answers[] = { { "open", ERROR_CANCELLED },
                  { "open-995", ERROR_OPERATION_ABORTED },
                  { "open-0", NO_ERROR } };
  Host *host = host_new_started (fixture);

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *line = g_strdup_printf ("invoke %s", answers[i].verb);
      guint64 id = host_invoke (host, answers[i].verb);

      WAIT_FOR (recorder_has (line));
      cf_plugin_runner_cancel (host->runner, id);
      host_wait_completed (host, id);
      g_assert_cmpuint (host_answer (host, id)->code, ==, answers[i].code);
      g_assert_cmpint (cf_plugin_runner_get_state (host->runner), ==, CF_PLUGIN_RUNNING);
    }
  host_free (host);
}

/* An object that comes before an error is not part of the answer; see the shells for results. */
static void
test_error_discards (gconstpointer fixture)
{
  Host *host = host_new_started (fixture);
  guint64 id = host_invoke (host, "error");
  guint64 bad = host_invoke (host, "bad-text");

  host_wait_completed (host, id);
  g_assert_cmpuint (host_answer (host, id)->code, ==, ERROR_ACCESS_DENIED);
  g_assert_cmpuint (host_answer (host, id)->n_objects, ==, 0);
  g_assert_cmpstr (host_answer (host, id)->information, ==, "not <you> & not today");

  host_wait_completed (host, bad);
  g_assert_cmpuint (host_answer (host, bad)->code, ==, ERROR_GEN_FAILURE);
  g_assert_true (host_answer (host, bad)->information == NULL ||
                 g_utf8_validate (host_answer (host, bad)->information, -1, NULL));
  host_free (host);
}

static void
test_parameters (gconstpointer fixture)
{
  const CfPluginSettings settings = {
    .shared_host = TRUE, .run_as_user = "daemon", .auto_restart = TRUE, .idle_seconds = 600
  };
  g_autofree char *name = g_strdup_printf ("configuration 5 text=%s", (const char *) fixture);
  Host *host;

  recorder_clear ();
  host = host_new_with (fixture, &settings);
  host_start (host, 0);
  host_wait_completed (host, host_invoke (host, "parameters"));
  assert_line ("parameter 0 code=87");
  assert_line ("parameter 1 number=153600");
  assert_line ("parameter 2 number=20000");
  g_assert_cmpuint (recorder_count ("parameter 3 number="), ==, 1);
  g_assert_cmpuint (recorder_count ("parameter 4 number="), ==, 1);
  assert_line ("parameter 5 text=de-DE");
  assert_line ("parameter 6 text=fr-FR");
  assert_line ("parameter 7 code=87");
  assert_line ("parameter-null 87");
  assert_line ("configuration 0 code=87");
  assert_line ("configuration 1 number=1");
  assert_line ("configuration 2 text=daemon");
  assert_line ("configuration 3 number=1");
  assert_line ("configuration 4 number=600");
  assert_line (name);
  assert_line ("configuration 6 code=87");
  host_free (host);
}

static void
test_free_details (gconstpointer fixture)
{
  Host *host = host_new_started (fixture);
  guint64 id = host_invoke (host, "free-details");

  host_wait_completed (host, id);
  assert_line ("freed 0");
  g_assert_cmpuint (host_answer (host, id)->code, ==, NO_ERROR);
  g_assert_cmpuint (recorder_count ("complete-failed"), ==, 0);
  host_free (host);
}

static void
test_text_length (gconstpointer fixture)
{
  const CfPluginValue values[] = { { "A", "\360\237\230\200", CF_PLUGIN_VALUE_TEXT },
                                   { "B", "a\303\244\342\202\254\360\237\230\200",
                                     CF_PLUGIN_VALUE_TEXT },
                                   { "C", "", CF_PLUGIN_VALUE_TEXT } };
  const CfPluginObject input = { NULL, "Text", values, G_N_ELEMENTS (values) };
  Host *host = host_new_started (fixture);

  host_wait_completed (host, host_invoke_with (host, "text", &input));
  assert_line ("text 2");
  assert_line ("text 5");
  assert_line ("text 0");
  host_free (host);
}

static void
add (const char *path, void (*function) (gconstpointer))
{
  g_autofree char *threaded = g_strconcat (path, "/threaded", NULL);
  g_autofree char *quick = g_strconcat (path, "/quick", NULL);

  g_test_add_data_func (threaded, "good", function);
  g_test_add_data_func (quick, "quick", function);
}

int
main (int argc, char **argv)
{
  conformance_init (&argc, &argv);
  add ("/conformance/19/completes-in-the-entry", test_complete_in_entry);
  add ("/conformance/20/completes-elsewhere-before-the-entry-returns", test_complete_in_thread);
  add ("/conformance/21/second-completion-is-refused", test_complete_twice);
  add ("/conformance/22/garbage-is-refused", test_complete_garbage);
  add ("/conformance/23/stays-open-until-cancelled", test_open_until_cancelled);
  add ("/conformance/23/open-for-ever-is-ended", test_open_for_ever);
  add ("/conformance/25/reports-of-the-wrong-kind-are-refused", test_wrong_reports);
  add ("/conformance/30/flag-then-event-that-stays", test_event_and_flag);
  add ("/conformance/31/cancellation-races-completion", test_race);
  add ("/conformance/31/rude-completions-race", test_rude_race);
  add ("/conformance/32/late-callback-fires-at-once", test_late_callback);
  add ("/conformance/33/any-code-ends-a-cancelled-request", test_any_code);
  add ("/conformance/34/error-discards-the-object", test_error_discards);
  add ("/conformance/48/parameters-have-their-types", test_parameters);
  add ("/conformance/49/completes-after-freeing-details", test_free_details);
  add ("/conformance/51/text-counts-code-units", test_text_length);
  return g_test_run ();
}
