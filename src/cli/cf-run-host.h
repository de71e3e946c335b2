/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-command.h"

G_BEGIN_DECLS

CfExitStatus cf_run_host_trust (const CfCommand *command);
CfExitStatus cf_run_host_list (const CfCommand *command);
CfExitStatus cf_run_host_rm (const CfCommand *command);

G_END_DECLS
