/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "wsm-duration.h"
#include "wsm-envelope-private.h"
#include "wsm-shell-message-private.h"

static WsmFault *
check_addressing (WsmEnvelope *self)
{
  static const struct
  {
    WsmHeader header;
    const char *name;
  } required[] = {
    { WSM_HEADER_ACTION, "a:Action" },
    { WSM_HEADER_MESSAGE_ID, "a:MessageID" },
    { WSM_HEADER_TO, "a:To" },
    { WSM_HEADER_REPLY_TO, "a:ReplyTo" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (required); i++)
    if (self->headers[required[i].header] == NULL)
      return wsm_fault_new (WSM_FAULT_MESSAGE_INFORMATION_HEADER_REQUIRED,
                            "The request has no header %s; add it.", required[i].name);

  if (strcmp (self->headers[WSM_HEADER_REPLY_TO], WSM_ANONYMOUS_ROLE) != 0 ||
      (self->headers[WSM_HEADER_FAULT_TO] != NULL &&
       strcmp (self->headers[WSM_HEADER_FAULT_TO], WSM_ANONYMOUS_ROLE) != 0))
    return wsm_fault_new (WSM_FAULT_UNSUPPORTED_ADDRESSING_MODE,
                          "The answer can go back on the connection of the request only; let "
                          "a:ReplyTo and a:FaultTo be the anonymous role.");

  return NULL;
}

static WsmFault *
check_max_envelope_size (const char *text)
{
  if (text == NULL)
    return NULL;

  /* Any number of digits is a size; beyond 32 bits it only means "no limit". */
  if (*text == '\0' || text[strspn (text, "0123456789")] != '\0')
    return wsm_fault_new (WSM_FAULT_SCHEMA_VALIDATION_ERROR,
                          "The header w:MaxEnvelopeSize is not a number of octets; correct it.");
  if (g_ascii_strtoull (text, NULL, 10) < WSM_MIN_ENVELOPE_SIZE)
    return wsm_fault_new (WSM_FAULT_MINIMUM_ENVELOPE_LIMIT,
                          "The header w:MaxEnvelopeSize allows less than %u octets, in which no "
                          "fault is sure to fit; allow more.",
                          WSM_MIN_ENVELOPE_SIZE);

  return NULL;
}

static WsmFault *
check_operation_timeout (const char *text)
{
  gint64 msec = 0;
  gboolean valid;

  if (text == NULL)
    return NULL;

  /* Clients write a negative one as PT-1S as well, which is no duration; Windows answers alike. */
  valid = wsm_duration_parse (text, &msec, NULL);
  if (msec < 0 || (!valid && strchr (text, '-') != NULL))
    return wsm_fault_new (WSM_FAULT_INVALID_MESSAGE_INFORMATION_HEADER,
                          "The header w:OperationTimeout is negative; use a time above 0.");
  if (!valid)
    return wsm_fault_new (WSM_FAULT_SCHEMA_VALIDATION_ERROR,
                          "The header w:OperationTimeout is not a duration; write it like "
                          "PT60.000S.");
  if (msec == 0)
    return wsm_fault_new (WSM_FAULT_INVALID_TIMEOUT,
                          "The header w:OperationTimeout leaves no time at all; use a time above "
                          "0.");

  return NULL;
}

static WsmFault *
check_resource (WsmEnvelope *self)
{
  if (self->headers[WSM_HEADER_RESOURCE_URI] == NULL)
    return wsm_fault_new (WSM_FAULT_INVALID_RESOURCE_URI,
                          "The request has no header w:ResourceURI, so it is not clear what it is "
                          "about; add it.");

  return NULL;
}

/* The action says what is wanted, the body what with; they have to be of one mind. */
static WsmFault *
check_shell (WsmEnvelope *self)
{
  const char *action = self->headers[WSM_HEADER_ACTION];
  WsmShellMessageKind needed;

  if (self->shell != NULL)
    {
      const char *expected = wsm_shell_message_get_action (self->shell->kind);

      if (expected != NULL && g_str_equal (action, expected))
        return NULL;
      return wsm_fault_new (WSM_FAULT_ACTION_MISMATCH,
                            "The body of the request is that of another action; send the body that "
                            "belongs to %s.",
                            action);
    }
  if (!wsm_shell_message_needs_body (action, &needed))
    return NULL;
  if (self->body_kind == WSM_BODY_EMPTY)
    return wsm_fault_new (WSM_FAULT_SCHEMA_VALIDATION_ERROR,
                          "The request has an empty body; send the one that belongs to %s.",
                          action);

  return wsm_fault_new (WSM_FAULT_ACTION_MISMATCH,
                        "The body of the request is not that of an operation on a shell; send the "
                        "one that belongs to %s.",
                        action);
}

static WsmFault *
check_body (WsmEnvelope *self)
{
  if (self->body_kind == WSM_BODY_FAULT || self->body_kind == WSM_BODY_IDENTIFY_RESPONSE ||
      (self->shell != NULL && wsm_shell_message_is_answer (self->shell->kind)))
    return wsm_fault_new (WSM_FAULT_SCHEMA_VALIDATION_ERROR,
                          "The message is an answer; a service takes requests only.");
  if (self->body_refusal != NULL)
    return wsm_fault_ref (self->body_refusal);

  return check_shell (self);
}

/**
 * wsm_envelope_check_request:
 * @self: an envelope that somebody sent to a service
 *
 * Checks what does not depend on resource and method (winrm-wire-protocol, sections 3.1 and 5.2):
 * headers that have to be understood, limits, the headers of WS-Addressing, MaxEnvelopeSize,
 * OperationTimeout, ResourceURI, and that the body of an operation on a shell is in order and that
 * of its action (section 3.6). Selectors and options are the handler's. Identify needs no headers.
 *
 * Returns: (transfer full) (nullable): the fault to answer; %NULL if the request is in order
 */
WsmFault *
wsm_envelope_check_request (WsmEnvelope *self)
{
  WsmFault *fault;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->refusal != NULL)
    return wsm_fault_ref (self->refusal);
  if (self->body_kind == WSM_BODY_IDENTIFY)
    return NULL;

  fault = check_addressing (self);
  if (fault == NULL && self->must_understand_locale)
    fault = wsm_fault_new (WSM_FAULT_UNSUPPORTED_LOCALE,
                           "This service answers in English only; send w:Locale with "
                           "mustUnderstand false.");
  if (fault == NULL)
    fault = check_max_envelope_size (self->headers[WSM_HEADER_MAX_ENVELOPE_SIZE]);
  if (fault == NULL)
    fault = check_operation_timeout (self->headers[WSM_HEADER_OPERATION_TIMEOUT]);
  if (fault == NULL)
    fault = check_resource (self);
  if (fault == NULL)
    fault = check_body (self);

  return fault;
}
