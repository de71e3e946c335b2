/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-delivery-method.h"

#include "request/cf-windows-shutdown-names.h"

G_DEFINE_INTERFACE (CfDeliveryMethod, cf_delivery_method, G_TYPE_OBJECT)

static const struct
{
  CfRequestFeature feature;
  CfShutdownFlags flag;
  const char *name;
} features[] = {
  { CF_FEATURE_RESTART, CF_SHUTDOWN_RESTART, "restart" },
  { CF_FEATURE_POWER_OFF, CF_SHUTDOWN_POWEROFF, "poweroff" },
  { CF_FEATURE_HALT, CF_SHUTDOWN_NOREBOOT, "halt" },
  { CF_FEATURE_FORCE, CF_SHUTDOWN_FORCE_OTHERS, "force" },
  { CF_FEATURE_GRACE_OVERRIDE, CF_SHUTDOWN_GRACE_OVERRIDE, "grace-override" },
  { CF_FEATURE_INSTALL_UPDATES, CF_SHUTDOWN_INSTALL_UPDATES, "install-updates" },
  { CF_FEATURE_RESTART_APPS, CF_SHUTDOWN_RESTARTAPPS, "restart-apps" },
  { CF_FEATURE_CLIENT_HINT, CF_SHUTDOWN_NO_FLAGS, "client-hint" },
  { CF_FEATURE_POSTPONING, CF_SHUTDOWN_NO_FLAGS, "postpone" },
};

/* The verbs are no options: they never get the dashes of one. */
#define VERBS (CF_FEATURE_RESTART | CF_FEATURE_POWER_OFF | CF_FEATURE_HALT)

static void
cf_delivery_method_default_init (CfDeliveryMethodInterface *iface)
{
  iface->name = "none";
}

/**
 * cf_request_feature_get_name:
 * @feature: exactly one
 *
 * Returns: its name, that of the option or verb on the command line without dashes
 */
const char *
cf_request_feature_get_name (CfRequestFeature feature)
{
  for (gsize i = 0; i < G_N_ELEMENTS (features); i++)
    if (features[i].feature == feature)
      return features[i].name;
  g_return_val_if_reached (NULL);
}

/**
 * cf_request_features_to_string:
 * @set: features
 * @prefix: written before each that is an option, such as "--"
 *
 * Returns: (transfer full): their names: "--grace-override, --restart-apps"
 */
char *
cf_request_features_to_string (CfRequestFeature set, const char *prefix)
{
  GString *text = g_string_new (NULL);

  g_return_val_if_fail (prefix != NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (features); i++)
    if (set & features[i].feature)
      g_string_append_printf (text, "%s%s%s", text->len > 0 ? ", " : "",
                              features[i].feature & VERBS ? "" : prefix, features[i].name);
  return g_string_free (text, FALSE);
}

/**
 * cf_request_features_from_flags:
 * @flags: flags of a request
 *
 * Returns: the features that they stand for
 */
CfRequestFeature
cf_request_features_from_flags (CfShutdownFlags flags)
{
  CfRequestFeature set = CF_FEATURE_NONE;

  for (gsize i = 0; i < G_N_ELEMENTS (features); i++)
    if (flags & features[i].flag)
      set |= features[i].feature;
  return set;
}

/**
 * cf_delivery_method_get_name:
 * @self: a method
 *
 * Returns: its word on a command line: "native", "wmi"
 */
const char *
cf_delivery_method_get_name (CfDeliveryMethod *self)
{
  g_return_val_if_fail (CF_IS_DELIVERY_METHOD (self), NULL);

  return CF_DELIVERY_METHOD_GET_IFACE (self)->name;
}

/**
 * cf_delivery_method_get_resource_uri:
 * @self: a method
 *
 * Returns: the resource whose methods it invokes, and that tells the status
 */
const char *
cf_delivery_method_get_resource_uri (CfDeliveryMethod *self)
{
  g_return_val_if_fail (CF_IS_DELIVERY_METHOD (self), NULL);

  return CF_DELIVERY_METHOD_GET_IFACE (self)->resource_uri;
}

/**
 * cf_delivery_method_get_initiate_method:
 * @self: a method
 *
 * Returns: the method on the wire that takes cf_delivery_method_encode()
 */
const char *
cf_delivery_method_get_initiate_method (CfDeliveryMethod *self)
{
  g_return_val_if_fail (CF_IS_DELIVERY_METHOD (self), NULL);

  return CF_DELIVERY_METHOD_GET_IFACE (self)->initiate_method;
}

