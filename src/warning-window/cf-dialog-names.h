/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void cf_dialog_names_put_right (GtkWidget *dialog);

G_END_DECLS
