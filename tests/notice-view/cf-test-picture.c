/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-test-picture.h"

#include <math.h>

/**
 * cf_test_picture_new:
 * @window: a window that is drawn as it is now
 *
 * Returns: (transfer full): what it looks like
 */
CfTestPicture *
cf_test_picture_new (GtkWidget *window)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  CfTestPicture *self = g_new0 (CfTestPicture, 1);
  GskRenderNode *node;

  self->window = window;
  self->width = gtk_widget_get_width (window);
  self->height = gtk_widget_get_height (window);
  gdk_paintable_snapshot (paintable, snapshot, self->width, self->height);
  node = gtk_snapshot_free_to_node (snapshot);
  g_assert_nonnull (node);
  self->texture = gsk_renderer_render_texture (
    gtk_native_get_renderer (GTK_NATIVE (window)), node,
    &GRAPHENE_RECT_INIT (0, 0, self->width, self->height));
  gsk_render_node_unref (node);

  self->pixels = g_malloc ((gsize) self->width * self->height * 4);
  gdk_texture_download (self->texture, self->pixels, (gsize) self->width * 4);
  return self;
}

/**
 * cf_test_picture_free:
 * @self: (transfer full): a picture
 */
void
cf_test_picture_free (CfTestPicture *self)
{
  g_object_unref (self->texture);
  g_free (self->pixels);
  g_free (self);
}

/**
 * cf_test_picture_save:
 * @self: a picture
 * @path: (type filename): of the PNG file
 */
void
cf_test_picture_save (CfTestPicture *self, const char *path)
{
  g_assert_true (gdk_texture_save_to_png (self->texture, path));
}

/**
 * cf_test_picture_dup_checksum:
 * @self: a picture
 *
 * Returns: (transfer full): the same for what looks the same
 */
char *
cf_test_picture_dup_checksum (CfTestPicture *self)
{
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, self->pixels,
                                      (gsize) self->width * self->height * 4);
}

/**
 * cf_test_picture_get_seen:
 * @self: a picture
 * @widget: a widget in its window
 * @bounds: (out): what of it is not cut off or scrolled away, in pixels
 *
 * Returns: whether any of it is left
 */
gboolean
cf_test_picture_get_seen (CfTestPicture *self, GtkWidget *widget, GdkRectangle *bounds)
{
  *bounds = (GdkRectangle){ 0, 0, self->width, self->height };

  for (GtkWidget *one = widget; one != NULL && one != self->window;
       one = gtk_widget_get_parent (one))
    {
      graphene_rect_t rect;
      GdkRectangle place;

      if (one != widget && gtk_widget_get_overflow (one) != GTK_OVERFLOW_HIDDEN)
        continue;
      if (!gtk_widget_compute_bounds (one, self->window, &rect))
        return FALSE;
      graphene_rect_round_extents (&rect, &rect);
      place = (GdkRectangle){ (int) rect.origin.x, (int) rect.origin.y, (int) rect.size.width,
                              (int) rect.size.height };
      if (!gdk_rectangle_intersect (bounds, &place, bounds))
        return FALSE;
    }
  return TRUE;
}

static double
linearize (guchar channel)
{
  double value = channel / 255.0;

  return value <= 0.04045 ? value / 12.92 : pow ((value + 0.055) / 1.055, 2.4);
}

/* relative luminance, as in WCAG 2.1 */
static double
get_luminance (guint32 pixel)
{
  return 0.2126 * linearize ((pixel >> 16) & 0xFF) + 0.7152 * linearize ((pixel >> 8) & 0xFF) +
         0.0722 * linearize (pixel & 0xFF);
}

static int
compare_pixels (gconstpointer one, gconstpointer other)
{
  const guint32 *a = one;
  const guint32 *b = other;

  return (*a > *b) - (*a < *b);
}

static double
get_ratio (double one, double other)
{
  return (MAX (one, other) + 0.05) / (MIN (one, other) + 0.05);
}

/**
 * cf_test_picture_get_contrast:
 * @self: a picture
 * @bounds: where in it a text or an icon is
 *
 * Returns: the contrast (WCAG 2.1) between the colour that most of the place has and the one in it
 *   that differs most: the core of the strokes
 */
double
cf_test_picture_get_contrast (CfTestPicture *self, const GdkRectangle *bounds)
{
  g_autoptr (GArray) pixels = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 background = 0;
  guint most = 0, run = 0;
  double contrast = 1;

  for (int y = bounds->y; y < bounds->y + bounds->height; y++)
    g_array_append_vals (pixels, self->pixels + 4 * ((gsize) y * self->width + bounds->x),
                         bounds->width);
  g_array_sort (pixels, compare_pixels);
  for (guint i = 0; i < pixels->len; i++)
    {
      guint32 pixel = g_array_index (pixels, guint32, i);

      run = i > 0 && pixel == g_array_index (pixels, guint32, i - 1) ? run + 1 : 1;
      if (run > most)
        {
          most = run;
          background = pixel;
        }
    }
  for (guint i = 0; i < pixels->len; i++)
    contrast = MAX (contrast, get_ratio (get_luminance (background),
                                         get_luminance (g_array_index (pixels, guint32, i))));
  return contrast;
}
