/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WsmDeadlines WsmDeadlines;

/**
 * WsmDeadline:
 * @missed: called with @owner when the time has come; the deadline is unset by then
 *
 * A part of the struct whose deadline it is. All zero but these two before the first use.
 */
typedef struct _WsmDeadline WsmDeadline;
struct _WsmDeadline
{
  void (*missed) (gpointer owner);
  gpointer owner;

  WsmDeadlines *deadlines; /* those that hold it */
  gint64 usec;             /* monotonic; G_MAXINT64 for none */
  GList link;
};

WsmDeadlines *wsm_deadlines_new (GMainContext *context);
void wsm_deadlines_free (WsmDeadlines *self);

void wsm_deadline_add (WsmDeadline *self, WsmDeadlines *deadlines);
void wsm_deadline_set (WsmDeadline *self, gint64 usec);
void wsm_deadline_remove (WsmDeadline *self);

G_END_DECLS
