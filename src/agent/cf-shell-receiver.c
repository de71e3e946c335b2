/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-shell-receiver.h"

#include "cf-shell-command.h"
#include "cf-shell-output.h"
#include "plugin-api/wsman-plugin.h"

struct _CfShellReceiver
{
  CfShell *shell;          /* (unowned): contains this, and is kept while the call is open */
  CfShellCommand *command; /* (unowned) (nullable): contains this */
  CfShellCall call;
  CfShellOutput *output;   /* (owned) */
  CfShellRequest *waiting; /* (owned) (nullable): the Receive to be answered next */
  WsmFault *fault;         /* (owned) (nullable): why the call failed, not told yet */
  gboolean ended_early;    /* the call has ended without the end of the output; not told yet */
  gsize n_to_acknowledge;  /* octets, while the id of the call is not known */
  guint answer_id;
};

/**
 * cf_shell_receiver_new:
 * @shell: a shell, which owns this
 * @command: (nullable): one of its commands, which owns this
 *
 * Returns: (transfer full): a receiver that has not asked the plug-in yet
 */
CfShellReceiver *
cf_shell_receiver_new (CfShell *shell, CfShellCommand *command)
{
  CfShellReceiver *self = g_new0 (CfShellReceiver, 1);

  self->shell = shell;
  self->command = command;
  self->output = cf_shell_output_new ((const char *const *) shell->output_streams);

  return self;
}

/**
 * cf_shell_receiver_free:
 * @self: (transfer full): a receiver without an open call, and for which nobody waits
 */
void
cf_shell_receiver_free (CfShellReceiver *self)
{
  g_return_if_fail (self->waiting == NULL);
  g_return_if_fail (!self->call.is_open);

  g_clear_handle_id (&self->answer_id, g_source_remove);
  g_clear_pointer (&self->fault, wsm_fault_unref);
  cf_shell_output_free (self->output);
  g_free (self);
}

static void
acknowledge (CfShellReceiver *self, gsize n_octets)
{
  self->n_to_acknowledge += n_octets;
  if (!self->call.is_open || self->call.id == 0 || self->n_to_acknowledge == 0)
    return;

  cf_plugin_acknowledge (self->shell->plugin, self->call.id, self->n_to_acknowledge);
  self->n_to_acknowledge = 0;
}

static const char *const *
get_wanted (CfShellReceiver *self)
{
  char **wanted = cf_shell_request_get_message (self->waiting)->output_streams;

  return wanted != NULL && wanted[0] != NULL ? (const char *const *) wanted : NULL;
}

static void
refuse_small_envelope (CfShellReceiver *self)
{
  g_autoptr (WsmFault)
    fault = wsm_fault_new (WSM_FAULT_ENVELOPE_TOO_SMALL_FOR_ANSWER,
                           "Not one octet of output fits into w:MaxEnvelopeSize; allow more.");

  cf_shell_request_return_fault (g_steal_pointer (&self->waiting), fault);
}

static void
answer_output (CfShellReceiver *self)
{
  WsmEnvelope *request = wsm_operation_get_request (cf_shell_request_get_operation (self->waiting));
  const char *command_id = cf_shell_request_get_message (self->waiting)->command_id;
  gsize max_octets = wsm_envelope_get_max_stream_octets (request);
  g_autoptr (WsmShellMessage) answer = wsm_shell_message_new (WSM_SHELL_RECEIVE_RESPONSE);
  gsize n_octets;

  if (max_octets == 0)
    {
      refuse_small_envelope (self);
      return;
    }

  answer->command_id = g_strdup (command_id);
  n_octets = cf_shell_output_take (self->output, get_wanted (self), max_octets, command_id, answer);
  acknowledge (self, n_octets);
  cf_shell_request_return_message (g_steal_pointer (&self->waiting), answer);
}

