/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-envelope-private.h"

#include <string.h>

#include "wsm-duration.h"
#include "wsm-fault-private.h"
#include "wsm-shell-message-private.h"
#include "wsm-xml.h"

G_DEFINE_BOXED_TYPE (WsmEnvelope, wsm_envelope, wsm_envelope_ref, wsm_envelope_unref)

/* wsm_envelope_alloc: an envelope without headers; its body is the caller's to fill. */
WsmEnvelope *
wsm_envelope_alloc (WsmCharset charset, WsmBodyKind body_kind)
{
  WsmEnvelope *self = g_new (WsmEnvelope, 1);

  /* The room for text is written before it is read. */
  memset (self, 0, G_STRUCT_OFFSET (WsmEnvelope, first_text));
  g_atomic_ref_count_init (&self->ref_count);
  self->charset = charset;
  self->body_kind = body_kind;
  wsm_arena_init (&self->arena, self->first_text, sizeof self->first_text);

  return self;
}

/**
 * wsm_envelope_ref:
 * @self: an envelope
 *
 * Returns: (transfer full): @self
 */
WsmEnvelope *
wsm_envelope_ref (WsmEnvelope *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * wsm_envelope_unref:
 * @self: (transfer full): an envelope
 */
void
wsm_envelope_unref (WsmEnvelope *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->selectors, wsm_object_unref);
  g_clear_pointer (&self->options, wsm_object_unref);
  g_clear_pointer (&self->refusal, wsm_fault_unref);
  g_clear_pointer (&self->body_refusal, wsm_fault_unref);
  g_clear_pointer (&self->object, wsm_object_unref);
  g_clear_pointer (&self->shell, wsm_shell_message_unref);
  g_clear_pointer (&self->fault, wsm_fault_unref);
  g_clear_pointer (&self->identify, wsm_identify_response_free);
  wsm_arena_clear (&self->arena);
  g_free (self);
}

static void
set_header (WsmEnvelope *self, WsmHeader header, const char *text)
{
  self->headers[header] = text != NULL ? wsm_arena_add_clean (&self->arena, text) : NULL;
}

/* Windows writes GUIDs in upper case and some services compare them by octets. */
static char *
new_uuid (void)
{
  g_autofree char *uuid = g_uuid_string_random ();

  for (char *p = uuid; *p != '\0'; p++)
    *p = g_ascii_toupper (*p);

  return g_strconcat ("uuid:", uuid, NULL);
}

static void
set_new_uuid (WsmEnvelope *self, WsmHeader header)
{
  g_autofree char *uuid = new_uuid ();

  self->headers[header] = wsm_arena_add (&self->arena, uuid, strlen (uuid));
}

/* The session of a client is this process. */
static const char *
get_session_id (void)
{
  static char *session_id = NULL;

  if (g_once_init_enter (&session_id))
    {
      char *made = new_uuid ();

      g_once_init_leave (&session_id, made);
    }

  return session_id;
}

static WsmEnvelope *
new_request (const char *to, const char *resource_uri, const char *action, gint64 timeout_msec,
             WsmBodyKind body_kind)
{
  WsmEnvelope *self = wsm_envelope_alloc (WSM_CHARSET_UTF_8, body_kind);
  g_autofree char *timeout = wsm_duration_format (timeout_msec);
  char size[16];

  g_snprintf (size, sizeof size, "%u", WSM_MAX_ENVELOPE_SIZE);
  set_header (self, WSM_HEADER_TO, to);
  set_header (self, WSM_HEADER_RESOURCE_URI, resource_uri);
  set_header (self, WSM_HEADER_REPLY_TO, WSM_ANONYMOUS_ROLE);
  set_header (self, WSM_HEADER_ACTION, action);
  set_header (self, WSM_HEADER_MAX_ENVELOPE_SIZE, size);
  set_new_uuid (self, WSM_HEADER_MESSAGE_ID);
  set_header (self, WSM_HEADER_SESSION_ID, get_session_id ());
  set_new_uuid (self, WSM_HEADER_OPERATION_ID);
  set_header (self, WSM_HEADER_SEQUENCE_ID, "1");
  set_header (self, WSM_HEADER_OPERATION_TIMEOUT, timeout);

  return self;
}

/**
 * wsm_envelope_new_identify:
 *
 * Returns: (transfer full): the request Identify (DSP0226, section 11), which has no headers
 */
