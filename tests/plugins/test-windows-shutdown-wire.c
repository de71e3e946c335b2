/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "request/cf-win32-code.h"
#include "request/cf-windows-shutdown-names.h"
#include "serving-fixture.h"

#include <string.h>

#define URI CF_WINDOWS_SHUTDOWN_URI

static WsmObject *
make_input (const char *message, guint32 grace, guint32 flags, guint32 reason)
{
  WsmObject *input = wsm_object_new (URI, CF_INITIATE_METHOD "_INPUT");

  if (message != NULL)
    wsm_object_add_string (input, CF_FIELD_MESSAGE, message);
  wsm_object_add_uint32 (input, CF_FIELD_GRACE_PERIOD, grace);
  wsm_object_add_uint32 (input, CF_FIELD_FLAGS, flags);
  wsm_object_add_uint32 (input, CF_FIELD_REASON, reason);
  return input;
}

static guint32
initiate (Receiving *r, WsmHandler *handler, const char *message, guint32 grace, guint32 flags)
{
  g_autoptr (WsmObject) input = make_input (message, grace, flags, 0x80020012);

  return receiving_invoke (r, handler, URI, CF_INITIATE_METHOD, input);
}

static guint32
call_off (Receiving *r, WsmHandler *handler)
{
  g_autoptr (WsmObject) input = wsm_object_new (URI, CF_ABORT_METHOD "_INPUT");

  return receiving_invoke (r, handler, URI, CF_ABORT_METHOD, input);
}

static WsmObject *
get_status (Receiving *r, WsmHandler *handler)
{
  g_autoptr (WsmEnvelope) request = wsm_envelope_new_get ("http://127.0.0.1/wsman", URI, 30000);

  receiving_ask (r, handler, request);
  g_assert_null (r->fault);
  g_assert_cmpstr (wsm_object_get_name (r->object), ==, CF_STATUS_ELEMENT);
  return r->object;
}

static void
test_status_while_pending (void)
{
  Receiving r;
  g_autoptr (WsmHandler) handler = NULL;
  g_autoptr (WsmObject) input = make_input ("Grüße 🦉", 5, CF_SHUTDOWN_RESTART, 0x80020012);
  WsmObject *status;
  guint32 number = 0;

  g_test_summary ("The status of a pending request says all that was asked");

  handler = serving_set_up (&r, NULL, NULL, URI);
  wsm_object_add_string (input, CF_FIELD_CLIENT_HINT, "curfewctl");
  wsm_object_add_string (input, CF_FIELD_REQUEST_CODE, "K7M-2QX");
  wsm_object_add_uint32 (input, CF_FIELD_POSTPONE_LIMIT, 2);
  wsm_object_add_uint32 (input, CF_FIELD_POSTPONE_SECONDS, 900);
  g_assert_cmpuint (receiving_invoke (&r, handler, URI, CF_INITIATE_METHOD, input), ==, 0);
  cf_test_clock_advance (r.clock, 1);

  status = get_status (&r, handler);
  g_assert_cmpstr (wsm_object_get_string (status, CF_STATUS_STATE), ==, CF_STATE_PENDING);
  g_assert_cmpstr (wsm_object_get_string (status, CF_STATUS_ACTION), ==, "Restart");
  g_assert_cmpstr (wsm_object_get_string (status, CF_STATUS_MESSAGE), ==, "Grüße 🦉");
  g_assert_cmpstr (wsm_object_get_string (status, CF_STATUS_CLIENT_HINT), ==, "curfewctl");
  g_assert_cmpstr (wsm_object_get_string (status, CF_STATUS_REQUEST_CODE), ==, "K7M-2QX");
  g_assert_cmpstr (wsm_object_get_string (status, CF_STATUS_BOOT_ID), ==, r.facts->boot_id);
  g_assert_nonnull (strstr (wsm_object_get_string (status, CF_STATUS_REQUESTER), "mara"));
  g_assert_true (wsm_object_get_uint32 (status, CF_STATUS_SECONDS_REMAINING, &number, NULL));
  g_assert_cmpuint (number, ==, 5);
  g_assert_true (wsm_object_get_uint32 (status, CF_STATUS_REASON, &number, NULL));
  g_assert_cmpuint (number, ==, 0x80020012);
  g_assert_true (wsm_object_get_uint32 (status, CF_STATUS_POSTPONES_LEFT, &number, NULL));
  g_assert_cmpuint (number, ==, 2);
  serving_tear_down (&r);
}

