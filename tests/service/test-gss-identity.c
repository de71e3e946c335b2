/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gss-fixture.h"

#include <string.h>
#include <unistd.h>

/* Who is signed in on a connection, and when nobody is any more (winrm-wire-protocol, sections 1.2,
 * 2.8 and 7; threat-model, section 7). Runs in a realm of its own. */

/* A sealed Echo gets 401, whatever it is sealed by. */
static void
assert_nobody (TestClient *c, TestGss *gss)
{
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autoptr (GBytes) request = test_gss_format (gss, WSM_SEAL_SPNEGO, echo);
  g_auto (TestAnswer) answer = { 0 };

  test_gss_send (c, request);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 401);
  g_assert_cmpuint (answer.body_length, ==, 0);
}

/* case 27 */
static void
test_identity_stays_on_its_connection (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) first = test_client_new (f);
  g_autoptr (TestClient) second = test_client_new (f);
  g_autoptr (TestGss) gss = test_gss_new_mara (TEST_GSS_SPNEGO_KERBEROS);
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *refused = NULL;
  g_autoptr (GBytes) request = NULL;
  g_autoptr (GString) sealed = NULL;
  guint n_tampered = test_n_logged (TEST_TAMPERED);
  g_auto (TestAnswer) answer = { 0 };

  g_assert_cmpuint (test_gss_sign_in (first, gss, "Negotiate", NULL), ==, 200);
  refused = test_ask (second, NULL, echo, 401);
  assert_nobody (second, gss);
  g_assert_cmpuint (test_n_handled (f), ==, 0);

  /* by Basic somebody is there for one request, but has sealed nothing */
  request = test_gss_format (gss, WSM_SEAL_SPNEGO, echo);
  sealed = g_string_new_len (g_bytes_get_data (request, NULL), (gssize) g_bytes_get_size (request));
  g_string_insert (sealed, (gssize) strlen ("POST /wsman HTTP/1.1\r\n"),
                   "Authorization: " TEST_BASIC "\r\n");
  test_client_send (second, sealed->str, (gssize) sealed->len);
  test_client_receive (second, &answer);
  g_assert_cmpuint (answer.status, ==, 400);
  test_client_wait_end (second);
  g_assert_cmpuint (test_n_handled (f), ==, 0);
  g_assert_cmpuint (test_n_logged (TEST_TAMPERED), ==, n_tampered);
}

/* case 28 */
static void
test_other_user_replaces_identity (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autoptr (TestGss) mara = test_gss_new_mara (TEST_GSS_SPNEGO_KERBEROS);
  g_autoptr (TestGss) kim = test_gss_new (TEST_GSS_NTLM, "kim", test_gss_get_password ());
  g_autofree char *one = test_invoke_new ("Echo");
  g_autofree char *two = test_invoke_new ("Echo");
  g_autofree char *as_mara = NULL, *as_kim = NULL;

  g_assert_cmpuint (test_gss_sign_in (c, mara, "Negotiate", NULL), ==, 200);
  as_mara = test_gss_ask (c, mara, WSM_SEAL_SPNEGO, one, 200);
  g_assert_contains (as_mara, "User>mara<");

  g_assert_cmpuint (test_gss_sign_in (c, kim, "NTLM", NULL), ==, 200);
  as_kim = test_gss_ask (c, kim, WSM_SEAL_SPNEGO, two, 200);
  g_assert_contains (as_kim, "User>kim<");
  g_assert_contains (as_kim, "Realm>none<");
}

static void
test_first_leg_ends_identity (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autoptr (TestGss) mara = test_gss_new_mara (TEST_GSS_SPNEGO_KERBEROS);
  g_autoptr (TestGss) kim = test_gss_new (TEST_GSS_NTLM, "kim", test_gss_get_password ());
  g_autofree char *token = test_gss_step (kim, NULL);
  g_auto (TestAnswer) answer = { 0 };

  g_assert_cmpuint (test_gss_sign_in (c, mara, "Negotiate", NULL), ==, 200);
  test_gss_send_leg (c, "NTLM", token, "");
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 401);

  assert_nobody (c, mara);
  assert_nobody (c, mara);
  g_assert_cmpuint (test_n_handled (f), ==, 0);
}

