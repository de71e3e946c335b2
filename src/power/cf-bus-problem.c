/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-bus-problem.h"

#include <gio/gio.h>

#include "request/cf-display-text.h"

static const struct
{
  const char *name;
  CfBusProblem problem;
} remote_names[] = {
  { "org.freedesktop.login1.OperationInProgress", CF_BUS_PROBLEM_IN_PROGRESS },
  /* logind since 258; before it was AccessDenied */
  { "org.freedesktop.login1.BlockedByInhibitorLock", CF_BUS_PROBLEM_REFUSED },
  { "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", CF_BUS_PROBLEM_REFUSED },
  { "org.freedesktop.login1.NoSuchSession", CF_BUS_PROBLEM_GONE },
};

static const struct
{
  GDBusError code;
  CfBusProblem problem;
} bus_codes[] = {
  { G_DBUS_ERROR_NO_REPLY, CF_BUS_PROBLEM_LOST_REPLY },
  { G_DBUS_ERROR_TIMEOUT, CF_BUS_PROBLEM_LOST_REPLY },
  { G_DBUS_ERROR_TIMED_OUT, CF_BUS_PROBLEM_LOST_REPLY },
  { G_DBUS_ERROR_DISCONNECTED, CF_BUS_PROBLEM_LOST_REPLY },
  { G_DBUS_ERROR_ACCESS_DENIED, CF_BUS_PROBLEM_REFUSED },
  { G_DBUS_ERROR_AUTH_FAILED, CF_BUS_PROBLEM_REFUSED },
  { G_DBUS_ERROR_UNKNOWN_OBJECT, CF_BUS_PROBLEM_GONE },
  /* what some bindings answer for an object that is not there */
  { G_DBUS_ERROR_UNKNOWN_METHOD, CF_BUS_PROBLEM_GONE },
};

/**
 * cf_bus_problem_of:
 * @error: the error of a call that was sent
 *
 * Returns: what it means
 */
CfBusProblem
cf_bus_problem_of (const GError *error)
{
  g_autofree char *remote_name = NULL;

  g_return_val_if_fail (error != NULL, CF_BUS_PROBLEM_OTHER);

  remote_name = g_dbus_error_get_remote_error (error);
  for (gsize i = 0; remote_name != NULL && i < G_N_ELEMENTS (remote_names); i++)
    if (g_str_equal (remote_name, remote_names[i].name))
      return remote_names[i].problem;

  for (gsize i = 0; error->domain == G_DBUS_ERROR && i < G_N_ELEMENTS (bus_codes); i++)
    if (error->code == (int) bus_codes[i].code)
      return bus_codes[i].problem;

  /* GDBus gives these when the connection ends, or time does, while it waits for the reply. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
    return CF_BUS_PROBLEM_LOST_REPLY;

  return CF_BUS_PROBLEM_OTHER;
}

/**
 * cf_bus_problem_dup_text:
 * @error: an error of a D-Bus call
 *
 * Returns: (transfer full): what the other side said, in one line, without the name of the error
 */
char *
cf_bus_problem_dup_text (const GError *error)
{
  g_autoptr (GError) copy = NULL;

  g_return_val_if_fail (error != NULL, NULL);

  copy = g_error_copy (error);
  g_dbus_error_strip_remote_error (copy);
  return cf_display_text_one_line (copy->message);
}
