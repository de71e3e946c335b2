/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void cf_launcher_start (GDBusConnection *session_bus, const char *path, const char *boot_id);

G_END_DECLS
