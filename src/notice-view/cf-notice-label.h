/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void cf_notice_label_set (GtkLabel *label, const char *text);

G_END_DECLS
