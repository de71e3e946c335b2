/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin-operation.h"

G_BEGIN_DECLS

void cf_plugin_details_fill (CfPluginOperation *operation, const CfPluginCall *call);
void cf_plugin_details_free (CfPluginOperation *operation);

G_END_DECLS
