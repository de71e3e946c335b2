/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "asking.h"
#include "wsman/client/wsm-certificate-probe.h"

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GTlsCertificate *
probe (const char *text, guint msec, GCancellable *cancellable, GError **error)
{
  g_autoptr (WsmEndpoint) endpoint = wsm_endpoint_parse (text, NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_nonnull (endpoint);
  wsm_certificate_probe_async (endpoint, msec, cancellable, probed_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return wsm_certificate_probe_finish (result, error);
}

static char *
get_url (ScriptedServer *server, const char *scheme)
{
  return g_strdup_printf ("%s://localhost:%u", scheme, scripted_server_get_port (server));
}

static void
test_shows_whatever_it_is (void)
{
  static const Script script = { .body = GOOD_IDENTIFY };
  static const char *const names[] = { "host", "other-name", "self-signed" };

  g_test_summary ("A certificate nobody trusts is what people have to look at; nothing is sent");

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GTlsCertificate) certificate = test_certificate_load (names[i]);
      g_autoptr (ScriptedServer) server = scripted_server_new (certificate, &script, 1);
      g_autofree char *url = get_url (server, "https");
      g_autoptr (GTlsCertificate) shown = NULL;
      g_autoptr (GError) error = NULL;

      shown = probe (url, 5000, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (g_tls_certificate_is_same (shown, certificate));
      scripted_server_wait_closed (server, 1);
      g_assert_cmpuint (scripted_server_get_n_octets (server), ==, 0);
    }
}

static void
test_says_why_there_is_none (void)
{
  static const Script deaf = { .kind = SCRIPT_DEAF };
  static const Script rude = { .kind = SCRIPT_GREETING,
                               .head = "HTTP/1.1 400 Bad Request\r\n\r\n" };
  g_autoptr (ScriptedServer) silent = scripted_server_new (NULL, &deaf, 1);
  g_autoptr (ScriptedServer) other = scripted_server_new (NULL, &rude, 1);
  g_autofree char *silent_url = get_url (silent, "https");
  g_autofree char *other_url = get_url (other, "https");
  g_autofree char *clear_url = get_url (other, "http");
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (probe (silent_url, 200, NULL, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNREACHABLE);
  g_clear_error (&error);
  g_assert_null (probe (other_url, 5000, NULL, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TLS);
  g_clear_error (&error);
  g_assert_null (probe (clear_url, 5000, NULL, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_INVALID_ENDPOINT);
  g_clear_error (&error);
  g_cancellable_cancel (cancelled);
  g_assert_null (probe (silent_url, 5000, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  g_clear_pointer (&silent, scripted_server_free);
  g_assert_null (probe (silent_url, 5000, NULL, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_REFUSED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  wsm_trust_prepare_process ();

  g_test_add_func ("/client/certificate-probe/shows-whatever-it-is", test_shows_whatever_it_is);
  g_test_add_func ("/client/certificate-probe/says-why-there-is-none", test_says_why_there_is_none);

  return g_test_run ();
}
