/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire-messages.h"
#include "wsman/wire/wsm-wire-error.h"

#define SELECTORS                                                                                  \
  "<w:SelectorSet><w:Selector Name=\"ShellId\">3F6A</w:Selector>"                                  \
  "<w:Selector Name=\"a &lt;b&gt;\">x &amp; y</w:Selector></w:SelectorSet>"
#define OPTIONS                                                                                    \
  "<w:OptionSet s:mustUnderstand=\"true\" "                                                        \
  "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"                                       \
  "<w:Option Name=\"WINRS_NOPROFILE\" MustComply=\"true\">TRUE</w:Option>"                         \
  "<w:Option Name=\"Nil\" xsi:nil=\"true\"/></w:OptionSet>"

/* An envelope of winrm-wire-protocol.md, with the indentation that no real host sends. */
static const char get_answer[] =
  "<s:Envelope xml:lang=\"en-US\" xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
  "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
  "xmlns:x=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\" "
  "xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\" "
  "xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd\">\n <s:Header>\n"
  "  <a:Action>http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse</a:Action>\n"
  "  <a:MessageID>uuid:8A7B0C6D-1E2F-4A3B-9C4D-5E6F70819204</a:MessageID>\n"
  "  <p:OperationID>uuid:0D5C7E11-90A4-4C6B-B7E2-3F1B8C2D4403</p:OperationID>"
  "<p:SequenceId>1</p:SequenceId>\n"
  "  <a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>\n"
  "  <a:RelatesTo>" MESSAGE_ID "</a:RelatesTo>\n </s:Header>\n <s:Body>\n"
  "  <p:Win32_OperatingSystem xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n"
  "    xmlns:p=\"" CLASS_URI "\" xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\" "
  "xsi:type=\"p:Win32_OperatingSystem_Type\">\n"
  "   <p:BuildNumber>20348</p:BuildNumber><p:Caption>Windows Server</p:Caption>\n"
  "   <p:CSDVersion xsi:nil=\"true\"/><p:CSName>PC7</p:CSName>\n"
  "   <p:LastBootUpTime><cim:Datetime>2025-03-04T06:15:30.5Z</cim:Datetime></p:LastBootUpTime>\n"
  "   <p:NumberOfUsers>2</p:NumberOfUsers><p:Primary>true</p:Primary>\n"
  "  </p:Win32_OperatingSystem>\n </s:Body>\n</s:Envelope>\n";

static void
test_answer_of_get_is_read (void)
{
  g_autoptr (WsmEnvelope) envelope = parse_ok (get_answer);
  WsmObject *object = wsm_envelope_get_object (envelope);
  g_autoptr (GDateTime) boot = NULL;
  g_autofree char *boot_text = NULL;
  guint32 users;

  g_assert_cmpint (wsm_envelope_get_body_kind (envelope), ==, WSM_BODY_OBJECT);
  g_assert_cmpstr (wsm_envelope_get_action (envelope), ==, WSM_ACTION_GET "Response");
  g_assert_cmpstr (wsm_envelope_get_relates_to (envelope), ==, MESSAGE_ID);
  g_assert_cmpstr (wsm_envelope_get_to (envelope), ==, WSM_ANONYMOUS_ROLE);
  g_assert_cmpstr (wsm_object_get_name (object), ==, "Win32_OperatingSystem");
  g_assert_cmpstr (wsm_object_get_namespace_uri (object), ==, CLASS_URI);
  g_assert_cmpstr (wsm_object_get_string (object, "CSName"), ==, "PC7");
  g_assert_true (wsm_object_is_nil (object, "CSDVersion"));
  g_assert_true (wsm_object_get_uint32 (object, "NumberOfUsers", &users, NULL));
  g_assert_cmpuint (users, ==, 2);
  boot = wsm_object_dup_datetime (object, "LastBootUpTime", NULL);
  boot_text = g_date_time_format_iso8601 (boot);
  g_assert_cmpstr (boot_text, ==, "2025-03-04T06:15:30.500000Z");
}

