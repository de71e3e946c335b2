/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "wsm-plugin-configuration-private.h"
#include "wsm-plugin-element.h"

#define NOT_SERVED (-1) /* a type that only Windows hands to plug-ins */

static const WsmPluginWord types[] = {
  { "Get", WSM_PLUGIN_GET },       { "Put", NOT_SERVED },
  { "Create", NOT_SERVED },        { "Delete", NOT_SERVED },
  { "Invoke", WSM_PLUGIN_INVOKE }, { "Enumerate", NOT_SERVED },
  { "Subscribe", NOT_SERVED },     { "Identify", NOT_SERVED },
  { "Shell", WSM_PLUGIN_SHELL },   { NULL, 0 },
};

/* [MS-WSMV] and a published schema spell some names differently; one of them may be there. */
static gboolean
choose_name (WsmPluginElement *element, const char **name, const char *other)
{
  const char *usual = *name;

  if (wsm_plugin_element_get (element, NULL, other) == NULL)
    return TRUE;
  if (wsm_plugin_element_get (element, NULL, usual) != NULL)
    return wsm_plugin_element_fail (element, "%s and %s mean the same; leave one of them out",
                                    usual, other);
  *name = other;

  return TRUE;
}

/* What no request is ever handed to a plug-in for, a resource cannot promise. */
static gboolean
check_served (WsmPluginElement *element, int type, gboolean fragment, gboolean filtering)
{
  if (type == NOT_SERVED)
    return wsm_plugin_element_refuse (element,
                                      "This service hands requests of the types Get, Invoke and "
                                      "Shell to plug-ins, and none of this type; leave this "
                                      "Capability out");
  if (fragment && type != WSM_PLUGIN_GET)
    return wsm_plugin_element_fail (element,
                                    "SupportsFragment is for Get, Put, Create and Delete only; "
                                    "leave it out");
  if (fragment)
    return wsm_plugin_element_refuse (element,
                                      "SupportsFragment is not supported, since no request for a "
                                      "part of a resource is served; leave it out");
  if (filtering)
    return wsm_plugin_element_fail (element,
                                    "SupportsFiltering is for Enumerate and Subscribe only; leave "
                                    "it out");

  return TRUE;
}

static gboolean
read_capability (WsmPluginDocument *document, const xmlNode *node, WsmPluginResource *resource)
{
  WsmPluginElement element = { document, node };
  gboolean fragment = FALSE, filtering = FALSE;
  int type = 0;

  if (!wsm_plugin_element_read_word (&element, NULL, "Type", types, &type) ||
      !wsm_plugin_element_read_boolean (&element, "SupportsFragment", &fragment) ||
      !wsm_plugin_element_read_boolean (&element, "SupportsFiltering", &filtering) ||
      !wsm_plugin_element_end (&element))
    return FALSE;

  if (type == 0)
    return wsm_plugin_element_fail (&element, "Capability has no attribute Type; add it");
  if (!check_served (&element, type, fragment, filtering))
    return FALSE;
  if ((resource->capabilities & (guint) type) != 0)
    return wsm_plugin_element_fail (&element,
                                    "The resource has this capability twice; leave one of them "
                                    "out");

  resource->capabilities |= (guint) type;
  if ((resource->capabilities & WSM_PLUGIN_SHELL) != 0 &&
      resource->capabilities != WSM_PLUGIN_SHELL)
    return wsm_plugin_element_fail (&element,
                                    "A resource with the capability Shell cannot have others; make "
                                    "another resource of them");

  return TRUE;
}

static gboolean
read_security (WsmPluginDocument *document, const xmlNode *node, WsmPluginResource *resource)
{
  WsmPluginElement element = { document, node };
  WsmPluginSecurity *security = wsm_plugin_security_new (resource->securities);

  security->line = wsm_plugin_element_get_line (node);
  if (!wsm_plugin_element_read_text (&element, "Uri", TRUE, &security->uri) ||
      !wsm_plugin_element_read_text (&element, "Sddl", TRUE, &security->sddl) ||
      !wsm_plugin_element_read_boolean (&element, "ExactMatch", &security->exact_match) ||
      !wsm_plugin_element_end (&element))
    return FALSE;

  if (!g_str_has_prefix (security->uri, resource->uri))
    return wsm_plugin_element_fail (&element,
                                    "The Uri of Security does not begin with that of its resource, "
                                    "so it would never apply; correct one of them");

  return TRUE;
}

static gboolean
read_resource_children (WsmPluginElement *element, WsmPluginResource *resource)
{
  const xmlNode *child;

  for (child = wsm_xml_first_element (element->node); child != NULL;
       child = wsm_xml_next_element (child))
    if (wsm_plugin_element_is (child, "Security"))
      {
        if (!read_security (element->document, child, resource))
          return FALSE;
      }
    else if (wsm_plugin_element_is (child, "Capability"))
      {
        if (!read_capability (element->document, child, resource))
          return FALSE;
      }
    else
      {
        return wsm_plugin_element_refuse_child (element, child);
      }

  return TRUE;
}

static gboolean
check_unique (WsmPluginElement *element, const GPtrArray *resources, const char *uri)
{
  /* The last one is the one in question. */
  for (guint i = 0; i + 1 < resources->len; i++)
    {
      const WsmPluginResource *other = g_ptr_array_index (resources, i);

      if (strcmp (other->uri, uri) == 0)
        return wsm_plugin_element_fail (element,
                                        "The resource URI is that of line %u already; leave one of "
                                        "them out",
                                        other->line);
    }

  return TRUE;
}

static gboolean
read_resource (WsmPluginElement *parent, const xmlNode *node, GPtrArray *resources)
{
  WsmPluginElement element = { parent->document, node };
  WsmPluginResource *resource;
  const char *uri = "ResourceUri";
  const char *options = "SupportsOptions";

  if (!wsm_plugin_element_is (node, "Resource"))
    return wsm_plugin_element_refuse_child (parent, node);

  resource = wsm_plugin_resource_new (resources);
  resource->line = wsm_plugin_element_get_line (node);
  if (!choose_name (&element, &uri, "ResourceURI") ||
      !choose_name (&element, &options, "SupportOptions") ||
      !wsm_plugin_element_read_text (&element, uri, TRUE, &resource->uri) ||
      !wsm_plugin_element_read_boolean (&element, options, &resource->supports_options) ||
      !wsm_plugin_element_read_boolean (&element, "ExactMatch", &resource->exact_match) ||
      !wsm_plugin_element_end_attributes (&element) ||
      !check_unique (&element, resources, resource->uri) ||
      !read_resource_children (&element, resource))
    return FALSE;

  if (resource->capabilities == 0)
    return wsm_plugin_element_fail (&element,
                                    "The resource has no Capability, so nothing could be asked of "
                                    "it; add one");

  return TRUE;
}

/*
 * wsm_plugin_resources_read: the element Resources, into the configuration.
 */
gboolean
wsm_plugin_resources_read (WsmPluginDocument *document, const xmlNode *node,
                           WsmPluginConfiguration *self)
{
  WsmPluginElement element = { document, node };
  const xmlNode *child;

  if (!wsm_plugin_element_end_attributes (&element))
    return FALSE;
  for (child = wsm_xml_first_element (node); child != NULL; child = wsm_xml_next_element (child))
    if (!read_resource (&element, child, self->resources))
      return FALSE;

  if (self->resources->len == 0)
    return wsm_plugin_element_fail (&element, "Resources has no Resource; add one");

  return TRUE;
}
