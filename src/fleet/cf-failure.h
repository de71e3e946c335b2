/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfFailure:
 * @CF_FAILURE_NONE: it did not fail
 * @CF_FAILURE_PERMISSION: sign-in or permission
 * @CF_FAILURE_UNREACHABLE: there was no way to the host, or no answer
 * @CF_FAILURE_REFUSED: the host said no, for another reason than permission
 * @CF_FAILURE_OTHER: everything else
 *
 * The kind of a failure, as far as somebody does something else about it.
 */
typedef enum
{
  CF_FAILURE_NONE,
  CF_FAILURE_PERMISSION,
  CF_FAILURE_UNREACHABLE,
  CF_FAILURE_REFUSED,
  CF_FAILURE_OTHER,
} CfFailure;

CfFailure cf_failure_from_code (guint32 code);
CfFailure cf_failure_from_error (const GError *error);
const char *cf_failure_next_step (const GError *error);
gboolean cf_failure_is_denied (const GError *error);
gboolean cf_failure_is_of_password (const GError *error);
gboolean cf_failure_is_lost (const GError *error);
gboolean cf_failure_lacks_resource (const GError *error);

G_END_DECLS
