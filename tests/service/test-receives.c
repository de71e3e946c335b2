/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service-fixture.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define REPEATED "470b7f78c1584dec99941e8cbaaec23c"
#define OUTPUT   ">b3V0cHV0<" /* "output" */

#define g_assert_contains(text, part) g_assert_nonnull (strstr (text, part))

static void
wait_held (Fixture *f, guint n)
{
  while (test_n_held (f) != n)
    g_main_context_iteration (NULL, TRUE);
}

static void
send_receive (TestClient *c, const char *receive)
{
  g_autofree char *http = test_http (TEST_BASIC, receive);

  test_client_send (c, http, -1);
}

static char *
take_answer (TestClient *c, guint status)
{
  g_auto (TestAnswer) answer = { 0 };

  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, status);

  return g_steal_pointer (&answer.body);
}

static void
test_output_is_fetched (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *receive = test_receive ("uuid:1");
  g_autofree char *body = NULL;

  send_receive (c, receive);
  wait_held (f, 1);
  g_assert_false (test_is_held_cancelled (f));
  test_release_output (f, "output");
  body = take_answer (c, 200);
  g_assert_contains (body, OUTPUT);
  g_assert_contains (body, "ReceiveResponse");
}

static void
test_lost_output_is_fetched_again (Fixture *f, gconstpointer data)
{
  guint n_repeated = test_n_logged (REPEATED);
  g_autofree char *receive = test_receive ("uuid:1");
  g_autoptr (TestClient) c = NULL;
  g_autofree char *again = NULL;

  g_test_summary ("A connection that breaks with the answer on its way loses no output");

  {
    TestClient *lost = test_client_new (f);

    send_receive (lost, receive);
    wait_held (f, 1);
    test_client_reset (lost);
    /* the service has not looked at the connection yet */
    g_assert_false (test_is_held_cancelled (f));
    test_release_output (f, "output");
    test_wait_connections (f, 0);
  }

  c = test_client_new (f);
  again = test_ask (c, TEST_BASIC, receive, 200);
  g_assert_contains (again, OUTPUT);
  g_assert_cmpuint (test_n_handled (f), ==, 1);
  /* which is no reason to tell the administrator */
  g_assert_cmpuint (test_n_logged (REPEATED), ==, n_repeated);
}

static void
test_dropped_receive_keeps_output (Fixture *f, gconstpointer data)
{
  g_autofree char *receive = test_receive ("uuid:1");
  g_autoptr (TestClient) c = NULL;
  g_autofree char *body = NULL;

  g_test_summary ("Who answers after the cancellation keeps the output: the repeat asks anew");

  {
    TestClient *lost = test_client_new (f);

    send_receive (lost, receive);
    wait_held (f, 1);
    test_client_reset (lost);
    test_wait_connections (f, 0);
    g_assert_true (test_is_held_cancelled (f));
    test_release_output (f, "output");
  }

  c = test_client_new (f);
  send_receive (c, receive);
  wait_held (f, 1);
  test_release_output (f, "output");
  body = take_answer (c, 200);
  g_assert_contains (body, OUTPUT);
  g_assert_cmpuint (test_n_handled (f), ==, 2);
}

static void
test_time_out_asks_for_more (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *receive = test_receive ("uuid:1");
  g_autofree char *hasty = test_replace (receive, "PT60S", "PT0.05S");
  g_autofree char *fault = test_ask (c, TEST_BASIC, hasty, 500);
  g_autofree char *body = NULL;

  g_assert_contains (fault, "w:TimedOut<");
  g_assert_contains (fault, "ask again");
  g_assert_true (test_is_held_cancelled (f));
  test_release_fault (f, WSM_FAULT_TIMED_OUT);

  /* nothing of it is kept: the same message waits anew */
  send_receive (c, hasty);
  wait_held (f, 1);
  test_release_output (f, "output");
  body = take_answer (c, 200);
  g_assert_contains (body, OUTPUT);
  g_assert_cmpuint (test_n_handled (f), ==, 2);
}

