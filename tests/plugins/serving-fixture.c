/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serving-fixture.h"

#include "agent/cf-router.h"

static CfPluginDirectory *directory;

static void
answered_cb (const WsmOutcome *outcome, gpointer user_data)
{
  gboolean *answered = user_data;

  *answered = TRUE;
}

/* The first request starts the plug-in; the others are answered at once. */
static void
start (Receiving *r, WsmHandler *handler, const char *uri)
{
  g_autoptr (WsmObject) input = wsm_object_new (uri, "Nothing_INPUT");
  g_autoptr (WsmEnvelope)
    request = wsm_envelope_new_invoke ("http://127.0.0.1/wsman", uri, "Nothing", input, 30000);
  gboolean answered = FALSE;
  g_autoptr (WsmOperation)
    operation = wsm_operation_new (r->caller, request, NULL, answered_cb, &answered);

  wsm_handler_handle (handler, operation);
  while (!answered)
    g_main_context_iteration (NULL, TRUE);
}

/* As receiving_set_up(), with what answers for @uri. */
WsmHandler *
serving_set_up (Receiving *r, const char *const *signed_in, const char *access, const char *uri)
{
  static const char *const folders[] = { PLUGIN_FOLDER, NULL };
  const CfPluginPlaces places = { .owner_may_own = TRUE };
  g_autoptr (CfPluginDesk) desk = NULL;
  g_autoptr (CfShells) shells = cf_shells_new ();
  WsmHandler *handler;

  receiving_set_up (r, signed_in, access);
  desk = cf_plugin_desk_new (r->receiver, CF_CLOCK (r->clock), r->facts);
  directory = cf_plugin_directory_new (desk, &places);
  g_assert_cmpuint (cf_plugin_directory_load (directory, folders), ==, 3);
  handler = WSM_HANDLER (cf_router_new (r->receiver, directory, shells));
  start (r, handler, uri);
  return handler;
}

void
serving_tear_down (Receiving *r)
{
  cf_plugin_directory_stop (directory, 2 /* WSMAN_PLUGIN_SHUTDOWN_SERVICE */);
  while (!cf_plugin_directory_is_stopped (directory))
    g_main_context_iteration (NULL, TRUE);
  g_clear_object (&directory);
  receiving_tear_down (r);
}