WsmEnvelope *
wsm_envelope_new_identify (void)
{
  return wsm_envelope_alloc (WSM_CHARSET_UTF_8, WSM_BODY_IDENTIFY);
}

/**
 * wsm_envelope_new_get:
 * @to: the URL that the request goes to
 * @resource_uri: what to get; a singleton, as no selectors are sent
 * @timeout_msec: how long the service may take, in milliseconds, above 0
 *
 * Each call makes a new MessageID and OperationID.
 *
 * Returns: (transfer full): the request Get (WS-Transfer, section 3.1)
 */
WsmEnvelope *
wsm_envelope_new_get (const char *to, const char *resource_uri, gint64 timeout_msec)
{
  g_return_val_if_fail (to != NULL, NULL);
  g_return_val_if_fail (resource_uri != NULL, NULL);
  g_return_val_if_fail (timeout_msec > 0, NULL);

  return new_request (to, resource_uri, WSM_ACTION_GET, timeout_msec, WSM_BODY_EMPTY);
}

/**
 * wsm_envelope_new_invoke:
 * @to: the URL that the request goes to
 * @resource_uri: the class, which is also the namespace of its methods
 * @method: the name of the method, case-sensitive; the action is `resource_uri/method`
 * @input: (transfer none) (nullable): the body; %NULL sends an empty `{resource_uri}method_INPUT`
 * @timeout_msec: how long the service may take, in milliseconds, above 0
 *
 * Each call makes a new MessageID and OperationID.
 *
 * Returns: (transfer full): the request (DSP0227, section 12)
 */
WsmEnvelope *
wsm_envelope_new_invoke (const char *to, const char *resource_uri, const char *method,
                         WsmObject *input, gint64 timeout_msec)
{
  g_autofree char *action = NULL;
  WsmEnvelope *self;

  g_return_val_if_fail (to != NULL, NULL);
  g_return_val_if_fail (resource_uri != NULL, NULL);
  g_return_val_if_fail (method != NULL, NULL);
  g_return_val_if_fail (timeout_msec > 0, NULL);

  action = g_strconcat (resource_uri, "/", method, NULL);
  self = new_request (to, resource_uri, action, timeout_msec, WSM_BODY_OBJECT);
  if (input != NULL)
    {
      self->object = wsm_object_ref (input);
    }
  else
    {
      g_autofree char *name = g_strconcat (method, "_INPUT", NULL);

      self->object = wsm_object_new (resource_uri, name);
    }

  return self;
}

/**
 * wsm_envelope_new_shell_request:
 * @to: the URL that the request goes to
 * @resource_uri: the kind of shell, such as %WSM_SHELL_CMD_URI
 * @action: one of the `WSM_ACTION_…`
 * @shell_id: (nullable): the shell it is about; %NULL for Create
 * @options: (transfer none) (nullable): option names as value names
 * @message: (transfer none) (nullable): the body that belongs to @action; %NULL for Get and Delete,
 *   which have none
 * @timeout_msec: how long the service may take, in milliseconds, above 0
 *
 * Each call makes a new MessageID and OperationID.
 *
 * Returns: (transfer full): the request (winrm-wire-protocol.md, section 3.6)
 */
WsmEnvelope *
wsm_envelope_new_shell_request (const char *to, const char *resource_uri, const char *action,
                                const char *shell_id, WsmObject *options, WsmShellMessage *message,
                                gint64 timeout_msec)
{
  WsmEnvelope *self;

  g_return_val_if_fail (to != NULL, NULL);
  g_return_val_if_fail (resource_uri != NULL, NULL);
  g_return_val_if_fail (action != NULL, NULL);
  g_return_val_if_fail (message == NULL || !wsm_shell_message_is_answer (message->kind), NULL);
  g_return_val_if_fail (timeout_msec > 0, NULL);

  self = new_request (to, resource_uri, action, timeout_msec,
                      message != NULL ? WSM_BODY_SHELL : WSM_BODY_EMPTY);
  if (shell_id != NULL)
    {
      self->selectors = wsm_object_new (WSM_WSMAN_URI, "SelectorSet");
      wsm_object_add_string (self->selectors, WSM_SELECTOR_SHELL_ID, shell_id);
    }
  if (options != NULL)
    self->options = wsm_object_ref (options);
  if (message != NULL)
    self->shell = wsm_shell_message_ref (message);

  return self;
}

