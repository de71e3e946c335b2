/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a client makes of answers that come whole. */
#include <string.h>

#include "asking.h"

#define HEAD(status, fields) "HTTP/1.1 " status "\r\n" fields "Content-Length: @LENGTH@\r\n\r\n"
#define SOAP_TYPE            "Content-Type: application/soap+xml;charset=UTF-8\r\n"

static void
test_asks_and_reuses_the_connection (void)
{
  static const Script scripts[] = {
    { .kind = SCRIPT_ANSWER, .body = GOOD_IDENTIFY },
    { .kind = SCRIPT_ANSWER, .body = GOOD_GET },
    { .kind = SCRIPT_ANSWER, .body = GOOD_INVOKE },
    { .kind = SCRIPT_ANSWER, .body = GOOD_GET },
  };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, scripts, G_N_ELEMENTS (scripts));
  g_autoptr (WsmClient) client = new_plain_client (server);
  g_autoptr (GError) error = NULL;
  g_autofree char *requests = NULL;
  static const Asking askings[] = { ASK_IDENTIFY, ASK_GET, ASK_INVOKE, ASK_GET };

  for (gsize i = 0; i < G_N_ELEMENTS (askings); i++)
    {
      g_assert_true (ask (client, askings[i], &error));
      g_assert_no_error (error);
    }

  g_assert_cmpuint (scripted_server_get_n_requests (server), ==, 4);
  g_assert_cmpuint (scripted_server_get_n_connections (server), ==, 1);

  requests = scripted_server_dup_requests (server);
  g_assert_true (g_str_has_prefix (requests, "POST /wsman HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (requests, "Authorization: Basic bWFyYTpvd2w=\r\n"));
  g_assert_nonnull (strstr (requests, "Content-Type: application/soap+xml;charset=UTF-8\r\n"));
  g_assert_null (strstr (requests, "Accept-Encoding"));
  g_assert_null (strstr (requests, "Transfer-Encoding"));
  g_assert_null (strstr (requests, "Expect"));
  g_assert_null (strstr (requests, "WSMANIDENTIFY"));
}

static void
test_identifies_without_signing_in (void)
{
  static const Script scripts[] = { { .kind = SCRIPT_ANSWER, .body = GOOD_IDENTIFY } };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, scripts, 1);
  g_autoptr (WsmTrust) trust = new_any_trust ();
  const WsmClientOptions options = { .trust = trust };
  g_autoptr (WsmClient) client = new_client (server, "http://127.0.0.1", &options);
  g_autoptr (GError) error = NULL;
  g_autofree char *requests = NULL;

  g_assert_true (ask (client, ASK_IDENTIFY, &error));
  g_assert_no_error (error);
  requests = scripted_server_dup_requests (server);
  g_assert_null (strstr (requests, "Authorization"));
  g_assert_nonnull (strstr (requests, "WSMANIDENTIFY: unauthenticated\r\n"));
}

