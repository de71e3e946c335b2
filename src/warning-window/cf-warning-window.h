/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "notice/cf-notice-words.h"

G_BEGIN_DECLS

/**
 * CfWarningWindow:
 *
 * The window of the warning (product-design.md section 5.3): a notice, the questions that come with
 * its buttons, and when it may be closed. It knows no agent and no clock.
 *
 * Closing it, in whichever way, hides it. Its buttons do nothing for 1.5 s after it appears or gets
 * the focus, or after what they do or their place has changed, so that nobody answers by typing on.
 *
 * Signals: `postpone` (guint seconds, note), `act-now`, `ready` (gboolean) are what its person
 * wants; `shown` when it was drawn after cf_warning_window_present(); `hidden` when its person
 * closed it; `read` once for each request, when its person has taken notice, and again after it was
 * presented again.
 */
#define CF_TYPE_WARNING_WINDOW (cf_warning_window_get_type ())
G_DECLARE_FINAL_TYPE (CfWarningWindow, cf_warning_window, CF, WARNING_WINDOW, AdwWindow)

CfWarningWindow *cf_warning_window_new (void);

void cf_warning_window_present (CfWarningWindow *self);
void cf_warning_window_hide (CfWarningWindow *self);

void cf_warning_window_show_notice (CfWarningWindow *self, CfNotice *notice,
                                    const CfNoticeMoment *moment);
void cf_warning_window_set_moment (CfWarningWindow *self, const CfNoticeMoment *moment);
void cf_warning_window_set_unsaved (CfWarningWindow *self, GPtrArray *programs);
void cf_warning_window_set_problem (CfWarningWindow *self, const char *text);
void cf_warning_window_set_busy (CfWarningWindow *self, gboolean is_busy);
void cf_warning_window_set_preview_title (CfWarningWindow *self, const char *title);

G_END_DECLS
