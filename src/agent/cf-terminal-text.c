/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-terminal-text.h"

#include "cf-people.h"
#include <string.h>

#include "request/cf-display-text.h"

/* What the parts may take at most of the text, in octets, so that the time is always in it. */
#define MAX_ORGANIZATION 64
#define MAX_HOST_NAME    64
#define MAX_REQUESTER    64
#define MAX_WHO          48
#define MAX_REASON       160

#define ELLIPSIS      "…"
#define POSTPONE_HINT " Postpone: curfewctl postpone"
#define SHORTEST      8 /* a message of which less could be shown is left out */

/* On one line, and cut to @max octets between two characters. */
static char *
shorten (const char *text, gsize max)
{
  g_autofree char *line = g_strstrip (cf_display_text_one_line (text));
  char *end;

  if (strlen (line) <= max)
    return g_steal_pointer (&line);

  end = g_utf8_find_prev_char (line, line + max - strlen (ELLIPSIS) + 1);
  /* a mark stays with what it stands on */
  while (end > line && g_unichar_iszerowidth (g_utf8_get_char (end)))
    end = g_utf8_prev_char (end);
  *end = '\0';
  return g_strconcat (g_strchomp (line), ELLIPSIS, NULL);
}

static const char *
get_verb (CfShutdownAction action)
{
  switch (action)
    {
    case CF_SHUTDOWN_ACTION_POWER_OFF:
      return "power off";
    case CF_SHUTDOWN_ACTION_HALT:
      return "halt";
    case CF_SHUTDOWN_ACTION_RESTART:
    default:
      return "restart";
    }
}

static char *
dup_time_left (guint minutes)
{
  if (minutes == 0)
    return g_strdup ("less than a minute");
  if (minutes < 120)
    return g_strdup_printf ("%u min", minutes);
  if (minutes % 60 == 0)
    return g_strdup_printf ("%u h", minutes / 60);
  return g_strdup_printf ("%u h %u min", minutes / 60, minutes % 60);
}

/* "at 14:45", and the day with it unless that is today. */
static char *
dup_time (GDateTime *deadline, guint minutes_left)
{
  g_autoptr (GDateTime) now = g_date_time_add_minutes (deadline, -(gint) minutes_left);

  if (g_date_time_get_year (now) == g_date_time_get_year (deadline) &&
      g_date_time_get_day_of_year (now) == g_date_time_get_day_of_year (deadline))
    return g_date_time_format (deadline, "at %H:%M");
  return g_date_time_format (deadline, "on %Y-%m-%d at %H:%M");
}

/* What is said first, up to its full stop. */
static char *
dup_fact (CfTerminalOccasion occasion, const char *verb, GDateTime *deadline, guint minutes_left,
          const char *detail)
{
  g_autofree char *name = cf_people_dup_name (detail);
  g_autofree char *who = detail != NULL ? shorten (name, MAX_WHO) : NULL;
  g_autofree char *reason = detail != NULL ? shorten (detail, MAX_REASON) : NULL;
  g_autofree char *left = dup_time_left (minutes_left);
  g_autofree char *time = NULL;

  switch (occasion)
    {
    case CF_TERMINAL_GOING_DOWN:
      return g_strdup_printf (" will %s now.", verb);
    case CF_TERMINAL_CALLED_OFF:
      return g_strdup_printf (" will not %s: called off%s%s.", verb, who != NULL ? " by " : "",
                              who != NULL ? who : "");
    case CF_TERMINAL_VETOED:
      if (reason != NULL && g_str_has_suffix (reason, "."))
        reason[strlen (reason) - 1] = '\0';
      return g_strdup_printf (" will not %s%s%s.", verb, reason != NULL ? ": " : "",
                              reason != NULL ? reason : "");
    case CF_TERMINAL_WAITING:
    case CF_TERMINAL_POSTPONED:
    case CF_TERMINAL_MOVED:
    default:
      break;
    }

  time = dup_time (deadline, minutes_left);
  if (occasion == CF_TERMINAL_WAITING)
    return g_strdup_printf (" will %s %s (%s).", verb, time, left);
  return g_strdup_printf (" will %s %s (%s), %s%s%s.", verb, time, left,
                          occasion == CF_TERMINAL_MOVED ? "moved" : "postponed",
                          who != NULL ? " by " : "", who != NULL ? who : "");
}

