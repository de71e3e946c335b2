/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-logind-private.h"

#include "cf-bus-problem.h"
#include "cf-offline-updates.h"

#define LOGIND_NAME  "org.freedesktop.login1"
#define LOGIND_PATH  "/org/freedesktop/login1"
#define SYSTEMD_NAME "org.freedesktop.systemd1"
#define SYSTEMD_PATH "/org/freedesktop/systemd1"

/* A logind that is there but does not answer is asked again: after a second, then after twice as
 * long each time, up to this. */
#define MAX_RETRY_SECONDS 30

/* As with one that answers, but cannot ask polkit what is possible. */
#define MAX_LACK_SECONDS (10 * 60)

/* A machine that was told to go down has stopped the agent long before. */
#define TOLD_SECONDS (5 * 60)

static void cf_logind_power_init (CfPowerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CfLogind, cf_logind, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CF_TYPE_POWER, cf_logind_power_init))

typedef enum
{
  PROP_STATE = 1,
  PROP_CAPABILITIES
} CfLogindProperty;

static void read_everything (CfLogind *self);

/* A logind that leaves while the machine goes down has not called that off. */
static CfPowerState
find_state (CfLogind *self)
{
  if (self->is_told || self->is_preparing)
    return CF_POWER_GOING_DOWN;
  if (!self->is_present)
    return CF_POWER_UNAVAILABLE;
  return self->is_scheduled ? CF_POWER_TAKEN : CF_POWER_READY;
}

/**
 * cf_logind_update:
 * @self: a power
 *
 * Brings the state and the lock in line with what is known of the machine.
 */
void
cf_logind_update (CfLogind *self)
{
  CfPowerState state;

  /* what is known before all was read once is not yet a state */
  if (self->starting != NULL)
    return;

  state = find_state (self);
  if (state == CF_POWER_UNAVAILABLE)
    cf_delay_lock_release (self->lock);
  /* logind gives no lock any more while the machine goes down */
  else if (state != CF_POWER_GOING_DOWN && !self->has_let_go)
    cf_delay_lock_take (self->lock);

  if (state == self->state)
    return;

  self->state = state;
  g_object_notify (G_OBJECT (self), "state");
}

/* Takes it back that the machine goes down because systemd was told past logind. */
static void
forget_told (CfLogind *self)
{
  g_clear_handle_id (&self->told_source, g_source_remove);
  self->is_told = FALSE;
}

/* The machine does not go down after all. */
static void
call_off (CfLogind *self)
{
  forget_told (self);
  self->has_let_go = FALSE;
  if (self->triggered != NULL)
    cf_offline_updates_cancel_async (self->triggered, NULL, NULL);
  g_clear_object (&self->triggered);
}

static gboolean
told_cb (gpointer user_data)
{
  CfLogind *self = user_data;

  g_warning ("systemd was told to let the computer go down %u s ago, but it is still up: requests "
             "are accepted again",
             self->told_seconds);
  self->told_source = 0;
  call_off (self);
  cf_logind_update (self);
  return G_SOURCE_REMOVE;
}

/**
 * cf_logind_believe_told:
 * @self: a power
 *
 * Notes that systemd was told past logind, which announces neither that the machine goes down nor
 * that somebody called it off.
 */
void
cf_logind_believe_told (CfLogind *self)
{
  forget_told (self);
  self->is_told = TRUE;
  self->told_source = g_timeout_add_seconds (self->told_seconds, told_cb, self);
  cf_logind_update (self);
}

static void
looked_again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!cf_logind_look_finish (CF_LOGIND (source), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_info ("Could not look what is scheduled: %s", error->message);
}

static void
look_again (CfLogind *self)
{
  if (self->is_present)
    cf_logind_look_async (self, self->reading, looked_again_cb, NULL);
}

/* Which of them are signalled depends on the version; what they are now is asked for anyway. */
static void
properties_changed_cb (GDBusConnection *bus, const char *sender, const char *path,
                       const char *interface, const char *signal, GVariant *parameters,
                       gpointer user_data)
{
  static const char *const ours[] = { "ScheduledShutdown", "PreparingForShutdown", "BlockInhibited",
                                      "BlockWeakInhibited" };
  g_autoptr (GVariant) changed = NULL;
  g_autofree const char **invalidated = NULL;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv}as)")))
    return;

  g_variant_get (parameters, "(&s@a{sv}^a&s)", NULL, &changed, &invalidated);
  for (gsize i = 0; i < G_N_ELEMENTS (ours); i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (changed, ours[i], NULL);

      if (value != NULL || g_strv_contains (invalidated, ours[i]))
        {
          look_again (user_data);
          cf_logind_list_blockers (user_data);
          return;
        }
    }
}