static void
test_time_out_of_handler_is_not_kept (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *receive = test_receive ("uuid:1");

  for (guint i = 1; i <= 2; i++)
    {
      g_autofree char *fault = NULL;

      send_receive (c, receive);
      wait_held (f, 1);
      test_release_fault (f, WSM_FAULT_TIMED_OUT);
      fault = take_answer (c, 500);
      g_assert_contains (fault, "w:TimedOut<");
      g_assert_cmpuint (test_n_handled (f), ==, i);
    }
}

static void
test_repeat_while_pending_is_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autoptr (TestClient) other = test_client_new (f);
  g_autofree char *receive = test_receive ("uuid:1");
  g_autofree char *pending = NULL, *body = NULL;

  send_receive (c, receive);
  wait_held (f, 1);
  pending = test_ask (other, TEST_BASIC, receive, 500);
  g_assert_contains (pending, "Code=\"1359\"");
  test_release_output (f, "output");
  body = take_answer (c, 200);
  g_assert_cmpuint (test_n_handled (f), ==, 1);
}

static void
test_what_follows_a_command_goes_on (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *late = test_invoke_new ("Echo");
  g_autofree char *refused = NULL;

  g_test_summary ("A command whose output comes in many pieces is not cut off half-way");

  f->limits.requests_per_minute_per_user = 1;
  c = test_client_new (f);
  g_free (test_ask (c, TEST_BASIC, echo, 200));
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *id = g_strdup_printf ("uuid:%u", i);
      g_autofree char *receive = test_receive (id);
      g_autofree char *body = NULL;

      send_receive (c, receive);
      wait_held (f, 1);
      test_release_output (f, "output");
      body = take_answer (c, 200);
    }
  refused = test_ask (c, TEST_BASIC, late, 500);
  g_assert_contains (refused, "w:QuotaLimit<");
}

static void
test_shell_actions_act (Fixture *f, gconstpointer data)
{
  const struct
  {
    const char *action;
    const char *body;
    gboolean acts;
  } cases[] = {
    { WSM_ACTION_GET, "", FALSE },
    { "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate", "", FALSE },
    { "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Pull", "", FALSE },
    { WSM_ACTION_DELETE, "", TRUE },
    { "http://schemas.xmlsoap.org/ws/2004/09/transfer/Put", "", TRUE },
    { WSM_ACTION_SHELL_SIGNAL,
      "<rsp:Signal xmlns:rsp=\"" WSM_SHELL_URI "\" CommandId=\"C\"><rsp:Code>" WSM_SIGNAL_TERMINATE
      "</rsp:Code></rsp:Signal>",
      TRUE },
  };
  g_autofree char *echo = test_invoke ("Echo", "uuid:1");
  const char *body_start = strstr (echo, "<s:Body>");
  g_autofree char *head = g_strndup (echo, (gsize) (body_start - echo));

  g_test_summary ("The action says whether a request acts, whatever its body is");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestClient) c = test_client_new (f);
      g_autofree char *id = g_strdup_printf ("uuid:%zu", i + 10);
      g_autofree char *empty = g_strconcat (head, "<s:Body>", cases[i].body,
                                            "</s:Body></s:Envelope>", NULL);
      g_autofree char *named = test_replace (empty, "uuid:1<", "@<");
      g_autofree char *numbered = test_replace (named, "@", id);
      g_autofree char *request = test_replace (numbered, TEST_URI "/Echo", cases[i].action);
      guint n_before = test_n_handled (f);

      g_test_message ("%s", cases[i].action);
      for (guint j = 0; j < 2; j++)
        {
          g_autofree char *http = test_http (TEST_BASIC, request);
          g_auto (TestAnswer) answer = { 0 };

          test_client_send (c, http, -1);
          test_client_receive (c, &answer);
          g_assert_cmpuint (answer.status, !=, 0);
        }
      g_assert_cmpuint (test_n_handled (f) - n_before, ==, cases[i].acts ? 1 : 2);
    }
}

/* A client without a source of its own, which a thousand of would make the main loop slow. */
static int
connect_plainly (Fixture *f)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (f->port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);

  return fd;
}