/* Replaces what is new in each message: anything that looks like a GUID. */
static char *
without_uuids (const char *text)
{
  g_autoptr (GRegex) regex = g_regex_new (
    "uuid:[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}", 0, 0, NULL);

  return g_regex_replace_literal (regex, text, -1, 0, "uuid:N", 0, NULL);
}

static void
test_request_is_as_windows_sends_it (void)
{
  g_autoptr (WsmObject) input = wsm_object_new (CLASS_URI, "Win32ShutdownTracker_INPUT");
  g_autoptr (WsmEnvelope) envelope = NULL;
  g_autofree char *text = NULL;
  g_autofree char *plain = NULL;

  wsm_object_add_uint32 (input, "Timeout", 300);
  wsm_object_add_string (input, "Comment", "Updates\r\nat <noon>");
  wsm_object_add_uint32 (input, "ReasonCode", 2147745794u);
  envelope = wsm_envelope_new_invoke ("http://pc7:5985/wsman", CLASS_URI, "Win32ShutdownTracker",
                                      input, 60000);
  text = to_text (envelope);
  plain = without_uuids (text);

  g_assert_cmpstr (
    plain, ==,
    ENVELOPE
    "<s:Header><a:To>http://pc7:5985/wsman</a:To>"
    "<w:ResourceURI s:mustUnderstand=\"true\">" CLASS_URI "</w:ResourceURI>"
    "<a:ReplyTo><a:Address s:mustUnderstand=\"true\">" WSM_ANONYMOUS_ROLE "</a:Address></a:ReplyTo>"
    "<a:Action s:mustUnderstand=\"true\">" CLASS_URI "/Win32ShutdownTracker</a:Action>"
    "<w:MaxEnvelopeSize s:mustUnderstand=\"true\">512000</w:MaxEnvelopeSize>"
    "<a:MessageID>uuid:N</a:MessageID>"
    "<w:Locale xml:lang=\"en-US\" s:mustUnderstand=\"false\"/>"
    "<p:DataLocale xml:lang=\"en-US\" s:mustUnderstand=\"false\"/>"
    "<p:SessionId s:mustUnderstand=\"false\">uuid:N</p:SessionId>"
    "<p:OperationID s:mustUnderstand=\"false\">uuid:N</p:OperationID>"
    "<p:SequenceId s:mustUnderstand=\"false\">1</p:SequenceId>"
    "<w:OperationTimeout>PT60.000S</w:OperationTimeout></s:Header>"
    "<s:Body><p:Win32ShutdownTracker_INPUT xmlns:p=\"" CLASS_URI "\"><p:Timeout>300</p:Timeout>"
    "<p:Comment>Updates&#13;\nat &lt;noon&gt;</p:Comment><p:ReasonCode>2147745794</p:ReasonCode>"
    "</p:Win32ShutdownTracker_INPUT></s:Body></s:Envelope>");
}

static void
test_get_has_an_empty_body (void)
{
  g_autoptr (WsmEnvelope) envelope = wsm_envelope_new_get ("http://h/wsman", CLASS_URI, 20500);
  g_autoptr (WsmEnvelope) read = pass_on (envelope);

  g_assert_cmpint (wsm_envelope_get_body_kind (read), ==, WSM_BODY_EMPTY);
  g_assert_cmpstr (wsm_envelope_get_action (read), ==, WSM_ACTION_GET);
  g_assert_cmpstr (wsm_envelope_get_resource_uri (read), ==, CLASS_URI);
  g_assert_cmpstr (wsm_envelope_get_to (read), ==, "http://h/wsman");
  g_assert_cmpint (wsm_envelope_get_operation_timeout_msec (read), ==, 20500);
  g_assert_cmpuint (wsm_envelope_get_max_envelope_size (read), ==, WSM_MAX_ENVELOPE_SIZE);
  g_assert_null (wsm_envelope_get_object (read));
  g_assert_null (wsm_envelope_get_selectors (read));
  g_assert_null (wsm_envelope_get_options (read));
}

