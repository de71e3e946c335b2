/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin-runner.h"

G_BEGIN_DECLS

/**
 * CfModuleRunner:
 *
 * Runs a plug-in in this process. Entry points are called on a pool of threads, so that one that
 * blocks holds up nobody; but CurfewPluginGet() and CurfewPluginInvoke() of a module that says it
 * is quick (CurfewPluginTraits) are called from within cf_plugin_runner_begin(). Runners of the
 * same file share one module, and each has its own Startup.
 *
 * A module stays loaded until the process ends, unless cf_module_runner_set_unloads() asks for
 * more: type registrations and destructors of threads do not survive unloading
 * (wsman-plugin-api.md, section 10.7).
 */
#define CF_TYPE_MODULE_RUNNER (cf_module_runner_get_type ())
G_DECLARE_FINAL_TYPE (CfModuleRunner, cf_module_runner, CF, MODULE_RUNNER, CfPluginRunner)

CfPluginRunner *cf_module_runner_new (const CfPluginSettings *settings);
void cf_module_runner_set_unloads (CfModuleRunner *self, gboolean unloads);

G_END_DECLS
