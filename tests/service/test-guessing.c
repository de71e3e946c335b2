/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service-fixture.h"

#include <string.h>

/* Those who guess are slowed down, and nobody else is (threat-model, section 7). */

#define THROTTLED "5b87a9e11d924f44b12d7de01aadf57d"

static void
set_up (Fixture *f, gconstpointer data)
{
  fixture_set_up (f, data);
  f->limits.throttle_seconds = 15;
}

static guint
ask (TestClient *c, const char *authorization)
{
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *http = test_http (authorization, echo);
  g_auto (TestAnswer) answer = { 0 };

  test_client_send (c, http, -1);
  test_client_receive (c, &answer);
  if (answer.status == 429)
    g_assert_nonnull (strstr (answer.head, "\r\nRetry-After: "));

  return answer.status;
}

static guint
ask_from (Fixture *f, const char *address, const char *authorization)
{
  g_autoptr (TestClient) c = test_client_new_from (f, address);

  return ask (c, authorization);
}

/* Four wrong passwords, of 5 seconds each. */
static void
guess (Fixture *f, const char *address)
{
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (ask_from (f, address, WRONG), ==, 401);
}

static void
test_source_has_to_wait (Fixture *f, gconstpointer data)
{
  guint n_throttled = test_n_logged (THROTTLED);
  guint n_verified;

  guess (f, "127.0.0.1");
  n_verified = test_n_verified (f);
  g_assert_cmpuint (ask_from (f, "127.0.0.1", WRONG), ==, 429);
  g_assert_cmpuint (ask_from (f, "127.0.0.1", TEST_BASIC), ==, 429);
  g_assert_cmpuint (ask_from (f, "127.0.0.1", OTHER_USER), ==, 429);
  g_assert_cmpuint (test_n_verified (f), ==, n_verified); /* nobody was asked */
  g_assert_cmpuint (test_n_logged (THROTTLED), ==, n_throttled + 1);
}

static void
test_others_are_served_meanwhile (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) remembered = test_client_new (f);

  g_assert_cmpuint (ask_from (f, "127.0.0.2", TEST_BASIC), ==, 200);
  g_assert_cmpuint (ask (remembered, OTHER_USER), ==, 200);
  guess (f, "127.0.0.1");
  g_assert_cmpuint (ask_from (f, "127.0.0.1", WRONG), ==, 429);

  g_assert_cmpuint (ask_from (f, "127.0.0.3", OTHER_USER), ==, 200);
  /* the user whose password is guessed, from where that user signs in */
  g_assert_cmpuint (ask_from (f, "127.0.0.2", TEST_BASIC), ==, 200);
  /* but not from where that is not known: many sources would guess one password */
  g_assert_cmpuint (ask_from (f, "127.0.0.4", TEST_BASIC), ==, 429);
  /* and whoever is in already stays so */
  g_assert_cmpuint (ask (remembered, OTHER_USER), ==, 200);
}

static void
test_failures_below_the_limit_are_no_matter (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (ask_from (f, "127.0.0.1", WRONG), ==, 401);
  g_assert_cmpuint (ask_from (f, "127.0.0.1", TEST_BASIC), ==, 200);
}

static void
test_wait_is_told_and_connection_kept (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *http = test_http (TEST_BASIC, echo);
  g_auto (TestAnswer) answer = { 0 };
  const char *field;

  guess (f, "127.0.0.1");
  c = test_client_new (f);
  test_client_send (c, http, -1);
  test_client_receive (c, &answer);
  g_assert_true (g_str_has_prefix (answer.head, "HTTP/1.1 429 Too Many Requests\r\n"));
  field = strstr (answer.head, "\r\nRetry-After: ");
  g_assert_nonnull (field);
  g_assert_cmpuint (strtoul (field + strlen ("\r\nRetry-After: "), NULL, 10), >=, 1);
  g_assert_cmpuint (strtoul (field + strlen ("\r\nRetry-After: "), NULL, 10), <=, 5);
  g_assert_cmpuint (answer.body_length, ==, 0);
  g_assert_false (test_answer_closes (&answer));
  g_assert_cmpuint (ask (c, TEST_BASIC), ==, 429); /* its body was read over */
}

/* Each check of a password is a process. */
static void
test_password_checks_run_out (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  guint status = 200;
  guint n = 0;

  f->limits.password_checks_per_minute = 6;
  c = test_client_new (f);
  g_assert_cmpuint (ask (c, TEST_BASIC), ==, 200);
  while (status == 200 && ++n < 20)
    status = ask_from (f, "127.0.0.2", TEST_BASIC);
  g_assert_cmpuint (status, ==, 503);
  g_assert_cmpuint (test_n_verified (f), <=, 6);

  g_assert_cmpuint (ask (c, TEST_BASIC), ==, 200); /* that one is remembered */
}

#define ADD(name, function)                                                                        \
  g_test_add ("/service/guessing/" name, Fixture, NULL, set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_catch_log ();
  ADD ("source-has-to-wait", test_source_has_to_wait);
  ADD ("others-are-served-meanwhile", test_others_are_served_meanwhile);
  ADD ("failures-below-the-limit-are-no-matter", test_failures_below_the_limit_are_no_matter);
  ADD ("wait-is-told-and-connection-kept", test_wait_is_told_and_connection_kept);
  ADD ("password-checks-run-out", test_password_checks_run_out);
  return g_test_run ();
}