static void
test_survives_odd_servers (void)
{
  static const struct
  {
    const char *what;
    Asking asking;
    Script script;
  } cases[] = {
    { "no reason phrase",
      ASK_INVOKE,
      { .head = "HTTP/1.1 200\r\n" SOAP_TYPE "Content-Length: @LENGTH@\r\n\r\n",
        .body = GOOD_INVOKE } },
    { "(null) as reason phrase",
      ASK_INVOKE,
      { .head = HEAD ("200 (null)", SOAP_TYPE), .body = GOOD_INVOKE } },
    { "closes each connection",
      ASK_INVOKE,
      { .head = HEAD ("200 OK", SOAP_TYPE "Connection: close\r\n"),
        .body = GOOD_INVOKE,
        .closes = TRUE } },
    { "no space behind the colon",
      ASK_INVOKE,
      { .head = "HTTP/1.1 200 \r\nContent-Type:application/soap+xml\r\n"
                "Content-Length:@LENGTH@\r\n\r\n",
        .body = GOOD_INVOKE } },
    { "no length",
      ASK_INVOKE,
      { .head = "HTTP/1.1 200 \r\n" SOAP_TYPE "\r\n", .body = GOOD_INVOKE, .closes = TRUE } },
    { "HTTP/1.0",
      ASK_INVOKE,
      { .head = "HTTP/1.0 200 OK\r\n" SOAP_TYPE "\r\n", .body = GOOD_INVOKE, .closes = TRUE } },
    { "no content type", ASK_INVOKE, { .head = HEAD ("200 ", ""), .body = GOOD_INVOKE } },
    { "quoted charset",
      ASK_INVOKE,
      { .head = HEAD ("200 ", "Content-Type: application/soap+xml; charset=\"utf-8\"\r\n"),
        .body = GOOD_INVOKE } },
    { "identity as encoding",
      ASK_INVOKE,
      { .head = HEAD ("200 ", SOAP_TYPE "Content-Encoding: identity\r\n"), .body = GOOD_INVOKE } },
    { "a byte order mark",
      ASK_INVOKE,
      { .head = HEAD ("200 ", SOAP_TYPE), .body = "\357\273\277" GOOD_INVOKE } },
    { "no RelatesTo", ASK_INVOKE, { .body = ENVELOPE ("<a:Action>x</a:Action>", OUTPUT) } },
    { "100 first",
      ASK_INVOKE,
      { .head = "HTTP/1.1 100 Continue\r\n\r\n" HEAD ("200 ", SOAP_TYPE), .body = GOOD_INVOKE } },
    { "IdentifyResponse in the SOAP namespace",
      ASK_IDENTIFY,
      { .body = ENVELOPE ("", "<s:IdentifyResponse><s:ProductVendor>Owls</s:ProductVendor>"
                              "</s:IdentifyResponse>") } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &cases[i].script, 1);
      g_autoptr (WsmClient) client = new_plain_client (server);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].what);
      for (int turn = 0; turn < 2; turn++)
        {
          g_assert_true (ask (client, cases[i].asking, &error));
          g_assert_no_error (error);
        }
      g_assert_cmpuint (scripted_server_get_n_requests (server), ==, 2);
    }
}

