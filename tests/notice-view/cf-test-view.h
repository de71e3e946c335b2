/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "notice-view/cf-notice-view.h"
#include "notice/cf-notice-sample.h"

G_BEGIN_DECLS

#define CF_TEST_BOOT_USEC ((gint64) 10 * 3600 * G_USEC_PER_SEC)

typedef gboolean (*CfTestWidgetFunc) (GtkWidget *widget, gpointer user_data);

CfNoticeMoment cf_test_moment (void);
CfNotice *cf_test_sample (CfNoticeSample sample);
gboolean cf_test_has_svg (void);
char *cf_test_units (const char *repeated, guint n);

GtkWidget *cf_test_window_new (CfNoticeView *view);
void cf_test_window_free (GtkWidget *window);
void cf_test_settle (GtkWidget *window);

gboolean cf_test_is_seen (GtkWidget *widget);
GtkWidget *cf_test_find (GtkWidget *widget, CfTestWidgetFunc matches, gpointer user_data);
GtkLabel *cf_test_find_label (GtkWidget *widget, const char *text);
GtkWidget *cf_test_find_button (GtkWidget *widget, const char *text);
GtkWidget *cf_test_get_child (CfNoticeView *view, const char *id);

G_END_DECLS
