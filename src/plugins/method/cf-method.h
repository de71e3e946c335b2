/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "plugin-api/curfew-agent-services.h"
#include "plugin-api/curfew-plugin.h"

G_BEGIN_DECLS

/**
 * CfMethodFault:
 * @code: what to complete the request with
 * @sentence: (owned) (nullable): what is wrong and what to do, in UTF-8
 *
 * Why a method did not run. All zero where nothing is wrong.
 */
typedef struct
{
  DWORD code;
  char *sentence;
} CfMethodFault;

void cf_method_fault_set (CfMethodFault *fault, DWORD code, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

/**
 * CfMethod:
 * @name: as in the action; case matters
 * @input: the element that it takes, `NAME_INPUT`
 * @output: the element that it answers with, `NAME_OUTPUT`
 * @parameters: (array zero-terminated=1): what the input may hold, each at most once
 * @call: runs the method and returns the Win32 code for `ReturnValue`; or sets the fault
 *
 * One method of a resource.
 */
typedef struct
{
  PCWSTR name;
  PCWSTR input;
  PCWSTR output;
  const PCWSTR *parameters;
  DWORD (*call) (WSMAN_PLUGIN_REQUEST *request, const CURFEW_OBJECT *input, CfMethodFault *fault);
} CfMethod;

/* The names of a method, and its fields in this order. */
#define CF_METHOD(name_, parameters_, call_)                                                       \
  {                                                                                                \
    u##name_, u##name_ u"_INPUT", u##name_ u"_OUTPUT", parameters_, call_                          \
  }

gboolean cf_method_refuse_selectors (WSMAN_PLUGIN_REQUEST *request);
void cf_method_get (WSMAN_PLUGIN_REQUEST *request,
                    DWORD (*describe) (WSMAN_PLUGIN_REQUEST *request,
                                       const CURFEW_AGENT_STATUS *facts));
void cf_method_invoke (WSMAN_PLUGIN_REQUEST *request, PCWSTR resource_uri, const CfMethod *methods,
                       gsize n_methods, PCWSTR action, const CURFEW_OBJECT *input);
void cf_method_complete (WSMAN_PLUGIN_REQUEST *request, DWORD code, const char *sentence);

const CURFEW_VALUE *cf_method_find (const CURFEW_OBJECT *input, PCWSTR parameter);
PCWSTR cf_method_get_text (const CURFEW_OBJECT *input, PCWSTR parameter);
gboolean cf_method_get_uint32 (const CURFEW_OBJECT *input, PCWSTR parameter, gboolean required,
                               DWORD *value, CfMethodFault *fault);
gboolean cf_method_get_int32 (const CURFEW_OBJECT *input, PCWSTR parameter, gint32 *value,
                              CfMethodFault *fault);

/* room for any unsigned number and the unit that ends it */
#define CF_METHOD_NUMBER_UNITS 11
PCWSTR cf_method_format_uint32 (DWORD value, char16_t buffer[CF_METHOD_NUMBER_UNITS]);

G_END_DECLS
