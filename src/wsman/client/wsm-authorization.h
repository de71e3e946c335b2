/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-endpoint.h"
#include "wsman/auth/wsm-credential.h"

G_BEGIN_DECLS

/* What goes along with each request, where that signs in. */

gboolean wsm_authorization_make (WsmEndpoint *endpoint, WsmCredential *credential,
                                 gboolean allow_clear_password, char **authorization,
                                 GError **error);
void wsm_authorization_free (char *authorization);

G_END_DECLS
