/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-private.h"

#include "cf-plugin-users.h"
#include "plugin-api/wsman-plugin.h"
#include "plugin-host/cf-helper-runner.h"
#include "plugin-host/cf-module-runner.h"
#include "plugin-host/cf-plugin-file.h"

#define APPLICATION    "wsman"
#define DEFAULT_SECOND 1000

/* One call that is open, or whose context is not released yet. */
typedef struct
{
  gint64 id;
  gboolean is_operation;
  gboolean is_reported;
  gboolean is_completed;
  CfPluginSeat *seat;     /* (unowned), outlives this */
  CfPluginRunner *runner; /* (owned) */
  CfPluginUser *user;     /* (unowned), outlives this */
  WsmPrincipal *caller;   /* (owned) */
  CfPluginCallEvents events;
  gpointer user_data;
} Call;

struct _CfPlugin
{
  GObject parent_instance;

  WsmPluginConfiguration *configuration; /* (owned), set once */
  CfPluginDesk *desk;                    /* (owned), set once */
  CfPluginSeatPlan plan;
  char *helper_program; /* (owned) (nullable), of plan */
  char *helper_socket;  /* (owned) (nullable), of plan */

  CfPluginSeat *seat; /* (owned) (nullable): of the one runner for all, unless each user has one */
  CfPluginUsers *users; /* (owned) */
  GHashTable *calls;    /* (owned) (element-type Call): by id */
  gint64 last_id;
  gboolean is_stopping;
  guint32 reason;
};

typedef enum
{
  SIGNAL_STOPPED
} CfPluginSignal;
static guint signals[SIGNAL_STOPPED + 1];

static void cf_plugin_client_init (CfPluginClientInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CfPlugin, cf_plugin, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CF_TYPE_PLUGIN_CLIENT, cf_plugin_client_init))

/* --- calls */

static Call *
call_new (CfPlugin *self, CfPluginSeat *seat, CfPluginRunner *runner, CfPluginUser *user)
{
  Call *call = g_new0 (Call, 1);

  call->id = ++self->last_id;
  call->seat = seat;
  call->runner = g_object_ref (runner);
  call->user = user;
  g_hash_table_insert (self->calls, &call->id, call);
  return call;
}

static void
call_free (Call *call)
{
  wsm_principal_unref (call->caller);
  g_object_unref (call->runner);
  g_free (call);
}

static void
end_call (CfPlugin *self, Call *call)
{
  g_hash_table_steal (self->calls, &call->id);
  cf_plugin_users_end (self->users, call->user);
  cf_plugin_seat_give_back (call->seat, call->runner);
  call_free (call);
}

static Call *
find_call (CfPlugin *self, guint64 id)
{
  gint64 key = (gint64) id;

  return g_hash_table_lookup (self->calls, &key);
}

/* One that may still say something. */
static Call *
find_open_call (CfPlugin *self, guint64 id)
{
  Call *call = find_call (self, id);

  return call != NULL && !call->is_completed ? call : NULL;
}

static void
handle_context_reported (CfPluginClient *client, guint64 id)
{
  Call *call = find_open_call (CF_PLUGIN (client), id);

  if (call == NULL || call->is_reported)
    return;
  call->is_reported = TRUE;
  if (call->events.context_reported != NULL)
    call->events.context_reported (call->user_data);
}

static void
handle_output (CfPluginClient *client, guint64 id, const CfPluginOutput *output)
{
  Call *call = find_open_call (CF_PLUGIN (client), id);

  if (call != NULL && call->events.output != NULL)
    call->events.output (output, call->user_data);
}

static void
handle_object (CfPluginClient *client, guint64 id, const CfPluginObject *object)
{
  Call *call = find_open_call (CF_PLUGIN (client), id);

  if (call != NULL && call->events.object != NULL)
    call->events.object (object, call->user_data);
}

