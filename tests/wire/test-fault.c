/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire-messages.h"
#include "wsman/wire/wsm-wire-error.h"

static WsmFault *
read_fault (const char *inside)
{
  g_autofree char *xml = g_strdup_printf (
    MESSAGE ("", "<s:Fault xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\">"
                 "%s</s:Fault>"),
    inside);
  g_autoptr (WsmEnvelope) envelope = parse_ok (xml);

  g_assert_cmpint (wsm_envelope_get_body_kind (envelope), ==, WSM_BODY_FAULT);

  return wsm_fault_ref (wsm_envelope_get_fault (envelope));
}

static void
test_every_kind_comes_back (void)
{
  for (WsmFaultKind kind = WSM_FAULT_ACCESS_DENIED; kind <= WSM_FAULT_VERSION_MISMATCH; kind++)
    {
      g_autoptr (WsmEnvelope) request = parse_ok (MESSAGE (H_ALL, ""));
      g_autoptr (WsmFault) fault = wsm_fault_new (kind, "Reason %d <&> Grüße.", 7);
      g_autoptr (WsmEnvelope) reply = wsm_envelope_new_fault (request, WSM_CHARSET_UTF_8, fault);
      g_autoptr (WsmEnvelope) read = pass_on (reply);
      WsmFault *received = wsm_envelope_get_fault (read);

      g_test_message ("kind %d %s", kind, wsm_fault_get_subcode (fault));
      g_assert_cmpint (wsm_fault_get_kind (fault), ==, kind);
      g_assert_cmpint (wsm_fault_get_kind (received), ==, kind);
      g_assert_cmpuint (wsm_fault_get_code (received), ==, wsm_fault_get_code (fault));
      g_assert_cmpstr (wsm_fault_get_subcode (received), ==, wsm_fault_get_subcode (fault));
      g_assert_cmpstr (wsm_fault_get_detail (received), ==, wsm_fault_get_detail (fault));
      g_assert_cmpstr (wsm_fault_get_reason (received), ==, "Reason 7 <&> Grüße.");
      g_assert_cmpint (wsm_fault_is_receiver (received), ==, wsm_fault_is_receiver (fault));
      g_assert_cmpstr (wsm_envelope_get_relates_to (read), ==, MESSAGE_ID);
    }
}

