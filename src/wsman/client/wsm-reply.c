/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-reply.h"

#include <string.h>

#include "wsm-client-error.h"
#include "wsman/wire/wsm-wire-error.h"

static void
set_stranger_error (const WsmExpectation *expectation, const char *why, GError **error)
{
  g_set_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_NOT_WSMAN,
               "What answers on port %u of %s does not speak WS-Management: %s.",
               wsm_endpoint_get_port (expectation->asker.endpoint),
               wsm_endpoint_get_host (expectation->asker.endpoint), why);
}

/* The texts of the wire are for whoever wrote the message: here that is the other end. */
static const char *
explain (const GError *cause)
{
  if (g_error_matches (cause, WSM_WIRE_ERROR, WSM_WIRE_ERROR_MALFORMED))
    return "its answer is no XML, or broken";
  if (g_error_matches (cause, WSM_WIRE_ERROR, WSM_WIRE_ERROR_NOT_SOAP) ||
      g_error_matches (cause, WSM_WIRE_ERROR, WSM_WIRE_ERROR_SOAP_VERSION))
    return "its answer is no SOAP 1.2";
  if (g_error_matches (cause, WSM_WIRE_ERROR, WSM_WIRE_ERROR_ENCODING))
    return "its answer is neither UTF-8 nor UTF-16";
  if (g_error_matches (cause, WSM_WIRE_ERROR, WSM_WIRE_ERROR_SCHEMA) ||
      g_error_matches (cause, WSM_WIRE_ERROR, WSM_WIRE_ERROR_ABSENT) ||
      g_error_matches (cause, WSM_WIRE_ERROR, WSM_WIRE_ERROR_VALUE))
    return "its answer has not the form that WS-Management gives it";

  return "its answer holds what no answer may hold";
}

/* Whether the answer may be what came before the connection was lost: without a length nothing
 * tells its end. Matters where the rest would have told what the host does. */
static gboolean
may_be_cut_off (const WsmAnswer *answer, const WsmExpectation *expectation)
{
  return !expectation->is_repeatable && !answer->is_delimited &&
         (answer->status == SOUP_STATUS_OK || answer->status >= 500);
}

static void
set_cut_off_error (const WsmExpectation *expectation, GError **error)
{
  g_set_error (
    error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNKNOWN,
    "Sent, but %s hung up in the middle of its answer. Whether it acts on it is not known: "
    "check before sending again.",
    wsm_endpoint_get_host (expectation->asker.endpoint));
}

/* The envelope in the answer; NULL with @error set if there is none. */
static WsmEnvelope *
read_envelope (const WsmAnswer *answer, const WsmExpectation *expectation, GError **error)
{
  WsmCharset charset = WSM_CHARSET_UTF_8;
  g_autoptr (GError) cause = NULL;
  WsmEnvelope *reply = NULL;
  gboolean is_soap = answer->content_type == NULL ||
                     wsm_charset_from_content_type (answer->content_type, &charset);

  if (g_bytes_get_size (answer->body) == 0)
    {
      if (may_be_cut_off (answer, expectation))
        set_cut_off_error (expectation, error);
      else
        set_stranger_error (expectation, "its answer is empty", error);
      return NULL;
    }
  if (answer->is_encoded)
    {
      set_stranger_error (expectation, "its answer is compressed, which nobody asked for", error);
      return NULL;
    }
  if (!is_soap)
    {
      set_stranger_error (expectation, "its answer is no SOAP", error);
      return NULL;
    }

  reply = wsm_envelope_parse (answer->body, charset, &cause);
  if (reply == NULL && may_be_cut_off (answer, expectation))
    set_cut_off_error (expectation, error);
  else if (reply == NULL)
    set_stranger_error (expectation, explain (cause), error);

  return reply;
}

/* Some services leave RelatesTo out; one that answers something else than what was asked is none.
 */
static gboolean
is_answer_to (WsmEnvelope *reply, WsmEnvelope *request)
{
  const char *asked = wsm_envelope_get_message_id (request);
  const char *answered = wsm_envelope_get_relates_to (reply);

  return asked == NULL || answered == NULL || strcmp (asked, answered) == 0;
}

/**
 * wsm_reply_read:
 * @answer: what came
 * @expectation: what it has to fit
 * @error: as wsm_refusal_to_error(); %WSM_CLIENT_ERROR_FAULT, %WSM_CLIENT_ERROR_NOT_WSMAN,
 *   %WSM_CLIENT_ERROR_UNKNOWN
 *
 * Makes an envelope of an HTTP answer. A fault counts whatever the HTTP status is.
 *
 * Returns: (transfer full): the envelope, with a body of the expected kind; %NULL with @error set
 *   otherwise
 */
WsmEnvelope *
wsm_reply_read (const WsmAnswer *answer, const WsmExpectation *expectation, GError **error)
{
  g_autoptr (WsmEnvelope) reply = NULL;
  g_autoptr (GError) cause = NULL;

  if (answer->status != SOUP_STATUS_UNAUTHORIZED)
    reply = read_envelope (answer, expectation, &cause);

  if (reply != NULL && !is_answer_to (reply, expectation->request))
    {
      set_stranger_error (expectation, "it answers something that was not asked", error);
      return NULL;
    }
  if (reply != NULL && wsm_envelope_get_body_kind (reply) == WSM_BODY_FAULT)
    {
      g_propagate_error (error, wsm_client_error_new_fault (wsm_envelope_get_fault (reply)));
      return NULL;
    }
  if (answer->status != SOUP_STATUS_OK &&
      !g_error_matches (cause, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNKNOWN))
    {
      g_propagate_error (error, wsm_refusal_to_error (answer, &expectation->asker));
      return NULL;
    }
  if (reply == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return NULL;
    }
  if (wsm_envelope_get_body_kind (reply) != expectation->kind)
    {
      set_stranger_error (expectation, "its answer is of another kind than the question", error);
      return NULL;
    }

  return g_steal_pointer (&reply);
}
