/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *cf_powershell_dup_script (const char *const *arguments, GError **error);
char **cf_powershell_split (const char *script, GError **error);

G_END_DECLS
