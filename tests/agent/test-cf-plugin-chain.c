/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-router.h"
#include "plugin-api/wsman-plugin.h"
#include "plugin-fixture.h"
#include "request/cf-windows-shutdown-names.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

/* The whole way of a request, through our own plug-in, within this process and in a helper's:
 * WINDOWS_SHUTDOWN is the module, PLUGIN_HOST the program. */

#define DOCUMENT                                                                                   \
  "<PlugInConfiguration xmlns=\"http://schemas.microsoft.com/wbem/wsman/1/config/"                 \
  "PluginConfiguration\" xmlns:curfew=\"" WSM_PLUGIN_ADDITIONS_URI "\" SDKVersion=\"2\" "          \
  "Name=\"N\" Filename=\"" WINDOWS_SHUTDOWN "\" curfew:Host=\"%s\" UseSharedProcess=\"%s\">"       \
  "<Resources><Resource ResourceUri=\"" CF_WINDOWS_SHUTDOWN_URI "\" ExactMatch=\"true\">"          \
  "<Capability Type=\"Get\"/><Capability Type=\"Invoke\"/></Resource></Resources>"                 \
  "</PlugInConfiguration>"

typedef struct
{
  Desk desk;
  CfPluginDirectory *directory;
  CfPlugin *plugin;
  CfShells *shells;
  CfRouter *router;
  WsmPrincipal *caller;

  gboolean is_answered;
  WsmObject *object; /* (nullable) */
  WsmFault *fault;   /* (nullable) */
} Fixture;

static void
set_up_chain (Fixture *f, gconstpointer host)
{
  const CfPluginPlaces places = { PLUGIN_HOST, NULL, TRUE };
  gboolean is_helper = g_str_equal (host, "helper");
  g_autofree char *text = g_strdup_printf (DOCUMENT, (const char *) host,
                                           is_helper ? "true" : "false");
  g_autoptr (GError) error = NULL;
  WsmPluginConfiguration *configuration;
  CfPluginRoute route;

  desk_set_up (&f->desk, NULL);
  configuration = wsm_plugin_configuration_parse ("n.xml", text, strlen (text), &error);
  g_assert_no_error (error);
  f->directory = cf_plugin_directory_new (f->desk.desk, &places);
  cf_plugin_directory_add (f->directory, configuration, &error);
  g_assert_no_error (error);
  g_assert_true (cf_plugin_directory_find (f->directory, CF_WINDOWS_SHUTDOWN_URI, &route));
  f->plugin = route.plugin;
  f->shells = cf_shells_new ();
  f->router = cf_router_new (f->desk.receiver, f->directory, f->shells);
  f->caller = wsm_principal_new ("mara", NULL, "Basic", "192.0.2.7");
}

