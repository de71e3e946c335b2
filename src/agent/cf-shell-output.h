/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "plugin-host/cf-plugin-call.h"
#include "wsman/wire/wsm-shell-message.h"

G_BEGIN_DECLS

/**
 * CfShellOutput:
 *
 * What a command, or a shell itself, has put out and nobody has fetched yet, in order; and how it
 * ended.
 */
typedef struct _CfShellOutput CfShellOutput;

CfShellOutput *cf_shell_output_new (const char *const *streams);
void cf_shell_output_free (CfShellOutput *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfShellOutput, cf_shell_output_free)

gsize cf_shell_output_add (CfShellOutput *self, const CfPluginOutput *output, gboolean drops);
gboolean cf_shell_output_has (const CfShellOutput *self, const char *const *wanted);
gsize cf_shell_output_take (CfShellOutput *self, const char *const *wanted, gsize max_octets,
                            const char *command_id, WsmShellMessage *message);
void cf_shell_output_discard (CfShellOutput *self);

gboolean cf_shell_output_is_done (const CfShellOutput *self);
gsize cf_shell_output_get_size (const CfShellOutput *self);
gsize cf_shell_output_get_held (const CfShellOutput *self);

G_END_DECLS