static void
test_table_is_that_of_the_reference (void)
{
  static const struct
  {
    WsmFaultKind kind;
    const char *code_and_subcode;
    const char *detail; /* NULL: none */
    guint32 code;
    const char *action;
  } cases[] = {
    { WSM_FAULT_ACCESS_DENIED, "s:Sender w:AccessDenied", NULL, 5, "wsman/fault" },
    { WSM_FAULT_INVALID_RESOURCE_URI, "s:Sender a:DestinationUnreachable", "InvalidResourceURI",
      2150858811u, "addressing/fault" },
    { WSM_FAULT_DESTINATION_UNREACHABLE, "s:Sender a:DestinationUnreachable", NULL, 2150858752u,
      "addressing/fault" },
    { WSM_FAULT_ACTION_NOT_SUPPORTED, "s:Sender a:ActionNotSupported", NULL, 2150858771u,
      "addressing/fault" },
    { WSM_FAULT_ACTION_MISMATCH, "s:Sender a:ActionNotSupported", "ActionMismatch", 0x80338031,
      "addressing/fault" },
    { WSM_FAULT_UNEXPECTED_SELECTORS, "s:Sender w:InvalidSelectors", "UnexpectedSelectors",
      2150858843u, "wsman/fault" },
    { WSM_FAULT_INSUFFICIENT_SELECTORS, "s:Sender w:InvalidSelectors", "InsufficientSelectors",
      2150858842u, "wsman/fault" },
    { WSM_FAULT_INVALID_OPTIONS, "s:Sender w:InvalidOptions", "NotSupported", 0x80338051,
      "wsman/fault" },
    { WSM_FAULT_INVALID_PARAMETER, "s:Sender w:InvalidParameter", NULL, 2150858810u,
      "wsman/fault" },
    { WSM_FAULT_ENVELOPE_TOO_SMALL_FOR_ANSWER, "s:Sender w:EncodingLimit", "MaxEnvelopeSize",
      2150858823u, "wsman/fault" },
    { WSM_FAULT_ENVELOPE_TOO_LARGE, "s:Sender w:EncodingLimit", "MaxEnvelopeSizeExceeded",
      0x80338048, "wsman/fault" },
    { WSM_FAULT_MINIMUM_ENVELOPE_LIMIT, "s:Sender w:EncodingLimit", "MinimumEnvelopeLimit",
      2150858878u, "wsman/fault" },
    { WSM_FAULT_SELECTOR_LIMIT, "s:Sender w:EncodingLimit", "SelectorLimit", 0x8033804a,
      "wsman/fault" },
    { WSM_FAULT_OPTION_LIMIT, "s:Sender w:EncodingLimit", "OptionLimit", 0x8033804b,
      "wsman/fault" },
    { WSM_FAULT_URI_LIMIT, "s:Sender w:EncodingLimit", "URILimitExceeded", 0x8033802d,
      "wsman/fault" },
    { WSM_FAULT_CHARACTER_SET, "s:Sender w:EncodingLimit", "CharacterSet", 2150858796u,
      "wsman/fault" },
    { WSM_FAULT_TIMED_OUT, "s:Receiver w:TimedOut", NULL, 2150858793u, "wsman/fault" },
    { WSM_FAULT_INTERNAL_ERROR, "s:Receiver w:InternalError", NULL, 1359, "wsman/fault" },
    { WSM_FAULT_SCHEMA_VALIDATION_ERROR, "s:Sender w:SchemaValidationError", NULL, 2150858817u,
      "wsman/fault" },
    { WSM_FAULT_UNSUPPORTED_LOCALE, "s:Sender w:UnsupportedFeature", "Locale", 0x80338087,
      "wsman/fault" },
    { WSM_FAULT_UNSUPPORTED_ADDRESSING_MODE, "s:Sender w:UnsupportedFeature", "AddressingMode",
      0x80338042, "wsman/fault" },
    { WSM_FAULT_UNSUPPORTED_FEATURE, "s:Sender w:UnsupportedFeature", NULL, 0x80338042,
      "wsman/fault" },
    { WSM_FAULT_QUOTA_LIMIT, "s:Sender w:QuotaLimit", NULL, 2150858815u, "wsman/fault" },
    { WSM_FAULT_CONCURRENCY, "s:Sender w:Concurrency", NULL, 2150858802u, "wsman/fault" },
    { WSM_FAULT_MESSAGE_INFORMATION_HEADER_REQUIRED, "s:Sender a:MessageInformationHeaderRequired",
      NULL, 2150858769u, "addressing/fault" },
    { WSM_FAULT_INVALID_MESSAGE_INFORMATION_HEADER, "s:Sender a:InvalidMessageInformationHeader",
      NULL, 2150858767u, "addressing/fault" },
    { WSM_FAULT_INVALID_TIMEOUT, "s:Sender w:InvalidTimeout", NULL, 2150858881u, "wsman/fault" },
    { WSM_FAULT_ENDPOINT_UNAVAILABLE, "s:Receiver a:EndpointUnavailable", NULL, 0,
      "addressing/fault" },
    { WSM_FAULT_MUST_UNDERSTAND, "s:MustUnderstand", NULL, 2150858768u, "wsman/fault" },
    { WSM_FAULT_VERSION_MISMATCH, "s:VersionMismatch", NULL, 2150858765u, "wsman/fault" },
  };

  g_assert_cmpuint (G_N_ELEMENTS (cases), ==, WSM_FAULT_VERSION_MISMATCH);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) codes = g_strsplit (cases[i].code_and_subcode, " ", 2);
      g_autoptr (WsmFault) fault = wsm_fault_new (cases[i].kind, "Why.");
      g_autoptr (WsmEnvelope) reply = wsm_envelope_new_fault (NULL, WSM_CHARSET_UTF_8, fault);
      g_autofree char *text = to_text (reply);
      g_autoptr (GString) expected = g_string_new ("<s:Body><s:Fault><s:Code><s:Value>");

      g_string_append_printf (expected, "%s</s:Value>", codes[0]);
      if (codes[1] != NULL)
        g_string_append_printf (expected, "<s:Subcode><s:Value>%s</s:Value></s:Subcode>", codes[1]);
      g_string_append (expected, "</s:Code><s:Reason><s:Text xml:lang=\"en-US\">Why.</s:Text>"
                                 "</s:Reason>");
      if (cases[i].detail != NULL || cases[i].code != 0)
        g_string_append (expected, "<s:Detail>");
      if (cases[i].detail != NULL)
        g_string_append_printf (expected,
                                "<w:FaultDetail>http://schemas.dmtf.org/wbem/wsman/1/wsman/"
                                "faultDetail/%s</w:FaultDetail>",
                                cases[i].detail);
      if (cases[i].code != 0)
        g_string_append_printf (expected,
                                "<f:WSManFault xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/"
                                "wsmanfault\" Code=\"%u\"><f:Message>Why.</f:Message>"
                                "</f:WSManFault>",
                                cases[i].code);
      if (cases[i].detail != NULL || cases[i].code != 0)
        g_string_append (expected, "</s:Detail>");
      g_string_append (expected, "</s:Fault></s:Body></s:Envelope>");

      g_assert_cmpint ((int) cases[i].kind, ==, (int) i + 1);
      g_assert_cmpstr (strstr (text, "<s:Body>"), ==, expected->str);
      g_assert_true (g_str_has_suffix (wsm_envelope_get_action (reply), cases[i].action));
      g_assert_null (wsm_envelope_get_relates_to (reply));
    }
}

