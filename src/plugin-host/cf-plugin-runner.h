/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "cf-plugin-client.h"

G_BEGIN_DECLS

/**
 * CfPluginRunnerState:
 * @CF_PLUGIN_IDLE: not started
 * @CF_PLUGIN_STARTING: calls may be begun, and wait
 * @CF_PLUGIN_RUNNING: serves
 * @CF_PLUGIN_STOPPING: drains: new calls are answered 995 (ERROR_OPERATION_ABORTED)
 * @CF_PLUGIN_STOPPED: Shutdown has returned NO_ERROR
 * @CF_PLUGIN_FAILED: did not start, failed at Shutdown, hangs, or crashed: no call goes there any
 *   more, each is answered PLUGIN_FAILED; the reason is in cf_plugin_runner_get_problem()
 */
typedef enum
{
  CF_PLUGIN_IDLE,
  CF_PLUGIN_STARTING,
  CF_PLUGIN_RUNNING,
  CF_PLUGIN_STOPPING,
  CF_PLUGIN_STOPPED,
  CF_PLUGIN_FAILED,
} CfPluginRunnerState;

/**
 * CfPluginSettings:
 * @name: of the plug-in, for people
 * @file: (type filename): absolute path of the module
 * @application: the applicationIdentification of Startup: "wsman"
 * @extra_info: (nullable): the configuration document, for Startup
 * @shared_host, @run_as_user, @auto_restart, @idle_seconds: what WSManPluginGetConfiguration()
 *   tells, beside @name
 * @entry_points: what the capabilities in its configuration need
 * @start_msec: a Startup that takes longer has failed
 * @cancel_msec: so long a cancelled request may take to complete
 * @shutdown_msec: so long Shutdown may take, but
 * @system_shutdown_msec: if the computer goes down
 *
 * What a runner has to know of a plug-in. Borrowed for the call; times are in milliseconds.
 */
typedef enum /*< flags >*/
{
  CF_PLUGIN_NEEDS_SHELL = 1 << 0,
  CF_PLUGIN_NEEDS_GET = 1 << 1,
  CF_PLUGIN_NEEDS_INVOKE = 1 << 2,
} CfPluginNeeds;

typedef struct
{
  const char *name;
  const char *file;
  const char *application;
  const char *extra_info;
  gboolean shared_host;
  const char *run_as_user;
  gboolean auto_restart;
  guint32 idle_seconds;
  CfPluginNeeds needs;
  guint32 start_msec;
  guint32 cancel_msec;
  guint32 shutdown_msec;
  guint32 system_shutdown_msec;
} CfPluginSettings;

#define CF_PLUGIN_START_MSEC           30000
#define CF_PLUGIN_CANCEL_MSEC          10000
#define CF_PLUGIN_SHUTDOWN_MSEC        10000
#define CF_PLUGIN_SYSTEM_SHUTDOWN_MSEC 3000

/**
 * CfPluginRunner:
 *
 * One initialization of a plug-in, from Startup to Shutdown, whether in this process
 * (CfModuleRunner) or in another (CfHelperRunner). It keeps the contract of the API in any case:
 * what a client asks for too early waits, and what a plug-in does not answer is answered for it.
 *
 * Signal `changed`: the state is another one; so is cf_plugin_runner_is_idle(), if the plug-in
 * reported itself ready for shutdown.
 */
#define CF_TYPE_PLUGIN_RUNNER (cf_plugin_runner_get_type ())
G_DECLARE_DERIVABLE_TYPE (CfPluginRunner, cf_plugin_runner, CF, PLUGIN_RUNNER, GObject)

/**
 * CfPluginRunnerClass:
 * @start: begins Startup with WSMAN_PLUGIN_STARTUP_… @flags
 * @begin: does what @call says
 * @cancel: of a SHELL or COMMAND: with all that belongs to it, the leaves first
 * @acknowledge: so many octets of output of @id are disposed of
 * @stop: cancels everything, in order, releases contexts, calls Shutdown with @reason once
 */
struct _CfPluginRunnerClass
{
  GObjectClass parent_class;

  void (*start) (CfPluginRunner *self, guint32 flags);
  void (*begin) (CfPluginRunner *self, const CfPluginCall *call);
  void (*cancel) (CfPluginRunner *self, guint64 id);
  void (*acknowledge) (CfPluginRunner *self, guint64 id, gsize n_octets);
  void (*stop) (CfPluginRunner *self, guint32 reason);
};

void cf_plugin_runner_start (CfPluginRunner *self, guint32 flags);
void cf_plugin_runner_begin (CfPluginRunner *self, const CfPluginCall *call);
void cf_plugin_runner_cancel (CfPluginRunner *self, guint64 id);
void cf_plugin_runner_acknowledge (CfPluginRunner *self, guint64 id, gsize n_octets);
void cf_plugin_runner_stop (CfPluginRunner *self, guint32 reason);

CfPluginRunnerState cf_plugin_runner_get_state (CfPluginRunner *self);
gboolean cf_plugin_runner_is_idle (CfPluginRunner *self);
const char *cf_plugin_runner_get_problem (CfPluginRunner *self);

/* for the client, which is not kept alive by its runner; set it before starting */
void cf_plugin_runner_set_client (CfPluginRunner *self, CfPluginClient *client);

/* for subclasses */
CfPluginClient *cf_plugin_runner_get_client (CfPluginRunner *self);
void cf_plugin_runner_set_state (CfPluginRunner *self, CfPluginRunnerState state,
                                 const char *problem);
void cf_plugin_runner_set_idle (CfPluginRunner *self, gboolean is_idle);

G_END_DECLS
