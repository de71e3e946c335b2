/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell-messages.h"
#include "wsman/wire/wsm-wire-error.h"

#define BODY(content)   ENVELOPE "<s:Body>" content "</s:Body></s:Envelope>"
#define ANSWER(content) MESSAGE ("<a:RelatesTo>x</a:RelatesTo>", content)
#define HEADER(content) MESSAGE (content, "")

static const struct
{
  const char *xml;
  WsmWireError code;
} bad[] = {
  /* not XML */
  { "", WSM_WIRE_ERROR_MALFORMED },
  { " ", WSM_WIRE_ERROR_MALFORMED },
  { "hello", WSM_WIRE_ERROR_MALFORMED },
  { "{\"a\":1}", WSM_WIRE_ERROR_MALFORMED },
  { "<", WSM_WIRE_ERROR_MALFORMED },
  { "<>", WSM_WIRE_ERROR_MALFORMED },
  { "<a", WSM_WIRE_ERROR_MALFORMED },
  { "< a/>", WSM_WIRE_ERROR_MALFORMED },
  { "<1/>", WSM_WIRE_ERROR_MALFORMED },
  { "<a/><b/>", WSM_WIRE_ERROR_MALFORMED },
  { "<a/>text", WSM_WIRE_ERROR_MALFORMED },
  { "text<a/>", WSM_WIRE_ERROR_MALFORMED },
  { "<a></b>", WSM_WIRE_ERROR_MALFORMED },
  { "<a></A>", WSM_WIRE_ERROR_MALFORMED },
  { "<a><b></a></b>", WSM_WIRE_ERROR_MALFORMED },
  { "</a>", WSM_WIRE_ERROR_MALFORMED },
  { "<?xml version=\"1.0\"?>", WSM_WIRE_ERROR_MALFORMED },
  { "<?xml version=\"1.0\"", WSM_WIRE_ERROR_MALFORMED },
  { "<?xml ?><a/>", WSM_WIRE_ERROR_MALFORMED },
  { "<?xml encoding=\"UTF-8\"?><a/>", WSM_WIRE_ERROR_MALFORMED },
  { "<![CDATA[<a/>]]>", WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a>&nbsp;</a>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a>&undefined;</a>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a b=\"&undefined;\"/>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a>&</a>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a>&amp</a>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a>&#0;</a>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a>&#1;</a>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a>&#x1b;</a>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a>&#xD800;</a>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a>&#xFFFF;</a>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a>&#x110000;</a>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a>&#99999999999999999999;</a>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a>&#;</a>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a>&#xg;</a>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a>]]></a>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a>\x01</a>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a>\x0b</a>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a>\xef\xbf\xbf</a>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a b/>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a b=c/>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a b=\"1\" b=\"2\"/>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a b=\"1\"c=\"2\"/>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a b=\"<\"/>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a b=\"1/>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a <b/>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a><!-- -- --></a>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a><!-- --->"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a><![CDATA[x]]</a>"), WSM_WIRE_ERROR_MALFORMED },
  /* namespaces */
  { BODY ("<q:a/>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a q:b=\"\"/>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a xmlns:q=\"\"/>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a xmlns:q=\"u\" xmlns:r=\"u\" q:b=\"\" r:b=\"\"/>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a xmlns:xmlns=\"u\"/>"), WSM_WIRE_ERROR_MALFORMED },
  { BODY ("<a:b:c/>"), WSM_WIRE_ERROR_MALFORMED },
  { "<s:Envelope><s:Body/></s:Envelope>", WSM_WIRE_ERROR_MALFORMED },

  /* forbidden in SOAP: case 39 */
  { "<!DOCTYPE a><a/>", WSM_WIRE_ERROR_FORBIDDEN },
  { "<!DOCTYPE s:Envelope [<!ENTITY x \"y\">]>" BODY ("<a>&x;</a>"), WSM_WIRE_ERROR_FORBIDDEN },
  { "<?xml version=\"1.0\"?><!DOCTYPE a SYSTEM \"file:///etc/passwd\">" BODY (""),
    WSM_WIRE_ERROR_FORBIDDEN },
  { "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" BODY ("<a>&x;</a>"),
    WSM_WIRE_ERROR_FORBIDDEN },
  { "<!DOCTYPE a [<!ENTITY % x SYSTEM \"http://127.0.0.1:9/x\"> %x;]>" BODY (""),
    WSM_WIRE_ERROR_FORBIDDEN },
  { "<!DOCTYPE a [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\"><!ENTITY c \"&b;&b;\">]>" BODY (
      "<a>&c;</a>"),
    WSM_WIRE_ERROR_FORBIDDEN },
  { "<!DOCTYPE a [<!ATTLIST a b CDATA \"c\">]><a/>", WSM_WIRE_ERROR_FORBIDDEN },
  { "<!DOCTYPE", WSM_WIRE_ERROR_FORBIDDEN },
  { BODY ("<!DOCTYPE a>"), WSM_WIRE_ERROR_FORBIDDEN },
  { BODY ("<!ELEMENT a ANY>"), WSM_WIRE_ERROR_FORBIDDEN },
  { BODY ("<?php x ?>"), WSM_WIRE_ERROR_FORBIDDEN },
  { "<?xml-stylesheet href=\"x\"?>" BODY (""), WSM_WIRE_ERROR_FORBIDDEN },
  { "\n<?xml version=\"1.0\"?>" BODY (""), WSM_WIRE_ERROR_FORBIDDEN },
  { BODY ("") "<?x?>", WSM_WIRE_ERROR_FORBIDDEN },

  /* encoding */
  { "\xff", WSM_WIRE_ERROR_ENCODING },
  { BODY ("<a>\xfc</a>"), WSM_WIRE_ERROR_ENCODING },
  { BODY ("<a>\xc3</a>"), WSM_WIRE_ERROR_ENCODING },
  { BODY ("<a>\xed\xa0\xbd\xed\xb0\x80</a>"), WSM_WIRE_ERROR_ENCODING },
  { BODY ("<a>\xf4\x90\x80\x80</a>"), WSM_WIRE_ERROR_ENCODING },
  { "\xff\xfe<", WSM_WIRE_ERROR_ENCODING },
  { "\xfe\xff\xd8\x01", WSM_WIRE_ERROR_ENCODING },

  /* XML, but not SOAP 1.2: case 50 */
  { "<html><body>404</body></html>", WSM_WIRE_ERROR_NOT_SOAP },
  { "<Envelope/>", WSM_WIRE_ERROR_NOT_SOAP },
  { "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelopes\"/>", WSM_WIRE_ERROR_NOT_SOAP },
  { "<s:envelope xmlns:s=\"" NS_SOAP "\"><s:Body/></s:envelope>", WSM_WIRE_ERROR_NOT_SOAP },
  { "<s:Body xmlns:s=\"" NS_SOAP "\"/>", WSM_WIRE_ERROR_NOT_SOAP },
  { "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body/></s:Envelope>",
    WSM_WIRE_ERROR_SOAP_VERSION },
  { "<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\"/>",
    WSM_WIRE_ERROR_SOAP_VERSION },

  /* SOAP, but not an envelope of WS-Management */
  { ENVELOPE "</s:Envelope>", WSM_WIRE_ERROR_SCHEMA },
  { ENVELOPE "<s:Header/></s:Envelope>", WSM_WIRE_ERROR_SCHEMA },
  { ENVELOPE "<s:Body/><s:Header/></s:Envelope>", WSM_WIRE_ERROR_SCHEMA },
  { ENVELOPE "<s:Body/><s:Body/></s:Envelope>", WSM_WIRE_ERROR_SCHEMA },
  { ENVELOPE "<s:Header/><s:Header/><s:Body/></s:Envelope>", WSM_WIRE_ERROR_SCHEMA },
  { ENVELOPE "<s:Header/><s:Body/><a/></s:Envelope>", WSM_WIRE_ERROR_SCHEMA },
  { ENVELOPE "<Body/></s:Envelope>", WSM_WIRE_ERROR_SCHEMA },
  { ENVELOPE "<w:Body/></s:Envelope>", WSM_WIRE_ERROR_SCHEMA },
  { ENVELOPE "text<s:Body/></s:Envelope>", WSM_WIRE_ERROR_SCHEMA },
  { ENVELOPE "<s:Header>text</s:Header><s:Body/></s:Envelope>", WSM_WIRE_ERROR_SCHEMA },
  { BODY ("text"), WSM_WIRE_ERROR_SCHEMA },
  { BODY ("<a/>text"), WSM_WIRE_ERROR_SCHEMA },
  { BODY ("<a/><b/>"), WSM_WIRE_ERROR_SCHEMA },
  { BODY ("<s:Fault/><s:Fault/>"), WSM_WIRE_ERROR_SCHEMA },
  { HEADER (H_ALL H_TO), WSM_WIRE_ERROR_SCHEMA },
  { HEADER (H_ALL H_RESOURCE), WSM_WIRE_ERROR_SCHEMA },
  { HEADER (H_ALL H_REPLY_TO), WSM_WIRE_ERROR_SCHEMA },
  { HEADER (H_ALL H_ACTION), WSM_WIRE_ERROR_SCHEMA },
  { HEADER (H_ALL H_MESSAGE_ID), WSM_WIRE_ERROR_SCHEMA },
  { HEADER ("<w:OperationTimeout>PT1S</w:OperationTimeout>"
            "<w:OperationTimeout>PT1S</w:OperationTimeout>"),
    WSM_WIRE_ERROR_SCHEMA },
  { HEADER ("<w:Locale s:mustUnderstand=\"true\"/><w:Locale/>"), WSM_WIRE_ERROR_SCHEMA },
  { HEADER ("<w:SelectorSet/><w:SelectorSet/>"), WSM_WIRE_ERROR_SCHEMA },
  { HEADER ("<a:To><b/></a:To>"), WSM_WIRE_ERROR_SCHEMA },
  { HEADER ("<a:Action>x<b/></a:Action>"), WSM_WIRE_ERROR_SCHEMA },
  { HEADER ("<w:SelectorSet><w:Selector>1</w:Selector></w:SelectorSet>"), WSM_WIRE_ERROR_SCHEMA },
  { HEADER ("<w:SelectorSet><w:Selector Name=\"\">1</w:Selector></w:SelectorSet>"),
    WSM_WIRE_ERROR_SCHEMA },
  { HEADER ("<w:SelectorSet><Selector Name=\"A\">1</Selector></w:SelectorSet>"),
    WSM_WIRE_ERROR_SCHEMA },
  { HEADER ("<w:SelectorSet><w:Option Name=\"A\">1</w:Option></w:SelectorSet>"),
    WSM_WIRE_ERROR_SCHEMA },
  { HEADER ("<w:OptionSet><w:Option>1</w:Option></w:OptionSet>"), WSM_WIRE_ERROR_SCHEMA },

  /* answers of shells that make no sense; requests have their own tests, as they get an answer */
  { ANSWER ("<rsp:CommandResponse" RSP "/>"), WSM_WIRE_ERROR_SCHEMA },
  { ANSWER ("<rsp:Unheard" RSP "/>"), WSM_WIRE_ERROR_SCHEMA },
  { ANSWER ("<rsp:SendResponse" RSP "/><rsp:SendResponse" RSP "/>"), WSM_WIRE_ERROR_SCHEMA },
  { ANSWER ("<rsp:ReceiveResponse" RSP "><rsp:Stream Name=\"o\">*</rsp:Stream>"
            "</rsp:ReceiveResponse>"),
    WSM_WIRE_ERROR_SCHEMA },
  { ANSWER ("<rsp:ReceiveResponse" RSP "><rsp:Stream>YQ==</rsp:Stream></rsp:ReceiveResponse>"),
    WSM_WIRE_ERROR_SCHEMA },
  { ANSWER ("<rsp:ReceiveResponse" RSP "><rsp:CommandState><rsp:ExitCode>x</rsp:ExitCode>"
            "</rsp:CommandState></rsp:ReceiveResponse>"),
    WSM_WIRE_ERROR_SCHEMA },
  { ANSWER ("<rsp:Shell" RSP "><rsp:IdleTimeOut>soon</rsp:IdleTimeOut></rsp:Shell>"),
    WSM_WIRE_ERROR_SCHEMA },
};

static void
test_bad_messages_are_refused (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (bad), >=, 80);

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (WsmEnvelope) envelope = NULL;

      g_test_message ("case %" G_GSIZE_FORMAT ": %s", i,
                      g_utf8_validate (bad[i].xml, -1, NULL) ? bad[i].xml : "(octets)");
      envelope = parse_text (bad[i].xml, &error);
      g_assert_error (error, WSM_WIRE_ERROR, (int) bad[i].code);
      g_assert_null (envelope);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_cmpuint (strlen (error->message), <, 200);
    }
}