/* A scheme that is not known as well. */
static void
test_other_authorization_ends_identity (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autoptr (TestGss) mara = test_gss_new_mara (TEST_GSS_SPNEGO_KERBEROS);
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *refused = NULL;

  g_assert_cmpuint (test_gss_sign_in (c, mara, "Negotiate", NULL), ==, 200);
  refused = test_ask (c, "Bearer x", echo, 401);
  assert_nobody (c, mara);
}

static void
test_failure_ends_identity (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_autoptr (TestGss) mara = test_gss_new_mara (TEST_GSS_SPNEGO_KERBEROS);
  g_autoptr (TestGss) wrong = test_gss_new (TEST_GSS_NTLM, "kim", "wrong");
  guint n_failed = test_n_logged (TEST_FAILED);
  gint64 begun;

  f->limits.failed_sign_in_msec = 100;
  c = test_client_new (f);
  g_assert_cmpuint (test_gss_sign_in (c, mara, "Negotiate", NULL), ==, 200);
  begun = g_get_monotonic_time ();
  g_assert_cmpuint (test_gss_sign_in (c, wrong, "NTLM", NULL), ==, 401); /* case 29 */
  g_assert_cmpint (g_get_monotonic_time () - begun, >=, 100 * 1000);
  test_client_wait_end (c);
  g_assert_cmpuint (test_n_logged (TEST_FAILED), ==, n_failed + 1);
}

static void
test_failure_has_the_plain_challenges (Fixture *f, gconstpointer data)
{
  static const char *const tokens[] = { "AAAA", "YIIBAAYGKwYBBQUC", "TlRMTVNTUAADAAAA" };

  for (gsize i = 0; i < G_N_ELEMENTS (tokens); i++)
    {
      g_autoptr (TestClient) c = test_client_new (f);
      g_auto (TestAnswer) answer = { 0 };

      test_gss_send_leg (c, "Negotiate", tokens[i], "");
      test_client_receive (c, &answer);
      g_assert_cmpuint (answer.status, ==, 401);
      g_assert_contains (answer.head, "\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: Kerb");
      g_assert_true (test_answer_closes (&answer));
      test_client_wait_end (c);
    }
}

static void
test_broken_fields_are_401 (Fixture *f, gconstpointer data)
{
  static const char *const tokens[] = { "", "?", "AAA", "AAAA AAAA" };
  g_autoptr (TestClient) c = test_client_new (f);
  guint n_failed = test_n_logged (TEST_FAILED);

  for (gsize i = 0; i < G_N_ELEMENTS (tokens); i++)
    {
      g_auto (TestAnswer) answer = { 0 };

      test_gss_send_leg (c, "Negotiate", tokens[i], "");
      test_client_receive (c, &answer);
      g_assert_cmpuint (answer.status, ==, 401);
      g_assert_contains (answer.head, "\r\nWWW-Authenticate: Negotiate\r\n");
    }
  g_assert_cmpuint (test_n_logged (TEST_FAILED), ==, n_failed);
}

/* Begins an exchange of two legs; returns the token for the second one. */
static char *
begin_ntlm (TestClient *c, TestGss *gss)
{
  g_autofree char *first = test_gss_step (gss, NULL);
  g_autofree char *answered = NULL;
  g_auto (TestAnswer) answer = { 0 };

  test_gss_send_leg (c, "NTLM", first, "");
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 401);
  g_assert_false (test_answer_closes (&answer));
  g_assert_null (strstr (answer.head, "Basic"));
  g_assert_contains (answer.head, "\r\nContent-Length: 0\r\n");
  answered = test_gss_dup_token (&answer, "NTLM");
  g_assert_nonnull (answered);

  return test_gss_step (gss, answered);
}

static void
test_interrupted_exchange_is_over (Fixture *f, gconstpointer data)
{
  static const char *const interruptions[] = {
    "POST /wsman-anon/identify HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    "POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    "POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nAuthorization: Negotiate AAAA\r\n\r\n",
    "POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nAuthorization: Basic AAAA\r\n\r\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (interruptions); i++)
    {
      g_autoptr (TestClient) c = test_client_new (f);
      g_autoptr (TestGss) gss = test_gss_new_mara (TEST_GSS_NTLM);
      g_autofree char *second = begin_ntlm (c, gss);
      g_auto (TestAnswer) interrupted = { 0 };
      g_auto (TestAnswer) answer = { 0 };

      test_client_send (c, interruptions[i], -1);
      test_client_receive (c, &interrupted);
      g_assert_cmpuint (interrupted.status, ==, 401);

      /* a last leg without a first one */
      test_gss_send_leg (c, "NTLM", second, "");
      test_client_receive (c, &answer);
      g_assert_cmpuint (answer.status, ==, 401);
      g_assert_true (test_answer_closes (&answer));
    }
  g_assert_cmpuint (test_n_verified (f), ==, 0);
}

static void
test_exchange_has_one_deadline (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_autoptr (TestGss) gss = test_gss_new_mara (TEST_GSS_NTLM);
  g_autofree char *second = NULL;
  gint64 begun = g_get_monotonic_time ();

  f->limits.sign_in_msec = 300;
  c = test_client_new (f);
  second = begin_ntlm (c, gss);
  test_client_wait_end (c);
  /* well before the 10 seconds that others may take between requests */
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 5 * G_USEC_PER_SEC);
}

