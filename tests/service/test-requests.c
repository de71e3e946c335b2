/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service-fixture.h"

#include <string.h>

#define IDENTIFY                                                                                   \
  "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "                               \
  "xmlns:wsmid=\"http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\">"               \
  "<s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>"

#define g_assert_contains(text, part) g_assert_nonnull (strstr (text, part))

static void
test_good_request_is_handled (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *invoke = test_invoke ("Echo", "uuid:0aB1");
  g_autofree char *http = test_http (TEST_BASIC, invoke);
  g_auto (TestAnswer) answer = { 0 };

  test_client_send (c, http, -1);
  test_client_receive (c, &answer);

  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_contains (answer.head, "\r\nContent-Type: application/soap+xml;charset=UTF-8\r\n");
  g_assert_contains (answer.head, " GMT\r\n");
  g_assert_false (test_answer_closes (&answer));
  g_assert_contains (answer.body, "ReturnValue>0<");
  g_assert_contains (answer.body, "User>mara<");
  g_assert_contains (answer.body, TEST_URI "/EchoResponse<");
  g_assert_contains (answer.body, ">uuid:0aB1<"); /* case 41: RelatesTo in the case it came */
  g_assert_cmpuint (test_n_handled (f), ==, 1);
}

static void
test_caller_has_groups (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *invoke = test_invoke_new ("Echo");
  g_autofree char *again = test_invoke_new ("Echo");
  g_autofree char *root = test_ask (c, ROOT, invoke, 200);
  g_autofree char *otto = test_ask (c, OTHER_USER, again, 200);

  g_test_summary ("Who signs in comes with the Unix groups of the account, if there is one");

  g_assert_contains (root, "User>root<");
  g_assert_contains (root, "Groups>root");
  g_assert_contains (otto, "User>otto<");
  g_assert_null (strstr (otto, "Groups>root"));
}

static void
test_no_authorization_is_401 (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  static const char *const invalid[] = {
    NULL, "Negotiate TlRMTVNTUAAB", "Basic", "Basic ???", "Basic bWFyYQ==", "Bearer x",
  };
  g_autofree char *broken = g_strdup ("<not XML");

  /* case 24: the body is not parsed, or this would be 400 */
  for (gsize i = 0; i < G_N_ELEMENTS (invalid); i++)
    {
      g_autofree char *http = test_http (invalid[i], broken);
      g_auto (TestAnswer) answer = { 0 };

      test_client_send (c, http, -1);
      test_client_receive (c, &answer);
      g_assert_cmpuint (answer.status, ==, 401);
      g_assert_contains (answer.head, "\r\nWWW-Authenticate: Basic realm=\"WSMAN\"\r\n");
      g_assert_cmpuint (answer.body_length, ==, 0);
      g_assert_false (test_answer_closes (&answer));
    }
  g_assert_cmpuint (test_n_handled (f), ==, 0);
  g_assert_cmpuint (test_n_verified (f), ==, 0);
}

static void
test_first_contact_gets_challenges (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_auto (TestAnswer) answer = { 0 };
  g_autofree char *invoke = test_invoke_new ("Echo");
  g_autofree char *body = NULL;

  test_client_send (c, "POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", -1);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 401);
  g_assert_contains (answer.head, "\r\nWWW-Authenticate: Basic realm=\"WSMAN\"\r\n");

  body = test_ask (c, TEST_BASIC, invoke, 200);
}

static void
test_wrong_password_is_401 (Fixture *f, gconstpointer data)
{
  guint n_failed = test_n_logged ("606956fad7f542c4bab5fd30f53d4394");
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *invoke = test_invoke_new ("Echo");
  g_autofree char *refused = test_ask (c, WRONG, invoke, 401);
  g_autofree char *answered = NULL;

  g_assert_cmpuint (test_n_handled (f), ==, 0);
  g_assert_cmpuint (test_n_logged ("606956fad7f542c4bab5fd30f53d4394"), ==, n_failed + 1);

  /* the body of the refused request was read over; the connection keeps working */
  answered = test_ask (c, TEST_BASIC, invoke, 200);
}

static void
test_failed_sign_in_waits (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_autofree char *invoke = test_invoke_new ("Echo");
  g_autofree char *refused = NULL;
  gint64 begun = g_get_monotonic_time ();

  f->limits.failed_sign_in_msec = 100;
  c = test_client_new (f);
  refused = test_ask (c, WRONG, invoke, 401);
  /* at least; how late it may be is not for a test to say */
  g_assert_cmpint (g_get_monotonic_time () - begun, >=, 100 * 1000);
}

