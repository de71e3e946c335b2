/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-frame-channel.h"

#include <errno.h>
#include <glib-unix.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_OCTETS    (64 * 1024)
#define MAX_PER_TURN   (256 * 1024) /* then others of the main loop have their turn */
#define MAX_OUT_AGENT  (16 * 1024 * 1024)
#define MAX_OUT_HELPER (4 * 1024 * 1024) /* then it waits for the agent */
#define MAX_IN         (32 * 1024 * 1024)
#define ANSWER_MSEC    30000

struct _CfPluginFrameChannel
{
  GSource source;

  int fd; /* (owned); -1 when closed */
  CfPluginFrameEnd end;
  CfPluginFrameFuncs funcs;
  gpointer user_data;
  gpointer tag;
  gboolean waits_for_room;
  guint64 turn;

  CfPluginFrameBuffer in;
  CfPluginFrameBuffer batch; /* whole frames, while they are handled */
  CfPluginFrameBuffer out;
  CfPluginFrameBuffer scratch;
  gboolean is_at_end;
  GError *error; /* (owned) (nullable): why it cannot go on */
};

static gboolean
is_over (CfPluginFrameChannel *self)
{
  return self->fd < 0 || self->error != NULL;
}

static void
break_off (CfPluginFrameChannel *self, int code, const char *message)
{
  if (self->error == NULL)
    self->error = g_error_new_literal (G_IO_ERROR, code, message);
  g_source_set_ready_time (&self->source, 0);
}

/* Writes as much as the socket takes. */
static void
write_out (CfPluginFrameChannel *self)
{
  gboolean is_full = FALSE;

  while (!is_over (self) && !is_full && self->out.start < self->out.end)
    {
      ssize_t n_written = send (self->fd, self->out.data + self->out.start,
                                self->out.end - self->out.start, MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n_written >= 0)
        cf_plugin_frame_buffer_take (&self->out, (gsize) n_written);
      else if (errno == EAGAIN)
        is_full = TRUE;
      else if (errno == EPIPE || errno == ECONNRESET)
        /* What the peer said before it left is read first. */
        cf_plugin_frame_buffer_take (&self->out, self->out.end - self->out.start);
      else if (errno != EINTR)
        break_off (self, G_IO_ERROR_FAILED, g_strerror (errno));
    }

  if (is_full != self->waits_for_room && self->fd >= 0)
    {
      self->waits_for_room = is_full;
      g_source_modify_unix_fd (&self->source, self->tag, is_full ? G_IO_IN | G_IO_OUT : G_IO_IN);
    }
}

/* Reads what is there, up to about @most octets. */
static void
read_in (CfPluginFrameChannel *self, gsize most)
{
  gsize n_all = 0;
  gboolean is_empty = FALSE;

  while (!is_over (self) && !self->is_at_end && !is_empty && n_all < most)
    {
      guint8 *room = cf_plugin_frame_buffer_reserve (&self->in, READ_OCTETS);
      ssize_t n_read = recv (self->fd, room, READ_OCTETS, MSG_DONTWAIT);

      if (n_read > 0)
        {
          self->in.end += (gsize) n_read;
          n_all += (gsize) n_read;
          is_empty = n_read < READ_OCTETS;
        }
      else if (n_read == 0 || errno == ECONNRESET)
        self->is_at_end = TRUE;
      else if (errno == EAGAIN)
        is_empty = TRUE;
      else if (errno != EINTR)
        break_off (self, G_IO_ERROR_FAILED, g_strerror (errno));
    }
}

static gsize
measure (CfPluginFrameChannel *self, gsize at)
{
  gsize size = 0;
  g_autoptr (GError) error = NULL;

  if (!cf_plugin_frame_measure (self->in.data + at, self->in.end - at, &size, &error))
    break_off (self, G_IO_ERROR_INVALID_DATA, error->message);
  return size;
}

/* Moves the frames that are whole to the batch: while they are handled, more may be read. */
static gboolean
take_batch (CfPluginFrameChannel *self)
{
  CfPluginFrameBuffer rest = self->batch;
  gsize at = self->in.start;
  gsize size;
  gsize n_left;

  while (at < self->in.end && (size = measure (self, at)) > 0)
    at += size;
  n_left = self->in.end - at;
  if (at == self->in.start)
    return FALSE;

  if (n_left > 0)
    memcpy (cf_plugin_frame_buffer_reserve (&rest, n_left), self->in.data + at, n_left);
  rest.end = n_left;
  self->batch = self->in;
  self->batch.end = at;
  self->in = rest;
  return TRUE;
}

