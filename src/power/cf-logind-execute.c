/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-bus-problem.h"
#include "cf-inhibitors.h"
#include "cf-logind-private.h"
#include "cf-offline-updates.h"
#include "cf-signed-in.h"

/* logind answers when its own preparations are made: slower than other calls on a busy machine. */
#define TELL_TIMEOUT_MS 60000

/* A flag of logind's …WithFlags methods: root, too, obeys block inhibitors. */
#define ROOT_CHECK_INHIBITORS G_GUINT64_CONSTANT (0x01)
#define ROOT_CHECK_SINCE      252

static const struct
{
  const char *method;
  const char *unit;
  const char *verb;
} ways[] = {
  [CF_SHUTDOWN_ACTION_RESTART] = { "RebootWithFlags", "reboot.target", "restart" },
  [CF_SHUTDOWN_ACTION_POWER_OFF] = { "PowerOffWithFlags", "poweroff.target", "power off" },
  [CF_SHUTDOWN_ACTION_HALT] = { "HaltWithFlags", "halt.target", "halt" },
};

typedef struct
{
  CfShutdownAction action; /* what was asked for */
  gboolean force;
  gboolean install_updates;
  CfBusPackagekitOffline *updates; /* (owned) (nullable): triggered */
  GError *refusal;                 /* (owned) (nullable): what logind said */
  char *blocker;                   /* (owned) (nullable): what stood against it */
} Execution;

static void
execution_free (Execution *execution)
{
  g_clear_object (&execution->updates);
  g_clear_error (&execution->refusal);
  g_clear_pointer (&execution->blocker, g_free);
  g_free (execution);
}

/* Updates are installed while the machine restarts, whatever follows then. */
static CfShutdownAction
get_next_action (Execution *execution)
{
  return execution->updates != NULL ? CF_SHUTDOWN_ACTION_RESTART : execution->action;
}

static void
succeed (GTask *task)
{
  CfLogind *self = g_task_get_source_object (task);
  Execution *execution = g_task_get_task_data (task);

  self->is_executing = FALSE;
  g_set_object (&self->triggered, execution->updates);
  g_task_return_boolean (task, TRUE);
}

static void
fail (GTask *task, GError *error)
{
  CfLogind *self = g_task_get_source_object (task);

  self->is_executing = FALSE;
  self->has_let_go = FALSE;
  cf_logind_update (self);
  g_task_return_error (task, error);
}

static void
updates_undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Execution *execution = g_task_get_task_data (task);

  cf_offline_updates_cancel_finish (CF_BUS_PACKAGEKIT_OFFLINE (source), result);
  fail (task, g_steal_pointer (&execution->refusal));
}

/* The machine stays up, so it must not install updates at some later start either. */
static void
fail_and_undo (GTask *task, GError *error)
{
  Execution *execution = g_task_get_task_data (task);

  if (execution->updates == NULL)
    {
      fail (task, error);
      return;
    }
  g_clear_error (&execution->refusal);
  execution->refusal = error;
  cf_offline_updates_cancel_async (execution->updates, updates_undone_cb, g_object_ref (task));
}

static GError *
make_unreachable_error (const GError *error)
{
  g_autofree char *text = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);

  text = cf_bus_problem_dup_text (error);
  return g_error_new (CF_POWER_ERROR, CF_POWER_ERROR_FAILED,
                      "systemd-logind could not be asked: %s. The computer stays up; see "
                      "“systemctl status systemd-logind”",
                      text);
}

/* Refused, and nothing inhibits it: then it is a matter of rights. */
static GError *
make_refused_error (Execution *execution)
{
  g_autofree char *text = cf_bus_problem_dup_text (execution->refusal);

  return g_error_new (CF_POWER_ERROR, CF_POWER_ERROR_UNSUPPORTED,
                      "Curfew may not %s this computer: %s. Check the polkit rules of Curfew",
                      ways[get_next_action (execution)].verb, text);
}

static GError *
make_failed_error (Execution *execution, const GError *error)
{
  g_autofree char *text = cf_bus_problem_dup_text (error);

  return g_error_new (CF_POWER_ERROR, CF_POWER_ERROR_FAILED,
                      "This computer could not be told to %s: %s. It stays up; the journal of "
                      "systemd-logind may say more",
                      ways[get_next_action (execution)].verb, text);
}

/* A call whose reply tells who wrote it, which a proxy's does not. */
static void
call (GTask *task, gpointer proxy, const char *method, GVariant *arguments,
      GAsyncReadyCallback callback)
{
  CfLogind *self = g_task_get_source_object (task);
  g_autoptr (GDBusMessage) message = g_dbus_message_new_method_call (
    g_dbus_proxy_get_name (proxy), g_dbus_proxy_get_object_path (proxy),
    g_dbus_proxy_get_interface_name (proxy), method);

  g_dbus_message_set_body (message, arguments);
  g_dbus_connection_send_message_with_reply (self->bus, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE,
                                             TELL_TIMEOUT_MS, NULL, g_task_get_cancellable (task),
                                             callback, g_object_ref (task));
}

