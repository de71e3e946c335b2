/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin-call.h"
#include "plugin-api/curfew-plugin.h"

G_BEGIN_DECLS

gsize cf_plugin_text_put_utf16 (char16_t *place, const char *text);
gboolean cf_plugin_text_take (PCWSTR text, char **utf8);
GBytes *cf_plugin_text_take_bytes (PCWSTR text, gsize length);
CfPluginObject *cf_plugin_text_take_object (const CURFEW_OBJECT *object);

G_END_DECLS
