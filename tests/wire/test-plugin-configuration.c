/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "wsman/wire/wsm-charset.h"
#include "wsman/wire/wsm-plugin-configuration.h"

#define NS "http://schemas.microsoft.com/wbem/wsman/1/config/PluginConfiguration"
#define RES(inside)                                                                                \
  "<Resources><Resource ResourceUri=\"http://e/r\">" inside "</Resource></Resources>"
#define ROOT(attributes, inside)                                                                   \
  "<PlugInConfiguration xmlns=\"" NS "\"" attributes ">" inside "</PlugInConfiguration>"
#define NAMED " Name=\"N\" Filename=\"/m.so\" SDKVersion=\"1\""
#define GET   "<Capability Type=\"Get\"/>"

/* A document with one thing added. */
#define WITH_ATTRIBUTE(text)  ROOT (NAMED " " text, RES (GET))
#define WITH_CHILD(text)      ROOT (NAMED, RES (GET) text)
#define WITH_RESOURCES(text)  ROOT (NAMED, "<Resources>" text "</Resources>")
#define WITH_CAPABILITY(text) ROOT (NAMED, RES (text))

#define IN_AGENT "xmlns:c=\"" WSM_PLUGIN_ADDITIONS_URI "\" c:Host=\"agent\""

#define INVALID     WSM_PLUGIN_CONFIGURATION_ERROR_INVALID
#define UNSUPPORTED WSM_PLUGIN_CONFIGURATION_ERROR_UNSUPPORTED
#define XML         WSM_PLUGIN_CONFIGURATION_ERROR_XML

static WsmPluginConfiguration *
parse (const char *text, GError **error)
{
  return wsm_plugin_configuration_parse ("plug-ins.d/n.xml", text, strlen (text), error);
}

static WsmPluginConfiguration *
parse_ok (const char *text)
{
  GError *error = NULL;
  WsmPluginConfiguration *configuration = parse (text, &error);

  g_assert_no_error (error);
  g_assert_nonnull (configuration);

  return configuration;
}

static void
assert_refused (const char *text, WsmPluginConfigurationError code, const char *named)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (text, &error));
  g_assert_error (error, WSM_PLUGIN_CONFIGURATION_ERROR, (int) code);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, "plug-ins.d/n.xml:"));
  g_assert_nonnull (strstr (error->message, named));
}

static const char complete[] =
  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
  "<!-- all there is -->\n"
  "<PlugInConfiguration xmlns=\"" NS "\"\n"
  "  xmlns:curfew=\"http://schemas.curfew.org/wsman/1/PluginConfiguration\"\n"
  "  Name=\"Shell &amp; more\" Filename=\"%dir%/shell.so\" SDKVersion=\"2\" "
  "XmlRenderingType=\"text\"\n"
  "  Architecture=\"64\" Enabled=\"FALSE\" UseSharedProcess=\"True\" AutoRestart=\"1\"\n"
  "  ProcessIdleTimeoutSec=\"1209600\" RunAsUser=\"daemon\" OutputBufferingMode=\"Drop\"\n"
  "  xml:lang=\"en-GB\" curfew:Host=\"helper\">\n"
  "  <InitializationParameters>\n"
  "    <Param Name=\"A\" Value=\"1 &lt; 2\"/>\n"
  "    <Param Name=\"Empty\" Value=\"\"></Param>\n"
  "  </InitializationParameters>\n"
  "  <Resources>\n"
  "    <Resource ResourceURI=\"http://e/shell\" SupportOptions=\"true\" ExactMatch=\"1\">\n"
  "      <Security Uri=\"http://e/shell\" ExactMatch=\"true\" Sddl=\"O:NSG:BAD:P(A;;GA;;;BA)\"/>\n"
  "      <Capability Type=\"Shell\"/>\n"
  "    </Resource>\n"
  "    <Resource ResourceUri=\"http://e/other\" SupportsOptions=\"false\">\n"
  "      <Security Uri=\"http://e/other\" Sddl=\"D:\"/>\n"
  "      <Security Uri=\"http://e/other/deep\" Sddl=\"D:P\"/>\n"
  "      <Capability Type=\"Get\" SupportsFragment=\"false\" SupportsFiltering=\"0\"/>\n"
  "      <Capability Type=\"Invoke\"/>\n"
  "    </Resource>\n"
  "  </Resources>\n"
  "  <Quotas MaxConcurrentUsers=\"100\" MaxConcurrentOperationsPerUser=\"2\"\n"
  "    MaxConcurrentOperations=\"3\" MaxProcessesPerShell=\"4\" "
  "MaxConcurrentCommandsPerShell=\"5\"\n"
  "    MaxMemoryPerShellMB=\"6\" MaxShells=\"7\" MaxShellsPerUser=\" 8 \" IdleTimeoutms=\"9\"\n"
  "    MaxIdleTimeoutms=\"2147483647\"/>\n"
  "</PlugInConfiguration>\n";

