/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-machine-facts.h"
#include "cf-receiver.h"
#include "wsman/service/wsm-handler.h"

G_BEGIN_DECLS

/**
 * CfOperatingSystem:
 *
 * The class Win32_OperatingSystem, as far as tools that restart Windows PCs use it
 * (shutdown-semantics.md section 4): its four methods, and Get.
 */
#define CF_TYPE_OPERATING_SYSTEM (cf_operating_system_get_type ())
G_DECLARE_FINAL_TYPE (CfOperatingSystem, cf_operating_system, CF, OPERATING_SYSTEM, GObject)

WsmHandler *cf_operating_system_new (CfReceiver *receiver, CfClock *clock,
                                     const CfMachineFacts *facts);

gboolean cf_operating_system_flags_to_wire (gint32 flags, guint32 *wire, guint32 *code);

G_END_DECLS
