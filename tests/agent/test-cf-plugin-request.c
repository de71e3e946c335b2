/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-plugin-request.h"
#include "tests/wire/wire-messages.h"

#include <string.h>

#define ACTION "http://schemas.example.org/tea/Pour"
#define FULL                                                                                       \
  MESSAGE (H_TO "<w:ResourceURI s:mustUnderstand=\"true\">http://schemas.example.org/tea"          \
                "</w:ResourceURI>" H_REPLY_TO "<a:Action s:mustUnderstand=\"1\">" ACTION           \
                "</a:Action>" H_MESSAGE_ID "<w:MaxEnvelopeSize>153600</w:MaxEnvelopeSize>"         \
                "<w:OperationTimeout>PT20S</w:OperationTimeout>"                                   \
                "<w:Locale xml:lang=\"de-AT\" s:mustUnderstand=\"false\"/>"                        \
                "<p:DataLocale xml:lang=\"fr-CA\" s:mustUnderstand=\"false\"/>"                    \
                "<w:SelectorSet><w:Selector Name=\"Pot\">1</w:Selector>"                           \
                "<w:Selector Name=\"Kind\"></w:Selector></w:SelectorSet>"                          \
                "<w:OptionSet s:mustUnderstand=\"true\"><w:Option Name=\"Milk\">yes</w:Option>"    \
                "<w:Option Name=\"Sugar\" MustComply=\"true\">2</w:Option></w:OptionSet>",         \
           "<t:Pour_INPUT xmlns:t=\"http://schemas.example.org/tea\" "                             \
           "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "                              \
           "xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\">"                            \
           "<t:Cups>3</t:Cups><t:Note></t:Note><t:Guest xsi:nil=\"true\"/>"                        \
           "<t:When><cim:Datetime>2026-02-03T04:05:06Z</cim:Datetime></t:When>"                    \
           "<t:Tray><t:Colour>red</t:Colour></t:Tray><t:Guest>kim</t:Guest></t:Pour_INPUT>")

typedef struct
{
  WsmPrincipal *caller;
  WsmEnvelope *envelope;
  WsmOperation *operation;
  CfPluginRequest request;
} Fixture;

static void
done_cb (const WsmOutcome *outcome, gpointer user_data)
{
}

static void
set_up_request (Fixture *f, WsmPrincipal *caller, WsmEnvelope *envelope)
{
  f->caller = caller;
  f->envelope = envelope;
  f->operation = wsm_operation_new (f->caller, f->envelope, NULL, done_cb, NULL);
  cf_plugin_request_init (&f->request, f->operation);
  cf_plugin_request_take_object (&f->request, wsm_envelope_get_object (f->envelope));
}

static void
tear_down_request (Fixture *f)
{
  cf_plugin_request_clear (&f->request);
  wsm_operation_unref (f->operation);
  wsm_envelope_unref (f->envelope);
  wsm_principal_unref (f->caller);
}

static void
test_headers (void)
{
  const CfPluginCall *call;
  Fixture f;

  g_test_summary ("Who asks, addresses, locales, limits, selectors and options go along");

  set_up_request (&f, wsm_principal_new ("mara", "EXAMPLE.ORG", "Basic", "192.0.2.7"),
                  parse_ok (FULL));
  call = &f.request.call;
  g_assert_cmpstr (call->sender_name, ==, "mara@EXAMPLE.ORG");
  g_assert_cmpstr (call->mechanism, ==, "Basic");
  g_assert_null (call->certificate_subject);
  g_assert_cmpstr (call->url, ==, "http://pc7.example.net:5985/wsman");
  g_assert_cmpstr (call->resource_uri, ==, "http://schemas.example.org/tea");
  g_assert_cmpstr (call->locale, ==, "de-AT");
  g_assert_cmpstr (call->data_locale, ==, "fr-CA");
  g_assert_cmpuint (call->max_envelope_size, ==, 153600);
  g_assert_cmpuint (call->timeout_msec, ==, 20000);

  g_assert_cmpuint (call->n_selectors, ==, 2);
  g_assert_cmpstr (call->selectors[0].name, ==, "Pot");
  g_assert_cmpstr (call->selectors[0].value, ==, "1");
  g_assert_cmpstr (call->selectors[1].name, ==, "Kind");
  g_assert_cmpstr (call->selectors[1].value, ==, "");

  g_assert_cmpuint (call->n_options, ==, 2);
  g_assert_true (call->options_must_understand);
  g_assert_cmpstr (call->options[0].name, ==, "Milk");
  g_assert_cmpstr (call->options[0].value, ==, "yes");
  g_assert_false (call->options[0].must_comply);
  g_assert_cmpstr (call->options[1].value, ==, "2");
  g_assert_true (call->options[1].must_comply);
  tear_down_request (&f);
}

static void
test_input (void)
{
  static const CfPluginValue expected[] = {
    { "Cups", "3", CF_PLUGIN_VALUE_TEXT },
    { "Note", "", CF_PLUGIN_VALUE_TEXT },
    { "Guest", NULL, CF_PLUGIN_VALUE_NULL },
    { "When", "2026-02-03T04:05:06Z", CF_PLUGIN_VALUE_DATETIME },
    { "Tray", NULL, CF_PLUGIN_VALUE_COMPLEX },
    { "Guest", "kim", CF_PLUGIN_VALUE_TEXT },
  };
  const CfPluginObject *input;
  Fixture f;

  g_test_summary ("The body goes along in order, each value with its type");

  set_up_request (&f, wsm_principal_new ("mara", NULL, "Basic", "192.0.2.7"), parse_ok (FULL));
  input = f.request.call.input;
  g_assert_nonnull (input);
  g_assert_cmpstr (input->namespace_uri, ==, "http://schemas.example.org/tea");
  g_assert_cmpstr (input->name, ==, "Pour_INPUT");
  g_assert_cmpuint (input->n_values, ==, G_N_ELEMENTS (expected));
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_assert_cmpstr (input->values[i].name, ==, expected[i].name);
      g_assert_cmpstr (input->values[i].value, ==, expected[i].value);
      g_assert_cmpint (input->values[i].type, ==, expected[i].type);
    }
  tear_down_request (&f);
}

static void
test_bare (void)
{
  Fixture f;

  g_test_summary ("What a request has not is left out, and a certificate has its published name");

  set_up_request (&f, wsm_principal_new ("mara", NULL, "Certificate", "192.0.2.7"),
                  parse_ok (MESSAGE (H_ALL, "")));
  g_assert_cmpstr (f.request.call.sender_name, ==, "mara");
  g_assert_cmpstr (f.request.call.mechanism, ==, "ClientCertificate");
  g_assert_null (f.request.call.locale);
  g_assert_null (f.request.call.data_locale);
  g_assert_cmpuint (f.request.call.n_selectors, ==, 0);
  g_assert_cmpuint (f.request.call.n_options, ==, 0);
  g_assert_false (f.request.call.options_must_understand);
  g_assert_null (f.request.call.input);
  g_assert_cmpuint (f.request.call.timeout_msec, ==, WSM_MAX_OPERATION_TIMEOUT_MSEC);
  tear_down_request (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/agent/plugin-request/headers", test_headers);
  g_test_add_func ("/agent/plugin-request/input", test_input);
  g_test_add_func ("/agent/plugin-request/bare", test_bare);
  return g_test_run ();
}
