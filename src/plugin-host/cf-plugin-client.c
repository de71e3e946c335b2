/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-client.h"

/* ERROR_NOT_SUPPORTED: what a client answers that has no machine to shut down */
#define NOT_SUPPORTED 50

G_DEFINE_INTERFACE (CfPluginClient, cf_plugin_client, G_TYPE_OBJECT)

static void
cf_plugin_client_default_init (CfPluginClientInterface *iface)
{
}

/**
 * cf_plugin_client_context_reported:
 * @id: of a SHELL or COMMAND call
 *
 * For runners, as all of these functions are. A client that does not implement one of them is told
 * nothing, and has everything that is asked answered with ERROR_NOT_SUPPORTED.
 */
void
cf_plugin_client_context_reported (CfPluginClient *self, guint64 id)
{
  g_return_if_fail (CF_IS_PLUGIN_CLIENT (self));

  if (CF_PLUGIN_CLIENT_GET_IFACE (self)->context_reported != NULL)
    CF_PLUGIN_CLIENT_GET_IFACE (self)->context_reported (self, id);
}

/**
 * cf_plugin_client_output:
 * @id: of a RECEIVE call
 * @output: borrowed for the call
 */
void
cf_plugin_client_output (CfPluginClient *self, guint64 id, const CfPluginOutput *output)
{
  g_return_if_fail (CF_IS_PLUGIN_CLIENT (self));
  g_return_if_fail (output != NULL);

  if (CF_PLUGIN_CLIENT_GET_IFACE (self)->output != NULL)
    CF_PLUGIN_CLIENT_GET_IFACE (self)->output (self, id, output);
}

/**
 * cf_plugin_client_object:
 * @id: of a GET or INVOKE call
 * @object: borrowed for the call
 */
void
cf_plugin_client_object (CfPluginClient *self, guint64 id, const CfPluginObject *object)
{
  g_return_if_fail (CF_IS_PLUGIN_CLIENT (self));
  g_return_if_fail (object != NULL);

  if (CF_PLUGIN_CLIENT_GET_IFACE (self)->object != NULL)
    CF_PLUGIN_CLIENT_GET_IFACE (self)->object (self, id, object);
}

/**
 * cf_plugin_client_completed:
 * @id: of any call
 * @code: 0, a Win32 code or one of WS-Management
 * @extended_information: (nullable): what the plug-in says about it: text, or a piece of XML
 */
void
cf_plugin_client_completed (CfPluginClient *self, guint64 id, guint32 code,
                            const char *extended_information)
{
  g_return_if_fail (CF_IS_PLUGIN_CLIENT (self));

  if (CF_PLUGIN_CLIENT_GET_IFACE (self)->completed != NULL)
    CF_PLUGIN_CLIENT_GET_IFACE (self)->completed (self, id, code, extended_information);
}

/**
 * cf_plugin_client_released:
 * @id: of a SHELL or COMMAND call that has completed
 */
void
cf_plugin_client_released (CfPluginClient *self, guint64 id)
{
  g_return_if_fail (CF_IS_PLUGIN_CLIENT (self));

  if (CF_PLUGIN_CLIENT_GET_IFACE (self)->released != NULL)
    CF_PLUGIN_CLIENT_GET_IFACE (self)->released (self, id);
}

/**
 * cf_plugin_client_submit:
 * @id: of an open call, whose sender asks
 * @shutdown: what for
 *
 * Returns: a Win32 code
 */
guint32
cf_plugin_client_submit (CfPluginClient *self, guint64 id, const CfPluginShutdown *shutdown)
{
  g_return_val_if_fail (CF_IS_PLUGIN_CLIENT (self), NOT_SUPPORTED);
  g_return_val_if_fail (shutdown != NULL, NOT_SUPPORTED);

  if (CF_PLUGIN_CLIENT_GET_IFACE (self)->submit == NULL)
    return NOT_SUPPORTED;
  return CF_PLUGIN_CLIENT_GET_IFACE (self)->submit (self, id, shutdown);
}

/**
 * cf_plugin_client_refuse:
 * @id: of an open call, whose sender is refused something
 * @problem: why
 * @code: what the sender is told
 *
 * Returns: @code
 */
guint32
cf_plugin_client_refuse (CfPluginClient *self, guint64 id, const char *problem, guint32 code)
{
  g_return_val_if_fail (CF_IS_PLUGIN_CLIENT (self), code);
  g_return_val_if_fail (problem != NULL, code);

  if (CF_PLUGIN_CLIENT_GET_IFACE (self)->refuse == NULL)
    return code;
  return CF_PLUGIN_CLIENT_GET_IFACE (self)->refuse (self, id, problem, code);
}

/**
 * cf_plugin_client_abort_shutdown:
 * @id: of an open call, whose sender asks
 * @client_hint: (nullable): what the sender's program calls itself
 *
 * Returns: a Win32 code
 */
guint32
cf_plugin_client_abort_shutdown (CfPluginClient *self, guint64 id, const char *client_hint)
{
  g_return_val_if_fail (CF_IS_PLUGIN_CLIENT (self), NOT_SUPPORTED);

  if (CF_PLUGIN_CLIENT_GET_IFACE (self)->abort_shutdown == NULL)
    return NOT_SUPPORTED;
  return CF_PLUGIN_CLIENT_GET_IFACE (self)->abort_shutdown (self, id, client_hint);
}

/**
 * cf_plugin_client_describe:
 * @id: of an open call, whose sender asks
 * @status: (out caller-allocates): all zero before; to be cleared by the caller in any case
 *
 * Returns: a Win32 code
 */
guint32
cf_plugin_client_describe (CfPluginClient *self, guint64 id, CfPluginStatus *status)
{
  g_return_val_if_fail (CF_IS_PLUGIN_CLIENT (self), NOT_SUPPORTED);
  g_return_val_if_fail (status != NULL, NOT_SUPPORTED);

  if (CF_PLUGIN_CLIENT_GET_IFACE (self)->describe == NULL)
    return NOT_SUPPORTED;
  return CF_PLUGIN_CLIENT_GET_IFACE (self)->describe (self, id, status);
}
