/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "plugin-api/wsman-plugin.h"

G_BEGIN_DECLS

/* What cmd.exe exits with when it does not know a command. */
#define CF_SHUTDOWN_COMMAND_NOT_KNOWN 9009u

/**
 * CfShutdownResult:
 * @output: (owned) (nullable): for stdout
 * @errors: (owned) (nullable): for stderr
 * @exit_code: a Win32 code, or %CF_SHUTDOWN_COMMAND_NOT_KNOWN
 *
 * What one command came to. Text is UTF-8, its lines end in \n.
 */
typedef struct
{
  char *output;
  char *errors;
  guint32 exit_code;
} CfShutdownResult;

void cf_shutdown_command_run (WSMAN_PLUGIN_REQUEST *request, PCWSTR command,
                              const WSMAN_COMMAND_ARG_SET *arguments, gboolean skip_cmd,
                              CfShutdownResult *result);
void cf_shutdown_result_clear (CfShutdownResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CfShutdownResult, cf_shutdown_result_clear)

G_END_DECLS
