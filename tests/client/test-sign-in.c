/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a client signs in, before it says anything. Runs in the realm of with-realm.py; the numbers
 * are those of the protocol reference, section 7. */
#include <string.h>

#include "asking.h"
#include "wsman/auth/wsm-auth-error.h"
#include "wsman/auth/wsm-gss-context.h"

#define HTTP         "http://localhost"
#define HTTPS        "https://localhost"
#define BOUND(n)     n " bound\n" n " plain\n"
#define NOTHING      "Content-Length: 0\r\n\r\n"
#define UNAUTHORIZED "HTTP/1.1 401 \r\n"
#define GOOD         "HTTP/1.1 200 \r\n"

static void
assert_log (ScriptedServer *server, const char *expected)
{
  g_autofree char *log = scripted_server_dup_log (server);

  g_assert_cmpstr (log, ==, expected);
}

/* What no observer may see: neither the message nor the password. */
static void
assert_nothing_readable (ScriptedServer *server)
{
  g_autofree char *requests = scripted_server_dup_requests (server);

  g_assert_null (strstr (requests, "Envelope"));
  g_assert_null (strstr (requests, g_getenv ("CURFEW_TEST_PASSWORD")));
}

static void
test_signs_in_with_empty_messages (void)
{
  static const Script scripts[] = { SIGN_IN, SEALED_ANSWER (GOOD_GET) };
  const struct
  {
    WsmCredential *credential;
    const char *mechanism;
    const char *start;
    const char *log;
  } cases[] = {
    { new_ticket (WSM_AUTH_NEGOTIATE), WSM_MECHANISM_KERBEROS, "Authorization: Negotiate YI",
      "1 " LEG "1 " SEALED },
    { new_ticket (WSM_AUTH_KERBEROS), WSM_MECHANISM_KERBEROS, "Authorization: Kerberos YI",
      "1 " LEG "1 " SEALED },
    { new_user (WSM_AUTH_NEGOTIATE, "kim@CURFEW.TEST", FALSE), WSM_MECHANISM_KERBEROS,
      "Authorization: Negotiate YI", "1 " LEG "1 " SEALED },
    { new_user (WSM_AUTH_NTLM, "mara", FALSE), WSM_MECHANISM_NTLM, "Authorization: Negotiate ",
      "1 " LEG "1 " LEG "1 " SEALED },
  };

  g_test_summary ("Case 1: each leg is an empty POST with a token, then the message is sealed");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ScriptedServer) server = scripted_server_new (NULL, scripts, 2);
      g_autoptr (WsmCredential) credential = cases[i].credential;
      g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);
      g_autofree char *requests = NULL;
      const char *end;

      g_assert_null (wsm_client_get_mechanism (client));
      ask_well (client, ASK_GET);
      g_assert_cmpstr (wsm_client_get_mechanism (client), ==, cases[i].mechanism);
      g_assert_null (wsm_client_get_detour (client));
      assert_log (server, cases[i].log);
      assert_nothing_readable (server);

      requests = scripted_server_dup_requests (server);
      g_assert_true (g_str_has_prefix (requests, "POST /wsman HTTP/1.1\r\n"));
      end = strstr (requests, "\r\n\r\n");
      g_assert_nonnull (g_strstr_len (requests, end - requests, cases[i].start));
      g_assert_nonnull (g_strstr_len (requests, end - requests + 2, "Content-Length: 0\r\n"));
      g_assert_null (g_strstr_len (requests, end - requests, "Content-Type"));
    }
}

static void
test_takes_the_token_from_the_right_line (void)
{
#define LINES                                                                                      \
  "WWW-Authenticate: Kerberos\r\nwww-authenticate: negotiate @TOKEN@\r\n"                          \
  "WWW-Authenticate: Basic realm=\"Negotiate YWJj, x\"\r\n" NOTHING
  static const Script scripts[] = {
    { .head = UNAUTHORIZED LINES },
    { .head = GOOD LINES },
    SEALED_ANSWER (GOOD_GET),
  };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, scripts, G_N_ELEMENTS (scripts));
  g_autoptr (WsmCredential) credential = new_user (WSM_AUTH_NTLM, "mara", FALSE);
  g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);

  g_test_summary ("Case 2: three challenges, the one in the middle in lower case");

  ask_well (client, ASK_GET);
  assert_log (server, "1 " LEG "1 " LEG "1 " SEALED);
}

