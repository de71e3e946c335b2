/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-shutdown-action.h"

static const struct
{
  const char *verb;
  const char *wire_name;
} names[] = {
  [CF_SHUTDOWN_ACTION_RESTART] = { "restart", "Restart" },
  [CF_SHUTDOWN_ACTION_POWER_OFF] = { "poweroff", "PowerOff" },
  [CF_SHUTDOWN_ACTION_HALT] = { "halt", "Halt" },
};

GType
cf_shutdown_action_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { CF_SHUTDOWN_ACTION_RESTART, "CF_SHUTDOWN_ACTION_RESTART", "restart" },
    { CF_SHUTDOWN_ACTION_POWER_OFF, "CF_SHUTDOWN_ACTION_POWER_OFF", "poweroff" },
    { CF_SHUTDOWN_ACTION_HALT, "CF_SHUTDOWN_ACTION_HALT", "halt" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("CfShutdownAction", values));
  return type;
}

/**
 * cf_shutdown_action_get_verb:
 * @action: an action
 *
 * Returns: the word of the command line and of access.conf: "restart", "poweroff", "halt"
 */
const char *
cf_shutdown_action_get_verb (CfShutdownAction action)
{
  g_return_val_if_fail (action < G_N_ELEMENTS (names), NULL);

  return names[action].verb;
}

/**
 * cf_shutdown_action_get_wire_name:
 * @action: an action
 *
 * Returns: the word of the status resource: "Restart", "PowerOff", "Halt"
 */
const char *
cf_shutdown_action_get_wire_name (CfShutdownAction action)
{
  g_return_val_if_fail (action < G_N_ELEMENTS (names), NULL);

  return names[action].wire_name;
}

/**
 * cf_shutdown_action_from_wire_name:
 * @name: a word of the status resource
 * @action: (out): the action
 *
 * Returns: %FALSE if @name is none of cf_shutdown_action_get_wire_name()
 */
gboolean
cf_shutdown_action_from_wire_name (const char *name, CfShutdownAction *action)
{
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (action != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i].wire_name, name))
      {
        *action = i;
        return TRUE;
      }
  return FALSE;
}
