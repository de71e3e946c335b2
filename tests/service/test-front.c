/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service-fixture.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIGNED_IN "f4bfade3c48343ff8f382a448f4036f8"
#define REFUSED   "220e67553c61406fa9ff34913cdc2164"
#define HEADER    "X-Remote-User"

#define g_assert_contains(text, part) g_assert_nonnull (strstr (text, part))

/* An Echo with these fields in its head, each ended by CRLF. */
static char *
http_with (const char *fields, const char *method)
{
  g_autofree char *invoke = test_invoke_new (method);
  g_autofree char *http = test_http (NULL, invoke);
  g_autofree char *lines = g_strconcat ("Host: 127.0.0.1\r\n", fields, NULL);

  return test_replace (http, "Host: 127.0.0.1\r\n", lines);
}

static char *
ask_with (TestClient *c, const char *fields, guint status)
{
  g_autofree char *http = http_with (fields, "Echo");
  g_auto (TestAnswer) answer = { 0 };

  test_client_send (c, http, -1);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, status);

  return g_steal_pointer (&answer.body);
}

static void
test_web_server_names_the_user (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_autofree char *body = NULL;
  g_auto (GStrv) endpoints = NULL;
  g_autofree char *expected = NULL;

  test_start_front (f, getuid (), HEADER);
  endpoints = wsm_service_dup_endpoints (f->service);
  expected = g_strconcat ("unix:", f->path, NULL);
  g_assert_cmpstr (endpoints[1], ==, expected);

  c = test_client_new_front (f);
  body = ask_with (c,
                   "X-Remote-User: mara\r\nX-Forwarded-Proto: https\r\n"
                   "X-Forwarded-For: 198.51.100.1, 192.0.2.7\r\n",
                   200);
  g_assert_contains (body, "User>mara<");
  g_assert_contains (body, "Mechanism>Front<");
  g_assert_contains (body, "Address>192.0.2.7<");
  g_assert_contains (body, "Tls>yes<");
  g_assert_cmpuint (test_n_verified (f), ==, 0);
}

static void
test_each_request_has_its_own_user (Fixture *f, gconstpointer data)
{
  guint n_signed_in;
  g_autoptr (TestClient) c = NULL;
  g_autofree char *mara = NULL, *otto = NULL, *basic = NULL, *nobody = NULL, *again = NULL;

  g_test_summary ("A web server shares connections between its clients: nothing is remembered");

  test_start_front (f, getuid (), HEADER);
  n_signed_in = test_n_logged (SIGNED_IN);
  c = test_client_new_front (f);
  mara = ask_with (c, "x-remote-user: mara\r\n", 200);
  g_assert_contains (mara, "User>mara<");
  g_assert_contains (mara, "Address>unix<");
  nobody = ask_with (c, "", 401);
  otto = ask_with (c, "X-Remote-User: otto\r\n", 200);
  g_assert_contains (otto, "User>otto<");
  basic = ask_with (c, "Authorization: " OTHER_USER "\r\n", 200);
  g_assert_contains (basic, "Mechanism>Basic<");
  g_free (g_steal_pointer (&basic));
  basic = ask_with (c, "Authorization: " OTHER_USER "\r\n", 200);
  g_assert_cmpuint (test_n_verified (f), ==, 2);
  again = ask_with (c, "X-Remote-User: mara\r\n", 200);
  g_assert_contains (again, "User>mara<");

  /* the journal names each of the three once */
  g_assert_cmpuint (test_n_logged (SIGNED_IN), ==, n_signed_in + 3);
}

static void
test_wrong_password_is_wrong_here_as_well (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_autofree char *wrong = NULL, *right = NULL;

  test_start_front (f, getuid (), NULL);
  c = test_client_new_front (f);
  wrong = ask_with (c, "Authorization: " WRONG "\r\n", 401);
  right = ask_with (c, "Authorization: " TEST_BASIC "\r\n", 200);
  g_assert_contains (right, "User>mara<");
}

static void
test_names_that_are_nobody (Fixture *f, gconstpointer data)
{
  const struct
  {
    const char *fields;
    guint status;
  } cases[] = {
    { "X-Remote-User: \r\n", 401 },
    { "X-Remote-User: (null)\r\n", 401 },
    { "X-Remote-User: a:b\r\n", 401 },
    { "X-Remote-User: \xff\r\n", 401 },
    { "X-Remote-User: root\r\n", 401 }, /* nobody can vouch for root */
    { "X-Remote-User: mara\r\nX-Remote-User: otto\r\n", 400 },
    { "X-Remote-User: mara\r\nX-REMOTE-USER: mara\r\n", 400 },
    { "X-Remote-Users: mara\r\n", 401 },
    { "X_Remote_User: mara\r\n", 401 },
    { "X-Remote-User: mara\r\nX-Forwarded-Proto: http\r\n", 403 },
    { "X-Remote-User: \r\nAuthorization: " TEST_BASIC "\r\n", 200 },
  };

  test_start_front (f, getuid (), HEADER);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestClient) c = test_client_new_front (f);
      g_autofree char *body = NULL;

      g_test_message ("case %zu", i);
      body = ask_with (c, cases[i].fields, cases[i].status);
    }
}

