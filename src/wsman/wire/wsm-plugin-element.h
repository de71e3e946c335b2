/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-arena.h"
#include "wsm-plugin-configuration.h"
#include "wsm-xml.h"

G_BEGIN_DECLS

#define WSM_PLUGIN_URI "http://schemas.microsoft.com/wbem/wsman/1/config/PluginConfiguration"
#define WSM_XML_URI    "http://www.w3.org/XML/1998/namespace"

/* A configuration document while it is read. The first mistake stands. */
typedef struct
{
  const char *file_name;
  GError **error;
  WsmArena arena;
} WsmPluginDocument;

/* One of its elements: attributes are asked for by name, and one that nobody asked for is a
 * mistake.
 */
typedef struct
{
  WsmPluginDocument *document;
  const xmlNode *node;
  guint64 used; /* a bit for each attribute, in document order */
} WsmPluginElement;

/* A word and what it means; an array ends with a NULL word. */
typedef struct
{
  const char *word;
  int value;
} WsmPluginWord;

gboolean wsm_plugin_document_fail (WsmPluginDocument *self, guint line,
                                   WsmPluginConfigurationError code, const char *format, ...)
  G_GNUC_PRINTF (4, 5);

gboolean wsm_plugin_element_is (const xmlNode *node, const char *name);
guint wsm_plugin_element_get_line (const xmlNode *node);
gboolean wsm_plugin_element_fail (WsmPluginElement *self, const char *format, ...)
  G_GNUC_PRINTF (2, 3);
gboolean wsm_plugin_element_refuse (WsmPluginElement *self, const char *format, ...)
  G_GNUC_PRINTF (2, 3);
gboolean wsm_plugin_element_refuse_child (WsmPluginElement *self, const xmlNode *child);

const char *wsm_plugin_element_get (WsmPluginElement *self, const char *namespace_uri,
                                    const char *name);
gboolean wsm_plugin_element_read_text (WsmPluginElement *self, const char *name, gboolean required,
                                       char **text);
gboolean wsm_plugin_element_read_word (WsmPluginElement *self, const char *namespace_uri,
                                       const char *name, const WsmPluginWord *words, int *value);
gboolean wsm_plugin_element_read_boolean (WsmPluginElement *self, const char *name,
                                          gboolean *value);
gboolean wsm_plugin_element_read_language (WsmPluginElement *self, char **language);
gboolean wsm_plugin_element_read_number (WsmPluginElement *self, const char *name, guint32 min,
                                         guint32 max, guint32 *value);
gboolean wsm_plugin_element_end_attributes (WsmPluginElement *self);
gboolean wsm_plugin_element_end (WsmPluginElement *self);

gboolean wsm_plugin_resources_read (WsmPluginDocument *document, const xmlNode *node,
                                    WsmPluginConfiguration *configuration);

G_END_DECLS
