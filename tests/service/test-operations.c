/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service-fixture.h"

#include <string.h>

#define REPEATED "470b7f78c1584dec99941e8cbaaec23c"

#define g_assert_contains(text, part) g_assert_nonnull (strstr (text, part))

static void
send_invoke (TestClient *c, const char *invoke)
{
  g_autofree char *http = test_http (TEST_BASIC, invoke);

  test_client_send (c, http, -1);
}

static void
wait_held (Fixture *f, guint n)
{
  while (test_n_held (f) != n)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_answer_may_come_later (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *hold = test_invoke_new ("Hold");
  g_autofree char *echo = test_invoke_new ("Echo");
  g_auto (TestAnswer) answer = { 0 };
  g_autofree char *body = NULL;

  send_invoke (c, hold);
  wait_held (f, 1);
  g_assert_false (test_client_has_all (c));
  test_release (f);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 200);

  body = test_ask (c, TEST_BASIC, echo, 200);
}

static void
test_forgotten_operation_is_an_internal_error (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *drop = test_invoke_new ("Drop");
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *fault = test_ask (c, TEST_BASIC, drop, 500);
  g_autofree char *body = test_ask (c, TEST_BASIC, echo, 200);

  g_assert_contains (fault, "w:InternalError<");
}

static void
test_time_out_is_a_fault (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *hold = test_invoke ("Hold", "uuid:1");
  g_autofree char *hasty = test_replace (hold, "PT60S", "PT0.05S");
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *fault = test_ask (c, TEST_BASIC, hasty, 500);
  g_autofree char *pending = NULL, *body = NULL, *late = NULL;

  g_assert_contains (fault, "w:TimedOut<");
  g_assert_true (test_is_held_cancelled (f));

  /* while the handler still works, the same message is pending */
  pending = test_ask (c, TEST_BASIC, hasty, 500);
  g_assert_contains (pending, "Code=\"1359\"");

  /* the late answer goes nowhere, but whoever asks again gets it */
  test_release (f);
  body = test_ask (c, TEST_BASIC, echo, 200);
  late = test_ask (c, TEST_BASIC, hasty, 200);
  g_assert_contains (late, ">uuid:1<");
  g_assert_cmpuint (test_n_handled (f), ==, 2);
}

static void
test_vanished_client_cancels (Fixture *f, gconstpointer data)
{
  for (guint by_reset = 0; by_reset < 2; by_reset++)
    {
      TestClient *c = test_client_new (f);
      g_autofree char *hold = test_invoke_new ("Hold");

      send_invoke (c, hold);
      wait_held (f, 1);
      g_assert_false (test_is_held_cancelled (f));
      if (by_reset)
        test_client_reset (c);
      else
        test_client_free (c);
      test_wait_connections (f, 0);
      g_assert_true (test_is_held_cancelled (f));
      test_release (f);
    }
}

static void
test_late_answer_finds_the_client_gone (Fixture *f, gconstpointer data)
{
  TestClient *c;
  g_autofree char *hold = test_invoke_new ("Hold");

  g_test_summary ("The write of an answer may be what shows that the client has gone");

  c = test_client_new (f);
  send_invoke (c, hold);
  wait_held (f, 1);
  /* the service does not look at the connection before the handler answers */
  test_client_reset (c);
  test_release_long (f);
  g_assert_cmpuint (wsm_service_get_n_connections (f->service), ==, 0);
}

static void
test_repeat_gets_the_recorded_answer (Fixture *f, gconstpointer data)
{
  guint n_repeated = test_n_logged (REPEATED);
  g_autofree char *echo = test_invoke ("Echo", "uuid:1");
  g_autofree char *first = NULL, *second = NULL, *other_connection = NULL, *other_user = NULL;

  {
    g_autoptr (TestClient) c = test_client_new (f);

    first = test_ask (c, TEST_BASIC, echo, 200);
    second = test_ask (c, TEST_BASIC, echo, 200); /* case 47 */
  }
  {
    g_autoptr (TestClient) c = test_client_new (f);

    other_connection = test_ask (c, TEST_BASIC, echo, 200);
    g_assert_cmpuint (test_n_handled (f), ==, 1);
    other_user = test_ask (c, OTHER_USER, echo, 200);
  }

  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (first, ==, other_connection);
  g_assert_contains (other_user, "User>otto<");
  g_assert_cmpuint (test_n_handled (f), ==, 2);
  g_assert_cmpuint (test_n_logged (REPEATED), ==, n_repeated + 2);
}

static void
test_lost_answer_is_not_acted_on_twice (Fixture *f, gconstpointer data)
{
  g_autofree char *hold = test_invoke ("Hold", "uuid:1");
  g_autoptr (TestClient) c = NULL;
  g_autofree char *pending = NULL, *answer = NULL;

  {
    TestClient *lost = test_client_new (f);

    send_invoke (lost, hold);
    wait_held (f, 1);
    test_client_reset (lost);
    test_wait_connections (f, 0);
  }

  c = test_client_new (f);
  pending = test_ask (c, TEST_BASIC, hold, 500);
  g_assert_contains (pending, "Code=\"1359\"");
  test_release (f);
  answer = test_ask (c, TEST_BASIC, hold, 200);
  g_assert_cmpuint (test_n_handled (f), ==, 1);
}