static void
test_header_means_nothing_elsewhere (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) direct = NULL;
  g_autofree char *forged = NULL, *named_twice = NULL, *signed_in = NULL;

  test_start_front (f, getuid (), HEADER);
  direct = test_client_new (f);
  forged = ask_with (direct, "X-Remote-User: mara\r\n", 401);
  named_twice = ask_with (direct, "X-Remote-User: mara\r\nX-Remote-User: otto\r\n", 401);
  signed_in = ask_with (direct,
                        "X-Remote-User: otto\r\nX-Forwarded-For: 192.0.2.7\r\n"
                        "X-Forwarded-Proto: https\r\nAuthorization: " TEST_BASIC "\r\n",
                        200);
  g_assert_contains (signed_in, "User>mara<");
  g_assert_contains (signed_in, "Address>127.0.0.1<");
  g_assert_contains (signed_in, "Tls>no<");
}

static void
test_header_means_nothing_unasked (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_autofree char *body = NULL;

  test_start_front (f, getuid (), NULL);
  c = test_client_new_front (f);
  body = ask_with (c, "X-Remote-User: mara\r\n", 401);
}

static void
test_strangers_are_hung_up_on (Fixture *f, gconstpointer data)
{
  guint n_refused = test_n_logged (REFUSED);

  test_start_front (f, getuid () + 1, HEADER);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (TestClient) c = test_client_new_front (f);

      test_client_wait_end (c);
    }
  g_assert_cmpuint (test_n_logged (REFUSED), ==, n_refused + 1);
}

static void
test_anybody_may_identify (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  const char *body = "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""
                     " xmlns:i=\"http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\">"
                     "<s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>";
  g_autofree char *http = test_http (NULL, body);
  g_autofree char *anonymous = test_replace (http, "Host: 127.0.0.1\r\n",
                                             "Host: x\r\nWSMANIDENTIFY: unauthenticated\r\n");
  g_auto (TestAnswer) answer = { 0 };

  test_start_front (f, getuid (), HEADER);
  c = test_client_new_front (f);
  test_client_send (c, anonymous, -1);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_contains (answer.body, "IdentifyResponse");
}

static void
test_clients_are_counted_each (Fixture *f, gconstpointer data)
{
  enum
  {
    N = 4
  };
  TestClient *clients[2 * N];
  g_autoptr (TestClient) one_more = NULL;
  g_autofree char *refused = NULL, *other = NULL, *free_again = NULL;

  g_test_summary ("The limits of an address are the client's, not those of the web server");

  f->limits.connections_per_address = N;
  test_start_front (f, getuid (), HEADER);
  for (guint i = 0; i < 2 * N; i++)
    {
      g_autofree char *fields = g_strdup_printf (
        "X-Remote-User: mara\r\nX-Forwarded-For: 192.0.2.%u\r\n", i % 2);
      g_autofree char *http = http_with (fields, "Hold");

      clients[i] = test_client_new_front (f);
      test_client_send (clients[i], http, -1);
      while (test_n_held (f) != i + 1)
        g_main_context_iteration (NULL, TRUE);
    }

  one_more = test_client_new_front (f);
  refused = ask_with (one_more, "X-Remote-User: otto\r\nX-Forwarded-For: 192.0.2.1\r\n", 503);
  other = ask_with (one_more, "X-Remote-User: otto\r\nX-Forwarded-For: 192.0.2.2\r\n", 200);

  /* one ends by an answer, the others by their connections */
  test_release (f);
  for (guint i = 0; i < 2 * N; i++)
    test_client_free (clients[i]);
  test_wait_connections (f, 1);
  free_again = ask_with (one_more, "X-Remote-User: otto\r\nX-Forwarded-For: 192.0.2.1\r\n", 200);
}

static void
test_hung_up_client_cancels (Fixture *f, gconstpointer data)
{
  TestClient *c;
  g_autofree char *http = http_with ("X-Remote-User: mara\r\n", "Hold");

  test_start_front (f, getuid (), HEADER);
  c = test_client_new_front (f);
  test_client_send (c, http, -1);
  while (test_n_held (f) != 1)
    g_main_context_iteration (NULL, TRUE);
  test_client_free (c);
  test_wait_connections (f, 0);
  g_assert_true (test_is_held_cancelled (f));
  test_release (f);
}

/* the socket itself */

static gboolean
listen_at (Fixture *f, const char *path, GError **error)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);

  return wsm_service_listen (f->service, address, NULL, error);
}