static void
test_everything_is_read (void)
{
  g_autoptr (WsmPluginConfiguration) self = parse_ok (complete);
  WsmPluginParameter *parameter;

  g_assert_cmpstr (self->file_name, ==, "plug-ins.d/n.xml");
  g_assert_cmpstr (self->name, ==, "Shell & more");
  g_assert_cmpstr (self->module, ==, "%dir%/shell.so");
  g_assert_cmpuint (self->sdk_version, ==, 2);
  g_assert_false (self->enabled);
  g_assert_true (self->use_shared_process);
  g_assert_true (self->auto_restart);
  g_assert_cmpuint (self->process_idle_timeout_seconds, ==, 1209600);
  g_assert_cmpstr (self->run_as_user, ==, "daemon");
  g_assert_cmpint (self->buffering, ==, WSM_PLUGIN_DROP);
  g_assert_false (self->in_agent);
  g_assert_cmpstr (self->language, ==, "en-GB");
  g_assert_cmpstr (self->document, ==, complete);
  g_assert_cmpuint (self->parameters->len, ==, 2);
  parameter = g_ptr_array_index (self->parameters, 0);
  g_assert_cmpstr (parameter->name, ==, "A");
  g_assert_cmpstr (parameter->value, ==, "1 < 2");
  parameter = g_ptr_array_index (self->parameters, 1);
  g_assert_cmpstr (parameter->value, ==, "");
}

static void
test_resources_are_read (void)
{
  g_autoptr (WsmPluginConfiguration) self = parse_ok (complete);
  WsmPluginResource *resource;
  WsmPluginSecurity *security;

  g_assert_cmpuint (self->resources->len, ==, 2);
  resource = g_ptr_array_index (self->resources, 0);
  g_assert_cmpstr (resource->uri, ==, "http://e/shell");
  g_assert_true (resource->supports_options);
  g_assert_true (resource->exact_match);
  g_assert_cmpint (resource->capabilities, ==, WSM_PLUGIN_SHELL);
  g_assert_cmpuint (resource->line, ==, 14);
  g_assert_cmpuint (resource->securities->len, ==, 1);
  security = g_ptr_array_index (resource->securities, 0);
  g_assert_cmpstr (security->uri, ==, "http://e/shell");
  g_assert_cmpstr (security->sddl, ==, "O:NSG:BAD:P(A;;GA;;;BA)");
  g_assert_true (security->exact_match);
  g_assert_cmpuint (security->line, ==, 15);

  resource = g_ptr_array_index (self->resources, 1);
  g_assert_false (resource->supports_options);
  g_assert_false (resource->exact_match);
  g_assert_cmpint (resource->capabilities, ==, WSM_PLUGIN_GET | WSM_PLUGIN_INVOKE);
  g_assert_cmpuint (resource->securities->len, ==, 2);
  security = g_ptr_array_index (resource->securities, 1);
  g_assert_false (security->exact_match);
}

static void
test_quotas_are_read (void)
{
  g_autoptr (WsmPluginConfiguration) self = parse_ok (complete);

  g_assert_cmpuint (self->quotas.max_concurrent_users, ==, 100);
  g_assert_cmpuint (self->quotas.max_concurrent_operations_per_user, ==, 2);
  g_assert_cmpuint (self->quotas.max_concurrent_operations, ==, 3);
  g_assert_cmpuint (self->quotas.max_processes_per_shell, ==, 4);
  g_assert_cmpuint (self->quotas.max_concurrent_commands_per_shell, ==, 5);
  g_assert_cmpuint (self->quotas.max_memory_per_shell_mb, ==, 6);
  g_assert_cmpuint (self->quotas.max_shells, ==, 7);
  g_assert_cmpuint (self->quotas.max_shells_per_user, ==, 8);
  g_assert_cmpuint (self->quotas.idle_timeout_msec, ==, 9);
  g_assert_cmpuint (self->quotas.max_idle_timeout_msec, ==, 2147483647);
}

