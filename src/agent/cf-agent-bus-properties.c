/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-agent-bus-properties.h"

#include "request/cf-display-text.h"
#include "request/cf-shutdown-reason.h"

#define POSTPONEMENTS_TYPE G_VARIANT_TYPE ("a(stus)")

/**
 * cf_agent_bus_properties_get_action:
 * @request: a request
 *
 * Returns: the word of org.curfew.Agent1 for what it does
 */
const char *
cf_agent_bus_properties_get_action (CfShutdownRequest *request)
{
  switch (cf_shutdown_request_get_action (request))
    {
    case CF_SHUTDOWN_ACTION_RESTART:
      return "restart";
    case CF_SHUTDOWN_ACTION_POWER_OFF:
      return "power-off";
    case CF_SHUTDOWN_ACTION_HALT:
    default:
      return "halt";
    }
}

/**
 * cf_agent_bus_properties_get_outcome:
 * @outcome: how a request ended
 *
 * Returns: the word of org.curfew.Agent1 for it; "" if none ended
 */
const char *
cf_agent_bus_properties_get_outcome (CfScheduleOutcome outcome)
{
  static const char *const words[] = {
    [CF_SCHEDULE_NO_OUTCOME] = "",           [CF_SCHEDULE_ACTED] = "acted",
    [CF_SCHEDULE_WOULD_ACT] = "would-act",   [CF_SCHEDULE_CALLED_OFF] = "called-off",
    [CF_SCHEDULE_SUPERSEDED] = "superseded", [CF_SCHEDULE_VETOED] = "vetoed",
    [CF_SCHEDULE_MISSED] = "missed",         [CF_SCHEDULE_FAILED] = "failed",
  };

  g_return_val_if_fail (outcome < G_N_ELEMENTS (words), "");

  return words[outcome];
}

/* The bus takes UTF-8 only, and ends the connection of whoever sends something else. */
static char *
dup_line (const char *text)
{
  return text != NULL ? cf_display_text_one_line (text) : g_strdup ("");
}

static guint64
to_usec (gint64 usec)
{
  return (guint64) MAX (usec, 0);
}

static GVariant *
list_postponements (const CfScheduleEntry *entry)
{
  GVariantBuilder builder;
  guint n_postponements = entry != NULL ? cf_schedule_entry_get_n_postponements (entry) : 0;

  g_variant_builder_init (&builder, POSTPONEMENTS_TYPE);
  for (guint i = 0; i < n_postponements; i++)
    {
      const CfPostponement *postponement = cf_schedule_entry_get_postponement (entry, i);
      g_autofree char *who = dup_line (postponement->who);
      g_autofree char *note = dup_line (postponement->note);

      g_variant_builder_add (&builder, "(stus)", who, to_usec (postponement->real_usec),
                             postponement->seconds, note);
    }
  return g_variant_builder_end (&builder);
}

static void
set_request (CfBusAgent1 *skeleton, CfShutdownRequest *request)
{
  const char *message = request != NULL ? cf_shutdown_request_get_message (request) : NULL;
  const char *code = request != NULL ? cf_shutdown_request_get_code (request) : NULL;
  g_autofree char *text = message != NULL ? cf_display_text_clean (message) : g_strdup ("");
  guint32 reason = request != NULL ? cf_shutdown_request_get_reason (request) : 0;
  g_autofree char *title = request != NULL ? cf_shutdown_reason_dup_title (reason) : g_strdup ("");

  cf_bus_agent1_set_action (skeleton,
                            request != NULL ? cf_agent_bus_properties_get_action (request) : "");
  cf_bus_agent1_set_request_code (skeleton, code != NULL ? code : "");
  cf_bus_agent1_set_has_message (skeleton, message != NULL);
  cf_bus_agent1_set_message (skeleton, text);
  cf_bus_agent1_set_reason (skeleton, reason);
  cf_bus_agent1_set_reason_title (skeleton, title);
  cf_bus_agent1_set_flags (skeleton, request != NULL ? cf_shutdown_request_get_flags (request) : 0);
  cf_bus_agent1_set_postpone_seconds (
    skeleton, request != NULL ? cf_shutdown_request_get_postpone_seconds (request) : 0);
}

