/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * WsmTrust:
 *
 * Whose certificates are believed: the system's authorities, or those of one file, or exactly one
 * certificate by its SHA-256; and, before those, that of each host that is known. One object is
 * shared by all clients of a program, so that the authorities are read once.
 */
#define WSM_TYPE_TRUST (wsm_trust_get_type ())
G_DECLARE_FINAL_TYPE (WsmTrust, wsm_trust, WSM, TRUST, GObject)

WsmTrust *wsm_trust_new (const char *ca_file, const char *pin, GError **error);
gboolean wsm_trust_add_pin (WsmTrust *self, const char *host, guint16 port, const char *fingerprint,
                            GError **error);
gboolean wsm_trust_verify (WsmTrust *self, GTlsCertificate *certificate,
                           GSocketConnectable *identity, GError **error);
char *wsm_trust_fingerprint (GTlsCertificate *certificate);
void wsm_trust_prepare_process (void);

G_END_DECLS
