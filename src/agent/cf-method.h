/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsman/service/wsm-operation.h"

G_BEGIN_DECLS

/**
 * CfMethod:
 * @name: as in the action and in the names of `_INPUT` and `_OUTPUT`; case matters
 * @parameters: (array zero-terminated=1): what the input may hold, each at most once
 * @call: runs the method and returns either the Win32 code for `ReturnValue`, or a fault
 *
 * One method of a resource.
 */
typedef struct
{
  const char *name;
  const char *const *parameters;
  WsmFault *(*call) (gpointer receiver, WsmPrincipal *caller, WsmObject *input, guint32 *code);
} CfMethod;

void cf_method_dispatch (WsmOperation *operation, const char *resource_uri, const CfMethod *methods,
                         gsize n_methods, gpointer receiver);
WsmFault *cf_method_fault_for_value (const char *parameter, const GError *error);
gboolean cf_method_get_uint32 (WsmObject *input, const char *parameter, gboolean required,
                               guint32 *value, WsmFault **fault);

G_END_DECLS
