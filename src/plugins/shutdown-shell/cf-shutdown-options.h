/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CF_SHUTDOWN_MAX_SECONDS       315360000u
#define CF_SHUTDOWN_MAX_COMMENT_UNITS 512
#define CF_SHUTDOWN_DEFAULT_SECONDS   30

/* bits of WsdrInitiateShutdown */
#define CF_WIRE_FORCE_OTHERS 0x01u
#define CF_WIRE_RESTART      0x04u
#define CF_WIRE_POWEROFF     0x08u
#define CF_WIRE_RESTARTAPPS  0x80u

/* The codes are those that the command exits with. */
typedef enum
{
  CF_SHUTDOWN_OPTIONS_ERROR_NOT_SUPPORTED = 50,
  CF_SHUTDOWN_OPTIONS_ERROR_INVALID = 87,
} CfShutdownOptionsError;

#define CF_SHUTDOWN_OPTIONS_ERROR (cf_shutdown_options_error_quark ())
GQuark cf_shutdown_options_error_quark (void);

typedef enum
{
  CF_SHUTDOWN_HELP,
  CF_SHUTDOWN_SUBMIT,
  CF_SHUTDOWN_ABORT,
} CfShutdownVerb;

/**
 * CfShutdownOrder:
 * @flags: the bits of WsdrInitiateShutdown
 * @comment: (nullable): what people are to read; %NULL for none
 *
 * What a shutdown command asks for. It borrows from the words of the command.
 */
typedef struct
{
  CfShutdownVerb verb;
  guint32 flags;
  guint32 grace_seconds;
  guint32 reason;
  const char *comment;
} CfShutdownOrder;

gboolean cf_shutdown_options_parse (const char *const *arguments, const char *host_name,
                                    CfShutdownOrder *order, GError **error);

G_END_DECLS
