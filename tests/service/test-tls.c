/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service-fixture.h"

#include <string.h>

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "support", "host.pem", NULL);
  g_autoptr (GError) error = NULL;

  fixture_set_up (f, data);
  f->certificate = g_tls_certificate_new_from_file (path, &error);
  g_assert_no_error (error);
}

static void
test_requests_are_handled (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_auto (GStrv) endpoints = NULL;

  /* over TLS Basic needs no permission */
  test_start (f);
  wsm_service_set_allow_clear_basic_on_loopback (f->service, FALSE);
  endpoints = wsm_service_dup_endpoints (f->service);
  g_assert_true (g_str_has_prefix (endpoints[0], "https://127.0.0.1:"));

  c = test_client_new (f);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *echo = test_invoke_new ("Echo");
      g_autofree char *body = test_ask (c, TEST_BASIC, echo, 200);
    }
  g_assert_cmpuint (test_n_verified (f), ==, 1);
}

/* More than one TLS record each way. */
static void
test_large_messages_pass (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *invoke = test_invoke_new ("Long");
  g_autofree char *filler = g_strnfill (120000, 'x');
  g_autofree char *text = g_strconcat (">", filler, "</p:Text>", NULL);
  g_autofree char *large = test_replace (invoke, ">x</p:Text>", text);
  g_autofree char *body = test_ask (c, TEST_BASIC, large, 200);

  g_assert_cmpuint (strlen (body), >, 8192);
}

static void
test_last_answer_arrives_and_ends_properly (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_auto (TestAnswer) answer = { 0 };

  test_client_send (c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 405);
  test_client_wait_end (c);
  g_assert_false (c->was_reset); /* as it would be for TLS without close_notify */
}

static void
test_vanished_client_cancels (Fixture *f, gconstpointer data)
{
  TestClient *c = test_client_new (f);
  g_autofree char *hold = test_invoke_new ("Hold");
  g_autofree char *http = test_http (TEST_BASIC, hold);
  GSocketConnection *base;

  test_client_send (c, http, -1);
  while (test_n_held (f) == 0)
    g_main_context_iteration (NULL, TRUE);

  g_object_get (c->stream, "base-io-stream", &base, NULL);
  g_socket_close (g_socket_connection_get_socket (base), NULL);
  g_object_unref (base);
  test_wait_connections (f, 0);
  g_assert_true (test_is_held_cancelled (f));
  test_client_free (c);
}

/* A clear client on the port of https. */
static TestClient *
new_clear_client (Fixture *f)
{
  g_autoptr (GTlsCertificate) certificate = g_steal_pointer (&f->certificate);
  TestClient *c;

  f->certificate = NULL;
  c = test_client_new (f);
  f->certificate = g_steal_pointer (&certificate);

  return c;
}

static void
test_clear_http_is_cut (Fixture *f, gconstpointer data)
{
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *http = test_http (TEST_BASIC, echo);

  test_start (f);
  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (TestClient) c = new_clear_client (f);

      test_client_send (c, http, -1);
      while (!c->has_ended)
        g_main_context_iteration (NULL, TRUE);
      g_assert_null (strstr (c->received->str, "HTTP/"));
    }
  test_wait_connections (f, 0);
  g_assert_cmpuint (test_n_handled (f), ==, 0);
}

static void
test_half_a_handshake_is_cut (Fixture *f, gconstpointer data)
{
  guint status;

  /* long enough for the good handshake at the end on a busy machine */
  f->limits.handshake_msec = 1000;
  f->limits.handshakes = 4;
  f->limits.connections_per_address_not_signed_in = 100;
  f->limits.connections_per_address = 100;
  test_start (f);

  for (guint round = 0; round < 2; round++)
    {
      TestClient *clients[6];

      for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
        {
          clients[i] = new_clear_client (f);
          test_client_send (clients[i], "\x16\x03\x01\x02\x00\x01", 6);
        }
      for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
        {
          test_client_wait_end (clients[i]);
          test_client_free (clients[i]);
        }
      test_wait_connections (f, 0);
    }

  /* The places of the handshakes get free again, each when its thread has come back, which may be
   * after its connection is gone. */
  do
    {
      g_autoptr (TestClient) c = test_client_new (f);
      g_autofree char *echo = test_invoke_new ("Echo");
      g_autofree char *http = test_http (TEST_BASIC, echo);
      g_auto (TestAnswer) answer = { 0 };

      test_client_send (c, http, -1);
      test_client_receive (c, &answer);
      status = answer.status;
    }
  while (status == 0);
  g_assert_cmpuint (status, ==, 200);
}

static void
communicated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  char **output = user_data;
  g_autoptr (GError) error = NULL;

  g_subprocess_communicate_utf8_finish (G_SUBPROCESS (source), result, output, NULL, &error);
  g_assert_no_error (error);
}

/* What a client gets that speaks one version only. */
static char *
ask_with_version (Fixture *f, const char *option)
{
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", f->port);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess)
    openssl = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                  G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                                &error, "openssl", "s_client", "-connect", address, option,
                                "-cipher", "ALL:@SECLEVEL=0", "-ign_eof", "-quiet", NULL);
  char *output = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (openssl, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", NULL,
                                       communicated_cb, &output);
  while (output == NULL)
    g_main_context_iteration (NULL, TRUE);

  return output;
}

static void
test_old_versions_are_refused (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *option;
    gboolean is_answered;
  } rows[] = {
    { "-tls1", FALSE },
    { "-tls1_1", FALSE },
    { "-tls1_2", TRUE },
    { "-tls1_3", TRUE },
  };

  test_start (f);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *output = ask_with_version (f, rows[i].option);

      g_test_message ("%s", rows[i].option);
      g_assert_cmpint (g_str_has_prefix (output, "HTTP/1.1 405 "), ==, rows[i].is_answered);
    }
  test_wait_connections (f, 0);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/service/tls/" name, Fixture, NULL, set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  /* Let the library offer what it can, so that the service has something to refuse. */
  g_setenv ("G_TLS_GNUTLS_PRIORITY", "NORMAL:+VERS-TLS1.1:+VERS-TLS1.0", TRUE);
  g_test_init (&argc, &argv, NULL);
  test_catch_log ();
  ADD ("requests-are-handled", test_requests_are_handled);
  ADD ("large-messages-pass", test_large_messages_pass);
  ADD ("last-answer-arrives-and-ends-properly", test_last_answer_arrives_and_ends_properly);
  ADD ("vanished-client-cancels", test_vanished_client_cancels);
  ADD ("clear-http-is-cut", test_clear_http_is_cut);
  ADD ("half-a-handshake-is-cut", test_half_a_handshake_is_cut);
  ADD ("old-versions-are-refused", test_old_versions_are_refused);
  return g_test_run ();
}
