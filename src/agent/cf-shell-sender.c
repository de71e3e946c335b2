/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-shell-sender.h"

#include "cf-shell-command.h"
#include "plugin-api/wsman-plugin.h"

/* A plug-in that takes nothing must not make the agent keep whatever is sent. */
#define MAX_WAITING_OCTETS (1024 * 1024)
#define MAX_WAITING        64

/* One Send: pieces of one or more streams. */
typedef struct
{
  CfShellSender *sender;   /* (unowned) */
  CfShellRequest *request; /* (owned) */
  guint next;              /* the piece that is with the plug-in */
  gsize n_octets;
} Sending;

struct _CfShellSender
{
  CfShell *shell;          /* (unowned): contains this, and is kept while the call is open */
  CfShellCommand *command; /* (unowned) (nullable): contains this */
  CfShellCall call;
  GQueue waiting; /* (element-type Sending): the first one is with the plug-in */
  gsize n_octets; /* in all of them */
  gboolean is_advancing;
};

/**
 * cf_shell_sender_new:
 * @shell: a shell, which owns this
 * @command: (nullable): one of its commands, which owns this
 *
 * Returns: (transfer full): a sender
 */
CfShellSender *
cf_shell_sender_new (CfShell *shell, CfShellCommand *command)
{
  CfShellSender *self = g_new0 (CfShellSender, 1);

  self->shell = shell;
  self->command = command;
  g_queue_init (&self->waiting);

  return self;
}

/**
 * cf_shell_sender_free:
 * @self: (transfer full): a sender for which nobody waits
 */
void
cf_shell_sender_free (CfShellSender *self)
{
  g_return_if_fail (self->waiting.length == 0);

  g_free (self);
}

static GPtrArray *
get_streams (Sending *sending)
{
  return cf_shell_request_get_message (sending->request)->streams;
}

/* Takes it out of the queue; the request is the caller's to answer. */
static CfShellRequest *
sending_end (Sending *sending)
{
  CfShellRequest *request = sending->request;

  g_queue_remove (&sending->sender->waiting, sending);
  sending->sender->n_octets -= sending->n_octets;
  g_free (sending);

  return request;
}

static void
answer_sent (Sending *sending)
{
  g_autoptr (WsmShellMessage) answer = wsm_shell_message_new (WSM_SHELL_SEND_RESPONSE);

  cf_shell_request_return_message (sending_end (sending), answer);
}

static void advance (CfShellSender *self);

static void
completed_cb (guint32 code, const char *extended_information, gpointer user_data)
{
  CfShellSender *self = user_data;
  g_autoptr (CfShell) shell = self->shell; /* the reference that the call held */
  Sending *sending = g_queue_peek_head (&self->waiting);
  gboolean was_cancelled = self->call.is_cancelled;

  cf_shell_call_end (&self->call);
  sending->next++;
  if (code != 0)
    cf_shell_request_return_code (sending_end (sending), code, extended_information);
  else if (sending->next == get_streams (sending)->len)
    answer_sent (sending);
  else if (was_cancelled)
    cf_shell_request_return_cancelled (sending_end (sending));
  advance (self);
}

static void
ask_plugin (CfShellSender *self, Sending *sending)
{
  static const CfPluginCallEvents events = { .completed = completed_cb };
  WsmOperation *operation = cf_shell_request_get_operation (sending->request);
  const WsmShellStream *stream = g_ptr_array_index (get_streams (sending), sending->next);
  g_auto (CfPluginRequest) request = { 0 };
  g_autoptr (GBytes) data = NULL;
  g_autoptr (WsmFault) fault = NULL;

  data = stream->data != NULL ? g_bytes_ref (stream->data) : g_bytes_new_static ("", 0);
  cf_plugin_request_init (&request, operation);
  request.call.kind = CF_PLUGIN_SEND;
  request.call.shell = self->shell->call.id;
  request.call.command = self->command != NULL ? cf_shell_command_get_call (self->command) : 0;
  request.call.stream = stream->name;
  request.call.data = data;
  request.call.no_more_data = stream->end;

  cf_shell_ref (self->shell);
  if (cf_shell_call_begin (&self->call, self->shell->plugin,
                           wsm_operation_get_principal (operation), &request.call, &events, self,
                           &fault))
    return;
  cf_shell_request_return_fault (sending_end (sending), fault);
  cf_shell_unref (self->shell);
}

/* Passes on the next piece. A plug-in may take pieces at once, hence a loop and no recursion. */
static void
advance (CfShellSender *self)
{
  g_autoptr (CfShell) shell = NULL;

  if (self->is_advancing)
    return;

  shell = cf_shell_ref (self->shell);
  self->is_advancing = TRUE;
  while (!self->call.is_open && self->waiting.length > 0)
    ask_plugin (self, g_queue_peek_head (&self->waiting));
  self->is_advancing = FALSE;
}

static void
cancelled_cb (CfShellRequest *request, gpointer user_data)
{
  Sending *sending = user_data;
  CfShellSender *self = sending->sender;

  if (self->call.is_open && g_queue_peek_head (&self->waiting) == sending)
    cf_shell_call_cancel (&self->call, self->shell->plugin);
  else
    cf_shell_request_return_cancelled (sending_end (sending));
}

static gboolean
check_streams (CfShellSender *self, WsmOperation *operation, gsize *n_octets)
{
  const WsmShellMessage *message = wsm_envelope_get_shell_message (
    wsm_operation_get_request (operation));
  g_autofree char *reason = NULL;

  *n_octets = 0;
  for (guint i = 0; message->streams != NULL && i < message->streams->len; i++)
    {
      const WsmShellStream *stream = g_ptr_array_index (message->streams, i);

      if (!g_strv_contains ((const char *const *) self->shell->input_streams, stream->name))
        {
          reason = g_strdup_printf ("The shell has no input stream \"%s\".", stream->name);
          cf_shell_refuse_with_code (operation, ERROR_WSMAN_SHELL_INVALID_INPUT_STREAM, reason);
          return FALSE;
        }
      *n_octets += stream->data != NULL ? g_bytes_get_size (stream->data) : 0;
    }
  return TRUE;
}

/**
 * cf_shell_sender_send:
 * @self: a sender
 * @operation: Send: answered when the plug-in has taken all of it, or when it takes some of it not
 */
void
cf_shell_sender_send (CfShellSender *self, WsmOperation *operation)
{
  WsmShellMessage *message = wsm_envelope_get_shell_message (wsm_operation_get_request (operation));
  Sending *sending;
  gsize n_octets;

  if (message->streams == NULL || message->streams->len == 0)
    {
      cf_shell_refuse (operation, WSM_FAULT_SCHEMA_VALIDATION_ERROR,
                       "Send needs one rsp:Stream at least.");
      return;
    }
  if (!check_streams (self, operation, &n_octets))
    return;
  if (self->waiting.length >= MAX_WAITING ||
      (self->waiting.length > 0 && self->n_octets + n_octets > MAX_WAITING_OCTETS))
    {
      cf_shell_refuse (operation, WSM_FAULT_CONCURRENCY,
                       "The command has not taken what was sent before; send more when that is "
                       "answered.");
      return;
    }

  sending = g_new0 (Sending, 1);
  sending->sender = self;
  sending->n_octets = n_octets;
  sending->request = cf_shell_request_new (self->shell, operation, cancelled_cb, sending);
  g_queue_push_tail (&self->waiting, sending);
  self->n_octets += n_octets;
  advance (self);
}
