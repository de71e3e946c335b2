/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-urgency-ladder.h"

#define MINUTE_USEC (60 * (gint64) G_USEC_PER_SEC)

#define LAST_MINUTES     10 /* from here on the window is raised, and meetings count no more */
#define SOUND_MINUTES    5
#define RETURN_LEFT_USEC (2 * MINUTE_USEC) /* who comes back later gets more time */

static gboolean
is_urgent (const CfLadderFacts *facts)
{
  return facts->phase == CF_NOTICE_PHASE_WARNING || facts->phase == CF_NOTICE_PHASE_STRONG ||
         facts->phase == CF_NOTICE_PHASE_GOING_DOWN;
}

static gboolean
is_over (const CfLadderFacts *facts)
{
  return facts->phase == CF_NOTICE_PHASE_NOTHING || facts->phase == CF_NOTICE_PHASE_OVER;
}

/* The window, at once if its person can and may be shown it now. */
static CfLadderWindow
show_window (const CfLadderFacts *facts)
{
  if (facts->is_away || (facts->in_meeting && !is_urgent (facts)))
    return CF_LADDER_WINDOW_OWE;
  return CF_LADDER_WINDOW_PRESENT;
}

static CfLadderNotification
notify (const CfLadderFacts *facts)
{
  return is_urgent (facts) ? CF_LADDER_NOTIFICATION_CRITICAL : CF_LADDER_NOTIFICATION_NORMAL;
}

static CfLadderStep
announce (const CfLadderFacts *facts)
{
  return (CfLadderStep){
    .window = show_window (facts),
    .notification = notify (facts),
    /* the rungs that have a sound are behind us already */
    .makes_sound = facts->has_sound && facts->phase == CF_NOTICE_PHASE_STRONG,
  };
}

static CfLadderStep
remind (const CfLadderFacts *facts)
{
  CfLadderStep step = { .notification = CF_LADDER_NOTIFICATION_NORMAL };

  if (facts->minutes > LAST_MINUTES)
    return step;
  step.window = facts->is_away ? CF_LADDER_WINDOW_OWE : CF_LADDER_WINDOW_PRESENT;
  step.notification = CF_LADDER_NOTIFICATION_CRITICAL;
  step.makes_sound = facts->has_sound && facts->minutes <= SOUND_MINUTES;
  return step;
}

static CfLadderStep
welcome (const CfLadderFacts *facts)
{
  CfLadderStep step = { .notification = CF_LADDER_NOTIFICATION_REFRESH };

  if (facts->is_owed || is_urgent (facts))
    step.window = show_window (facts);
  /* A receipt speaks of what was seen, so this one speaks of what was not. */
  step.reports_return = !facts->was_seen && facts->left_usec < RETURN_LEFT_USEC &&
                        facts->phase != CF_NOTICE_PHASE_GOING_DOWN;
  return step;
}

static CfLadderStep
end (const CfLadderFacts *facts)
{
  CfLadderStep step = { 0 };

  /* Nothing is called off for whoever knew of nothing, and a computer that goes down has said so.
   */
  if (facts->is_told && facts->outcome != CF_NOTICE_ACTED)
    step.notification = CF_LADDER_NOTIFICATION_FINAL;
  return step;
}

/* After the first word: more of it, without anew asking for attention. */
static CfLadderStep
go_on (CfLadderEvent event, const CfLadderFacts *facts)
{
  CfLadderStep step = { 0 };

  if (event == CF_LADDER_ASKED)
    step.window = CF_LADDER_WINDOW_PRESENT;
  else if (event == CF_LADDER_MEETING_OVER)
    step.window = facts->is_owed ? show_window (facts) : CF_LADDER_WINDOW_LEAVE;
  else if (event == CF_LADDER_POSTPONED)
    step.notification = CF_LADDER_NOTIFICATION_NORMAL; /* quiet until the next rung */
  else if (event == CF_LADDER_EXTENDED)
    step.notification = notify (facts);
  else
    step.notification = CF_LADDER_NOTIFICATION_REFRESH;
  return step;
}

/**
 * cf_urgency_ladder_climb:
 * @event: what happened
 * @facts: how things are
 *
 * How loudly a person is told (product-design.md sections 5.2 and 5.3). A pure function: whoever
 * calls it keeps what it is to know the next time.
 *
 * Returns: what is to be done
 */
CfLadderStep
cf_urgency_ladder_climb (CfLadderEvent event, const CfLadderFacts *facts)
{
  CfLadderStep nothing = { 0 };

  g_return_val_if_fail (facts != NULL, nothing);

  if (event == CF_LADDER_ENDED)
    return end (facts);
  if (is_over (facts))
    return nothing;

  switch (event)
    {
    case CF_LADDER_ANNOUNCED:
    case CF_LADDER_MOVED:
    case CF_LADDER_OVERDUE:
    case CF_LADDER_GOING_DOWN:
      return announce (facts);
    case CF_LADDER_REMINDER:
      return remind (facts);
    case CF_LADDER_RETURNED:
      return welcome (facts);
    case CF_LADDER_POSTPONED:
    case CF_LADDER_EXTENDED:
    case CF_LADDER_LEFT:
    case CF_LADDER_MEETING_OVER:
    case CF_LADDER_ASKED:
    case CF_LADDER_REFRESHED:
    case CF_LADDER_ENDED:
    default:
      return go_on (event, facts);
    }
}

/**
 * cf_urgency_ladder_describe:
 * @event: what happened
 * @step: what follows from it
 *
 * Returns: (transfer full): one line for the log
 */
char *
cf_urgency_ladder_describe (CfLadderEvent event, const CfLadderStep *step)
{
  static const char *const events[] = {
    [CF_LADDER_ANNOUNCED] = "A request is announced",
    [CF_LADDER_REMINDER] = "A reminder is due",
    [CF_LADDER_POSTPONED] = "It was postponed",
    [CF_LADDER_MOVED] = "It was moved",
    [CF_LADDER_EXTENDED] = "There is more time",
    [CF_LADDER_OVERDUE] = "The computer has slept",
    [CF_LADDER_LEFT] = "The person has left",
    [CF_LADDER_RETURNED] = "The person has returned",
    [CF_LADDER_MEETING_OVER] = "There is no meeting",
    [CF_LADDER_ASKED] = "The person wants to see more",
    [CF_LADDER_REFRESHED] = "The words have changed",
    [CF_LADDER_GOING_DOWN] = "The time has come",
    [CF_LADDER_ENDED] = "It has ended",
  };
  static const char *const windows[] = {
    [CF_LADDER_WINDOW_LEAVE] = "",
    [CF_LADDER_WINDOW_PRESENT] = ", window presented",
    [CF_LADDER_WINDOW_OWE] = ", window due later",
  };
  static const char *const notifications[] = {
    [CF_LADDER_NOTIFICATION_LEAVE] = "left",    [CF_LADDER_NOTIFICATION_REFRESH] = "refreshed",
    [CF_LADDER_NOTIFICATION_NORMAL] = "normal", [CF_LADDER_NOTIFICATION_CRITICAL] = "critical",
    [CF_LADDER_NOTIFICATION_FINAL] = "final",
  };

  g_return_val_if_fail ((guint) event < G_N_ELEMENTS (events), NULL);
  g_return_val_if_fail (step != NULL, NULL);

  return g_strdup_printf ("%s: notification %s%s%s%s", events[event],
                          notifications[step->notification], windows[step->window],
                          step->makes_sound ? ", with a sound" : "",
                          step->reports_return ? ", more time is asked for" : "");
}
