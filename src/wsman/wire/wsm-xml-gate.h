/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WSM_XML_MAX_TAG        8192u
#define WSM_XML_MAX_ATTRIBUTES 64u
#define WSM_XML_MAX_NAMESPACES 64u /* declarations in force at one place */
#define WSM_XML_MAX_DEPTH      32u
#define WSM_XML_MAX_ELEMENTS   4096u /* comments and CDATA sections count as well */

gboolean wsm_xml_gate_check (const char *utf8, gsize length, GError **error);

G_END_DECLS
