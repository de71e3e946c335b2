/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-shell.h"

#include "cf-shell-command.h"
#include "cf-shell-private.h"
#include "cf-shell-receiver.h"
#include "cf-shell-sender.h"
#include "plugin-api/wsman-plugin.h"

/* From here on it is not worth waking up for a part of a second. */
#define COARSE_MSEC 10000

/* The names once each; those of before if there is none. */
static char **
dup_streams (char **names, const char *const *otherwise)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (names == NULL || names[0] == NULL)
    return g_strdupv ((char **) otherwise);
  for (gsize i = 0; names[i] != NULL; i++)
    {
      gsize first = 0;

      while (!g_str_equal (names[first], names[i]))
        first++;
      if (first == i)
        g_strv_builder_add (builder, names[i]);
    }
  return g_strv_builder_end (builder);
}

/**
 * cf_shell_new:
 * @route: the plug-in that is to have it
 * @id: of the shell
 * @operation: Create, whose sender becomes the owner
 *
 * Returns: (transfer full): a shell that the plug-in does not know of yet
 */
CfShell *
cf_shell_new (const CfPluginRoute *route, const char *id, WsmOperation *operation)
{
  static const char *const inputs[] = { "stdin", NULL };
  static const char *const outputs[] = { "stdout", "stderr", NULL };
  WsmEnvelope *request = wsm_operation_get_request (operation);
  WsmPrincipal *owner = wsm_operation_get_principal (operation);
  const WsmShellMessage *message = wsm_envelope_get_shell_message (request);
  CfShell *self = g_new0 (CfShell, 1);

  g_ref_count_init (&self->references);
  self->plugin = g_object_ref (route->plugin);
  self->id = g_strdup (id);
  self->owner = wsm_principal_to_string (owner);
  self->owner_key = wsm_principal_dup_key (owner);
  self->resource_uri = g_strdup (wsm_envelope_get_resource_uri (request));
  self->client_ip = g_strdup (wsm_principal_get_address (owner));
  self->name = g_strdup (message->name);
  self->input_streams = dup_streams (message->input_streams, inputs);
  self->output_streams = dup_streams (message->output_streams, outputs);
  self->idle_timeout_msec = cf_shell_limit_idle_timeout (self, message->idle_timeout_msec);
  self->created_usec = g_get_monotonic_time ();
  self->used_usec = self->created_usec;
  self->receiver = cf_shell_receiver_new (self, NULL);
  self->sender = cf_shell_sender_new (self, NULL);
  self->commands = g_ptr_array_new_with_free_func ((GDestroyNotify) cf_shell_command_free);

  return self;
}

/**
 * cf_shell_ref:
 * @self: a shell
 *
 * Returns: (transfer full): @self
 */
CfShell *
cf_shell_ref (CfShell *self)
{
  g_ref_count_inc (&self->references);

  return self;
}

/**
 * cf_shell_unref:
 * @self: (transfer full): a shell
 */
void
cf_shell_unref (CfShell *self)
{
  if (!g_ref_count_dec (&self->references))
    return;

  g_clear_handle_id (&self->idle_id, g_source_remove);
  g_ptr_array_unref (self->commands);
  cf_shell_receiver_free (self->receiver);
  cf_shell_sender_free (self->sender);
  g_object_unref (self->plugin);
  g_strfreev (self->input_streams);
  g_strfreev (self->output_streams);
  g_free (self->id);
  g_free (self->owner);
  g_free (self->owner_key);
  g_free (self->resource_uri);
  g_free (self->client_ip);
  g_free (self->name);
  g_free (self);
}

/**
 * cf_shell_get_id:
 * @self: a shell
 *
 * Returns: (transfer none): its id, in the spelling that it was made with
 */
const char *
cf_shell_get_id (const CfShell *self)
{
  return self->id;
}

/**
 * cf_shell_get_owner:
 * @self: a shell
 *
 * Returns: (transfer none): who may use it, for people, as wsm_principal_to_string() has it
 */
const char *
cf_shell_get_owner (const CfShell *self)
{
  return self->owner;
}

/**
 * cf_shell_get_owner_key:
 * @self: a shell
 *
 * Returns: (transfer none): who may use it, for decisions, as wsm_principal_dup_key() has it
 */
const char *
cf_shell_get_owner_key (const CfShell *self)
{
  return self->owner_key;
}

/**
 * cf_shell_get_plugin:
 * @self: a shell
 *
 * Returns: (transfer none): what it runs in
 */
CfPlugin *
cf_shell_get_plugin (const CfShell *self)
{
  return self->plugin;
}

