/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gss-fixture.h"

#include <string.h>

/* Callers who sign in by Negotiate, Kerberos and NTLM over clear HTTP, where all that follows is
 * sealed (winrm-wire-protocol, sections 1.2, 2 and 7). Runs in a realm of its own. */

/* cases 20, 22, 23, 30 */
static const struct
{
  const char *scheme;
  TestGssKind kind;
  WsmSealProtocol protocol;
  const char *mechanism;
  const char *realm;
} ways[] = {
  { "Negotiate", TEST_GSS_SPNEGO_KERBEROS, WSM_SEAL_SPNEGO, "Kerberos", "CURFEW.TEST" },
  { "Negotiate", TEST_GSS_KERBEROS, WSM_SEAL_SPNEGO, "Kerberos", "CURFEW.TEST" },
  { "Kerberos", TEST_GSS_KERBEROS, WSM_SEAL_KERBEROS, "Kerberos", "CURFEW.TEST" },
  { "Negotiate", TEST_GSS_SPNEGO_NTLM, WSM_SEAL_SPNEGO, "NTLM", "none" },
  { "Negotiate", TEST_GSS_NTLM, WSM_SEAL_SPNEGO, "NTLM", "none" },
  { "NTLM", TEST_GSS_NTLM, WSM_SEAL_SPNEGO, "NTLM", "none" },
};

static void
test_each_way_is_sealed_both_ways (Fixture *f, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (TestClient) c = test_client_new (f);
      g_autoptr (TestGss) gss = test_gss_new_mara (ways[i].kind);
      g_autofree char *realm = g_strdup_printf ("Realm>%s<", ways[i].realm);
      g_autofree char *mechanism = g_strdup_printf ("Mechanism>%s<", ways[i].mechanism);

      g_test_message ("%s, %s", ways[i].scheme, ways[i].mechanism);
      g_assert_cmpuint (test_gss_sign_in (c, gss, ways[i].scheme, NULL), ==, 200);
      for (guint n = 0; n < 3; n++)
        {
          g_autofree char *echo = test_invoke_new ("Echo");
          g_autofree char *deny = test_invoke_new ("Deny");
          g_autofree char *body = test_gss_ask (c, gss, ways[i].protocol, echo, 200);
          g_autofree char *fault = test_gss_ask (c, gss, ways[i].protocol, deny, 500);

          g_assert_contains (body, "User>mara<");
          g_assert_contains (body, realm);
          g_assert_contains (body, mechanism);
          g_assert_contains (body, "Tls>no<");
          g_assert_contains (body, "Bound>no<");
          g_assert_contains (fault, "AccessDenied");
        }
    }
  g_assert_cmpuint (test_n_verified (f), ==, 0);
}

static void
test_challenges_come_in_order (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *echo = g_strdup ("<not parsed");
  g_autofree char *http = test_http (NULL, echo);
  g_auto (TestAnswer) answer = { 0 };

  test_client_send (c, http, -1); /* case 24 */
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 401);
  g_assert_contains (answer.head,
                     "\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: Kerberos\r\n"
                     "WWW-Authenticate: NTLM\r\nWWW-Authenticate: Basic realm=\"WSMAN\"\r\n");
  g_assert_false (test_answer_closes (&answer));
}

static void
test_without_basic_there_are_others (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *http = test_http (TEST_BASIC, echo);
  g_auto (TestAnswer) answer = { 0 };

  test_start (f);
  wsm_service_set_allow_clear_basic_on_loopback (f->service, FALSE);
  c = test_client_new (f);
  test_client_send (c, http, -1);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 401);
  g_assert_contains (answer.head, "\r\nWWW-Authenticate: NTLM\r\n");
  g_assert_null (strstr (answer.head, "Basic"));
  g_assert_cmpuint (test_n_verified (f), ==, 0);
}

/* case 25 */
static void
test_unsealed_message_is_refused (Fixture *f, gconstpointer data)
{
  static const TestGssKind kinds[] = { TEST_GSS_SPNEGO_KERBEROS, TEST_GSS_NTLM };

  gss_fixture_set_policy (f, (WsmBindingPolicy) GPOINTER_TO_INT (data));
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (TestCaller) caller = test_caller_new (f, kinds[i], "Negotiate");
      g_autofree char *echo = test_invoke_new ("Echo");
      g_autofree char *http = test_http (NULL, echo);
      g_autoptr (GBytes) request = g_bytes_new (http, strlen (http));

      test_assert_tampered (f, caller->c, request, 500);
    }
}