/* Only the bus itself can say that no reply will come. When polkit does not answer logind or
 * systemd, they pass on that error as their own reply: then they are there, and have done nothing.
 */
static gboolean
take_reply (GObject *bus, GAsyncResult *result, CfBusProblem *problem, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GDBusMessage) reply = g_dbus_connection_send_message_with_reply_finish (
    G_DBUS_CONNECTION (bus), result, &local_error);

  if (reply != NULL && !g_dbus_message_to_gerror (reply, &local_error))
    return TRUE;

  *problem = cf_bus_problem_of (local_error);
  if (*problem == CF_BUS_PROBLEM_LOST_REPLY && reply != NULL &&
      g_strcmp0 (g_dbus_message_get_sender (reply), "org.freedesktop.DBus") != 0)
    *problem = CF_BUS_PROBLEM_OTHER;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static void
unit_started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CfLogind *self = g_task_get_source_object (task);
  Execution *execution = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  CfBusProblem problem = CF_BUS_PROBLEM_OTHER;

  if (take_reply (source, result, &problem, &error) || problem == CF_BUS_PROBLEM_LOST_REPLY)
    {
      /* logind does not announce what it was not asked for */
      succeed (task);
      cf_logind_believe_told (self);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fail (task, g_steal_pointer (&error));
  else if (problem == CF_BUS_PROBLEM_REFUSED)
    fail_and_undo (task, g_error_new (CF_POWER_ERROR, CF_POWER_ERROR_VETOED,
                                      "%s. Curfew may not overrule that here; the administrator "
                                      "can allow it with the polkit rule curfew-overrule.rules",
                                      execution->blocker));
  else
    fail_and_undo (task, make_failed_error (execution, error));
}

/* logind refused; who or what is behind that? */
static void
refusal_explained_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CfLogind *self = g_task_get_source_object (task);
  Execution *execution = g_task_get_task_data (task);
  g_autoptr (GVariant) inhibitors = NULL;

  if (cf_bus_login1_manager_call_list_inhibitors_finish (CF_BUS_LOGIN1_MANAGER (source),
                                                         &inhibitors, result, NULL))
    execution->blocker = cf_inhibitors_describe_blockers (inhibitors);

  if (execution->blocker == NULL)
    fail_and_undo (task, make_refused_error (execution));
  else if (!execution->force)
    fail_and_undo (task,
                   g_error_new (CF_POWER_ERROR, CF_POWER_ERROR_VETOED, "%s", execution->blocker));
  else
    {
      g_message ("%s. The request forces: systemd is told itself", execution->blocker);
      call (task, self->systemd, "StartUnit",
            g_variant_new ("(ss)", ways[get_next_action (execution)].unit, "replace-irreversibly"),
            unit_started_cb);
    }
}

static void
told_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CfLogind *self = g_task_get_source_object (task);
  Execution *execution = g_task_get_task_data (task);
  CfBusProblem problem = CF_BUS_PROBLEM_OTHER;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (take_reply (source, result, &problem, &error))
    {
      succeed (task);
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      fail (task, g_steal_pointer (&error));
      return;
    }

  switch (problem)
    {
    case CF_BUS_PROBLEM_LOST_REPLY:
      text = cf_bus_problem_dup_text (error);
      g_message ("No answer came, as happens when the machine goes down: %s", text);
      succeed (task);
      break;
    case CF_BUS_PROBLEM_IN_PROGRESS:
      g_message ("The machine goes down already");
      succeed (task);
      break;
    case CF_BUS_PROBLEM_REFUSED:
      execution->refusal = g_steal_pointer (&error);
      cf_bus_login1_manager_call_list_inhibitors (self->manager, g_task_get_cancellable (task),
                                                  refusal_explained_cb, g_object_ref (task));
      break;
    case CF_BUS_PROBLEM_GONE:
    case CF_BUS_PROBLEM_OTHER:
    default:
      fail_and_undo (task, make_failed_error (execution, error));
    }
}

/* The one call that acts. An error before it is sent must not look like a lost reply. */
static void
tell (GTask *task)
{
  CfLogind *self = g_task_get_source_object (task);
  Execution *execution = g_task_get_task_data (task);
  gboolean check_root = !execution->force &&
                        (self->version == 0 || self->version >= ROOT_CHECK_SINCE);

  if (g_dbus_connection_is_closed (self->bus))
    {
      fail (task, g_error_new (CF_POWER_ERROR, CF_POWER_ERROR_FAILED,
                               "The connection to the system bus is lost, so the computer stays "
                               "up. Restart the agent: systemctl restart curfew-agent"));
      return;
    }

  call (task, self->manager, ways[get_next_action (execution)].method,
        g_variant_new ("(t)", check_root ? ROOT_CHECK_INHIBITORS : 0), told_cb);
}

