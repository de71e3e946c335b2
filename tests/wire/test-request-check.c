/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire-messages.h"

#define FINE WSM_FAULT_OTHER

static void
assert_fault (WsmEnvelope *envelope, WsmFaultKind kind)
{
  g_autoptr (WsmFault) fault = wsm_envelope_check_request (envelope);

  if (kind == FINE)
    {
      g_assert_null (fault);
      return;
    }
  g_assert_nonnull (fault);
  g_assert_cmpint (wsm_fault_get_kind (fault), ==, kind);
  g_assert_cmpstr (wsm_fault_get_reason (fault), !=, "");
}

static void
test_headers (void)
{
  static const struct
  {
    const char *xml;
    WsmFaultKind kind;
  } cases[] = {
    { MESSAGE (H_ALL, ""), FINE },
    { MESSAGE (H_MESSAGE_ID H_ACTION H_REPLY_TO H_RESOURCE H_TO, ""), FINE },

    /* what is not there: case 42 */
    { MESSAGE (H_TO H_RESOURCE H_REPLY_TO H_MESSAGE_ID, ""),
      WSM_FAULT_MESSAGE_INFORMATION_HEADER_REQUIRED },
    { MESSAGE (H_TO H_RESOURCE H_REPLY_TO H_ACTION, ""),
      WSM_FAULT_MESSAGE_INFORMATION_HEADER_REQUIRED },
    { MESSAGE (H_RESOURCE H_REPLY_TO H_ACTION H_MESSAGE_ID, ""),
      WSM_FAULT_MESSAGE_INFORMATION_HEADER_REQUIRED },
    { MESSAGE (H_TO H_RESOURCE H_ACTION H_MESSAGE_ID, ""),
      WSM_FAULT_MESSAGE_INFORMATION_HEADER_REQUIRED },
    { MESSAGE (H_TO H_REPLY_TO H_ACTION H_MESSAGE_ID, ""), WSM_FAULT_INVALID_RESOURCE_URI },
    { MESSAGE (H_TO H_RESOURCE H_REPLY_TO H_ACTION "<a:MessageID> \n </a:MessageID>", ""),
      WSM_FAULT_MESSAGE_INFORMATION_HEADER_REQUIRED },
    { MESSAGE (H_TO H_REPLY_TO H_ACTION H_MESSAGE_ID "<w:ResourceURI/>", ""),
      WSM_FAULT_INVALID_RESOURCE_URI },
    { MESSAGE (H_TO H_RESOURCE H_REPLY_TO H_ACTION
               "<MessageID xmlns=\"http://www.w3.org/2005/08/addressing\">u</MessageID>",
               ""),
      WSM_FAULT_MESSAGE_INFORMATION_HEADER_REQUIRED },
    { MESSAGE ("", ""), WSM_FAULT_MESSAGE_INFORMATION_HEADER_REQUIRED },
    { ENVELOPE "<s:Body/></s:Envelope>", WSM_FAULT_MESSAGE_INFORMATION_HEADER_REQUIRED },

    /* where the answer goes */
    { MESSAGE (H_TO H_RESOURCE H_ACTION H_MESSAGE_ID
               "<a:ReplyTo><a:Address>http://elsewhere.example/</a:Address></a:ReplyTo>",
               ""),
      WSM_FAULT_UNSUPPORTED_ADDRESSING_MODE },
    { MESSAGE (H_ALL "<a:FaultTo><a:Address>http://elsewhere.example/</a:Address></a:FaultTo>", ""),
      WSM_FAULT_UNSUPPORTED_ADDRESSING_MODE },
    { MESSAGE (H_ALL "<a:FaultTo><a:Address>" WSM_ANONYMOUS_ROLE "</a:Address></a:FaultTo>", ""),
      FINE },
    { MESSAGE (H_TO H_RESOURCE H_ACTION H_MESSAGE_ID "<a:ReplyTo/>", ""),
      WSM_FAULT_MESSAGE_INFORMATION_HEADER_REQUIRED },

    /* what has to be understood: case 40 */
    { MESSAGE (H_ALL "<q:New xmlns:q=\"urn:q\" s:mustUnderstand=\"true\"/>", ""),
      WSM_FAULT_MUST_UNDERSTAND },
    { MESSAGE (H_ALL "<q:New xmlns:q=\"urn:q\" s:mustUnderstand=\" 1 \"/>", ""),
      WSM_FAULT_MUST_UNDERSTAND },
    { MESSAGE (H_ALL "<q:New xmlns:q=\"urn:q\" s:mustUnderstand=\"false\"/>", ""), FINE },
    { MESSAGE (H_ALL "<q:New xmlns:q=\"urn:q\" s:mustUnderstand=\"0\"/>", ""), FINE },
    { MESSAGE (H_ALL "<q:New xmlns:q=\"urn:q\"/>", ""), FINE },
    { MESSAGE (H_ALL "<q:New xmlns:q=\"urn:q\" mustUnderstand=\"true\"/>", ""), FINE },
    { MESSAGE (H_ALL "<q:New xmlns:q=\"urn:q\" q:mustUnderstand=\"true\"/>", ""), FINE },
    { MESSAGE (H_ALL "<New s:mustUnderstand=\"1\"/>", ""), WSM_FAULT_MUST_UNDERSTAND },
    { MESSAGE (H_ALL "<a:New s:mustUnderstand=\"1\"/>", ""), WSM_FAULT_MUST_UNDERSTAND },
    { MESSAGE (H_ALL "<w:FragmentTransfer s:mustUnderstand=\"1\">x</w:FragmentTransfer>", ""),
      WSM_FAULT_MUST_UNDERSTAND },
    { MESSAGE (H_ALL "<q:New xmlns:q=\"urn:q\" s:mustUnderstand=\"1\" "
                     "s:role=\"" NS_SOAP "/role/none\"/>",
               ""),
      FINE },
    { MESSAGE (H_ALL "<q:New xmlns:q=\"urn:q\" s:mustUnderstand=\"1\" "
                     "s:role=\"" NS_SOAP "/role/next\"/>",
               ""),
      WSM_FAULT_MUST_UNDERSTAND },
    { MESSAGE (H_ALL "<q:New xmlns:q=\"urn:q\" s:mustUnderstand=\"1\" "
                     "s:role=\"" NS_SOAP "/role/ultimateReceiver\"/>",
               ""),
      WSM_FAULT_MUST_UNDERSTAND },
    /* before all else, a missing header included */
    { MESSAGE ("<q:New xmlns:q=\"urn:q\" s:mustUnderstand=\"true\"/>", ""),
      WSM_FAULT_MUST_UNDERSTAND },

    /* Locale: case 40 */
    { MESSAGE (H_ALL "<w:Locale xml:lang=\"de\" s:mustUnderstand=\"true\"/>", ""),
      WSM_FAULT_UNSUPPORTED_LOCALE },
    { MESSAGE (H_ALL "<w:Locale xml:lang=\"de\" s:mustUnderstand=\"1\"/>", ""),
      WSM_FAULT_UNSUPPORTED_LOCALE },
    { MESSAGE (H_ALL "<w:Locale xml:lang=\"de\" s:mustUnderstand=\"false\"/>", ""), FINE },
    { MESSAGE (H_ALL "<w:Locale xml:lang=\"de\"/>", ""), FINE },
    { MESSAGE (H_ALL "<p:DataLocale xml:lang=\"de\" s:mustUnderstand=\"true\"/>", ""), FINE },
    { MESSAGE (H_ALL "<p:SessionId s:mustUnderstand=\"true\">uuid:1</p:SessionId>"
                     "<p:OperationID s:mustUnderstand=\"true\">uuid:2</p:OperationID>"
                     "<p:SequenceId s:mustUnderstand=\"true\">1</p:SequenceId>"
                     "<p:ActivityId s:mustUnderstand=\"true\">3</p:ActivityId>"
                     "<a:From s:mustUnderstand=\"true\"/>",
               ""),
      FINE },

    /* OperationTimeout: case 48 */
    { MESSAGE (H_ALL "<w:OperationTimeout>PT-1S</w:OperationTimeout>", ""),
      WSM_FAULT_INVALID_MESSAGE_INFORMATION_HEADER },
    { MESSAGE (H_ALL "<w:OperationTimeout>-PT1S</w:OperationTimeout>", ""),
      WSM_FAULT_INVALID_MESSAGE_INFORMATION_HEADER },
    { MESSAGE (H_ALL "<w:OperationTimeout>PT0S</w:OperationTimeout>", ""),
      WSM_FAULT_INVALID_TIMEOUT },
    { MESSAGE (H_ALL "<w:OperationTimeout>P1Y</w:OperationTimeout>", ""), FINE },
    { MESSAGE (H_ALL "<w:OperationTimeout> PT20.000S </w:OperationTimeout>", ""), FINE },
    { MESSAGE (H_ALL "<w:OperationTimeout>soon</w:OperationTimeout>", ""),
      WSM_FAULT_SCHEMA_VALIDATION_ERROR },
    { MESSAGE (H_ALL "<w:OperationTimeout/>", ""), WSM_FAULT_SCHEMA_VALIDATION_ERROR },

    /* MaxEnvelopeSize: case 49 */
    { MESSAGE (H_ALL "<w:MaxEnvelopeSize s:mustUnderstand=\"true\">8192</w:MaxEnvelopeSize>", ""),
      FINE },
    { MESSAGE (H_ALL "<w:MaxEnvelopeSize>8191</w:MaxEnvelopeSize>", ""),
      WSM_FAULT_MINIMUM_ENVELOPE_LIMIT },
    { MESSAGE (H_ALL "<w:MaxEnvelopeSize>0</w:MaxEnvelopeSize>", ""),
      WSM_FAULT_MINIMUM_ENVELOPE_LIMIT },
    { MESSAGE (H_ALL "<w:MaxEnvelopeSize>99999999999999999999999</w:MaxEnvelopeSize>", ""), FINE },
    { MESSAGE (H_ALL "<w:MaxEnvelopeSize>-8192</w:MaxEnvelopeSize>", ""),
      WSM_FAULT_SCHEMA_VALIDATION_ERROR },
    { MESSAGE (H_ALL "<w:MaxEnvelopeSize>big</w:MaxEnvelopeSize>", ""),
      WSM_FAULT_SCHEMA_VALIDATION_ERROR },
    { MESSAGE (H_ALL "<w:MaxEnvelopeSize/>", ""), WSM_FAULT_SCHEMA_VALIDATION_ERROR },

    /* bodies */
    { MESSAGE ("", "<i:Identify xmlns:i=\"http://schemas.dmtf.org/wbem/wsman/identity/1/"
                   "wsmanidentity.xsd\"/>"),
      FINE },
    { MESSAGE ("<q:New xmlns:q=\"urn:q\" s:mustUnderstand=\"true\"/>",
               "<i:Identify xmlns:i=\"http://schemas.dmtf.org/wbem/wsman/identity/1/"
               "wsmanidentity.xsd\"/>"),
      WSM_FAULT_MUST_UNDERSTAND },
    { MESSAGE ("", "<i:Identify xmlns:i=\"urn:other\"/>"),
      WSM_FAULT_MESSAGE_INFORMATION_HEADER_REQUIRED },
    { MESSAGE (H_ALL, "<s:Fault/>"), WSM_FAULT_SCHEMA_VALIDATION_ERROR },
    { MESSAGE (H_ALL, "<IdentifyResponse/>"), WSM_FAULT_SCHEMA_VALIDATION_ERROR },
    { MESSAGE (H_ALL, "<q:Anything xmlns:q=\"" CLASS_URI "\"/>"), FINE },
    { MESSAGE (H_ALL "<w:SelectorSet><w:Selector Name=\"X\">1</w:Selector></w:SelectorSet>", ""),
      FINE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WsmEnvelope) envelope = NULL;

      g_test_message ("%s", cases[i].xml + strlen (ENVELOPE));
      envelope = parse_ok (cases[i].xml);
      assert_fault (envelope, cases[i].kind);
    }
}