static void
test_who_cannot_seal_is_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autoptr (TestGss) gss = test_gss_new_mara (TEST_GSS_NTLM);

  test_gss_leave_out_sealing (gss);
  g_assert_cmpuint (test_gss_sign_in (c, gss, "NTLM", NULL), ==, 401);
  test_client_wait_end (c);
}

static void
test_body_in_the_last_leg_is_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autoptr (TestGss) gss = test_gss_new_mara (TEST_GSS_SPNEGO_KERBEROS);
  g_autofree char *token = test_gss_step (gss, NULL);
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autoptr (GBytes) leg = test_gss_format_leg ("Negotiate", token, echo);

  test_assert_tampered (f, c, leg, 500);
}

static void
test_identify_is_sealed_for_those_signed_in (Fixture *f, gconstpointer data)
{
  static const char identify[] =
    "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
    "xmlns:wsmid=\"http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\">"
    "<s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>";
  g_autoptr (TestClient) c = test_client_new (f);
  g_autoptr (TestGss) gss = test_gss_new_mara (TEST_GSS_SPNEGO_KERBEROS);
  g_autofree char *http = test_http (NULL, identify);
  g_autofree char *anonymous = test_replace (http,
                                             "Host:", "WSMANIDENTIFY: unauthenticated\r\nHost:");
  g_autofree char *sealed = NULL;
  g_auto (TestAnswer) answer = { 0 };

  g_assert_cmpuint (test_gss_sign_in (c, gss, "Negotiate", NULL), ==, 200);
  sealed = test_gss_ask (c, gss, WSM_SEAL_SPNEGO, identify, 200);
  g_assert_contains (sealed, "SecurityProfile");

  test_client_send (c, anonymous, -1); /* case 36 */
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_contains (answer.body, "OS: 0.0.0");
  g_assert_null (strstr (answer.body, "SecurityProfile"));

  g_free (sealed); /* and it is still the caller's connection */
  sealed = test_gss_ask (c, gss, WSM_SEAL_SPNEGO, identify, 200);
}

static void
test_held_answer_is_sealed (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autoptr (TestGss) gss = test_gss_new_mara (TEST_GSS_SPNEGO_NTLM);
  g_autofree char *receive = test_receive ("uuid:7");
  g_autofree char *hold = test_invoke_new ("Hold");
  g_autofree char *quick = test_replace (hold, "PT60S", "PT0.2S");
  g_autofree char *output = NULL, *fault = NULL, *echo = NULL, *body = NULL;
  g_autoptr (GBytes) request = NULL;
  g_auto (TestAnswer) answer = { 0 };

  g_assert_cmpuint (test_gss_sign_in (c, gss, "Negotiate", NULL), ==, 200);
  request = test_gss_format (gss, WSM_SEAL_SPNEGO, receive);
  test_gss_send (c, request);
  while (test_n_held (f) == 0)
    g_main_context_iteration (NULL, TRUE);
  test_release_output (f, "streamed");
  test_client_receive (c, &answer);
  output = test_gss_unseal (gss, answer.body, answer.body_length,
                            wsm_sealed_body_get_content_type (WSM_SEAL_SPNEGO));
  g_assert_contains (output, "ReceiveResponse");

  fault = test_gss_ask (c, gss, WSM_SEAL_SPNEGO, quick, 500); /* its time is over */
  g_assert_contains (fault, "TimedOut");
  echo = test_invoke_new ("Echo");
  body = test_gss_ask (c, gss, WSM_SEAL_SPNEGO, echo, 200);
  test_release (f);
}

/* case 33 */
static void
test_vanished_client_cancels (Fixture *f, gconstpointer data)
{
  g_autoptr (TestCaller) caller = test_caller_new (f, TEST_GSS_SPNEGO_KERBEROS, "Negotiate");
  g_autofree char *hold = test_invoke_new ("Hold");
  g_autoptr (GBytes) request = test_gss_format (caller->gss, WSM_SEAL_SPNEGO, hold);

  test_gss_send (caller->c, request);
  while (test_n_held (f) == 0)
    g_main_context_iteration (NULL, TRUE);
  test_client_reset (g_steal_pointer (&caller->c));
  test_wait_connections (f, 0);
  g_assert_true (test_is_held_cancelled (f));
  test_release (f);
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) directory = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (directory) != NULL)
    n++;

  return n;
}

/* case 32 */
static void
test_many_vanish_without_trace (Fixture *f, gconstpointer data)
{
  guint before = 0;

  for (guint i = 0; i < 201; i++)
    {
      TestClient *c = test_client_new (f);
      g_autoptr (TestGss)
        gss = test_gss_new_mara (i % 2 == 0 ? TEST_GSS_SPNEGO_KERBEROS : TEST_GSS_NTLM);

      g_assert_cmpuint (test_gss_sign_in (c, gss, "Negotiate", NULL), ==, 200);
      if (i % 3 == 0)
        test_client_reset (c);
      else
        test_client_free (c);
      if (i == 0)
        {
          test_wait_connections (f, 0);
          before = count_descriptors ();
        }
    }
  test_wait_connections (f, 0);
  g_assert_cmpuint (count_descriptors (), <=, before);
}