static void
prepare_for_shutdown_cb (CfLogind *self, gboolean start)
{
  self->is_preparing = start;
  if (!start)
    {
      call_off (self);
      if (self->is_present)
        read_everything (self);
    }
  cf_logind_update (self);
}

static gboolean
retry_cb (gpointer user_data)
{
  CfLogind *self = user_data;

  self->retry_source = 0;
  read_everything (self);
  return G_SOURCE_REMOVE;
}

static void
ask_later (CfLogind *self, guint most_seconds)
{
  self->retry_seconds = CLAMP (self->retry_seconds * 2, 1, most_seconds);
  self->retry_source = g_timeout_add_seconds (self->retry_seconds, retry_cb, self);
}

static void
fail_start (CfLogind *self, const char *why)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->starting);

  g_task_return_new_error (task, CF_POWER_ERROR, CF_POWER_ERROR_FAILED,
                           "systemd-logind does not answer: %s. Curfew acts through it; see "
                           "“systemctl status systemd-logind”",
                           why);
}

static gboolean
cf_logind_knows_people (CfPower *power)
{
  CfLogind *self = CF_LOGIND (power);

  return self->is_present && cf_logind_sessions_are_known (self->sessions);
}

/* Called whenever it may have become true. */
static void
look_whether_known (CfLogind *self)
{
  if (cf_logind_knows_people (CF_POWER (self)))
    cf_power_tell_people_known (CF_POWER (self));
}

static void
everything_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  CfLogind *self = CF_LOGIND (source);
  g_autoptr (GTask) starting = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (cf_logind_read_finish (self, result, &error))
    {
      self->is_present = TRUE;
      if (self->lacks_answers)
        ask_later (self, MAX_LACK_SECONDS);
      else
        self->retry_seconds = 0;
      starting = g_steal_pointer (&self->starting);
      cf_logind_update (self);
      cf_logind_list_blockers (self);
      look_whether_known (self);
      if (starting != NULL)
        g_task_return_pointer (starting, g_object_ref (self), g_object_unref);
      return;
    }

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  text = cf_bus_problem_dup_text (error);
  if (self->starting != NULL)
    {
      fail_start (self, text);
      return;
    }
  self->is_present = FALSE;
  ask_later (self, MAX_RETRY_SECONDS);
  g_warning ("systemd-logind does not answer: %s. Curfew asks again in %u s", text,
             self->retry_seconds);
  cf_logind_update (self);
}

static void
stop_reading (CfLogind *self)
{
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_handle_id (&self->retry_source, g_source_remove);
}

static void
read_everything (CfLogind *self)
{
  stop_reading (self);
  self->reading = g_cancellable_new ();
  cf_logind_read_async (self, self->reading, everything_read_cb, NULL);
}

static void
appeared_cb (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  CfLogind *self = user_data;

  self->has_let_go = FALSE;
  read_everything (self);
}

static void
vanished_cb (GDBusConnection *bus, const char *name, gpointer user_data)
{
  CfLogind *self = user_data;

  stop_reading (self);
  self->is_present = FALSE;
  if (self->starting != NULL)
    fail_start (self, "it is not on the system bus");
  else
    cf_logind_update (self);
}

static gboolean
cf_logind_is_rehearsal (CfPower *power)
{
  return FALSE;
}

static CfPowerState
cf_logind_get_state (CfPower *power)
{
  return CF_LOGIND (power)->state;
}

static CfShutdownFlags
cf_logind_get_capabilities (CfPower *power)
{
  return CF_LOGIND (power)->capabilities;
}

static GListModel *
cf_logind_get_sessions (CfPower *power)
{
  return cf_logind_sessions_get_model (CF_LOGIND (power)->sessions);
}

