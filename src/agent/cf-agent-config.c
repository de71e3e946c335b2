/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-agent-config.h"

#include "cf-action-history.h"

#include <stddef.h>

typedef enum
{
  KEY_BOOLEAN,
  KEY_TEXT,
  KEY_PATH,   /* absolute */
  KEY_NUMBER, /* from 0 to MAX_NUMBER */
  KEY_ON_STOP,
  KEY_EXTEND,
  KEY_BINDING,
} KeyType;

#define MAX_NUMBER 86400u

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
  { "agent", "settle-seconds", KEY_NUMBER, offsetof (CfAgentConfig, settle_seconds) },
  { "agent", "on-stop", KEY_ON_STOP, offsetof (CfAgentConfig, on_stop) },
  { "people", "postpone", KEY_BOOLEAN, offsetof (CfAgentConfig, may_postpone) },
  { "people", "extend", KEY_EXTEND, offsetof (CfAgentConfig, extend) },
  { "organization", "name", KEY_TEXT, offsetof (CfAgentConfig, organization) },
  { "organization", "help", KEY_TEXT, offsetof (CfAgentConfig, help_contact) },
  { "organization", "logo", KEY_PATH, offsetof (CfAgentConfig, logo) },
  { "warning", "text-when-locked", KEY_BOOLEAN, offsetof (CfAgentConfig, text_when_locked) },
  { "warning", "sound", KEY_BOOLEAN, offsetof (CfAgentConfig, sound) },
  { "warning", "respect-meetings", KEY_BOOLEAN, offsetof (CfAgentConfig, respect_meetings) },
  { "tls", "certificate-file", KEY_TEXT, offsetof (CfAgentConfig, certificate_file) },
  { "tls", "private-key-file", KEY_TEXT, offsetof (CfAgentConfig, private_key_file) },
  { "front", "user", KEY_TEXT, offsetof (CfAgentConfig, front_user) },
  { "front", "user-header", KEY_TEXT, offsetof (CfAgentConfig, front_user_header) },
  { "front", "pid-file", KEY_TEXT, offsetof (CfAgentConfig, front_pid_file) },
  { "kerberos", "keytab", KEY_TEXT, offsetof (CfAgentConfig, keytab) },
  { "kerberos", "channel-binding", KEY_BINDING, offsetof (CfAgentConfig, kerberos_binding) },
  { "ntlm", "users", KEY_TEXT, offsetof (CfAgentConfig, ntlm_users) },
  { "ntlm", "channel-binding", KEY_BINDING, offsetof (CfAgentConfig, ntlm_binding) },
  { "certificates", "authorities", KEY_TEXT, offsetof (CfAgentConfig, client_authorities) },
  { "certificates", "users", KEY_TEXT, offsetof (CfAgentConfig, certificate_users) },
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
parse_number (const char *text, guint *value)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, 0, MAX_NUMBER, &number, NULL))
    return FALSE;
  *value = (guint) number;
  return TRUE;
}

static gboolean
parse_word (const char *const *words, const char *text, int *value)
{
  for (int i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], text))
      {
        *value = i;
        return TRUE;
      }
  return FALSE;
}

static void
take_text (char **field, const char *text)
{
  g_free (*field);
  *field = g_strdup (text);
}

/* Returns: %NULL, or what the value has to be */
static const char *
store_value (CfAgentConfig *self, KeyType type, gsize offset, const char *value)
{
  static const char *const on_stop_words[] = { "cancel", "keep", NULL };
  static const char *const extend_words[] = { "own", "all", "none", NULL };
  static const char *const binding_words[] = { "offered", "required", "relaxed", NULL };
  gpointer field = G_STRUCT_MEMBER_P (self, offset);

  switch (type)
    {
    case KEY_BOOLEAN:
      return parse_boolean (value, field) ? NULL : "yes or no";
    case KEY_NUMBER:
      return parse_number (value, field) ? NULL : "a whole number from 0 to 86400";
    case KEY_ON_STOP:
      return parse_word (on_stop_words, value, field) ? NULL : "cancel or keep";
    case KEY_EXTEND:
      return parse_word (extend_words, value, field) ? NULL : "own, all or none";
    case KEY_BINDING:
      return parse_word (binding_words, value, field) ? NULL : "offered, required or relaxed";
    case KEY_PATH:
      if (!g_path_is_absolute (value))
        return "an absolute path, which begins with “/”";
      take_text (field, value);
      return NULL;
    case KEY_TEXT:
    default:
      if (value[0] == '\0')
        return "some text; leave the line out for the default";
      take_text (field, value);
      return NULL;
    }
}

static gboolean
load_key (CfAgentConfig *self, GKeyFile *key_file, const char *group, const char *key,
          GError **error)
{
  g_autofree char *value = NULL;
  const char *wanted;
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
  wanted = store_value (self, keys[i].type, keys[i].offset, g_strstrip (value));
  if (wanted == NULL)
    return TRUE;
  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
               "[%s] %s is “%s”; it has to be %s", group, key, value, wanted);
  return FALSE;
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
  self->settle_seconds = CF_ACTION_HISTORY_SETTLE_SECONDS;
  self->may_postpone = TRUE;
  self->sound = TRUE;
  self->respect_meetings = TRUE;
  self->ntlm_binding = WSM_BINDING_REQUIRED;
  wsm_service_limits_init (&self->limits);
  return self;
}

/* What a front says is worth nothing without whose word it is. */
static gboolean
check_front (const CfAgentConfig *self, GError **error)
{
  const char *key = self->front_user_header != NULL ? "user-header"
                    : self->front_pid_file != NULL  ? "pid-file"
                                                    : NULL;

  if (self->front_user != NULL || key == NULL)
    return TRUE;
  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
               "[front] %s needs user, the account that the web server runs as, beside it", key);
  return FALSE;
}

/* Neither says anything without the other. */
static gboolean
check_certificates (const CfAgentConfig *self, GError **error)
{
  const char *missing = self->client_authorities == NULL ? "authorities" : "users";

  if ((self->client_authorities == NULL) == (self->certificate_users == NULL))
    return TRUE;
  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
               "[certificates] needs %s as well: authorities says whose certificates are looked "
               "at, users says whose each of them is",
               missing);
  return FALSE;
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
  if (check_front (self, error) && check_certificates (self, error))
    return TRUE;
  g_prefix_error (error, "%s: ", path);
  return FALSE;
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
  g_free (self->organization);
  g_free (self->help_contact);
  g_free (self->logo);
  g_free (self->certificate_file);
  g_free (self->private_key_file);
  g_free (self->front_user);
  g_free (self->front_user_header);
  g_free (self->front_pid_file);
  g_free (self->keytab);
  g_free (self->ntlm_users);
  g_free (self->client_authorities);
  g_free (self->certificate_users);
  g_free (self->access_file);
  g_free (self);
}
