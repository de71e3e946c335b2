/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-dispatcher.h"

#include <string.h>

#include "wsm-replay-memory.h"
#include "wsm-reply.h"
#include "wsm-request-rate.h"
#include "wsm-service-audit.h"

/* What Windows answers to a MessageID that is being worked on. */
#define ERROR_INTERNAL_ERROR 1359

#define ACTION_ENUMERATE "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate"
#define ACTION_PULL      "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Pull"

#define USUAL_MESSAGES      256u
#define MAX_ANSWERED_OCTETS (4 * 1024 * 1024)
#define MAX_RECEIVED_OCTETS (1024 * 1024)

/* so many times as often as other requests may those come that fetch output and clean up */
#define FOLLOWING_RATE 20u

#define VENDOR            "Curfew"
#define CONCEALED_VERSION "OS: 0.0.0 SP: 0.0 Stack: 3.0"

struct _WsmDispatcher
{
  grefcount references;
  WsmHandler *handler;            /* (owned) */
  WsmIdentifyResponse *anonymous; /* (owned) (nullable): %NULL tells nobody anything */
  WsmIdentifyResponse *signed_in; /* (owned) */
  WsmReplayMemory *acts;          /* (owned): requests that change something */
  WsmReplayMemory *receives;      /* (owned): those that take output out of a shell */
  WsmRequestRate *rate;           /* (owned) */
  WsmRequestRate *following_rate; /* (owned): of requests that follow a command */
};

struct _WsmPending
{
  WsmDispatcher *dispatcher; /* (owned) */
  WsmEnvelope *request;      /* (owned) */
  GCancellable *cancellable; /* (owned) */
  WsmReplayMemory *memory;   /* (nullable): that of @dispatcher which knows the request */
  WsmReplayTicket *ticket;   /* (owned) (nullable): in @memory, until it is answered */
  gboolean is_starting;      /* the handler has not returned yet */
  gboolean is_answered;
  WsmAnswer answer;     /* given while starting */
  WsmAnswered answered; /* %NULL if nobody waits any more */
  gpointer user_data;
};

/**
 * wsm_dispatcher_new:
 * @handler: (transfer none): answers operations
 * @limits: (transfer none): read now, not kept
 *
 * Returns: (transfer full): a dispatcher that tells anonymous callers nothing and others only the
 *   name of the product
 */
WsmDispatcher *
wsm_dispatcher_new (WsmHandler *handler, const WsmServiceLimits *limits)
{
  WsmDispatcher *self = g_new0 (WsmDispatcher, 1);
  /* as many may be pending as there are connections; those that were hung up on as well, for the
   * moment until their handler has heard of it */
  guint max_messages = MAX (USUAL_MESSAGES, 2 * limits->connections);

  g_ref_count_init (&self->references);
  self->handler = g_object_ref (handler);
  self->acts = wsm_replay_memory_new (max_messages, MAX_ANSWERED_OCTETS);
  self->receives = wsm_replay_memory_new (max_messages, MAX_RECEIVED_OCTETS);
  self->rate = wsm_request_rate_new (limits->requests_per_minute_per_user);
  self->following_rate = wsm_request_rate_new (
    MIN (limits->requests_per_minute_per_user, G_MAXUINT / FOLLOWING_RATE) * FOLLOWING_RATE);
  self->signed_in = wsm_identify_response_new (VENDOR, CONCEALED_VERSION, NULL);

  return self;
}

/**
 * wsm_dispatcher_unref:
 * @self: (transfer full): a dispatcher; it lives on for what is pending
 */
void
wsm_dispatcher_unref (WsmDispatcher *self)
{
  if (!g_ref_count_dec (&self->references))
    return;

  g_object_unref (self->handler);
  g_clear_pointer (&self->anonymous, wsm_identify_response_free);
  g_clear_pointer (&self->signed_in, wsm_identify_response_free);
  wsm_replay_memory_free (self->acts);
  wsm_replay_memory_free (self->receives);
  wsm_request_rate_free (self->rate);
  wsm_request_rate_free (self->following_rate);
  g_free (self);
}

/**
 * wsm_dispatcher_set_identify:
 * @self: a dispatcher
 * @anonymous: (nullable): what anybody may know; %NULL for nothing
 * @signed_in: what those may know who have signed in
 */