static void
test_method_without_input_has_an_element (void)
{
  g_autoptr (WsmEnvelope)
    envelope = wsm_envelope_new_invoke ("http://h/wsman", CLASS_URI, "Reboot", NULL, 1000);
  g_autoptr (WsmEnvelope) read = pass_on (envelope);
  WsmObject *object = wsm_envelope_get_object (read);

  g_assert_cmpstr (wsm_object_get_name (object), ==, "Reboot_INPUT");
  g_assert_cmpstr (wsm_object_get_namespace_uri (object), ==, CLASS_URI);
  g_assert_cmpuint (wsm_object_get_n_values (object), ==, 0);
}

static void
test_message_ids_differ (void)
{
  g_autoptr (WsmEnvelope) one = wsm_envelope_new_get ("http://h/wsman", CLASS_URI, 1);
  g_autoptr (WsmEnvelope) two = wsm_envelope_new_get ("http://h/wsman", CLASS_URI, 1);

  g_assert_true (g_str_has_prefix (wsm_envelope_get_message_id (one), "uuid:"));
  g_assert_cmpstr (wsm_envelope_get_message_id (one), !=, wsm_envelope_get_message_id (two));
}

static void
test_reply_follows_its_request (void)
{
  /* lower case, and what it echoes: case 41 */
  g_autoptr (WsmEnvelope) request = parse_ok (MESSAGE (H_TO H_RESOURCE H_REPLY_TO H_ACTION
                                                       "<a:MessageID>uuid:ab-Cd &amp;</a:MessageID>"
                                                       "<p:OperationID>uuid:op</p:OperationID>"
                                                       "<p:SequenceId>7</p:SequenceId>",
                                                       ""));
  g_autoptr (WsmObject) body = wsm_object_new (CLASS_URI, "Win32_OperatingSystem");
  g_autoptr (GDateTime) boot = g_date_time_new_utc (2025, 3, 4, 6, 15, 30.5);
  g_autoptr (WsmEnvelope) reply = NULL;
  g_autoptr (WsmEnvelope) read = NULL;
  g_autofree char *text = NULL;
  g_autofree char *plain = NULL;

  wsm_object_add_datetime (body, "LastBootUpTime", boot);
  wsm_object_add_string (body, "CSDVersion", NULL);
  reply = wsm_envelope_new_reply (request, body);
  text = to_text (reply);
  plain = without_uuids (text);

  g_assert_cmpstr (
    plain, ==,
    "<s:Envelope xml:lang=\"en-US\" xmlns:s=\"" NS_SOAP "\" "
    "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
    "xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\" "
    "xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd\"><s:Header>"
    "<a:Action>http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse</a:Action>"
    "<a:MessageID>uuid:N</a:MessageID><p:OperationID>uuid:op</p:OperationID>"
    "<p:SequenceId>7</p:SequenceId><a:To>" WSM_ANONYMOUS_ROLE "</a:To>"
    "<a:RelatesTo>uuid:ab-Cd &amp;</a:RelatesTo></s:Header><s:Body>"
    "<p:Win32_OperatingSystem xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
    "xmlns:p=\"" CLASS_URI "\" xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\" "
    "xsi:type=\"p:Win32_OperatingSystem_Type\">"
    "<p:LastBootUpTime><cim:Datetime>2025-03-04T06:15:30.5Z</cim:Datetime></p:LastBootUpTime>"
    "<p:CSDVersion xsi:nil=\"true\"/></p:Win32_OperatingSystem></s:Body></s:Envelope>");

  read = pass_on (reply);
  g_assert_cmpstr (wsm_envelope_get_relates_to (read), ==, "uuid:ab-Cd &");
}

