/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-host-output.h"

typedef struct
{
  char *stream; /* (owned) (nullable) */
  char *state;  /* (owned) (nullable) */
  CfPluginOutput output;
} Piece;

typedef struct
{
  guint64 id;
  guint64 n_under_way;  /* octets that are not acknowledged */
  GQueue pieces;        /* (owned) (element-type Piece): what waits */
  gboolean is_unwanted; /* the agent has cancelled it */

  /* the outcome, once the plug-in has said it; it comes after the pieces */
  gboolean is_complete;
  char *extended_information; /* (owned) (nullable) */
} Receive;

struct _CfPluginHostOutput
{
  CfPluginFrameChannel *channel; /* (unowned) (nullable) */
  GHashTable *receives;          /* (owned) (element-type guint64 Receive) */
};

static void
piece_free (gpointer data)
{
  Piece *piece = data;

  g_free (piece->stream);
  g_free (piece->state);
  g_clear_pointer (&piece->output.data, g_bytes_unref);
  g_free (piece);
}

static void
drop_pieces (Receive *receive)
{
  g_queue_clear_full (&receive->pieces, piece_free);
}

static void
receive_free (gpointer data)
{
  Receive *receive = data;

  drop_pieces (receive);
  g_free (receive->extended_information);
  g_free (receive);
}

CfPluginHostOutput *
cf_plugin_host_output_new (void)
{
  CfPluginHostOutput *self = g_new0 (CfPluginHostOutput, 1);

  self->receives = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, receive_free);
  return self;
}

void
cf_plugin_host_output_free (CfPluginHostOutput *self)
{
  g_hash_table_unref (self->receives);
  g_free (self);
}

/* (nullable): without a channel everything is dropped. */
void
cf_plugin_host_output_set_channel (CfPluginHostOutput *self, CfPluginFrameChannel *channel)
{
  self->channel = channel;
}

/**
 * cf_plugin_host_send_completed:
 * @channel: (nullable): to the agent
 * @id: of a call
 * @code: its outcome
 * @extended_information: (nullable): what the plug-in says about it; too much of it is cut off
 */
void
cf_plugin_host_send_completed (CfPluginFrameChannel *channel, guint64 id, guint32 code,
                               const char *extended_information)
{
  CfPluginFrame frame = { .type = CF_PLUGIN_FRAME_COMPLETED, .id = id, .code = code };
  g_autofree char *cut = NULL;

  frame.text = cf_plugin_frame_cut_text (extended_information, &cut);
  if (channel != NULL)
    cf_plugin_frame_channel_send (channel, &frame);
}

/* @id is a RECEIVE call from now on. */
void
cf_plugin_host_output_open (CfPluginHostOutput *self, guint64 id)
{
  Receive *receive = g_new0 (Receive, 1);

  receive->id = id;
  g_queue_init (&receive->pieces);
  g_hash_table_replace (self->receives, &receive->id, receive);
}

static gboolean
may_send (const Receive *receive)
{
  return receive->n_under_way < CF_PLUGIN_FRAME_WINDOW;
}

static void
send_output (CfPluginHostOutput *self, Receive *receive, const CfPluginOutput *output)
{
  CfPluginFrame frame = { .type = CF_PLUGIN_FRAME_OUTPUT, .id = receive->id, .output = *output };

  receive->n_under_way += output->data != NULL ? g_bytes_get_size (output->data) : 0;
  if (self->channel != NULL)
    cf_plugin_frame_channel_send (self->channel, &frame);
}

/* How many octets from @at the next piece has: of text, whole characters. */
static gsize
measure_piece (const CfPluginOutput *output, gsize at)
{
  gsize size;
  const guint8 *octets = g_bytes_get_data (output->data, &size);
  gsize length = size - at;

  if (length <= CF_PLUGIN_FRAME_PIECE)
    return length;
  length = CF_PLUGIN_FRAME_PIECE;
  while (output->is_text && (octets[at + length] & 0xc0) == 0x80)
    length--;
  return length;
}

