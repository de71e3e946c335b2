/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-shell-command.h"

#include "cf-shell-receiver.h"
#include "cf-shell-sender.h"
#include "plugin-api/wsman-plugin.h"

/* So many commands are known at most after they have ended. */
#define MAX_OVER 64

struct _CfShellCommand
{
  CfShell *shell; /* (unowned): contains this, and is kept while the call is open */
  char *id;       /* (owned) */
  CfShellCall call;
  CfShellRequest *creating;  /* (owned) (nullable): Command */
  gboolean is_reported;      /* there for clients */
  gboolean is_released;      /* nothing of it is left in the plug-in */
  gboolean is_terminating;   /* its plug-in is being told that its client wants it to end */
  gboolean is_terminated;    /* by its client, who wants to know nothing any more */
  WsmFault *fault;           /* (owned) (nullable): why it failed after it had begun */
  CfShellReceiver *receiver; /* (owned) */
  CfShellSender *sender;     /* (owned) */
};

/**
 * cf_shell_command_free:
 * @self: (transfer full): a command with which nothing is open
 */
void
cf_shell_command_free (CfShellCommand *self)
{
  g_return_if_fail (!self->call.is_open);
  g_return_if_fail (self->creating == NULL);

  cf_shell_receiver_free (self->receiver);
  cf_shell_sender_free (self->sender);
  g_clear_pointer (&self->fault, wsm_fault_unref);
  g_free (self->id);
  g_free (self);
}

/* Whether it counts against MaxConcurrentCommandsPerShell: it runs, or costs memory. */
static gboolean
is_active (CfShellCommand *self)
{
  return !self->is_released || cf_shell_receiver_has_output (self->receiver);
}

/* Forgets the oldest of those that are over, if there are many. */
static void
forget_oldest (CfShell *shell)
{
  guint n_over = 0;

  for (guint i = shell->commands->len; i > 0; i--)
    {
      CfShellCommand *command = g_ptr_array_index (shell->commands, i - 1);

      if (command->is_released && !cf_shell_receiver_is_waited_for (command->receiver) &&
          ++n_over > MAX_OVER)
        g_ptr_array_remove_index (shell->commands, i - 1);
    }
}

static void
context_reported_cb (gpointer user_data)
{
  CfShellCommand *self = user_data;
  g_autoptr (WsmShellMessage) answer = wsm_shell_message_new (WSM_SHELL_COMMAND_RESPONSE);

  /* without its answer nobody would know of the command; it is being cancelled */
  if (cf_shell_request_is_cancelled (self->creating))
    {
      cf_shell_request_return_cancelled (g_steal_pointer (&self->creating));
      self->is_terminated = TRUE;
      self->is_reported = TRUE;
      return;
    }

  self->is_reported = TRUE;
  answer->command_id = g_strdup (self->id);
  cf_shell_request_return_message (g_steal_pointer (&self->creating), answer);
}

/* It never began, or nothing of it is left. */
static void
command_gone (CfShellCommand *self)
{
  CfShell *shell = self->shell;

  self->is_released = TRUE;
  if (!self->is_reported)
    g_ptr_array_remove (shell->commands, self);
  else
    {
      cf_shell_receiver_look_again (self->receiver);
      forget_oldest (shell);
    }
  cf_shell_unref (shell);
}

static void
completed_cb (guint32 code, const char *extended_information, gpointer user_data)
{
  CfShellCommand *self = user_data;
  CfShellRequest *creating = g_steal_pointer (&self->creating);

  cf_shell_call_end (&self->call);
  if (creating != NULL)
    {
      if (code == 0)
        cf_shell_request_return_code (creating, ERROR_WSMAN_PROVIDER_FAILURE,
                                      "The plug-in ended the command before it began.");
      else
        cf_shell_request_return_code (creating, code, extended_information);
      command_gone (self);
      return;
    }

  if (code != 0 && !self->is_terminated)
    self->fault = cf_plugin_make_fault (self->shell->plugin, code, extended_information);
  cf_shell_receiver_look_again (self->receiver);
}