static void
test_reply_may_be_empty (void)
{
  g_autoptr (WsmEnvelope) request = parse_ok (MESSAGE (H_ALL, ""));
  g_autoptr (WsmEnvelope) reply = wsm_envelope_new_reply (request, NULL);
  g_autoptr (WsmEnvelope) read = pass_on (reply);

  g_assert_cmpint (wsm_envelope_get_body_kind (read), ==, WSM_BODY_EMPTY);
  g_assert_cmpstr (wsm_envelope_get_relates_to (read), ==, MESSAGE_ID);
}

static void
test_white_space_and_mark_are_no_matter (void)
{
  /* case 38 */
  g_autoptr (WsmEnvelope) envelope = parse_ok ("\xef\xbb\xbf" MESSAGE (H_ALL, "\n"));

  g_assert_cmpint (wsm_envelope_get_charset (envelope), ==, WSM_CHARSET_UTF_8);
  g_assert_cmpstr (wsm_envelope_get_action (envelope), ==, WSM_ACTION_GET);
  g_assert_cmpstr (wsm_envelope_get_resource_uri (envelope), ==, CLASS_URI);
  g_assert_cmpint (wsm_envelope_get_body_kind (envelope), ==, WSM_BODY_EMPTY);
}

static void
test_utf16_is_answered_in_kind (void)
{
  /* case 37, with a declaration that is no longer true once the text is UTF-8 */
  static const char *const declarations[] = { "", "<?xml version=\"1.0\" encoding=\"utf-16\"?>",
                                              "<?xml version='1.0'?>\r\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (declarations); i++)
    {
      g_autofree char *xml = g_strconcat (
        declarations[i],
        MESSAGE (H_ALL, "<q:M_INPUT xmlns:q=\"urn:q\"><q:C>ü🦉</q:C></q:M_INPUT>"), NULL);
      g_autoptr (GBytes) bytes = wsm_charset_encode (xml, strlen (xml), WSM_CHARSET_UTF_16);
      g_autoptr (GError) error = NULL;
      g_autoptr (WsmEnvelope) request = wsm_envelope_parse (bytes, WSM_CHARSET_UTF_8, &error);
      g_autoptr (WsmEnvelope) reply = NULL;
      g_autoptr (WsmEnvelope) read = NULL;
      g_autoptr (GBytes) answer = NULL;

      g_assert_no_error (error);
      reply = wsm_envelope_new_reply (request, wsm_envelope_get_object (request));
      answer = wsm_envelope_serialize (reply);
      g_assert_cmpmem (g_bytes_get_data (answer, NULL), 6, "\xff\xfe<\0s\0", 6);
      read = wsm_envelope_parse (answer, WSM_CHARSET_UTF_16, &error);
      g_assert_no_error (error);
      g_assert_cmpint (wsm_envelope_get_charset (read), ==, WSM_CHARSET_UTF_16);
      g_assert_cmpstr (wsm_object_get_string (wsm_envelope_get_object (read), "C"), ==, "ü🦉");
    }
}

static void
test_declared_encoding_is_not_believed (void)
{
  static const char *const names[] = { "UTF-7",    "utf-16",       "ISO-8859-1",
                                       "US-ASCII", "EBCDIC-CP-US", "no-such-thing" };

  /* The octets are UTF-8, whatever the text says of itself: it is read as that or not at all. */
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *xml = g_strdup_printf ("<?xml version=\"1.0\" encoding=\"%s\"?>%s", names[i],
                                              MESSAGE (H_ALL, "<M><C>ü+ADw-</C></M>"));
      g_autoptr (GError) error = NULL;
      g_autoptr (WsmEnvelope) envelope = parse_text (xml, &error);

      g_test_message ("%s", names[i]);
      if (envelope == NULL)
        g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_MALFORMED);
      else
        g_assert_cmpstr (wsm_object_get_string (wsm_envelope_get_object (envelope), "C"), ==,
                         "ü+ADw-");
    }
}

