/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-password-verifier.h"

G_BEGIN_DECLS

#define WSM_TYPE_USER_FILE (wsm_user_file_get_type ())
G_DECLARE_FINAL_TYPE (WsmUserFile, wsm_user_file, WSM, USER_FILE, GObject)

WsmUserFile *wsm_user_file_new (const char *path, GError **error);

G_END_DECLS
