/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-shell-private.h"

#include "plugin-api/wsman-plugin.h"

static const WsmShellMessage *
get_message (WsmOperation *operation)
{
  return wsm_envelope_get_shell_message (wsm_operation_get_request (operation));
}

static void
answer_empty (CfShell *self, WsmOperation *operation, WsmShellMessageKind kind)
{
  g_autoptr (WsmShellMessage) answer = wsm_shell_message_new (kind);

  cf_shell_request_return_message (cf_shell_request_new (self, operation, NULL, NULL), answer);
}

static void
leave_client (CfShell *self)
{
  cf_shell_stop_waiting (self, ERROR_WSMAN_SERVICE_STREAM_DISCONNECTED,
                         "The client was disconnected from the shell, which stays.");
}

/* @mode: (nullable): the plug-in's usual one */
static gboolean
get_drops_output (CfShell *self, const char *mode, gboolean *drops_output)
{
  if (mode == NULL)
    *drops_output = cf_plugin_get_configuration (self->plugin)->buffering == WSM_PLUGIN_DROP;
  else
    *drops_output = g_ascii_strcasecmp (mode, "Drop") == 0;

  return mode == NULL || *drops_output || g_ascii_strcasecmp (mode, "Block") == 0;
}

/**
 * cf_shell_disconnect:
 * @self: a live shell
 * @operation: Disconnect
 *
 * The client goes, the shell stays, for the idle time-out at most. What is put out meanwhile is
 * thrown away (Drop), or kept, and the plug-in made to wait when that is much (Block).
 */
void
cf_shell_disconnect (CfShell *self, WsmOperation *operation)
{
  const WsmShellMessage *message = get_message (operation);

  if (!get_drops_output (self, message->buffer_mode, &self->drops_output))
    {
      cf_shell_refuse (operation, WSM_FAULT_SCHEMA_VALIDATION_ERROR,
                       "rsp:BufferMode has to be Block or Drop.");
      return;
    }
  if (message->idle_timeout_msec > 0)
    self->idle_timeout_msec = cf_shell_limit_idle_timeout (self, message->idle_timeout_msec);

  self->is_disconnected = TRUE;
  leave_client (self);
  answer_empty (self, operation, WSM_SHELL_DISCONNECT_RESPONSE);
}

/**
 * cf_shell_reconnect:
 * @self: a live shell
 * @operation: Reconnect
 *
 * The client that left is back. One that never left is welcome as well: the answer to its
 * Disconnect, or to this, may have been lost.
 */
void
cf_shell_reconnect (CfShell *self, WsmOperation *operation)
{
  self->is_disconnected = FALSE;
  answer_empty (self, operation, WSM_SHELL_RECONNECT_RESPONSE);
}

static void
connected_cb (CfShellRequest *request, guint32 code, const char *extended_information,
              gpointer user_data)
{
  CfShell *self = user_data;
  g_autoptr (CfShell) hold = cf_shell_ref (self);
  g_autoptr (WsmShellMessage) answer = NULL;

  if (code != 0)
    {
      cf_shell_request_return_code (request, code, extended_information);
      return;
    }

  leave_client (self);
  self->is_disconnected = FALSE;
  answer = wsm_shell_message_new (WSM_SHELL_CONNECT_RESPONSE);
  answer->open_content = g_strdup (extended_information);
  cf_shell_request_return_message (request, answer);
}

/**
 * cf_shell_connect:
 * @self: a live shell
 * @operation: Connect
 *
 * Another client of the same owner takes over, if the plug-in lets it. What the plug-in has to say
 * to that is the body of the answer (wsman-plugin-api.md section 8.4).
 */
void
cf_shell_connect (CfShell *self, WsmOperation *operation)
{
  g_auto (CfPluginRequest) request = { 0 };

  cf_plugin_request_init (&request, operation);
  request.call.kind = CF_PLUGIN_CONNECT;
  request.call.shell = self->call.id;
  request.call.inbound_xml = get_message (operation)->open_content;
  cf_shell_request_ask (self, operation, &request.call, connected_cb, self);
}
