/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-native-method.h"

#include "request/cf-windows-shutdown-names.h"

struct _CfNativeMethod
{
  GObject parent_instance;

  char *default_client_hint; /* (owned) (nullable), set once */
};

static void cf_native_method_iface_init (CfDeliveryMethodInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CfNativeMethod, cf_native_method, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CF_TYPE_DELIVERY_METHOD,
                                                      cf_native_method_iface_init))

static CfRequestFeature
find_inexpressible (CfDeliveryMethod *method, const CfShutdownRequest *request)
{
  return CF_FEATURE_NONE;
}

static void
add_client_hint (CfNativeMethod *self, WsmObject *input, const char *client_hint)
{
  if (client_hint == NULL)
    client_hint = self->default_client_hint;
  if (client_hint != NULL)
    wsm_object_add_string (input, CF_FIELD_CLIENT_HINT, client_hint);
}

/* A message that is NULL is left out, "" is an empty element: the two are not the same. */
static WsmObject *
encode (CfDeliveryMethod *method, const CfShutdownRequest *request)
{
  WsmObject *input = wsm_object_new (CF_WINDOWS_SHUTDOWN_URI, CF_INITIATE_METHOD "_INPUT");
  const char *message = cf_shutdown_request_get_message (request);
  const char *code = cf_shutdown_request_get_code (request);
  guint32 limit = cf_shutdown_request_get_postpone_limit (request);

  if (message != NULL)
    wsm_object_add_string (input, CF_FIELD_MESSAGE, message);
  wsm_object_add_uint32 (input, CF_FIELD_GRACE_PERIOD,
                         cf_shutdown_request_get_grace_seconds (request));
  wsm_object_add_uint32 (input, CF_FIELD_FLAGS, cf_shutdown_request_get_flags (request));
  wsm_object_add_uint32 (input, CF_FIELD_REASON, cf_shutdown_request_get_reason (request));
  add_client_hint (CF_NATIVE_METHOD (method), input, cf_shutdown_request_get_client_hint (request));
  if (code != NULL)
    wsm_object_add_string (input, CF_FIELD_REQUEST_CODE, code);
  if (limit > 0)
    {
      wsm_object_add_uint32 (input, CF_FIELD_POSTPONE_LIMIT, limit);
      wsm_object_add_uint32 (input, CF_FIELD_POSTPONE_SECONDS,
                             cf_shutdown_request_get_postpone_seconds (request));
    }
  return input;
}

static WsmObject *
encode_abort (CfDeliveryMethod *method)
{
  WsmObject *input = wsm_object_new (CF_WINDOWS_SHUTDOWN_URI, CF_ABORT_METHOD "_INPUT");

  add_client_hint (CF_NATIVE_METHOD (method), input, NULL);
  return input;
}

static CfStatus *
read_status (CfDeliveryMethod *method, WsmObject *object, GError **error)
{
  return cf_status_new_from_native (object, error);
}

static void
cf_native_method_iface_init (CfDeliveryMethodInterface *iface)
{
  iface->name = "native";
  iface->resource_uri = CF_WINDOWS_SHUTDOWN_URI;
  iface->initiate_method = CF_INITIATE_METHOD;
  iface->abort_method = CF_ABORT_METHOD;
  iface->find_inexpressible = find_inexpressible;
  iface->encode = encode;
  iface->encode_abort = encode_abort;
  iface->read_status = read_status;
}

static void
cf_native_method_finalize (GObject *object)
{
  g_free (CF_NATIVE_METHOD (object)->default_client_hint);

  G_OBJECT_CLASS (cf_native_method_parent_class)->finalize (object);
}

static void
cf_native_method_class_init (CfNativeMethodClass *class)
{
  G_OBJECT_CLASS (class)->finalize = cf_native_method_finalize;
}

static void
cf_native_method_init (CfNativeMethod *self)
{
}

/**
 * cf_native_method_new:
 * @default_client_hint: (nullable): what a request without a client hint, and every abort, is sent
 *   with: the program's own name
 *
 * WsdrInitiateShutdown and WsdrAbortShutdown as curfew-agent takes them (design.md section 6): all
 * that a request can hold can be said.
 *
 * Returns: (transfer full): the method
 */
CfDeliveryMethod *
cf_native_method_new (const char *default_client_hint)
{
  CfNativeMethod *self = g_object_new (CF_TYPE_NATIVE_METHOD, NULL);

  self->default_client_hint = g_strdup (default_client_hint);
  return CF_DELIVERY_METHOD (self);
}
