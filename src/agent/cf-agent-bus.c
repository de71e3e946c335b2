/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-agent-bus.h"

#include "cf-agent-bus-error.h"
#include "cf-agent-bus-properties.h"
#include "cf-audit.h"
#include "cf-people.h"
#include "request/cf-display-text.h"
#include "request/cf-request-code.h"
#include "request/cf-utf16.h"

#define MAX_NOTE_UNITS CF_SHUTDOWN_MESSAGE_MAX_UNITS

struct _CfAgentBus
{
  GObject parent_instance;

  CfReceiver *receiver;        /* (owned), set once */
  CfGatekeeper *gatekeeper;    /* (owned), set once */
  CfBusAgent1 *skeleton;       /* (owned) */
  GDBusConnection *connection; /* (owned) (nullable): where it is exported */
  GCancellable *stopping;      /* (owned): ends the checks that are under way */
  guint name_id;
};

G_DEFINE_FINAL_TYPE (CfAgentBus, cf_agent_bus, G_TYPE_OBJECT)

enum
{
  NAME_ACQUIRED,
  NAME_LOST,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* One method call until it is answered. */
typedef struct
{
  CfAgentBus *bus;                   /* (owned) */
  GDBusMethodInvocation *invocation; /* answering it gives it back */
  CfShutdownRequest *request;        /* (owned): what was waiting when the call came */
  CfLocalCall call;
  guint number; /* seconds, minutes, or whether */
  char *text;   /* (owned): note or request code */
} Call;

static void
call_free (Call *call)
{
  g_object_unref (call->bus);
  cf_shutdown_request_unref (call->request);
  g_free (call->text);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static CfSchedule *
get_schedule (CfAgentBus *self)
{
  return cf_receiver_get_schedule (self->receiver);
}

static void
update (CfAgentBus *self)
{
  cf_agent_bus_properties_update (self->skeleton, get_schedule (self),
                                  cf_receiver_get_power (self->receiver),
                                  cf_receiver_get_audience (self->receiver));
}

static void
changed_cb (CfAgentBus *self, CfScheduleChange change, const char *who)
{
  g_autofree char *line = cf_people_dup_name (who);

  update (self);
  /* the same countdown under another time of day is no change of it */
  if (change != CF_SCHEDULE_CLOCK_SET)
    cf_bus_agent1_emit_changed (self->skeleton, cf_agent_bus_properties_get_change (change), line);
}

static void
reminder_cb (CfAgentBus *self, guint minutes, gboolean is_mandatory)
{
  update (self);
  cf_bus_agent1_emit_reminder (self->skeleton, minutes, is_mandatory);
}

static void
due_cb (CfAgentBus *self, CfScheduleEntry *entry)
{
  CfShutdownRequest *request = cf_schedule_entry_get_request (entry);
  CfShutdownFlags flags = cf_shutdown_request_get_flags (request);

  update (self);
  cf_bus_agent1_emit_going_down (self->skeleton, cf_agent_bus_properties_get_action (request),
                                 (flags & CF_SHUTDOWN_RESTARTAPPS) != 0);
}

static void
ended_cb (CfAgentBus *self, CfScheduleEntry *entry, CfScheduleOutcome outcome, const char *detail)
{
  const char *code = cf_shutdown_request_get_code (cf_schedule_entry_get_request (entry));
  g_autofree char *line = cf_agent_bus_properties_dup_detail (outcome, detail);

  update (self);
  cf_bus_agent1_emit_ended (self->skeleton, code != NULL ? code : "",
                            cf_agent_bus_properties_get_outcome (outcome), line);
}

static guint64
get_deadline (CfAgentBus *self)
{
  CfScheduleEntry *entry = cf_schedule_get_entry (get_schedule (self));

  /* one that was moved to now may have ended already */
  if (entry == NULL)
    entry = cf_schedule_get_last_entry (get_schedule (self));
  return entry != NULL ? (guint64) MAX (cf_schedule_entry_get_deadline_boot_usec (entry), 0) : 0;
}

static CfShutdownRequest *
get_request (CfAgentBus *self)
{
  CfScheduleEntry *entry = cf_schedule_get_entry (get_schedule (self));

  return entry != NULL ? cf_schedule_entry_get_request (entry) : NULL;
}

static gboolean
perform (Call *call, const CfLocalCaller *caller, GError **error)
{
  CfAgentBus *self = call->bus;
  CfShutdownRequest *request = get_request (self);

  /* Typing a password takes its time. Nobody meant what came to wait in the meantime. */
  if (request != NULL && request != call->request)
    {
      g_set_error (error, CF_AGENT_BUS_ERROR, CF_AGENT_BUS_ERROR_NOT_PENDING,
                   "What was waiting is over, and another one waits now. Look at it, and ask "
                   "again if you still want to");
      return FALSE;
    }

  switch (call->call)
    {
    case CF_LOCAL_POSTPONE:
      return cf_receiver_postpone (self->receiver, caller, call->number, call->text, error);
    case CF_LOCAL_ABORT:
      return cf_receiver_call_off (self->receiver, caller->who, call->text, error);
    case CF_LOCAL_ACT_NOW:
    case CF_LOCAL_RESCHEDULE:
    case CF_LOCAL_RESCHEDULE_NOW:
      return cf_receiver_move (self->receiver, caller->who, call->number, error);
    case CF_LOCAL_REPORT_SHOWN:
      return cf_receiver_note_shown (self->receiver, caller, call->text, call->number, error);
    case CF_LOCAL_REPORT_READ:
      return cf_receiver_note_read (self->receiver, caller, call->text, error);
    case CF_LOCAL_REPORT_RETURNED:
      return cf_receiver_note_returned (self->receiver, caller, call->text, error);
    case CF_LOCAL_SET_READY:
      return cf_receiver_set_ready (self->receiver, caller, call->number != 0, error);
    default:
      g_return_val_if_reached (FALSE);
    }
}

static void
complete (Call *call)
{
  CfBusAgent1 *skeleton = call->bus->skeleton;

  switch (call->call)
    {
    case CF_LOCAL_POSTPONE:
      cf_bus_agent1_complete_postpone (skeleton, call->invocation, get_deadline (call->bus));
      break;
    case CF_LOCAL_ABORT:
      cf_bus_agent1_complete_abort (skeleton, call->invocation);
      break;
    case CF_LOCAL_ACT_NOW:
      cf_bus_agent1_complete_act_now (skeleton, call->invocation);
      break;
    case CF_LOCAL_RESCHEDULE:
    case CF_LOCAL_RESCHEDULE_NOW:
      cf_bus_agent1_complete_reschedule (skeleton, call->invocation, get_deadline (call->bus));
      break;
    case CF_LOCAL_REPORT_READ:
      cf_bus_agent1_complete_report_read (skeleton, call->invocation);
      break;
    case CF_LOCAL_REPORT_RETURNED:
      cf_bus_agent1_complete_report_returned (skeleton, call->invocation, get_deadline (call->bus));
      break;
    case CF_LOCAL_SET_READY:
      cf_bus_agent1_complete_set_ready (skeleton, call->invocation);
      break;
    case CF_LOCAL_REPORT_SHOWN:
    default:
      cf_bus_agent1_complete_report_shown (skeleton, call->invocation);
      break;
    }
}

static void
note_denied (guint32 uid, const char *method, const char *why)
{
  g_autofree char *who = uid == G_MAXUINT32 ? g_strdup ("somebody")
                                            : g_strdup_printf ("somebody (uid %u)", uid);

  cf_audit_denied_here (who, method, why);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  const char *method = g_dbus_method_invocation_get_method_name (call->invocation);
  g_autoptr (GError) error = NULL;
  g_autofree char *who = NULL;
  CfLocalCaller caller;

  who = cf_gatekeeper_check_finish (CF_GATEKEEPER (source), result, &error);
  caller = (CfLocalCaller){ cf_gatekeeper_check_get_uid (result), who };
  if (who != NULL && perform (call, &caller, &error))
    {
      complete (call);
      return;
    }

  /* refusals by the gatekeeper are for the administrator as well; what was merely too often or came
   * too late is not */
  if (g_error_matches (error, CF_AGENT_BUS_ERROR, CF_AGENT_BUS_ERROR_DENIED) ||
      g_error_matches (error, CF_AGENT_BUS_ERROR, CF_AGENT_BUS_ERROR_OTHERS_SIGNED_IN))
    note_denied (caller.uid, method, error->message);
  else
    g_info ("%s did not succeed on D-Bus: %s", method, error->message);
  g_dbus_method_invocation_take_error (call->invocation, cf_agent_bus_error_translate (error));
}

static void
check (CfAgentBus *self, GDBusMethodInvocation *invocation, CfLocalCall kind, guint number,
       const char *text)
{
  GDBusMessage *message = g_dbus_method_invocation_get_message (invocation);
  gboolean is_interactive = (g_dbus_message_get_flags (message) &
                             G_DBUS_MESSAGE_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION) != 0;
  Call *call = g_new0 (Call, 1);

  call->bus = g_object_ref (self);
  call->invocation = invocation;
  call->request = cf_shutdown_request_ref (get_request (self));
  call->call = kind;
  call->number = number;
  call->text = cf_display_text_one_line (text);
  cf_gatekeeper_check_async (self->gatekeeper, g_dbus_method_invocation_get_connection (invocation),
                             g_dbus_method_invocation_get_sender (invocation), kind, is_interactive,
                             self->stopping, checked_cb, call);
}

/* What is certain to fail is told at once: nobody has to type a password to hear of it. */
static gboolean
is_possible (CfAgentBus *self, GDBusMethodInvocation *invocation, CfLocalCall call)
{
  CfPower *power = cf_receiver_get_power (self->receiver);

  switch (cf_agent_bus_properties_get_state (get_schedule (self), power))
    {
    case CF_RECEIVER_IDLE:
      if (call == CF_LOCAL_ABORT && cf_power_get_state (power) == CF_POWER_TAKEN)
        return TRUE;
      g_dbus_method_invocation_return_error_literal (invocation, CF_AGENT_BUS_ERROR,
                                                     CF_AGENT_BUS_ERROR_NOT_PENDING,
                                                     "Nothing is waiting on this computer");
      return FALSE;
    case CF_RECEIVER_EXECUTING:
      g_dbus_method_invocation_return_error_literal (invocation, CF_AGENT_BUS_ERROR,
                                                     CF_AGENT_BUS_ERROR_IN_PROGRESS,
                                                     "The computer is going down already, and that "
                                                     "cannot be changed any more");
      return FALSE;
    case CF_RECEIVER_PENDING:
    default:
      return TRUE;
    }
}

static gboolean
is_note (GDBusMethodInvocation *invocation, const char *note)
{
  if (cf_utf16_length (note) <= MAX_NOTE_UNITS)
    return TRUE;

  g_dbus_method_invocation_return_error (
    invocation, CF_AGENT_BUS_ERROR, CF_AGENT_BUS_ERROR_INVALID_ARGUMENT,
    "The note is too long: it has at most %u UTF-16 units", MAX_NOTE_UNITS);
  return FALSE;
}

static gboolean
handle_postpone_cb (CfAgentBus *self, GDBusMethodInvocation *invocation, guint seconds,
                    const char *note)
{
  if (is_note (invocation, note) && is_possible (self, invocation, CF_LOCAL_POSTPONE))
    check (self, invocation, CF_LOCAL_POSTPONE, seconds, note);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_act_now_cb (CfAgentBus *self, GDBusMethodInvocation *invocation)
{
  if (is_possible (self, invocation, CF_LOCAL_ACT_NOW))
    check (self, invocation, CF_LOCAL_ACT_NOW, 0, "");
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_abort_cb (CfAgentBus *self, GDBusMethodInvocation *invocation, const char *note)
{
  if (is_note (invocation, note) && is_possible (self, invocation, CF_LOCAL_ABORT))
    check (self, invocation, CF_LOCAL_ABORT, 0, note);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_reschedule_cb (CfAgentBus *self, GDBusMethodInvocation *invocation, guint seconds)
{
  if (seconds > CF_SHUTDOWN_GRACE_MAX_SECONDS)
    g_dbus_method_invocation_return_error (
      invocation, CF_AGENT_BUS_ERROR, CF_AGENT_BUS_ERROR_INVALID_ARGUMENT,
      "%u seconds are too many: %u are the most", seconds, CF_SHUTDOWN_GRACE_MAX_SECONDS);
  else if (is_possible (self, invocation, CF_LOCAL_RESCHEDULE))
    check (self, invocation, seconds > 0 ? CF_LOCAL_RESCHEDULE : CF_LOCAL_RESCHEDULE_NOW, seconds,
           "");
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_set_ready_cb (CfAgentBus *self, GDBusMethodInvocation *invocation, gboolean is_ready)
{
  if (is_possible (self, invocation, CF_LOCAL_SET_READY))
    check (self, invocation, CF_LOCAL_SET_READY, is_ready ? 1 : 0, "");
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
report (CfAgentBus *self, GDBusMethodInvocation *invocation, CfLocalCall call,
        const char *request_code, guint minutes)
{
  g_autofree char *code = cf_request_code_normalize (request_code);

  if (code == NULL)
    g_dbus_method_invocation_return_error_literal (invocation, CF_AGENT_BUS_ERROR,
                                                   CF_AGENT_BUS_ERROR_INVALID_ARGUMENT,
                                                   "The request code is none: it looks like "
                                                   "K7M-2QX");
  else if (is_possible (self, invocation, call))
    check (self, invocation, call, minutes, code);
}

static gboolean
handle_report_shown_cb (CfAgentBus *self, GDBusMethodInvocation *invocation,
                        const char *request_code, guint minutes)
{
  report (self, invocation, CF_LOCAL_REPORT_SHOWN, request_code, minutes);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_report_read_cb (CfAgentBus *self, GDBusMethodInvocation *invocation,
                       const char *request_code)
{
  report (self, invocation, CF_LOCAL_REPORT_READ, request_code, 0);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_report_returned_cb (CfAgentBus *self, GDBusMethodInvocation *invocation,
                           const char *request_code)
{
  report (self, invocation, CF_LOCAL_REPORT_RETURNED, request_code, 0);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
cf_agent_bus_dispose (GObject *object)
{
  CfAgentBus *self = CF_AGENT_BUS (object);

  cf_agent_bus_stop (self);
  g_clear_object (&self->receiver);
  g_clear_object (&self->gatekeeper);
  g_clear_object (&self->skeleton);

  G_OBJECT_CLASS (cf_agent_bus_parent_class)->dispose (object);
}

static void
cf_agent_bus_finalize (GObject *object)
{
  g_clear_object (&CF_AGENT_BUS (object)->stopping);

  G_OBJECT_CLASS (cf_agent_bus_parent_class)->finalize (object);
}

static void
cf_agent_bus_class_init (CfAgentBusClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_agent_bus_dispose;
  G_OBJECT_CLASS (class)->finalize = cf_agent_bus_finalize;

  signals[NAME_ACQUIRED] = g_signal_new ("name-acquired", CF_TYPE_AGENT_BUS, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[NAME_LOST] = g_signal_new ("name-lost", CF_TYPE_AGENT_BUS, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
cf_agent_bus_init (CfAgentBus *self)
{
  self->stopping = g_cancellable_new ();
  self->skeleton = cf_bus_agent1_skeleton_new ();
}

static void
connect_all (CfAgentBus *self, CfSchedule *schedule, CfPower *power)
{
  const struct
  {
    gpointer source;
    const char *signal;
    GCallback handler;
  } connections[] = {
    { self->skeleton, "handle-postpone", G_CALLBACK (handle_postpone_cb) },
    { self->skeleton, "handle-act-now", G_CALLBACK (handle_act_now_cb) },
    { self->skeleton, "handle-abort", G_CALLBACK (handle_abort_cb) },
    { self->skeleton, "handle-reschedule", G_CALLBACK (handle_reschedule_cb) },
    { self->skeleton, "handle-report-shown", G_CALLBACK (handle_report_shown_cb) },
    { self->skeleton, "handle-report-read", G_CALLBACK (handle_report_read_cb) },
    { self->skeleton, "handle-report-returned", G_CALLBACK (handle_report_returned_cb) },
    { self->skeleton, "handle-set-ready", G_CALLBACK (handle_set_ready_cb) },
    { schedule, "changed", G_CALLBACK (changed_cb) },
    { schedule, "reminder", G_CALLBACK (reminder_cb) },
    { schedule, "due", G_CALLBACK (due_cb) },
    { schedule, "ended", G_CALLBACK (ended_cb) },
    { power, "notify::state", G_CALLBACK (update) },
    { power, "blockers-changed", G_CALLBACK (update) },
    { cf_receiver_get_audience (self->receiver), "changed", G_CALLBACK (update) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (connections); i++)
    g_signal_connect_object (connections[i].source, connections[i].signal, connections[i].handler,
                             self, G_CONNECT_SWAPPED);
}

/**
 * cf_agent_bus_new:
 * @receiver: does what is asked for
 * @gatekeeper: says who may ask
 * @config: what people see of the settings; not kept
 *
 * Returns: (transfer full): an agent that is on no bus yet
 */
CfAgentBus *
cf_agent_bus_new (CfReceiver *receiver, CfGatekeeper *gatekeeper, const CfAgentConfig *config)
{
  CfAgentBus *self;
  CfPower *power;

  g_return_val_if_fail (CF_IS_RECEIVER (receiver), NULL);
  g_return_val_if_fail (CF_IS_GATEKEEPER (gatekeeper), NULL);
  g_return_val_if_fail (config != NULL, NULL);

  self = g_object_new (CF_TYPE_AGENT_BUS, NULL);
  self->receiver = g_object_ref (receiver);
  self->gatekeeper = g_object_ref (gatekeeper);
  power = cf_receiver_get_power (receiver);
  cf_bus_agent1_set_rehearsal (self->skeleton, cf_power_is_rehearsal (power));
  cf_agent_bus_properties_set_config (self->skeleton, config);
  connect_all (self, get_schedule (self), power);
  update (self);
  return self;
}

/**
 * cf_agent_bus_export:
 * @self: an agent that is on no bus yet
 * @connection: a bus; the system bus, but in a rehearsal. It must not end the process when it is
 *   closed (g_dbus_connection_set_exit_on_close()): the countdown goes on without it
 * @error: why that cannot be
 *
 * Puts the object on the bus. Export first, then own the name: whoever sees the name finds the
 * object.
 *
 * Returns: %FALSE with @error set if something else is there already
 */
gboolean
cf_agent_bus_export (CfAgentBus *self, GDBusConnection *connection, GError **error)
{
  g_return_val_if_fail (CF_IS_AGENT_BUS (self), FALSE);
  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), FALSE);
  g_return_val_if_fail (self->connection == NULL, FALSE);

  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton), connection,
                                         CF_AGENT_BUS_PATH, error))
    return FALSE;
  self->connection = g_object_ref (connection);
  return TRUE;
}

static void
name_acquired_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  g_signal_emit (user_data, signals[NAME_ACQUIRED], 0);
}

static void
name_lost_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  const char *reason = connection == NULL || g_dbus_connection_is_closed (connection)
                         ? "The connection to the message bus was closed"
                         : "The name " CF_AGENT_BUS_NAME
                           " cannot be had on the message bus: another "
                           "curfew-agent runs, or the policy of the bus does not allow it to this "
                           "user";

  g_signal_emit (user_data, signals[NAME_LOST], 0, reason);
}

/**
 * cf_agent_bus_own:
 * @self: an exported agent
 *
 * Asks for the name %CF_AGENT_BUS_NAME; `name-acquired` or `name-lost` tells what came of it. The
 * name is never taken from an agent that has it, nor given away.
 */
void
cf_agent_bus_own (CfAgentBus *self)
{
  g_return_if_fail (CF_IS_AGENT_BUS (self));
  g_return_if_fail (self->connection != NULL);
  g_return_if_fail (self->name_id == 0);

  self->name_id = g_bus_own_name_on_connection (self->connection, CF_AGENT_BUS_NAME,
                                                G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE,
                                                name_acquired_cb, name_lost_cb, self, NULL);
}

/**
 * cf_agent_bus_stop:
 * @self: an agent
 *
 * Gives the name back and takes the object off the bus. Calls that are still being looked at are
 * refused.
 */
void
cf_agent_bus_stop (CfAgentBus *self)
{
  g_return_if_fail (CF_IS_AGENT_BUS (self));

  g_cancellable_cancel (self->stopping);
  g_clear_handle_id (&self->name_id, g_bus_unown_name);
  if (self->connection != NULL)
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_clear_object (&self->connection);
}
