/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gdesktopappinfo.h>

G_BEGIN_DECLS

GDesktopAppInfo *cf_application_find (const char *id);
gboolean cf_application_may_start (GDesktopAppInfo *application);
gboolean cf_application_starts_by_itself (const char *id);

G_END_DECLS
