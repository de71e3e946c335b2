/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-engine-private.h"

typedef struct
{
  CfPluginWorkType type;
  CfPluginOperation *operation; /* (owned) (nullable) */
} CfPluginWork;

static void
do_work (CfPluginEngine *engine, const CfPluginWork *work)
{
  switch (work->type)
    {
    case CF_PLUGIN_WORK_STARTUP:
      cf_plugin_engine_do_startup (engine);
      break;
    case CF_PLUGIN_WORK_RELEASE:
      cf_plugin_entry_release (work->operation);
      break;
    case CF_PLUGIN_WORK_CALLBACK:
      cf_plugin_entry_callback (work->operation);
      break;
    case CF_PLUGIN_WORK_SHUTDOWN:
      cf_plugin_engine_do_shutdown (engine);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
run_cb (gpointer data, gpointer user_data)
{
  CfPluginLane *self = data;
  CfPluginEngine *engine;
  CfPluginWork *work;

  cf_plugin_lock ();
  engine = self->engine;
  while ((work = g_queue_pop_head (&self->work)) != NULL)
    {
      cf_plugin_unlock ();
      do_work (engine, work);
      cf_plugin_lock ();
      if (work->operation != NULL)
        cf_plugin_operation_unref (work->operation);
      g_free (work);
    }
  self->is_running = FALSE;
  cf_plugin_engine_unref (engine);
  cf_plugin_unlock ();
}

/* Never too few of them: a plug-in that blocks all threads for its entry points is still to be
 * told to end. */
static GThreadPool *
get_threads (void)
{
  static GThreadPool *threads; /* with the lock */

  if (threads == NULL)
    threads = g_thread_pool_new (run_cb, NULL, -1, FALSE, NULL);
  return threads;
}

void
cf_plugin_lane_init (CfPluginLane *self, CfPluginEngine *engine)
{
  self->engine = engine;
  g_queue_init (&self->work);
}

void
cf_plugin_lane_clear (CfPluginLane *self)
{
  CfPluginWork *work;

  while ((work = g_queue_pop_head (&self->work)) != NULL)
    {
      if (work->operation != NULL)
        cf_plugin_operation_unref (work->operation);
      g_free (work);
    }
}

/* Has something done after all that was pushed before. */
void
cf_plugin_lane_push (CfPluginLane *self, CfPluginWorkType type, CfPluginOperation *operation)
{
  CfPluginWork *work = g_new0 (CfPluginWork, 1);

  work->type = type;
  work->operation = operation != NULL ? cf_plugin_operation_ref (operation) : NULL;
  g_queue_push_tail (&self->work, work);
  if (self->is_running)
    return;
  self->is_running = TRUE;
  cf_plugin_engine_ref (self->engine);
  g_thread_pool_push (get_threads (), self, NULL);
}