void
wsm_dispatcher_set_identify (WsmDispatcher *self, const WsmIdentifyResponse *anonymous,
                             const WsmIdentifyResponse *signed_in)
{
  g_clear_pointer (&self->anonymous, wsm_identify_response_free);
  g_clear_pointer (&self->signed_in, wsm_identify_response_free);
  if (anonymous != NULL)
    self->anonymous = wsm_identify_response_copy (anonymous);
  self->signed_in = wsm_identify_response_copy (signed_in);
}

/**
 * wsm_dispatcher_identify:
 * @self: a dispatcher
 * @body: a body from anybody
 * @declared: its charset
 * @answer: (out caller-allocates): the answer
 *
 * Answers Identify to somebody who has not signed in (threat-model, section 4, row 5).
 *
 * Returns: %FALSE, without @answer, for whatever else @body is, or if nobody may know anything
 */
gboolean
wsm_dispatcher_identify (WsmDispatcher *self, GBytes *body, WsmCharset declared, WsmAnswer *answer)
{
  g_autoptr (WsmEnvelope) request = NULL;

  if (self->anonymous == NULL)
    return FALSE;

  request = wsm_envelope_parse (body, declared, NULL);
  if (request == NULL || wsm_envelope_get_body_kind (request) != WSM_BODY_IDENTIFY)
    return FALSE;
  wsm_answer_set_identify (answer, request, self->anonymous);

  return TRUE;
}

static void
pending_free (WsmPending *self)
{
  wsm_dispatcher_unref (self->dispatcher);
  wsm_envelope_unref (self->request);
  g_object_unref (self->cancellable);
  wsm_answer_clear (&self->answer);
  g_free (self);
}

/* What a handler was told to keep is not kept here as well: the same output would come twice. */
static gboolean
may_come_again (WsmPending *self, const WsmOutcome *outcome)
{
  return self->memory == self->dispatcher->receives &&
         (g_cancellable_is_cancelled (self->cancellable) ||
          (outcome->fault != NULL && wsm_fault_get_kind (outcome->fault) == WSM_FAULT_TIMED_OUT));
}

static void
end_ticket (WsmPending *self, const WsmOutcome *outcome)
{
  WsmReplayTicket *ticket = g_steal_pointer (&self->ticket);

  if (ticket == NULL)
    return;
  if (may_come_again (self, outcome))
    wsm_replay_memory_forget (self->memory, ticket);
  else
    wsm_replay_memory_end (self->memory, ticket, self->answer.status, self->answer.body);
}

/* The handler's answer. It is remembered even when nobody waits for it any more: that is when the
 * caller asks again. */
static void
done_cb (const WsmOutcome *outcome, gpointer user_data)
{
  WsmPending *self = user_data;
  WsmAnswer *answer = &self->answer;

  wsm_answer_set_outcome (answer, self->request, outcome);
  end_ticket (self, outcome);

  self->is_answered = TRUE;
  if (self->is_starting)
    return;

  if (self->answered != NULL)
    {
      WsmAnswer given = *answer;

      *answer = (WsmAnswer){ 0 };
      self->answered (&given, self->user_data);
    }
  pending_free (self);
}

/* Asks the handler. Returns NULL with @answer set if it answered at once. */
static WsmPending *
ask_handler (WsmDispatcher *self, WsmPrincipal *principal, WsmEnvelope *request,
             WsmReplayMemory *memory, WsmReplayTicket *ticket, WsmAnswer *answer,
             WsmAnswered answered, gpointer user_data)
{
  WsmPending *pending = g_new0 (WsmPending, 1);
  WsmOperation *operation;

  g_ref_count_inc (&self->references);
  pending->dispatcher = self;
  pending->request = wsm_envelope_ref (request);
  pending->cancellable = g_cancellable_new ();
  pending->memory = memory;
  pending->ticket = ticket;
  pending->answered = answered;
  pending->user_data = user_data;

  pending->is_starting = TRUE;
  operation = wsm_operation_new (principal, request, pending->cancellable, done_cb, pending);
  wsm_handler_handle (self->handler, operation);
  wsm_operation_unref (operation);
  pending->is_starting = FALSE;

  if (!pending->is_answered)
    return pending;

  *answer = pending->answer;
  pending->answer = (WsmAnswer){ 0 };
  pending_free (pending);

  return NULL;
}

/* Returns what has to know whether a request came before: %NULL for one that only looks. */
static WsmReplayMemory *
find_memory (WsmDispatcher *self, WsmEnvelope *request)
{
  const char *action = wsm_envelope_get_action (request);

  if (g_str_equal (action, WSM_ACTION_GET) || g_str_equal (action, ACTION_ENUMERATE) ||
      g_str_equal (action, ACTION_PULL))
    return NULL;

  return g_str_equal (action, WSM_ACTION_SHELL_RECEIVE) ? self->receives : self->acts;
}

