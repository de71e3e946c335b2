/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin.h"
#include "cf-security-descriptor.h"

G_BEGIN_DECLS

/**
 * CfPluginRoute:
 * @plugin: (unowned): who answers
 * @resource: (unowned): by which of its resources
 * @security: (unowned) (nullable): the closest of its Security elements; %NULL if none fits
 * @descriptor: (unowned) (nullable): the Sddl of @security
 *
 * Where a request goes.
 */
typedef struct
{
  CfPlugin *plugin;
  const WsmPluginResource *resource;
  const WsmPluginSecurity *security;
  const CfSecurityDescriptor *descriptor;
} CfPluginRoute;

/* What is wrong with a document beyond what wsm_plugin_configuration_parse() can see. */
#define CF_PLUGIN_DIRECTORY_ERROR (cf_plugin_directory_error_quark ())
GQuark cf_plugin_directory_error_quark (void);
typedef enum
{
  CF_PLUGIN_DIRECTORY_ERROR_TAKEN, /* a name or resource URI that another plug-in has */
  CF_PLUGIN_DIRECTORY_ERROR_UNSUPPORTED,
  CF_PLUGIN_DIRECTORY_ERROR_SECURITY, /* an Sddl that cannot be read */
  CF_PLUGIN_DIRECTORY_ERROR_MODULE,   /* a module that is not there, or not trusted */
} CfPluginDirectoryError;

/**
 * CfPluginDirectory:
 *
 * All configured plug-ins, and which of them a resource URI belongs to: an exact match before a
 * prefix, a longer prefix before a shorter one (wsman-plugin-api.md section 7).
 *
 * Signal `stopped`: after cf_plugin_directory_stop(), nothing runs any more.
 */
#define CF_TYPE_PLUGIN_DIRECTORY (cf_plugin_directory_get_type ())
G_DECLARE_FINAL_TYPE (CfPluginDirectory, cf_plugin_directory, CF, PLUGIN_DIRECTORY, GObject)

CfPluginDirectory *cf_plugin_directory_new (CfPluginDesk *desk, const CfPluginPlaces *places);
guint cf_plugin_directory_load (CfPluginDirectory *self, const char *const *folders);
gboolean cf_plugin_directory_add (CfPluginDirectory *self, WsmPluginConfiguration *configuration,
                                  GError **error);
gboolean cf_plugin_directory_find (CfPluginDirectory *self, const char *resource_uri,
                                   CfPluginRoute *route);

void cf_plugin_directory_auto_start (CfPluginDirectory *self);
void cf_plugin_directory_stop (CfPluginDirectory *self, guint32 reason);
gboolean cf_plugin_directory_is_stopped (CfPluginDirectory *self);

G_END_DECLS