static void
test_thousand_wait_and_others_work (Fixture *f, gconstpointer data)
{
  enum
  {
    N = 1000
  };
  struct rlimit files = { 0 };
  g_autoptr (TestClient) other = NULL;
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *body = NULL;
  int fds[N];

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &files), ==, 0);
  files.rlim_cur = MIN (files.rlim_max, 4096);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &files), ==, 0);
  if (files.rlim_cur < 4096)
    {
      g_test_skip ("This process may not open 4096 files");
      return;
    }

  f->limits.connections = 2 * N;
  f->limits.connections_not_signed_in = N;
  f->limits.connections_per_address = 2 * N;
  f->limits.connections_per_address_not_signed_in = N;
  f->limits.requests_per_minute_per_user = 2 * N;
  test_start (f);
  for (guint i = 0; i < N; i++)
    {
      g_autofree char *id = g_strdup_printf ("uuid:%u", i);
      g_autofree char *receive = test_receive (id);
      g_autofree char *http = test_http (TEST_BASIC, receive);

      fds[i] = connect_plainly (f);
      g_assert_cmpint (write (fds[i], http, strlen (http)), ==, strlen (http));
      wait_held (f, i + 1);
    }

  other = test_client_new (f);
  body = test_ask (other, TEST_BASIC, echo, 200);
  for (guint i = 0; i < N; i++)
    test_release_output (f, "output");
  for (guint i = 0; i < N; i++)
    {
      char answer[4096] = "";

      g_assert_cmpint (read (fds[i], answer, sizeof answer - 1), >, 0);
      g_assert_contains (answer, OUTPUT);
      close (fds[i]);
    }
}

/* What is expected of a connection that waits is expected of one that waits long as well. */
static void
test_long_waits_are_parked (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  TestClient *gone = test_client_new (f);
  g_autoptr (TestClient) pipelining = test_client_new (f);
  g_autofree char *one = test_receive ("uuid:1");
  g_autofree char *two = test_receive ("uuid:2");
  g_autofree char *three = test_receive ("uuid:3");
  g_autofree char *body = NULL, *next = NULL, *last = NULL;

  send_receive (gone, one);
  wait_held (f, 1);
  send_receive (c, two);
  wait_held (f, 2);
  send_receive (pipelining, three);
  wait_held (f, 3);
  while (wsm_service_get_n_parked (f->service) != 3)
    g_main_context_iteration (NULL, TRUE);

  /* a peer that goes is noticed */
  test_client_free (gone);
  test_wait_connections (f, 2);
  g_assert_true (test_is_held_cancelled (f));
  g_assert_cmpuint (wsm_service_get_n_parked (f->service), ==, 2);
  test_release_fault (f, WSM_FAULT_INTERNAL_ERROR);

  /* an answer gets through, and the connection can be used again */
  test_release_output (f, "output");
  body = take_answer (c, 200);
  g_assert_contains (body, OUTPUT);
  next = test_ask (c, TEST_BASIC, two, 200);
  g_assert_cmpstr (body, ==, next);

  /* one that goes on sending gets its answer, and no more */
  test_client_send (pipelining, "POST", -1);
  while (wsm_service_get_n_parked (f->service) != 0)
    g_main_context_iteration (NULL, TRUE);
  test_release_output (f, "output");
  last = take_answer (pipelining, 200);
  test_client_wait_end (pipelining);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/service/receives/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_catch_log ();
  ADD ("output-is-fetched", test_output_is_fetched);
  ADD ("lost-output-is-fetched-again", test_lost_output_is_fetched_again);
  ADD ("dropped-receive-keeps-output", test_dropped_receive_keeps_output);
  ADD ("time-out-asks-for-more", test_time_out_asks_for_more);
  ADD ("time-out-of-handler-is-not-kept", test_time_out_of_handler_is_not_kept);
  ADD ("repeat-while-pending-is-refused", test_repeat_while_pending_is_refused);
  ADD ("shell-actions-act", test_shell_actions_act);
  ADD ("what-follows-a-command-goes-on", test_what_follows_a_command_goes_on);
  ADD ("long-waits-are-parked", test_long_waits_are_parked);
  ADD ("thousand-wait-and-others-work", test_thousand_wait_and_others_work);
  return g_test_run ();
}