static void
handle_one (CfPluginFrameChannel *self, const guint8 *octets, gsize size)
{
  CfPluginFrame frame;
  GError *error = NULL;
  gboolean is_helpers = octets[4] >= CF_PLUGIN_FRAME_FIRST_OF_HELPER;

  if (is_helpers != (self->end == CF_PLUGIN_FRAME_AGENT))
    {
      break_off (self, G_IO_ERROR_INVALID_DATA, "A frame came from the wrong side.");
      return;
    }
  if (cf_plugin_frame_read (octets, size, &self->scratch, &frame, &error))
    {
      self->funcs.frame (&frame, self->user_data, &error);
      cf_plugin_frame_clear (&frame);
    }
  if (error != NULL)
    break_off (self, G_IO_ERROR_INVALID_DATA, error->message);
  g_clear_error (&error);
}

static void
handle_batch (CfPluginFrameChannel *self)
{
  while (!is_over (self) && self->batch.start < self->batch.end)
    {
      const guint8 *octets = self->batch.data + self->batch.start;
      gsize size = 0;

      if (!cf_plugin_frame_measure (octets, self->batch.end - self->batch.start, &size, NULL) ||
          size == 0)
        g_assert_not_reached ();
      handle_one (self, octets, size);
      self->batch.start += size;
    }
  cf_plugin_frame_buffer_take (&self->batch, self->batch.end - self->batch.start);
}

static gboolean
channel_prepare (GSource *source, int *timeout)
{
  CfPluginFrameChannel *self = (CfPluginFrameChannel *) source;

  *timeout = -1;
  /* The main loop is about to sleep, or has others to serve: what was sent meanwhile leaves now. */
  if (self->out.start < self->out.end && !self->waits_for_room)
    write_out (self);
  return FALSE;
}

static gboolean
channel_check (GSource *source)
{
  CfPluginFrameChannel *self = (CfPluginFrameChannel *) source;

  return self->fd >= 0 && g_source_query_unix_fd (source, self->tag) != 0;
}

static gboolean
channel_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  CfPluginFrameChannel *self = (CfPluginFrameChannel *) source;
  CfPluginFrameFuncs funcs = self->funcs;

  self->turn++;
  g_source_set_ready_time (source, -1);
  if (self->waits_for_room)
    write_out (self);
  read_in (self, MAX_PER_TURN);
  while (!is_over (self) && take_batch (self))
    handle_batch (self);
  if (self->fd < 0)
    return G_SOURCE_REMOVE;

  if (self->error == NULL && !self->is_at_end)
    return G_SOURCE_CONTINUE;
  g_source_remove_unix_fd (source, self->tag);
  close (self->fd);
  self->fd = -1;
  funcs.ended (self->error, self->user_data);
  return G_SOURCE_REMOVE;
}

static void
channel_finalize (GSource *source)
{
  CfPluginFrameChannel *self = (CfPluginFrameChannel *) source;

  if (self->fd >= 0)
    close (self->fd);
  cf_plugin_frame_buffer_clear (&self->in);
  cf_plugin_frame_buffer_clear (&self->batch);
  cf_plugin_frame_buffer_clear (&self->out);
  cf_plugin_frame_buffer_clear (&self->scratch);
  g_clear_error (&self->error);
}

static GSourceFuncs source_funcs = {
  .prepare = channel_prepare,
  .check = channel_check,
  .dispatch = channel_dispatch,
  .finalize = channel_finalize,
};

/**
 * cf_plugin_frame_channel_new:
 * @fd: a connected stream socket; taken over
 * @end: which end of it this is
 * @funcs: who is told, in the main context that is the thread's default now
 * @user_data: for @funcs
 *
 * Returns: (transfer full): the channel, to be given back by cf_plugin_frame_channel_close()
 */
CfPluginFrameChannel *
cf_plugin_frame_channel_new (int fd, CfPluginFrameEnd end, const CfPluginFrameFuncs *funcs,
                             gpointer user_data)
{
  GSource *source = g_source_new (&source_funcs, sizeof (CfPluginFrameChannel));
  CfPluginFrameChannel *self = (CfPluginFrameChannel *) source;

  g_source_set_static_name (source, "Frames of a plug-in");
  self->fd = fd;
  self->end = end;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->tag = g_source_add_unix_fd (source, fd, G_IO_IN);
  g_source_attach (source, g_main_context_get_thread_default ());
  return self;
}

/**
 * cf_plugin_frame_channel_close:
 * @self: (transfer full): a channel
 *
 * Hangs up, after what the socket takes at once of what was sent. Nobody is told anything any more.
 */
void
cf_plugin_frame_channel_close (CfPluginFrameChannel *self)
{
  if (self->fd >= 0)
    {
      write_out (self);
      g_source_remove_unix_fd (&self->source, self->tag);
      close (self->fd);
      self->fd = -1;
    }
  g_source_destroy (&self->source);
  g_source_unref (&self->source);
}

/**
 * cf_plugin_frame_channel_send:
 * @self: a channel
 * @frame: what to say; copied
 *
 * The agent never waits for a helper: one that lets 16 MiB pile up has its connection ended. The
 * helper waits for the agent, which always reads.
 *
 * Returns: whether it fits into a frame
 */