static void
test_version_mismatch_says_what_is_spoken (void)
{
  g_autoptr (WsmFault) fault = wsm_fault_new (WSM_FAULT_VERSION_MISMATCH, "Why.");
  g_autoptr (WsmEnvelope) reply = wsm_envelope_new_fault (NULL, WSM_CHARSET_UTF_8, fault);
  g_autofree char *text = to_text (reply);

  g_assert_nonnull (strstr (text, "<s:Upgrade><s:SupportedEnvelope qname=\"s:Envelope\"/>"
                                  "</s:Upgrade></s:Header>"));
}

static void
test_code_can_be_chosen (void)
{
  g_autoptr (WsmFault) fault = wsm_fault_new_with_code (WSM_FAULT_INTERNAL_ERROR, 2150859174u,
                                                        "Too many %s.", "requests");
  g_autoptr (WsmEnvelope) reply = wsm_envelope_new_fault (NULL, WSM_CHARSET_UTF_16, fault);
  g_autoptr (WsmEnvelope) read = pass_on (reply);

  g_assert_cmpint (wsm_fault_get_kind (fault), ==, WSM_FAULT_INTERNAL_ERROR);
  g_assert_cmpstr (wsm_fault_get_reason (fault), ==, "Too many requests.");
  /* case 53: who receives it sees the quota */
  g_assert_cmpint (wsm_fault_get_kind (wsm_envelope_get_fault (read)), ==, WSM_FAULT_QUOTA_LIMIT);
}

#define CODE(role, subcode)                                                                        \
  "<s:Code><s:Value>s:" role "</s:Value><s:Subcode><s:Value>" subcode                              \
  "</s:Value></s:Subcode></s:Code>"
#define TEXT(text) "<s:Reason><s:Text xml:lang=\"en-US\">" text "</s:Text></s:Reason>"
#define DETAIL(name)                                                                               \
  "<w:FaultDetail>http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/" name "</w:FaultDetail>"
#define WMI(code)                                                                                  \
  "<p:MSFT_WmiError xmlns:p=\"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError\">"  \
  "<p:CIMStatusCode>1</p:CIMStatusCode><p:Message>Access denied </p:Message>"                      \
  "<p:error_Code>" code "</p:error_Code></p:MSFT_WmiError>"

