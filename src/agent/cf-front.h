/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsman/service/wsm-service.h"

G_BEGIN_DECLS

gboolean cf_front_set_up (WsmService *service, const char *account, const char *user_header,
                          GError **error);

G_END_DECLS
