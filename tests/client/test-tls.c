/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "asking.h"

static const Script good[] = { { .body = GOOD_IDENTIFY }, { .body = GOOD_INVOKE } };

static WsmClient *
new_tls_client (ScriptedServer *server, const char *host, const char *authority, const char *pin)
{
  g_autofree char *path = authority != NULL ? test_certificate_path (authority) : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WsmTrust) trust = wsm_trust_new (path, pin, &error);
  g_autoptr (WsmCredential) credential = new_basic ("mara", "owl");
  const WsmClientOptions options = { .trust = trust, .credential = credential };

  g_assert_no_error (error);
  return new_client (server, host, &options);
}

static void
test_asks_whom_it_trusts (void)
{
  static const struct
  {
    const char *certificate;
    const char *host;
    const char *authority; /* NULL: the pin of the certificate */
  } cases[] = {
    { "host", "https://localhost", "authority" },
    { "host", "https://127.0.0.1", "authority" },
    { "self-signed", "https://localhost", "self-signed" },
    { "self-signed", "https://127.0.0.1", NULL },
    { "other-name", "https://127.0.0.1", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GTlsCertificate) certificate = test_certificate_load (cases[i].certificate);
      g_autofree char *pin = wsm_trust_fingerprint (certificate);
      g_autoptr (ScriptedServer)
        server = scripted_server_new (certificate, good, G_N_ELEMENTS (good));
      g_autoptr (WsmClient) client = new_tls_client (server, cases[i].host, cases[i].authority,
                                                     cases[i].authority == NULL ? pin : NULL);
      g_autoptr (GError) error = NULL;
      g_autofree char *requests = NULL;

      g_assert_true (ask (client, ASK_IDENTIFY, &error));
      g_assert_no_error (error);
      g_assert_true (ask (client, ASK_INVOKE, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (scripted_server_get_n_connections (server), ==, 1);
      requests = scripted_server_dup_requests (server);
      g_assert_nonnull (strstr (requests, "Authorization: Basic bWFyYTpvd2w=\r\n"));
    }
}

static void
test_sends_nothing_to_strangers (void)
{
  g_autofree char *wrong_pin = g_strnfill (64, '7');
  const struct
  {
    const char *certificate;
    const char *authority;
    const char *pin;
    WsmClientError code;
  } cases[] = {
    { "host", NULL, wrong_pin, WSM_CLIENT_ERROR_TLS_PIN },
    { "self-signed", "authority", NULL, WSM_CLIENT_ERROR_TLS_UNTRUSTED },
    { "other-name", "authority", NULL, WSM_CLIENT_ERROR_TLS_UNTRUSTED },
    { "host", NULL, NULL, WSM_CLIENT_ERROR_TLS_UNTRUSTED },
  };

  g_test_summary ("A host whose certificate is not right gets not one octet of HTTP");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GTlsCertificate) certificate = test_certificate_load (cases[i].certificate);
      g_autofree char *shown = wsm_trust_fingerprint (certificate);
      g_autoptr (ScriptedServer)
        server = scripted_server_new (certificate, good, G_N_ELEMENTS (good));
      g_autoptr (WsmClient)
        client = new_tls_client (server, "https://localhost", cases[i].authority, cases[i].pin);
      g_autoptr (GError) error = NULL;

      for (int turn = 0; turn < 2; turn++)
        {
          g_assert_false (ask (client, ASK_INVOKE, &error));
          g_assert_error (error, WSM_CLIENT_ERROR, (int) cases[i].code);
          g_assert_nonnull (strstr (error->message, shown));
          g_assert_nonnull (strstr (error->message, "localhost"));
          g_clear_error (&error);
        }
      scripted_server_wait_closed (server, 2);
      g_assert_cmpuint (scripted_server_get_n_octets (server), ==, 0);
    }
}

static void
test_no_tls_there (void)
{
  static const Script scripts[] = {
    { .kind = SCRIPT_CUT_AT_ACCEPT },
    { .kind = SCRIPT_CUT_REQUEST, .n_octets = 1 },
    { .kind = SCRIPT_CUT_REQUEST, .n_octets = 50 },
    { .kind = SCRIPT_GREETING, .head = "HTTP/1.1 400 Bad Request\r\n\r\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &scripts[i], 1);
      g_autoptr (WsmClient)
        client = new_tls_client (server, "https://localhost", "authority", NULL);
      g_autoptr (GError) error = NULL;

      g_assert_false (ask (client, ASK_INVOKE, &error));
      g_test_message ("%s", error->message);
      g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TLS);
      g_assert_nonnull (strstr (error->message, "localhost"));
    }
}

static void
test_cut_is_unknown_here_too (void)
{
  static const Script script = { .body = GOOD_INVOKE, .n_octets = 200 };
  g_autoptr (GTlsCertificate) certificate = test_certificate_load ("host");
  g_autoptr (ScriptedServer) server = scripted_server_new (certificate, &script, 1);
  g_autoptr (WsmClient) client = new_tls_client (server, "https://localhost", "authority", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (ask (client, ASK_INVOKE, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNKNOWN);
  g_assert_cmpuint (scripted_server_get_n_requests (server), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  wsm_trust_prepare_process ();

  g_test_add_func ("/client/tls/asks-whom-it-trusts", test_asks_whom_it_trusts);
  g_test_add_func ("/client/tls/sends-nothing-to-strangers", test_sends_nothing_to_strangers);
  g_test_add_func ("/client/tls/no-tls-there", test_no_tls_there);
  g_test_add_func ("/client/tls/cut-is-unknown-here-too", test_cut_is_unknown_here_too);

  return g_test_run ();
}
