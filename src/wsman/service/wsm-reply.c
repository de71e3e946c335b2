/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-reply.h"

static void
set_envelope (WsmAnswer *self, guint status, WsmEnvelope *envelope)
{
  self->status = status;
  self->charset = wsm_envelope_get_charset (envelope);
  self->body = wsm_envelope_serialize (envelope);
}

/**
 * wsm_answer_set_identify:
 * @self: (inout): the answer
 * @request: what is answered
 * @response: what the caller may know
 */
void
wsm_answer_set_identify (WsmAnswer *self, WsmEnvelope *request, const WsmIdentifyResponse *response)
{
  g_autoptr (WsmEnvelope)
    envelope = wsm_envelope_new_identify_response (wsm_envelope_get_charset (request), response);

  set_envelope (self, 200, envelope);
}

/**
 * wsm_answer_set_fault:
 * @self: (inout): the answer
 * @request: what is answered
 * @fault: (transfer none): with what
 */
void
wsm_answer_set_fault (WsmAnswer *self, WsmEnvelope *request, WsmFault *fault)
{
  g_autoptr (WsmEnvelope)
    envelope = wsm_envelope_new_fault (request, wsm_envelope_get_charset (request), fault);

  set_envelope (self, 500, envelope);
}

/**
 * wsm_answer_set_unreadable:
 * @self: (inout): the answer
 * @declared: the charset of the Content-Type
 * @error: why there is no envelope in the body
 */
void
wsm_answer_set_unreadable (WsmAnswer *self, WsmCharset declared, const GError *error)
{
  g_autoptr (WsmFault) fault = wsm_fault_new_for_wire_error (error);
  g_autoptr (WsmEnvelope) envelope = NULL;

  g_debug ("A request could not be read: %s", error->message);
  if (fault == NULL)
    {
      self->status = 400;
      return;
    }
  envelope = wsm_envelope_new_fault (NULL, declared, fault);
  set_envelope (self, 500, envelope);
}

static WsmEnvelope *
new_reply (WsmEnvelope *request, const WsmOutcome *outcome)
{
  return outcome->shell != NULL ? wsm_envelope_new_shell_reply (request, outcome->shell)
                                : wsm_envelope_new_reply (request, outcome->object);
}

/**
 * wsm_answer_set_outcome:
 * @self: (inout): the answer
 * @request: what is answered
 * @outcome: what became of it; an answer that is longer than the caller allows is a fault instead
 */
void
wsm_answer_set_outcome (WsmAnswer *self, WsmEnvelope *request, const WsmOutcome *outcome)
{
  guint32 max = wsm_envelope_get_max_envelope_size (request);
  g_autoptr (WsmEnvelope) envelope = NULL;
  g_autoptr (WsmFault) fault = NULL;

  if (outcome->fault != NULL)
    {
      wsm_answer_set_fault (self, request, outcome->fault);
      return;
    }
  envelope = new_reply (request, outcome);
  set_envelope (self, 200, envelope);
  if (g_bytes_get_size (self->body) <= max)
    return;

  fault = wsm_fault_new (WSM_FAULT_ENVELOPE_TOO_SMALL_FOR_ANSWER,
                         "The answer has %" G_GSIZE_FORMAT
                         " octets, but w:MaxEnvelopeSize allows %u; allow more.",
                         g_bytes_get_size (self->body), max);
  wsm_answer_clear (self);
  wsm_answer_set_fault (self, request, fault);
}
