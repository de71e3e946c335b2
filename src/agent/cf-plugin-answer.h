/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin.h"
#include "wsman/service/wsm-operation.h"

G_BEGIN_DECLS

void cf_plugin_answer_get (CfPlugin *plugin, WsmOperation *operation);
void cf_plugin_answer_invoke (CfPlugin *plugin, WsmOperation *operation);

G_END_DECLS
