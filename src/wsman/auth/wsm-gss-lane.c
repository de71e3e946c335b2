/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "wsm-gss-private.h"

#define MAX_THREADS   64
#define MAX_ANONYMOUS 16 /* of the lane NULL */

/*
 * The threads are of one pool, the queues of the lanes: what waits behind a realm whose KDC is
 * silent waits in its lane, and holds no thread that others could use.
 */
struct _WsmGssLane
{
  gatomicrefcount references; /* of the owner, and of each job */
  guint max;

  GMutex mutex;
  guint n_running;
  GQueue waiting; /* of Job; nothing waits while n_running < max */
};

typedef struct
{
  WsmGssLane *lane; /* (owned) */
  GTask *task;      /* (owned) */
  GTaskThreadFunc function;
} Job;

static gint n_busy;    /* atomic: jobs that run, of all lanes */
static gint is_ending; /* atomic: the process has begun to exit */

static WsmGssLane *
lane_ref (WsmGssLane *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

static void
lane_unref (WsmGssLane *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_mutex_clear (&self->mutex);
  g_free (self);
}

static void
job_free (Job *self)
{
  g_object_unref (self->task);
  lane_unref (self->lane);
  g_free (self);
}

/* libkrb5 takes its mutexes down when a process exits, and aborts a thread that then wants one. A
 * thread may be waiting for a KDC in there for a minute: do not wait for it, and leave before the
 * libraries do. */
static void
leave (int status, gpointer data)
{
  g_atomic_int_set (&is_ending, 1);
  if (g_atomic_int_get (&n_busy) == 0)
    return;

  fflush (NULL);
  _exit (status);
}

static void run_job (gpointer data, gpointer user_data);

static GThreadPool *
get_pool (void)
{
  static gsize once = 0;
  static GThreadPool *pool = NULL;

  if (g_once_init_enter (&once))
    {
      /* Not exclusive: threads are given back, and making the pool cannot fail. */
      pool = g_thread_pool_new (run_job, NULL, MAX_THREADS, FALSE, NULL);
      on_exit (leave, NULL);
      g_once_init_leave (&once, 1);
    }

  return pool;
}

/* The next of @self that may run; if there is none, one thread less is busy. */
static Job *
take_next (WsmGssLane *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Job *next = g_queue_pop_head (&self->waiting);

  if (next == NULL)
    self->n_running--;

  return next;
}

static void
run_job (gpointer data, gpointer user_data)
{
  Job *job = data;
  Job *next;

  g_atomic_int_inc (&n_busy);
  if (g_atomic_int_get (&is_ending))
    {
      g_atomic_int_add (&n_busy, -1);
      return;
    }

  /* Nobody waits for it any longer: it should not wait for others either. */
  if (!g_task_return_error_if_cancelled (job->task))
    job->function (job->task, g_task_get_source_object (job->task),
                   g_task_get_task_data (job->task), g_task_get_cancellable (job->task));

  g_atomic_int_add (&n_busy, -1);

  /* Through the pool, not in a loop: other lanes have their turn in between. */
  next = take_next (job->lane);
  if (next != NULL)
    g_thread_pool_push (get_pool (), next, NULL);

  job_free (job);
}

/**
 * wsm_gss_lane_new:
 * @max: how many of its jobs run at once; at least 1
 *
 * Returns: (transfer full): a lane
 */
WsmGssLane *
wsm_gss_lane_new (guint max)
{
  WsmGssLane *self;

  g_return_val_if_fail (max > 0, NULL);

  self = g_new0 (WsmGssLane, 1);
  g_atomic_ref_count_init (&self->references);
  self->max = max;
  g_mutex_init (&self->mutex);
  g_queue_init (&self->waiting);

  return self;
}

/**
 * wsm_gss_lane_free:
 * @self: (transfer full) (nullable): a lane
 *
 * Gives the lane back. Jobs that run or wait in it go on to their end.
 */
void
wsm_gss_lane_free (WsmGssLane *self)
{
  if (self != NULL)
    lane_unref (self);
}

static WsmGssLane *
get_anonymous (void)
{
  static gsize once = 0;
  static WsmGssLane *lane = NULL;

  if (g_once_init_enter (&once))
    {
      lane = wsm_gss_lane_new (MAX_ANONYMOUS);
      g_once_init_leave (&once, 1);
    }

  return lane;
}

/**
 * wsm_gss_lane_run:
 * @self: (nullable): a lane; %NULL for the one of everybody who has none
 * @task: what @function returns on, exactly once
 * @function: what may block
 *
 * As g_task_run_in_thread(), in order of arrival within the lane and at most as many at once as the
 * lane allows; over all lanes at most 64. A task that is cancelled before its turn returns
 * %G_IO_ERROR_CANCELLED then, without a call of @function.
 */
void
wsm_gss_lane_run (WsmGssLane *self, GTask *task, GTaskThreadFunc function)
{
  Job *job;
  gboolean may_run;

  g_return_if_fail (G_IS_TASK (task) && function != NULL);

  if (self == NULL)
    self = get_anonymous ();

  job = g_new0 (Job, 1);
  job->lane = lane_ref (self);
  job->task = g_object_ref (task);
  job->function = function;

  g_mutex_lock (&self->mutex);
  may_run = self->n_running < self->max;
  if (may_run)
    self->n_running++;
  else
    g_queue_push_tail (&self->waiting, job);
  g_mutex_unlock (&self->mutex);

  if (may_run)
    g_thread_pool_push (get_pool (), job, NULL);
}