/* 30 octets that become 29 of another text. */
static const char gzip_body[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x01\x00\x00\xff\xff";

static void
test_says_what_is_wrong (void)
{
  static const struct
  {
    const char *what;
    Script script;
    WsmClientError code;
    const char *word;
  } cases[] = {
    { "wrong password",
      { .head = HEAD ("401 ", "WWW-Authenticate: Basic realm=\"WSMAN\"\r\n") },
      WSM_CLIENT_ERROR_UNAUTHORIZED,
      "mara was not accepted by 127.0.0.1" },
    { "401 without a challenge",
      { .head = HEAD ("401 ", "") },
      WSM_CLIENT_ERROR_UNAUTHORIZED,
      "mara" },
    { "403", { .head = HEAD ("403 Forbidden", "") }, WSM_CLIENT_ERROR_HTTP, "403" },
    { "404 with a page",
      { .head = HEAD ("404 Not Found", "Content-Type: text/html\r\n"), .body = "<h1>No</h1>" },
      WSM_CLIENT_ERROR_HTTP,
      "offers no management" },
    { "405", { .head = HEAD ("405 ", "") }, WSM_CLIENT_ERROR_HTTP, "405" },
    { "413", { .head = HEAD ("413 ", "") }, WSM_CLIENT_ERROR_HTTP, "too large" },
    { "500 without SOAP", { .head = HEAD ("500 ", "") }, WSM_CLIENT_ERROR_HTTP, "500" },
    { "503", { .head = HEAD ("503 ", "") }, WSM_CLIENT_ERROR_HTTP, "stopped or busy" },
    { "500 with an answer",
      { .head = HEAD ("500 ", SOAP_TYPE), .body = GOOD_INVOKE },
      WSM_CLIENT_ERROR_HTTP,
      "500" },
    { "a redirect",
      { .head = HEAD ("307 ", "Location: /elsewhere\r\n") },
      WSM_CLIENT_ERROR_HTTP,
      "elsewhere" },
    { "a redirect to another host",
      { .head = HEAD ("302 Found", "Location: http://127.0.0.2/wsman\r\n") },
      WSM_CLIENT_ERROR_HTTP,
      "elsewhere" },
    { "a web page",
      { .head = HEAD ("200 OK", "Content-Type: text/html\r\n"), .body = "<html>Hello</html>" },
      WSM_CLIENT_ERROR_NOT_WSMAN,
      "does not speak WS-Management" },
    { "a web page that says it is SOAP",
      { .head = HEAD ("200 OK", SOAP_TYPE), .body = "<html>Hello</html>" },
      WSM_CLIENT_ERROR_NOT_WSMAN,
      "does not speak WS-Management" },
    { "no XML", { .body = "hello" }, WSM_CLIENT_ERROR_NOT_WSMAN, "WS-Management" },
    { "nothing", { .body = "" }, WSM_CLIENT_ERROR_NOT_WSMAN, "empty" },
    { "a document type",
      { .body = "<!DOCTYPE x [<!ENTITY e \"e\">]>" GOOD_INVOKE },
      WSM_CLIENT_ERROR_NOT_WSMAN,
      "WS-Management" },
    { "gzip",
      { .head = HEAD ("200 ", SOAP_TYPE "Content-Encoding: gzip\r\n"),
        .body = gzip_body,
        .body_length = sizeof gzip_body },
      WSM_CLIENT_ERROR_NOT_WSMAN,
      "compressed" },
    { "gzip that does not say so",
      { .body = gzip_body, .body_length = sizeof gzip_body },
      WSM_CLIENT_ERROR_NOT_WSMAN,
      "WS-Management" },
    { "an answer to another question",
      { .body = ENVELOPE ("<a:RelatesTo>uuid:other</a:RelatesTo>", OUTPUT) },
      WSM_CLIENT_ERROR_NOT_WSMAN,
      "not asked" },
    { "a fault to another question",
      { .head = HEAD ("500 ", SOAP_TYPE),
        .body = FAULT ("<a:RelatesTo>uuid:other</a:RelatesTo>", "no") },
      WSM_CLIENT_ERROR_NOT_WSMAN,
      "not asked" },
    { "an answer of another kind",
      { .body = GOOD_IDENTIFY },
      WSM_CLIENT_ERROR_NOT_WSMAN,
      "another kind" },
    { "announces too much",
      { .head = "HTTP/1.1 200 \r\n" SOAP_TYPE "Content-Length: 512001\r\n\r\n" },
      WSM_CLIENT_ERROR_TOO_LARGE,
      "512000" },
    { "announces very much",
      { .head = "HTTP/1.1 200 \r\n" SOAP_TYPE "Content-Length: 99999999999\r\n\r\n" },
      WSM_CLIENT_ERROR_TOO_LARGE,
      "512000" },
    { "sends for ever",
      { .kind = SCRIPT_FLOOD, .head = "HTTP/1.1 200 \r\n" SOAP_TYPE "\r\n" },
      WSM_CLIENT_ERROR_TOO_LARGE,
      "512000" },
    { "sends one chunk for ever",
      { .kind = SCRIPT_FLOOD,
        .head = "HTTP/1.1 200 \r\n" SOAP_TYPE "Transfer-Encoding: chunked\r\n\r\nfffffff\r\n" },
      WSM_CLIENT_ERROR_TOO_LARGE,
      "512000" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &cases[i].script, 1);
      g_autoptr (WsmClient) client = new_plain_client (server);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].what);
      g_assert_false (ask (client, ASK_INVOKE, &error));
      g_test_message ("%s", error->message);
      g_assert_error (error, WSM_CLIENT_ERROR, (int) cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].word));
      g_assert_nonnull (strstr (error->message, "127.0.0.1"));
      g_assert_cmpuint (scripted_server_get_n_requests (server), ==, 1);
      g_assert_null (wsm_client_error_get_fault (error));
    }
}

static void
test_another_protocol (void)
{
  static const Script script = { .head = "SSH-2.0-OpenSSH_9.2\r\n\r\n", .closes = TRUE };

  g_test_summary ("Octets that are no HTTP may be half of a head: for an Invoke that is unknown");

  for (Asking asking = ASK_IDENTIFY; asking <= ASK_INVOKE; asking++)
    {
      g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &script, 1);
      g_autoptr (WsmClient) client = new_plain_client (server);
      g_autoptr (GError) error = NULL;

      g_assert_false (ask (client, asking, &error));
      if (asking == ASK_INVOKE)
        g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNKNOWN);
      else
        g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_NOT_WSMAN);
    }
}

static void
test_unknown_asker_is_told (void)
{
  static const Script scripts[] = { { .head = HEAD ("401 ", "WWW-Authenticate: Negotiate\r\n") } };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, scripts, 1);
  g_autoptr (WsmTrust) trust = new_any_trust ();
  const WsmClientOptions options = { .trust = trust };
  g_autoptr (WsmClient) client = new_client (server, "http://127.0.0.1", &options);
  g_autoptr (GError) error = NULL;

  g_assert_false (ask (client, ASK_GET, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_NO_CREDENTIALS);
}

