/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-envelope-private.h"

#include <string.h>

#include "wsm-fault-private.h"
#include "wsm-object-private.h"
#include "wsm-shell-message-private.h"
#include "wsm-xml-write.h"
#include "wsm-xml.h"

/* Most messages fit without growing. */
#define USUAL_SIZE 2048

static void
put_root (GString *xml, gboolean is_reply)
{
  wsm_put (xml, "<s:Envelope ");
  if (is_reply)
    wsm_put (xml, "xml:lang=\"en-US\" ");
  wsm_put (xml, "xmlns:s=\"" WSM_SOAP_URI "\" xmlns:a=\"" WSM_ADDRESSING_URI
                "\" xmlns:w=\"" WSM_WSMAN_URI "\" xmlns:p=\"" WSM_MICROSOFT_URI "\">");
}

static void
put_set (GString *xml, WsmObject *set, const char *opening, const char *item)
{
  guint n;

  if (set == NULL)
    return;

  g_string_append (xml, opening);
  n = wsm_object_get_n_values (set);
  for (guint i = 0; i < n; i++)
    {
      const char *text = wsm_object_get_value (set, i);

      g_string_append_printf (xml, "<w:%s Name=\"", item);
      wsm_put_attribute (xml, wsm_object_get_value_name (set, i));
      if (text == NULL)
        wsm_put (xml, "\" xmlns:xsi=\"" WSM_XSI_URI "\" xsi:nil=\"true");
      wsm_put (xml, "\">");
      if (text != NULL)
        wsm_put_escaped (xml, text);
      g_string_append_printf (xml, "</w:%s>", item);
    }
  g_string_append_printf (xml, "</w:%sSet>", item);
}

/* In the order of the native client, winrm-wire-protocol.md section 3.1. */
static void
put_request_headers (GString *xml, WsmEnvelope *self)
{
  const char *const *headers = self->headers;

  wsm_put_element (xml, "a:To", "", headers[WSM_HEADER_TO]);
  wsm_put_element (xml, "w:ResourceURI", " s:mustUnderstand=\"true\"",
                   headers[WSM_HEADER_RESOURCE_URI]);
  if (headers[WSM_HEADER_REPLY_TO] != NULL)
    {
      wsm_put (xml, "<a:ReplyTo>");
      wsm_put_element (xml, "a:Address", " s:mustUnderstand=\"true\"",
                       headers[WSM_HEADER_REPLY_TO]);
      wsm_put (xml, "</a:ReplyTo>");
    }
  wsm_put_element (xml, "a:Action", " s:mustUnderstand=\"true\"", headers[WSM_HEADER_ACTION]);
  wsm_put_element (xml, "w:MaxEnvelopeSize", " s:mustUnderstand=\"true\"",
                   headers[WSM_HEADER_MAX_ENVELOPE_SIZE]);
  wsm_put_element (xml, "a:MessageID", "", headers[WSM_HEADER_MESSAGE_ID]);
  wsm_put (xml, "<w:Locale xml:lang=\"en-US\" s:mustUnderstand=\"false\"/>"
                "<p:DataLocale xml:lang=\"en-US\" s:mustUnderstand=\"false\"/>");
  wsm_put_element (xml, "p:SessionId", " s:mustUnderstand=\"false\"",
                   headers[WSM_HEADER_SESSION_ID]);
  wsm_put_element (xml, "p:OperationID", " s:mustUnderstand=\"false\"",
                   headers[WSM_HEADER_OPERATION_ID]);
  wsm_put_element (xml, "p:SequenceId", " s:mustUnderstand=\"false\"",
                   headers[WSM_HEADER_SEQUENCE_ID]);
  wsm_put_element (xml, "w:OperationTimeout", "", headers[WSM_HEADER_OPERATION_TIMEOUT]);
  put_set (xml, self->options, "<w:OptionSet s:mustUnderstand=\"true\">", "Option");
  put_set (xml, self->selectors, "<w:SelectorSet>", "Selector");
}

static void
put_fault_headers (GString *xml, const WsmFault *fault)
{
  const char *namespace_uri;
  const char *name = wsm_fault_get_not_understood (fault, &namespace_uri);

  if (name != NULL)
    {
      wsm_put (xml, "<s:NotUnderstood");
      if (namespace_uri != NULL)
        {
          wsm_put (xml, " xmlns:u=\"");
          wsm_put_attribute (xml, namespace_uri);
          g_string_append_c (xml, '"');
        }
      g_string_append_printf (xml, " qname=\"%s%s\"/>", namespace_uri != NULL ? "u:" : "", name);
    }
  if (wsm_fault_get_kind (fault) == WSM_FAULT_VERSION_MISMATCH)
    wsm_put (xml, "<s:Upgrade><s:SupportedEnvelope qname=\"s:Envelope\"/></s:Upgrade>");
}