static void
test_null_and_empty_message (void)
{
  Receiving r;
  g_autoptr (WsmHandler) handler = NULL;
  WsmObject *status;

  g_test_summary ("No message and an empty message are two things");

  handler = serving_set_up (&r, NULL, NULL, URI);

  g_assert_cmpuint (initiate (&r, handler, NULL, 60, CF_SHUTDOWN_RESTART), ==, 0);
  status = get_status (&r, handler);
  g_assert_true (wsm_object_is_nil (status, CF_STATUS_MESSAGE));
  g_assert_cmpuint (call_off (&r, handler), ==, 0);

  g_assert_cmpuint (initiate (&r, handler, "", 60, CF_SHUTDOWN_RESTART), ==, 0);
  status = get_status (&r, handler);
  g_assert_false (wsm_object_is_nil (status, CF_STATUS_MESSAGE));
  g_assert_cmpstr (wsm_object_get_string (status, CF_STATUS_MESSAGE), ==, "");
  serving_tear_down (&r);
}

static void
test_would_act (void)
{
  Receiving r;
  g_autoptr (WsmHandler) handler = NULL;
  WsmObject *status;

  g_test_summary ("After its time a rehearsal says what it would have done, and is idle again");

  handler = serving_set_up (&r, NULL, NULL, URI);
  g_assert_cmpuint (initiate (&r, handler, "x", 5, CF_SHUTDOWN_RESTART), ==, 0);
  g_assert_cmpuint (initiate (&r, handler, "y", 5, CF_SHUTDOWN_RESTART), ==,
                    CF_WIN32_SHUTDOWN_IS_SCHEDULED);
  cf_test_clock_advance (r.clock, 5 * G_USEC_PER_SEC);

  status = get_status (&r, handler);
  g_assert_cmpstr (wsm_object_get_string (status, CF_STATUS_STATE), ==, CF_STATE_IDLE);
  g_assert_false (wsm_object_has (status, CF_STATUS_ACTION));
  g_assert_cmpstr (wsm_object_get_string (status, CF_STATUS_LAST_OUTCOME), ==,
                   CF_OUTCOME_WOULD_ACT);
  g_assert_cmpstr (wsm_object_get_string (status, CF_STATUS_LAST_ACTION), ==, "Restart");
  g_assert_nonnull (wsm_object_get_string (status, CF_STATUS_LAST_REQUEST_CODE));
  serving_tear_down (&r);
}

static void
test_abort (void)
{
  Receiving r;
  g_autoptr (WsmHandler) handler = NULL;
  WsmObject *status;

  g_test_summary ("Abort calls off once; the second time there is nothing left");

  handler = serving_set_up (&r, NULL, NULL, URI);
  g_assert_cmpuint (initiate (&r, handler, "x", 5, CF_SHUTDOWN_RESTART), ==, 0);
  g_assert_cmpuint (call_off (&r, handler), ==, 0);
  g_assert_cmpuint (call_off (&r, handler), ==, CF_WIN32_NO_SHUTDOWN_IN_PROGRESS);
  status = get_status (&r, handler);
  g_assert_cmpstr (wsm_object_get_string (status, CF_STATUS_LAST_OUTCOME), ==,
                   CF_OUTCOME_CALLED_OFF);
  serving_tear_down (&r);
}

/* The table of shutdown-semantics.md 1.4 and 1.5, written again from the text. */
static const char *
expected_action (guint32 flags)
{
  guint n = ((flags & 0x04) != 0) + ((flags & 0x08) != 0) + ((flags & 0x10) != 0);

  if (n == 0)
    return flags & 0x80 ? "Restart" : "PowerOff";
  if (n > 1 || flags & 0x08)
    return "PowerOff";
  return flags & 0x04 ? "Restart" : "Halt";
}

static void
test_all_flag_bytes (gconstpointer data)
{
  const char *const *signed_in = data;
  gboolean users = signed_in != NULL;

  g_test_summary ("All 256 flag bytes do what the table says, also over a pending request");

  for (guint32 flags = 0; flags < 256; flags++)
    {
      Receiving r;
      g_autoptr (WsmHandler) handler = NULL;
      const char *action = expected_action (flags);
      gboolean halt_with_updates = g_str_equal (action, "Halt") && flags & 0x40;
      guint32 expected = 0;
      guint32 second;

      handler = serving_set_up (&r, signed_in, NULL, URI);
      if (users && !(flags & 0x01))
        expected = CF_WIN32_SHUTDOWN_USERS_LOGGED_ON;
      else if (halt_with_updates)
        expected = CF_WIN32_NOT_SUPPORTED;

      g_test_message ("flags 0x%02x", flags);
      g_assert_cmpuint (initiate (&r, handler, "x", 60, flags), ==, expected);
      if (expected == 0)
        {
          WsmObject *status = get_status (&r, handler);

          g_assert_cmpstr (wsm_object_get_string (status, CF_STATUS_ACTION), ==, action);
          second = initiate (&r, handler, "y", 60, flags);
          g_assert_cmpuint (second, ==, flags & 0x20 ? 0 : CF_WIN32_SHUTDOWN_IS_SCHEDULED);
        }
      serving_tear_down (&r);
    }
}

