/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-running-applications.h"

#include "cf-application-unit.h"

#define SYSTEMD_NAME      "org.freedesktop.systemd1"
#define SYSTEMD_PATH      "/org/freedesktop/systemd1"
#define SYSTEMD_INTERFACE "org.freedesktop.systemd1.Manager"

#define UNITS_TYPE G_VARIANT_TYPE ("(a(ssssssouso))")
#define TIMEOUT_MS 3000 /* logind waits 5 seconds for all of us together */

static char **
find_ids (GVariant *reply)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_autoptr (GVariantIter) units = NULL;
  const char *unit;

  g_variant_get (reply, "(a(ssssssouso))", &units);
  while (g_variant_iter_next (units, "(&sssssso@us@o)", &unit, NULL, NULL, NULL, NULL, NULL, NULL,
                              NULL, NULL, NULL))
    {
      char *id = cf_application_unit_dup_id (unit);

      if (id != NULL && g_hash_table_add (seen, id))
        g_ptr_array_add (ids, id);
      else
        g_free (id);
    }
  g_ptr_array_add (ids, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&ids), FALSE);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GVariant) reply = NULL;
  GError *error = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (reply != NULL)
    {
      g_task_return_pointer (task, find_ids (reply), (GDestroyNotify) g_strfreev);
      return;
    }
  if (g_dbus_error_is_remote_error (error))
    g_dbus_error_strip_remote_error (error);
  g_task_return_error (task, error);
}

/**
 * cf_running_applications_list_async:
 * @session_bus: where systemd's user manager is
 * @cancellable: (nullable): to end it early
 * @callback: called when it is known
 * @user_data: for @callback
 *
 * Asks systemd which applications run: the desktops that start each in a unit of its own name it
 * after the application. Applications that run elsewhere are not found.
 */
void
cf_running_applications_list_async (GDBusConnection *session_bus, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  static const char *const states[] = { "active", NULL };
  static const char *const patterns[] = { "app-*.scope", "app-*.service", NULL };
  GTask *task;

  g_return_if_fail (G_IS_DBUS_CONNECTION (session_bus));

  task = g_task_new (session_bus, cancellable, callback, user_data);
  g_task_set_source_tag (task, cf_running_applications_list_async);
  g_dbus_connection_call (session_bus, SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_INTERFACE,
                          "ListUnitsByPatterns", g_variant_new ("(^as^as)", states, patterns),
                          UNITS_TYPE, G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT_MS, cancellable,
                          listed_cb, task);
}

/**
 * cf_running_applications_list_finish:
 * @result: as the callback got it
 * @error: a #GDBusError or #GIOError: there is no such systemd, or it does not answer
 *
 * Returns: (transfer full) (nullable): desktop-file ids without ".desktop", each once; %NULL with
 *   @error set
 */
char **
cf_running_applications_list_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant)
    reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    g_info ("systemd gave an application no scope: %s", error->message);
}

/**
 * cf_running_applications_add:
 * @session_bus: where systemd's user manager is
 * @id: a valid desktop-file id without ".desktop"
 * @pid: the process it was started as
 *
 * Gives an application that was started here a scope of its own, soon: then it does not end with
 * us, and the next list has it. Without systemd nothing happens.
 */
void
cf_running_applications_add (GDBusConnection *session_bus, const char *id, gint pid)
{
  g_autofree char *scope = NULL;
  GVariantBuilder properties;
  guint32 process = (guint32) pid;

  g_return_if_fail (G_IS_DBUS_CONNECTION (session_bus));

  scope = cf_application_unit_dup_scope (id, pid);
  g_variant_builder_init (&properties, G_VARIANT_TYPE ("a(sv)"));
  g_variant_builder_add (
    &properties, "(sv)", "PIDs",
    g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, &process, 1, sizeof process));
  g_variant_builder_add (&properties, "(sv)", "Slice", g_variant_new_string ("app.slice"));
  g_variant_builder_add (&properties, "(sv)", "CollectMode",
                         g_variant_new_string ("inactive-or-failed"));
  g_dbus_connection_call (session_bus, SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_INTERFACE,
                          "StartTransientUnit",
                          g_variant_new ("(ssa(sv)a(sa(sv)))", scope, "fail", &properties, NULL),
                          NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT_MS, NULL, added_cb, NULL);
}
