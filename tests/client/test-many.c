/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Many hosts at once. Runs in the realm of with-realm.py. */
#include <sys/resource.h>

#include "asking.h"

#define N_CLIENTS 1000
#define MAX_MSEC  100000u

static void
test_sign_in_side_by_side (void)
{
  static const Script scripts[] = { SIGN_IN, SEALED_ANSWER (GOOD_INVOKE) };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, scripts, 2);
  g_autoptr (WsmCredential) credential = new_ticket (WSM_AUTH_NEGOTIATE);
  g_autoptr (WsmTrust) trust = new_any_trust ();
  const WsmClientOptions options = { .trust = trust,
                                     .credential = credential,
                                     .connect_timeout_msec = MAX_MSEC,
                                     .operation_timeout_msec = 60000,
                                     .margin_msec = MAX_MSEC - 60000 };
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func (g_object_unref);
  GAsyncResult **results = g_new0 (GAsyncResult *, N_CLIENTS);
  gint64 start = g_get_monotonic_time ();
  gint64 usec;

  g_test_summary ("A thousand hosts sign in side by side, none of them waits for ever");

  scripted_server_set_turns_of_connections (server);
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      g_ptr_array_add (clients, new_client (server, "http://localhost", &options));
      ask_start (clients->pdata[i], ASK_INVOKE, NULL, &results[i]);
    }
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (ask_end (clients->pdata[i], ASK_INVOKE, &results[i], &error));
      g_assert_no_error (error);
    }

  usec = g_get_monotonic_time () - start;
  g_test_message ("%u sign-ins in %.1f s", N_CLIENTS, (double) usec / G_USEC_PER_SEC);
  g_assert_cmpint (usec, <, MAX_MSEC * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpuint (scripted_server_get_n_connections (server), ==, N_CLIENTS);
  g_assert_cmpuint (scripted_server_get_n_requests (server), ==, 2 * N_CLIENTS);
  g_free (results);
}

int
main (int argc, char **argv)
{
  struct rlimit limit;

  g_test_init (&argc, &argv, NULL);
  prepare_realm ();

  /* both ends are here */
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = limit.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  if (limit.rlim_cur < 3 * N_CLIENTS)
    {
      g_test_message ("Not enough descriptors: %" G_GUINT64_FORMAT, (guint64) limit.rlim_cur);
      return 77;
    }

  g_test_add_func ("/client/many/sign-in-side-by-side", test_sign_in_side_by_side);

  return g_test_run ();
}
