/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-shell-private.h"

G_BEGIN_DECLS

/**
 * CfShellCommand:
 *
 * One command in a shell: a call of the plug-in that stays open as long as the command runs. It
 * stays known after that, until the shell ends or many others have come and gone, so that its
 * output can be fetched and a late Signal does no harm.
 */
void cf_shell_command_create (CfShell *shell, WsmOperation *operation);
CfShellCommand *cf_shell_command_find (CfShell *shell, const char *id);
void cf_shell_command_free (CfShellCommand *self);

guint64 cf_shell_command_get_call (CfShellCommand *self);
CfShellReceiver *cf_shell_command_get_receiver (CfShellCommand *self);
CfShellSender *cf_shell_command_get_sender (CfShellCommand *self);
gboolean cf_shell_command_is_reported (CfShellCommand *self);
gboolean cf_shell_command_is_over (CfShellCommand *self);
gboolean cf_shell_command_is_to_end (CfShellCommand *self);
WsmFault *cf_shell_command_get_fault (CfShellCommand *self);

void cf_shell_signal (CfShell *shell, CfShellCommand *command, WsmOperation *operation);

G_END_DECLS
