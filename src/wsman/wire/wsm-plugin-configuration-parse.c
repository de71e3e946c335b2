/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-plugin-configuration-private.h"

#include <string.h>

#include "wsm-charset.h"
#include "wsm-plugin-element.h"
#include "wsm-wire-error.h"

#define MAX_DOCUMENT             (64u * 1024u)
#define MAX_PROCESS_IDLE_SECONDS 1209600u
#define MAX_QUOTA                ((guint32) G_MAXINT32)
#define MAX_CONCURRENT_USERS     100u

#define READS_TEXT 0
#define READS_XML  1
#define HOST_BITS  ((int) sizeof (gpointer) * 8)
#define NOT_SAID   (-1)

static const WsmPluginWord versions[] = { { "1", 1 }, { "2", 2 }, { NULL, 0 } };
static const WsmPluginWord architectures[] = { { "32", 32 }, { "64", 64 }, { NULL, 0 } };
static const WsmPluginWord renderings[] = {
  { "text", READS_TEXT },
  { "XmlReader", READS_XML },
  { NULL, 0 },
};
static const WsmPluginWord bufferings[] = {
  { "Block", WSM_PLUGIN_BLOCK },
  { "Drop", WSM_PLUGIN_DROP },
  { NULL, 0 },
};
static const WsmPluginWord hosts[] = { { "helper", FALSE }, { "agent", TRUE }, { NULL, 0 } };

static gboolean
read_parameter (WsmPluginElement *parent, const xmlNode *node, GPtrArray *parameters)
{
  WsmPluginElement element = { parent->document, node };
  g_autofree char *name = NULL;
  const char *value;

  if (!wsm_plugin_element_is (node, "Param"))
    return wsm_plugin_element_refuse_child (parent, node);

  value = wsm_plugin_element_get (&element, NULL, "Value");
  if (!wsm_plugin_element_read_text (&element, "Name", TRUE, &name) ||
      !wsm_plugin_element_end (&element))
    return FALSE;
  if (value == NULL)
    return wsm_plugin_element_fail (&element, "Param has no attribute Value; add it");

  wsm_plugin_parameter_add (parameters, name, value);

  return TRUE;
}

static gboolean
read_parameters (WsmPluginDocument *document, const xmlNode *node, WsmPluginConfiguration *self)
{
  WsmPluginElement element = { document, node };
  const xmlNode *child;

  if (!wsm_plugin_element_end_attributes (&element))
    return FALSE;
  for (child = wsm_xml_first_element (node); child != NULL; child = wsm_xml_next_element (child))
    if (!read_parameter (&element, child, self->parameters))
      return FALSE;

  return TRUE;
}

