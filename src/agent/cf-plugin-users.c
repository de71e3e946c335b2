/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-users.h"

#include "plugin-api/wsman-plugin.h"

#define MANY         256 /* from then on those who have nothing here are forgotten */
#define IDLE_SECONDS 60  /* a helper process of one user ends after so long without a call */

struct _CfPluginUsers
{
  const WsmPluginConfiguration *configuration; /* (unowned), outlives this */
  GHashTable *by_key;                          /* (owned) (element-type CfPluginUser) */
  guint n_active;                              /* who have something open */
  guint n_operations;
};

static void
user_free (CfPluginUser *user)
{
  g_clear_pointer (&user->seat, cf_plugin_seat_free);
  g_free (user->key);
  g_free (user);
}

/**
 * cf_plugin_users_new:
 * @configuration: (transfer none): of the plug-in; outlives the users
 *
 * Returns: (transfer full): nobody yet
 */
CfPluginUsers *
cf_plugin_users_new (const WsmPluginConfiguration *configuration)
{
  CfPluginUsers *self;

  g_return_val_if_fail (configuration != NULL, NULL);

  self = g_new0 (CfPluginUsers, 1);
  self->configuration = configuration;
  self->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) user_free);
  return self;
}

/**
 * cf_plugin_users_free:
 * @self: (transfer full): users
 */
void
cf_plugin_users_free (CfPluginUsers *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->by_key);
  g_free (self);
}

static gboolean
is_forgettable (gpointer key, gpointer value, gpointer user_data)
{
  const CfPluginUser *user = value;

  return user->n_open == 0 && (user->seat == NULL || cf_plugin_seat_is_empty (user->seat));
}

/**
 * cf_plugin_users_find:
 * @self: users
 * @caller: who asks
 *
 * Returns: (transfer none): valid until the next one is looked for, and as long as anything of his
 *   is open
 */
CfPluginUser *
cf_plugin_users_find (CfPluginUsers *self, WsmPrincipal *caller)
{
  g_autofree char *key = NULL;
  CfPluginUser *user;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (caller != NULL, NULL);

  key = wsm_principal_dup_key (caller);
  user = g_hash_table_lookup (self->by_key, key);
  if (user != NULL)
    return user;

  if (g_hash_table_size (self->by_key) >= MANY)
    g_hash_table_foreach_remove (self->by_key, is_forgettable, NULL);
  user = g_new0 (CfPluginUser, 1);
  user->key = g_steal_pointer (&key);
  g_hash_table_insert (self->by_key, user->key, user);
  return user;
}

/**
 * cf_plugin_users_check:
 * @self: users
 * @user: who asks
 * @is_operation: whether it is for anything but a shell or a command
 *
 * Returns: (transfer full) (nullable): why there may not be one call more; %NULL if there may
 */
WsmFault *
cf_plugin_users_check (CfPluginUsers *self, const CfPluginUser *user, gboolean is_operation)
{
  const WsmPluginQuotas *quotas = &self->configuration->quotas;
  const char *name = self->configuration->name;

  if (user->n_open == 0 && self->n_active >= quotas->max_concurrent_users)
    return wsm_fault_new_with_code (
      WSM_FAULT_QUOTA_LIMIT, ERROR_WSMAN_QUOTA_USER,
      "The plug-in %s serves %u users at a time, and as many have something open now. Try again "
      "later, or raise MaxConcurrentUsers in its configuration.",
      name, quotas->max_concurrent_users);
  if (!is_operation)
    return NULL;
  if (user->n_operations >= quotas->max_concurrent_operations_per_user)
    return wsm_fault_new_with_code (
      WSM_FAULT_QUOTA_LIMIT, ERROR_WSMAN_QUOTA_MAX_OPERATIONS,
      "The plug-in %s serves %u operations of one user at a time, and you have as many open now. "
      "Wait until one has ended, or raise MaxConcurrentOperationsPerUser in its configuration.",
      name, quotas->max_concurrent_operations_per_user);
  if (self->n_operations >= quotas->max_concurrent_operations)
    return wsm_fault_new_with_code (
      WSM_FAULT_QUOTA_LIMIT, ERROR_WSMAN_QUOTA_SYSTEM,
      "The plug-in %s serves %u operations at a time, and as many are open now. Try again later, "
      "or raise MaxConcurrentOperations in its configuration.",
      name, quotas->max_concurrent_operations);
  return NULL;
}

/**
 * cf_plugin_users_begin:
 * @self: users
 * @user: whose call begins
 * @is_operation: see cf_plugin_users_check()
 */
void
cf_plugin_users_begin (CfPluginUsers *self, CfPluginUser *user, gboolean is_operation)
{
  if (user->n_open++ == 0)
    self->n_active++;
  user->n_operations += is_operation ? 1 : 0;
  self->n_operations += is_operation ? 1 : 0;
}

/**
 * cf_plugin_users_complete:
 * @self: users
 * @user: whose call has completed: it is no operation any more, and may still hold something
 * @is_operation: as it was begun
 */
void
cf_plugin_users_complete (CfPluginUsers *self, CfPluginUser *user, gboolean is_operation)
{
  user->n_operations -= is_operation ? 1 : 0;
  self->n_operations -= is_operation ? 1 : 0;
}

/**
 * cf_plugin_users_end:
 * @self: users
 * @user: of whose call nothing is left
 */
void
cf_plugin_users_end (CfPluginUsers *self, CfPluginUser *user)
{
  if (--user->n_open == 0)
    self->n_active--;
}

/* Helper processes of people who have nothing open make room for others' before their time. */
static void
make_room (CfPluginUsers *self)
{
  GHashTableIter iter;
  gpointer value;
  guint n_seats = 0;

  g_hash_table_iter_init (&iter, self->by_key);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const CfPluginUser *user = value;

      n_seats += user->seat != NULL && !cf_plugin_seat_is_empty (user->seat) ? 1 : 0;
    }
  if (n_seats < self->configuration->quotas.max_concurrent_users)
    return;

  g_hash_table_iter_init (&iter, self->by_key);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const CfPluginUser *user = value;

      if (user->n_open == 0 && user->seat != NULL)
        cf_plugin_seat_vacate (user->seat);
    }
}

/**
 * cf_plugin_users_find_seat:
 * @self: users
 * @user: who asks
 * @plan: of the plug-in
 *
 * Returns: (transfer none): the seat of the helper process of @user
 */
CfPluginSeat *
cf_plugin_users_find_seat (CfPluginUsers *self, CfPluginUser *user, const CfPluginSeatPlan *plan)
{
  if (user->seat == NULL)
    user->seat = cf_plugin_seat_new (plan, IDLE_SECONDS, FALSE);
  if (cf_plugin_seat_is_empty (user->seat))
    make_room (self);
  return user->seat;
}

/**
 * cf_plugin_users_stop:
 * @self: users
 * @reason: WSMAN_PLUGIN_SHUTDOWN_…
 *
 * Ends their helper processes.
 */
void
cf_plugin_users_stop (CfPluginUsers *self, guint32 reason)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_key);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((CfPluginUser *) value)->seat != NULL)
      cf_plugin_seat_stop (((CfPluginUser *) value)->seat, reason);
}

/**
 * cf_plugin_users_are_stopped:
 * @self: users
 *
 * Returns: whether none of their helper processes runs
 */
gboolean
cf_plugin_users_are_stopped (CfPluginUsers *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_key);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const CfPluginUser *user = value;

      if (user->seat != NULL && !cf_plugin_seat_is_stopped (user->seat))
        return FALSE;
    }
  return TRUE;
}