static void
test_unknown_bits_are_ignored (void)
{
  Receiving r;
  g_autoptr (WsmHandler) handler = NULL;

  g_test_summary ("Bits without a meaning are ignored, not refused");

  handler = serving_set_up (&r, NULL, NULL, URI);
  g_assert_cmpuint (initiate (&r, handler, "x", 60, 0xFFFFFF02 | CF_SHUTDOWN_RESTART), ==, 0);
  g_assert_cmpstr (wsm_object_get_string (get_status (&r, handler), CF_STATUS_ACTION), ==,
                   "Restart");
  serving_tear_down (&r);
}

static void
test_permission_first (void)
{
  const char *const somebody[] = { "alice", NULL };
  Receiving r;
  g_autoptr (WsmHandler) handler = NULL;

  g_test_summary ("A caller without the right gets 53 and learns nothing of people or requests");

  handler = serving_set_up (&r, somebody, "[user mara]\nallow=status\n", URI);
  g_assert_cmpuint (initiate (&r, handler, "x", 5, CF_SHUTDOWN_RESTART), ==, CF_WIN32_BAD_NETPATH);
  g_assert_cmpuint (initiate (&r, handler, "x", 5, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS),
                    ==, CF_WIN32_BAD_NETPATH);
  g_assert_cmpuint (call_off (&r, handler), ==, CF_WIN32_BAD_NETPATH);
  serving_tear_down (&r);
}

static void
test_bad_values (void)
{
  Receiving r;
  g_autoptr (WsmHandler) handler = NULL;
  g_autofree char *long_message = g_strnfill (513, 'x');
  g_autofree char *full_message = g_strnfill (512, 'x');

  g_test_summary ("Values that cannot be are answered with 87, at their limits they can");

  handler = serving_set_up (&r, NULL, NULL, URI);
  g_assert_cmpuint (initiate (&r, handler, long_message, 5, CF_SHUTDOWN_RESTART), ==,
                    CF_WIN32_INVALID_PARAMETER);
  g_assert_cmpuint (initiate (&r, handler, "x", 315360001, CF_SHUTDOWN_RESTART), ==,
                    CF_WIN32_INVALID_PARAMETER);
  g_assert_cmpuint (initiate (&r, handler, full_message, 315360000, CF_SHUTDOWN_RESTART), ==, 0);
  serving_tear_down (&r);
}

static void
test_schema (void)
{
  const struct
  {
    const char *element;
    const char *names[5];
    const char *values[5];
    const char *named;
  } cases[] = {
    { "WsdrInitiateShutdown_INPUT",
      { "dwGracePeriod", "dwShutdownFlags" },
      { "5", "4" },
      "dwReason" },
    { "WsdrInitiateShutdown_INPUT",
      { "dwGracePeriod", "dwShutdownFlags", "dwReason" },
      { "soon", "4", "0" },
      "dwGracePeriod" },
    { "WsdrInitiateShutdown_INPUT",
      { "dwGracePeriod", "dwShutdownFlags", "dwReason" },
      { "-1", "4", "0" },
      "dwGracePeriod" },
    { "WsdrInitiateShutdown_INPUT",
      { "dwGracePeriod", "dwShutdownFlags", "dwReason" },
      { "5", "4294967296", "0" },
      "dwShutdownFlags" },
    { "WsdrInitiateShutdown_INPUT",
      { "dwGracePeriod", "dwShutdownFlags", "dwReason", "lpMesage" },
      { "5", "4", "0", "x" },
      "lpMesage" },
    { "WsdrInitiateShutdown_INPUT",
      { "dwGracePeriod", "dwGracePeriod", "dwShutdownFlags", "dwReason" },
      { "5", "6", "4", "0" },
      "dwGracePeriod" },
    { "WsdrInitiateShutdown_OUTPUT",
      { "dwGracePeriod", "dwShutdownFlags", "dwReason" },
      { "5", "4", "0" },
      "_INPUT" },
  };
  Receiving r;
  g_autoptr (WsmHandler) handler = NULL;

  g_test_summary ("An input of another form is a fault that names what is wrong");

  handler = serving_set_up (&r, NULL, NULL, URI);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WsmObject) input = wsm_object_new (URI, cases[i].element);
      g_autoptr (WsmEnvelope) request = NULL;

      for (gsize v = 0; cases[i].names[v] != NULL; v++)
        wsm_object_add_string (input, cases[i].names[v], cases[i].values[v]);
      request = wsm_envelope_new_invoke ("http://x/wsman", URI, CF_INITIATE_METHOD, input, 1000);
      receiving_ask (&r, handler, request);
      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_nonnull (r.fault);
      g_assert_cmpint (wsm_fault_get_kind (r.fault), ==, WSM_FAULT_SCHEMA_VALIDATION_ERROR);
      g_assert_nonnull (strstr (wsm_fault_get_reason (r.fault), cases[i].named));
    }
  g_assert_cmpint (cf_schedule_get_state (r.schedule), ==, CF_RECEIVER_IDLE);
  serving_tear_down (&r);
}

