/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-options.h"

G_BEGIN_DECLS

gboolean cf_command_is_local (CfVerb verb, const CfOptions *options);
void cf_command_read_local (CfCommand *self, const CfOptions *options, GPtrArray *problems);

G_END_DECLS
