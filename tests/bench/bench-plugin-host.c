/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A service with one method, answered by a handler that is built in, by a plug-in in this process,
 * or by the same plug-in in a helper process. All the rest is the agent's.
 *
 * Usage: bench-plugin-host built-in|agent|helper MODULE HELPER
 *
 * Anybody signs in as he says. Prints its port, and ends with its standard input. */

#include "agent/cf-router.h"
#include "agent/cf-shells.h"
#include "clock/cf-boot-clock.h"
#include "tests/support/cf-test-power.h"
#include "wsman/service/wsm-service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BENCH_URI "http://schemas.curfew.org/bench"
#define ECHO      BENCH_URI "/Echo"
#define SHELL_URI BENCH_URI "/shell"
#define MANY      100000000u

/* --- anybody signs in */

#define BENCH_TYPE_VERIFIER (bench_verifier_get_type ())
G_DECLARE_FINAL_TYPE (BenchVerifier, bench_verifier, BENCH, VERIFIER, GObject)

struct _BenchVerifier
{
  GObject parent_instance;
};

static void bench_verifier_iface_init (WsmPasswordVerifierInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BenchVerifier, bench_verifier, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (WSM_TYPE_PASSWORD_VERIFIER,
                                                      bench_verifier_iface_init))

static void
bench_verifier_verify_async (WsmPasswordVerifier *self, const char *user, WsmSecret *password,
                             const char *address, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_return_boolean (task, TRUE);
}

