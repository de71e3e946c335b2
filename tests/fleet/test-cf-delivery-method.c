/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet/cf-native-method.h"
#include "fleet/cf-wmi-method.h"
#include "request/cf-windows-shutdown-names.h"
#include "wsman/wire/wsm-wire-error.h"

static CfShutdownRequest *
build (guint32 flags, const char *message, const char *client_hint)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  g_autoptr (GPtrArray) problems = NULL;

  cf_shutdown_request_builder_add_flags (builder, flags);
  cf_shutdown_request_builder_set_message (builder, message);
  cf_shutdown_request_builder_set_client_hint (builder, client_hint);
  cf_shutdown_request_builder_set_grace_seconds (builder,
                                                 flags & CF_SHUTDOWN_GRACE_OVERRIDE ? 0 : 300);
  cf_shutdown_request_builder_set_reason (builder, 0x80020012);
  cf_shutdown_request_builder_set_code (builder, "K7M-2QX");
  return cf_shutdown_request_builder_end (builder, &problems);
}

/* "Name=value" of all values, in order */
static char *
spell (WsmObject *object)
{
  GString *text = g_string_new (wsm_object_get_name (object));

  for (guint i = 0; i < wsm_object_get_n_values (object); i++)
    g_string_append_printf (text, " %s=%s", wsm_object_get_value_name (object, i),
                            wsm_object_get_value (object, i));
  return g_string_free (text, FALSE);
}

static void
test_native_says_all (void)
{
  g_autoptr (CfDeliveryMethod) method = cf_native_method_new ("test/1");
  guint n_sent = 0;

  g_test_summary ("The native method has a place for each request that may be sent");

  for (guint32 flags = 0; flags <= 0xff; flags++)
    {
      g_autoptr (CfShutdownRequest) request = build (flags, "hello", NULL);
      g_autoptr (WsmObject) input = NULL;
      guint32 sent = 0;

      if (request == NULL)
        continue;
      n_sent++;
      g_assert_cmpint (cf_delivery_method_find_inexpressible (method, request), ==,
                       CF_FEATURE_NONE);
      input = cf_delivery_method_encode (method, request);
      g_assert_true (wsm_object_get_uint32 (input, CF_FIELD_FLAGS, &sent, NULL));
      g_assert_cmpuint (sent, ==, cf_shutdown_request_get_flags (request));
    }
  g_assert_cmpuint (n_sent, >=, 32);
}

static void
test_native_fields (void)
{
  static const struct
  {
    const char *message;
    const char *client_hint;
    const char *spelt;
  } cases[] = {
    { "Gr\303\274\303\237e", NULL,
      "WsdrInitiateShutdown_INPUT lpMessage=Gr\303\274\303\237e dwGracePeriod=300 "
      "dwShutdownFlags=5 dwReason=2147614738 lpClientHint=test/1 RequestCode=K7M-2QX" },
    { "", "other",
      "WsdrInitiateShutdown_INPUT lpMessage= dwGracePeriod=300 dwShutdownFlags=5 "
      "dwReason=2147614738 lpClientHint=other RequestCode=K7M-2QX" },
    { NULL, NULL,
      "WsdrInitiateShutdown_INPUT dwGracePeriod=300 dwShutdownFlags=5 dwReason=2147614738 "
      "lpClientHint=test/1 RequestCode=K7M-2QX" },
  };
  g_autoptr (CfDeliveryMethod) method = cf_native_method_new ("test/1");

  g_test_summary ("Fields have their names and order; no message and an empty one differ");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CfShutdownRequest) request = build (CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS,
                                                     cases[i].message, cases[i].client_hint);
      g_autoptr (WsmObject) input = cf_delivery_method_encode (method, request);
      g_autofree char *spelt = spell (input);

      g_assert_cmpstr (spelt, ==, cases[i].spelt);
      g_assert_cmpstr (wsm_object_get_namespace_uri (input), ==, CF_WINDOWS_SHUTDOWN_URI);
    }
}

static void
test_native_abort (void)
{
  g_autoptr (CfDeliveryMethod) method = cf_native_method_new ("test/1");
  g_autoptr (WsmObject) input = cf_delivery_method_encode_abort (method);
  g_autofree char *spelt = spell (input);

  g_test_summary ("An abort names the program that asks, and nothing else");

  g_assert_cmpstr (spelt, ==, "WsdrAbortShutdown_INPUT lpClientHint=test/1");
  g_assert_cmpstr (cf_delivery_method_get_abort_method (method), ==, "WsdrAbortShutdown");
}

/* Bit for bit what the table in shutdown-semantics.md section 4.4 says of the tracker. */
static void
test_wmi_flags (void)
{
  g_autoptr (CfDeliveryMethod) method = cf_wmi_method_new ();
  const guint32 impossible = CF_SHUTDOWN_GRACE_OVERRIDE | CF_SHUTDOWN_INSTALL_UPDATES |
                             CF_SHUTDOWN_RESTARTAPPS;

  g_test_summary ("What Windows' method cannot say is found, the rest gets its flags");

  for (guint32 flags = 0; flags <= 0xff; flags++)
    {
      g_autoptr (CfShutdownRequest) request = build (flags, "hello", NULL);
      g_autoptr (WsmObject) input = NULL;
      CfRequestFeature missing;
      guint32 sent = 0;
      guint32 wanted;

      if (request == NULL)
        continue;
      missing = cf_delivery_method_find_inexpressible (method, request);
      g_assert_cmpint (missing, ==, cf_request_features_from_flags (flags & impossible));
      g_assert_cmpint (missing == CF_FEATURE_NONE, ==, (flags & impossible) == 0);
      if (missing != CF_FEATURE_NONE)
        continue;

      wanted = flags & CF_SHUTDOWN_RESTART ? 2 : flags & CF_SHUTDOWN_POWEROFF ? 8 : 1;
      wanted |= flags & CF_SHUTDOWN_FORCE_OTHERS ? 4 : 0;
      input = cf_delivery_method_encode (method, request);
      g_assert_true (wsm_object_get_uint32 (input, "Flags", &sent, NULL));
      g_assert_cmpuint (sent, ==, wanted);
    }
}

