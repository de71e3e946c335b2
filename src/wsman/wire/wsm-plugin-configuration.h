/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* The namespace of what Curfew adds to the document: the attribute Host of the root. */
#define WSM_PLUGIN_ADDITIONS_URI "http://schemas.curfew.org/wsman/1/PluginConfiguration"

/* Those of wsman-plugin-api.md section 7 that are served; a document with another is refused. */
typedef enum /*< flags >*/
{
  WSM_PLUGIN_GET = 1 << 0,
  WSM_PLUGIN_INVOKE = 1 << 1,
  WSM_PLUGIN_SHELL = 1 << 2,
} WsmPluginCapabilities;

typedef struct
{
  char *uri;
  char *sddl;
  gboolean exact_match;
  guint line;
} WsmPluginSecurity;

typedef struct
{
  char *uri;
  gboolean supports_options;
  gboolean exact_match;
  WsmPluginCapabilities capabilities;
  GPtrArray *securities; /* (element-type WsmPluginSecurity) */
  guint line;
} WsmPluginResource;

/* Defaults are those of [MS-WSMV]; times are in milliseconds. */
typedef struct
{
  guint32 max_concurrent_users;
  guint32 max_concurrent_operations_per_user;
  guint32 max_concurrent_operations;
  guint32 max_processes_per_shell;
  guint32 max_concurrent_commands_per_shell;
  guint32 max_memory_per_shell_mb;
  guint32 max_shells;
  guint32 max_shells_per_user;
  guint32 idle_timeout_msec;
  guint32 max_idle_timeout_msec;
} WsmPluginQuotas;

typedef enum
{
  WSM_PLUGIN_BLOCK,
  WSM_PLUGIN_DROP,
} WsmPluginBuffering;

/**
 * WsmPluginConfiguration:
 * @file_name: where it was read from, for messages
 * @module: the attribute Filename, as it is
 * @in_agent: curfew:Host="agent"; a helper process otherwise
 * @parameters: (nullable) (element-type WsmPluginParameter): of InitializationParameters
 * @document: the whole text, for the extraInfo of Startup
 *
 * One PlugInConfiguration document, valid in itself: what names other things (files, accounts,
 * other plug-ins) is not looked at. What it says has an effect: @auto_restart is not set for helper
 * processes of users, and @process_idle_timeout_seconds for shared ones only.
 */
typedef struct
{
  char *name;
  char *value;
} WsmPluginParameter;

typedef struct
{
  char *file_name;
  char *name;
  char *module;
  guint sdk_version;
  gboolean enabled;
  gboolean use_shared_process;
  gboolean auto_restart;
  guint32 process_idle_timeout_seconds;
  char *run_as_user; /* (nullable) */
  WsmPluginBuffering buffering;
  gboolean in_agent;
  char *language; /* (nullable) */
  GPtrArray *parameters;
  GPtrArray *resources; /* (element-type WsmPluginResource), at least one */
  WsmPluginQuotas quotas;
  char *document;
} WsmPluginConfiguration;

/* What is wrong in a document: "FILE:LINE: sentence". */
#define WSM_PLUGIN_CONFIGURATION_ERROR (wsm_plugin_configuration_error_quark ())
GQuark wsm_plugin_configuration_error_quark (void);
typedef enum
{
  WSM_PLUGIN_CONFIGURATION_ERROR_XML,
  WSM_PLUGIN_CONFIGURATION_ERROR_INVALID,
  WSM_PLUGIN_CONFIGURATION_ERROR_UNSUPPORTED, /* valid, but not served here */
} WsmPluginConfigurationError;

WsmPluginConfiguration *wsm_plugin_configuration_parse (const char *file_name, const char *text,
                                                        gsize length, GError **error);
void wsm_plugin_configuration_free (WsmPluginConfiguration *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmPluginConfiguration, wsm_plugin_configuration_free)

G_END_DECLS
