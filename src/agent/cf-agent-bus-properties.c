/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-agent-bus-properties.h"

#include "cf-people.h"
#include "request/cf-display-text.h"
#include "request/cf-shutdown-reason.h"

#define POSTPONEMENTS_TYPE G_VARIANT_TYPE ("a(stus)")
#define PEOPLE_TYPE        G_VARIANT_TYPE ("a(ussbbb)")
#define STEADY_USEC        (10 * 1000)
#define BLOCKERS_TYPE      G_VARIANT_TYPE ("a(ssu)")

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
 * cf_agent_bus_properties_get_change:
 * @change: what happened to a countdown
 *
 * Returns: the word of org.curfew.Agent1 for it; "" for %CF_SCHEDULE_CLOCK_SET
 */
const char *
cf_agent_bus_properties_get_change (CfScheduleChange change)
{
  static const char *const words[] = {
    [CF_SCHEDULE_ACCEPTED] = "accepted",   [CF_SCHEDULE_RESTORED] = "restored",
    [CF_SCHEDULE_POSTPONED] = "postponed", [CF_SCHEDULE_MOVED] = "moved",
    [CF_SCHEDULE_EXTENDED] = "extended",   [CF_SCHEDULE_OVERDUE] = "overdue",
    [CF_SCHEDULE_CLOCK_SET] = "",
  };

  g_return_val_if_fail (change < G_N_ELEMENTS (words), "");

  return words[change];
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

/**
 * cf_agent_bus_properties_dup_detail:
 * @outcome: how a request ended
 * @detail: (nullable): more about it
 *
 * Returns: (transfer full): what org.curfew.Agent1 tells of it: one line
 */
char *
cf_agent_bus_properties_dup_detail (CfScheduleOutcome outcome, const char *detail)
{
  return outcome == CF_SCHEDULE_CALLED_OFF ? cf_people_dup_name (detail) : dup_line (detail);
}

static guint64
to_usec (gint64 usec)
{
  return (guint64) MAX (usec, 0);
}

/* Two clocks that are read one after the other are not always equally far apart: only a difference
 * that somebody could see is told. */
static guint64
to_steady_usec (guint64 told_usec, gint64 usec)
{
  gint64 difference = (gint64) told_usec - usec;

  return ABS (difference) < STEADY_USEC ? told_usec : to_usec (usec);
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
      g_autofree char *who = cf_people_dup_name (postponement->who);
      g_autofree char *note = dup_line (postponement->note);

      g_variant_builder_add (&builder, "(stus)", who, to_usec (postponement->real_usec),
                             postponement->seconds, note);
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
list_people (CfAudience *audience)
{
  static const char *const places[] = {
    [CF_WHERE_SCREEN] = "screen",
    [CF_WHERE_OTHER_SCREEN] = "other-screen",
    [CF_WHERE_TERMINAL] = "terminal",
    [CF_WHERE_REMOTE] = "remote",
  };
  const GPtrArray *people = cf_audience_get_people (audience);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, PEOPLE_TYPE);
  for (guint i = 0; i < people->len; i++)
    {
      const CfOnlooker *onlooker = people->pdata[i];

      g_variant_builder_add (&builder, "(ussbbb)", onlooker->uid, onlooker->name,
                             places[onlooker->place], onlooker->is_shown, onlooker->has_read,
                             onlooker->is_ready);
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
list_blockers (CfPower *power)
{
  const GPtrArray *blockers = cf_power_get_blockers (power);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, BLOCKERS_TYPE);
  for (guint i = 0; blockers != NULL && i < blockers->len; i++)
    {
      const CfBlocker *blocker = blockers->pdata[i];

      g_variant_builder_add (&builder, "(ssu)", blocker->who, blocker->why, blocker->uid);
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
  g_autofree char *changed_by = NULL;
  gint64 deadline = 0;
  gint64 latest = 0;

  if (entry != NULL)
    {
      requester = dup_line (cf_schedule_entry_get_requester (entry));
      changed_by = cf_people_dup_name (cf_schedule_entry_get_changed_by (entry));
      deadline = cf_schedule_entry_get_deadline_boot_usec (entry);
      latest = cf_schedule_entry_get_latest_boot_usec (entry);
    }
  cf_bus_agent1_set_requester (skeleton, requester != NULL ? requester : "");
  cf_bus_agent1_set_announced (
    skeleton, entry != NULL ? to_usec (cf_schedule_entry_get_accepted_boot_usec (entry)) : 0);
  cf_bus_agent1_set_change (
    skeleton,
    entry != NULL ? cf_agent_bus_properties_get_change (cf_schedule_entry_get_change (entry)) : "");
  cf_bus_agent1_set_changed_by (skeleton, changed_by != NULL ? changed_by : "");
  cf_bus_agent1_set_deadline (skeleton, to_usec (deadline));
  cf_bus_agent1_set_deadline_real (
    skeleton, entry != NULL ? to_steady_usec (cf_bus_agent1_get_deadline_real (skeleton),
                                              cf_schedule_get_real_usec (schedule, deadline))
                            : 0);
  cf_bus_agent1_set_first_deadline (
    skeleton, entry != NULL ? to_usec (cf_schedule_entry_get_first_deadline_boot_usec (entry)) : 0);
  cf_bus_agent1_set_postpones_left (
    skeleton, entry != NULL ? cf_schedule_entry_get_postpones_left (entry) : 0);
  cf_bus_agent1_set_postpone_until (skeleton, to_usec (latest));
  cf_bus_agent1_set_postpone_until_real (
    skeleton, latest > 0 ? to_steady_usec (cf_bus_agent1_get_postpone_until_real (skeleton),
                                           cf_schedule_get_real_usec (schedule, latest))
                         : 0);
  cf_bus_agent1_set_postponements (skeleton, list_postponements (entry));
}

static void
set_last (CfBusAgent1 *skeleton, CfSchedule *schedule)
{
  CfScheduleEntry *last = cf_schedule_get_last_entry (schedule);
  const char *code = last != NULL
                       ? cf_shutdown_request_get_code (cf_schedule_entry_get_request (last))
                       : NULL;
  CfScheduleOutcome outcome = cf_schedule_get_last_outcome (schedule);
  g_autofree char *detail = cf_agent_bus_properties_dup_detail (
    outcome, cf_schedule_get_last_detail (schedule));

  cf_bus_agent1_set_last_outcome (skeleton, cf_agent_bus_properties_get_outcome (outcome));
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
 * cf_agent_bus_properties_set_config:
 * @skeleton: what is on the bus
 * @config: settings
 *
 * Tells what people are to see of the settings, which stay as they are.
 */
void
cf_agent_bus_properties_set_config (CfBusAgent1 *skeleton, const CfAgentConfig *config)
{
  g_return_if_fail (CF_BUS_IS_AGENT1 (skeleton));
  g_return_if_fail (config != NULL);

  cf_bus_agent1_set_organization_name (skeleton,
                                       config->organization != NULL ? config->organization : "");
  cf_bus_agent1_set_help_contact (skeleton,
                                  config->help_contact != NULL ? config->help_contact : "");
  cf_bus_agent1_set_logo (skeleton, config->logo != NULL ? config->logo : "");
  cf_bus_agent1_set_show_text_when_locked (skeleton, config->text_when_locked);
  cf_bus_agent1_set_sound (skeleton, config->sound);
  cf_bus_agent1_set_respect_meetings (skeleton, config->respect_meetings);
}

/**
 * cf_agent_bus_properties_update:
 * @skeleton: what is on the bus
 * @schedule: what counts down
 * @power: what acts
 * @audience: who is signed in
 *
 * Brings the properties of org.curfew.Agent1 in step, and tells what has changed in one signal.
 */
void
cf_agent_bus_properties_update (CfBusAgent1 *skeleton, CfSchedule *schedule, CfPower *power,
                                CfAudience *audience)
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
  g_return_if_fail (CF_IS_AUDIENCE (audience));

  entry = cf_schedule_get_entry (schedule);
  cf_bus_agent1_set_state (skeleton, states[cf_agent_bus_properties_get_state (schedule, power)]);
  set_request (skeleton, entry != NULL ? cf_schedule_entry_get_request (entry) : NULL);
  set_entry (skeleton, schedule, entry);
  cf_bus_agent1_set_people (skeleton, list_people (audience));
  cf_bus_agent1_set_blockers (skeleton, list_blockers (power));
  cf_bus_agent1_set_blockers_hold (skeleton, cf_power_do_blockers_hold (power));
  cf_bus_agent1_set_scheduled_by_others (skeleton, cf_power_get_state (power) == CF_POWER_TAKEN);
  set_last (skeleton, schedule);
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (skeleton));
}
