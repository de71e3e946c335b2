/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin-runner.h"

G_BEGIN_DECLS

/**
 * CfHelperRunner:
 *
 * Runs a plug-in in a process of its own, `curfew-plugin-host`, which is told what to do in frames
 * on a socket. When that process ends, whatever the reason, each open call is answered and the
 * runner has failed; it is not started again. Whoever wants the plug-in makes another runner.
 */
#define CF_TYPE_HELPER_RUNNER (cf_helper_runner_get_type ())
G_DECLARE_FINAL_TYPE (CfHelperRunner, cf_helper_runner, CF, HELPER_RUNNER, CfPluginRunner)

CfPluginRunner *cf_helper_runner_new_spawned (const CfPluginSettings *settings,
                                              const char *program);
CfPluginRunner *cf_helper_runner_new_for_socket (const CfPluginSettings *settings,
                                                 const char *socket_path);

G_END_DECLS
