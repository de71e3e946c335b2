/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "cf-local-report.h"

#include <glib/gi18n.h>

#include "cf-duration.h"
#include "cf-table.h"
#include "request/cf-display-text.h"
#include "request/cf-shutdown-reason.h"

/* As many as a cell of a table can name and still be read. */
#define MAX_POSTPONEMENTS 3u

/* The agent cleans its texts, too; a terminal is worth a second look. */
static char *
dup_line (const char *text)
{
  return cf_display_text_one_line (text != NULL ? text : "");
}

static gboolean
is_state (CfBusAgent1 *agent, const char *state)
{
  return g_strcmp0 (cf_bus_agent1_get_state (agent), state) == 0;
}

/* An action of the bus, and what is said of it before and meanwhile. */
static const struct
{
  const char *name;
  const char *will;
  const char *now;
} actions[] = {
  { "restart", N_ ("Will restart"), N_ ("Restarting") },
  { "power-off", N_ ("Will power off"), N_ ("Powering off") },
  { "halt", N_ ("Will halt"), N_ ("Halting") },
};

/* 0 … 2; one more than that if there is none */
static gsize
find_action (CfBusAgent1 *agent)
{
  gsize i = 0;

  while (i < G_N_ELEMENTS (actions) &&
         g_strcmp0 (cf_bus_agent1_get_action (agent), actions[i].name) != 0)
    i++;
  return i;
}

static char *
dup_state (CfBusAgent1 *agent)
{
  gsize action = find_action (agent);
  gboolean is_known = action < G_N_ELEMENTS (actions);

  if (is_state (agent, "pending"))
    return g_strdup (is_known ? _ (actions[action].will) : _ ("Pending"));
  if (is_state (agent, "executing"))
    return g_strdup (is_known ? _ (actions[action].now) : _ ("Going down"));
  if (cf_bus_agent1_get_scheduled_by_others (agent))
    return g_strdup (_ ("Will go down"));
  return g_strdup (_ ("Idle"));
}

/**
 * cf_local_report_get_seconds_left:
 * @agent: the agent of this computer
 * @now_boot_usec: boot time
 *
 * Returns: seconds until the deadline, rounded up: it is 0 when the time has come, not in the
 * second before
 */