static void
test_same_id_with_other_content_is_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *echo = test_invoke ("Echo", "uuid:1");
  g_autofree char *changed = test_replace (echo, "<p:Text>x<", "<p:Text>y<");
  g_autofree char *first = test_ask (c, TEST_BASIC, echo, 200);
  g_autofree char *fault = test_ask (c, TEST_BASIC, changed, 500);

  g_assert_contains (fault, "InvalidMessageInformationHeader<");
  g_assert_cmpuint (test_n_handled (f), ==, 1);
}

static void
test_faults_of_handlers_are_recorded (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *deny = test_invoke ("Deny", "uuid:1");
  g_autofree char *first = test_ask (c, TEST_BASIC, deny, 500);
  g_autofree char *second = test_ask (c, TEST_BASIC, deny, 500);

  g_assert_cmpstr (first, ==, second);
  g_assert_cmpuint (test_n_handled (f), ==, 1);
}

static void
test_too_many_requests_are_a_fault (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_autofree char *other_user = NULL;

  f->limits.requests_per_minute_per_user = 3;
  c = test_client_new (f);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *echo = test_invoke_new ("Echo");
      g_autofree char *body = test_ask (c, TEST_BASIC, echo, i < 3 ? 200 : 500);

      if (i >= 3)
        g_assert_contains (body, "w:QuotaLimit<");
    }

  /* the connection works on, and nobody else has to pay for it */
  {
    g_autofree char *echo = test_invoke_new ("Echo");

    other_user = test_ask (c, OTHER_USER, echo, 200);
  }
  g_assert_cmpuint (test_n_handled (f), ==, 4);
}

/* 64 at once, answered in the contrary order. */
static void
test_many_wait_side_by_side (Fixture *f, gconstpointer data)
{
  enum
  {
    N = 64
  };
  TestClient *clients[N];

  f->limits.connections_per_address = N;
  f->limits.connections_per_address_not_signed_in = N;
  f->limits.connections_not_signed_in = N;
  for (guint i = 0; i < N; i++)
    {
      g_autofree char *hold = test_invoke_new ("Hold");

      clients[i] = test_client_new (f);
      send_invoke (clients[i], hold);
    }
  wait_held (f, N);
  while (test_n_held (f) > 0)
    test_release (f);
  for (guint i = N; i > 0; i--)
    {
      g_auto (TestAnswer) answer = { 0 };

      test_client_receive (clients[i - 1], &answer);
      g_assert_cmpuint (answer.status, ==, 200);
      test_client_free (clients[i - 1]);
    }
}

static void
test_stop_cancels_what_is_pending (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *hold = test_invoke_new ("Hold");

  send_invoke (c, hold);
  wait_held (f, 1);
  wsm_service_stop (f->service);
  g_assert_true (test_is_held_cancelled (f));
  test_client_wait_end (c);
  test_release (f);
}

static void
done_cb (const WsmOutcome *outcome, gpointer user_data)
{
  guint *n = user_data;

  (*n)++;
}

static void
test_second_answer_is_a_bug (void)
{
  g_autoptr (WsmPrincipal) principal = wsm_principal_new ("mara", NULL, "Basic", NULL);
  g_autoptr (WsmEnvelope) request = wsm_envelope_new_identify ();
  guint n = 0;
  g_autoptr (WsmOperation) operation = wsm_operation_new (principal, request, NULL, done_cb, &n);

  wsm_operation_return_object (operation, NULL);
  g_test_expect_message ("curfew-service", G_LOG_LEVEL_CRITICAL, "*self->done != NULL*");
  wsm_operation_return_object (operation, NULL);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (n, ==, 1);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/service/operations/" name, Fixture, NULL, fixture_set_up, function,                \
              fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_catch_log ();
  ADD ("answer-may-come-later", test_answer_may_come_later);
  ADD ("forgotten-operation-is-an-internal-error", test_forgotten_operation_is_an_internal_error);
  ADD ("time-out-is-a-fault", test_time_out_is_a_fault);
  ADD ("vanished-client-cancels", test_vanished_client_cancels);
  ADD ("late-answer-finds-the-client-gone", test_late_answer_finds_the_client_gone);
  ADD ("repeat-gets-the-recorded-answer", test_repeat_gets_the_recorded_answer);
  ADD ("lost-answer-is-not-acted-on-twice", test_lost_answer_is_not_acted_on_twice);
  ADD ("same-id-with-other-content-is-refused", test_same_id_with_other_content_is_refused);
  ADD ("faults-of-handlers-are-recorded", test_faults_of_handlers_are_recorded);
  ADD ("too-many-requests-are-a-fault", test_too_many_requests_are_a_fault);
  ADD ("many-wait-side-by-side", test_many_wait_side_by_side);
  ADD ("stop-cancels-what-is-pending", test_stop_cancels_what_is_pending);
  g_test_add_func ("/service/operations/second-answer-is-a-bug", test_second_answer_is_a_bug);
  return g_test_run ();
}
