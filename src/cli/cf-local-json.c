/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-local-json.h"

#include <json-glib/json-glib.h>

#include "cf-local-report.h"
#include "fleet/cf-report.h"
#include "request/cf-display-text.h"
#include "request/cf-shutdown-reason.h"

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

/* What the bus has empty where there is nothing is null in JSON. */
static void
add_known (JsonBuilder *builder, const char *name, const char *value)
{
  g_autofree char *line = value != NULL ? cf_display_text_one_line (value) : NULL;

  add_string (builder, name, line != NULL && *line != '\0' ? line : NULL);
}

static void
add_int (JsonBuilder *builder, const char *name, gboolean is_known, gint64 value)
{
  json_builder_set_member_name (builder, name);
  if (is_known)
    json_builder_add_int_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_time (JsonBuilder *builder, const char *name, guint64 real_usec)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (real_usec / G_USEC_PER_SEC);
  g_autofree char *text = NULL;

  if (real_usec > 0 && time != NULL)
    text = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S%:z");
  add_string (builder, name, text);
}

static const char *
get_verb (CfBusAgent1 *agent)
{
  const char *action = cf_bus_agent1_get_action (agent);

  if (g_strcmp0 (action, "power-off") == 0)
    return "poweroff";
  return action != NULL && *action != '\0' ? action : NULL;
}

static void
add_reason (JsonBuilder *builder, CfBusAgent1 *agent)
{
  guint32 reason = cf_bus_agent1_get_reason (agent);
  g_autofree char *text = cf_shutdown_reason_format (reason);

  json_builder_set_member_name (builder, "reason");
  if (get_verb (agent) == NULL)
    {
      json_builder_add_null_value (builder);
      return;
    }
  json_builder_begin_object (builder);
  add_int (builder, "code", TRUE, reason);
  add_string (builder, "text", text);
  add_known (builder, "title", cf_bus_agent1_get_reason_title (agent));
  json_builder_end_object (builder);
}

static void
add_postponements (JsonBuilder *builder, CfBusAgent1 *agent)
{
  GVariant *postponements = cf_bus_agent1_get_postponements (agent);
  GVariantIter iter;
  const char *who;
  const char *note;
  guint64 real_usec;
  guint32 seconds;

  json_builder_set_member_name (builder, "postponements");
  json_builder_begin_array (builder);
  if (postponements != NULL)
    {
      g_variant_iter_init (&iter, postponements);
      while (g_variant_iter_next (&iter, "(&stu&s)", &who, &real_usec, &seconds, &note))
        {
          json_builder_begin_object (builder);
          add_known (builder, "who", who);
          add_time (builder, "at", real_usec);
          add_int (builder, "seconds", TRUE, seconds);
          add_known (builder, "note", note);
          json_builder_end_object (builder);
        }
    }
  json_builder_end_array (builder);
}

