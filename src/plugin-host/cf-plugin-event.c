/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-engine-private.h"

/* What happens on threads of the plug-in, on its way to the client, whose thread is another. */

typedef struct
{
  GSource parent;
  CfPluginEngine *engine;
} Source;

/* Frees the output in it; that may be done without the lock. */
void
cf_plugin_event_clear_result (CfPluginEvent *self)
{
  g_clear_pointer (&self->output.data, g_bytes_unref);
  free (self->stream);
  free (self->command_state);
}

static void
cf_plugin_event_free (CfPluginEvent *self)
{
  if (self->operation != NULL)
    cf_plugin_operation_unref (self->operation);
  cf_plugin_event_clear_result (self);
  g_free (self);
}

/* Has the source woken when it is needed next, and not before. */
void
cf_plugin_event_arm (CfPluginEngine *engine)
{
  CfPluginOperation *operation = g_queue_peek_head (&engine->watched);
  gint64 ready_time = -1;

  if (engine->first_event != NULL)
    ready_time = 0;
  else if (engine->phase < CF_PLUGIN_PHASE_STOPPED)
    {
      if (operation != NULL)
        ready_time = operation->deadline;
      if (engine->deadline != 0 && (ready_time < 0 || engine->deadline < ready_time))
        ready_time = engine->deadline;
    }
  if (ready_time == engine->ready_time)
    return;
  engine->ready_time = ready_time;
  g_source_set_ready_time (engine->source, ready_time);
}

/* Returns: (transfer none): the event, to be filled before the lock is given back */
CfPluginEvent *
cf_plugin_event_push (CfPluginEngine *engine, CfPluginEventType type, CfPluginOperation *operation)
{
  CfPluginEvent *self = g_new0 (CfPluginEvent, 1);

  self->type = type;
  self->operation = operation != NULL ? cf_plugin_operation_ref (operation) : NULL;
  if (engine->last_event != NULL)
    engine->last_event->next = self;
  else
    engine->first_event = self;
  engine->last_event = self;
  engine->n_events++;
  cf_plugin_event_arm (engine);
  return self;
}

static CfPluginEvent *
pop (CfPluginEngine *engine)
{
  CfPluginEvent *self = engine->first_event;

  if (self == NULL)
    return NULL;
  engine->first_event = self->next;
  if (engine->first_event == NULL)
    engine->last_event = NULL;
  engine->n_events--;
  return self;
}

void
cf_plugin_event_clear (CfPluginEngine *engine)
{
  CfPluginEvent *self;

  while ((self = pop (engine)) != NULL)
    cf_plugin_event_free (self);
}

/* Nobody waits for the answer any more: removes the question. */
void
cf_plugin_event_take_back (CfPluginEngine *engine, CfPluginAsk *ask)
{
  CfPluginEvent *previous = NULL;

  for (CfPluginEvent *self = engine->first_event; self != NULL; previous = self, self = self->next)
    {
      if (self->ask != ask)
        continue;
      if (previous != NULL)
        previous->next = self->next;
      else
        engine->first_event = self->next;
      if (engine->last_event == self)
        engine->last_event = previous;
      engine->n_events--;
      cf_plugin_event_free (self);
      return;
    }
}

/* Without the lock: a completed operation is not written to any more. */
void
cf_plugin_event_deliver_answer (CfPluginEngine *engine, CfPluginOperation *operation)
{
  CfPluginClient *client = cf_plugin_runner_get_client (engine->runner);
  gboolean has_text = operation->code != NO_ERROR || operation->kind == CF_PLUGIN_CONNECT;

  if (client != NULL && operation->code == NO_ERROR && operation->object != NULL)
    cf_plugin_client_object (client, operation->id, operation->object);
  client = cf_plugin_runner_get_client (engine->runner);
  if (client != NULL)
    cf_plugin_client_completed (client, operation->id, operation->code,
                                has_text ? operation->extended_information : NULL);
}

/* Asks the client; without the lock, in its thread. Returns: a Win32 code */
guint32
cf_plugin_event_answer (CfPluginEngine *engine, guint64 id, CfPluginAsk *ask)
{
  CfPluginClient *client = cf_plugin_runner_get_client (engine->runner);

  switch (ask->type)
    {
    case CF_PLUGIN_ASK_SUBMIT:
      return client != NULL ? cf_plugin_client_submit (client, id, ask->shutdown)
                            : ERROR_INVALID_OPERATION;
    case CF_PLUGIN_ASK_REFUSE:
      return client != NULL ? cf_plugin_client_refuse (client, id, ask->text, ask->code)
                            : ask->code;
    case CF_PLUGIN_ASK_ABORT:
      return client != NULL ? cf_plugin_client_abort_shutdown (client, id, ask->text)
                            : ERROR_INVALID_OPERATION;
    case CF_PLUGIN_ASK_DESCRIBE:
      return client != NULL ? cf_plugin_client_describe (client, id, ask->status)
                            : ERROR_INVALID_OPERATION;
    default:
      g_assert_not_reached ();
    }
}