static void
test_fault_comes_with_its_error (void)
{
  static const struct
  {
    Script script;
    const char *words;
  } cases[] = {
    { { .head = HEAD ("500 ", SOAP_TYPE),
        .body = FAULT ("<a:RelatesTo>@ID@</a:RelatesTo>", "Access is denied.") },
      "Access is denied." },
    { { .head = HEAD ("500 ", SOAP_TYPE), .body = FAULT ("", "no RelatesTo") }, "no RelatesTo" },
    { { .head = HEAD ("200 ", SOAP_TYPE), .body = FAULT ("", "in a 200") }, "in a 200" },
    { { .head = HEAD ("400 ", SOAP_TYPE), .body = FAULT ("", "in a 400") }, "in a 400" },
    { { .head = HEAD ("500 ", SOAP_TYPE), .body = FAULT ("", "") }, "refused" },
    { { .head = HEAD ("500 ", SOAP_TYPE), .body = FAULT ("", "a\nb\342\200\256c") }, "a b c" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &cases[i].script, 1);
      g_autoptr (WsmClient) client = new_plain_client (server);
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) copy = NULL;
      WsmFault *fault;

      g_assert_false (ask (client, ASK_INVOKE, &error));
      g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_FAULT);
      g_assert_nonnull (strstr (error->message, cases[i].words));

      copy = g_error_copy (error);
      g_clear_error (&error);
      fault = wsm_client_error_get_fault (copy);
      g_assert_nonnull (fault);
      g_assert_cmpint (wsm_fault_get_kind (fault), ==, WSM_FAULT_ACCESS_DENIED);
      g_assert_cmpuint (wsm_fault_get_code (fault), ==, 5);
    }
}

static void
test_other_errors_hold_no_fault (void)
{
  g_autoptr (GError) other = g_error_new_literal (G_IO_ERROR, 11, "no"); /* same number as FAULT */

  g_assert_null (wsm_client_error_get_fault (NULL));
  g_assert_null (wsm_client_error_get_fault (other));
}

static void
test_goes_on_after_an_error (void)
{
  static const Script scripts[] = {
    { .head = HEAD ("500 ", SOAP_TYPE), .body = FAULT ("", "no") },
    { .body = GOOD_INVOKE },
    { .kind = SCRIPT_FLOOD, .head = "HTTP/1.1 200 \r\n\r\n" },
    { .body = GOOD_INVOKE },
  };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, scripts, G_N_ELEMENTS (scripts));
  g_autoptr (WsmClient) client = new_plain_client (server);

  g_test_summary ("A fault keeps the connection, an answer that is given up does not");

  for (gsize i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (ask (client, ASK_INVOKE, &error), ==, i % 2 == 1);
    }
  g_assert_cmpuint (scripted_server_get_n_connections (server), ==, 2);
  g_assert_cmpuint (scripted_server_get_n_requests (server), ==, 4);
}

static void
test_one_at_a_time (void)
{
  static const Script scripts[] = { { .body = GOOD_INVOKE } };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, scripts, 1);
  g_autoptr (WsmClient) client = new_plain_client (server);
  g_autoptr (GError) error = NULL;
  GAsyncResult *first = NULL;
  GAsyncResult *second = NULL;

  ask_start (client, ASK_INVOKE, NULL, &first);
  ask_start (client, ASK_INVOKE, NULL, &second);
  g_assert_false (ask_end (client, ASK_INVOKE, &second, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_true (ask_end (client, ASK_INVOKE, &first, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (scripted_server_get_n_requests (server), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/client/answers/asks-and-reuses-the-connection",
                   test_asks_and_reuses_the_connection);
  g_test_add_func ("/client/answers/identifies-without-signing-in",
                   test_identifies_without_signing_in);
  g_test_add_func ("/client/answers/survives-odd-servers", test_survives_odd_servers);
  g_test_add_func ("/client/answers/says-what-is-wrong", test_says_what_is_wrong);
  g_test_add_func ("/client/answers/another-protocol", test_another_protocol);
  g_test_add_func ("/client/answers/unknown-asker-is-told", test_unknown_asker_is_told);
  g_test_add_func ("/client/answers/fault-comes-with-its-error", test_fault_comes_with_its_error);
  g_test_add_func ("/client/answers/other-errors-hold-no-fault", test_other_errors_hold_no_fault);
  g_test_add_func ("/client/answers/goes-on-after-an-error", test_goes_on_after_an_error);
  g_test_add_func ("/client/answers/one-at-a-time", test_one_at_a_time);

  return g_test_run ();
}
