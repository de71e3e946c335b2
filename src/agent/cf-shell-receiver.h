/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-shell-private.h"

G_BEGIN_DECLS

/**
 * CfShellReceiver:
 *
 * Brings the output of one command, or of a shell itself, to clients: one Receive of the plug-in's,
 * open from the client's first Receive on, answers many of them (wsman-plugin-api.md section 8.3).
 */
CfShellReceiver *cf_shell_receiver_new (CfShell *shell, CfShellCommand *command);
void cf_shell_receiver_free (CfShellReceiver *self);

void cf_shell_receiver_receive (CfShellReceiver *self, WsmOperation *operation);
void cf_shell_receiver_stop_waiting (CfShellReceiver *self, WsmFault *fault);
void cf_shell_receiver_look_again (CfShellReceiver *self);
void cf_shell_receiver_discard (CfShellReceiver *self);
gboolean cf_shell_receiver_has_output (CfShellReceiver *self);
gboolean cf_shell_receiver_is_waited_for (CfShellReceiver *self);

G_END_DECLS