static void
test_sign_in_is_per_connection (Fixture *f, gconstpointer data)
{
  guint n_signed_in = test_n_logged ("f4bfade3c48343ff8f382a448f4036f8");
  g_autoptr (TestClient) first = test_client_new (f);
  g_autoptr (TestClient) second = test_client_new (f);
  g_autofree char *one = test_invoke_new ("Echo");
  g_autofree char *two = test_invoke_new ("Echo");
  g_autofree char *three = test_invoke_new ("Echo");
  g_autofree char *first_body = test_ask (first, TEST_BASIC, one, 200);
  g_autofree char *again = test_ask (first, TEST_BASIC, two, 200);
  g_autofree char *refused = NULL, *other = NULL, *without = NULL;

  g_assert_cmpuint (test_n_verified (f), ==, 1); /* remembered */

  refused = test_ask (second, NULL, one, 401); /* case 27 */
  other = test_ask (second, TEST_BASIC, three, 200);
  g_assert_cmpuint (test_n_verified (f), ==, 2); /* not remembered from the other connection */

  without = test_ask (first, NULL, one, 401); /* each request proves it anew */
  g_assert_cmpuint (test_n_logged ("f4bfade3c48343ff8f382a448f4036f8"), ==, n_signed_in + 2);
}

static void
test_other_user_replaces_identity (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *one = test_invoke_new ("Echo");
  g_autofree char *two = test_invoke_new ("Echo");
  g_autofree char *three = test_invoke_new ("Echo");
  g_autofree char *mara = test_ask (c, TEST_BASIC, one, 200);
  g_autofree char *otto = test_ask (c, OTHER_USER, two, 200); /* case 28 */
  g_autofree char *wrong = NULL, *back = NULL;

  g_assert_contains (mara, "User>mara<");
  g_assert_contains (otto, "User>otto<");

  wrong = test_ask (c, WRONG, three, 401);
  back = test_ask (c, OTHER_USER, three, 200);
  g_assert_cmpuint (test_n_verified (f), ==, 4); /* the failure forgot otto */
}

static void
test_unavailable_verifier_is_503 (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *invoke = test_invoke_new ("Echo");
  g_autofree char *body = NULL;

  g_test_expect_message ("curfew-service", G_LOG_LEVEL_WARNING, "*It is broken*");
  body = test_ask (c, UNASKED, invoke, 503);
  g_test_assert_expected_messages ();
  test_client_wait_end (c);
}

static void
test_clear_basic_elsewhere_is_403 (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_autofree char *invoke = test_invoke_new ("Echo");
  g_auto (TestAnswer) answer = { 0 };
  g_autofree char *http = test_http (TEST_BASIC, invoke);

  test_start (f);
  wsm_service_set_allow_clear_basic_on_loopback (f->service, FALSE);
  c = test_client_new (f);
  test_client_send (c, http, -1);
  test_client_receive (c, &answer);

  g_assert_cmpuint (answer.status, ==, 403);
  g_assert_null (strstr (answer.head, "WWW-Authenticate"));
  g_assert_cmpuint (test_n_verified (f), ==, 0);
  g_assert_cmpuint (test_n_handled (f), ==, 0);
}

/* cases 34, 35 and the grammar: what is refused before there is a body */
static void
test_bad_head_is_refused_and_closes (Fixture *f, gconstpointer data)
{
  static const struct
  {
    guint status;
    const char *octets;
    const char *part;
  } rows[] = {
    { 405, "GET /wsman HTTP/1.1\r\nHost: x\r\n\r\n", "\r\nAllow: POST\r\n" },
    { 404, "POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", "" },
    { 415,
      "POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
      "" },
    { 413, "POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 153601\r\n\r\n", "" },
    { 400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "" },
    { 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (TestClient) c = test_client_new (f);
      g_auto (TestAnswer) answer = { 0 };

      test_client_send (c, rows[i].octets, -1);
      test_client_receive (c, &answer);
      g_assert_cmpuint (answer.status, ==, rows[i].status);
      g_assert_true (test_answer_closes (&answer));
      g_assert_contains (answer.head, rows[i].part);
      g_assert_null (strstr (answer.head, "WWW-Authenticate"));
      test_client_wait_end (c);
      g_assert_false (c->was_reset);
    }
  g_assert_cmpuint (test_n_verified (f), ==, 0);
}

/* The status arrives although the client goes on sending: no RST before it is read. */
static void
test_refusal_survives_a_large_body (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *filler = g_strnfill (60000, 'x');
  g_auto (TestAnswer) answer = { 0 };

  test_client_send (c, "POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n", -1);
  test_client_send (c, filler, -1);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 413);
  test_client_wait_end (c);
  g_assert_false (c->was_reset);
}