/**
 * wsm_envelope_new_identify_response:
 * @charset: that of the request
 * @response: (transfer none): what the service tells of itself
 *
 * Returns: (transfer full): the answer to Identify, which has no headers either
 */
WsmEnvelope *
wsm_envelope_new_identify_response (WsmCharset charset, const WsmIdentifyResponse *response)
{
  WsmEnvelope *self;

  g_return_val_if_fail (response != NULL, NULL);

  self = wsm_envelope_alloc (charset, WSM_BODY_IDENTIFY_RESPONSE);
  self->is_reply = TRUE;
  self->identify = wsm_identify_response_copy (response);

  return self;
}

static void
add_reply_headers (WsmEnvelope *self, WsmEnvelope *request)
{
  self->is_reply = TRUE;
  set_new_uuid (self, WSM_HEADER_MESSAGE_ID);
  set_header (self, WSM_HEADER_TO, WSM_ANONYMOUS_ROLE);
  if (request == NULL)
    return;

  set_header (self, WSM_HEADER_RELATES_TO, request->headers[WSM_HEADER_MESSAGE_ID]);
  set_header (self, WSM_HEADER_OPERATION_ID, request->headers[WSM_HEADER_OPERATION_ID]);
  set_header (self, WSM_HEADER_SEQUENCE_ID, request->headers[WSM_HEADER_SEQUENCE_ID]);
}

static WsmEnvelope *
new_reply (WsmEnvelope *request, WsmBodyKind body_kind)
{
  WsmEnvelope *self = wsm_envelope_alloc (request->charset, body_kind);

  add_reply_headers (self, request);
  if (request->headers[WSM_HEADER_ACTION] != NULL)
    {
      g_autofree char *action = g_strconcat (request->headers[WSM_HEADER_ACTION], "Response", NULL);

      set_header (self, WSM_HEADER_ACTION, action);
    }

  return self;
}

/**
 * wsm_envelope_new_reply:
 * @request: what is answered, having passed wsm_envelope_check_request()
 * @body: (transfer none) (nullable): the body; %NULL leaves it empty
 *
 * The action is the request's with "Response", the charset is the request's, RelatesTo repeats its
 * MessageID octet by octet. Whether the answer exceeds the asker's
 * wsm_envelope_get_max_envelope_size() is seen once it is serialised.
 *
 * Returns: (transfer full): the answer
 */
WsmEnvelope *
wsm_envelope_new_reply (WsmEnvelope *request, WsmObject *body)
{
  WsmEnvelope *self;

  g_return_val_if_fail (request != NULL, NULL);

  self = new_reply (request, body != NULL ? WSM_BODY_OBJECT : WSM_BODY_EMPTY);
  if (body != NULL)
    self->object = wsm_object_ref (body);

  return self;
}

/**
 * wsm_envelope_new_shell_reply:
 * @request: what is answered, having passed wsm_envelope_check_request()
 * @message: (transfer none) (nullable): the body; %NULL leaves it empty, as for Delete
 *
 * As wsm_envelope_new_reply(). How many octets of streams fit is told by
 * wsm_envelope_get_max_stream_octets().
 *
 * Returns: (transfer full): the answer
 */
WsmEnvelope *
wsm_envelope_new_shell_reply (WsmEnvelope *request, WsmShellMessage *message)
{
  WsmEnvelope *self;

  g_return_val_if_fail (request != NULL, NULL);
  g_return_val_if_fail (message == NULL || wsm_shell_message_is_answer (message->kind), NULL);

  self = new_reply (request, message != NULL ? WSM_BODY_SHELL : WSM_BODY_EMPTY);
  if (message != NULL)
    self->shell = wsm_shell_message_ref (message);

  return self;
}

/**
 * wsm_envelope_new_fault:
 * @request: (nullable): what is refused; %NULL if it was not readable
 * @charset: that of the request as far as it is known
 * @fault: (transfer none): why
 *
 * Returns: (transfer full): the answer, for HTTP status 500
 */
WsmEnvelope *
wsm_envelope_new_fault (WsmEnvelope *request, WsmCharset charset, WsmFault *fault)
{
  WsmEnvelope *self;

  g_return_val_if_fail (fault != NULL, NULL);

  self = wsm_envelope_alloc (charset, WSM_BODY_FAULT);
  add_reply_headers (self, request);
  set_header (self, WSM_HEADER_ACTION, wsm_fault_get_action (fault));
  self->fault = wsm_fault_ref (fault);

  return self;
}
