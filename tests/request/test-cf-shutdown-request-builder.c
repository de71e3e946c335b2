/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "request-oracle.h"
#include "request/cf-shutdown-reason.h"
#include "request/cf-shutdown-request.h"

#define OWL "🦉"

typedef struct
{
  gboolean received;
  guint32 flags;
  const char *message;
  guint64 grace_seconds;
  guint32 reason;
  const char *client_hint;
  const char *code;
  guint32 limit;
  guint32 seconds;
} Values;

/* @problems: as of the two ends; checked for what holds of every failure and every success */
static CfShutdownRequest *
build (const Values *values, GPtrArray **problems)
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
  if (values->received)
    request = cf_shutdown_request_builder_end_received (builder, problems);
  else
    request = cf_shutdown_request_builder_end (builder, problems);

  g_assert_true ((request == NULL) == (*problems != NULL));
  for (guint i = 0; *problems != NULL && i < (*problems)->len; i++)
    {
      CfRequestProblem *problem = g_ptr_array_index (*problems, i);

      g_assert_true (g_utf8_validate (problem->message, -1, NULL));
      g_assert_cmpuint (strlen (problem->message), >, 10);
      g_assert_nonnull (cf_request_field_get_name (problem->field));
    }
  return request;
}

static void
assert_accepted (const Values *values)
{
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (CfShutdownRequest) request = build (values, &problems);

  g_assert_nonnull (request);
}

static void
assert_refused (const Values *values, CfRequestField field, const char *words)
{
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (CfShutdownRequest) request = build (values, &problems);
  CfRequestProblem *problem;

  g_assert_null (request);
  g_assert_cmpuint (problems->len, ==, 1);
  problem = g_ptr_array_index (problems, 0);
  g_assert_cmpint (problem->field, ==, field);
  if (strstr (problem->message, words) == NULL)
    g_error ("“%s” does not say “%s”", problem->message, words);
}

static char *
repeat (const char *text, guint times)
{
  GString *repeated = g_string_new (NULL);

  for (guint i = 0; i < times; i++)
    g_string_append (repeated, text);
  return g_string_free (repeated, FALSE);
}

static void
test_fresh (void)
{
  g_test_summary ("A fresh builder lacks nothing but an action");

  g_autoptr (CfShutdownRequestBuilder) bare = cf_shutdown_request_builder_new ();
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  g_autoptr (CfShutdownRequest) request = NULL;
  g_autoptr (GPtrArray) problems = NULL;

  g_assert_null (cf_shutdown_request_builder_end (bare, &problems));
  g_assert_cmpuint (problems->len, ==, 1);
  g_assert_cmpint (((CfRequestProblem *) g_ptr_array_index (problems, 0))->field, ==,
                   CF_REQUEST_FIELD_ACTION);

  cf_shutdown_request_builder_add_flags (builder, CF_SHUTDOWN_NOREBOOT);
  request = cf_shutdown_request_builder_end (builder, NULL);
  g_assert_nonnull (request);
  g_assert_cmpint (cf_shutdown_request_get_action (request), ==, CF_SHUTDOWN_ACTION_HALT);
  g_assert_null (cf_shutdown_request_get_message (request));
  g_assert_cmpuint (cf_shutdown_request_get_grace_seconds (request), ==, 0);
  g_assert_cmphex (cf_shutdown_request_get_reason (request), ==, 0x80000000);
  g_assert_null (cf_shutdown_request_get_client_hint (request));
  g_assert_null (cf_shutdown_request_get_code (request));
  g_assert_cmpuint (cf_shutdown_request_get_postpone_limit (request), ==, 0);
  g_assert_cmpuint (cf_shutdown_request_get_postpone_seconds (request), ==, 0);
}

static void
test_no_problems_wanted (void)
{
  g_test_summary ("Who does not ask for the problems still gets no request");

  g_autoptr (CfShutdownRequestBuilder) sender = cf_shutdown_request_builder_new ();
  g_autoptr (CfShutdownRequestBuilder) receiver = cf_shutdown_request_builder_new ();

  g_assert_null (cf_shutdown_request_builder_end (sender, NULL));
  cf_shutdown_request_builder_set_grace_seconds (receiver, G_MAXUINT64);
  g_assert_null (cf_shutdown_request_builder_end_received (receiver, NULL));
}

