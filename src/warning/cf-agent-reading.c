/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-agent-reading.h"

#include "request/cf-shutdown-flags.h"

#define MAX_PEOPLE        200
#define MAX_POSTPONEMENTS 100
#define MAX_BLOCKERS      50

static const char *const states[] = {
  [CF_NOTICE_IDLE] = "idle",
  [CF_NOTICE_PENDING] = "pending",
  [CF_NOTICE_EXECUTING] = "executing",
};

static const char *const actions[] = {
  [CF_SHUTDOWN_ACTION_RESTART] = "restart",
  [CF_SHUTDOWN_ACTION_POWER_OFF] = "power-off",
  [CF_SHUTDOWN_ACTION_HALT] = "halt",
};

static const char *const changes[] = {
  [CF_NOTICE_NO_CHANGE] = "",        [CF_NOTICE_ACCEPTED] = "accepted",
  [CF_NOTICE_RESTORED] = "restored", [CF_NOTICE_POSTPONED] = "postponed",
  [CF_NOTICE_MOVED] = "moved",       [CF_NOTICE_EXTENDED] = "extended",
  [CF_NOTICE_OVERDUE] = "overdue",
};

static const char *const outcomes[] = {
  [CF_NOTICE_NO_OUTCOME] = "",           [CF_NOTICE_ACTED] = "acted",
  [CF_NOTICE_WOULD_ACT] = "would-act",   [CF_NOTICE_CALLED_OFF] = "called-off",
  [CF_NOTICE_SUPERSEDED] = "superseded", [CF_NOTICE_VETOED] = "vetoed",
  [CF_NOTICE_MISSED] = "missed",         [CF_NOTICE_FAILED] = "failed",
};

static const char *const places[] = {
  [CF_NOTICE_SCREEN] = "screen",
  [CF_NOTICE_OTHER_SCREEN] = "other-screen",
  [CF_NOTICE_TERMINAL] = "terminal",
  [CF_NOTICE_REMOTE] = "remote",
};

static guint
parse_word (const char *what, const char *const *words, guint n_words, const char *word,
            guint otherwise)
{
  static gboolean has_told = FALSE;

  for (guint i = 0; word != NULL && i < n_words; i++)
    if (g_str_equal (words[i], word))
      return i;
  if (!has_told)
    g_message ("The agent tells of a %s that is not known here, “%s”: is it of another version?",
               what, word != NULL ? word : "");
  has_told = TRUE;
  return otherwise;
}

#define PARSE(what, words, word, otherwise)                                                        \
  parse_word (what, words, G_N_ELEMENTS (words), word, otherwise)

/**
 * cf_agent_reading_parse_change:
 * @word: of the property or the signal
 *
 * Returns: what it stands for; %CF_NOTICE_NO_CHANGE if it is not known
 */
CfNoticeChange
cf_agent_reading_parse_change (const char *word)
{
  return PARSE ("change", changes, word, CF_NOTICE_NO_CHANGE);
}

/**
 * cf_agent_reading_parse_outcome:
 * @word: of the property or the signal, of a request that ended
 *
 * Returns: what it stands for; %CF_NOTICE_FAILED if it is not known
 */
CfNoticeOutcome
cf_agent_reading_parse_outcome (const char *word)
{
  CfNoticeOutcome outcome = PARSE ("outcome", outcomes, word, CF_NOTICE_FAILED);

  return outcome != CF_NOTICE_NO_OUTCOME ? outcome : CF_NOTICE_FAILED;
}

static void
set_text (char **text, const char *value)
{
  g_free (*text);
  *text = g_strdup (value != NULL ? value : "");
}

static gint64
to_usec (guint64 usec)
{
  return (gint64) MIN (usec, (guint64) G_MAXINT64);
}

static void
read_request (CfNotice *notice, CfBusAgent1 *agent)
{
  /* Whatever this agent does, the computer goes down for it. */
  notice->action = PARSE ("action", actions, cf_bus_agent1_get_action (agent),
                          CF_SHUTDOWN_ACTION_POWER_OFF);
  if (cf_bus_agent1_get_has_message (agent))
    set_text (&notice->message, cf_bus_agent1_get_message (agent));
  set_text (&notice->request_code, cf_bus_agent1_get_request_code (agent));
  set_text (&notice->requester, cf_bus_agent1_get_requester (agent));
  notice->reason = cf_bus_agent1_get_reason (agent);
  notice->spares_people = (cf_bus_agent1_get_flags (agent) & CF_SHUTDOWN_FORCE_OTHERS) == 0;
}

static void
read_times (CfNotice *notice, CfBusAgent1 *agent)
{
  notice->announced_boot_usec = to_usec (cf_bus_agent1_get_announced (agent));
  notice->deadline_boot_usec = to_usec (cf_bus_agent1_get_deadline (agent));
  notice->deadline_real_usec = to_usec (cf_bus_agent1_get_deadline_real (agent));
  notice->first_deadline_boot_usec = to_usec (cf_bus_agent1_get_first_deadline (agent));
  notice->postpones_left = cf_bus_agent1_get_postpones_left (agent);
  notice->postpone_seconds = cf_bus_agent1_get_postpone_seconds (agent);
  notice->latest_boot_usec = to_usec (cf_bus_agent1_get_postpone_until (agent));
  notice->latest_real_usec = to_usec (cf_bus_agent1_get_postpone_until_real (agent));
  notice->change = cf_agent_reading_parse_change (cf_bus_agent1_get_change (agent));
  set_text (&notice->changed_by, cf_bus_agent1_get_changed_by (agent));
}

