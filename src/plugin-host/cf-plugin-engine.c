/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-engine-private.h"

#include <string.h>

#define MAX_THREADS 64

static GQueue engines = G_QUEUE_INIT; /* with the lock */

CfPluginEngine *
cf_plugin_engine_ref (CfPluginEngine *self)
{
  self->n_refs++;
  return self;
}

void
cf_plugin_engine_unref (CfPluginEngine *self)
{
  if (--self->n_refs > 0)
    return;

  g_queue_remove (&engines, self);
  cf_plugin_event_clear (self);
  cf_plugin_lane_clear (&self->control);
  cf_plugin_lane_clear (&self->callbacks);
  /* maybe on one of its own threads: not waited for */
  g_thread_pool_free (self->pool, FALSE, FALSE);
  g_hash_table_unref (self->by_id);
  g_source_unref (self->source);
  g_main_context_unref (self->main_context);
  g_free (self->name);
  g_free (self->file);
  g_free (self->problem);
  free (self->application);
  free (self->extra_info);
  free (self->name16);
  free (self->run_as_user16);
  g_free (self);
}

/**
 * cf_plugin_engine_new:
 * @runner: whose client is told; not kept alive
 * @settings: borrowed for the call
 *
 * Returns: (transfer full): an engine, to be freed with cf_plugin_engine_free()
 */
CfPluginEngine *
cf_plugin_engine_new (CfPluginRunner *runner, const CfPluginSettings *settings)
{
  CfPluginEngine *self = g_new0 (CfPluginEngine, 1);

  cf_plugin_services_install ();
  self->n_refs = 1;
  self->runner = runner;
  self->name = g_strdup (settings->name);
  self->file = g_strdup (settings->file);
  self->application = CurfewUtf16Dup (settings->application);
  self->extra_info = CurfewUtf16Dup (settings->extra_info);
  self->name16 = CurfewUtf16Dup (settings->name);
  self->run_as_user16 = CurfewUtf16Dup (settings->run_as_user);
  self->settings = *settings;
  self->settings.name = self->name;
  self->settings.file = self->file;
  self->settings.application = NULL;
  self->settings.extra_info = NULL;
  self->settings.run_as_user = NULL;
  self->thread = pthread_self ();
  self->main_context = g_main_context_ref_thread_default ();
  self->pool = g_thread_pool_new (cf_plugin_entry_run, NULL, MAX_THREADS, FALSE, NULL);
  self->by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_queue_init (&self->waiting);
  g_queue_init (&self->watched);
  cf_plugin_lane_init (&self->control, self);
  cf_plugin_lane_init (&self->callbacks, self);
  self->ready_time = -1;
  self->source = cf_plugin_event_source_new (self);
  g_source_attach (self->source, self->main_context);

  cf_plugin_lock ();
  g_queue_push_tail (&engines, self);
  cf_plugin_unlock ();
  return self;
}

/**
 * cf_plugin_engine_free:
 * @self: (transfer full): an engine that was never started, or has ended
 */
void
cf_plugin_engine_free (CfPluginEngine *self)
{
  g_source_destroy (self->source);
  cf_plugin_lock ();
  self->runner = NULL;
  cf_plugin_engine_unref (self);
  cf_plugin_unlock ();
}

void
cf_plugin_engine_set_unloads (CfPluginEngine *self, gboolean unloads)
{
  cf_plugin_lock ();
  self->unloads = unloads;
  cf_plugin_unlock ();
}

/* From the first request on it needs somebody to tell, until it has ended. */
static void
keep_runner (CfPluginEngine *self)
{
  if (!self->keeps_runner)
    g_object_ref (self->runner);
  self->keeps_runner = TRUE;
}

void
cf_plugin_engine_start (CfPluginEngine *self, guint32 flags)
{
  keep_runner (self);
  cf_plugin_lock ();
  self->phase = CF_PLUGIN_PHASE_STARTING;
  self->start_flags = flags;
  self->deadline = g_get_monotonic_time () +
                   self->settings.start_msec * (gint64) G_TIME_SPAN_MILLISECOND;
  cf_plugin_lane_push (&self->control, CF_PLUGIN_WORK_STARTUP, NULL);
  cf_plugin_event_arm (self);
  cf_plugin_unlock ();
  cf_plugin_runner_set_state (self->runner, CF_PLUGIN_STARTING, NULL);
}

/* Why a call cannot be begun; NO_ERROR if it can. */
static guint32
check_phase (CfPluginEngine *self, char **problem)
{
  switch (self->phase)
    {
    case CF_PLUGIN_PHASE_IDLE:
    case CF_PLUGIN_PHASE_STARTING:
    case CF_PLUGIN_PHASE_RUNNING:
      return NO_ERROR;
    case CF_PLUGIN_PHASE_STOPPING:
    case CF_PLUGIN_PHASE_STOPPED:
      return ERROR_OPERATION_ABORTED;
    case CF_PLUGIN_PHASE_FAILED:
      *problem = g_strdup (self->problem);
      return ERROR_WSMAN_PLUGIN_FAILED;
    default:
      g_assert_not_reached ();
    }
}

