/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "cf-plugin-frame-cursor.h"
#include "cf-plugin-runner.h"

G_BEGIN_DECLS

/* What agent and `curfew-plugin-host` tell each other, over a stream socket. A frame is the number
 * of octets in its body (32 bits, little endian), one octet for its type, and the body. Both ends
 * distrust the other: the helper may have been taken over by its plug-in, and whoever reached its
 * socket need not be the agent. */

#define CF_PLUGIN_FRAME_HEADER   5
#define CF_PLUGIN_FRAME_MAX_BODY (1024 * 1024)
/* The pieces that data is sent in, and how much output of one RECEIVE the agent holds before it has
 * to be acknowledged: a piece is sent only while less than that is on its way. */
#define CF_PLUGIN_FRAME_PIECE    (64 * 1024)
#define CF_PLUGIN_FRAME_WINDOW   (256 * 1024)
#define CF_PLUGIN_FRAME_VERSION  1
/* What a plug-in says for people; a longer text is cut by its sender. */
#define CF_PLUGIN_FRAME_MAX_TEXT (64 * 1024)

/**
 * CfPluginFrameType:
 * @CF_PLUGIN_FRAME_START: once, first: `settings`; `code`: the flags of Startup
 * @CF_PLUGIN_FRAME_CALL: `call`
 * @CF_PLUGIN_FRAME_DATA: `id`, `data`: what comes before the data of the CALL that follows
 * @CF_PLUGIN_FRAME_CANCEL: `id`
 * @CF_PLUGIN_FRAME_ACK: `id`, `number`: of octets
 * @CF_PLUGIN_FRAME_STOP: `code`: the reason
 * @CF_PLUGIN_FRAME_ANSWER: `serial`, `code`; `status` if `has_status`
 * @CF_PLUGIN_FRAME_STARTED: once: `code`, `text`: what went wrong unless it is 0
 * @CF_PLUGIN_FRAME_STOPPED: last: Shutdown returned NO_ERROR
 * @CF_PLUGIN_FRAME_FAILED: last: `text`: why nothing works any more
 * @CF_PLUGIN_FRAME_IDLE: the plug-in says that it is ready for shutdown; `number`: of CALL frames
 *   that the helper had read by then
 * @CF_PLUGIN_FRAME_CONTEXT: `id`
 * @CF_PLUGIN_FRAME_OUTPUT: `id`, `output`
 * @CF_PLUGIN_FRAME_OBJECT: `id`, `object`
 * @CF_PLUGIN_FRAME_COMPLETED: `id`, `code`, `text`: what the plug-in says about it
 * @CF_PLUGIN_FRAME_RELEASED: `id`
 * @CF_PLUGIN_FRAME_SUBMIT: asks: `serial`, `id`, `shutdown`; as the three that follow, it is
 *   answered by ANSWER
 * @CF_PLUGIN_FRAME_REFUSE: asks: `serial`, `id`, `text`, `code`
 * @CF_PLUGIN_FRAME_ABORT: asks: `serial`, `id`, `text`: the hint of the client
 * @CF_PLUGIN_FRAME_DESCRIBE: asks: `serial`, `id`
 *
 * The types up to ANSWER are the agent's, the others the helper's.
 */
typedef enum
{
  CF_PLUGIN_FRAME_START = 1,
  CF_PLUGIN_FRAME_CALL,
  CF_PLUGIN_FRAME_DATA,
  CF_PLUGIN_FRAME_CANCEL,
  CF_PLUGIN_FRAME_ACK,
  CF_PLUGIN_FRAME_STOP,
  CF_PLUGIN_FRAME_ANSWER,
  CF_PLUGIN_FRAME_STARTED,
  CF_PLUGIN_FRAME_STOPPED,
  CF_PLUGIN_FRAME_FAILED,
  CF_PLUGIN_FRAME_IDLE,
  CF_PLUGIN_FRAME_CONTEXT,
  CF_PLUGIN_FRAME_OUTPUT,
  CF_PLUGIN_FRAME_OBJECT,
  CF_PLUGIN_FRAME_COMPLETED,
  CF_PLUGIN_FRAME_RELEASED,
  CF_PLUGIN_FRAME_SUBMIT,
  CF_PLUGIN_FRAME_REFUSE,
  CF_PLUGIN_FRAME_ABORT,
  CF_PLUGIN_FRAME_DESCRIBE,
} CfPluginFrameType;

#define CF_PLUGIN_FRAME_FIRST_OF_HELPER CF_PLUGIN_FRAME_STARTED
#define CF_PLUGIN_FRAME_LAST            CF_PLUGIN_FRAME_DESCRIBE

/**
 * CfPluginFrame:
 * @text: (nullable)
 *
 * One frame; which fields count depends on its type. What it points to is borrowed, but for
 * @status and the data that cf_plugin_frame_read() made: cf_plugin_frame_clear() frees those.
 */
typedef struct
{
  CfPluginFrameType type;
  guint32 serial;
  guint32 code;
  guint64 id;
  guint64 number;
  const char *text;
  gboolean has_status;
  GBytes *data; /* (nullable) */
  union
  {
    CfPluginSettings settings;
    CfPluginCall call;
    CfPluginOutput output;
    CfPluginObject object;
    CfPluginShutdown shutdown;
    CfPluginStatus status;
  };
} CfPluginFrame;

gboolean cf_plugin_frame_measure (const guint8 *octets, gsize n_octets, gsize *size,
                                  GError **error);
gboolean cf_plugin_frame_read (const guint8 *octets, gsize size, CfPluginFrameBuffer *scratch,
                               CfPluginFrame *frame, GError **error);
gboolean cf_plugin_frame_write (const CfPluginFrame *frame, CfPluginFrameBuffer *out);
void cf_plugin_frame_clear (CfPluginFrame *frame);
const char *cf_plugin_frame_cut_text (const char *text, char **cut);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CfPluginFrame, cf_plugin_frame_clear)

G_END_DECLS
