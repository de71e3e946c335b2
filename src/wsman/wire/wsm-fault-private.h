/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-fault.h"
#include "wsm-xml.h"

G_BEGIN_DECLS

WsmFault *wsm_fault_new_not_understood (const char *namespace_uri, const char *name);
WsmFault *wsm_fault_new_from_element (const xmlNode *element);

WsmFault *wsm_fault_new_from_provider (WsmFaultKind kind, guint32 code, const char *detail,
                                       const char *reason, const char *provider,
                                       const char *content);

WsmNs wsm_fault_get_subcode_ns (const WsmFault *self);
const char *wsm_fault_get_action (const WsmFault *self);
const char *wsm_fault_get_not_understood (const WsmFault *self, const char **namespace_uri);

const char *wsm_fault_get_default_detail (WsmFaultKind kind);
const char *wsm_fault_get_provider_content (const WsmFault *self, const char **provider);

WsmFaultKind wsm_fault_kind_from_code (guint32 code);

G_END_DECLS