static void
handle_completed (CfPluginClient *client, guint64 id, guint32 code,
                  const char *extended_information)
{
  CfPlugin *self = CF_PLUGIN (client);
  Call *call = find_open_call (self, id);
  CfPluginCallEvents events;
  gpointer user_data;

  if (call == NULL)
    return;

  call->is_completed = TRUE;
  events = call->events;
  user_data = call->user_data;
  cf_plugin_users_complete (self->users, call->user, call->is_operation);
  if (!call->is_reported)
    end_call (self, call);
  events.completed (code, extended_information, user_data);
}

static void
handle_released (CfPluginClient *client, guint64 id)
{
  Call *call = find_call (CF_PLUGIN (client), id);
  CfPluginCallEvents events;
  gpointer user_data;

  if (call == NULL || !call->is_completed)
    return;
  events = call->events;
  user_data = call->user_data;
  end_call (CF_PLUGIN (client), call);
  if (events.released != NULL)
    events.released (user_data);
}

/* --- what plug-ins ask: in the name of whoever sent the request, and only while it is open */

static guint32
handle_submit (CfPluginClient *client, guint64 id, const CfPluginShutdown *shutdown)
{
  Call *call = find_open_call (CF_PLUGIN (client), id);

  return call != NULL ? cf_plugin_desk_submit (CF_PLUGIN (client)->desk, call->caller, shutdown)
                      : ERROR_INVALID_OPERATION;
}

static guint32
handle_refuse (CfPluginClient *client, guint64 id, const char *problem, guint32 code)
{
  Call *call = find_open_call (CF_PLUGIN (client), id);

  return call != NULL
           ? cf_plugin_desk_refuse (CF_PLUGIN (client)->desk, call->caller, problem, code)
           : ERROR_INVALID_OPERATION;
}

static guint32
handle_abort_shutdown (CfPluginClient *client, guint64 id, const char *client_hint)
{
  Call *call = find_open_call (CF_PLUGIN (client), id);

  return call != NULL ? cf_plugin_desk_abort (CF_PLUGIN (client)->desk, call->caller, client_hint)
                      : ERROR_INVALID_OPERATION;
}

static guint32
handle_describe (CfPluginClient *client, guint64 id, CfPluginStatus *status)
{
  Call *call = find_open_call (CF_PLUGIN (client), id);

  return call != NULL ? cf_plugin_desk_describe (CF_PLUGIN (client)->desk, call->caller, status)
                      : ERROR_INVALID_OPERATION;
}

static void
cf_plugin_client_init (CfPluginClientInterface *iface)
{
  iface->context_reported = handle_context_reported;
  iface->output = handle_output;
  iface->object = handle_object;
  iface->completed = handle_completed;
  iface->released = handle_released;
  iface->submit = handle_submit;
  iface->refuse = handle_refuse;
  iface->abort_shutdown = handle_abort_shutdown;
  iface->describe = handle_describe;
}

/* --- the object */

static void
settled_cb (CfPluginClient *client)
{
  if (cf_plugin_is_stopped (CF_PLUGIN (client)))
    g_signal_emit (client, signals[SIGNAL_STOPPED], 0);
}

static void
cf_plugin_dispose (GObject *object)
{
  CfPlugin *self = CF_PLUGIN (object);

  if (self->calls != NULL)
    g_hash_table_remove_all (self->calls);
  g_clear_pointer (&self->seat, cf_plugin_seat_free);
  g_clear_pointer (&self->users, cf_plugin_users_free);
  g_clear_object (&self->desk);

  G_OBJECT_CLASS (cf_plugin_parent_class)->dispose (object);
}

static void
cf_plugin_finalize (GObject *object)
{
  CfPlugin *self = CF_PLUGIN (object);

  g_hash_table_unref (self->calls);
  g_clear_pointer (&self->configuration, wsm_plugin_configuration_free);
  g_free (self->helper_program);
  g_free (self->helper_socket);

  G_OBJECT_CLASS (cf_plugin_parent_class)->finalize (object);
}