static void
test_refused_is_not_asked_again (void)
{
  static const struct
  {
    const char *head;
    GQuark (*domain) (void);
    int code;
    const char *text;
  } cases[] = {
    { UNAUTHORIZED NOTHING, wsm_client_error_quark, WSM_CLIENT_ERROR_UNAUTHORIZED, "Kerberos" },
    { UNAUTHORIZED "WWW-Authenticate: Negotiate\r\n" NOTHING, wsm_client_error_quark,
      WSM_CLIENT_ERROR_UNAUTHORIZED, "localhost" },
    { UNAUTHORIZED "WWW-Authenticate: Basic realm=\"WSMAN\"\r\n" NOTHING, wsm_auth_error_quark,
      WSM_AUTH_ERROR_MECHANISM, "offers Basic only. Use --auth basic over https" },
    { UNAUTHORIZED "WWW-Authenticate: Kerberos\r\n" NOTHING, wsm_auth_error_quark,
      WSM_AUTH_ERROR_MECHANISM, "--auth kerberos" },
    { "HTTP/1.1 302 \r\nLocation: http://127.0.0.1/\r\n" NOTHING, wsm_client_error_quark,
      WSM_CLIENT_ERROR_HTTP, "elsewhere" },
    { "HTTP/1.1 404 \r\n" NOTHING, wsm_client_error_quark, WSM_CLIENT_ERROR_HTTP, "404" },
    { "HTTP/1.1 429 \r\nRetry-After: 17\r\n" NOTHING, wsm_client_error_quark,
      WSM_CLIENT_ERROR_THROTTLED, "17 s" },
    { "HTTP/1.1 429 \r\nRetry-After: soon\r\n" NOTHING, wsm_client_error_quark,
      WSM_CLIENT_ERROR_THROTTLED, "a while" },
  };

  g_test_summary ("Cases 3, 11: what is no challenge ends it, after one request");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Script script = { .head = cases[i].head };
      g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &script, 1);
      g_autoptr (WsmCredential) credential = new_ticket (WSM_AUTH_NEGOTIATE);
      g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);
      g_autoptr (GError) error = NULL;

      g_assert_false (ask (client, ASK_INVOKE, &error));
      g_assert_error (error, cases[i].domain (), cases[i].code);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, cases[i].text));
      assert_log (server, "1 " LEG);
      g_assert_null (wsm_client_get_mechanism (client));
    }
}

static void
test_a_host_has_to_prove_itself (void)
{
  static const char *const heads[] = {
    GOOD NOTHING,
    GOOD "WWW-Authenticate: Negotiate\r\n" NOTHING,
    GOOD "WWW-Authenticate: Negotiate ?\?\?\r\n" NOTHING,
    GOOD "WWW-Authenticate: Negotiate YWJj\r\n" NOTHING,
    GOOD "WWW-Authenticate: Kerberos @TOKEN@\r\n" NOTHING,
  };

  g_test_summary ("Case 4: 200 without the last token, or with a broken one: nothing is sealed");

  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      const Script script = { .head = heads[i] };
      g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &script, 1);
      g_autoptr (WsmCredential)
        credential = new_user (WSM_AUTH_NEGOTIATE, "mara@CURFEW.TEST", TRUE);
      g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);
      g_autoptr (GError) error = NULL;

      g_assert_false (ask (client, ASK_INVOKE, &error));
      g_test_message ("%s", error->message);
      g_assert_true (error->domain == WSM_AUTH_ERROR);
      assert_log (server, "1 " LEG);
    }
}

static void
test_a_closed_connection_is_signed_in_anew (void)
{
  static const Script scripts[] = {
    SIGN_IN,
    { .body = GOOD_IDENTIFY, .seal = SCRIPTED_SEAL_TAB, .closes = TRUE }, /* without saying so */
    SIGN_IN,
    SEALED_ANSWER (GOOD_INVOKE),
  };
  WsmCredential *credentials[] = { new_ticket (WSM_AUTH_NEGOTIATE),
                                   new_ticket (WSM_AUTH_KERBEROS) };

  g_test_summary ("Case 6: not a sealed octet goes over a connection that is not signed in");

  for (gsize i = 0; i < G_N_ELEMENTS (credentials); i++)
    {
      g_autoptr (ScriptedServer)
        server = scripted_server_new (NULL, scripts, G_N_ELEMENTS (scripts));
      g_autoptr (WsmCredential) credential = credentials[i];
      g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);

      ask_well (client, ASK_IDENTIFY);
      scripted_server_wait_closed (server, 1);
      ask_well (client, ASK_INVOKE);
      assert_log (server, "1 " LEG "1 " SEALED "2 " LEG "2 " SEALED);
    }
}

