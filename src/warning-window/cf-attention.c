/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-attention.h"

#define FRESH_MS   1500
#define LOOK_MS    3000
#define BLINK_USEC (100 * G_TIME_SPAN_MILLISECOND)

struct _CfAttention
{
  GObject parent_instance;

  GtkWindow *window; /* not owned: it owns this */
  guint fresh_id;
  guint look_id;
  gint64 left_usec; /* monotonic time at which it lost the focus last; 0 before */
};

G_DEFINE_FINAL_TYPE (CfAttention, cf_attention, G_TYPE_OBJECT)

enum
{
  CHANGED,
  LOOKED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static gboolean
fresh_over_cb (gpointer user_data)
{
  CfAttention *self = user_data;

  self->fresh_id = 0;
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
begin_fresh (CfAttention *self)
{
  g_clear_handle_id (&self->fresh_id, g_source_remove);
  self->fresh_id = g_timeout_add (FRESH_MS, fresh_over_cb, self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
looked_cb (gpointer user_data)
{
  CfAttention *self = user_data;

  self->look_id = 0;
  g_signal_emit (self, signals[LOOKED], 0);
  return G_SOURCE_REMOVE;
}

static void
begin_look (CfAttention *self)
{
  g_clear_handle_id (&self->look_id, g_source_remove);
  self->look_id = g_timeout_add (LOOK_MS, looked_cb, self);
}

static void
active_cb (CfAttention *self)
{
  gint64 now_usec = g_get_monotonic_time ();

  g_clear_handle_id (&self->look_id, g_source_remove);
  if (!gtk_window_is_active (self->window))
    {
      self->left_usec = now_usec;
      return;
    }
  /* a menu of its own takes the focus for an instant when it opens, and again when it closes */
  if (now_usec - self->left_usec > BLINK_USEC)
    begin_fresh (self);
  begin_look (self);
}

static void
unmap_cb (CfAttention *self)
{
  g_clear_handle_id (&self->fresh_id, g_source_remove);
  g_clear_handle_id (&self->look_id, g_source_remove);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
cf_attention_finalize (GObject *object)
{
  CfAttention *self = CF_ATTENTION (object);

  g_clear_handle_id (&self->fresh_id, g_source_remove);
  g_clear_handle_id (&self->look_id, g_source_remove);

  G_OBJECT_CLASS (cf_attention_parent_class)->finalize (object);
}

static void
cf_attention_class_init (CfAttentionClass *class)
{
  G_OBJECT_CLASS (class)->finalize = cf_attention_finalize;

  signals[CHANGED] = g_signal_new ("changed", CF_TYPE_ATTENTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[LOOKED] = g_signal_new ("looked", CF_TYPE_ATTENTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
}

static void
cf_attention_init (CfAttention *self)
{
}

/**
 * cf_attention_new:
 * @window: a window, which keeps the attention that is paid to it
 *
 * Returns: (transfer full): an object that follows @window as long as both live
 */
CfAttention *
cf_attention_new (GtkWindow *window)
{
  CfAttention *self;

  g_return_val_if_fail (GTK_IS_WINDOW (window), NULL);

  self = g_object_new (CF_TYPE_ATTENTION, NULL);
  self->window = window;
  g_signal_connect_object (window, "map", G_CALLBACK (begin_fresh), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "unmap", G_CALLBACK (unmap_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (active_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

/**
 * cf_attention_renew:
 * @self: what is paid to a window
 *
 * What the window offers is another thing now, or in another place: it is fresh again.
 */
void
cf_attention_renew (CfAttention *self)
{
  g_return_if_fail (CF_IS_ATTENTION (self));

  if (gtk_widget_get_mapped (GTK_WIDGET (self->window)))
    begin_fresh (self);
}

/**
 * cf_attention_look_again:
 * @self: what is paid to a window
 *
 * Whoever looked until now did not count, or looked at something else: `looked` comes when the
 * window was in front for 3 s from now on.
 */
void
cf_attention_look_again (CfAttention *self)
{
  g_return_if_fail (CF_IS_ATTENTION (self));

  if (gtk_window_is_active (self->window))
    begin_look (self);
}

/**
 * cf_attention_is_fresh:
 * @self: what is paid to a window
 *
 * Returns: whether the window is so new to its person, or not there at all, that nothing done in it
 *   counts
 */
gboolean
cf_attention_is_fresh (CfAttention *self)
{
  g_return_val_if_fail (CF_IS_ATTENTION (self), TRUE);

  return self->fresh_id != 0 || !gtk_widget_get_mapped (GTK_WIDGET (self->window));
}
