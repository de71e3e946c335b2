/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-request.h"

/* as plug-ins know it (wsman-plugin-api.md section 5); other names are the same there and here */
#define CERTIFICATE_HERE  "Certificate"
#define CERTIFICATE_THERE "ClientCertificate"

static const char *
get_mechanism (WsmPrincipal *caller)
{
  const char *mechanism = wsm_principal_get_mechanism (caller);

  return g_str_equal (mechanism, CERTIFICATE_HERE) ? CERTIFICATE_THERE : mechanism;
}

static void
take_selectors (CfPluginRequest *self, WsmObject *selectors)
{
  guint n = selectors != NULL ? wsm_object_get_n_values (selectors) : 0;

  if (n == 0)
    return;

  self->selectors = g_new (CfPluginPair, n);
  for (guint i = 0; i < n; i++)
    {
      const char *value = wsm_object_get_value (selectors, i);

      self->selectors[i].name = wsm_object_get_value_name (selectors, i);
      self->selectors[i].value = value != NULL ? value : "";
    }
  self->call.selectors = self->selectors;
  self->call.n_selectors = n;
}

static void
take_options (CfPluginRequest *self, WsmEnvelope *request)
{
  WsmObject *options = wsm_envelope_get_options (request);
  guint n = options != NULL ? wsm_object_get_n_values (options) : 0;

  self->call.options_must_understand = wsm_envelope_options_must_be_understood (request);
  if (n == 0)
    return;

  self->options = g_new (CfPluginOption, n);
  for (guint i = 0; i < n; i++)
    self->options[i] = (CfPluginOption){
      .name = wsm_object_get_value_name (options, i),
      .value = wsm_object_get_value (options, i),
      .must_comply = wsm_envelope_option_must_comply (request, i),
    };
  self->call.options = self->options;
  self->call.n_options = n;
}

/**
 * cf_plugin_request_init:
 * @self: (out caller-allocates): what plug-ins are to be asked; not to be moved from now on
 * @operation: what a client asks; has to outlive @self
 *
 * Fills in what any request has. Clear it with cf_plugin_request_clear().
 */
void
cf_plugin_request_init (CfPluginRequest *self, WsmOperation *operation)
{
  WsmEnvelope *request;
  WsmPrincipal *caller;

  g_return_if_fail (self != NULL);
  g_return_if_fail (operation != NULL);

  request = wsm_operation_get_request (operation);
  caller = wsm_operation_get_principal (operation);
  *self = (CfPluginRequest){ .sender_name = wsm_principal_to_string (caller) };
  self->call = (CfPluginCall){
    .sender_name = self->sender_name,
    .mechanism = get_mechanism (caller),
    .url = wsm_envelope_get_to (request),
    .locale = wsm_envelope_get_locale (request),
    .data_locale = wsm_envelope_get_data_locale (request),
    .resource_uri = wsm_envelope_get_resource_uri (request),
    .max_envelope_size = wsm_envelope_get_max_envelope_size (request),
    .timeout_msec = (guint32) wsm_envelope_get_operation_timeout_msec (request),
  };
  take_selectors (self, wsm_envelope_get_selectors (request));
  take_options (self, request);
}

static CfPluginValueType
get_type (WsmObject *object, guint index)
{
  if (wsm_object_is_datetime (object, index))
    return CF_PLUGIN_VALUE_DATETIME;
  if (wsm_object_get_value (object, index) != NULL)
    return CF_PLUGIN_VALUE_TEXT;
  return wsm_object_is_null (object, index) ? CF_PLUGIN_VALUE_NULL : CF_PLUGIN_VALUE_COMPLEX;
}

/**
 * cf_plugin_request_take_object:
 * @self: a request
 * @object: (nullable): the body of an Invoke; has to outlive @self. %NULL for an empty body
 *
 * Makes @object the input of the call.
 */
void
cf_plugin_request_take_object (CfPluginRequest *self, WsmObject *object)
{
  guint n;

  g_return_if_fail (self != NULL);
  g_return_if_fail (self->values == NULL);

  if (object == NULL)
    return;

  n = wsm_object_get_n_values (object);
  self->values = n > 0 ? g_new (CfPluginValue, n) : NULL;
  for (guint i = 0; i < n; i++)
    self->values[i] = (CfPluginValue){
      .name = wsm_object_get_value_name (object, i),
      .value = wsm_object_get_value (object, i),
      .type = get_type (object, i),
    };
  self->input = (CfPluginObject){
    .namespace_uri = wsm_object_get_namespace_uri (object),
    .name = wsm_object_get_name (object),
    .values = self->values,
    .n_values = n,
  };
  self->call.input = &self->input;
}

/**
 * cf_plugin_request_clear:
 * @self: a request
 */
void
cf_plugin_request_clear (CfPluginRequest *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->sender_name, g_free);
  g_clear_pointer (&self->selectors, g_free);
  g_clear_pointer (&self->options, g_free);
  g_clear_pointer (&self->values, g_free);
}