static void
test_all_over_one_connection (void)
{
  static const Script scripts[] = { SIGN_IN, SEALED_ANSWER (GOOD_IDENTIFY),
                                    SEALED_ANSWER (GOOD_GET), SEALED_ANSWER (GOOD_INVOKE) };
  WsmCredential *credentials[] = { new_ticket (WSM_AUTH_NEGOTIATE),
                                   new_user (WSM_AUTH_NTLM, "kim", FALSE) };
  static const char *const logs[] = { "1 " LEG "1 " SEALED "1 " SEALED "1 " SEALED,
                                      "1 " LEG "1 " LEG "1 " SEALED "1 " SEALED "1 " SEALED };

  g_test_summary ("Case 7: one sign-in, three requests in their order");

  for (gsize i = 0; i < G_N_ELEMENTS (credentials); i++)
    {
      g_autoptr (ScriptedServer)
        server = scripted_server_new (NULL, scripts, G_N_ELEMENTS (scripts));
      g_autoptr (WsmCredential) credential = credentials[i];
      g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);

      for (Asking asking = ASK_IDENTIFY; asking <= ASK_INVOKE; asking++)
        {
          ask_well (client, asking);
        }
      assert_log (server, logs[i]);
    }
}

/* A sealed Invoke is not among them: see test-sealing.c. */
static const struct
{
  gboolean is_tls;
  Asking asking;
  const char *once;
  const char *twice;
} forgetting[] = {
  { FALSE, ASK_GET, "1 " LEG "1 " SEALED "2 " LEG "2 " SEALED,
    "1 " LEG "1 " SEALED "2 " LEG "2 " SEALED "3 " LEG "3 " SEALED "4 " LEG "4 " SEALED },
  { TRUE, ASK_GET, "1 " LEG BOUND ("1") "2 " LEG BOUND ("2"),
    "1 " LEG BOUND ("1") "2 " LEG BOUND ("2") "3 " LEG BOUND ("3") "4 " LEG BOUND ("4") },
  { TRUE, ASK_INVOKE, "1 " LEG BOUND ("1") "2 " LEG BOUND ("2"),
    "1 " LEG BOUND ("1") "2 " LEG BOUND ("2") "3 " LEG BOUND ("3") "4 " LEG BOUND ("4") },
};

static void
test_forgotten_is_signed_in_once_more (void)
{
  g_test_summary ("Case 8: 401 to a request: one new sign-in, sealed anew, the same message");

  for (gsize i = 0; i < G_N_ELEMENTS (forgetting); i++)
    {
      gboolean is_tls = forgetting[i].is_tls;
      const Script scripts[] = {
        SIGN_IN,
        { .head = UNAUTHORIZED "WWW-Authenticate: Negotiate\r\n" NOTHING },
        SIGN_IN,
        { .body = good_answers[forgetting[i].asking],
          .seal = is_tls ? SCRIPTED_SEAL_NONE : SCRIPTED_SEAL_TAB },
      };
      g_autoptr (GTlsCertificate) certificate = is_tls ? test_certificate_load ("host") : NULL;
      g_autoptr (ScriptedServer)
        server = scripted_server_new (certificate, scripts, G_N_ELEMENTS (scripts));
      g_autoptr (WsmCredential) credential = new_ticket (WSM_AUTH_NEGOTIATE);
      g_autoptr (WsmClient) client = new_signing_client (server, is_tls ? HTTPS : HTTP, credential);
      g_autofree char *ids = NULL;
      g_auto (GStrv) lines = NULL;

      ask_well (client, forgetting[i].asking);
      assert_log (server, forgetting[i].once);

      ids = scripted_server_dup_ids (server);
      lines = g_strsplit (ids, "\n", -1);
      g_assert_cmpuint (g_strv_length (lines), ==, 3);
      g_assert_cmpstr (lines[0], ==, lines[1]);
    }
}