static void
add_boolean (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

static void
add_people (JsonBuilder *builder, CfBusAgent1 *agent)
{
  GVariant *people = cf_bus_agent1_get_people (agent);
  gboolean is_shown, has_read, is_ready;
  const char *name, *where;
  GVariantIter iter;
  guint32 uid;

  json_builder_set_member_name (builder, "people");
  json_builder_begin_array (builder);
  if (people != NULL)
    {
      g_variant_iter_init (&iter, people);
      while (g_variant_iter_next (&iter, "(u&s&sbbb)", &uid, &name, &where, &is_shown, &has_read,
                                  &is_ready))
        {
          json_builder_begin_object (builder);
          add_int (builder, "uid", TRUE, uid);
          add_known (builder, "name", name);
          add_known (builder, "where", where);
          add_boolean (builder, "shown", is_shown);
          add_boolean (builder, "read", has_read);
          add_boolean (builder, "ready", is_ready);
          json_builder_end_object (builder);
        }
    }
  json_builder_end_array (builder);
}

static void
add_blockers (JsonBuilder *builder, CfBusAgent1 *agent)
{
  GVariant *blockers = cf_bus_agent1_get_blockers (agent);
  const char *who, *why;
  GVariantIter iter;
  guint32 uid;

  json_builder_set_member_name (builder, "blockers");
  json_builder_begin_array (builder);
  if (blockers != NULL)
    {
      g_variant_iter_init (&iter, blockers);
      while (g_variant_iter_next (&iter, "(&s&su)", &who, &why, &uid))
        {
          json_builder_begin_object (builder);
          add_known (builder, "who", who);
          add_known (builder, "why", why);
          add_int (builder, "uid", TRUE, uid);
          json_builder_end_object (builder);
        }
    }
  json_builder_end_array (builder);
  add_boolean (builder, "held_up", cf_bus_agent1_get_blockers_hold (agent));
}

static void
add_pending (JsonBuilder *builder, CfBusAgent1 *agent, gint64 now_boot_usec)
{
  gboolean is_pending = get_verb (agent) != NULL;

  add_int (builder, "seconds_remaining", is_pending,
           cf_local_report_get_seconds_left (agent, now_boot_usec));
  add_time (builder, "deadline", cf_bus_agent1_get_deadline_real (agent));
  add_known (builder, "request_code", cf_bus_agent1_get_request_code (agent));
  add_int (builder, "postpones_left", is_pending, cf_bus_agent1_get_postpones_left (agent));
  add_int (builder, "postpone_seconds", is_pending, cf_bus_agent1_get_postpone_seconds (agent));
  add_time (builder, "postpone_until", cf_bus_agent1_get_postpone_until_real (agent));
}

static void
add_status (JsonBuilder *builder, CfBusAgent1 *agent, gint64 now_boot_usec)
{
  const char *text = cf_bus_agent1_get_message (agent);
  g_autofree char *message = NULL;
  g_autofree char *last = cf_local_report_dup_last_words (agent);

  if (cf_bus_agent1_get_has_message (agent) && text != NULL)
    message = cf_display_text_clean (text);
  add_known (builder, "state", cf_bus_agent1_get_state (agent));
  add_string (builder, "action", get_verb (agent));
  add_string (builder, "message", message);
  add_reason (builder, agent);
  add_known (builder, "requester", cf_bus_agent1_get_requester (agent));
  add_pending (builder, agent, now_boot_usec);
  add_postponements (builder, agent);
  add_people (builder, agent);
  add_blockers (builder, agent);
  add_boolean (builder, "scheduled_by_others", cf_bus_agent1_get_scheduled_by_others (agent));
  add_boolean (builder, "rehearsal", cf_bus_agent1_get_rehearsal (agent));
  add_string (builder, "last_outcome", last);
  add_known (builder, "last_request_code", cf_bus_agent1_get_last_request_code (agent));
  add_known (builder, "last_detail", cf_bus_agent1_get_last_detail (agent));
  add_known (builder, "organization", cf_bus_agent1_get_organization_name (agent));
  add_known (builder, "help_contact", cf_bus_agent1_get_help_contact (agent));
}

/* Members of this computer: of a status its values, of a change what came of it. */
static void
add_host (JsonBuilder *builder, const CfLocalResult *result, CfBusAgent1 *agent,
          gint64 now_boot_usec, const char *next_step_name)
{
  add_known (builder, "host", g_get_host_name ());
  if (result->state == NULL)
    add_status (builder, agent, now_boot_usec);
  else
    {
      add_string (builder, "state", result->state);
      add_string (builder, "message", result->message);
      add_string (builder, next_step_name, result->next_step);
      if (agent != NULL)
        add_pending (builder, agent, now_boot_usec);
    }
  add_string (builder, "method", "local");
}

static void
add_event (JsonBuilder *builder, const CfLocalResult *result, CfBusAgent1 *agent,
           gint64 now_boot_usec)
{
  json_builder_begin_object (builder);
  add_int (builder, "schema", TRUE, CF_REPORT_SCHEMA);
  add_string (builder, "request", NULL);
  add_time (builder, "at", (guint64) g_get_real_time ());
  add_host (builder, result, agent, now_boot_usec, "hint");
  json_builder_end_object (builder);
}

static void
add_document (JsonBuilder *builder, const CfLocalResult *result, CfBusAgent1 *agent,
              gint64 now_boot_usec)
{
  json_builder_begin_object (builder);
  add_int (builder, "schema", TRUE, CF_REPORT_SCHEMA);
  add_string (builder, "request", NULL);
  add_string (builder, "action", cf_verb_get_name (result->verb));
  json_builder_set_member_name (builder, "hosts");
  json_builder_begin_array (builder);
  json_builder_begin_object (builder);
  add_host (builder, result, agent, now_boot_usec, "next_step");
  json_builder_end_object (builder);
  json_builder_end_array (builder);
  add_int (builder, "exit", TRUE, result->exit);
  json_builder_end_object (builder);
}

/**
 * cf_local_json_to_text:
 * @result: what became of a command
 * @agent: (nullable): the agent of this computer after it; not %NULL for a status that was answered
 * @now_boot_usec: boot time
 * @format: json or jsonl
 *
 * Tells about this computer as cf_report_to_document() and cf_report_to_event() tell about others.
 *
 * Returns: (transfer full): a document or a line, with a line feed at its end
 */
char *
cf_local_json_to_text (const CfLocalResult *result, CfBusAgent1 *agent, gint64 now_boot_usec,
                       CfOutputFormat format)
{
  g_autoptr (JsonBuilder) builder = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (result != NULL, NULL);
  g_return_val_if_fail (agent != NULL || result->state != NULL, NULL);

  builder = json_builder_new ();
  if (format == CF_OUTPUT_JSONL)
    add_event (builder, result, agent, now_boot_usec);
  else
    add_document (builder, result, agent, now_boot_usec);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  return g_strconcat (text, "\n", NULL);
}
