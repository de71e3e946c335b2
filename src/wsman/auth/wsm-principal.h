/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * WsmPrincipal:
 *
 * Who signed in, as a value: there is none until a mechanism made one. Immutable, reference
 * counted.
 */
typedef struct _WsmPrincipal WsmPrincipal;

#define WSM_TYPE_PRINCIPAL (wsm_principal_get_type ())
GType wsm_principal_get_type (void);

WsmPrincipal *wsm_principal_new (const char *user, const char *realm, const char *mechanism,
                                 const char *address);
WsmPrincipal *wsm_principal_new_full (const char *user, const char *realm, const char *mechanism,
                                      const char *address, gboolean is_tls,
                                      const char *const *groups);
WsmPrincipal *wsm_principal_ref (WsmPrincipal *self);
void wsm_principal_unref (WsmPrincipal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmPrincipal, wsm_principal_unref)

const char *wsm_principal_get_user (const WsmPrincipal *self);
const char *wsm_principal_get_realm (const WsmPrincipal *self);
const char *wsm_principal_get_mechanism (const WsmPrincipal *self);
const char *wsm_principal_get_address (const WsmPrincipal *self);
gboolean wsm_principal_is_tls (const WsmPrincipal *self);
const char *const *wsm_principal_get_groups (const WsmPrincipal *self);
char *wsm_principal_to_string (const WsmPrincipal *self);

G_END_DECLS
