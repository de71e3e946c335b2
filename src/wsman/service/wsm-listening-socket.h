/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

int wsm_listening_socket_new (GSocketAddress *address, gid_t group, GError **error);
gboolean wsm_listening_socket_adopt (int fd, GError **error);
GSocketAddress *wsm_listening_socket_get_address (int fd, GError **error);

gboolean wsm_listening_socket_is_unix (GSocketAddress *address);
const char *wsm_listening_socket_get_path (GSocketAddress *address);

G_END_DECLS
