/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-shell-output.h"

#include <string.h>

/* From so many pieces on, output goes to the last piece of its stream even if another stream had
 * its say since: a plug-in that changes streams with every octet must not cost a hundred times
 * that. */
#define MAX_PIECES 256

/* What fits into an answer is reckoned with so many elements, and names as long as these; each
 * further element takes from it, and so does a longer name, each of whose letters may have to be
 * escaped. */
#define FREE_ELEMENTS    8
#define ELEMENT_OCTETS   128
#define FREE_NAME_LENGTH 16
#define LETTER_OCTETS    6

/* What one stream said without another in between, or that it has ended. */
typedef struct
{
  guint stream;
  GByteArray *octets; /* (owned) (nullable): %NULL for the end */
  gsize offset;       /* so many of them are fetched */
} Piece;

struct _CfShellOutput
{
  char **streams;   /* (owned) */
  gboolean *ended;  /* (owned): by stream */
  GQueue pieces;    /* (element-type Piece) (owned) */
  gsize n_octets;   /* in all pieces */
  char *state;      /* (owned) (nullable): of a command that runs; %NULL for .../Running */
  gboolean is_done; /* nothing more is added */
  gboolean is_done_taken;
  guint32 exit_code;
};

static void
piece_free (gpointer data)
{
  Piece *piece = data;

  g_clear_pointer (&piece->octets, g_byte_array_unref);
  g_free (piece);
}

/**
 * cf_shell_output_new:
 * @streams: the names of the streams that there are, each once
 *
 * Returns: (transfer full): output without a word
 */
CfShellOutput *
cf_shell_output_new (const char *const *streams)
{
  CfShellOutput *self;

  g_return_val_if_fail (streams != NULL, NULL);

  self = g_new0 (CfShellOutput, 1);
  self->streams = g_strdupv ((char **) streams);
  self->ended = g_new0 (gboolean, g_strv_length (self->streams) + 1);
  g_queue_init (&self->pieces);
  return self;
}

/**
 * cf_shell_output_free:
 * @self: (transfer full): output
 */
void
cf_shell_output_free (CfShellOutput *self)
{
  g_return_if_fail (self != NULL);

  g_queue_clear_full (&self->pieces, piece_free);
  g_strfreev (self->streams);
  g_free (self->ended);
  g_free (self->state);
  g_free (self);
}

static gboolean
find_stream (const CfShellOutput *self, const char *name, guint *stream)
{
  for (guint i = 0; self->streams[i] != NULL; i++)
    if (g_str_equal (self->streams[i], name))
      {
        *stream = i;
        return TRUE;
      }
  return FALSE;
}

/* What was handed over takes no more room than what was not: a plug-in may fill a piece up again
 * and again before it is empty. */
static void
drop_taken (Piece *piece)
{
  if (piece->offset < piece->octets->len - piece->offset)
    return;
  g_byte_array_remove_range (piece->octets, 0, piece->offset);
  piece->offset = 0;
}

static void
add_octets (CfShellOutput *self, guint stream, GBytes *data)
{
  gsize size;
  const guint8 *octets = g_bytes_get_data (data, &size);
  GList *link = self->pieces.tail;
  Piece *piece;

  while (link != NULL && self->pieces.length >= MAX_PIECES &&
         ((Piece *) link->data)->stream != stream)
    link = link->prev;
  piece = link != NULL ? link->data : NULL;
  if (piece == NULL || piece->stream != stream)
    {
      piece = g_new0 (Piece, 1);
      piece->stream = stream;
      piece->octets = g_byte_array_new ();
      g_queue_push_tail (&self->pieces, piece);
    }
  drop_taken (piece);
  g_byte_array_append (piece->octets, octets, size);
  self->n_octets += size;
}

static void
end_stream (CfShellOutput *self, guint stream)
{
  Piece *piece;

  if (self->ended[stream])
    return;
  self->ended[stream] = TRUE;
  piece = g_new0 (Piece, 1);
  piece->stream = stream;
  g_queue_push_tail (&self->pieces, piece);
}