static void
updates_triggered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Execution *execution = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  execution->updates = cf_offline_updates_trigger_finish (G_DBUS_CONNECTION (source), result);
  if (g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error))
    fail_and_undo (task, g_steal_pointer (&error));
  else
    tell (task);
}

static void
prepare_updates (GTask *task)
{
  CfLogind *self = g_task_get_source_object (task);
  Execution *execution = g_task_get_task_data (task);

  if (execution->install_updates)
    cf_offline_updates_trigger_async (self->bus, execution->action, g_task_get_cancellable (task),
                                      updates_triggered_cb, g_object_ref (task));
  else
    tell (task);
}

static void
inhibitors_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GVariant) inhibitors = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *blocker = NULL;

  if (!cf_bus_login1_manager_call_list_inhibitors_finish (CF_BUS_LOGIN1_MANAGER (source),
                                                          &inhibitors, result, &error))
    {
      fail (task, make_unreachable_error (error));
      return;
    }

  blocker = cf_inhibitors_describe_blockers (inhibitors);
  if (blocker != NULL)
    fail (task, g_error_new (CF_POWER_ERROR, CF_POWER_ERROR_VETOED, "%s", blocker));
  else
    prepare_updates (task);
}

static void
sessions_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CfLogind *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *people = NULL;

  if (!cf_logind_sessions_read_finish (CF_LOGIND_SESSIONS (source), result, &error))
    {
      fail (task, make_unreachable_error (error));
      return;
    }

  people = cf_signed_in_describe (cf_logind_sessions_get_model (self->sessions));
  if (people != NULL)
    fail (task, g_error_new (CF_POWER_ERROR, CF_POWER_ERROR_VETOED, "%s", people));
  else
    cf_bus_login1_manager_call_list_inhibitors (self->manager, g_task_get_cancellable (task),
                                                inhibitors_listed_cb, g_object_ref (task));
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CfLogind *self = CF_LOGIND (source);
  Execution *execution = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!cf_logind_look_finish (self, result, &error))
    fail (task, make_unreachable_error (error));
  else if (self->state == CF_POWER_GOING_DOWN)
    {
      g_message ("The machine goes down already");
      succeed (task);
    }
  else if (execution->force)
    prepare_updates (task);
  else
    cf_logind_sessions_read_async (self->sessions, g_task_get_cancellable (task), sessions_read_cb,
                                   g_object_ref (task));
}

/* What no state of the machine can change. */
static GError *
check (CfLogind *self, Execution *execution)
{
  if (self->is_executing)
    return g_error_new (CF_POWER_ERROR, CF_POWER_ERROR_FAILED,
                        "This computer is being told to go down already");
  if (execution->action != CF_SHUTDOWN_ACTION_HALT)
    return NULL;
  if (!self->allow_halt)
    return g_error_new (CF_POWER_ERROR, CF_POWER_ERROR_UNSUPPORTED,
                        "Halting this computer is not allowed by its configuration");
  if (execution->install_updates)
    return g_error_new (CF_POWER_ERROR, CF_POWER_ERROR_UNSUPPORTED,
                        "Updates are installed by a restart, so not with a halt");
  return NULL;
}

/**
 * cf_logind_execute_async:
 * @power: a #CfLogind
 * @request: what to do, now
 * @cancellable: (nullable): gives up waiting
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Looks anew who and what stands against @request, unless it forces, prepares the updates if it
 * wants them, and tells logind, once. Where logind refuses a request that forces because of an
 * inhibitor, systemd itself is told (shutdown-semantics.md section 6.2).
 */
void
cf_logind_execute_async (CfPower *power, CfShutdownRequest *request, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  CfLogind *self = CF_LOGIND (power);
  CfShutdownFlags flags = cf_shutdown_request_get_flags (request);
  Execution *execution = g_new0 (Execution, 1);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error;

  execution->action = cf_shutdown_request_get_action (request);
  execution->force = (flags & CF_SHUTDOWN_FORCE_OTHERS) != 0;
  execution->install_updates = (flags & CF_SHUTDOWN_INSTALL_UPDATES) != 0;
  g_task_set_source_tag (task, cf_logind_execute_async);
  g_task_set_task_data (task, execution, (GDestroyNotify) execution_free);

  error = check (self, execution);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  self->is_executing = TRUE;
  cf_logind_look_async (self, cancellable, looked_cb, g_steal_pointer (&task));
}

/**
 * cf_logind_execute_finish:
 * @power: a #CfLogind
 * @result: the result given to the callback
 * @error: a #CfPowerError, or %G_IO_ERROR_CANCELLED
 *
 * Returns: %TRUE if the machine goes down, as far as can be known
 */
gboolean
cf_logind_execute_finish (CfPower *power, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, power), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
