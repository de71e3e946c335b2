/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-receiver.h"

#include "cf-agent-bus-error.h"
#include "cf-audit.h"
#include "cf-people.h"
#include "power/cf-signed-in.h"
#include "request/cf-win32-code.h"

/* What people see before it happens that the last one who was not ready has signed out. */
#define CONSENT_SECONDS 60u

struct _CfReceiver
{
  GObject parent_instance;

  CfSchedule *schedule;     /* (owned), set once */
  CfPower *power;           /* (owned), set once */
  CfAuthority *authority;   /* (owned), set once */
  CfClock *clock;           /* (owned), set once */
  CfAudience *audience;     /* (owned), set once */
  CfActionHistory *history; /* (owned) (nullable) */
  CfManners manners;
};

G_DEFINE_FINAL_TYPE (CfReceiver, cf_receiver, G_TYPE_OBJECT)

static gboolean check_early (CfReceiver *self, guint32 seconds, GError **error);

/* Only while something waits it matters who holds it up. */
static void
attend (CfReceiver *self)
{
  CfScheduleEntry *entry = cf_schedule_get_entry (self->schedule);

  cf_power_attend (self->power, entry != NULL ? cf_schedule_entry_get_request (entry) : NULL);
}

static void
ended_cb (CfReceiver *self, CfScheduleEntry *entry, CfScheduleOutcome outcome, const char *detail)
{
  cf_audit_ended (entry, outcome, detail);
  attend (self);
}

static void
changed_cb (CfReceiver *self, CfScheduleChange change, const char *who)
{
  cf_audit_changed (cf_schedule_get_entry (self->schedule), change, who);
  attend (self);
}

static void
agreed_cb (CfReceiver *self, const char *who)
{
  g_autoptr (GError) error = NULL;

  if (cf_schedule_get_remaining_usec (self->schedule) <= CONSENT_SECONDS * (gint64) G_USEC_PER_SEC)
    return;
  if (!check_early (self, CONSENT_SECONDS, &error))
    {
      g_message ("Everybody who is signed in is ready, but it waits: %s", error->message);
      return;
    }
  cf_audit_agreed (cf_schedule_get_entry (self->schedule), who);
  if (!cf_schedule_move (self->schedule, NULL, CONSENT_SECONDS, &error))
    g_message ("Everybody who is signed in is ready, but it waits: %s", error->message);
}

static void
cf_receiver_dispose (GObject *object)
{
  CfReceiver *self = CF_RECEIVER (object);

  g_clear_object (&self->audience);
  g_clear_object (&self->schedule);
  g_clear_object (&self->power);
  g_clear_object (&self->authority);
  g_clear_object (&self->clock);
  g_clear_object (&self->history);

  G_OBJECT_CLASS (cf_receiver_parent_class)->dispose (object);
}

static void
cf_receiver_class_init (CfReceiverClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_receiver_dispose;
}

static void
cf_receiver_init (CfReceiver *self)
{
  self->manners = (CfManners){ .may_postpone = TRUE, .extend_own = TRUE };
}

static void
others_cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!cf_power_clear_others_finish (CF_POWER (source), result, &error))
    g_warning ("The shutdown that somebody else has scheduled was not called off: %s",
               error->message);
}

/* for people and logs: "mara from 192.0.2.7" */
static char *
describe_caller (WsmPrincipal *caller)
{
  g_autofree char *name = wsm_principal_to_string (caller);

  return g_strdup_printf ("%s from %s", name, wsm_principal_get_address (caller));
}

static char *
problems_to_string (GPtrArray *problems)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < problems->len; i++)
    {
      const CfRequestProblem *problem = g_ptr_array_index (problems, i);

      g_string_append_printf (text, "%s%s: %s", i > 0 ? "; " : "",
                              cf_request_field_get_name (problem->field), problem->message);
    }
  return g_string_free (text, FALSE);
}

/**
 * cf_receiver_new:
 * @schedule: counts down
 * @power: knows who is signed in and what can be done
 * @authority: knows who may do what
 * @clock: what time it is
 *
 * Returns: (transfer full): a new receiver
 */