static gboolean
read_quotas (WsmPluginDocument *document, const xmlNode *node, WsmPluginConfiguration *self)
{
  WsmPluginElement element = { document, node };
  WsmPluginQuotas *quotas = &self->quotas;
  const struct
  {
    const char *name;
    guint32 *value;
    guint32 max;
  } numbers[] = {
    { "MaxConcurrentUsers", &quotas->max_concurrent_users, MAX_CONCURRENT_USERS },
    { "MaxConcurrentOperationsPerUser", &quotas->max_concurrent_operations_per_user, MAX_QUOTA },
    { "MaxConcurrentOperations", &quotas->max_concurrent_operations, MAX_QUOTA },
    { "MaxProcessesPerShell", &quotas->max_processes_per_shell, MAX_QUOTA },
    { "MaxConcurrentCommandsPerShell", &quotas->max_concurrent_commands_per_shell, MAX_QUOTA },
    { "MaxMemoryPerShellMB", &quotas->max_memory_per_shell_mb, MAX_QUOTA },
    { "MaxShells", &quotas->max_shells, MAX_QUOTA },
    { "MaxShellsPerUser", &quotas->max_shells_per_user, MAX_QUOTA },
    { "IdleTimeoutms", &quotas->idle_timeout_msec, MAX_QUOTA },
    { "MaxIdleTimeoutms", &quotas->max_idle_timeout_msec, MAX_QUOTA },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (!wsm_plugin_element_read_number (&element, numbers[i].name, 1, numbers[i].max,
                                         numbers[i].value))
      return FALSE;
  if (!wsm_plugin_element_end (&element))
    return FALSE;

  if (quotas->idle_timeout_msec > quotas->max_idle_timeout_msec)
    return wsm_plugin_element_fail (&element,
                                    "IdleTimeoutms is %u, longer than MaxIdleTimeoutms, which is "
                                    "%u; correct one of them",
                                    quotas->idle_timeout_msec, quotas->max_idle_timeout_msec);

  return TRUE;
}

/* What only Windows has is refused rather than skipped: it would not do what its author expects. */
static gboolean
check_supported (WsmPluginElement *element)
{
  int rendering = READS_TEXT, bits = HOST_BITS;

  if (!wsm_plugin_element_read_word (element, NULL, "XmlRenderingType", renderings, &rendering) ||
      !wsm_plugin_element_read_word (element, NULL, "Architecture", architectures, &bits))
    return FALSE;

  if (rendering != READS_TEXT)
    return wsm_plugin_element_refuse (
      element, "XmlRenderingType XmlReader has no public form and is not supported; "
               "use text");
  if (bits != HOST_BITS)
    return wsm_plugin_element_refuse (
      element, "This Architecture is not that of the service, which cannot load "
               "such a module; build the module for it and leave out Architecture");
  if (wsm_plugin_element_get (element, NULL, "RunAsPassword") != NULL)
    return wsm_plugin_element_refuse (
      element, "RunAsPassword is not supported, since no password belongs into "
               "this file, nor is one needed; leave it out");

  return TRUE;
}

/* What would have no effect is a mistake too. Within the agent nobody has a process; without
 * UseSharedProcess the processes come and go with their users. */
static gboolean
check_process (WsmPluginElement *element, const WsmPluginConfiguration *self)
{
  gboolean is_timed = self->process_idle_timeout_seconds > 0;

  if (self->in_agent && (self->use_shared_process || is_timed))
    return wsm_plugin_element_fail (element,
                                    "%s is for plug-ins in a helper process, and the Host of this "
                                    "one is agent; leave one of them out",
                                    is_timed ? "ProcessIdleTimeoutSec" : "UseSharedProcess");
  if (!self->in_agent && !self->use_shared_process && (self->auto_restart || is_timed))
    return wsm_plugin_element_fail (element,
                                    "%s has no effect while each user has a helper process of his "
                                    "own; add UseSharedProcess=\"true\", or leave it out",
                                    is_timed ? "ProcessIdleTimeoutSec" : "AutoRestart");

  return TRUE;
}

static gboolean
read_root_attributes (WsmPluginElement *element, WsmPluginConfiguration *self)
{
  int version = NOT_SAID, buffering = WSM_PLUGIN_BLOCK;

  if (!wsm_plugin_element_read_text (element, "Name", TRUE, &self->name) ||
      !wsm_plugin_element_read_text (element, "Filename", TRUE, &self->module) ||
      !wsm_plugin_element_read_word (element, NULL, "SDKVersion", versions, &version) ||
      !check_supported (element) ||
      !wsm_plugin_element_read_boolean (element, "Enabled", &self->enabled) ||
      !wsm_plugin_element_read_boolean (element, "UseSharedProcess", &self->use_shared_process) ||
      !wsm_plugin_element_read_boolean (element, "AutoRestart", &self->auto_restart) ||
      !wsm_plugin_element_read_number (element, "ProcessIdleTimeoutSec", 0,
                                       MAX_PROCESS_IDLE_SECONDS,
                                       &self->process_idle_timeout_seconds) ||
      !wsm_plugin_element_read_text (element, "RunAsUser", FALSE, &self->run_as_user) ||
      !wsm_plugin_element_read_word (element, NULL, "OutputBufferingMode", bufferings,
                                     &buffering) ||
      !wsm_plugin_element_read_word (element, WSM_PLUGIN_ADDITIONS_URI, "Host", hosts,
                                     &self->in_agent) ||
      !wsm_plugin_element_read_language (element, &self->language))
    return FALSE;

  if (version == NOT_SAID)
    return wsm_plugin_element_fail (element, "PlugInConfiguration has no attribute SDKVersion; add "
                                             "it");
  self->sdk_version = (guint) version;
  self->buffering = (WsmPluginBuffering) buffering;

  return wsm_plugin_element_end_attributes (element) && check_process (element, self);
}

static gboolean
read_root (WsmPluginDocument *document, const xmlNode *root, WsmPluginConfiguration *self)
{
  static const struct
  {
    const char *name;
    gboolean (*read) (WsmPluginDocument *document, const xmlNode *node,
                      WsmPluginConfiguration *self);
  } children[] = {
    { "InitializationParameters", read_parameters },
    { "Resources", wsm_plugin_resources_read },
    { "Quotas", read_quotas },
  };
  WsmPluginElement element = { document, root };
  guint seen = 0;
  const xmlNode *node;

  if (!wsm_plugin_element_is (root, "PlugInConfiguration"))
    return wsm_plugin_element_fail (
      &element, "The document is not PlugInConfiguration in the namespace " WSM_PLUGIN_URI
                "; correct its first element");
  if (!read_root_attributes (&element, self))
    return FALSE;

  for (node = wsm_xml_first_element (root); node != NULL; node = wsm_xml_next_element (node))
    {
      WsmPluginElement child = { document, node };
      gsize i = 0;

      if (wsm_plugin_element_is (node, "AuthorizationPlugin"))
        return wsm_plugin_element_refuse (
          &child, "AuthorizationPlugin is for IIS on Windows and not supported; "
                  "use Security with an Sddl");
      while (i < G_N_ELEMENTS (children) && !wsm_plugin_element_is (node, children[i].name))
        i++;
      if (i == G_N_ELEMENTS (children))
        return wsm_plugin_element_refuse_child (&element, node);
      if ((seen & 1u << i) != 0)
        return wsm_plugin_element_fail (&child, "%s is there twice; leave one of them out",
                                        children[i].name);
      seen |= 1u << i;
      if (!children[i].read (document, node, self))
        return FALSE;
    }

  if (self->resources->len == 0)
    return wsm_plugin_element_fail (&element, "PlugInConfiguration has no Resources; add them");

  return TRUE;
}

/* The gate and the parser speak of messages and of sending them again. */
static gboolean
fail_xml (WsmPluginDocument *document, guint line, const GError *cause)
{
  const char *sentence;

  switch (cause->code)
    {
    case WSM_WIRE_ERROR_ENCODING:
      sentence = "The document is neither UTF-8 nor UTF-16; save it as UTF-8";
      break;
    case WSM_WIRE_ERROR_FORBIDDEN:
      sentence =
        "The document has a document type, an entity or a processing instruction; leave it "
        "out";
      break;
    case WSM_WIRE_ERROR_MALFORMED:
      sentence = "The document is not well-formed XML; correct it";
      break;
    default:
      sentence = "The document is deeper, or has more or longer elements, than a configuration "
                 "needs; make it simpler";
      break;
    }

  return wsm_plugin_document_fail (document, line, WSM_PLUGIN_CONFIGURATION_ERROR_XML, "%s",
                                   sentence);
}

static gboolean
read_document (WsmPluginDocument *document, WsmPluginConfiguration *self)
{
  g_autoptr (GError) cause = NULL;
  gsize length = strlen (self->document);
  guint line;
  xmlDoc *doc;
  gboolean ok;

  if (!wsm_xml_gate_scan_at (self->document, length, &line, &cause))
    return fail_xml (document, line, cause);
  doc = wsm_xml_read_at (self->document, length, &line, &cause);
  if (doc == NULL)
    return fail_xml (document, line, cause);

  ok = read_root (document, xmlDocGetRootElement (doc), self);
  xmlFreeDoc (doc);

  return ok;
}

static gboolean
decode (WsmPluginDocument *document, const char *text, gsize length, WsmPluginConfiguration *self)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, length);
  g_autoptr (GBytes) utf8 = NULL;
  g_autoptr (GError) cause = NULL;
  WsmCharset charset;

  if (length > MAX_DOCUMENT)
    return wsm_plugin_document_fail (document, 1, WSM_PLUGIN_CONFIGURATION_ERROR_XML,
                                     "The document has %" G_GSIZE_FORMAT " octets, more than the "
                                     "%u that are allowed; shorten it",
                                     length, MAX_DOCUMENT);

  utf8 = wsm_charset_decode (bytes, WSM_CHARSET_UTF_8, &charset, &cause);
  if (utf8 == NULL)
    return fail_xml (document, 1, cause);
  self->document = g_strndup (g_bytes_get_data (utf8, NULL), g_bytes_get_size (utf8));

  return TRUE;
}

