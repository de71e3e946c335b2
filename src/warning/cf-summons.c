/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-summons.h"

#define OBJECT_PATH     "/org/curfew/Warning"
#define INTERFACE       "org.freedesktop.Application"
#define NOTHING_WAITING "org.curfew.Warning.Error.NothingWaiting"
#define ANSWER_MSEC     5000 /* for a helper that is stuck */

/* D-Bus activation of the Desktop Entry Specification, by which launchers speak with a program that
 * runs. */
static const char xml[] =
  "<node><interface name='" INTERFACE "'>"
  "<method name='Activate'><arg type='a{sv}' direction='in'/></method>"
  "<method name='Open'><arg type='as' direction='in'/><arg type='a{sv}' direction='in'/></method>"
  "<method name='ActivateAction'><arg type='s' direction='in'/><arg type='av' direction='in'/>"
  "<arg type='a{sv}' direction='in'/></method></interface></node>";

typedef struct
{
  CfSummonsFunc func;
  gpointer user_data;
} Service;

static void
called_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
           const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
           gpointer user_data)
{
  Service *service = user_data;

  if (g_str_equal (method, "ActivateAction"))
    g_dbus_method_invocation_return_dbus_error (
      invocation, "org.freedesktop.DBus.Error.InvalidArgs", "There are no actions");
  else if (service->func (service->user_data))
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    g_dbus_method_invocation_return_dbus_error (invocation, NOTHING_WAITING, "Nothing is waiting");
}

/**
 * cf_summons_serve:
 * @bus: where the session's programs are
 * @func: called for whoever wants to see the window
 * @user_data: for @func
 *
 * Exports org.freedesktop.Application. To be called before the name is asked for.
 *
 * Returns: for g_dbus_connection_unregister_object(); 0 if @bus has such an object already
 */
guint
cf_summons_serve (GDBusConnection *bus, CfSummonsFunc func, gpointer user_data)
{
  static const GDBusInterfaceVTable vtable = { .method_call = called_cb };
  g_autoptr (GDBusNodeInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  Service *service;
  guint id;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (bus), 0);
  g_return_val_if_fail (func != NULL, 0);

  info = g_dbus_node_info_new_for_xml (xml, NULL);
  service = g_new (Service, 1);
  *service = (Service){ func, user_data };
  id = g_dbus_connection_register_object (bus, OBJECT_PATH, info->interfaces[0], &vtable, service,
                                          g_free, &error);
  if (id == 0)
    g_message ("Nobody can ask for the window: %s", error->message);
  return id;
}

/**
 * cf_summons_send:
 * @bus: where the session's programs are
 * @error: %G_IO_ERROR_NOT_FOUND if nothing is waiting there, or why it was not heard
 *
 * Asks the curfew-warning that runs to show its window, and waits for the answer.
 *
 * Returns: whether it does
 */
gboolean
cf_summons_send (GDBusConnection *bus, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (bus), FALSE);

  answer = g_dbus_connection_call_sync (
    bus, CF_SUMMONS_NAME, OBJECT_PATH, INTERFACE, "Activate",
    g_variant_new ("(@a{sv})", g_variant_new_parsed ("@a{sv} {}")), NULL,
    G_DBUS_CALL_FLAGS_NO_AUTO_START, ANSWER_MSEC, NULL, &problem);
  if (answer != NULL)
    return TRUE;

  name = g_dbus_error_get_remote_error (problem);
  g_dbus_error_strip_remote_error (problem);
  if (g_strcmp0 (name, NOTHING_WAITING) == 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, problem->message);
  else
    g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}
