/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a client makes of answers that do not come, or not whole. */
#include <string.h>

#include <libsoup/soup.h>

#include "asking.h"
#include "wsman/client/wsm-lost-exchange.h"

#define HEAD                                                                                       \
  "HTTP/1.1 200 \r\nContent-Type: application/soap+xml\r\nContent-Length: @LENGTH@\r\n\r\n"

static void
test_says_who_lost_it (void)
{
  static const struct
  {
    WsmProgress progress;
    WsmStop stop;
    int repeatable; /* the code for Identify and Get; -1 for cancelled */
    int invoke;     /* the code for Invoke */
  } cases[] = {
    { WSM_PROGRESS_CONNECTING, WSM_STOP_CALLER, -1, -1 },
    { WSM_PROGRESS_SECURING, WSM_STOP_CALLER, -1, -1 },
    { WSM_PROGRESS_CONNECTED, WSM_STOP_CALLER, -1, -1 },
    { WSM_PROGRESS_LEFT, WSM_STOP_CALLER, -1, WSM_CLIENT_ERROR_UNKNOWN },
    { WSM_PROGRESS_CONNECTING, WSM_STOP_CONNECT_TIMEOUT, WSM_CLIENT_ERROR_UNREACHABLE,
      WSM_CLIENT_ERROR_UNREACHABLE },
    { WSM_PROGRESS_SECURING, WSM_STOP_CONNECT_TIMEOUT, WSM_CLIENT_ERROR_UNREACHABLE,
      WSM_CLIENT_ERROR_UNREACHABLE },
    { WSM_PROGRESS_CONNECTED, WSM_STOP_TIMEOUT, WSM_CLIENT_ERROR_UNREACHABLE,
      WSM_CLIENT_ERROR_UNREACHABLE },
    { WSM_PROGRESS_LEFT, WSM_STOP_TIMEOUT, WSM_CLIENT_ERROR_UNREACHABLE, WSM_CLIENT_ERROR_UNKNOWN },
    { WSM_PROGRESS_CONNECTED, WSM_STOP_NONE, WSM_CLIENT_ERROR_DISCONNECTED,
      WSM_CLIENT_ERROR_DISCONNECTED },
    { WSM_PROGRESS_LEFT, WSM_STOP_NONE, WSM_CLIENT_ERROR_DISCONNECTED, WSM_CLIENT_ERROR_UNKNOWN },
    { WSM_PROGRESS_CONNECTED, WSM_STOP_RESEND, WSM_CLIENT_ERROR_DISCONNECTED,
      WSM_CLIENT_ERROR_DISCONNECTED },
    { WSM_PROGRESS_LEFT, WSM_STOP_RESEND, WSM_CLIENT_ERROR_DISCONNECTED, WSM_CLIENT_ERROR_UNKNOWN },
    { WSM_PROGRESS_LEFT, WSM_STOP_TOO_LARGE, WSM_CLIENT_ERROR_TOO_LARGE,
      WSM_CLIENT_ERROR_TOO_LARGE },
    { WSM_PROGRESS_CONNECTING, WSM_STOP_NONE, WSM_CLIENT_ERROR_UNREACHABLE,
      WSM_CLIENT_ERROR_UNREACHABLE },
    { WSM_PROGRESS_SECURING, WSM_STOP_NONE, WSM_CLIENT_ERROR_TLS, WSM_CLIENT_ERROR_TLS },
  };
  g_autoptr (WsmEndpoint) endpoint = wsm_endpoint_parse ("lib-pc-07", NULL, NULL);
  g_autoptr (GError) cause = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "cut");

  for (gsize i = 0; i < 2 * G_N_ELEMENTS (cases); i++)
    {
      gboolean is_repeatable = i % 2 == 0;
      int code = is_repeatable ? cases[i / 2].repeatable : cases[i / 2].invoke;
      const WsmLostExchange lost = {
        endpoint, cases[i / 2].progress, cases[i / 2].stop, is_repeatable, 500, 8000
      };
      g_autoptr (GError) error = wsm_lost_exchange_to_error (&lost, cause);

      if (code == -1)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      else
        {
          g_assert_error (error, WSM_CLIENT_ERROR, code);
          g_assert_nonnull (strstr (error->message, "lib-pc-07"));
        }
    }
}

