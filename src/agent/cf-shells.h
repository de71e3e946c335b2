/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin-directory.h"
#include "wsman/service/wsm-operation.h"

G_BEGIN_DECLS

/**
 * CfShells:
 *
 * All remote shells of this machine: who owns them, which commands run in them, what they have put
 * out and nobody has fetched yet (winrm-wire-protocol.md section 3.6). What a shell can do is its
 * plug-in's affair.
 */
#define CF_TYPE_SHELLS (cf_shells_get_type ())
G_DECLARE_FINAL_TYPE (CfShells, cf_shells, CF, SHELLS, GObject)

CfShells *cf_shells_new (void);
void cf_shells_handle (CfShells *self, const CfPluginRoute *route, WsmOperation *operation);
guint cf_shells_count (CfShells *self);

G_END_DECLS
