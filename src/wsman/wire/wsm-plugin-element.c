/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-plugin-element.h"

#include <string.h>

#include "wsm-xml-gate.h"

G_STATIC_ASSERT (WSM_XML_MAX_ATTRIBUTES <= 64); /* used has room */

#define MAX_SHOWN 64 /* characters of a wrong value that a message repeats */

static const WsmPluginWord booleans[] = {
  { "false", FALSE }, { "true", TRUE }, { "0", FALSE }, { "1", TRUE }, { NULL, 0 },
};

static void
set_error (WsmPluginDocument *self, guint line, WsmPluginConfigurationError code,
           const char *format, va_list args)
{
  g_autofree char *sentence = g_strdup_vprintf (format, args);

  if (self->error != NULL && *self->error == NULL)
    g_set_error (self->error, WSM_PLUGIN_CONFIGURATION_ERROR, code, "%s:%u: %s", self->file_name,
                 line, sentence);
}

/* wsm_plugin_document_fail: says what is wrong at a line; returns FALSE. */
gboolean
wsm_plugin_document_fail (WsmPluginDocument *self, guint line, WsmPluginConfigurationError code,
                          const char *format, ...)
{
  va_list args;

  va_start (args, format);
  set_error (self, line, code, format, args);
  va_end (args);

  return FALSE;
}

/* wsm_plugin_element_get_line: where a start tag ends. */
guint
wsm_plugin_element_get_line (const xmlNode *node)
{
  return (guint) MAX (xmlGetLineNo ((xmlNode *) node), 1);
}

/* wsm_plugin_element_fail: says that something is INVALID about an element; returns FALSE. */
gboolean
wsm_plugin_element_fail (WsmPluginElement *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  set_error (self->document, wsm_plugin_element_get_line (self->node),
             WSM_PLUGIN_CONFIGURATION_ERROR_INVALID, format, args);
  va_end (args);

  return FALSE;
}

/* wsm_plugin_element_refuse: says that something is UNSUPPORTED about an element; returns FALSE. */
gboolean
wsm_plugin_element_refuse (WsmPluginElement *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  set_error (self->document, wsm_plugin_element_get_line (self->node),
             WSM_PLUGIN_CONFIGURATION_ERROR_UNSUPPORTED, format, args);
  va_end (args);

  return FALSE;
}

/* wsm_plugin_element_is: whether a node is an element of the configuration's namespace. */
gboolean
wsm_plugin_element_is (const xmlNode *node, const char *name)
{
  return node->ns != NULL && node->ns->href != NULL &&
         strcmp ((const char *) node->ns->href, WSM_PLUGIN_URI) == 0 &&
         strcmp ((const char *) node->name, name) == 0;
}

/* wsm_plugin_element_refuse_child: says that an element does not belong where it is. */
gboolean
wsm_plugin_element_refuse_child (WsmPluginElement *self, const xmlNode *child)
{
  const char *uri = child->ns != NULL ? (const char *) child->ns->href : "";
  gboolean ours = g_str_equal (uri, WSM_PLUGIN_URI);

  return wsm_plugin_document_fail (
    self->document, wsm_plugin_element_get_line (child), WSM_PLUGIN_CONFIGURATION_ERROR_INVALID,
    "The element %s%s%s%s does not belong into %s; leave it out", (const char *) child->name,
    ours ? "" : " of the namespace \"", ours ? "" : uri, ours ? "" : "\"",
    (const char *) self->node->name);
}

static gboolean
is_in (const xmlAttr *attribute, const char *namespace_uri)
{
  const char *uri = attribute->ns != NULL ? (const char *) attribute->ns->href : NULL;

  return g_strcmp0 (uri, namespace_uri) == 0;
}

/* wsm_plugin_element_get: the value of an attribute; NULL if it is not there. */
const char *
wsm_plugin_element_get (WsmPluginElement *self, const char *namespace_uri, const char *name)
{
  const xmlAttr *attribute;
  guint index = 0;

  for (attribute = self->node->properties; attribute != NULL; attribute = attribute->next, index++)
    if (strcmp ((const char *) attribute->name, name) == 0 && is_in (attribute, namespace_uri))
      {
        self->used |= G_GUINT64_CONSTANT (1) << index;
        return wsm_xml_peek_text ((const xmlNode *) attribute, &self->document->arena);
      }

  return NULL;
}

static gboolean
has_controls (const char *text)
{
  for (const guchar *p = (const guchar *) text; *p != '\0'; p++)
    if (*p < 0x20 || *p == 0x7f)
      return TRUE;

  return FALSE;
}

/* wsm_plugin_element_read_text: a name, a path or the like: one line, and not empty if it has to be
 * there. */
gboolean
wsm_plugin_element_read_text (WsmPluginElement *self, const char *name, gboolean required,
                              char **text)
{
  const char *value = wsm_plugin_element_get (self, NULL, name);

  if (value == NULL && !required)
    return TRUE;
  if (value == NULL)
    return wsm_plugin_element_fail (self, "%s has no attribute %s; add it",
                                    (const char *) self->node->name, name);
  if (value[strspn (value, " ")] == '\0')
    return wsm_plugin_element_fail (self, "The attribute %s is empty; give it a value", name);
  if (has_controls (value))
    return wsm_plugin_element_fail (self, "The attribute %s has control characters; leave them out",
                                    name);

  g_free (*text);
  *text = g_strdup (value);

  return TRUE;
}