static void
test_large_body_without_sign_in_closes (Fixture *f, gconstpointer data)
{
  static const struct
  {
    gsize size;
    gboolean closes;
  } rows[] = { { 65536, FALSE }, { 65537, TRUE } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (TestClient) c = test_client_new (f);
      g_autofree char *body = g_strnfill (rows[i].size, 'x');
      g_autofree char *http = test_http (NULL, body);
      g_auto (TestAnswer) answer = { 0 };

      test_client_send (c, http, (gssize) (strlen (http) - rows[i].size));
      test_client_receive (c, &answer);
      g_assert_cmpuint (answer.status, ==, 401);
      g_assert_cmpint (test_answer_closes (&answer), ==, rows[i].closes);

      test_client_send (c, body, -1);
      if (!rows[i].closes)
        {
          g_autofree char *invoke = test_invoke_new ("Echo");
          g_autofree char *answered = test_ask (c, TEST_BASIC, invoke, 200);
        }
    }
}

/* case 36 */
static void
test_anonymous_identify (Fixture *f, gconstpointer data)
{
  static const char *const heads[] = {
    "POST /wsman HTTP/1.1\r\nHost: x\r\nWSMANIDENTIFY: unauthenticated\r\n",
    "POST /wsman-anon/identify HTTP/1.1\r\nHost: x\r\n",
  };
  g_autofree char *invoke = test_invoke_new ("Echo");

  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      const struct
      {
        const char *body;
        guint status;
      } rows[] = { { IDENTIFY, 200 }, { invoke, 401 }, { "<x/>", 401 }, { "", 401 } };
      g_autoptr (TestClient) c = test_client_new (f);

      for (gsize j = 0; j < G_N_ELEMENTS (rows); j++)
        {
          g_autofree char *http = g_strdup_printf (
            "%sContent-Type: application/soap+xml\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
            heads[i], strlen (rows[j].body), rows[j].body);
          g_auto (TestAnswer) answer = { 0 };

          test_client_send (c, http, -1);
          test_client_receive (c, &answer);
          g_assert_cmpuint (answer.status, ==, rows[j].status);
          if (answer.status == 200)
            {
              g_assert_contains (answer.body, ">OS: 0.0.0 SP: 0.0 Stack: 3.0<");
              g_assert_null (strstr (answer.body, "SecurityProfiles"));
            }
        }
    }
  g_assert_cmpuint (test_n_handled (f), ==, 0);
}

static void
test_anonymous_identify_is_small (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_auto (TestAnswer) answer = { 0 };

  test_client_send (c,
                    "POST /wsman-anon/identify HTTP/1.1\r\nHost: x\r\nContent-Length: 2049\r\n"
                    "Content-Type: application/soap+xml\r\n\r\n",
                    -1);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 413);
}

static void
test_anonymous_identify_can_be_off (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmIdentifyResponse) response = wsm_identify_response_new ("Curfew", "1", NULL);
  g_autoptr (TestClient) c = NULL;
  g_autofree char *http = g_strdup_printf (
    "POST /wsman HTTP/1.1\r\nHost: x\r\nWSMANIDENTIFY: unauthenticated\r\n"
    "Content-Type: application/soap+xml\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
    strlen (IDENTIFY), IDENTIFY);
  g_auto (TestAnswer) answer = { 0 };

  test_start (f);
  wsm_service_set_identify (f->service, FALSE, NULL, response);
  c = test_client_new (f);
  test_client_send (c, http, -1);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 401);
}

static void
test_signed_in_identify (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *body = test_ask (c, TEST_BASIC, IDENTIFY, 200);

  g_assert_contains (body, ">OS: 6.1 SP: 0.0 Stack: 3.0<");
  g_assert_contains (body, "SecurityProfiles");
  g_assert_cmpuint (test_n_handled (f), ==, 0);
}

