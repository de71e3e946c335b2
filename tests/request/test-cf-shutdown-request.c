/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "request/cf-shutdown-request.h"

typedef struct
{
  guint32 flags;
  const char *message;
  guint64 grace_seconds;
  guint32 reason;
  const char *client_hint;
  const char *code;
  guint32 limit;
  guint32 seconds;
} Values;

static const Values full = {
  0x45, "Grüße 🦉", 300, 0x80020012, "curfewctl", "K7M-2QX", 3, 600
};

static CfShutdownRequest *
make (const Values *values)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  CfShutdownRequest *request;

  cf_shutdown_request_builder_add_flags (builder, values->flags);
  cf_shutdown_request_builder_set_message (builder, values->message);
  cf_shutdown_request_builder_set_grace_seconds (builder, values->grace_seconds);
  cf_shutdown_request_builder_set_reason (builder, values->reason);
  cf_shutdown_request_builder_set_client_hint (builder, values->client_hint);
  cf_shutdown_request_builder_set_code (builder, values->code);
  cf_shutdown_request_builder_set_postponing (builder, values->limit, values->seconds);
  request = cf_shutdown_request_builder_end (builder, NULL);
  g_assert_nonnull (request);
  return request;
}

static void
test_values (void)
{
  g_test_summary ("A request gives back what it was built of, after the builder is gone");

  g_autoptr (CfShutdownRequest) request = make (&full);

  g_assert_cmpint (cf_shutdown_request_get_action (request), ==, CF_SHUTDOWN_ACTION_RESTART);
  g_assert_cmphex (cf_shutdown_request_get_flags (request), ==, 0x45);
  g_assert_cmpstr (cf_shutdown_request_get_message (request), ==, "Grüße 🦉");
  g_assert_cmpuint (cf_shutdown_request_get_grace_seconds (request), ==, 300);
  g_assert_cmphex (cf_shutdown_request_get_reason (request), ==, 0x80020012);
  g_assert_cmpstr (cf_shutdown_request_get_client_hint (request), ==, "curfewctl");
  g_assert_cmpstr (cf_shutdown_request_get_code (request), ==, "K7M-2QX");
  g_assert_cmpuint (cf_shutdown_request_get_postpone_limit (request), ==, 3);
  g_assert_cmpuint (cf_shutdown_request_get_postpone_seconds (request), ==, 600);
}

static void
test_references (void)
{
  g_test_summary ("A boxed value holds the request itself, which lives as long as one reference");

  g_auto (GValue) value = G_VALUE_INIT;
  CfShutdownRequest *request = make (&full);
  CfShutdownRequest *second = cf_shutdown_request_ref (request);

  g_assert_true (second == request);
  cf_shutdown_request_unref (request);
  g_value_init (&value, CF_TYPE_SHUTDOWN_REQUEST);
  g_value_set_boxed (&value, second);
  cf_shutdown_request_unref (second);
  g_assert_true (g_value_get_boxed (&value) == second);
  g_assert_cmpstr (cf_shutdown_request_get_code (g_value_get_boxed (&value)), ==, "K7M-2QX");
}

static void
test_equal (void)
{
  g_test_summary ("Two requests are equal unless any of their values differs");

  static const Values others[] = {
    { 0x44, "Grüße 🦉", 300, 0x80020012, "curfewctl", "K7M-2QX", 3, 600 },
    { 0x49, "Grüße 🦉", 300, 0x80020012, "curfewctl", "K7M-2QX", 3, 600 },
    { 0x45, "Grüße", 300, 0x80020012, "curfewctl", "K7M-2QX", 3, 600 },
    { 0x45, "", 300, 0x80020012, "curfewctl", "K7M-2QX", 3, 600 },
    { 0x45, NULL, 300, 0x80020012, "curfewctl", "K7M-2QX", 3, 600 },
    { 0x45, "Grüße 🦉", 301, 0x80020012, "curfewctl", "K7M-2QX", 3, 600 },
    { 0x45, "Grüße 🦉", 300, 0x80020011, "curfewctl", "K7M-2QX", 3, 600 },
    { 0x45, "Grüße 🦉", 300, 0x80020012, NULL, "K7M-2QX", 3, 600 },
    { 0x45, "Grüße 🦉", 300, 0x80020012, "curfewctl", "K7M-2QZ", 3, 600 },
    { 0x45, "Grüße 🦉", 300, 0x80020012, "curfewctl", NULL, 3, 600 },
    { 0x45, "Grüße 🦉", 300, 0x80020012, "curfewctl", "K7M-2QX", 2, 600 },
    { 0x45, "Grüße 🦉", 300, 0x80020012, "curfewctl", "K7M-2QX", 3, 601 },
  };
  g_autoptr (CfShutdownRequest) request = make (&full);
  g_autoptr (CfShutdownRequest) same = make (&full);

  g_assert_true (cf_shutdown_request_equal (request, request));
  g_assert_true (cf_shutdown_request_equal (request, same));
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (CfShutdownRequest) other = make (&others[i]);

      g_assert_false (cf_shutdown_request_equal (request, other));
      g_assert_false (cf_shutdown_request_equal (other, request));
    }
}

static void
test_null_and_empty (void)
{
  g_test_summary ("No message and an empty message are two things");

  g_autoptr (CfShutdownRequest) none = make (&(Values){ 0x04, NULL, 0, 1 });
  g_autoptr (CfShutdownRequest) empty = make (&(Values){ 0x04, "", 0, 1, "" });

  g_assert_null (cf_shutdown_request_get_message (none));
  g_assert_null (cf_shutdown_request_get_client_hint (none));
  g_assert_cmpstr (cf_shutdown_request_get_message (empty), ==, "");
  g_assert_cmpstr (cf_shutdown_request_get_client_hint (empty), ==, "");
  g_assert_false (cf_shutdown_request_equal (none, empty));
}

static void
test_field_names (void)
{
  g_test_summary ("Fields have their names on the wire");

  static const char *const names[] = {
    "action",   "dwShutdownFlags", "lpMessage",   "dwGracePeriod",
    "dwReason", "lpClientHint",    "RequestCode", "PostponeLimit",
  };

  for (int field = CF_REQUEST_FIELD_ACTION; field <= CF_REQUEST_FIELD_POSTPONE; field++)
    g_assert_cmpstr (cf_request_field_get_name (field), ==, names[field]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/request/request/gives-back-its-values", test_values);
  g_test_add_func ("/request/request/is-boxed-by-reference", test_references);
  g_test_add_func ("/request/request/differs-by-any-value", test_equal);
  g_test_add_func ("/request/request/no-message-is-not-an-empty-one", test_null_and_empty);
  g_test_add_func ("/request/request/fields-have-wire-names", test_field_names);

  return g_test_run ();
}
