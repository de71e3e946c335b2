/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-frame-cursor.h"

#include <string.h>

#define NOTHING       G_MAXUINT32
#define LEAST_SIZE    4096
#define MOST_IDLE     (256 * 1024) /* a buffer that grew beyond it for once gives that back */
#define IMPOSSIBLE    "ends within a field"
#define ALIGNED(size) (((size) + 7) & ~(gsize) 7)

/**
 * cf_plugin_frame_buffer_reserve:
 * @self: a buffer; all zero is an empty one
 * @n_octets: how many
 *
 * Makes room; whoever fills some of it adds to @end. What was in there may move.
 *
 * Returns: where the room begins
 */
guint8 *
cf_plugin_frame_buffer_reserve (CfPluginFrameBuffer *self, gsize n_octets)
{
  gsize used = self->end - self->start;

  if (self->size - self->end >= n_octets)
    return self->data + self->end;

  if (self->start > 0)
    {
      memmove (self->data, self->data + self->start, used);
      self->start = 0;
      self->end = used;
    }
  if (self->size - used < n_octets)
    {
      self->size = MAX (MAX (self->size * 2, used + n_octets), LEAST_SIZE);
      self->data = g_realloc (self->data, self->size);
    }
  return self->data + self->end;
}

/* The first @n_octets have been used. */
void
cf_plugin_frame_buffer_take (CfPluginFrameBuffer *self, gsize n_octets)
{
  g_return_if_fail (n_octets <= self->end - self->start);

  self->start += n_octets;
  if (self->start < self->end)
    return;

  if (self->size > MOST_IDLE)
    cf_plugin_frame_buffer_clear (self);
  self->start = 0;
  self->end = 0;
}

void
cf_plugin_frame_buffer_clear (CfPluginFrameBuffer *self)
{
  g_clear_pointer (&self->data, g_free);
  *self = (CfPluginFrameBuffer){ NULL };
}

/* Only the first problem is kept; from then on nothing is read any more. */
void
cf_plugin_frame_cursor_fail (CfPluginFrameCursor *self, const char *problem)
{
  if (self->problem == NULL)
    self->problem = problem;
  self->n_left = 0;
}

static const guint8 *
take (CfPluginFrameCursor *self, gsize n_octets)
{
  const guint8 *octets = self->octets;

  if (self->problem != NULL || n_octets > self->n_left)
    {
      cf_plugin_frame_cursor_fail (self, IMPOSSIBLE);
      return NULL;
    }
  self->octets += n_octets;
  self->n_left -= n_octets;
  return octets;
}

static guint8 *
put (CfPluginFrameCursor *self, gsize n_octets)
{
  guint8 *octets = cf_plugin_frame_buffer_reserve (self->buffer, n_octets);

  self->buffer->end += n_octets;
  return octets;
}

void
cf_plugin_frame_cursor_u8 (CfPluginFrameCursor *self, guint8 *number)
{
  if (self->reads)
    {
      const guint8 *octets = take (self, 1);

      *number = octets != NULL ? *octets : 0;
    }
  else
    *put (self, 1) = *number;
}

void
cf_plugin_frame_cursor_u32 (CfPluginFrameCursor *self, guint32 *number)
{
  guint32 little = 0;

  if (self->reads)
    {
      const guint8 *octets = take (self, sizeof little);

      if (octets != NULL)
        memcpy (&little, octets, sizeof little);
      *number = GUINT32_FROM_LE (little);
    }
  else
    {
      little = GUINT32_TO_LE (*number);
      memcpy (put (self, sizeof little), &little, sizeof little);
    }
}

void
cf_plugin_frame_cursor_u64 (CfPluginFrameCursor *self, guint64 *number)
{
  guint64 little = 0;

  if (self->reads)
    {
      const guint8 *octets = take (self, sizeof little);

      if (octets != NULL)
        memcpy (&little, octets, sizeof little);
      *number = GUINT64_FROM_LE (little);
    }
  else
    {
      little = GUINT64_TO_LE (*number);
      memcpy (put (self, sizeof little), &little, sizeof little);
    }
}

void
cf_plugin_frame_cursor_flag (CfPluginFrameCursor *self, gboolean *flag)
{
  guint8 number = *flag ? 1 : 0;

  cf_plugin_frame_cursor_u8 (self, &number);
  if (number > 1)
    cf_plugin_frame_cursor_fail (self, "has a flag that is neither 0 nor 1");
  if (self->reads)
    *flag = number == 1;
}

