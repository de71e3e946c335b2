/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * CfFrontWatch:
 *
 * Looks after the main process of the web server in front of the agent, which the web server names
 * in a file.
 *
 * "gone" is emitted once, when that process has ended. A web server that hands over to a new
 * process, such as nginx when it is upgraded, has named that one by then: it is watched instead.
 * One that is restarted has not: it went away. A web server that is not there yet is waited for,
 * and has not gone.
 */
#define CF_TYPE_FRONT_WATCH (cf_front_watch_get_type ())
G_DECLARE_FINAL_TYPE (CfFrontWatch, cf_front_watch, CF, FRONT_WATCH, GObject)

CfFrontWatch *cf_front_watch_new (const char *pid_file);
gboolean cf_front_watch_start (CfFrontWatch *self, GError **error);
gint64 cf_front_watch_get_pid (CfFrontWatch *self);

G_END_DECLS
