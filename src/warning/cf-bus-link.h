/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfBusLink:
 *
 * A connection to a message bus that is made again when it is lost, sooner at first and later less
 * often: after 1, 2, 4 … 30 s. Property `connection` (#GDBusConnection, nullable) notifies.
 */
#define CF_TYPE_BUS_LINK (cf_bus_link_get_type ())
G_DECLARE_FINAL_TYPE (CfBusLink, cf_bus_link, CF, BUS_LINK, GObject)

CfBusLink *cf_bus_link_new (GBusType bus_type);
GDBusConnection *cf_bus_link_get_connection (CfBusLink *self);

G_END_DECLS
