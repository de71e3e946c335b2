/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-dispatcher.h"

struct _CfDispatcher
{
  GObject parent_instance;

  GPtrArray *errands; /* (element-type CfErrand) */
  guint n_parallel;
  GQueue ready;      /* (element-type CfErrand) (unowned): waiting for a place */
  GHashTable *rests; /* CfErrand (unowned) → GSource (owned): its alarm */
  GCancellable *cancellable;
  guint n_running;
  guint n_settled;
  gboolean is_started;
};

static void cf_dispatcher_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CfDispatcher, cf_dispatcher, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      cf_dispatcher_list_model_init))

typedef enum
{
  SIGNAL_FINISHED
} CfDispatcherSignal;
static guint signals[SIGNAL_FINISHED + 1];

static void fill (CfDispatcher *self);

static void
destroy_source (gpointer data)
{
  GSource *source = data;

  g_source_destroy (source);
  g_source_unref (source);
}

static GType
cf_dispatcher_get_item_type (GListModel *model)
{
  return CF_TYPE_ERRAND;
}

static guint
cf_dispatcher_get_n_items (GListModel *model)
{
  return CF_DISPATCHER (model)->errands->len;
}

static gpointer
cf_dispatcher_get_item (GListModel *model, guint position)
{
  GPtrArray *errands = CF_DISPATCHER (model)->errands;

  return position < errands->len ? g_object_ref (g_ptr_array_index (errands, position)) : NULL;
}

static void
cf_dispatcher_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = cf_dispatcher_get_item_type;
  iface->get_n_items = cf_dispatcher_get_n_items;
  iface->get_item = cf_dispatcher_get_item;
}

static void
cf_dispatcher_dispose (GObject *object)
{
  CfDispatcher *self = CF_DISPATCHER (object);

  g_queue_clear (&self->ready);
  g_hash_table_remove_all (self->rests);

  G_OBJECT_CLASS (cf_dispatcher_parent_class)->dispose (object);
}

static void
cf_dispatcher_finalize (GObject *object)
{
  CfDispatcher *self = CF_DISPATCHER (object);

  g_hash_table_unref (self->rests);
  g_ptr_array_unref (self->errands);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (cf_dispatcher_parent_class)->finalize (object);
}

static void
cf_dispatcher_class_init (CfDispatcherClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = cf_dispatcher_dispose;
  object_class->finalize = cf_dispatcher_finalize;

  signals[SIGNAL_FINISHED] = g_signal_new ("finished", CF_TYPE_DISPATCHER, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cf_dispatcher_init (CfDispatcher *self)
{
  self->errands = g_ptr_array_new_with_free_func (g_object_unref);
  self->rests = g_hash_table_new_full (NULL, NULL, NULL, destroy_source);
  self->cancellable = g_cancellable_new ();
  g_queue_init (&self->ready);
}

static void
count_settled (CfDispatcher *self)
{
  self->n_settled++;
  if (self->n_settled == self->errands->len && self->is_started)
    g_signal_emit (self, signals[SIGNAL_FINISHED], 0);
}

/* The data of an alarm: its source is kept by the dispatcher, so both are there when it rings. */
typedef struct
{
  CfDispatcher *dispatcher; /* (unowned) */
  CfErrand *errand;         /* (unowned) */
} Alarm;

static gboolean
rested_cb (gpointer user_data)
{
  Alarm alarm = *(Alarm *) user_data;

  g_queue_push_tail (&alarm.dispatcher->ready, alarm.errand);
  g_hash_table_remove (alarm.dispatcher->rests, alarm.errand); /* frees user_data */
  fill (alarm.dispatcher);
  return G_SOURCE_REMOVE;
}

static void
let_rest (CfDispatcher *self, CfErrand *errand, guint msec)
{
  GSource *source = g_timeout_source_new (msec);
  Alarm *alarm = g_new0 (Alarm, 1);

  alarm->dispatcher = self;
  alarm->errand = errand;
  g_source_set_callback (source, rested_cb, alarm, g_free);
  g_source_attach (source, g_main_context_get_thread_default ());
  g_hash_table_insert (self->rests, errand, source);
}

static void
stepped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CfDispatcher) self = user_data;
  CfErrand *errand = CF_ERRAND (source);
  int msec = cf_errand_step_finish (errand, result);

  self->n_running--;
  if (msec == CF_ERRAND_OVER)
    count_settled (self);
  else if (g_cancellable_is_cancelled (self->cancellable))
    {
      cf_errand_give_up (errand);
      count_settled (self);
    }
  else
    let_rest (self, errand, (guint) msec);
  fill (self);
}

