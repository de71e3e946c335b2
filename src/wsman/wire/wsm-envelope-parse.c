/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-envelope-private.h"

#include <string.h>

#include "wsm-fault-private.h"
#include "wsm-object-private.h"
#include "wsm-shell-message-private.h"
#include "wsm-wire-error.h"
#include "wsm-xml.h"

#define ROLE_NEXT     WSM_SOAP_URI "/role/next"
#define ROLE_ULTIMATE WSM_SOAP_URI "/role/ultimateReceiver"

#define MAX_LOCALE 64 /* octets of a language tag that is passed on */

/* How a header that we know is read. */
typedef enum
{
  READ_TEXT,
  READ_URI,
  READ_ENDPOINT,
  READ_LOCALE,
  READ_SELECTORS,
  READ_OPTIONS,
  READ_NOTHING, /* known, so mustUnderstand is met, but without a meaning here */
} HowToRead;

typedef struct
{
  WsmNs ns;
  const char *name;
  HowToRead how;
  WsmHeader slot;
} KnownHeader;

static const KnownHeader known_headers[] = {
  { WSM_NS_ADDRESSING, "To", READ_URI, WSM_HEADER_TO },
  { WSM_NS_WSMAN, "ResourceURI", READ_URI, WSM_HEADER_RESOURCE_URI },
  { WSM_NS_ADDRESSING, "ReplyTo", READ_ENDPOINT, WSM_HEADER_REPLY_TO },
  { WSM_NS_ADDRESSING, "Action", READ_URI, WSM_HEADER_ACTION },
  { WSM_NS_WSMAN, "MaxEnvelopeSize", READ_TEXT, WSM_HEADER_MAX_ENVELOPE_SIZE },
  { WSM_NS_ADDRESSING, "MessageID", READ_URI, WSM_HEADER_MESSAGE_ID },
  { WSM_NS_ADDRESSING, "RelatesTo", READ_URI, WSM_HEADER_RELATES_TO },
  { WSM_NS_WSMAN, "Locale", READ_LOCALE, WSM_HEADER_LOCALE },
  { WSM_NS_MICROSOFT, "DataLocale", READ_LOCALE, WSM_HEADER_DATA_LOCALE },
  { WSM_NS_MICROSOFT, "SessionId", READ_TEXT, WSM_HEADER_SESSION_ID },
  { WSM_NS_MICROSOFT, "OperationID", READ_TEXT, WSM_HEADER_OPERATION_ID },
  { WSM_NS_MICROSOFT, "SequenceId", READ_TEXT, WSM_HEADER_SEQUENCE_ID },
  { WSM_NS_WSMAN, "OperationTimeout", READ_TEXT, WSM_HEADER_OPERATION_TIMEOUT },
  { WSM_NS_WSMAN, "SelectorSet", READ_SELECTORS, 0 },
  { WSM_NS_WSMAN, "OptionSet", READ_OPTIONS, 0 },
  { WSM_NS_ADDRESSING, "FaultTo", READ_ENDPOINT, WSM_HEADER_FAULT_TO },
  { WSM_NS_ADDRESSING, "From", READ_NOTHING, 0 },
  { WSM_NS_MICROSOFT, "ActivityId", READ_NOTHING, 0 },
  { WSM_NS_MACHINE_ID, "MachineID", READ_NOTHING, 0 },
};

static gboolean
refuse_schema (GError **error, const char *sentence)
{
  g_set_error_literal (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_SCHEMA, sentence);

  return FALSE;
}

/* The first reason stands; it is the fault that wsm_envelope_check_request() will give. */
static void
set_refusal (WsmEnvelope *self, WsmFault *fault)
{
  if (self->refusal == NULL)
    self->refusal = fault;
  else
    wsm_fault_unref (fault);
}

static gboolean
read_uri (WsmEnvelope *self, const xmlNode *node, const KnownHeader *header)
{
  const char *text = wsm_xml_dup_stripped (node, &self->arena);

  if (strlen (text) > WSM_MAX_URI)
    set_refusal (self, wsm_fault_new (WSM_FAULT_URI_LIMIT,
                                      "The header %s is longer than %u octets; shorten it.",
                                      header->name, WSM_MAX_URI));
  /* An empty header says as much as none. */
  self->headers[header->slot] = *text != '\0' ? text : NULL;

  return TRUE;
}

static gboolean
read_text (WsmEnvelope *self, const xmlNode *node, const KnownHeader *header, GError **error)
{
  if (wsm_xml_first_element (node) != NULL)
    {
      g_set_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_SCHEMA,
                   "The header %s has elements inside, where text belongs; correct it",
                   header->name);
      return FALSE;
    }
  if (header->how == READ_URI)
    return read_uri (self, node, header);

  self->headers[header->slot] = wsm_xml_dup_stripped (node, &self->arena);

  return TRUE;
}

