/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-shell-private.h"

G_BEGIN_DECLS

/**
 * CfShellSender:
 *
 * Brings the input of one command, or of a shell itself, to the plug-in: one piece at a time, in
 * the order in which it came (wsman-plugin-api.md section 8.3).
 */
CfShellSender *cf_shell_sender_new (CfShell *shell, CfShellCommand *command);
void cf_shell_sender_free (CfShellSender *self);

void cf_shell_sender_send (CfShellSender *self, WsmOperation *operation);

G_END_DECLS
