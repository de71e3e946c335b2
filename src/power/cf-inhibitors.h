/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *cf_inhibitors_describe_blockers (GVariant *inhibitors);

G_END_DECLS