/* A step may end before cf_errand_step_async() returns, but is told later: no recursion. */
static void
fill (CfDispatcher *self)
{
  while (self->is_started && self->n_running < self->n_parallel)
    {
      CfErrand *errand = g_queue_pop_head (&self->ready);

      if (errand == NULL)
        return;
      self->n_running++;
      cf_errand_step_async (errand, self->cancellable, stepped_cb, g_object_ref (self));
    }
}

/**
 * cf_dispatcher_new:
 * @n_parallel: how many errands may be in a step at the same time, at least 1
 *
 * Returns: (transfer full): a dispatcher without errands
 */
CfDispatcher *
cf_dispatcher_new (guint n_parallel)
{
  CfDispatcher *self;

  g_return_val_if_fail (n_parallel > 0, NULL);

  self = g_object_new (CF_TYPE_DISPATCHER, NULL);
  self->n_parallel = n_parallel;
  return self;
}

/**
 * cf_dispatcher_add:
 * @self: a dispatcher that has not been started
 * @errand: an errand that has not begun
 *
 * Puts an errand at the end of the queue.
 */
void
cf_dispatcher_add (CfDispatcher *self, CfErrand *errand)
{
  g_return_if_fail (CF_IS_DISPATCHER (self));
  g_return_if_fail (CF_IS_ERRAND (errand));
  g_return_if_fail (!self->is_started);

  g_ptr_array_add (self->errands, g_object_ref (errand));
  g_queue_push_tail (&self->ready, errand);
  g_list_model_items_changed (G_LIST_MODEL (self), self->errands->len - 1, 0, 1);
}

/**
 * cf_dispatcher_start:
 * @self: a dispatcher with at least one errand, which is started once
 *
 * Begins. `finished` comes later, never from within this call.
 */
void
cf_dispatcher_start (CfDispatcher *self)
{
  g_return_if_fail (CF_IS_DISPATCHER (self));
  g_return_if_fail (!self->is_started);
  g_return_if_fail (self->errands->len > 0);

  self->is_started = TRUE;
  fill (self);
}

/**
 * cf_dispatcher_cancel:
 * @self: a dispatcher that was started
 *
 * Gives up what has not been sent and stops watching what has. What was just being sent ends in
 * %CF_ERRAND_UNKNOWN. `finished` comes as always, from within this call if nothing is running.
 */
void
cf_dispatcher_cancel (CfDispatcher *self)
{
  g_autoptr (CfDispatcher) guard = NULL;
  GHashTableIter iter;
  gpointer errand;

  g_return_if_fail (CF_IS_DISPATCHER (self));
  g_return_if_fail (self->is_started);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  guard = g_object_ref (self);
  while ((errand = g_queue_pop_tail (&self->ready)) != NULL)
    {
      cf_errand_give_up (errand);
      count_settled (self);
    }
  g_hash_table_iter_init (&iter, self->rests);
  while (g_hash_table_iter_next (&iter, &errand, NULL))
    {
      g_hash_table_iter_remove (&iter);
      cf_errand_give_up (errand);
      count_settled (self);
    }
  g_cancellable_cancel (self->cancellable);
}

/**
 * cf_dispatcher_is_cancelled:
 * @self: a dispatcher
 *
 * Returns: whether cf_dispatcher_cancel() was called
 */
gboolean
cf_dispatcher_is_cancelled (CfDispatcher *self)
{
  g_return_val_if_fail (CF_IS_DISPATCHER (self), FALSE);

  return g_cancellable_is_cancelled (self->cancellable);
}

/**
 * cf_dispatcher_get_n_settled:
 * @self: a dispatcher
 *
 * Returns: how many of its errands are over
 */
guint
cf_dispatcher_get_n_settled (CfDispatcher *self)
{
  g_return_val_if_fail (CF_IS_DISPATCHER (self), 0);

  return self->n_settled;
}

/**
 * cf_dispatcher_get_n_running:
 * @self: a dispatcher
 *
 * Returns: how many of its errands are in a step, at most the number that cf_dispatcher_new() got
 */
guint
cf_dispatcher_get_n_running (CfDispatcher *self)
{
  g_return_val_if_fail (CF_IS_DISPATCHER (self), 0);

  return self->n_running;
}
