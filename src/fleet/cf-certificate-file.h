/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A client certificate, with those that issued it if they are there, and its private key. */
GTlsCertificate *cf_certificate_file_read (const char *certificate_file, const char *key_file,
                                           GError **error);

G_END_DECLS
