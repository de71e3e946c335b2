/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfHelperTalk:
 *
 * The window's end of the pipe to its helper (warning/cf-window-talk.h).
 *
 * Signals: `present` when the helper wants the window to be seen; `closed` once, when it says no
 * more.
 */
#define CF_TYPE_HELPER_TALK (cf_helper_talk_get_type ())
G_DECLARE_FINAL_TYPE (CfHelperTalk, cf_helper_talk, CF, HELPER_TALK, GObject)

CfHelperTalk *cf_helper_talk_new (int input, int output);
void cf_helper_talk_say (CfHelperTalk *self, const char *word);

G_END_DECLS
