/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CF_NOTICE_LOGO_MAX_BYTES  (1024 * 1024)
#define CF_NOTICE_LOGO_MAX_HEIGHT 48
#define CF_NOTICE_LOGO_MAX_WIDTH  160

GdkPaintable *cf_notice_logo_load (const char *path, GError **error);

G_END_DECLS
