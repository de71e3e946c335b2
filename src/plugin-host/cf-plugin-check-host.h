/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gmodule.h>

#include "cf-plugin-call.h"
#include "plugin-api/curfew-plugin-host-table.h"

G_BEGIN_DECLS

/* The smallest host that can hold a module against the contract: for cf-plugin-check-cases.c, in a
 * process that does one case only. What it allocates goes with the process. */

/* The entry points of the module; %NULL where it has none. */
typedef struct
{
  GModule *module;
  const DWORD *abi;
  WSMAN_PLUGIN_STARTUP startup;
  WSMAN_PLUGIN_SHUTDOWN shutdown;
  WSMAN_PLUGIN_SHELL shell;
  WSMAN_PLUGIN_COMMAND command;
  WSMAN_PLUGIN_SEND send;
  WSMAN_PLUGIN_RECEIVE receive;
  WSMAN_PLUGIN_SIGNAL signal;
  WSMAN_PLUGIN_RELEASE_SHELL_CONTEXT release_shell;
  WSMAN_PLUGIN_RELEASE_COMMAND_CONTEXT release_command;
  CURFEW_PLUGIN_GET get;
  CURFEW_PLUGIN_INVOKE invoke;
} CfCheckModule;

/* One request to the module. The first field is what the module sees of it. */
typedef struct _CfCheckRequest CfCheckRequest;
struct _CfCheckRequest
{
  WSMAN_PLUGIN_REQUEST *request;
  CfPluginCallKind kind;
  CfCheckRequest *shell;
  CfCheckRequest *command;
  int event;

  /* under the lock of the host */
  gboolean is_cancelled;
  guint n_completions;
  DWORD code;
  guint n_contexts;
  PVOID context;
  WSMAN_PLUGIN_SHUTDOWN_CALLBACK callback; /* %NULL when it has been called */
  PVOID callback_data;
  gboolean had_callback;
  gboolean has_object;
  gboolean is_done; /* a Receive whose state Done was reported */
  char *state;      /* (nullable): of a Receive, the last one */
  gboolean in_callback;
  GThread *callback_thread;
};

/* What a module did wrong, whichever case was looking. */
typedef struct
{
  guint n_completed_twice;
  guint n_bad_contexts; /* a second one, or one of a request that has none */
  guint n_bad_results;  /* of a request that is no Receive, Get or Invoke, or is over */
  const char *what;     /* (nullable): which entry point it concerned */
} CfCheckMisdeeds;

typedef struct
{
  const char *file;
  const char *resource; /* (nullable) */
  const char *action;   /* (nullable) */
  const char *command;  /* (nullable) */
  int report_fd;        /* where the verdict goes */
  guint limit_msec;     /* so long anything may take */
} CfCheckOptions;

/* called from ReportContext of a command, in a thread of its own, before that returns */
typedef void (*CfCheckEarly) (CfCheckRequest *command);

void cf_check_host_init (const CfCheckOptions *options);
CfCheckModule *cf_check_load (void);
void cf_check_unload (CfCheckModule *module);
gboolean cf_check_has_shell (const CfCheckModule *module);

DWORD cf_check_startup (CfCheckModule *module, DWORD flags, const char *application,
                        gboolean take_texts_away, PVOID *context);
DWORD cf_check_shutdown (CfCheckModule *module, PVOID context);

CfCheckRequest *cf_check_get (CfCheckModule *module, PVOID context);
CfCheckRequest *cf_check_invoke (CfCheckModule *module, PVOID context);
CfCheckRequest *cf_check_shell (CfCheckModule *module, PVOID context);
CfCheckRequest *cf_check_command (CfCheckModule *module, CfCheckRequest *shell);
CfCheckRequest *cf_check_unknown_command (CfCheckModule *module, CfCheckRequest *shell);
CfCheckRequest *cf_check_send (CfCheckModule *module, CfCheckRequest *command, const char *data,
                               gboolean is_last);
CfCheckRequest *cf_check_receive (CfCheckModule *module, CfCheckRequest *command,
                                  gboolean names_streams);
CfCheckRequest *cf_check_signal (CfCheckModule *module, CfCheckRequest *command, const char *code);
void cf_check_release (CfCheckModule *module, CfCheckRequest *request);

/* cf-plugin-check-requests.c */
void cf_check_requests_init (void);
CfCheckRequest *cf_check_request_new (CfPluginCallKind kind, CfCheckRequest *shell,
                                      CfCheckRequest *command, const char *resource);
gboolean cf_check_is_request (gconstpointer address);
void cf_check_cancel (CfCheckRequest *request);
gboolean cf_check_wait_answered (CfCheckRequest *request, guint msec);
gboolean cf_check_wait_completed (CfCheckRequest *request, guint msec);
const char *cf_check_entry_name (CfPluginCallKind kind);

void cf_check_take_requests_away (void);
void cf_check_set_early (CfCheckEarly early);
GThread *cf_check_steal_early_thread (void);
CfCheckMisdeeds cf_check_get_misdeeds (void);

guint cf_check_get_limit (void);
void cf_check_stage (const char *format, ...) G_GNUC_PRINTF (1, 2);
void cf_check_pass (void) G_GNUC_NORETURN;
void cf_check_fail (const char *format, ...) G_GNUC_PRINTF (1, 2) G_GNUC_NORETURN;
void cf_check_skip (const char *format, ...) G_GNUC_PRINTF (1, 2) G_GNUC_NORETURN;

G_END_DECLS