static void
test_proxy_may_not_sign_in (Fixture *f, gconstpointer data)
{
  guint n_refused = test_n_logged (TEST_REFUSED);
  g_autoptr (TestClient) c = test_client_new (f);
  g_autoptr (TestClient) later = test_client_new (f);
  g_autoptr (TestGss) gss = test_gss_new_mara (TEST_GSS_SPNEGO_KERBEROS);
  g_autoptr (TestGss) other = test_gss_new_mara (TEST_GSS_SPNEGO_KERBEROS);
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autoptr (GBytes) request = NULL;
  g_autoptr (GString) text = NULL;
  g_auto (TestAnswer) answer = { 0 };

  g_assert_cmpuint (test_gss_sign_in (c, gss, "Negotiate", "Via: 1.1 proxy\r\n"), ==, 403);
  test_client_wait_end (c);

  /* nor get between somebody who has and us */
  g_assert_cmpuint (test_gss_sign_in (later, other, "Negotiate", NULL), ==, 200);
  request = test_gss_format (other, WSM_SEAL_SPNEGO, echo);
  text = g_string_new_len (g_bytes_get_data (request, NULL), (gssize) g_bytes_get_size (request));
  g_string_insert (text, (gssize) strlen ("POST /wsman HTTP/1.1\r\n"), "X-Forwarded-For: ::1\r\n");
  test_client_send (later, text->str, (gssize) text->len);
  test_client_receive (later, &answer);
  g_assert_cmpuint (answer.status, ==, 403);
  test_client_wait_end (later);
  g_assert_cmpuint (test_n_handled (f), ==, 0);
  g_assert_cmpuint (test_n_logged (TEST_REFUSED), ==,
                    n_refused + 1); /* of one source, once a minute */
}

/* Basic is of the request, whoever passes it on. */
static void
test_proxy_may_pass_on_basic (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *http = test_http (TEST_BASIC, echo);
  g_autofree char *forwarded = test_replace (http, "Host:", "Via: 1.1 proxy\r\nHost:");
  g_autofree char *unknown = test_replace (forwarded, "Basic ", "Bearer ");
  g_auto (TestAnswer) answer = { 0 };
  g_auto (TestAnswer) refused = { 0 };

  test_client_send (c, forwarded, -1);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  test_client_send (c, unknown, -1);
  test_client_receive (c, &refused);
  g_assert_cmpuint (refused.status, ==, 401);
  g_assert_null (strstr (refused.head, "Negotiate"));
  g_assert_contains (refused.head, "\r\nWWW-Authenticate: Basic ");
}

/* mara of this host and mara of the realm are two. */
static void
test_realm_makes_another_user (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autoptr (TestClient) kerberos = test_client_new (f);
  g_autoptr (TestClient) ntlm = test_client_new (f);
  g_autoptr (TestGss) of_realm = test_gss_new_mara (TEST_GSS_SPNEGO_KERBEROS);
  g_autoptr (TestGss) of_host = test_gss_new_mara (TEST_GSS_NTLM);
  g_autofree char *echo = test_invoke ("Echo", "uuid:1");
  g_autofree char *local = test_ask (c, TEST_BASIC, echo, 200);
  g_autofree char *of_the_realm = NULL, *again = NULL;

  g_assert_cmpuint (test_gss_sign_in (kerberos, of_realm, "Negotiate", NULL), ==, 200);
  of_the_realm = test_gss_ask (kerberos, of_realm, WSM_SEAL_SPNEGO, echo, 200);
  g_assert_contains (of_the_realm, "Realm>CURFEW.TEST<");
  g_assert_cmpuint (test_n_handled (f), ==, 2);

  /* nor can a name make somebody of this host somebody of the realm */
  {
    g_autofree char *name = g_base64_encode ((const guchar *) "mara@CURFEW.TEST:secret", 23);
    g_autofree char *basic = g_strconcat ("Basic ", name, NULL);
    g_autofree char *posing = test_ask (c, basic, echo, 200);

    g_assert_contains (posing, "User>mara@CURFEW.TEST<");
    g_assert_contains (posing, "Realm>none<");
  }
  g_assert_cmpuint (test_n_handled (f), ==, 3);

  /* the same message of the same user, who signed in otherwise: the same answer */
  g_assert_cmpuint (test_gss_sign_in (ntlm, of_host, "NTLM", NULL), ==, 200);
  again = test_gss_ask (ntlm, of_host, WSM_SEAL_SPNEGO, echo, 200);
  g_assert_contains (again, "Mechanism>Basic<");
  g_assert_cmpuint (test_n_handled (f), ==, 3);
}

