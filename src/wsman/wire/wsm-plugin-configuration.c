/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-plugin-configuration-private.h"

G_DEFINE_QUARK (wsm_plugin_configuration_error, wsm_plugin_configuration_error)

static void
parameter_free (gpointer data)
{
  WsmPluginParameter *parameter = data;

  g_free (parameter->name);
  g_free (parameter->value);
  g_free (parameter);
}

static void
security_free (gpointer data)
{
  WsmPluginSecurity *security = data;

  g_free (security->uri);
  g_free (security->sddl);
  g_free (security);
}

static void
resource_free (gpointer data)
{
  WsmPluginResource *resource = data;

  g_free (resource->uri);
  g_ptr_array_unref (resource->securities);
  g_free (resource);
}

/* wsm_plugin_resource_new: a resource of nothing, owned by the array that it is added to. */
WsmPluginResource *
wsm_plugin_resource_new (GPtrArray *resources)
{
  WsmPluginResource *self = g_new0 (WsmPluginResource, 1);

  self->securities = g_ptr_array_new_with_free_func (security_free);
  g_ptr_array_add (resources, self);

  return self;
}

/* wsm_plugin_security_new: the same for a Security. */
WsmPluginSecurity *
wsm_plugin_security_new (GPtrArray *securities)
{
  WsmPluginSecurity *self = g_new0 (WsmPluginSecurity, 1);

  g_ptr_array_add (securities, self);

  return self;
}

/* wsm_plugin_parameter_add: a Param, owned by the array. */
void
wsm_plugin_parameter_add (GPtrArray *parameters, const char *name, const char *value)
{
  WsmPluginParameter *self = g_new0 (WsmPluginParameter, 1);

  self->name = g_strdup (name);
  self->value = g_strdup (value);
  g_ptr_array_add (parameters, self);
}

/* wsm_plugin_configuration_new: a document that says nothing, with the defaults of
 * wsman-plugin-api.md, section 7. */
WsmPluginConfiguration *
wsm_plugin_configuration_new (const char *file_name)
{
  WsmPluginConfiguration *self = g_new0 (WsmPluginConfiguration, 1);

  self->file_name = g_strdup (file_name);
  self->enabled = TRUE;
  self->buffering = WSM_PLUGIN_BLOCK;
  self->parameters = g_ptr_array_new_with_free_func (parameter_free);
  self->resources = g_ptr_array_new_with_free_func (resource_free);
  self->quotas = (WsmPluginQuotas){
    .max_concurrent_users = 5,
    .max_concurrent_operations_per_user = 15,
    .max_concurrent_operations = 1500,
    .max_processes_per_shell = 15,
    .max_concurrent_commands_per_shell = 15,
    .max_memory_per_shell_mb = 1024,
    .max_shells = 25,
    .max_shells_per_user = 5,
    .idle_timeout_msec = 180000,
    .max_idle_timeout_msec = 180000,
  };

  return self;
}

/**
 * wsm_plugin_configuration_free:
 * @self: (transfer full): a configuration
 */
void
wsm_plugin_configuration_free (WsmPluginConfiguration *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->file_name);
  g_free (self->name);
  g_free (self->module);
  g_free (self->run_as_user);
  g_free (self->language);
  g_ptr_array_unref (self->parameters);
  g_ptr_array_unref (self->resources);
  g_free (self->document);
  g_free (self);
}
