/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-method.h"

#include <stdarg.h>

/**
 * cf_method_fault_set:
 * @fault: nothing was wrong so far
 * @code: what to complete the request with
 * @format: one sentence for people
 * @...: its arguments
 */
void
cf_method_fault_set (CfMethodFault *fault, DWORD code, const char *format, ...)
{
  va_list arguments;

  g_return_if_fail (fault->code == NO_ERROR);

  va_start (arguments, format);
  fault->code = code;
  fault->sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
}

/**
 * cf_method_complete:
 * @request: an open request; it is over when this returns
 * @code: %NO_ERROR or why not
 * @sentence: (nullable): that in words, in UTF-8
 */
void
cf_method_complete (WSMAN_PLUGIN_REQUEST *request, DWORD code, const char *sentence)
{
  char16_t *text = CurfewUtf16Dup (sentence);

  WSManPluginOperationComplete (request, 0, code, text);
  free (text);
}

/**
 * cf_method_refuse_selectors:
 * @request: a request to a resource that there is only one of
 *
 * Returns: %TRUE if the request had selectors and so is over
 */
gboolean
cf_method_refuse_selectors (WSMAN_PLUGIN_REQUEST *request)
{
  g_autofree char *uri = NULL;
  g_autofree char *sentence = NULL;

  if (request->operationInfo == NULL || request->operationInfo->selectorSet.numberKeys == 0)
    return FALSE;

  uri = CurfewUtf8Dup (request->resourceUri);
  sentence = g_strdup_printf ("The resource %s is the only one of its kind: send no selectors.",
                              uri);
  cf_method_complete (request, ERROR_WSMAN_UNEXPECTED_SELECTORS, sentence);
  return TRUE;
}

static const CfMethod *
find_method (PCWSTR action, PCWSTR resource_uri, const CfMethod *methods, gsize n_methods)
{
  while (*resource_uri != 0 && *action == *resource_uri)
    action++, resource_uri++;
  if (*resource_uri != 0 || *action != '/')
    return NULL;
  for (gsize i = 0; i < n_methods; i++)
    if (CurfewUtf16Equal (action + 1, methods[i].name))
      return &methods[i];
  return NULL;
}

static gboolean
is_parameter (const CfMethod *method, PCWSTR name)
{
  for (const PCWSTR *parameter = method->parameters; *parameter != NULL; parameter++)
    if (CurfewUtf16Equal (*parameter, name))
      return TRUE;
  return FALSE;
}

static void
set_parameter_fault (CfMethodFault *fault, const CfMethod *method, PCWSTR parameter,
                     const CURFEW_VALUE *first)
{
  g_autofree char *method_name = CurfewUtf8Dup (method->name);
  g_autofree char *name = CurfewUtf8Dup (parameter);

  if (!is_parameter (method, parameter))
    cf_method_fault_set (fault, ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, "%s has no parameter %s.",
                         method_name, name);
  else if (first->type == CURFEW_VALUE_COMPLEX)
    cf_method_fault_set (fault, ERROR_WSMAN_SCHEMA_VALIDATION_ERROR,
                         "The parameter %s of %s has elements inside, where text belongs.", name,
                         method_name);
  else
    cf_method_fault_set (fault, ERROR_WSMAN_SCHEMA_VALIDATION_ERROR,
                         "The parameter %s of %s is there twice.", name, method_name);
}

static void
set_input_fault (CfMethodFault *fault, const CfMethod *method, PCWSTR resource_uri)
{
  g_autofree char *expected = CurfewUtf8Dup (method->input);
  g_autofree char *uri = CurfewUtf8Dup (resource_uri);

  cf_method_fault_set (fault, ERROR_WSMAN_SCHEMA_VALIDATION_ERROR,
                       "The body of this action has to be one element %s in the namespace %s.",
                       expected, uri);
}

/* The input has to be `{URI}Method_INPUT` with known parameters only, and text in each: one that is
 * misspelt, or has elements inside, must not become one that was left out. */
