/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service-fixture.h"

#include <string.h>

#define REFUSED "220e67553c61406fa9ff34913cdc2164"
#define SHORT   50 /* ms: a deadline that is waited for */

static void
send_head_of (TestClient *c, const char *authorization, gsize announced)
{
  g_autofree char *body = g_strnfill (announced, 'x');
  g_autofree char *http = test_http (authorization, body);

  test_client_send (c, http, (gssize) (strlen (http) - announced));
}

static gboolean
drip_cb (gpointer user_data)
{
  test_client_send (user_data, "x", 1);

  return G_SOURCE_CONTINUE;
}

/* Sends an octet now and then, until the service has had enough. */
static void
drip_until_end (TestClient *c)
{
  guint drip = g_timeout_add (2, drip_cb, c);

  test_client_wait_end (c);
  g_source_remove (drip);
}

static void
test_silent_connection_ends (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;

  f->limits.idle_not_signed_in_msec = SHORT;
  c = test_client_new (f);
  test_client_wait_end (c);
}

static void
test_dripping_head_ends (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;

  f->limits.head_msec = SHORT;
  c = test_client_new (f);
  test_client_send (c, "POST /wsman HTTP/1.1\r\nX: ", -1);
  drip_until_end (c);
  test_wait_connections (f, 0);
}

static void
test_dripping_body_ends (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;

  f->limits.body_msec = SHORT;
  c = test_client_new (f);
  send_head_of (c, TEST_BASIC, 100000);
  drip_until_end (c);
  g_assert_cmpuint (test_n_handled (f), ==, 0);
  test_wait_connections (f, 0);
}

static void
test_body_of_refused_request_has_to_come (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_auto (TestAnswer) answer = { 0 };

  f->limits.idle_not_signed_in_msec = SHORT;
  c = test_client_new (f);
  send_head_of (c, NULL, 1000);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 401);
  drip_until_end (c);
}

static void
test_idle_connection_ends (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *body = NULL;

  f->limits.idle_signed_in_msec = SHORT;
  c = test_client_new (f);
  body = test_ask (c, TEST_BASIC, echo, 200);
  test_client_wait_end (c);
}

static void
test_life_of_a_connection_ends (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;

  f->limits.life_msec = SHORT;
  c = test_client_new (f);
  for (;;)
    {
      g_autofree char *echo = test_invoke_new ("Echo");
      g_autofree char *http = test_http (TEST_BASIC, echo);
      g_auto (TestAnswer) answer = { 0 };

      test_client_send (c, http, -1);
      test_client_receive (c, &answer);
      if (answer.status == 0 || test_answer_closes (&answer))
        break;
      g_assert_true (answer.status == 200 || answer.status == 500);
    }
  test_client_wait_end (c);
}

static void
test_requests_of_a_connection_end (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;

  f->limits.requests_per_connection = 3;
  c = test_client_new (f);
  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *echo = test_invoke_new ("Echo");
      g_autofree char *http = test_http (TEST_BASIC, echo);
      g_auto (TestAnswer) answer = { 0 };

      test_client_send (c, http, -1);
      test_client_receive (c, &answer);
      g_assert_cmpuint (answer.status, ==, 200);
      g_assert_cmpint (test_answer_closes (&answer), ==, i == 3);
    }
  test_client_wait_end (c);
}

static void
test_sign_in_has_a_deadline (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *body = NULL;

  f->limits.sign_in_msec = SHORT;
  c = test_client_new (f);
  body = test_ask (c, PATIENT, echo, 503);
  test_client_wait_end (c);
}

/* The peer reads nothing: the answer, larger than what kernels buffer, has no way out. */
static void
test_unread_answer_ends (Fixture *f, gconstpointer data)
{
  TestClient *c;

  f->limits.write_msec = SHORT;
  f->limits.requests_per_minute_per_user = 100000;
  f->limits.requests_per_connection = 100000;
  c = test_client_new (f);
  g_source_destroy (c->source);
  while (f->service == NULL || wsm_service_get_n_connections (f->service) == 0)
    g_main_context_iteration (NULL, TRUE);

  /* one request at a time, as the next one would be pipelined */
  for (guint n = 0; wsm_service_get_n_connections (f->service) > 0;)
    {
      g_autofree char *invoke = test_invoke_new ("Long");
      g_autofree char *http = test_http (TEST_BASIC, invoke);

      if (test_n_handled (f) == n)
        {
          test_client_send (c, http, -1);
          n++;
        }
      g_main_context_iteration (NULL, TRUE);
    }
  test_client_free (c);
}

typedef struct
{
  guint connections, not_signed_in, per_address, per_address_not_signed_in;
  guint admitted; /* of connections on which nobody signs in */
} Caps;

static const Caps caps[] = {
  { 3, 100, 100, 100, 3 },
  { 100, 3, 100, 100, 3 },
  { 100, 100, 3, 100, 3 },
  { 100, 100, 100, 3, 3 },
};

