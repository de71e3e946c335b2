/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-notice-label.h"

/**
 * cf_notice_label_set:
 * @label: shows plain text
 * @text: (nullable): what it has to say; %NULL and "" hide it
 *
 * Sets the text of @label, and whether it is there. What is the same already is not touched: no
 * layout, and no word from a screen reader.
 */
void
cf_notice_label_set (GtkLabel *label, const char *text)
{
  gboolean is_visible = text != NULL && *text != '\0';

  g_return_if_fail (GTK_IS_LABEL (label));

  if (is_visible && g_strcmp0 (gtk_label_get_text (label), text) != 0)
    gtk_label_set_text (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), is_visible);
}
