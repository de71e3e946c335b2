/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define WSM_PORT_HTTP  5985
#define WSM_PORT_HTTPS 5986

/**
 * WsmEndpoint:
 *
 * Where one host's WS-Management service is: scheme, host and port, each checked. Immutable,
 * reference counted.
 */
typedef struct _WsmEndpoint WsmEndpoint;

#define WSM_TYPE_ENDPOINT (wsm_endpoint_get_type ())
GType wsm_endpoint_get_type (void);

WsmEndpoint *wsm_endpoint_parse (const char *text, const char *default_scheme, GError **error);
WsmEndpoint *wsm_endpoint_ref (WsmEndpoint *self);
void wsm_endpoint_unref (WsmEndpoint *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmEndpoint, wsm_endpoint_unref)

gboolean wsm_endpoint_is_tls (const WsmEndpoint *self);
gboolean wsm_endpoint_is_loopback (const WsmEndpoint *self);
const char *wsm_endpoint_get_host (const WsmEndpoint *self);
guint16 wsm_endpoint_get_port (const WsmEndpoint *self);
GUri *wsm_endpoint_get_uri (const WsmEndpoint *self);
const char *wsm_endpoint_get_url (const WsmEndpoint *self);

G_END_DECLS