static void
test_says_why_there_is_no_connection (void)
{
  const struct
  {
    GQuark domain;
    int code;
    WsmClientError expected;
  } cases[] = {
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, WSM_CLIENT_ERROR_NAME },
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE, WSM_CLIENT_ERROR_NAME },
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, WSM_CLIENT_ERROR_REFUSED },
    { G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, WSM_CLIENT_ERROR_UNREACHABLE },
    { G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, WSM_CLIENT_ERROR_UNREACHABLE },
    { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, WSM_CLIENT_ERROR_UNREACHABLE },
    { G_TLS_ERROR, G_TLS_ERROR_NOT_TLS, WSM_CLIENT_ERROR_TLS },
    { G_TLS_ERROR, G_TLS_ERROR_HANDSHAKE, WSM_CLIENT_ERROR_TLS },
    { G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED, WSM_CLIENT_ERROR_TLS },
  };
  g_autoptr (WsmEndpoint) endpoint = wsm_endpoint_parse ("lib-pc-07", NULL, NULL);
  const WsmLostExchange lost = { .endpoint = endpoint, .progress = WSM_PROGRESS_CONNECTING };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) cause = g_error_new_literal (cases[i].domain, cases[i].code, "so");
      g_autoptr (GError) error = wsm_lost_exchange_to_error (&lost, cause);

      g_assert_error (error, WSM_CLIENT_ERROR, (int) cases[i].expected);
      g_assert_nonnull (strstr (error->message, "lib-pc-07"));
    }
}

/* What an operation ends in if the server hangs up somewhere after it has the request. */
static void
assert_lost (ScriptedServer *server, Asking asking)
{
  g_autoptr (WsmClient) client = new_plain_client (server);
  g_autoptr (GError) error = NULL;

  g_assert_false (ask (client, asking, &error));
  if (asking == ASK_INVOKE)
    g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNKNOWN);
  else
    g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_DISCONNECTED);
}

static void
test_cut_after_each_octet_of_the_answer (void)
{
  gsize length = strlen (HEAD) - strlen ("@LENGTH@") + 3 + strlen (GOOD_INVOKE) - strlen ("@ID@") +
                 strlen ("uuid:XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX");

  g_test_summary ("Cut off within the answer, an Invoke is unknown, and nothing is sent twice");

  for (gsize n_octets = 1; n_octets <= length; n_octets++)
    {
      Script script = { .head = HEAD, .body = GOOD_INVOKE, .n_octets = n_octets };
      g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &script, 1);

      if (n_octets < length)
        assert_lost (server, ASK_INVOKE);
      else
        {
          g_autoptr (WsmClient) client = new_plain_client (server);

          g_assert_true (ask (client, ASK_INVOKE, NULL));
        }
      g_assert_cmpuint (scripted_server_get_n_requests (server), ==, 1);
      g_assert_cmpuint (scripted_server_get_n_connections (server), ==, 1);
    }
}

static void
test_cut_within_an_answer_without_length (void)
{
  static const char head[] = "HTTP/1.1 200 \r\nContent-Type: application/soap+xml\r\n\r\n";

  for (gsize n_octets = sizeof head; n_octets < sizeof head + strlen (GOOD_INVOKE); n_octets += 37)
    {
      Script script = { .head = head, .body = GOOD_INVOKE, .n_octets = n_octets };
      g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &script, 1);

      assert_lost (server, ASK_INVOKE);
      g_assert_cmpuint (scripted_server_get_n_requests (server), ==, 1);
    }
}

static void
test_cut_within_the_request (void)
{
  static const gsize places[] = { 1, 20, 100, 250, 300, 500, 900 };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      Script script = { .kind = SCRIPT_CUT_REQUEST, .n_octets = places[i] };
      g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &script, 1);
      g_autoptr (WsmClient) client = new_plain_client (server);
      g_autoptr (GError) error = NULL;

      /* How much had left when the other end hung up is a matter of buffers: both are true. */
      g_assert_false (ask (client, ASK_INVOKE, &error));
      if (!g_error_matches (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_DISCONNECTED))
        g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNKNOWN);
      g_assert_cmpuint (scripted_server_get_n_connections (server), ==, 1);
    }
}

static void
test_cut_at_once (void)
{
  static const Script script = { .kind = SCRIPT_CUT_AT_ACCEPT };

  for (Asking asking = ASK_IDENTIFY; asking <= ASK_INVOKE; asking++)
    {
      g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &script, 1);
      g_autoptr (WsmClient) client = new_plain_client (server);
      g_autoptr (GError) error = NULL;

      g_assert_false (ask (client, asking, &error));
      if (asking != ASK_INVOKE ||
          !g_error_matches (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNKNOWN))
        g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_DISCONNECTED);
      g_assert_cmpuint (scripted_server_get_n_connections (server), ==, 1);
    }
}