static void
test_forgotten_twice_is_reported (void)
{
  static const Script scripts[] = {
    SIGN_IN,
    { .head = UNAUTHORIZED "WWW-Authenticate: Negotiate\r\n" NOTHING },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (forgetting); i++)
    {
      gboolean is_tls = forgetting[i].is_tls;
      g_autoptr (GTlsCertificate) certificate = is_tls ? test_certificate_load ("host") : NULL;
      g_autoptr (ScriptedServer)
        server = scripted_server_new (certificate, scripts, G_N_ELEMENTS (scripts));
      g_autoptr (WsmCredential) credential = new_ticket (WSM_AUTH_NEGOTIATE);
      g_autoptr (WsmClient) client = new_signing_client (server, is_tls ? HTTPS : HTTP, credential);
      g_autoptr (GError) error = NULL;

      scripted_server_set_turns_of_connections (server);
      g_assert_false (ask (client, forgetting[i].asking, &error));
      g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNAUTHORIZED);
      assert_log (server, forgetting[i].once);
      g_clear_error (&error);

      /* The next question does not go over a connection that is known to be forgotten. */
      g_assert_false (ask (client, forgetting[i].asking, &error));
      assert_log (server, forgetting[i].twice);
    }
}

static void
test_without_a_ticket_nobody_is_asked (void)
{
  static const Script script = SIGN_IN;
  static const WsmAuthMethod methods[] = { WSM_AUTH_NEGOTIATE, WSM_AUTH_KERBEROS };
  static const char *const hosts[] = { HTTP, "https://localhost" };

  g_test_summary ("Case 9: Kerberos only and no ticket: an error, and no NTLM");

  for (gsize i = 0; i < 4; i++)
    {
      g_autoptr (GTlsCertificate) certificate = i >= 2 ? test_certificate_load ("host") : NULL;
      const WsmCredentialOptions options = { .method = methods[i % 2], .user = "kim@CURFEW.TEST" };
      g_autoptr (ScriptedServer) server = scripted_server_new (certificate, &script, 1);
      g_autoptr (WsmCredential) credential = wsm_credential_new (&options, NULL);
      g_autoptr (WsmClient) client = new_signing_client (server, hosts[i / 2], credential);
      g_autoptr (GError) error = NULL;

      g_assert_nonnull (credential);
      g_assert_false (ask (client, ASK_INVOKE, &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_NO_TICKET);
      g_assert_cmpuint (scripted_server_get_n_octets (server), ==, 0);
    }
}

static void
test_ntlm_where_kerberos_is_not_possible (void)
{
  static const Script by_address[] = { SIGN_IN, SEALED_ANSWER (GOOD_INVOKE) };
  static const Script by_tls[] = { SIGN_IN, SIGN_IN, { .body = GOOD_INVOKE } };
  static const struct
  {
    const char *host;
    const Script *scripts;
    gsize n_scripts;
    const char *log;
  } cases[] = {
    /* an address has no principal: that is found out here */
    { "http://127.0.0.1", by_address, 2, "1 " LEG "1 " LEG "1 " SEALED },
    /* a host without a keytab says so */
    { HTTPS, by_tls, 3, "1 " LEG "2 " LEG "2 " LEG BOUND ("2") },
  };

  g_test_summary ("Case 10: NTLM is used, and reported");
  scripted_gss_prepare (NULL, g_getenv ("CURFEW_TEST_NTLM_USERS"));

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GTlsCertificate)
        certificate = cases[i].scripts == by_tls ? test_certificate_load ("host") : NULL;
      g_autoptr (ScriptedServer)
        server = scripted_server_new (certificate, cases[i].scripts, cases[i].n_scripts);
      g_autoptr (WsmCredential) credential = new_user (WSM_AUTH_NEGOTIATE, "mara", TRUE);
      g_autoptr (WsmClient) client = new_signing_client (server, cases[i].host, credential);

      ask_well (client, ASK_INVOKE);
      g_assert_cmpstr (wsm_client_get_mechanism (client), ==, WSM_MECHANISM_NTLM);
      g_test_message ("%s", wsm_client_get_detour (client));
      g_assert_nonnull (wsm_client_get_detour (client));
      assert_log (server, cases[i].log);
      if (certificate == NULL)
        assert_nothing_readable (server);
    }
  prepare_realm ();
}