/* case 37 */
static void
test_utf_16_is_answered_alike (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *invoke = test_invoke_new ("Echo");
  gsize length = 0;
  g_autofree char *wide = g_convert (invoke, -1, "UTF-16LE", "UTF-8", NULL, &length, NULL);
  g_autofree char *head = g_strdup_printf (
    "POST /wsman HTTP/1.1\r\nHost: x\r\nAuthorization: " TEST_BASIC "\r\n"
    "Content-Type: application/soap+xml;charset=UTF-16\r\nContent-Length: %" G_GSIZE_FORMAT
    "\r\n\r\n\xff\xfe",
    length + 2);
  g_auto (TestAnswer) answer = { 0 };
  g_autofree char *text = NULL;

  test_client_send (c, head, -1);
  test_client_send (c, wide, (gssize) length);
  test_client_receive (c, &answer);

  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_contains (answer.head, "charset=UTF-16\r\n");
  g_assert_cmpmem (answer.body, 2, "\xff\xfe", 2);
  text = g_convert (answer.body + 2, (gssize) answer.body_length - 2, "UTF-8", "UTF-16LE", NULL,
                    NULL, NULL);
  g_assert_contains (text, "ReturnValue>0<");
}

typedef struct
{
  const char *from, *to;
  guint status;
  const char *part; /* of the answer */
} Changed;

/* An envelope with one thing changed: cases 38 to 40, 42, 43, 46, 48 to 50. */
static const Changed changes[] = {
  { "<s:Envelope", "\xef\xbb\xbf<s:Envelope", 200, "ReturnValue>0<" },
  { "/Echo</a:Action>", "/Echo \r\n</a:Action>", 200, "ReturnValue>0<" },
  { "<s:Envelope", "<!DOCTYPE x [<!ENTITY e \"e\">]><s:Envelope", 500, "Fault>" },
  { "<s:Header>", "<s:Header><x:y xmlns:x=\"urn:x\" s:mustUnderstand=\"true\"/>", 500,
    "s:MustUnderstand<" },
  { "<s:Header>", "<s:Header><x:y xmlns:x=\"urn:x\"/>", 200, "ReturnValue>0<" },
  { "<s:Header>", "<s:Header><w:Locale s:mustUnderstand=\"true\" xml:lang=\"de-DE\"/>", 500,
    "Code=\"2150858887\"" },
  { "<a:Action s:mustUnderstand=\"true\">" TEST_URI "/Echo</a:Action>", "", 500,
    "MessageInformationHeaderRequired<" },
  { "<a:MessageID>uuid:1</a:MessageID>", "", 500, "MessageInformationHeaderRequired<" },
  { "<w:ResourceURI s:mustUnderstand=\"true\">" TEST_URI "</w:ResourceURI>", "", 500,
    "DestinationUnreachable<" },
  { TEST_URI "</w:ResourceURI>", TEST_URI "x</w:ResourceURI>", 500, "InvalidResourceURI<" },
  { "/Echo</a:Action>", "/echo</a:Action>", 500, "ActionNotSupported<" },
  { "/Echo</a:Action>", "/Deny</a:Action>", 500, "Code=\"5\"" },
  { "PT60S", "PT-1S", 500, "InvalidMessageInformationHeader<" },
  { "PT60S", "PT0S", 500, "InvalidTimeout<" },
  { "PT60S", "P1Y", 200, "ReturnValue>0<" },
  { ">153600<", ">8191<", 500, "MinimumEnvelopeLimit<" },
  { ">153600<", ">8192<", 200, "ReturnValue>0<" },
  { "http://www.w3.org/2003/05/soap-envelope", "http://schemas.xmlsoap.org/soap/envelope/", 500,
    "VersionMismatch<" },
  { "<s:Envelope", "<<s:Envelope", 400, "" },
  { "</s:Envelope>", "", 400, "" },
  { "</s:Envelope>", "</s:Envelope>x", 400, "" },
  { "http://www.w3.org/2003/05/soap-envelope", "urn:other", 400, "" },
};

static void
test_bad_envelopes_leave_the_connection (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);

  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autofree char *invoke = test_invoke ("Echo", "uuid:1");
      g_autofree char *changed = test_replace (invoke, changes[i].from, changes[i].to);
      g_autoptr (GString) numbered = g_string_new (changed);
      g_autofree char *id = g_strdup_printf ("uuid:%" G_GSIZE_FORMAT "<", i);
      g_autofree char *body = NULL;

      g_string_replace (numbered, "uuid:1<", id, 0);
      g_test_message ("%s", numbered->str);
      body = test_ask (c, TEST_BASIC, numbered->str, changes[i].status);
      g_assert_contains (body, changes[i].part);
    }
  g_assert_cmpuint (test_n_verified (f), ==, 1); /* one connection all the time */
}

