/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-shell-private.h"

#include "plugin-api/wsman-plugin.h"
#include "wsman/wire/wsm-shell-message.h"

static void
context_reported_cb (gpointer user_data)
{
  CfShell *self = user_data;
  CfShellRequest *creating = g_steal_pointer (&self->creating);
  g_autoptr (WsmShellMessage) answer = NULL;
  WsmEnvelope *request;

  /* without its answer nobody would know of the shell; it is being cancelled */
  if (self->state == CF_SHELL_ENDING || cf_shell_request_is_cancelled (creating))
    {
      self->state = CF_SHELL_ENDING;
      cf_shell_request_return_cancelled (creating);
      return;
    }

  self->state = CF_SHELL_LIVE;
  request = wsm_operation_get_request (cf_shell_request_get_operation (creating));
  answer = cf_shell_describe (self, WSM_SHELL_CREATED);
  answer->address = g_strdup (wsm_envelope_get_to (request));
  cf_shell_request_return_message (creating, answer);
}

/* Nothing of it is left in the plug-in. */
static void
shell_gone (CfShell *self)
{
  self->state = CF_SHELL_ENDING;
  if (self->deleting != NULL)
    cf_shell_request_return_nothing (g_steal_pointer (&self->deleting));
  if (self->gone != NULL)
    self->gone (self, self->gone_data);
  cf_shell_unref (self); /* the call's */
}

static void
completed_cb (guint32 code, const char *extended_information, gpointer user_data)
{
  CfShell *self = user_data;
  CfShellRequest *creating = g_steal_pointer (&self->creating);

  cf_shell_call_end (&self->call);
  self->state = CF_SHELL_ENDING;
  g_clear_handle_id (&self->idle_id, g_source_remove);
  if (creating == NULL)
    return;

  if (code == 0)
    cf_shell_request_return_code (creating, ERROR_WSMAN_PROVIDER_FAILURE,
                                  "The plug-in ended the shell before it began.");
  else
    cf_shell_request_return_code (creating, code, extended_information);
  shell_gone (self);
}

static void
released_cb (gpointer user_data)
{
  shell_gone (user_data);
}

static void
cancelled_cb (CfShellRequest *request, gpointer user_data)
{
  CfShell *self = user_data;

  cf_shell_call_cancel (&self->call, self->plugin);
}

static CfPluginPair *
dup_environment (const WsmShellMessage *message, gsize *n_pairs)
{
  CfPluginPair *pairs;

  *n_pairs = message->environment != NULL ? message->environment->len : 0;
  pairs = g_new0 (CfPluginPair, *n_pairs + 1);
  for (gsize i = 0; i < *n_pairs; i++)
    {
      const WsmShellVariable *variable = g_ptr_array_index (message->environment, i);

      pairs[i] = (CfPluginPair){ variable->name, variable->value };
    }
  return pairs;
}

/**
 * cf_shell_create:
 * @self: a new shell
 * @operation: Create, which it was made for
 *
 * Asks the plug-in for the shell, and answers when that has one or refuses. Calls what
 * cf_shell_set_gone() has set if it refuses.
 */
void
cf_shell_create (CfShell *self, WsmOperation *operation)
{
  static const CfPluginCallEvents events = { .context_reported = context_reported_cb,
                                             .completed = completed_cb,
                                             .released = released_cb };
  const WsmShellMessage *message = wsm_envelope_get_shell_message (
    wsm_operation_get_request (operation));
  g_auto (CfPluginRequest) request = { 0 };
  g_autofree CfPluginPair *environment = NULL;
  g_autoptr (CfShell) hold = cf_shell_ref (self);
  g_autoptr (WsmFault) fault = NULL;

  self->creating = cf_shell_request_new (self, operation, cancelled_cb, self);
  cf_plugin_request_init (&request, operation);
  environment = dup_environment (message, &request.call.n_environment);
  request.call.kind = CF_PLUGIN_SHELL;
  request.call.input_streams = (const char *const *) self->input_streams;
  request.call.output_streams = (const char *const *) self->output_streams;
  request.call.idle_timeout_msec = self->idle_timeout_msec;
  request.call.working_directory = message->working_directory;
  request.call.environment = environment;
  request.call.shell_name = message->name;
  request.call.inbound_xml = message->open_content;

  cf_shell_ref (self);
  if (cf_shell_call_begin (&self->call, self->plugin, wsm_operation_get_principal (operation),
                           &request.call, &events, self, &fault))
    return;
  cf_shell_request_return_fault (g_steal_pointer (&self->creating), fault);
  shell_gone (self);
}
