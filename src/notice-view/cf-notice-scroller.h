/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * CfNoticeScroller:
 *
 * Is as high as its child at the width that there is, up to a limit, and then scrolls.
 * #GtkScrolledWindow does not know its width when it is asked for its height, and so is too low for
 * text that wraps.
 *
 * Properties: `child`; `max-height` in pixels; `max-lines` of the child's text, 0 for no limit.
 * Signal: `scrolled`, when its person scrolls.
 */
#define CF_TYPE_NOTICE_SCROLLER (cf_notice_scroller_get_type ())
G_DECLARE_FINAL_TYPE (CfNoticeScroller, cf_notice_scroller, CF, NOTICE_SCROLLER, GtkWidget)

void cf_notice_scroller_to_top (CfNoticeScroller *self);

G_END_DECLS