static void
put_reply_headers (GString *xml, WsmEnvelope *self)
{
  const char *const *headers = self->headers;

  wsm_put_element (xml, "a:Action", "", headers[WSM_HEADER_ACTION]);
  wsm_put_element (xml, "a:MessageID", "", headers[WSM_HEADER_MESSAGE_ID]);
  wsm_put_element (xml, "p:OperationID", "", headers[WSM_HEADER_OPERATION_ID]);
  wsm_put_element (xml, "p:SequenceId", "", headers[WSM_HEADER_SEQUENCE_ID]);
  wsm_put_element (xml, "a:To", "", headers[WSM_HEADER_TO]);
  wsm_put_element (xml, "a:RelatesTo", "", headers[WSM_HEADER_RELATES_TO]);
  if (self->fault != NULL)
    put_fault_headers (xml, self->fault);
}

/* An element named like its class is an instance and says so (DSP0230, section 7.2.1); the _INPUT
 * and _OUTPUT of a method are not. */
static gboolean
is_instance (const WsmObject *object)
{
  const char *namespace_uri = wsm_object_get_namespace_uri (object);
  const char *class = namespace_uri != NULL ? strrchr (namespace_uri, '/') : NULL;

  return class != NULL && strstr (namespace_uri, "/wmi/") != NULL &&
         strcmp (class + 1, wsm_object_get_name (object)) == 0;
}

static void
put_object_start (GString *xml, const WsmObject *object, gboolean prefixed)
{
  const char *name = wsm_object_get_name (object);
  gboolean instance = prefixed && is_instance (object);

  g_string_append (xml, prefixed ? "<p:" : "<");
  g_string_append (xml, name);
  if (instance || wsm_object_has_kind (object, WSM_VALUE_NIL) ||
      wsm_object_has_kind (object, WSM_VALUE_COMPLEX))
    wsm_put (xml, " xmlns:xsi=\"" WSM_XSI_URI "\"");
  if (prefixed)
    {
      wsm_put (xml, " xmlns:p=\"");
      wsm_put_attribute (xml, wsm_object_get_namespace_uri (object));
      g_string_append_c (xml, '"');
    }
  if (wsm_object_has_kind (object, WSM_VALUE_DATETIME))
    wsm_put (xml, " xmlns:cim=\"" WSM_CIM_URI "\"");
  if (instance)
    g_string_append_printf (xml, " xsi:type=\"p:%s_Type\"", name);
  g_string_append_c (xml, '>');
}

/* A value whose elements were not read cannot be repeated: it goes on as null. */
static void
put_value (GString *xml, const WsmObject *object, guint index, const char *prefix)
{
  const char *name = wsm_object_get_value_name (object, index);
  const char *text = wsm_object_get_value (object, index);

  g_string_append_c (xml, '<');
  g_string_append (xml, prefix);
  g_string_append (xml, name);
  if (text == NULL)
    {
      wsm_put (xml, " xsi:nil=\"true\"/>");
      return;
    }

  g_string_append_c (xml, '>');
  if (wsm_object_is_datetime (object, index))
    wsm_put_element (xml, "cim:Datetime", "", text);
  else
    wsm_put_escaped (xml, text);
  wsm_put (xml, "</");
  g_string_append (xml, prefix);
  g_string_append (xml, name);
  g_string_append_c (xml, '>');
}

static void
put_object (GString *xml, const WsmObject *object)
{
  const char *prefix = wsm_object_get_namespace_uri (object) != NULL ? "p:" : "";
  guint n = wsm_object_get_n_values (object);

  put_object_start (xml, object, *prefix != '\0');
  for (guint i = 0; i < n; i++)
    put_value (xml, object, i, prefix);
  wsm_put (xml, "</");
  g_string_append (xml, prefix);
  g_string_append (xml, wsm_object_get_name (object));
  g_string_append_c (xml, '>');
}

static void
put_identify_response (GString *xml, const WsmIdentifyResponse *response)
{
  wsm_put (xml, "<wsmid:IdentifyResponse xmlns:wsmid=\"" WSM_IDENTITY_URI "\">");
  wsm_put_element (xml, "wsmid:ProtocolVersion", "", response->protocol_version);
  wsm_put_element (xml, "wsmid:ProductVendor", "", response->product_vendor);
  wsm_put_element (xml, "wsmid:ProductVersion", "", response->product_version);
  if (response->security_profiles != NULL)
    {
      wsm_put (xml, "<wsmid:SecurityProfiles>");
      for (char **p = response->security_profiles; *p != NULL; p++)
        wsm_put_element (xml, "wsmid:SecurityProfileName", "", *p);
      wsm_put (xml, "</wsmid:SecurityProfiles>");
    }
  wsm_put (xml, "</wsmid:IdentifyResponse>");
}