static void
test_defaults_are_those_of_the_schema (void)
{
  g_autoptr (WsmPluginConfiguration) self = parse_ok (ROOT (NAMED, RES (GET)));
  WsmPluginResource *resource = g_ptr_array_index (self->resources, 0);

  g_assert_true (self->enabled);
  g_assert_false (self->use_shared_process);
  g_assert_false (self->auto_restart);
  g_assert_cmpuint (self->process_idle_timeout_seconds, ==, 0);
  g_assert_null (self->run_as_user);
  g_assert_cmpint (self->buffering, ==, WSM_PLUGIN_BLOCK);
  g_assert_false (self->in_agent);
  g_assert_null (self->language);
  g_assert_cmpuint (self->parameters->len, ==, 0);
  g_assert_cmpuint (resource->securities->len, ==, 0);
  g_assert_false (resource->exact_match);
  g_assert_false (resource->supports_options);

  g_assert_cmpuint (self->quotas.max_concurrent_users, ==, 5);
  g_assert_cmpuint (self->quotas.max_concurrent_operations_per_user, ==, 15);
  g_assert_cmpuint (self->quotas.max_concurrent_operations, ==, 1500);
  g_assert_cmpuint (self->quotas.max_processes_per_shell, ==, 15);
  g_assert_cmpuint (self->quotas.max_concurrent_commands_per_shell, ==, 15);
  g_assert_cmpuint (self->quotas.max_memory_per_shell_mb, ==, 1024);
  g_assert_cmpuint (self->quotas.max_shells, ==, 25);
  g_assert_cmpuint (self->quotas.max_shells_per_user, ==, 5);
  g_assert_cmpuint (self->quotas.idle_timeout_msec, ==, 180000);
  g_assert_cmpuint (self->quotas.max_idle_timeout_msec, ==, 180000);
}

/* An editor on Windows saves with a mark, or in UTF-16. */
static void
test_encodings_of_windows_are_read (void)
{
  static const char text[] = ROOT (" Name=\"ü\" Filename=\"/m\" SDKVersion=\"1\"", RES (GET));
  g_autofree char *marked = g_strconcat ("\xef\xbb\xbf", text, NULL);
  g_autoptr (WsmPluginConfiguration) with_mark = parse_ok (marked);
  g_autoptr (GBytes) wide = wsm_charset_encode (text, strlen (text), WSM_CHARSET_UTF_16);
  g_autoptr (WsmPluginConfiguration) in_utf16 = wsm_plugin_configuration_parse (
    "n.xml", g_bytes_get_data (wide, NULL), g_bytes_get_size (wide), NULL);

  g_assert_cmpstr (with_mark->name, ==, "ü");
  g_assert_cmpstr (with_mark->document, ==, text);
  g_assert_cmpstr (in_utf16->name, ==, "ü");
  g_assert_cmpstr (in_utf16->document, ==, text);
}