/* Calls the entry point on this thread, and tells the client what was answered. With the lock,
 * which is not held meanwhile. */
static void
run_inline (CfPluginEngine *self, CfPluginOperation *operation)
{
  guint32 code;
  gboolean has_completed;

  cf_plugin_operation_ref (operation);
  operation->is_inline = TRUE;
  if (!cf_plugin_entry_exists (self, operation->kind, &code))
    cf_plugin_tree_complete (operation, code, NULL, FALSE);
  else
    {
      cf_plugin_entry_prepare (operation);
      cf_plugin_unlock ();
      cf_plugin_entry_call (operation);
      cf_plugin_lock ();
      operation->n_inside--;
      cf_plugin_tree_check_ended (operation);
    }
  operation->is_inline = FALSE;
  has_completed = operation->stage == CF_PLUGIN_STAGE_COMPLETED;

  if (has_completed)
    {
      cf_plugin_unlock ();
      cf_plugin_event_deliver_answer (self, operation);
      cf_plugin_lock ();
    }
  cf_plugin_operation_unref (operation);
}

static void
run (CfPluginEngine *self, CfPluginOperation *operation)
{
  if (cf_plugin_entry_is_quick (self, operation->kind))
    run_inline (self, operation);
  else
    cf_plugin_tree_launch (operation);
}

/* Makes the operation, or says why there is none. With the lock. */
static CfPluginOperation *
make_operation (CfPluginEngine *self, const CfPluginCall *call, guint32 *code, char **problem)
{
  CfPluginOperation *operation = NULL;
  CfPluginOperation *parent = NULL;
  gboolean has_parent = call->kind != CF_PLUGIN_GET && call->kind != CF_PLUGIN_INVOKE &&
                        call->kind != CF_PLUGIN_SHELL;

  *code = check_phase (self, problem);
  if (*code != NO_ERROR)
    return NULL;
  operation = cf_plugin_operation_new (self);
  if (operation == NULL)
    {
      *code = ERROR_NOT_ENOUGH_MEMORY;
      *problem = g_strdup ("There are too many open files for another request");
      return NULL;
    }

  cf_plugin_unlock ();
  cf_plugin_operation_fill (operation, call);
  cf_plugin_lock ();

  *code = check_phase (self, problem);
  if (*code == NO_ERROR && has_parent)
    {
      parent = cf_plugin_tree_find_parent (self, call);
      if (parent == NULL)
        *code = ERROR_WSMAN_UNEXPECTED_SELECTORS;
    }
  if (*code != NO_ERROR)
    {
      cf_plugin_operation_unref (operation);
      return NULL;
    }
  cf_plugin_tree_add (operation, parent);
  self->n_begun++;
  return operation;
}

void
cf_plugin_engine_begin (CfPluginEngine *self, const CfPluginCall *call)
{
  g_autofree char *problem = NULL;
  CfPluginOperation *operation;
  CfPluginClient *client;
  guint32 code;

  cf_plugin_lock ();
  operation = make_operation (self, call, &code, &problem);
  if (operation == NULL)
    {
      cf_plugin_unlock ();
      client = cf_plugin_runner_get_client (self->runner);
      if (client != NULL)
        cf_plugin_client_completed (client, call->id, code, problem);
      return;
    }

  keep_runner (self);
  if (self->phase == CF_PLUGIN_PHASE_RUNNING)
    run (self, operation);
  else
    g_queue_push_tail (&self->waiting, operation);
  cf_plugin_unlock ();
}

/**
 * cf_plugin_event_launch_waiting:
 *
 * Startup has succeeded: what was begun before has its turn, in order, and what is begun meanwhile
 * comes after it.
 */
void
cf_plugin_event_launch_waiting (CfPluginEngine *self)
{
  CfPluginOperation *operation;

  cf_plugin_lock ();
  while ((operation = g_queue_pop_head (&self->waiting)) != NULL)
    run (self, operation);
  if (self->phase == CF_PLUGIN_PHASE_STARTING)
    self->phase = CF_PLUGIN_PHASE_RUNNING;
  cf_plugin_unlock ();
}

void
cf_plugin_engine_cancel (CfPluginEngine *self, guint64 id)
{
  CfPluginOperation *operation;

  cf_plugin_lock ();
  operation = g_hash_table_lookup (self->by_id, &id);
  if (operation != NULL)
    cf_plugin_tree_cancel (operation);
  cf_plugin_unlock ();
}

void
cf_plugin_engine_acknowledge (CfPluginEngine *self, guint64 id, gsize n_octets)
{
  CfPluginOperation *operation;

  cf_plugin_lock ();
  operation = g_hash_table_lookup (self->by_id, &id);
  if (operation != NULL)
    {
      operation->n_unacknowledged -= MIN (n_octets, operation->n_unacknowledged);
      pthread_cond_broadcast (&operation->changed);
    }
  cf_plugin_unlock ();
}

