/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin-runner.h"

G_BEGIN_DECLS

/**
 * CfPluginHostOutcome:
 * @CF_PLUGIN_HOST_WORKS: it goes on
 * @CF_PLUGIN_HOST_STOPPED: the plug-in has been shut down, or was never started
 * @CF_PLUGIN_HOST_FAILED: the plug-in is not to be touched any more, not even by unloading it
 */
typedef enum
{
  CF_PLUGIN_HOST_WORKS,
  CF_PLUGIN_HOST_STOPPED,
  CF_PLUGIN_HOST_FAILED,
} CfPluginHostOutcome;

/**
 * CfPluginHostSession:
 *
 * What `curfew-plugin-host` does: is told by the agent, over a socket, what plug-in to run and what
 * it is to do, and tells what comes of it. Signal `over`: there is an outcome.
 */
#define CF_TYPE_PLUGIN_HOST_SESSION (cf_plugin_host_session_get_type ())
G_DECLARE_FINAL_TYPE (CfPluginHostSession, cf_plugin_host_session, CF, PLUGIN_HOST_SESSION, GObject)

CfPluginHostSession *cf_plugin_host_session_new (int fd);
CfPluginHostOutcome cf_plugin_host_session_get_outcome (CfPluginHostSession *self);
void cf_plugin_host_session_leave (CfPluginHostSession *self);

G_END_DECLS
