/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-dialog-names.h"

/* The heading has two labels: one that is large and in one line, shown where there is room, and one
 * that wraps. With GTK 4.18 the dialog measures the large one for widths that it cannot have, which
 * is a warning each time. Made alike, they need the same. */
static void
make_headings_alike (GtkLabel *label)
{
  gtk_widget_remove_css_class (GTK_WIDGET (label), "title-2");
  gtk_widget_add_css_class (GTK_WIDGET (label), "title-4");
  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
}

/**
 * cf_dialog_names_put_right:
 * @dialog: a dialog with its buttons
 *
 * GTK 4.8 gives a button with a mnemonic its text as a name of its own, underscore and all, beside
 * the text of the label in it: a screen reader says "_Cancel Cancel". Without, it says "Cancel".
 * The heading is made to wrap without warnings.
 */
void
cf_dialog_names_put_right (GtkWidget *dialog)
{
  g_return_if_fail (GTK_IS_WIDGET (dialog));

  if (GTK_IS_BUTTON (dialog))
    gtk_accessible_reset_property (GTK_ACCESSIBLE (dialog), GTK_ACCESSIBLE_PROPERTY_LABEL);
  if (GTK_IS_LABEL (dialog) && gtk_widget_has_css_class (dialog, "title-2"))
    make_headings_alike (GTK_LABEL (dialog));
  for (GtkWidget *child = gtk_widget_get_first_child (dialog); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    cf_dialog_names_put_right (child);
}
