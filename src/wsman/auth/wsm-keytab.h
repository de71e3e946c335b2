/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <krb5.h>

G_BEGIN_DECLS

/* Nobody outside this folder includes this. */

char **wsm_keytab_dup_principals (krb5_context context, const char *path, GError **error);

G_END_DECLS