static void
test_attributes_of_the_root_are_checked (void)
{
  assert_refused (ROOT (" Filename=\"/m\" SDKVersion=\"1\"", RES (GET)), INVALID, "Name");
  assert_refused (ROOT (" Name=\"N\" SDKVersion=\"1\"", RES (GET)), INVALID, "Filename");
  assert_refused (ROOT (" Name=\"N\" Filename=\"/m\"", RES (GET)), INVALID, "SDKVersion");
  assert_refused (ROOT (" Name=\" \" Filename=\"/m\" SDKVersion=\"1\"", RES (GET)), INVALID,
                  "Name");
  assert_refused (ROOT (" Name=\"a&#10;b\" Filename=\"/m\" SDKVersion=\"1\"", RES (GET)), INVALID,
                  "control");
  assert_refused (ROOT (" Name=\"N\" Filename=\"/m\" SDKVersion=\"3\"", RES (GET)), INVALID,
                  "1 or 2");
  assert_refused (WITH_ATTRIBUTE ("Enabled=\"yes\""), INVALID, "\"yes\"");
  assert_refused (WITH_ATTRIBUTE ("Enabled=\"\""), INVALID, "Enabled");
  assert_refused (WITH_ATTRIBUTE ("UseSharedProcess=\"2\""), INVALID, "UseSharedProcess");
  assert_refused (WITH_ATTRIBUTE ("AutoRestart=\"on\""), INVALID, "AutoRestart");
  assert_refused (WITH_ATTRIBUTE ("ProcessIdleTimeoutSec=\"1209601\""), INVALID, "1209600");
  assert_refused (WITH_ATTRIBUTE ("ProcessIdleTimeoutSec=\"-1\""), INVALID, "\"-1\"");
  assert_refused (WITH_ATTRIBUTE ("OutputBufferingMode=\"Keep\""), INVALID, "Block or Drop");
  assert_refused (WITH_ATTRIBUTE ("XmlRenderingType=\"html\""), INVALID, "XmlRenderingType");
  assert_refused (WITH_ATTRIBUTE ("Architecture=\"16\""), INVALID, "32 or 64");
  assert_refused (WITH_ATTRIBUTE ("Colour=\"red\""), INVALID, "Colour");
  assert_refused (WITH_ATTRIBUTE ("enabled=\"true\""), INVALID, "enabled");
  assert_refused (WITH_ATTRIBUTE ("xmlns:q=\"urn:q\" q:Name=\"x\""), INVALID, "q:Name");
  assert_refused (WITH_ATTRIBUTE ("Host=\"agent\""), INVALID, "Host");
  assert_refused (WITH_ATTRIBUTE ("xmlns:c=\"" WSM_PLUGIN_ADDITIONS_URI "\" c:Host=\"both\""),
                  INVALID, "helper or agent");
}

static void
test_what_would_have_no_effect_is_refused (void)
{
  static const struct
  {
    const char *attributes;
    const char *named; /* NULL if it is fine */
  } cases[] = {
    { "AutoRestart=\"true\"", "AutoRestart has no effect" },
    { "AutoRestart=\"true\" UseSharedProcess=\"false\"", "add UseSharedProcess=\"true\"" },
    { "AutoRestart=\"true\" UseSharedProcess=\"true\"", NULL },
    { "AutoRestart=\"false\"", NULL },
    { "ProcessIdleTimeoutSec=\"1\"", "ProcessIdleTimeoutSec has no effect" },
    { "ProcessIdleTimeoutSec=\"1\" UseSharedProcess=\"true\"", NULL },
    { "ProcessIdleTimeoutSec=\"0\"", NULL },
    { IN_AGENT, NULL },
    { IN_AGENT " AutoRestart=\"true\"", NULL },
    { IN_AGENT " UseSharedProcess=\"true\"", "UseSharedProcess is for plug-ins in a helper" },
    { IN_AGENT " ProcessIdleTimeoutSec=\"1\"",
      "ProcessIdleTimeoutSec is for plug-ins in a helper" },
    { IN_AGENT " UseSharedProcess=\"false\" ProcessIdleTimeoutSec=\"0\"", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf (WITH_ATTRIBUTE ("%s"), cases[i].attributes);

      if (cases[i].named != NULL)
        assert_refused (text, INVALID, cases[i].named);
      else
        wsm_plugin_configuration_free (parse_ok (text));
    }
}

static void
test_language_is_a_tag (void)
{
  const char *good[] = { "en", "de-CH", "zh-Hant-TW", "x-owl", "sl-1994" };
  const char *bad[] = { "",      "!!",  "en-",   "-en",       "en--GB",      "en_GB",
                        "e1-GB", " en", "en GB", "englishes", "en-\303\274", "en-123456789" };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *text = g_strdup_printf (WITH_ATTRIBUTE ("xml:lang=\"%s\""), good[i]);
      g_autoptr (WsmPluginConfiguration) self = parse_ok (text);

      g_assert_cmpstr (self->language, ==, good[i]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text = g_strdup_printf (WITH_ATTRIBUTE ("xml:lang=\"%s\""), bad[i]);

      assert_refused (text, INVALID, "language tag");
    }
}

/* A message is for a terminal and a log, whatever stood in the file. */
static void
test_wrong_values_are_shown_tamely (void)
{
  g_autofree char *text = NULL;
  g_autoptr (GString) many = g_string_new ("&#10;");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 500; i++)
    g_string_append (many, "🦉");
  text = g_strdup_printf (WITH_ATTRIBUTE ("Enabled=\"%s\""), many->str);
  g_assert_null (parse (text, &error));
  g_assert_error (error, WSM_PLUGIN_CONFIGURATION_ERROR, INVALID);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_cmpuint (strlen (error->message), <, 500);
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_what_only_windows_has_is_said_to_be_so (void)
{
  const char *types[] = { "Put", "Create", "Delete", "Enumerate", "Subscribe", "Identify" };

  assert_refused (WITH_ATTRIBUTE ("XmlRenderingType=\"XmlReader\""), UNSUPPORTED, "XmlReader");
  assert_refused (WITH_ATTRIBUTE ("RunAsUser=\"u\" RunAsPassword=\"secret\""), UNSUPPORTED,
                  "RunAsPassword");
  assert_refused (WITH_CHILD ("<AuthorizationPlugin Name=\"a\" Filename=\"f\" SDKVersion=\"1\"/>"),
                  UNSUPPORTED, "AuthorizationPlugin");
  assert_refused (WITH_CAPABILITY ("<Capability Type=\"Get\" SupportsFragment=\"1\"/>"),
                  UNSUPPORTED, "SupportsFragment");
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *text = g_strdup_printf (WITH_CAPABILITY (GET "<Capability Type=\"%s\"/>"),
                                               types[i]);

      assert_refused (text, UNSUPPORTED, "Get, Invoke and Shell");
    }
#if GLIB_SIZEOF_VOID_P == 8
  assert_refused (WITH_ATTRIBUTE ("Architecture=\"32\""), UNSUPPORTED, "Architecture");
#endif
}

