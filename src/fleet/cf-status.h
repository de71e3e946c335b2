/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "request/cf-shutdown-flags.h"
#include "wsman/wire/wsm-object.h"

G_BEGIN_DECLS

/**
 * CfPendingState:
 * @CF_PENDING_UNTOLD: the host answers, but has no way to tell (Windows)
 * @CF_PENDING_IDLE: nothing is waiting
 * @CF_PENDING_WAITING: a countdown is running
 * @CF_PENDING_EXECUTING: it is going down
 *
 * What a host is about to do.
 */
typedef enum
{
  CF_PENDING_UNTOLD,
  CF_PENDING_IDLE,
  CF_PENDING_WAITING,
  CF_PENDING_EXECUTING,
} CfPendingState;

/**
 * CfOutcome:
 *
 * How a host says that its last request ended; the words CF_OUTCOME_… of the wire.
 * %CF_OUTCOME_IS_NONE: it says nothing, or something that is not known here.
 */
typedef enum
{
  CF_OUTCOME_IS_NONE,
  CF_OUTCOME_IS_WOULD_ACT,
  CF_OUTCOME_IS_ACTED,
  CF_OUTCOME_IS_CALLED_OFF,
  CF_OUTCOME_IS_SUPERSEDED,
  CF_OUTCOME_IS_VETOED,
  CF_OUTCOME_IS_MISSED,
  CF_OUTCOME_IS_FAILED,
} CfOutcome;

/**
 * CfStatus:
 * @state: what is about to happen
 * @has_request: whether the values of a pending request follow
 * @action: its action
 * @seconds_remaining: until then, at the time of the answer
 * @message: (nullable): its text; %NULL and "" are two things
 * @reason: its dwReason
 * @requester: (nullable): who asked, in the host's words
 * @client_hint: (nullable): with which program
 * @request_code: (nullable): "K7M-2QX"
 * @postpones_left: how often it may still be postponed
 * @boot_id: (nullable): another one after each start
 * @boot_time: (nullable): when the host started, by its own clock
 * @has_users: whether @users_logged_on was told
 * @users_logged_on: how many people are signed in
 * @capabilities: the flags that the host honors; 0 if it does not tell
 * @best_effort: those of them that it honors as far as it goes
 * @is_rehearsal: whether it only rehearses
 * @last_outcome: how the last request ended since it started
 * @last_request_code: (nullable): which that was
 * @has_last_action: whether @last_action was told
 * @last_action: what it was to do
 * @last_detail: (nullable): more about that, in the host's words
 * @system: (nullable): "Microsoft Windows 11 Pro", of Win32_OperatingSystem only
 *
 * What one host said about itself. All texts are fit to be shown (cf_display_text_clean()).
 */
typedef struct
{
  CfPendingState state;
  gboolean has_request;
  CfShutdownAction action;
  guint32 seconds_remaining;
  char *message;
  guint32 reason;
  char *requester;
  char *client_hint;
  char *request_code;
  guint32 postpones_left;
  char *boot_id;
  GDateTime *boot_time;
  gboolean has_users;
  guint32 users_logged_on;
  CfShutdownFlags capabilities;
  CfShutdownFlags best_effort;
  gboolean is_rehearsal;
  CfOutcome last_outcome;
  char *last_request_code;
  gboolean has_last_action;
  CfShutdownAction last_action;
  char *last_detail;
  char *system;
} CfStatus;

#define CF_TYPE_STATUS (cf_status_get_type ())
GType cf_status_get_type (void);

CfStatus *cf_status_new_from_native (WsmObject *object, GError **error);
CfStatus *cf_status_new_from_operating_system (WsmObject *object, GError **error);
CfStatus *cf_status_copy (const CfStatus *self);
void cf_status_free (CfStatus *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfStatus, cf_status_free)

char *cf_status_dup_last_words (const CfStatus *self);

G_END_DECLS
