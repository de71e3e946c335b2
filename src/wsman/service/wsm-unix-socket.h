/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

int wsm_unix_socket_bind (const char *path, gid_t group, GError **error);

G_END_DECLS