static void
test_wmi_fields (void)
{
  g_autoptr (CfDeliveryMethod) method = cf_wmi_method_new ();
  g_autoptr (CfShutdownRequest) with = build (CF_SHUTDOWN_RESTART, "Noon", NULL);
  g_autoptr (CfShutdownRequest) without = build (CF_SHUTDOWN_RESTART, NULL, NULL);
  g_autoptr (WsmObject) with_input = cf_delivery_method_encode (method, with);
  g_autoptr (WsmObject) without_input = cf_delivery_method_encode (method, without);
  g_autofree char *with_spelt = spell (with_input);
  g_autofree char *without_spelt = spell (without_input);

  g_test_summary ("The tracker's parameters have their order; bit 31 of a reason is no minus");

  g_assert_cmpstr (with_spelt, ==,
                   "Win32ShutdownTracker_INPUT Timeout=300 Comment=Noon ReasonCode=2147614738 "
                   "Flags=2");
  g_assert_cmpstr (without_spelt, ==,
                   "Win32ShutdownTracker_INPUT Timeout=300 ReasonCode=2147614738 Flags=2");
  g_assert_cmpstr (wsm_object_get_namespace_uri (with_input), ==, CF_OPERATING_SYSTEM_URI);
  g_assert_null (cf_delivery_method_get_abort_method (method));
}

static void
test_wmi_client_hint (void)
{
  g_autoptr (CfDeliveryMethod) method = cf_wmi_method_new ();
  g_autoptr (CfShutdownRequest) request = build (CF_SHUTDOWN_RESTART, NULL, "hint");

  g_test_summary ("A client hint that somebody gave is not dropped silently");

  g_assert_cmpint (cf_delivery_method_find_inexpressible (method, request), ==,
                   CF_FEATURE_CLIENT_HINT);
}

static void
test_caveats (void)
{
  g_autoptr (CfDeliveryMethod) wmi = cf_wmi_method_new ();
  g_autoptr (CfDeliveryMethod) native = cf_native_method_new (NULL);
  g_autoptr (CfShutdownRequest) halt = build (CF_SHUTDOWN_NOREBOOT, "x", NULL);
  g_autoptr (CfShutdownRequest) silent = build (CF_SHUTDOWN_RESTART, NULL, NULL);
  g_autoptr (CfShutdownRequest) plain = build (CF_SHUTDOWN_RESTART, "x", NULL);

  g_test_summary ("What Windows does in its own way is told");

  g_assert_nonnull (cf_delivery_method_get_caveat (wmi, halt));
  g_assert_nonnull (cf_delivery_method_get_caveat (wmi, silent));
  g_assert_null (cf_delivery_method_get_caveat (wmi, plain));
  g_assert_null (cf_delivery_method_get_caveat (native, halt));
}

static void
test_decodes (void)
{
  static const struct
  {
    const char *value;
    gboolean is_code;
    guint32 code;
  } cases[] = {
    { "0", TRUE, 0 },   { "1190", TRUE, 1190 }, { "4294967295", TRUE, G_MAXUINT32 },
    { "-1", FALSE, 0 }, { "", FALSE, 0 },       { "ok", FALSE, 0 },
    { NULL, FALSE, 0 },
  };
  g_autoptr (CfDeliveryMethod) method = cf_native_method_new (NULL);

  g_test_summary ("An answer without a number is no success");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WsmObject) output = wsm_object_new (CF_WINDOWS_SHUTDOWN_URI, "x_OUTPUT");
      g_autoptr (GError) error = NULL;
      guint32 code = 77;

      if (cases[i].value != NULL)
        wsm_object_add_string (output, CF_FIELD_RETURN_VALUE, cases[i].value);
      g_assert_cmpint (cf_delivery_method_decode (method, output, &code, &error), ==,
                       cases[i].is_code);
      if (cases[i].is_code)
        g_assert_cmpuint (code, ==, cases[i].code);
      else
        g_assert_true (error != NULL && error->domain == WSM_WIRE_ERROR);
    }
}

static void
test_feature_names (void)
{
  g_autofree char *options = cf_request_features_to_string (
    CF_FEATURE_HALT | CF_FEATURE_INSTALL_UPDATES | CF_FEATURE_CLIENT_HINT, "--");
  g_autofree char *none = cf_request_features_to_string (CF_FEATURE_NONE, "--");

  g_test_summary ("Features are named as on the command line; a verb is no option");

  g_assert_cmpstr (options, ==, "halt, --install-updates, --client-hint");
  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (cf_request_feature_get_name (CF_FEATURE_RESTART_APPS), ==, "restart-apps");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fleet/method/native-says-all", test_native_says_all);
  g_test_add_func ("/fleet/method/native-fields", test_native_fields);
  g_test_add_func ("/fleet/method/native-abort", test_native_abort);
  g_test_add_func ("/fleet/method/wmi-flags", test_wmi_flags);
  g_test_add_func ("/fleet/method/wmi-fields", test_wmi_fields);
  g_test_add_func ("/fleet/method/wmi-client-hint", test_wmi_client_hint);
  g_test_add_func ("/fleet/method/caveats", test_caveats);
  g_test_add_func ("/fleet/method/decodes", test_decodes);
  g_test_add_func ("/fleet/method/feature-names", test_feature_names);

  return g_test_run ();
}