CfReceiver *
cf_receiver_new (CfSchedule *schedule, CfPower *power, CfAuthority *authority, CfClock *clock)
{
  CfReceiver *self;

  g_return_val_if_fail (CF_IS_SCHEDULE (schedule), NULL);
  g_return_val_if_fail (CF_IS_POWER (power), NULL);
  g_return_val_if_fail (CF_IS_AUTHORITY (authority), NULL);
  g_return_val_if_fail (CF_IS_CLOCK (clock), NULL);

  self = g_object_new (CF_TYPE_RECEIVER, NULL);
  self->schedule = g_object_ref (schedule);
  self->power = g_object_ref (power);
  self->authority = g_object_ref (authority);
  self->clock = g_object_ref (clock);
  self->audience = cf_audience_new (schedule, power);
  g_signal_connect_object (self->audience, "agreed", G_CALLBACK (agreed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (schedule, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (schedule, "ended", G_CALLBACK (ended_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * cf_receiver_set_manners:
 * @self: a receiver
 * @manners: how people here are treated; the default allows postponing and extends own requests
 */
void
cf_receiver_set_manners (CfReceiver *self, const CfManners *manners)
{
  g_return_if_fail (CF_IS_RECEIVER (self));
  g_return_if_fail (manners != NULL);

  self->manners = *manners;
}

/**
 * cf_receiver_set_history:
 * @self: a receiver
 * @history: what was done here lately; without one nothing is too often
 */
void
cf_receiver_set_history (CfReceiver *self, CfActionHistory *history)
{
  g_return_if_fail (CF_IS_RECEIVER (self));
  g_return_if_fail (CF_IS_ACTION_HISTORY (history));

  g_set_object (&self->history, history);
}

/* Looking the time zone up asks the disk: only where the hour is asked for. */
static GDateTime *
dup_time (CfReceiver *self)
{
  g_autoptr (GDateTime) now = cf_clock_dup_real_time (self->clock);

  return cf_authority_has_times (self->authority) ? g_date_time_to_local (now)
                                                  : g_steal_pointer (&now);
}

/* Whether @request may happen so long from now: what counts is when it would happen. */
static guint32
check_history (CfReceiver *self, CfShutdownRequest *request, gint64 left_usec)
{
  gboolean is_forced = (cf_shutdown_request_get_flags (request) & CF_SHUTDOWN_FORCE_OTHERS) != 0;

  if (self->history == NULL || cf_power_is_rehearsal (self->power))
    return CF_WIN32_SUCCESS;
  return cf_action_history_check (self->history, is_forced,
                                  cf_clock_get_boot_usec (self->clock) + left_usec,
                                  cf_clock_get_real_usec (self->clock) + left_usec);
}

/* Why nothing can be accepted at the moment; 0 if something can. */
static guint32
get_obstacle (CfReceiver *self, CfShutdownRequest *request)
{
  gint64 grace_usec = 0;

  if (cf_power_get_state (self->power) == CF_POWER_UNAVAILABLE)
    return CF_WIN32_GEN_FAILURE;
  if (!(cf_shutdown_request_get_flags (request) & CF_SHUTDOWN_GRACE_OVERRIDE))
    grace_usec = cf_shutdown_request_get_grace_seconds (request) * (gint64) G_USEC_PER_SEC;
  return check_history (self, request, grace_usec);
}

static CfReceiverState
get_power_state (CfReceiver *self)
{
  switch (cf_power_get_state (self->power))
    {
    case CF_POWER_GOING_DOWN:
      return CF_RECEIVER_EXECUTING;
    case CF_POWER_TAKEN:
      return CF_RECEIVER_PENDING;
    case CF_POWER_READY:
    case CF_POWER_UNAVAILABLE:
    default:
      return CF_RECEIVER_IDLE;
    }
}

static CfReceiverFacts
collect_facts (CfReceiver *self, WsmPrincipal *caller, CfShutdownRequest *request)
{
  g_autoptr (GDateTime) now = dup_time (self);

  return (CfReceiverFacts){
    .caller_may = cf_authority_may_initiate (self->authority, caller, request, now),
    .users_logged_on = cf_power_count_people (self->power) > 0,
    .action_supported = cf_power_supports (self->power, request),
    .not_now = get_obstacle (self, request),
    .state = get_power_state (self),
  };
}

static CfScheduleOrigin
apply_manners (CfReceiver *self, CfScheduleOrigin origin)
{
  gboolean extend = origin == CF_SCHEDULE_ORIGIN_CURFEW ? self->manners.extend_own
                                                        : self->manners.extend_foreign;

  return extend ? CF_SCHEDULE_ORIGIN_CURFEW : CF_SCHEDULE_ORIGIN_FOREIGN;
}

/**
 * cf_receiver_initiate:
 * @self: a receiver
 * @caller: who asks
 * @origin: with what kind of client
 * @builder: the values that arrived; this call ends it
 *
 * Receives one request to shut down (WsdrInitiateShutdown, [MS-RSP] 3.3.4.1): values, permission,
 * people signed in, what is pending already, in this order.
 *
 * Returns: a Win32 code; 0 means accepted, not done
 */
guint32
cf_receiver_initiate (CfReceiver *self, WsmPrincipal *caller, CfScheduleOrigin origin,
                      CfShutdownRequestBuilder *builder)
{
  g_autoptr (CfShutdownRequest) request = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  g_autofree char *requester = NULL;
  CfReceiverFacts facts;
  guint32 code;

  g_return_val_if_fail (CF_IS_RECEIVER (self), CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (caller != NULL, CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (builder != NULL, CF_WIN32_GEN_FAILURE);

  requester = describe_caller (caller);
  /* where nothing can be postponed, nobody is told that it could be */
  if (!self->manners.may_postpone)
    cf_shutdown_request_builder_set_postponing (builder, 0, 0);
  request = cf_shutdown_request_builder_end_received (builder, &problems);
  if (request == NULL)
    {
      g_autofree char *text = problems_to_string (problems);

      cf_audit_malformed (caller, text, CF_WIN32_INVALID_PARAMETER);
      return CF_WIN32_INVALID_PARAMETER;
    }
  if (cf_shutdown_flags_are_ambiguous (cf_shutdown_request_get_flags (request)))
    g_message ("The flags name no single action; by the rules of WsdrInitiateShutdown that is: %s",
               cf_shutdown_action_get_verb (cf_shutdown_request_get_action (request)));

  facts = collect_facts (self, caller, request);
  code = cf_schedule_submit (self->schedule, request, requester, apply_manners (self, origin),
                             &facts);
  cf_audit_submitted (request, caller, code);
  return code;
}

/**
 * cf_receiver_refuse:
 * @self: a receiver
 * @caller: who asks
 * @problem: why what arrived cannot become a request, for people
 * @code: the Win32 code to answer with
 *
 * Notes what is refused before there is a request: every attempt leaves its journal entry.
 *
 * Returns: @code
 */
guint32
cf_receiver_refuse (CfReceiver *self, WsmPrincipal *caller, const char *problem, guint32 code)
{
  g_return_val_if_fail (CF_IS_RECEIVER (self), CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (caller != NULL, CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (problem != NULL, CF_WIN32_GEN_FAILURE);

  cf_audit_malformed (caller, problem, code);
  return code;
}

/* A shutdown that somebody else has scheduled is called off as well: "nothing goes down now" is
 * what the caller wants to hear, and would believe. */
static guint32
abort_pending (CfReceiver *self, const char *who, const CfReceiverFacts *facts)
{
  guint32 code = cf_schedule_abort (self->schedule, who, facts);

  if (code == CF_WIN32_SUCCESS && cf_power_get_state (self->power) == CF_POWER_TAKEN)
    cf_power_clear_others_async (self->power, NULL, others_cleared_cb, NULL);
  return code;
}

/**
 * cf_receiver_abort:
 * @self: a receiver
 * @caller: who asks
 * @client_hint: (nullable): the canceling program, for the log
 *
 * Receives one WsdrAbortShutdown.
 *
 * Returns: a Win32 code
 */
guint32
cf_receiver_abort (CfReceiver *self, WsmPrincipal *caller, const char *client_hint)
{
  g_autoptr (CfShutdownRequest) request = NULL;
  g_autofree char *requester = NULL;
  CfReceiverFacts facts = { FALSE };
  CfScheduleEntry *entry;
  guint32 code;

  g_return_val_if_fail (CF_IS_RECEIVER (self), CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (caller != NULL, CF_WIN32_GEN_FAILURE);

  requester = describe_caller (caller);
  entry = cf_schedule_get_entry (self->schedule);
  if (entry != NULL)
    request = cf_shutdown_request_ref (cf_schedule_entry_get_request (entry));
  facts.caller_may = (cf_receiver_get_verbs (self, caller) & CF_VERB_ABORT) != 0;
  facts.state = get_power_state (self);
  code = abort_pending (self, requester, &facts);
  cf_audit_abort (request, caller, client_hint, code);
  return code;
}

/**
 * cf_receiver_get_verbs:
 * @self: a receiver
 * @caller: who asks
 *
 * Returns: all that @caller may do here now
 */
CfVerbs
cf_receiver_get_verbs (CfReceiver *self, WsmPrincipal *caller)
{
  g_autoptr (GDateTime) now = NULL;

  g_return_val_if_fail (CF_IS_RECEIVER (self), CF_VERB_NONE);
  g_return_val_if_fail (caller != NULL, CF_VERB_NONE);

  now = dup_time (self);
  return cf_authority_get_verbs (self->authority, caller, now);
}

static void
note_read (CfReceiver *self, const CfLocalCaller *caller)
{
  if (cf_audience_note_read (self->audience, caller->uid))
    cf_audit_read (cf_schedule_get_entry (self->schedule), caller->who);
}

/**
 * cf_receiver_postpone:
 * @self: a receiver
 * @caller: who asks
 * @seconds: by how much; 0 for as much as the request allows at once
 * @note: (nullable): why; text fit to be shown, at most %CF_SHUTDOWN_MESSAGE_MAX_UNITS
 * @error: a #CfScheduleError
 *
 * Postpones what is pending, for somebody who may (cf_schedule_postpone()).
 *
 * Returns: %FALSE with @error set if nothing was changed
 */
gboolean
cf_receiver_postpone (CfReceiver *self, const CfLocalCaller *caller, guint32 seconds,
                      const char *note, GError **error)
{
  g_return_val_if_fail (CF_IS_RECEIVER (self), FALSE);
  g_return_val_if_fail (caller != NULL, FALSE);

  if (!cf_schedule_postpone (self->schedule, caller->who, seconds, note, error))
    return FALSE;
  /* who chose the new time knows it */
  note_read (self, caller);
  return TRUE;
}

/**
 * cf_receiver_call_off:
 * @self: a receiver
 * @who: who asks, for people
 * @note: (nullable): why, for the journal
 * @error: a #CfScheduleError
 *
 * Calls off what is pending, for somebody who may.
 *
 * Returns: %FALSE with @error set if nothing was changed
 */
gboolean
cf_receiver_call_off (CfReceiver *self, const char *who, const char *note, GError **error)
{
  g_autoptr (CfShutdownRequest) request = NULL;
  CfReceiverFacts facts;
  CfScheduleEntry *entry;
  guint32 code;

  g_return_val_if_fail (CF_IS_RECEIVER (self), FALSE);
  g_return_val_if_fail (who != NULL, FALSE);

  entry = cf_schedule_get_entry (self->schedule);
  if (entry != NULL)
    request = cf_shutdown_request_ref (cf_schedule_entry_get_request (entry));
  facts = (CfReceiverFacts){ .caller_may = TRUE, .state = get_power_state (self) };
  code = abort_pending (self, who, &facts);
  cf_audit_abort_here (request, who, note, code);
  if (code == CF_WIN32_SUCCESS)
    return TRUE;
  if (code == CF_WIN32_SHUTDOWN_IN_PROGRESS)
    g_set_error_literal (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_IN_PROGRESS,
                         "It is too late: the computer is going down already");
  else
    g_set_error_literal (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_NOT_PENDING,
                         "No restart or power-off is waiting on this computer");
  return FALSE;
}

/* What would not have been accepted for that time is not moved there either. */
static gboolean
check_new_time (CfReceiver *self, guint32 seconds, GError **error)
{
  CfScheduleEntry *entry = cf_schedule_get_entry (self->schedule);
  guint32 code = CF_WIN32_SUCCESS;

  if (cf_schedule_get_state (self->schedule) == CF_RECEIVER_PENDING)
    code = check_history (self, cf_schedule_entry_get_request (entry),
                          seconds * (gint64) G_USEC_PER_SEC);
  if (code == CF_WIN32_SUCCESS)
    return TRUE;
  g_set_error_literal (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_OUT_OF_RANGE,
                       code == CF_WIN32_NOT_READY
                         ? "That is too early: this computer has only just started; choose a later "
                           "time"
                         : "That is too early: this computer has gone down too often within an "
                           "hour; choose a later time");
  return FALSE;
}

/* Who would be signed in then, and would be spared; or what holds it up. */
static char *
dup_veto (CfReceiver *self, CfShutdownRequest *request)
{
  const GPtrArray *blockers = cf_power_get_blockers (self->power);

  if (cf_power_do_blockers_hold (self->power))
    return blockers != NULL && blockers->len > 0 ? cf_blocker_describe (blockers->pdata[0])
                                                 : g_strdup ("something holds it up");
  if (cf_shutdown_request_get_flags (request) & CF_SHUTDOWN_FORCE_OTHERS)
    return NULL;
  return cf_signed_in_describe (cf_power_get_sessions (self->power));
}

/* Whether what waits may be brought forward: a veto, which ends a request when its time has come,
 * must not be called down on it by somebody who presses a button. */
static gboolean
check_early (CfReceiver *self, guint32 seconds, GError **error)
{
  CfScheduleEntry *entry = cf_schedule_get_entry (self->schedule);
  g_autofree char *veto = NULL;

  if (!check_new_time (self, seconds, error))
    return FALSE;
  if (cf_schedule_get_state (self->schedule) == CF_RECEIVER_PENDING)
    veto = dup_veto (self, cf_schedule_entry_get_request (entry));
  if (veto == NULL)
    return TRUE;
  g_set_error (error, CF_AGENT_BUS_ERROR, CF_AGENT_BUS_ERROR_FAILED,
               "It cannot happen now, so it waits for its time: %s", veto);
  return FALSE;
}

/**
 * cf_receiver_move:
 * @self: a receiver
 * @who: who asks, for people
 * @seconds: from now to the new deadline; 0 for at once
 * @error: a #CfScheduleError; %CF_AGENT_BUS_ERROR_FAILED where @seconds is 0 and it would be vetoed
 *
 * Gives what is pending another deadline, for somebody who may (cf_schedule_move()).
 *
 * Returns: %FALSE with @error set if nothing was changed
 */
gboolean
cf_receiver_move (CfReceiver *self, const char *who, guint32 seconds, GError **error)
{
  g_return_val_if_fail (CF_IS_RECEIVER (self), FALSE);
  g_return_val_if_fail (who != NULL, FALSE);

  if (seconds == 0 ? !check_early (self, 0, error) : !check_new_time (self, seconds, error))
    return FALSE;
  return cf_schedule_move (self->schedule, who, seconds, error);
}

/**
 * cf_receiver_set_ready:
 * @self: a receiver
 * @caller: who is ready, or is not any more; somebody who is signed in
 * @is_ready: which of them
 * @error: a #CfScheduleError; %CF_AGENT_BUS_ERROR_FAILED where it would be vetoed
 *
 * Notes it. When everybody who is signed in is ready, what is pending happens at once.
 *
 * Returns: %FALSE with @error set, and nothing noted, if nothing is pending, or @caller is the last
 *   one and it may not happen so early
 */
gboolean
cf_receiver_set_ready (CfReceiver *self, const CfLocalCaller *caller, gboolean is_ready,
                       GError **error)
{
  CfScheduleEntry *entry;
  gboolean was_ready;
  gboolean is_last;

  g_return_val_if_fail (CF_IS_RECEIVER (self), FALSE);
  g_return_val_if_fail (caller != NULL, FALSE);

  entry = cf_schedule_get_entry (self->schedule);
  was_ready = entry != NULL && cf_schedule_entry_is_ready (entry, caller->uid);
  is_last = is_ready && cf_audience_would_agree (self->audience, caller->uid);
  if (is_last && !check_early (self, 0, error))
    return FALSE;
  if (!cf_audience_set_ready (self->audience, caller->uid, is_ready, error))
    return FALSE;
  if (was_ready != !!is_ready)
    cf_audit_ready (cf_schedule_get_entry (self->schedule), caller->who, is_ready);
  note_read (self, caller);
  if (!is_last)
    return TRUE;
  cf_audit_agreed (cf_schedule_get_entry (self->schedule), caller->who);
  return cf_schedule_move (self->schedule, caller->who, 0, error);
}

/* In a rehearsal who runs the agent is at the screen, without a session. */
static gboolean
is_in_front (CfReceiver *self, guint32 uid)
{
  return cf_power_is_rehearsal (self->power) ||
         cf_people_include (cf_power_get_sessions (self->power), uid, CF_PLACE_ACTIVE);
}

/**
 * cf_receiver_note_shown:
 * @self: a receiver
 * @caller: who could see it
 * @request_code: of the request that was shown
 * @minutes: of the reminder; 0 for the announcement
 * @error: a #CfScheduleError
 *
 * Takes a receipt of a session's helper. Only that of somebody in front of a screen keeps the
 * deadline from being extended (cf_schedule_note_shown()): what a session in the background showed
 * is nothing to whoever sits there.
 *
 * Returns: %FALSE with @error set if that request is not waiting
 */
gboolean
cf_receiver_note_shown (CfReceiver *self, const CfLocalCaller *caller, const char *request_code,
                        guint minutes, GError **error)
{
  g_return_val_if_fail (CF_IS_RECEIVER (self), FALSE);
  g_return_val_if_fail (caller != NULL, FALSE);

  if (!cf_schedule_check_code (self->schedule, request_code, error) ||
      (is_in_front (self, caller->uid) &&
       !cf_schedule_note_shown (self->schedule, request_code, minutes, error)))
    return FALSE;
  if (cf_audience_note_shown (self->audience, caller->uid))
    cf_audit_shown (cf_schedule_get_entry (self->schedule), caller->who, minutes);
  return TRUE;
}

/**
 * cf_receiver_note_read:
 * @self: a receiver
 * @caller: who took notice
 * @request_code: of what
 * @error: a #CfScheduleError
 *
 * Takes a receipt of a session's helper. What was read was shown.
 *
 * Returns: %FALSE with @error set if that request is not waiting
 */
gboolean
cf_receiver_note_read (CfReceiver *self, const CfLocalCaller *caller, const char *request_code,
                       GError **error)
{
  g_return_val_if_fail (CF_IS_RECEIVER (self), FALSE);
  g_return_val_if_fail (caller != NULL, FALSE);

  if (!cf_schedule_check_code (self->schedule, request_code, error))
    return FALSE;
  note_read (self, caller);
  return TRUE;
}

/**
 * cf_receiver_note_returned:
 * @self: a receiver
 * @caller: who sees the warning only now
 * @request_code: of what
 * @error: a #CfScheduleError
 *
 * Takes a receipt of a session's helper (cf_schedule_note_returned()).
 *
 * Returns: %FALSE with @error set if that request is not waiting
 */
gboolean
cf_receiver_note_returned (CfReceiver *self, const CfLocalCaller *caller, const char *request_code,
                           GError **error)
{
  g_return_val_if_fail (CF_IS_RECEIVER (self), FALSE);
  g_return_val_if_fail (caller != NULL, FALSE);

  return cf_schedule_note_returned (self->schedule, request_code, error) &&
         cf_receiver_note_shown (self, caller, request_code, 0, error);
}

/**
 * cf_receiver_get_state:
 * @self: a receiver
 *
 * Returns: what this machine is about to do, on whoever's word
 */
CfReceiverState
cf_receiver_get_state (CfReceiver *self)
{
  g_return_val_if_fail (CF_IS_RECEIVER (self), CF_RECEIVER_IDLE);

  return MAX (cf_schedule_get_state (self->schedule), get_power_state (self));
}

/**
 * cf_receiver_get_schedule:
 * @self: a receiver
 *
 * Returns: (transfer none): what counts down
 */
CfSchedule *
cf_receiver_get_schedule (CfReceiver *self)
{
  g_return_val_if_fail (CF_IS_RECEIVER (self), NULL);

  return self->schedule;
}

/**
 * cf_receiver_get_power:
 * @self: a receiver
 *
 * Returns: (transfer none): what acts
 */
CfPower *
cf_receiver_get_power (CfReceiver *self)
{
  g_return_val_if_fail (CF_IS_RECEIVER (self), NULL);

  return self->power;
}

/**
 * cf_receiver_get_audience:
 * @self: a receiver
 *
 * Returns: (transfer none): who is signed in, and what they know
 */
CfAudience *
cf_receiver_get_audience (CfReceiver *self)
{
  g_return_val_if_fail (CF_IS_RECEIVER (self), NULL);

  return self->audience;
}
