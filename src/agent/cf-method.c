/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-method.h"

#include "request/cf-windows-shutdown-names.h"

#include <string.h>

static const CfMethod *
find_method (WsmEnvelope *request, const char *resource_uri, const CfMethod *methods,
             gsize n_methods)
{
  const char *action = wsm_envelope_get_action (request);
  gsize uri_length = strlen (resource_uri);

  if (!g_str_has_prefix (action, resource_uri) || action[uri_length] != '/')
    return NULL;
  for (gsize i = 0; i < n_methods; i++)
    if (g_str_equal (action + uri_length + 1, methods[i].name))
      return &methods[i];
  return NULL;
}

/* The input has to be `{URI}Method_INPUT` with known parameters only, and text in each: one that is
 * misspelt, or has elements inside, must not become one that was left out. */
static WsmFault *
check_input (WsmObject *input, const char *resource_uri, const CfMethod *method)
{
  g_autofree char *expected = g_strconcat (method->name, "_INPUT", NULL);
  guint n_values;

  if (input == NULL || !g_str_equal (wsm_object_get_name (input), expected) ||
      g_strcmp0 (wsm_object_get_namespace_uri (input), resource_uri) != 0)
    return wsm_fault_new (WSM_FAULT_SCHEMA_VALIDATION_ERROR,
                          "The body of this action has to be one element %s in the namespace %s.",
                          expected, resource_uri);

  n_values = wsm_object_get_n_values (input);
  for (guint i = 0; i < n_values; i++)
    {
      const char *name = wsm_object_get_value_name (input, i);

      if (!g_strv_contains (method->parameters, name))
        return wsm_fault_new (WSM_FAULT_SCHEMA_VALIDATION_ERROR, "%s has no parameter %s.",
                              method->name, name);
      if (wsm_object_get_string (input, name) == NULL && !wsm_object_is_nil (input, name))
        return wsm_fault_new (WSM_FAULT_SCHEMA_VALIDATION_ERROR,
                              "The parameter %s of %s has elements inside, where text belongs.",
                              name, method->name);
      for (guint j = 0; j < i; j++)
        if (g_str_equal (wsm_object_get_value_name (input, j), name))
          return wsm_fault_new (WSM_FAULT_SCHEMA_VALIDATION_ERROR,
                                "The parameter %s of %s is there twice.", name, method->name);
    }
  return NULL;
}

/**
 * cf_method_dispatch:
 * @operation: what is asked; answered when this returns
 * @resource_uri: the resource whose methods these are
 * @methods: (array length=n_methods): its methods
 * @n_methods: how many
 * @receiver: passed to the method
 *
 * Invokes one method (winrm-wire-protocol.md section 3.4): the action is the resource's URI, a
 * slash and the method's name; the answer is `{URI}Method_OUTPUT` with `ReturnValue`.
 */
void
cf_method_dispatch (WsmOperation *operation, const char *resource_uri, const CfMethod *methods,
                    gsize n_methods, gpointer receiver)
{
  WsmEnvelope *request = wsm_operation_get_request (operation);
  const CfMethod *method = find_method (request, resource_uri, methods, n_methods);
  g_autoptr (WsmFault) fault = NULL;
  g_autoptr (WsmObject) output = NULL;
  g_autofree char *output_name = NULL;
  guint32 code = 0;

  if (method == NULL)
    {
      fault = wsm_fault_new (WSM_FAULT_ACTION_NOT_SUPPORTED,
                             "The resource %s does not know the action %s.", resource_uri,
                             wsm_envelope_get_action (request));
      wsm_operation_return_fault (operation, fault);
      return;
    }

  fault = check_input (wsm_envelope_get_object (request), resource_uri, method);
  if (fault == NULL)
    fault = method->call (receiver, wsm_operation_get_principal (operation),
                          wsm_envelope_get_object (request), &code);
  if (fault != NULL)
    {
      wsm_operation_return_fault (operation, fault);
      return;
    }

  output_name = g_strconcat (method->name, "_OUTPUT", NULL);
  output = wsm_object_new (resource_uri, output_name);
  wsm_object_add_uint32 (output, CF_FIELD_RETURN_VALUE, code);
  wsm_operation_return_object (operation, output);
}

/**
 * cf_method_fault_for_value:
 * @parameter: its name
 * @error: why its value could not be read
 *
 * Returns: (transfer full): the fault to answer with
 */
WsmFault *
cf_method_fault_for_value (const char *parameter, const GError *error)
{
  return wsm_fault_new (WSM_FAULT_SCHEMA_VALIDATION_ERROR, "The parameter %s cannot be read: %s",
                        parameter, error->message);
}

/**
 * cf_method_get_uint32:
 * @input: the input of a method
 * @parameter: which one
 * @required: whether it has to be there; if not, an absent one leaves @value as it is
 * @value: (inout): where it goes
 * @fault: (out) (transfer full): what to answer if this fails
 *
 * Returns: %FALSE with @fault set if there is no such number
 */
gboolean
cf_method_get_uint32 (WsmObject *input, const char *parameter, gboolean required, guint32 *value,
                      WsmFault **fault)
{
  g_autoptr (GError) error = NULL;

  if (!required && (!wsm_object_has (input, parameter) || wsm_object_is_nil (input, parameter)))
    return TRUE;
  if (wsm_object_get_uint32 (input, parameter, value, &error))
    return TRUE;
  *fault = cf_method_fault_for_value (parameter, error);
  return FALSE;
}
