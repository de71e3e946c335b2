/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "request/cf-win32-code.h"
#include "request/cf-windows-shutdown-names.h"
#include "serving-fixture.h"

#define URI CF_OPERATING_SYSTEM_URI

static void
test_tracker (void)
{
  Receiving r;
  g_autoptr (WsmHandler) handler = NULL;
  g_autoptr (WsmObject) input = wsm_object_new (URI, "Win32ShutdownTracker_INPUT");
  CfScheduleEntry *entry;
  CfShutdownRequest *request;

  g_test_summary ("Win32ShutdownTracker carries time, text, reason and action");

  handler = serving_set_up (&r, NULL, NULL, URI);
  wsm_object_add_uint32 (input, "Timeout", 300);
  wsm_object_add_string (input, "Comment", "Maintenance at noon");
  wsm_object_add_uint32 (input, "ReasonCode", 2147745793u);
  wsm_object_add_uint32 (input, "Flags", 6);
  g_assert_cmpuint (receiving_invoke (&r, handler, URI, "Win32ShutdownTracker", input), ==, 0);

  entry = cf_schedule_get_entry (r.schedule);
  g_assert_nonnull (entry);
  request = cf_schedule_entry_get_request (entry);
  g_assert_cmpuint (cf_shutdown_request_get_grace_seconds (request), ==, 300);
  g_assert_cmpstr (cf_shutdown_request_get_message (request), ==, "Maintenance at noon");
  g_assert_cmpuint (cf_shutdown_request_get_reason (request), ==, 2147745793u);
  g_assert_cmpint (cf_shutdown_request_get_action (request), ==, CF_SHUTDOWN_ACTION_RESTART);
  g_assert_true (cf_shutdown_request_get_flags (request) & CF_SHUTDOWN_FORCE_OTHERS);
  g_assert_nonnull (cf_shutdown_request_get_code (request));

  g_assert_cmpuint (receiving_invoke (&r, handler, URI, "Win32ShutdownTracker", input), ==,
                    CF_WIN32_SHUTDOWN_IS_SCHEDULED);
  serving_tear_down (&r);
}

static void
test_signed_in (void)
{
  const char *const somebody[] = { "alice", NULL };
  const struct
  {
    const char *method;
    const char *flags;
    guint32 expected;
  } cases[] = {
    { "Win32Shutdown", "2", CF_WIN32_SHUTDOWN_USERS_LOGGED_ON },
    { "Win32Shutdown", "6", CF_WIN32_SUCCESS },
    { "Win32Shutdown", "0", CF_WIN32_NOT_SUPPORTED },
    { "Win32Shutdown", "3", CF_WIN32_INVALID_PARAMETER },
    { "Reboot", NULL, CF_WIN32_SHUTDOWN_USERS_LOGGED_ON },
    { "Shutdown", NULL, CF_WIN32_SHUTDOWN_USERS_LOGGED_ON },
  };

  g_test_summary ("Without force somebody who is signed in stands in the way");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Receiving r;
      g_autoptr (WsmHandler) handler = NULL;
      g_autofree char *element = g_strconcat (cases[i].method, "_INPUT", NULL);
      g_autoptr (WsmObject) input = wsm_object_new (URI, element);

      handler = serving_set_up (&r, somebody, NULL, URI);
      if (cases[i].flags != NULL)
        wsm_object_add_string (input, "Flags", cases[i].flags);
      g_test_message ("%s %s", cases[i].method, cases[i].flags);
      g_assert_cmpuint (receiving_invoke (&r, handler, URI, cases[i].method, input), ==,
                        cases[i].expected);
      serving_tear_down (&r);
    }
}

static void
test_plain_methods (void)
{
  const struct
  {
    const char *method;
    CfShutdownAction action;
  } cases[] = {
    { "Reboot", CF_SHUTDOWN_ACTION_RESTART },
    { "Shutdown", CF_SHUTDOWN_ACTION_POWER_OFF },
  };

  g_test_summary ("Reboot and Shutdown act at once");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Receiving r;
      g_autoptr (WsmHandler) handler = NULL;
      g_autofree char *element = g_strconcat (cases[i].method, "_INPUT", NULL);
      g_autoptr (WsmObject) input = wsm_object_new (URI, element);
      CfScheduleEntry *last;

      handler = serving_set_up (&r, NULL, NULL, URI);
      g_assert_cmpuint (receiving_invoke (&r, handler, URI, cases[i].method, input), ==, 0);
      cf_test_clock_advance (r.clock, 0);
      last = cf_schedule_get_last_entry (r.schedule);
      g_assert_nonnull (last);
      g_assert_cmpint (cf_shutdown_request_get_action (cf_schedule_entry_get_request (last)), ==,
                       cases[i].action);
      serving_tear_down (&r);
    }
}

static void
test_get (void)
{
  Receiving r;
  g_autoptr (WsmHandler) handler = NULL;
  g_autoptr (WsmEnvelope) request = wsm_envelope_new_get ("http://x/wsman", URI, 1000);
  g_autoptr (GDateTime) booted = NULL;
  g_autoptr (GDateTime) expected = g_date_time_new_utc (2025, 12, 31, 23, 0, 0);

  g_test_summary ("LastBootUpTime is now less the time since the start");

  handler = serving_set_up (&r, NULL, NULL, URI);
  receiving_ask (&r, handler, request);
  g_assert_null (r.fault);
  g_assert_cmpstr (wsm_object_get_name (r.object), ==, CF_OPERATING_SYSTEM_CLASS);
  booted = wsm_object_dup_datetime (r.object, "LastBootUpTime", NULL);
  g_assert_nonnull (booted);
  g_assert_cmpint (g_date_time_difference (booted, expected), ==, 0);
  g_assert_cmpstr (wsm_object_get_string (r.object, "CSName"), ==, r.facts->host_name);
  serving_tear_down (&r);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/plugins/operating-system-wire/tracker", test_tracker);
  g_test_add_func ("/plugins/operating-system-wire/somebody-signed-in", test_signed_in);
  g_test_add_func ("/plugins/operating-system-wire/reboot-and-shutdown", test_plain_methods);
  g_test_add_func ("/plugins/operating-system-wire/get", test_get);
  return g_test_run ();
}
