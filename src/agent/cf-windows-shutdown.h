/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-machine-facts.h"
#include "cf-receiver.h"
#include "wsman/service/wsm-handler.h"

G_BEGIN_DECLS

/**
 * CfWindowsShutdown:
 *
 * The native resource: WsdrInitiateShutdown, WsdrAbortShutdown and the status (design.md
 * section 6).
 */
#define CF_TYPE_WINDOWS_SHUTDOWN (cf_windows_shutdown_get_type ())
G_DECLARE_FINAL_TYPE (CfWindowsShutdown, cf_windows_shutdown, CF, WINDOWS_SHUTDOWN, GObject)

WsmHandler *cf_windows_shutdown_new (CfReceiver *receiver, CfClock *clock,
                                     const CfMachineFacts *facts);

G_END_DECLS
