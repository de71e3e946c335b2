/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CF_CODE_PAGE_UTF_8 65001u

GByteArray *cf_console_text_encode (const char *text, guint code_page);
gboolean cf_console_text_parse_code_page (const char *text, guint *code_page);

G_END_DECLS
