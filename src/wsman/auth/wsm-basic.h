/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-secret.h"

G_BEGIN_DECLS

#define WSM_BASIC_MAX_PART 256u /* octets of a name or a password */

gboolean wsm_basic_is_user (const char *text, gsize length);
char *wsm_basic_format (const char *user, WsmSecret *password);
gboolean wsm_basic_parse (const char *authorization, gsize length, char **user,
                          WsmSecret **password, GError **error);

G_END_DECLS