static void
end_all_streams (CfShellOutput *self)
{
  for (guint i = 0; self->streams[i] != NULL; i++)
    end_stream (self, i);
}

static void
add_state (CfShellOutput *self, const char *state, guint32 exit_code)
{
  if (g_str_equal (state, WSM_COMMAND_STATE_DONE))
    {
      end_all_streams (self);
      self->is_done = TRUE;
      self->exit_code = exit_code;
    }
  else if (g_strcmp0 (self->state, state) != 0)
    {
      g_free (self->state);
      self->state = g_strdup (state);
    }
}

/**
 * cf_shell_output_add:
 * @self: output
 * @output: what a plug-in said
 * @drops: whether its octets are not wanted; ends and states are, in any case
 *
 * Adds to what is to be fetched. Nobody gets to see octets of a stream that the shell does not have
 * or that has ended, or after the end of all.
 *
 * Returns: how many octets were not kept, and so are disposed of
 */
gsize
cf_shell_output_add (CfShellOutput *self, const CfPluginOutput *output, gboolean drops)
{
  gsize size;
  gsize disposed;
  guint stream = 0;
  gboolean is_known;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (output != NULL, 0);

  size = output->data != NULL ? g_bytes_get_size (output->data) : 0;
  disposed = size;
  if (self->is_done)
    return disposed;

  is_known = output->stream != NULL && find_stream (self, output->stream, &stream);
  if (size > 0 && is_known && !self->ended[stream] && !drops)
    {
      add_octets (self, stream, output->data);
      disposed = 0;
    }
  else if (size > 0 && !drops)
    g_debug ("A plug-in put out %" G_GSIZE_FORMAT " octets on %s, which is no open stream of the "
             "shell; nobody gets them",
             size, output->stream != NULL ? output->stream : "no stream");

  if (output->no_more_data && is_known)
    end_stream (self, stream);
  else if (output->no_more_data && output->stream == NULL)
    end_all_streams (self);
  if (output->state != NULL)
    add_state (self, output->state, output->exit_code);

  return disposed;
}

static gboolean
is_wanted (const CfShellOutput *self, const Piece *piece, const char *const *wanted)
{
  return wanted == NULL || g_strv_contains (wanted, self->streams[piece->stream]);
}

static gboolean
has_piece (const CfShellOutput *self, const char *const *wanted)
{
  for (const GList *link = self->pieces.head; link != NULL; link = link->next)
    if (is_wanted (self, link->data, wanted))
      return TRUE;
  return FALSE;
}

/**
 * cf_shell_output_has:
 * @self: output
 * @wanted: (nullable): of which streams; %NULL for all
 *
 * Returns: whether there is something to answer with: octets, the end of a stream, or the end
 */
gboolean
cf_shell_output_has (const CfShellOutput *self, const char *const *wanted)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_done || has_piece (self, wanted);
}

/* What naming the stream takes from the room for octets. */
static gsize
get_cost (const CfShellOutput *self, const Piece *piece, guint n_elements)
{
  gsize length = strlen (self->streams[piece->stream]);

  return (n_elements >= FREE_ELEMENTS ? ELEMENT_OCTETS : 0) +
         (length > FREE_NAME_LENGTH ? length * LETTER_OCTETS : 0);
}

/* Takes up to max octets from the piece. A piece that is empty after that has to go. */
static GBytes *
take_octets (CfShellOutput *self, Piece *piece, gsize max)
{
  gsize size = piece->octets->len - piece->offset;
  GBytes *bytes;

  if (piece->offset == 0 && size <= max)
    {
      bytes = g_byte_array_free_to_bytes (g_steal_pointer (&piece->octets));
    }
  else
    {
      size = MIN (size, max);
      bytes = g_bytes_new (piece->octets->data + piece->offset, size);
      piece->offset += size;
      if (piece->offset == piece->octets->len)
        g_clear_pointer (&piece->octets, g_byte_array_unref);
    }
  self->n_octets -= size;
  return bytes;
}