/* A parser that has failed must serve the next message as if nothing had been. */
static void
test_bad_messages_leave_no_trace (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (WsmEnvelope) refused = parse_text (bad[i].xml, NULL);
      g_autoptr (WsmEnvelope) envelope = parse_ok (MESSAGE (H_ALL, ""));

      g_assert_null (refused);
      g_assert_cmpstr (wsm_envelope_get_message_id (envelope), ==, MESSAGE_ID);
    }
}

/* A message that ends too early is never a message, wherever it ends. */
static void
test_truncated_messages_are_refused (void)
{
  static const WsmCharset charsets[] = { WSM_CHARSET_UTF_8, WSM_CHARSET_UTF_16 };
  static const char xml[] = "<?xml version=\"1.0\"?>" MESSAGE (
    H_ALL "<w:OptionSet><w:Option Name=\"A\">1</w:Option></w:OptionSet>",
    "<q:M_INPUT xmlns:q=\"urn:q\"><!-- ü --><q:A>&lt;🦉</q:A>"
    "<q:B><![CDATA[x]]></q:B></q:M_INPUT>");

  for (gsize i = 0; i < G_N_ELEMENTS (charsets); i++)
    {
      g_autoptr (GBytes) whole = wsm_charset_encode (xml, sizeof xml - 1, charsets[i]);
      g_autoptr (WsmEnvelope) envelope = NULL;
      gsize size = g_bytes_get_size (whole);

      for (gsize cut = 0; cut < size; cut++)
        {
          /* a copy of exact size, so that a sanitizer sees the first octet behind it */
          g_autoptr (GBytes) bytes = g_bytes_new (g_bytes_get_data (whole, NULL), cut);
          g_autoptr (GError) error = NULL;
          g_autoptr (WsmEnvelope) part = wsm_envelope_parse (bytes, charsets[i], &error);

          g_assert_null (part);
          g_assert_true (g_error_matches (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_MALFORMED) ||
                         g_error_matches (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_ENCODING) ||
                         g_error_matches (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_FORBIDDEN));
        }
      envelope = wsm_envelope_parse (whole, charsets[i], NULL);
      g_assert_nonnull (envelope);
    }
}