static WsmFault *
fault_for_replay (WsmReplay replay)
{
  switch (replay)
    {
    case WSM_REPLAY_PENDING:
      return wsm_fault_new_with_code (WSM_FAULT_INTERNAL_ERROR, ERROR_INTERNAL_ERROR,
                                      "The same message is being worked on; wait for its answer.");
    case WSM_REPLAY_OVER:
      return wsm_fault_new (WSM_FAULT_INTERNAL_ERROR,
                            "The same message was answered before, and the answer was too long to "
                            "be kept. Nothing is done again: ask for the state.");
    case WSM_REPLAY_OTHER_MESSAGE:
      return wsm_fault_new (WSM_FAULT_INVALID_MESSAGE_INFORMATION_HEADER,
                            "Another message had the same a:MessageID; give each message one of "
                            "its own.");
    case WSM_REPLAY_FULL:
      return wsm_fault_new (WSM_FAULT_CONCURRENCY,
                            "The service works on as many requests as it can; try again later.");
    case WSM_REPLAY_NEW:
    case WSM_REPLAY_ANSWERED:
    default:
      return NULL;
    }
}

static void
audit_repeated (WsmPrincipal *principal, WsmReplay replay)
{
  g_autofree char *user = wsm_principal_to_string (principal);
  const WsmAuditWho who = { .user = user,
                            .mechanism = wsm_principal_get_mechanism (principal),
                            .peer = wsm_principal_get_address (principal),
                            .tls = wsm_principal_is_tls (principal) ? "yes" : "no",
                            .bound = wsm_principal_is_bound (principal) ? "yes" : "no" };

  wsm_service_audit (WSM_AUDIT_REPEATED, &who,
                     replay == WSM_REPLAY_OTHER_MESSAGE
                       ? "Refused a message with the MessageID of another one"
                       : "A message came again; it does not act again");
}

/* Returns whether the request is new and has to be asked. */
static gboolean
begin_request (WsmDispatcher *self, WsmReplayMemory *memory, WsmPrincipal *principal,
               const char *user, WsmEnvelope *request, GBytes *body, gint64 now_usec,
               WsmReplayTicket **ticket, WsmAnswer *answer)
{
  g_autoptr (WsmFault) fault = NULL;
  WsmReplay replay;

  replay = wsm_replay_memory_begin (memory, user, wsm_envelope_get_message_id (request), body,
                                    now_usec, ticket, &answer->status, &answer->body);
  if (replay == WSM_REPLAY_NEW)
    return TRUE;

  answer->charset = wsm_envelope_get_charset (request);
  fault = fault_for_replay (replay);
  if (fault != NULL)
    wsm_answer_set_fault (answer, request, fault);
  /* to fetch output once more is how a client mends a lost connection */
  if (replay == WSM_REPLAY_OTHER_MESSAGE || (replay != WSM_REPLAY_FULL && memory == self->acts))
    audit_repeated (principal, replay);

  return FALSE;
}

/* A command that could begin must not fail half-way, nor be left behind, because its output comes
 * in many pieces. */
static gboolean
follows_a_command (WsmEnvelope *request)
{
  static const char *const actions[] = { WSM_ACTION_SHELL_RECEIVE, WSM_ACTION_SHELL_SIGNAL,
                                         WSM_ACTION_DELETE, NULL };
  const char *action = wsm_envelope_get_action (request);

  return action != NULL && g_strv_contains (actions, action);
}

static WsmFault *
check_rate (WsmDispatcher *self, const char *user, WsmEnvelope *request, gint64 now_usec)
{
  WsmRequestRate *rate = follows_a_command (request) ? self->following_rate : self->rate;

  if (wsm_request_rate_take (rate, user, now_usec))
    return NULL;
  return wsm_fault_new (WSM_FAULT_QUOTA_LIMIT,
                        "This user has sent too many requests within a minute; wait and send "
                        "fewer.");
}

/* Whose messages are counted and remembered: somebody, however he signed in. Neither a name nor a
 * realm has control characters, and a MessageID, being XML, cannot have this one: nobody can have
 * a name that makes him somebody else here. */
static char *
dup_key (WsmPrincipal *principal)
{
  const char *realm = wsm_principal_get_realm (principal);

  return realm == NULL ? g_strdup (wsm_principal_get_user (principal))
                       : g_strconcat (wsm_principal_get_user (principal), "\x1f", realm, NULL);
}

