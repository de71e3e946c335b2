/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-patience.h"

static void
clear_source (GSource **source)
{
  if (*source == NULL)
    return;

  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static gboolean
over_cb (gpointer user_data)
{
  WsmPatience *self = user_data;

  self->is_over = TRUE;
  g_cancellable_cancel (self->stopper);

  return G_SOURCE_REMOVE;
}

/* Not by the signal: its handler may not take itself away, and what was waited for ends in it. */
static gboolean
caller_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (G_CANCELLABLE (user_data));

  return G_SOURCE_REMOVE;
}

/**
 * wsm_patience_init:
 * @self: (out): a value that stays where it is until wsm_patience_clear()
 * @deadline_usec: when it is over, on the monotonic clock
 * @caller: (nullable): who may give up before
 *
 * Begins to wait, in the thread-default main context.
 */
void
wsm_patience_init (WsmPatience *self, gint64 deadline_usec, GCancellable *caller)
{
  *self = (WsmPatience){ .stopper = g_cancellable_new () };

  self->timer = g_timeout_source_new (0);
  g_source_set_ready_time (self->timer, deadline_usec);
  g_source_set_callback (self->timer, over_cb, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
  if (caller == NULL)
    return;

  self->caller_watch = g_cancellable_source_new (caller);
  g_source_set_callback (self->caller_watch, G_SOURCE_FUNC (caller_cancelled_cb),
                         g_object_ref (self->stopper), g_object_unref);
  g_source_attach (self->caller_watch, g_main_context_get_thread_default ());
}

/**
 * wsm_patience_end:
 * @self: a value
 *
 * Nothing is waited for any more, so nothing is stopped.
 */
void
wsm_patience_end (WsmPatience *self)
{
  clear_source (&self->timer);
  clear_source (&self->caller_watch);
}

/**
 * wsm_patience_clear:
 * @self: a value
 *
 * Frees what it holds.
 */
void
wsm_patience_clear (WsmPatience *self)
{
  wsm_patience_end (self);
  g_clear_object (&self->stopper);
}