static void
test_no_ntlm_for_who_refuses_in_the_open (void)
{
  static const Script scripts[] = {
    SIGN_IN,
    { .head = UNAUTHORIZED NOTHING },
    { .head = UNAUTHORIZED "WWW-Authenticate: Negotiate\r\n" NOTHING },
    { .head = UNAUTHORIZED "WWW-Authenticate: Negotiate YWJj\r\n" NOTHING },
    { .head = UNAUTHORIZED "WWW-Authenticate: Negotiate oQcwBaADCgEC\r\n" NOTHING },
  };

  g_test_summary ("A refusal that anybody in between can write does not end in NTLM");
  scripted_gss_prepare (NULL, g_getenv ("CURFEW_TEST_NTLM_USERS"));

  for (gsize i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &scripts[i], 1);
      g_autoptr (WsmCredential) credential = new_user (WSM_AUTH_NEGOTIATE, "mara", TRUE);
      g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);
      g_autoptr (GError) error = NULL;

      scripted_server_set_turns_of_connections (server);
      g_assert_false (ask (client, ASK_INVOKE, &error));
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, "use --auth ntlm if that host is to get it"));
      g_assert_null (wsm_client_get_detour (client));
      g_assert_null (wsm_client_get_mechanism (client));
      assert_log (server, "1 " LEG);
    }
  prepare_realm ();
}

static void
test_a_detour_that_fails_is_told (void)
{
  static const Script script = { .head = UNAUTHORIZED NOTHING };
  static const struct
  {
    const char *host;
    const char *log;
    const char *detour;
  } cases[] = {
    { "http://127.0.0.1", "1 " LEG, "address" },
    { HTTPS, "1 " LEG "2 " LEG, "did not accept Kerberos" },
  };

  g_test_summary ("Where NTLM was sent, that is told even if it was for nothing");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GTlsCertificate) certificate = g_str_has_prefix (cases[i].host, HTTPS)
                                                  ? test_certificate_load ("host")
                                                  : NULL;
      g_autoptr (ScriptedServer) server = scripted_server_new (certificate, &script, 1);
      g_autoptr (WsmCredential) credential = new_user (WSM_AUTH_NEGOTIATE, "mara", TRUE);
      g_autoptr (WsmClient) client = new_signing_client (server, cases[i].host, credential);
      g_autoptr (GError) error = NULL;

      scripted_server_set_turns_of_connections (server);
      g_assert_false (ask (client, ASK_INVOKE, &error));
      g_test_message ("%s", wsm_client_get_detour (client));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM);
      g_assert_nonnull (strstr (wsm_client_get_detour (client), cases[i].detour));
      g_assert_null (wsm_client_get_mechanism (client));
      assert_log (server, cases[i].log);
    }
}

static void
test_refused_later_is_not_signed_in (void)
{
  static const Script scripts[] = {
    SIGN_IN,
    { .body = GOOD_GET, .seal = SCRIPTED_SEAL_TAB, .closes = TRUE },
    { .head = UNAUTHORIZED NOTHING },
  };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, scripts, G_N_ELEMENTS (scripts));
  g_autoptr (WsmCredential) credential = new_ticket (WSM_AUTH_NEGOTIATE);
  g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);
  g_autoptr (GError) error = NULL;

  g_test_summary ("How an earlier connection was signed in says nothing about one that was not");

  ask_well (client, ASK_GET);
  g_assert_cmpstr (wsm_client_get_mechanism (client), ==, WSM_MECHANISM_KERBEROS);
  scripted_server_wait_closed (server, 1);
  g_assert_false (ask (client, ASK_GET, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNAUTHORIZED);
  g_assert_null (wsm_client_get_mechanism (client));
}

static void
test_ntlm_refused_says_why (void)
{
  static const Script script = SIGN_IN;
  static const struct
  {
    gboolean has_ntlm;
    const char *user;
    int auth_code;
    const char *text;
  } cases[] = {
    { TRUE, "nobody", WSM_AUTH_ERROR_REJECTED, "password" },
    { FALSE, "mara", WSM_AUTH_ERROR_MECHANISM, "no NTLM" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &script, 1);
      g_autoptr (WsmCredential) credential = new_user (WSM_AUTH_NTLM, cases[i].user, FALSE);
      g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);
      g_autoptr (GError) error = NULL;

      scripted_gss_prepare (g_getenv ("CURFEW_TEST_KEYTAB"),
                            cases[i].has_ntlm ? g_getenv ("CURFEW_TEST_NTLM_USERS") : NULL);
      g_assert_false (ask (client, ASK_INVOKE, &error));
      g_test_message ("%s", error->message);
      if (!g_error_matches (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNAUTHORIZED) ||
          cases[i].auth_code != WSM_AUTH_ERROR_REJECTED)
        g_assert_error (error, WSM_AUTH_ERROR, cases[i].auth_code);
      g_assert_nonnull (strstr (error->message, cases[i].text));
      g_assert_nonnull (strstr (error->message, "localhost"));
    }
  prepare_realm ();
}