static void
test_own_requests_pass (void)
{
  g_autoptr (WsmEnvelope) identify = wsm_envelope_new_identify ();
  g_autoptr (WsmEnvelope) get = wsm_envelope_new_get ("http://h/wsman", CLASS_URI, 1);
  g_autoptr (WsmEnvelope)
    invoke = wsm_envelope_new_invoke ("http://h/wsman", CLASS_URI, "Reboot", NULL, 60000);
  WsmEnvelope *all[] = { identify, get, invoke };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autoptr (WsmEnvelope) received = pass_on (all[i]);

      assert_fault (all[i], FINE);
      assert_fault (received, FINE);
    }
}

static void
test_header_not_understood_is_named (void)
{
  g_autoptr (WsmEnvelope) request = parse_ok (
    MESSAGE (H_ALL "<q:New xmlns:q=\"urn:q&amp;1\" s:mustUnderstand=\"true\"/>", ""));
  g_autoptr (WsmFault) fault = wsm_envelope_check_request (request);
  g_autoptr (WsmEnvelope) reply = wsm_envelope_new_fault (request, WSM_CHARSET_UTF_8, fault);
  g_autofree char *text = to_text (reply);

  g_test_message ("%s", text);
  g_assert_nonnull (strstr (wsm_fault_get_reason (fault), "New"));
  g_assert_nonnull (
    strstr (text, "<s:NotUnderstood xmlns:u=\"urn:q&amp;1\" qname=\"u:New\"/></s:Header>"));
  g_assert_nonnull (strstr (text, "<s:Code><s:Value>s:MustUnderstand</s:Value></s:Code>"));
}

