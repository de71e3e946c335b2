/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "watch-fixture.h"

/* What the watch tells its agent. */

static void
called_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;

  if (cf_agent_watch_call_finish (CF_AGENT_WATCH (source), result, error))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "done");
}

static void
test_calls (WatchFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("A refusal that is known is told in the person's language, another one in the "
                  "agent's own words; a lost answer is said to be lost");

  cf_agent_watch_postpone_async (f->watch, 60, NULL, NULL, called_cb, &error);
  WAIT_FOR (error != NULL);
  g_assert_error (error, CF_AGENT_WATCH_ERROR, CF_AGENT_WATCH_ERROR_NO_AGENT);
  g_clear_error (&error);

  watch_start_pending (f);
  cf_agent_watch_postpone_async (f->watch, 60, "in a call", NULL, called_cb, &error);
  WAIT_FOR (error != NULL);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_cmpstr (f->receipt, ==, "Postpone(60, 'in a call')");
  g_clear_error (&error);

  f->refusal = NAME ".Error.BudgetSpent";
  cf_agent_watch_postpone_async (f->watch, 0, NULL, NULL, called_cb, &error);
  WAIT_FOR (error != NULL);
  g_assert_error (error, CF_AGENT_WATCH_ERROR, CF_AGENT_WATCH_ERROR_REFUSED);
  g_assert_cmpstr (error->message, ==, "It can no longer be postponed, or not by that much.");
  g_clear_error (&error);

  f->refusal = NAME ".Error.Failed";
  cf_agent_watch_postpone_async (f->watch, 0, NULL, NULL, called_cb, &error);
  WAIT_FOR (error != NULL);
  g_assert_error (error, CF_AGENT_WATCH_ERROR, CF_AGENT_WATCH_ERROR_REFUSED);
  g_assert_cmpstr (error->message, ==, "Not now");
  g_clear_error (&error);

  f->is_voiceless = TRUE;
  cf_agent_watch_postpone_async (f->watch, 0, NULL, NULL, called_cb, &error);
  WAIT_FOR (f->unanswered->len == 1);
  watch_stop_agent (f);
  WAIT_FOR (error != NULL);
  g_assert_error (error, CF_AGENT_WATCH_ERROR, CF_AGENT_WATCH_ERROR_UNKNOWN);
}

static void
test_receipts_once (WatchFixture *f, gconstpointer data)
{
  g_test_summary ("The agent hears each thing once for each deadline");

  cf_agent_watch_report_shown (f->watch, 0);
  watch_start_agent (f);
  WAIT_FOR (watch_is_in_state (f, CF_NOTICE_IDLE));
  cf_agent_watch_report_shown (f->watch, 0);
  watch_set_pending (f, CODE, 5000);
  watch_flush (f);
  WAIT_FOR (watch_is_in_state (f, CF_NOTICE_PENDING));

  for (guint i = 0; i < 3; i++)
    {
      cf_agent_watch_report_shown (f->watch, 10);
      cf_agent_watch_report_read (f->watch);
      cf_agent_watch_report_returned (f->watch);
    }
  WAIT_FOR (f->n_receipts == 3);
  g_assert_cmpstr (f->receipt, ==, "ReportReturned('" CODE "',)");
  cf_agent_watch_report_shown (f->watch, 5);
  WAIT_FOR (f->n_receipts == 4);
  g_assert_cmpstr (f->receipt, ==, "ReportShown('" CODE "', 5)");

  cf_bus_agent1_set_deadline (f->agent, 6000);
  watch_flush (f);
  WAIT_FOR (watch_get_notice (f)->deadline_boot_usec == 6000);
  cf_agent_watch_report_shown (f->watch, 5);
  WAIT_FOR (f->n_receipts == 5);
}

static void
test_receipts_reach_the_next_agent (WatchFixture *f, gconstpointer data)
{
  g_test_summary (
    "A receipt that an agent took along goes to the next one; a refused one does not");

  watch_start_pending (f);
  f->refusal = NAME ".Error.Denied";
  cf_agent_watch_report_read (f->watch);
  WAIT_FOR (f->n_receipts == 1);
  f->is_voiceless = TRUE;
  cf_agent_watch_report_shown (f->watch, 1);
  WAIT_FOR (f->n_receipts == 2);
  watch_wait_until_heard (f);
  watch_stop_agent (f);
  WAIT_FOR (watch_get_notice (f)->is_adrift);
  cf_agent_watch_report_shown (f->watch, 10);

  f->is_voiceless = FALSE;
  f->refusal = NULL;
  watch_start_agent (f);
  WAIT_FOR (f->n_receipts == 5);
  g_assert_cmpstr (f->receipt, ==, "ReportShown('" CODE "', 10)");
}

static void
test_receipts_are_repeated (WatchFixture *f, gconstpointer data)
{
  g_test_summary ("An agent that is started anew is told what the one before it was told, but for "
                  "the time that was given");

  watch_be_patient (f);
  watch_start_pending (f);
  cf_agent_watch_report_returned (f->watch);
  cf_agent_watch_report_read (f->watch);
  cf_agent_watch_report_shown (f->watch, 5);
  WAIT_FOR (f->n_receipts == 3);
  watch_wait_until_heard (f);
  watch_stop_agent (f);
  f->n_receipts = 0;
  watch_start_agent (f);
  WAIT_FOR (f->n_receipts == 2);
  g_assert_cmpstr (f->receipt, ==, "ReportShown('" CODE "', 5)");
  watch_wait_until_heard (f);
  g_assert_cmpuint (f->n_receipts, ==, 2);
}

static void
test_busy_is_forgotten (WatchFixture *f, gconstpointer data)
{
  g_test_summary ("An agent that was too busy is left alone for a while; another agent, another "
                  "request and another deadline have no part in that");

  watch_be_patient (f);
  watch_start_pending (f);
  f->refusal = NAME ".Error.Busy";
  cf_agent_watch_report_shown (f->watch, 10);
  WAIT_FOR (f->n_receipts == 1);
  watch_wait_until_heard (f);
  watch_stop_agent (f);
  f->refusal = NULL;
  watch_start_agent (f);
  WAIT_FOR (f->n_receipts == 2);

  f->refusal = NAME ".Error.Busy";
  cf_agent_watch_report_shown (f->watch, 5);
  WAIT_FOR (f->n_receipts == 3);
  watch_wait_until_heard (f);
  f->refusal = NULL;
  cf_bus_agent1_set_deadline (f->agent, 6000);
  watch_flush (f);
  WAIT_FOR (watch_get_notice (f)->deadline_boot_usec == 6000);
  cf_agent_watch_report_shown (f->watch, 5);
  WAIT_FOR (f->n_receipts == 4);
  watch_set_pending (f, NEXT, 6000);
  watch_flush (f);
  WAIT_FOR (g_str_equal (watch_get_notice (f)->request_code, NEXT));
  cf_agent_watch_report_shown (f->watch, 5);
  WAIT_FOR (f->n_receipts == 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, test)                                                                            \
  g_test_add ("/warning/agent-watch/" path, WatchFixture, NULL, watch_set_up, test, watch_tear_down)
  ADD ("calls", test_calls);
  ADD ("receipts/once", test_receipts_once);
  ADD ("receipts/reach-the-next-agent", test_receipts_reach_the_next_agent);
  ADD ("receipts/are-repeated", test_receipts_are_repeated);
  ADD ("receipts/busy-is-forgotten", test_busy_is_forgotten);

  return watch_fixture_run ();
}
