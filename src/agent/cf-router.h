/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin-directory.h"
#include "cf-receiver.h"
#include "cf-shells.h"
#include "wsman/service/wsm-handler.h"

G_BEGIN_DECLS

/**
 * CfRouter:
 *
 * Hands each operation to the plug-in of its resource URI: Get and Invoke itself, what is about
 * shells by way of #CfShells. It refuses what no resource is for, callers who may do nothing at
 * all, and what the configuration of the plug-in rules out (wsman-plugin-api.md section 7).
 */
#define CF_TYPE_ROUTER (cf_router_get_type ())
G_DECLARE_FINAL_TYPE (CfRouter, cf_router, CF, ROUTER, GObject)

CfRouter *cf_router_new (CfReceiver *receiver, CfPluginDirectory *directory, CfShells *shells);

G_END_DECLS
