/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire-messages.h"

static char *
send_fault (guint32 code, const char *provider, const char *extended)
{
  g_autoptr (WsmFault) fault = wsm_fault_new_for_code (code, provider, extended);
  g_autoptr (WsmEnvelope) request = parse_ok (MESSAGE (H_ALL, ""));
  g_autoptr (WsmEnvelope) reply = wsm_envelope_new_fault (request, WSM_CHARSET_UTF_8, fault);

  g_assert_cmpuint (wsm_fault_get_code (fault), ==, code);

  return to_text (reply);
}

static WsmFault *
receive_fault (const char *text)
{
  g_autoptr (WsmEnvelope) envelope = parse_ok (text);

  return wsm_fault_ref (wsm_envelope_get_fault (envelope));
}

static void
test_code_says_what_it_is (void)
{
  static const struct
  {
    guint32 code;
    WsmFaultKind kind;
    const char *subcode;
    const char *detail;
  } cases[] = {
    { 5, WSM_FAULT_ACCESS_DENIED, "AccessDenied", NULL },
    { 0x80070005, WSM_FAULT_ACCESS_DENIED, "AccessDenied", NULL },
    { 87, WSM_FAULT_INVALID_PARAMETER, "InvalidParameter", NULL },
    { 0x80070057, WSM_FAULT_INVALID_PARAMETER, "InvalidParameter", NULL },
    { 2, WSM_FAULT_INTERNAL_ERROR, "InternalError", NULL },
    { 8, WSM_FAULT_INTERNAL_ERROR, "InternalError", NULL },
    { 995, WSM_FAULT_INTERNAL_ERROR, "InternalError", NULL },
    { 1115, WSM_FAULT_INTERNAL_ERROR, "InternalError", NULL },
    { 1190, WSM_FAULT_INTERNAL_ERROR, "InternalError", NULL },
    { 1223, WSM_FAULT_INTERNAL_ERROR, "InternalError", NULL },
    { 1359, WSM_FAULT_INTERNAL_ERROR, "InternalError", NULL },
    { 4317, WSM_FAULT_INTERNAL_ERROR, "InternalError", NULL },
    { 0xffffffff, WSM_FAULT_INTERNAL_ERROR, "InternalError", NULL },
    { 0x80338000, WSM_FAULT_DESTINATION_UNREACHABLE, "DestinationUnreachable", NULL },
    { 0x80338003, WSM_FAULT_INTERNAL_ERROR, "InternalError", NULL },
    { 0x80338013, WSM_FAULT_ACTION_NOT_SUPPORTED, "ActionNotSupported", NULL },
    { 0x80338029, WSM_FAULT_TIMED_OUT, "TimedOut", NULL },
    { 0x80338032, WSM_FAULT_CONCURRENCY, "Concurrency", NULL },
    { 0x80338039, WSM_FAULT_INVALID_OPTIONS, "InvalidOptions", NULL },
    { 0x8033803a, WSM_FAULT_INVALID_PARAMETER, "InvalidParameter", NULL },
    { 0x8033803b, WSM_FAULT_INVALID_RESOURCE_URI, "DestinationUnreachable", "InvalidResourceURI" },
    { 0x8033803d, WSM_FAULT_UNEXPECTED_SELECTORS, "InvalidSelectors", NULL },
    { 0x8033803f, WSM_FAULT_QUOTA_LIMIT, "QuotaLimit", NULL },
    { 0x80338042, WSM_FAULT_UNSUPPORTED_FEATURE, "UnsupportedFeature", NULL },
    { 0x80338051, WSM_FAULT_INVALID_OPTIONS, "InvalidOptions", "NotSupported" },
    { 0x80338052, WSM_FAULT_INVALID_OPTIONS, "InvalidOptions", "InvalidName" },
    { 0x80338053, WSM_FAULT_INVALID_OPTIONS, "InvalidOptions", "InvalidValue" },
    { 0x8033805b, WSM_FAULT_UNEXPECTED_SELECTORS, "InvalidSelectors", "UnexpectedSelectors" },
    { 0x80338083, WSM_FAULT_INTERNAL_ERROR, "InternalError", NULL },
    { 0x8033809a, WSM_FAULT_INTERNAL_ERROR, "InternalError", NULL },
    { 0x803380ef, WSM_FAULT_INTERNAL_ERROR, "InternalError", NULL },
    { 0x8033818b, WSM_FAULT_INVALID_PARAMETER, "InvalidParameter", NULL },
    { 0x8033818d, WSM_FAULT_INVALID_PARAMETER, "InvalidParameter", NULL },
    { 0x803381a5, WSM_FAULT_QUOTA_LIMIT, "QuotaLimit", NULL },
    { 0x803381a6, WSM_FAULT_QUOTA_LIMIT, "QuotaLimit", NULL },
    { 0x803381a7, WSM_FAULT_QUOTA_LIMIT, "QuotaLimit", NULL },
    { 0x803381a8, WSM_FAULT_QUOTA_LIMIT, "QuotaLimit", NULL },
    { 0x803381cc, WSM_FAULT_INTERNAL_ERROR, "InternalError", NULL },
    { 0x803381de, WSM_FAULT_INTERNAL_ERROR, "InternalError", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = send_fault (cases[i].code, "Provider", NULL);
      g_autoptr (WsmFault) read = receive_fault (text);
      g_autoptr (WsmFault) sent = wsm_fault_new_for_code (cases[i].code, NULL, NULL);

      g_test_message ("%08x: %s", cases[i].code, wsm_fault_get_reason (read));
      g_assert_cmpint (wsm_fault_get_kind (sent), ==, cases[i].kind);
      g_assert_cmpstr (wsm_fault_get_subcode (read), ==, cases[i].subcode);
      g_assert_cmpstr (wsm_fault_get_detail (read), ==, cases[i].detail);
      g_assert_cmpuint (wsm_fault_get_code (read), ==, cases[i].code);
      g_assert_true (g_str_has_suffix (wsm_fault_get_reason (read), "."));
      g_assert_null (strstr (text, "ProviderFault"));
    }
}

static void
test_success_is_no_fault (void)
{
  g_autoptr (WsmFault) fault = wsm_fault_new_for_code (0, NULL, NULL);

  g_assert_cmpint (wsm_fault_get_kind (fault), ==, WSM_FAULT_INTERNAL_ERROR);
  g_assert_cmpuint (wsm_fault_get_code (fault), ==, 1359);
}

static void
test_text_is_the_reason (void)
{
  static const char reason[] = "A shutdown <is> \"under\" way & has a message: 60 s.";
  g_autofree char *text = send_fault (1115, "Provider", reason);
  g_autoptr (WsmFault) read = receive_fault (text);

  g_assert_cmpstr (wsm_fault_get_reason (read), ==, reason);
  g_assert_nonnull (strstr (text,
                            "<f:Message>A shutdown &lt;is&gt; &quot;under&quot; way &amp; has "
                            "a message: 60 s.</f:Message>"));
}

static void
test_xml_is_a_provider_fault (void)
{
  g_autofree char *text = send_fault (1115, "My \"plug-in\" <1>",
                                      "<?xml version=\"1.0\"?><q:Why xmlns:q=\"urn:q\">late &amp; "
                                      "\xc3\xbc</q:Why>");
  g_autoptr (WsmFault) read = receive_fault (text);

  g_assert_nonnull (strstr (text, "<f:Message><f:ProviderFault provider=\"My &quot;plug-in&quot; "
                                  "&lt;1&gt;\"><q:Why xmlns:q=\"urn:q\">late &amp; \xc3\xbc</q:Why>"
                                  "</f:ProviderFault></f:Message>"));
  g_assert_cmpuint (wsm_fault_get_code (read), ==, 1115);
  g_assert_cmpstr (wsm_fault_get_reason (read), ==,
                   "The computer is shutting down, so the request came too late.");
}

static void
test_provider_may_have_no_name (void)
{
  g_autofree char *text = send_fault (1115, NULL, "<a/>");
  g_autoptr (WsmFault) read = receive_fault (text);

  g_assert_nonnull (strstr (text, "provider=\"\"><a/></f:ProviderFault>"));
}

/* Whatever a plug-in says, the message stays one, and only what is in order gets into it as XML. */
static void
test_broken_information_is_text (void)
{
  static const char *const informations[] = {
    "<a>",
    "<a></b>",
    "</f:ProviderFault>",
    "<a/></c><c>",
    "<q:a/>",
    "<s:Body/>",
    "<a>&nbsp;</a>",
    "<!DOCTYPE a><a/>",
    "<?php ?>",
    "<a b='",
    "<",
    "<a>\xff</a>",
    "<a>\x01</a>",
    "a\x01\xff"
    "b",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (informations); i++)
    {
      g_autofree char *text = NULL;
      g_autoptr (WsmFault) read = NULL;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      text = send_fault (1115, "P", informations[i]);
      read = receive_fault (text);
      g_assert_null (strstr (text, "ProviderFault provider"));
      g_assert_cmpuint (wsm_fault_get_code (read), ==, 1115);
      g_assert_cmpstr (wsm_fault_get_reason (read), !=, "");
    }
}

static void
test_empty_information_is_none (void)
{
  g_autoptr (WsmFault) fault = wsm_fault_new_for_code (995, "P", "");
  g_autoptr (WsmFault) other = wsm_fault_new_for_code (995, "P", NULL);

  g_assert_cmpstr (wsm_fault_get_reason (fault), ==, wsm_fault_get_reason (other));
}

static void
test_long_information_is_cut (void)
{
  g_autoptr (GString) owls = g_string_new ("x");
  g_autoptr (GString) xml = g_string_new ("<a>");
  g_autoptr (WsmFault) fault = NULL;
  g_autoptr (WsmFault) long_xml = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append (owls, "🦉");
  for (guint i = 0; i < 3000; i++)
    g_string_append_c (xml, 'x');
  g_string_append (xml, "</a>");

  fault = wsm_fault_new_for_code (1115, NULL, owls->str);
  g_assert_true (g_utf8_validate (wsm_fault_get_reason (fault), -1, NULL));
  g_assert_cmpuint (strlen (wsm_fault_get_reason (fault)), <=, 1024 + strlen ("…"));
  g_assert_true (g_str_has_suffix (wsm_fault_get_reason (fault), "🦉…"));

  long_xml = wsm_fault_new_for_code (1115, NULL, xml->str);
  g_assert_true (g_str_has_prefix (wsm_fault_get_reason (long_xml), "<a>xxx"));
}

/* The smallest answer that a client may ask for. */
static void
test_longest_fault_fits (void)
{
  g_autofree char *text = g_strnfill (5000, 'x');
  g_autofree char *xml = g_strdup_printf ("<a>%.*s</a>", 2041, text);
  const char *informations[] = { text, xml };

  for (gsize i = 0; i < G_N_ELEMENTS (informations); i++)
    {
      g_autoptr (WsmFault) fault = wsm_fault_new_for_code (0x8033803b, "P", informations[i]);
      g_autoptr (WsmEnvelope) request = parse_ok (MESSAGE (H_ALL, ""));
      g_autoptr (WsmEnvelope) reply = wsm_envelope_new_fault (request, WSM_CHARSET_UTF_16, fault);
      g_autoptr (GBytes) bytes = wsm_envelope_serialize (reply);

      g_assert_cmpuint (g_bytes_get_size (bytes), <=, WSM_MIN_ENVELOPE_SIZE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/fault-code/code-says-what-it-is", test_code_says_what_it_is);
  g_test_add_func ("/wire/fault-code/success-is-no-fault", test_success_is_no_fault);
  g_test_add_func ("/wire/fault-code/text-is-the-reason", test_text_is_the_reason);
  g_test_add_func ("/wire/fault-code/xml-is-a-provider-fault", test_xml_is_a_provider_fault);
  g_test_add_func ("/wire/fault-code/provider-may-have-no-name", test_provider_may_have_no_name);
  g_test_add_func ("/wire/fault-code/broken-information-is-text", test_broken_information_is_text);
  g_test_add_func ("/wire/fault-code/empty-information-is-none", test_empty_information_is_none);
  g_test_add_func ("/wire/fault-code/long-information-is-cut", test_long_information_is_cut);
  g_test_add_func ("/wire/fault-code/longest-fault-fits", test_longest_fault_fits);

  return g_test_run ();
}