/* Why there will be no output, or NULL. */
static WsmFault *
take_fault (CfShellReceiver *self)
{
  gboolean ended_early = self->ended_early;

  if (self->call.is_open)
    return NULL;

  self->ended_early = FALSE;
  /* the Receive of a command that failed was cancelled, which says nothing */
  if (self->command != NULL && cf_shell_command_get_fault (self->command) != NULL)
    return wsm_fault_ref (cf_shell_command_get_fault (self->command));
  if (self->fault != NULL)
    return g_steal_pointer (&self->fault);
  if (ended_early && self->command != NULL && cf_shell_command_is_to_end (self->command))
    return wsm_fault_new_for_code (ERROR_WSMAN_COMMAND_TERMINATED, NULL,
                                   "The command was terminated.");
  if (ended_early && !cf_shell_is_live (self->shell))
    return wsm_fault_new_for_code (ERROR_OPERATION_ABORTED, NULL,
                                   "The shell has ended, and the operation with it.");
  if (ended_early)
    return cf_plugin_make_fault (self->shell->plugin, ERROR_WSMAN_PROVIDER_FAILURE,
                                 "The plug-in ended the output without saying how it ended.");
  if (self->command != NULL && cf_shell_command_is_over (self->command))
    return wsm_fault_new (WSM_FAULT_UNEXPECTED_SELECTORS,
                          "The command has ended, and there is no more output of it.");
  return NULL;
}

/* Answers who waits if there is something to answer with. */
static void
answer (CfShellReceiver *self)
{
  g_autoptr (WsmFault) fault = NULL;

  if (self->waiting == NULL)
    return;

  if (cf_shell_output_has (self->output, get_wanted (self)))
    answer_output (self);
  else if ((fault = take_fault (self)) != NULL)
    cf_shell_request_return_fault (g_steal_pointer (&self->waiting), fault);
}

static gboolean
answer_cb (gpointer user_data)
{
  CfShellReceiver *self = user_data;
  g_autoptr (CfShell) shell = cf_shell_ref (self->shell);

  self->answer_id = 0;
  answer (self);

  return G_SOURCE_REMOVE;
}

/**
 * cf_shell_receiver_look_again:
 * @self: a receiver
 *
 * There may be something to answer with. That is done once everything that has come by now was
 * looked at: the octets of a command that has ended and its exit code are one answer, then.
 */
void
cf_shell_receiver_look_again (CfShellReceiver *self)
{
  if (self->waiting != NULL && self->answer_id == 0)
    self->answer_id = g_idle_add_full (G_PRIORITY_DEFAULT, answer_cb, self, NULL);
}

static void
output_cb (const CfPluginOutput *output, gpointer user_data)
{
  CfShellReceiver *self = user_data;
  gboolean drops = self->shell->is_disconnected && self->shell->drops_output;

  acknowledge (self, cf_shell_output_add (self->output, output, drops));
  cf_shell_receiver_look_again (self);
}

/* Whether the plug-in was to end the call, with its command or its shell. */
static gboolean
must_end (CfShellReceiver *self)
{
  return !cf_shell_is_live (self->shell) ||
         (self->command != NULL &&
          (cf_shell_command_is_over (self->command) || cf_shell_command_is_to_end (self->command)));
}

/* The answer to a cancellation may be any (wsman-plugin-api.md section 8.5) and says nothing of
 * the output. That everything ends is not always known here: when all was said, two codes are
 * enough. */
static gboolean
is_cancellation (CfShellReceiver *self, guint32 code)
{
  return must_end (self) || (cf_shell_output_is_done (self->output) &&
                             (code == ERROR_OPERATION_ABORTED || code == ERROR_CANCELLED));
}

static void
note_early_end (CfShellReceiver *self, guint32 code, const char *extended_information)
{
  if (self->command != NULL && cf_shell_is_live (self->shell) &&
      cf_shell_command_is_over (self->command) && !cf_shell_command_is_to_end (self->command))
    self->fault = wsm_fault_new_for_code (ERROR_WSMAN_COMMAND_TERMINATED, NULL,
                                          "The command ended without saying how it ended.");
  else if (code != 0 && !must_end (self))
    self->fault = cf_plugin_make_fault (self->shell->plugin, code, extended_information);
  else
    self->ended_early = TRUE;
}

static void
completed_cb (guint32 code, const char *extended_information, gpointer user_data)
{
  CfShellReceiver *self = user_data;
  g_autoptr (CfShell) shell = self->shell; /* the reference that the call held */

  cf_shell_call_end (&self->call);
  self->n_to_acknowledge = 0;
  if (code != 0 && !is_cancellation (self, code))
    cf_shell_output_discard (self->output); /* wsman-plugin-api.md section 4 */
  if (!cf_shell_output_is_done (self->output))
    note_early_end (self, code, extended_information);
  cf_shell_receiver_look_again (self);
}

