/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfRunWatch:
 *
 * Notices what logind does not signal. A shutdown that is scheduled or called off (before systemd
 * 257 or so), a session that begins to close, and one inhibitor more or less, change a file below
 * /run/systemd and nothing else that could be seen. What the files say is not read: it is the
 * reason to ask logind again.
 *
 * Signals: `shutdown-changed` (); `session-changed` (string id, nullable: any of them may have);
 * `inhibitors-changed` ().
 */
#define CF_TYPE_RUN_WATCH (cf_run_watch_get_type ())
G_DECLARE_FINAL_TYPE (CfRunWatch, cf_run_watch, CF, RUN_WATCH, GObject)

CfRunWatch *cf_run_watch_new (const char *directory);

G_END_DECLS
