/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-contact.h"

G_BEGIN_DECLS

/**
 * CfHostCertificate:
 * @subject: whose it is, as it says itself, fit to be shown
 * @issuer: who issued it, as it says itself, fit to be shown
 * @not_before: (nullable): since when it is valid
 * @not_after: (nullable): until when
 * @fingerprint: its SHA-256 as people compare it: pairs of upper-case digits with colons
 * @sha256: the same as 64 lower-case digits
 * @is_vouched: whether an authority that is believed here vouches for it
 *
 * The certificate that a host shows, for somebody to look at.
 */
typedef struct
{
  char *subject;
  char *issuer;
  GDateTime *not_before;
  GDateTime *not_after;
  char *fingerprint;
  char *sha256;
  gboolean is_vouched;
} CfHostCertificate;

CfHostCertificate *cf_host_certificate_new (GTlsCertificate *certificate, gboolean is_vouched);
void cf_host_certificate_free (CfHostCertificate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfHostCertificate, cf_host_certificate_free)

void cf_host_certificate_fetch_async (CfContact *contact, WsmEndpoint *endpoint, guint connect_msec,
                                      GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data);
CfHostCertificate *cf_host_certificate_fetch_finish (GAsyncResult *result, GError **error);

char *cf_fingerprint_normalise (const char *text);
char *cf_fingerprint_format (const char *sha256);

G_END_DECLS
