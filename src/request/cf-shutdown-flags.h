/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-shutdown-action.h"

G_BEGIN_DECLS

/**
 * CfShutdownFlags:
 *
 * The flag bits A to G of WsdrInitiateShutdown ([MS-RSP] 3.3.4.1), with their values on the wire.
 * 0x02 and everything above 0xFF is not ours: never sent, ignored on receipt.
 */
typedef enum /*< flags >*/
{
  CF_SHUTDOWN_NO_FLAGS = 0,
  CF_SHUTDOWN_FORCE_OTHERS = 0x01,    /* A */
  CF_SHUTDOWN_RESTART = 0x04,         /* B */
  CF_SHUTDOWN_POWEROFF = 0x08,        /* C */
  CF_SHUTDOWN_NOREBOOT = 0x10,        /* D */
  CF_SHUTDOWN_GRACE_OVERRIDE = 0x20,  /* E */
  CF_SHUTDOWN_INSTALL_UPDATES = 0x40, /* F */
  CF_SHUTDOWN_RESTARTAPPS = 0x80,     /* G */
} CfShutdownFlags;

#define CF_SHUTDOWN_FLAGS_MASK   0xFDu
#define CF_SHUTDOWN_ACTION_FLAGS (CF_SHUTDOWN_RESTART | CF_SHUTDOWN_POWEROFF | CF_SHUTDOWN_NOREBOOT)

CfShutdownFlags cf_shutdown_flags_from_wire (guint32 wire);
CfShutdownFlags cf_shutdown_flags_for_action (CfShutdownAction action);
CfShutdownAction cf_shutdown_flags_resolve_action (CfShutdownFlags flags);
gboolean cf_shutdown_flags_are_ambiguous (CfShutdownFlags flags);
const char *cf_shutdown_flag_get_name (CfShutdownFlags flag);
char *cf_shutdown_flags_to_string (CfShutdownFlags flags);

G_END_DECLS
