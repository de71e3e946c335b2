/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-windows-shutdown.h"

#include "cf-method.h"
#include "request/cf-request-code.h"
#include "request/cf-windows-shutdown-names.h"

struct _CfWindowsShutdown
{
  GObject parent_instance;

  CfReceiver *receiver;        /* (owned), set once */
  CfClock *clock;              /* (owned), set once */
  const CfMachineFacts *facts; /* (unowned), outlives this */
};

static void cf_windows_shutdown_handler_init (WsmHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CfWindowsShutdown, cf_windows_shutdown, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (WSM_TYPE_HANDLER,
                                                      cf_windows_shutdown_handler_init))

static WsmFault *
initiate (gpointer receiver, WsmPrincipal *caller, WsmObject *input, guint32 *code)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  g_autofree char *new_code = NULL;
  const char *request_code = wsm_object_get_string (input, CF_FIELD_REQUEST_CODE);
  CfScheduleOrigin origin = request_code != NULL ? CF_SCHEDULE_ORIGIN_CURFEW
                                                 : CF_SCHEDULE_ORIGIN_FOREIGN;
  WsmFault *fault = NULL;
  guint32 grace = 0;
  guint32 flags = 0;
  guint32 reason = 0;
  guint32 limit = 0;
  guint32 seconds = 0;

  if (!cf_method_get_uint32 (input, CF_FIELD_GRACE_PERIOD, TRUE, &grace, &fault) ||
      !cf_method_get_uint32 (input, CF_FIELD_FLAGS, TRUE, &flags, &fault) ||
      !cf_method_get_uint32 (input, CF_FIELD_REASON, TRUE, &reason, &fault) ||
      !cf_method_get_uint32 (input, CF_FIELD_POSTPONE_LIMIT, FALSE, &limit, &fault) ||
      !cf_method_get_uint32 (input, CF_FIELD_POSTPONE_SECONDS, FALSE, &seconds, &fault))
    return fault;

  /* Every request has a code that people can name, also one of a program that knows of none. */
  if (request_code == NULL)
    request_code = new_code = cf_request_code_new ();
  cf_shutdown_request_builder_add_flags (builder, flags);
  cf_shutdown_request_builder_set_message (builder,
                                           wsm_object_get_string (input, CF_FIELD_MESSAGE));
  cf_shutdown_request_builder_set_grace_seconds (builder, grace);
  cf_shutdown_request_builder_set_reason (builder, reason);
  cf_shutdown_request_builder_set_client_hint (builder,
                                               wsm_object_get_string (input, CF_FIELD_CLIENT_HINT));
  cf_shutdown_request_builder_set_code (builder, request_code);
  cf_shutdown_request_builder_set_postponing (builder, limit, seconds);
  *code = cf_receiver_initiate (receiver, caller, origin, builder);
  return NULL;
}

static WsmFault *
call_off (gpointer receiver, WsmPrincipal *caller, WsmObject *input, guint32 *code)
{
  *code = cf_receiver_abort (receiver, caller, wsm_object_get_string (input, CF_FIELD_CLIENT_HINT));
  return NULL;
}

static const char *const initiate_parameters[] = {
  CF_FIELD_MESSAGE,        CF_FIELD_GRACE_PERIOD,     CF_FIELD_FLAGS,
  CF_FIELD_REASON,         CF_FIELD_CLIENT_HINT,      CF_FIELD_REQUEST_CODE,
  CF_FIELD_POSTPONE_LIMIT, CF_FIELD_POSTPONE_SECONDS, NULL,
};
static const char *const abort_parameters[] = { CF_FIELD_CLIENT_HINT, NULL };

static const CfMethod methods[] = {
  { CF_INITIATE_METHOD, initiate_parameters, initiate },
  { CF_ABORT_METHOD, abort_parameters, call_off },
};