gboolean
cf_plugin_frame_channel_send (CfPluginFrameChannel *self, const CfPluginFrame *frame)
{
  gsize n_queued;

  if (is_over (self))
    return TRUE;
  if (!cf_plugin_frame_write (frame, &self->out))
    return FALSE;

  n_queued = self->out.end - self->out.start;
  if (self->end == CF_PLUGIN_FRAME_AGENT && n_queued > MAX_OUT_AGENT)
    break_off (self, G_IO_ERROR_NO_SPACE, "It does not read what it is sent.");
  else if (self->end == CF_PLUGIN_FRAME_HELPER && n_queued > MAX_OUT_HELPER)
    cf_plugin_frame_channel_flush (self);
  return TRUE;
}

/**
 * cf_plugin_frame_channel_get_turn:
 * @self: a channel
 *
 * Returns: how often frames have been read. What is sent while one is handled leaves after it: two
 *   frames of one turn cannot be question and answer
 */
guint64
cf_plugin_frame_channel_get_turn (CfPluginFrameChannel *self)
{
  return self->turn;
}

static gboolean
wait_for (CfPluginFrameChannel *self, short events, gint64 until)
{
  struct pollfd peer = { .fd = self->fd, .events = events };
  int n_ready;

  do
    {
      gint64 left = until >= 0 ? MAX (0, (until - g_get_monotonic_time ()) / 1000 + 1) : -1;

      n_ready = poll (&peer, 1, (int) MIN (left, G_MAXINT));
    }
  while (n_ready < 0 && errno == EINTR);
  return n_ready > 0;
}

/**
 * cf_plugin_frame_channel_flush:
 * @self: a channel of the helper's
 *
 * Waits until all that was sent has left.
 *
 * Returns: whether the peer is still there
 */
gboolean
cf_plugin_frame_channel_flush (CfPluginFrameChannel *self)
{
  write_out (self);
  while (!is_over (self) && self->out.start < self->out.end)
    {
      wait_for (self, POLLOUT, -1);
      write_out (self);
    }
  return !is_over (self);
}

/* Takes the answer out of what was read, and leaves the rest for the main loop. */
static gboolean
find_answer (CfPluginFrameChannel *self, guint32 serial, gsize *at, CfPluginFrame *answer)
{
  gsize size;

  while (!is_over (self) && *at < self->in.end && (size = measure (self, *at)) > 0)
    {
      guint8 *octets = self->in.data + *at;
      g_autoptr (GError) error = NULL;

      if (octets[4] != CF_PLUGIN_FRAME_ANSWER)
        {
          *at += size;
          continue;
        }
      if (!cf_plugin_frame_read (octets, size, NULL, answer, &error) || answer->serial != serial)
        {
          break_off (self, G_IO_ERROR_INVALID_DATA,
                     error != NULL ? error->message : "An answer came to no question.");
          return FALSE;
        }
      memmove (octets, octets + size, self->in.end - *at - size);
      self->in.end -= size;
      return TRUE;
    }
  return FALSE;
}

/**
 * cf_plugin_frame_channel_ask:
 * @self: a channel of the helper's
 * @question: a frame with a serial number
 * @answer: (out caller-allocates): to be cleared, if there was one
 *
 * Sends @question and waits for its answer. What else comes meanwhile is kept for the main loop, in
 * its order. The agent answers from its main loop without asking back, so it cannot wait for us.
 *
 * Returns: whether there was an answer; %FALSE if the connection ended
 */
gboolean
cf_plugin_frame_channel_ask (CfPluginFrameChannel *self, const CfPluginFrame *question,
                             CfPluginFrame *answer)
{
  gint64 until = g_get_monotonic_time () + (gint64) ANSWER_MSEC * 1000;
  gsize n_passed = 0;

  if (!cf_plugin_frame_channel_send (self, question) || !cf_plugin_frame_channel_flush (self))
    return FALSE;

  while (!is_over (self) && !self->is_at_end)
    {
      gsize at;

      if (!wait_for (self, POLLIN, until))
        break_off (self, G_IO_ERROR_TIMED_OUT, "The agent does not answer.");
      read_in (self, MAX_PER_TURN);
      if (self->in.end - self->in.start > MAX_IN)
        break_off (self, G_IO_ERROR_NO_SPACE, "Too much came before an answer.");

      /* A buffer that grew may have moved what was in it to its front. */
      at = self->in.start + n_passed;
      if (find_answer (self, question->serial, &at, answer))
        {
          /* What was kept has been read from the socket, which may not wake us any more. */
          g_source_set_ready_time (&self->source, 0);
          return TRUE;
        }
      n_passed = at - self->in.start;
    }

  g_source_set_ready_time (&self->source, 0);
  return FALSE;
}
