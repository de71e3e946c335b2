/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Names of certificates, as text. */

char *wsm_distinguished_name_normalize (const char *text, GError **error);

G_END_DECLS
