/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-note-dialog.h"

#include <glib/gi18n.h>

#include "cf-dialog-names.h"

#include "request/cf-utf16.h"

#define CANCEL   "cancel"
#define POSTPONE "postpone"
#define SPACING  6 /* px */

struct _CfNoteDialog
{
  AdwMessageDialog parent_instance;

  GtkEditable *entry;
  GtkLabel *problem;
};

G_DEFINE_FINAL_TYPE (CfNoteDialog, cf_note_dialog, ADW_TYPE_MESSAGE_DIALOG)

enum
{
  NOTED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* Too long a note is refused where it is typed: what was cut nobody would notice. */
static void
changed_cb (CfNoteDialog *self)
{
  gsize n_units = cf_utf16_length (gtk_editable_get_text (self->entry));
  gboolean is_too_long = n_units > CF_NOTE_MAX_UNITS;
  g_autofree char *problem = NULL;

  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self), POSTPONE, !is_too_long);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), is_too_long);
  gtk_accessible_update_state (
    GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
    is_too_long ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  if (!is_too_long)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
      return;
    }
  gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  problem = g_strdup_printf (ngettext ("This is %u character too long for a note.",
                                       "This is %u characters too long for a note.",
                                       (gulong) (n_units - CF_NOTE_MAX_UNITS)),
                             (guint) (n_units - CF_NOTE_MAX_UNITS));
  gtk_label_set_text (self->problem, problem);
}

static void
cf_note_dialog_response (AdwMessageDialog *dialog, const char *response)
{
  CfNoteDialog *self = CF_NOTE_DIALOG (dialog);

  if (g_str_equal (response, POSTPONE))
    g_signal_emit (self, signals[NOTED], 0, gtk_editable_get_text (self->entry));
}

static void
cf_note_dialog_class_init (CfNoteDialogClass *class)
{
  ADW_MESSAGE_DIALOG_CLASS (class)->response = cf_note_dialog_response;

  signals[NOTED] = g_signal_new ("noted", CF_TYPE_NOTE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
cf_note_dialog_init (CfNoteDialog *self)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (self);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, SPACING);
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *problem = gtk_label_new (NULL);

  self->entry = GTK_EDITABLE (entry);
  self->problem = GTK_LABEL (problem);
  gtk_label_set_wrap (self->problem, TRUE);
  gtk_label_set_xalign (self->problem, 0);
  gtk_widget_add_css_class (problem, "error");
  gtk_widget_set_visible (problem, FALSE);
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), problem);

  adw_message_dialog_set_heading (dialog, _ ("Add a Note"));
  adw_message_dialog_set_body (
    dialog,
    _ ("Everybody who is signed in here can read it, and whoever looks after this computer."));
  adw_message_dialog_set_extra_child (dialog, box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Add a Note"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  /* Translators: names the field where a short note is typed. */
                                  _ ("Note"), -1);
  g_signal_connect_object (entry, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

/**
 * cf_note_dialog_new:
 * @parent: the window that it belongs to, and is modal for
 * @answer: the label of the button that postpones: "Postpone to 15:00"
 *
 * Makes the dialog; it destroys itself with its answer. Nothing in it is the default: Enter does
 * nothing, Escape cancels.
 *
 * Returns: (transfer none): a dialog that is not shown yet, owned by GTK
 */
GtkWindow *
cf_note_dialog_new (GtkWindow *parent, const char *answer)
{
  CfNoteDialog *self;

  g_return_val_if_fail (GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (answer != NULL, NULL);

  /* GTK 4.8 tells a screen reader of no dialog but this kind */
  self = g_object_new (CF_TYPE_NOTE_DIALOG, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT_DIALOG,
                       "transient-for", parent, "modal", TRUE, NULL);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (self), CANCEL, _ ("_Cancel"));
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (self), POSTPONE, answer);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (self), CANCEL);
  cf_dialog_names_put_right (GTK_WIDGET (self));
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (self->entry));
  return GTK_WINDOW (self);
}