static void
read_postponements (CfNotice *notice, GVariant *list)
{
  gsize n_postponements = list != NULL ? g_variant_n_children (list) : 0;

  for (gsize i = 0; i < MIN (n_postponements, MAX_POSTPONEMENTS); i++)
    {
      const char *who;
      const char *note;
      guint64 real_usec;
      guint32 seconds;

      g_variant_get_child (list, i, "(&stu&s)", &who, &real_usec, &seconds, &note);
      cf_notice_add_postponement (notice, who, to_usec (real_usec), seconds, note);
    }
}

static void
read_people (CfNotice *notice, GVariant *list)
{
  gsize n_people = list != NULL ? g_variant_n_children (list) : 0;

  for (gsize i = 0; i < MIN (n_people, MAX_PEOPLE); i++)
    {
      guint32 uid;
      const char *name;
      const char *place;
      gboolean is_shown;
      gboolean has_read;
      gboolean is_ready;

      g_variant_get_child (list, i, "(u&s&sbbb)", &uid, &name, &place, &is_shown, &has_read,
                           &is_ready);
      cf_notice_add_person (notice, uid, name, PARSE ("place", places, place, CF_NOTICE_REMOTE),
                            is_shown, has_read, is_ready);
    }
}

static void
read_blockers (CfNotice *notice, GVariant *list)
{
  gsize n_blockers = list != NULL ? g_variant_n_children (list) : 0;

  for (gsize i = 0; i < MIN (n_blockers, MAX_BLOCKERS); i++)
    {
      const char *who;
      const char *why;
      guint32 uid;

      g_variant_get_child (list, i, "(&s&su)", &who, &why, &uid);
      cf_notice_add_blocker (notice, who, why);
    }
}

static void
read_configuration (CfNotice *notice, CfBusAgent1 *agent)
{
  notice->is_rehearsal = cf_bus_agent1_get_rehearsal (agent);
  set_text (&notice->organization, cf_bus_agent1_get_organization_name (agent));
  set_text (&notice->help_contact, cf_bus_agent1_get_help_contact (agent));
  set_text (&notice->logo_path, cf_bus_agent1_get_logo (agent));
  notice->show_text_when_locked = cf_bus_agent1_get_show_text_when_locked (agent);
  notice->has_sound = cf_bus_agent1_get_sound (agent);
  notice->respects_meetings = cf_bus_agent1_get_respect_meetings (agent);
}

/**
 * cf_agent_reading_dup_notice:
 * @agent: a proxy whose properties are loaded
 *
 * A state that is not known counts as idle; an action that is not known as one that ends with the
 * computer off. Lists are cut: 200 people, 100 postponements, 50 programs.
 *
 * Returns: (transfer full): what the agent tells now
 */
CfNotice *
cf_agent_reading_dup_notice (CfBusAgent1 *agent)
{
  CfNotice *notice;

  g_return_val_if_fail (CF_BUS_IS_AGENT1 (agent), NULL);

  notice = cf_notice_new ();
  notice->state = PARSE ("state", states, cf_bus_agent1_get_state (agent), CF_NOTICE_IDLE);
  read_configuration (notice, agent);
  read_people (notice, cf_bus_agent1_get_people (agent));
  if (notice->state == CF_NOTICE_IDLE)
    return notice;

  set_text (&notice->request_code, cf_bus_agent1_get_request_code (agent));
  if (*notice->request_code == '\0') /* somebody else's shutdown: the rest is empty */
    return notice;

  read_request (notice, agent);
  read_times (notice, agent);
  read_postponements (notice, cf_bus_agent1_get_postponements (agent));
  read_blockers (notice, cf_bus_agent1_get_blockers (agent));
  notice->is_held = cf_bus_agent1_get_blockers_hold (agent);
  return notice;
}

static void
copy_lists (CfNotice *copy, const CfNotice *notice)
{
  for (guint i = 0; i < notice->postponements->len; i++)
    {
      const CfNoticePostponement *postponement = g_ptr_array_index (notice->postponements, i);

      cf_notice_add_postponement (copy, postponement->who, postponement->real_usec,
                                  postponement->seconds, postponement->note);
    }
  for (guint i = 0; i < notice->people->len; i++)
    {
      const CfNoticePerson *person = g_ptr_array_index (notice->people, i);

      cf_notice_add_person (copy, person->uid, person->name, person->place, person->is_shown,
                            person->has_read, person->is_ready);
    }
  for (guint i = 0; i < notice->blockers->len; i++)
    {
      const CfNoticeProgram *program = g_ptr_array_index (notice->blockers, i);

      cf_notice_add_blocker (copy, program->who, program->why);
    }
}

/**
 * cf_agent_reading_copy_notice:
 * @notice: a notice
 *
 * Returns: (transfer full): another one that says the same, and may still be changed
 */
CfNotice *
cf_agent_reading_copy_notice (const CfNotice *notice)
{
  CfNotice *copy;
  CfNotice kept;

  g_return_val_if_fail (notice != NULL, NULL);

  copy = cf_notice_new ();
  kept = *copy;
  *copy = *notice;
  copy->request_code = kept.request_code;
  copy->message = g_strdup (notice->message);
  copy->requester = kept.requester;
  copy->postponements = kept.postponements;
  copy->changed_by = kept.changed_by;
  copy->people = kept.people;
  copy->blockers = kept.blockers;
  copy->detail = kept.detail;
  copy->organization = kept.organization;
  copy->help_contact = kept.help_contact;
  copy->logo_path = kept.logo_path;

  set_text (&copy->request_code, notice->request_code);
  set_text (&copy->requester, notice->requester);
  set_text (&copy->changed_by, notice->changed_by);
  set_text (&copy->detail, notice->detail);
  set_text (&copy->organization, notice->organization);
  set_text (&copy->help_contact, notice->help_contact);
  set_text (&copy->logo_path, notice->logo_path);
  copy_lists (copy, notice);
  return copy;
}
