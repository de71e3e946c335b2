/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include <string.h>

#include "plugin-host/cf-plugin-frame.h"

/* Frames, one after the other, as they come from a socket. Each has one encoding: what is taken for
 * a frame is written again as it was. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  static CfPluginFrameBuffer scratch;
  static CfPluginFrameBuffer again;
  gsize measured = 0;

  for (; cf_plugin_frame_measure (data, size, &measured, NULL) && measured > 0;
       data += measured, size -= measured)
    {
      CfPluginFrame frame;
      g_autoptr (GError) error = NULL;
      gboolean is_frame = cf_plugin_frame_read (data, measured, &scratch, &frame, &error);

      g_assert_true (is_frame == (error == NULL));
      if (!is_frame)
        continue;

      cf_plugin_frame_buffer_take (&again, again.end - again.start);
      g_assert_true (cf_plugin_frame_write (&frame, &again));
      g_assert_cmpmem (again.data + again.start, again.end - again.start, data, measured);
      cf_plugin_frame_clear (&frame);
    }

  cf_plugin_frame_buffer_clear (&scratch);
  cf_plugin_frame_buffer_clear (&again);
  return 0;
}