guint32
cf_local_report_get_seconds_left (CfBusAgent1 *agent, gint64 now_boot_usec)
{
  gint64 left = (gint64) cf_bus_agent1_get_deadline (agent) - now_boot_usec;

  return left > 0 ? (guint32) ((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC) : 0;
}

/* For people: without the date where it is today's. */
static char *
dup_time_of_day (guint64 real_usec)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (real_usec / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  gboolean is_today;

  if (time == NULL)
    return g_strdup ("–");
  is_today = g_date_time_get_year (time) == g_date_time_get_year (now) &&
             g_date_time_get_day_of_year (time) == g_date_time_get_day_of_year (now);
  return g_date_time_format (time, is_today ? "%H:%M:%S" : "%Y-%m-%d %H:%M");
}

/**
 * cf_local_report_dup_last_words:
 * @agent: the agent of this computer
 *
 * Returns: (transfer full) (nullable): how the last request ended, in the words that the status of
 *   other computers has, too: "acted", "would act", "called off"
 */
char *
cf_local_report_dup_last_words (CfBusAgent1 *agent)
{
  const char *outcome = cf_bus_agent1_get_last_outcome (agent);
  char *words;

  if (outcome == NULL || *outcome == '\0')
    return NULL;
  words = dup_line (outcome);
  g_strdelimit (words, "-", ' ');
  return words;
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
append_postponing (GString *text, CfBusAgent1 *agent)
{
  guint left = cf_bus_agent1_get_postpones_left (agent);
  g_autofree char *until = NULL;
  g_autofree char *period = NULL;

  if (left == 0)
    {
      append (text, _ ("cannot be postponed"));
      return;
    }
  until = dup_time_of_day (cf_bus_agent1_get_postpone_until_real (agent));
  period = cf_duration_to_words (cf_bus_agent1_get_postpone_seconds (agent));
  append (text,
          ngettext ("may be postponed %u time, by %s at most, until %s",
                    "may be postponed %u times, by %s at most each, until %s", left),
          left, period, until);
}

/* The latest ones; -o json has them all. */
static void
append_postponements (GString *text, CfBusAgent1 *agent)
{
  GVariant *postponements = cf_bus_agent1_get_postponements (agent);
  gsize n = postponements != NULL ? g_variant_n_children (postponements) : 0;

  for (gsize i = n - MIN (n, MAX_POSTPONEMENTS); i < n; i++)
    {
      const char *known_who, *known_note;
      g_autofree char *who = NULL;
      g_autofree char *note = NULL;

      g_variant_get_child (postponements, i, "(&stu&s)", &known_who, NULL, NULL, &known_note);
      who = dup_line (known_who);
      note = dup_line (known_note);
      if (*note != '\0')
        /* TRANSLATORS: who; why: "postponed by alice: in a call till 15:00" */
        append (text, _ ("postponed by %s: %s"), who, note);
      else
        append (text, _ ("postponed by %s"), who);
    }
}

static void
append_request (GString *text, CfBusAgent1 *agent)
{
  g_autofree char *message = dup_line (cf_bus_agent1_get_message (agent));
  g_autofree char *title = dup_line (cf_bus_agent1_get_reason_title (agent));
  g_autofree char *reason = cf_shutdown_reason_format (cf_bus_agent1_get_reason (agent));

  if (!cf_bus_agent1_get_has_message (agent))
    append (text, "%s", _ ("no message"));
  else if (*message == '\0')
    append (text, "%s", _ ("no text"));
  else
    append (text, _ ("“%s”"), message);
  append (text, "%s (%s)", title, reason);
  append_postponing (text, agent);
  append_postponements (text, agent);
}

typedef struct
{
  guint n_people;
  guint n_shown;
  guint n_read;
  guint n_ready;
} People;

static People
count_people (CfBusAgent1 *agent)
{
  GVariant *people = cf_bus_agent1_get_people (agent);
  gboolean is_shown, has_read, is_ready;
  GVariantIter iter;
  People count = { 0 };

  /* an agent that is older than this program does not tell */
  if (people == NULL)
    return count;
  g_variant_iter_init (&iter, people);
  while (
    g_variant_iter_next (&iter, "(u&s&sbbb)", NULL, NULL, NULL, &is_shown, &has_read, &is_ready))
    {
      count.n_people++;
      count.n_shown += is_shown ? 1 : 0;
      count.n_read += has_read ? 1 : 0;
      count.n_ready += is_ready ? 1 : 0;
    }
  return count;
}

static void
append_people (GString *text, CfBusAgent1 *agent)
{
  People count = count_people (agent);

  if (count.n_people == 0)
    append (text, "%s", _ ("nobody is signed in"));
  else
    append (text, _ ("shown to %u of %u, read by %u, ready %u of %u"), count.n_shown,
            count.n_people, count.n_read, count.n_ready, count.n_people);
}

static void
append_blockers (GString *text, CfBusAgent1 *agent)
{
  GVariant *blockers = cf_bus_agent1_get_blockers (agent);
  gsize n = blockers != NULL ? g_variant_n_children (blockers) : 0;
  const char *first_who, *first_why;
  g_autofree char *who = NULL;
  g_autofree char *why = NULL;

  if (n == 0)
    return;
  g_variant_get_child (blockers, 0, "(&s&su)", &first_who, &first_why, NULL);
  who = dup_line (*first_who != '\0' ? first_who : _ ("a program"));
  why = dup_line (first_why);
  if (cf_bus_agent1_get_blockers_hold (agent))
    append (text, _ ("held up by %s"), who);
  else
    append (text, _ ("will interrupt %s"), who);
  if (*why != '\0')
    g_string_append_printf (text, " (%s)", why);
  if (n > 1)
    g_string_append_printf (text, ngettext (" and %u more", " and %u more", (gulong) (n - 1)),
                            (guint) (n - 1));
}

static char *
dup_details (CfBusAgent1 *agent)
{
  GString *text = g_string_new (NULL);
  g_autofree char *last = cf_local_report_dup_last_words (agent);
  g_autofree char *code = dup_line (cf_bus_agent1_get_last_request_code (agent));
  g_autofree char *detail = dup_line (cf_bus_agent1_get_last_detail (agent));
  g_autofree char *contact = dup_line (cf_bus_agent1_get_help_contact (agent));

  if (find_action (agent) < G_N_ELEMENTS (actions))
    {
      append_request (text, agent);
      append_people (text, agent);
      append_blockers (text, agent);
    }
  if (cf_bus_agent1_get_scheduled_by_others (agent))
    append (text, "%s", _ ("by somebody else’s word: shutdown --show tells more"));
  if (last != NULL && *detail != '\0')
    append (text, _ ("last request %s: %s (%s)"), code, last, detail);
  else if (last != NULL)
    append (text, _ ("last request %s: %s"), code, last);
  if (cf_bus_agent1_get_rehearsal (agent))
    append (text, _ ("only rehearses"));
  if (*contact != '\0')
    append (text, "%s", contact);
  return g_string_free (text, FALSE);
}

static const char *
or_dash (const char *text)
{
  return text != NULL && *text != '\0' ? text : "–";
}

/**
 * cf_local_report_to_table:
 * @agent: the agent of this computer
 * @now_boot_usec: boot time
 * @screen: where the text will be read
 *
 * Returns: (transfer full): the table for `curfewctl status` without a target
 */
char *
cf_local_report_to_table (CfBusAgent1 *agent, gint64 now_boot_usec, const CfScreen *screen)
{
  const char *const titles[] = { _ ("HOST"),    _ ("STATE"), _ ("AT"),      _ ("LEFT"),
                                 _ ("REQUEST"), _ ("BY"),    _ ("DETAILS"), NULL };
  g_autoptr (CfTable) table = cf_table_new (titles);
  gboolean is_waiting = is_state (agent, "pending");
  g_autofree char *host = dup_line (g_get_host_name ());
  g_autofree char *state = dup_state (agent);
  g_autofree char *at = NULL;
  g_autofree char *left = NULL;
  g_autofree char *code = dup_line (cf_bus_agent1_get_request_code (agent));
  g_autofree char *requester = dup_line (cf_bus_agent1_get_requester (agent));
  g_autofree char *details = dup_details (agent);

  const char *cells[8] = { NULL };

  if (is_waiting)
    {
      at = dup_time_of_day (cf_bus_agent1_get_deadline_real (agent));
      left = cf_duration_to_words (cf_local_report_get_seconds_left (agent, now_boot_usec));
    }
  cells[0] = host;
  cells[1] = state;
  cells[2] = or_dash (at);
  cells[3] = or_dash (left);
  cells[4] = or_dash (code);
  cells[5] = or_dash (requester);
  cells[6] = or_dash (details);
  cf_table_add_row (table, cells, is_state (agent, "idle") ? CF_TONE_GOOD : CF_TONE_WAITING);
  return cf_table_to_string (table, screen->width, screen->is_colored);
}

/**
 * cf_local_report_to_sentence:
 * @agent: the agent of this computer
 * @now_boot_usec: boot time
 *
 * Returns: (transfer full): what this computer will do when: "Request K7M-2QX: Will restart at
 *   14:45:00, in 30 min."; that nothing is waiting any more otherwise
 */
char *
cf_local_report_to_sentence (CfBusAgent1 *agent, gint64 now_boot_usec)
{
  gsize action = find_action (agent);
  guint postpones_left = cf_bus_agent1_get_postpones_left (agent);
  g_autofree char *code = dup_line (cf_bus_agent1_get_request_code (agent));
  g_autofree char *at = NULL;
  g_autofree char *left = NULL;
  g_autofree char *state = NULL;
  g_autofree char *postponing = NULL;

  if (!is_state (agent, "pending") || action >= G_N_ELEMENTS (actions))
    {
      state = dup_state (agent);
      return g_strdup_printf ("%s.", state);
    }

  at = dup_time_of_day (cf_bus_agent1_get_deadline_real (agent));
  left = cf_duration_to_words (cf_local_report_get_seconds_left (agent, now_boot_usec));
  state = dup_state (agent);
  postponing = postpones_left == 0
                 ? g_strdup (_ ("It cannot be postponed any further."))
                 : g_strdup_printf (ngettext ("It can be postponed %u more time.",
                                              "It can be postponed %u more times.", postpones_left),
                                    postpones_left);
  /* "Request K7M-2QX: Will restart at 14:45:00, in 30 min. It can …" */
  return g_strdup_printf (_ ("Request %s: %s at %s, in %s. %s"), code, state, at, left, postponing);
}

/**
 * cf_local_report_to_ready_sentence:
 * @agent: the agent of this computer
 *
 * Returns: (transfer full) (nullable): how many people are ready for what is waiting: "1 of 2
 * people is ready."; %NULL if nothing is waiting
 */
char *
cf_local_report_to_ready_sentence (CfBusAgent1 *agent)
{
  People count = count_people (agent);

  if (!is_state (agent, "pending") || count.n_people == 0)
    return NULL;
  return g_strdup_printf (
    ngettext ("%u of %u person is ready.", "%u of %u people are ready.", count.n_people),
    count.n_ready, count.n_people);
}
