/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-router.h"

#include "cf-audit.h"
#include "cf-plugin-answer.h"

struct _CfRouter
{
  GObject parent_instance;

  CfReceiver *receiver;         /* (owned), set once */
  CfPluginDirectory *directory; /* (owned), set once */
  CfShells *shells;             /* (owned), set once */
};

static void cf_router_handler_init (WsmHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CfRouter, cf_router, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (WSM_TYPE_HANDLER, cf_router_handler_init))

/* Actions of standards, which no method of a resource can be. */
static const char *const standard_actions[] = {
  "http://schemas.xmlsoap.org/ws/2004/09/transfer/",
  "http://schemas.xmlsoap.org/ws/2004/09/enumeration/",
  "http://schemas.xmlsoap.org/ws/2004/08/eventing/",
  "http://schemas.dmtf.org/wbem/wsman/1/wsman/",
};

static WsmFault *
deny (WsmPrincipal *caller, const char *wanted, const char *sentence)
{
  cf_audit_denied (caller, wanted);
  return wsm_fault_new (WSM_FAULT_ACCESS_DENIED, "%s", sentence);
}

/* The state of the machine is for those who may see it; that of a shell is its owner's. */
static gboolean
needs_status (const char *action, const CfPluginRoute *route)
{
  return g_str_equal (action, WSM_ACTION_GET) &&
         (route == NULL || !(route->resource->capabilities & WSM_PLUGIN_SHELL));
}

static WsmFault *
check_caller (CfRouter *self, WsmPrincipal *caller, const char *action, const CfPluginRoute *route)
{
  CfVerbs verbs = cf_receiver_get_verbs (self->receiver, caller);
  guint32 right = g_str_equal (action, WSM_ACTION_GET) ? CF_SECURITY_READ : CF_SECURITY_EXECUTE;

  /* Strangers learn nothing, not even which resources there are. A caller who may do something,
   * but not this, gets Win32 code 53 from the method instead (shutdown-semantics.md 1.5). */
  if (verbs == CF_VERB_NONE)
    return deny (caller, "any use", "This account may not use this service.");
  if (!(verbs & CF_VERB_STATUS) && needs_status (action, route))
    return deny (caller, "status", "This account may not use this service.");
  if (route != NULL && route->descriptor != NULL &&
      !cf_security_descriptor_allows (route->descriptor, caller, right))
    return deny (caller, cf_plugin_get_configuration (route->plugin)->name,
                 "This account may not use this resource: the Security of its plug-in does not "
                 "allow it.");
  return NULL;
}

static gboolean
is_standard (const char *action)
{
  for (gsize i = 0; i < G_N_ELEMENTS (standard_actions); i++)
    if (g_str_has_prefix (action, standard_actions[i]))
      return TRUE;
  return FALSE;
}

static WsmFault *
check_resource (const WsmPluginResource *resource, WsmEnvelope *request)
{
  const char *action = wsm_envelope_get_action (request);
  WsmObject *options = wsm_envelope_get_options (request);
  WsmPluginCapabilities needed = WSM_PLUGIN_INVOKE;

  if (!resource->supports_options && options != NULL && wsm_object_get_n_values (options) > 0)
    return wsm_fault_new (WSM_FAULT_INVALID_OPTIONS,
                          "The resource %s takes no options: send none, or set SupportsOptions in "
                          "the configuration of its plug-in.",
                          resource->uri);
  if (resource->capabilities & WSM_PLUGIN_SHELL)
    return NULL; /* what a shell can do is told by CfShells */
  if (g_str_equal (action, WSM_ACTION_GET))
    needed = WSM_PLUGIN_GET;
  if (!(resource->capabilities & needed) || (needed == WSM_PLUGIN_INVOKE && is_standard (action)))
    return wsm_fault_new (WSM_FAULT_ACTION_NOT_SUPPORTED,
                          "The resource %s does not know the action %s.", resource->uri, action);
  return NULL;
}

static WsmFault *
check (CfRouter *self, WsmOperation *operation, CfPluginRoute *route)
{
  WsmEnvelope *request = wsm_operation_get_request (operation);
  const char *uri = wsm_envelope_get_resource_uri (request);
  gboolean is_found = cf_plugin_directory_find (self->directory, uri, route);
  WsmFault *fault = check_caller (self, wsm_operation_get_principal (operation),
                                  wsm_envelope_get_action (request), is_found ? route : NULL);

  if (fault != NULL)
    return fault;
  if (!is_found)
    return wsm_fault_new (WSM_FAULT_INVALID_RESOURCE_URI, "There is no resource %s here.", uri);
  return check_resource (route->resource, request);
}

static void
cf_router_handle (WsmHandler *handler, WsmOperation *operation)
{
  CfRouter *self = CF_ROUTER (handler);
  CfPluginRoute route = { NULL };
  g_autoptr (WsmFault) fault = check (self, operation, &route);
  WsmEnvelope *request = wsm_operation_get_request (operation);

  if (fault != NULL)
    wsm_operation_return_fault (operation, fault);
  else if (route.resource->capabilities & WSM_PLUGIN_SHELL)
    cf_shells_handle (self->shells, &route, operation);
  else if (g_str_equal (wsm_envelope_get_action (request), WSM_ACTION_GET))
    cf_plugin_answer_get (route.plugin, operation);
  else
    cf_plugin_answer_invoke (route.plugin, operation);
}

static void
cf_router_handler_init (WsmHandlerInterface *iface)
{
  iface->handle = cf_router_handle;
}

static void
cf_router_dispose (GObject *object)
{
  CfRouter *self = CF_ROUTER (object);

  g_clear_object (&self->shells);
  g_clear_object (&self->directory);
  g_clear_object (&self->receiver);

  G_OBJECT_CLASS (cf_router_parent_class)->dispose (object);
}

static void
cf_router_class_init (CfRouterClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_router_dispose;
}

static void
cf_router_init (CfRouter *self)
{
}

/**
 * cf_router_new:
 * @receiver: knows who may do what
 * @directory: knows which plug-in answers for which resource
 * @shells: all remote shells
 *
 * Returns: (transfer full): a router
 */
CfRouter *
cf_router_new (CfReceiver *receiver, CfPluginDirectory *directory, CfShells *shells)
{
  CfRouter *self;

  g_return_val_if_fail (CF_IS_RECEIVER (receiver), NULL);
  g_return_val_if_fail (CF_IS_PLUGIN_DIRECTORY (directory), NULL);
  g_return_val_if_fail (CF_IS_SHELLS (shells), NULL);

  self = g_object_new (CF_TYPE_ROUTER, NULL);
  self->receiver = g_object_ref (receiver);
  self->directory = g_object_ref (directory);
  self->shells = g_object_ref (shells);
  return self;
}
