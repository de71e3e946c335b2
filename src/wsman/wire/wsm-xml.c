/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-xml.h"

#include <libxml/catalog.h>
#include <libxml/parser.h>
#include <string.h>

#include "wsm-shell-message.h"
#include "wsm-wire-error.h"

/* No NOENT (it reads file:///), no DTD of any kind, no HUGE, no RECOVER. */
#define PARSE_FLAGS                                                                                \
  (XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOXINCNODE | XML_PARSE_COMPACT |                \
   XML_PARSE_NOERROR | XML_PARSE_NOWARNING)

/* A parser keeps the names it has met. Ours are a few hundred; who sends others makes us forget. */
#define MAX_DICTIONARY_NAMES  2048
#define MAX_DICTIONARY_OCTETS (64 * 1024)

static const struct
{
  const char *uri;
  WsmNs ns;
} namespaces[] = {
  { WSM_SOAP_URI, WSM_NS_SOAP },
  { WSM_ADDRESSING_URI, WSM_NS_ADDRESSING },
  { WSM_WSMAN_URI, WSM_NS_WSMAN },
  { WSM_MICROSOFT_URI, WSM_NS_MICROSOFT },
  { WSM_XSI_URI, WSM_NS_XSI },
  { WSM_WSMAN_FAULT_URI, WSM_NS_WSMAN_FAULT },
  { "http://www.w3.org/XML/1998/namespace", WSM_NS_XML },
  { WSM_SHELL_URI, WSM_NS_SHELL },
  { WSM_TRANSFER_URI, WSM_NS_TRANSFER },
  { WSM_IDENTITY_URI, WSM_NS_IDENTITY },
  { "http://schemas.xmlsoap.org/soap/envelope/", WSM_NS_SOAP_1_1 },
  { "http://schemas.microsoft.com/wbem/wsman/1/machineid", WSM_NS_MACHINE_ID },
};

static xmlParserInputPtr
refuse_external (const char *url, const char *id, xmlParserCtxtPtr context)
{
  return NULL;
}

static void
free_context (gpointer data)
{
  xmlFreeParserCtxt (data);
}

static GPrivate this_thread = G_PRIVATE_INIT (free_context);

/* One parser per thread: making one costs as much as reading a message. */
static xmlParserCtxt *
get_context (void)
{
  static gsize initialised = 0;
  xmlParserCtxt *context;

  if (g_once_init_enter (&initialised))
    {
      xmlInitParser ();
      xmlSetExternalEntityLoader (refuse_external);
      xmlCatalogSetDefaults (XML_CATA_ALLOW_NONE);
      g_once_init_leave (&initialised, 1);
    }

  context = g_private_get (&this_thread);
  if (context == NULL || xmlDictSize (context->dict) > MAX_DICTIONARY_NAMES ||
      xmlDictGetUsage (context->dict) > MAX_DICTIONARY_OCTETS)
    {
      context = xmlNewParserCtxt ();
      if (context == NULL)
        g_error ("libxml2 has no memory for a parser");
      g_private_replace (&this_thread, context);
    }

  return context;
}

/*
 * wsm_xml_read_at: foreign text that passed the gate, as a tree.
 *
 * Errors: WSM_WIRE_ERROR_MALFORMED, WSM_WIRE_ERROR_FORBIDDEN; line (out) says where. Names of the
 * tree belong to the dictionary of this thread's parser, which the document keeps alive.
 */
xmlDoc *
wsm_xml_read_at (const char *utf8, gsize length, guint *line, GError **error)
{
  xmlParserCtxt *context = get_context ();
  xmlDoc *doc;
  gboolean well_formed;

  doc = xmlCtxtReadMemory (context, utf8, length, NULL, "UTF-8", PARSE_FLAGS);
  well_formed = doc != NULL && context->wellFormed && context->nsWellFormed;

  if (!well_formed)
    {
      const xmlError *cause = xmlCtxtGetLastError (context);

      *line = cause != NULL ? MAX (cause->line, 1) : 1;
      g_set_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_MALFORMED,
                   "The message is not well-formed XML (line %u); correct it and send it again",
                   *line);
    }
  else if (doc->intSubset != NULL || doc->extSubset != NULL)
    {
      well_formed = FALSE;
      *line = 1;
      g_set_error_literal (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_FORBIDDEN,
                           "The message has a document type, which SOAP forbids; leave it out");
    }

  if (!well_formed)
    g_clear_pointer (&doc, xmlFreeDoc);

  return doc;
}

/* wsm_xml_read: wsm_xml_read_at() for who does not ask where. */
xmlDoc *
wsm_xml_read (const char *utf8, gsize length, GError **error)
{
  guint line;

  return wsm_xml_read_at (utf8, length, &line, error);
}

static WsmNs
get_ns (xmlNs *ns)
{
  WsmNs found = WSM_NS_OTHER;

  if (ns == NULL || ns->href == NULL || *ns->href == '\0')
    return WSM_NS_NONE;
  if (ns->_private != NULL)
    return GPOINTER_TO_INT (ns->_private);

  for (gsize i = 0; i < G_N_ELEMENTS (namespaces); i++)
    if (strcmp ((const char *) ns->href, namespaces[i].uri) == 0)
      {
        found = namespaces[i].ns;
        break;
      }
  ns->_private = GINT_TO_POINTER (found);

  return found;
}

/* wsm_xml_get_ns: which of our namespaces an element is in. */
WsmNs
wsm_xml_get_ns (const xmlNode *node)
{
  return get_ns (node->ns);
}

/* wsm_xml_is: whether an element has this name in this namespace. */
gboolean
wsm_xml_is (const xmlNode *node, WsmNs ns, const char *name)
{
  return wsm_xml_get_ns (node) == ns && strcmp ((const char *) node->name, name) == 0;
}

