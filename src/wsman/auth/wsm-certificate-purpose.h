/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a certificate is for. */

gboolean wsm_certificate_purpose_is_client (const guint8 *der, gsize length);

G_END_DECLS
