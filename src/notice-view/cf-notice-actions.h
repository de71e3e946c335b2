/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "notice/cf-notice-words.h"

G_BEGIN_DECLS

/**
 * CfNoticeActions:
 *
 * What can be done about a notice, for #CfNoticeView. Each button activates an action of the view:
 * `notice.postpone` (u: seconds), `notice.note` (u), `notice.act` or `notice.dismiss`.
 */
#define CF_TYPE_NOTICE_ACTIONS (cf_notice_actions_get_type ())
G_DECLARE_FINAL_TYPE (CfNoticeActions, cf_notice_actions, CF, NOTICE_ACTIONS, GtkWidget)

void cf_notice_actions_show (CfNoticeActions *self, const CfNotice *notice,
                             const CfNoticeMoment *moment);
void cf_notice_actions_set_armed (CfNoticeActions *self, gboolean is_armed);

G_END_DECLS
