/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * WsmRefusingDatabase:
 *
 * A database of no certificates: it vouches for nobody. With it every certificate comes to the
 * `accept-certificate` handler of a connection, where a #WsmTrust decides; a connection that has no
 * such handler does not come about.
 */
#define WSM_TYPE_REFUSING_DATABASE (wsm_refusing_database_get_type ())
G_DECLARE_FINAL_TYPE (WsmRefusingDatabase, wsm_refusing_database, WSM, REFUSING_DATABASE,
                      GTlsDatabase)

GTlsDatabase *wsm_refusing_database_new (void);

G_END_DECLS
