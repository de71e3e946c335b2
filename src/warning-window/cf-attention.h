/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * CfAttention:
 *
 * Whether a person can be taken at their word in a window, and whether they look at it. For 1.5 s
 * after it appears, gets the focus or becomes another one under their hands it is fresh: what is
 * typed or clicked then was meant for something else.
 *
 * Signals: `changed` with cf_attention_is_fresh(); `looked` each time the window was in front for
 * 3 s.
 */
#define CF_TYPE_ATTENTION (cf_attention_get_type ())
G_DECLARE_FINAL_TYPE (CfAttention, cf_attention, CF, ATTENTION, GObject)

CfAttention *cf_attention_new (GtkWindow *window);
void cf_attention_renew (CfAttention *self);
void cf_attention_look_again (CfAttention *self);
gboolean cf_attention_is_fresh (CfAttention *self);

G_END_DECLS