static void
test_cut_on_a_kept_connection (void)
{
  static const struct
  {
    Asking asking;
    guint n_requests;
    gboolean is_answered;
  } cases[] = {
    { ASK_IDENTIFY, 3, TRUE },
    { ASK_GET, 3, TRUE },
    { ASK_INVOKE, 2, FALSE },
  };

  g_test_summary ("What can be asked again is, once; an Invoke never is");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Script scripts[] = {
        { .body = GOOD_IDENTIFY },
        { .kind = SCRIPT_ANSWER, .head = "", .closes = TRUE },
        { .body = good_answers[cases[i].asking] },
      };
      g_autoptr (ScriptedServer)
        server = scripted_server_new (NULL, scripts, G_N_ELEMENTS (scripts));
      g_autoptr (WsmClient) client = new_plain_client (server);
      g_autoptr (GError) error = NULL;

      g_assert_true (ask (client, ASK_IDENTIFY, &error));
      g_assert_cmpint (ask (client, cases[i].asking, &error), ==, cases[i].is_answered);
      if (cases[i].is_answered)
        g_assert_no_error (error);
      else
        g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNKNOWN);
      g_assert_cmpuint (scripted_server_get_n_requests (server), ==, cases[i].n_requests);
      g_assert_cmpuint (scripted_server_get_n_connections (server), ==, cases[i].n_requests - 1);
    }
}

static void
test_repeats_once_only (void)
{
  static const Script scripts[] = {
    { .body = GOOD_IDENTIFY },
    { .kind = SCRIPT_ANSWER, .head = "", .closes = TRUE },
  };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, scripts, G_N_ELEMENTS (scripts));
  g_autoptr (WsmClient) client = new_plain_client (server);
  g_autoptr (GError) error = NULL;

  g_assert_true (ask (client, ASK_IDENTIFY, &error));
  g_assert_false (ask (client, ASK_GET, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_DISCONNECTED);
  g_assert_cmpuint (scripted_server_get_n_requests (server), ==, 3);
}

static void
test_replaces_an_idle_connection_that_was_closed (void)
{
  static const Script scripts[] = {
    { .body = GOOD_IDENTIFY, .closes = TRUE }, /* without saying so */
    { .body = GOOD_INVOKE },
  };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, scripts, G_N_ELEMENTS (scripts));
  g_autoptr (WsmClient) client = new_plain_client (server);
  g_autoptr (GError) error = NULL;

  g_assert_true (ask (client, ASK_IDENTIFY, &error));
  scripted_server_wait_closed (server, 1);
  g_assert_true (ask (client, ASK_INVOKE, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (scripted_server_get_n_requests (server), ==, 2);
  g_assert_cmpuint (scripted_server_get_n_connections (server), ==, 2);
}

static WsmClient *
new_hasty_client (ScriptedServer *server, const char *host)
{
  g_autoptr (WsmTrust) trust = new_any_trust ();
  const WsmClientOptions options = {
    .trust = trust, .connect_timeout_msec = 400, .operation_timeout_msec = 200, .margin_msec = 200
  };

  return new_client (server, host, &options);
}

static void
test_time_has_an_end (void)
{
  static const Script scripts[] = { { .kind = SCRIPT_HANG }, { .kind = SCRIPT_DRIP } };

  g_test_summary ("Whoever answers never, or octet by octet, is not waited for longer");

  for (gsize i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      for (Asking asking = ASK_IDENTIFY; asking <= ASK_INVOKE; asking++)
        {
          g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &scripts[i], 1);
          g_autoptr (WsmClient) client = new_hasty_client (server, "http://127.0.0.1");
          g_autoptr (GError) error = NULL;

          g_assert_false (ask (client, asking, &error));
          if (asking == ASK_INVOKE)
            g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNKNOWN);
          else
            g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNREACHABLE);
        }
    }
}

static void
test_connecting_has_an_end (void)
{
  static const Script script = { .kind = SCRIPT_DEAF };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &script, 1);
  g_autoptr (WsmClient) client = new_hasty_client (server, "https://127.0.0.1");
  g_autoptr (GError) error = NULL;

  g_assert_false (ask (client, ASK_INVOKE, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNREACHABLE);
}

static void
test_cancelled_before_and_after (void)
{
  static const Script script = { .kind = SCRIPT_HANG };

  for (Asking asking = ASK_IDENTIFY; asking <= ASK_INVOKE; asking++)
    {
      g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &script, 1);
      g_autoptr (WsmClient) client = new_plain_client (server);
      g_autoptr (GCancellable) before = g_cancellable_new ();
      g_autoptr (GCancellable) after = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      GAsyncResult *result = NULL;

      g_cancellable_cancel (before);
      ask_start (client, asking, before, &result);
      g_assert_false (ask_end (client, asking, &result, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (scripted_server_get_n_octets (server), ==, 0);
      g_clear_error (&error);

      ask_start (client, asking, after, &result);
      while (scripted_server_get_n_requests (server) == 0)
        g_main_context_iteration (NULL, FALSE);
      g_cancellable_cancel (after);
      g_assert_false (ask_end (client, asking, &result, &error));
      if (asking == ASK_INVOKE)
        g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNKNOWN);
      else
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (scripted_server_get_n_requests (server), ==, 1);
    }
}

