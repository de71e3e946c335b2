/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-power.h"

G_DEFINE_QUARK (cf_power_error, cf_power_error)

G_DEFINE_INTERFACE (CfPower, cf_power, G_TYPE_OBJECT)

static void
cf_power_default_init (CfPowerInterface *iface)
{
}

/**
 * cf_power_is_rehearsal:
 * @self: a power
 *
 * Returns: %TRUE if executing only records what would have been done
 */
gboolean
cf_power_is_rehearsal (CfPower *self)
{
  g_return_val_if_fail (CF_IS_POWER (self), FALSE);

  return CF_POWER_GET_IFACE (self)->is_rehearsal (self);
}

/**
 * cf_power_get_capabilities:
 * @self: a power
 *
 * Returns: the flags that this machine honours right now
 */
CfShutdownFlags
cf_power_get_capabilities (CfPower *self)
{
  g_return_val_if_fail (CF_IS_POWER (self), CF_SHUTDOWN_NO_FLAGS);

  return CF_POWER_GET_IFACE (self)->get_capabilities (self);
}

/**
 * cf_power_supports:
 * @self: a power
 * @request: a request
 *
 * Whether all that @request asks for can be done here. Updates are installed by a restart
 * (shutdown-semantics.md section 6.5), so they do not go with a halt.
 *
 * Returns: %FALSE if the answer to @request is %CF_WIN32_NOT_SUPPORTED
 */
gboolean
cf_power_supports (CfPower *self, CfShutdownRequest *request)
{
  CfShutdownFlags capabilities;
  CfShutdownFlags needed;
  CfShutdownAction action;

  g_return_val_if_fail (CF_IS_POWER (self), FALSE);
  g_return_val_if_fail (request != NULL, FALSE);

  capabilities = cf_power_get_capabilities (self);
  action = cf_shutdown_request_get_action (request);
  /* the action that the flags resolve to, not the bits: several set bits mean power off */
  needed = cf_shutdown_request_get_flags (request) & ~CF_SHUTDOWN_ACTION_FLAGS;
  needed |= cf_shutdown_flags_for_action (action);
  if (action != CF_SHUTDOWN_ACTION_RESTART)
    needed &= ~CF_SHUTDOWN_RESTARTAPPS;

  if (action == CF_SHUTDOWN_ACTION_HALT && (needed & CF_SHUTDOWN_INSTALL_UPDATES))
    return FALSE;
  return (needed & ~capabilities) == 0;
}

/**
 * cf_power_get_users:
 * @self: a power
 *
 * Returns: (transfer none) (array zero-terminated=1): the names of those signed in, one per
 *   session; disconnected and locked sessions count. Valid until the main loop runs again
 */
const char *const *
cf_power_get_users (CfPower *self)
{
  g_return_val_if_fail (CF_IS_POWER (self), NULL);

  return CF_POWER_GET_IFACE (self)->get_users (self);
}

/**
 * cf_power_execute_async:
 * @self: a power
 * @request: what to do, now
 * @cancellable: (nullable): gives up waiting for the answer; what was told stays told
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Tells the machine to restart, power off or halt. The grace period is the caller's business.
 */
void
cf_power_execute_async (CfPower *self, CfShutdownRequest *request, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (CF_IS_POWER (self));
  g_return_if_fail (request != NULL);

  CF_POWER_GET_IFACE (self)->execute_async (self, request, cancellable, callback, user_data);
}

/**
 * cf_power_execute_finish:
 * @self: a power
 * @result: the result given to the callback
 * @error: a #CfPowerError
 *
 * Returns: %TRUE if the machine was told (in a rehearsal: if it was recorded)
 */
gboolean
cf_power_execute_finish (CfPower *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (CF_IS_POWER (self), FALSE);

  return CF_POWER_GET_IFACE (self)->execute_finish (self, result, error);
}