static void
released_cb (gpointer user_data)
{
  CfShellCommand *self = user_data;

  if (self->is_terminated)
    cf_shell_receiver_discard (self->receiver);
  command_gone (self);
}

static void
creating_cancelled_cb (CfShellRequest *request, gpointer user_data)
{
  CfShellCommand *self = user_data;

  cf_shell_call_cancel (&self->call, self->shell->plugin);
}

static gboolean
check_quota (CfShell *shell, WsmOperation *operation)
{
  guint32 max = cf_shell_get_quotas (shell)->max_concurrent_commands_per_shell;
  guint n_active = 0;

  for (guint i = 0; i < shell->commands->len; i++)
    if (is_active (g_ptr_array_index (shell->commands, i)))
      n_active++;
  if (n_active < max)
    return TRUE;

  cf_shell_refuse (operation, WSM_FAULT_QUOTA_LIMIT,
                   "The shell has %u commands already, which is as many as its plug-in allows; "
                   "fetch their output or terminate one.",
                   n_active);
  return FALSE;
}

static CfShellCommand *
add_command (CfShell *shell, const WsmShellMessage *message)
{
  CfShellCommand *self = g_new0 (CfShellCommand, 1);
  gboolean is_free = message->command_id != NULL &&
                     cf_shell_command_find (shell, message->command_id) == NULL;

  self->shell = shell;
  self->id = cf_shell_choose_id (message->command_id, is_free);
  self->receiver = cf_shell_receiver_new (shell, self);
  self->sender = cf_shell_sender_new (shell, self);
  g_ptr_array_add (shell->commands, self);

  return self;
}

/**
 * cf_shell_command_create:
 * @shell: a shell
 * @operation: Command
 *
 * Has the plug-in begin a command. The client's choice of its id is taken if it is a GUID that the
 * shell does not know.
 */
void
cf_shell_command_create (CfShell *shell, WsmOperation *operation)
{
  static const CfPluginCallEvents events = { .context_reported = context_reported_cb,
                                             .completed = completed_cb,
                                             .released = released_cb };
  const WsmShellMessage *message = wsm_envelope_get_shell_message (
    wsm_operation_get_request (operation));
  g_auto (CfPluginRequest) request = { 0 };
  g_autoptr (CfShell) hold = cf_shell_ref (shell);
  g_autoptr (WsmFault) fault = NULL;
  CfShellCommand *self;

  if (!check_quota (shell, operation))
    return;

  self = add_command (shell, message);
  self->creating = cf_shell_request_new (shell, operation, creating_cancelled_cb, self);
  cf_plugin_request_init (&request, operation);
  request.call.kind = CF_PLUGIN_COMMAND;
  request.call.shell = shell->call.id;
  request.call.command_line = message->command_line != NULL ? message->command_line : "";
  request.call.arguments = (const char *const *) message->arguments;

  cf_shell_ref (shell);
  if (cf_shell_call_begin (&self->call, shell->plugin, wsm_operation_get_principal (operation),
                           &request.call, &events, self, &fault))
    return;
  cf_shell_request_return_fault (g_steal_pointer (&self->creating), fault);
  command_gone (self);
}

/**
 * cf_shell_command_find:
 * @shell: a shell
 * @id: of a command, in any case
 *
 * Returns: (transfer none) (nullable): the command
 */
CfShellCommand *
cf_shell_command_find (CfShell *shell, const char *id)
{
  for (guint i = 0; i < shell->commands->len; i++)
    {
      CfShellCommand *command = g_ptr_array_index (shell->commands, i);

      if (g_ascii_strcasecmp (command->id, id) == 0)
        return command;
    }
  return NULL;
}

/**
 * cf_shell_command_get_call:
 * @self: a command
 *
 * Returns: the id of its call
 */
guint64
cf_shell_command_get_call (CfShellCommand *self)
{
  return self->call.id;
}

/**
 * cf_shell_command_get_receiver:
 * @self: a command
 *
 * Returns: (transfer none): brings its output
 */
CfShellReceiver *
cf_shell_command_get_receiver (CfShellCommand *self)
{
  return self->receiver;
}

