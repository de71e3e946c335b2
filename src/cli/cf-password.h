/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fleet/cf-contact.h"

G_BEGIN_DECLS

void cf_password_seal_process (void);
WsmSecret *cf_password_get (const char *user, int fd, GError **error);

G_END_DECLS