static void
test_caps_close_at_once (Fixture *f, gconstpointer data)
{
  const Caps *cap = data;
  g_autoptr (GPtrArray)
    clients = g_ptr_array_new_with_free_func ((GDestroyNotify) test_client_free);
  g_autoptr (TestClient) again = NULL;
  guint n_logged = test_n_logged (REFUSED);
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *body = NULL;

  f->limits.connections = cap->connections;
  f->limits.connections_not_signed_in = cap->not_signed_in;
  f->limits.connections_per_address = cap->per_address;
  f->limits.connections_per_address_not_signed_in = cap->per_address_not_signed_in;

  for (guint i = 0; i < cap->admitted + 5; i++)
    {
      TestClient *c = test_client_new (f);

      g_ptr_array_add (clients, c);
      if (i >= cap->admitted)
        test_client_wait_end (c);
    }
  g_assert_cmpuint (wsm_service_get_n_connections (f->service), ==, cap->admitted);
  g_assert_cmpuint (test_n_logged (REFUSED), ==, n_logged + 1); /* one line for all five */

  /* those that were admitted work, and each one that ends makes room */
  body = test_ask (clients->pdata[0], TEST_BASIC, echo, 200);
  g_ptr_array_set_size (clients, 0);
  test_wait_connections (f, 0);
  again = test_client_new (f);
  g_clear_pointer (&body, g_free);
  g_free (echo);
  echo = test_invoke_new ("Echo");
  body = test_ask (again, TEST_BASIC, echo, 200);
}

static void
test_signing_in_makes_room (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray)
    clients = g_ptr_array_new_with_free_func ((GDestroyNotify) test_client_free);

  f->limits.connections_not_signed_in = 1;
  for (guint i = 0; i < 5; i++)
    {
      TestClient *c = test_client_new (f);
      g_autofree char *echo = test_invoke_new ("Echo");
      g_autofree char *body = test_ask (c, TEST_BASIC, echo, 200);

      g_ptr_array_add (clients, c);
    }
  g_assert_cmpuint (wsm_service_get_n_connections (f->service), ==, 5);
}

static void
test_other_address_has_its_own_count (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) first = NULL;
  g_autoptr (TestClient) second = NULL;
  g_autoptr (TestClient) other = NULL;
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *body = NULL;

  f->limits.connections_per_address = 1;
  first = test_client_new (f);
  second = test_client_new (f);
  test_client_wait_end (second);
  other = test_client_new_from (f, "127.0.0.2");
  body = test_ask (other, TEST_BASIC, echo, 200);
}

/* case 32 */
static void
test_clients_that_vanish_leave_nothing (Fixture *f, gconstpointer data)
{
  g_autofree char *echo = test_invoke_new ("Hold");
  g_autofree char *http = test_http (TEST_BASIC, echo);
  const gssize parts[] = { 0, 1, 30, (gssize) (strlen (http) - 10), (gssize) strlen (http) };

  f->limits.connections_per_address = 1000;
  f->limits.connections_per_address_not_signed_in = 1000;
  f->limits.connections_not_signed_in = 1000;
  f->limits.connections = 1000;
  f->limits.requests_per_minute_per_user = 10000;
  for (guint i = 0; i < 500; i++)
    {
      TestClient *c = test_client_new (f);

      test_client_send (c, http, parts[i % G_N_ELEMENTS (parts)]);
      while (wsm_service_get_n_connections (f->service) == 0)
        g_main_context_iteration (NULL, TRUE);
      if (i % 2 == 0)
        test_client_reset (c);
      else
        test_client_free (c);
    }
  test_wait_connections (f, 0);
}

static void
test_slow_ones_do_not_hold_up_others (Fixture *f, gconstpointer data)
{
  enum
  {
    N = 400
  };
  TestClient *slow[N];
  g_autoptr (TestClient) c = NULL;

  f->limits.connections_per_address = N + 1;
  f->limits.connections_per_address_not_signed_in = N + 1;
  f->limits.connections_not_signed_in = N + 1;
  f->limits.connections = N + 1;
  f->limits.head_msec = 200;
  for (guint i = 0; i < N; i++)
    {
      slow[i] = test_client_new (f);
      test_client_send (slow[i], "POST /wsman HTTP/1.1\r\nHo", -1);
    }

  c = test_client_new (f);
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *echo = test_invoke_new ("Echo");
      g_autofree char *body = test_ask (c, TEST_BASIC, echo, 200);
    }
  test_wait_connections (f, 1);
  for (guint i = 0; i < N; i++)
    {
      test_client_wait_end (slow[i]);
      test_client_free (slow[i]);
    }
}

#define ADD(name, function)                                                                        \
  g_test_add ("/service/limits/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_catch_log ();
  ADD ("silent-connection-ends", test_silent_connection_ends);
  ADD ("dripping-head-ends", test_dripping_head_ends);
  ADD ("dripping-body-ends", test_dripping_body_ends);
  ADD ("body-of-refused-request-has-to-come", test_body_of_refused_request_has_to_come);
  ADD ("idle-connection-ends", test_idle_connection_ends);
  ADD ("life-of-a-connection-ends", test_life_of_a_connection_ends);
  ADD ("requests-of-a-connection-end", test_requests_of_a_connection_end);
  ADD ("sign-in-has-a-deadline", test_sign_in_has_a_deadline);
  ADD ("unread-answer-ends", test_unread_answer_ends);
  for (gsize i = 0; i < G_N_ELEMENTS (caps); i++)
    {
      g_autofree char *path = g_strdup_printf (
        "/service/limits/caps-close-at-once/%" G_GSIZE_FORMAT, i);

      g_test_add (path, Fixture, &caps[i], fixture_set_up, test_caps_close_at_once,
                  fixture_tear_down);
    }
  ADD ("signing-in-makes-room", test_signing_in_makes_room);
  ADD ("other-address-has-its-own-count", test_other_address_has_its_own_count);
  ADD ("clients-that-vanish-leave-nothing", test_clients_that_vanish_leave_nothing);
  ADD ("slow-ones-do-not-hold-up-others", test_slow_ones_do_not_hold_up_others);
  return g_test_run ();
}
