/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "wsm-service-core.h"

G_BEGIN_DECLS

/**
 * WsmListener:
 *
 * One listening socket. Whatever happens to single connections, it goes on accepting.
 */
typedef struct _WsmListener WsmListener;

WsmListener *wsm_listener_new (WsmServiceCore *core, GSocketAddress *address, gid_t group,
                               GTlsCertificate *certificate, GError **error);
WsmListener *wsm_listener_new_from_fd (WsmServiceCore *core, int fd, GTlsCertificate *certificate,
                                       GError **error);
void wsm_listener_free (WsmListener *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmListener, wsm_listener_free)

char *wsm_listener_dup_endpoint (WsmListener *self);

G_END_DECLS