static void
test_selectors_and_options_come_back (void)
{
  g_autoptr (WsmEnvelope) first = parse_ok (MESSAGE (H_ALL SELECTORS OPTIONS, ""));
  g_autoptr (WsmEnvelope) second = pass_on (first);
  WsmEnvelope *both[] = { first, second };

  for (gsize i = 0; i < G_N_ELEMENTS (both); i++)
    {
      WsmObject *selectors = wsm_envelope_get_selectors (both[i]);
      WsmObject *options = wsm_envelope_get_options (both[i]);

      g_assert_cmpuint (wsm_object_get_n_values (selectors), ==, 2);
      g_assert_cmpstr (wsm_object_get_string (selectors, "ShellId"), ==, "3F6A");
      g_assert_cmpstr (wsm_object_get_string (selectors, "a <b>"), ==, "x & y");
      g_assert_cmpuint (wsm_object_get_n_values (options), ==, 2);
      g_assert_cmpstr (wsm_object_get_string (options, "WINRS_NOPROFILE"), ==, "TRUE");
      g_assert_true (wsm_object_is_nil (options, "Nil"));
    }
}

static void
test_envelope_rewrites_itself (void)
{
  static const char *const messages[] = {
    get_answer,
    MESSAGE (H_ALL SELECTORS OPTIONS, "<q:M_INPUT xmlns:q=\"urn:q\"><q:C>a</q:C></q:M_INPUT>"),
    MESSAGE (H_ALL, ""),
    MESSAGE ("", "<i:Identify xmlns:i=\"http://schemas.dmtf.org/wbem/wsman/identity/1/"
                 "wsmanidentity.xsd\"/>"),
    MESSAGE ("", "<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code></s:Fault>"),
  };

  /* What is written is what is read: writing it once more changes nothing. */
  for (gsize i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      g_autoptr (WsmEnvelope) first = parse_ok (messages[i]);
      g_autoptr (WsmEnvelope) second = pass_on (first);
      g_autofree char *first_text = to_text (first);
      g_autofree char *second_text = to_text (second);

      g_assert_cmpstr (first_text, ==, second_text);
    }
}

static void
test_identify_comes_back (void)
{
  static const char *const profiles[] = { "urn:one", "urn:<two>", NULL };
  g_autoptr (WsmEnvelope) request = wsm_envelope_new_identify ();
  g_autoptr (WsmEnvelope) received = pass_on (request);
  g_autoptr (WsmIdentifyResponse)
    response = wsm_identify_response_new ("Curfew", "OS: 0.0.0 SP: 0.0 Stack: 3.0", profiles);
  g_autoptr (WsmEnvelope) reply = wsm_envelope_new_identify_response (WSM_CHARSET_UTF_16, response);
  g_autoptr (WsmEnvelope) read = pass_on (reply);
  const WsmIdentifyResponse *answer = wsm_envelope_get_identify_response (read);

  g_assert_cmpint (wsm_envelope_get_body_kind (received), ==, WSM_BODY_IDENTIFY);
  g_assert_null (wsm_envelope_get_message_id (received));
  g_assert_cmpint (wsm_envelope_get_body_kind (read), ==, WSM_BODY_IDENTIFY_RESPONSE);
  g_assert_cmpint (wsm_envelope_get_charset (read), ==, WSM_CHARSET_UTF_16);
  g_assert_cmpstr (answer->protocol_version, ==, "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd");
  g_assert_cmpstr (answer->product_vendor, ==, "Curfew");
  g_assert_cmpstr (answer->product_version, ==, "OS: 0.0.0 SP: 0.0 Stack: 3.0");
  g_assert_true (
    g_strv_equal ((const char *const *) answer->security_profiles, (const char *const *) profiles));
}

