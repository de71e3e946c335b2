/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The SHA-256 of a certificate's DER form, as 64 lower-case digits. */

char *wsm_fingerprint_parse (const char *text);
char *wsm_fingerprint_of (GTlsCertificate *certificate);
char *wsm_fingerprint_format (const char *digits);
gboolean wsm_fingerprint_equal (const char *a, const char *b);

G_END_DECLS
