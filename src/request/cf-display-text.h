/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *cf_display_text_clean (const char *text);
char *cf_display_text_one_line (const char *text);

G_END_DECLS