static void
test_foreign_identify_response_is_read (void)
{
  static const struct
  {
    const char *body;
    const char *vendor;
    const char *version;
    guint n_profiles;
  } cases[] = {
    { "<wsmid:IdentifyResponse "
      "xmlns:wsmid=\"http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\">"
      "<wsmid:ProtocolVersion>1</wsmid:ProtocolVersion><wsmid:ProtocolVersion>2"
      "</wsmid:ProtocolVersion><wsmid:ProductVendor> Microsoft Corporation\n</wsmid:ProductVendor>"
      "<wsmid:ProductVersion>OS: 10.0.20348 SP: 0.0 Stack: 3.0</wsmid:ProductVersion>"
      "<wsmid:SecurityProfiles><wsmid:SecurityProfileName>urn:p</wsmid:SecurityProfileName>"
      "</wsmid:SecurityProfiles></wsmid:IdentifyResponse>",
      "Microsoft Corporation", "OS: 10.0.20348 SP: 0.0 Stack: 3.0", 1 },
    { "<s:IdentifyResponse><s:ProductVendor>Other</s:ProductVendor></s:IdentifyResponse>", "Other",
      NULL, 0 },
    { "<IdentifyResponse><ProductVersion/><SecurityProfiles/></IdentifyResponse>", NULL, "", 0 },
    { "<i:IdentifyResponse xmlns:i=\"urn:other\"/>", NULL, NULL, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *xml = g_strdup_printf (MESSAGE ("", "%s"), cases[i].body);
      g_autoptr (WsmEnvelope) envelope = parse_ok (xml);
      const WsmIdentifyResponse *answer = wsm_envelope_get_identify_response (envelope);

      g_test_message ("%s", cases[i].body);
      g_assert_nonnull (answer);
      g_assert_cmpstr (answer->product_vendor, ==, cases[i].vendor);
      g_assert_cmpstr (answer->product_version, ==, cases[i].version);
      if (cases[i].n_profiles > 0)
        g_assert_cmpuint (g_strv_length (answer->security_profiles), ==, cases[i].n_profiles);
      else
        g_assert_null (answer->security_profiles);
    }
}

static void
test_size_has_an_edge (void)
{
  static const char start[] = MESSAGE (H_ALL, "<M><C>");
  gsize room;

  /* MESSAGE closes what it opens; the text goes between. */
  g_assert_true (g_str_has_suffix (start, "<M><C></s:Body></s:Envelope>"));
  room = WSM_MAX_ENVELOPE_SIZE - strlen (start) - strlen ("</C></M>");

  for (guint over = 0; over <= 1; over++)
    {
      g_autofree char *text = g_strnfill (room + over, 'x');
      g_autofree char *xml = g_strdup_printf (
        "%.*s%s</C></M></s:Body></s:Envelope>",
        (int) (strlen (start) - strlen ("</s:Body></s:Envelope>")), start, text);
      g_autoptr (GError) error = NULL;
      g_autoptr (WsmEnvelope) envelope = parse_text (xml, &error);

      g_assert_cmpuint (strlen (xml), ==, WSM_MAX_ENVELOPE_SIZE + over);
      if (over)
        {
          g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_TOO_LARGE);
        }
      else
        {
          g_assert_no_error (error);
          g_assert_cmpuint (
            strlen (wsm_object_get_string (wsm_envelope_get_object (envelope), "C")), ==, room);
        }
    }
}

/* The parser of a thread forgets names in time; what it has given stays. */
static void
test_many_foreign_names_do_no_harm (void)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify) wsm_envelope_unref);

  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (GString) values = g_string_new (NULL);
      g_autofree char *xml = NULL;

      for (guint n = 0; n < 50; n++)
        g_string_append_printf (values, "<Name-%u-%u>%u</Name-%u-%u>", i, n, n, i, n);
      xml = g_strdup_printf (MESSAGE ("", "<M>%s</M>"), values->str);
      g_ptr_array_add (kept, parse_ok (xml));
    }

  for (guint i = 0; i < kept->len; i++)
    {
      g_autofree char *name = g_strdup_printf ("Name-%u-49", i);

      g_assert_cmpstr (wsm_object_get_string (wsm_envelope_get_object (kept->pdata[i]), name), ==,
                       "49");
    }
}

