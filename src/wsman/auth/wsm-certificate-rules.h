/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WsmCertificateRules:
 *
 * The table that says which certificate is whose, by subject or by fingerprint. Immutable.
 */
typedef struct _WsmCertificateRules WsmCertificateRules;

WsmCertificateRules *wsm_certificate_rules_parse (const char *name, const char *text, gsize length,
                                                  GError **error);
void wsm_certificate_rules_free (WsmCertificateRules *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmCertificateRules, wsm_certificate_rules_free)

const char *wsm_certificate_rules_find (WsmCertificateRules *self, const char *subject,
                                        const char *fingerprint, GError **error);

G_END_DECLS
