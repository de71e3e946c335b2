/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The codes that Curfew itself produces or decides on; the table in the .c file knows more. */
#define CF_WIN32_SUCCESS                  0u
#define CF_WIN32_ACCESS_DENIED            5u
#define CF_WIN32_NOT_READY                21u
#define CF_WIN32_GEN_FAILURE              31u
#define CF_WIN32_NOT_SUPPORTED            50u
#define CF_WIN32_BAD_NETPATH              53u
#define CF_WIN32_INVALID_PARAMETER        87u
#define CF_WIN32_BUSY                     170u
#define CF_WIN32_OPERATION_ABORTED        995u
#define CF_WIN32_SHUTDOWN_IN_PROGRESS     1115u
#define CF_WIN32_NO_SHUTDOWN_IN_PROGRESS  1116u
#define CF_WIN32_SHUTDOWN_IS_SCHEDULED    1190u
#define CF_WIN32_SHUTDOWN_USERS_LOGGED_ON 1191u
#define CF_WIN32_PRIVILEGE_NOT_HELD       1314u

typedef enum
{
  CF_WIN32_CLASS_OK,
  CF_WIN32_CLASS_INFO,
  CF_WIN32_CLASS_CONFLICT,
  CF_WIN32_CLASS_USERS,
  CF_WIN32_CLASS_PERMISSION,
  CF_WIN32_CLASS_CREDENTIALS,
  CF_WIN32_CLASS_UNREACHABLE,
  CF_WIN32_CLASS_UNSUPPORTED,
  CF_WIN32_CLASS_RETRY,
  CF_WIN32_CLASS_CALLER_BUG,
  CF_WIN32_CLASS_FAILED,
} CfWin32Class;

/**
 * CfWin32Code:
 * @code: the number
 * @name: "ERROR_SHUTDOWN_IS_SCHEDULED"
 * @class: what a console does about it
 * @meaning: (translatable): one plain sentence
 * @next_step: (translatable): one plain sentence: what to do now
 */
typedef struct
{
  guint32 code;
  const char *name;
  CfWin32Class class;
  const char *meaning;
  const char *next_step;
} CfWin32Code;

const CfWin32Code *cf_win32_code_lookup (guint32 code);
const CfWin32Code *cf_win32_code_lookup_name (const char *name);
const CfWin32Code *cf_win32_code_get_all (gsize *n_codes);

G_END_DECLS