static gpointer
parse_in_thread (gpointer data)
{
  for (guint i = 0; i < 50; i++)
    {
      WsmEnvelope *envelope = parse_ok (get_answer);

      wsm_envelope_unref (envelope);
    }

  return parse_ok (get_answer);
}

static void
test_threads_have_their_own_parser (void)
{
  GThread *threads[4];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("parser", parse_in_thread, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      /* the value outlives the thread that read it */
      g_autoptr (WsmEnvelope) envelope = g_thread_join (threads[i]);

      g_assert_cmpstr (wsm_object_get_string (wsm_envelope_get_object (envelope), "CSName"), ==,
                       "PC7");
    }
}

static void
test_is_a_boxed_value (void)
{
  g_autoptr (WsmEnvelope) envelope = wsm_envelope_new_identify ();
  WsmEnvelope *copy = g_boxed_copy (WSM_TYPE_ENVELOPE, envelope);
  g_autoptr (WsmIdentifyResponse) response = wsm_identify_response_new (NULL, "v", NULL);
  WsmIdentifyResponse *other = g_boxed_copy (WSM_TYPE_IDENTIFY_RESPONSE, response);

  g_assert_true (copy == envelope);
  g_boxed_free (WSM_TYPE_ENVELOPE, copy);
  g_assert_true (other != response);
  g_assert_cmpstr (other->product_version, ==, "v");
  g_assert_null (other->product_vendor);
  g_boxed_free (WSM_TYPE_IDENTIFY_RESPONSE, other);
}

static void
test_wishes_of_the_client_are_told (void)
{
  g_autoptr (WsmEnvelope) envelope = parse_ok (
    MESSAGE (H_ALL "<w:Locale xml:lang=\"de-DE\" s:mustUnderstand=\"false\"/>"
                   "<p:DataLocale xml:lang=\"fr\"/><p:SessionId>uuid:S</p:SessionId>"
                   "<w:OptionSet><w:Option Name=\"A\">1</w:Option>"
                   "<w:Option Name=\"B\" MustComply=\"1\"/>"
                   "<w:Option Name=\"C\" MustComply=\"false\"/>"
                   "<w:Option Name=\"D\" MustComply=\" true \"/></w:OptionSet>",
             ""));
  g_autoptr (WsmEnvelope) understood = parse_ok (MESSAGE (H_ALL OPTIONS, ""));

  g_assert_cmpstr (wsm_envelope_get_locale (envelope), ==, "de-DE");
  g_assert_cmpstr (wsm_envelope_get_data_locale (envelope), ==, "fr");
  g_assert_cmpstr (wsm_envelope_get_session_id (envelope), ==, "uuid:S");
  g_assert_false (wsm_envelope_options_must_be_understood (envelope));
  g_assert_false (wsm_envelope_option_must_comply (envelope, 0));
  g_assert_true (wsm_envelope_option_must_comply (envelope, 1));
  g_assert_false (wsm_envelope_option_must_comply (envelope, 2));
  g_assert_true (wsm_envelope_option_must_comply (envelope, 3));
  g_assert_false (wsm_envelope_option_must_comply (envelope, 4));
  g_assert_false (wsm_envelope_option_must_comply (envelope, 64));
  g_assert_true (wsm_envelope_options_must_be_understood (understood));
  g_assert_true (wsm_envelope_option_must_comply (understood, 0));
}

