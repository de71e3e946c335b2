/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-report.h"

#include <json-glib/json-glib.h>

#include "cf-abort.h"
#include "cf-delivery.h"
#include "cf-status-query.h"
#include "request/cf-shutdown-reason.h"
#include "request/cf-win32-code.h"

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
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
add_time (JsonBuilder *builder, const char *name, GDateTime *time)
{
  /* g_date_time_format_iso8601() leaves the minutes of the offset out, which not all readers take
   */
  g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%S%:z") : NULL;

  add_string (builder, name, text);
}

static void
add_code (JsonBuilder *builder, CfErrand *errand)
{
  guint32 code = 0;
  gboolean has_code = cf_errand_get_code (errand, &code);
  const CfWin32Code *known = has_code ? cf_win32_code_lookup (code) : NULL;

  add_int (builder, "code", has_code, code);
  add_string (builder, "name", known != NULL ? known->name : NULL);
}

static const char *
get_method_name (CfErrand *errand)
{
  CfDeliveryMethod *method = NULL;

  if (CF_IS_DELIVERY (errand))
    method = cf_delivery_get_method (CF_DELIVERY (errand));
  else if (CF_IS_ABORT (errand))
    method = cf_abort_get_method (CF_ABORT (errand));
  else if (CF_IS_STATUS_QUERY (errand))
    method = cf_status_query_get_method (CF_STATUS_QUERY (errand));
  return method != NULL ? cf_delivery_method_get_name (method) : NULL;
}

static void
add_reason (JsonBuilder *builder, const CfStatus *status)
{
  g_autofree char *text = NULL;
  g_autofree char *title = NULL;

  json_builder_set_member_name (builder, "reason");
  if (!status->has_request)
    {
      json_builder_add_null_value (builder);
      return;
    }
  text = cf_shutdown_reason_format (status->reason);
  title = cf_shutdown_reason_dup_title (status->reason);
  json_builder_begin_object (builder);
  add_int (builder, "code", TRUE, status->reason);
  add_string (builder, "text", text);
  add_string (builder, "title", title);
  json_builder_end_object (builder);
}

static void
add_capabilities (JsonBuilder *builder, const CfStatus *status)
{
  json_builder_set_member_name (builder, "capabilities");
  json_builder_begin_array (builder);
  for (guint bit = 0; bit < 8; bit++)
    if (status->capabilities & (1u << bit))
      json_builder_add_string_value (builder, cf_shutdown_flag_get_name (1u << bit));
  json_builder_end_array (builder);
}

static void
add_pending (JsonBuilder *builder, const CfStatus *status)
{
  gboolean is_pending = status->has_request;

  add_string (builder, "action", is_pending ? cf_shutdown_action_get_verb (status->action) : NULL);
  add_int (builder, "seconds_remaining", is_pending, status->seconds_remaining);
  add_string (builder, "message", status->message);
  add_reason (builder, status);
  add_string (builder, "requester", status->requester);
  add_string (builder, "client_hint", status->client_hint);
  add_string (builder, "request_code", status->request_code);
  add_int (builder, "postpones_left", is_pending, status->postpones_left);
}

static void
add_status (JsonBuilder *builder, const CfStatus *status)
{
  static const char *const states[] = {
    [CF_PENDING_UNTOLD] = "answers",
    [CF_PENDING_IDLE] = "idle",
    [CF_PENDING_WAITING] = "pending",
    [CF_PENDING_EXECUTING] = "executing",
  };
  g_autofree char *last = cf_status_dup_last_words (status);

  add_string (builder, "state", states[status->state]);
  add_pending (builder, status);
  add_string (builder, "boot_id", status->boot_id);
  add_time (builder, "boot_time", status->boot_time);
  add_int (builder, "users_logged_on", status->has_users, status->users_logged_on);
  add_string (builder, "system", status->system);
  add_capabilities (builder, status);
  json_builder_set_member_name (builder, "rehearsal");
  json_builder_add_boolean_value (builder, status->is_rehearsal);
  add_string (builder, "last_outcome", last);
  add_string (builder, "last_request_code", status->last_request_code);
  add_string (builder, "last_detail", status->last_detail);
}