static void
test_socket_is_for_a_group (Fixture *f, gconstpointer data)
{
  struct stat status;
  mode_t umask_before = umask (0077);

  test_start_front (f, getuid (), NULL);
  umask (umask_before);
  g_assert_cmpint (g_lstat (f->path, &status), ==, 0);
  g_assert_true (S_ISSOCK (status.st_mode));
  g_assert_cmpint (status.st_mode & 07777, ==, 0660);
}

static void
leave_stale_socket (const char *path)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_DEFAULT, NULL);

  g_assert_true (g_socket_bind (socket, address, FALSE, NULL));
  g_assert_true (g_socket_close (socket, NULL));
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_what_is_there (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = NULL, *stale = NULL, *link = NULL;

  test_start_front (f, getuid (), NULL);
  file = g_build_filename (f->directory, "file", NULL);
  stale = g_build_filename (f->directory, "stale", NULL);
  link = g_build_filename (f->directory, "link", NULL);

  /* somebody listens: ourselves */
  g_assert_false (listen_at (f, f->path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  g_assert_false (listen_at (f, file, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);

  leave_stale_socket (stale);
  g_assert_cmpint (symlink (stale, link), ==, 0);
  g_assert_false (listen_at (f, link, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_true (listen_at (f, stale, &error));
  g_assert_no_error (error);

  wsm_service_stop (f->service);
  g_assert_false (g_file_test (stale, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_unlink (link), ==, 0);
  g_assert_cmpint (g_unlink (file), ==, 0);
}

static void
test_file_of_another_stays (Fixture *f, gconstpointer data)
{
  test_start_front (f, getuid (), NULL);
  g_assert_cmpint (g_unlink (f->path), ==, 0);
  g_assert_true (g_file_set_contents (f->path, "x", 1, NULL));
  wsm_service_stop (f->service);
  g_assert_cmpint (g_unlink (f->path), ==, 0);
}

static void
test_front_has_to_be_known (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const uid_t nobody = 65534;
  const uid_t self = getuid ();
  const char *const bad_headers[] = { "",     "X Remote",      "Authorization", "x-forwarded-for",
                                      "Host", "Sec-Fetch-User" };

  test_start (f);
  g_assert_false (listen_at (f, "/nowhere/front.sock", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  g_assert_false (wsm_service_set_front (f->service, NULL, 0, (gid_t) -1, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (wsm_service_set_front (f->service, &nobody, 1, (gid_t) -1, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  for (gsize i = 0; i < G_N_ELEMENTS (bad_headers); i++)
    {
      g_assert_false (
        wsm_service_set_front (f->service, &self, 1, (gid_t) -1, bad_headers[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }
}

static void
test_inherited_socket_stays (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (TestClient) c = NULL;
  g_autofree char *body = NULL, *own_path = NULL;

  g_test_summary ("A socket of whoever started the service is used, and not removed");

  test_start_front (f, getuid (), HEADER);
  path = g_build_filename (f->directory, "inherited", NULL);
  address = g_unix_socket_address_new (path);
  g_assert_true (g_socket_bind (socket, address, FALSE, NULL));
  g_assert_true (g_socket_listen (socket, NULL));
  g_assert_true (wsm_service_listen_fd (f->service, dup (g_socket_get_fd (socket)), NULL, &error));
  g_assert_no_error (error);

  own_path = g_steal_pointer (&f->path);
  f->path = g_strdup (path);
  c = test_client_new_front (f);
  body = ask_with (c, "X-Remote-User: mara\r\n", 200);
  wsm_service_stop (f->service);
  g_assert_cmpint (g_unlink (path), ==, 0);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/service/front/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_catch_log ();
  ADD ("web-server-names-the-user", test_web_server_names_the_user);
  ADD ("each-request-has-its-own-user", test_each_request_has_its_own_user);
  ADD ("wrong-password-is-wrong-here-as-well", test_wrong_password_is_wrong_here_as_well);
  ADD ("names-that-are-nobody", test_names_that_are_nobody);
  ADD ("header-means-nothing-elsewhere", test_header_means_nothing_elsewhere);
  ADD ("header-means-nothing-unasked", test_header_means_nothing_unasked);
  ADD ("strangers-are-hung-up-on", test_strangers_are_hung_up_on);
  ADD ("anybody-may-identify", test_anybody_may_identify);
  ADD ("clients-are-counted-each", test_clients_are_counted_each);
  ADD ("hung-up-client-cancels", test_hung_up_client_cancels);
  ADD ("socket-is-for-a-group", test_socket_is_for_a_group);
  ADD ("what-is-there", test_what_is_there);
  ADD ("file-of-another-stays", test_file_of_another_stays);
  ADD ("front-has-to-be-known", test_front_has_to_be_known);
  ADD ("inherited-socket-stays", test_inherited_socket_stays);
  return g_test_run ();
}
