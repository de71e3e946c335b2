/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-arena.h"
#include "wsm-shell-message.h"
#include "wsm-xml.h"

G_BEGIN_DECLS

gboolean wsm_shell_message_is_body (const xmlNode *first);
WsmShellMessage *wsm_shell_message_new_from_element (const xmlNode *first, gboolean is_reply,
                                                     WsmArena *arena, GError **error);
void wsm_shell_message_put (GString *xml, const WsmShellMessage *self);

const char *wsm_shell_message_get_action (WsmShellMessageKind kind);
gboolean wsm_shell_message_needs_body (const char *action, WsmShellMessageKind *kind);
gboolean wsm_shell_message_is_answer (WsmShellMessageKind kind);

G_END_DECLS
