/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsman/wire/wsm-envelope.h"

/* Pieces of which tests put messages together; written by hand, so that they do not repeat what the
 * library would write. */
#define NS_SOAP    "http://www.w3.org/2003/05/soap-envelope"
#define CLASS_URI  "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_OperatingSystem"
#define MESSAGE_ID "uuid:5B0E9A52-7C1D-4E59-9F57-0C4D2A6F1E01"

#define ENVELOPE                                                                                   \
  "<s:Envelope xmlns:s=\"" NS_SOAP "\" "                                                           \
  "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "                                  \
  "xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\" "                                    \
  "xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd\">"

#define H_TO       "<a:To>http://pc7.example.net:5985/wsman</a:To>"
#define H_RESOURCE "<w:ResourceURI s:mustUnderstand=\"true\">\n " CLASS_URI "\t</w:ResourceURI>"
#define H_REPLY_TO                                                                                 \
  "<a:ReplyTo><a:Address s:mustUnderstand=\"true\">"                                               \
  "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>"
#define H_ACTION                                                                                   \
  "<a:Action s:mustUnderstand=\"1\"> http://schemas.xmlsoap.org/ws/2004/09/transfer/Get "          \
  "</a:Action>"
#define H_MESSAGE_ID "<a:MessageID>" MESSAGE_ID "</a:MessageID>"
#define H_ALL        H_TO H_RESOURCE H_REPLY_TO H_ACTION H_MESSAGE_ID

#define MESSAGE(headers, body)                                                                     \
  ENVELOPE "<s:Header>" headers "</s:Header><s:Body>" body "</s:Body></s:Envelope>"

static inline WsmEnvelope *
parse_text (const char *xml, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (xml, strlen (xml));

  return wsm_envelope_parse (bytes, WSM_CHARSET_UTF_8, error);
}

static inline WsmEnvelope *
parse_ok (const char *xml)
{
  GError *error = NULL;
  WsmEnvelope *envelope = parse_text (xml, &error);

  g_assert_no_error (error);
  g_assert_nonnull (envelope);

  return envelope;
}

/* What the other side makes of a message of ours. */
static inline WsmEnvelope *
pass_on (WsmEnvelope *envelope)
{
  g_autoptr (GBytes) bytes = wsm_envelope_serialize (envelope);
  GError *error = NULL;
  WsmEnvelope *read = wsm_envelope_parse (bytes, wsm_envelope_get_charset (envelope), &error);

  g_assert_no_error (error);

  return read;
}

static inline char *
to_text (WsmEnvelope *envelope)
{
  g_autoptr (GBytes) bytes = wsm_envelope_serialize (envelope);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}