/* Members of a host; `message` is the text for people, in a status that of the pending request. */
static void
add_host (JsonBuilder *builder, CfErrand *errand, const char *next_step_name)
{
  const CfStatus *status = CF_IS_STATUS_QUERY (errand)
                             ? cf_status_query_get_status (CF_STATUS_QUERY (errand))
                             : NULL;

  add_string (builder, "host", cf_errand_get_name (errand));
  if (status != NULL)
    add_status (builder, status);
  else
    {
      add_string (builder, "state", cf_errand_state_get_nick (cf_errand_get_state (errand)));
      add_code (builder, errand);
      add_string (builder, "message", cf_errand_get_note (errand));
      add_string (builder, next_step_name, cf_errand_get_next_step (errand));
    }
  add_string (builder, "method", get_method_name (errand));
  add_string (builder, "sign_in", cf_errand_get_sign_in (errand));
  add_string (builder, "detour", cf_errand_get_detour (errand));
  add_int (builder, "elapsed_msec", TRUE, cf_errand_get_elapsed_msec (errand));
}

static char *
end_to_text (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);

  return json_to_string (root, FALSE);
}

static char *
quote (const char *text)
{
  g_autoptr (JsonNode) node = json_node_new (text != NULL ? JSON_NODE_VALUE : JSON_NODE_NULL);

  if (text != NULL)
    json_node_set_string (node, text);
  return json_to_string (node, FALSE);
}

/**
 * cf_report_to_document:
 * @request_code: (nullable): the code of the request, if one was sent
 * @action: the verb of the command line: "restart", "abort", "status"
 * @errands: (element-type CfErrand): the hosts
 * @exit_status: what the program ends with
 *
 * The JSON document of a command: `schema`, `request`, `action`, `hosts`, `exit`. Each host is on a
 * line of its own: host, state, and for a request or an abort code, name, message, next_step; for a
 * status the values of #CfStatus; then method, sign_in (how somebody signed in), detour (why not
 * otherwise) and elapsed_msec. What is not known is null. Times are ISO 8601.
 *
 * Returns: (transfer full): the document, without a line feed at its end
 */
char *
cf_report_to_document (const char *request_code, const char *action, GListModel *errands,
                       int exit_status)
{
  g_autofree char *quoted_code = quote (request_code);
  g_autofree char *quoted_action = quote (action);
  GString *text;
  guint n_errands;

  g_return_val_if_fail (action != NULL, NULL);
  g_return_val_if_fail (G_IS_LIST_MODEL (errands), NULL);

  /* Host by host: one tree of thousands would take ten times the memory of its text. */
  text = g_string_new (NULL);
  g_string_append_printf (text, "{\"schema\":%d,\"request\":%s,\"action\":%s,\"hosts\":[",
                          CF_REPORT_SCHEMA, quoted_code, quoted_action);
  n_errands = g_list_model_get_n_items (errands);
  for (guint i = 0; i < n_errands; i++)
    {
      g_autoptr (CfErrand) errand = g_list_model_get_item (errands, i);
      g_autoptr (JsonBuilder) builder = json_builder_new ();
      g_autofree char *host = NULL;

      json_builder_begin_object (builder);
      add_host (builder, errand, "next_step");
      json_builder_end_object (builder);
      host = end_to_text (builder);
      g_string_append_printf (text, "%s\n%s", i > 0 ? "," : "", host);
    }
  g_string_append_printf (text, "\n],\"exit\":%d}", exit_status);
  return g_string_free (text, FALSE);
}

/**
 * cf_report_to_event:
 * @request_code: (nullable): the code of the request, if one was sent
 * @errand: a host whose state has changed
 * @at: when
 *
 * One event as JSON: schema, request, host, state, at, code, name, message, hint (what to do now),
 * method; a status that was answered has its members of the document instead of those from code to
 * hint.
 *
 * Returns: (transfer full): one line, without the line feed
 */
char *
cf_report_to_event (const char *request_code, CfErrand *errand, GDateTime *at)
{
  g_autoptr (JsonBuilder) builder = NULL;

  g_return_val_if_fail (CF_IS_ERRAND (errand), NULL);
  g_return_val_if_fail (at != NULL, NULL);

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  add_int (builder, "schema", TRUE, CF_REPORT_SCHEMA);
  add_string (builder, "request", request_code);
  add_time (builder, "at", at);
  add_host (builder, errand, "hint");
  json_builder_end_object (builder);
  return end_to_text (builder);
}