static void
test_dropped_client_hangs_up (void)
{
  static const Script script = { .body = GOOD_IDENTIFY };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &script, 1);
  WsmClient *client = new_plain_client (server);
  g_autoptr (GError) error = NULL;

  g_assert_true (ask (client, ASK_IDENTIFY, &error));
  g_assert_finalize_object (client);
  scripted_server_wait_closed (server, 1);
}

static void
test_port_closed (void)
{
  static const Script script = { .kind = SCRIPT_HANG };
  ScriptedServer *server = scripted_server_new (NULL, &script, 1);
  g_autoptr (WsmClient) client = new_plain_client (server);
  g_autoptr (GError) error = NULL;

  scripted_server_free (server);
  g_assert_false (ask (client, ASK_INVOKE, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_REFUSED);
}

static void
test_name_unknown (void)
{
  g_autoptr (WsmEndpoint) endpoint = wsm_endpoint_parse ("lib-pc-07.invalid", "http", NULL);
  g_autoptr (WsmTrust) trust = new_any_trust ();
  const WsmClientOptions options = { .trust = trust, .connect_timeout_msec = 60000 };
  g_autoptr (WsmClient) client = wsm_client_new (endpoint, &options);
  g_autoptr (GError) error = NULL;

  g_assert_false (ask (client, ASK_INVOKE, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_NAME);
  g_assert_nonnull (strstr (error->message, "lib-pc-07.invalid"));
}

static void
test_password_stays_at_home (void)
{
  g_autoptr (WsmEndpoint) endpoint = wsm_endpoint_parse ("http://192.0.2.7", NULL, NULL);
  g_autoptr (WsmTrust) trust = new_any_trust ();
  g_autoptr (WsmCredential) credential = new_basic ("mara", "owl");
  const WsmClientOptions options = { .trust = trust, .credential = credential };
  g_autoptr (WsmClient) client = wsm_client_new (endpoint, &options);
  g_autoptr (GError) error = NULL;

  g_test_summary ("Over clear HTTP to another computer a password is not even connected for");

  g_assert_false (ask (client, ASK_IDENTIFY, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_CLEAR_PASSWORD);
  g_assert_null (strstr (error->message, "owl"));
}

static void
test_bad_passwords_are_not_sent (void)
{
  static const Script script = { .body = GOOD_IDENTIFY };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &script, 1);
  g_autoptr (WsmTrust) trust = new_any_trust ();
  g_autoptr (WsmCredential) credential = new_basic ("mara", "o\nwl");
  const WsmClientOptions options = { .trust = trust, .credential = credential };
  g_autoptr (WsmClient) client = new_client (server, "http://127.0.0.1", &options);
  g_autoptr (GError) error = NULL;

  g_assert_false (ask (client, ASK_IDENTIFY, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNAUTHORIZED);
  g_assert_cmpuint (scripted_server_get_n_connections (server), ==, 0);
}

#define ADD(path, function) g_test_add_func ("/client/lost/" path, function)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("says-who-lost-it", test_says_who_lost_it);
  ADD ("says-why-there-is-no-connection", test_says_why_there_is_no_connection);
  ADD ("cut-after-each-octet-of-the-answer", test_cut_after_each_octet_of_the_answer);
  ADD ("cut-within-an-answer-without-length", test_cut_within_an_answer_without_length);
  ADD ("cut-within-the-request", test_cut_within_the_request);
  ADD ("cut-at-once", test_cut_at_once);
  ADD ("cut-on-a-kept-connection", test_cut_on_a_kept_connection);
  ADD ("repeats-once-only", test_repeats_once_only);
  ADD ("replaces-an-idle-connection-that-was-closed",
       test_replaces_an_idle_connection_that_was_closed);
  ADD ("time-has-an-end", test_time_has_an_end);
  ADD ("connecting-has-an-end", test_connecting_has_an_end);
  ADD ("cancelled-before-and-after", test_cancelled_before_and_after);
  ADD ("dropped-client-hangs-up", test_dropped_client_hangs_up);
  ADD ("port-closed", test_port_closed);
  ADD ("name-unknown", test_name_unknown);
  ADD ("password-stays-at-home", test_password_stays_at_home);
  ADD ("bad-passwords-are-not-sent", test_bad_passwords_are_not_sent);

  return g_test_run ();
}
