/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfWindowProcess:
 *
 * The program curfew-warning-window, which runs only while there is something to show: started when
 * a window is due, and again when it crashes. It follows the agent itself; what is said between
 * the two is in cf-window-talk.h.
 *
 * Signals: `shown` (it is on the screen now), `hidden` (it was, or its program has ended), `read`
 * (its person has taken notice), `failed` (it cannot be shown for now).
 */
#define CF_TYPE_WINDOW_PROCESS (cf_window_process_get_type ())
G_DECLARE_FINAL_TYPE (CfWindowProcess, cf_window_process, CF, WINDOW_PROCESS, GObject)

char *cf_window_process_find_program (void);

CfWindowProcess *cf_window_process_new (const char *program, GBusType bus_type);

void cf_window_process_present (CfWindowProcess *self);
void cf_window_process_let_go (CfWindowProcess *self);
void cf_window_process_stop (CfWindowProcess *self);

gboolean cf_window_process_is_shown (CfWindowProcess *self);
gboolean cf_window_process_is_coming (CfWindowProcess *self);

G_END_DECLS
