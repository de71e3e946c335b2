/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void cf_problem_add (GPtrArray *problems, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