static void
set_entry (CfBusAgent1 *skeleton, CfSchedule *schedule, CfScheduleEntry *entry)
{
  g_autofree char *requester = NULL;
  gint64 deadline = 0;
  gint64 latest = 0;

  if (entry != NULL)
    {
      requester = dup_line (cf_schedule_entry_get_requester (entry));
      deadline = cf_schedule_entry_get_deadline_boot_usec (entry);
      latest = cf_schedule_entry_get_latest_boot_usec (entry);
    }
  cf_bus_agent1_set_requester (skeleton, requester != NULL ? requester : "");
  cf_bus_agent1_set_deadline (skeleton, to_usec (deadline));
  cf_bus_agent1_set_deadline_real (
    skeleton, entry != NULL ? to_usec (cf_schedule_get_real_usec (schedule, deadline)) : 0);
  cf_bus_agent1_set_first_deadline (
    skeleton, entry != NULL ? to_usec (cf_schedule_entry_get_first_deadline_boot_usec (entry)) : 0);
  cf_bus_agent1_set_postpones_left (
    skeleton, entry != NULL ? cf_schedule_entry_get_postpones_left (entry) : 0);
  cf_bus_agent1_set_postpone_until (skeleton, to_usec (latest));
  cf_bus_agent1_set_postpone_until_real (
    skeleton, latest > 0 ? to_usec (cf_schedule_get_real_usec (schedule, latest)) : 0);
  cf_bus_agent1_set_postponements (skeleton, list_postponements (entry));
}

static void
set_last (CfBusAgent1 *skeleton, CfSchedule *schedule)
{
  CfScheduleEntry *last = cf_schedule_get_last_entry (schedule);
  const char *code = last != NULL
                       ? cf_shutdown_request_get_code (cf_schedule_entry_get_request (last))
                       : NULL;
  g_autofree char *detail = dup_line (cf_schedule_get_last_detail (schedule));

  cf_bus_agent1_set_last_outcome (
    skeleton, cf_agent_bus_properties_get_outcome (cf_schedule_get_last_outcome (schedule)));
  cf_bus_agent1_set_last_request_code (skeleton, code != NULL ? code : "");
  cf_bus_agent1_set_last_detail (skeleton, detail);
}

/**
 * cf_agent_bus_properties_get_state:
 * @schedule: what counts down
 * @power: what acts
 *
 * Returns: what org.curfew.Agent1 tells: the state of the countdown, but a computer that goes down
 *   on somebody else's word goes down all the same
 */
CfReceiverState
cf_agent_bus_properties_get_state (CfSchedule *schedule, CfPower *power)
{
  CfReceiverState state = cf_schedule_get_state (schedule);

  return state == CF_RECEIVER_IDLE && cf_power_get_state (power) == CF_POWER_GOING_DOWN
           ? CF_RECEIVER_EXECUTING
           : state;
}

/**
 * cf_agent_bus_properties_update:
 * @skeleton: what is on the bus
 * @schedule: what counts down
 * @power: what acts
 *
 * Brings the properties of org.curfew.Agent1 in step, and tells what has changed in one signal.
 */
void
cf_agent_bus_properties_update (CfBusAgent1 *skeleton, CfSchedule *schedule, CfPower *power)
{
  static const char *const states[] = {
    [CF_RECEIVER_IDLE] = "idle",
    [CF_RECEIVER_PENDING] = "pending",
    [CF_RECEIVER_EXECUTING] = "executing",
  };
  CfScheduleEntry *entry;

  g_return_if_fail (CF_BUS_IS_AGENT1 (skeleton));
  g_return_if_fail (CF_IS_SCHEDULE (schedule));
  g_return_if_fail (CF_IS_POWER (power));

  entry = cf_schedule_get_entry (schedule);
  cf_bus_agent1_set_state (skeleton, states[cf_agent_bus_properties_get_state (schedule, power)]);
  set_request (skeleton, entry != NULL ? cf_schedule_entry_get_request (entry) : NULL);
  set_entry (skeleton, schedule, entry);
  cf_bus_agent1_set_scheduled_by_others (skeleton, cf_power_get_state (power) == CF_POWER_TAKEN);
  set_last (skeleton, schedule);
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (skeleton));
}