static void
stop (Fixture *f)
{
  cf_plugin_directory_stop (f->directory, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  while (!cf_plugin_directory_is_stopped (f->directory))
    g_main_context_iteration (NULL, TRUE);
}

static void
tear_down_chain (Fixture *f, gconstpointer host)
{
  stop (f);
  g_clear_pointer (&f->object, wsm_object_unref);
  g_clear_pointer (&f->fault, wsm_fault_unref);
  g_assert_finalize_object (f->router);
  g_assert_finalize_object (f->shells);
  g_assert_finalize_object (f->directory);
  wsm_principal_unref (f->caller);
  desk_tear_down (&f->desk);
}

static void
done_cb (const WsmOutcome *outcome, gpointer user_data)
{
  Fixture *f = user_data;

  g_assert_false (f->is_answered);
  f->is_answered = TRUE;
  f->object = outcome->object != NULL ? wsm_object_ref (outcome->object) : NULL;
  f->fault = outcome->fault != NULL ? wsm_fault_ref (outcome->fault) : NULL;
}

/* @request: (transfer full) */
static void
ask (Fixture *f, WsmEnvelope *request)
{
  WsmOperation *operation = wsm_operation_new (f->caller, request, NULL, done_cb, f);

  g_clear_pointer (&f->object, wsm_object_unref);
  g_clear_pointer (&f->fault, wsm_fault_unref);
  f->is_answered = FALSE;
  wsm_handler_handle (WSM_HANDLER (f->router), operation);
  wsm_operation_unref (operation);
  wsm_envelope_unref (request);
  while (!f->is_answered)
    g_main_context_iteration (NULL, TRUE);
}

static void
get (Fixture *f)
{
  ask (f, wsm_envelope_new_get ("http://x/wsman", CF_WINDOWS_SHUTDOWN_URI, 1000));
}

/* @flags: of the request; @extra: (nullable): one more parameter */
static void
initiate (Fixture *f, guint32 flags, const char *extra)
{
  g_autoptr (WsmObject)
    input = wsm_object_new (CF_WINDOWS_SHUTDOWN_URI, CF_INITIATE_METHOD "_INPUT");

  wsm_object_add_string (input, CF_FIELD_MESSAGE, "Tea \xf0\x9f\x8d\xb5 is ready");
  wsm_object_add_uint32 (input, CF_FIELD_GRACE_PERIOD, 60);
  wsm_object_add_uint32 (input, CF_FIELD_FLAGS, flags);
  wsm_object_add_uint32 (input, CF_FIELD_REASON, 0x80040001);
  if (extra != NULL)
    wsm_object_add_string (input, extra, "x");
  ask (f, wsm_envelope_new_invoke ("http://x/wsman", CF_WINDOWS_SHUTDOWN_URI, CF_INITIATE_METHOD,
                                   input, 1000));
}

static void
call_off (Fixture *f)
{
  g_autoptr (WsmObject) input = wsm_object_new (CF_WINDOWS_SHUTDOWN_URI, CF_ABORT_METHOD "_INPUT");

  ask (f, wsm_envelope_new_invoke ("http://x/wsman", CF_WINDOWS_SHUTDOWN_URI, CF_ABORT_METHOD,
                                   input, 1000));
}

static guint32
get_return_value (Fixture *f)
{
  guint32 code = G_MAXUINT32;

  g_assert_null (f->fault);
  g_assert_nonnull (f->object);
  g_assert_true (wsm_object_get_uint32 (f->object, CF_FIELD_RETURN_VALUE, &code, NULL));
  return code;
}

static void
test_round_trip (Fixture *f, gconstpointer host)
{
  CfScheduleEntry *entry;
  CfShutdownRequest *request;
  guint32 seconds = 0;

  g_test_summary ("A request arrives, is refused a second time, is seen, and called off");

  initiate (f, CF_SHUTDOWN_RESTART, NULL);
  g_assert_cmpuint (get_return_value (f), ==, 0);
  entry = cf_schedule_get_entry (f->desk.schedule);
  g_assert_nonnull (entry);
  request = cf_schedule_entry_get_request (entry);
  g_assert_cmpstr (cf_shutdown_request_get_message (request), ==, "Tea \xf0\x9f\x8d\xb5 is ready");
  g_assert_cmphex (cf_shutdown_request_get_reason (request), ==, 0x80040001);
  g_assert_cmpstr (cf_schedule_entry_get_requester (entry), ==, "mara from 192.0.2.7");

  initiate (f, CF_SHUTDOWN_RESTART, NULL);
  g_assert_cmpuint (get_return_value (f), ==, 1190);

  get (f);
  g_assert_null (f->fault);
  g_assert_cmpstr (wsm_object_get_name (f->object), ==, CF_STATUS_ELEMENT);
  g_assert_cmpstr (wsm_object_get_string (f->object, CF_STATUS_STATE), ==, CF_STATE_PENDING);
  g_assert_cmpstr (wsm_object_get_string (f->object, CF_STATUS_MESSAGE), ==,
                   "Tea \xf0\x9f\x8d\xb5 is ready");
  g_assert_true (wsm_object_get_uint32 (f->object, CF_STATUS_SECONDS_REMAINING, &seconds, NULL));
  g_assert_cmpuint (seconds, ==, 60);
  g_assert_cmpstr (wsm_object_get_string (f->object, CF_STATUS_BOOT_ID), ==,
                   f->desk.facts->boot_id);

  call_off (f);
  g_assert_cmpuint (get_return_value (f), ==, 0);
  g_assert_null (cf_schedule_get_entry (f->desk.schedule));
}

static void
test_fault (Fixture *f, gconstpointer host)
{
  g_test_summary ("What the plug-in does not understand is its own fault, word for word");

  initiate (f, CF_SHUTDOWN_RESTART, "dwGracePerio");
  g_assert_nonnull (f->fault);
  g_assert_cmpint (wsm_fault_get_kind (f->fault), ==, WSM_FAULT_SCHEMA_VALIDATION_ERROR);
  g_assert_cmpstr (wsm_fault_get_reason (f->fault), ==,
                   "WsdrInitiateShutdown has no parameter dwGracePerio.");
  g_assert_null (cf_schedule_get_entry (f->desk.schedule));
}

static void
test_stopped (Fixture *f, gconstpointer host)
{
  g_test_summary ("A plug-in that was stopped answers no more");

  get (f);
  g_assert_null (f->fault);
  stop (f);
  get (f);
  g_assert_nonnull (f->fault);
  g_assert_cmpuint (wsm_fault_get_code (f->fault), ==, ERROR_OPERATION_ABORTED);
}

/* The last process that this one has started; earlier ones may still be about to end. */
static pid_t
find_helper (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/children", getpid ());
  g_autofree char *children = NULL;
  g_autoptr (GError) error = NULL;
  const char *last;

  g_file_get_contents (path, &children, NULL, &error);
  g_assert_no_error (error);
  g_strchomp (children);
  last = strrchr (children, ' ');
  return (pid_t) g_ascii_strtoll (last != NULL ? last + 1 : children, NULL, 10);
}

static void
test_killed (Fixture *f, gconstpointer host)
{
  guint n_failed = 0;
  pid_t helper;

  g_test_summary ("A helper process that is killed leaves the service there, and comes again");

  cf_plugin_set_second (f->plugin, 20);
  get (f);
  g_assert_null (f->fault);
  helper = find_helper ();
  g_assert_cmpint (helper, >, 0);
  g_assert_cmpint (kill (helper, SIGSEGV), ==, 0);
  do
    {
      get (f);
      if (f->fault != NULL)
        g_assert_cmphex (wsm_fault_get_code (f->fault), ==, ERROR_WSMAN_PLUGIN_FAILED);
      if (f->fault != NULL)
        n_failed++;
      iterate_for (1);
    }
  while (f->fault != NULL || n_failed == 0);
  g_assert_cmpstr (wsm_object_get_string (f->object, CF_STATUS_STATE), ==, CF_STATE_IDLE);
}

int
main (int argc, char **argv)
{
  static const char *const hosts[] = { "agent", "helper" };
  int status;

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autofree char *round_trip = g_strdup_printf ("/agent/chain/%s/round-trip", hosts[i]);
      g_autofree char *fault = g_strdup_printf ("/agent/chain/%s/fault", hosts[i]);
      g_autofree char *stopped = g_strdup_printf ("/agent/chain/%s/stopped", hosts[i]);

      g_test_add (round_trip, Fixture, hosts[i], set_up_chain, test_round_trip, tear_down_chain);
      g_test_add (fault, Fixture, hosts[i], set_up_chain, test_fault, tear_down_chain);
      g_test_add (stopped, Fixture, hosts[i], set_up_chain, test_stopped, tear_down_chain);
    }
  g_test_add ("/conformance/47/helper-is-killed", Fixture, "helper", set_up_chain, test_killed,
              tear_down_chain);
  status = g_test_run ();
  g_clear_pointer (&fake_runners.made, g_ptr_array_unref);
  return status;
}
