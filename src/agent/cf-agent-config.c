/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-agent-config.h"

#include <stddef.h>

typedef enum
{
  KEY_BOOLEAN,
  KEY_TEXT,
} KeyType;

static const struct
{
  const char *group;
  const char *key;
  KeyType type;
  gsize offset;
} keys[] = {
  { "agent", "identify", KEY_BOOLEAN, offsetof (CfAgentConfig, identify) },
  { "agent", "allow-halt", KEY_BOOLEAN, offsetof (CfAgentConfig, allow_halt) },
  { "agent", "pam-service", KEY_TEXT, offsetof (CfAgentConfig, pam_service) },
  { "tls", "certificate-file", KEY_TEXT, offsetof (CfAgentConfig, certificate_file) },
  { "tls", "private-key-file", KEY_TEXT, offsetof (CfAgentConfig, private_key_file) },
  { "access", "file", KEY_TEXT, offsetof (CfAgentConfig, access_file) },
};

#define LIMITS_GROUP "limits"

static gboolean
parse_boolean (const char *text, gboolean *value)
{
  static const char *const yes[] = { "yes", "true", "1", "on", NULL };
  static const char *const no[] = { "no", "false", "0", "off", NULL };

  *value = g_strv_contains (yes, text);
  return *value || g_strv_contains (no, text);
}

static gboolean
load_key (CfAgentConfig *self, GKeyFile *key_file, const char *group, const char *key,
          GError **error)
{
  g_autofree char *value = NULL;
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].group, group) && g_str_equal (keys[i].key, key))
      break;
  if (i == G_N_ELEMENTS (keys))
    {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND,
                   "[%s] %s is no setting; curfew-agent.conf(5) lists them all", group, key);
      return FALSE;
    }

  value = g_key_file_get_string (key_file, group, key, error);
  if (value == NULL)
    return FALSE;
  g_strstrip (value);
  if (keys[i].type == KEY_BOOLEAN)
    {
      if (parse_boolean (value, G_STRUCT_MEMBER_P (self, keys[i].offset)))
        return TRUE;
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                   "[%s] %s is “%s”; it has to be yes or no", group, key, value);
      return FALSE;
    }
  if (value[0] == '\0')
    {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                   "[%s] %s is empty; leave the line out for the default", group, key);
      return FALSE;
    }
  g_free (G_STRUCT_MEMBER (char *, self, keys[i].offset));
  G_STRUCT_MEMBER (char *, self, keys[i].offset) = g_steal_pointer (&value);
  return TRUE;
}

static gboolean
load_group (CfAgentConfig *self, GKeyFile *key_file, const char *group, GError **error)
{
  g_auto (GStrv) names = g_key_file_get_keys (key_file, group, NULL, error);

  if (names == NULL)
    return FALSE;
  for (gsize i = 0; names[i] != NULL; i++)
    if (!load_key (self, key_file, group, names[i], error))
      return FALSE;
  return TRUE;
}

/**
 * cf_agent_config_new:
 * @rehearse: whether nothing is ever acted on; then a halt is allowed by default
 *
 * Returns: (transfer full): the configuration of an agent without agent.conf
 */
CfAgentConfig *
cf_agent_config_new (gboolean rehearse)
{
  CfAgentConfig *self = g_new0 (CfAgentConfig, 1);

  self->identify = TRUE;
  self->allow_halt = rehearse;
  self->pam_service = g_strdup ("curfew");
  wsm_service_limits_init (&self->limits);
  return self;
}

/**
 * cf_agent_config_load:
 * @self: a configuration; holds a mixture if this fails
 * @path: (type filename): an agent.conf
 * @error: a #GKeyFileError or #GFileError that names the file, the group and the key
 *
 * Reads settings over those that @self has. What is not known is an error: a misspelt setting must
 * not be the same as none.
 *
 * Returns: %FALSE with @error set if a line cannot be
 */
gboolean
cf_agent_config_load (CfAgentConfig *self, const char *path, GError **error)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_auto (GStrv) groups = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  if (!g_key_file_load_from_file (key_file, path, G_KEY_FILE_NONE, error))
    {
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }
  groups = g_key_file_get_groups (key_file, NULL);
  for (gsize i = 0; groups[i] != NULL; i++)
    {
      gboolean loaded = g_str_equal (groups[i], LIMITS_GROUP)
                          ? wsm_service_limits_load (&self->limits, key_file, error)
                          : load_group (self, key_file, groups[i], error);

      if (!loaded)
        {
          g_prefix_error (error, "%s: ", path);
          return FALSE;
        }
    }
  return TRUE;
}

/**
 * cf_agent_config_free:
 * @self: (transfer full): a configuration
 */
void
cf_agent_config_free (CfAgentConfig *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->pam_service);
  g_free (self->certificate_file);
  g_free (self->private_key_file);
  g_free (self->access_file);
  g_free (self);
}
