/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *cf_cmd_unescape (const char *line, GError **error);
const char *cf_cmd_get_inner (const char *rest, gboolean *strips_quotes);
char *cf_cmd_strip_quotes (const char *line);

const char *cf_cmd_split_program (const char *line, gboolean slash_ends, char **program);
char **cf_cmd_split_arguments (const char *program, const char *rest);
gboolean cf_cmd_is_program (const char *word, const char *name);

G_END_DECLS
