/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <gssapi/gssapi.h>

G_BEGIN_DECLS

gss_cred_id_t *kept_credential_find (const char *user, const char *password);

G_END_DECLS
