/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "request/cf-shutdown-action.h"

G_BEGIN_DECLS

/**
 * CfNoticeState:
 * @CF_NOTICE_IDLE: nothing is waiting
 * @CF_NOTICE_PENDING: a request counts down
 * @CF_NOTICE_EXECUTING: the computer goes down
 * @CF_NOTICE_ENDED: the request came to its end, see @outcome
 */
typedef enum
{
  CF_NOTICE_IDLE,
  CF_NOTICE_PENDING,
  CF_NOTICE_EXECUTING,
  CF_NOTICE_ENDED,
} CfNoticeState;

/**
 * CfNoticeChange:
 * @CF_NOTICE_NO_CHANGE: nothing is known
 * @CF_NOTICE_ACCEPTED: the request was accepted
 * @CF_NOTICE_RESTORED: an agent that was started anew took it up again
 * @CF_NOTICE_POSTPONED: by somebody at the computer
 * @CF_NOTICE_MOVED: to another time, by an administrator
 * @CF_NOTICE_EXTENDED: not everybody had seen the warning in time
 * @CF_NOTICE_OVERDUE: the computer slept over the deadline; fresh time was given
 *
 * What happened to a countdown last.
 */
typedef enum
{
  CF_NOTICE_NO_CHANGE,
  CF_NOTICE_ACCEPTED,
  CF_NOTICE_RESTORED,
  CF_NOTICE_POSTPONED,
  CF_NOTICE_MOVED,
  CF_NOTICE_EXTENDED,
  CF_NOTICE_OVERDUE,
} CfNoticeChange;

/**
 * CfNoticeOutcome:
 *
 * How a request ended; LastOutcome of org.curfew.Agent1 has the same.
 */
typedef enum
{
  CF_NOTICE_NO_OUTCOME,
  CF_NOTICE_ACTED,
  CF_NOTICE_WOULD_ACT,
  CF_NOTICE_CALLED_OFF,
  CF_NOTICE_SUPERSEDED,
  CF_NOTICE_VETOED,
  CF_NOTICE_MISSED,
  CF_NOTICE_FAILED,
} CfNoticeOutcome;

/**
 * CfNoticePlace:
 * @CF_NOTICE_SCREEN: has a screen and keyboard of this computer now
 * @CF_NOTICE_OTHER_SCREEN: has a graphical session here, in the background
 * @CF_NOTICE_TERMINAL: a text login at this computer
 * @CF_NOTICE_REMOTE: over the network
 */
typedef enum
{
  CF_NOTICE_SCREEN,
  CF_NOTICE_OTHER_SCREEN,
  CF_NOTICE_TERMINAL,
  CF_NOTICE_REMOTE,
} CfNoticePlace;

/* Somebody who is signed in; one for each user. */
typedef struct
{
  guint32 uid;
  char *name; /* (owned) */
  CfNoticePlace place;
  gboolean is_shown;
  gboolean has_read;
  gboolean is_ready;
} CfNoticePerson;

/* A program, and what it says of itself. */
typedef struct
{
  char *who; /* (owned) */
  char *why; /* (owned): may be "" */
} CfNoticeProgram;

typedef struct
{
  char *who; /* (owned) */
  gint64 real_usec;
  guint32 seconds;
  char *note; /* (owned): may be "" */
} CfNoticePostponement;

/**
 * CfNotice:
 *
 * All that people at a computer are told about the request that waits there: one snapshot, for
 * windows, notifications and previews alike. Filled by whoever makes it, read-only once it was
 * handed on; reference counted (not across threads). No string but those marked nullable is %NULL.
 * Texts come from foreign hands: whoever shows one cleans it (cf_display_text_clean()), and never
 * takes it for markup.
 *
 * Boot times are CLOCK_BOOTTIME in microseconds, real times microseconds since 1970 UTC; 0 where
 * there is none.
 */
typedef struct
{
  CfNoticeState state;
  CfShutdownAction action;
  char *request_code; /* (owned): "K7M-2QX" */
  char *message;      /* (owned) (nullable): %NULL if none was sent; "" is another thing */
  char *requester;    /* (owned): "mara from 192.0.2.7" */
  guint32 reason;     /* dwReason */

  gint64 announced_boot_usec;
  gint64 deadline_boot_usec;
  gint64 deadline_real_usec;
  gint64 first_deadline_boot_usec; /* without the postponing */

  guint postpones_left;
  guint32 postpone_seconds; /* at most at a time; 0 if it never could be postponed */
  gint64 latest_boot_usec;  /* no postponing goes beyond */
  gint64 latest_real_usec;
  GPtrArray *postponements; /* (owned) (element-type CfNoticePostponement): oldest first */

  CfNoticeChange change;
  char *changed_by; /* (owned): may be "" */

  GPtrArray *people;      /* (owned) (element-type CfNoticePerson) */
  GPtrArray *blockers;    /* (owned) (element-type CfNoticeProgram) */
  gboolean is_held;       /* it will not happen while @blockers are there */
  gboolean spares_people; /* it does not happen while somebody is signed in */
  gboolean is_adrift;     /* the agent does not answer; this is what it said last */

  CfNoticeOutcome outcome;
  char *detail; /* (owned): who called it off, what vetoed it; may be "" */

  gboolean is_rehearsal;
  char *organization; /* (owned): may be "" */
  char *help_contact; /* (owned): may be "" */
  char *logo_path;    /* (owned): may be "" */
  gboolean show_text_when_locked;
  gboolean has_sound;
  gboolean respects_meetings;
} CfNotice;

#define CF_TYPE_NOTICE (cf_notice_get_type ())
GType cf_notice_get_type (void);

CfNotice *cf_notice_new (void);
CfNotice *cf_notice_ref (CfNotice *self);
void cf_notice_unref (CfNotice *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfNotice, cf_notice_unref)

void cf_notice_add_postponement (CfNotice *self, const char *who, gint64 real_usec, guint32 seconds,
                                 const char *note);
void cf_notice_add_person (CfNotice *self, guint32 uid, const char *name, CfNoticePlace place,
                           gboolean is_shown, gboolean has_read, gboolean is_ready);
void cf_notice_add_blocker (CfNotice *self, const char *who, const char *why);

CfNoticeProgram *cf_notice_program_new (const char *who, const char *why);
void cf_notice_program_free (CfNoticeProgram *self);

const CfNoticePerson *cf_notice_find_person (const CfNotice *self, guint32 uid);
guint cf_notice_count_others (const CfNotice *self, guint32 uid);
guint cf_notice_count_ready (const CfNotice *self);

G_END_DECLS
