/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-notice-logo.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_PIXELS 4096 /* of either side: one MiB can be much more once it is unpacked */
#define DENSITY    2    /* as drawn for a screen with twice the dots */

typedef struct
{
  double width; /* as shown */
  double height;
  gboolean is_too_large;
} Size;

/* Opens without waiting: what is no file may never have anything to read. */
static int
open_picture (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat about;
  int saved_errno;

  if (fd >= 0 && fstat (fd, &about) == 0)
    {
      if (S_ISREG (about.st_mode) && about.st_size <= CF_NOTICE_LOGO_MAX_BYTES)
        return fd;
      close (fd);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "The logo %s has to be a file of at most %d bytes", path,
                   CF_NOTICE_LOGO_MAX_BYTES);
      return -1;
    }
  saved_errno = errno;
  if (fd >= 0)
    close (fd);
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
               "The logo %s cannot be read: %s", path, g_strerror (saved_errno));
  return -1;
}

/* Reads what was measured, and no more if it has grown meanwhile. */
static gboolean
feed (GdkPixbufLoader *loader, int fd, GError **error)
{
  guint8 buffer[16 * 1024];
  gsize total = 0;

  for (;;)
    {
      gssize n = read (fd, buffer, sizeof buffer);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s", g_strerror (errno));
          return FALSE;
        }
      if (n == 0)
        return TRUE;
      total += n;
      if (total > CF_NOTICE_LOGO_MAX_BYTES)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "it is too large");
          return FALSE;
        }
      if (!gdk_pixbuf_loader_write (loader, buffer, n, error))
        return FALSE;
    }
}

/* Pictures smaller than the place stay as they are. */
static void
size_prepared_cb (GdkPixbufLoader *loader, int width, int height, gpointer user_data)
{
  Size *size = user_data;
  double scale = 1;

  if (width < 1 || height < 1 || width > MAX_PIXELS || height > MAX_PIXELS)
    {
      size->is_too_large = TRUE;
      gdk_pixbuf_loader_set_size (loader, 0, 0); /* ends the loading */
      return;
    }
  scale = MIN (scale, (double) CF_NOTICE_LOGO_MAX_HEIGHT / height);
  scale = MIN (scale, (double) CF_NOTICE_LOGO_MAX_WIDTH / width);
  size->width = MAX (width * scale, 1);
  size->height = MAX (height * scale, 1);
  gdk_pixbuf_loader_set_size (loader, (int) (size->width * DENSITY),
                              (int) (size->height * DENSITY));
}

static GdkPixbuf *
decode (int fd, Size *size, GError **error)
{
  g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new ();
  g_autoptr (GError) close_error = NULL;
  GdkPixbuf *pixbuf;
  gboolean is_fed;

  g_signal_connect (loader, "size-prepared", G_CALLBACK (size_prepared_cb), size);
  is_fed = feed (loader, fd, error);
  if (!gdk_pixbuf_loader_close (loader, &close_error) && is_fed && !size->is_too_large)
    {
      g_propagate_error (error, g_steal_pointer (&close_error));
      return NULL;
    }
  if (!is_fed)
    return NULL;
  pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);
  if (pixbuf == NULL || size->is_too_large)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "it is no picture of at most %d by %d pixels", MAX_PIXELS, MAX_PIXELS);
      return NULL;
    }
  return g_object_ref (pixbuf);
}

/**
 * cf_notice_logo_load:
 * @path: (type filename): of a PNG or SVG file of at most %CF_NOTICE_LOGO_MAX_BYTES
 *
 * Loads the picture of an organization, made to fit %CF_NOTICE_LOGO_MAX_WIDTH by
 * %CF_NOTICE_LOGO_MAX_HEIGHT and still sharp on a screen with twice the dots. It blocks for a
 * file of the local computer.
 *
 * Returns: (transfer full): the picture; %NULL with @error set, for people, otherwise
 */
GdkPaintable *
cf_notice_logo_load (const char *path, GError **error)
{
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  GtkSnapshot *snapshot;
  Size size = { 0 };
  int fd;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  fd = open_picture (path, error);
  if (fd < 0)
    return NULL;
  pixbuf = decode (fd, &size, error);
  close (fd);
  if (pixbuf == NULL)
    {
      g_prefix_error (error, "The logo %s cannot be shown: ", path);
      return NULL;
    }

  texture = gdk_texture_new_for_pixbuf (pixbuf);
  snapshot = gtk_snapshot_new ();
  gtk_snapshot_append_texture (snapshot, texture,
                               &GRAPHENE_RECT_INIT (0, 0, size.width, size.height));
  return gtk_snapshot_free_to_paintable (snapshot, &GRAPHENE_SIZE_INIT (size.width, size.height));
}
