/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Files that decide who may do what, and so may not be somebody else's to write, or to read. */

#define WSM_TRUSTED_FILE_PUBLIC 022 /* others may read, and nobody but the owner may write */
#define WSM_TRUSTED_FILE_SECRET 077 /* nobody but the owner may read or write */

int wsm_trusted_file_open (const char *path, const char *what, gsize max_size, mode_t mode_mask,
                           gsize *size, GError **error);
char *wsm_trusted_file_read (const char *path, const char *what, gsize max_size, mode_t mode_mask,
                             gsize *length, GError **error);

G_END_DECLS