static void
cleared_and_looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  /* called off it is, whatever became of the looking */
  cf_logind_look_finish (CF_LOGIND (source), result, NULL);
  g_task_return_boolean (task, TRUE);
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CfLogind *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (cf_bus_login1_manager_call_cancel_scheduled_shutdown_finish (CF_BUS_LOGIN1_MANAGER (source),
                                                                   NULL, result, &error))
    {
      cf_logind_look_async (self, g_task_get_cancellable (task), cleared_and_looked_cb,
                            g_object_ref (task));
      return;
    }

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  text = cf_bus_problem_dup_text (error);
  g_task_return_new_error (task, CF_POWER_ERROR, CF_POWER_ERROR_FAILED,
                           "What somebody else scheduled could not be called off: %s. Try "
                           "“shutdown -c” at that computer",
                           text);
}

static void
cf_logind_clear_others_async (CfPower *power, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  CfLogind *self = CF_LOGIND (power);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, cf_logind_clear_others_async);
  cf_bus_login1_manager_call_cancel_scheduled_shutdown (self->manager, cancellable, cleared_cb,
                                                        task);
}

static gboolean
cf_logind_clear_others_finish (CfPower *power, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, power), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
cf_logind_let_go (CfPower *power)
{
  CfLogind *self = CF_LOGIND (power);

  self->has_let_go = TRUE;
  cf_delay_lock_release (self->lock);
}

static const GPtrArray *
cf_logind_get_blockers (CfPower *power)
{
  return CF_LOGIND (power)->blockers;
}

static gboolean
cf_logind_do_blockers_hold (CfPower *power)
{
  return CF_LOGIND (power)->blockers_hold;
}

static void
cf_logind_power_init (CfPowerInterface *iface)
{
  iface->is_rehearsal = cf_logind_is_rehearsal;
  iface->get_state = cf_logind_get_state;
  iface->get_capabilities = cf_logind_get_capabilities;
  iface->get_sessions = cf_logind_get_sessions;
  iface->execute_async = cf_logind_execute_async;
  iface->execute_finish = cf_logind_execute_finish;
  iface->clear_others_async = cf_logind_clear_others_async;
  iface->clear_others_finish = cf_logind_clear_others_finish;
  iface->let_go = cf_logind_let_go;
  iface->attend = cf_logind_attend;
  iface->get_blockers = cf_logind_get_blockers;
  iface->do_blockers_hold = cf_logind_do_blockers_hold;
  iface->knows_people = cf_logind_knows_people;
}