/* Case 52: the four variants of the reference, and worse. */
static void
test_variants_are_read (void)
{
  static const struct
  {
    const char *xml;
    WsmFaultKind kind;
    guint32 code;
    const char *reason;
  } cases[] = {
    { CODE ("Sender", "w:InvalidSelectors") TEXT ("No such thing. ") "<s:Detail>" DETAIL (
        "UnexpectedSelectors") "<f:WSManFault Code=\"2150858843\" Machine=\"pc7\"><f:Message>No "
                               "such thing. </f:Message>"
                               "</f:WSManFault></s:Detail>",
      WSM_FAULT_UNEXPECTED_SELECTORS, 2150858843u, "No such thing." },

    /* 1: more inside f:Message */
    { CODE ("Receiver", "w:InternalError") TEXT (
        "") "<s:Detail><f:WSManFault Code=\"1359\">"
            "<f:Message><f:ProviderFault provider=\"WMI\" path=\"x\"><f:WSManFault "
            "Code=\"2147749891\">"
            "<f:Message>Access is denied.</f:Message></f:WSManFault></f:ProviderFault></f:Message>"
            "</f:WSManFault></s:Detail>",
      WSM_FAULT_ACCESS_DENIED, 2147749891u, "Access is denied." },
    { CODE ("Sender", "w:AccessDenied")
        TEXT ("") "<s:Detail><f:WSManFault Code=\"5\"><f:Message>"
                  "<f:ProviderFault><f:WSManFault "
                  "Code=\"87\"/></f:ProviderFault></f:Message></f:WSManFault>"
                  "</s:Detail>",
      WSM_FAULT_ACCESS_DENIED, 5, "" },
    { CODE ("Receiver", "w:InternalError")
        TEXT ("The service failed.") "<s:Detail>"
                                     "<f:WSManFault "
                                     "Code=\"2147942402\"><f:Message><f:ProviderFault>Plain "
                                     "words</f:ProviderFault>"
                                     "</f:Message></f:WSManFault></s:Detail>",
      WSM_FAULT_INTERNAL_ERROR, 2147942402u, "The service failed." },
    { "<s:Detail><f:WSManFault Code=\"0\"><f:Message>Outer <f:ProviderFault>inner "
      "<f:ExtendedError><x>deep</x></f:ExtendedError></f:ProviderFault></f:Message>"
      "</f:WSManFault></s:Detail>",
      WSM_FAULT_OTHER, 0, "Outer inner deep" },

    /* 2: MSFT_WmiError instead or beside */
    { CODE ("Sender", "w:InternalError") "<s:Detail>" WMI ("2147749891") "</s:Detail>",
      WSM_FAULT_ACCESS_DENIED, 2147749891u, "Access denied" },
    { CODE ("Receiver", "w:InternalError")
        TEXT ("x") "<s:Detail>" WMI ("2147749890") "<f:WSManFault Code=\"2150858802\"/></s:Detail>",
      WSM_FAULT_CONCURRENCY, 2150858802u, "x" },

    /* 3: no detail, no subcode */
    { CODE ("Sender", "w:AccessDenied") TEXT ("x"), WSM_FAULT_ACCESS_DENIED, 0, "x" },
    { CODE ("Receiver", "a:EndpointUnavailable"), WSM_FAULT_ENDPOINT_UNAVAILABLE, 0, "" },
    { CODE ("Sender", "w:EncodingLimit"), WSM_FAULT_ENVELOPE_TOO_LARGE, 0, "" },
    { CODE ("Sender", "a:DestinationUnreachable"), WSM_FAULT_DESTINATION_UNREACHABLE, 0, "" },
    { CODE ("Sender", "a:ActionNotSupported"), WSM_FAULT_ACTION_NOT_SUPPORTED, 0, "" },
    { CODE ("Sender", "w:InvalidSelectors"), WSM_FAULT_UNEXPECTED_SELECTORS, 0, "" },
    { CODE ("Sender", "w:UnsupportedFeature"), WSM_FAULT_UNSUPPORTED_FEATURE, 0, "" },
    { CODE ("Sender", "w:CannotProcessFilter"), WSM_FAULT_OTHER, 0, "" },
    { "<s:Code><s:Value>s:MustUnderstand</s:Value></s:Code>", WSM_FAULT_MUST_UNDERSTAND, 0, "" },
    { "<s:Code><s:Value>s:VersionMismatch</s:Value></s:Code>", WSM_FAULT_VERSION_MISMATCH, 0, "" },
    { "<s:Code><s:Value>s:Receiver</s:Value></s:Code>", WSM_FAULT_OTHER, 0, "" },
    { "", WSM_FAULT_OTHER, 0, "" },
    { "<s:Code/><s:Reason/><s:Detail/>", WSM_FAULT_OTHER, 0, "" },

    /* 4: foreign prefixes and namespaces, odd codes */
    { CODE ("Sender", "wsman:TimedOut"), WSM_FAULT_TIMED_OUT, 0, "" },
    { CODE ("Sender", "TimedOut"), WSM_FAULT_TIMED_OUT, 0, "" },
    { CODE ("Sender", " q:TimedOut\n"), WSM_FAULT_TIMED_OUT, 0, "" },
    { CODE ("Sender", "w:Unknown") "<s:Detail>" DETAIL ("SelectorLimit") "</s:Detail>",
      WSM_FAULT_OTHER, 0, "" },
    { CODE ("Sender", "w:EncodingLimit") "<s:Detail>" DETAIL ("SelectorLimit") "</s:Detail>",
      WSM_FAULT_SELECTOR_LIMIT, 0, "" },
    { CODE ("Sender", "w:UnsupportedFeature") "<s:Detail>" DETAIL (
        "AddressingMode") "<f:WSManFault Code=\"2150858818\"/></s:Detail>",
      WSM_FAULT_UNSUPPORTED_ADDRESSING_MODE, 2150858818u, "" },
    { "<s:Detail><f:WSManFault Code=\"2150858818\"/></s:Detail>", WSM_FAULT_UNSUPPORTED_FEATURE,
      2150858818u, "" },
    { CODE ("Sender", "w:InvalidParameter") "<s:Detail><f:WSManFault Code=\"87\"/></s:Detail>",
      WSM_FAULT_INVALID_PARAMETER, 87, "" },
    { CODE ("Sender", "w:TimedOut") "<s:Detail><f:WSManFault Code=\"-1\"/></s:Detail>",
      WSM_FAULT_TIMED_OUT, 0, "" },
    { CODE ("Sender", "w:TimedOut") "<s:Detail><f:WSManFault Code=\"4294967296\"/></s:Detail>",
      WSM_FAULT_TIMED_OUT, 0, "" },
    { CODE ("Sender", "w:TimedOut") "<s:Detail><f:WSManFault/></s:Detail>", WSM_FAULT_TIMED_OUT, 0,
      "" },
    { "<s:Detail><q:WSManFault xmlns:q=\"urn:q\" Code=\"5\"/></s:Detail>", WSM_FAULT_ACCESS_DENIED,
      5, "" },
    { "<s:Reason><s:Text xml:lang=\"de\">Zuerst</s:Text><s:Text>Second</s:Text></s:Reason>",
      WSM_FAULT_OTHER, 0, "Zuerst" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WsmFault) fault = NULL;

      g_test_message ("%s", cases[i].xml);
      fault = read_fault (cases[i].xml);
      g_assert_cmpint (wsm_fault_get_kind (fault), ==, cases[i].kind);
      g_assert_cmpuint (wsm_fault_get_code (fault), ==, cases[i].code);
      g_assert_cmpstr (wsm_fault_get_reason (fault), ==, cases[i].reason);
    }
}