static void
test_abandoned_exchanges_are_throttled (Fixture *f, gconstpointer data)
{
  guint n_throttled = test_n_logged (TEST_THROTTLED);
  g_autoptr (TestClient) c = NULL;
  g_autoptr (TestClient) elsewhere = NULL;
  g_autoptr (TestGss) gss = test_gss_new_mara (TEST_GSS_NTLM);
  g_autoptr (TestGss) other = test_gss_new_mara (TEST_GSS_NTLM);
  g_auto (TestAnswer) answer = { 0 };

  f->limits.throttle_seconds = 15;
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (TestClient) gone = test_client_new (f);
      g_autoptr (TestGss) begun = test_gss_new_mara (TEST_GSS_NTLM);
      g_autofree char *second = begin_ntlm (gone, begun);
    }
  test_wait_connections (f, 0);

  c = test_client_new (f);
  {
    g_autofree char *token = test_gss_step (gss, NULL);

    test_gss_send_leg (c, "NTLM", token, "");
    test_client_receive (c, &answer);
    g_assert_cmpuint (answer.status, ==, 429);
    g_assert_contains (answer.head, "\r\nRetry-After: 5\r\n");
  }
  g_assert_cmpuint (test_n_logged (TEST_THROTTLED), ==, n_throttled + 1);

  elsewhere = test_client_new_from (f, "127.0.0.2");
  g_assert_cmpuint (test_gss_sign_in (elsewhere, other, "NTLM", NULL), ==, 200);
}

static void
test_guesses_are_throttled (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_autoptr (TestClient) elsewhere = NULL;
  g_autoptr (TestGss) gss = test_gss_new_mara (TEST_GSS_SPNEGO_NTLM);
  g_autoptr (TestGss) kim = test_gss_new (TEST_GSS_NTLM, "kim", test_gss_get_password ());

  f->limits.throttle_seconds = 15;
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (TestClient) guesser = test_client_new (f);
      g_autoptr (TestGss) wrong = test_gss_new (TEST_GSS_NTLM, "kim", "wrong");

      g_assert_cmpuint (test_gss_sign_in (guesser, wrong, "NTLM", NULL), ==, 401);
    }
  c = test_client_new (f);
  g_assert_cmpuint (test_gss_sign_in (c, gss, "Negotiate", NULL), ==, 429);
  elsewhere = test_client_new_from (f, "127.0.0.2");
  g_assert_cmpuint (test_gss_sign_in (elsewhere, kim, "NTLM", NULL), ==, 200);
}

static guint
guess (Fixture *f, const char *address)
{
  g_autoptr (TestClient) c = test_client_new_from (f, address);
  g_autoptr (TestGss) wrong = test_gss_new (TEST_GSS_NTLM, "kim", "wrong");

  return test_gss_sign_in (c, wrong, "NTLM", NULL);
}

/* Each leg after a first one can be an attempt to guess a password. */
static void
test_checks_of_passwords_run_out (Fixture *f, gconstpointer data)
{
  g_autoptr (TestCaller) caller = NULL;
  g_autoptr (TestCaller) kerberos = NULL;
  g_autoptr (TestClient) c = NULL;
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *body = NULL;

  f->limits.password_checks_per_minute = 6; /* four of them for strangers */
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (guess (f, "127.0.0.3"), ==, 401);
  g_assert_cmpuint (guess (f, "127.0.0.2"), ==, 503);

  /* a ticket is no password; and by that one this address is known */
  kerberos = test_caller_new (f, TEST_GSS_SPNEGO_KERBEROS, "Negotiate");
  for (guint i = 0; i < 2; i++)
    {
      g_clear_pointer (&caller, test_caller_free);
      caller = test_caller_new (f, TEST_GSS_NTLM, "NTLM");
    }
  g_assert_cmpuint (guess (f, "127.0.0.1"), ==, 503);

  /* they are the same as those of Basic */
  c = test_client_new (f);
  body = test_ask (c, TEST_BASIC, echo, 503);
  g_assert_cmpuint (test_n_verified (f), ==, 0);
}