/* The same of a body with octets, names and numbers of its own. */
static void
test_changed_octets_of_a_shell_do_no_harm (void)
{
  static const char xml[] = SHELL_REQUEST (
    "Send", "<rsp:Send" RSP "><rsp:Stream Name=\"stdin\" CommandId=\"9\" End=\"true\">eQ0K"
            "</rsp:Stream></rsp:Send>");
  static const guint8 octets[] = { 0, '<', '>', '/', '"', '&', ' ', '=', 'x', 0xff };

  for (gsize at = strstr (xml, "<s:Body>") - xml; at < sizeof xml - 1; at++)
    for (gsize i = 0; i < G_N_ELEMENTS (octets); i++)
      {
        g_autofree char *copy = g_memdup2 (xml, sizeof xml - 1);
        g_autoptr (GBytes) bytes = NULL;
        g_autoptr (GError) error = NULL;
        g_autoptr (WsmEnvelope) envelope = NULL;

        copy[at] = octets[i];
        bytes = g_bytes_new_take (g_steal_pointer (&copy), sizeof xml - 1);
        envelope = wsm_envelope_parse (bytes, WSM_CHARSET_UTF_8, &error);
        g_assert_true ((envelope == NULL) == (error != NULL));
        if (envelope != NULL)
          {
            g_autoptr (WsmFault) fault = wsm_envelope_check_request (envelope);
            g_autoptr (WsmEnvelope) again = pass_on (envelope);

            /* a name may change and still be one; then the message is in order */
            g_assert_true (fault != NULL || wsm_envelope_get_shell_message (again) != NULL);
          }
      }
}