static void
test_password_is_not_repeated (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (WITH_ATTRIBUTE ("RunAsPassword=\"secret\""), &error));
  g_assert_null (strstr (error->message, "secret"));
}

static void
test_elements_are_checked (void)
{
  assert_refused (ROOT (NAMED, ""), INVALID, "Resources");
  assert_refused (ROOT (NAMED, "<Resources/>"), INVALID, "Resource");
  assert_refused (WITH_CHILD ("<Colours/>"), INVALID, "Colours");
  assert_refused (WITH_CHILD ("<Quotas xmlns=\"urn:other\"/>"), INVALID, "urn:other");
  assert_refused (WITH_CHILD ("<Quotas xmlns=\"\"/>"), INVALID, "namespace \"\"");
  assert_refused (WITH_CHILD ("<Quotas/><Quotas/>"), INVALID, "twice");
  assert_refused (WITH_CHILD (RES (GET)), INVALID, "twice");
  assert_refused (WITH_CHILD ("text"), INVALID, "text");
  assert_refused (WITH_CHILD ("<Quotas><Quota/></Quotas>"), INVALID, "Quota");
  assert_refused (WITH_CHILD ("<InitializationParameters><Param Name=\"a\"/>"
                              "</InitializationParameters>"),
                  INVALID, "Value");
  assert_refused (WITH_CHILD ("<InitializationParameters><Param Value=\"a\"/>"
                              "</InitializationParameters>"),
                  INVALID, "Name");
  assert_refused (WITH_CHILD ("<InitializationParameters><Parameter Name=\"a\" Value=\"b\"/>"
                              "</InitializationParameters>"),
                  INVALID, "Parameter");
  assert_refused (WITH_CHILD ("<InitializationParameters x=\"1\"/>"), INVALID, "x");
  assert_refused ("<PluginConfiguration xmlns=\"" NS "\"/>", INVALID, "PlugInConfiguration");
  assert_refused ("<PlugInConfiguration Name=\"a\"/>", INVALID, NS);
}

