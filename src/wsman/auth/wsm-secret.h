/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * WsmSecret:
 *
 * Octets that are wiped before their memory is given back: a password, a token. Reference counted;
 * never copy what wsm_secret_peek() lends into memory of another owner for longer than a call.
 */
typedef struct _WsmSecret WsmSecret;

#define WSM_TYPE_SECRET (wsm_secret_get_type ())
GType wsm_secret_get_type (void);

WsmSecret *wsm_secret_new (const char *text, gssize length);
WsmSecret *wsm_secret_new_take (char *text, gsize length);
WsmSecret *wsm_secret_read_line (int fd, GError **error);
WsmSecret *wsm_secret_ref (WsmSecret *self);
void wsm_secret_unref (WsmSecret *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmSecret, wsm_secret_unref)

const char *wsm_secret_peek (WsmSecret *self, gsize *length);
gboolean wsm_secret_equal (WsmSecret *a, WsmSecret *b);
void wsm_secret_wipe (void *memory, gsize length);

G_END_DECLS
