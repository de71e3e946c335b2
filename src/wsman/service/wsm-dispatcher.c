/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-dispatcher.h"

#include <string.h>

#include "wsm-replay-memory.h"
#include "wsm-request-rate.h"
#include "wsm-service-audit.h"

/* What Windows answers to a MessageID that is being worked on. */
#define ERROR_INTERNAL_ERROR 1359

#define VENDOR            "Curfew"
#define CONCEALED_VERSION "OS: 0.0.0 SP: 0.0 Stack: 3.0"

struct _WsmDispatcher
{
  grefcount references;
  WsmHandler *handler;            /* (owned) */
  WsmIdentifyResponse *anonymous; /* (owned) (nullable): %NULL tells nobody anything */
  WsmIdentifyResponse *signed_in; /* (owned) */
  WsmReplayMemory *replays;       /* (owned) */
  WsmRequestRate *rate;           /* (owned) */
};

struct _WsmPending
{
  WsmDispatcher *dispatcher; /* (owned) */
  WsmEnvelope *request;      /* (owned) */
  GCancellable *cancellable; /* (owned) */
  guint64 ticket;            /* in the replay memory; 0 if the request does not act */
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

  g_ref_count_init (&self->references);
  self->handler = g_object_ref (handler);
  self->replays = wsm_replay_memory_new ();
  self->rate = wsm_request_rate_new (limits->requests_per_minute_per_user);
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
  wsm_replay_memory_free (self->replays);
  wsm_request_rate_free (self->rate);
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

static void
set_envelope (WsmAnswer *answer, guint status, WsmEnvelope *envelope)
{
  answer->status = status;
  answer->charset = wsm_envelope_get_charset (envelope);
  answer->body = wsm_envelope_serialize (envelope);
}

static void
set_fault (WsmAnswer *answer, WsmEnvelope *request, WsmCharset charset, WsmFault *fault)
{
  g_autoptr (WsmEnvelope) envelope = wsm_envelope_new_fault (request, charset, fault);

  set_envelope (answer, 500, envelope);
}

static void
set_request_fault (WsmAnswer *answer, WsmEnvelope *request, WsmFault *fault)
{
  set_fault (answer, request, wsm_envelope_get_charset (request), fault);
}

static void
set_object (WsmAnswer *answer, WsmEnvelope *request, WsmObject *object)
{
  g_autoptr (WsmEnvelope) envelope = wsm_envelope_new_reply (request, object);
  guint32 max = wsm_envelope_get_max_envelope_size (request);
  g_autoptr (WsmFault) fault = NULL;

  set_envelope (answer, 200, envelope);
  if (g_bytes_get_size (answer->body) <= max)
    return;

  fault = wsm_fault_new (WSM_FAULT_ENVELOPE_TOO_SMALL_FOR_ANSWER,
                         "The answer has %" G_GSIZE_FORMAT
                         " octets, but w:MaxEnvelopeSize allows %u; allow more.",
                         g_bytes_get_size (answer->body), max);
  wsm_answer_clear (answer);
  set_request_fault (answer, request, fault);
}

static void
set_identify (WsmAnswer *answer, WsmEnvelope *request, const WsmIdentifyResponse *response)
{
  g_autoptr (WsmEnvelope)
    envelope = wsm_envelope_new_identify_response (wsm_envelope_get_charset (request), response);

  set_envelope (answer, 200, envelope);
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
  set_identify (answer, request, self->anonymous);

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

/* The handler's answer. It is remembered even when nobody waits for it any more: that is when the
 * caller asks again. */
static void
done_cb (WsmObject *object, WsmFault *fault, gpointer user_data)
{
  WsmPending *self = user_data;
  WsmAnswer *answer = &self->answer;

  if (fault != NULL)
    set_request_fault (answer, self->request, fault);
  else
    set_object (answer, self->request, object);
  if (self->ticket != 0)
    wsm_replay_memory_end (self->dispatcher->replays, self->ticket, answer->status, answer->body);

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
ask_handler (WsmDispatcher *self, WsmPrincipal *principal, WsmEnvelope *request, guint64 ticket,
             WsmAnswer *answer, WsmAnswered answered, gpointer user_data)
{
  WsmPending *pending = g_new0 (WsmPending, 1);
  WsmOperation *operation;

  g_ref_count_inc (&self->references);
  pending->dispatcher = self;
  pending->request = wsm_envelope_ref (request);
  pending->cancellable = g_cancellable_new ();
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

/* winrm-wire-protocol, section 3.4: what carries an object and is no Get acts. */
static gboolean
is_acting (WsmEnvelope *request)
{
  return wsm_envelope_get_body_kind (request) == WSM_BODY_OBJECT &&
         g_strcmp0 (wsm_envelope_get_action (request), WSM_ACTION_GET) != 0;
}

static WsmFault *
fault_for_replay (WsmReplay replay)
{
  switch (replay)
    {
    case WSM_REPLAY_PENDING:
      return wsm_fault_new_with_code (WSM_FAULT_INTERNAL_ERROR, ERROR_INTERNAL_ERROR,
                                      "The same message is being worked on; wait for its answer.");
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

/* Returns whether the request is new and has to be asked. */
static gboolean
begin_acting (WsmDispatcher *self, WsmPrincipal *principal, const char *user, WsmEnvelope *request,
              GBytes *body, gint64 now_usec, guint64 *ticket, WsmAnswer *answer)
{
  g_autoptr (WsmFault) fault = NULL;
  WsmReplay replay;

  replay = wsm_replay_memory_begin (self->replays, user, wsm_envelope_get_message_id (request),
                                    body, now_usec, ticket, &answer->status, &answer->body);
  if (replay == WSM_REPLAY_NEW)
    return TRUE;

  answer->charset = wsm_envelope_get_charset (request);
  fault = fault_for_replay (replay);
  if (fault != NULL)
    set_request_fault (answer, request, fault);
  if (replay != WSM_REPLAY_FULL)
    wsm_service_audit (WSM_AUDIT_REPEATED, user, wsm_principal_get_mechanism (principal),
                       wsm_principal_get_address (principal), NULL,
                       replay == WSM_REPLAY_OTHER_MESSAGE
                         ? "Refused a message with the MessageID of another one"
                         : "A message came again; it does not act again");

  return FALSE;
}

static void
set_unreadable (WsmAnswer *answer, WsmCharset declared, const GError *error)
{
  g_autoptr (WsmFault) fault = wsm_fault_new_for_wire_error (error);

  g_debug ("A request could not be read: %s", error->message);
  if (fault != NULL)
    set_fault (answer, NULL, declared, fault);
  else
    answer->status = 400;
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
 * Answers one request of somebody who has signed in. A repeated request that acts gets the answer
 * of the first one; the same MessageID with another body gets InvalidMessageInformationHeader, and
 * while the first is being worked on InternalError with code 1359 (winrm-wire-protocol, section
 * 5.4).
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
  guint64 ticket = 0;
  gboolean is_too_fast;

  g_return_val_if_fail (principal != NULL, NULL);

  user = wsm_principal_to_string (principal);
  is_too_fast = !wsm_request_rate_take (self->rate, user, now_usec);
  request = wsm_envelope_parse (body, declared, &error);
  if (request == NULL)
    {
      set_unreadable (answer, declared, error);
      return NULL;
    }

  fault = is_too_fast ? wsm_fault_new (WSM_FAULT_QUOTA_LIMIT,
                                       "This user has sent too many requests within a minute; "
                                       "wait and send fewer.")
                      : wsm_envelope_check_request (request);
  if (fault != NULL)
    set_request_fault (answer, request, fault);
  else if (wsm_envelope_get_body_kind (request) == WSM_BODY_IDENTIFY)
    set_identify (answer, request, self->signed_in);
  else if (!is_acting (request) ||
           begin_acting (self, principal, user, request, body, now_usec, &ticket, answer))
    return ask_handler (self, principal, request, ticket, answer, answered, user_data);

  return NULL;
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
  g_autoptr (WsmFault) fault = wsm_fault_new (
    WSM_FAULT_TIMED_OUT, "The operation did not end within its OperationTimeout, and what became "
                         "of it is not known; ask for the state before sending it again.");

  set_request_fault (answer, self->request, fault);
  wsm_pending_abandon (self);
}