static void
test_elements_are_no_text (void)
{
  static const char *const parameters[] = { CF_FIELD_MESSAGE, CF_FIELD_CLIENT_HINT,
                                            CF_FIELD_REQUEST_CODE };
  Receiving r;
  g_autoptr (WsmHandler) handler = NULL;

  g_test_summary ("A text with elements inside is not taken for none: the message would be lost");

  handler = serving_set_up (&r, NULL, NULL, URI);
  for (gsize i = 0; i < G_N_ELEMENTS (parameters); i++)
    {
      g_autoptr (WsmObject) input = make_input (NULL, 5, CF_SHUTDOWN_RESTART, 1);
      g_autofree char *element = g_strdup_printf ("<p:%s><p:b>x</p:b></p:%s></p:%s_INPUT>",
                                                  parameters[i], parameters[i], CF_INITIATE_METHOD);
      g_autoptr (WsmEnvelope)
        made = wsm_envelope_new_invoke ("http://x/wsman", URI, CF_INITIATE_METHOD, input, 1000);
      g_autoptr (GBytes) octets = wsm_envelope_serialize (made);
      gsize length;
      const char *start = g_bytes_get_data (octets, &length);
      GString *text = g_string_new_len (start, (gssize) length);
      g_autoptr (GBytes) changed = NULL;
      g_autoptr (WsmEnvelope) request = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_cmpuint (g_string_replace (text, "</p:" CF_INITIATE_METHOD "_INPUT>", element, 0),
                        ==, 1);
      changed = g_string_free_to_bytes (text);
      request = wsm_envelope_parse (changed, WSM_CHARSET_UTF_8, &error);
      g_assert_no_error (error);
      receiving_ask (&r, handler, request);
      g_assert_nonnull (r.fault);
      g_assert_cmpint (wsm_fault_get_kind (r.fault), ==, WSM_FAULT_SCHEMA_VALIDATION_ERROR);
      g_assert_nonnull (strstr (wsm_fault_get_reason (r.fault), parameters[i]));
    }
  g_assert_cmpint (cf_schedule_get_state (r.schedule), ==, CF_RECEIVER_IDLE);
  serving_tear_down (&r);
}

static void
test_unknown_method (void)
{
  const char *const unknown[] = { "wsdrInitiateShutdown", "WsdrInitiateShutdown2",
                                  "WsdrCheckForHiberboot", "" };
  Receiving r;
  g_autoptr (WsmHandler) handler = NULL;

  g_test_summary ("Methods are compared with their case");

  handler = serving_set_up (&r, NULL, NULL, URI);
  for (gsize i = 0; i < G_N_ELEMENTS (unknown); i++)
    {
      g_autoptr (WsmObject) input = make_input ("x", 5, CF_SHUTDOWN_RESTART, 0);
      g_autoptr (WsmEnvelope)
        request = wsm_envelope_new_invoke ("http://x/wsman", URI, unknown[i], input, 1000);

      receiving_ask (&r, handler, request);
      g_assert_nonnull (r.fault);
      g_assert_cmpint (wsm_fault_get_kind (r.fault), ==, WSM_FAULT_ACTION_NOT_SUPPORTED);
    }
  serving_tear_down (&r);
}

int
main (int argc, char **argv)
{
  static const char *const somebody[] = { "alice", NULL };

  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add_func ("/plugins/windows-shutdown-wire/" path, func)
  ADD ("status-while-pending", test_status_while_pending);
  ADD ("null-and-empty-message", test_null_and_empty_message);
  ADD ("would-act", test_would_act);
  ADD ("abort-calls-off-once", test_abort);
  ADD ("unknown-bits-are-ignored", test_unknown_bits_are_ignored);
  ADD ("permission-comes-first", test_permission_first);
  ADD ("bad-values", test_bad_values);
  ADD ("schema", test_schema);
  ADD ("elements-are-no-text", test_elements_are_no_text);
  ADD ("unknown-method", test_unknown_method);
  g_test_add_data_func ("/plugins/windows-shutdown-wire/all-flag-bytes/nobody-signed-in", NULL,
                        test_all_flag_bytes);
  g_test_add_data_func ("/plugins/windows-shutdown-wire/all-flag-bytes/somebody-signed-in",
                        somebody, test_all_flag_bytes);
  return g_test_run ();
}
