/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * WsmCertificateUsers:
 *
 * Which TLS client certificate is whose: authorities of their own (never the system's), and a table
 * of subjects and fingerprints. Immutable.
 */
#define WSM_TYPE_CERTIFICATE_USERS (wsm_certificate_users_get_type ())
G_DECLARE_FINAL_TYPE (WsmCertificateUsers, wsm_certificate_users, WSM, CERTIFICATE_USERS, GObject)

WsmCertificateUsers *wsm_certificate_users_new (const char *authorities_file,
                                                const char *users_file, GError **error);
char *wsm_certificate_users_match (WsmCertificateUsers *self, GTlsCertificate *certificate,
                                   GError **error);

G_END_DECLS