/* case 49 */
static void
test_answer_that_does_not_fit_is_a_fault (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *invoke = test_invoke_new ("Long");
  g_autofree char *small = test_replace (invoke, ">153600<", ">8192<");
  g_autofree char *other = test_invoke_new ("Long");
  g_autofree char *fault = test_ask (c, TEST_BASIC, small, 500);
  g_autofree char *body = test_ask (c, TEST_BASIC, other, 200);

  g_assert_contains (fault, "EncodingLimit<");
  g_assert_contains (fault, "faultDetail/MaxEnvelopeSize<");
  g_assert_cmpuint (strlen (body), >, 8192);
}

static void
test_get_is_handled (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autoptr (WsmEnvelope) get = wsm_envelope_new_get ("http://127.0.0.1/wsman", TEST_URI, 60000);
  g_autoptr (GBytes) bytes = wsm_envelope_serialize (get);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autofree char *body = test_ask (c, TEST_BASIC, text, 200);
  g_autofree char *again = test_ask (c, TEST_BASIC, text, 200);

  g_assert_contains (body, "User>mara<");
  g_assert_cmpuint (test_n_handled (f), ==, 2); /* what does not act is not remembered */
}

static void
test_handler_may_stop_the_service (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *invoke = test_invoke_new ("Stop");
  g_autofree char *http = test_http (TEST_BASIC, invoke);

  test_client_send (c, http, -1);
  test_client_wait_end (c);
  g_assert_cmpuint (wsm_service_get_n_connections (f->service), ==, 0);
}

static void
test_connection_ends_when_asked (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *invoke = test_invoke_new ("Echo");
  g_autofree char *plain = test_http (TEST_BASIC, invoke);
  g_autofree char *http = test_replace (plain, "Host:", "Connection: close\r\nHost:");
  g_auto (TestAnswer) answer = { 0 };

  test_client_send (c, http, -1);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_true (test_answer_closes (&answer));
  test_client_wait_end (c);
}

static void
test_expect_is_answered_after_sign_in (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *invoke = test_invoke_new ("Echo");
  g_autofree char *plain = test_http (TEST_BASIC, invoke);
  g_autofree char *http = test_replace (plain, "Host:", "Expect: 100-continue\r\nHost:");
  g_auto (TestAnswer) interim = { 0 }, answer = { 0 };

  test_client_send (c, http, (gssize) (strlen (http) - strlen (invoke)));
  test_client_receive (c, &interim);
  g_assert_cmpuint (interim.status, ==, 100);
  g_assert_cmpuint (test_n_verified (f), ==, 1);

  test_client_send (c, invoke, -1);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
}

static void
test_expect_without_sign_in_gets_no_100 (Fixture *f, gconstpointer data)
{
  static const char *const authorizations[] = { NULL, WRONG };

  for (gsize i = 0; i < G_N_ELEMENTS (authorizations); i++)
    {
      g_autoptr (TestClient) c = test_client_new (f);
      g_autofree char *plain = test_http (authorizations[i], "<x/>");
      g_autofree char *http = test_replace (plain, "Host:", "Expect: 100-continue\r\nHost:");
      g_auto (TestAnswer) answer = { 0 };

      test_client_send (c, http, (gssize) (strlen (http) - strlen ("<x/>")));
      test_client_receive (c, &answer);
      g_assert_cmpuint (answer.status, ==, 401);
      g_assert_true (test_answer_closes (&answer));
    }
}

static void
test_request_may_come_octet_by_octet (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *invoke = test_invoke_new ("Echo");
  g_autofree char *http = test_http (TEST_BASIC, invoke);
  g_auto (TestAnswer) answer = { 0 };

  for (const char *at = http; *at != '\0'; at++)
    {
      test_client_send (c, at, 1);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
}

static void
test_pipelined_bytes_close_after_the_answer (Fixture *f, gconstpointer data)
{
  static const char *const methods[] = { "Echo", "Hold" };

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autoptr (TestClient) c = test_client_new (f);
      g_autofree char *invoke = test_invoke_new (methods[i]);
      g_autofree char *one = test_http (TEST_BASIC, invoke);
      g_autofree char *two = g_strconcat (one, one, NULL);
      g_auto (TestAnswer) answer = { 0 };

      test_client_send (c, two, -1);
      if (i == 1)
        {
          while (test_n_held (f) == 0)
            g_main_context_iteration (NULL, TRUE);
          test_release (f);
        }
      test_client_receive (c, &answer);
      g_assert_cmpuint (answer.status, ==, 200);
      g_assert_true (test_answer_closes (&answer));
      test_client_wait_end (c);
    }
  g_assert_cmpuint (test_n_handled (f), ==, 2);
}

