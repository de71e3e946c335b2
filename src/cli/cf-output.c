/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-output.h"

#include <glib/gi18n.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cf-status-table.h"
#include "cf-wording.h"
#include "fleet/cf-report.h"

/**
 * cf_screen_detect:
 * @fd: where results are written
 *
 * Returns: what is known of it. Colors only on a terminal, and not if NO_COLOR is set
 *   (no-color.org) or the terminal is dumb
 */
CfScreen
cf_screen_detect (int fd)
{
  const char *no_color = g_getenv ("NO_COLOR");
  CfScreen screen = { 0 };
  struct winsize size;

  if (!isatty (fd))
    return screen;
  screen.is_colored = (no_color == NULL || *no_color == '\0') &&
                      g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
  screen.width = ioctl (fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
  return screen;
}

static const char *
get_request_code (const CfCommand *command)
{
  return command->request != NULL ? cf_shutdown_request_get_code (command->request) : NULL;
}

static char *
errands_to_table (GListModel *errands, const CfScreen *screen)
{
  const char *const titles[] = { _ ("HOST"), _ ("STATE"), _ ("ELAPSED"), _ ("NOTE"), NULL };
  g_autoptr (CfTable) table = cf_table_new (titles);
  guint n_errands = g_list_model_get_n_items (errands);

  for (guint i = 0; i < n_errands; i++)
    {
      g_autoptr (CfErrand) errand = g_list_model_get_item (errands, i);
      g_autofree char *state = cf_wording_dup_state (errand);
      g_autofree char *elapsed = cf_wording_dup_elapsed (cf_errand_get_elapsed_msec (errand));
      g_autofree char *note = cf_wording_dup_note (errand);
      const char *const cells[] = { cf_errand_get_name (errand), state, elapsed, note, NULL };

      cf_table_add_row (table, cells, cf_wording_get_tone (cf_errand_get_state (errand)));
    }
  return cf_table_to_string (table, screen->width, screen->is_colored);
}

static char *
results_to_text (const CfCommand *command, GListModel *errands, CfExitStatus status,
                 const CfScreen *screen)
{
  g_autofree char *table = NULL;
  g_autofree char *summary = NULL;

  if (command->verb == CF_VERB_STATUS)
    return cf_status_table_to_string (errands, screen->width, screen->is_colored);

  table = errands_to_table (errands, screen);
  if (g_list_model_get_n_items (errands) > 1)
    summary = cf_wording_dup_summary (errands, status);
  return summary != NULL ? g_strconcat (table, summary, "\n", NULL) : g_steal_pointer (&table);
}

/**
 * cf_output_headline:
 * @command: what was asked for
 * @screen: where the text will be read
 *
 * Returns: (transfer full): what to print before anything is sent: the request's code, by which it
 *   is found again, and what is going to happen; "" where there is no request or no reader
 */
char *
cf_output_headline (const CfCommand *command, const CfScreen *screen)
{
  g_autofree char *intent = NULL;
  g_autofree char *line = NULL;
  g_autofree char *wrapped = NULL;

  if (command->request == NULL || command->output != CF_OUTPUT_TABLE)
    return g_strdup ("");
  intent = cf_wording_dup_intent (command->request,
                                  cf_target_list_get_n_targets (command->targets));
  line = g_strdup_printf (_ ("Request %s: %s"), get_request_code (command), intent);
  wrapped = cf_table_wrap (line, screen->width);
  return g_strconcat (wrapped, "\n", NULL);
}

/**
 * cf_output_results:
 * @command: what was asked for
 * @errands: (element-type CfErrand): settled ones
 * @status: what the program ends with
 * @screen: where the text will be read
 *
 * Returns: (transfer full): what to print at the end; "" for jsonl, which has told all before
 */
char *
cf_output_results (const CfCommand *command, GListModel *errands, CfExitStatus status,
                   const CfScreen *screen)
{
  g_autofree char *document = NULL;

  switch (command->output)
    {
    case CF_OUTPUT_JSON:
      document = cf_report_to_document (get_request_code (command),
                                        cf_verb_get_name (command->verb), errands, (int) status);
      return g_strconcat (document, "\n", NULL);
    case CF_OUTPUT_JSONL:
      return g_strdup ("");
    case CF_OUTPUT_TABLE:
    default:
      return results_to_text (command, errands, status, screen);
    }
}

/**
 * cf_output_plan:
 * @command: restart, poweroff or halt, with --dry-run
 * @errands: (element-type CfErrand): what would be done; nothing of it was started
 * @method: how it would be sent
 * @fallback: (nullable): how else
 * @screen: where the text will be read
 *
 * Returns: (transfer full): the sentence, and the effect on each computer
 */
char *
cf_output_plan (const CfCommand *command, GListModel *errands, CfDeliveryMethod *method,
                CfDeliveryMethod *fallback, const CfScreen *screen)
{
  const char *const titles[] = { _ ("HOST"), _ ("METHOD"), _ ("EFFECT"), NULL };
  g_autofree char *effect = cf_wording_dup_effect (command->request, method, fallback);
  const char *method_name = fallback != NULL ? "auto" : cf_delivery_method_get_name (method);
  g_autoptr (CfTable) table = cf_table_new (titles);
  g_autofree char *headline = cf_output_headline (command, screen);
  g_autofree char *text = NULL;
  GString *events = NULL;
  guint n_errands = g_list_model_get_n_items (errands);

  if (command->output == CF_OUTPUT_JSONL)
    events = g_string_new (NULL);
  for (guint i = 0; i < n_errands; i++)
    {
      g_autoptr (CfErrand) errand = g_list_model_get_item (errands, i);
      const char *const cells[] = { cf_errand_get_name (errand), method_name, effect, NULL };

      cf_errand_set_note (errand, effect, NULL);
      cf_table_add_row (table, cells, CF_TONE_PLAIN);
      if (events != NULL)
        {
          g_autoptr (GDateTime) now = g_date_time_new_now_local ();
          g_autofree char *event = cf_output_event (command, errand, now);

          g_string_append_printf (events, "%s\n", event);
        }
    }

  if (events != NULL)
    return g_string_free (events, FALSE);
  if (command->output == CF_OUTPUT_JSON)
    return cf_output_results (command, errands, CF_EXIT_REACHED, screen);
  text = cf_table_to_string (table, screen->width, screen->is_colored);
  return g_strconcat (headline, text, _ ("Nothing was sent.\n"), NULL);
}

/**
 * cf_output_event:
 * @command: what was asked for
 * @errand: whose state has changed
 * @at: when
 *
 * Returns: (transfer full): one line for jsonl, without its line feed
 */
char *
cf_output_event (const CfCommand *command, CfErrand *errand, GDateTime *at)
{
  return cf_report_to_event (get_request_code (command), errand, at);
}