static void
test_sent_bytes (void)
{
  g_test_summary ("Of the 256 flag bytes, a sender may send those of the table");

  guint n_accepted = 0;

  for (guint byte = 0; byte <= 0xFF; byte++)
    {
      g_autoptr (GPtrArray) problems = NULL;
      g_autoptr (CfShutdownRequest)
        request = build (&(Values){ .flags = byte, .reason = 0x80000000 }, &problems);

      g_assert_cmpint (request != NULL, ==, oracle_may_send (byte));
      if (request == NULL)
        continue;
      n_accepted++;
      g_assert_cmphex (cf_shutdown_request_get_flags (request), ==, byte);
      g_assert_cmpint (cf_shutdown_request_get_action (request), ==, oracle_action (byte));
    }
  /* three actions × A, E, F free, and B once more with G */
  g_assert_cmpuint (n_accepted, ==, 32);
}

static void
test_sent_override (void)
{
  g_test_summary ("Of the 256 flag bytes with a grace period, those with E are refused for it");

  for (guint byte = 0; byte <= 0xFF; byte++)
    {
      Values values = { .flags = byte, .reason = 0x80000000, .grace_seconds = 1 };
      g_autoptr (GPtrArray) problems = NULL;
      g_autoptr (CfShutdownRequest) request = NULL;

      if (!oracle_may_send (byte))
        continue;
      if (byte & BIT_E)
        assert_refused (&values, CF_REQUEST_FIELD_GRACE, "the grace period is 1 s");
      else
        assert_accepted (&values);
    }
}

static void
test_received_bytes (void)
{
  g_test_summary ("All 256 flag bytes are received, whatever stands above them, and resolved");

  static const guint32 above[] = { 0, 0x00000100, 0xFFFFFF00 };

  for (guint byte = 0; byte <= 0xFF; byte++)
    for (gsize i = 0; i < G_N_ELEMENTS (above); i++)
      {
        g_autoptr (GPtrArray) problems = NULL;
        g_autoptr (CfShutdownRequest) request = build (
          &(Values){ .received = TRUE, .flags = byte | above[i], .grace_seconds = 90 }, &problems);

        g_assert_nonnull (request);
        g_assert_cmphex (cf_shutdown_request_get_flags (request), ==, byte & 0xFD);
        g_assert_cmpint (cf_shutdown_request_get_action (request), ==, oracle_action (byte));
        g_assert_cmpuint (cf_shutdown_request_get_grace_seconds (request), ==,
                          (byte & BIT_E) ? 0 : 90);
        g_assert_cmphex (cf_shutdown_request_get_reason (request), ==, 0);
      }
}

