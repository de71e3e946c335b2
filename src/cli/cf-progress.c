/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-progress.h"

#include <glib/gi18n.h>

#define PAUSE_MSEC 200u

struct _CfProgress
{
  CfDispatcher *dispatcher; /* (owned) */
  guint timer;
  gboolean is_shown;
};

static gboolean
show_cb (gpointer user_data)
{
  CfProgress *self = user_data;
  guint n_errands = g_list_model_get_n_items (G_LIST_MODEL (self->dispatcher));
  guint n_settled = cf_dispatcher_get_n_settled (self->dispatcher);
  guint n_running = cf_dispatcher_get_n_running (self->dispatcher);

  /* back to the beginning of the line, and clear the rest of it */
  g_printerr ("\r\033[K");
  if (n_running > 0)
    g_printerr (_ ("%u of %u done, asking %u"), n_settled, n_errands, n_running);
  else
    g_printerr (_ ("%u of %u done, waiting"), n_settled, n_errands);
  self->is_shown = TRUE;
  return G_SOURCE_CONTINUE;
}

/**
 * cf_progress_new:
 * @dispatcher: whose errands
 *
 * Shows the line on a terminal, from a moment later on: what is quick shows nothing.
 *
 * Returns: (transfer full): the line, until it is freed
 */
CfProgress *
cf_progress_new (CfDispatcher *dispatcher)
{
  CfProgress *self = g_new0 (CfProgress, 1);

  self->dispatcher = g_object_ref (dispatcher);
  self->timer = g_timeout_add (PAUSE_MSEC, show_cb, self);
  return self;
}

/**
 * cf_progress_free:
 * @self: (transfer full): a line
 *
 * Takes the line away.
 */
void
cf_progress_free (CfProgress *self)
{
  g_return_if_fail (self != NULL);

  g_source_remove (self->timer);
  if (self->is_shown)
    g_printerr ("\r\033[K");
  g_object_unref (self->dispatcher);
  g_free (self);
}
