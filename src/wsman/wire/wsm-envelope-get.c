/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-duration.h"
#include "wsm-envelope-private.h"

/**
 * wsm_envelope_get_charset:
 * @self: an envelope
 *
 * Returns: what it is sent in, or what it came in, whatever its Content-Type said
 */
WsmCharset
wsm_envelope_get_charset (WsmEnvelope *self)
{
  g_return_val_if_fail (self != NULL, WSM_CHARSET_UTF_8);

  return self->charset;
}

static const char *
get_header (WsmEnvelope *self, WsmHeader header)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->headers[header];
}

/**
 * wsm_envelope_get_to:
 * @self: an envelope
 *
 * Returns: (nullable): a:To
 */
const char *
wsm_envelope_get_to (WsmEnvelope *self)
{
  return get_header (self, WSM_HEADER_TO);
}

/**
 * wsm_envelope_get_action:
 * @self: an envelope
 *
 * Returns: (nullable): a:Action
 */
const char *
wsm_envelope_get_action (WsmEnvelope *self)
{
  return get_header (self, WSM_HEADER_ACTION);
}

/**
 * wsm_envelope_get_resource_uri:
 * @self: an envelope
 *
 * Returns: (nullable): w:ResourceURI
 */
const char *
wsm_envelope_get_resource_uri (WsmEnvelope *self)
{
  return get_header (self, WSM_HEADER_RESOURCE_URI);
}

/**
 * wsm_envelope_get_message_id:
 * @self: an envelope
 *
 * Returns: (nullable): a:MessageID as it was sent, in its case
 */
const char *
wsm_envelope_get_message_id (WsmEnvelope *self)
{
  return get_header (self, WSM_HEADER_MESSAGE_ID);
}

/**
 * wsm_envelope_get_relates_to:
 * @self: an envelope
 *
 * Returns: (nullable): a:RelatesTo; an answer to an unreadable request has none
 */
const char *
wsm_envelope_get_relates_to (WsmEnvelope *self)
{
  return get_header (self, WSM_HEADER_RELATES_TO);
}

/**
 * wsm_envelope_get_session_id:
 * @self: an envelope
 *
 * Returns: (nullable): p:SessionId, the same in all requests of one client program
 */
const char *
wsm_envelope_get_session_id (WsmEnvelope *self)
{
  return get_header (self, WSM_HEADER_SESSION_ID);
}

/**
 * wsm_envelope_get_locale:
 * @self: an envelope
 *
 * Returns: (nullable): `xml:lang` of w:Locale, such as `en-US`: the wanted language of texts
 */
const char *
wsm_envelope_get_locale (WsmEnvelope *self)
{
  return get_header (self, WSM_HEADER_LOCALE);
}

/**
 * wsm_envelope_get_data_locale:
 * @self: an envelope
 *
 * Returns: (nullable): `xml:lang` of p:DataLocale: the wanted form of numbers and dates
 */
const char *
wsm_envelope_get_data_locale (WsmEnvelope *self)
{
  return get_header (self, WSM_HEADER_DATA_LOCALE);
}

/**
 * wsm_envelope_get_operation_timeout_msec:
 * @self: an envelope
 *
 * Returns: how long a service may take for the request, 1 to %WSM_MAX_OPERATION_TIMEOUT_MSEC: a
 *   longer time is cut, an absent or invalid one counts as the longest
 */
gint64
wsm_envelope_get_operation_timeout_msec (WsmEnvelope *self)
{
  const char *text = get_header (self, WSM_HEADER_OPERATION_TIMEOUT);
  gint64 msec;

  if (text == NULL || !wsm_duration_parse (text, &msec, NULL) || msec <= 0)
    return WSM_MAX_OPERATION_TIMEOUT_MSEC;

  return MIN (msec, WSM_MAX_OPERATION_TIMEOUT_MSEC);
}

/**
 * wsm_envelope_get_max_envelope_size:
 * @self: an envelope
 *
 * Returns: how many octets the answer may have: what the request says, with %G_MAXUINT32 for all
 *   beyond; %WSM_MAX_ENVELOPE_SIZE if it says nothing or no number
 */
guint32
wsm_envelope_get_max_envelope_size (WsmEnvelope *self)
{
  const char *text = get_header (self, WSM_HEADER_MAX_ENVELOPE_SIZE);
  guint64 size;

  if (text == NULL || !g_ascii_isdigit (*text))
    return WSM_MAX_ENVELOPE_SIZE;

  size = g_ascii_strtoull (text, NULL, 10);

  return MIN (size, G_MAXUINT32);
}

/**
 * wsm_envelope_get_selectors:
 * @self: an envelope
 *
 * Returns: (transfer none) (nullable): w:SelectorSet, selector names as value names; %NULL if the
 *   message has none
 */
WsmObject *
wsm_envelope_get_selectors (WsmEnvelope *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->selectors;
}

/**
 * wsm_envelope_get_options:
 * @self: an envelope
 *
 * Returns: (transfer none) (nullable): w:OptionSet, option names as value names; %NULL if the
 *   message has none
 */
WsmObject *
wsm_envelope_get_options (WsmEnvelope *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->options;
}

/**
 * wsm_envelope_options_must_be_understood:
 * @self: an envelope
 *
 * Returns: whether w:OptionSet has mustUnderstand: a resource without options must refuse it then
 */
gboolean
wsm_envelope_options_must_be_understood (WsmEnvelope *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->must_understand_options;
}

/**
 * wsm_envelope_option_must_comply:
 * @self: an envelope
 * @index: which of the values of wsm_envelope_get_options()
 *
 * Returns: whether the option has MustComply (DSP0226, section 6.4): who does not know it has to
 *   refuse the request
 */
gboolean
wsm_envelope_option_must_comply (WsmEnvelope *self, guint index)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return index < WSM_MAX_OPTIONS && (self->must_comply >> index & 1) != 0;
}

/**
 * wsm_envelope_get_body_kind:
 * @self: an envelope
 *
 * Returns: what its body is; one of the getters below has it
 */
WsmBodyKind
wsm_envelope_get_body_kind (WsmEnvelope *self)
{
  g_return_val_if_fail (self != NULL, WSM_BODY_EMPTY);

  return self->body_kind;
}

/**
 * wsm_envelope_get_object:
 * @self: an envelope
 *
 * Returns: (transfer none) (nullable): the body, if it is %WSM_BODY_OBJECT
 */
WsmObject *
wsm_envelope_get_object (WsmEnvelope *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->object;
}

/**
 * wsm_envelope_get_shell_message:
 * @self: an envelope
 *
 * Returns: (transfer none) (nullable): the body, if it is %WSM_BODY_SHELL; in order only if
 *   wsm_envelope_check_request() says so
 */
WsmShellMessage *
wsm_envelope_get_shell_message (WsmEnvelope *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->shell;
}

/**
 * wsm_envelope_get_fault:
 * @self: an envelope
 *
 * Returns: (transfer none) (nullable): the body, if it is %WSM_BODY_FAULT
 */
WsmFault *
wsm_envelope_get_fault (WsmEnvelope *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->fault;
}

/**
 * wsm_envelope_get_identify_response:
 * @self: an envelope
 *
 * Returns: (transfer none) (nullable): the body, if it is %WSM_BODY_IDENTIFY_RESPONSE
 */
const WsmIdentifyResponse *
wsm_envelope_get_identify_response (WsmEnvelope *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->identify;
}
