/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-status-table.h"

#include <glib/gi18n.h>

#include "cf-duration.h"
#include "cf-table.h"
#include "cf-wording.h"
#include "fleet/cf-status-query.h"
#include "request/cf-display-text.h"
#include "request/cf-shutdown-reason.h"

static char *
dup_state (const CfStatus *status)
{
  static const char *const pending[] = {
    [CF_SHUTDOWN_ACTION_RESTART] = N_ ("Will restart"),
    [CF_SHUTDOWN_ACTION_POWER_OFF] = N_ ("Will power off"),
    [CF_SHUTDOWN_ACTION_HALT] = N_ ("Will halt"),
  };
  static const char *const executing[] = {
    [CF_SHUTDOWN_ACTION_RESTART] = N_ ("Restarting"),
    [CF_SHUTDOWN_ACTION_POWER_OFF] = N_ ("Powering off"),
    [CF_SHUTDOWN_ACTION_HALT] = N_ ("Halting"),
  };

  switch (status->state)
    {
    case CF_PENDING_WAITING:
      return g_strdup (status->has_request ? _ (pending[status->action]) : _ ("Pending"));
    case CF_PENDING_EXECUTING:
      return g_strdup (status->has_request ? _ (executing[status->action]) : _ ("Going down"));
    case CF_PENDING_IDLE:
      return g_strdup (_ ("Idle"));
    case CF_PENDING_UNTOLD:
    default:
      return g_strdup (_ ("Answers"));
    }
}

static CfTone
get_tone (const CfStatus *status)
{
  return status->state == CF_PENDING_WAITING || status->state == CF_PENDING_EXECUTING
           ? CF_TONE_WAITING
           : CF_TONE_GOOD;
}

static void G_GNUC_PRINTF (2, 3) append (GString *text, const char *format, ...)
{
  va_list arguments;

  if (text->len > 0)
    g_string_append (text, " · ");
  va_start (arguments, format);
  g_string_append_vprintf (text, format, arguments);
  va_end (arguments);
}

static void
append_request (GString *text, const CfStatus *status)
{
  g_autofree char *title = cf_shutdown_reason_dup_title (status->reason);
  g_autofree char *reason = cf_shutdown_reason_format (status->reason);

  if (status->message != NULL && *status->message != '\0')
    {
      g_autofree char *line = cf_display_text_one_line (status->message);

      append (text, _ ("“%s”"), line);
    }
  else
    append (text, "%s", status->message != NULL ? _ ("no text") : _ ("no message"));
  append (text, "%s (%s)", title, reason);
  if (status->postpones_left > 0)
    append (
      text,
      ngettext ("may be postponed %u time", "may be postponed %u times", status->postpones_left),
      status->postpones_left);
}

/* Windows words; what is not among its facts here it does not tell over WS-Management. */
static void
append_machine (GString *text, const CfStatus *status)
{
  if (status->system != NULL)
    append (text, "%s", status->system);
  if (status->state == CF_PENDING_UNTOLD)
    append (text, _ ("does not tell what is pending"));
  if (status->has_users && status->users_logged_on > 0)
    append (text, ngettext ("%u person signed in", "%u people signed in", status->users_logged_on),
            status->users_logged_on);
  if (status->is_rehearsal)
    append (text, _ ("only rehearses"));
  if (status->boot_time != NULL)
    {
      g_autoptr (GDateTime) here = g_date_time_to_local (status->boot_time);
      g_autofree char *since = g_date_time_format (here, "%Y-%m-%d %H:%M");

      append (text, _ ("up since %s"), since);
    }
}

static void
append_last (GString *text, const CfStatus *status)
{
  g_autofree char *words = cf_status_dup_last_words (status);

  if (words == NULL)
    return;
  if (status->last_request_code != NULL)
    append (text, _ ("last request %s: %s"), status->last_request_code, words);
  else
    append (text, _ ("last request: %s"), words);
  if (status->last_detail != NULL)
    g_string_append_printf (text, " (%s)", status->last_detail);
}

static char *
dup_details (const CfStatus *status)
{
  GString *text = g_string_new (NULL);

  if (status->has_request)
    append_request (text, status);
  append_last (text, status);
  append_machine (text, status);
  return g_string_free (text, FALSE);
}

static const char *
or_dash (const char *text)
{
  return text != NULL ? text : "–";
}

static void
add_answer (CfTable *table, CfErrand *errand, const CfStatus *status)
{
  g_autofree char *state = dup_state (status);
  g_autofree char *left = status->has_request ? cf_duration_to_words (status->seconds_remaining)
                                              : NULL;
  g_autofree char *details = dup_details (status);
  const char *const cells[] = {
    cf_errand_get_name (errand), state,   or_dash (left), or_dash (status->request_code),
    or_dash (status->requester), details, NULL,
  };

  cf_table_add_row (table, cells, get_tone (status));
}

static void
add_failure (CfTable *table, CfErrand *errand)
{
  g_autofree char *state = cf_wording_dup_state (errand);
  g_autofree char *note = cf_wording_dup_note (errand);
  const char *const cells[] = {
    cf_errand_get_name (errand), state, or_dash (NULL), or_dash (NULL), or_dash (NULL), note, NULL,
  };

  cf_table_add_row (table, cells, cf_wording_get_tone (cf_errand_get_state (errand)));
}

/**
 * cf_status_table_to_string:
 * @queries: (element-type CfStatusQuery): settled ones
 * @width: of the terminal in cells; 0 where there is none
 * @is_colored: whether colors may be used
 *
 * Returns: (transfer full): the table for `curfewctl status`
 */
char *
cf_status_table_to_string (GListModel *queries, guint width, gboolean is_colored)
{
  const char *const titles[] = { _ ("HOST"), _ ("STATE"),   _ ("LEFT"), _ ("REQUEST"),
                                 _ ("BY"),   _ ("DETAILS"), NULL };
  g_autoptr (CfTable) table = cf_table_new (titles);
  guint n_queries = g_list_model_get_n_items (queries);

  for (guint i = 0; i < n_queries; i++)
    {
      g_autoptr (CfErrand) errand = g_list_model_get_item (queries, i);
      const CfStatus *status = cf_status_query_get_status (CF_STATUS_QUERY (errand));

      if (status != NULL)
        add_answer (table, errand, status);
      else
        add_failure (table, errand);
    }
  return cf_table_to_string (table, width, is_colored);
}