static void
cf_logind_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CfLogind *self = CF_LOGIND (object);

  switch ((CfLogindProperty) id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_CAPABILITIES:
      g_value_set_uint (value, self->capabilities);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cf_logind_dispose (GObject *object)
{
  CfLogind *self = CF_LOGIND (object);

  stop_reading (self);
  cf_logind_stop_listing (self);
  forget_told (self);
  g_clear_handle_id (&self->name_watch, g_bus_unwatch_name);
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;
  g_clear_object (&self->run_watch);
  g_clear_object (&self->lock);
  g_clear_object (&self->triggered);

  G_OBJECT_CLASS (cf_logind_parent_class)->dispose (object);
}

static void
cf_logind_finalize (GObject *object)
{
  CfLogind *self = CF_LOGIND (object);

  g_clear_pointer (&self->run_directory, g_free);
  g_clear_pointer (&self->attended, cf_shutdown_request_unref);
  g_clear_pointer (&self->blockers, g_ptr_array_unref);
  g_clear_object (&self->sessions);
  g_clear_object (&self->manager);
  g_clear_object (&self->systemd);
  g_clear_object (&self->bus);

  G_OBJECT_CLASS (cf_logind_parent_class)->finalize (object);
}

static void
cf_logind_class_init (CfLogindClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = cf_logind_get_property;
  object_class->dispose = cf_logind_dispose;
  object_class->finalize = cf_logind_finalize;

  g_object_class_override_property (object_class, PROP_STATE, "state");
  g_object_class_override_property (object_class, PROP_CAPABILITIES, "capabilities");
}

static void
cf_logind_init (CfLogind *self)
{
  self->state = CF_POWER_UNAVAILABLE;
  self->told_seconds = TOLD_SECONDS;
  self->blockers = g_ptr_array_new_with_free_func ((GDestroyNotify) cf_blocker_free);
}

static void
systemd_known_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CfLogind *self = g_task_get_task_data (task);
  GError *error = NULL;

  self->systemd = cf_bus_systemd1_manager_proxy_new_finish (result, &error);
  if (self->systemd == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  self->sessions = cf_logind_sessions_new (self->manager);
  self->run_watch = cf_run_watch_new (self->run_directory);
  self->lock = cf_delay_lock_new (g_dbus_proxy_get_connection (G_DBUS_PROXY (self->manager)),
                                  "Tell people that the computer goes down",
                                  "When somebody else shuts this computer down, its people may not "
                                  "be told in time");
  g_signal_connect_object (self->sessions, "known", G_CALLBACK (look_whether_known), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->run_watch, "session-changed",
                           G_CALLBACK (cf_logind_sessions_ask_again), self->sessions,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->run_watch, "shutdown-changed", G_CALLBACK (look_again), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->run_watch, "inhibitors-changed",
                           G_CALLBACK (cf_logind_list_blockers), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->manager, "prepare-for-shutdown",
                           G_CALLBACK (prepare_for_shutdown_cb), self, G_CONNECT_SWAPPED);
  /* a proxy that loads no properties does not tell of their changes either */
  self->subscription = g_dbus_connection_signal_subscribe (
    self->bus, LOGIND_NAME, "org.freedesktop.DBus.Properties", "PropertiesChanged", LOGIND_PATH,
    "org.freedesktop.login1.Manager", G_DBUS_SIGNAL_FLAGS_NONE, properties_changed_cb, self, NULL);

  self->starting = g_steal_pointer (&task);
  self->name_watch = g_bus_watch_name_on_connection (self->bus, LOGIND_NAME,
                                                     G_BUS_NAME_WATCHER_FLAGS_AUTO_START,
                                                     appeared_cb, vanished_cb, self, NULL);
}

static void
manager_known_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CfLogind *self = g_task_get_task_data (task);
  GError *error = NULL;

  self->manager = cf_bus_login1_manager_proxy_new_finish (result, &error);
  if (self->manager == NULL)
    g_task_return_error (task, error);
  else
    cf_bus_systemd1_manager_proxy_new (self->bus,
                                       G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES |
                                         G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS,
                                       SYSTEMD_NAME, SYSTEMD_PATH, g_task_get_cancellable (task),
                                       systemd_known_cb, g_object_ref (task));
}

/**
 * cf_logind_new_watching_async:
 * @bus: the bus that logind is on
 * @allow_halt: as with cf_logind_new_async()
 * @run_directory: (type filename): what to take for /run/systemd; see #CfRunWatch
 * @cancellable: (nullable): gives up
 * @callback: called with the result, for cf_logind_new_finish()
 * @user_data: for @callback
 *
 * As cf_logind_new_async(), for tests.
 */
void
cf_logind_new_watching_async (GDBusConnection *bus, gboolean allow_halt, const char *run_directory,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  CfLogind *self;
  GTask *task;

  g_return_if_fail (G_IS_DBUS_CONNECTION (bus));
  g_return_if_fail (run_directory != NULL);

  self = g_object_new (CF_TYPE_LOGIND, NULL);
  self->bus = g_object_ref (bus);
  self->allow_halt = allow_halt;
  self->run_directory = g_strdup (run_directory);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, cf_logind_new_watching_async);
  g_task_set_task_data (task, self, g_object_unref);
  /* the name watch below starts logind; the properties are read when they are needed */
  cf_bus_login1_manager_proxy_new (bus,
                                   G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES |
                                     G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START_AT_CONSTRUCTION,
                                   LOGIND_NAME, LOGIND_PATH, cancellable, manager_known_cb, task);
}

/**
 * cf_logind_new_async:
 * @bus: the system bus
 * @allow_halt: whether a halt is among the capabilities: a halted machine needs somebody at it
 * @cancellable: (nullable): gives up
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Finds logind and reads all that is to be known of it.
 */
void
cf_logind_new_async (GDBusConnection *bus, gboolean allow_halt, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  cf_logind_new_watching_async (bus, allow_halt, CF_LOGIND_RUN_DIRECTORY, cancellable, callback,
                                user_data);
}

/**
 * cf_logind_new_finish:
 * @result: the result given to the callback
 * @error: %CF_POWER_ERROR_FAILED if logind does not answer, %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): a power that acts; %NULL with @error set otherwise
 */
CfLogind *
cf_logind_new_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