static gboolean
bench_verifier_verify_finish (WsmPasswordVerifier *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
bench_verifier_iface_init (WsmPasswordVerifierInterface *iface)
{
  iface->verify_async = bench_verifier_verify_async;
  iface->verify_finish = bench_verifier_verify_finish;
}

static void
bench_verifier_class_init (BenchVerifierClass *class)
{
}

static void
bench_verifier_init (BenchVerifier *self)
{
}

/* --- the handler that is built in: as a resource of the agent was before there were plug-ins */

#define BENCH_TYPE_HANDLER (bench_handler_get_type ())
G_DECLARE_FINAL_TYPE (BenchHandler, bench_handler, BENCH, HANDLER, GObject)

struct _BenchHandler
{
  GObject parent_instance;

  CfReceiver *receiver; /* (unowned), outlives this */
};

static void bench_handler_iface_init (WsmHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BenchHandler, bench_handler, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (WSM_TYPE_HANDLER, bench_handler_iface_init))

static void
bench_handler_handle (WsmHandler *handler, WsmOperation *operation)
{
  BenchHandler *self = BENCH_HANDLER (handler);
  WsmEnvelope *request = wsm_operation_get_request (operation);
  WsmObject *input = wsm_envelope_get_object (request);
  g_autoptr (WsmFault) fault = NULL;
  g_autoptr (WsmObject) output = NULL;

  if (cf_receiver_get_verbs (self->receiver, wsm_operation_get_principal (operation)) ==
        CF_VERB_NONE ||
      !g_str_equal (wsm_envelope_get_resource_uri (request), BENCH_URI) ||
      !g_str_equal (wsm_envelope_get_action (request), ECHO) || input == NULL ||
      wsm_object_get_string (input, "Text") == NULL)
    {
      fault = wsm_fault_new (WSM_FAULT_INVALID_PARAMETER, "This is not what is measured.");
      wsm_operation_return_fault (operation, fault);
      return;
    }
  output = wsm_object_new (BENCH_URI, "Echo_OUTPUT");
  wsm_object_add_uint32 (output, "ReturnValue", 0);
  wsm_operation_return_object (operation, output);
}

static void
bench_handler_iface_init (WsmHandlerInterface *iface)
{
  iface->handle = bench_handler_handle;
}

static void
bench_handler_class_init (BenchHandlerClass *class)
{
}

static void
bench_handler_init (BenchHandler *self)
{
}

/* --- the program */

static CfPluginDirectory *
make_plugins (CfReceiver *receiver, CfClock *clock, const CfMachineFacts *facts, gboolean in_agent,
              const char *module, const char *helper)
{
  const CfPluginPlaces places = { .helper_program = helper, .owner_may_own = TRUE };
  g_autoptr (CfPluginDesk) desk = cf_plugin_desk_new (receiver, clock, facts);
  CfPluginDirectory *plugins = cf_plugin_directory_new (desk, &places);
  g_autoptr (GError) error = NULL;
  WsmPluginConfiguration *configuration;
  g_autofree char *text = g_strdup_printf (
    "<PlugInConfiguration xmlns=\"http://schemas.microsoft.com/wbem/wsman/1/config/"
    "PluginConfiguration\" xmlns:c=\"" WSM_PLUGIN_ADDITIONS_URI "\" c:Host=\"%s\" Name=\"bench\" "
    "Filename=\"%s\" SDKVersion=\"2\" UseSharedProcess=\"%s\"><Resources>"
    "<Resource ResourceUri=\"" BENCH_URI "\" ExactMatch=\"true\"><Capability Type=\"Invoke\"/>"
    "</Resource><Resource ResourceUri=\"" SHELL_URI "\" ExactMatch=\"true\">"
    "<Capability Type=\"Shell\"/></Resource></Resources><Quotas MaxConcurrentUsers=\"100\" "
    "MaxConcurrentOperationsPerUser=\"100000\" MaxConcurrentOperations=\"100000\" "
    "MaxShells=\"10000\" MaxShellsPerUser=\"10000\" IdleTimeoutms=\"600000\" "
    "MaxIdleTimeoutms=\"600000\"/></PlugInConfiguration>",
    in_agent ? "agent" : "helper", module, in_agent ? "false" : "true");

  configuration = wsm_plugin_configuration_parse ("bench.xml", text, strlen (text), &error);
  if (configuration == NULL || !cf_plugin_directory_add (plugins, configuration, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      exit (1);
    }
  return plugins;
}

static gboolean
quit_cb (GIOChannel *channel, GIOCondition condition, gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static void
set_limits (WsmServiceLimits *limits)
{
  wsm_service_limits_init (limits);
  limits->connections = limits->connections_not_signed_in = 4096;
  limits->connections_per_address = limits->connections_per_address_not_signed_in = 4096;
  limits->requests_per_connection = limits->requests_per_minute_per_user = MANY;
}

static void
serve (WsmHandler *handler)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (WsmPasswordVerifier) verifier = g_object_new (BENCH_TYPE_VERIFIER, NULL);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GIOChannel) input = g_io_channel_unix_new (0);
  g_autoptr (WsmService) service = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) endpoints = NULL;
  WsmServiceLimits limits;

  set_limits (&limits);
  service = wsm_service_new (handler, verifier, &limits);
  wsm_service_set_allow_clear_basic_on_loopback (service, TRUE);
  if (!wsm_service_listen (service, address, NULL, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      exit (1);
    }
  endpoints = wsm_service_dup_endpoints (service);
  printf ("%s\n", endpoints[0]);
  fflush (stdout);
  g_io_add_watch (input, G_IO_HUP, quit_cb, loop);
  g_main_loop_run (loop);
  wsm_service_stop (service);
}

int
main (int argc, char **argv)
{
  g_autoptr (CfTestPower) power = cf_test_power_new ();
  g_autoptr (CfClock) clock = cf_boot_clock_new ();
  g_autoptr (CfSchedule) schedule = cf_schedule_new (clock, NULL);
  g_autoptr (CfAuthority) authority = cf_authority_new_for_rehearsal ();
  g_autoptr (CfMachineFacts) facts = cf_machine_facts_new (NULL);
  g_autoptr (CfReceiver) receiver = NULL;
  g_autoptr (CfPluginDirectory) plugins = NULL;
  g_autoptr (CfShells) shells = NULL;
  g_autoptr (WsmHandler) handler = NULL;

  if (argc != 4)
    {
      fprintf (stderr, "Usage: bench-plugin-host built-in|agent|helper MODULE HELPER\n");
      return 2;
    }
  receiver = cf_receiver_new (schedule, CF_POWER (power), authority, clock);
  if (g_str_equal (argv[1], "built-in"))
    {
      handler = g_object_new (BENCH_TYPE_HANDLER, NULL);
      BENCH_HANDLER (handler)->receiver = receiver;
      serve (handler);
      return 0;
    }
  plugins = make_plugins (receiver, clock, facts, g_str_equal (argv[1], "agent"), argv[2], argv[3]);
  shells = cf_shells_new ();
  handler = WSM_HANDLER (cf_router_new (receiver, plugins, shells));
  serve (handler);
  cf_plugin_directory_stop (plugins, 2);
  while (!cf_plugin_directory_is_stopped (plugins))
    g_main_context_iteration (NULL, TRUE);
  return 0;
}
