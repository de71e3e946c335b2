/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-router.h"

#include "cf-audit.h"

struct _CfRouter
{
  GObject parent_instance;

  CfReceiver *receiver; /* (owned), set once */
  GHashTable *handlers; /* (owned) (element-type utf8 WsmHandler) */
};

static void cf_router_handler_init (WsmHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CfRouter, cf_router, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (WSM_TYPE_HANDLER, cf_router_handler_init))

static WsmFault *
check (CfRouter *self, WsmOperation *operation)
{
  WsmEnvelope *request = wsm_operation_get_request (operation);
  WsmPrincipal *caller = wsm_operation_get_principal (operation);
  CfVerbs verbs = cf_receiver_get_verbs (self->receiver, caller);
  const char *action = wsm_envelope_get_action (request);
  const char *uri = wsm_envelope_get_resource_uri (request);
  WsmObject *selectors = wsm_envelope_get_selectors (request);

  /* Strangers learn nothing, not even which resources there are. A caller who may do something,
   * but not this, gets Win32 code 53 from the method instead (shutdown-semantics.md 1.5). */
  if (verbs == CF_VERB_NONE || (g_str_equal (action, WSM_ACTION_GET) && !(verbs & CF_VERB_STATUS)))
    {
      cf_audit_denied (caller, verbs == CF_VERB_NONE ? "any use" : "status");
      return wsm_fault_new (WSM_FAULT_ACCESS_DENIED, "This account may not use this service.");
    }
  if (!g_hash_table_contains (self->handlers, uri))
    return wsm_fault_new (WSM_FAULT_INVALID_RESOURCE_URI, "There is no resource %s here.", uri);
  if (selectors != NULL && wsm_object_get_n_values (selectors) > 0)
    return wsm_fault_new (WSM_FAULT_UNEXPECTED_SELECTORS,
                          "The resource %s is the only one of its kind: send no selectors.", uri);
  return NULL;
}

static void
cf_router_handle (WsmHandler *handler, WsmOperation *operation)
{
  CfRouter *self = CF_ROUTER (handler);
  g_autoptr (WsmFault) fault = check (self, operation);
  const char *uri;

  if (fault != NULL)
    {
      wsm_operation_return_fault (operation, fault);
      return;
    }
  uri = wsm_envelope_get_resource_uri (wsm_operation_get_request (operation));
  wsm_handler_handle (g_hash_table_lookup (self->handlers, uri), operation);
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

  g_clear_pointer (&self->handlers, g_hash_table_unref);
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
  self->handlers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

/**
 * cf_router_new:
 * @receiver: knows who may do what
 *
 * Returns: (transfer full): a router without resources
 */
CfRouter *
cf_router_new (CfReceiver *receiver)
{
  CfRouter *self;

  g_return_val_if_fail (CF_IS_RECEIVER (receiver), NULL);

  self = g_object_new (CF_TYPE_ROUTER, NULL);
  self->receiver = g_object_ref (receiver);
  return self;
}

/**
 * cf_router_add:
 * @self: a router
 * @resource_uri: compared byte by byte
 * @handler: answers the operations on it
 */
void
cf_router_add (CfRouter *self, const char *resource_uri, WsmHandler *handler)
{
  g_return_if_fail (CF_IS_ROUTER (self));
  g_return_if_fail (resource_uri != NULL);
  g_return_if_fail (WSM_IS_HANDLER (handler));

  g_hash_table_insert (self->handlers, g_strdup (resource_uri), g_object_ref (handler));
}
