/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-password-verifier.h"

G_BEGIN_DECLS

#define WSM_TYPE_PAM (wsm_pam_get_type ())
G_DECLARE_FINAL_TYPE (WsmPam, wsm_pam, WSM, PAM, GObject)

WsmPam *wsm_pam_new (const char *helper_path, const char *service, const char *config_directory);
WsmPam *wsm_pam_new_for_socket (const char *socket_path, const char *service);

G_END_DECLS
