/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-shell-command.h"
#include "cf-shell-private.h"
#include "cf-shell-receiver.h"
#include "cf-shell-sender.h"

#define ERROR_SHELL_DISCONNECTED 0x803381C4u

static void
handle_get (CfShell *self, WsmOperation *operation)
{
  g_autoptr (WsmShellMessage) answer = cf_shell_describe (self, WSM_SHELL_DESCRIBED);

  cf_shell_request_return_message (cf_shell_request_new (self, operation, NULL, NULL), answer);
}

/* Answered when nothing of it is left (wsman-plugin-api.md section 11, case 29), even if nobody
 * waits for that any more. */
static void
handle_delete (CfShell *self, WsmOperation *operation)
{
  self->deleting = cf_shell_request_new (self, operation, NULL, NULL);
  cf_shell_close (self);
}

/* @id: (nullable): none is the shell itself. Returns FALSE, having answered, if there is no such
 * command. */
static gboolean
find_command (CfShell *self, WsmOperation *operation, const char *id, CfShellCommand **command)
{
  *command = id != NULL ? cf_shell_command_find (self, id) : NULL;
  if (id == NULL || (*command != NULL && cf_shell_command_is_reported (*command)))
    return TRUE;

  cf_shell_refuse (operation, WSM_FAULT_UNEXPECTED_SELECTORS,
                   "The shell has no such command; it may have ended.");
  return FALSE;
}

static void
handle_receive (CfShell *self, WsmOperation *operation)
{
  const WsmShellMessage *message = wsm_envelope_get_shell_message (
    wsm_operation_get_request (operation));
  CfShellCommand *command;

  if (find_command (self, operation, message->command_id, &command))
    cf_shell_receiver_receive (
      command != NULL ? cf_shell_command_get_receiver (command) : self->receiver, operation);
}

static void
handle_send (CfShell *self, WsmOperation *operation)
{
  GPtrArray *streams =
    wsm_envelope_get_shell_message (wsm_operation_get_request (operation))->streams;
  const WsmShellStream *first = streams != NULL && streams->len > 0 ? streams->pdata[0] : NULL;
  const char *id = first != NULL ? first->command_id : NULL;
  CfShellCommand *command;

  for (guint i = 1; streams != NULL && i < streams->len; i++)
    {
      const char *other = ((const WsmShellStream *) streams->pdata[i])->command_id;

      if ((id == NULL) != (other == NULL) || (id != NULL && g_ascii_strcasecmp (id, other) != 0))
        {
          cf_shell_refuse (operation, WSM_FAULT_SCHEMA_VALIDATION_ERROR,
                           "The streams of one Send have to be those of one command.");
          return;
        }
    }

  if (find_command (self, operation, id, &command))
    cf_shell_sender_send (command != NULL ? cf_shell_command_get_sender (command) : self->sender,
                          operation);
}

static void
handle_signal (CfShell *self, WsmOperation *operation)
{
  const WsmShellMessage *message = wsm_envelope_get_shell_message (
    wsm_operation_get_request (operation));
  CfShellCommand *command;

  if (find_command (self, operation, message->command_id, &command))
    cf_shell_signal (self, command, operation);
}

#define NO_BODY ((WsmShellMessageKind) -1)

static const struct
{
  const char *action;
  WsmShellMessageKind body;
  gboolean needs_connection; /* of a client */
  void (*handle) (CfShell *self, WsmOperation *operation);
} actions[] = {
  { WSM_ACTION_SHELL_RECEIVE, WSM_SHELL_RECEIVE, TRUE, handle_receive },
  { WSM_ACTION_SHELL_COMMAND, WSM_SHELL_COMMAND, TRUE, cf_shell_command_create },
  { WSM_ACTION_SHELL_SEND, WSM_SHELL_SEND, TRUE, handle_send },
  { WSM_ACTION_SHELL_SIGNAL, WSM_SHELL_SIGNAL, TRUE, handle_signal },
  { WSM_ACTION_DELETE, NO_BODY, FALSE, handle_delete },
  { WSM_ACTION_GET, NO_BODY, FALSE, handle_get },
  { WSM_ACTION_SHELL_CONNECT, WSM_SHELL_CONNECT, FALSE, cf_shell_connect },
  { WSM_ACTION_SHELL_DISCONNECT, WSM_SHELL_DISCONNECT, FALSE, cf_shell_disconnect },
  { WSM_ACTION_SHELL_RECONNECT, WSM_SHELL_RECONNECT, FALSE, cf_shell_reconnect },
};

/**
 * cf_shell_handle:
 * @self: a live shell
 * @operation: its owner asks for something other than Create
 *
 * Answers, now or later.
 */
void
cf_shell_handle (CfShell *self, WsmOperation *operation)
{
  WsmEnvelope *request = wsm_operation_get_request (operation);
  const WsmShellMessage *message = wsm_envelope_get_shell_message (request);
  const char *action = wsm_envelope_get_action (request);
  g_autoptr (CfShell) hold = cf_shell_ref (self);
  gsize i = 0;

  while (i < G_N_ELEMENTS (actions) && !g_str_equal (action, actions[i].action))
    i++;

  if (i == G_N_ELEMENTS (actions))
    cf_shell_refuse (operation, WSM_FAULT_ACTION_NOT_SUPPORTED, "A shell knows no action %s.",
                     action);
  else if (actions[i].body != NO_BODY && (message == NULL || message->kind != actions[i].body))
    cf_shell_refuse (operation, WSM_FAULT_ACTION_MISMATCH,
                     "The body of the request does not belong to its action %s.", action);
  else if (actions[i].needs_connection && self->is_disconnected)
    cf_shell_refuse_with_code (operation, ERROR_SHELL_DISCONNECTED,
                               "The shell is disconnected; reconnect to it first.");
  else
    actions[i].handle (self, operation);
}

/* The id that a client asked for if it may have it, or a new one. */
char *
cf_shell_choose_id (const char *asked, gboolean is_free)
{
  g_autofree char *id = g_uuid_string_random ();

  if (asked != NULL && is_free && g_uuid_string_is_valid (asked))
    return g_strdup (asked);
  return g_ascii_strup (id, -1);
}

void
cf_shell_refuse (WsmOperation *operation, WsmFaultKind kind, const char *reason_format, ...)
{
  g_autoptr (WsmFault) fault = NULL;
  g_autofree char *reason = NULL;
  va_list args;

  va_start (args, reason_format);
  reason = g_strdup_vprintf (reason_format, args);
  va_end (args);
  fault = wsm_fault_new (kind, "%s", reason);
  wsm_operation_return_fault (operation, fault);
}

void
cf_shell_refuse_with_code (WsmOperation *operation, guint32 code, const char *reason)
{
  g_autoptr (WsmFault) fault = wsm_fault_new_for_code (code, NULL, reason);

  wsm_operation_return_fault (operation, fault);
}