/* One of each: as many as allowed, then one more. */
static void
test_limits_have_an_edge (void)
{
  static const struct
  {
    const char *set;
    const char *item;
    guint limit;
    WsmFaultKind kind;
  } cases[] = {
    { "SelectorSet", "Selector", 32, WSM_FAULT_SELECTOR_LIMIT },
    { "OptionSet", "Option", 64, WSM_FAULT_OPTION_LIMIT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint over = 0; over <= 1; over++)
      {
        g_autoptr (GString) items = g_string_new (NULL);
        g_autofree char *xml = NULL;
        g_autoptr (WsmEnvelope) envelope = NULL;

        for (guint n = 0; n < cases[i].limit + over; n++)
          g_string_append_printf (items, "<w:%s Name=\"N%u\">%u</w:%s>", cases[i].item, n, n,
                                  cases[i].item);
        xml = g_strdup_printf (MESSAGE (H_ALL "<w:%s>%s</w:%s>", ""), cases[i].set, items->str,
                               cases[i].set);
        envelope = parse_ok (xml);
        assert_fault (envelope, over ? cases[i].kind : FINE);
      }
}

static void
test_uri_length_has_an_edge (void)
{
  static const char *const formats[] = {
    MESSAGE (H_TO H_REPLY_TO H_ACTION H_MESSAGE_ID "<w:ResourceURI> %s </w:ResourceURI>", ""),
    MESSAGE (H_RESOURCE H_REPLY_TO H_ACTION H_MESSAGE_ID "<a:To>%s</a:To>", ""),
    MESSAGE (H_TO H_RESOURCE H_REPLY_TO H_MESSAGE_ID "<a:Action>%s</a:Action>", ""),
    MESSAGE (H_TO H_RESOURCE H_REPLY_TO H_ACTION "<a:MessageID>%s</a:MessageID>", ""),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    for (guint over = 0; over <= 1; over++)
      {
        g_autofree char *uri = g_strnfill (2048 + over, 'u');
        g_auto (GStrv) halves = g_strsplit (formats[i], "%s", 2);
        g_autofree char *xml = g_strjoin (uri, halves[0], halves[1], NULL);
        g_autoptr (WsmEnvelope) envelope = parse_ok (xml);

        assert_fault (envelope, over ? WSM_FAULT_URI_LIMIT : FINE);
      }
}

static void
test_timeout_is_cut (void)
{
  static const struct
  {
    const char *header;
    gint64 msec;
  } cases[] = {
    { "", 60000 },
    { "<w:OperationTimeout>PT20.5S</w:OperationTimeout>", 20500 },
    { "<w:OperationTimeout>PT60S</w:OperationTimeout>", 60000 },
    { "<w:OperationTimeout>PT60.001S</w:OperationTimeout>", 60000 },
    { "<w:OperationTimeout>P1Y</w:OperationTimeout>", 60000 },
    { "<w:OperationTimeout>-PT1S</w:OperationTimeout>", 60000 },
    { "<w:OperationTimeout>PT0S</w:OperationTimeout>", 60000 },
    { "<w:OperationTimeout>x</w:OperationTimeout>", 60000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *xml = g_strdup_printf (MESSAGE (H_ALL "%s", ""), cases[i].header);
      g_autoptr (WsmEnvelope) envelope = parse_ok (xml);

      g_assert_cmpint (wsm_envelope_get_operation_timeout_msec (envelope), ==, cases[i].msec);
    }
}

static void
test_answer_size_is_told (void)
{
  static const struct
  {
    const char *header;
    guint32 size;
  } cases[] = {
    { "", 512000 },
    { "<w:MaxEnvelopeSize> 153600 </w:MaxEnvelopeSize>", 153600 },
    { "<w:MaxEnvelopeSize>8192</w:MaxEnvelopeSize>", 8192 },
    { "<w:MaxEnvelopeSize>4294967296</w:MaxEnvelopeSize>", G_MAXUINT32 },
    { "<w:MaxEnvelopeSize>99999999999999999999999</w:MaxEnvelopeSize>", G_MAXUINT32 },
    { "<w:MaxEnvelopeSize>x</w:MaxEnvelopeSize>", 512000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *xml = g_strdup_printf (MESSAGE (H_ALL "%s", ""), cases[i].header);
      g_autoptr (WsmEnvelope) envelope = parse_ok (xml);

      g_assert_cmpuint (wsm_envelope_get_max_envelope_size (envelope), ==, cases[i].size);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/request-check/headers", test_headers);
  g_test_add_func ("/wire/request-check/own-requests-pass", test_own_requests_pass);
  g_test_add_func ("/wire/request-check/header-not-understood-is-named",
                   test_header_not_understood_is_named);
  g_test_add_func ("/wire/request-check/limits-have-an-edge", test_limits_have_an_edge);
  g_test_add_func ("/wire/request-check/uri-length-has-an-edge", test_uri_length_has_an_edge);
  g_test_add_func ("/wire/request-check/timeout-is-cut", test_timeout_is_cut);
  g_test_add_func ("/wire/request-check/answer-size-is-told", test_answer_size_is_told);

  return g_test_run ();
}
