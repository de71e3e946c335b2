/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-parking.h"

#include <glib-unix.h>
#include <glib/gstdio.h>
#include <sys/epoll.h>

#define MAX_CALLS 32 /* per wake-up, so that others are served meanwhile */

struct _WsmParking
{
  WsmParkingCalled called;
  int fd;          /* (owned): of epoll(7); -1 if there is none */
  GSource *source; /* (owned) (nullable) */
  guint n_parked;
};

static void
destroy (gpointer data)
{
  WsmParking *self = data;

  if (self->fd >= 0)
    g_close (self->fd, NULL);
  g_free (self);
}

/* One at a time: what one of them leads to may be the end of another, or of all. */
static gboolean
called_cb (int fd, GIOCondition condition, gpointer user_data)
{
  WsmParking *self = user_data;

  for (guint i = 0; i < MAX_CALLS; i++)
    {
      struct epoll_event event;

      if (epoll_wait (fd, &event, 1, 0) <= 0)
        break;
      self->called (event.data.ptr);
      if (g_source_is_destroyed (g_main_current_source ()))
        return G_SOURCE_REMOVE;
    }

  return G_SOURCE_CONTINUE;
}

/**
 * wsm_parking_new:
 * @context: where @called is called
 * @called: is told
 *
 * Returns: (transfer full): nothing is parked; if the system has no descriptor left, nothing can be
 */
WsmParking *
wsm_parking_new (GMainContext *context, WsmParkingCalled called)
{
  WsmParking *self = g_new0 (WsmParking, 1);

  self->called = called;
  self->fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->fd < 0)
    return self;

  self->source = g_unix_fd_source_new (self->fd, G_IO_IN);
  /* freed with the source: the last parked one may be the end of the whole service */
  g_source_set_callback (self->source, G_SOURCE_FUNC (called_cb), self, destroy);
  g_source_attach (self->source, context);

  return self;
}

/**
 * wsm_parking_free:
 * @self: (transfer full): a parking where nothing is parked
 */
void
wsm_parking_free (WsmParking *self)
{
  GSource *source;

  g_return_if_fail (self != NULL);
  g_return_if_fail (self->n_parked == 0);

  source = self->source;
  if (source == NULL)
    {
      destroy (self);
      return;
    }
  g_source_destroy (source);
  g_source_unref (source);
}

/**
 * wsm_parking_add:
 * @self: a parking
 * @fd: a socket, which has to stay open until wsm_parking_remove()
 * @parked: for @called
 *
 * Returns: %FALSE if it has to be watched otherwise
 */
gboolean
wsm_parking_add (WsmParking *self, int fd, gpointer parked)
{
  struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP, .data.ptr = parked };

  g_return_val_if_fail (self != NULL, FALSE);

  if (self->fd < 0 || epoll_ctl (self->fd, EPOLL_CTL_ADD, fd, &event) != 0)
    return FALSE;
  self->n_parked++;

  return TRUE;
}

/**
 * wsm_parking_remove:
 * @self: a parking
 * @fd: what is parked
 */
void
wsm_parking_remove (WsmParking *self, int fd)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (self->n_parked > 0);

  epoll_ctl (self->fd, EPOLL_CTL_DEL, fd, NULL);
  self->n_parked--;
}

/**
 * wsm_parking_count:
 * @self: a parking
 *
 * Returns: how many are parked
 */
guint
wsm_parking_count (WsmParking *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_parked;
}
