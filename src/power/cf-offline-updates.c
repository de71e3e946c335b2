/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-offline-updates.h"

#include "cf-bus-problem.h"

#define PACKAGEKIT_NAME "org.freedesktop.PackageKit"
#define PACKAGEKIT_PATH "/org/freedesktop/PackageKit"

#define BUS_NAME "org.freedesktop.DBus"
#define BUS_PATH "/org/freedesktop/DBus"

static const char *const searches[] = { "ListActivatableNames", "ListNames" };

static void search_next (GTask *task);

static void
names_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  guint *n_searched = g_task_get_task_data (task);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree const char **names = NULL;

  (*n_searched)++;
  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (reply == NULL)
    g_info ("Could not find out whether PackageKit is there: %s", error->message);
  else
    g_variant_get (reply, "(^a&s)", &names);

  if (names != NULL && g_strv_contains (names, PACKAGEKIT_NAME))
    g_task_return_boolean (task, TRUE);
  else
    search_next (g_steal_pointer (&task));
}

static void
search_next (GTask *task)
{
  guint *n_searched = g_task_get_task_data (task);

  if (*n_searched == G_N_ELEMENTS (searches))
    {
      g_task_return_boolean (task, FALSE);
      g_object_unref (task);
      return;
    }
  g_dbus_connection_call (g_task_get_source_object (task), BUS_NAME, BUS_PATH, BUS_NAME,
                          searches[*n_searched], NULL, G_VARIANT_TYPE ("(as)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, g_task_get_cancellable (task),
                          names_listed_cb, task);
}

/**
 * cf_offline_updates_find_async:
 * @bus: the system bus
 * @cancellable: (nullable): ends the waiting
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Asks the bus, not PackageKit: it need not be started to know that it can be.
 */
void
cf_offline_updates_find_async (GDBusConnection *bus, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (G_IS_DBUS_CONNECTION (bus));

  task = g_task_new (bus, cancellable, callback, user_data);
  g_task_set_source_tag (task, cf_offline_updates_find_async);
  g_task_set_task_data (task, g_new0 (guint, 1), g_free);
  search_next (task);
}

/**
 * cf_offline_updates_find_finish:
 * @bus: the system bus
 * @result: the result given to the callback
 *
 * Returns: %TRUE if PackageKit runs or can be started; %FALSE also if that is not known
 */
gboolean
cf_offline_updates_find_finish (GDBusConnection *bus, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, bus), FALSE);

  return g_task_propagate_boolean (G_TASK (result), NULL);
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  cf_offline_updates_cancel_finish (CF_BUS_PACKAGEKIT_OFFLINE (source), result);
  g_task_return_pointer (task, NULL, NULL);
}

static void
triggered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CfBusPackagekitOffline *updates = CF_BUS_PACKAGEKIT_OFFLINE (source);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (cf_bus_packagekit_offline_call_trigger_finish (updates, result, &error))
    {
      g_task_return_pointer (task, g_object_ref (updates), g_object_unref);
      return;
    }

  text = cf_bus_problem_dup_text (error);
  g_warning ("PackageKit does not install the updates: %s. It goes on without them", text);
  if (cf_bus_problem_of (error) == CF_BUS_PROBLEM_LOST_REPLY)
    /* Then it may be triggered. Better no updates than an installation that nobody expects. */
    cf_offline_updates_cancel_async (updates, undone_cb, g_steal_pointer (&task));
  else
    g_task_return_pointer (task, NULL, NULL);
}

static void
updates_known_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const char *action = g_task_get_task_data (task);
  g_autoptr (CfBusPackagekitOffline) updates = NULL;
  g_autoptr (GVariant) is_prepared = NULL;
  g_autoptr (GError) error = NULL;

  updates = cf_bus_packagekit_offline_proxy_new_finish (result, &error);
  if (updates != NULL)
    is_prepared = g_dbus_proxy_get_cached_property (G_DBUS_PROXY (updates), "UpdatePrepared");

  if (is_prepared == NULL)
    g_warning ("PackageKit does not answer%s%s. It goes on without installing updates",
               error != NULL ? ": " : "", error != NULL ? error->message : "");
  else if (!g_variant_get_boolean (is_prepared))
    g_message ("No updates are prepared, so none will be installed");
  else
    {
      cf_bus_packagekit_offline_call_trigger (updates, action, g_task_get_cancellable (task),
                                              triggered_cb, g_object_ref (task));
      return;
    }
  g_task_return_pointer (task, NULL, NULL);
}

/**
 * cf_offline_updates_trigger_async:
 * @bus: the system bus
 * @action: what is to follow the installing: a restart or a power off
 * @cancellable: (nullable): ends the waiting
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Lets the next start of the machine install the updates that are prepared, and do @action after
 * that. So whatever @action is, the machine has to restart now (shutdown-semantics.md section 6.5).
 * That there are none, or that PackageKit does not want to, is said in the log and no error: the
 * request is about the machine, and goes on.
 */
void
cf_offline_updates_trigger_async (GDBusConnection *bus, CfShutdownAction action,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  GTask *task;

  g_return_if_fail (G_IS_DBUS_CONNECTION (bus));
  g_return_if_fail (action != CF_SHUTDOWN_ACTION_HALT);

  task = g_task_new (bus, cancellable, callback, user_data);
  g_task_set_source_tag (task, cf_offline_updates_trigger_async);
  g_task_set_task_data (
    task, g_strdup (action == CF_SHUTDOWN_ACTION_POWER_OFF ? "power-off" : "reboot"), g_free);
  cf_bus_packagekit_offline_proxy_new (bus, G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS,
                                       PACKAGEKIT_NAME, PACKAGEKIT_PATH, cancellable,
                                       updates_known_cb, task);
}

/**
 * cf_offline_updates_trigger_finish:
 * @bus: the system bus
 * @result: the result given to the callback
 *
 * Returns: (transfer full) (nullable): what was triggered, for cf_offline_updates_cancel_async();
 *   %NULL if the next start will install nothing
 */
CfBusPackagekitOffline *
cf_offline_updates_trigger_finish (GDBusConnection *bus, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, bus), NULL);

  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
cancelled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (!cf_bus_packagekit_offline_call_cancel_finish (CF_BUS_PACKAGEKIT_OFFLINE (source), result,
                                                     &error))
    g_warning ("PackageKit may install updates at the next start: calling that off failed: %s",
               error->message);
  g_task_return_boolean (task, TRUE);
}

/**
 * cf_offline_updates_cancel_async:
 * @updates: what was triggered
 * @callback: (nullable): called with the result
 * @user_data: for @callback
 *
 * Takes the triggering back, because the machine does not restart after all.
 */
void
cf_offline_updates_cancel_async (CfBusPackagekitOffline *updates, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task;

  g_return_if_fail (CF_BUS_IS_PACKAGEKIT_OFFLINE (updates));

  task = g_task_new (updates, NULL, callback, user_data);
  g_task_set_source_tag (task, cf_offline_updates_cancel_async);
  cf_bus_packagekit_offline_call_cancel (updates, NULL, cancelled_cb, task);
}

/**
 * cf_offline_updates_cancel_finish:
 * @updates: what was triggered
 * @result: the result given to the callback
 *
 * Whether that worked is said in the log only: there is nothing else to be done.
 */
void
cf_offline_updates_cancel_finish (CfBusPackagekitOffline *updates, GAsyncResult *result)
{
  g_return_if_fail (g_task_is_valid (result, updates));
}
