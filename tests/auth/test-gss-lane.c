/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsman/auth/wsm-gss-private.h"

/* What jobs do here: say that they run, and wait until the gate opens. */
static GMutex mutex;
static GCond changed;
static gboolean is_open;
static guint n_running;
static guint most_running;
static guint n_called;
static GString *order;

static void
wait_at_gate (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_mutex_lock (&mutex);
  n_called++;
  n_running++;
  most_running = MAX (most_running, n_running);
  if (data != NULL)
    g_string_append_c (order, (char) GPOINTER_TO_INT (data));
  g_cond_broadcast (&changed);
  while (!is_open)
    g_cond_wait (&changed, &mutex);
  n_running--;
  g_mutex_unlock (&mutex);
  g_task_return_boolean (task, TRUE);
}

static void
return_at_once (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_boolean (task, TRUE);
}

static void
set_gate (gboolean open)
{
  g_mutex_lock (&mutex);
  is_open = open;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&mutex);
}

static void
wait_until_running (guint n)
{
  g_mutex_lock (&mutex);
  while (n_running < n)
    g_cond_wait (&changed, &mutex);
  g_mutex_unlock (&mutex);
}

static void
reset (void)
{
  set_gate (FALSE);
  n_running = most_running = n_called = 0;
  g_string_truncate (order, 0);
}

static void
count_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  guint *n_done = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  (*n_done)++;
}

static void
push (WsmGssLane *lane, int letter, GCancellable *cancellable, guint *n_done)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, count_cb, n_done);

  g_task_set_task_data (task, GINT_TO_POINTER (letter), NULL);
  wsm_gss_lane_run (lane, task, wait_at_gate);
}

static void
wait_for (const guint *n_done, guint n)
{
  while (*n_done < n)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_width (void)
{
  WsmGssLane *lane = wsm_gss_lane_new (3);
  guint n_done = 0;

  g_test_summary ("A lane has as many jobs running as it is wide, and all of them come to an end");

  reset ();
  for (guint i = 0; i < 100; i++)
    push (lane, 0, NULL, &n_done);
  wait_until_running (3);
  set_gate (TRUE);
  wait_for (&n_done, 100);
  g_assert_cmpuint (n_called, ==, 100);
  g_assert_cmpuint (most_running, ==, 3);
  wsm_gss_lane_free (lane);
}

static void
test_order (void)
{
  WsmGssLane *lane = wsm_gss_lane_new (1);
  guint n_done = 0;

  g_test_summary ("Jobs of a lane run in the order in which they came");

  reset ();
  for (int letter = 'a'; letter <= 'z'; letter++)
    push (lane, letter, NULL, &n_done);
  set_gate (TRUE);
  wait_for (&n_done, 26);
  g_assert_cmpstr (order->str, ==, "abcdefghijklmnopqrstuvwxyz");
  wsm_gss_lane_free (lane);
}

static void
test_apart (void)
{
  WsmGssLane *blocked = wsm_gss_lane_new (16);
  WsmGssLane *good = wsm_gss_lane_new (16);
  guint n_blocked = 0, n_good = 0;

  g_test_summary ("What waits in one lane keeps nobody waiting in another, nor without a lane");

  reset ();
  for (guint i = 0; i < 200; i++)
    push (blocked, 0, NULL, &n_blocked);
  wait_until_running (16);
  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (GTask) task = g_task_new (NULL, NULL, count_cb, &n_good);

      wsm_gss_lane_run (i % 2 ? good : NULL, task, return_at_once);
    }
  wait_for (&n_good, 200);
  g_assert_cmpuint (n_blocked, ==, 0);
  g_assert_cmpuint (n_called, ==, 16);

  set_gate (TRUE);
  wait_for (&n_blocked, 200);
  wsm_gss_lane_free (blocked);
  wsm_gss_lane_free (good);
}

static void
test_total (void)
{
  WsmGssLane *lanes[8];
  guint n_done = 0;

  g_test_summary ("All lanes together take 64 threads");

  reset ();
  for (gsize i = 0; i < G_N_ELEMENTS (lanes); i++)
    {
      lanes[i] = wsm_gss_lane_new (16);
      for (guint j = 0; j < 20; j++)
        push (lanes[i], 0, NULL, &n_done);
    }
  wait_until_running (64);
  set_gate (TRUE);
  wait_for (&n_done, 160);
  g_assert_cmpuint (most_running, ==, 64);
  for (gsize i = 0; i < G_N_ELEMENTS (lanes); i++)
    wsm_gss_lane_free (lanes[i]);
}

static void
test_cancelled (void)
{
  WsmGssLane *lane = wsm_gss_lane_new (1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint n_done = 0;

  g_test_summary ("What is cancelled before its turn does not run, and the next one does");

  reset ();
  push (lane, 0, NULL, &n_done);
  wait_until_running (1);
  push (lane, 0, cancellable, &n_done);
  push (lane, 0, NULL, &n_done);
  g_cancellable_cancel (cancellable);
  set_gate (TRUE);
  wait_for (&n_done, 3);
  g_assert_cmpuint (n_called, ==, 2);
  wsm_gss_lane_free (lane);
}

static void
test_freed (void)
{
  WsmGssLane *lane = wsm_gss_lane_new (1);
  guint n_done = 0;

  g_test_summary ("A lane may be given back while its jobs run and wait");

  reset ();
  for (guint i = 0; i < 5; i++)
    push (lane, 0, NULL, &n_done);
  wait_until_running (1);
  wsm_gss_lane_free (lane);
  set_gate (TRUE);
  wait_for (&n_done, 5);
  g_assert_cmpuint (n_called, ==, 5);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  order = g_string_new (NULL);

  g_test_add_func ("/auth/gss-lane/width", test_width);
  g_test_add_func ("/auth/gss-lane/order", test_order);
  g_test_add_func ("/auth/gss-lane/apart", test_apart);
  g_test_add_func ("/auth/gss-lane/total", test_total);
  g_test_add_func ("/auth/gss-lane/cancelled", test_cancelled);
  g_test_add_func ("/auth/gss-lane/freed", test_freed);

  status = g_test_run ();
  g_string_free (order, TRUE);

  return status;
}