static void
test_resources_are_checked (void)
{
  assert_refused (WITH_RESOURCES ("<Resource>" GET "</Resource>"), INVALID, "ResourceUri");
  assert_refused (WITH_RESOURCES ("<Resource ResourceUri=\"\">" GET "</Resource>"), INVALID,
                  "empty");
  assert_refused (
    WITH_RESOURCES ("<Resource ResourceUri=\"u\" ResourceURI=\"u\">" GET "</Resource>"), INVALID,
    "ResourceURI");
  assert_refused (WITH_RESOURCES ("<Resource ResourceUri=\"u\" SupportsOptions=\"true\" "
                                  "SupportOptions=\"true\">" GET "</Resource>"),
                  INVALID, "SupportOptions");
  assert_refused (WITH_RESOURCES ("<Resource ResourceUri=\"u\">" GET "</Resource>"
                                  "<Resource ResourceURI=\"u\">" GET "</Resource>"),
                  INVALID, "line 1");
  assert_refused (WITH_RESOURCES ("<Resource ResourceUri=\"u\"/>"), INVALID, "Capability");
  assert_refused (
    WITH_RESOURCES ("<Resource ResourceUri=\"u\" ExactMatch=\"maybe\">" GET "</Resource>"), INVALID,
    "ExactMatch");
  assert_refused (WITH_RESOURCES ("<Thing/>"), INVALID, "Thing");
  assert_refused (WITH_CAPABILITY ("<Capability/>"), INVALID, "Type");
  assert_refused (WITH_CAPABILITY ("<Capability Type=\"Dance\"/>"), INVALID, "Dance");
  assert_refused (WITH_CAPABILITY (GET GET), INVALID, "twice");
  assert_refused (WITH_CAPABILITY ("<Capability Type=\"Invoke\" SupportsFragment=\"1\"/>"), INVALID,
                  "SupportsFragment");
  assert_refused (WITH_CAPABILITY ("<Capability Type=\"Get\" SupportsFiltering=\"1\"/>"), INVALID,
                  "SupportsFiltering");
  assert_refused (WITH_CAPABILITY (GET "<Security Sddl=\"D:\"/>"), INVALID, "Uri");
  assert_refused (WITH_CAPABILITY (GET "<Security Uri=\"http://e/r\"/>"), INVALID, "Sddl");
  assert_refused (WITH_CAPABILITY (GET "<Security Uri=\"http://e/\" Sddl=\"D:\"/>"), INVALID,
                  "begin");
  assert_refused (WITH_CAPABILITY (GET "<Privacy/>"), INVALID, "Privacy");
}

static void
test_shell_stands_alone (void)
{
  g_autoptr (WsmPluginConfiguration) apart = parse_ok (
    WITH_RESOURCES ("<Resource ResourceUri=\"u\"><Capability Type=\"Shell\"/></Resource>"
                    "<Resource ResourceUri=\"v\">" GET "</Resource>"));

  g_assert_cmpuint (apart->resources->len, ==, 2);
  assert_refused (WITH_CAPABILITY ("<Capability Type=\"Shell\"/>" GET), INVALID, "Shell");
  assert_refused (WITH_CAPABILITY (GET "<Capability Type=\"Shell\"/>"), INVALID, "Shell");
  assert_refused (WITH_CAPABILITY ("<Capability Type=\"shell\"/><Capability Type=\"Invoke\"/>"),
                  INVALID, "Shell");
}

static void
test_quotas_have_ranges (void)
{
  static const struct
  {
    const char *name;
    const char *least;
    const char *most;
    const char *beyond;
  } quotas[] = {
    { "MaxConcurrentUsers", "1", "100", "101" },
    { "MaxConcurrentOperationsPerUser", "1", "2147483647", "2147483648" },
    { "MaxConcurrentOperations", "1", "2147483647", "2147483648" },
    { "MaxProcessesPerShell", "1", "2147483647", "2147483648" },
    { "MaxConcurrentCommandsPerShell", "1", "2147483647", "2147483648" },
    { "MaxMemoryPerShellMB", "1", "2147483647", "2147483648" },
    { "MaxShells", "1", "2147483647", "2147483648" },
    { "MaxShellsPerUser", "1", "2147483647", "2147483648" },
    { "IdleTimeoutms", "1", "180000", "180001" },
    { "MaxIdleTimeoutms", "180000", "2147483647", "2147483648" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (quotas); i++)
    {
      const char *bad[] = { "0", "", "x", "-1", "1.5", "99999999999999999999", quotas[i].beyond };
      const char *good[] = { quotas[i].least, quotas[i].most };

      for (gsize j = 0; j < G_N_ELEMENTS (bad); j++)
        {
          g_autofree char *text = g_strdup_printf (WITH_CHILD ("<Quotas %s=\"%s\"/>"),
                                                   quotas[i].name, bad[j]);

          assert_refused (text, INVALID, quotas[i].name);
        }
      for (gsize j = 0; j < G_N_ELEMENTS (good); j++)
        {
          g_autofree char *text = g_strdup_printf (WITH_CHILD ("<Quotas %s=\"%s\"/>"),
                                                   quotas[i].name, good[j]);
          g_autoptr (WsmPluginConfiguration) self = parse_ok (text);
        }
    }
  assert_refused (WITH_CHILD ("<Quotas MaxSchells=\"5\"/>"), INVALID, "MaxSchells");
}

static void
test_line_is_that_of_the_mistake (void)
{
  static const struct
  {
    const char *text;
    const char *place;
  } cases[] = {
    { "<PlugInConfiguration xmlns=\"" NS "\"\n Name=\"N\"\n Colour=\"1\">\n</PlugInConfiguration>",
      ":3:" },
    { "\n\n" WITH_CHILD ("\n<Quotas MaxShells=\"0\"/>"), ":4:" },
    { WITH_CHILD ("\n\n\n<Quotas>"), ":4:" },
    { WITH_CHILD ("\n\n<a & b/>"), ":3:" },
    { WITH_CHILD ("\n<?php ?>"), ":2:" },
    { "\n<!DOCTYPE a>" WITH_CHILD (""), ":2:" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (cases[i].text, &error));
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, cases[i].place));
    }
}