static gboolean
check_input (const CURFEW_OBJECT *input, PCWSTR resource_uri, const CfMethod *method,
             CfMethodFault *fault)
{
  if (input == NULL || input->namespaceUri == NULL ||
      !CurfewUtf16Equal (input->name, method->input) ||
      !CurfewUtf16Equal (input->namespaceUri, resource_uri))
    {
      set_input_fault (fault, method, resource_uri);
      return FALSE;
    }
  for (DWORD i = 0; i < input->valuesCount; i++)
    {
      PCWSTR name = input->values[i].name;
      const CURFEW_VALUE *first = cf_method_find (input, name);

      if (is_parameter (method, name) && first == &input->values[i] &&
          first->type != CURFEW_VALUE_COMPLEX)
        continue;
      set_parameter_fault (fault, method, name, first);
      return FALSE;
    }
  return TRUE;
}

static void
answer (WSMAN_PLUGIN_REQUEST *request, PCWSTR resource_uri, const CfMethod *method, DWORD code)
{
  char16_t number[CF_METHOD_NUMBER_UNITS];
  CURFEW_VALUE value = {
    .name = u"ReturnValue",
    .value = cf_method_format_uint32 (code, number),
    .type = CURFEW_VALUE_TEXT,
  };
  CURFEW_OBJECT output = { resource_uri, method->output, 1, &value };
  DWORD result = CurfewPluginObjectResult (request, 0, &output);

  WSManPluginOperationComplete (request, 0, result, NULL);
}

/**
 * cf_method_get:
 * @request: a Get of a resource that is the only one of its kind
 * @describe: gives the object of it, made of what the agent says, and returns what to complete with
 *
 * Answers @request.
 */
void
cf_method_get (WSMAN_PLUGIN_REQUEST *request,
               DWORD (*describe) (WSMAN_PLUGIN_REQUEST *request, const CURFEW_AGENT_STATUS *facts))
{
  CURFEW_AGENT_STATUS *facts = NULL;
  DWORD code;

  if (cf_method_refuse_selectors (request))
    return;
  code = CurfewAgentDescribe (request, 0, &facts);
  if (code == NO_ERROR)
    {
      code = describe (request, facts);
      CurfewAgentFreeStatus (facts);
    }
  WSManPluginOperationComplete (request, 0, code, NULL);
}

/**
 * cf_method_invoke:
 * @request: what is asked; it is over when this returns
 * @resource_uri: the resource whose methods these are
 * @methods: (array length=n_methods): its methods
 * @n_methods: how many
 * @action: the action of the request
 * @input: (nullable): its body
 *
 * Invokes one method (winrm-wire-protocol.md section 3.4): the action is the resource's URI, a
 * slash and the method's name; the answer is `{URI}Method_OUTPUT` with `ReturnValue`.
 */
void
cf_method_invoke (WSMAN_PLUGIN_REQUEST *request, PCWSTR resource_uri, const CfMethod *methods,
                  gsize n_methods, PCWSTR action, const CURFEW_OBJECT *input)
{
  const CfMethod *method = find_method (action, resource_uri, methods, n_methods);
  CfMethodFault fault = { 0 };
  DWORD code = 0;

  if (cf_method_refuse_selectors (request))
    return;

  if (method == NULL)
    {
      g_autofree char *uri = CurfewUtf8Dup (resource_uri);
      g_autofree char *unknown = CurfewUtf8Dup (action);

      cf_method_fault_set (&fault, ERROR_WSMAN_ACTION_NOT_SUPPORTED,
                           "The resource %s does not know the action %s.", uri, unknown);
    }
  else if (check_input (input, resource_uri, method, &fault))
    code = method->call (request, input, &fault);

  if (fault.code == NO_ERROR)
    answer (request, resource_uri, method, code);
  else
    cf_method_complete (request, fault.code, fault.sentence);
  g_free (fault.sentence);
}
