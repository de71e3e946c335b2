/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-power.h"

G_DEFINE_QUARK (cf_power_error, cf_power_error)

G_DEFINE_INTERFACE (CfPower, cf_power, G_TYPE_OBJECT)

GType
cf_power_state_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { CF_POWER_READY, "CF_POWER_READY", "ready" },
    { CF_POWER_UNAVAILABLE, "CF_POWER_UNAVAILABLE", "unavailable" },
    { CF_POWER_TAKEN, "CF_POWER_TAKEN", "taken" },
    { CF_POWER_GOING_DOWN, "CF_POWER_GOING_DOWN", "going-down" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("CfPowerState", values));
  return type;
}

static guint blockers_changed_signal;
static guint people_known_signal;

static void
cf_power_default_init (CfPowerInterface *iface)
{
  g_object_interface_install_property (
    iface, g_param_spec_enum ("state", NULL, NULL, CF_TYPE_POWER_STATE, CF_POWER_READY,
                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_interface_install_property (
    iface, g_param_spec_uint ("capabilities", NULL, NULL, 0, CF_SHUTDOWN_FLAGS_MASK, 0,
                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  blockers_changed_signal = g_signal_new ("blockers-changed", CF_TYPE_POWER, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
  people_known_signal = g_signal_new ("people-known", CF_TYPE_POWER, G_SIGNAL_RUN_LAST, 0, NULL,
                                      NULL, NULL, G_TYPE_NONE, 0);
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
 * cf_power_get_state:
 * @self: a power
 *
 * Returns: whether it could act now
 */
CfPowerState
cf_power_get_state (CfPower *self)
{
  g_return_val_if_fail (CF_IS_POWER (self), CF_POWER_UNAVAILABLE);

  return CF_POWER_GET_IFACE (self)->get_state (self);
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
 * cf_power_get_sessions:
 * @self: a power
 *
 * Who is signed in, disconnected and locked sessions too. While %CF_POWER_UNAVAILABLE it is what
 * was known last.
 *
 * Returns: (transfer none): a model of #CfSession that follows what happens
 */
GListModel *
cf_power_get_sessions (CfPower *self)
{
  g_return_val_if_fail (CF_IS_POWER (self), NULL);

  return CF_POWER_GET_IFACE (self)->get_sessions (self);
}

/**
 * cf_power_count_people:
 * @self: a power
 *
 * Returns: how many people are signed in; somebody with two sessions counts once
 */
guint
cf_power_count_people (CfPower *self)
{
  g_autoptr (GHashTable) uids = g_hash_table_new (NULL, NULL);
  GListModel *sessions;

  g_return_val_if_fail (CF_IS_POWER (self), 0);

  sessions = cf_power_get_sessions (self);
  for (guint i = 0; i < g_list_model_get_n_items (sessions); i++)
    {
      g_autoptr (CfSession) session = g_list_model_get_item (sessions, i);

      g_hash_table_add (uids, GUINT_TO_POINTER (cf_session_get_uid (session)));
    }
  return g_hash_table_size (uids);
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
 * @error: a #CfPowerError, or %G_IO_ERROR_CANCELLED
 *
 * Returns: %TRUE if the machine was told (in a rehearsal: if it was recorded)
 */
gboolean
cf_power_execute_finish (CfPower *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (CF_IS_POWER (self), FALSE);

  return CF_POWER_GET_IFACE (self)->execute_finish (self, result, error);
}

/**
 * cf_power_clear_others_async:
 * @self: a power
 * @cancellable: (nullable): gives up waiting for the answer
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Calls off what somebody else scheduled on this machine (%CF_POWER_TAKEN).
 */
void
cf_power_clear_others_async (CfPower *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (CF_IS_POWER (self));

  CF_POWER_GET_IFACE (self)->clear_others_async (self, cancellable, callback, user_data);
}

/**
 * cf_power_clear_others_finish:
 * @self: a power
 * @result: the result given to the callback
 * @error: a #CfPowerError, or %G_IO_ERROR_CANCELLED
 *
 * Returns: %TRUE if nobody else's shutdown is scheduled any more; also if none was
 */
gboolean
cf_power_clear_others_finish (CfPower *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (CF_IS_POWER (self), FALSE);

  return CF_POWER_GET_IFACE (self)->clear_others_finish (self, result, error);
}

/**
 * cf_power_let_go:
 * @self: a power
 *
 * While the machine is not going down, a power makes others' shutdowns wait for us for some
 * seconds. This says that all has been told and kept, so that nothing has to wait any longer. If
 * the machine does not go down after all, the next one waits again.
 */
void
cf_power_let_go (CfPower *self)
{
  g_return_if_fail (CF_IS_POWER (self));

  CF_POWER_GET_IFACE (self)->let_go (self);
}

/**
 * cf_power_attend:
 * @self: a power
 * @request: (nullable): what waits on this machine; %NULL if nothing does
 *
 * While something waits it is known who would hold it up. Nothing is asked of anybody before.
 */
void
cf_power_attend (CfPower *self, CfShutdownRequest *request)
{
  CfPowerInterface *iface;

  g_return_if_fail (CF_IS_POWER (self));

  iface = CF_POWER_GET_IFACE (self);
  if (iface->attend != NULL)
    iface->attend (self, request);
}

/**
 * cf_power_get_blockers:
 * @self: a power
 *
 * Returns: (transfer none) (nullable) (element-type CfBlocker): who holds up what is attended to,
 * as far as is known; %NULL for nobody ever
 */
const GPtrArray *
cf_power_get_blockers (CfPower *self)
{
  CfPowerInterface *iface;

  g_return_val_if_fail (CF_IS_POWER (self), NULL);

  iface = CF_POWER_GET_IFACE (self);
  return iface->get_blockers != NULL ? iface->get_blockers (self) : NULL;
}

/**
 * cf_power_do_blockers_hold:
 * @self: a power
 *
 * Returns: %TRUE if what is attended to would not happen now, for the sake of one of
 *   cf_power_get_blockers(); %FALSE if they would be overruled, or there are none
 */
gboolean
cf_power_do_blockers_hold (CfPower *self)
{
  CfPowerInterface *iface;

  g_return_val_if_fail (CF_IS_POWER (self), FALSE);

  iface = CF_POWER_GET_IFACE (self);
  return iface->do_blockers_hold != NULL && iface->do_blockers_hold (self);
}

/**
 * cf_power_knows_people:
 * @self: a power
 *
 * Returns: %FALSE while somebody may be signed in who is not in cf_power_get_sessions() yet: what
 *   must not happen over anybody's head waits for `people-known`
 */
gboolean
cf_power_knows_people (CfPower *self)
{
  CfPowerInterface *iface;

  g_return_val_if_fail (CF_IS_POWER (self), FALSE);

  iface = CF_POWER_GET_IFACE (self);
  return iface->knows_people == NULL || iface->knows_people (self);
}

/**
 * cf_power_tell_blockers_changed:
 * @self: a power
 *
 * Emits `blockers-changed`.
 */
void
cf_power_tell_blockers_changed (CfPower *self)
{
  g_return_if_fail (CF_IS_POWER (self));

  g_signal_emit (self, blockers_changed_signal, 0);
}

/**
 * cf_power_tell_people_known:
 * @self: a power
 *
 * Emits `people-known`.
 */
void
cf_power_tell_people_known (CfPower *self)
{
  g_return_if_fail (CF_IS_POWER (self));

  g_signal_emit (self, people_known_signal, 0);
}