static void
test_absent_wishes_are_none (void)
{
  static const char *const messages[] = {
    MESSAGE (H_ALL, ""),
    MESSAGE (H_ALL "<w:Locale/><p:DataLocale lang=\"de\"/>", ""),
    MESSAGE (H_ALL
             "<w:Locale xml:lang=\"\"/><p:DataLocale "
             "xml:lang=\"a-language-tag-that-nobody-has-registered-and-that-nobody-ever-will\"/>",
             ""),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      g_autoptr (WsmEnvelope) envelope = parse_ok (messages[i]);

      g_assert_null (wsm_envelope_get_locale (envelope));
      g_assert_null (wsm_envelope_get_data_locale (envelope));
      g_assert_null (wsm_envelope_get_session_id (envelope));
      g_assert_null (wsm_envelope_get_shell_message (envelope));
      g_assert_false (wsm_envelope_options_must_be_understood (envelope));
      g_assert_false (wsm_envelope_option_must_comply (envelope, 0));
    }
}

/* As many options as there may be all have their bit. */
static void
test_last_option_may_have_to_comply (void)
{
  g_autoptr (GString) options = g_string_new ("<w:OptionSet>");
  g_autofree char *xml = NULL;
  g_autoptr (WsmEnvelope) envelope = NULL;

  for (guint i = 0; i < 63; i++)
    g_string_append (options, "<w:Option Name=\"A\"/>");
  g_string_append (options, "<w:Option Name=\"Z\" MustComply=\"true\"/></w:OptionSet>");
  xml = g_strdup_printf (MESSAGE (H_ALL "%s", ""), options->str);
  envelope = parse_ok (xml);
  g_assert_null (wsm_envelope_check_request (envelope));
  g_assert_false (wsm_envelope_option_must_comply (envelope, 62));
  g_assert_true (wsm_envelope_option_must_comply (envelope, 63));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/envelope/answer-of-get-is-read", test_answer_of_get_is_read);
  g_test_add_func ("/wire/envelope/request-is-as-windows-sends-it",
                   test_request_is_as_windows_sends_it);
  g_test_add_func ("/wire/envelope/get-has-an-empty-body", test_get_has_an_empty_body);
  g_test_add_func ("/wire/envelope/method-without-input-has-an-element",
                   test_method_without_input_has_an_element);
  g_test_add_func ("/wire/envelope/message-ids-differ", test_message_ids_differ);
  g_test_add_func ("/wire/envelope/reply-follows-its-request", test_reply_follows_its_request);
  g_test_add_func ("/wire/envelope/reply-may-be-empty", test_reply_may_be_empty);
  g_test_add_func ("/wire/envelope/white-space-and-mark-are-no-matter",
                   test_white_space_and_mark_are_no_matter);
  g_test_add_func ("/wire/envelope/utf16-is-answered-in-kind", test_utf16_is_answered_in_kind);
  g_test_add_func ("/wire/envelope/declared-encoding-is-not-believed",
                   test_declared_encoding_is_not_believed);
  g_test_add_func ("/wire/envelope/selectors-and-options-come-back",
                   test_selectors_and_options_come_back);
  g_test_add_func ("/wire/envelope/wishes-of-the-client-are-told",
                   test_wishes_of_the_client_are_told);
  g_test_add_func ("/wire/envelope/absent-wishes-are-none", test_absent_wishes_are_none);
  g_test_add_func ("/wire/envelope/last-option-may-have-to-comply",
                   test_last_option_may_have_to_comply);
  g_test_add_func ("/wire/envelope/rewrites-itself", test_envelope_rewrites_itself);
  g_test_add_func ("/wire/envelope/identify-comes-back", test_identify_comes_back);
  g_test_add_func ("/wire/envelope/foreign-identify-response-is-read",
                   test_foreign_identify_response_is_read);
  g_test_add_func ("/wire/envelope/size-has-an-edge", test_size_has_an_edge);
  g_test_add_func ("/wire/envelope/many-foreign-names-do-no-harm",
                   test_many_foreign_names_do_no_harm);
  g_test_add_func ("/wire/envelope/threads-have-their-own-parser",
                   test_threads_have_their_own_parser);
  g_test_add_func ("/wire/envelope/is-a-boxed-value", test_is_a_boxed_value);

  return g_test_run ();
}