/* wsm_xml_dup_namespace: the URI of an element's namespace; NULL if it is in none. */
const char *
wsm_xml_dup_namespace (const xmlNode *node, WsmArena *arena)
{
  const char *uri = node->ns != NULL ? (const char *) node->ns->href : NULL;
  char *copy, *end;

  if (uri == NULL || *uri == '\0')
    return NULL;

  /* Without NOENT libxml2 leaves this one reference in a declaration, and no other. */
  copy = end = wsm_arena_alloc (arena, strlen (uri) + 1);
  for (const char *p = uri; *p != '\0'; p++)
    {
      *end++ = *p;
      if (strncmp (p, "&#38;", 5) == 0)
        p += 4;
    }
  *end = '\0';

  return copy;
}

static const xmlNode *
skip_to_element (const xmlNode *node)
{
  while (node != NULL && node->type != XML_ELEMENT_NODE)
    node = node->next;

  return node;
}

/* wsm_xml_first_element, wsm_xml_next_element: children that are elements, in order. */
const xmlNode *
wsm_xml_first_element (const xmlNode *parent)
{
  return skip_to_element (parent->children);
}

const xmlNode *
wsm_xml_next_element (const xmlNode *node)
{
  return skip_to_element (node->next);
}

/* wsm_xml_find: the first child of this local name, whatever its namespace; NULL if there is none.
 */
const xmlNode *
wsm_xml_find (const xmlNode *parent, const char *name)
{
  const xmlNode *node;

  for (node = wsm_xml_first_element (parent); node != NULL; node = wsm_xml_next_element (node))
    if (strcmp ((const char *) node->name, name) == 0)
      return node;

  return NULL;
}

static gboolean
is_text (const xmlNode *node)
{
  return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* wsm_xml_has_text: whether anything but white space stands between the children. */
gboolean
wsm_xml_has_text (const xmlNode *parent)
{
  const xmlNode *node;
  const char *p;

  for (node = parent->children; node != NULL; node = node->next)
    if (is_text (node))
      for (p = (const char *) node->content; *p != '\0'; p++)
        if (!is_space (*p))
          return TRUE;

  return FALSE;
}

/* Comments split a text into several nodes. */
static const char *
join_text (const xmlNode *first, WsmArena *arena)
{
  const xmlNode *node;
  gsize size = 1;
  char *text, *end;

  for (node = first; node != NULL; node = node->next)
    if (is_text (node))
      size += strlen ((const char *) node->content);

  text = end = wsm_arena_alloc (arena, size);
  for (node = first; node != NULL; node = node->next)
    if (is_text (node))
      end = g_stpcpy (end, (const char *) node->content);
  *end = '\0';

  return text;
}

static const char *
dup_content (const xmlNode *first, WsmArena *arena)
{
  if (first == NULL)
    return "";
  if (first->next == NULL && is_text (first))
    return wsm_arena_add (arena, (const char *) first->content,
                          strlen ((const char *) first->content));

  return join_text (first, arena);
}

/* wsm_xml_peek_text: the text directly inside an element, for as long as tree and arena live. */
const char *
wsm_xml_peek_text (const xmlNode *node, WsmArena *arena)
{
  const xmlNode *first = node->children;

  if (first == NULL)
    return "";
  if (first->next == NULL && is_text (first))
    return (const char *) first->content;

  return join_text (first, arena);
}

/* wsm_xml_dup_text: the text directly inside an element, without that of its children. */
const char *
wsm_xml_dup_text (const xmlNode *node, WsmArena *arena)
{
  return dup_content (node->children, arena);
}

/* wsm_xml_dup_stripped: the same without white space around it. */
const char *
wsm_xml_dup_stripped (const xmlNode *node, WsmArena *arena)
{
  const xmlNode *first = node->children;
  const char *text;
  gsize length;

  if (first == NULL)
    return "";

  text = first->next == NULL && is_text (first) ? (const char *) first->content
                                                : join_text (first, arena);
  while (is_space (*text))
    text++;
  length = strlen (text);
  while (length > 0 && is_space (text[length - 1]))
    length--;

  return wsm_arena_add (arena, text, length);
}

static const xmlAttr *
find_attribute (const xmlNode *node, WsmNs ns, const char *name)
{
  const xmlAttr *attribute;

  for (attribute = node->properties; attribute != NULL; attribute = attribute->next)
    if (strcmp ((const char *) attribute->name, name) == 0 && get_ns (attribute->ns) == ns)
      return attribute;

  return NULL;
}

/* wsm_xml_dup_attribute: its value; NULL if the element does not have it. */
const char *
wsm_xml_dup_attribute (const xmlNode *node, WsmNs ns, const char *name, WsmArena *arena)
{
  const xmlAttr *attribute = find_attribute (node, ns, name);

  return attribute != NULL ? dup_content (attribute->children, arena) : NULL;
}

/* wsm_xml_is_true: whether an attribute is there and is one of the two words for true. */
gboolean
wsm_xml_is_true (const xmlNode *node, WsmNs ns, const char *name)
{
  const xmlAttr *attribute = find_attribute (node, ns, name);
  const char *text;
  gsize length;

  if (attribute == NULL || attribute->children == NULL || !is_text (attribute->children))
    return FALSE;

  text = (const char *) attribute->children->content;
  while (is_space (*text))
    text++;
  length = strcspn (text, " \t\r\n");
  if (text[length + strspn (text + length, " \t\r\n")] != '\0')
    return FALSE;

  return (length == 1 && text[0] == '1') || (length == 4 && memcmp (text, "true", 4) == 0);
}
