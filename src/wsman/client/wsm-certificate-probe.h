/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "wsm-endpoint.h"

G_BEGIN_DECLS

/* Which certificate a host shows: TLS begins and ends, not an octet of HTTP is sent. */

void wsm_certificate_probe_async (WsmEndpoint *endpoint, guint connect_msec,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
GTlsCertificate *wsm_certificate_probe_finish (GAsyncResult *result, GError **error);

G_END_DECLS