/* Returns whether all of the piece went into the message. */
static gboolean
take_piece (CfShellOutput *self, Piece *piece, gsize max, const char *command_id,
            WsmShellMessage *message, gsize *taken)
{
  const char *name = self->streams[piece->stream];
  g_autoptr (GBytes) data = NULL;

  if (piece->octets == NULL)
    {
      wsm_shell_message_add_stream (message, name, command_id, NULL, TRUE);
      return TRUE;
    }
  data = take_octets (self, piece, max);
  *taken = g_bytes_get_size (data);
  wsm_shell_message_add_stream (message, name, command_id, data, FALSE);
  return piece->octets == NULL;
}

/**
 * cf_shell_output_take:
 * @self: output
 * @wanted: (nullable): of which streams; %NULL for all. What is on the others stays
 * @max_octets: how many octets @message may carry, at least 1
 * @command_id: (nullable): of the streams, in the client's spelling
 * @message: an answer to Receive: gets streams and, of a command, its state
 *
 * Hands over what was put out, in order; a piece that does not fit is split. An end of a stream
 * comes once, after its last octets. Done comes when nothing of @wanted is left, and again whenever
 * it is asked for.
 *
 * Returns: how many octets were handed over
 */
gsize
cf_shell_output_take (CfShellOutput *self, const char *const *wanted, gsize max_octets,
                      const char *command_id, WsmShellMessage *message)
{
  gsize room = max_octets;
  gsize total = 0;
  guint n_elements = 0;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (max_octets > 0, 0);
  g_return_val_if_fail (message != NULL, 0);

  for (GList *link = self->pieces.head; link != NULL && room > 0;)
    {
      GList *next = link->next;
      Piece *piece = link->data;
      gsize cost = get_cost (self, piece, n_elements);
      gsize taken = 0;

      if (is_wanted (self, piece, wanted))
        {
          /* the first one has to get on, however dear it is */
          if (cost >= room && n_elements > 0)
            break;
          room = cost < room ? room - cost : 1;
          n_elements++;
          if (take_piece (self, piece, room, command_id, message, &taken))
            {
              g_queue_delete_link (&self->pieces, link);
              piece_free (piece);
            }
          total += taken;
          room -= taken;
        }
      link = next;
    }

  if (self->is_done && !has_piece (self, wanted))
    {
      message->state = g_strdup (WSM_COMMAND_STATE_DONE);
      message->exit_code = self->exit_code;
      self->is_done_taken = TRUE;
    }
  else if (command_id != NULL)
    message->state = g_strdup (self->state != NULL ? self->state : WSM_COMMAND_STATE_RUNNING);

  return total;
}

/**
 * cf_shell_output_discard:
 * @self: output
 *
 * Forgets all that nobody has fetched, and with it the end if nobody has heard of it.
 */
void
cf_shell_output_discard (CfShellOutput *self)
{
  g_return_if_fail (self != NULL);

  g_queue_clear_full (&self->pieces, piece_free);
  self->n_octets = 0;
  if (self->is_done_taken)
    return;

  self->is_done = FALSE;
  g_clear_pointer (&self->state, g_free);
  for (guint i = 0; self->streams[i] != NULL; i++)
    self->ended[i] = FALSE;
}

/**
 * cf_shell_output_is_done:
 * @self: output
 *
 * Returns: whether the exit code is known; some octets may be left to fetch all the same
 */
gboolean
cf_shell_output_is_done (const CfShellOutput *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_done;
}

/**
 * cf_shell_output_get_size:
 * @self: output
 *
 * Returns: how many octets are there to be fetched
 */
gsize
cf_shell_output_get_size (const CfShellOutput *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_octets;
}

/**
 * cf_shell_output_get_held:
 * @self: output
 *
 * Returns: how many octets of memory its pieces fill; some of them may have been handed over
 */
gsize
cf_shell_output_get_held (const CfShellOutput *self)
{
  gsize held = 0;

  g_return_val_if_fail (self != NULL, 0);

  for (const GList *link = self->pieces.head; link != NULL; link = link->next)
    {
      const Piece *piece = link->data;

      held += piece->octets != NULL ? piece->octets->len : 0;
    }
  return held;
}
