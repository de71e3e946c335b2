/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "notice/cf-notice-words.h"

G_BEGIN_DECLS

/**
 * CfNoticeView:
 *
 * What a person at a computer sees of the request that waits there (product-design.md section 5.3):
 * heading, time left, message, who and why, and what can be done about it. It knows no bus and no
 * clock: whoever shows it hands in the notice and the time, and does what the signals ask for. The
 * console's preview is the same widget.
 *
 * Signals: `postpone` (guint seconds), `note` (guint seconds: the person wants to postpone and say
 * why), `act-now`, `ready` (gboolean), `dismiss` (hide it, or close what is over), `used` (the
 * person did something here that needs nothing from anybody: opened details, scrolled, selected).
 *
 * Property: `armed` (gboolean, default %TRUE): while it is %FALSE the buttons do nothing.
 */
#define CF_TYPE_NOTICE_VIEW (cf_notice_view_get_type ())
G_DECLARE_FINAL_TYPE (CfNoticeView, cf_notice_view, CF, NOTICE_VIEW, GtkWidget)

GtkWidget *cf_notice_view_new (void);

void cf_notice_view_show (CfNoticeView *self, CfNotice *notice, const CfNoticeMoment *moment);
void cf_notice_view_set_moment (CfNoticeView *self, const CfNoticeMoment *moment);
void cf_notice_view_set_unsaved (CfNoticeView *self, GPtrArray *programs);
void cf_notice_view_set_problem (CfNoticeView *self, const char *text);
void cf_notice_view_set_armed (CfNoticeView *self, gboolean is_armed);
void cf_notice_view_announce (CfNoticeView *self, const char *text);
void cf_notice_view_grab_message_focus (CfNoticeView *self);
const char *cf_notice_view_get_heading (CfNoticeView *self);

G_END_DECLS