static void
ask_plugin (CfShellReceiver *self, WsmOperation *operation)
{
  static const CfPluginCallEvents events = { .output = output_cb, .completed = completed_cb };
  g_auto (CfPluginRequest) request = { 0 };
  g_autoptr (WsmFault) fault = NULL;

  cf_plugin_request_init (&request, operation);
  request.call.kind = CF_PLUGIN_RECEIVE;
  request.call.shell = self->shell->call.id;
  request.call.command = self->command != NULL ? cf_shell_command_get_call (self->command) : 0;
  /* all of them, whichever this client wants: the call answers others after it */
  request.call.output_streams = (const char *const *) self->shell->output_streams;

  cf_shell_ref (self->shell);
  if (cf_shell_call_begin (&self->call, self->shell->plugin,
                           wsm_operation_get_principal (operation), &request.call, &events, self,
                           &fault))
    {
      acknowledge (self, 0);
      return;
    }
  cf_shell_request_return_fault (g_steal_pointer (&self->waiting), fault);
  cf_shell_unref (self->shell);
}

static void
cancelled_cb (CfShellRequest *request, gpointer user_data)
{
  CfShellReceiver *self = user_data;

  /* the plug-in's call stays, and what it says waits for the client's next Receive */
  cf_shell_request_return_cancelled (g_steal_pointer (&self->waiting));
}

/* The stream that the shell does not have, or NULL. */
static const char *
find_unknown_stream (CfShellReceiver *self, WsmOperation *operation)
{
  char **wanted =
    wsm_envelope_get_shell_message (wsm_operation_get_request (operation))->output_streams;

  for (gsize i = 0; wanted != NULL && wanted[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) self->shell->output_streams, wanted[i]))
      return wanted[i];
  return NULL;
}

/* Only the newest Receive waits: its client is the one that is surely there. */
static void
give_way (CfShellReceiver *self)
{
  g_autoptr (WsmFault) fault = NULL;

  answer (self);
  if (self->waiting == NULL)
    return;

  fault = wsm_fault_new (WSM_FAULT_TIMED_OUT,
                         "Another Receive has come for the same output, and gets it.");
  cf_shell_request_return_fault (g_steal_pointer (&self->waiting), fault);
}

/**
 * cf_shell_receiver_receive:
 * @self: a receiver
 * @operation: Receive: answered as soon as there is output on one of its streams, or none will come
 *
 * One Receive waits at a time: an older one is answered with what there is, or TimedOut. When the
 * time of one is over, which is the service's to say, what comes later waits for the next.
 */
void
cf_shell_receiver_receive (CfShellReceiver *self, WsmOperation *operation)
{
  g_autoptr (CfShell) shell = cf_shell_ref (self->shell);
  const char *unknown = find_unknown_stream (self, operation);
  g_autofree char *reason = NULL;
  gboolean is_over;

  if (unknown != NULL)
    {
      reason = g_strdup_printf ("The shell has no output stream \"%s\".", unknown);
      cf_shell_refuse_with_code (operation, ERROR_WSMAN_SHELL_INVALID_DESIRED_STREAMS, reason);
      return;
    }

  give_way (self);
  self->waiting = cf_shell_request_new (shell, operation, cancelled_cb, self);
  is_over = self->fault != NULL || self->ended_early || cf_shell_output_is_done (self->output) ||
            (self->command != NULL && cf_shell_command_is_over (self->command));
  if (!self->call.is_open && !is_over)
    ask_plugin (self, operation);
  answer (self);
}

/**
 * cf_shell_receiver_stop_waiting:
 * @self: a receiver
 * @fault: what to tell who waits
 */
void
cf_shell_receiver_stop_waiting (CfShellReceiver *self, WsmFault *fault)
{
  if (self->waiting != NULL)
    cf_shell_request_return_fault (g_steal_pointer (&self->waiting), fault);
}

/**
 * cf_shell_receiver_discard:
 * @self: a receiver
 *
 * Nobody is interested in the output any more, but who waits for it already.
 */
void
cf_shell_receiver_discard (CfShellReceiver *self)
{
  gsize n_octets;

  answer (self);
  n_octets = cf_shell_output_get_size (self->output);
  cf_shell_output_discard (self->output);
  acknowledge (self, n_octets);
}

/**
 * cf_shell_receiver_has_output:
 * @self: a receiver
 *
 * Returns: whether there are octets that nobody has fetched
 */
gboolean
cf_shell_receiver_has_output (CfShellReceiver *self)
{
  return cf_shell_output_get_size (self->output) > 0;
}

/**
 * cf_shell_receiver_is_waited_for:
 * @self: a receiver
 *
 * Returns: whether a client waits for an answer
 */
gboolean
cf_shell_receiver_is_waited_for (CfShellReceiver *self)
{
  return self->waiting != NULL;
}