static void
test_code_decides_first (void)
{
  static const struct
  {
    guint32 code;
    WsmFaultKind kind;
  } cases[] = {
    { 5, WSM_FAULT_ACCESS_DENIED },
    { 0x80338104, WSM_FAULT_ACCESS_DENIED },
    { 0x80338105, WSM_FAULT_ACCESS_DENIED },
    { 0x80338106, WSM_FAULT_ACCESS_DENIED },
    { 0x80041003, WSM_FAULT_ACCESS_DENIED },
    { 2147942405u, WSM_FAULT_ACCESS_DENIED },
    { 2150859173u, WSM_FAULT_QUOTA_LIMIT },
    { 2150859174u, WSM_FAULT_QUOTA_LIMIT },
    { 0x803381a7, WSM_FAULT_QUOTA_LIMIT },
    { 0x803381a8, WSM_FAULT_QUOTA_LIMIT },
    { 0x803381ab, WSM_FAULT_QUOTA_LIMIT },
    { 0x803381e4, WSM_FAULT_QUOTA_LIMIT },
    { 0x803381e9, WSM_FAULT_QUOTA_LIMIT },
    { 2150858815u, WSM_FAULT_QUOTA_LIMIT },
    { 2150858793u, WSM_FAULT_TIMED_OUT },
    { 2150858843u, WSM_FAULT_UNEXPECTED_SELECTORS },
    { 0x80338043, WSM_FAULT_SCHEMA_VALIDATION_ERROR },
    { 0x80338049, WSM_FAULT_ENVELOPE_TOO_LARGE },
    /* no judgement of their own: the subcode has the word */
    { 0, WSM_FAULT_CONCURRENCY },
    { 995, WSM_FAULT_CONCURRENCY },
    { 0x8033801a, WSM_FAULT_CONCURRENCY },
    { 0x803381a9, WSM_FAULT_CONCURRENCY },
    { 0x803381ea, WSM_FAULT_CONCURRENCY },
    { G_MAXUINT32, WSM_FAULT_CONCURRENCY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WsmFault)
        fault = wsm_fault_new_received (TRUE, "w:Concurrency", NULL, cases[i].code, "text");

      g_test_message ("0x%08x", cases[i].code);
      g_assert_cmpint (wsm_fault_get_kind (fault), ==, cases[i].kind);
      g_assert_cmpuint (wsm_fault_get_code (fault), ==, cases[i].code);
      g_assert_cmpstr (wsm_fault_get_subcode (fault), ==, "Concurrency");
      g_assert_true (wsm_fault_is_receiver (fault));
    }
}