/* Who asked, and what the request is called. */
static char *
dup_origin (const CfScheduleEntry *entry)
{
  const char *code = cf_shutdown_request_get_code (cf_schedule_entry_get_request (entry));
  g_autofree char *requester = shorten (cf_schedule_entry_get_requester (entry), MAX_REQUESTER);

  if (code == NULL || *code == '\0')
    return g_strdup_printf (" %s.", requester);
  return g_strdup_printf (" %s, %s.", requester, code);
}

/**
 * cf_terminal_text_compose:
 * @occasion: what people are told about
 * @organization: (nullable): who the computer belongs to; %NULL or "" for nothing
 * @host_name: what the computer is called
 * @entry: the request that it is about
 * @deadline: (nullable): when it is due, in local time; %NULL where it is not due any more
 * @minutes_left: whole minutes until then; 0 for less than one
 * @detail: (nullable): who postponed, moved or called off; why it was vetoed
 *
 * The line that a person at a terminal gets (product-design.md section 5.3). It is plain English,
 * since nobody knows the language of a terminal. The message is in it unless there is none, or it
 * is about a request that is over.
 *
 * Returns: (transfer full): one line of UTF-8 without control characters, at most
 *   %CF_TERMINAL_TEXT_MAX octets; too long a message is cut with an ellipsis
 */
char *
cf_terminal_text_compose (CfTerminalOccasion occasion, const char *organization,
                          const char *host_name, const CfScheduleEntry *entry, GDateTime *deadline,
                          guint minutes_left, const char *detail)
{
  gboolean is_over = occasion == CF_TERMINAL_CALLED_OFF || occasion == CF_TERMINAL_VETOED;
  gboolean is_due = !is_over && occasion != CF_TERMINAL_GOING_DOWN;
  g_autofree char *owner = NULL;
  g_autofree char *host = NULL;
  g_autofree char *fact = NULL;
  g_autofree char *origin = NULL;
  g_autofree char *quoted = NULL;
  CfShutdownRequest *request;
  const char *message;
  const char *hint;
  gsize length;

  g_return_val_if_fail (host_name != NULL, NULL);
  g_return_val_if_fail (entry != NULL, NULL);
  g_return_val_if_fail (deadline != NULL || !is_due, NULL);

  request = cf_schedule_entry_get_request (entry);
  message = is_over ? NULL : cf_shutdown_request_get_message (request);
  hint = is_due && cf_schedule_entry_get_postpones_left (entry) > 0 ? POSTPONE_HINT : "";
  owner = shorten (organization != NULL ? organization : "", MAX_ORGANIZATION);
  host = shorten (host_name, MAX_HOST_NAME);
  fact = dup_fact (occasion, get_verb (cf_shutdown_request_get_action (request)), deadline,
                   minutes_left, detail);
  origin = dup_origin (entry);

  length = strlen (owner) + strlen (": ") + strlen (host) + strlen (fact) + strlen (origin) +
           strlen (hint) + strlen (" \"\"");
  if (message != NULL && length + SHORTEST <= CF_TERMINAL_TEXT_MAX)
    {
      g_autofree char *line = shorten (message, CF_TERMINAL_TEXT_MAX - length);

      /* what comes behind the second quotation mark is ours to say */
      g_strdelimit (line, "\"", '\'');
      if (*line != '\0')
        quoted = g_strdup_printf (" \"%s\"", line);
    }

  return g_strconcat (owner, *owner != '\0' ? ": " : "", host, fact, quoted != NULL ? quoted : "",
                      origin, hint, NULL);
}