void
cf_plugin_engine_stop (CfPluginEngine *self, guint32 reason)
{
  CfPluginRunnerState state = cf_plugin_runner_get_state (self->runner);

  cf_plugin_lock ();
  switch (self->phase)
    {
    case CF_PLUGIN_PHASE_IDLE:
      self->phase = CF_PLUGIN_PHASE_STOPPED;
      cf_plugin_tree_cancel_all (self);
      if (self->keeps_runner)
        cf_plugin_event_push (self, CF_PLUGIN_EVENT_ENDED, NULL);
      else
        state = CF_PLUGIN_STOPPED;
      break;
    case CF_PLUGIN_PHASE_STARTING:
    case CF_PLUGIN_PHASE_RUNNING:
      self->phase = CF_PLUGIN_PHASE_STOPPING;
      self->reason = reason;
      state = CF_PLUGIN_STOPPING;
      cf_plugin_tree_cancel_all (self);
      cf_plugin_engine_check_drained (self);
      break;
    case CF_PLUGIN_PHASE_STOPPING:
      if (reason == WSMAN_PLUGIN_SHUTDOWN_SYSTEM)
        self->reason = reason;
      break;
    case CF_PLUGIN_PHASE_STOPPED:
    case CF_PLUGIN_PHASE_FAILED:
    default:
      break;
    }
  cf_plugin_unlock ();
  cf_plugin_runner_set_state (self->runner, state, cf_plugin_runner_get_problem (self->runner));
}

/* Nothing is left in a plug-in that is to end: then it may. */
void
cf_plugin_engine_check_drained (CfPluginEngine *self)
{
  if (self->phase != CF_PLUGIN_PHASE_STOPPING || !self->is_started || self->is_shutting_down ||
      self->n_open > 0)
    return;
  self->is_shutting_down = TRUE;
  cf_plugin_lane_push (&self->control, CF_PLUGIN_WORK_SHUTDOWN, NULL);
}

/**
 * cf_plugin_engine_fail:
 * @problem: for people
 * @poisons: whether nothing of the module may be called again, by nobody
 *
 * Answers everything in the place of the plug-in.
 */
void
cf_plugin_engine_fail (CfPluginEngine *self, const char *problem, gboolean poisons)
{
  if (self->phase == CF_PLUGIN_PHASE_FAILED || self->phase == CF_PLUGIN_PHASE_STOPPED)
    return;

  self->phase = CF_PLUGIN_PHASE_FAILED;
  self->problem = g_strdup (problem);
  self->deadline = 0;
  cf_plugin_tree_abandon_all (self);
  cf_plugin_event_push (self, CF_PLUGIN_EVENT_ENDED, NULL);

  if (!poisons || self->module == NULL)
    return;
  cf_plugin_module_poison (self->module);
  for (GList *l = engines.head; l != NULL; l = l->next)
    {
      CfPluginEngine *other = l->data;

      if (other != self && other->module == self->module)
        cf_plugin_engine_fail (other, problem, FALSE);
    }
}

/* Whether the plug-in has had all the time that it gets for what it is at. */
void
cf_plugin_engine_check_deadlines (CfPluginEngine *self)
{
  gint64 now = g_get_monotonic_time ();
  CfPluginOperation *operation = g_queue_peek_head (&self->watched);
  g_autofree char *problem = NULL;

  if (self->phase >= CF_PLUGIN_PHASE_STOPPED)
    return;
  if (self->deadline != 0 && self->deadline <= now)
    problem = g_strdup_printf ("The %s of the plug-in “%s” did not end in time, and it gets no "
                               "more requests in this run",
                               self->is_shutting_down ? "Shutdown" : "Startup", self->name);
  else if (operation != NULL && operation->deadline <= now)
    problem = g_strdup_printf ("The plug-in “%s” did not end a request within %g seconds after it "
                               "was told to, and gets no more requests in this run",
                               self->name, self->settings.cancel_msec / 1000.0);
  if (problem != NULL)
    cf_plugin_engine_fail (self, problem, TRUE);
}

/**
 * cf_plugin_engine_find:
 * @context: what a plug-in says that its Startup returned
 * @with_starting: whether it may be one whose Startup has not returned yet
 *
 * Returns: (nullable): the engine that the plug-in means. Contexts need not be unique; any will do
 */
CfPluginEngine *
cf_plugin_engine_find (PVOID context, gboolean with_starting)
{
  CfPluginEngine *starting = NULL;

  for (GList *l = engines.head; l != NULL; l = l->next)
    {
      CfPluginEngine *self = l->data;

      if (self->phase == CF_PLUGIN_PHASE_FAILED)
        continue;
      if (with_starting && self->is_starting)
        {
          if (pthread_equal (self->starting_thread, pthread_self ()))
            return self;
          starting = self;
        }
    }
  for (GList *l = engines.head; l != NULL; l = l->next)
    {
      CfPluginEngine *self = l->data;

      if (self->phase != CF_PLUGIN_PHASE_FAILED && self->is_started && self->context == context)
        return self;
    }
  return starting;
}