static void
put_fault_code (GString *xml, const WsmFault *fault)
{
  const char *subcode = wsm_fault_get_subcode (fault);
  WsmNs ns = wsm_fault_get_subcode_ns (fault);

  wsm_put (xml, "<s:Code><s:Value>s:");
  if (ns == WSM_NS_SOAP)
    {
      wsm_put_escaped (xml, subcode != NULL ? subcode : "Sender");
      wsm_put (xml, "</s:Value></s:Code>");
      return;
    }

  g_string_append (xml, wsm_fault_is_receiver (fault) ? "Receiver" : "Sender");
  wsm_put (xml, "</s:Value>");
  if (subcode != NULL)
    {
      wsm_put (xml, "<s:Subcode><s:Value>");
      g_string_append (xml, ns == WSM_NS_ADDRESSING ? "a:" : "w:");
      wsm_put_escaped (xml, subcode);
      wsm_put (xml, "</s:Value></s:Subcode>");
    }
  wsm_put (xml, "</s:Code>");
}

/* Where a plug-in has words of its own, they stand in the place of ours. */
static void
put_fault_message (GString *xml, const WsmFault *fault)
{
  const char *provider;
  const char *content = wsm_fault_get_provider_content (fault, &provider);

  if (content == NULL)
    {
      wsm_put_element (xml, "f:Message", "", wsm_fault_get_reason (fault));
      return;
    }

  wsm_put (xml, "<f:Message><f:ProviderFault provider=\"");
  wsm_put_attribute (xml, provider);
  wsm_put (xml, "\">");
  g_string_append (xml, content);
  wsm_put (xml, "</f:ProviderFault></f:Message>");
}

/* winrm-wire-protocol.md, section 4.1; without Machine, which tells a stranger our name. */
static void
put_fault (GString *xml, const WsmFault *fault)
{
  const char *detail = wsm_fault_get_detail (fault);
  guint32 code = wsm_fault_get_code (fault);

  wsm_put (xml, "<s:Fault>");
  put_fault_code (xml, fault);
  wsm_put (xml, "<s:Reason>");
  wsm_put_element (xml, "s:Text", " xml:lang=\"en-US\"", wsm_fault_get_reason (fault));
  wsm_put (xml, "</s:Reason>");
  if (detail != NULL || code != 0)
    {
      wsm_put (xml, "<s:Detail>");
      if (detail != NULL)
        {
          wsm_put (xml, "<w:FaultDetail>" WSM_FAULT_DETAIL_URI);
          wsm_put_escaped (xml, detail);
          wsm_put (xml, "</w:FaultDetail>");
        }
      if (code != 0)
        {
          g_string_append_printf (xml, "<f:WSManFault xmlns:f=\"%s\" Code=\"%u\">",
                                  WSM_WSMAN_FAULT_URI, code);
          put_fault_message (xml, fault);
          wsm_put (xml, "</f:WSManFault>");
        }
      wsm_put (xml, "</s:Detail>");
    }
  wsm_put (xml, "</s:Fault>");
}

static void
put_body (GString *xml, WsmEnvelope *self)
{
  switch (self->body_kind)
    {
    case WSM_BODY_OBJECT:
      put_object (xml, self->object);
      break;
    case WSM_BODY_SHELL:
      wsm_shell_message_put (xml, self->shell);
      break;
    case WSM_BODY_IDENTIFY:
      wsm_put (xml, "<wsmid:Identify xmlns:wsmid=\"" WSM_IDENTITY_URI "\"/>");
      break;
    case WSM_BODY_IDENTIFY_RESPONSE:
      put_identify_response (xml, self->identify);
      break;
    case WSM_BODY_FAULT:
      put_fault (xml, self->fault);
      break;
    case WSM_BODY_EMPTY:
    default:
      break;
    }
}

/**
 * wsm_envelope_serialize:
 * @self: an envelope
 *
 * Writes the message as Windows does, on one line and without XML declaration, in the charset of
 * @self. A parsed envelope comes out with the headers and values that Curfew reads, not with all it
 * had.
 *
 * Returns: (transfer full): the octets to send
 */
GBytes *
wsm_envelope_serialize (WsmEnvelope *self)
{
  GString *xml;

  g_return_val_if_fail (self != NULL, NULL);

  xml = g_string_sized_new (USUAL_SIZE);
  put_root (xml, self->is_reply);
  wsm_put (xml, "<s:Header>");
  if (self->is_reply)
    put_reply_headers (xml, self);
  else if (self->body_kind != WSM_BODY_IDENTIFY)
    put_request_headers (xml, self);
  wsm_put (xml, "</s:Header><s:Body>");
  put_body (xml, self);
  wsm_put (xml, "</s:Body></s:Envelope>");

  if (self->charset == WSM_CHARSET_UTF_16)
    {
      GBytes *bytes = wsm_charset_encode (xml->str, xml->len, self->charset);

      g_string_free (xml, TRUE);
      return bytes;
    }

  return g_string_free_to_bytes (xml);
}
