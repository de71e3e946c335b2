/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Octets with room behind them: what was read and not yet used is data[start] to data[end]. */
typedef struct
{
  guint8 *data; /* (owned) (nullable) */
  gsize start;
  gsize end;
  gsize size;
} CfPluginFrameBuffer;

guint8 *cf_plugin_frame_buffer_reserve (CfPluginFrameBuffer *self, gsize n_octets);
void cf_plugin_frame_buffer_take (CfPluginFrameBuffer *self, gsize n_octets);
void cf_plugin_frame_buffer_clear (CfPluginFrameBuffer *self);

/**
 * CfPluginFrameCursor:
 *
 * Goes through the fields of a frame, in their order, and either writes or reads each one: so the
 * two cannot differ, and each frame has one encoding. Numbers are little endian; a text is its
 * number of octets (32 bits; all ones for %NULL), its UTF-8, and one octet 0, so that a reader can
 * point to it.
 *
 * Once something was wrong, a reading cursor yields zeros and %NULL, and @problem says what it was.
 */
typedef struct
{
  gboolean reads;
  const char *problem; /* (nullable): ends "The frame …" */

  const guint8 *octets; /* of a reader, with n_left behind it */
  gsize n_left;

  CfPluginFrameBuffer *buffer; /* of a writer: where to; of a reader: what arrays are made in */
} CfPluginFrameCursor;

void cf_plugin_frame_cursor_fail (CfPluginFrameCursor *self, const char *problem);
void cf_plugin_frame_cursor_u8 (CfPluginFrameCursor *self, guint8 *number);
void cf_plugin_frame_cursor_u32 (CfPluginFrameCursor *self, guint32 *number);
void cf_plugin_frame_cursor_u64 (CfPluginFrameCursor *self, guint64 *number);
void cf_plugin_frame_cursor_flag (CfPluginFrameCursor *self, gboolean *flag);
void cf_plugin_frame_cursor_text (CfPluginFrameCursor *self, const char **text);
void cf_plugin_frame_cursor_nullable (CfPluginFrameCursor *self, const char **text);
void cf_plugin_frame_cursor_owned (CfPluginFrameCursor *self, char **text);
void cf_plugin_frame_cursor_data (CfPluginFrameCursor *self, GBytes **data);
gboolean cf_plugin_frame_cursor_count (CfPluginFrameCursor *self, gboolean is_there, gsize *count,
                                       gsize least);
gpointer cf_plugin_frame_cursor_allocate (CfPluginFrameCursor *self, gsize count, gsize size);

G_END_DECLS
