/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-options.h"

G_BEGIN_DECLS

CfShutdownRequest *cf_compose_request (const CfOptions *options, CfVerb verb, GPtrArray *problems);

G_END_DECLS
