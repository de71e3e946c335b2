/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a window looks like: pixels of it, and where its widgets are in them. */
typedef struct
{
  GtkWidget *window;   /* (unowned) */
  GdkTexture *texture; /* (owned) */
  guchar *pixels;      /* (owned): CAIRO_FORMAT_ARGB32 */
  int width;
  int height;
} CfTestPicture;

CfTestPicture *cf_test_picture_new (GtkWidget *window);
void cf_test_picture_free (CfTestPicture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfTestPicture, cf_test_picture_free)

void cf_test_picture_save (CfTestPicture *self, const char *path);
char *cf_test_picture_dup_checksum (CfTestPicture *self);
gboolean cf_test_picture_get_seen (CfTestPicture *self, GtkWidget *widget, GdkRectangle *bounds);
double cf_test_picture_get_contrast (CfTestPicture *self, const GdkRectangle *bounds);

G_END_DECLS
