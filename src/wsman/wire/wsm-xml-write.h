/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Writing XML by hand: what is written has few elements, and all of them are known. */
#define wsm_put(xml, literal) g_string_append_len (xml, literal "", sizeof (literal) - 1)

void wsm_put_escaped (GString *xml, const char *text);
void wsm_put_attribute (GString *xml, const char *text);
void wsm_put_element (GString *xml, const char *name, const char *attributes, const char *text);

G_END_DECLS