/* The next request arrives while the first one is being worked on. */
static void
test_bytes_while_busy_close_after_the_answer (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *invoke = test_invoke_new ("Hold");
  g_autofree char *http = test_http (TEST_BASIC, invoke);
  g_auto (TestAnswer) answer = { 0 };

  test_client_send (c, http, -1);
  while (test_n_held (f) == 0)
    g_main_context_iteration (NULL, TRUE);
  test_client_send (c, "POST", -1);
  for (guint i = 0; i < 100; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_false (test_is_held_cancelled (f));

  test_release (f);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_true (test_answer_closes (&answer));
}

static void
test_lying_length_does_nothing (Fixture *f, gconstpointer data)
{
  g_autofree char *invoke = test_invoke_new ("Echo");
  g_autofree char *http = test_http (TEST_BASIC, invoke);

  /* one octet less than announced, then the end */
  {
    g_autoptr (TestClient) c = test_client_new (f);

    test_client_send (c, http, (gssize) strlen (http) - 1);
    g_socket_shutdown (g_socket_connection_get_socket (G_SOCKET_CONNECTION (c->stream)), FALSE,
                       TRUE, NULL);
    test_client_wait_end (c);
    test_wait_connections (f, 0);
  }
  g_assert_cmpuint (test_n_handled (f), ==, 0);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/service/requests/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_catch_log ();
  ADD ("good-request-is-handled", test_good_request_is_handled);
  ADD ("caller-has-groups", test_caller_has_groups);
  ADD ("no-authorization-is-401", test_no_authorization_is_401);
  ADD ("first-contact-gets-challenges", test_first_contact_gets_challenges);
  ADD ("wrong-password-is-401", test_wrong_password_is_401);
  ADD ("failed-sign-in-waits", test_failed_sign_in_waits);
  ADD ("sign-in-is-per-connection", test_sign_in_is_per_connection);
  ADD ("other-user-replaces-identity", test_other_user_replaces_identity);
  ADD ("unavailable-verifier-is-503", test_unavailable_verifier_is_503);
  ADD ("clear-basic-elsewhere-is-403", test_clear_basic_elsewhere_is_403);
  ADD ("bad-head-is-refused-and-closes", test_bad_head_is_refused_and_closes);
  ADD ("refusal-survives-a-large-body", test_refusal_survives_a_large_body);
  ADD ("large-body-without-sign-in-closes", test_large_body_without_sign_in_closes);
  ADD ("anonymous-identify", test_anonymous_identify);
  ADD ("anonymous-identify-is-small", test_anonymous_identify_is_small);
  ADD ("anonymous-identify-can-be-off", test_anonymous_identify_can_be_off);
  ADD ("signed-in-identify", test_signed_in_identify);
  ADD ("utf-16-is-answered-alike", test_utf_16_is_answered_alike);
  ADD ("bad-envelopes-leave-the-connection", test_bad_envelopes_leave_the_connection);
  ADD ("answer-that-does-not-fit-is-a-fault", test_answer_that_does_not_fit_is_a_fault);
  ADD ("get-is-handled", test_get_is_handled);
  ADD ("handler-may-stop-the-service", test_handler_may_stop_the_service);
  ADD ("connection-ends-when-asked", test_connection_ends_when_asked);
  ADD ("expect-is-answered-after-sign-in", test_expect_is_answered_after_sign_in);
  ADD ("expect-without-sign-in-gets-no-100", test_expect_without_sign_in_gets_no_100);
  ADD ("request-may-come-octet-by-octet", test_request_may_come_octet_by_octet);
  ADD ("pipelined-bytes-close-after-the-answer", test_pipelined_bytes_close_after_the_answer);
  ADD ("bytes-while-busy-close-after-the-answer", test_bytes_while_busy_close_after_the_answer);
  ADD ("lying-length-does-nothing", test_lying_length_does_nothing);
  return g_test_run ();
}
