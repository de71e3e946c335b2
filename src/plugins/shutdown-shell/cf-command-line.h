/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Code units; what CreateProcess takes, and more than cmd.exe does. */
#define CF_COMMAND_LINE_MAX_UNITS 32767

/**
 * CfCommandLineError:
 * @CF_COMMAND_LINE_ERROR_NOT_KNOWN: it names another program than shutdown, or none
 * @CF_COMMAND_LINE_ERROR_NOT_ONE: it is more than one plain command
 */
typedef enum
{
  CF_COMMAND_LINE_ERROR_NOT_KNOWN,
  CF_COMMAND_LINE_ERROR_NOT_ONE,
} CfCommandLineError;

#define CF_COMMAND_LINE_ERROR (cf_command_line_error_quark ())
GQuark cf_command_line_error_quark (void);

char **cf_command_line_parse (const char *line, gboolean skip_cmd, GError **error);

G_END_DECLS
