/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-logind-capabilities.h"
#include "cf-logind-private.h"

#define PROPERTY_INTERFACE "org.freedesktop.DBus.Properties"
#define LOGIND_INTERFACE   "org.freedesktop.login1.Manager"
#define SYSTEMD_INTERFACE  "org.freedesktop.systemd1.Manager"

/**
 * cf_logind_parse_version:
 * @version: systemd's Version: "252.39-1~deb12u1", "v257~rc1"
 *
 * Returns: the number it begins with; 0 if it begins with none
 */
guint
cf_logind_parse_version (const char *version)
{
  guint64 number;

  g_return_val_if_fail (version != NULL, 0);

  if (*version == 'v')
    version++;
  number = g_ascii_isdigit (*version) ? g_ascii_strtoull (version, NULL, 10) : 0;
  return number <= G_MAXUINT ? (guint) number : 0;
}

/* A rehearsal of logind's own ("dry-reboot") does not take the machine. */
static gboolean
is_scheduled (const char *type, guint64 real_usec)
{
  return real_usec != 0 && *type != '\0' && !g_str_has_prefix (type, "dry-");
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CfLogind *self = g_task_get_source_object (task);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) properties = NULL;
  gboolean is_preparing = FALSE;
  const char *type = "";
  guint64 real_usec = 0;
  GError *error = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  properties = g_variant_get_child_value (reply, 0);
  g_variant_lookup (properties, "PreparingForShutdown", "b", &is_preparing);
  g_variant_lookup (properties, "ScheduledShutdown", "(&st)", &type, &real_usec);
  self->is_preparing = is_preparing;
  self->is_scheduled = is_scheduled (type, real_usec);
  cf_logind_update (self);
  g_task_return_boolean (task, TRUE);
}

/**
 * cf_logind_look_async:
 * @self: a power
 * @cancellable: (nullable): ends the waiting
 * @callback: (nullable): called with the result
 * @user_data: for @callback
 *
 * Asks logind whether the machine goes down and whether something is scheduled: it does not signal
 * every change of that.
 */
void
cf_logind_look_async (CfLogind *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, cf_logind_look_async);
  g_dbus_connection_call (self->bus, g_dbus_proxy_get_name (G_DBUS_PROXY (self->manager)),
                          g_dbus_proxy_get_object_path (G_DBUS_PROXY (self->manager)),
                          PROPERTY_INTERFACE, "GetAll", g_variant_new ("(s)", LOGIND_INTERFACE),
                          G_VARIANT_TYPE ("(a{sv})"), G_DBUS_CALL_FLAGS_NONE, -1, cancellable,
                          looked_cb, g_steal_pointer (&task));
}

/**
 * cf_logind_look_finish:
 * @self: a power
 * @result: the result given to the callback
 * @error: an error of GDBus
 *
 * Returns: %TRUE if what is known is new
 */
gboolean
cf_logind_look_finish (CfLogind *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* The first error is the answer; what comes after it is not waited for. */
static void
count_step (GTask *task, GError *error)
{
  guint *n_waiting = g_task_get_task_data (task);

  if (*n_waiting == 0)
    g_clear_error (&error);
  else if (error != NULL)
    {
      *n_waiting = 0;
      g_task_return_error (task, error);
    }
  else if (--*n_waiting == 0)
    g_task_return_boolean (task, TRUE);
}

static void
state_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  cf_logind_look_finish (CF_LOGIND (source), result, &error);
  count_step (task, error);
}

static void
sessions_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  cf_logind_sessions_read_finish (CF_LOGIND_SESSIONS (source), result, &error);
  count_step (task, error);
}

static void
capabilities_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CfLogind *self = g_task_get_source_object (task);
  gboolean is_complete;
  CfShutdownFlags flags = cf_logind_capabilities_read_finish (CF_BUS_LOGIN1_MANAGER (source),
                                                              result, &is_complete);

  self->lacks_answers = !is_complete;
  /* when logind goes away in between, there is no answer, and the old one stays */
  if (!g_cancellable_is_cancelled (g_task_get_cancellable (task)) && flags != self->capabilities)
    {
      self->capabilities = flags;
      g_object_notify (G_OBJECT (self), "capabilities");
    }
  count_step (task, NULL);
}

/* Without a version we go by what the oldest systemd knows that we run on. */
static void
version_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CfLogind *self = g_task_get_source_object (task);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GError) error = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (reply != NULL)
    g_variant_get (reply, "(v)", &value);
  if (value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    self->version = cf_logind_parse_version (g_variant_get_string (value, NULL));
  else
    g_info ("systemd does not tell its version%s%s", error != NULL ? ": " : "",
            error != NULL ? error->message : "");
  count_step (task, NULL);
}

/**
 * cf_logind_read_async:
 * @self: a power
 * @cancellable: (nullable): ends the waiting
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Reads everything anew: the state, the sessions, the capabilities and the version.
 */
void
cf_logind_read_async (CfLogind *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  guint *n_waiting = g_new0 (guint, 1);

  *n_waiting = 4;
  g_task_set_source_tag (task, cf_logind_read_async);
  g_task_set_task_data (task, n_waiting, g_free);

  cf_logind_look_async (self, cancellable, state_read_cb, g_object_ref (task));
  cf_logind_sessions_read_async (self->sessions, cancellable, sessions_read_cb,
                                 g_object_ref (task));
  cf_logind_capabilities_read_async (self->manager, self->allow_halt, cancellable,
                                     capabilities_read_cb, g_object_ref (task));
  g_dbus_connection_call (
    self->bus, g_dbus_proxy_get_name (G_DBUS_PROXY (self->systemd)),
    g_dbus_proxy_get_object_path (G_DBUS_PROXY (self->systemd)), PROPERTY_INTERFACE, "Get",
    g_variant_new ("(ss)", SYSTEMD_INTERFACE, "Version"), G_VARIANT_TYPE ("(v)"),
    G_DBUS_CALL_FLAGS_NONE, -1, cancellable, version_read_cb, g_object_ref (task));
}

/**
 * cf_logind_read_finish:
 * @self: a power
 * @result: the result given to the callback
 * @error: an error of GDBus
 *
 * Returns: %TRUE if logind answered
 */
gboolean
cf_logind_read_finish (CfLogind *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