static gboolean
read_endpoint (WsmEnvelope *self, const xmlNode *node, const KnownHeader *header)
{
  const xmlNode *child;

  for (child = wsm_xml_first_element (node); child != NULL; child = wsm_xml_next_element (child))
    if (wsm_xml_is (child, WSM_NS_ADDRESSING, "Address"))
      return read_uri (self, child, header);

  return TRUE;
}

/* w:SelectorSet and w:OptionSet: names in an attribute, values inside (DSP0226, sections 5.1.2.2
 * and 6.4). */
static gboolean
read_set (WsmEnvelope *self, const xmlNode *node, const char *item, guint limit, WsmFaultKind kind,
          WsmObject **set, GError **error)
{
  const xmlNode *child;
  guint n = 0;

  *set = wsm_object_new (WSM_WSMAN_URI, (const char *) node->name);
  for (child = wsm_xml_first_element (node); child != NULL; child = wsm_xml_next_element (child))
    {
      const char *name = wsm_xml_dup_attribute (child, WSM_NS_NONE, "Name", &self->arena);

      if (!wsm_xml_is (child, WSM_NS_WSMAN, item) || name == NULL || *name == '\0')
        {
          g_set_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_SCHEMA,
                       "The header %s has something else than w:%s with a Name; correct it",
                       (const char *) node->name, item);
          return FALSE;
        }
      if (++n > limit)
        {
          set_refusal (self, wsm_fault_new (kind,
                                            "The header %s has more than the %u parts that are "
                                            "allowed; send fewer.",
                                            (const char *) node->name, limit));
          return TRUE;
        }
      if (kind == WSM_FAULT_OPTION_LIMIT && wsm_xml_is_true (child, WSM_NS_NONE, "MustComply"))
        self->must_comply |= G_GUINT64_CONSTANT (1) << (n - 1);
      wsm_object_add_element (*set, name, child);
    }

  return TRUE;
}

/* What the client's people speak. Only the locale of texts may not be insisted upon. */
static gboolean
read_locale (WsmEnvelope *self, const xmlNode *node, const KnownHeader *header)
{
  const char *tag = wsm_xml_dup_attribute (node, WSM_NS_XML, "lang", &self->arena);

  if (tag != NULL && strlen (tag) <= MAX_LOCALE && *tag != '\0')
    self->headers[header->slot] = tag;
  if (header->slot == WSM_HEADER_LOCALE)
    self->must_understand_locale = wsm_xml_is_true (node, WSM_NS_SOAP, "mustUnderstand");

  return TRUE;
}

static gboolean
read_header (WsmEnvelope *self, const xmlNode *node, const KnownHeader *header, GError **error)
{
  switch (header->how)
    {
    case READ_TEXT:
    case READ_URI:
      return read_text (self, node, header, error);
    case READ_ENDPOINT:
      return read_endpoint (self, node, header);
    case READ_LOCALE:
      return read_locale (self, node, header);
    case READ_SELECTORS:
      return read_set (self, node, "Selector", WSM_MAX_SELECTORS, WSM_FAULT_SELECTOR_LIMIT,
                       &self->selectors, error);
    case READ_OPTIONS:
      self->must_understand_options = wsm_xml_is_true (node, WSM_NS_SOAP, "mustUnderstand");
      return read_set (self, node, "Option", WSM_MAX_OPTIONS, WSM_FAULT_OPTION_LIMIT,
                       &self->options, error);
    case READ_NOTHING:
    default:
      return TRUE;
    }
}

/* SOAP 1.2 Part 1, section 2.2: a header for another role is none of our business. */
static gboolean
is_for_us (WsmEnvelope *self, const xmlNode *node)
{
  const char *role = wsm_xml_dup_attribute (node, WSM_NS_SOAP, "role", &self->arena);

  return role == NULL || *role == '\0' || strcmp (role, ROLE_ULTIMATE) == 0 ||
         strcmp (role, ROLE_NEXT) == 0;
}

static const KnownHeader *
find_known (const xmlNode *node)
{
  WsmNs ns = wsm_xml_get_ns (node);

  if (ns == WSM_NS_OTHER || ns == WSM_NS_NONE)
    return NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (known_headers); i++)
    if (known_headers[i].ns == ns && strcmp (known_headers[i].name, (const char *) node->name) == 0)
      return &known_headers[i];

  return NULL;
}