/* UTF-16 within, with its mark: case 37. */
static void
test_charset_is_that_of_the_request (Fixture *f, gconstpointer data)
{
  g_autoptr (TestCaller) caller = test_caller_new (f, TEST_GSS_SPNEGO_KERBEROS, "Negotiate");
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autoptr (GBytes) wide = wsm_charset_encode (echo, strlen (echo), WSM_CHARSET_UTF_16);
  g_autoptr (GBytes) token = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GBytes) request = NULL;
  g_autofree char *text = NULL;
  g_auto (TestAnswer) answer = { 0 };
  gsize header_length;

  token = test_gss_seal (caller->gss, wide, &header_length);
  body = wsm_sealed_body_format (WSM_SEAL_SPNEGO, WSM_CHARSET_UTF_16, FALSE, token, header_length);
  request = test_gss_new_request (WSM_SEAL_SPNEGO, g_bytes_get_data (body, NULL),
                                  g_bytes_get_size (body));
  test_gss_send (caller->c, request);
  test_client_receive (caller->c, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_contains (answer.body, "type=application/soap+xml;charset=UTF-16;Length=");
  text = test_gss_unseal (caller->gss, answer.body, answer.body_length,
                          wsm_sealed_body_get_content_type (WSM_SEAL_SPNEGO));
  g_assert_contains (text, "User>mara<");
}

/* Limits are those of envelopes, sealed or not. */
static void
test_large_message_is_sealed (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autoptr (TestGss) gss = test_gss_new_mara (TEST_GSS_KERBEROS);
  g_autofree char *echo = test_invoke_new ("Long");
  gsize room = f->limits.body_size - strlen (echo);
  g_autofree char *filler = g_strnfill (room, 'x');
  g_autofree char *text = g_strconcat (">x", filler, "</p:Text>", NULL);
  g_autofree char *largest = test_replace (echo, ">x</p:Text>", text);
  g_autofree char *larger = test_replace (largest, ">x", ">xx");
  g_autofree char *body = NULL;
  g_autoptr (GBytes) request = NULL;
  g_auto (TestAnswer) answer = { 0 };

  g_assert_cmpuint (strlen (largest), ==, f->limits.body_size);
  g_assert_cmpuint (test_gss_sign_in (c, gss, "Kerberos", NULL), ==, 200);
  body = test_gss_ask (c, gss, WSM_SEAL_KERBEROS, largest, 200);
  g_assert_cmpuint (strlen (body), >, 8192);

  request = test_gss_format (gss, WSM_SEAL_KERBEROS, larger);
  test_gss_send (c, request);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 413);
  g_assert_cmpuint (test_n_handled (f), ==, 1);
}

#define ADD(name, function) GSS_FIXTURE_ADD ("gss/" name, gss_fixture_set_up, function, NULL)

int
main (int argc, char **argv)
{
  gss_fixture_init (&argc, &argv);
  ADD ("each-way-is-sealed-both-ways", test_each_way_is_sealed_both_ways);
  ADD ("challenges-come-in-order", test_challenges_come_in_order);
  ADD ("without-basic-there-are-others", test_without_basic_there_are_others);
  for (int policy = WSM_BINDING_OFFERED; policy <= WSM_BINDING_RELAXED; policy++)
    {
      g_autofree char *path = g_strdup_printf ("/service/gss/unsealed-message-is-refused/%d",
                                               policy);

      g_test_add (path, Fixture, GINT_TO_POINTER (policy), gss_fixture_set_up,
                  test_unsealed_message_is_refused, fixture_tear_down);
    }
  ADD ("who-cannot-seal-is-refused", test_who_cannot_seal_is_refused);
  ADD ("body-in-the-last-leg-is-refused", test_body_in_the_last_leg_is_refused);
  ADD ("identify-is-sealed-for-those-signed-in", test_identify_is_sealed_for_those_signed_in);
  ADD ("held-answer-is-sealed", test_held_answer_is_sealed);
  ADD ("vanished-client-cancels", test_vanished_client_cancels);
  ADD ("many-vanish-without-trace", test_many_vanish_without_trace);
  ADD ("charset-is-that-of-the-request", test_charset_is_that_of_the_request);
  ADD ("large-message-is-sealed", test_large_message_is_sealed);
  return gss_fixture_run ();
}
