/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-deadlines.h"

/*
 * One source for all deadlines of a service. Nearly every deadline is moved before it comes: a
 * request on a kept connection sets several and misses none. So moving one only stores a number;
 * the source wakes at the earliest that was ever set, looks through all, and sleeps again until the
 * earliest that is left. Deadlines that come close together share a look.
 */
#define GRANULARITY_USEC (50 * 1000)

struct _WsmDeadlines
{
  GSource *source; /* (owned) */
  GQueue all;
  gint64 wake_usec;
};

static void
wake_at (WsmDeadlines *self, gint64 usec)
{
  self->wake_usec = usec;
  g_source_set_ready_time (self->source, usec == G_MAXINT64 ? -1 : usec);
}

/* A missed() may remove its own deadline and any other one; so the next is looked up anew. */
static WsmDeadline *
find_missed (WsmDeadlines *self, gint64 now_usec)
{
  for (GList *link = self->all.head; link != NULL; link = link->next)
    {
      WsmDeadline *deadline = link->data;

      if (deadline->usec <= now_usec)
        return deadline;
    }

  return NULL;
}

static gboolean
look_cb (gpointer user_data)
{
  WsmDeadlines *self = user_data;
  gint64 now_usec = g_source_get_time (self->source);
  gint64 next_usec = G_MAXINT64;
  WsmDeadline *deadline;

  self->wake_usec = 0; /* nobody needs to wake us now */
  while ((deadline = find_missed (self, now_usec)) != NULL)
    {
      /* those before it are not missed: look at them last next time */
      while (self->all.head != &deadline->link)
        g_queue_push_tail_link (&self->all, g_queue_pop_head_link (&self->all));
      g_queue_push_tail_link (&self->all, g_queue_pop_head_link (&self->all));
      deadline->usec = G_MAXINT64;
      deadline->missed (deadline->owner);
    }

  if (g_source_is_destroyed (g_main_current_source ()))
    return G_SOURCE_REMOVE;

  for (GList *link = self->all.head; link != NULL; link = link->next)
    next_usec = MIN (next_usec, ((WsmDeadline *) link->data)->usec);
  wake_at (self,
           next_usec == G_MAXINT64 ? next_usec : MAX (next_usec, now_usec + GRANULARITY_USEC));

  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = { NULL, NULL, dispatch, NULL, NULL, NULL };

/**
 * wsm_deadlines_new:
 * @context: where deadlines are noticed
 *
 * Returns: (transfer full): an empty set of deadlines
 */
WsmDeadlines *
wsm_deadlines_new (GMainContext *context)
{
  WsmDeadlines *self = g_new0 (WsmDeadlines, 1);

  g_queue_init (&self->all);
  self->source = g_source_new (&source_funcs, sizeof (GSource));
  /* freed with the source: a missed deadline may be the end of the whole service */
  g_source_set_callback (self->source, look_cb, self, g_free);
  g_source_set_static_name (self->source, "curfew-service deadlines");
  wake_at (self, G_MAXINT64);
  g_source_attach (self->source, context);

  return self;
}

/**
 * wsm_deadlines_free:
 * @self: (transfer full): a set from which all deadlines are removed
 */
void
wsm_deadlines_free (WsmDeadlines *self)
{
  GSource *source;

  g_return_if_fail (self != NULL);
  g_return_if_fail (g_queue_is_empty (&self->all));

  source = self->source;
  g_source_destroy (source);
  g_source_unref (source);
}

/**
 * wsm_deadline_add:
 * @self: a deadline that is in no set
 * @deadlines: the set, which has to live until wsm_deadline_remove()
 *
 * It is not set yet.
 */
void
wsm_deadline_add (WsmDeadline *self, WsmDeadlines *deadlines)
{
  g_return_if_fail (self != NULL && self->deadlines == NULL && self->missed != NULL);

  self->deadlines = deadlines;
  self->usec = G_MAXINT64;
  self->link.data = self;
  g_queue_push_tail_link (&deadlines->all, &self->link);
}

/**
 * wsm_deadline_set:
 * @self: a deadline in a set
 * @usec: monotonic time, noticed at most 0.1 s late; %G_MAXINT64 for none
 */
void
wsm_deadline_set (WsmDeadline *self, gint64 usec)
{
  g_return_if_fail (self != NULL && self->deadlines != NULL);

  self->usec = usec;
  if (usec < self->deadlines->wake_usec)
    wake_at (self->deadlines, usec);
}

/**
 * wsm_deadline_remove:
 * @self: a deadline; nothing happens if it is in no set
 */
void
wsm_deadline_remove (WsmDeadline *self)
{
  g_return_if_fail (self != NULL);

  if (self->deadlines != NULL)
    g_queue_unlink (&self->deadlines->all, &self->link);
  self->deadlines = NULL;
}