static void
test_hanging_up_within_a_sign_in (void)
{
  static const struct
  {
    Script scripts[2];
    const char *log;
    const char *text;
  } cases[] = {
    { { { .head = UNAUTHORIZED
          "Connection: close\r\nWWW-Authenticate: Negotiate @TOKEN@\r\n" NOTHING,
          .closes = TRUE },
        SIGN_IN },
      "1 " LEG,
      "A proxy in between" },
    { { { .head = UNAUTHORIZED "WWW-Authenticate: Negotiate @TOKEN@\r\n" NOTHING, .closes = TRUE },
        SIGN_IN },
      "1 " LEG,
      "hung up before" }, /* the request left, or an answer: as it came to be known */
    { { { .head = "", .closes = TRUE }, SIGN_IN }, "1 " LEG, "before it answered" },
  };

  g_test_summary ("The next leg goes over the same connection, or over none");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ScriptedServer) server = scripted_server_new (NULL, cases[i].scripts, 2);
      g_autoptr (WsmCredential) credential = new_user (WSM_AUTH_NTLM, "mara", FALSE);
      g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);
      g_autoptr (GError) error = NULL;

      g_assert_false (ask (client, ASK_INVOKE, &error));
      g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_DISCONNECTED);
      g_assert_nonnull (strstr (error->message, cases[i].text));
      assert_log (server, cases[i].log);
    }
}