static gboolean
parse_header (WsmEnvelope *self, const xmlNode *node, guint32 *seen, GError **error)
{
  const KnownHeader *known;
  guint32 bit;

  if (!is_for_us (self, node))
    return TRUE;

  known = find_known (node);
  if (known == NULL)
    {
      if (wsm_xml_is_true (node, WSM_NS_SOAP, "mustUnderstand"))
        {
          /* Before all others: who does not understand a header may not judge the rest. */
          g_clear_pointer (&self->refusal, wsm_fault_unref);
          self->refusal = wsm_fault_new_not_understood (wsm_xml_dup_namespace (node, &self->arena),
                                                        (const char *) node->name);
        }
      return TRUE;
    }

  bit = 1u << (known - known_headers);
  if ((*seen & bit) != 0)
    {
      g_set_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_SCHEMA,
                   "The header %s is there twice; leave one of them out", known->name);
      return FALSE;
    }
  *seen |= bit;

  return read_header (self, node, known, error);
}
G_STATIC_ASSERT (G_N_ELEMENTS (known_headers) <= 32);

static gboolean
parse_headers (WsmEnvelope *self, const xmlNode *headers, GError **error)
{
  const xmlNode *node;
  guint32 seen = 0;

  if (wsm_xml_has_text (headers))
    return refuse_schema (error, "The message has text between its headers; leave it out");

  for (node = wsm_xml_first_element (headers); node != NULL; node = wsm_xml_next_element (node))
    if (!parse_header (self, node, &seen, error))
      return FALSE;

  return TRUE;
}

/* Some products answer in a namespace of their own, even in that of SOAP: local names decide. */
static WsmIdentifyResponse *
parse_identify_response (WsmEnvelope *self, const xmlNode *node)
{
  WsmIdentifyResponse *response = g_new0 (WsmIdentifyResponse, 1);
  g_autoptr (GPtrArray) profiles = g_ptr_array_new_with_free_func (g_free);
  const xmlNode *child, *profile;

  for (child = wsm_xml_first_element (node); child != NULL; child = wsm_xml_next_element (child))
    {
      const char *name = (const char *) child->name;
      char **slot = NULL;

      if (strcmp (name, "ProtocolVersion") == 0)
        slot = &response->protocol_version;
      else if (strcmp (name, "ProductVendor") == 0)
        slot = &response->product_vendor;
      else if (strcmp (name, "ProductVersion") == 0)
        slot = &response->product_version;
      else if (strcmp (name, "SecurityProfiles") == 0)
        for (profile = wsm_xml_first_element (child); profile != NULL;
             profile = wsm_xml_next_element (profile))
          g_ptr_array_add (profiles, g_strdup (wsm_xml_dup_stripped (profile, &self->arena)));

      /* A service may speak several versions; the first is the one it prefers. */
      if (slot != NULL && *slot == NULL)
        *slot = g_strdup (wsm_xml_dup_stripped (child, &self->arena));
    }

  if (profiles->len > 0)
    {
      g_ptr_array_add (profiles, NULL);
      response->security_profiles = (char **) g_ptr_array_free (g_steal_pointer (&profiles), FALSE);
    }

  return response;
}

/* What is wrong in a request is told in an answer to it; what is wrong in an answer ends its
 * reading.
 */
static gboolean
parse_shell (WsmEnvelope *self, const xmlNode *first, GError **error)
{
  gboolean is_reply = self->headers[WSM_HEADER_RELATES_TO] != NULL;
  g_autoptr (GError) problem = NULL;

  self->shell = wsm_shell_message_new_from_element (first, is_reply, &self->arena, &problem);
  self->body_kind = self->shell != NULL ? WSM_BODY_SHELL : WSM_BODY_EMPTY;
  if (problem == NULL)
    return TRUE;

  if (is_reply || (self->shell != NULL && wsm_shell_message_is_answer (self->shell->kind)))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  self->body_refusal = wsm_fault_new_for_wire_error (problem);

  return TRUE;
}

