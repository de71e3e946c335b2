/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GHmac *wsm_keyed_hmac_new (void);

G_END_DECLS