static void
read_text (CfPluginFrameCursor *self, const char **text)
{
  guint32 length;
  const guint8 *octets;

  *text = NULL;
  cf_plugin_frame_cursor_u32 (self, &length);
  if (length == NOTHING || self->problem != NULL)
    return;

  octets = length < self->n_left ? take (self, (gsize) length + 1) : take (self, G_MAXSIZE);
  if (octets == NULL)
    return;
  if (octets[length] != 0)
    cf_plugin_frame_cursor_fail (self, "has a text without an end");
  else if (!g_utf8_validate_len ((const char *) octets, length, NULL))
    cf_plugin_frame_cursor_fail (self, "has a text that is not UTF-8");
  else
    *text = (const char *) octets;
}

/* A text that may be %NULL. */
void
cf_plugin_frame_cursor_nullable (CfPluginFrameCursor *self, const char **text)
{
  if (self->reads)
    read_text (self, text);
  else
    {
      gsize length = *text != NULL ? strlen (*text) : 0;
      guint32 written = *text != NULL ? (guint32) MIN (length, NOTHING - 1) : NOTHING;

      cf_plugin_frame_cursor_u32 (self, &written);
      if (*text != NULL)
        memcpy (put (self, length + 1), *text, length + 1);
    }
}

/* A text that is there. A writer that has none writes an empty one; a reader that reads none fails.
 */
void
cf_plugin_frame_cursor_text (CfPluginFrameCursor *self, const char **text)
{
  const char *nothing = "";

  cf_plugin_frame_cursor_nullable (self, !self->reads && *text == NULL ? &nothing : text);
  if (self->reads && *text == NULL)
    cf_plugin_frame_cursor_fail (self, "lacks a text");
}

/* A text that may be %NULL, and of which a reader makes a copy. */
void
cf_plugin_frame_cursor_owned (CfPluginFrameCursor *self, char **text)
{
  const char *borrowed = *text;

  cf_plugin_frame_cursor_nullable (self, &borrowed);
  if (self->reads)
    *text = g_strdup (borrowed);
}

/* Octets, or %NULL; a reader makes a copy. */
void
cf_plugin_frame_cursor_data (CfPluginFrameCursor *self, GBytes **data)
{
  gsize length = 0;
  gconstpointer octets = NULL;
  guint32 written = NOTHING;

  if (!self->reads && *data != NULL)
    {
      octets = g_bytes_get_data (*data, &length);
      written = (guint32) MIN (length, NOTHING - 1);
    }

  cf_plugin_frame_cursor_u32 (self, &written);
  if (self->reads)
    {
      *data = NULL;
      if (written != NOTHING && self->problem == NULL)
        octets = take (self, written);
      if (octets != NULL)
        *data = g_bytes_new (octets, written);
    }
  else if (length > 0)
    memcpy (put (self, length), octets, length);
}

/**
 * cf_plugin_frame_cursor_count:
 * @self: a cursor
 * @is_there: of a writer: whether there is an array at all; of a reader: whether there has to be
 * @count: (inout): how many elements
 * @least: the octets that one element takes at least, so that a reader knows a wrong number before
 *   it has memory for it
 *
 * Returns: whether there is an array at all
 */
gboolean
cf_plugin_frame_cursor_count (CfPluginFrameCursor *self, gboolean is_there, gsize *count,
                              gsize least)
{
  guint32 number = is_there ? (guint32) MIN (*count, NOTHING - 1) : NOTHING;

  cf_plugin_frame_cursor_u32 (self, &number);
  if (!self->reads)
    return is_there;

  *count = 0;
  if (number == NOTHING && is_there)
    cf_plugin_frame_cursor_fail (self, "lacks a list");
  if (self->problem != NULL || number == NOTHING)
    return FALSE;
  if (number > self->n_left / least)
    {
      cf_plugin_frame_cursor_fail (self, "has more elements than room for them");
      return FALSE;
    }
  *count = number;
  return TRUE;
}

/* Zeroed memory of a reader, valid until its buffer is used again. */
gpointer
cf_plugin_frame_cursor_allocate (CfPluginFrameCursor *self, gsize count, gsize size)
{
  CfPluginFrameBuffer *buffer = self->buffer;
  gsize n_octets = ALIGNED (count * size);
  guint8 *memory;

  /* It must not move any more: whoever reads has made it large enough. */
  if (buffer == NULL || buffer->size - buffer->end < n_octets)
    {
      cf_plugin_frame_cursor_fail (self, "has more arrays than can be");
      return NULL;
    }
  memory = buffer->data + buffer->end;
  buffer->end += n_octets;
  return memset (memory, 0, n_octets);
}
