/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-shell-message-private.h"

#include "wsm-wire-error.h"

G_DEFINE_BOXED_TYPE (WsmShellMessage, wsm_shell_message, wsm_shell_message_ref,
                     wsm_shell_message_unref)

static void
stream_free (gpointer data)
{
  WsmShellStream *stream = data;

  g_free (stream->name);
  g_free (stream->command_id);
  g_clear_pointer (&stream->data, g_bytes_unref);
  g_free (stream);
}

static void
variable_free (gpointer data)
{
  WsmShellVariable *variable = data;

  g_free (variable->name);
  g_free (variable->value);
  g_free (variable);
}

/**
 * wsm_shell_message_new:
 * @kind: which operation
 *
 * Returns: (transfer full): a message without any part; idle_timeout_msec is -1
 */
WsmShellMessage *
wsm_shell_message_new (WsmShellMessageKind kind)
{
  WsmShellMessage *self = g_new0 (WsmShellMessage, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->kind = kind;
  self->idle_timeout_msec = -1;

  return self;
}

/**
 * wsm_shell_message_ref:
 * @self: a message
 *
 * Returns: (transfer full): @self
 */
WsmShellMessage *
wsm_shell_message_ref (WsmShellMessage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * wsm_shell_message_unref:
 * @self: (transfer full): a message
 */
void
wsm_shell_message_unref (WsmShellMessage *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->shell_id);
  g_free (self->command_id);
  g_free (self->name);
  g_free (self->resource_uri);
  g_free (self->owner);
  g_free (self->client_ip);
  g_free (self->address);
  g_free (self->state);
  g_strfreev (self->input_streams);
  g_strfreev (self->output_streams);
  g_free (self->working_directory);
  g_clear_pointer (&self->environment, g_ptr_array_unref);
  g_free (self->buffer_mode);
  g_free (self->open_content);
  g_free (self->command_line);
  g_strfreev (self->arguments);
  g_clear_pointer (&self->streams, g_ptr_array_unref);
  g_free (self->code);
  g_free (self);
}

/**
 * wsm_shell_message_add_stream:
 * @self: a message that nobody else has yet, of %WSM_SHELL_SEND or %WSM_SHELL_RECEIVE_RESPONSE
 * @name: name of the stream
 * @command_id: (nullable): the command it belongs to; %NULL for the shell itself
 * @data: (transfer none) (nullable): octets
 * @end: whether nothing comes after them
 *
 * An answer is written with the octets of all streams first and the ends behind them.
 */
void
wsm_shell_message_add_stream (WsmShellMessage *self, const char *name, const char *command_id,
                              GBytes *data, gboolean end)
{
  WsmShellStream *stream;

  g_return_if_fail (self != NULL);
  g_return_if_fail (name != NULL);

  stream = g_new0 (WsmShellStream, 1);
  stream->name = g_strdup (name);
  stream->command_id = g_strdup (command_id);
  stream->data = data != NULL ? g_bytes_ref (data) : NULL;
  stream->end = end;

  if (self->streams == NULL)
    self->streams = g_ptr_array_new_with_free_func (stream_free);
  g_ptr_array_add (self->streams, stream);
}

/**
 * wsm_shell_message_add_variable:
 * @self: a message that nobody else has yet, of %WSM_SHELL_CREATE
 * @name: name of the variable
 * @value: its value
 */
void
wsm_shell_message_add_variable (WsmShellMessage *self, const char *name, const char *value)
{
  WsmShellVariable *variable;

  g_return_if_fail (self != NULL);
  g_return_if_fail (name != NULL);
  g_return_if_fail (value != NULL);

  variable = g_new0 (WsmShellVariable, 1);
  variable->name = g_strdup (name);
  variable->value = g_strdup (value);

  if (self->environment == NULL)
    self->environment = g_ptr_array_new_with_free_func (variable_free);
  g_ptr_array_add (self->environment, variable);
}

/**
 * wsm_shell_message_set_open_content:
 * @self: a message that nobody else has yet
 * @xml: (nullable): elements as a plug-in or a person wrote them; %NULL for none
 * @error: a #WsmWireError
 *
 * The one way in for XML from elsewhere: what is not well-formed by itself, or has what SOAP
 * forbids, is refused, since it would make the whole message unreadable.
 *
 * Returns: %FALSE with @error set if @xml cannot be part of a message
 */
gboolean
wsm_shell_message_set_open_content (WsmShellMessage *self, const char *xml, GError **error)
{
  char *content = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  if (xml != NULL && (content = wsm_xml_dup_content (xml, error)) == NULL)
    return FALSE;

  g_free (self->open_content);
  self->open_content = content;

  return TRUE;
}

/* What a client sends with which action. */
static const struct
{
  const char *action;
  WsmShellMessageKind request;
} operations[] = {
  { WSM_ACTION_CREATE, WSM_SHELL_CREATE },
  { WSM_ACTION_SHELL_COMMAND, WSM_SHELL_COMMAND },
  { WSM_ACTION_SHELL_SEND, WSM_SHELL_SEND },
  { WSM_ACTION_SHELL_RECEIVE, WSM_SHELL_RECEIVE },
  { WSM_ACTION_SHELL_SIGNAL, WSM_SHELL_SIGNAL },
  { WSM_ACTION_SHELL_CONNECT, WSM_SHELL_CONNECT },
  { WSM_ACTION_SHELL_DISCONNECT, WSM_SHELL_DISCONNECT },
  { WSM_ACTION_SHELL_RECONNECT, WSM_SHELL_RECONNECT },
};

/* wsm_shell_message_get_action: the action that a body is sent with; NULL for those of answers. */
const char *
wsm_shell_message_get_action (WsmShellMessageKind kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    if (operations[i].request == kind)
      return operations[i].action;

  return NULL;
}

/* wsm_shell_message_needs_body: the body that an action needs; FALSE if it is none of shells.
 * Create and Get are not of shells alone. */
gboolean
wsm_shell_message_needs_body (const char *action, WsmShellMessageKind *kind)
{
  if (!g_str_has_prefix (action, WSM_SHELL_URI "/"))
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    if (g_str_equal (operations[i].action, action))
      {
        *kind = operations[i].request;
        return TRUE;
      }

  return FALSE;
}

/* wsm_shell_message_is_answer: whether a service sends it, and no client. */
gboolean
wsm_shell_message_is_answer (WsmShellMessageKind kind)
{
  return wsm_shell_message_get_action (kind) == NULL;
}
