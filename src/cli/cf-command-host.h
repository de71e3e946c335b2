/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-options.h"

G_BEGIN_DECLS

void cf_command_read_host (CfCommand *self, const CfOptions *options, GPtrArray *problems);
void cf_command_check_hosts (const CfCommand *self, GPtrArray *problems);
void cf_command_read_keyring (CfCommand *self, const CfOptions *options, GPtrArray *problems);

G_END_DECLS
