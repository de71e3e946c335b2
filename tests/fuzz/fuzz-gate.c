/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include <libxml/tree.h>

#include "wsman/wire/wsm-xml-gate.h"
#include "wsman/wire/wsm-xml.h"

/* The gate counts without parsing. Here a parser counts as well: whatever it finds well-formed must
 * be within the limits, or the two read the same text differently. */
static guint
check_element (const xmlNode *element, guint depth)
{
  const xmlNode *child;
  guint elements = 1, attributes = 0;

  for (const xmlAttr *a = element->properties; a != NULL; a = a->next)
    attributes++;
  for (const xmlNs *ns = element->nsDef; ns != NULL; ns = ns->next)
    attributes++;
  g_assert_cmpuint (attributes, <=, WSM_XML_MAX_ATTRIBUTES);
  g_assert_cmpuint (depth, <=, WSM_XML_MAX_DEPTH);

  for (child = wsm_xml_first_element (element); child != NULL; child = wsm_xml_next_element (child))
    elements += check_element (child, depth + 1);

  return elements;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  const char *text = size > 0 ? (const char *) data : "";
  g_autoptr (GError) error = NULL;
  xmlDoc *doc;

  if (!wsm_xml_gate_check (text, size, &error))
    {
      g_assert_nonnull (error);
      return 0;
    }
  g_assert_no_error (error);

  doc = wsm_xml_read (text, size, NULL);
  if (doc != NULL)
    {
      g_assert_cmpuint (check_element (xmlDocGetRootElement (doc), 1), <=, WSM_XML_MAX_ELEMENTS);
      xmlFreeDoc (doc);
    }

  return 0;
}