/* Whatever one octet becomes: a value or an error, and what is a value can be written and read. */
static void
test_changed_octets_do_no_harm (void)
{
  static const char xml[] = MESSAGE (H_ALL "<w:Locale xml:lang=\"de\"/>",
                                     "<q:M xmlns:q=\"urn:q\"><q:A>&lt;ü</q:A></q:M>");
  static const guint8 octets[] = { 0, '<', '>', '/', '"', '&', ';', ' ', 'x', ':', '!', '?', 0xff };

  for (gsize at = 0; at < sizeof xml - 1; at++)
    for (gsize i = 0; i < G_N_ELEMENTS (octets); i++)
      {
        g_autofree char *copy = g_memdup2 (xml, sizeof xml - 1);
        g_autoptr (GBytes) bytes = NULL;
        g_autoptr (GError) error = NULL;
        g_autoptr (WsmEnvelope) envelope = NULL;

        copy[at] = octets[i];
        bytes = g_bytes_new_take (g_steal_pointer (&copy), sizeof xml - 1);
        envelope = wsm_envelope_parse (bytes, WSM_CHARSET_UTF_8, &error);
        g_assert_true ((envelope == NULL) == (error != NULL));
        if (envelope != NULL)
          {
            g_autoptr (WsmFault) fault = wsm_envelope_check_request (envelope);
            g_autoptr (WsmEnvelope) again = pass_on (envelope);

            g_assert_true (fault == NULL || wsm_fault_get_kind (fault) != WSM_FAULT_OTHER);
            g_assert_cmpstr (wsm_envelope_get_message_id (again), ==,
                             wsm_envelope_get_message_id (envelope));
          }
      }
}