/**
 * cf_shell_is_live:
 * @self: a shell
 *
 * Returns: whether it is there for its owner: it has begun, and is not about to end
 */
gboolean
cf_shell_is_live (const CfShell *self)
{
  return self->state == CF_SHELL_LIVE;
}

/**
 * cf_shell_set_gone:
 * @self: a shell
 * @gone: (nullable): called once when nothing of it is left in the plug-in
 * @user_data: for @gone
 */
void
cf_shell_set_gone (CfShell *self, CfShellGone gone, gpointer user_data)
{
  self->gone = gone;
  self->gone_data = user_data;
}

/* What its plug-in's document allows. */
const WsmPluginQuotas *
cf_shell_get_quotas (const CfShell *self)
{
  return &cf_plugin_get_configuration (self->plugin)->quotas;
}

/* @asked_msec: 0 or less for the usual one */
gint64
cf_shell_limit_idle_timeout (const CfShell *self, gint64 asked_msec)
{
  const WsmPluginQuotas *quotas = cf_shell_get_quotas (self);

  return MIN (asked_msec > 0 ? asked_msec : quotas->idle_timeout_msec,
              quotas->max_idle_timeout_msec);
}

static gboolean
idle_cb (gpointer user_data)
{
  CfShell *self = user_data;

  self->idle_id = 0;
  g_message ("The shell %s of %s was not used for %" G_GINT64_FORMAT " seconds and is ended",
             self->id, self->owner, self->idle_timeout_msec / 1000);
  cf_shell_close (self);

  return G_SOURCE_REMOVE;
}

/* An operation begins: as long as it is open, the shell is not idle. */
void
cf_shell_begin_use (CfShell *self)
{
  self->n_uses++;
  self->used_usec = g_get_monotonic_time ();
  g_clear_handle_id (&self->idle_id, g_source_remove);
}

void
cf_shell_end_use (CfShell *self)
{
  g_return_if_fail (self->n_uses > 0);

  self->used_usec = g_get_monotonic_time ();
  if (--self->n_uses > 0 || self->state != CF_SHELL_LIVE)
    return;

  if (self->idle_timeout_msec >= COARSE_MSEC)
    self->idle_id = g_timeout_add_seconds ((self->idle_timeout_msec + 999) / 1000, idle_cb, self);
  else
    self->idle_id = g_timeout_add (self->idle_timeout_msec, idle_cb, self);
}

/* Tells every client that waits for output of this shell or its commands. */
void
cf_shell_stop_waiting (CfShell *self, guint32 code, const char *reason)
{
  g_autoptr (WsmFault) fault = wsm_fault_new_for_code (code, NULL, reason);

  cf_shell_receiver_stop_waiting (self->receiver, fault);
  for (guint i = 0; i < self->commands->len; i++)
    {
      CfShellCommand *command = g_ptr_array_index (self->commands, i);

      cf_shell_receiver_stop_waiting (cf_shell_command_get_receiver (command), fault);
    }
}

/**
 * cf_shell_close:
 * @self: a shell
 *
 * Ends it: nobody finds it any more, and the plug-in is told to end all that is open in it.
 */
void
cf_shell_close (CfShell *self)
{
  g_autoptr (CfShell) hold = cf_shell_ref (self);

  self->state = CF_SHELL_ENDING;
  g_clear_handle_id (&self->idle_id, g_source_remove);
  cf_shell_stop_waiting (self, ERROR_OPERATION_ABORTED,
                         "The shell was ended, and the operation with it.");
  cf_shell_call_cancel (&self->call, self->plugin);
}

/* rsp:Shell, as Create and Get answer with it. */
WsmShellMessage *
cf_shell_describe (CfShell *self, WsmShellMessageKind kind)
{
  WsmShellMessage *message = wsm_shell_message_new (kind);
  gint64 now_usec = g_get_monotonic_time ();

  message->shell_id = g_strdup (self->id);
  message->name = g_strdup (self->name);
  message->resource_uri = g_strdup (self->resource_uri);
  message->owner = g_strdup (self->owner);
  message->client_ip = g_strdup (self->client_ip);
  message->idle_timeout_msec = self->idle_timeout_msec;
  message->input_streams = g_strdupv (self->input_streams);
  message->output_streams = g_strdupv (self->output_streams);
  message->run_time_msec = (now_usec - self->created_usec) / 1000;
  message->inactivity_msec = (now_usec - self->used_usec) / 1000;
  if (kind == WSM_SHELL_DESCRIBED)
    message->state = g_strdup (self->is_disconnected ? "Disconnected" : "Connected");

  return message;
}
