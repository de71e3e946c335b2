/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-xml-gate.h"

#include <string.h>

#include "wsm-wire-error.h"
#include "wsm-xml.h"

/* What the scan knows at one place of the text. It counts, it does not understand: whatever it lets
 * pass is still libxml2's to judge, but can no longer be made expensive. */
typedef struct
{
  const char *p;
  const char *end;
  guint depth;
  guint nodes;
  guint namespaces;
  guint8 declared[WSM_XML_MAX_DEPTH]; /* namespaces that each open element declared */
} Gate;

static gboolean
refuse (GError **error, WsmWireError code, const char *sentence)
{
  g_set_error_literal (error, WSM_WIRE_ERROR, code, sentence);

  return FALSE;
}

static gboolean
refuse_limit (GError **error, WsmWireError code, const char *what, guint limit)
{
  g_set_error (error, WSM_WIRE_ERROR, code,
               "The message has %s than the %u that are allowed; send a simpler one", what, limit);

  return FALSE;
}

static gboolean
refuse_end (GError **error)
{
  return refuse (error, WSM_WIRE_ERROR_MALFORMED,
                 "The message ends in the middle of its XML, so a part of it is missing; send it "
                 "again");
}

static gboolean
starts_with (const Gate *gate, const char *prefix, gsize length)
{
  return (gsize) (gate->end - gate->p) >= length && memcmp (gate->p, prefix, length) == 0;
}

static gboolean
count_node (Gate *gate, GError **error)
{
  if (++gate->nodes > WSM_XML_MAX_ELEMENTS)
    return refuse_limit (error, WSM_WIRE_ERROR_TOO_MANY_ELEMENTS, "more elements",
                         WSM_XML_MAX_ELEMENTS);

  return TRUE;
}

/* Moves behind a comment or a CDATA section, whose inside is text whatever it looks like. */
static gboolean
skip_section (Gate *gate, gsize opening, const char *closing, GError **error)
{
  const char *inside = gate->p + opening;
  const char *close = memmem (inside, gate->end - inside, closing, strlen (closing));

  if (close == NULL)
    return refuse_end (error);

  gate->p = close + strlen (closing);

  return count_node (gate, error);
}

static gboolean
scan_declaration (Gate *gate, GError **error)
{
  if (starts_with (gate, "<!--", 4))
    return skip_section (gate, 4, "-->", error);
  if (starts_with (gate, "<![CDATA[", 9))
    return skip_section (gate, 9, "]]>", error);

  return refuse (error, WSM_WIRE_ERROR_FORBIDDEN,
                 "The message has a document type or an entity declaration, which SOAP forbids; "
                 "leave it out");
}

static gboolean
refuse_unended_tag (Gate *gate, GError **error)
{
  if ((gsize) (gate->end - gate->p) <= WSM_XML_MAX_TAG)
    return refuse_end (error);

  return refuse_limit (error, WSM_WIRE_ERROR_TAG_TOO_LONG, "a tag with more octets",
                       WSM_XML_MAX_TAG);
}

static gboolean
scan_end_tag (Gate *gate, GError **error)
{
  gsize room = MIN ((gsize) (gate->end - gate->p), WSM_XML_MAX_TAG);
  const char *close = memchr (gate->p, '>', room);

  if (close == NULL)
    return refuse_unended_tag (gate, error);
  if (gate->depth == 0)
    return refuse (error, WSM_WIRE_ERROR_MALFORMED,
                   "The message closes an element that it never opened; correct its XML");

  gate->depth--;
  gate->namespaces -= gate->declared[gate->depth];
  gate->p = close + 1;

  return TRUE;
}

/* Each attribute has exactly one quoted value and each declaration begins with "xmlns" after white
 * space, or libxml2 stops right there; so these two can be counted without parsing names. */