static void
test_time_and_patience_have_an_end (void)
{
  static const Script script = { .kind = SCRIPT_HANG };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &script, 1);
  g_autoptr (WsmCredential) credential = new_ticket (WSM_AUTH_NEGOTIATE);
  g_autoptr (WsmTrust) trust = new_any_trust ();
  const WsmClientOptions options = {
    .trust = trust, .credential = credential, .operation_timeout_msec = 300, .margin_msec = 300
  };
  g_autoptr (WsmClient) hasty = new_client (server, HTTP, &options);
  g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  g_test_summary ("An Invoke that has not left is not unknown, however its sign-in ends");

  g_assert_false (ask (hasty, ASK_INVOKE, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNREACHABLE);
  g_clear_error (&error);

  ask_start (client, ASK_INVOKE, cancellable, &result);
  while (scripted_server_get_n_requests (server) < 2)
    g_main_context_iteration (NULL, FALSE);
  g_cancellable_cancel (cancellable);
  g_assert_false (ask_end (client, ASK_INVOKE, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  ask_start (client, ASK_INVOKE, cancellable, &result);
  g_assert_false (ask_end (client, ASK_INVOKE, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (scripted_server_get_n_requests (server), ==, 2);
}

/* A realm whose KDC accepts connections and says nothing, beside the one that there is. */
static char *
add_silent_realm (ScriptedServer *kdc)
{
  g_autofree char *path = g_build_filename (g_getenv ("CURFEW_TEST_DIRECTORY"), "silent.conf",
                                            NULL);
  g_autofree char *text = g_strdup_printf (
    "[realms]\n  SILENT.TEST = {\n    kdc = 127.0.0.1:%u\n  }\n", scripted_server_get_port (kdc));
  char *before = g_strdup (g_getenv ("KRB5_CONFIG"));
  g_autofree char *both = g_strconcat (path, ":", before, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_setenv ("KRB5_CONFIG", both, TRUE);

  return before;
}

static void
test_a_silent_kdc_is_not_waited_for (void)
{
  static const Script deaf = { .kind = SCRIPT_DEAF };
  static const Script script = SIGN_IN;
  g_autoptr (ScriptedServer) kdc = scripted_server_new (NULL, &deaf, 1);
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &script, 1);
  g_autofree char *before = add_silent_realm (kdc);
  g_autoptr (WsmCredential) credential = new_user (WSM_AUTH_NEGOTIATE, "mara@SILENT.TEST", FALSE);
  g_autoptr (WsmTrust) trust = new_any_trust ();
  const WsmClientOptions options = {
    .trust = trust, .credential = credential, .operation_timeout_msec = 200, .margin_msec = 200
  };
  g_autoptr (WsmClient) client = new_client (server, HTTP, &options);
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  g_assert_false (ask (client, ASK_INVOKE, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "took longer"));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (scripted_server_get_n_connections (server), ==, 0);
  g_setenv ("KRB5_CONFIG", before, TRUE);
}

static gboolean
cancel_cb (gpointer user_data)
{
  g_cancellable_cancel (G_CANCELLABLE (user_data));

  return G_SOURCE_REMOVE;
}

static void
test_a_silent_kdc_does_not_hold_the_caller (void)
{
  static const Script deaf = { .kind = SCRIPT_DEAF };
  static const Script script = SIGN_IN;
  g_autoptr (ScriptedServer) kdc = scripted_server_new (NULL, &deaf, 1);
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &script, 1);
  g_autofree char *before = add_silent_realm (kdc);
  g_autoptr (WsmCredential) credential = new_user (WSM_AUTH_NEGOTIATE, "kim@SILENT.TEST", FALSE);
  g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  g_timeout_add (100, cancel_cb, cancellable);
  ask_start (client, ASK_INVOKE, cancellable, &result);
  g_assert_false (ask_end (client, ASK_INVOKE, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  g_assert_cmpuint (scripted_server_get_n_connections (server), ==, 0);
  g_setenv ("KRB5_CONFIG", before, TRUE);
}

static void
test_bound_to_the_certificate (void)
{
  static const Script scripts[] = { SIGN_IN, { .body = GOOD_GET }, { .body = GOOD_INVOKE } };
  WsmCredential *credentials[] = { new_ticket (WSM_AUTH_NEGOTIATE), new_ticket (WSM_AUTH_KERBEROS),
                                   new_user (WSM_AUTH_NTLM, "mara", FALSE) };
  static const char *const logs[] = { "1 " LEG "1 bound\n1 plain\n1 plain\n",
                                      "1 " LEG "1 bound\n1 plain\n1 plain\n",
                                      "1 " LEG "1 " LEG "1 bound\n1 plain\n1 plain\n" };

  g_test_summary ("Over TLS the sign-in has channel bindings, and the message is not sealed again");

  for (gsize i = 0; i < G_N_ELEMENTS (credentials); i++)
    {
      g_autoptr (GTlsCertificate) certificate = test_certificate_load ("host");
      g_autoptr (ScriptedServer)
        server = scripted_server_new (certificate, scripts, G_N_ELEMENTS (scripts));
      g_autoptr (WsmCredential) credential = credentials[i];
      g_autoptr (WsmClient) client = new_signing_client (server, "https://localhost", credential);

      ask_well (client, ASK_GET);
      ask_well (client, ASK_INVOKE);
      assert_log (server, logs[i]);
    }
}

static void
test_no_token_for_strangers (void)
{
  static const Script script = SIGN_IN;
  g_autofree char *pin = g_strnfill (64, '7');
  g_autoptr (GTlsCertificate) certificate = test_certificate_load ("host");
  g_autoptr (ScriptedServer) server = scripted_server_new (certificate, &script, 1);
  g_autoptr (WsmTrust) trust = wsm_trust_new (NULL, pin, NULL);
  g_autoptr (WsmCredential) credential = new_ticket (WSM_AUTH_NEGOTIATE);
  const WsmClientOptions options = { .trust = trust, .credential = credential };
  g_autoptr (WsmClient) client = new_client (server, "https://localhost", &options);
  g_autoptr (GError) error = NULL;

  g_test_summary ("Case 61: another certificate than the pinned one, and no token leaves");

  g_assert_false (ask (client, ASK_INVOKE, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TLS_PIN);
  scripted_server_wait_closed (server, 1);
  g_assert_cmpuint (scripted_server_get_n_octets (server), ==, 0);
}

static void
test_certificate_of_nobody (void)
{
  static const Script script = { .head = "HTTP/1.1 403 \r\n" NOTHING };
  g_autoptr (GTlsCertificate) certificate = test_certificate_load ("host");
  g_autoptr (GTlsCertificate) own = test_certificate_load ("self-signed");
  const WsmCredentialOptions options = { .method = WSM_AUTH_CERTIFICATE, .certificate = own };
  g_autoptr (WsmCredential) credential = wsm_credential_new (&options, NULL);
  g_autoptr (ScriptedServer) server = scripted_server_new (certificate, &script, 1);
  g_autoptr (WsmClient) client = new_signing_client (server, "https://localhost", credential);
  g_autoptr (GError) error = NULL;

  g_assert_false (ask (client, ASK_INVOKE, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNAUTHORIZED);
  g_assert_nonnull (strstr (error->message, "your certificate for nobody's"));
}

static void
test_certificate_of_the_client (void)
{
  static const Script scripts[] = { { .body = GOOD_GET }, { .body = GOOD_INVOKE } };
  g_autoptr (GTlsCertificate) certificate = test_certificate_load ("host");
  g_autoptr (GTlsCertificate) own = test_certificate_load ("self-signed");
  const WsmCredentialOptions options = { .method = WSM_AUTH_CERTIFICATE, .certificate = own };
  g_autoptr (WsmCredential) credential = wsm_credential_new (&options, NULL);
  g_autoptr (ScriptedServer) server = scripted_server_new (certificate, scripts, 2);
  g_autoptr (WsmClient) client = new_signing_client (server, "https://localhost", credential);
  g_autoptr (WsmClient) clear = new_signing_client (server, HTTP, credential);
  g_autoptr (GError) error = NULL;
  g_autofree char *requests = NULL;

  g_assert_false (ask (clear, ASK_INVOKE, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM);
  g_assert_cmpuint (scripted_server_get_n_connections (server), ==, 0);
  g_clear_error (&error);

  ask_well (client, ASK_GET);
  ask_well (client, ASK_INVOKE);
  g_assert_cmpstr (wsm_client_get_mechanism (client), ==, WSM_MECHANISM_CERTIFICATE);
  assert_log (server, "1 certificate\n1 plain with authorization\n1 plain with authorization\n");
  requests = scripted_server_dup_requests (server);
  g_assert_nonnull (
    strstr (requests, "\r\nAuthorization: http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/"
                      "https/mutual\r\n"));
}

#define ADD(path, function) g_test_add_func ("/client/sign-in/" path, function)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  prepare_realm ();

  ADD ("signs-in-with-empty-messages", test_signs_in_with_empty_messages);
  ADD ("takes-the-token-from-the-right-line", test_takes_the_token_from_the_right_line);
  ADD ("refused-is-not-asked-again", test_refused_is_not_asked_again);
  ADD ("a-host-has-to-prove-itself", test_a_host_has_to_prove_itself);
  ADD ("a-closed-connection-is-signed-in-anew", test_a_closed_connection_is_signed_in_anew);
  ADD ("all-over-one-connection", test_all_over_one_connection);
  ADD ("forgotten-is-signed-in-once-more", test_forgotten_is_signed_in_once_more);
  ADD ("forgotten-twice-is-reported", test_forgotten_twice_is_reported);
  ADD ("without-a-ticket-nobody-is-asked", test_without_a_ticket_nobody_is_asked);
  ADD ("ntlm-where-kerberos-is-not-possible", test_ntlm_where_kerberos_is_not_possible);
  ADD ("no-ntlm-for-who-refuses-in-the-open", test_no_ntlm_for_who_refuses_in_the_open);
  ADD ("a-detour-that-fails-is-told", test_a_detour_that_fails_is_told);
  ADD ("refused-later-is-not-signed-in", test_refused_later_is_not_signed_in);
  ADD ("ntlm-refused-says-why", test_ntlm_refused_says_why);
  ADD ("hanging-up-within-a-sign-in", test_hanging_up_within_a_sign_in);
  ADD ("time-and-patience-have-an-end", test_time_and_patience_have_an_end);
  ADD ("a-silent-kdc-is-not-waited-for", test_a_silent_kdc_is_not_waited_for);
  ADD ("a-silent-kdc-does-not-hold-the-caller", test_a_silent_kdc_does_not_hold_the_caller);
  ADD ("bound-to-the-certificate", test_bound_to_the_certificate);
  ADD ("no-token-for-strangers", test_no_token_for_strangers);
  ADD ("certificate-of-nobody", test_certificate_of_nobody);
  ADD ("certificate-of-the-client", test_certificate_of_the_client);

  return g_test_run ();
}
