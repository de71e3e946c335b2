/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-router.h"
#include "agent/cf-windows-shutdown.h"
#include "receiving-fixture.h"
#include "request/cf-windows-shutdown-names.h"

typedef struct
{
  Receiving receiving;
  CfRouter *router;
} Fixture;

static void
set_up_router (Fixture *f, const char *access)
{
  g_autoptr (WsmHandler) handler = NULL;

  receiving_set_up (&f->receiving, NULL, access);
  f->router = cf_router_new (f->receiving.receiver);
  handler = cf_windows_shutdown_new (f->receiving.receiver, CF_CLOCK (f->receiving.clock),
                                     f->receiving.facts);
  cf_router_add (f->router, CF_WINDOWS_SHUTDOWN_URI, handler);
}

static void
tear_down_router (Fixture *f)
{
  g_assert_finalize_object (f->router);
  receiving_tear_down (&f->receiving);
}

static WsmFaultKind
ask (Fixture *f, const char *uri)
{
  g_autoptr (WsmEnvelope) request = wsm_envelope_new_get ("http://x/wsman", uri, 1000);

  receiving_ask (&f->receiving, WSM_HANDLER (f->router), request);
  return f->receiving.fault != NULL ? wsm_fault_get_kind (f->receiving.fault) : WSM_FAULT_OTHER;
}

static void
test_routes (void)
{
  Fixture f;

  g_test_summary ("A known resource answers; any other is InvalidResourceURI");

  set_up_router (&f, NULL);
  g_assert_cmpint (ask (&f, CF_WINDOWS_SHUTDOWN_URI), ==, WSM_FAULT_OTHER);
  g_assert_nonnull (f.receiving.object);
  g_assert_cmpint (ask (&f, CF_WINDOWS_SHUTDOWN_URI "2"), ==, WSM_FAULT_INVALID_RESOURCE_URI);
  g_assert_cmpint (ask (&f, "http://schemas.example.org/x"), ==, WSM_FAULT_INVALID_RESOURCE_URI);
  tear_down_router (&f);
}

static void
test_stranger (void)
{
  Fixture f;

  g_test_summary ("Who may do nothing learns nothing, not even which resources there are");

  set_up_router (&f, "[user kim]\nallow=all\n");
  g_assert_cmpint (ask (&f, CF_WINDOWS_SHUTDOWN_URI), ==, WSM_FAULT_ACCESS_DENIED);
  g_assert_cmpint (ask (&f, "http://schemas.example.org/x"), ==, WSM_FAULT_ACCESS_DENIED);
  g_assert_cmpuint (wsm_fault_get_code (f.receiving.fault), ==, 5);
  tear_down_router (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/agent/router/routes-by-uri", test_routes);
  g_test_add_func ("/agent/router/strangers-learn-nothing", test_stranger);
  return g_test_run ();
}
