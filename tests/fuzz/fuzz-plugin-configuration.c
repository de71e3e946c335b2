/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include <string.h>

#include "wsman/wire/wsm-plugin-configuration.h"

static void
check_resource (const WsmPluginResource *resource)
{
  WsmPluginCapabilities capabilities = resource->capabilities;

  g_assert_cmpstr (resource->uri, !=, "");
  g_assert_cmpint (capabilities, !=, 0);
  g_assert_true ((capabilities & WSM_PLUGIN_SHELL) == 0 || capabilities == WSM_PLUGIN_SHELL);
  for (guint i = 0; i < resource->securities->len; i++)
    {
      const WsmPluginSecurity *security = g_ptr_array_index (resource->securities, i);

      g_assert_true (g_str_has_prefix (security->uri, resource->uri));
      g_assert_cmpstr (security->sddl, !=, "");
    }
}

/* What is read says who it is, and each number is in its range. */
static void
check (const WsmPluginConfiguration *configuration)
{
  const WsmPluginQuotas *quotas = &configuration->quotas;

  g_assert_cmpstr (configuration->name, !=, "");
  g_assert_cmpstr (configuration->module, !=, "");
  g_assert_true (configuration->sdk_version == 1 || configuration->sdk_version == 2);
  g_assert_cmpuint (configuration->process_idle_timeout_seconds, <=, 1209600);
  if (!configuration->use_shared_process)
    g_assert_cmpuint (configuration->process_idle_timeout_seconds, ==, 0);
  if (!configuration->use_shared_process && !configuration->in_agent)
    g_assert_false (configuration->auto_restart);
  g_assert_cmpuint (configuration->resources->len, >, 0);
  for (guint i = 0; i < configuration->resources->len; i++)
    check_resource (g_ptr_array_index (configuration->resources, i));
  g_assert_cmpuint (quotas->max_concurrent_users, >=, 1);
  g_assert_cmpuint (quotas->max_concurrent_users, <=, 100);
  g_assert_cmpuint (quotas->max_shells, >=, 1);
  g_assert_cmpuint (quotas->idle_timeout_msec, <=, quotas->max_idle_timeout_msec);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) other = NULL;
  g_autoptr (WsmPluginConfiguration) again = NULL;
  g_autoptr (WsmPluginConfiguration)
    configuration = wsm_plugin_configuration_parse ("file", (const char *) data, size, &error);

  g_assert_true ((configuration == NULL) == (error != NULL));
  if (configuration == NULL)
    {
      g_assert_true (error->domain == WSM_PLUGIN_CONFIGURATION_ERROR);
      g_assert_true (g_str_has_prefix (error->message, "file:"));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }

  check (configuration);

  /* A plug-in gets the document, and may read it as we did. */
  again = wsm_plugin_configuration_parse ("file", configuration->document,
                                          strlen (configuration->document), &other);
  g_assert_true (again != NULL || strlen (configuration->document) > 65536);

  return 0;
}
