/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-blocker.h"

G_BEGIN_DECLS

/* More are never told: people would not read them. */
#define CF_INHIBITORS_MAX 20u

GPtrArray *cf_inhibitors_list_blockers (GVariant *inhibitors);
char *cf_inhibitors_describe_blockers (GVariant *inhibitors);

G_END_DECLS