/* As much of a wrong value as a person needs to find it again. */
static char *
dup_shown (const char *text)
{
  g_autofree char *start = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), MAX_SHOWN));

  for (char *p = start; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      *p = ' ';

  return g_steal_pointer (&start);
}

static char *
dup_words (const WsmPluginWord *words)
{
  GString *text = g_string_new (NULL);

  for (; words->word != NULL; words++)
    {
      if (text->len > 0)
        g_string_append (text, words[1].word != NULL ? ", " : " or ");
      g_string_append (text, words->word);
    }

  return g_string_free (text, FALSE);
}

/* wsm_plugin_element_read_word: one of some words, in any case; an absent attribute changes
 * nothing. */
gboolean
wsm_plugin_element_read_word (WsmPluginElement *self, const char *namespace_uri, const char *name,
                              const WsmPluginWord *words, int *value)
{
  const char *text = wsm_plugin_element_get (self, namespace_uri, name);
  g_autofree char *allowed = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *stripped = NULL;

  if (text == NULL)
    return TRUE;

  stripped = g_strstrip (g_strdup (text));
  for (const WsmPluginWord *p = words; p->word != NULL; p++)
    if (g_ascii_strcasecmp (p->word, stripped) == 0)
      {
        *value = p->value;
        return TRUE;
      }

  allowed = dup_words (words);
  shown = dup_shown (text);

  return wsm_plugin_element_fail (self, "The attribute %s is \"%s\"; it can be %s", name, shown,
                                  allowed);
}

/* wsm_plugin_element_read_boolean: true, false, 1 or 0. */
gboolean
wsm_plugin_element_read_boolean (WsmPluginElement *self, const char *name, gboolean *value)
{
  return wsm_plugin_element_read_word (self, NULL, name, booleans, value);
}

/* Subtags of one to eight letters and digits, in the first of which are letters only (RFC 5646,
 * section 2.1); which ones there are is not looked up. */
static gboolean
is_language_tag (const char *text)
{
  g_auto (GStrv) subtags = g_strsplit (text, "-", -1);

  for (gsize i = 0; subtags[i] != NULL; i++)
    {
      gsize length = strlen (subtags[i]);

      if (length < 1 || length > 8)
        return FALSE;
      for (gsize j = 0; j < length; j++)
        if (!(i == 0 ? g_ascii_isalpha (subtags[i][j]) : g_ascii_isalnum (subtags[i][j])))
          return FALSE;
    }

  return subtags[0] != NULL;
}

/* wsm_plugin_element_read_language: xml:lang; an absent attribute changes nothing. */
gboolean
wsm_plugin_element_read_language (WsmPluginElement *self, char **language)
{
  const char *text = wsm_plugin_element_get (self, WSM_XML_URI, "lang");
  g_autofree char *shown = NULL;

  if (text == NULL)
    return TRUE;
  if (!is_language_tag (text))
    {
      shown = dup_shown (text);
      return wsm_plugin_element_fail (self,
                                      "The attribute xml:lang is \"%s\"; it can be a language tag, "
                                      "such as en or de-CH",
                                      shown);
    }

  g_free (*language);
  *language = g_strdup (text);

  return TRUE;
}

/* wsm_plugin_element_read_number: decimal digits; an absent attribute changes nothing. */
gboolean
wsm_plugin_element_read_number (WsmPluginElement *self, const char *name, guint32 min, guint32 max,
                                guint32 *value)
{
  const char *text = wsm_plugin_element_get (self, NULL, name);
  g_autofree char *stripped = NULL;
  guint64 number = 0;

  if (text == NULL)
    return TRUE;

  stripped = g_strstrip (g_strdup (text));
  if (!g_ascii_string_to_unsigned (stripped, 10, min, max, &number, NULL))
    {
      g_autofree char *shown = dup_shown (text);

      return wsm_plugin_element_fail (
        self, "The attribute %s is \"%s\"; it can be a number from %u to %u", name, shown, min,
        max);
    }
  *value = (guint32) number;

  return TRUE;
}

/* wsm_plugin_element_end_attributes: all that are known have been asked for. */
gboolean
wsm_plugin_element_end_attributes (WsmPluginElement *self)
{
  const xmlAttr *attribute;
  guint index = 0;

  for (attribute = self->node->properties; attribute != NULL; attribute = attribute->next, index++)
    if ((self->used >> index & 1) == 0)
      {
        const char *prefix = attribute->ns != NULL ? (const char *) attribute->ns->prefix : "";

        return wsm_plugin_element_fail (
          self, "The attribute %s%s%s does not belong to %s; leave it out", prefix,
          *prefix != '\0' ? ":" : "", (const char *) attribute->name,
          (const char *) self->node->name);
      }
  if (wsm_xml_has_text (self->node))
    return wsm_plugin_element_fail (self, "%s has text inside; leave it out",
                                    (const char *) self->node->name);

  return TRUE;
}

/* wsm_plugin_element_end: the same, and it has nothing inside. */
gboolean
wsm_plugin_element_end (WsmPluginElement *self)
{
  const xmlNode *child = wsm_xml_first_element (self->node);

  return wsm_plugin_element_end_attributes (self) &&
         (child == NULL || wsm_plugin_element_refuse_child (self, child));
}