/**
 * cf_delivery_method_get_abort_method:
 * @self: a method
 *
 * Returns: (nullable): the method on the wire that takes cf_delivery_method_encode_abort(); %NULL
 *   if a request cannot be called off this way
 */
const char *
cf_delivery_method_get_abort_method (CfDeliveryMethod *self)
{
  g_return_val_if_fail (CF_IS_DELIVERY_METHOD (self), NULL);

  return CF_DELIVERY_METHOD_GET_IFACE (self)->abort_method;
}

/**
 * cf_delivery_method_find_inexpressible:
 * @self: a method
 * @request: a request
 *
 * Returns: what of @request cannot be said this way; such a request must not be sent
 */
CfRequestFeature
cf_delivery_method_find_inexpressible (CfDeliveryMethod *self, const CfShutdownRequest *request)
{
  g_return_val_if_fail (CF_IS_DELIVERY_METHOD (self), CF_FEATURE_NONE);
  g_return_val_if_fail (request != NULL, CF_FEATURE_NONE);

  return CF_DELIVERY_METHOD_GET_IFACE (self)->find_inexpressible (self, request);
}

/**
 * cf_delivery_method_get_caveat:
 * @self: a method
 * @request: a request
 *
 * Returns: (nullable): a sentence on what may come out otherwise than @request says although it
 *   can be said this way
 */
const char *
cf_delivery_method_get_caveat (CfDeliveryMethod *self, const CfShutdownRequest *request)
{
  CfDeliveryMethodInterface *iface;

  g_return_val_if_fail (CF_IS_DELIVERY_METHOD (self), NULL);
  g_return_val_if_fail (request != NULL, NULL);

  iface = CF_DELIVERY_METHOD_GET_IFACE (self);
  return iface->get_caveat != NULL ? iface->get_caveat (self, request) : NULL;
}

/**
 * cf_delivery_method_encode:
 * @self: a method
 * @request: a request of which cf_delivery_method_find_inexpressible() finds nothing
 *
 * Returns: (transfer full): the input of cf_delivery_method_get_initiate_method()
 */
WsmObject *
cf_delivery_method_encode (CfDeliveryMethod *self, const CfShutdownRequest *request)
{
  g_return_val_if_fail (CF_IS_DELIVERY_METHOD (self), NULL);
  g_return_val_if_fail (request != NULL, NULL);
  g_return_val_if_fail (cf_delivery_method_find_inexpressible (self, request) == CF_FEATURE_NONE,
                        NULL);

  return CF_DELIVERY_METHOD_GET_IFACE (self)->encode (self, request);
}

/**
 * cf_delivery_method_encode_abort:
 * @self: a method that has cf_delivery_method_get_abort_method()
 *
 * Returns: (transfer full): the input of that method
 */
WsmObject *
cf_delivery_method_encode_abort (CfDeliveryMethod *self)
{
  CfDeliveryMethodInterface *iface;

  g_return_val_if_fail (CF_IS_DELIVERY_METHOD (self), NULL);

  iface = CF_DELIVERY_METHOD_GET_IFACE (self);
  g_return_val_if_fail (iface->encode_abort != NULL, NULL);

  return iface->encode_abort (self);
}

/**
 * cf_delivery_method_decode:
 * @self: a method
 * @output: what the host answered to either method
 * @code: (out): the Win32 code in it
 * @error: a #WsmWireError: there is none
 *
 * Returns: %FALSE with @error set if the answer says nothing
 */
gboolean
cf_delivery_method_decode (CfDeliveryMethod *self, WsmObject *output, guint32 *code, GError **error)
{
  g_return_val_if_fail (CF_IS_DELIVERY_METHOD (self), FALSE);
  g_return_val_if_fail (output != NULL, FALSE);
  g_return_val_if_fail (code != NULL, FALSE);

  return wsm_object_get_uint32 (output, CF_FIELD_RETURN_VALUE, code, error);
}

/**
 * cf_delivery_method_read_status:
 * @self: a method
 * @object: what Get on cf_delivery_method_get_resource_uri() returned
 * @error: a #WsmWireError
 *
 * Returns: (transfer full): the status; %NULL with @error set otherwise
 */
CfStatus *
cf_delivery_method_read_status (CfDeliveryMethod *self, WsmObject *object, GError **error)
{
  g_return_val_if_fail (CF_IS_DELIVERY_METHOD (self), NULL);
  g_return_val_if_fail (object != NULL, NULL);

  return CF_DELIVERY_METHOD_GET_IFACE (self)->read_status (self, object, error);
}
