/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-plugin-configuration.h"

G_BEGIN_DECLS

WsmPluginConfiguration *wsm_plugin_configuration_new (const char *file_name);
WsmPluginResource *wsm_plugin_resource_new (GPtrArray *resources);
WsmPluginSecurity *wsm_plugin_security_new (GPtrArray *securities);
void wsm_plugin_parameter_add (GPtrArray *parameters, const char *name, const char *value);

G_END_DECLS
