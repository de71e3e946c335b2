/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean cf_key_proof_check (GTlsCertificate *certificate, GError **error);

G_END_DECLS
