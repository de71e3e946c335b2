/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfListenAddress:
 * @socket_address: a numeric address and a port, where port 0 lets the system pick one; or the
 *   path of a Unix socket
 * @tls: whether it speaks https; never on a Unix socket, where a web server ended TLS
 *
 * One value of `--listen`.
 */
typedef struct
{
  GSocketAddress *socket_address; /* (owned) */
  gboolean tls;
} CfListenAddress;

CfListenAddress *cf_listen_address_parse (const char *text, GError **error);
void cf_listen_address_free (CfListenAddress *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfListenAddress, cf_listen_address_free)

G_END_DECLS