static void
cf_plugin_class_init (CfPluginClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = cf_plugin_dispose;
  object_class->finalize = cf_plugin_finalize;

  /**
   * CfPlugin::stopped:
   *
   * After cf_plugin_stop(): nothing runs any more.
   */
  signals[SIGNAL_STOPPED] = g_signal_new ("stopped", CF_TYPE_PLUGIN, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

static void
cf_plugin_init (CfPlugin *self)
{
  self->calls = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                       (GDestroyNotify) call_free);
}

static CfPluginNeeds
get_needs (const WsmPluginConfiguration *configuration)
{
  CfPluginNeeds needs = 0;

  for (guint i = 0; i < configuration->resources->len; i++)
    {
      const WsmPluginResource *resource = g_ptr_array_index (configuration->resources, i);

      if (resource->capabilities & WSM_PLUGIN_SHELL)
        needs |= CF_PLUGIN_NEEDS_SHELL;
      if (resource->capabilities & WSM_PLUGIN_GET)
        needs |= CF_PLUGIN_NEEDS_GET;
      if (resource->capabilities & WSM_PLUGIN_INVOKE)
        needs |= CF_PLUGIN_NEEDS_INVOKE;
    }
  return needs;
}

static CfPluginRunner *
make_runner (const WsmPluginConfiguration *configuration, const CfPluginPlaces *places)
{
  const CfPluginSettings settings = {
    .name = configuration->name,
    .file = configuration->module,
    .application = APPLICATION,
    .extra_info = configuration->document,
    .shared_host = configuration->use_shared_process,
    .run_as_user = configuration->run_as_user,
    .auto_restart = configuration->auto_restart,
    .idle_seconds = configuration->process_idle_timeout_seconds,
    .needs = get_needs (configuration),
    .start_msec = CF_PLUGIN_START_MSEC,
    .cancel_msec = CF_PLUGIN_CANCEL_MSEC,
    .shutdown_msec = CF_PLUGIN_SHUTDOWN_MSEC,
    .system_shutdown_msec = CF_PLUGIN_SYSTEM_SHUTDOWN_MSEC,
  };

  if (configuration->in_agent)
    return cf_module_runner_new (&settings);
  if (places->helper_socket != NULL)
    return cf_helper_runner_new_for_socket (&settings, places->helper_socket);
  if (places->helper_program != NULL)
    return cf_helper_runner_new_spawned (&settings, places->helper_program);
  return NULL;
}

/**
 * cf_plugin_new:
 * @configuration: (transfer full): its document
 * @places: where helper processes come from
 * @desk: answers what it asks
 *
 * Returns: (transfer full): a plug-in of which nothing runs yet
 */
CfPlugin *
cf_plugin_new (WsmPluginConfiguration *configuration, const CfPluginPlaces *places,
               CfPluginDesk *desk)
{
  CfPlugin *self;

  g_return_val_if_fail (configuration != NULL, NULL);
  g_return_val_if_fail (places != NULL, NULL);
  g_return_val_if_fail (CF_IS_PLUGIN_DESK (desk), NULL);

  self = g_object_new (CF_TYPE_PLUGIN, NULL);
  self->configuration = configuration;
  self->users = cf_plugin_users_new (configuration);
  self->desk = g_object_ref (desk);
  self->helper_program = g_strdup (places->helper_program);
  self->helper_socket = g_strdup (places->helper_socket);
  self->plan = (CfPluginSeatPlan){
    .configuration = configuration,
    .places = { self->helper_program, self->helper_socket, places->owner_may_own },
    .make = make_runner,
    .check = cf_plugin_file_check,
    .second_msec = DEFAULT_SECOND,
    .client = CF_PLUGIN_CLIENT (self),
    .settled = settled_cb,
  };
  if (configuration->in_agent || configuration->use_shared_process)
    self->seat = cf_plugin_seat_new (&self->plan, configuration->process_idle_timeout_seconds,
                                     configuration->auto_restart);
  return self;
}

/* cf_plugin_set_runners: for tests, see the header. */
void
cf_plugin_set_runners (CfPlugin *self, CfPluginMakeRunner make)
{
  g_return_if_fail (CF_IS_PLUGIN (self));
  g_return_if_fail (self->last_id == 0);

  self->plan.make = make;
  self->plan.check = NULL;
}

/* cf_plugin_set_check: for tests, see the header. */
void
cf_plugin_set_check (CfPlugin *self, CfPluginCheckModule check)
{
  g_return_if_fail (CF_IS_PLUGIN (self));
  g_return_if_fail (self->last_id == 0);

  self->plan.check = check;
}

/* cf_plugin_set_second: for tests, see the header. */
void
cf_plugin_set_second (CfPlugin *self, guint msec)
{
  g_return_if_fail (CF_IS_PLUGIN (self));
  g_return_if_fail (self->last_id == 0 && msec > 0);

  self->plan.second_msec = msec;
}

/**
 * cf_plugin_get_configuration:
 * @self: a plug-in
 *
 * Returns: (transfer none): its document
 */
const WsmPluginConfiguration *
cf_plugin_get_configuration (CfPlugin *self)
{
  g_return_val_if_fail (CF_IS_PLUGIN (self), NULL);

  return self->configuration;
}

/**
 * cf_plugin_auto_start:
 * @self: a plug-in
 *
 * Starts it if its document wants that (AutoRestart): once, when the agent starts. Helper processes
 * of users wait for their users.
 */
void
cf_plugin_auto_start (CfPlugin *self)
{
  g_return_if_fail (CF_IS_PLUGIN (self));

  if (self->configuration->auto_restart && self->seat != NULL && !self->is_stopping)
    cf_plugin_seat_start (self->seat, WSMAN_PLUGIN_STARTUP_AUTORESTARTED_REBOOT);
}

/* Who is to serve @call: what belongs to a shell goes to where the shell is. */
static CfPluginRunner *
find_runner (CfPlugin *self, const CfPluginCall *call, CfPluginUser *user, CfPluginSeat **seat,
             WsmFault **fault)
{
  g_autofree char *problem = NULL;
  CfPluginRunner *runner;
  Call *shell;

  if (call->shell != 0)
    {
      shell = find_call (self, call->shell);
      if (shell == NULL)
        {
          *fault = cf_plugin_make_fault (self, ERROR_WSMAN_UNEXPECTED_SELECTORS, NULL);
          return NULL;
        }
      *seat = shell->seat;
      cf_plugin_seat_hold (*seat, shell->runner);
      return shell->runner;
    }
  *seat = self->seat != NULL ? self->seat
                             : cf_plugin_users_find_seat (self->users, user, &self->plan);
  runner = cf_plugin_seat_take (*seat, &problem);
  if (runner == NULL)
    *fault = cf_plugin_make_fault (self, ERROR_WSMAN_PLUGIN_FAILED, problem);
  return runner;
}

/**
 * cf_plugin_begin:
 * @self: a plug-in
 * @caller: who asks; what the plug-in asks for this call is decided by what he may do
 * @call: what is asked; its id is chosen here
 * @events: what to do with the answers; copied
 * @user_data: for @events; has to stay until `completed`, and until `released` if the context was
 *   reported
 * @fault: (out) (transfer full): why not
 *
 * Asks the plug-in, which is started if need be. Answers may come before this returns.
 *
 * Returns: the id of the call, by which it can be cancelled; 0 with @fault set if the plug-in is
 *   not asked: it is stopping, has failed, or a quota is exhausted
 */
guint64
cf_plugin_begin (CfPlugin *self, WsmPrincipal *caller, CfPluginCall *call,
                 const CfPluginCallEvents *events, gpointer user_data, WsmFault **fault)
{
  gboolean is_operation;
  CfPluginRunner *runner;
  CfPluginSeat *seat;
  Call *record;
  CfPluginUser *user;

  g_return_val_if_fail (CF_IS_PLUGIN (self), 0);
  g_return_val_if_fail (caller != NULL, 0);
  g_return_val_if_fail (call != NULL, 0);
  g_return_val_if_fail (events != NULL && events->completed != NULL, 0);
  g_return_val_if_fail (fault != NULL && *fault == NULL, 0);

  if (self->is_stopping)
    {
      *fault = cf_plugin_make_fault (self, ERROR_OPERATION_ABORTED,
                                     "The service is stopping. Ask again when it has started");
      return 0;
    }
  is_operation = call->kind != CF_PLUGIN_SHELL && call->kind != CF_PLUGIN_COMMAND;
  user = cf_plugin_users_find (self->users, caller);
  *fault = cf_plugin_users_check (self->users, user, is_operation);
  if (*fault != NULL)
    return 0;
  runner = find_runner (self, call, user, &seat, fault);
  if (runner == NULL)
    return 0;

  record = call_new (self, seat, runner, user);
  record->caller = wsm_principal_ref (caller);
  record->events = *events;
  record->user_data = user_data;
  record->is_operation = is_operation;
  cf_plugin_users_begin (self->users, user, is_operation);
  call->id = (guint64) record->id;
  cf_plugin_runner_begin (runner, call);
  return call->id;
}

/**
 * cf_plugin_cancel:
 * @self: a plug-in
 * @id: of a call; one that has ended is no mistake
 *
 * Tells the plug-in that nobody waits any more; the call still ends with `completed`. A shell or
 * command takes with it what belongs to it.
 */
void
cf_plugin_cancel (CfPlugin *self, guint64 id)
{
  g_autoptr (CfPluginRunner) runner = NULL;
  Call *call;

  g_return_if_fail (CF_IS_PLUGIN (self));

  call = find_call (self, id);
  if (call == NULL)
    return;
  runner = g_object_ref (call->runner);
  cf_plugin_runner_cancel (runner, id);
}

/**
 * cf_plugin_acknowledge:
 * @self: a plug-in
 * @id: of a Receive
 * @n_octets: of its output that somebody has taken
 *
 * Makes room for more output.
 */
void
cf_plugin_acknowledge (CfPlugin *self, guint64 id, gsize n_octets)
{
  g_autoptr (CfPluginRunner) runner = NULL;
  Call *call;

  g_return_if_fail (CF_IS_PLUGIN (self));

  call = find_open_call (self, id);
  if (call == NULL)
    return;
  runner = g_object_ref (call->runner);
  cf_plugin_runner_acknowledge (runner, id, n_octets);
}

/**
 * cf_plugin_make_fault:
 * @self: a plug-in
 * @code: with what it completed a call, not 0
 * @extended_information: (nullable): what it said about it
 *
 * Returns: (transfer full): the fault to answer with
 */
WsmFault *
cf_plugin_make_fault (CfPlugin *self, guint32 code, const char *extended_information)
{
  g_return_val_if_fail (CF_IS_PLUGIN (self), NULL);

  return wsm_fault_new_for_code (code, self->configuration->name, extended_information);
}

/**
 * cf_plugin_stop:
 * @self: a plug-in
 * @reason: WSMAN_PLUGIN_SHUTDOWN_…
 *
 * Ends it for good: open calls are cancelled, then each Startup gets its Shutdown. `stopped` is
 * emitted when that is done, unless nothing runs. If it stops already, it is told once more only
 * that the computer goes down, which leaves it less time.
 */
void
cf_plugin_stop (CfPlugin *self, guint32 reason)
{
  g_return_if_fail (CF_IS_PLUGIN (self));

  if (self->is_stopping &&
      (reason != WSMAN_PLUGIN_SHUTDOWN_SYSTEM || self->reason == WSMAN_PLUGIN_SHUTDOWN_SYSTEM))
    return;

  self->is_stopping = TRUE;
  self->reason = reason;
  if (self->seat != NULL)
    cf_plugin_seat_stop (self->seat, reason);
  cf_plugin_users_stop (self->users, reason);
}

/**
 * cf_plugin_is_stopped:
 * @self: a plug-in
 *
 * Returns: whether it was told to stop and nothing of it runs any more
 */
gboolean
cf_plugin_is_stopped (CfPlugin *self)
{
  g_return_val_if_fail (CF_IS_PLUGIN (self), TRUE);

  if (!self->is_stopping || (self->seat != NULL && !cf_plugin_seat_is_stopped (self->seat)))
    return FALSE;
  return cf_plugin_users_are_stopped (self->users);
}