static void
add_request (WsmObject *status, CfSchedule *schedule, CfScheduleEntry *entry)
{
  CfShutdownRequest *request = cf_schedule_entry_get_request (entry);
  gint64 remaining_usec = cf_schedule_get_remaining_usec (schedule);

  wsm_object_add_string (
    status, CF_STATUS_ACTION,
    cf_shutdown_action_get_wire_name (cf_shutdown_request_get_action (request)));
  /* rounded up: it says 0 when the time has come, not in the second before */
  wsm_object_add_uint32 (status, CF_STATUS_SECONDS_REMAINING,
                         (remaining_usec + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
  wsm_object_add_string (status, CF_STATUS_MESSAGE, cf_shutdown_request_get_message (request));
  wsm_object_add_uint32 (status, CF_STATUS_REASON, cf_shutdown_request_get_reason (request));
  wsm_object_add_string (status, CF_STATUS_REQUESTER, cf_schedule_entry_get_requester (entry));
  wsm_object_add_string (status, CF_STATUS_CLIENT_HINT,
                         cf_shutdown_request_get_client_hint (request));
  wsm_object_add_string (status, CF_STATUS_REQUEST_CODE, cf_shutdown_request_get_code (request));
  wsm_object_add_uint32 (status, CF_STATUS_POSTPONES_LEFT,
                         cf_schedule_entry_get_postpones_left (entry));
}

static void
add_machine (WsmObject *status, CfWindowsShutdown *self, CfPower *power)
{
  CfShutdownFlags capabilities = cf_power_get_capabilities (power);
  g_autoptr (GDateTime) boot_time = cf_clock_dup_boot_time (self->clock);

  wsm_object_add_string (status, CF_STATUS_BOOT_ID, self->facts->boot_id);
  wsm_object_add_datetime (status, CF_STATUS_BOOT_TIME, boot_time);
  wsm_object_add_uint32 (status, CF_STATUS_USERS_LOGGED_ON, cf_power_count_people (power));
  for (guint bit = 0; bit < 8; bit++)
    if (capabilities & (1u << bit))
      wsm_object_add_string (status, CF_STATUS_CAPABILITY, cf_shutdown_flag_get_name (1u << bit));
  if (capabilities & CF_SHUTDOWN_RESTARTAPPS)
    wsm_object_add_string (status, CF_STATUS_BEST_EFFORT,
                           cf_shutdown_flag_get_name (CF_SHUTDOWN_RESTARTAPPS));
  if (cf_power_is_rehearsal (power))
    wsm_object_add_boolean (status, CF_STATUS_REHEARSAL, TRUE);
}

static void
add_last (WsmObject *status, CfSchedule *schedule)
{
  static const char *const outcome_names[] = {
    [CF_SCHEDULE_ACTED] = CF_OUTCOME_ACTED,
    [CF_SCHEDULE_WOULD_ACT] = CF_OUTCOME_WOULD_ACT,
    [CF_SCHEDULE_CALLED_OFF] = CF_OUTCOME_CALLED_OFF,
    [CF_SCHEDULE_SUPERSEDED] = CF_OUTCOME_SUPERSEDED,
    [CF_SCHEDULE_VETOED] = CF_OUTCOME_VETOED,
    [CF_SCHEDULE_MISSED] = CF_OUTCOME_MISSED,
    [CF_SCHEDULE_FAILED] = CF_OUTCOME_FAILED,
  };
  CfScheduleEntry *entry = cf_schedule_get_last_entry (schedule);
  CfShutdownRequest *request;

  if (entry == NULL)
    return;

  request = cf_schedule_entry_get_request (entry);
  wsm_object_add_string (status, CF_STATUS_LAST_OUTCOME,
                         outcome_names[cf_schedule_get_last_outcome (schedule)]);
  wsm_object_add_string (status, CF_STATUS_LAST_REQUEST_CODE,
                         cf_shutdown_request_get_code (request));
  wsm_object_add_string (
    status, CF_STATUS_LAST_ACTION,
    cf_shutdown_action_get_wire_name (cf_shutdown_request_get_action (request)));
  wsm_object_add_string (status, CF_STATUS_LAST_DETAIL, cf_schedule_get_last_detail (schedule));
}

static WsmObject *
describe (CfWindowsShutdown *self)
{
  static const char *const state_names[] = {
    [CF_RECEIVER_IDLE] = CF_STATE_IDLE,
    [CF_RECEIVER_PENDING] = CF_STATE_PENDING,
    [CF_RECEIVER_EXECUTING] = CF_STATE_EXECUTING,
  };
  CfSchedule *schedule = cf_receiver_get_schedule (self->receiver);
  CfScheduleEntry *entry = cf_schedule_get_entry (schedule);
  WsmObject *status = wsm_object_new (CF_WINDOWS_SHUTDOWN_URI, CF_STATUS_ELEMENT);

  wsm_object_add_string (status, CF_STATUS_STATE,
                         state_names[cf_receiver_get_state (self->receiver)]);
  if (entry != NULL)
    add_request (status, schedule, entry);
  add_machine (status, self, cf_receiver_get_power (self->receiver));
  add_last (status, schedule);
  return status;
}

static void
cf_windows_shutdown_handle (WsmHandler *handler, WsmOperation *operation)
{
  CfWindowsShutdown *self = CF_WINDOWS_SHUTDOWN (handler);
  const char *action = wsm_envelope_get_action (wsm_operation_get_request (operation));
  g_autoptr (WsmFault) fault = NULL;
  g_autoptr (WsmObject) status = NULL;

  if (!g_str_equal (action, WSM_ACTION_GET))
    {
      cf_method_dispatch (operation, CF_WINDOWS_SHUTDOWN_URI, methods, G_N_ELEMENTS (methods),
                          self->receiver);
      return;
    }
  status = describe (self);
  wsm_operation_return_object (operation, status);
}

static void
cf_windows_shutdown_handler_init (WsmHandlerInterface *iface)
{
  iface->handle = cf_windows_shutdown_handle;
}

static void
cf_windows_shutdown_dispose (GObject *object)
{
  CfWindowsShutdown *self = CF_WINDOWS_SHUTDOWN (object);

  g_clear_object (&self->receiver);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (cf_windows_shutdown_parent_class)->dispose (object);
}

static void
cf_windows_shutdown_class_init (CfWindowsShutdownClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_windows_shutdown_dispose;
}

static void
cf_windows_shutdown_init (CfWindowsShutdown *self)
{
}

/**
 * cf_windows_shutdown_new:
 * @receiver: where requests go
 * @clock: tells the boot time
 * @facts: (transfer none): of this machine; has to outlive the handler
 *
 * Returns: (transfer full): the handler of %CF_WINDOWS_SHUTDOWN_URI
 */
WsmHandler *
cf_windows_shutdown_new (CfReceiver *receiver, CfClock *clock, const CfMachineFacts *facts)
{
  CfWindowsShutdown *self;

  g_return_val_if_fail (CF_IS_RECEIVER (receiver), NULL);
  g_return_val_if_fail (CF_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (facts != NULL, NULL);

  self = g_object_new (CF_TYPE_WINDOWS_SHUTDOWN, NULL);
  self->receiver = g_object_ref (receiver);
  self->clock = g_object_ref (clock);
  self->facts = facts;
  return WSM_HANDLER (self);
}