static WsmEnvelope *
parse_repeated (const char *before, const char *text, guint n, const char *after, GError **error)
{
  g_autoptr (GString) xml = g_string_new (before);

  for (guint i = 0; i < n; i++)
    g_string_append (xml, text);
  g_string_append (xml, after);

  return parse_text (xml->str, error);
}

static void
test_limits_have_their_own_error (void)
{
  static const char start[] = ENVELOPE "<s:Body><M>";
  static const char end[] = "</M></s:Body></s:Envelope>";
  g_autofree char *long_name = g_strnfill (9000, 'x');
  g_autofree char *long_tag = g_strdup_printf ("<a b=\"%s\"/>", long_name);
  g_autofree char *large = g_strnfill (WSM_MAX_ENVELOPE_SIZE, 'x');
  GError *error = NULL;

  g_assert_null (parse_repeated (start, "<a/>", 5000, end, &error));
  g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_TOO_MANY_ELEMENTS);
  g_clear_error (&error);
  g_assert_null (parse_repeated (start, "<a>", 40, end, &error));
  g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_TOO_DEEP);
  g_clear_error (&error);
  g_assert_null (parse_repeated ("<a", " b=\"\"", 65, "/>", &error));
  g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_TOO_MANY_ATTRIBUTES);
  g_clear_error (&error);
  g_assert_null (parse_repeated (start, long_tag, 1, end, &error));
  g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_TAG_TOO_LONG);
  g_clear_error (&error);
  g_assert_null (parse_repeated (start, large, 1, end, &error));
  g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_TOO_LARGE);
  g_clear_error (&error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/malformed/bad-messages-are-refused", test_bad_messages_are_refused);
  g_test_add_func ("/wire/malformed/bad-messages-leave-no-trace", test_bad_messages_leave_no_trace);
  g_test_add_func ("/wire/malformed/truncated-messages-are-refused",
                   test_truncated_messages_are_refused);
  g_test_add_func ("/wire/malformed/changed-octets-do-no-harm", test_changed_octets_do_no_harm);
  g_test_add_func ("/wire/malformed/changed-octets-of-a-shell-do-no-harm",
                   test_changed_octets_of_a_shell_do_no_harm);
  g_test_add_func ("/wire/malformed/limits-have-their-own-error", test_limits_have_their_own_error);

  return g_test_run ();
}
