/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * WsmRefusingDatabase:
 *
 * A database of no certificates: it vouches for nobody. As the default of a process it keeps each
 * TLS connection, of either end, from reading the system's trust store. A client that connects with
 * it has every certificate come to its `accept-certificate` handler, which has to judge by a
 * database of its own; without such a handler the connection does not come about.
 */
#define WSM_TYPE_REFUSING_DATABASE (wsm_refusing_database_get_type ())
G_DECLARE_FINAL_TYPE (WsmRefusingDatabase, wsm_refusing_database, WSM, REFUSING_DATABASE,
                      GTlsDatabase)

GTlsDatabase *wsm_refusing_database_new (void);

G_END_DECLS