static void
test_sender_refuses (void)
{
  g_test_summary ("A sender refuses each bad value by its field, with what was found");

  static const struct
  {
    Values values;
    CfRequestField field;
    const char *words;
  } cases[] = {
    { { .flags = 0x00, .reason = 1 }, CF_REQUEST_FIELD_ACTION, "No action" },
    { { .flags = 0x0C, .reason = 1 },
      CF_REQUEST_FIELD_ACTION,
      "SHUTDOWN_RESTART|SHUTDOWN_POWEROFF exclude" },
    { { .flags = 0x88, .reason = 1 }, CF_REQUEST_FIELD_FLAGS, "Restarting applications" },
    { { .flags = 0x06, .reason = 1 }, CF_REQUEST_FIELD_FLAGS, "0x2 " },
    { { .flags = 0x104, .reason = 1 }, CF_REQUEST_FIELD_FLAGS, "0x100 " },
    { { .flags = 0x80000004, .reason = 1 }, CF_REQUEST_FIELD_FLAGS, "0x80000000 " },
    { { .flags = 4, .reason = 0 }, CF_REQUEST_FIELD_REASON, "reason 0 " },
    { { .flags = 4, .reason = 0x01000000 }, CF_REQUEST_FIELD_REASON, "0x01000000" },
    { { .flags = 4, .reason = 0xBF000001 }, CF_REQUEST_FIELD_REASON, "bits 0x3f000000" },
    { { .flags = 4, .reason = 1, .grace_seconds = 315360001 },
      CF_REQUEST_FIELD_GRACE,
      "315360001 s is too long, the most is 315360000 s" },
    { { .flags = 4, .reason = 1, .grace_seconds = G_MAXUINT64 },
      CF_REQUEST_FIELD_GRACE,
      "18446744073709551615 s" },
    { { .flags = 4, .reason = 1, .message = "a\x1B[2Jb" }, CF_REQUEST_FIELD_MESSAGE, "U+001B" },
    { { .flags = 4, .reason = 1, .message = "a\x7F" }, CF_REQUEST_FIELD_MESSAGE, "U+007F" },
    { { .flags = 4, .reason = 1, .message = "a\xC2\x85" }, CF_REQUEST_FIELD_MESSAGE, "U+0085" },
    { { .flags = 4, .reason = 1, .message = "a\vb" }, CF_REQUEST_FIELD_MESSAGE, "U+000B" },
    { { .flags = 4, .reason = 1, .message = "a\xFF" }, CF_REQUEST_FIELD_MESSAGE, "UTF-8" },
    { { .flags = 4, .reason = 1, .message = "\xED\xA0\x80" }, CF_REQUEST_FIELD_MESSAGE, "UTF-8" },
    { { .flags = 4, .reason = 1, .client_hint = "a\nb" }, CF_REQUEST_FIELD_CLIENT_HINT, "U+000A" },
    { { .flags = 4, .reason = 1, .client_hint = "a\tb" }, CF_REQUEST_FIELD_CLIENT_HINT, "U+0009" },
    { { .flags = 4, .reason = 1, .client_hint = "\xC0\xAF" },
      CF_REQUEST_FIELD_CLIENT_HINT,
      "UTF-8" },
    { { .flags = 4, .reason = 1, .code = "K7M-2Q0" }, CF_REQUEST_FIELD_CODE, "K7M-2QX" },
    { { .flags = 4, .reason = 1, .code = "" }, CF_REQUEST_FIELD_CODE, "K7M-2QX" },
    { { .flags = 4, .reason = 1, .limit = 3 }, CF_REQUEST_FIELD_POSTPONE, "3 times by 0 s" },
    { { .flags = 4, .reason = 1, .seconds = 60 }, CF_REQUEST_FIELD_POSTPONE, "0 times by 60 s" },
    { { .flags = 4, .reason = 1, .limit = 315361, .seconds = 1000 },
      CF_REQUEST_FIELD_POSTPONE,
      "315361000 s, the most is 315360000 s" },
    { { .flags = 4, .reason = 1, .limit = G_MAXUINT32, .seconds = G_MAXUINT32 },
      CF_REQUEST_FIELD_POSTPONE,
      "18446744065119617025 s" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (&cases[i].values, cases[i].field, cases[i].words);
}

static void
test_sender_accepts (void)
{
  g_test_summary ("A sender accepts each value up to its limit");

  static const Values cases[] = {
    { .flags = 0x04, .reason = 1 },
    { .flags = 0x04, .reason = 0xC0FFFFFF },
    { .flags = 0x04, .reason = 1, .grace_seconds = 315360000 },
    { .flags = 0xE5, .reason = 1 },
    { .flags = 0x04, .reason = 1, .message = "" },
    { .flags = 0x04, .reason = 1, .message = "a\n\tb" },
    { .flags = 0x04, .reason = 1, .client_hint = "" },
    { .flags = 0x04, .reason = 1, .code = "k7m2qx" },
    { .flags = 0x04, .reason = 1, .limit = 1, .seconds = 1 },
    { .flags = 0x04, .reason = 1, .limit = 315360, .seconds = 1000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_accepted (&cases[i]);
}

static void
test_lengths (void)
{
  g_test_summary ("Texts are measured in UTF-16 units, at both ends: 512 pass, 513 do not");

  g_autofree char *letters = repeat ("ü", 512);
  g_autofree char *owls = repeat (OWL, 256);
  g_autofree char *too_many_letters = repeat ("a", 513);
  g_autofree char *too_many_owls = g_strconcat (owls, "a", NULL);
  const char *const fit[] = { letters, owls };
  const char *const too_long[] = { too_many_letters, too_many_owls };

  for (int received = FALSE; received <= TRUE; received++)
    for (gsize i = 0; i < G_N_ELEMENTS (fit); i++)
      {
        Values values = { .received = received, .flags = 4, .reason = 1 };

        values.message = values.client_hint = fit[i];
        assert_accepted (&values);
        values.message = too_long[i];
        assert_refused (&values, CF_REQUEST_FIELD_MESSAGE,
                        "513 UTF-16 units, the most is 512; shorten it by 1");
        values.message = NULL;
        values.client_hint = too_long[i];
        assert_refused (&values, CF_REQUEST_FIELD_CLIENT_HINT,
                        "513 UTF-16 units, the most is 512; shorten it by 1");
      }
}

static void
test_all_at_once (void)
{
  g_test_summary ("All problems are told at once, each with its field");

  static const Values wrong = {
    .flags = 0x19A, /* C, D, G, 0x02 and 0x100 */
    .message = "\x01",
    .grace_seconds = 315360001,
    .reason = 0,
    .client_hint = "\n",
    .code = "?",
    .limit = 1,
  };
  static const guint expected[] = {
    [CF_REQUEST_FIELD_ACTION] = 1,  [CF_REQUEST_FIELD_FLAGS] = 2,
    [CF_REQUEST_FIELD_MESSAGE] = 1, [CF_REQUEST_FIELD_GRACE] = 1,
    [CF_REQUEST_FIELD_REASON] = 1,  [CF_REQUEST_FIELD_CLIENT_HINT] = 1,
    [CF_REQUEST_FIELD_CODE] = 1,    [CF_REQUEST_FIELD_POSTPONE] = 1,
  };
  guint found[G_N_ELEMENTS (expected)] = { 0 };
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (CfShutdownRequest) request = build (&wrong, &problems);

  for (guint i = 0; i < problems->len; i++)
    found[((CfRequestProblem *) g_ptr_array_index (problems, i))->field]++;
  g_assert_cmpmem (found, sizeof found, expected, sizeof expected);
}

static void
test_line_ends (void)
{
  g_test_summary (
    "A sender makes line feeds of other line ends before measuring; a receiver does not");

  g_autofree char *lines = repeat ("\r\n", 512);
  Values values = { .flags = 4, .reason = 1, .message = "a\r\nb\rc\n\r\r\n" };
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (CfShutdownRequest) sent = build (&values, &problems);
  g_autoptr (CfShutdownRequest) received = NULL;

  g_assert_cmpstr (cf_shutdown_request_get_message (sent), ==, "a\nb\nc\n\n\n");
  values.received = TRUE;
  received = build (&values, &problems);
  g_assert_cmpstr (cf_shutdown_request_get_message (received), ==, values.message);

  values = (Values){ .flags = 4, .reason = 1, .message = lines };
  assert_accepted (&values);
  values.received = TRUE;
  assert_refused (&values, CF_REQUEST_FIELD_MESSAGE, "1024 UTF-16 units");
}

static void
test_receiver_tolerates (void)
{
  g_test_summary ("A receiver keeps what a sender would refuse and the wire allows");

  static const Values odd = {
    .received = TRUE,
    .flags = 0xFFFFFFFF,
    .message = "\x1B\u202E",
    .grace_seconds = 315360000,
    .reason = 0xFFFFFFFF,
    .client_hint = "C:\\x.exe\n",
    .code = "k7m 2qx",
  };
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (CfShutdownRequest) request = build (&odd, &problems);

  g_assert_cmphex (cf_shutdown_request_get_flags (request), ==, 0xFD);
  g_assert_cmpint (cf_shutdown_request_get_action (request), ==, CF_SHUTDOWN_ACTION_POWER_OFF);
  g_assert_cmpstr (cf_shutdown_request_get_message (request), ==, "\x1B\u202E");
  g_assert_cmphex (cf_shutdown_request_get_reason (request), ==, 0xFFFFFFFF);
  g_assert_cmpstr (cf_shutdown_request_get_client_hint (request), ==, "C:\\x.exe\n");
  g_assert_cmpstr (cf_shutdown_request_get_code (request), ==, "K7M-2QX");
}

static void
test_receiver_refuses (void)
{
  g_test_summary ("A receiver refuses values beyond their limits, also beside a grace override");

  static const struct
  {
    Values values;
    CfRequestField field;
    const char *words;
  } cases[] = {
    { { .received = TRUE, .flags = 4, .grace_seconds = 315360001 },
      CF_REQUEST_FIELD_GRACE,
      "315360001 s" },
    { { .received = TRUE, .flags = 0x24, .grace_seconds = G_MAXUINT32 },
      CF_REQUEST_FIELD_GRACE,
      "4294967295 s" },
    { { .received = TRUE, .message = "\xFE" }, CF_REQUEST_FIELD_MESSAGE, "UTF-8" },
    { { .received = TRUE, .client_hint = "\xFE" }, CF_REQUEST_FIELD_CLIENT_HINT, "UTF-8" },
    { { .received = TRUE, .code = "K7M" }, CF_REQUEST_FIELD_CODE, "K7M-2QX" },
    { { .received = TRUE, .limit = 1 }, CF_REQUEST_FIELD_POSTPONE, "1 times by 0 s" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (&cases[i].values, cases[i].field, cases[i].words);
}

static void
test_last_value_counts (void)
{
  g_test_summary ("Flags add up; of every other value the last one counts");

  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  g_autoptr (CfShutdownRequest) request = NULL;

  cf_shutdown_request_builder_add_flags (builder, CF_SHUTDOWN_RESTART);
  cf_shutdown_request_builder_add_flags (builder, CF_SHUTDOWN_FORCE_OTHERS);
  cf_shutdown_request_builder_set_message (builder, "first");
  cf_shutdown_request_builder_set_message (builder, NULL);
  cf_shutdown_request_builder_set_client_hint (builder, "first");
  cf_shutdown_request_builder_set_client_hint (builder, "second");
  cf_shutdown_request_builder_set_code (builder, "bad");
  cf_shutdown_request_builder_set_code (builder, "K7M-2QX");
  request = cf_shutdown_request_builder_end (builder, NULL);

  g_assert_cmphex (cf_shutdown_request_get_flags (request), ==, 0x05);
  g_assert_null (cf_shutdown_request_get_message (request));
  g_assert_cmpstr (cf_shutdown_request_get_client_hint (request), ==, "second");
  g_assert_cmpstr (cf_shutdown_request_get_code (request), ==, "K7M-2QX");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/request/builder/fresh-one-lacks-an-action", test_fresh);
  g_test_add_func ("/request/builder/problems-need-not-be-wanted", test_no_problems_wanted);
  g_test_add_func ("/request/builder/last-value-counts", test_last_value_counts);
  g_test_add_func ("/request/builder/sender/flag-bytes-as-the-table-says", test_sent_bytes);
  g_test_add_func ("/request/builder/sender/override-excludes-grace", test_sent_override);
  g_test_add_func ("/request/builder/sender/refuses-bad-values", test_sender_refuses);
  g_test_add_func ("/request/builder/sender/accepts-up-to-the-limit", test_sender_accepts);
  g_test_add_func ("/request/builder/sender/line-ends-become-line-feeds", test_line_ends);
  g_test_add_func ("/request/builder/sender/tells-all-problems-at-once", test_all_at_once);
  g_test_add_func ("/request/builder/lengths-are-utf16-units", test_lengths);
  g_test_add_func ("/request/builder/receiver/flag-bytes-as-the-table-says", test_received_bytes);
  g_test_add_func ("/request/builder/receiver/keeps-what-is-odd", test_receiver_tolerates);
  g_test_add_func ("/request/builder/receiver/refuses-beyond-limits", test_receiver_refuses);

  return g_test_run ();
}
