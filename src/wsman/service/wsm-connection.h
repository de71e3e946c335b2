/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "wsm-service-core.h"

G_BEGIN_DECLS

/**
 * WsmConnection:
 *
 * One accepted connection: reads requests strictly, has them answered, writes the answers. It is
 * in the queue of its core from the start to wsm_connection_close().
 */
typedef struct _WsmConnection WsmConnection;

void wsm_connection_start (WsmServiceCore *core, GSocket *socket, WsmSource source,
                           GTlsCertificate *certificate);
void wsm_connection_start_front (WsmServiceCore *core, GSocket *socket);
void wsm_connection_close (WsmConnection *self);
gboolean wsm_connection_is_answering (WsmConnection *self);
void wsm_connection_call (gpointer parked);

G_END_DECLS