/* The next few have the lock before and after, but not while somebody is called. */

static void
deliver_output (CfPluginEngine *engine, CfPluginEvent *event)
{
  CfPluginOperation *operation = event->operation;
  CfPluginClient *client;

  operation->n_undelivered--;
  pthread_cond_broadcast (&operation->changed);
  /* An error discards what has not been sent (wsman-plugin-api.md, section 4), unless it is no more
   * than the answer to a cancellation, which may be any (section 8.5). */
  if (operation->stage == CF_PLUGIN_STAGE_COMPLETED && operation->code != NO_ERROR &&
      !operation->is_cancelled)
    return;
  cf_plugin_unlock ();
  client = cf_plugin_runner_get_client (engine->runner);
  if (client != NULL)
    cf_plugin_client_output (client, operation->id, &event->output);
  cf_plugin_lock ();
}

static void
deliver_ask (CfPluginEngine *engine, CfPluginEvent *event)
{
  CfPluginAsk *ask = event->ask;
  guint32 code;

  ask->state = CF_PLUGIN_ASK_RUNNING;
  cf_plugin_unlock ();
  code = cf_plugin_event_answer (engine, event->operation->id, ask);
  cf_plugin_lock ();
  ask->code = code;
  ask->state = CF_PLUGIN_ASK_DONE;
  pthread_cond_broadcast (&event->operation->changed);
}

static void
deliver_started (CfPluginEngine *engine)
{
  gboolean is_starting = engine->phase == CF_PLUGIN_PHASE_STARTING;

  if (!is_starting)
    return;
  cf_plugin_unlock ();
  cf_plugin_runner_set_state (engine->runner, CF_PLUGIN_RUNNING, NULL);
  cf_plugin_event_launch_waiting (engine);
  cf_plugin_lock ();
}

static void
deliver_ended (CfPluginEngine *engine)
{
  gboolean has_failed = engine->phase == CF_PLUGIN_PHASE_FAILED;
  CfPluginRunner *kept = engine->keeps_runner ? engine->runner : NULL;

  engine->keeps_runner = FALSE;
  cf_plugin_unlock ();
  cf_plugin_runner_set_state (engine->runner, has_failed ? CF_PLUGIN_FAILED : CF_PLUGIN_STOPPED,
                              engine->problem);
  g_clear_object (&kept);
  cf_plugin_lock ();
}

static void
deliver (CfPluginEngine *engine, CfPluginEvent *event)
{
  CfPluginOperation *operation = event->operation;
  CfPluginClient *client;

  switch (event->type)
    {
    case CF_PLUGIN_EVENT_STARTED:
      deliver_started (engine);
      break;
    case CF_PLUGIN_EVENT_OUTPUT:
      deliver_output (engine, event);
      break;
    case CF_PLUGIN_EVENT_ASK:
      deliver_ask (engine, event);
      break;
    case CF_PLUGIN_EVENT_ENDED:
      deliver_ended (engine);
      break;
    case CF_PLUGIN_EVENT_IDLE:
      if (event->n_begun != engine->n_begun)
        break;
      cf_plugin_unlock ();
      cf_plugin_runner_set_idle (engine->runner, TRUE);
      cf_plugin_lock ();
      break;
    case CF_PLUGIN_EVENT_COMPLETED:
      cf_plugin_unlock ();
      cf_plugin_event_deliver_answer (engine, operation);
      cf_plugin_lock ();
      break;
    case CF_PLUGIN_EVENT_CONTEXT:
    case CF_PLUGIN_EVENT_RELEASED:
      cf_plugin_unlock ();
      client = cf_plugin_runner_get_client (engine->runner);
      if (client != NULL && event->type == CF_PLUGIN_EVENT_CONTEXT)
        cf_plugin_client_context_reported (client, operation->id);
      else if (client != NULL)
        cf_plugin_client_released (client, operation->id);
      cf_plugin_lock ();
      break;
    default:
      g_assert_not_reached ();
    }
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  CfPluginEngine *engine = ((Source *) source)->engine;
  g_autoptr (CfPluginRunner) runner = g_object_ref (engine->runner);
  CfPluginEvent *event;
  guint n;

  cf_plugin_lock ();
  cf_plugin_engine_ref (engine);
  engine->ready_time = -1;
  g_source_set_ready_time (source, -1);
  /* no more than there are now: others want the main loop as well */
  for (n = engine->n_events; n > 0 && (event = pop (engine)) != NULL; n--)
    {
      deliver (engine, event);
      cf_plugin_event_free (event);
    }
  cf_plugin_engine_check_deadlines (engine);
  cf_plugin_event_arm (engine);
  cf_plugin_engine_unref (engine);
  cf_plugin_unlock ();
  return G_SOURCE_CONTINUE;
}

GSource *
cf_plugin_event_source_new (CfPluginEngine *engine)
{
  static GSourceFuncs functions = { .dispatch = dispatch };
  GSource *source = g_source_new (&functions, sizeof (Source));

  ((Source *) source)->engine = engine;
  g_source_set_static_name (source, "CfPluginEngine");
  return source;
}