/* Its connections carry requests of many people. */
static void
test_web_server_has_basic_only (Fixture *f, gconstpointer data)
{
  g_autoptr (TestGss) gss = test_gss_new_mara (TEST_GSS_SPNEGO_KERBEROS);
  g_autofree char *token = test_gss_step (gss, NULL);
  g_autofree char *authorization = g_strconcat ("Negotiate ", token, NULL);
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *http = test_http (authorization, echo);
  g_autoptr (TestClient) c = NULL;
  g_auto (TestAnswer) answer = { 0 };

  test_start_front (f, getuid (), NULL);
  c = test_client_new_front (f);
  test_client_send (c, http, -1);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 401);
  g_assert_null (strstr (answer.head, "Negotiate"));
  g_assert_contains (answer.head, "\r\nWWW-Authenticate: Basic ");
  g_assert_cmpuint (test_n_handled (f), ==, 0);
}

static void
test_account_is_only_what_there_is (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) kerberos = test_client_new (f);
  g_autoptr (TestClient) ntlm = test_client_new (f);
  g_autoptr (TestGss) of_realm = test_gss_new_mara (TEST_GSS_SPNEGO_KERBEROS);
  g_autoptr (TestGss) of_host = test_gss_new_mara (TEST_GSS_NTLM);
  g_autofree char *one = test_invoke_new ("Echo");
  g_autofree char *two = test_invoke_new ("Echo");
  g_autofree char *first = NULL, *second = NULL;

  /* a principal of the realm is nobody here without an account */
  g_assert_cmpuint (test_gss_sign_in (kerberos, of_realm, "Negotiate", NULL), ==, 200);
  first = test_gss_ask (kerberos, of_realm, WSM_SEAL_SPNEGO, one, 200);
  g_assert_contains (first, "Account>none<");

  /* a user of the host's own list is that user, as with passwords */
  g_assert_cmpuint (test_gss_sign_in (ntlm, of_host, "NTLM", NULL), ==, 200);
  second = test_gss_ask (ntlm, of_host, WSM_SEAL_SPNEGO, two, 200);
  g_assert_contains (second, "Account>mara<");
}

#define ADD(name, function)                                                                        \
  GSS_FIXTURE_ADD ("gss-identity/" name, gss_fixture_set_up, function, NULL)

int
main (int argc, char **argv)
{
  gss_fixture_init (&argc, &argv);
  ADD ("identity-stays-on-its-connection", test_identity_stays_on_its_connection);
  ADD ("other-user-replaces-identity", test_other_user_replaces_identity);
  ADD ("first-leg-ends-identity", test_first_leg_ends_identity);
  ADD ("other-authorization-ends-identity", test_other_authorization_ends_identity);
  ADD ("failure-ends-identity", test_failure_ends_identity);
  ADD ("failure-has-the-plain-challenges", test_failure_has_the_plain_challenges);
  ADD ("broken-fields-are-401", test_broken_fields_are_401);
  ADD ("interrupted-exchange-is-over", test_interrupted_exchange_is_over);
  ADD ("exchange-has-one-deadline", test_exchange_has_one_deadline);
  ADD ("proxy-may-not-sign-in", test_proxy_may_not_sign_in);
  ADD ("proxy-may-pass-on-basic", test_proxy_may_pass_on_basic);
  ADD ("realm-makes-another-user", test_realm_makes_another_user);
  ADD ("abandoned-exchanges-are-throttled", test_abandoned_exchanges_are_throttled);
  ADD ("guesses-are-throttled", test_guesses_are_throttled);
  ADD ("checks-of-passwords-run-out", test_checks_of_passwords_run_out);
  ADD ("web-server-has-basic-only", test_web_server_has_basic_only);
  ADD ("account-is-only-what-there-is", test_account_is_only_what_there_is);
  return gss_fixture_run ();
}