/* The last piece has what counts for the whole. */
static void
queue (Receive *receive, const CfPluginOutput *output)
{
  gsize size = output->data != NULL ? g_bytes_get_size (output->data) : 0;
  gsize at = 0;

  do
    {
      Piece *piece = g_new0 (Piece, 1);
      gsize length = output->data != NULL ? measure_piece (output, at) : 0;

      piece->output = *output;
      piece->output.stream = piece->stream = g_strdup (output->stream);
      if (output->data != NULL)
        piece->output.data = g_bytes_new_from_bytes (output->data, at, length);
      at += length;
      if (at < size)
        {
          piece->output.no_more_data = FALSE;
          piece->output.flush = FALSE;
          piece->output.state = NULL;
        }
      piece->output.state = piece->state = g_strdup (piece->output.state);
      g_queue_push_tail (&receive->pieces, piece);
    }
  while (at < size);
}

static void
send_outcome (CfPluginHostOutput *self, Receive *receive)
{
  cf_plugin_host_send_completed (self->channel, receive->id, 0, receive->extended_information);
  g_hash_table_remove (self->receives, &receive->id);
}

static void
send_pieces (CfPluginHostOutput *self, Receive *receive)
{
  while (may_send (receive) && !g_queue_is_empty (&receive->pieces))
    {
      Piece *piece = g_queue_pop_head (&receive->pieces);

      send_output (self, receive, &piece->output);
      piece_free (piece);
    }
  if (receive->is_complete && g_queue_is_empty (&receive->pieces))
    send_outcome (self, receive);
}

/* Sends what the plug-in said, now or as soon as there is room for it. */
void
cf_plugin_host_output_add (CfPluginHostOutput *self, guint64 id, const CfPluginOutput *output)
{
  Receive *receive = g_hash_table_lookup (self->receives, &id);

  g_return_if_fail (receive != NULL);

  if (may_send (receive) && g_queue_is_empty (&receive->pieces) &&
      (output->data == NULL || g_bytes_get_size (output->data) <= CF_PLUGIN_FRAME_PIECE))
    {
      send_output (self, receive, output);
      return;
    }
  queue (receive, output);
  send_pieces (self, receive);
}

/* So much of what was sent is disposed of. */
void
cf_plugin_host_output_acknowledge (CfPluginHostOutput *self, guint64 id, guint64 n_octets)
{
  Receive *receive = g_hash_table_lookup (self->receives, &id);

  if (receive == NULL)
    return;
  receive->n_under_way -= MIN (n_octets, receive->n_under_way);
  send_pieces (self, receive);
}

/**
 * cf_plugin_host_output_complete:
 * @self: the output
 * @id: of a call
 * @code: its outcome; what still waits is sent only if it is 0 and somebody waits for it
 * @extended_information: (nullable)
 *
 * Returns: whether the agent will be told here: @id is a RECEIVE call
 */
gboolean
cf_plugin_host_output_complete (CfPluginHostOutput *self, guint64 id, guint32 code,
                                const char *extended_information)
{
  Receive *receive = g_hash_table_lookup (self->receives, &id);

  if (receive == NULL)
    return FALSE;

  if (code != 0 || receive->is_unwanted || g_queue_is_empty (&receive->pieces))
    {
      cf_plugin_host_send_completed (self->channel, id, code, extended_information);
      g_hash_table_remove (self->receives, &id);
    }
  else
    {
      receive->is_complete = TRUE;
      receive->extended_information = g_strdup (extended_information);
    }
  return TRUE;
}

/* Nobody waits for the rest of the output of @id any more. */
void
cf_plugin_host_output_cut (CfPluginHostOutput *self, guint64 id)
{
  Receive *receive = g_hash_table_lookup (self->receives, &id);

  if (receive == NULL)
    return;
  receive->is_unwanted = TRUE;
  if (!receive->is_complete)
    return;
  drop_pieces (receive);
  send_outcome (self, receive);
}

/* Nor for that of any call. */
void
cf_plugin_host_output_cut_all (CfPluginHostOutput *self)
{
  g_autoptr (GList) receives = g_hash_table_get_values (self->receives);

  for (GList *item = receives; item != NULL; item = item->next)
    cf_plugin_host_output_cut (self, ((const Receive *) item->data)->id);
}