/**
 * wsm_dispatcher_dispatch:
 * @self: a dispatcher
 * @principal: (transfer none): who asks
 * @body: the request as it came, not kept
 * @declared: the charset of its Content-Type
 * @now_usec: monotonic time
 * @answer: (out caller-allocates): all zero; set if %NULL is returned
 * @answered: called later otherwise, unless the request is given up
 * @user_data: for @answered
 *
 * Answers one request of somebody who has signed in. All requests act but Get, Enumerate, Pull and
 * Identify. A repeated request that acts gets the answer of the first one; the same MessageID with
 * another body gets InvalidMessageInformationHeader, and while the first is being worked on
 * InternalError with code 1359 (winrm-wire-protocol, section 5.4).
 *
 * The same holds for Receive, so that no output is lost with a connection: either the operation's
 * cancellable is cancelled before the handler answers, then the answer is dropped and the output is
 * still the handler's; or the answer is sent, and kept for a repeat as well. Kept are the last ones
 * of all callers, 1 MiB together; TimedOut is not, a repeat of it waits anew.
 *
 * Returns: (nullable): %NULL if it is answered already; else what is pending
 */
WsmPending *
wsm_dispatcher_dispatch (WsmDispatcher *self, WsmPrincipal *principal, GBytes *body,
                         WsmCharset declared, gint64 now_usec, WsmAnswer *answer,
                         WsmAnswered answered, gpointer user_data)
{
  g_autoptr (WsmEnvelope) request = NULL;
  g_autoptr (WsmFault) fault = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *user = NULL;
  WsmReplayMemory *memory = NULL;
  WsmReplayTicket *ticket = NULL;

  g_return_val_if_fail (principal != NULL, NULL);

  user = dup_key (principal);
  request = wsm_envelope_parse (body, declared, &error);
  if (request == NULL)
    {
      wsm_request_rate_take (self->rate, user, now_usec);
      wsm_answer_set_unreadable (answer, declared, error);
      return NULL;
    }

  fault = check_rate (self, user, request, now_usec);
  if (fault == NULL)
    fault = wsm_envelope_check_request (request);
  if (fault != NULL)
    {
      wsm_answer_set_fault (answer, request, fault);
      return NULL;
    }
  if (wsm_envelope_get_body_kind (request) == WSM_BODY_IDENTIFY)
    {
      wsm_answer_set_identify (answer, request, self->signed_in);
      return NULL;
    }

  memory = find_memory (self, request);
  if (memory != NULL &&
      !begin_request (self, memory, principal, user, request, body, now_usec, &ticket, answer))
    return NULL;

  return ask_handler (self, principal, request, memory, ticket, answer, answered, user_data);
}

/**
 * wsm_pending_get_timeout_msec:
 * @self: what is pending
 *
 * Returns: how long the caller wants to wait from the start of the request, in milliseconds
 */
gint64
wsm_pending_get_timeout_msec (WsmPending *self)
{
  return wsm_envelope_get_operation_timeout_msec (self->request);
}

/**
 * wsm_pending_abandon:
 * @self: (transfer full): what is pending
 *
 * Nobody waits any more: tells the handler so by the operation's cancellable, and only remembers
 * its answer.
 */
void
wsm_pending_abandon (WsmPending *self)
{
  g_autoptr (GCancellable) cancellable = g_object_ref (self->cancellable);

  /* the handler may answer from within, which ends @self */
  self->answered = NULL;
  g_cancellable_cancel (cancellable);
}

static WsmFault *
new_timed_out (WsmPending *self)
{
  /* nothing went wrong: this is how a Receive without output ends */
  if (self->memory == self->dispatcher->receives)
    return wsm_fault_new (WSM_FAULT_TIMED_OUT,
                          "There was no output within the OperationTimeout; ask again.");

  return wsm_fault_new (WSM_FAULT_TIMED_OUT,
                        "The operation did not end within its OperationTimeout, and what became of "
                        "it is not known; ask for the state before sending it again.");
}

/**
 * wsm_pending_time_out:
 * @self: (transfer full): what is pending
 * @answer: (out caller-allocates): all zero; the fault TimedOut
 *
 * The caller's time is over: as wsm_pending_abandon(), but the caller is told.
 */
void
wsm_pending_time_out (WsmPending *self, WsmAnswer *answer)
{
  g_autoptr (WsmFault) fault = new_timed_out (self);

  wsm_answer_set_fault (answer, self->request, fault);
  wsm_pending_abandon (self);
}