static gboolean
scan_start_tag (Gate *gate, GError **error)
{
  const char *limit = gate->p + MIN ((gsize) (gate->end - gate->p), WSM_XML_MAX_TAG);
  const char *p = gate->p + 1;
  guint attributes = 0, namespaces = 0;

  for (; p < limit && *p != '>'; p++)
    {
      if (*p == '"' || *p == '\'')
        {
          const char *quote = memchr (p + 1, *p, limit - p - 1);

          if (quote == NULL)
            return refuse_unended_tag (gate, error);
          if (++attributes > WSM_XML_MAX_ATTRIBUTES)
            return refuse_limit (error, WSM_WIRE_ERROR_TOO_MANY_ATTRIBUTES,
                                 "a tag with more attributes", WSM_XML_MAX_ATTRIBUTES);
          p = quote;
        }
      else if (*p == '<')
        return refuse (error, WSM_WIRE_ERROR_MALFORMED,
                       "The message has a tag inside a tag; correct its XML");
      else if ((*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r') && limit - p > 5 &&
               memcmp (p + 1, "xmlns", 5) == 0)
        namespaces++;
    }

  if (p == limit)
    return refuse_unended_tag (gate, error);
  if (gate->namespaces + namespaces > WSM_XML_MAX_NAMESPACES)
    return refuse_limit (error, WSM_WIRE_ERROR_TOO_MANY_ATTRIBUTES, "more namespaces in force",
                         WSM_XML_MAX_NAMESPACES);
  if (gate->depth == WSM_XML_MAX_DEPTH)
    return refuse_limit (error, WSM_WIRE_ERROR_TOO_DEEP, "elements nested deeper",
                         WSM_XML_MAX_DEPTH);

  if (p[-1] != '/')
    {
      gate->declared[gate->depth++] = namespaces;
      gate->namespaces += namespaces;
    }
  gate->p = p + 1;

  return count_node (gate, error);
}

static gboolean
scan_markup (Gate *gate, GError **error)
{
  if (gate->end - gate->p < 2)
    return refuse_end (error);

  switch (gate->p[1])
    {
    case '!':
      return scan_declaration (gate, error);
    case '?':
      return refuse (error, WSM_WIRE_ERROR_FORBIDDEN,
                     "The message has a processing instruction, which SOAP forbids; leave it out");
    case '/':
      return scan_end_tag (gate, error);
    default:
      return scan_start_tag (gate, error);
    }
}

/* An XML declaration may open the text. What it says of the encoding is past: this is UTF-8 now. */
static gboolean
skip_xml_declaration (Gate *gate, GError **error)
{
  const char *close;

  if (!starts_with (gate, "<?xml", 5) || gate->end - gate->p < 6 ||
      strchr (" \t\r\n", gate->p[5]) == NULL)
    return TRUE;

  close = memmem (gate->p, gate->end - gate->p, "?>", 2);
  if (close == NULL)
    return refuse_end (error);
  if (close + 2 - gate->p > WSM_XML_MAX_TAG)
    return refuse_unended_tag (gate, error);

  gate->p = close + 2;

  return TRUE;
}

static gboolean
scan (Gate *gate, GError **error)
{
  const char *next;

  if (!skip_xml_declaration (gate, error))
    return FALSE;

  while ((next = memchr (gate->p, '<', gate->end - gate->p)) != NULL)
    {
      gate->p = next;
      if (!scan_markup (gate, error))
        return FALSE;
    }

  if (gate->depth > 0)
    return refuse_end (error);
  if (gate->nodes == 0)
    return refuse (error, WSM_WIRE_ERROR_MALFORMED,
                   "The message is not XML; send a SOAP 1.2 envelope");

  return TRUE;
}

/*
 * wsm_xml_gate_scan: wsm_xml_gate_check() for text that is known to be UTF-8 without NUL.
 */
gboolean
wsm_xml_gate_scan (const char *utf8, gsize length, GError **error)
{
  Gate gate = { .p = utf8, .end = utf8 + length };

  return scan (&gate, error);
}

/*
 * wsm_xml_gate_scan_at: the same; line (out) says where it stopped.
 */
gboolean
wsm_xml_gate_scan_at (const char *utf8, gsize length, guint *line, GError **error)
{
  Gate gate = { .p = utf8, .end = utf8 + length };
  gboolean ok = scan (&gate, error);

  *line = 1;
  for (const char *p = utf8; p < gate.p; p++)
    *line += *p == '\n';

  return ok;
}

/**
 * wsm_xml_gate_check:
 * @utf8: (array length=length): foreign text, not NUL-terminated
 * @length: its length in octets
 * @error: a #WsmWireError: %WSM_WIRE_ERROR_ENCODING, %WSM_WIRE_ERROR_FORBIDDEN,
 *   %WSM_WIRE_ERROR_MALFORMED, %WSM_WIRE_ERROR_TAG_TOO_LONG, %WSM_WIRE_ERROR_TOO_MANY_ATTRIBUTES,
 *   %WSM_WIRE_ERROR_TOO_DEEP, %WSM_WIRE_ERROR_TOO_MANY_ELEMENTS
 *
 * Refuses, in time that grows with @length only, what would make an XML parser slow or large, and
 * what SOAP 1.2 forbids anyway (Part 1, section 5: document types and processing instructions).
 * One start tag of 500 KiB costs libxml2 more than a minute. To pass does not mean to be
 * well-formed.
 *
 * Returns: whether a parser may see @utf8
 */
gboolean
wsm_xml_gate_check (const char *utf8, gsize length, GError **error)
{
  g_return_val_if_fail (utf8 != NULL, FALSE);

  if (length > 0 && !g_utf8_validate (utf8, length, NULL))
    return refuse (error, WSM_WIRE_ERROR_ENCODING,
                   "The message is not valid UTF-8; send it as UTF-8");

  return wsm_xml_gate_scan (utf8, length, error);
}
