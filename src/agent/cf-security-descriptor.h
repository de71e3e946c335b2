/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsman/auth/wsm-principal.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define CF_SECURITY_MAX_ENTRIES 256
#define CF_SECURITY_MAX_LENGTH  16384 /* octets of the text */

/* The generic rights of an access mask ([MS-DTYP] 2.4.3). */
#define CF_SECURITY_READ    0x80000000u /* GR: Get */
#define CF_SECURITY_WRITE   0x40000000u /* GW */
#define CF_SECURITY_EXECUTE 0x20000000u /* GX: Invoke and everything about shells */
#define CF_SECURITY_ALL     0x10000000u /* GA */

/**
 * CfSecurityDescriptor:
 *
 * Who may use a resource of a plug-in, by the Sddl of its configuration (wsman-plugin-api.md
 * section 7): as much of [MS-DTYP] 2.5.1 as has a meaning on this system.
 */
typedef struct _CfSecurityDescriptor CfSecurityDescriptor;

CfSecurityDescriptor *cf_security_descriptor_parse (const char *sddl, GError **error);
void cf_security_descriptor_free (CfSecurityDescriptor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfSecurityDescriptor, cf_security_descriptor_free)

gboolean cf_security_descriptor_allows (const CfSecurityDescriptor *self, WsmPrincipal *caller,
                                        guint32 right);
const char *const *cf_security_descriptor_get_strangers (const CfSecurityDescriptor *self);

G_END_DECLS