static void
test_detail_may_be_a_name (void)
{
  g_autoptr (WsmFault) name = wsm_fault_new_received (FALSE, NULL, "MinimumEnvelopeLimit", 0, NULL);
  g_autoptr (WsmFault) uri = wsm_fault_new_received (
    FALSE, NULL, "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/MinimumEnvelopeLimit", 0,
    " spaces ");

  g_assert_cmpint (wsm_fault_get_kind (name), ==, WSM_FAULT_MINIMUM_ENVELOPE_LIMIT);
  g_assert_cmpint (wsm_fault_get_kind (uri), ==, WSM_FAULT_MINIMUM_ENVELOPE_LIMIT);
  g_assert_cmpstr (wsm_fault_get_detail (uri), ==, "MinimumEnvelopeLimit");
  g_assert_cmpstr (wsm_fault_get_reason (uri), ==, "spaces");
  g_assert_cmpstr (wsm_fault_get_reason (name), ==, "");
  g_assert_null (wsm_fault_get_subcode (name));
}

static void
test_wire_errors_have_their_fault (void)
{
  static const struct
  {
    WsmWireError code;
    WsmFaultKind kind; /* OTHER: HTTP 400 */
  } cases[] = {
    { WSM_WIRE_ERROR_TOO_LARGE, WSM_FAULT_ENVELOPE_TOO_LARGE },
    { WSM_WIRE_ERROR_TOO_DEEP, WSM_FAULT_ENVELOPE_TOO_LARGE },
    { WSM_WIRE_ERROR_TOO_MANY_ELEMENTS, WSM_FAULT_ENVELOPE_TOO_LARGE },
    { WSM_WIRE_ERROR_TOO_MANY_ATTRIBUTES, WSM_FAULT_ENVELOPE_TOO_LARGE },
    { WSM_WIRE_ERROR_TAG_TOO_LONG, WSM_FAULT_ENVELOPE_TOO_LARGE },
    { WSM_WIRE_ERROR_ENCODING, WSM_FAULT_CHARACTER_SET },
    { WSM_WIRE_ERROR_FORBIDDEN, WSM_FAULT_SCHEMA_VALIDATION_ERROR },
    { WSM_WIRE_ERROR_MALFORMED, WSM_FAULT_OTHER },
    { WSM_WIRE_ERROR_NOT_SOAP, WSM_FAULT_OTHER },
    { WSM_WIRE_ERROR_SOAP_VERSION, WSM_FAULT_VERSION_MISMATCH },
    { WSM_WIRE_ERROR_SCHEMA, WSM_FAULT_SCHEMA_VALIDATION_ERROR },
    { WSM_WIRE_ERROR_VALUE, WSM_FAULT_SCHEMA_VALIDATION_ERROR },
    { WSM_WIRE_ERROR_ABSENT, WSM_FAULT_SCHEMA_VALIDATION_ERROR },
  };
  g_autoptr (GError) foreign = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_IO, "100 % broken");
  g_autoptr (WsmFault) internal = wsm_fault_new_for_wire_error (foreign);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError)
        error = g_error_new_literal (WSM_WIRE_ERROR, cases[i].code, "100 %s broken");
      g_autoptr (WsmFault) fault = wsm_fault_new_for_wire_error (error);

      g_assert_cmpint (fault != NULL ? wsm_fault_get_kind (fault) : WSM_FAULT_OTHER, ==,
                       cases[i].kind);
      if (fault != NULL)
        g_assert_cmpstr (wsm_fault_get_reason (fault), ==, "100 %s broken");
    }
  g_assert_cmpint (wsm_fault_get_kind (internal), ==, WSM_FAULT_INTERNAL_ERROR);
}

