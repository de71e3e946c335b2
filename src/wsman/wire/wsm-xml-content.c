/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libxml/xmlsave.h>
#include <string.h>

#include "wsm-wire-error.h"
#include "wsm-xml-gate.h"
#include "wsm-xml.h"

/* As deep as foreign elements stand in a message of ours, at the most, so that the reader's limit
 * of depth is kept as well. */
#define OPEN    "<c><c><c><c><c><c><c><c>"
#define CLOSE   "</c></c></c></c></c></c></c></c>"
#define WRAPPED 8

static const char *
skip_declaration (const char *xml)
{
  const char *close;

  xml += strspn (xml, " \t\r\n");
  if (strncmp (xml, "<?xml", 5) != 0 || xml[5] == '\0' || strchr (" \t\r\n", xml[5]) == NULL)
    return xml;

  close = strstr (xml, "?>");

  return close != NULL ? close + 2 : xml;
}

/* What closes an element that it did not open, to open another one behind, is seen by its sisters.
 */
static gboolean
stays_inside (xmlDoc *doc)
{
  const xmlNode *node = xmlDocGetRootElement (doc);

  for (guint i = 1; i < WRAPPED; i++)
    {
      if (node->children == NULL || node->children->next != NULL)
        return FALSE;
      node = node->children;
    }

  return TRUE;
}

/*
 * wsm_xml_dup_content: foreign XML that is to go into a message of ours as it is, without its XML
 * declaration.
 *
 * It has to be well-formed by itself, which also means that it declares its namespaces. Errors are
 * those of wsm_xml_gate_check() and wsm_xml_read().
 */
char *
wsm_xml_dup_content (const char *xml, GError **error)
{
  g_autofree char *wrapped = NULL;
  gboolean inside;
  xmlDoc *doc;

  xml = skip_declaration (xml);
  wrapped = g_strconcat (OPEN, xml, CLOSE, NULL);
  if (!wsm_xml_gate_check (wrapped, strlen (wrapped), error))
    return NULL;

  doc = wsm_xml_read (wrapped, strlen (wrapped), error);
  if (doc == NULL)
    return NULL;
  inside = stays_inside (doc);
  xmlFreeDoc (doc);
  if (!inside)
    {
      g_set_error_literal (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_MALFORMED,
                           "The message closes an element that it never opened; correct its XML");
      return NULL;
    }

  return g_strdup (xml);
}

/* The copy declares the namespaces that it uses, wherever they were declared. */
static xmlBuffer *
save (const xmlNode *node)
{
  xmlNode *copy = xmlDocCopyNode ((xmlNode *) node, node->doc, 1);
  xmlBuffer *buffer = xmlBufferCreate ();
  xmlSaveCtxt *context;

  context = xmlSaveToBuffer (buffer, "UTF-8", XML_SAVE_NO_DECL | XML_SAVE_AS_XML);
  if (context != NULL)
    {
      xmlSaveTree (context, copy);
      xmlSaveClose (context);
    }
  xmlFreeNode (copy);

  return buffer;
}

/*
 * wsm_xml_dup_element: one element of a message as XML that stands by itself; NULL if it cannot.
 *
 * libxml2 writes the URI of a namespace as it is, whatever is in it, so what it wrote is read
 * again.
 */
char *
wsm_xml_dup_element (const xmlNode *node)
{
  xmlBuffer *buffer = save (node);
  const char *text = (const char *) xmlBufferContent (buffer);
  char *copy = text != NULL ? wsm_xml_dup_content (text, NULL) : NULL;

  xmlBufferFree (buffer);

  return copy;
}