static gboolean
parse_body (WsmEnvelope *self, const xmlNode *body, GError **error)
{
  const xmlNode *child = wsm_xml_first_element (body);
  const xmlNode *second = child != NULL ? wsm_xml_next_element (child) : NULL;

  /* A new shell is described behind its endpoint. */
  if (second != NULL && wsm_xml_is (child, WSM_NS_TRANSFER, "ResourceCreated"))
    second = wsm_xml_next_element (second);

  if (wsm_xml_has_text (body) || second != NULL)
    return refuse_schema (error, "The body of the message has more than one element; send one");

  if (child == NULL)
    {
      self->body_kind = WSM_BODY_EMPTY;
    }
  else if (wsm_xml_is (child, WSM_NS_SOAP, "Fault"))
    {
      self->body_kind = WSM_BODY_FAULT;
      self->fault = wsm_fault_new_from_element (child);
    }
  else if (wsm_xml_is (child, WSM_NS_IDENTITY, "Identify"))
    {
      self->body_kind = WSM_BODY_IDENTIFY;
    }
  else if (strcmp ((const char *) child->name, "IdentifyResponse") == 0)
    {
      self->body_kind = WSM_BODY_IDENTIFY_RESPONSE;
      self->identify = parse_identify_response (self, child);
    }
  else if (wsm_shell_message_is_body (child))
    {
      return parse_shell (self, child, error);
    }
  else
    {
      self->body_kind = WSM_BODY_OBJECT;
      self->object = wsm_object_new_from_element (child);
    }

  return TRUE;
}

static gboolean
check_root (const xmlNode *root, GError **error)
{
  if (wsm_xml_is (root, WSM_NS_SOAP, "Envelope"))
    return TRUE;

  if (wsm_xml_is (root, WSM_NS_SOAP_1_1, "Envelope"))
    g_set_error_literal (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_SOAP_VERSION,
                         "The message is a SOAP 1.1 envelope, but WS-Management uses SOAP 1.2; "
                         "send that");
  else
    g_set_error_literal (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_NOT_SOAP,
                         "The message is XML but not a SOAP 1.2 envelope; check that the other "
                         "side speaks WS-Management");

  return FALSE;
}

static gboolean
parse_envelope (WsmEnvelope *self, const xmlNode *root, GError **error)
{
  const xmlNode *headers = NULL, *body;

  if (!check_root (root, error))
    return FALSE;

  body = wsm_xml_first_element (root);
  if (body != NULL && wsm_xml_is (body, WSM_NS_SOAP, "Header"))
    {
      headers = body;
      body = wsm_xml_next_element (body);
    }
  if (body == NULL || !wsm_xml_is (body, WSM_NS_SOAP, "Body") ||
      wsm_xml_next_element (body) != NULL || wsm_xml_has_text (root))
    return refuse_schema (error, "The envelope is not one Header and one Body; correct it");

  if ((headers != NULL && !parse_headers (self, headers, error)) || !parse_body (self, body, error))
    return FALSE;

  self->is_reply = self->headers[WSM_HEADER_RELATES_TO] != NULL ||
                   self->body_kind == WSM_BODY_FAULT ||
                   self->body_kind == WSM_BODY_IDENTIFY_RESPONSE;

  return TRUE;
}

/**
 * wsm_envelope_parse:
 * @bytes: one message, decrypted, at most %WSM_MAX_ENVELOPE_SIZE octets
 * @declared: the charset of its Content-Type
 * @error: any #WsmWireError but %WSM_WIRE_ERROR_VALUE and %WSM_WIRE_ERROR_ABSENT
 *
 * Reads a request or an answer (SOAP 1.2 Part 1, section 5; DSP0226). Length, encoding and the
 * limits of wsm_xml_gate_check() come before an XML parser sees anything. A request that is read
 * still has to pass wsm_envelope_check_request().
 *
 * Returns: (transfer full): the message; %NULL with @error set otherwise
 */
WsmEnvelope *
wsm_envelope_parse (GBytes *bytes, WsmCharset declared, GError **error)
{
  g_autoptr (WsmEnvelope) self = NULL;
  g_autoptr (GBytes) utf8 = NULL;
  WsmCharset charset;
  const char *text;
  gsize length;
  xmlDoc *doc;
  gboolean ok;

  g_return_val_if_fail (bytes != NULL, NULL);

  if (g_bytes_get_size (bytes) > WSM_MAX_ENVELOPE_SIZE)
    {
      g_set_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_TOO_LARGE,
                   "The message has %" G_GSIZE_FORMAT " octets, more than the %u that are allowed; "
                   "send a smaller one",
                   g_bytes_get_size (bytes), WSM_MAX_ENVELOPE_SIZE);
      return NULL;
    }

  utf8 = wsm_charset_decode (bytes, declared, &charset, error);
  if (utf8 == NULL)
    return NULL;

  text = g_bytes_get_data (utf8, &length);
  if (!wsm_xml_gate_scan (text != NULL ? text : "", length, error))
    return NULL;

  doc = wsm_xml_read (text, length, error);
  if (doc == NULL)
    return NULL;

  self = wsm_envelope_alloc (charset, WSM_BODY_EMPTY);
  ok = parse_envelope (self, xmlDocGetRootElement (doc), error);
  xmlFreeDoc (doc);

  return ok ? g_steal_pointer (&self) : NULL;
}
