/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-desk.h"

#include "plugin-api/curfew-agent-services.h"
#include "request/cf-request-code.h"
#include "request/cf-win32-code.h"
#include "request/cf-windows-shutdown-names.h"
#include "wsman/wire/wsm-datetime.h"

struct _CfPluginDesk
{
  GObject parent_instance;

  CfReceiver *receiver;        /* (owned), set once */
  CfClock *clock;              /* (owned), set once */
  const CfMachineFacts *facts; /* (unowned), outlives this */
};

G_DEFINE_FINAL_TYPE (CfPluginDesk, cf_plugin_desk, G_TYPE_OBJECT)

static void
cf_plugin_desk_dispose (GObject *object)
{
  CfPluginDesk *self = CF_PLUGIN_DESK (object);

  g_clear_object (&self->receiver);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (cf_plugin_desk_parent_class)->dispose (object);
}

static void
cf_plugin_desk_class_init (CfPluginDeskClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_plugin_desk_dispose;
}

static void
cf_plugin_desk_init (CfPluginDesk *self)
{
}

/**
 * cf_plugin_desk_new:
 * @receiver: where requests go
 * @clock: tells the times
 * @facts: (transfer none): of this machine; has to outlive the desk
 *
 * Returns: (transfer full): a desk
 */
CfPluginDesk *
cf_plugin_desk_new (CfReceiver *receiver, CfClock *clock, const CfMachineFacts *facts)
{
  CfPluginDesk *self;

  g_return_val_if_fail (CF_IS_RECEIVER (receiver), NULL);
  g_return_val_if_fail (CF_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (facts != NULL, NULL);

  self = g_object_new (CF_TYPE_PLUGIN_DESK, NULL);
  self->receiver = g_object_ref (receiver);
  self->clock = g_object_ref (clock);
  self->facts = facts;
  return self;
}

/**
 * cf_plugin_desk_submit:
 * @self: a desk
 * @caller: in whose name
 * @shutdown: what is asked for
 *
 * Receives one request to shut down ([MS-RSP] 3.3.4.1). Only clients of Curfew's know of request
 * codes: one without is a foreign client's, and is given a code, since people need a name for it.
 *
 * Returns: a Win32 code; 0 means accepted, not done
 */
guint32
cf_plugin_desk_submit (CfPluginDesk *self, WsmPrincipal *caller, const CfPluginShutdown *shutdown)
{
  g_autoptr (CfShutdownRequestBuilder) builder = NULL;
  g_autofree char *new_code = NULL;
  const char *code;

  g_return_val_if_fail (CF_IS_PLUGIN_DESK (self), CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (caller != NULL, CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (shutdown != NULL, CF_WIN32_GEN_FAILURE);

  code = shutdown->request_code;
  if (code == NULL)
    code = new_code = cf_request_code_new ();
  builder = cf_shutdown_request_builder_new ();
  cf_shutdown_request_builder_add_flags (builder, shutdown->shutdown_flags);
  cf_shutdown_request_builder_set_message (builder, shutdown->message);
  cf_shutdown_request_builder_set_grace_seconds (builder, shutdown->grace_period);
  cf_shutdown_request_builder_set_reason (builder, shutdown->reason);
  cf_shutdown_request_builder_set_client_hint (builder, shutdown->client_hint);
  cf_shutdown_request_builder_set_code (builder, code);
  cf_shutdown_request_builder_set_postponing (builder, shutdown->postpone_limit,
                                              shutdown->postpone_seconds);
  return cf_receiver_initiate (self->receiver, caller,
                               shutdown->request_code != NULL ? CF_SCHEDULE_ORIGIN_CURFEW
                                                              : CF_SCHEDULE_ORIGIN_FOREIGN,
                               builder);
}

/**
 * cf_plugin_desk_refuse:
 * @self: a desk
 * @caller: whose request was refused
 * @problem: why, for people
 * @code: the Win32 code that is answered
 *
 * Notes in the journal what a plug-in refused by itself.
 *
 * Returns: @code
 */
guint32
cf_plugin_desk_refuse (CfPluginDesk *self, WsmPrincipal *caller, const char *problem, guint32 code)
{
  g_return_val_if_fail (CF_IS_PLUGIN_DESK (self), CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (caller != NULL, CF_WIN32_GEN_FAILURE);

  return cf_receiver_refuse (self->receiver, caller, problem != NULL ? problem : "no reason given",
                             code);
}

/**
 * cf_plugin_desk_abort:
 * @self: a desk
 * @caller: in whose name
 * @client_hint: (nullable): the canceling program, for the log
 *
 * Receives one WsdrAbortShutdown.
 *
 * Returns: a Win32 code
 */
guint32
cf_plugin_desk_abort (CfPluginDesk *self, WsmPrincipal *caller, const char *client_hint)
{
  g_return_val_if_fail (CF_IS_PLUGIN_DESK (self), CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (caller != NULL, CF_WIN32_GEN_FAILURE);

  return cf_receiver_abort (self->receiver, caller, client_hint);
}

static void
describe_request (CfPluginStatus *status, CfSchedule *schedule, CfScheduleEntry *entry)
{
  CfShutdownRequest *request = cf_schedule_entry_get_request (entry);
  gint64 remaining_usec = cf_schedule_get_remaining_usec (schedule);
  CfShutdownAction action = cf_shutdown_request_get_action (request);

  status->action = g_strdup (cf_shutdown_action_get_wire_name (action));
  /* rounded up: it says 0 when the time has come, not in the second before */
  status->seconds_remaining = (guint32) ((remaining_usec + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
  status->message = g_strdup (cf_shutdown_request_get_message (request));
  status->reason = cf_shutdown_request_get_reason (request);
  status->requester = g_strdup (cf_schedule_entry_get_requester (entry));
  status->client_hint = g_strdup (cf_shutdown_request_get_client_hint (request));
  status->request_code = g_strdup (cf_shutdown_request_get_code (request));
  status->postpones_left = cf_schedule_entry_get_postpones_left (entry);
}

static void
describe_machine (CfPluginStatus *status, CfPluginDesk *self, CfPower *power)
{
  g_autoptr (GDateTime) boot_time = cf_clock_dup_boot_time (self->clock);
  g_autoptr (GDateTime) now_utc = cf_clock_dup_real_time (self->clock);
  g_autoptr (GDateTime) now = g_date_time_to_local (now_utc);

  status->boot_id = g_strdup (self->facts->boot_id);
  status->boot_time = wsm_datetime_format (boot_time);
  status->local_time = wsm_datetime_format (now);
  status->users_logged_on = cf_power_count_people (power);
  status->capabilities = cf_power_get_capabilities (power);
  status->best_effort = status->capabilities & CF_SHUTDOWN_RESTARTAPPS;
  status->rehearsal = cf_power_is_rehearsal (power);
  status->host_name = g_strdup (self->facts->host_name);
  status->system_name = g_strdup (self->facts->system_name);
  status->kernel_release = g_strdup (self->facts->kernel_release);
}

static void
describe_last (CfPluginStatus *status, CfSchedule *schedule)
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
  CfShutdownAction action;

  if (entry == NULL)
    return;

  request = cf_schedule_entry_get_request (entry);
  action = cf_shutdown_request_get_action (request);
  status->last_outcome = g_strdup (outcome_names[cf_schedule_get_last_outcome (schedule)]);
  status->last_request_code = g_strdup (cf_shutdown_request_get_code (request));
  status->last_action = g_strdup (cf_shutdown_action_get_wire_name (action));
  status->last_detail = g_strdup (cf_schedule_get_last_detail (schedule));
}

/**
 * cf_plugin_desk_describe:
 * @self: a desk
 * @caller: who wants to know
 * @status: (inout): all zero; filled if this succeeds. Times are dateTime of XML Schema, the boot
 *   time in UTC, the local one with its offset
 *
 * Returns: 0; %CF_WIN32_ACCESS_DENIED if @caller may not know
 */
guint32
cf_plugin_desk_describe (CfPluginDesk *self, WsmPrincipal *caller, CfPluginStatus *status)
{
  static const guint32 states[] = {
    [CF_RECEIVER_IDLE] = CURFEW_AGENT_IDLE,
    [CF_RECEIVER_PENDING] = CURFEW_AGENT_PENDING,
    [CF_RECEIVER_EXECUTING] = CURFEW_AGENT_EXECUTING,
  };
  CfSchedule *schedule;
  CfScheduleEntry *entry;

  g_return_val_if_fail (CF_IS_PLUGIN_DESK (self), CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (caller != NULL, CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (status != NULL, CF_WIN32_GEN_FAILURE);

  if (!(cf_receiver_get_verbs (self->receiver, caller) & CF_VERB_STATUS))
    return CF_WIN32_ACCESS_DENIED;

  schedule = cf_receiver_get_schedule (self->receiver);
  entry = cf_schedule_get_entry (schedule);
  status->state = states[cf_receiver_get_state (self->receiver)];
  if (entry != NULL)
    describe_request (status, schedule, entry);
  describe_machine (status, self, cf_receiver_get_power (self->receiver));
  describe_last (status, schedule);
  return CF_WIN32_SUCCESS;
}
