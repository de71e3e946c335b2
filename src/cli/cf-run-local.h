/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-command.h"

G_BEGIN_DECLS

CfExitStatus cf_run_local (const CfCommand *command);

G_END_DECLS