static void
test_first_mistake_is_told (void)
{
  assert_refused (ROOT (NAMED " Colour=\"1\"", "<Quotas MaxShells=\"0\"/>"), INVALID, "Colour");
  assert_refused (ROOT (NAMED, "<Quotas MaxShells=\"0\"/><Resources/>"), INVALID, "MaxShells");
}

static void
test_what_is_not_xml_is_refused (void)
{
  g_autofree char *filler = g_strnfill (64 * 1024, ' ');
  g_autofree char *large = g_strconcat (WITH_CHILD (""), filler, NULL);
  g_autofree char *nested = NULL;
  g_autoptr (GString) deep = g_string_new (NULL);

  for (guint i = 0; i < 100; i++)
    g_string_append (deep, "<a>");
  nested = g_strdup (deep->str);

  assert_refused ("", XML, ":1:");
  assert_refused ("hello", XML, "XML");
  assert_refused ("<a>", XML, "XML");
  assert_refused ("<a></b>", XML, "XML");
  assert_refused ("\xff", XML, "UTF-8");
  assert_refused ("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>", XML,
                  "document type");
  assert_refused ("<a>&x;</a>", XML, "XML");
  assert_refused (nested, XML, "deeper");
  assert_refused (large, XML, "65536");
}

static void
test_every_cut_is_an_error (void)
{
  for (gsize cut = 0; cut + 1 < sizeof complete - 1; cut++)
    {
      g_autofree char *part = g_memdup2 (complete, MAX (cut, 1));
      g_autoptr (GError) error = NULL;

      g_assert_null (wsm_plugin_configuration_parse ("n.xml", part, cut, &error));
      g_assert_error (error, WSM_PLUGIN_CONFIGURATION_ERROR, XML);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add_func ("/wire/plugin-configuration/" path, function)
  ADD ("everything-is-read", test_everything_is_read);
  ADD ("resources-are-read", test_resources_are_read);
  ADD ("quotas-are-read", test_quotas_are_read);
  ADD ("defaults-are-those-of-the-schema", test_defaults_are_those_of_the_schema);
  ADD ("encodings-of-windows-are-read", test_encodings_of_windows_are_read);
  ADD ("attributes-of-the-root-are-checked", test_attributes_of_the_root_are_checked);
  ADD ("what-would-have-no-effect-is-refused", test_what_would_have_no_effect_is_refused);
  ADD ("language-is-a-tag", test_language_is_a_tag);
  ADD ("wrong-values-are-shown-tamely", test_wrong_values_are_shown_tamely);
  ADD ("what-only-windows-has-is-said-to-be-so", test_what_only_windows_has_is_said_to_be_so);
  ADD ("password-is-not-repeated", test_password_is_not_repeated);
  ADD ("elements-are-checked", test_elements_are_checked);
  ADD ("resources-are-checked", test_resources_are_checked);
  ADD ("quotas-have-ranges", test_quotas_have_ranges);
  ADD ("line-is-that-of-the-mistake", test_line_is_that_of_the_mistake);
  ADD ("first-mistake-is-told", test_first_mistake_is_told);
  ADD ("what-is-not-xml-is-refused", test_what_is_not_xml_is_refused);
  ADD ("every-cut-is-an-error", test_every_cut_is_an_error);
#undef ADD
  g_test_add_func ("/conformance/42/shell-mixed-with-another-capability-is-rejected",
                   test_shell_stands_alone);

  return g_test_run ();
}
