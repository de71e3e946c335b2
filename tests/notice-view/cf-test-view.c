/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-test-view.h"

#include <string.h>

/* 14:33:00 on a Wednesday, for a person alone */
#define REAL_USEC (G_GINT64_CONSTANT (1767796380) * G_USEC_PER_SEC)

/**
 * cf_test_moment:
 *
 * Returns: 14:33:00 in UTC, for the person of the samples
 */
CfNoticeMoment
cf_test_moment (void)
{
  return (CfNoticeMoment){
    .boot_usec = CF_TEST_BOOT_USEC,
    .real_usec = REAL_USEC,
    .clock_format = CF_CLOCK_FORMAT_24H,
    .uid = CF_NOTICE_SAMPLE_UID,
  };
}

/**
 * cf_test_sample:
 * @sample: a sample
 *
 * Returns: (transfer full): it, as of cf_test_moment()
 */
CfNotice *
cf_test_sample (CfNoticeSample sample)
{
  return cf_notice_sample_new (sample, CF_TEST_BOOT_USEC, REAL_USEC);
}

/**
 * cf_test_has_svg:
 *
 * Returns: whether pictures can be SVG here, which librsvg adds
 */
gboolean
cf_test_has_svg (void)
{
  g_autoptr (GSList) formats = gdk_pixbuf_get_formats ();

  for (GSList *one = formats; one != NULL; one = one->next)
    {
      g_autofree char *name = gdk_pixbuf_format_get_name (one->data);

      if (strcmp (name, "svg") == 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * cf_test_units:
 * @repeated: text
 * @n: how often
 *
 * Returns: (transfer full): @repeated, @n times
 */
char *
cf_test_units (const char *repeated, guint n)
{
  GString *text = g_string_new (NULL);

  while (n-- > 0)
    g_string_append (text, repeated);
  return g_string_free (text, FALSE);
}

/**
 * cf_test_window_new:
 * @view: (transfer floating): a view that shows something
 *
 * Returns: (transfer none): a window with nothing but @view, as large as it wants to be, drawn
 */
GtkWidget *
cf_test_window_new (CfNoticeView *view)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  /* so that it follows the natural size of what it shows */
  gtk_window_set_resizable (GTK_WINDOW (window), FALSE);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (view));
  cf_notice_view_grab_message_focus (view);
  gtk_window_present (GTK_WINDOW (window));
  cf_test_settle (window);
  return window;
}

/**
 * cf_test_window_free:
 * @window: (transfer none): of cf_test_window_new()
 *
 * Closes the window; both it and its view have to be gone then.
 */
void
cf_test_window_free (GtkWidget *window)
{
  GtkWidget *view = g_object_ref (gtk_window_get_child (GTK_WINDOW (window)));

  g_object_ref (window);
  gtk_window_destroy (GTK_WINDOW (window));
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_finalize_object (window);
  g_assert_finalize_object (view);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  guint *n_frames = user_data;

  return --*n_frames > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/**
 * cf_test_settle:
 * @window: a window on the screen
 *
 * Waits until it is laid out and drawn as it is now.
 */
void
cf_test_settle (GtkWidget *window)
{
  guint n_frames = 2; /* what a first layout brings about is in the second */

  gtk_widget_add_tick_callback (window, tick_cb, &n_frames, NULL);
  while (n_frames > 0 || !gtk_widget_get_mapped (window))
    g_main_context_iteration (NULL, TRUE);
}

/**
 * cf_test_is_seen:
 * @widget: a widget in a window
 *
 * Returns: whether somebody with eyes can see it
 */
gboolean
cf_test_is_seen (GtkWidget *widget)
{
  for (GtkWidget *one = widget; one != NULL; one = gtk_widget_get_parent (one))
    if (!gtk_widget_get_child_visible (one) || gtk_widget_get_opacity (one) == 0)
      return FALSE;
  return gtk_widget_get_mapped (widget);
}

/**
 * cf_test_find:
 * @widget: where to look
 * @matches: whether a widget is it
 * @user_data: for @matches
 *
 * Returns: (transfer none) (nullable): the first that can be seen and matches, in reading order
 */
GtkWidget *
cf_test_find (GtkWidget *widget, CfTestWidgetFunc matches, gpointer user_data)
{
  if (cf_test_is_seen (widget) && matches (widget, user_data))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = cf_test_find (child, matches, user_data);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
has_text (GtkWidget *widget, gpointer text)
{
  return GTK_IS_LABEL (widget) && g_strcmp0 (gtk_label_get_text (GTK_LABEL (widget)), text) == 0;
}

/**
 * cf_test_find_label:
 * @widget: where to look
 * @text: what it says
 *
 * Returns: (transfer none) (nullable): a label that can be seen and says exactly @text
 */
GtkLabel *
cf_test_find_label (GtkWidget *widget, const char *text)
{
  return GTK_LABEL (cf_test_find (widget, has_text, (gpointer) text));
}

/**
 * cf_test_find_button:
 * @widget: where to look
 * @text: what it says
 *
 * Returns: (transfer none) (nullable): a button that can be seen and says exactly @text
 */
GtkWidget *
cf_test_find_button (GtkWidget *widget, const char *text)
{
  GtkLabel *label = cf_test_find_label (widget, text);

  return label != NULL ? gtk_widget_get_ancestor (GTK_WIDGET (label), GTK_TYPE_BUTTON) : NULL;
}

/**
 * cf_test_get_child:
 * @view: a view
 * @id: of one of its children, as in its template
 *
 * Returns: (transfer none): that child
 */
GtkWidget *
cf_test_get_child (CfNoticeView *view, const char *id)
{
  GObject *child = gtk_widget_get_template_child (GTK_WIDGET (view), CF_TYPE_NOTICE_VIEW, id);

  g_assert_true (GTK_IS_WIDGET (child));
  return GTK_WIDGET (child);
}
