/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "cf-plugin-call.h"

G_BEGIN_DECLS

/**
 * CfPluginClient:
 *
 * Whoever has a plug-in run: takes what it answers, and answers what it asks. All of it is called
 * in the main context that the runner was made in, never from within another call of the client's
 * on the same runner but cf_plugin_runner_begin(), which may answer at once.
 *
 * For each call that was begun: `context_reported` at most once (SHELL and COMMAND only); `output`
 * any number of times (RECEIVE only); `object` at most once (GET and INVOKE only); `completed`
 * exactly once, whatever happens; and after it, for a SHELL or COMMAND whose context was reported,
 * `released` exactly once, when everything that belongs to it has ended as well.
 */
#define CF_TYPE_PLUGIN_CLIENT (cf_plugin_client_get_type ())
G_DECLARE_INTERFACE (CfPluginClient, cf_plugin_client, CF, PLUGIN_CLIENT, GObject)

/**
 * CfPluginClientInterface:
 * @context_reported: the shell or command is there
 * @output: the client has to say when it is disposed of, by cf_plugin_runner_acknowledge()
 * @object: (nullable) object: the body of the answer; valid only if @completed follows with code 0
 * @completed: @code is 0, a Win32 code or one of WS-Management; @extended_information: (nullable)
 *   what the plug-in says about it. A RECEIVE that has to end since its command has ended gets 0,
 *   whatever the plug-in answers to that
 * @submit: asks for a shutdown in the name of who sent @id; returns a Win32 code
 * @refuse: notes that something was refused; returns @code
 * @abort_shutdown: calls off; returns a Win32 code
 * @describe: fills @status, which is all zero; returns a Win32 code
 */
struct _CfPluginClientInterface
{
  GTypeInterface parent_iface;

  void (*context_reported) (CfPluginClient *self, guint64 id);
  void (*output) (CfPluginClient *self, guint64 id, const CfPluginOutput *output);
  void (*object) (CfPluginClient *self, guint64 id, const CfPluginObject *object);
  void (*completed) (CfPluginClient *self, guint64 id, guint32 code,
                     const char *extended_information);
  void (*released) (CfPluginClient *self, guint64 id);

  guint32 (*submit) (CfPluginClient *self, guint64 id, const CfPluginShutdown *shutdown);
  guint32 (*refuse) (CfPluginClient *self, guint64 id, const char *problem, guint32 code);
  guint32 (*abort_shutdown) (CfPluginClient *self, guint64 id, const char *client_hint);
  guint32 (*describe) (CfPluginClient *self, guint64 id, CfPluginStatus *status);
};

void cf_plugin_client_context_reported (CfPluginClient *self, guint64 id);
void cf_plugin_client_output (CfPluginClient *self, guint64 id, const CfPluginOutput *output);
void cf_plugin_client_object (CfPluginClient *self, guint64 id, const CfPluginObject *object);
void cf_plugin_client_completed (CfPluginClient *self, guint64 id, guint32 code,
                                 const char *extended_information);
void cf_plugin_client_released (CfPluginClient *self, guint64 id);
guint32 cf_plugin_client_submit (CfPluginClient *self, guint64 id,
                                 const CfPluginShutdown *shutdown);
guint32 cf_plugin_client_refuse (CfPluginClient *self, guint64 id, const char *problem,
                                 guint32 code);
guint32 cf_plugin_client_abort_shutdown (CfPluginClient *self, guint64 id, const char *client_hint);
guint32 cf_plugin_client_describe (CfPluginClient *self, guint64 id, CfPluginStatus *status);

G_END_DECLS
