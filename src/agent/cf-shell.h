/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin-directory.h"
#include "wsman/service/wsm-operation.h"

G_BEGIN_DECLS

/**
 * CfShell:
 *
 * One remote shell: a call of its plug-in that stays open, the commands that run in it, and what
 * they have put out. Reference counted; lives on for what is open in it.
 */
typedef struct _CfShell CfShell;

typedef void (*CfShellGone) (CfShell *self, gpointer user_data);

CfShell *cf_shell_new (const CfPluginRoute *route, const char *id, WsmOperation *operation);
CfShell *cf_shell_ref (CfShell *self);
void cf_shell_unref (CfShell *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfShell, cf_shell_unref)

const char *cf_shell_get_id (const CfShell *self);
const char *cf_shell_get_owner (const CfShell *self);
const char *cf_shell_get_owner_key (const CfShell *self);
CfPlugin *cf_shell_get_plugin (const CfShell *self);
gboolean cf_shell_is_live (const CfShell *self);

void cf_shell_set_gone (CfShell *self, CfShellGone gone, gpointer user_data);
void cf_shell_create (CfShell *self, WsmOperation *operation);
void cf_shell_handle (CfShell *self, WsmOperation *operation);
void cf_shell_close (CfShell *self);

G_END_DECLS
