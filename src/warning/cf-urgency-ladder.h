/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "notice/cf-notice-phase.h"

G_BEGIN_DECLS

/**
 * CfLadderEvent:
 * @CF_LADDER_ANNOUNCED: a request was accepted, or is seen for the first time
 * @CF_LADDER_REMINDER: a rung was reached
 * @CF_LADDER_POSTPONED: somebody at the computer postponed it
 * @CF_LADDER_MOVED: an administrator gave it another time
 * @CF_LADDER_EXTENDED: nobody could see a warning, there is more time
 * @CF_LADDER_OVERDUE: the computer slept over the deadline, there is some time
 * @CF_LADDER_LEFT: the session was locked, or is in the background now
 * @CF_LADDER_RETURNED: its person is back
 * @CF_LADDER_MEETING_OVER: nothing keeps the session from becoming idle (any more)
 * @CF_LADDER_ASKED: its person wants to see more
 * @CF_LADDER_REFRESHED: the words may have changed, and nothing else has
 * @CF_LADDER_GOING_DOWN: the time has come
 * @CF_LADDER_ENDED: the request came to its end
 */
typedef enum
{
  CF_LADDER_ANNOUNCED,
  CF_LADDER_REMINDER,
  CF_LADDER_POSTPONED,
  CF_LADDER_MOVED,
  CF_LADDER_EXTENDED,
  CF_LADDER_OVERDUE,
  CF_LADDER_LEFT,
  CF_LADDER_RETURNED,
  CF_LADDER_MEETING_OVER,
  CF_LADDER_ASKED,
  CF_LADDER_REFRESHED,
  CF_LADDER_GOING_DOWN,
  CF_LADDER_ENDED,
} CfLadderEvent;

/**
 * CfLadderFacts:
 * @phase: how urgent it is now
 * @left_usec: microseconds to the deadline
 * @minutes: of a reminder: which
 * @outcome: how it ended, if it did
 * @is_away: the screen is locked, or shows another session
 * @in_meeting: the session is kept from becoming idle, and that is to be respected
 * @is_owed: the window was due, and waits for its person
 * @is_told: a notification was given for this request
 * @was_seen: the person saw the warning of the last 10 minutes of the present deadline
 * @has_sound: whether a sound is allowed
 */
typedef struct
{
  CfNoticePhase phase;
  gint64 left_usec;
  guint minutes;
  CfNoticeOutcome outcome;
  gboolean is_away;
  gboolean in_meeting;
  gboolean is_owed;
  gboolean is_told;
  gboolean was_seen;
  gboolean has_sound;
} CfLadderFacts;

/**
 * CfLadderWindow:
 * @CF_LADDER_WINDOW_LEAVE: as it is
 * @CF_LADDER_WINDOW_PRESENT: show it, raised if the desktop lets us
 * @CF_LADDER_WINDOW_OWE: it is due, and waits for its person
 */
typedef enum
{
  CF_LADDER_WINDOW_LEAVE,
  CF_LADDER_WINDOW_PRESENT,
  CF_LADDER_WINDOW_OWE,
} CfLadderWindow;

/**
 * CfLadderNotification:
 * @CF_LADDER_NOTIFICATION_LEAVE: as it is
 * @CF_LADDER_NOTIFICATION_REFRESH: new words, if one is there
 * @CF_LADDER_NOTIFICATION_NORMAL: tell, in the place of what there is
 * @CF_LADDER_NOTIFICATION_CRITICAL: the same, also through do-not-disturb and full screen
 * @CF_LADDER_NOTIFICATION_FINAL: tell for the last time; it need not be kept
 */
typedef enum
{
  CF_LADDER_NOTIFICATION_LEAVE,
  CF_LADDER_NOTIFICATION_REFRESH,
  CF_LADDER_NOTIFICATION_NORMAL,
  CF_LADDER_NOTIFICATION_CRITICAL,
  CF_LADDER_NOTIFICATION_FINAL,
} CfLadderNotification;

/* What is to be done. */
typedef struct
{
  CfLadderWindow window;
  CfLadderNotification notification;
  gboolean makes_sound;
  gboolean reports_return; /* the agent is asked for time: the person sees it only now */
} CfLadderStep;

CfLadderStep cf_urgency_ladder_climb (CfLadderEvent event, const CfLadderFacts *facts);
char *cf_urgency_ladder_describe (CfLadderEvent event, const CfLadderStep *step);

G_END_DECLS