/**
 * wsm_plugin_configuration_parse:
 * @file_name: where the document is from, for messages
 * @text: (array length=length): the document, in UTF-8 or, with a byte order mark, in UTF-16
 * @length: its length in octets, at most 64 KiB
 * @error: a #WsmPluginConfigurationError
 *
 * Reads a PlugInConfiguration document (wsman-plugin-api.md, section 7; [MS-WSMV] 2.2.4). It is
 * read strictly: what is not known is a mistake, so that a misspelt quota is not a missing one. Of
 * several mistakes the first is told, with the line where its start tag ends.
 *
 * Returns: (transfer full): what it says; %NULL with @error set otherwise
 */
WsmPluginConfiguration *
wsm_plugin_configuration_parse (const char *file_name, const char *text, gsize length,
                                GError **error)
{
  char room[1024];
  WsmPluginDocument document = { .file_name = file_name, .error = error };
  g_autoptr (WsmPluginConfiguration) self = NULL;
  gboolean ok;

  g_return_val_if_fail (file_name != NULL, NULL);
  g_return_val_if_fail (text != NULL, NULL);

  wsm_arena_init (&document.arena, room, sizeof room);
  self = wsm_plugin_configuration_new (file_name);
  ok = decode (&document, text, length, self) && read_document (&document, self);
  wsm_arena_clear (&document.arena);

  return ok ? g_steal_pointer (&self) : NULL;
}