static void
test_hostile_reason_is_harmless (void)
{
  g_autoptr (WsmFault)
    fault = wsm_fault_new (WSM_FAULT_INTERNAL_ERROR, "%s", "]]> </s:Text> \x01\x1b[31m \xff &#0;");
  g_autoptr (WsmEnvelope) reply = wsm_envelope_new_fault (NULL, WSM_CHARSET_UTF_8, fault);
  g_autoptr (WsmEnvelope) read = pass_on (reply);

  g_assert_cmpstr (wsm_fault_get_reason (wsm_envelope_get_fault (read)), ==,
                   "]]> </s:Text> [31m � &#0;");
}

static void
test_is_a_boxed_value (void)
{
  g_autoptr (WsmFault) fault = wsm_fault_new (WSM_FAULT_TIMED_OUT, "x");
  WsmFault *copy = g_boxed_copy (WSM_TYPE_FAULT, fault);

  g_assert_true (copy == fault);
  g_boxed_free (WSM_TYPE_FAULT, copy);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/fault/every-kind-comes-back", test_every_kind_comes_back);
  g_test_add_func ("/wire/fault/table-is-that-of-the-reference",
                   test_table_is_that_of_the_reference);
  g_test_add_func ("/wire/fault/version-mismatch-says-what-is-spoken",
                   test_version_mismatch_says_what_is_spoken);
  g_test_add_func ("/wire/fault/code-can-be-chosen", test_code_can_be_chosen);
  g_test_add_func ("/wire/fault/variants-are-read", test_variants_are_read);
  g_test_add_func ("/wire/fault/code-decides-first", test_code_decides_first);
  g_test_add_func ("/wire/fault/detail-may-be-a-name", test_detail_may_be_a_name);
  g_test_add_func ("/wire/fault/wire-errors-have-their-fault", test_wire_errors_have_their_fault);
  g_test_add_func ("/wire/fault/hostile-reason-is-harmless", test_hostile_reason_is_harmless);
  g_test_add_func ("/wire/fault/is-a-boxed-value", test_is_a_boxed_value);

  return g_test_run ();
}
