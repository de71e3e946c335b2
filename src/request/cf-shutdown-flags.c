/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-shutdown-flags.h"

/* [MS-RSP] 3.3.4.1: letter, value, name */
static const struct
{
  CfShutdownFlags flag;
  const char *name;
} names[] = {
  { CF_SHUTDOWN_FORCE_OTHERS, "SHUTDOWN_FORCE_OTHERS" },
  { CF_SHUTDOWN_RESTART, "SHUTDOWN_RESTART" },
  { CF_SHUTDOWN_POWEROFF, "SHUTDOWN_POWEROFF" },
  { CF_SHUTDOWN_NOREBOOT, "SHUTDOWN_NOREBOOT" },
  { CF_SHUTDOWN_GRACE_OVERRIDE, "SHUTDOWN_GRACE_OVERRIDE" },
  { CF_SHUTDOWN_INSTALL_UPDATES, "SHUTDOWN_INSTALL_UPDATES" },
  { CF_SHUTDOWN_RESTARTAPPS, "SHUTDOWN_RESTARTAPPS" },
};

/**
 * cf_shutdown_flags_from_wire:
 * @wire: dwShutdownFlags as it arrived
 *
 * Returns: the flags that have a meaning; all other bits are ignored, as [MS-RSP] 3.3.4.1 wants
 */
CfShutdownFlags
cf_shutdown_flags_from_wire (guint32 wire)
{
  return wire & CF_SHUTDOWN_FLAGS_MASK;
}

/**
 * cf_shutdown_flags_for_action:
 * @action: an action
 *
 * Returns: the one flag that asks for @action
 */
CfShutdownFlags
cf_shutdown_flags_for_action (CfShutdownAction action)
{
  static const CfShutdownFlags flags[] = {
    [CF_SHUTDOWN_ACTION_RESTART] = CF_SHUTDOWN_RESTART,
    [CF_SHUTDOWN_ACTION_POWER_OFF] = CF_SHUTDOWN_POWEROFF,
    [CF_SHUTDOWN_ACTION_HALT] = CF_SHUTDOWN_NOREBOOT,
  };

  g_return_val_if_fail (action < G_N_ELEMENTS (flags), CF_SHUTDOWN_NO_FLAGS);

  return flags[action];
}

/**
 * cf_shutdown_flags_resolve_action:
 * @flags: flags as they were received
 *
 * What a receiver does: one of B, C, D decides; none, or several, mean power off
 * ([MS-RSP] 3.3.4.1). G alone means restart, because that is what its own text says.
 *
 * Returns: the action
 */
CfShutdownAction
cf_shutdown_flags_resolve_action (CfShutdownFlags flags)
{
  guint action_flags = flags & CF_SHUTDOWN_ACTION_FLAGS;

  if (action_flags == CF_SHUTDOWN_RESTART)
    return CF_SHUTDOWN_ACTION_RESTART;
  if (action_flags == CF_SHUTDOWN_NOREBOOT)
    return CF_SHUTDOWN_ACTION_HALT;
  if (action_flags == 0 && (flags & CF_SHUTDOWN_RESTARTAPPS) != 0)
    return CF_SHUTDOWN_ACTION_RESTART;
  return CF_SHUTDOWN_ACTION_POWER_OFF;
}

/**
 * cf_shutdown_flags_are_ambiguous:
 * @flags: flags as they were received
 *
 * Returns: whether the sender named no action, or several; worth a line in the log
 */
gboolean
cf_shutdown_flags_are_ambiguous (CfShutdownFlags flags)
{
  guint action_flags = flags & CF_SHUTDOWN_ACTION_FLAGS;

  /* one bit set if and only if clearing the lowest leaves nothing */
  return action_flags == 0 || (action_flags & (action_flags - 1)) != 0;
}

/**
 * cf_shutdown_flag_get_name:
 * @flag: exactly one flag
 *
 * Returns: (nullable): its name in the specification, "SHUTDOWN_RESTART"; %NULL if it has none
 */
const char *
cf_shutdown_flag_get_name (CfShutdownFlags flag)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].flag == flag)
      return names[i].name;
  return NULL;
}

/**
 * cf_shutdown_flags_to_string:
 * @flags: flags
 *
 * Returns: (transfer full): their names joined by "|", for logs; "none" for none
 */
char *
cf_shutdown_flags_to_string (CfShutdownFlags flags)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (flags & names[i].flag)
      {
        if (text->len > 0)
          g_string_append_c (text, '|');
        g_string_append (text, names[i].name);
      }
  if (text->len == 0)
    g_string_append (text, "none");
  return g_string_free (text, FALSE);
}
