/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-receiver.h"
#include "wsman/service/wsm-handler.h"

G_BEGIN_DECLS

/**
 * CfRouter:
 *
 * Hands each operation to the handler of its resource URI. It refuses what no resource is for, and
 * callers who may do nothing at all.
 */
#define CF_TYPE_ROUTER (cf_router_get_type ())
G_DECLARE_FINAL_TYPE (CfRouter, cf_router, CF, ROUTER, GObject)

CfRouter *cf_router_new (CfReceiver *receiver);
void cf_router_add (CfRouter *self, const char *resource_uri, WsmHandler *handler);

G_END_DECLS
