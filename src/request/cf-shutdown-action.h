/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * CfShutdownAction:
 * @CF_SHUTDOWN_ACTION_RESTART: the machine comes back by itself
 * @CF_SHUTDOWN_ACTION_POWER_OFF: somebody has to switch it on again
 * @CF_SHUTDOWN_ACTION_HALT: the system stops, the power stays on; nothing remote brings it back
 *
 * What a shutdown request ends in. A composed request carries exactly one.
 */
typedef enum
{
  CF_SHUTDOWN_ACTION_RESTART,
  CF_SHUTDOWN_ACTION_POWER_OFF,
  CF_SHUTDOWN_ACTION_HALT,
} CfShutdownAction;

#define CF_TYPE_SHUTDOWN_ACTION (cf_shutdown_action_get_type ())
GType cf_shutdown_action_get_type (void);

const char *cf_shutdown_action_get_verb (CfShutdownAction action);
const char *cf_shutdown_action_get_wire_name (CfShutdownAction action);
gboolean cf_shutdown_action_from_wire_name (const char *name, CfShutdownAction *action);

G_END_DECLS