/**
 * cf_shell_command_get_sender:
 * @self: a command
 *
 * Returns: (transfer none): takes its input
 */
CfShellSender *
cf_shell_command_get_sender (CfShellCommand *self)
{
  return self->sender;
}

/**
 * cf_shell_command_is_reported:
 * @self: a command
 *
 * Returns: whether clients may address it
 */
gboolean
cf_shell_command_is_reported (CfShellCommand *self)
{
  return self->is_reported;
}

/**
 * cf_shell_command_is_over:
 * @self: a command
 *
 * Returns: whether it has ended
 */
gboolean
cf_shell_command_is_over (CfShellCommand *self)
{
  return self->is_reported && !self->call.is_open;
}

/**
 * cf_shell_command_is_to_end:
 * @self: a command
 *
 * Returns: whether its client has it terminated; it may have ended by now
 */
gboolean
cf_shell_command_is_to_end (CfShellCommand *self)
{
  return self->is_terminating || self->is_terminated;
}

/**
 * cf_shell_command_get_fault:
 * @self: a command
 *
 * Returns: (transfer none) (nullable): why it failed after it had begun
 */
WsmFault *
cf_shell_command_get_fault (CfShellCommand *self)
{
  return self->fault;
}

static void
answer_signal (CfShellRequest *request)
{
  g_autoptr (WsmShellMessage) answer = wsm_shell_message_new (WSM_SHELL_SIGNAL_RESPONSE);

  cf_shell_request_return_message (request, answer);
}

static void
signalled_cb (CfShellRequest *request, guint32 code, const char *extended_information,
              gpointer user_data)
{
  CfShellCommand *self = user_data;
  g_autoptr (CfShell) shell = cf_shell_ref (cf_shell_request_get_shell (request));
  const char *signal_code = cf_shell_request_get_message (request)->code;
  gboolean is_terminate = g_ascii_strcasecmp (signal_code, WSM_SIGNAL_TERMINATE) == 0;
  gboolean terminates = is_terminate && (code == 0 || cf_shell_request_is_cancelled (request));

  if (is_terminate && self != NULL)
    {
      self->is_terminating = FALSE;
      self->is_terminated |= terminates;
    }
  if (code == 0)
    answer_signal (request);
  else
    cf_shell_request_return_code (request, code, extended_information);

  /* a plug-in ends the command itself; one that has not done so by now is told to */
  if (terminates && self != NULL)
    cf_shell_call_cancel (&self->call, shell->plugin);
}

/**
 * cf_shell_signal:
 * @shell: a shell
 * @command: (nullable): one of its commands; %NULL for the shell itself
 * @operation: Signal
 *
 * Passes a signal on. Terminate ends the command, whatever the plug-in does. Clients terminate
 * commands that have ended: that succeeds, and gives up what output there is.
 */
void
cf_shell_signal (CfShell *shell, CfShellCommand *command, WsmOperation *operation)
{
  const WsmShellMessage *message = wsm_envelope_get_shell_message (
    wsm_operation_get_request (operation));
  g_auto (CfPluginRequest) request = { 0 };
  gboolean terminates;

  if (message->code == NULL)
    {
      cf_shell_refuse (operation, WSM_FAULT_SCHEMA_VALIDATION_ERROR, "Signal needs a rsp:Code.");
      return;
    }
  terminates = command != NULL && g_ascii_strcasecmp (message->code, WSM_SIGNAL_TERMINATE) == 0;
  if (command != NULL && !command->call.is_open)
    {
      if (terminates)
        {
          command->is_terminated = TRUE;
          cf_shell_receiver_discard (command->receiver);
        }
      answer_signal (cf_shell_request_new (shell, operation, NULL, NULL));
      return;
    }

  cf_plugin_request_init (&request, operation);
  request.call.kind = CF_PLUGIN_SIGNAL;
  request.call.shell = shell->call.id;
  request.call.command = command != NULL ? command->call.id : 0;
  request.call.code = message->code;
  if (terminates)
    command->is_terminating = TRUE;
  if (!cf_shell_request_ask (shell, operation, &request.call, signalled_cb, command) && terminates)
    command->is_terminating = FALSE;
}
